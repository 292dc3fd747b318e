package main

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// needShells says that shells that are missing are a failure:
// CMP_TEST_SHELLS=1 go test ./cmd/cmp -run Shells
func needShells() bool { return os.Getenv("CMP_TEST_SHELLS") != "" }

// patience is how long a busy machine may take to draw a screen.
const patience = 30 * time.Second

// A shell is one that there is a completion script for.
type shell struct {
	name  string
	needs string // a file that has to be there too
	// setUp writes what the shell reads as it starts into its home, whose
	// prompt is ">", and returns the command that starts it.
	setUp func(p place, home string) (files map[string]string, command []string)
}

func shells() []shell {
	const bashCompletion = "/usr/share/bash-completion/bash_completion"
	return []shell{
		{"bash", bashCompletion, func(p place, home string) (map[string]string, []string) {
			rc := filepath.Join(home, "rc")
			return map[string]string{"rc": "PS1='> '\n. " + bashCompletion + "\nsource <(cmp completion bash)\nbind 'set show-all-if-ambiguous on'\n"},
				[]string{"bash", "--rcfile", rc, "-i"}
		}},
		{"zsh", "", func(p place, home string) (map[string]string, []string) {
			return map[string]string{
				"functions/_cmp": p.script("zsh"),
				".zshrc":         "PROMPT='> '\nfpath=($HOME/functions $fpath)\nautoload -Uz compinit\ncompinit -u -D\n",
			}, []string{"zsh", "-i"}
		}},
		{"fish", "", func(p place, home string) (map[string]string, []string) {
			return map[string]string{
				".config/fish/completions/cmp.fish": p.script("fish"),
				".config/fish/config.fish":          "set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nfunction fish_prompt\n    echo -n '> '\nend\n",
				// Without this folder fish reads all manual pages first.
				".local/share/fish/generated_completions/none": "",
			}, []string{"fish", "-i"}
		}},
	}
}

// script returns what cmp completion prints.
func (p place) script(shell string) string {
	out, err := p.command("completion", shell).Output()
	if err != nil {
		panic(err)
	}
	return string(out)
}

// Someone types in each shell and presses Tab.
func TestShells(t *testing.T) {
	t.Parallel()
	for _, s := range shells() {
		t.Run(s.name, func(t *testing.T) {
			s.check(t)
			p := newPlace(t)
			p.fill(t)
			terminal := s.start(t, p)
			for _, tt := range []struct {
				typed      string
				want, lack []string
			}{
				{"cmp status ", []string{"MLS", "MLS(ASCP)CM, expires 2027-03-31", "SBB(ASCP)CM, expires 2026-12-31"}, nil},
				{"cmp allocate 1", []string{"12", "2026-01-12 Anemia", "10", "2026-01-10 Course 10"}, []string{"Course 9"}},
				{"cmp allocate 12 ", []string{"hematology", "MLS: 0 of 2 remaining", "MLS: 18 of 26 remaining; SBB: 12 of 24"}, []string{"chemistry"}},
				{"cmp explain MLS ", []string{"hematology", "MLS: 0 of 2 remaining"}, nil},
				{"cmp add x --topic ", []string{"safety", "Medical ethics", "blood-banking"}, nil},
				{"cmp show 1", []string{"2026-01-11 [a]: $HOME `id` \"b\" 'c' 100%"}, nil},
				{"cmp add x --topic eth", []string{"> cmp add x --topic ethics"}, nil},
				{"cmp import tr", []string{"> cmp import transcript.csv"}, nil},
				{"cmp ./let", []string{"> cmp ./letter.txt"}, nil},
				{"cmp letter.txt tr", []string{"> cmp letter.txt transcript.csv"}, nil},
			} {
				terminal.clear()
				terminal.send("-l", tt.typed)
				terminal.send("Tab")
				screen := terminal.waitFor(tt.want...)
				for _, text := range tt.lack {
					if strings.Contains(screen, text) {
						t.Errorf("%s<Tab> shows %q:\n%s", tt.typed, text, screen)
					}
				}
			}
		})
	}
}

// Where the ledger cannot be read nothing is offered, and nothing is said.
func TestShellsWithoutLedger(t *testing.T) {
	t.Parallel()
	for _, s := range shells() {
		for name, spoil := range map[string]func(t *testing.T, p place){
			"missing": func(*testing.T, place) {},
			"broken": func(t *testing.T, p place) {
				need(t, os.WriteFile(p.ledger, []byte(strings.Repeat("no ledger ", 1000)), 0o600))
			},
			"locked": lock,
		} {
			t.Run(s.name+" "+name, func(t *testing.T) {
				s.check(t)
				p := newPlace(t)
				spoil(t, p)
				terminal := s.start(t, p)
				for _, typed := range []string{"cmp status ", "cmp allocate 1", "cmp allocate 12 "} {
					terminal.clear()
					terminal.send("-l", typed)
					terminal.send("Tab")
					terminal.send("-l", "end") // once it is there, Tab was dealt with
					screen := terminal.waitFor("end")
					if want := "> " + typed + "end"; strings.TrimSpace(screen) != want {
						t.Errorf("%s<Tab>end: the screen shows\n%s\nwant %s alone", typed, screen, want)
					}
				}
				terminal.clear()
				terminal.send("-l", "cmp add x --topic eth")
				terminal.send("Tab")
				terminal.waitFor("--topic ethics")
			})
		}
	}
}

