//go:build unix

package cli_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"cmpledger/internal/cli"
)

// oddLines are command lines, one and more of each command of the tree, by what they need.
// FILE is an odd path, ./x a file that may be written.
func oddLines() map[string]string {
	return map[string]string{
		"": "", "status": "--short", "plan": "", "cost": "", "explain": "MLS", "courses list": "", "courses remove": "1", "courses import": "FILE",
		"rules list": "", "rules show": "MLS", "rules activities": "", "rules diff": "MLS", "rules check": "FILE",
		"remind install": "", "remind remove": "", "remind show": "", "remind check": "",
		"credential add": "SBB --expires 2028-03-31", "credential list": "", "credential show": "MLS", "credential edit": "MLS --number 7", "credential remove": "SBB --yes",
		"declare": "MLS", "renew": "MLS --yes", "add": "Staining --points 1 --evidence FILE", "list": "", "show": "1", "edit": "1 --note x",
		"remove": "2 --yes", "merge": "1 2", "keep": "1 2", "topics": "", "allocate": "--auto", "deallocate": "1",
		"import": "--yes -- FILE", "profile list": "", "profile show": "FILE", "profile check": "FILE ./table.csv", "profile new": "./table.csv --output FILE --yes",
		"reconcile": "FILE", "export credits": "--output FILE --yes", "export ledger": "--output FILE --yes",
		"evidence list": "", "evidence add": "1 -- FILE", "evidence get": "1 --output FILE --yes", "evidence verify": "", "evidence remove": "1 --yes",
		"audit": "MLS --output FILE --yes", "audit verify": "FILE", "calendar": "--output FILE --yes", "report": "--output FILE --yes",
		"log": "", "undo": "", "redo": "", "backup": "--yes -- FILE", "backup list": "", "restore": "--yes -- FILE", "doctor": "",
		"config": "", "config path": "", "completion": "bash", "schema": "status", "version": "", "demo": "", "help": "files",
	}
}

// oddPaths are paths of which something is unusual, each made in the folder one stands in.
// A ledger with two credits and a certificate is at the path whole.
func oddPaths(t *testing.T, whole string) map[string]func() {
	t.Helper()
	ledger, err := os.ReadFile(whole)
	need(t, err)
	put := func(name string, data []byte) func() {
		return func() { need(t, os.WriteFile(name, data, 0o600)) }
	}
	link := func(to, name string) func() { return func() { need(t, os.Symlink(to, name)) } }
	all := map[string]func(){
		"":                                  nil,
		".":                                 nil,
		"..":                                nil,
		"slash.db/":                         nil,
		"folder.db":                         func() { need(t, os.Mkdir("folder.db", 0o700)) },
		"/dev/null":                         nil,
		"/dev/full":                         nil,
		"/dev/zero":                         nil,
		"pipe.db":                           func() { need(t, syscall.Mkfifo("pipe.db", 0o600)) },
		"socket.db":                         func() { l, err := net.Listen("unix", "socket.db"); need(t, err); t.Cleanup(func() { _ = l.Close() }) },
		"nowhere.db":                        link("gone.db", "nowhere.db"),
		"loop.db":                           link("loop.db", "loop.db"),
		"to-folder.db":                      func() { need(t, os.Mkdir("folder", 0o700)); link("folder", "to-folder.db")() },
		"to-file.db":                        func() { put("file.db", ledger)(); link("file.db", "to-file.db")() },
		"hard.db":                           func() { put("soft.db", ledger)(); need(t, os.Link("soft.db", "hard.db")) },
		"whole.db-journal":                  put("whole.db", ledger),
		"text.db":                           put("text.db", []byte("not a ledger\n")),
		"empty.db":                          put("empty.db", nil),
		"text.db/x.db":                      put("text.db", nil),
		"held.db":                           func() { put("held.db", ledger)(); need(t, syscall.Mkfifo("held.db-journal", 0o600)) },
		"walled.db":                         func() { put("walled.db", ledger)(); need(t, os.Mkdir("walled.db-wal", 0o700)) },
		strings.Repeat("n", 251) + ".db":    nil,
		strings.Repeat("d/", 2048) + "x.db": nil,
		strings.Repeat("é", 100) + ".db":    put(strings.Repeat("é", 100)+".db", ledger),
		strings.Repeat("w", 210) + ".db":    put(strings.Repeat("w", 210)+".db", ledger),
	}
	for _, name := range []string{
		"cr\xe9dits.db", "new\nline.db", "a\ttab.db", "\x1b[31mred.db", `a"b'c.db`, `back\slash.db`, "50%s%d.db", "a?mode=ro", "a#b.db",
		"-dash.db", "~", "~tilde.db", "   ", "x.db-journal", ":memory:", "file:x.db", "file:x.db?mode=memory", "$(touch x).db", "*.db", "\u202egnp.db", "\xff\xfe", "x.csv",
	} {
		if !utf8.ValidString(name) && runtime.GOOS == "darwin" {
			continue // names are UTF-8 there
		}
		all[name] = put(name, ledger)
		all["new "+name] = nil
	}
	return all
}

