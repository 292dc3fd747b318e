package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// What hinders a ledger is said as the system names it, with what helps against that. Each is
// brought about for real. FOLDER stands for the folder that the ledger is in.
func TestCauses(t *testing.T) {
	const stopped = "a command was stopped while it wrote, and that cannot be taken back: "
	const closed = "cannot be read: permission denied; see who may read and write the file"
	const noFiles = "cannot be read: too many files are open; close this terminal, and run the command in a new one"
	tests := []struct {
		name   string
		hinder func(t *testing.T, path string)
		read   string // what reading says, "" where it works
		write  string // what writing says, "*" for the same
	}{
		{"nothing", func(*testing.T, string) {}, "", ""},
		{"a file to read", asNobody(0o444, 0o777), "", "cannot be written: permission denied; see who may read and write the file"},
		{"a closed file", asNobody(0, 0o777), closed, "*"},
		{"a folder to read", asNobody(0o666, 0o555), "", "its folder FOLDER cannot be written: permission denied; see who may read and write the folder"},
		{"a crash in a folder to read", func(t *testing.T, path string) {
			crash(t, filepath.Join(t.TempDir(), "busy.db"), path)
			need(t, os.Chmod(path+"-journal", 0o666))
			asNobody(0o666, 0o555)(t, path)
		}, stopped + "its folder FOLDER cannot be written: permission denied; see who may read and write the folder", "*"},
		{"a crash whose journal is closed", func(t *testing.T, path string) {
			crash(t, filepath.Join(t.TempDir(), "busy.db"), path)
			need(t, os.Chmod(path+"-journal", 0))
			asNobody(0o666, 0o777)(t, path)
		}, "its journal FOLDER/ledger.db-journal cannot be opened: permission denied; see who may read and write the journal", "*"},
		{"no file may be opened", func(t *testing.T, _ string) { limit(t, syscall.RLIMIT_NOFILE, 0) }, noFiles, "*"},
		{"a full disk", func(t *testing.T, path string) { mount(t, path, 0, true) }, "",
			"its disk is full; nothing was written; make room and run the command again"},
		{"a disk to read", func(t *testing.T, path string) { mount(t, path, syscall.MS_RDONLY, false) }, "",
			"cannot be written: its disk can only be read; use a file on another disk"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder, err := os.MkdirTemp("", "causes") //nolint:usetesting // others may not enter that of the test
			need(t, err)
			t.Cleanup(func() { need(t, os.RemoveAll(folder)) })
			path := filepath.Join(folder, "ledger.db")
			db, err := store.Open(path, author)
			need(t, err)
			add(t, db, sample(t))
			need(t, db.Close())
			tt.hinder(t, path)
			says := func(want string, err error) {
				t.Helper()
				if want != "" {
					want = path + ": " + strings.ReplaceAll(want, "FOLDER", folder)
				}
				equal(t, want, said(err))
			}
			says(tt.read, reading(path))
			if tt.write == "*" {
				tt.write = tt.read
			}
			says(tt.write, writing(t, path))
		})
	}
}

// A ledger that is being written to is in use, and nothing else.
func TestCauseBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	add(t, open(t, path), sample(t))
	foreign(t, path, "BEGIN EXCLUSIVE")
	db, err := store.Glance(path)
	if err == nil {
		db.Close()
	}
	equal(t, path+": in use by another program; try again when that is done", said(err))
}

// Who only glances says how to take back what a crash left.
func TestCauseStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	crash(t, filepath.Join(t.TempDir(), "busy.db"), path)
	_, err := store.Glance(path)
	equal(t, path+": a command was stopped while it wrote; to take that back: cmp status", said(err))
}

// Where the highest number was given, the disk is not full.
func TestCauseUsedUp(t *testing.T) {
	for _, table := range []string{"credit", "credential"} {
		db := open(t, filepath.Join(t.TempDir(), "ledger.db"))
		add(t, db, sample(t))
		cycle := ledger.Cycle{First: ledger.MakeDate(2024, 4, 1), Last: ledger.MakeDate(2027, 3, 31)}
		held := ledger.Credential{CredentialName: ledger.CredentialName{Body: "ascp", Code: "BB"}, Cycles: []ledger.Cycle{cycle}}
		update(t, db, func(tx *store.Tx) error { return tx.AddCredential(t.Context(), &held) })
		run(t, db.SQL(), "UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = '"+table+"'")
		c := sample(t)
		held.Code, held.UID, held.Cycles = "SBB", "", []ledger.Cycle{cycle}
		err := attempt(t.Context(), db, func(tx *store.Tx) error {
			if table == "credit" {
				return tx.AddCredit(t.Context(), &c)
			}
			return tx.AddCredential(t.Context(), &held)
		})
		want := "your ledger has no number left for another " + table + ": one has 9223372036854775807; nothing was written; " +
			"write all into a new ledger: cmp export ledger --output new-ledger.jsonl --yes, then cmp import new-ledger.jsonl --db new-ledger.db"
		equal(t, want, strings.TrimPrefix(said(err), "add credential ascp/SBB: "))
	}
}

func reading(path string) error {
	db, err := store.OpenRead(path)
	if err == nil {
		err = db.Close()
	}
	return err
}

func writing(t *testing.T, path string) error {
	db, err := store.Open(path, author)
	if err != nil {
		return err
	}
	defer db.Close()
	c := sample(t)
	return attempt(t.Context(), db, func(tx *store.Tx) error {
		c.Note = strings.Repeat("x", 20_000) // so that the file grows
		return tx.AddCredit(t.Context(), &c)
	})
}

// asNobody gives a ledger and its folder these modes, and makes the test another user.
func asNobody(file, folder os.FileMode) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		if os.Geteuid() != 0 {
			t.Skip("only root can become another user")
		}
		need(t, os.Chmod(path, file))
		need(t, os.Chmod(filepath.Dir(path), folder))
		runtime.LockOSThread() // of which alone it is said
		need(t, syscall.Setfsuid(65534))
		t.Cleanup(func() {
			need(t, syscall.Setfsuid(0))
			runtime.UnlockOSThread()
		})
	}
}

// limit sets a limit of the process for as long as the test runs.
func limit(t *testing.T, what int, most uint64) {
	file, err := os.Open(os.DevNull) // once before, for package os needs files of its own
	need(t, err)
	need(t, file.Close())
	var was syscall.Rlimit
	need(t, syscall.Getrlimit(what, &was))
	need(t, syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: was.Max}))
	t.Cleanup(func() { need(t, syscall.Setrlimit(what, &was)) })
}

// mount puts a small disk in the place of the folder of a ledger, and fills it.
func mount(t *testing.T, path string, flags uintptr, full bool) {
	folder := filepath.Dir(path)
	data, err := os.ReadFile(path)
	need(t, err)
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=400k"); err != nil {
		t.Skip("no disk can be made: ", err)
	}
	t.Cleanup(func() { need(t, syscall.Unmount(folder, 0)) })
	need(t, os.WriteFile(path, data, 0o600))
	if full {
		_ = os.WriteFile(filepath.Join(folder, "rest"), make([]byte, 400<<10), 0o600) // as much as there is room for
	}
	need(t, syscall.Mount("none", folder, "tmpfs", syscall.MS_REMOUNT|flags, ""))
}