// fill makes a ledger with two credentials and twelve credits, and two files
// beside it.
func (p place) fill(t *testing.T) {
	t.Helper()
	file := "date,title,provider,points,topics\n"
	for i := range 10 {
		provider := []string{"LabCE", "Mayo Clinic East", "Mayo Clinic West"}[i%3]
		file += fmt.Sprintf("2026-01-%02d,Course %d,%s,1,chemistry\n", i+1, i+1, provider)
	}
	file += "2026-01-11,\"[a]: $HOME `id` \"\"b\"\" 'c' 100%\",LabCE,1,safety\n2026-01-12,Anemia,St. John's R&D (West),2,hematology\n"
	for name, content := range map[string]string{"transcript.csv": file, "letter.txt": ""} {
		need(t, os.WriteFile(filepath.Join(p.folder, name), []byte(content), 0o600))
	}
	p.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	p.must(t, "credential", "add", "SBB", "--expires", "2026-12-31")
	p.must(t, "import", filepath.Join(p.folder, "transcript.csv"))
}

// lock makes a ledger and keeps all others from it until the test ends.
func lock(t *testing.T, p place) {
	t.Helper()
	p.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	db, err := sql.Open("sqlite", p.ledger)
	need(t, err)
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
}

// check skips the test where the shell or tmux is missing, or lets it fail.
func (s shell) check(t *testing.T) {
	t.Helper()
	report := t.Skipf
	if needShells() {
		report = t.Fatalf
	}
	for _, program := range []string{"tmux", s.name} {
		if _, err := exec.LookPath(program); err != nil {
			report("nobody can type here: %s is not installed", program)
		}
	}
	if _, err := os.Stat(s.needs); s.needs != "" && err != nil {
		report("nobody can press Tab here: %v", err)
	}
}

// A terminal is one of tmux in which a shell runs.
type terminal struct {
	t      *testing.T
	socket string
}

// start runs the shell in the folder of the place until the test ends.
func (s shell) start(t *testing.T, p place) terminal {
	t.Helper()
	home := t.TempDir()
	files, command := s.setUp(p, home)
	for name, content := range files {
		path := filepath.Join(home, name)
		need(t, os.MkdirAll(filepath.Dir(path), 0o700))
		need(t, os.WriteFile(path, []byte(content), 0o600))
	}
	x := newTerminal(t, p.folder, "80", []string{
		"HOME=" + home, "TERM=screen", "LC_ALL=C.UTF-8", "CMP_DB=" + p.ledger, "CMP_AS_OF=2026-11-21",
		"CMP_CONFIG=" + filepath.Join(filepath.Dir(p.program), "config.yaml"),
		"PATH=" + filepath.Dir(p.program) + ":" + os.Getenv("PATH"),
	}, command...)
	x.waitFor(">")
	return x
}

// newTerminal starts a program in a folder until the test ends.
func newTerminal(t *testing.T, folder, columns string, environment []string, command ...string) terminal {
	t.Helper()
	short, err := os.MkdirTemp("", "cmp-") // a socket's path may not be long
	need(t, err)
	x := terminal{t, filepath.Join(short, "tmux")}
	t.Cleanup(func() {
		_ = exec.Command("tmux", "-S", x.socket, "kill-server").Run()
		os.RemoveAll(short)
	})
	start := []string{"-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", "40", "-c", folder, "--", "env", "-i"}
	x.tmux(slices.Concat(start, environment, command)...)
	return x
}

func (x terminal) tmux(args ...string) string {
	x.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", x.socket}, args...)...).CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// send presses keys.
func (x terminal) send(keys ...string) { x.tmux(append([]string{"send-keys"}, keys...)...) }

// clear empties the line and the screen. A key may be lost while the shell
// still draws, so they are pressed again.
func (x terminal) clear() {
	x.t.Helper()
	x.await("an empty screen", func(screen string) bool {
		if strings.TrimSpace(screen) == ">" {
			return true
		}
		x.send("C-u", "C-l")
		return false
	})
}

// waitFor waits until the screen shows all texts, and returns it.
func (x terminal) waitFor(texts ...string) (screen string) {
	x.t.Helper()
	return x.await(fmt.Sprintf("%q", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

func (x terminal) await(what string, there func(screen string) bool) (screen string) {
	x.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if screen = x.tmux("capture-pane", "-p"); there(screen) {
			return screen
		}
	}
	x.t.Fatalf("waited in vain for %s; the screen shows\n%s", what, screen)
	return ""
}
