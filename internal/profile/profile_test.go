package profile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/profile"
	"cmpledger/internal/transcript"
)

// regexps compares patterns by what they are written as.
func regexps(a, b *regexp.Regexp) bool { return a.String() == b.String() }

func TestParse(t *testing.T) {
	got, err := profile.Parse("mine", []byte(`# with everything
title: My portal
verified: 2026-11-21
source: a transcript of my own
sheet: CE History
skip: 3
date-format: dd.mm.yyyy
decimal: comma
unit: CEU
columns: {title: Course Title, points: 2026, topic: "no", note: 1.0, Unit: Type of credit}
set:
  provider: LabCE
  activity: Employer Program
  topics: [safety, BB]
  points: 0,1 CEU
topics:
  Transfusion Medicine: BB
  Lab  Management: [management, quality]
  2026: [general]
  General: []
if:
  - {column: Status, matches: "^(failed|open)$", skip: true}
  - {column: no, matches: blood, topics: blood-banking, activity: book, skip: false}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := profile.Profile{
		Title: "My portal", Layout: "verified 2026-11-21", Source: "a transcript of my own", Sheet: "CE History",
		Options: transcript.Options{
			Skip: 3, DateFormat: "DD/MM/YYYY", DecimalComma: true, Unit: transcript.InCEU,
			Columns: map[transcript.Field]string{
				transcript.Title: "Course Title", transcript.Points: "2026", transcript.Topics: "no", transcript.Note: "1.0",
				transcript.PointsUnit: "Type of credit",
			},
			Constants: map[transcript.Field]string{
				transcript.Provider: "LabCE", transcript.Activity: "employer-program",
				transcript.Topics: "safety;blood-banking", transcript.Points: "0,1 CEU",
			},
			Topics: map[string][]ledger.Topic{
				"transfusionmedicine": {"blood-banking"}, "labmanagement": {"management", "quality"}, "2026": {"general"}, "general": {},
			},
			Rules: []transcript.Rule{
				{Column: "Status", Match: regexp.MustCompile("(?i)^(failed|open)$"), Skip: true},
				{Column: "no", Match: regexp.MustCompile("(?i)blood"), Topics: []ledger.Topic{"blood-banking"}, Activity: "book"},
			},
		},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(regexps)); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

func TestParseTitle(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"mine", "unit: hours\n", "mine"},
		{"profile labce", "{}\n", "profile labce"},
		{"./conf/my-portal.yaml", "unit: hours\n", "my-portal"},
		{`C:\conf\portal.yml`, "{}\n", "portal.yml"},
		{".yaml", "{}\n", ".yaml"},
		{"mine.yaml", "title: Of its own\n", "Of its own"},
	}
	for _, tt := range tests {
		p, err := profile.Parse(tt.name, []byte(tt.text), nil)
		if err != nil || p.Title != tt.want {
			t.Errorf("Parse(%q, %q): title %q, %v; want %q", tt.name, tt.text, p.Title, err, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", "line 1: the file is empty"},
		{"a list", "- a\n", "line 1: write keys with values here: title, layout, verified, source, sheet, skip, " +
			"date-format, decimal, unit, columns, set, topics, if"},
		{"a far key", "title: a\nfoo: 1\n", `line 2: "foo" is not a key here; keys are title, layout, verified, source, sheet, skip, ` +
			"date-format, decimal, unit, columns, set, topics, if"},
		{"skip below 0", "title: a\nskip: -1\n", "line 2: skip: not a whole number such as 36"},
		{"layout", "title: a\nlayout: seen\n", "line 2: layout: not a layout; write unverified, or leave layout out and write verified with the day"},
		{"verified", "title: a\nverified: yes\n", "line 2: verified: not a day such as 2026-11-21"},
		{"both", "title: a\nlayout: unverified\nverified: 2026-11-21\n", "give layout or verified, not both"},
		{"verified without a source", "title: a\nverified: 2026-11-21\n", "verified needs source too: say what it was checked against"},
		{"date format", "title: a\ndate-format: soon\n",
			"line 2: date-format: not a date format; date formats are YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY, MM/DD/YY, DD/MM/YY"},
		{"decimal", "title: a\ndecimal: semicolon\n", "line 2: decimal: not point or comma"},
		{"unit", "title: a\nunit: minute\n", "line 2: unit: not a unit; did you mean minutes?"},
		{"unit that is a list", "title: a\nunit: [ceu]\n", "line 2: unit: write a single value"},
		{"no columns", "title: a\ncolumns:\n", "line 2: columns: write fields with their values, such as title: Course Name"},
		{"a column of nothing", "title: a\ncolumns:\n  titl: A\n", `line 3: "titl" is not a field; did you mean title?`},
		{"a field twice", "title: a\ncolumns:\n  topic: A\n  topics: B\n", "line 4: topics is there twice"},
		{"a column without a name", "title: a\ncolumns:\n  title:\n", "line 3: title: has no value"},
		{"a constant title", "title: a\nset:\n  title: B\n", "line 3: title: cannot be the same for every row"},
		{"a constant unit", "title: a\nset:\n  unit: hours\n", "line 3: unit: belongs outside of set: unit: hours"},
		{"a constant activity", "title: a\nset:\n  activity: webinar\n", "line 3: activity: not an activity; activities are course, "},
		{"no constant topic", "title: a\nset:\n  topics: []\n", "line 3: topics: names no topic"},
		{"constant points", "title: a\nset:\n  points: 1,5\n", "line 3: points: not a number of points such as 1.5: write 1.5"},
		{"constant points by the unit", "title: a\nset:\n  points: 0.5\nunit: minutes\n", "line 3: points: less than 0.01 points"},
		{"no topics", "title: a\ntopics: []\n", "line 2: topics: write texts with their topics, such as Transfusion Medicine: blood-banking"},
		{"a topic", "title: a\ntopics:\n  Chem: chemstry\n", `line 3: Chem: "chemstry" is not a topic; did you mean chemistry?`},
		{"a topic in a list", "title: a\ntopics:\n  Chem:\n    - safety\n    - chemstry\n", `line 5: "chemstry" is not a topic; did you mean chemistry?`},
		{"a text without a topic", "title: a\ntopics:\n  Chem:\n", "line 3: Chem: has no value"},
		{"a text twice", "title: a\ntopics:\n  Chem: chemistry\n  c h e m: safety\n", "line 4: c h e m is there twice"},
		{"an empty text", "title: a\ntopics:\n  ' ': chemistry\n", "line 3: write a text before the colon"},
		{"a rule that is none", "title: a\nif: {column: A}\n", "line 2: if: write a list"},
		{"a rule without a column", "title: a\nif:\n  - {matches: A, skip: true}\n", "line 3: column is missing"},
		{"a rule without a pattern", "title: a\nif:\n  - {column: A, skip: true}\n", "line 3: matches is missing"},
		{"a broken pattern", "title: a\nif:\n  - column: A\n    matches: (foo\n    skip: true\n",
			"line 4: matches: \"(foo\" is not a pattern: missing closing ): `(foo`"},
		{"a rule's topic", "title: a\nif:\n  - {column: A, matches: b, topics: chemstry}\n", `line 3: topics: "chemstry" is not a topic; did you mean chemistry?`},
		{"a rule's activity", "title: a\nif:\n  - {column: A, matches: b, activity: curse}\n", "line 3: activity: not an activity; did you mean course?"},
		{"a rule's skip", "title: a\nif:\n  - {column: A, matches: b, skip: yes}\n", "line 3: skip: not true or false"},
		{"a rule that does nothing", "title: a\nif:\n  - {column: A, matches: b}\n", "line 3: if: say what to do: topics, activity or skip: true"},
		{"a rule that does both", "title: a\nif:\n  - {column: A, matches: b, skip: true, topics: safety}\n",
			"line 3: if: a row that is skipped needs neither topics nor an activity"},
		{"a key of a rule", "title: a\nif:\n  - {column: A, matche: b}\n", `line 3: "matche" is not a key here; did you mean matches?`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := profile.Parse("mine.yaml", []byte(tt.text), nil)
			if err == nil {
				t.Fatal("no error")
			}
			got, prefixed := strings.CutPrefix(err.Error(), "mine.yaml: ")
			if !prefixed || !strings.HasPrefix(strings.TrimPrefix(got, "line 1: "), strings.TrimPrefix(tt.want, "line 1: ")) {
				t.Errorf("error %s\nwant  mine.yaml: %s", err, tt.want)
			}
		})
	}
}

const samples = "../../testdata/import"

// TestShipped reads a sample by each profile that ships.
func TestShipped(t *testing.T) {
	tests := []struct{ name, file, layout, want string }{
		{"accme", "accme.csv", "unverified", "1 course safety; 0.5 journal-article ; 1.5 course ; 1 skipped"},
		{"ce-broker", "ce-broker.csv", "unverified",
			"2 course medical-errors; 1.5 course blood-banking=1,safety=0.5; 1 course general,ethics; 2 course ; 0.5 course quality; 0 skipped"},
		{"cme-passport", "cme-passport.tsv", "unverified", "2 course safety; 1 course ; 0 skipped"},
		{"labce", "labce.csv", "unverified", "1.5 course hematology; 1 course safety; 1 course safety; 2 course chemistry; 1 course microbiology; 0 skipped"},
		{"own", "own.csv", "verified 2026-11-21", "0.5 employer-program safety; 1.5 course safety=0.5,hematology; 45 college-course ; 0 skipped"},
		{"pace", "pace.csv", "unverified", "1 course cytometry; 1 course hematology,chemistry; 1.5 course microbiology; 0.5 course ; 0 skipped"},
	}
	var names []string
	for _, tt := range tests {
		names = append(names, tt.name)
		t.Run(tt.name, func(t *testing.T) {
			p, err := profile.Parse(tt.name, profile.ShippedText(tt.name), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.layout, p.Layout); diff != "" {
				t.Errorf("layout (-want +got):\n%s", diff)
			}
			data, err := os.ReadFile(filepath.Join(samples, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			f, err := transcript.Text(data).Read(p.Options)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, row := range f.Rows {
				c := row.Credit
				if row.Problem != nil {
					t.Errorf("row %d: %s", row.Number, row.Problem)
				}
				got += fmt.Sprintf("%s %s %s; ", c.Points, c.Activity, strings.ReplaceAll(ledger.FormatCreditTopics(c.Topics), ";", ","))
			}
			got += fmt.Sprintf("%d skipped", f.SkippedRows)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(names, profile.Shipped()); diff != "" {
		t.Errorf("profiles that ship and cases differ (-cases +shipped):\n%s", diff)
	}
	if profile.ShippedText("nope") != nil || profile.ShippedText("../data/own") != nil {
		t.Error("a profile that does not exist has a text")
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range profile.Shipped() {
		f.Add(profile.ShippedText(name))
	}
	for _, seed := range []string{"title: &a x\nsource: *a\n", "? {a: b}\n: c\n", "title: a\ntopics: {2026: safety, ~: []}\n", "<<: {title: a}\n", "#\n", "\xff\xfe", "a: *a\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := profile.Parse("fuzz", data, nil)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz: ") {
				t.Errorf("error %q does not name the profile", err)
			}
			return
		}
		if p.Title == "" {
			t.Error("a profile without a title")
		}
		if _, err := transcript.Text([]byte("title,date,points\nA,2026-03-02,1\n")).Read(p.Options); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
