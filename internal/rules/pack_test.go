package rules_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// with returns a book with packs, by the names of their files.
func with(packs ...rules.PackFile) *rules.Book {
	return rules.Builtin().With(func() ([]rules.PackFile, error) { return packs, nil })
}

func pack(name, text string) rules.PackFile { return rules.PackFile{Name: name, Data: []byte(text)} }

const nurses = `body: fl
name: Board of Nursing
programme: Renewal
cycle: {months: 24, confidence: official, source: &page the page}
topics:
  - {topic: elder-care, aliases: [elders]}
fees:
  currency: USD
  periods:
    - {application: 80, further: 80, reinstatement: 40, confidence: reported, source: *page}
  further: {months: 0, text: each pays in full, confidence: reported, source: *page}
activities:
  - {kind: Course, activities: [course], points: 1 per hour, cap: none, proof: certificate, confidence: official, source: *page}
editions:
  - from: 2020-01-01
    total: {points: 20, confidence: official, source: *page}
    requirements:
      - {requirement: elder-care, title: Elder care, points: 1, confidence: official, source: *page}
      - {requirement: other, points: 19, confidence: derived, source: *page}
    credentials:
      RN: {name: Registered Nurse}
      LPN: {name: Practical Nurse, confidence: assumed, source: hearsay}
  - from: 2025-01-01
    total: {points: 24, confidence: official, source: *page}
    requirements:
      - {requirement: elder-care, title: Elder care, points: 2, confidence: official, source: *page}
      - {requirement: other, points: 22, confidence: derived, source: *page}
    credentials:
      RN: {name: "Registered Nurse, licensed"}
  - from: 2025-01-01
    total: {points: 6, confidence: official, source: *page}
    requirements:
      - {requirement: phlebotomy, points: 6, confidence: official, source: *page}
    credentials:
      CNA: {name: Nursing Assistant}
`

var rn = ledger.CredentialName{Body: "fl", Code: "RN"}

func TestPackOfABody(t *testing.T) {
	book := with(pack("nurses.yaml", nurses))
	for _, tt := range []struct{ last, want string }{
		{"2019-12-31", "no rules for a cycle that ends on 2019-12-31; the first are for cycles that end on 2020-01-01 or later"},
		{"2020-01-01", "fl/RN@2020-01-01 20"}, {"2020-01-02", "fl/RN@2020-01-01 20"},
		{"2024-12-31", "fl/RN@2020-01-01 20"}, {"2025-01-01", "fl/RN@2025-01-01 24"}, {"2025-01-02", "fl/RN@2025-01-01 24"},
	} {
		e, err := book.Edition(rn, date(tt.last))
		got := fmt.Sprint(err)
		if err == nil {
			got = e.ID + " " + e.Total.Points.String()
		}
		if got != tt.want {
			t.Errorf("edition for a cycle that ends on %s: %s, want %s", tt.last, got, tt.want)
		}
	}
	e, err := book.Edition(ledger.CredentialName{Body: "fl", Code: "LPN"}, date("2026-01-01"))
	need(t, err)
	if e.Pack != "nurses" || e.Programme.Cycle.Months != 24 || e.Programme.Cycle.Pack != "nurses" || e.Programme.DeclareBy != nil {
		t.Errorf("edition of pack %q, programme %+v", e.Pack, e.Programme)
	}
	want := rules.Figure{Points: 100, Provenance: rules.Provenance{Confidence: rules.Assumed, Source: "the page; hearsay", Pack: "nurses"}}
	if diff := cmp.Diff(want, e.Requirements[0].Figure); diff != "" {
		t.Errorf("figure (-want +got):\n%s", diff)
	}
	fees, err := book.Fees("fl")
	if err != nil || fees.Body != "fl" || fees.On(date("2026-01-01")).Application != 80 {
		t.Errorf("fees %+v, %v", fees, err)
	}
	activities, err := book.Activities("fl")
	if err != nil || len(activities) != 1 || activities[0].Pack != "nurses" {
		t.Errorf("activities %+v, %v", activities, err)
	}
	topics, err := book.Topics()
	if got, _ := topics.Parse("elders"); got != "elder-care" || err != nil {
		t.Errorf("topics %v, %v", topics, err)
	}
}

