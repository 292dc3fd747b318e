package cli_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"cmpledger/internal/cli"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// What package handover takes for ours is what there is.
func TestHandoverKnowsTheTree(t *testing.T) {
	root := cli.NewRoot(newWorld(t).Env)
	root.InitDefaultHelpFlag()
	root.InitDefaultVersionFlag()
	var commands, flags []string
	for _, c := range root.Commands() {
		commands = append(commands, append([]string{c.Name()}, c.Aliases...)...)
	}
	note := func(f *pflag.Flag) {
		value := ""
		if f.NoOptDefVal == "" {
			value = "="
		}
		flags = append(flags, "--"+f.Name+value)
		if f.Shorthand != "" && f.Name != "version" { // -v is theirs
			flags = append(flags, "-"+f.Shorthand+value)
		}
	}
	root.LocalFlags().VisitAll(note)
	slices.Sort(commands)
	slices.Sort(flags)
	if diff := cmp.Diff(commands, slices.Sorted(slices.Values(handover.Commands()))); diff != "" {
		t.Errorf("commands (-there +known):\n%s", diff)
	}
	if diff := cmp.Diff(flags, slices.Sorted(slices.Values(handover.Flags()))); diff != "" {
		t.Errorf("flags (-there +known):\n%s", diff)
	}
	credentials, err := rules.Builtin().Credentials()
	need(t, err)
	var codes []string
	for _, e := range credentials {
		if len(e.Name.Code) > 1 { // scripts call files by a letter
			codes = append(codes, strings.ToUpper(e.Name.Code))
		}
	}
	slices.Sort(codes)
	if diff := cmp.Diff(fmt.Sprint(ledger.Topics()), fmt.Sprint(handover.Topics())); diff != "" {
		t.Errorf("topics (-there +known):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Compact(codes), handover.Codes()); diff != "" {
		t.Errorf("codes (-there +known):\n%s", diff)
	}
}

// A program that is no release has no version, commit or date to tell.
func TestVersionFromSource(t *testing.T) {
	w := newWorld(t)
	w.must(t, "version")
	if got, want := w.out.String(), "cmp version (built from source)\n"; got != want {
		t.Errorf("cmp version: %q, want %q", got, want)
	}
}

// What package handover takes for a mistyped command is answered with the
// command that was meant, and nothing else is.
func TestHandoverKnowsMistypedCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	words := []string{"x", "xy", "cmp", "lst", "stauts", "foobar"}
	for _, c := range handover.Commands() {
		if c != "help" { // which Cobra does not suggest
			words = append(words, c[1:], c[:len(c)-1], "x"+c, c+"xyz", strings.ToUpper(c), c[:2]+c[3:])
		}
	}
	for _, word := range words {
		if slices.Contains(handover.Commands(), word) {
			continue
		}
		if code := w.run(word, "12", "chemistry"); code != 2 {
			t.Errorf("%s: exit code %d", word, code)
		}
		if meant := strings.Contains(w.err.String(), "did you mean "); meant != handover.Near(word) {
			t.Errorf("%s: Near is %t, but: %s", word, handover.Near(word), w.err.String())
		}
	}
}

// Under its other name the program names itself so in all that can be typed,
// and differs from itself in nothing else.
func TestCalledByTheOtherName(t *testing.T) {
	t.Parallel()
	plain, other := newWorld(t), newWorld(t)
	other.Program = "/usr/bin/cmp-ledger"
	lines := []string{
		"", "status", "list", "declare MLS", "add", "stauts", "nonsense", "credential", "show 99", "--nonsense", "--db gone.db list",
		"show 99 --format json", "version", "--version", "demo", "credential add MLS --expires 2027-03-31 --dry-run",
		"credential add MLS --expires 2027-03-31", "add Safety --points 1 --topic safety", "add Chemistry --points 2", "list",
		"status", "status --short", "status --format json", "explain MLS", "explain 1", "plan", "log",
		"evidence list --missing", "audit MLS --check", "audit MLS --check --format json", "declare MLS", "rules show MLS",
		"courses list --needed", "import gone.csv", "renew MLS", "undo",
	}
	for _, c := range handover.Commands() {
		lines = append(lines, c+" --help")
	}
	typed := regexp.MustCompile(`\bcmp (` + strings.Join(handover.Commands(), "|") + `)\b`)
	for _, line := range lines {
		args := strings.Fields(line)
		if code, want := other.run(args...), plain.run(args...); code != want {
			t.Errorf("%q: exit code %d, as cmp %d", line, code, want)
		}
		if left := typed.FindString(other.out.String() + other.err.String()); left != "" {
			t.Errorf("%q says %q:\n%s%s", line, left, other.out.String(), other.err.String())
		}
		for _, said := range [][2]string{{plain.out.String(), other.out.String()}, {plain.err.String(), other.err.String()}} {
			// Each has a ledger of its own; lines and columns may be longer.
			as := strings.NewReplacer("cmp-ledger", "cmp", filepath.Dir(other.db), filepath.Dir(plain.db))
			if diff := cmp.Diff(strings.Fields(said[0]), strings.Fields(as.Replace(said[1]))); diff != "" {
				t.Errorf("%q (-cmp +cmp-ledger):\n%s", line, diff)
			}
		}
	}
}

// Texts are reworded before they are measured: lines are as long as the screen
// is wide, and no command is broken that fits.
func TestCalledFitsTheScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Program, w.environment["NO_COLOR"] = "cmp-ledger", "1"
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.must(t, "add", "Safety", "--points", "1", "--topic", "safety")
	for _, width := range []int{60, 80, 120} {
		w.Width, w.OutTerminal = width, true
		for _, line := range []string{
			"status", "explain MLS", "plan", "audit MLS --check", "list",
			"help", "courses --help", "rules --help", "help files", "help settings",
		} {
			w.run(strings.Fields(line)...)
			for text := range strings.Lines(w.out.String()) {
				asTyped := strings.HasPrefix(text, "  cmp-ledger ") || strings.Contains(text, "https://")
				if n := utf8.RuneCountInString(strings.TrimSuffix(text, "\n")); n > width && !asTyped {
					t.Errorf("%s at %d columns: a line of %d: %s", line, width, n, text)
				}
			}
		}
	}
}
