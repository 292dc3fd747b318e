package suggest_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/suggest"
)

// readings says what a credit is about: "safety: bloodborne pathogens".
func readings(known ledger.Vocabulary, c ledger.Credit) string {
	var all []string
	for _, r := range suggest.Topics(known, c) {
		all = append(all, fmt.Sprintf("%s: %s", r.Topic, r.From))
	}
	return strings.Join(all, "; ")
}

func TestTopicsOfTitles(t *testing.T) {
	for title, want := range map[string]string{
		"Bloodborne Pathogens Update":                         "safety: bloodborne pathogens",
		"Blood-borne pathogens in the blood bank":             "safety: blood borne pathogens",
		"OSHA Bloodborne Pathogen Standard":                   "safety: osha",
		"Chemical hygiene":                                    "safety: chemical hygiene",
		"Patient’s safety":                                    "safety: safety",
		"Formaldehyde: sharps and PPE":                        "safety: sharps",
		"Biosafety level 2":                                   "safety: biosafety",
		"Ethics in laboratory practice":                       "ethics: ethics",
		"A strong work ethic":                                 "",
		"Antibody Identification: Warm Autoantibodies and …":  "blood-banking: antibody identification",
		"Electronic crossmatching":                            "blood-banking: crossmatching",
		"ABO discrepancies":                                   "blood-banking: abo",
		"Transfusion reactions":                               "blood-banking: transfusion",
		"Blood safety":                                        "",
		"SARS-CoV-2 antibody screening":                       "",
		"High-sensitivity troponin":                           "chemistry: troponin",
		"Sepsis markers: lactate, procalcitonin and beyond":   "chemistry: lactate",
		"Blood gas at the bedside":                            "chemistry: blood gas",
		"Glucose meters":                                      "chemistry: glucose",
		"Blood films":                                         "hematology: blood films",
		"Sickle cell anemia":                                  "hematology: sickle cell",
		"D-dimer and the lupus anticoagulant":                 "hematology: d dimer",
		"Gram stains":                                         "microbiology: gram stains",
		"Antibiotic stewardship at the bench":                 "microbiology: antibiotic",
		"Blood culture contamination":                         "microbiology: blood culture",
		"Clinical virology for the microbiologist":            "virology: virology",
		"Introductory immunology":                             "immunology: immunology",
		"Real-time PCR":                                       "molecular-biology: pcr",
		"Flow cytometry of leukemia":                          "cytometry: flow cytometry; hematology: leukemia",
		"Autoimmune hemolytic anemia":                         "blood-banking: autoimmune hemolytic anemia; hematology: autoimmune hemolytic anemia",
		"Bacterial contamination of platelets":                "blood-banking: bacterial contamination; microbiology: bacterial contamination",
		"Laboratory safety in microbiology":                   "safety: safety; microbiology: microbiology",
		"Donor phlebotomy":                                    "donor-phlebotomy: donor phlebotomy",
		"Order of draw":                                       "phlebotomy: order of draw",
		"HIV/AIDS":                                            "hiv-aids: hiv aids",
		"HIV":                                                 "",
		"Prevention of medical errors":                        "medical-errors: medical errors",
		"Quality control, and nothing else":                   "quality: quality control",
		"Time management":                                     "",
		"Pain management in the emergency department":         "",
		"HIPAA privacy refresher":                             "",
		"Billing for molecular tests":                         "",
		"Laboratory careers: hematology":                      "",
		"Orientation: bloodborne pathogens":                   "",
		"Sleep and shifts":                                    "",
		"Journal club":                                        "",
		"":                                                    "",
		"Safety and food safety: what a laboratory has to do": "",
	} {
		if got := readings(nil, ledger.Credit{Title: title}); got != want {
			t.Errorf("%q:\n got %q\nwant %q", title, got, want)
		}
	}
}

// Categories that an import did not understand are read like titles, and as the topics
// that packs have added since.
func TestTopicsOfCategories(t *testing.T) {
	known, err := ledger.Vocabulary(nil).With("point-of-care", "POCT")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, title, note, want string }{
		{"words", "Films", "topic: Hematology, Point of Care", "hematology: hematology"},
		{"of a pack", "Meters", "mine; topic: poct", "point-of-care: poct"},
		{"several", "Films", "topic: Wellness; topic: Hematology, basic; activity: talk", "hematology: hematology"},
		{"as the title", "Gram stains", "topic: Bacteriology and Parasitology", "microbiology: gram stains"},
		{"not as the title", "Gram stains", "topic: Hematology II", "microbiology: gram stains; hematology: hematology"},
		{"the holder's words", "Films", "about hematology", ""},
		{"no topic", "Films", "topic: Wellness", ""},
	} {
		if got := readings(known, ledger.Credit{Title: tt.title, Note: tt.note}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := readings(known, ledger.Credit{Title: "Gram stains", Topics: []ledger.CreditTopic{{Topic: "safety"}}}); got != "" {
		t.Errorf("a credit with a topic: %q", got)
	}
}

// Whatever a title says beside bloodborne pathogens, it is never about blood banking; and
// what a topic is read from stands in the title.
func TestBloodbornePathogensAreNeverBloodBanking(t *testing.T) {
	words := []string{"Blood", "bank", "transfusion", "update", "for", "crossmatch", "ABO", "antibody", "identification", "2026", "safety", "-", "and"}
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.SampledFrom(words), 0, 6)
		title := strings.Join(slices.Concat(some.Draw(t, "before"),
			[]string{rapid.SampledFrom([]string{"Bloodborne pathogens", "BLOOD-BORNE  Pathogen"}).Draw(t, "words")}, some.Draw(t, "behind")), " ")
		for _, r := range suggest.Topics(nil, ledger.Credit{Title: title}) {
			if r.Topic != ledger.Safety || !strings.Contains(pairing.Title(title), r.From) {
				t.Fatalf("%q: %v", title, r)
			}
		}
	})
}

// The file of words has topics that there are, and words as titles are compared; no
// topic has a phrase twice.
func TestWords(t *testing.T) {
	data, err := os.ReadFile("words.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		topic := ledger.Topic(strings.TrimPrefix(name, "not "))
		if !ok || name != "unclear" && !slices.Contains(ledger.Topics(), topic) {
			t.Errorf("%q: %q is not a topic", line, topic)
		}
		for text := range strings.SplitSeq(list, ", ") {
			if diff := cmp.Diff(pairing.Title(text), strings.TrimSuffix(text, "*")); diff != "" {
				t.Errorf("%s (-as titles are compared +file):\n%s", name, diff)
			}
			if seen[name+text] {
				t.Errorf("%s: %q is there twice", name, text)
			}
			seen[name+text] = true
		}
	}
}
