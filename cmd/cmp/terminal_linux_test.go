package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// newPane starts a shell beside a ledger of its own.
func newPane(t *testing.T, columns string) (terminal, place) {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	p := newPlace(t)
	env := append(p.command().Env, "ENV=", "PS1=ready> ", "TMUX=", "COLUMNS=", "NO_COLOR=1", "PATH="+filepath.Dir(p.program)+":/usr/bin:/bin")
	x := newTerminal(t, p.folder, columns, env, "sh", "-i")
	x.wait("ready>")
	return x, p
}

// wait waits until the last lines of the screen have a text.
func (x terminal) wait(want string) {
	x.t.Helper()
	x.await(fmt.Sprintf("%q", want), func(screen string) bool {
		lines := strings.Split(strings.TrimRight(screen, "\n "), "\n")
		return strings.Contains(strings.Join(lines[max(0, len(lines)-3):], "\n"), want)
	})
}

// asLeft checks that the terminal is as it was before the program. What is pressed
// before the program has ended may be read by it, so the shell has to be there.
func (x terminal) asLeft(exit string) {
	x.t.Helper()
	x.wait("\nready>")
	x.send("code=$?; clear; echo exit $code; stty -a | tr ' ' '\\n' | grep -E '^-?(icanon|echo|isig|opost);?$' | tr '\\n' '.'", "Enter")
	x.wait("exit " + exit)
	x.wait("opost.isig.icanon.echo.")
}

// What is typed, completed, pasted and changed on a terminal is what the ledger
// gets.
func TestTerminalAsks(t *testing.T) {
	t.Parallel()
	p, place := newPane(t, "60")
	place.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	p.send("cmp add", "Enter")
	p.wait("Title:")
	p.tmux("set-buffer", "Coagulation\r\n  cascade\nin practice")
	p.tmux("paste-buffer", "-p")
	p.wait("in practice")
	p.tmux("resize-window", "-x", "80")
	p.send(" 血液", "Enter")
	p.wait("Points")
	p.send("1.5 hours", "Enter", "yes", "Tab", "Enter")
	p.wait("Topic")
	p.send("hem", "Tab", "Enter")
	p.wait("Provider")
	p.send("LabCE", "Enter")
	p.wait("Write it? [Y/n]")
	p.send("prov", "Tab", "Enter")
	p.wait("Provider: LabCE")
	p.send("BSpace", "BSpace", " CE", "Enter")
	p.wait("Write it? [Y/n]")
	p.send("y", "Enter")
	p.wait("Added credit 1: 1.5 points on 2026-11-20, hematology")
	p.asLeft("0")
	want := "2026-11-20,Coagulation cascade in practice 血液,Lab CE,1.5,hematology,course,,,\n"
	if got := place.must(t, "export", "credits", "--format", "csv"); !strings.HasSuffix(got, "\n"+want) {
		t.Errorf("exported %q, want %q", got, want)
	}
}

// However a question is left, the terminal is as before and the ledger too.
func TestTerminalIsLeft(t *testing.T) {
	t.Parallel()
	p, place := newPane(t, "80")
	place.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	place.must(t, "add", "Gram stains", "--points", "1", "--topic", "microbiology")
	told := func() {
		p.send("C-u") // or the shell would read what was typed
		shell := strings.TrimSpace(p.tmux("display-message", "-p", "#{pane_pid}"))
		children, err := os.ReadFile("/proc/" + shell + "/task/" + shell + "/children")
		need(t, err)
		if err := exec.Command("kill", strings.Fields(string(children))...).Run(); err != nil {
			t.Error(err)
		}
	}
	before := place.must(t, "log")
	for _, asks := range [][2]string{{"cmp add", "Title:"}, {"cmp credential add", "Credential (its code, such as MLS):"}, {"cmp credential remove MLS", "on? [y/N]"}} {
		for exit, leave := range map[string]func(){
			"130": func() { p.send("C-c") },
			"1":   func() { p.send("C-u", "C-d") },
			"143": told,
		} {
			p.send(asks[0], "Enter")
			p.wait(asks[1])
			p.send("hello")
			p.wait(asks[1] + " hello")
			leave()
			p.wait(map[bool]string{true: "cmp: stopped, nothing was written", false: "Stopped. Nothing was written."}[exit == "1"])
			p.asLeft(exit)
		}
	}
	if after := place.must(t, "log"); after != before {
		t.Errorf("something was written: %s", after)
	}
}

// One file alone asks on a terminal whether import was meant, and what waits for somebody
// to type says so.
func TestTerminalFileAlone(t *testing.T) {
	t.Parallel()
	p, place := newPane(t, "80")
	write(t, place.folder, 0o644, "transcript.csv", "title,date,points\nGram stains,2026-03-02,1\n")
	for typed, meant := range map[string]string{
		"cmp transcript.csv": "cmp: transcript.csv: did you mean cmp import transcript.csv?",
		"cmp -":              `cmp: unknown command "-"; did you mean cmp import -?`,
		"cmp rm 5":           "cmp: rm: did you mean cmp remove 5?",
		"cmp report":         "cmp report --output report.html",
	} {
		p.send("clear; "+typed, "Enter")
		p.wait(meant)
	}
	p.send("clear; cmp import -", "Enter")
	p.wait("Paste it here, then press Enter and Ctrl-D.")
	p.send("title,date,points", "Enter", "Gram stains,2026-03-02,1", "Enter", "C-d")
	p.wait("Next: cmp credential add CODE --expires DATE")
	if got := place.must(t, "list"); !strings.Contains(got, "Gram stains") {
		t.Errorf("nothing was imported:\n%s", got)
	}
}