// Bodies of packs come last, each credential once, under its newest title.
func TestPackIsListed(t *testing.T) {
	all, err := with(pack("nurses.yaml", nurses)).Credentials()
	need(t, err)
	var got []string
	for _, l := range all[max(0, len(all)-3):] {
		got = append(got, l.Name.String()+" "+l.Title)
	}
	want := []string{"fl/CNA Nursing Assistant", "fl/LPN Practical Nurse", "fl/RN Registered Nurse, licensed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("own (-want +got):\n%s", diff)
	}
}

const coming = `body: ascp
editions:
  - from: 2028-01-01
    total: {points: 40, confidence: reported, source: &letter a letter}
    requirements:
      - {requirement: safety, points: 2, confidence: reported, source: *letter}
      - {requirement: other, points: 38, confidence: derived, source: *letter}
    credentials:
      MLS: {name: Medical Laboratory Scientist}
`

// A pack may bring a coming edition of what ships: the day before it the one
// that ships holds.
func TestPackOfAComingEdition(t *testing.T) {
	book := with(pack("coming.yaml", coming))
	mls := ledger.CredentialName{Body: "ascp", Code: "MLS"}
	for day, want := range map[string]string{"2027-12-31": "ascp/MLS@2023-01-01", "2028-01-01": "ascp/MLS@2028-01-01", "2028-01-02": "ascp/MLS@2028-01-01"} {
		e, err := book.Edition(mls, date(day))
		if err != nil || e.ID != want || e.Programme.Suffix != "CM" || (e.Pack != "") != (want == "ascp/MLS@2028-01-01") {
			t.Errorf("edition for a cycle that ends on %s: %+v, %v", day, e, err)
		}
	}
}

const letter = `corrections:
  - {credential: ascp/SCYM, from: 2023-01-01, requirement: cytometry, points: 8, confidence: official, source: "the board's letter"}
  - {credential: ascp/SCYM, from: 2023-01-01, requirement: other, points: 26, confidence: derived, source: "the board's letter"}
  - {credential: ascp/SCYM, requirement: total, points: 36, confidence: official, source: "the board's letter"}
`

