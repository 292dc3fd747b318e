package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// fill records an MLS that lacks nearly all, a QIHC that is declared, and
// credits.
func fill(t testing.TB, w *world) {
	t.Helper()
	for _, line := range []string{
		"credential add MLS --expires 2027-03-31",
		"credential add QIHC --expires 2026-12-31",
		"add Staining --points 8 --topic ihc=6 --topic safety=1 --topic ethics=1 --date 2026-01-02",
		"add Microscopy --points 2 --date 2026-01-03",
		"allocate --auto --credential QIHC",
		"declare QIHC",
		"allocate 1 safety --credential MLS",
	} {
		w.must(t, strings.Fields(line)...)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w)
	before, err := os.ReadFile(w.db)
	need(t, err)
	for _, test := range []struct {
		line string
		exit int
		code string // of the error in JSON
	}{
		{"list", 0, ""},
		{"status", 0, ""},
		{"status QIHC --check", 0, ""},

		{"show 99", 1, "not-found"},
		{"edit 99 --points 1", 1, "not-found"},
		{"remove 99", 1, "not-found"},
		{"allocate 99 safety", 1, "not-found"},
		{"deallocate 2", 1, "not-found"},
		{"status SBB", 1, "not-found"},
		{"renew SBB", 1, "not-found"},
		{"list --credential SBB", 1, "not-found"},
		{"allocate 2 safety", 1, "refused"},
		{"allocate 1 safety=2 --credential MLS", 1, "refused"},
		{"allocate 1 ihc --credential QIHC", 1, "refused"},
		{"credential add MLS --expires 2027-03-31", 1, "refused"},
		{"credential edit QIHC --expires 2027-12-31", 1, "refused"},
		{"declare QIHC", 1, "refused"},
		{"import no-such-file.csv", 1, "file"},
		{"profile check no-such.yaml", 1, "file"},
		{"rules check no-such.yaml", 1, "file"},
		{"profile new no-such.csv", 1, "file"},
		{"export credits --output no-such-folder/credits.csv", 1, "file"},
		{"status --db no-such.db", 1, "file"},
		{"status --config no-such.yaml", 1, "file"},

		{"rules check nope", 2, "usage"},
		{"rules list --state zz", 2, "usage"},
		{"rules diff XYZ", 2, "usage"},
		{"credential add CLT --expires 2027-03-31", 2, "usage"},
		{"credential add florida --expires 2027-03-31", 2, "usage"},
		{"list --topic nonsense", 2, "usage"},
		{"import x.csv --map-topic x=nonsense", 2, "usage"},
		{"profile", 2, "usage"},
		{"profile show", 2, "usage"},
		{"profile show nope", 2, "usage"},
		{"profile check nope", 2, "usage"},
		{"profile new x.csv --name a --output b", 2, "usage"},
		{"help foo", 2, "usage"},
		{"show 1 extra", 2, "usage"},
		{"show", 2, "usage"},
		{"show x", 2, "usage"},
		{"add x", 2, "usage"},
		{"add x --points", 2, "usage"},
		{"add x --points 1,5", 2, "usage"},
		{"add x --points 1 --hours 1", 2, "usage"},
		{"add x --points 1 --date 2026-02-30", 2, "usage"},
		{"add x --points 1 --topic nonsense", 2, "usage"},
		{"add x --points 1 --activity nonsense", 2, "usage"},
		{"edit 1", 2, "usage"},
		{"allocate 1", 2, "usage"},
		{"allocate 1 nonsense", 2, "usage"},
		{"allocate 1 safety --fresh", 2, "usage"},
		{"status XYZ", 2, "usage"},
		{"credential add MT --expires 2027-03-31", 2, "usage"},
		{"credential add SBB", 2, "usage"},
		{"declare MLS --date 2026-11-22", 2, "usage"},
		{"status --no-such-flag", 2, "usage"},
		{"status --as-of 2026-02-30", 2, "usage"},
		{"status --check=perhaps", 2, "usage"},
		{"show 1 --color blue", 2, "usage"},
		{"renew MLS", 2, "usage"},
		{"remove 1", 2, "usage"},
		{"credential remove QIHC", 2, "usage"},

		{"status --check", 3, ""},
		{"declare MLS", 3, "not-ready"},
		{"declare MLS --dry-run", 3, "not-ready"},
	} {
		if got := w.run(strings.Fields(test.line)...); got != test.exit {
			t.Errorf("cmp %s: exit code %d, want %d\n%s", test.line, got, test.exit, w.err.String())
		}
		if test.code == "" {
			continue
		}
		if w.out.Len() > 0 || !strings.HasPrefix(w.err.String(), "cmp: ") {
			t.Errorf("cmp %s: stdout %q, stderr %q, want a message on stderr alone", test.line, w.out.String(), w.err.String())
		}
		if got := w.run(append(strings.Fields(test.line), "--format", "json")...); got != test.exit {
			t.Errorf("cmp %s --format json: exit code %d, want %d\n%s", test.line, got, test.exit, w.err.String())
		}
		if got := errorCode(w); got != test.code || w.out.Len() > 0 {
			t.Errorf("cmp %s --format json: error %q, want %q on stderr alone\n%s", test.line, got, test.code, w.err.String())
		}
	}
	after, err := os.ReadFile(w.db)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the ledger changed, or cannot be read: %v", err)
	}
}