// Whatever a path is, no command ends in a panic, waits for ever, says what is no sentence, or
// makes a file of another name.
func TestOddPaths(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.db")
	w := newWorld(t)
	w.environment["CMP_DB"] = whole
	for _, line := range []string{"credential add MLS --expires 2027-03-31", "add Staining --points 2 --evidence odd_paths_test.go", "add Coagulation --points 1"} {
		w.must(t, strings.Fields(line)...)
	}
	ledger, err := os.ReadFile(whole)
	need(t, err)
	lines := oddLines()
	var commands [][]string
	eachCommand(cli.NewRoot(w.Env), func(c *cobra.Command) {
		name := strings.Join(path(c), " ")
		rest, known := lines[name]
		if !known && !c.HasSubCommands() {
			t.Errorf("cmp %s is tried on no path", name)
		}
		if known {
			commands = append(commands, append(path(c), strings.Fields(rest)...))
		}
	})
	odd := oddPaths(t, whole)
	for i, name := range slices.Sorted(maps.Keys(odd)) {
		t.Run(fmt.Sprintf("%.20q", name), func(t *testing.T) {
			o := oddWorld{world: w, whole: whole, ledger: ledger, outer: t.TempDir(), given: strings.TrimPrefix(name, "new "), make: odd[name]}
			for k, args := range commands {
				if full() || i%6 == k%6 || triedMore(args) { // each command on ten paths and more
					o.try(t, args)
				}
			}
		})
	}
}

// triedMore reports whether a command is tried on each path, in each way in which a path can be
// given: one that reads, one that writes, and one that looks from all sides.
func triedMore(args []string) bool {
	return len(args) > 0 && slices.Contains([]string{"add", "doctor", "status"}, args[0])
}

// An oddWorld is a folder in a folder, in which a path is tried.
type oddWorld struct {
	*world
	whole  string // path of a ledger
	ledger []byte // what is in it
	outer  string
	given  string
	make   func()
}

// try runs a command with the path as the ledger, given in each way, and as each file that it
// names. What is in the folders is made anew each time.
func (o oddWorld) try(t *testing.T, args []string) {
	t.Helper()
	at := slices.Index(args, "FILE")
	ways := []string{"flag"}
	if at >= 0 {
		ways = append(ways, "file")
	}
	if triedMore(args) {
		ways = append(ways, "environment", "configuration", "config")
	}
	for _, way := range ways {
		o.begin(t)
		line := slices.Clone(args)
		if at >= 0 {
			line[at] = "./table.csv"
		}
		switch way {
		case "flag":
			line = append([]string{"--db", o.given}, line...)
		case "file":
			line[at] = o.given
		case "environment":
			o.environment["CMP_DB"] = o.given
		case "configuration":
			delete(o.environment, "CMP_DB")
			text, _ := json.Marshal(map[string]string{"db": o.given}) // which is YAML
			need(t, os.WriteFile("../home/cmp/config.yaml", text, 0o600))
		case "config":
			o.environment["CMP_CONFIG"] = o.given
		}
		before := o.found(t)
		code := o.deadline(t, line)
		o.check(t, way, line, code)
		o.checkMade(t, way, line, before)
	}
}