func TestCorrections(t *testing.T) {
	book := with(pack("letter.yaml", letter))
	scym := ledger.CredentialName{Body: "ascp", Code: "SCYM"}
	editions, err := book.Editions(scym)
	need(t, err)
	var got []string
	for _, e := range editions {
		line := e.ID + " total " + e.Total.Points.String() + " " + string(e.Total.Confidence) + " " + e.Total.Pack
		for _, r := range e.Requirements {
			line += fmt.Sprintf(", %s %s %s %s", r.Name, r.Points, r.Confidence, r.Pack)
		}
		got = append(got, line)
	}
	want := []string{
		"ascp/SCYM@2006-01-01 total 36 official letter, safety 1 assumed , cytometry 10 assumed , other 25 assumed ",
		"ascp/SCYM@2023-01-01 total 36 official letter, safety 1 assumed , ethics 1 assumed , cytometry 8 official letter, other 26 derived letter",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("editions (-want +got):\n%s", diff)
	}
	packs, err := book.Packs()
	need(t, err)
	got = nil
	for _, c := range packs[0].Corrections {
		for _, x := range c.Corrected {
			got = append(got, fmt.Sprintf("%s %s: %s %s -> %s %s", x.Edition.ID, x.Title, x.Before.Points, x.Before.Confidence, c.Points, c.Confidence))
		}
	}
	want = []string{
		"ascp/SCYM@2023-01-01 Cytometry: 10 assumed -> 8 official",
		"ascp/SCYM@2023-01-01 Other: 24 assumed -> 26 derived",
		"ascp/SCYM@2023-01-01 Total: 36 assumed -> 36 official",
		"ascp/SCYM@2006-01-01 Total: 36 assumed -> 36 official",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
	other, err := rules.Builtin().Edition(scym, date("2027-01-01"))
	if err != nil || other.Total.Pack != "" || other.Requirements[2].Points != 1000 {
		t.Errorf("the rules that ship have changed: %+v, %v", other, err)
	}
}

// changed returns a text with one part in place of another.
func changed(text, old, new string) string {
	if !strings.Contains(text, old) {
		panic("the text lacks " + old)
	}
	return strings.Replace(text, old, new, 1)
}

// A pack may be named like a family that ships: what it adds is known all the
// same, and so is what ships.
func TestPackNamedLikeAFamily(t *testing.T) {
	book := with(pack("phlebotomy.yaml", `body: ascp
editions:
  - from: 2020-01-01
    total: {points: 4, confidence: reported, source: a}
    requirements:
      - {requirement: other, points: 4, confidence: derived, source: b}
    credentials:
      ZZT: {name: My own}
`))
	for _, code := range []string{"ZZT", "PBT"} {
		if names, err := book.Resolve(code); err != nil || len(names) != 1 {
			t.Errorf("Resolve(%s) = %v, %v; want one", code, names, err)
		}
	}
}

// Each fault is named with the file, its line, the key and what is wrong.
func TestPacksAreRefused(t *testing.T) {
	n := func(old, new string) []rules.PackFile {
		return []rules.PackFile{pack("nurses.yaml", changed(nurses, old, new))}
	}
	l := func(old, new string) []rules.PackFile {
		return []rules.PackFile{pack("letter.yaml", changed(letter, old, new))}
	}
	tests := []struct {
		name  string
		packs []rules.PackFile
		want  string
	}{
		{"nothing in it", []rules.PackFile{pack("x.yaml", "{}\n")}, "x.yaml: line 1: it adds nothing: write a body with editions, corrections or topics"},
		{"a body that cannot be written", n("body: fl", "body: FL"), `nurses.yaml: line 1: body: "FL" is not the short name of a body, such as fl: lower-case letters and digits`},
		{"no programme", n("programme: Renewal\n", ""), "nurses.yaml: line 1: programme is missing; a pack for a body of its own needs it (here: fl)"},
		{"no cycle", n("cycle: {months: 24, confidence: official, source: &page the page}", "audit: {text: a, confidence: official, source: &page the page}"),
			"nurses.yaml: line 1: cycle is missing; a pack for a body of its own needs it (here: fl)"},
		{"a cycle too long", n("months: 24", "months: 1201"), "nurses.yaml: line 4: cycle: months must be at most 1200"},
		{"a cycle without end", n("months: 24", "months: 99999999999"), "nurses.yaml: line 4: cycle: months must be at most 1200"},
		{"a long name of a body", n("body: fl", "body: floridaclinicallaboratories"), `nurses.yaml: line 1: body: "floridaclinicallaboratories" is not the short name of a body, such as fl: lower-case letters and digits, at most 20`},
		{"to be declared before the cycle begins", n("programme: Renewal", "programme: Renewal\ndeclare-by: {months: 25, confidence: official, source: s}"),
			"nurses.yaml: line 4: declare-by: 25 months are longer than the cycle of 24"},
		{"days that are other months", n("programme: Renewal", "declare-from: {months: 3, days: 30, confidence: official, source: s}\nprogramme: Renewal"),
			"nurses.yaml: line 3: declare-from: days: 30 are not 3 months"},
		{"a cycle in days", n("months: 24", "months: 24, days: 730"), `nurses.yaml: line 4: "days" is not a key here`},
		{"renewed on a day that months lack", n("programme: Renewal", "renews-from: {day: 29, confidence: official, source: s}\nprogramme: Renewal"),
			"nurses.yaml: line 3: renews-from: day must be from 1 to 28"},
		{"accepted after it has to be in", n("programme: Renewal", "declare-from: {months: 3, confidence: official, source: s}\nprogramme: Renewal\ndeclare-by: {months: 6, confidence: official, source: s}"),
			"nurses.yaml: line 3: declare-from: 3 months before expiry are after declare-by, 6 months before"},
		{"topics and exceptions", n("requirement: phlebotomy", "requirement: blood, topics: [BB], except: [safety]"), "nurses.yaml: line 33: except belongs to the requirement other"},
		{"topics of other", n("{requirement: other, points: 22", "{requirement: other, topics: [safety], points: 22"), "nurses.yaml: line 27: other accepts every topic and lists none"},
		{"no exceptions", n("requirement: phlebotomy", "requirement: blood, except: []"), "nurses.yaml: line 33: except: names no topic; leave it out, or name one"},
		{"exceptions of an area", n("requirement: phlebotomy", "requirement: area, except: [safety]"), "nurses.yaml: line 33: the topics of an area are those of each credential, under area-topics"},
		{"an unknown exception", n("requirement: phlebotomy", "requirement: blood, except: [safty]"), `nurses.yaml: line 33: "safty": not a topic; did you mean safety?`},
		{"no topics", n("requirement: phlebotomy", "requirement: blood, topics: []"), "nurses.yaml: line 33: topics: names no topic; leave it out, or name one"},
		{"a topic twice", n("requirement: phlebotomy", "requirement: blood, topics: [blood-banking, BB]"), `nurses.yaml: line 33: "BB": blood-banking is there twice`},
		{"a file that cannot be read", []rules.PackFile{pack("a.yaml", nurses), {Name: "x.yaml", Err: errors.New("no such file")}}, "x.yaml: no such file"},
		{"no editions", []rules.PackFile{pack("x.yaml", "body: amt\n")}, "x.yaml: line 1: body: needs editions, which say what its credentials require"},
		{"no body", []rules.PackFile{pack("x.yaml", "cycle: {}\n")}, "x.yaml: line 1: cycle: needs a body, and the pack names none under body"},
		{"editions of nobody", []rules.PackFile{pack("c.yaml", changed(coming, "body: ascp\n", ""))}, "c.yaml: line 2: editions need a body, and the pack names none under body"},
		{"a programme of a body that ships", n("body: fl", "body: amt"), "nurses.yaml: line 2: name: cmp has this for the body amt already; a pack can add editions, or corrections"},
		{"an alias that is known", n("[elders]", "[BB]"), `nurses.yaml: line 6: topic: "BB" means the topic blood-banking already`},
		{"a topic with a meaning of its own", n("topic: elder-care", "topic: area"), "nurses.yaml: line 6: topic: area means something else in a pack"},
		{"a requirement without its topic", n("topic: elder-care", "topic: elder-car"), "nurses.yaml: line 18: elder-care: not a topic; did you mean elder-car?; or list its topics"},
		{"a requirement total", n("requirement: phlebotomy", "requirement: total"), "nurses.yaml: line 33: requirement: total means the sum; give it another name"},
		{"a wrong sum", n("points: 22", "points: 21"), "nurses.yaml: line 29: RN: the requirements add up to 23, the total is 24"},
		{"an edition twice", n("CNA: {", "RN: {"), "nurses.yaml: line 35: RN: fl/RN@2025-01-01 is in nurses.yaml already"},
		{"a code in other letters", n("CNA: {", "rn: {"), "nurses.yaml: line 35: rn: is written RN elsewhere"},
		{"an escape sequence", n("name: Nursing Assistant", `name: "\e[31mred"`), "nurses.yaml: line 35: name: holds U+001B, which no screen shows"},
		{"a mark of direction", n("source: hearsay", `source: "a\u202eb"`), "nurses.yaml: line 22: source: holds U+202E, which no screen shows"},
		{"no confidence", n("points: 6, confidence: official", "points: 6"), "nurses.yaml: line 31: confidence is missing"},
		{"an empty period of fees", n("application: 80", "application: free"), "nurses.yaml: line 10: application: not a whole number such as 36"},
		{"a body in two packs", []rules.PackFile{pack("a.yaml", nurses), pack("b.yaml", nurses)}, "b.yaml: line 1: body: fl is in a.yaml already; a body is in one pack"},
		{"a word with two meanings", []rules.PackFile{pack("a.yaml", nurses), pack("b.yaml", "topics: [{topic: virology-law, aliases: [elders]}]\n")},
			`b.yaml: line 1: topics: "elders" means the topic elder-care already, by another pack`},

		{"an edition that ships", []rules.PackFile{pack("c.yaml", changed(coming, "2028", "2023"))},
			"c.yaml: line 9: MLS: ascp/MLS@2023-01-01 comes with cmp; to change a figure, write it under corrections"},
		{"a code that ships, in other letters", []rules.PackFile{pack("c.yaml", changed(coming, "MLS:", "mls:"))}, "c.yaml: line 9: mls: is written MLS"},
		{"an edition in two packs", []rules.PackFile{pack("a.yaml", coming), pack("b.yaml", coming)}, "b.yaml: line 9: MLS: ascp/MLS@2028-01-01 is in a.yaml already"},

		{"a correction without a body", l("ascp/SCYM", "SCYM"), `letter.yaml: line 2: credential: "SCYM": write its body before it, as in ascp/SCYM`},
		{"a correction of nothing", l("ascp/SCYM", "ascp/SCYMM"), "letter.yaml: line 2: credential: ascp/SCYMM: not a credential that cmp knows; did you mean ascp/SCYM?"},
		{"a correction of a pack", []rules.PackFile{pack("nurses.yaml", nurses+"corrections:\n  - {credential: fl/RN, requirement: total, points: 1, confidence: assumed, source: s}\n")},
			"nurses.yaml: line 37: credential: fl/RN is in nurses.yaml; corrections are for rules that come with cmp, so change the figure there"},
		{"a correction of no edition", l("from: 2023-01-01", "from: 2023-01-02"), "letter.yaml: line 2: from and requirement: ascp/SCYM has no cytometry from 2023-01-02"},
		{"a correction of no requirement at all", l("requirement: cytometry", "requirement: alchemy"), "letter.yaml: line 2: from and requirement: ascp/SCYM has no alchemy from 2023-01-01"},
		{"a figure corrected twice", l("from: 2023-01-01, requirement: other", "requirement: cytometry"), "letter.yaml: line 3: requirement: cytometry of ascp/SCYM@2023-01-01 is corrected in letter.yaml already"},
		{"a figure corrected in two packs", []rules.PackFile{pack("a.yaml", letter), pack("b.yaml", letter)}, "b.yaml: line 2: requirement: cytometry of ascp/SCYM@2023-01-01 is corrected in a.yaml already"},
		{"a sum that no longer holds", l("points: 26", "points: 25"), "letter.yaml: line 4: ascp/SCYM@2023-01-01: the requirements add up to 35, the total is 36; correct what else changes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			book := with(tt.packs...)
			_, err := book.Credentials()
			faults := book.Faults()
			if err != nil || len(faults) != 1 || !strings.HasPrefix(faults[0].Error(), tt.want) {
				t.Fatalf("faults %v, error %v\n want %s", faults, err, tt.want)
			}
		})
	}
}

