package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// withMany returns a world with 300 credits.
func withMany(t *testing.T) *world {
	w := newWorld(t)
	var file strings.Builder
	file.WriteString("date,title,points\n")
	for i := range 300 {
		fmt.Fprintf(&file, "2026-03-%02d,Course %d,1\n", 1+i%28, i)
	}
	path := filepath.Join(t.TempDir(), "many.csv")
	need(t, os.WriteFile(path, []byte(file.String()), 0o600))
	w.must(t, "import", path)
	return w
}

// Of the credits that do not count a person sees the newest; JSON has all.
func TestExplainOfManyCredits(t *testing.T) {
	w := withMany(t)
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.must(t, "explain", "MLS")
	if _, uncounted, _ := strings.Cut(w.out.String(), "Not counted"); strings.Count(uncounted, "Course ") != 50 || !regexp.MustCompile(`… and 2\d\d older\n`).MatchString(uncounted) {
		t.Errorf("shown:\n%s", w.out.String())
	}
}

// Of an entry that changed many records a person sees the first; JSON has all.
func TestLogOfManyRecords(t *testing.T) {
	w := withMany(t)
	w.must(t, "log", "1")
	shown := w.out.String()
	if !strings.HasSuffix(shown, "\n\n… and 101 more records. To see all: cmp log 1 --format json\n") || strings.Count(shown, "  added  ") != 200 {
		t.Errorf("shown:\n%s", shown)
	}
	w.must(t, "log", "1", "--format", "json")
	if n := strings.Count(w.out.String(), `"record": `); n != 301 {
		t.Errorf("JSON has %d records, want 300 credits and their import", n)
	}
}
