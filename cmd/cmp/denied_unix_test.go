//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// ordinary makes the commands of a place those of a user whom permissions
// bind, also where the tests run as one whom they do not.
func ordinary(t *testing.T, p place) func(args ...string) (code int, said string) {
	t.Helper()
	const nobody = 65534
	root := os.Geteuid() == 0
	if root {
		for _, folder := range []string{filepath.Dir(p.folder), filepath.Dir(filepath.Dir(p.program)), filepath.Dir(p.program)} {
			need(t, os.Chmod(folder, 0o755))
		}
		err := filepath.WalkDir(p.folder, func(path string, _ os.DirEntry, err error) error {
			if err == nil {
				err = os.Chown(path, nobody, nobody)
			}
			return err
		})
		need(t, err)
		need(t, os.Chmod(filepath.Join(filepath.Dir(p.program), "config.yaml"), 0o644))
	}
	return func(args ...string) (int, string) {
		cmd := p.command(args...)
		if root {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		var talk bytes.Buffer
		cmd.Stderr = &talk
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), strings.TrimSuffix(talk.String(), "\n")
	}
}

// What may not be written can be read, and what would write it says one
// sentence and changes nothing.
func TestWithoutPermission(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		file, folder os.FileMode
		args         []string
		want         string // begins so after the ledger's path, "" when it succeeds; FOLDER is where that is
	}{
		{"reading a locked file", 0o400, 0o700, []string{"status"}, ""},
		{"reading in a locked folder", 0o600, 0o500, []string{"list"}, ""},
		{"writing a locked file", 0o400, 0o700, []string{"add", "x", "--points", "1"}, ": cannot be written: permission denied; see who may read and write the file"},
		{"writing in a locked folder", 0o600, 0o500, []string{"add", "x", "--points", "1"}, ": its folder FOLDER cannot be written: permission denied; see who may read and write the folder"},
		{"rehearsing on a locked file", 0o400, 0o700, []string{"add", "x", "--points", "1", "--dry-run"}, ""},
		{"rehearsing in a locked folder", 0o600, 0o500, []string{"undo", "--dry-run"}, ""},
		{"rehearsing a restore in a locked folder", 0o600, 0o500, []string{"restore", "saved.db", "--dry-run"}, ""},
		{"undoing in a locked folder", 0o600, 0o500, []string{"undo"}, ": its folder FOLDER cannot be written: permission denied; see who may read and write the folder"},
		{"reading an unreadable file", 0, 0o700, []string{"list"}, ": cannot be read: permission denied; see who may read and write the file"},
		{"restoring in a locked folder", 0o600, 0o500, []string{"restore", "saved.db", "--yes"}, ""},
		{"restoring a locked file", 0o400, 0o700, []string{"restore", "saved.db", "--yes"}, ": cannot be written: permission denied; see who may read and write the file"},
		{"backing up in a locked folder", 0o600, 0o500, []string{"backup"}, ""},
		{"doctor in a locked folder", 0o400, 0o500, []string{"doctor"}, ""},
		{"doctor on an unreadable file", 0, 0o700, []string{"doctor"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlace(t)
			p.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
			p.must(t, "add", "first", "--points", "1")
			saved := filepath.Join(p.folder, "saved.db")
			p.must(t, "backup", saved)
			run := ordinary(t, p)
			before, err := os.ReadFile(p.ledger)
			need(t, err)
			for path, mode := range map[string]os.FileMode{p.ledger: tt.file, p.folder: tt.folder} {
				need(t, os.Chmod(path, mode))
			}
			defer os.Chmod(p.folder, 0o700)
			args := tt.args
			if args[0] == "restore" {
				args = []string{"restore", saved, args[2]}
			}
			code, said := run(args...)
			want, exit := "", 0
			switch {
			case tt.want != "":
				want, exit = "cmp: "+p.ledger+strings.ReplaceAll(tt.want, "FOLDER", p.folder), 1
			case args[0] == "backup", slices.Contains(args, "--yes"): // which backs up first
				want, exit = "cmp: "+filepath.Join(p.folder, "backups")+": cannot be created: permission denied", 1
			case args[0] == "doctor" && tt.file == 0:
				exit = 3
			}
			if code != exit || said != want {
				t.Errorf("exit code %d, %q\nwant %d, %q", code, said, exit, want)
			}
			os.Chmod(p.ledger, 0o600)
			if after, err := os.ReadFile(p.ledger); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the ledger changed: %v", err)
			}
		})
	}
}

// What is only to be remembered is not, and the answer is there all the same.
func TestReconcileWithoutPermission(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	p.must(t, "add", "first", "--points", "1", "--date", "2026-03-09")
	portal := filepath.Join(p.folder, "portal.csv")
	need(t, os.WriteFile(portal, []byte("title,date,points\nfirst,2026-03-09,1\n"), 0o644))
	run := ordinary(t, p)
	need(t, os.Chmod(p.ledger, 0o400))
	want := "What the portal has could not be saved: " + p.ledger + ": cannot be written: permission denied; see who may read and write the file"
	if code, said := run("reconcile", portal); code != 0 || !strings.HasSuffix(said, want) {
		t.Errorf("exit code %d, %q\nwant 0, and in the end %q", code, said, want)
	}
}