func (o oddWorld) begin(t *testing.T) {
	t.Helper()
	t.Chdir(o.outer)
	for _, name := range []string{"work", "home"} {
		need(t, os.RemoveAll(name))
	}
	need(t, os.MkdirAll("work", 0o700))
	need(t, os.MkdirAll("home/cmp", 0o700))
	home := filepath.Join(o.outer, "home")
	clear(o.environment)
	maps.Copy(o.environment, map[string]string{"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_STATE_HOME": home, "CMP_DB": o.whole})
	t.Chdir("work")
	for file, data := range map[string][]byte{o.whole: o.ledger, "table.csv": []byte("date,title,points\n2026-05-02,Bloodborne pathogens,1\n")} {
		need(t, os.WriteFile(file, data, 0o600))
	}
	if o.make != nil {
		o.make()
	}
}

// found returns what is in the folder around the one that one stands in.
func (o oddWorld) found(t *testing.T) (all []string) {
	t.Helper()
	err := filepath.WalkDir(o.outer, func(path string, _ fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	})
	need(t, err)
	return all
}

// deadline runs a command that may not take long, and returns its exit code.
func (o oddWorld) deadline(t *testing.T, line []string) int {
	t.Helper()
	done := make(chan int, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("cmp %q: panic: %v\n%s", line, r, debug.Stack())
				done <- -1
			}
		}()
		done <- o.run(line...)
	}()
	select {
	case code := <-done:
		return code
	case <-time.After(time.Minute):
		t.Fatalf("cmp %q waits", line)
	}
	return -1
}

// check checks that what was said is text, and of a failure one sentence.
func (o oddWorld) check(t *testing.T, way string, line []string, code int) {
	t.Helper()
	out, said := o.out.String(), o.err.String()
	wrong := ""
	if slices.Contains(line, "show") { // a profile is shown as it is
		out = ""
	}
	switch {
	case code < 0 || code > 3:
		wrong = "exit code"
	case !utf8.ValidString(out) || !utf8.ValidString(said):
		wrong = "not UTF-8"
	case code != 0 && code != 3 && strings.Count("\n"+said, "\ncmp: ") != 1:
		wrong = "not one sentence"
	}
	for _, bad := range []string{"goroutine", "panic", "<nil>", "%!", "SQL logic", "invalid UTF-8", "\x1b", "\u202e"} {
		if strings.Contains(said, bad) || strings.Contains(out, bad) {
			wrong = "it says " + bad
		}
	}
	if wrong != "" {
		t.Errorf("cmp %.200q (by %s): %s: exit code %d\n%.500s%.500s", line, way, wrong, code, out, said)
	}
}

// checkMade checks that nothing was made but what the path names, and backups.
func (o oddWorld) checkMade(t *testing.T, way string, line, before []string) {
	t.Helper()
	named, _, _ := strings.Cut(strings.TrimPrefix(filepath.Clean(o.given), "./"), "/")
	for _, path := range o.found(t) {
		if slices.Contains(before, path) || slices.Contains(line, "get") && filepath.Ext(path) == ".go" { // the certificate, in a folder
			continue
		}
		inside, err := filepath.Rel(filepath.Join(o.outer, "work"), path)
		if way == "configuration" && err == nil {
			inside, err = filepath.Rel(filepath.Join(o.outer, "home", "cmp"), path)
		}
		first, _, _ := strings.Cut(inside, "/")
		if err != nil || first != named && first != "backups" && !strings.HasPrefix(path, filepath.Join(o.outer, "home")+"/") {
			t.Errorf("cmp %.200q (by %s) made %.200q", line, way, path)
		}
	}
}
