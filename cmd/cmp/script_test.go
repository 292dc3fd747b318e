package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"cmpledger/internal/handover"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

// TestMain runs this test binary as cmp when it is called by one of its names.
// It does not use testscript.Main: that would replace testscript's own
// "cmp" command with this program, and every file comparison would pass.
func TestMain(m *testing.M) {
	if _, known := handover.Name(os.Args[0]); known {
		main()
	}
	os.Exit(m.Run())
}

// TestScript runs every script. In a script, "exec cmp" is this program and
// "cmp" alone compares files.
//
// $IMPORT is the folder of the sample transcripts. Each script has a ledger of
// its own, which does not exist at first, and today is 2026-11-21.
func TestScript(t *testing.T) {
	bin := t.TempDir()
	install(t, bin)
	samples, err := filepath.Abs("../../testdata/import")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
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
			return os.MkdirAll(home, 0o700)
		},
	})
}

// install puts this test binary into the folder under both its names: as links
// where that works, else as copies.
func install(t *testing.T, folder string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{handover.Own, handover.Other} {
		program := filepath.Join(folder, name)
		if runtime.GOOS == "windows" {
			program += ".exe"
		}
		if os.Link(self, program) == nil {
			continue
		}
		if err := copyProgram(self, program); err != nil {
			t.Fatal(err)
		}
	}
}

func copyProgram(from, to string) error {
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
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}
