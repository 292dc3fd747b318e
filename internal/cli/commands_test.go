package cli_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"pgregory.net/rapid"

	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
)

// failing are command lines that go wrong in a [richWorld], and say what to type next.
const failing = `
show 99
declare MLSi
renew CTgyn
undo 1
restore gone.db
import gone.csv
evidence add 99 proof.pdf
credential add MLSi --expires 2027-03-31
lst
status --nonsense
backup out
remove 1
add Safety --points 1
edit 3
export credits -o proof.pdf
`

// Whatever others wrote into a file, a command that is printed for it says the same when it
// is typed, and is about the ledger that the flags named.
func TestPrintedCommandsKeepTextsOfOthers(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		odd := rapid.SampledFrom([]string{"--db", "--config", "--", "-", "-x", "--points=7", "--help", "--db=x", "a b", "'", "$(ls)", "=ls", "é", "FILE", "-x.csv"})
		text := rapid.OneOf(odd, rapid.StringOfN(rapid.RuneFrom([]rune("-=ab '\"$\\\\*~#&;é1")), 1, 8, -1))
		title, provider, reference, file := text.Draw(t, "title"), text.Draw(t, "provider"), text.Draw(t, "reference"), text.Filter(func(s string) bool { return s != "-" }).Draw(t, "file")
		line := ledger.Command{"add", "--points", "1"}.With("--provider", provider).With("--reference", reference).
			With("--evidence", ledger.File(file)).About(title).As("cmp", "--config", "c", "--db", "a.db")
		out, err := exec.Command(sh, "-c", "cmp() { printf '%s\\0' \"$@\"; }; "+line).Output()
		args := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		typed := pflag.NewFlagSet("", pflag.ContinueOnError) // which is what Cobra parses with
		for _, name := range []string{"config", "db", "points", "provider", "reference", "evidence"} {
			typed.String(name, "", "")
		}
		if err := cmp.Or(err, typed.Parse(args)); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		got := typed.Args()
		typed.VisitAll(func(f *pflag.Flag) { got = append(got, f.Value.String()) })
		want := []string{"add", title, "c", "a.db", ledger.File(file), "1", provider, reference}
		if !slices.Equal(got, want) || filepath.Clean(ledger.File(file)) != filepath.Clean(file) {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	})
}

// Every command that is printed can be typed: a shell reads it as it is meant, and it is
// about the ledger and the configuration that the flags named.
func TestPrintedCommandsNameTheLedger(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	w := richWorld(t)
	folder := filepath.Join(filepath.Dir(w.db), "odd dir")
	w.db = filepath.Join(folder, "te $t's.db")
	need(t, os.Mkdir(folder, 0o700))
	const config = "con fig.yaml"
	need(t, os.WriteFile(config, []byte("color: never\n"), 0o600))
	delete(w.environment, "CMP_DB")
	own := map[string]bool{"demo": true, "log": true, "remind": true} // which show what was typed, or an own ledger
	seen := map[string]bool{}
	for _, line := range append(walked(), strings.Split(strings.TrimSpace(failing), "\n")...) {
		if own[strings.Fields(line)[0]] {
			continue
		}
		for _, more := range [][]string{nil, {"--format", "json"}} {
			need(t, os.WriteFile(w.db, w.ledger, 0o600))
			_ = os.Remove("out.db")
			args := strings.Fields(os.Expand(line, func(name string) string { return w.named[name] }))
			w.run(append(append([]string{"--db", w.db, "--config", config}, args...), more...)...)
			said := w.out.String() + w.err.String()
			if more != nil {
				said = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(said) // as a program reads it
			}
			for _, c := range printed.FindAllString(said, -1) {
				seen[c] = c != "cmp version" && !strings.Contains(c, " --help") // which need no ledger
				if strings.Count(c, "--db") > 1 {
					t.Errorf("%s: names two ledgers: %s", line, c)
				}
			}
		}
	}
	commands, script := []string{}, ""
	for c, isOne := range seen {
		if !isOne {
			continue
		}
		commands, script = append(commands, c), script+"set -- "+c+"; echo \"$*\"\n"
	}
	out, err := exec.Command("sh", "-c", script).Output()
	need(t, err)
	got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(commands) < 50 || len(got) != len(commands) {
		t.Fatalf("%d commands were found, of which a shell reads %d", len(commands), len(got))
	}
	for i, c := range commands {
		if said := got[i] + " "; !strings.Contains(said, " --config "+config+" ") || !strings.Contains(said, " --db "+w.db+" ") {
			t.Errorf("printed: %s\na shell reads %s", c, got[i])
		}
	}
}

const quoted = `'[^'\n]*'(?:\\''[^'\n]*')*` // as a shell reads it

// printed finds commands in what the program says, with the words that follow them.
var printed = regexp.MustCompile(`\bcmp (?:--\w+ (?:` + quoted + `|\S+) )*(?:` +
	strings.Join(handover.Commands(), "|") + `)\b(?: (?:` + quoted + `|[\w./=:,@%+-]*\w))*`)
