package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// full says to kill and write as often as a release demands, which takes
// minutes: CMP_TEST_FULL=1 go test ./cmd/cmp -run 'Kill|Processes' -v
func full() bool { return os.Getenv("CMP_TEST_FULL") != "" }

// need ends the test where there is an error.
func need(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A place is a folder with a ledger, in which the program is run.
type place struct{ program, folder, ledger string }

func newPlace(t *testing.T) place {
	t.Helper()
	bin := t.TempDir()
	install(t, bin)
	program := filepath.Join(bin, inFolder("cmp"))
	need(t, os.WriteFile(filepath.Join(bin, "config.yaml"), nil, 0o600))
	folder := t.TempDir()
	return place{program, folder, filepath.Join(folder, "ledger.db")}
}

// command makes a command of the program on the ledger.
func (p place) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.program, args...)
	cmd.Env = append(os.Environ(), "CMP_DB="+p.ledger, "CMP_AS_OF=2026-11-21", "CMP_CONFIG="+filepath.Join(filepath.Dir(p.program), "config.yaml"), "CMP_FORMAT=", "LC_ALL=C.UTF-8")
	return cmd
}

// must runs a command that has to succeed, and returns what it says.
func (p place) must(t *testing.T, args ...string) string {
	t.Helper()
	var out, talk bytes.Buffer
	cmd := p.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Run(); err != nil {
		t.Fatalf("cmp %s: %v\n%s%s", strings.Join(args, " "), err, out.String(), talk.String())
	}
	return out.String()
}

// credits returns how many there are.
func (p place) credits(t *testing.T) int {
	t.Helper()
	return strings.Count(p.must(t, "list", "--format", "csv"), "\n") - 1
}

// begin makes the ledger that of before each kill.
func (p place) begin(t *testing.T, ledger []byte) {
	t.Helper()
	entries, err := os.ReadDir(p.folder)
	need(t, err)
	for _, e := range entries {
		os.RemoveAll(filepath.Join(p.folder, e.Name()))
	}
	need(t, os.WriteFile(p.ledger, ledger, 0o600))
}

// killed starts a command, kills it at a random moment of the time that it
// takes, and reports whether it was still running then.
func (p place) killed(t *testing.T, takes time.Duration, args ...string) bool {
	t.Helper()
	cmd := p.command(args...)
	need(t, cmd.Start())
	time.Sleep(rand.N(takes + takes/8))
	_ = cmd.Process.Kill() // it may have ended
	return cmd.Wait() != nil
}

// sound checks that nothing lies beside the ledger but backups, that each of
// these can be restored, and that doctor finds nothing wrong.
func (p place) sound(t *testing.T) {
	t.Helper()
	for folder, allowed := range map[string][]string{p.folder: {"ledger.db", "backups"}, filepath.Join(p.folder, "backups"): nil} {
		entries, _ := os.ReadDir(folder)
		for _, e := range entries {
			switch {
			case allowed == nil && !strings.HasPrefix(e.Name(), "ledger-"), allowed != nil && !slices.Contains(allowed, e.Name()):
				t.Errorf("%s was left in %s", e.Name(), folder)
			case allowed == nil:
				p.must(t, "restore", e.Name(), "--dry-run")
			}
		}
	}
	p.must(t, "doctor")
}

// manyRows makes a file with so many rows.
func manyRows(t *testing.T, rows int) string {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("date,title,provider,points,topics,activity,reference,url,note\n")
	for i := range rows {
		fmt.Fprintf(&csv, "2026-01-02,Course %d,ASCP,0.5,safety,course,CE-%d,,\n", i, i)
	}
	file := filepath.Join(t.TempDir(), "many.csv")
	need(t, os.WriteFile(file, []byte(csv.String()), 0o600))
	return file
}

// An import that is killed is there whole or not at all.
func TestKilledImports(t *testing.T) {
	t.Parallel()
	kills, rows := 5, 1500
	if full() {
		kills, rows = 200, 5000
	}
	p := newPlace(t)
	p.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	p.must(t, "add", "first", "--points", "1")
	p.kill(t, kills, []string{"add", "next", "--points", "1"}, "import", manyRows(t, rows))
}

// A restore that is killed leaves what was before it, or what was restored.
func TestKilledRestores(t *testing.T) {
	t.Parallel()
	kills, credits := 4, 1500
	if full() {
		kills, credits = 100, 10000
	}
	p := newPlace(t)
	p.must(t, "add", "first", "--points", "1")
	other := filepath.Join(t.TempDir(), "other.db")
	p.must(t, "import", manyRows(t, credits), "--db", other)
	restore := []string{"restore", other, "--yes"}
	p.kill(t, kills, restore, restore...)
}

// kill kills a command again and again, each time on the ledger as it is now:
// then there are the credits from before it or from after it, and the next
// command works.
func (p place) kill(t *testing.T, kills int, next []string, args ...string) {
	t.Helper()
	ledger, err := os.ReadFile(p.ledger)
	need(t, err)
	before, began := p.credits(t), time.Now()
	p.must(t, args...)
	takes := time.Since(began)
	after := p.credits(t)
	whole, broken := 0, 0
	for i := range kills {
		p.begin(t, ledger)
		if p.killed(t, takes, args...) {
			broken++
		}
		switch n := p.credits(t); n {
		case before:
		case after:
			whole++
		default:
			t.Fatalf("kill %d: %d credits, want %d or %d", i, n, before, after)
		}
		p.must(t, next...)
		p.sound(t)
	}
	t.Logf("%d times %s of %s, %d killed before the end; %d were there whole, %d not at all", kills, args[0], takes, broken, whole, kills-whole)
}

// Nothing that several processes write at once is lost, and none fails.
func TestProcessesWriteTogether(t *testing.T) {
	t.Parallel()
	processes, each := 4, 5
	if full() {
		processes, each = 8, 100
	}
	p := newPlace(t)
	var together sync.WaitGroup
	for i := range processes {
		together.Go(func() {
			for j := range each {
				if out, err := p.command("add", fmt.Sprintf("%d of %d", j, i), "--points", "1").CombinedOutput(); err != nil {
					t.Errorf("process %d, write %d: %v\n%s", i, j, err, out)
				}
			}
		})
	}
	together.Wait()
	if n := p.credits(t); n != processes*each {
		t.Errorf("%d credits, want %d", n, processes*each)
	}
	p.sound(t)
}
