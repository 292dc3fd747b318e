package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A pane is a terminal in which a shell runs beside a ledger.
type pane struct {
	t      *testing.T
	place  place
	socket string
}

func newPane(t *testing.T, columns string) pane {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	p := pane{t, newPlace(t), filepath.Join(t.TempDir(), "socket")}
	start := p.place.command()
	cmd := exec.Command("tmux", "-S", p.socket, "-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", "40", "sh", "-i")
	cmd.Dir = p.place.folder
	cmd.Env = append(start.Env, "ENV=", "PS1=ready> ", "TMUX=", "COLUMNS=", "NO_COLOR=1", "PATH="+filepath.Dir(p.place.program)+":/usr/bin:/bin")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("tmux does not start: %v: %s", err, out)
	}
	t.Cleanup(func() { p.tmux("kill-server") })
	p.wait("ready>")
	return p
}

func (p pane) tmux(args ...string) string {
	p.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", p.socket}, args...)...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %v: %v: %s", args, err, out)
	}
	return string(out)
}

// press presses keys by their names, each word that is none letter by letter.
func (p pane) press(keys ...string) {
	p.t.Helper()
	p.tmux(append([]string{"send-keys"}, keys...)...)
}

// wait waits until the last lines of the screen have a text, and returns the
// screen.
func (p pane) wait(want string) string {
	p.t.Helper()
	var screen string
	for range 200 {
		screen = strings.TrimRight(p.tmux("capture-pane", "-p"), "\n ")
		lines := strings.Split(screen, "\n")
		if strings.Contains(strings.Join(lines[max(0, len(lines)-3):], "\n"), want) {
			return screen
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("%q does not appear:\n%s", want, screen)
	return ""
}

// asLeft checks that the terminal is as it was before the program. What is pressed
// before the program has ended may be read by it, so the shell has to be there.
func (p pane) asLeft(exit string) {
	p.t.Helper()
	p.wait("\nready>")
	p.press("code=$?; clear; echo exit $code; stty -a | tr ' ' '\\n' | grep -E '^-?(icanon|echo|isig|opost);?$' | tr '\\n' '.'", "Enter")
	p.wait("exit " + exit)
	p.wait("opost.isig.icanon.echo.")
}

// What is typed, completed, pasted and changed on a terminal is what the ledger
// gets.
func TestTerminalAsks(t *testing.T) {
	t.Parallel()
	p := newPane(t, "60")
	p.press("cmp credential add", "Enter")
	p.wait("Credential (its code, such as MLS):")
	p.press("ml", "Tab")
	p.wait("amt/MLT   amt/MLT, Medical Laboratory Technician")
	p.press("s", "Enter")
	p.wait("Expires (2027-03-31, or voluntary):")
	p.press("2027-33-31", "Enter")
	p.wait("not a day of the calendar\nExpires (2027-03-31, or voluntary): 2027-33-31")
	p.press("C-u", "2027-03-31", "Enter")
	p.wait("Write it? [Y/n]")
	p.press("Enter")
	p.wait("Next: cmp import FILE")
	p.asLeft("0")

	p.press("cmp add", "Enter")
	p.wait("Title:")
	p.tmux("set-buffer", "Coagulation\r\n  cascade\nin practice")
	p.tmux("paste-buffer", "-p")
	p.wait("in practice")
	p.tmux("resize-window", "-x", "80")
	p.press(" 血液", "Enter")
	p.wait("Points")
	p.press("1.5 hours", "Enter", "yes", "Tab", "Enter", "LabCE", "Enter")
	p.wait("Topic")
	p.press("hem", "Tab", "Enter")
	p.wait("Write it? [Y/n]")
	p.press("prov", "Tab", "Enter")
	p.wait("Provider: LabCE")
	p.press("BSpace", "BSpace", " CE", "Enter")
	p.wait("Write it? [Y/n]")
	p.press("y", "Enter")
	p.wait("Added credit 1: 1.5 points on 2026-11-20, hematology")
	p.asLeft("0")
	want := "2026-11-20,Coagulation cascade in practice 血液,Lab CE,1.5,hematology,course,,,\n"
	if got := p.place.must(t, "export", "credits", "--format", "csv"); !strings.HasSuffix(got, "\n"+want) {
		t.Errorf("exported %q, want %q", got, want)
	}
}

// However a question is left, the terminal is as before and the ledger too.
func TestTerminalIsLeft(t *testing.T) {
	t.Parallel()
	p := newPane(t, "40")
	for _, leave := range []func(){
		func() { p.press("C-c") },
		func() { p.press("C-u", "C-d") },
		func() { p.signal(syscall.SIGTERM) },
		func() { p.signal(syscall.SIGINT) },
	} {
		p.press("cmp add", "Enter")
		p.wait("Title:")
		p.press("hello")
		p.wait("Title: hello")
		leave()
		p.wait("cmp: broken off, nothing was written")
		p.asLeft("1")
	}
	if got := p.place.must(t, "list", "--format", "csv"); strings.Count(got, "\n") != 1 {
		t.Errorf("something was written: %s", got)
	}
}

// signal sends a signal to the program that the shell runs.
func (p pane) signal(s syscall.Signal) {
	p.t.Helper()
	shell := strings.TrimSpace(p.tmux("display-message", "-p", "#{pane_pid}"))
	children, err := os.ReadFile(fmt.Sprintf("/proc/%s/task/%[1]s/children", shell))
	if err != nil {
		p.t.Fatal(err)
	}
	program, err := strconv.Atoi(strings.TrimSpace(string(children)))
	if err != nil {
		p.t.Fatalf("the shell has not one child: %v", err)
	}
	if err := syscall.Kill(program, s); err != nil {
		p.t.Fatal(err)
	}
}
