package rules_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// every returns all editions of all built-in credentials.
func every(t *testing.T) map[ledger.CredentialName][]*rules.Edition {
	t.Helper()
	book := rules.Builtin()
	listed, err := book.Credentials()
	need(t, err)
	all := make(map[ledger.CredentialName][]*rules.Edition)
	for _, c := range listed {
		if all[c.Name], err = book.Editions(c.Name); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
	}
	return all
}

// The rule files agree with a table that was written apart from them: every
// credential, edition, figure and confidence, none missing and none more.
func TestRequiredPoints(t *testing.T) {
	got := make(map[string]string)
	for _, editions := range every(t) {
		for _, e := range editions {
			line := string(e.FromConfidence[:min(1, len(e.FromConfidence))]) + summary(e.Total)
			if e.Category != nil {
				line += " each=" + summary(*e.Category)
			}
			for _, p := range e.FirstPeriods {
				line += fmt.Sprintf(" %d:%s", p.Within, summary(p.Figure))
			}
			for _, r := range e.Requirements {
				line += " " + string(r.Name) + "=" + summary(r.Figure)
			}
			got[e.ID] = line
		}
	}
	if diff := cmp.Diff(requiredPoints(t), got); diff != "" {
		t.Errorf("required points differ (-want +got):\n%s", diff)
	}
}

func summary(f rules.Figure) string { return f.Points.String() + string(f.Confidence[:1]) }

// requiredPoints reads testdata/required-points.txt into one line an edition.
func requiredPoints(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/required-points.txt")
	need(t, err)
	want := make(map[string]string)
	for line := range strings.Lines(string(data)) {
		figures, codes, ok := strings.Cut(line, " : ")
		if strings.HasPrefix(line, "#") || !ok {
			continue
		}
		head := strings.SplitN(figures, " ", 3)
		for code := range strings.FieldsSeq(codes) {
			code, own, _ := strings.Cut(code, "=")
			id := head[0] + "/" + code + "@" + head[1][:len("2006-01-02")]
			if want[id] != "" {
				t.Fatalf("%s is there twice", id)
			}
			want[id] = head[1][len("2006-01-02"):] + strings.Replace(head[2], "own=", own+"=", 1)
		}
	}
	return want
}

// The day before an edition begins has the one before it, or none; the first
// day and the day after have it.
func TestEditionBoundaries(t *testing.T) {
	book := rules.Builtin()
	for name, editions := range every(t) {
		before := ""
		for _, e := range editions {
			for day, want := range map[ledger.Date]string{e.From - 1: before, e.From: e.ID, e.From + 1: e.ID} {
				got, err := book.Edition(name, day)
				switch {
				case want == "" && err == nil:
					t.Errorf("%s, last day %s: got %s, want an error", name, day, got.ID)
				case want == "" && !strings.Contains(err.Error(), day.String()):
					t.Errorf("%s, last day %s: error %q does not name the day", name, day, err)
				case want != "" && (err != nil || got.ID != want):
					t.Errorf("%s, last day %s: got %v, %v, want %s", name, day, got, err, want)
				}
			}
			before = e.ID
		}
	}
}

// The rule files cite no address but those of a list that was written apart from
// them, and all of these.
func TestSources(t *testing.T) {
	list, err := os.ReadFile("testdata/sources.txt")
	need(t, err)
	files, err := filepath.Glob("data/*.yaml")
	need(t, err)
	cited := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		need(t, err)
		for _, address := range regexp.MustCompile(`https?://[^\s"';,]+`).FindAllString(string(text), -1) {
			cited[address] = true
		}
	}
	if diff := cmp.Diff(strings.Fields(string(list)), slices.Sorted(maps.Keys(cited))); diff != "" {
		t.Errorf("sources (-list +cited):\n%s", diff)
	}
}

func TestRequirementTitlesAndTopics(t *testing.T) {
	tests := []struct {
		code, requirement, title string
		topics                   []ledger.Topic
	}{
		{"MLS", "safety", "Laboratory or patient safety", []ledger.Topic{"safety"}},
		{"MLS", "other", "Other", nil},
		{"BB", "blood-banking", "Blood banking", []ledger.Topic{"blood-banking"}},
		{"PA", "anatomic-pathology", "General anatomic pathology", []ledger.Topic{"anatomic-pathology"}},
		{"PA", "macroscopic-examination", "Macroscopic examination and cancer staging", []ledger.Topic{"macroscopic-examination"}},
		{"QLS", "safety-specialty", "Laboratory safety specialty", []ledger.Topic{"safety"}},
		{"SLS", "safety-specialty", "Laboratory safety specialty", []ledger.Topic{"safety"}},
	}
	book := rules.Builtin()
	for _, tt := range tests {
		t.Run(tt.code+" "+tt.requirement, func(t *testing.T) {
			e, err := book.Edition(ledger.CredentialName{Body: "ascp", Code: tt.code}, ledger.MakeDate(2027, 3, 31))
			need(t, err)
			r, ok := e.Requirement(ledger.Requirement(tt.requirement))
			if !ok || r.Title != tt.title {
				t.Errorf("title %q, %v, want %q", r.Title, ok, tt.title)
			}
			if diff := cmp.Diff(tt.topics, r.Topics); diff != "" {
				t.Errorf("topics (-want +got):\n%s", diff)
			}
		})
	}
}

