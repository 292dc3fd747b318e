package cli_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cmpledger/internal/cli"
)

// TestMain keeps ledgers in memory where it can, since every command waits for a
// disk, and checks a property on a few of them, which takes seconds. To check on
// more: go test ./internal/cli -run Undo -rapid.checks 1000
func TestMain(m *testing.M) {
	if _, err := os.Stat("/dev/shm"); err == nil {
		os.Setenv("TMPDIR", "/dev/shm")
	}
	checks := "5"
	if full() {
		checks = "50"
	}
	if err := flag.Set("rapid.checks", checks); err != nil { // before the command line does
		panic(err)
	}
	os.Exit(m.Run())
}

// full says to try as much as found faults: long texts, and many ledgers.
func full() bool { return os.Getenv("CMP_TEST_FULL") != "" }

// need ends the test where there is an error.
func need(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A world is what the program is run in: a ledger of its own, 2026-11-21, a
// locale with UTF-8, no terminal.
type world struct {
	cli.Env
	db          string
	environment map[string]string
	out, err    bytes.Buffer
	ran         []string         // other programs that it ran
	broken      map[string]error // by their first words
}

// other runs another program.
func (w *world) other(args []string) error {
	line := strings.Join(args, " ")
	w.ran = append(w.ran, line)
	for begin, err := range w.broken {
		if strings.HasPrefix(line, begin) {
			return err
		}
	}
	return nil
}

func newWorld(t testing.TB) *world {
	t.Helper()
	home := t.TempDir()
	w := &world{db: filepath.Join(home, "ledger.db")}
	w.environment = map[string]string{"CMP_DB": w.db, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_STATE_HOME": home}
	w.Env = cli.Env{
		In: strings.NewReader(""), Out: &w.out, Err: &w.err, UTF8: true,
		Now:    func() time.Time { return time.Date(2026, 11, 21, 14, 2, 11, 0, time.UTC) },
		Getenv: func(name string) string { return w.environment[name] },
		System: "linux", Executable: func() string { return "/usr/bin/cmp" },
		Run: func(args ...string) (string, error) { return "", w.other(args) },
	}
	return w
}

// run runs the program and returns its exit code. What it said is in w.out
// and w.err.
func (w *world) run(args ...string) int {
	w.out.Reset()
	w.err.Reset()
	return cli.Main(w.Env, cli.Build{}, args)
}

// must runs a command that has to succeed.
func (w *world) must(t testing.TB, args ...string) {
	t.Helper()
	if code := w.run(args...); code != 0 {
		t.Fatalf("cmp %s: exit code %d\n%s", strings.Join(args, " "), code, w.err.String())
	}
}
