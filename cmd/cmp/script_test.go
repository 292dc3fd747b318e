package main

import (
	"archive/zip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"cmpledger/internal/handover"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

// scratch is the folder of the program that all tests run, until they end.
var scratch string

// TestMain does not use testscript.Main: that would replace testscript's own
// "cmp" command with this program, and every file comparison would pass.
func TestMain(m *testing.M) {
	if folder := inMemory(); folder != "" {
		os.Setenv("TMPDIR", folder)
	}
	var err error
	if scratch, err = os.MkdirTemp("", "cmp-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(scratch); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// build makes the program once, as a release has it, of the version 1.2.3 of
// abcdef of 2026-03-01. It starts faster than this test binary.
var build = sync.OnceValues(func() (string, error) {
	release, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		return "", err
	}
	version := strings.NewReplacer("{{ .Version }}", "1.2.3", "{{ .Commit }}", "abcdef", "{{ .CommitDate }}", "2026-03-01").
		Replace(strings.Join(regexp.MustCompile(`-X \S+=\{\{ \.\w+ \}\}`).FindAllString(string(release), -1), " "))
	program := filepath.Join(scratch, inFolder(handover.Own))
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w "+version, "-o", program, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return program, nil
})

// built returns the path of the program.
func built(t *testing.T) string {
	t.Helper()
	program, err := build()
	need(t, err)
	return program
}

// inFolder returns the name of the file that a program is.
func inFolder(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// TestScript runs every script. In a script, "exec cmp" is this program and
// "cmp" alone compares files.
//
// $IMPORT is the folder of the sample transcripts, and $PACKS that of the packs of
// rules. Each script has a ledger of its own, which does not exist at first, and
// today is 2026-11-21.
func TestScript(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	install(t, bin)
	samples, packs := absolute(t, "../../testdata/import"), absolute(t, "../../testdata/packs")
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"session": session, "zip": zipFolder},
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Setenv("HOME", home)
			env.Setenv("USERPROFILE", home)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
			env.Setenv("XDG_DATA_HOME", filepath.Join(home, ".local", "share"))
			env.Setenv("CMP_DB", filepath.Join(env.WorkDir, "ledger.db"))
			env.Setenv("CMP_AS_OF", "2026-11-21")
			env.Setenv("LC_ALL", "C.UTF-8")
			env.Setenv("TERM", "dumb")
			env.Setenv("IMPORT", samples)
			env.Setenv("PACKS", packs)
			return os.MkdirAll(home, 0o700)
		},
	})
}

// session FILE runs the commands that a file shows behind "$ ", one by one in a
// shell, and shows each with the words above it, what it says and its exit code,
// unless that is 0. So the file is what "cmp stdout FILE" then compares with. The
// folder of the script is shown as WORK, and what the clock says as letters.
func session(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: session FILE")
	}
	const run = `while IFS= read -r line; do
	printf '%s\n' "$line"
	case $line in '$ '*) ;; *) continue ;; esac
	eval "${line#??}" </dev/null 2>&1
	code=$?
	if [ $code != 0 ]; then echo "exit $code"; fi
done <"$1" | sed -e "s|$WORK|WORK|g" -e "s|$IMPORT|IMPORT|g" -e 's/20..-..-.. [0-2][0-9]:[0-5][0-9]/YYYY-MM-DD HH:MM/g' -e 's/[0-9]\{8\}T[0-9]\{6\}Z/TIME/g'
`
	list := ts.MkAbs(".session")
	ts.Check(os.WriteFile(list, []byte(strings.Join(spoken.FindAllString(ts.ReadFile(args[0]), -1), "")), 0o600))
	ts.Check(ts.Exec("sh", "-c", run, "sh", list))
	ts.Check(os.Remove(list))
}

// zipFolder FILE FOLDER makes a file, such as a workbook, of the parts in a folder.
func zipFolder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: zip FILE FOLDER")
	}
	out, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	z := zip.NewWriter(out)
	ts.Check(errors.Join(z.AddFS(os.DirFS(ts.MkAbs(args[1]))), z.Close(), out.Close()))
}

// spoken finds the commands of a session, each with the words right above it.
var spoken = regexp.MustCompile(`(?m)^(?:\n?(?:# .*\n)+)?\$ .*\n`)

// inMemory returns a folder whose files no command waits for a disk for, where
// there is one that programs may be run from; else "".
func inMemory() string {
	const memory = "/dev/shm"
	script, err := os.CreateTemp(memory, "cmp-test-*")
	if err != nil {
		return ""
	}
	defer os.Remove(script.Name())
	_, err = script.WriteString("#!/bin/sh\n")
	if err := errors.Join(err, script.Chmod(0o700), script.Close()); err != nil || exec.Command(script.Name()).Run() != nil {
		return ""
	}
	return memory
}

// install puts the program into the folder under both its names: as links where
// that works, else as copies.
func install(t *testing.T, folder string) {
	t.Helper()
	for _, name := range []string{handover.Own, handover.Other} {
		program := filepath.Join(folder, inFolder(name))
		if os.Link(built(t), program) == nil {
			continue
		}
		need(t, copyProgram(built(t), program))
	}
}

// copyProgram copies a program. No other test starts a process meanwhile: that would have the copy
// open for a moment longer, and what is open for writing cannot be run.
func copyProgram(from, to string) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
