package rules

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

const soundFile = `family: xyz-nurse
body: xyz
from: 2025-01-01
total: {points: 10, confidence: official, source: &page "https://example.org/rules"}
requirements:
  - {requirement: safety, points: 1.5, confidence: official, source: *page}
  - {requirement: area, points: 4, confidence: reported, source: *page}
  - {requirement: other, points: 4.5, confidence: derived, source: *page}
credentials:
  RN: {name: Nurse, area: phlebotomy}
  RNi: {name: "Nurse, international", area: BB, confidence: assumed, source: hearsay, note: ask}
`

func TestParseEdition(t *testing.T) {
	f, err := parseEdition("pack", []byte(soundFile))
	if err != nil {
		t.Fatal(err)
	}
	figure := func(points ledger.Points, c Confidence) Figure {
		return Figure{points, Provenance{Confidence: c, Source: "https://example.org/rules; hearsay"}}
	}
	want := &Edition{
		ID:    "xyz/RNi@2025-01-01",
		Name:  ledger.CredentialName{Body: "xyz", Code: "RNi"},
		Title: "Nurse, international",
		From:  ledger.MakeDate(2025, 1, 1),
		Total: figure(1000, Assumed),
		Requirements: []Requirement{
			{"safety", "Laboratory or patient safety", figure(150, Assumed), []ledger.Topic{"safety"}, nil},
			{"blood-banking", "Blood banking", figure(400, Assumed), []ledger.Topic{"blood-banking"}, nil},
			{"other", "Other", figure(450, Assumed), nil, nil},
		},
		Note: "ask",
	}
	if diff := cmp.Diff(want, f.editions[1]); diff != "" {
		t.Errorf("RNi (-want +got):\n%s", diff)
	}
	if got := f.editions[0].Requirements[1].Figure; got != (Figure{400, Provenance{Confidence: Reported, Source: "https://example.org/rules"}}) {
		t.Errorf("area of RN: %+v", got)
	}
}

// swap returns the sound file with one text in place of another.
func swap(old, new string) string {
	if !strings.Contains(soundFile, old) {
		panic("the sound file lacks " + old)
	}
	return strings.Replace(soundFile, old, new, 1)
}

