package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// On a terminal it is asked what rows are that look like credits, row by row or
// all at once; what is not answered stays held back.
func TestImportAsksWhatLooksAlike(t *testing.T) {
	t.Parallel()
	const sum = "3 rows: "
	for _, tt := range []struct {
		name    string
		answers []string
		want    string
	}{
		{"one by one", []string{"yes", "n", ""}, sum + "1 added (1 point), 1 already there, 1 held back."},
		{"asked again", []string{"?", "Yes", "No", "y"}, sum + "1 added (1 point), 2 already there."},
		{"all the same", []string{"l", "Y"}, sum + "0 added, 2 already there, 1 held back."},
		{"all others", []string{"N"}, sum + "3 added (3 points)."},
		{"later", []string{"L"}, sum + "0 added, 3 held back."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			file := "Title,Date,Hours\n"
			for _, day := range []string{"01", "02", "03"} {
				w.must(t, "add", "Case study "+day, "--points", "1", "--date", "2026-02-"+day)
				file += "The case study " + day + ",2026-02-" + day + ",1\n"
			}
			path := filepath.Join(t.TempDir(), "portal.csv")
			if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			if code := w.asked(nil, "import", path); code != 1 || !strings.Contains(w.err.String(), "cmp: broken off, nothing was written") {
				t.Errorf("left at the second question: exit code %d: %s", code, w.err.String())
			}
			if code := w.asked(tt.answers, "import", path); code != 0 {
				t.Fatalf("exit code %d: %s", code, w.err.String())
			}
			if !strings.Contains(w.out.String(), tt.want) {
				t.Errorf("%q lacks %q", w.out.String(), tt.want)
			}
			if !strings.Contains(w.err.String(), "Row 2: the same as credit 1? yes, no, later; Y, N, L for all [later] ") {
				t.Errorf("was not asked: %s", w.err.String())
			}
			if tt.answers[0] == "?" && !strings.Contains(w.err.String(), `"?": neither yes, no nor later`) {
				t.Errorf("does not say what is wrong: %s", w.err.String())
			}
			w.must(t, "import", path)
			if tt.name != "later" && strings.Contains(w.out.String(), "1 added") {
				t.Errorf("again: %s", w.out.String())
			}
		})
	}
}
