package ledger_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
)

const (
	allTopics = "safety, ethics, blood-banking, chemistry, hematology, microbiology, immunology, " +
		"molecular-biology, cytogenetics, cytology, histology, cytometry, immunohistochemistry, apheresis, " +
		"phlebotomy, donor-phlebotomy, laboratory-assisting, virology, biorepository, hiv-aids, medical-errors, laws-and-rules, anatomic-pathology, macroscopic-examination, " +
		"management, education, informatics, quality, general"
	allActivities = "course, employer-program, college-course, labq, journal-article, book, poster, " +
		"presentation, committee, competence-assessment, examination-writing, inspection, research, " +
		"certification, other-activity"
)

// names joins what a list of names has, to compare it with one that a person
// can read.
func names[T ~string](list []T) string {
	s := make([]string, len(list))
	for i, name := range list {
		s[i] = string(name)
	}
	return strings.Join(s, ", ")
}

func TestTopics(t *testing.T) {
	if diff := cmp.Diff(allTopics, names(ledger.Topics())); diff != "" {
		t.Errorf("Topics() (-want +got):\n%s", diff)
	}
	ledger.Topics()[0] = "changed"
	if got := ledger.Topics()[0]; got != ledger.Safety {
		t.Errorf("a caller changed the list of topics: the first is %q", got)
	}
}

// A topic is read by its name, by how a table shows it, and in any case.
func TestParseTopicEvery(t *testing.T) {
	for _, want := range ledger.Topics() {
		for _, give := range []string{
			string(want), strings.ToUpper(string(want)), want.Name(), strings.ReplaceAll(string(want), "-", "_"),
			"  " + strings.ReplaceAll(string(want), "-", "   ") + "\t",
		} {
			if got, err := ledger.Vocabulary(nil).Parse(give); got != want || err != nil {
				t.Errorf("Parse(%q) = %q, %v; want %q", give, got, err, want)
			}
		}
	}
}

func TestParseTopic(t *testing.T) {
	tests := []reading[ledger.Topic]{
		{"short for blood banking", "BB", "blood-banking", ""},
		{"blood banking as the international form has it", "Transfusion Medicine", "blood-banking", ""},
		{"blood banking as providers write it", "Blood Bank/Transfusion Medicine", "blood-banking", ""},
		{"short for chemistry", "chem", "chemistry", ""},
		{"short for hematology", "heme", "hematology", ""},
		{"short for microbiology", "micro", "microbiology", ""},
		{"one part of safety", "patient-safety", ledger.Safety, ""},
		{"the other part of safety", "lab-safety", ledger.Safety, ""},
		{"chemistry with its neighbour", "Clinical Chemistry & Toxicology", "chemistry", ""},
		{"hematology in British spelling", "Haematology", "hematology", ""},
		{"hematology with its neighbour", "Hematology (Coagulation)", "hematology", ""},
		{"safety as the requirement has it", "Safety (Laboratory or Patient)", ledger.Safety, ""},
		{"ethics as the requirement has it", "medical-ethics", ledger.Ethics, ""},
		{"flow cytometry", "Flow Cytometry", "cytometry", ""},
		{"a requirement", "other", "", "a requirement, not a topic; a credit without a topic counts there"},
		{"mistyped", "chemsitry", "", "not a topic; did you mean chemistry?"},
		{"far from any", "astronomy", "", "not a topic; no board here asks for it"},
		{"nothing", "", "", "not a topic; no board here asks for it"},
		{"only separators", " -/ ", "", "not a topic; no board here asks for it"},
		{"two topics", "chemistry;safety", "", "not a topic; no board here asks for it"},
	}
	checkReadings(t, ledger.Vocabulary(nil).Parse, tests)
}

func TestTopicName(t *testing.T) {
	for topic, want := range map[ledger.Topic]string{
		ledger.Safety: "Laboratory or patient safety", ledger.Ethics: "Medical ethics", "macroscopic-examination": "Macroscopic examination", "other": "Other", "": "",
	} {
		if got := ledger.Requirement(topic).Title(); got != want || topic != "other" && topic.Name() != want {
			t.Errorf("%q is titled %q and named %q, want %q", topic, got, topic.Name(), want)
		}
	}
}

func TestActivities(t *testing.T) {
	if diff := cmp.Diff(allActivities, names(ledger.Activities())); diff != "" {
		t.Errorf("Activities() (-want +got):\n%s", diff)
	}
	for _, want := range ledger.Activities() {
		for _, give := range []string{
			string(want), strings.ToUpper(string(want)), strings.ReplaceAll(string(want), "-", "  "),
			strings.ReplaceAll(string(want), "-", "_"),
		} {
			if got, err := ledger.ParseActivity(give); got != want || err != nil {
				t.Errorf("ParseActivity(%q) = %q, %v; want %q", give, got, err, want)
			}
		}
		if written, err := want.MarshalText(); string(written) != string(want) || err != nil {
			t.Errorf("MarshalText() of %q = %q, %v", want, written, err)
		}
	}
}

func TestParseActivity(t *testing.T) {
	checkReadings(t, ledger.ParseActivity, []reading[ledger.Activity]{
		{"mistyped", "postr", "", "not an activity; did you mean poster?"},
		{"far from any", "knitting", "", "not an activity; activities are " + allActivities},
		{"nothing", "", "", "not an activity; activities are " + allActivities},
	})
}

// One letter changed, added or lost, or two that changed places, leave any name
// long enough to be guessed.
func TestNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SampledFrom(ledger.Topics()).Draw(t, "topic")
		at := rapid.IntRange(0, len(want)-1).Draw(t, "at")
		word := string(want)
		switch rapid.SampledFrom([]string{"change", "add", "lose", "swap"}).Draw(t, "mistake") {
		case "change":
			word = word[:at] + "?" + word[at+1:]
		case "add":
			word = word[:at] + "?" + word[at:]
		case "lose":
			word = word[:at] + word[at+1:]
		case "swap":
			at = min(at, len(want)-2)
			word = word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:]
		}
		if got := ledger.Nearest(word, ledger.Topics()); got != want {
			t.Fatalf("Nearest(%q) = %q, want %q", word, got, want)
		}
	})
	for word, want := range map[string]string{"MSL": "MLS", "MLX": "MLS", "MXX": ""} {
		if got := ledger.Nearest(word, []string{"MLS"}); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := ledger.Nearest("MTL", []string{"MT", "MLT", "MTS"}); got != "MLT" {
		t.Errorf("Nearest(MTL) = %q, want MLT, where letters changed places", got)
	}
	if got := ledger.Nearest("xx", []string{"xy"}); got != "" {
		t.Errorf("a word of two letters is taken for %q", got)
	}
}

// What is read as a topic is one of the list, and is read from its own name.
func FuzzParseTopic(f *testing.F) {
	for _, seed := range []string{"safety", "BB", "Blood Bank/Transfusion Medicine", "other", "chemsitry", "", " - ", "ſafety", "chem\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		topic, err := ledger.Vocabulary(nil).Parse(s)
		if err != nil {
			return
		}
		if again, err := ledger.Vocabulary(nil).Parse(string(topic)); again != topic || err != nil {
			t.Fatalf("Parse(%q) = %q, which is read as %q, %v", s, topic, again, err)
		}
	})
}