// What each body asks of all its credentials, written from its pages and not from the
// rule files: cycle, days to declare, last years, caps, the fixed day on which cycles
// end, and whether codes need the body.
func TestProgramme(t *testing.T) {
	book := rules.Builtin()
	span := func(s *rules.Span) string {
		if s == nil {
			return "-"
		}
		return fmt.Sprintf("%d/%d%s", s.Months, s.Days, s.Confidence[:1])
	}
	for body, want := range map[string]string{
		"ascp": "36/0o CM, from 3/90o by 1/30o, last 36/0o, caps [college-course 50o], ends -, CODE",
		"amt":  "36/0o , from - by -, last -, caps [], ends -, CODE",
		"ca":   "24/0o , from - by -, last -, caps [], ends -, body/CODE",
		"fl":   "24/0o , from - by -, last -, caps [], ends -, body/CODE",
		"tn":   "24/0o , from - by -, last -, caps [], ends 12-31o, body/CODE",
		"nd":   "24/0o , from - by -, last -, caps [], ends 6-30o, body/CODE",
		"mt":   "12/0o , from - by -, last -, caps [], ends -, body/CODE",
		"la":   "12/0o , from - by -, last -, caps [], ends 12-31o, body/CODE",
		"nv":   "24/0r , from - by -, last -, caps [], ends -, body/CODE",
		"wv":   "12/0r , from - by -, last -, caps [], ends -, body/CODE",
		"abb":  "24/0o , from - by -, last -, caps [], ends 12-31o, body/CODE",
	} {
		p, err := book.Programme(body)
		need(t, err)
		var caps []string
		for _, c := range p.Caps {
			caps = append(caps, fmt.Sprintf("%s %d%s", c.Activity, c.Percent, c.Confidence[:1]))
		}
		ends, code := "-", "CODE"
		if y := p.Ends; y != nil {
			ends = fmt.Sprintf("%d-%d%s", y.Month, y.Day, y.Confidence[:1])
		}
		if p.NeedsBody {
			code = "body/CODE"
		}
		got := fmt.Sprintf("%s %s, from %s by %s, last %s, caps %v, ends %s, %s",
			span(&p.Cycle), p.Suffix, span(p.DeclareFrom), span(p.DeclareBy), span(p.LastYears), caps, ends, code)
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", body, got, want)
		}
	}
	for _, body := range []string{"", "xyz", "../data/ascp", "ascp-fees"} {
		if p, err := book.Programme(body); err == nil {
			t.Errorf("Programme(%q) = %+v, want an error", body, p)
		}
	}
}

func TestResolve(t *testing.T) {
	tests := []struct {
		give    string
		want    []string
		nearest string
	}{
		{give: "MLS", want: []string{"ascp/MLS"}},
		{give: "mls(ascp)cm", want: []string{"ascp/MLS"}},
		{give: "MLSi", want: []string{"ascp/MLSi"}},
		{give: "MLS(ASCPi)", want: []string{"ascp/MLSi"}},
		{give: "MT", want: []string{"ascp/MT", "amt/MT"}},
		{give: "amt/mls", want: []string{"amt/MLS"}},
		{give: "MLS(AMT)", want: []string{"amt/MLS"}},
		{give: "CT", want: []string{"ascp/CT"}},
		{give: "CLT"},
		{give: "fl/clt", want: []string{"fl/CLT"}},
		{give: "amt/mlt", want: []string{"amt/MLT"}},
		{give: "ascp/RMA"},
		{give: "MLSS", nearest: "MLS"},
		{give: ""},
	}
	book := rules.Builtin()
	for _, tt := range tests {
		t.Run(tt.give, func(t *testing.T) {
			names, err := book.Resolve(tt.give)
			var got []string
			for _, n := range names {
				got = append(got, n.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			var unknown *rules.UnknownCredentialError
			if tt.want == nil && !errors.As(err, &unknown) {
				t.Fatalf("error %v, want an unknown credential", err)
			}
			if tt.nearest != "" && unknown.Nearest != tt.nearest {
				t.Errorf("suggests %q, want %q", unknown.Nearest, tt.nearest)
			}
		})
	}
}

func TestUnknownCredential(t *testing.T) {
	book := rules.Builtin()
	var unknown *rules.UnknownCredentialError
	for _, name := range []ledger.CredentialName{{Body: "ascp", Code: "RMA"}, {Body: "amt", Code: "BB"}, {Body: "fl", Code: "RN"}, {Body: "asc", Code: "MLS"}, {}} {
		if _, err := book.Edition(name, ledger.MakeDate(2027, 1, 1)); !errors.As(err, &unknown) {
			t.Errorf("Edition(%s): %v, want an unknown credential", name, err)
		}
		if _, err := book.Editions(name); !errors.As(err, &unknown) {
			t.Errorf("Editions(%s): %v, want an unknown credential", name, err)
		}
	}
}

// need ends the test where there is an error.
func need(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
