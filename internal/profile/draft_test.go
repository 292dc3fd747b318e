package profile_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"cmpledger/internal/profile"
	"cmpledger/internal/transcript"
)

// What differs from file to file in its draft; the whole of one is in a script.
func drafted() []string {
	return []string{
		`# How to read files like "odd: name.csv", from which`, "\ntitle: \"Files like odd: name.csv\"\n", "\n# sheet: CE History\n", "\n# skip: 1\n",
		"\ndate-format: DD/MM/YYYY\n", "\ndecimal: comma\n",
		`
columns:
  title: "Course: title"
  date: Completed
  points: Contact Hours
  topics: Category
  # provider: columns "Sponsor" and "Sponsor Name" could both be the provider
# Not named above:
#   Sponsor
#   Sponsor Name
#   "2026"

`, `
# topics:
#   "Point\nof Care":   # not understood, in 2 rows
#   "#1 yoga":   # not understood, in 1 row

`,
	}
}

func TestDraft(t *testing.T) {
	data := []byte(strings.Join([]string{
		"Course: title;Completed;Contact Hours;Category;Sponsor;Sponsor Name;2026",
		"A;16.03.2026;1,5;Hematology;;;",
		"B;17.03.2026;1;\"Point\nof Care\";;;",
		"C;17.03.2026;1;Chemistry, Safety;;;",
		"D;17.03.2026;1;\"Hematology; #1 yoga ; Point of care;Other;safety=1\";;;",
	}, "\n"))
	s, err := transcript.Text(data).Look(nil)
	if err != nil {
		t.Fatal(err)
	}
	draft := profile.Draft("odd: name.csv", "", s)
	for _, want := range drafted() {
		if !strings.Contains(string(draft), want) {
			t.Errorf("%s\nlacks %s", draft, want)
		}
	}
	// With what is open decided, the file is usable.
	decided := strings.Replace(string(draft), "  # provider: columns", "  provider: Sponsor # columns", 1)
	p, err := profile.Parse("draft", []byte(decided), nil)
	if err != nil {
		t.Fatal(err)
	}
	file, err := transcript.Text(data).Read(p.Options)
	if err != nil || len(file.Rows) != 4 || file.Rows[0].Problem != nil || file.Rows[0].Credit.Points != 150 {
		t.Errorf("read by the draft: %v, %v", file.Rows, err)
	}
}

// checkDraft holds the draft of a file to what it promises: where the file is
// read without a profile it is read the same with it.
func checkDraft(t interface {
	Helper()
	Fatalf(string, ...any)
	Errorf(string, ...any)
}, name, sheet string, data []byte) {
	t.Helper()
	want, err := transcript.Text(data).Read(transcript.Options{})
	readable := err == nil
	s, err := transcript.Text(data).Look(nil)
	if err != nil {
		if readable {
			t.Fatalf("Look: %v", err)
		}
		return
	}
	draft := profile.Draft(name, sheet, s)
	p, err := profile.Parse("draft", draft, nil)
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, draft)
	}
	if p.Sheet != sheet && strings.TrimSpace(sheet) != "" && utf8.ValidString(sheet) {
		t.Fatalf("sheet %q, want %q\n%s", p.Sheet, sheet, draft)
	}
	if !readable || s.DecimalComma { // which reads what is refused without it
		return
	}
	got, err := transcript.Text(data).Read(p.Options)
	if err != nil {
		t.Fatalf("Read: %v\n%s", err, draft)
	}
	// What the draft names is no longer guessed, and so not warned of.
	want.Warnings = slices.DeleteFunc(want.Warnings, func(w string) bool { return !slices.Contains(got.Warnings, w) })
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("read by the draft (-without +with):\n%s\n%s", diff, draft)
	}
}

// readSamples returns the samples of transcripts by their names.
func readSamples(tb testing.TB) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(samples, "*.*"))
	if err != nil || len(paths) == 0 {
		tb.Fatal(paths, err)
	}
	all := map[string][]byte{}
	for _, path := range paths {
		if all[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			tb.Fatal(err)
		}
	}
	return all
}

func TestDraftOfAny(t *testing.T) {
	header := rapid.OneOf(rapid.SampledFrom([]string{
		"Title", "Course Title", "Activity", "activity", "Date", "Completed", "Hours", "CEU", "Credits (CEU)", "Category", "Topic",
		"Unit", "Units", "Minutes", "Duration (hrs)", "Status", "Note", "no", "2026", "Provider: who", "a # b", "- x", "date", "title", "points", "topics", "",
	}), rapid.StringMatching(`[ -~é☃]{0,6}`))
	cell := rapid.OneOf(rapid.SampledFrom([]string{
		"", "min", "hours", "CEU", "Failed", "1", "1.5", "1,5", "0.1 CEU", "90 min", "2026-03-16", "3/16/2026", "16.3.2026", "5/5/2026", "3/16/26", "2026-03-16T10:00:00Z", "Mar 2, 2026", "Hematology",
		"Hematology, Safety", "Yoga; Safety", "Other", "Other, Safety", "safety=1", "a\nb", "null", "x: y", "\u2028", "Journal Article",
	}), rapid.StringMatching(`[ -~é☃]{0,8}`))
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 7).Draw(t, "width")
		rows := [][]string{{"Title", "Date", "Hours", "Category"}}
		if rapid.Bool().Draw(t, "any header") {
			rows[0] = rapid.SliceOfN(header, width, width).Draw(t, "header")
		}
		width = len(rows[0])
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			rows = append(rows, rapid.SliceOfN(cell, width, width).Draw(t, "row"))
		}
		var text strings.Builder
		for _, row := range rows {
			for i, c := range row {
				if i > 0 {
					text.WriteByte(',')
				}
				text.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
			}
			text.WriteByte('\n')
		}
		checkDraft(t, rapid.StringMatching(`[ -~\n]{0,9}`).Draw(t, "name"), rapid.StringMatching(`[ -~é\n]{0,9}`).Draw(t, "sheet"), []byte(text.String()))
	})
}

func FuzzDraft(f *testing.F) {
	for name, data := range readSamples(f) {
		if len(data) < 300 { // of longer ones fewer are tried; TestDraft has them
			f.Add(name, data)
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) { checkDraft(t, name, name, data) })
}