// Each fault is named with the file, its line and what is wrong.
func TestParseEditionRefuses(t *testing.T) {
	tests := []struct {
		name, give, want string
	}{
		{"nothing in it", "", "pack: line 1: the file is empty"},
		{"comment alone", "# rules\n", "pack: line 1: the file is empty"},
		{"not a mapping", "- rules\n", "pack: line 1: write keys with values here: family, body, from, from-confidence, note, total, category, first-period, requirements, credentials"},
		{"not YAML", swap("total: {", "total: ["), "pack: line 3: a bracket is not closed, or a comma is missing"},
		{"two documents", swap("body: xyz", "body: xyz\n---\na: b"), "pack: line 3: a second document (---); a file may have only one"},
		{"unknown key", swap("body: xyz", "bodies: xyz"), `pack: line 2: "bodies" is not a key here; keys are family, body, from, from-confidence, note, total, category, first-period, requirements, credentials`},
		{"unknown key of a figure", swap("points: 10", "pionts: 10"), `pack: line 4: "pionts" is not a key here; did you mean points?`},
		{"key twice", swap("body: xyz", "body: xyz\nbody: abc"), "pack: line 3: body is there twice"},
		{"key missing", swap("body: xyz\n", ""), "pack: line 1: body is missing"},
		{"no value", swap("body: xyz", "body:"), "pack: line 2: body: has no value"},
		{"a list for a value", swap("body: xyz", "body: [xyz]"), "pack: line 2: body: write a single value"},
		{"a value for a list", "requirements: safety\n", "pack: line 1: requirements: write a list"},
		{"an alias for more than a value", swap("*page}\n  - {requirement: area", "*page}\n  - &a {requirement: chemistry, points: 1, confidence: official, source: *page}\n  - *a\n  - {requirement: area"),
			"pack: line 8: write keys with values here: requirement, title, topics, except, points, confidence, source"},
		{"no such day", swap("2025-01-01", "2025-02-30"), "pack: line 3: from: not a day of the calendar: that month has 28 days"},
		{"no such confidence", swap("official", "sure"), "pack: line 4: confidence: not a confidence: official, reported, derived or assumed"},
		{"no source", swap(", source: *page}\n  - {requirement: area", "}\n  - {requirement: area"), "pack: line 6: source is missing"},
		{"an alias of nothing", swap("&page ", ""), "pack: a value begins with *; put it in quotes"},
		{"no points", swap("points: 10", "points: 0"), "pack: line 4: points: points must be more than 0"},
		{"too many decimals", swap("points: 1.5", "points: 1.505"), "pack: line 6: points: points have at most two decimals, such as 1.25"},
		{"family of another body", swap("xyz-nurse", "abc-nurse"), "pack: line 1: family: must begin with the body, as in xyz-abc-nurse"},
		{"too many requirements", swap("requirements:\n", "requirements:\n"+strings.Repeat("  - {requirement: a, topics: [safety], points: 1, confidence: assumed, source: s}\n", 65)), "pack: line 75: RN: more than 64 requirements"},
		{"sum above the total", swap("points: 10", "points: 9"), "pack: line 10: RN: the requirements add up to 10, the total is 9"},
		{"requirement without topic", swap("requirement: safety", "requirement: sofety"), "pack: line 6: sofety: not a topic; did you mean safety?; or list its topics"},
		{"requirement with a name that cannot be typed", swap("requirement: safety", "requirement: Night shift, topics: [safety]"), "pack: line 6: requirement: write lower-case words joined by hyphens"},
		{"unknown topic", swap("requirement: safety", "requirement: night, topics: [darkness]"), "pack: line 6: \"darkness\": not a topic; no board here asks for it"},
		{"topics of other", swap("requirement: other", "requirement: other, topics: [safety]"), "pack: line 8: other accepts every topic and lists none"},
		{"requirement twice", swap("area: BB", "area: safety"), "pack: line 11: RNi: the requirement safety is there twice"},
		{"other before the last", swap("requirement: safety", "requirement: other"), "pack: line 10: RN: the requirement other must be the last"},
		{"no area", swap(", area: phlebotomy", ""), "pack: line 10: RN: give both an area and the requirement area, or neither"},
		{"area that no requirement uses", swap("requirement: area", "requirement: chemistry"), "pack: line 10: RN: give both an area and the requirement area, or neither"},
		{"a category without points", swap("requirements:\n", "category: {confidence: official, source: s}\nrequirements:\n"), "pack: line 5: points is missing"},
		{"a category that other has no points for", swap("requirements:\n", "category: {points: 5, confidence: official, source: s}\nrequirements:\n"),
			"pack: line 11: RN: category: its points are taken from other, which has too few"},
		{"a first period of more than the total", swap("requirements:\n", "first-period: [{within: 6, points: 11, confidence: official, source: s}]\nrequirements:\n"),
			"pack: line 11: RN: first-period: 11 are more than the total"},
		{"first periods in disorder", swap("requirements:\n", "first-period: [{within: 6, points: 1, confidence: official, source: s}, {within: 6, points: 0, confidence: official, source: s}]\nrequirements:\n"),
			"pack: line 11: RN: first-period: within must go up from item to item"},
		{"a first period of no months", swap("requirements:\n", "first-period: [{within: 0, points: 1, confidence: official, source: s}]\nrequirements:\n"),
			"pack: line 11: RN: first-period: within must go up from item to item"},
		{"a first period with a source alone", swap("requirements:\n", "first-period: [{source: s}]\nrequirements:\n"), "pack: line 5: within is missing"},
		{"no credentials", "credentials: {}\n", "pack: line 1: credentials: write codes with their names"},
		{"credential twice", swap("RNi:", "rn:"), "pack: line 11: rn is there twice"},
		{"credential without a name", swap("name: Nurse, ", ""), "pack: line 10: name is missing"},
		{"not a code", swap("RN:", "R/N:"), "pack: line 10: R/N: not a code such as MLS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseEdition("pack", []byte(tt.give))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error %v\n want %s", err, tt.want)
			}
		})
	}
}

const soundProgramme = `body: xyz
name: Board of Nurses
programme: Keeping Up
cycle: {months: 24, confidence: official, source: page}
caps: [{activity: poster, percent: 50, confidence: official, source: page}]
audit: {text: keep it, confidence: official, source: page}
`

const soundFees = `body: xyz
currency: USD
periods:
  - {application: 50, further: 10, reinstatement: 20, confidence: official, source: page}
  - {from: 2025-01-01, application: 60, further: 10, reinstatement: 20, confidence: official, source: page}
further: {months: 3, text: same day, confidence: official, source: page}
`

