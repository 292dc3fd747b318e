package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// formatless is how package fmt says that a format and what it is for do not fit.
var formatless = regexp.MustCompile(`%![a-zA-Z]?\((EXTRA|NOVERB|BADPREC|BADWIDTH|PANIC|MISSING|[a-z.]+=)`)

// checkEnd checks that a command ended as commands do: with a code from 0 to 3, in text, and
// where it failed with one sentence.
func (w *world) checkEnd(t *testing.T, args []string) {
	t.Helper()
	code := w.run(args...)
	out, said := w.out.String(), w.err.String()
	switch sentences := strings.Count("\n"+said, "\ncmp: "); {
	case code < 0 || code > 3:
		t.Errorf("exit code %d", code)
	case (code == 1 || code == 2) && sentences != 1 && !strings.Contains(said, `"error": {`): // which JSON has instead
		t.Errorf("exit code %d with %d sentences", code, sentences)
	case !utf8.ValidString(out + said):
		t.Error("no UTF-8")
	case strings.Contains(said, "cmp made a mistake"), formatless.MatchString(said), strings.Contains(said, "<nil>"):
		t.Error("a mistake of ours")
	}
	if t.Failed() {
		t.Fatalf("cmp %q: %.1000s\n%.1000s", args, out, said)
	}
}

// FuzzArguments types anything behind cmp, at a ledger with an entry of each kind: what is
// typed is a line of arguments each, and what a command reads is below an empty line.
func FuzzArguments(f *testing.F) {
	w := newWorld(f)
	fill(f, w)
	whole, err := os.ReadFile(w.db)
	need(f, err)
	for _, line := range []string{
		"", "help", "ststus", "status --as-of 2026-12-01 --format json", "add Gram stains --points 1.5 --topic microbiology=1",
		"edit 1 --points 2", "undo --yes", "allocate 2 ihc", "renew MLS --expires 2030-03-31", "list --topic safety --no-color",
		"credential edit MLS --number 1", "evidence add 1 -", "plan --by 2027-01-01", "show #1", "--", "-x=", "rules show ascp/MLS",
		"import -\n\ndate,title,points\n2026-03-02,Gram stains,1", "courses import -\n\nTitle,Hours\nA,1", "profile check -\n\nname: a",
	} {
		f.Add(strings.ReplaceAll(line, " ", "\n"))
	}
	f.Chdir(f.TempDir())
	f.Fuzz(func(t *testing.T, typed string) {
		line, in, _ := strings.Cut(typed, "\n\n")
		if strings.ContainsAny(line, "/~\\") || strings.Contains(line, "..") || strings.Contains(line, "demo") {
			return // what is out of this folder, or takes seconds
		}
		w.In = strings.NewReader(in)
		need(t, os.WriteFile(w.db, whole, 0o600))
		w.checkEnd(t, strings.Split(line, "\n"))
	})
}

// FuzzConfiguration holds whatever stands in the configuration to be read, or refused.
func FuzzConfiguration(f *testing.F) {
	for _, text := range []string{
		"", "format: json\ncolor: never\nallocate: manual\ndate-order: dmy\nholder: Alice\n", "db: ~/l.db\nas-of: 2026-12-01\n",
		"color: [a]", "db: &a x\nholder: *a", "# nothing\n---\n", "form: x", "db: |\n  a\n", "{db: a, holder: 0012}", "\t", "\xff",
	} {
		f.Add(text)
	}
	file := filepath.Join(f.TempDir(), "config.yaml")
	w := newWorld(f)
	delete(w.environment, "CMP_DB")
	f.Fuzz(func(t *testing.T, text string) {
		need(t, os.WriteFile(file, []byte(text), 0o600))
		w.checkEnd(t, []string{"config", "--config", file})
	})
}
