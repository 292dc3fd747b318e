//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // for a program that has the ledger locked
)

// A stopped command says how it ended.
type stopped struct {
	status    syscall.WaitStatus
	took      time.Duration // from the signal on
	out, talk string
}

// after waits a while.
func after(d time.Duration) func() { return func() { time.Sleep(d) } }

// stop starts a command, waits, sends it a signal, and waits for its end.
func (p place) stop(t *testing.T, wait func(), sig syscall.Signal, in io.Reader, args ...string) stopped {
	t.Helper()
	var out, talk bytes.Buffer
	cmd := p.command(args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = p.folder, in, &out, &talk
	cmd.Env = append(cmd.Env, "TMPDIR="+p.folder)
	need(t, cmd.Start())
	wait()
	_ = cmd.Process.Signal(sig) // it may have ended
	began := time.Now()
	_ = cmd.Wait() // how it ended, the status says
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	return stopped{status, time.Since(began), out.String(), talk.String()}
}

// Whatever is stopped, and whenever, leaves nothing that it began, and the ledger of before
// or after. What was written is said. CMP_TEST_FULL=1 stops it 30 times as often.
func TestStopped(t *testing.T) {
	t.Parallel()
	rounds, rows := 2, 500
	if full() {
		rounds, rows = 60, 5000
	}
	p := newPlace(t)
	p.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	p.must(t, "add", "first", "--points", "1")
	small, many := filepath.Join(t.TempDir(), "small.db"), manyRows(t, rows)
	p.must(t, "backup", small)
	p.must(t, "import", many)
	p.must(t, "add", "certified", "--points", "1", "--evidence", many)
	whole, err := os.ReadFile(p.ledger)
	need(t, err)
	in := func(name string) string { return filepath.Join(p.folder, name) }
	for _, args := range [][]string{
		{"import", many, "--db", small},
		{"add", "next", "--points", "1"},
		{"undo"},
		{"restore", small, "--yes"},
		{"backup"},
		{"backup", in("copy.db")},
		{"export", "ledger", "--output", in("all.jsonl")},
		{"export", "credits", "--output", in("all.xlsx")},
		{"report", "--output", in("report.html")},
		{"demo"},
		{"doctor"},
	} {
		p.begin(t, whole)
		before, began := p.credits(t), time.Now()
		p.must(t, args...)
		takes, then := time.Since(began), p.credits(t)
		for range rounds {
			sig := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[rand.N(3)]
			p.begin(t, whole)
			s := p.stop(t, after(rand.N(takes+takes/8)), sig, nil, args...)
			if s.status.Exited() && s.status.ExitStatus() != 0 || s.status.Signaled() && s.status.Signal() != sig {
				t.Errorf("%s, told to stop by %v: ends with %#x: %s", args[0], sig, s.status, s.talk)
			}
			n := p.credits(t)
			if n != before && n != then {
				t.Errorf("%s: %d credits, want %d or %d", args[0], n, before, then)
			}
			if n != before && s.out+s.talk == "" {
				t.Errorf("%s, stopped by %v: it wrote, and did not say so", args[0], sig)
			}
			p.tidy(t, args[0])
		}
	}
}

// tidy checks that no unfinished file is there, and that the ledger is sound.
func (p place) tidy(t *testing.T, command string) {
	t.Helper()
	for _, names := range []string{".cmp-*", "*-journal", "cmp-demo-*", "backups/.cmp-*", "backups/*-journal"} {
		if left, _ := filepath.Glob(filepath.Join(p.folder, names)); left != nil {
			t.Errorf("%s left %s", command, left)
		}
	}
	if folder, err := os.ReadDir(filepath.Join(p.folder, "backups")); err == nil && len(folder) == 0 {
		t.Errorf("%s left an empty folder for backups", command)
	}
	p.must(t, "doctor")
}

// What waits ends at once: for what is typed, and for another program's lock. A program that
// was told by nohup to live on does.
func TestStoppedWaiting(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.must(t, "add", "first", "--points", "1")
	ends := func(what string, s stopped, sig syscall.Signal) {
		t.Helper()
		if !s.status.Signaled() || s.status.Signal() != sig || s.out+s.talk != "" {
			t.Errorf("%s: ends with %#x, says %q", what, s.status, s.out+s.talk)
		}
		if s.took > 9*time.Second { // for a lock it would wait ten
			t.Errorf("%s: took %s", what, s.took)
		}
	}
	pipe, hold, err := os.Pipe()
	need(t, err)
	defer pipe.Close()
	defer hold.Close()
	read := func() { _, _ = io.WriteString(hold, strings.Repeat(" ", 1<<20)) } // no pipe holds as much
	ends("what reads", p.stop(t, read, syscall.SIGINT, pipe, "import", "-"), syscall.SIGINT)
	if s := p.stop(t, read, syscall.SIGQUIT, pipe, "import", "-"); s.status.ExitStatus() != 131 || s.out+s.talk != "" {
		t.Errorf("told to quit it ends with %#x, says %q", s.status, s.out+s.talk)
	}
	const startUp = 500 * time.Millisecond
	for what, lock := range map[string]string{"what waits for a writer": "BEGIN IMMEDIATE", "what waits for a reader": "BEGIN; SELECT count(*) FROM credit"} {
		other, err := sql.Open("sqlite", p.ledger)
		need(t, err)
		other.SetMaxOpenConns(1)
		if _, err := other.Exec(lock); err != nil {
			t.Fatal(err)
		}
		ends(what, p.stop(t, after(startUp), syscall.SIGTERM, nil, "add", "next", "--points", "1"), syscall.SIGTERM)
		need(t, other.Close())
		p.tidy(t, what)
	}
	if n := p.credits(t); n != 1 {
		t.Errorf("%d credits, want 1", n)
	}
	hup := exec.Command("sh", "-c", `trap "" HUP; exec "$0" import -`, p.program)
	hup.Env = p.command().Env
	typed, err := hup.StdinPipe()
	if err == nil {
		err = hup.Start()
	}
	need(t, err)
	time.Sleep(startUp)
	_ = hup.Process.Signal(syscall.SIGHUP)
	_, _ = io.WriteString(typed, "date,title,points\n2026-03-02,Gram stains,1\n")
	if err := errors.Join(typed.Close(), hup.Wait()); err != nil || p.credits(t) != 2 {
		t.Errorf("with HUP ignored: %v, %d credits", err, p.credits(t))
	}
}

// What is told to quit lists nothing of the program, from its first line on. Before that Go starts
// it, and lists what it does.
func TestQuit(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.must(t, "add", "first", "--points", "1")
	for range 40 {
		s := p.stop(t, after(rand.N(20*time.Millisecond)), syscall.SIGQUIT, nil, "status")
		if strings.Contains(s.talk, "cli.Main(") {
			t.Errorf("told to quit it says %.300q", s.talk)
		}
	}
}

// A ledger that a stopped command made is there with what the command wrote, or not at all.
func TestStoppedNew(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	saved := filepath.Join(t.TempDir(), "saved.db")
	p.must(t, "add", "first", "--points", "1")
	p.must(t, "backup", saved)
	for _, args := range [][]string{{"add", "first", "--points", "1"}, {"restore", saved, "--yes"}} {
		need(t, os.RemoveAll(p.ledger)) // which the last one of before may not have left
		began := time.Now()
		p.must(t, args...)
		takes := time.Since(began)
		for range 20 {
			need(t, errors.Join(os.RemoveAll(p.ledger), os.RemoveAll(p.ledger+"-journal")))
			s := p.stop(t, after(rand.N(takes+takes/8)), syscall.SIGTERM, nil, args...)
			left, _ := filepath.Glob(p.ledger + "*")
			if len(left) > 1 || len(left) == 1 && p.credits(t) != 1 {
				t.Errorf("%s, stopped with %#x, left %q", args[0], s.status, left)
			}
		}
	}
}