func TestParseProgrammeAndFeesRefuse(t *testing.T) {
	tests := []struct{ name, sound, old, new, want string }{
		{"a sound programme", soundProgramme, "", "", ""},
		{"empty cycle", soundProgramme, "months: 24", "months: 0", "line 4: cycle: months must be more than 0"},
		{"months with decimals", soundProgramme, "months: 24", "months: 2.4", "line 4: months: not a whole number such as 36"},
		{"cap above the total", soundProgramme, "percent: 50", "percent: 101", "line 5: percent must be from 1 to 100"},
		{"no such day of the year", soundProgramme, "audit:", "ends: {month: 2, day: 30, confidence: official, source: page}\naudit:", "line 6: ends: month 2, day 30: not a day of the year"},
		{"neither true nor false", soundProgramme, "audit:", "needs-body: yes\naudit:", "line 6: needs-body: not true or false"},
		{"two caps on one activity", soundProgramme, "page}]", "page},\n  {activity: poster, percent: 5, confidence: official, source: page}]",
			"line 6: activity: poster has a cap already"},
		{"no such activity", soundProgramme, "poster", "bungee", "line 5: activity: not an activity; "},
		{"sound fees", soundFees, "", "", ""},
		{"cents", soundFees, "application: 60", "application: 60.50", "line 5: application: not a whole number such as 36"},
		{"periods out of order", soundFees, "from: 2025-01-01, ", "", "line 5: from must be later than the day of the period before"},
		{"no fee for reinstatement", soundFees, "application: 60, further: 10, reinstatement: 20", "application: 60", ""},
		{"no rule for further credentials", soundFees, "further: {months: 3, text: same day, confidence: official, source: page}", "",
			"line 4: further: the key further beside periods must say who pays it"},
		{"a further credential pays more", soundFees, "further: 10", "further: 51", "line 4: further: is more than the application fee that it replaces"},
		{"exempt", soundFees, "from: 2025-01-01,", "from: 2025-01-01, exempt: nurses,", ""},
		{"exempt from what", soundFees, "{application: 50", "{exempt: nurses, application: 50", "line 4: exempt: there is no period before"},
		{"annual fees", soundFees, "currency", "annual: [{credentials: [RN], amount: 5, confidence: official, source: page}]\ncurrency", ""},
		{"annual fees of none", soundFees, "currency", "annual: [{credentials: [], amount: 5, confidence: official, source: page}]\ncurrency",
			"line 2: credentials: there is none"},
		{"no periods", soundFees, "periods:", "periods: []\nnotes:", "line 3: periods: there is none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, keys := "", reader{}.programme(new(Programme))
			if tt.sound == soundFees {
				keys = reader{}.fees(new(Fees))
			}
			keys = append(keys, yamlfile.Fields{{"body", new(string)}}...)
			if err := yamlfile.Read([]byte(strings.Replace(tt.sound, tt.old, tt.new, 1)), keys); err != nil {
				got = err.Error()
			}
			if !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("error %s\n want %s", got, tt.want)
			}
		})
	}
}

// A book refuses files that are not what their names say, and names them.
func TestBookRefuses(t *testing.T) {
	const programme = "body: xyz\nname: B\nprogramme: P\ncycle: {months: 24, confidence: official, source: s}\n" +
		"audit: {text: t, confidence: official, source: s}\n"
	name := ledger.CredentialName{Body: "xyz", Code: "RN"}
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"sound", map[string]string{"xyz-nurse@2025-01-01.yaml": soundFile, "xyz.yaml": programme}, ""},
		{"another from", map[string]string{"xyz-nurse@2025-01-02.yaml": soundFile, "xyz.yaml": programme},
			"xyz-nurse@2025-01-02.yaml: family and from must be xyz-nurse and 2025-01-02, as the file is named"},
		{"another family", map[string]string{"xyz-doctor@2025-01-01.yaml": soundFile, "xyz.yaml": programme},
			"xyz-doctor@2025-01-01.yaml: family and from must be xyz-doctor and 2025-01-01, as the file is named"},
		{"no day", map[string]string{"xyz-nurse@soon.yaml": soundFile},
			"xyz-nurse@soon.yaml: what follows the @ is not a day such as 2026-11-21"},
		{"no programme", map[string]string{"xyz-nurse@2025-01-01.yaml": soundFile},
			"xyz-nurse@2025-01-01.yaml: body: not a body that the rules know, such as ascp"},
		{"another body's programme", map[string]string{"xyz-nurse@2025-01-01.yaml": soundFile, "xyz.yaml": strings.Replace(programme, "xyz", "abc", 1)},
			"xyz.yaml: body: must be xyz, as the file is named"},
		{"a broken file", map[string]string{"xyz-nurse@2025-01-01.yaml": "family: RN", "xyz.yaml": programme},
			"xyz-nurse@2025-01-01.yaml: line 1: body is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := make(fstest.MapFS)
			for file, text := range tt.files {
				files["rules/"+file] = &fstest.MapFile{Data: []byte(text)}
			}
			_, err := newBook(files, "rules").Edition(name, ledger.MakeDate(2026, 1, 1))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