// A pack that cannot be used takes away the rules of what it names, and of nothing else.
func TestUnusablePack(t *testing.T) {
	packs := []rules.PackFile{pack("a.yaml", changed(letter, "points: 26", "points: 25")), pack("b.yaml", nurses), pack("c.yaml", coming+"x: y\n")}
	book := with(packs...)
	for code, file := range map[string]string{"ascp/SCYM": "a.yaml", "ascp/MLS": "c.yaml", "ascp/BB": "", "fl/RN": ""} {
		body, code, _ := strings.Cut(code, "/")
		_, err := book.Edition(ledger.CredentialName{Body: body, Code: code}, date("2030-03-31"))
		var fault *rules.PackError
		if errors.As(err, &fault) != (file != "") || fault != nil && fault.File != file || fault == nil && err != nil {
			t.Errorf("%s: %v, want the fault of %q", code, err, file)
		}
	}
	if used, err := book.Packs(); len(used) != 1 || used[0].Name != "b" || err != nil {
		t.Errorf("used are %v, %v", used, err)
	}
}

// A correction that lowers a total lowers what a first period needs too.
func TestCorrectionBelowAFirstPeriod(t *testing.T) {
	for points, want := range map[string]string{"13": "0 12", "12": "0 12", "11": "0 11", "0.5": "0 0.5"} {
		book := with(pack("nd.yaml", strings.ReplaceAll(`corrections:
  - {credential: nd/CLP, from: 2018-07-01, requirement: total, points: N, confidence: official, source: letter}
  - {credential: nd/CLP, from: 2018-07-01, requirement: other, points: N, confidence: official, source: letter}
`, "N", points)))
		e, err := book.Edition(ledger.CredentialName{Body: "nd", Code: "CLP"}, date("2026-06-30"))
		if err != nil {
			t.Errorf("%s: %v", points, err)
			continue
		}
		if got := fmt.Sprint(e.FirstPeriods[0].Points, " ", e.FirstPeriods[1].Points); got != want {
			t.Errorf("%s: first periods need %s, want %s", points, got, want)
		}
	}
}