// errorCode returns the code of the one JSON object on stderr, or nothing.
func errorCode(w *world) string {
	var object struct {
		Error struct{ Code, Message string }
	}
	if json.Unmarshal(w.err.Bytes(), &object) != nil || object.Error.Message == "" {
		return ""
	}
	return object.Error.Code
}

// Only where stdin and stderr are terminals a question is asked.
func TestConfirmation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		in, err bool // terminals
		answer  string
		exit    int
		asked   bool
	}{
		{"yes", true, true, "y\n", 0, true},
		{"in full", true, true, " YES \n", 0, true},
		{"no", true, true, "n\n", 1, true},
		{"nothing", true, true, "\n", 1, true},
		{"end of input", true, true, "", 1, true},
		{"stdin is no terminal", false, true, "y\n", 2, false},
		{"stderr is no terminal", true, false, "y\n", 2, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			fill(t, w)
			w.In, w.InTerminal, w.ErrTerminal = strings.NewReader(test.answer), test.in, test.err
			if got := w.run("remove", "1"); got != test.exit {
				t.Errorf("exit code %d, want %d", got, test.exit)
			}
			if asked := strings.Contains(w.err.String(), "[y/N]"); asked != test.asked {
				t.Errorf("asked %v, want %v: %s", asked, test.asked, w.err.String())
			}
			gone := w.run("show", "1") == 1
			if gone != (test.exit == 0) {
				t.Errorf("removed %v with exit code %d", gone, test.exit)
			}
		})
	}
}

// Whoever thinks about a question keeps no other program from writing; what it changes
// about the question is seen.
func TestOthersWriteWhileAsked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		other []string
		exit  int
		says  string
	}{
		{"something else", []string{"add", "Meanwhile", "--points", "1"}, 0, "Removed credit 1: "},
		{"what was asked about", []string{"deallocate", "1", "safety"}, 1, "the ledger has changed since you were asked, so nothing was done: credit 1 (2026-11-21, Spills): "},
		{"it is gone", []string{"remove", "1", "--yes"}, 1, "credit 1: was removed; to bring it back: cmp undo "},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
			w.must(t, "add", "Spills", "--points", "2", "--topic", "safety")
			w.must(t, "allocate", "1", "safety=1", "other=1")
			other := newWorld(t)
			other.environment = w.environment
			w.In, w.InTerminal, w.ErrTerminal = typist(func() string {
				other.must(t, test.other...)
				return "y\n"
			}), true, true
			if code := w.run("remove", "1"); code != test.exit || !strings.Contains(w.out.String()+w.err.String(), test.says) {
				t.Errorf("exit code %d, want %d and %q\n%s%s", code, test.exit, test.says, w.out.String(), w.err.String())
			}
		})
	}
}

// A typist types once it is waited for.
type typist func() string

func (typed typist) Read(p []byte) (int, error) { return copy(p, typed()), nil }

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAnswerThatCannotBeWritten(t *testing.T) {
	w := newWorld(t)
	w.Out = fullDisk{}
	if got := w.run("rules", "list"); got != 1 || !strings.Contains(w.err.String(), "standard output: no space left on device") {
		t.Errorf("exit code %d, want 1 and the reason: %s", got, w.err.String())
	}
}

// A mistake of the program is a sentence, in JSON too, with its place only where that is
// asked for. Nothing of what it had begun is kept.
func TestCrash(t *testing.T) {
	w := newWorld(t)
	w.must(t, "add", "first", "--points", "1")
	w.Now = func() time.Time { panic("no clock") }
	if code := w.run("add", "next", "--points", "1"); code != 1 || !strings.HasPrefix(w.err.String(), "cmp: cmp made a mistake and stopped: no clock; to check your ledger: cmp doctor\n") ||
		strings.Contains(w.err.String(), "goroutine") || !strings.Contains(w.err.String(), "run the command again with CMP_TRACE=1") {
		t.Errorf("exit code %d: %s", code, w.err.String())
	}
	var failed struct {
		Error struct{ Code, Message, Hint string }
	}
	if code := w.run("status", "--format", "json"); code != 1 || json.Unmarshal(w.err.Bytes(), &failed) != nil || failed.Error.Code != "failed" || !strings.HasSuffix(failed.Error.Hint, "cmp doctor") {
		t.Errorf("in JSON: exit code %d: %s", code, w.err.String())
	}
	w.environment["CMP_TRACE"] = "1"
	if w.run("status"); !strings.HasPrefix(w.err.String(), "goroutine ") {
		t.Errorf("its place is not shown: %s", w.err.String())
	}
}