// In North Dakota general safety does not count; a credit counts that has another topic
// beside it, and so does one without a topic.
func TestExcept(t *testing.T) {
	e, err := rules.Builtin().Edition(ledger.CredentialName{Body: "nd", Code: "CLP"}, date("2026-06-30"))
	need(t, err)
	for topics, want := range map[string]ledger.Points{
		"": 100, "safety": 0, "chemistry": 100, "chemistry=0.25": 100, "safety;general": 100, "safety=0.5": 0, "safety;chemistry=0.25": 25,
		"safety=0.25;chemistry=0.5": 75, "safety=0.25;chemistry": 100, "safety=0.25;chemistry=0.5;hematology=0.25": 75, "safety=0.5;chemistry=0.75": 75,
	} {
		credit := ledger.Credit{ID: 1, Date: date("2026-01-01"), Points: 100}
		for topic := range strings.SplitSeq(topics, ";") {
			if topic == "" {
				continue
			}
			x, err := ledger.Vocabulary(nil).ParseCreditTopic(topic)
			need(t, err)
			credit.Topics = append(credit.Topics, x)
		}
		a := rules.Account{Edition: e, Cycle: ledger.Cycle{ID: 1, First: date("2024-07-01"), Last: date("2026-06-30")}, Credits: []ledger.Credit{credit}}
		if got := 2400 - rules.Evaluate(a, date("2026-03-01")).ToEarn; got != want || e.Requirements[0].Accepts(credit) != (want > 0) {
			t.Errorf("%q: %s counts, want %s", topics, got, want)
		}
	}
}

// Virology is a part of microbiology: it counts for both.
func TestPartOfATopic(t *testing.T) {
	book := rules.Builtin()
	for code, want := range map[string]ledger.Points{"SM": 1000, "SV": 1000, "SC": 0} {
		e, err := book.Edition(ledger.CredentialName{Body: "ascp", Code: code}, date("2027-03-31"))
		need(t, err)
		credit := ledger.Credit{ID: 1, Date: date("2026-01-01"), Points: 1000, Topics: []ledger.CreditTopic{{Topic: "virology"}}}
		a := rules.Account{Edition: e, Cycle: ledger.Cycle{ID: 1, First: date("2024-04-01"), Last: date("2027-03-31")}, Credits: []ledger.Credit{credit}}
		lacks := ledger.Points(0)
		for _, s := range rules.Evaluate(a, date("2026-03-01")).Shortages {
			if s.Requirements[0].Name == e.Requirements[2].Name {
				lacks = s.Points
			}
		}
		if lacks != 1000-want {
			t.Errorf("%s lacks %s, want %s", code, lacks, 1000-want)
		}
	}
}

// A pack may state a body whose codes need it, in the place of all that ships of it,
// and may as well add to what ships.
func TestPackOfABodyThatShips(t *testing.T) {
	const more = "body: fl\neditions:\n  - from: 2020-01-01\n    total: {points: 4, confidence: official, source: s}\n" +
		"    requirements: [{requirement: other, points: 4, confidence: official, source: s}]\n    credentials: {CGT: {name: Genetic Technologist}}\n"
	for _, tt := range []struct {
		pack rules.PackFile
		code string
		want string // its pack; "-" where it is not known
	}{
		{pack("nurses.yaml", nurses), "RN", "nurses"},
		{pack("nurses.yaml", nurses), "CLT", "-"},
		{pack("more.yaml", more), "CLT", ""},
		{pack("more.yaml", more), "CGT", "more"},
	} {
		book := with(tt.pack)
		got := "-"
		if e, err := book.Edition(ledger.CredentialName{Body: "fl", Code: tt.code}, date("2027-01-01")); err == nil {
			got = e.Pack
		}
		if _, err := book.Packs(); err != nil || book.Faults() != nil || got != tt.want {
			t.Errorf("%s: in pack %q, %v, %v; want %q", tt.code, got, err, book.Faults(), tt.want)
		}
	}
}

// Packs may share a topic.
func TestPacksShareATopic(t *testing.T) {
	topics, err := with(pack("a.yaml", nurses), pack("b.yaml", "topics: [{topic: elder-care, aliases: [Old age]}]\n")).Topics()
	for _, name := range []string{"elders", "old age", "elder-care"} {
		if got, _ := topics.Parse(name); got != "elder-care" || err != nil {
			t.Errorf("Parse(%q) = %q; %v", name, got, err)
		}
	}
}

// What whoever opens the files says is wrong, every question says.
func TestPacksCannotBeRead(t *testing.T) {
	broken := errors.New("the disk is on fire")
	asked := 0
	book := rules.Builtin().With(func() ([]rules.PackFile, error) { asked++; return nil, broken })
	if asked > 0 {
		t.Error("the packs were asked for before anything needed them")
	}
	_, of := book.Edition(rn, date("2026-01-01"))
	_, editions := book.Editions(rn)
	_, programme := book.Programme("ascp")
	_, listed := book.Credentials()
	_, resolved := book.Resolve("MLS")
	_, fees := book.Fees("ascp")
	_, activities := book.Activities("ascp")
	_, topics := book.Topics()
	_, packs := book.Packs()
	for i, err := range []error{of, editions, programme, listed, resolved, fees, activities, topics, packs} {
		if !errors.Is(err, broken) {
			t.Errorf("question %d: %v", i, err)
		}
	}
	if _, err := book.Units(); err != nil || asked != 1 {
		t.Errorf("units, which no pack has: %v; asked %d times", err, asked)
	}
}

// Whatever the bytes, a pack is refused with the name of its file, or all of
// its editions and all that it corrects add up.
func FuzzPack(f *testing.F) {
	for _, text := range []string{nurses, coming, letter, "topics: [{topic: a}]\n", "body: &b fl\nname: *b\n", "a: &a {a: *a}\nbody: *a\n", "total: {points: !!binary AA==}\n", "? {a: b}\n: [c]\n", "%YAML 1.1\n---\n...\n---\n", "<<: {body: fl}\n", "\xff\xfe"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		book := with(rules.PackFile{Name: "fuzz.yaml", Data: data})
		packs, err := book.Packs()
		if len(packs) == 0 {
			if faults := book.Faults(); err != nil || len(faults) != 1 || faults[0].File != "fuzz.yaml" {
				t.Errorf("%v, faults %v", err, faults)
			}
			return
		}
		all := packs[0].Editions
		for _, c := range packs[0].Corrections {
			for _, x := range c.Corrected {
				all = append(all, x.Edition)
			}
		}
		for _, e := range all {
			sum := ledger.Points(0)
			for _, r := range e.Requirements {
				sum += r.Points
			}
			if sum != e.Total.Points {
				t.Errorf("%s: requirements add up to %s, the total is %s", e.ID, sum, e.Total.Points)
			}
			if got, err := book.Edition(e.Name, e.From); err != nil || got != e || e.Programme == nil {
				t.Errorf("%s is not found: %v, %v", e.ID, got, err)
			}
		}
		if _, err := book.Credentials(); err != nil {
			t.Error(err)
		}
	})
}
