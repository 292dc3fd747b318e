package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// at is an author at a second of the day.
func at(second int) store.Origin {
	return store.Origin{At: fmt.Sprintf("2026-11-21T14:02:%02d+01:00", second), Command: "cmp test"}
}

// names returns what is in a folder, by name.
func names(t *testing.T, folder string) []string {
	t.Helper()
	var all []string
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func inspect(t *testing.T, path string) store.Contents {
	t.Helper()
	c, err := store.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Of the program's own backups the last ten are kept; those made by hand, of
// other ledgers, and files that only look alike all are.
func TestBackupsKept(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	add(t, open(t, path), sample(t))
	byHand, err := store.BackUp(t.Context(), path, at(0))
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, name := range []string{
		"ledger-20200101T000000Z-damaged.db", "ledger-20200101T000000Z-by-hand.db", "ledger-20200101T000000Z-before-restore.db.old",
		"other-20200101T000000Z-before-restore.db", "ledger-2-20200101T000000Z-before-restore.db", "ledger-20201301T000000Z-before-restore.db",
		"ledger-20200101T000000Z-before-restore-0.db", "notes.txt",
	} {
		write(t, filepath.Join(folder, "backups", name), []byte("x"))
		kept = append(kept, name)
	}
	for second := range 13 {
		if _, err := store.Restore(t.Context(), path, byHand.Path, at(second)); err != nil {
			t.Fatal(err)
		}
		if second >= 3 {
			kept = append(kept, fmt.Sprintf("ledger-20261121T1302%02dZ-before-restore.db", second))
		}
	}
	kept = append(kept, filepath.Base(byHand.Path))
	slices.Sort(kept)
	equal(t, kept, names(t, filepath.Join(folder, "backups")))

	// A clock that was set back does not make the newest the one to go.
	r, err := store.Restore(t.Context(), path, byHand.Path, store.Origin{At: "2001-01-01T00:00:00Z"})
	if err != nil {
		t.Fatal(err)
	}
	inspect(t, r.Backup)
}

// The ledger itself is not overwritten, whatever name it has there, and of
// nothing there is no backup.
func TestBackUpToRefuses(t *testing.T) {
	folder := t.TempDir()
	path, link, nothing := filepath.Join(folder, "ledger.db"), filepath.Join(folder, "link.db"), filepath.Join(folder, "nothing.db")
	add(t, open(t, path), sample(t))
	write(t, nothing, nil)
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	before := files(t, folder)
	if err := store.BackUpTo(t.Context(), path, link, true); err == nil || !strings.Contains(err.Error(), "is the ledger itself") {
		t.Errorf("BackUpTo(%s) = %v", link, err)
	}
	if err := store.BackUpTo(t.Context(), nothing, filepath.Join(folder, "new.db"), false); err == nil {
		t.Error("an empty file was backed up")
	}
	equal(t, before, files(t, folder))
}

// A backup holds the ledger as it stood at one moment, however much is written
// to it meanwhile, and the writers only wait.
func TestBackupBesideWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db := open(t, path)
	done := make(chan error, 1)
	go func() {
		for i := range 200 {
			err := attempt(t.Context(), db, func(tx *store.Tx) error {
				one, two := sample(t), sample(t)
				one.Title, two.Title = fmt.Sprint("one ", i), fmt.Sprint("two ", i)
				return errors.Join(tx.AddCredit(t.Context(), &one), tx.AddCredit(t.Context(), &two))
			})
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for {
		b, err := store.BackUp(t.Context(), path, author)
		if err != nil {
			t.Fatal(err)
		}
		if n := inspect(t, b.Path).Credits; n%2 != 0 {
			t.Fatalf("a backup holds %d credits, half a transaction", n)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}

// A copy that is not sound is no backup: one made by hand is refused, and what
// would need one is not done.
func TestBackupOfUnsound(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	writeKept(t, path)
	foreign(t, path, "PRAGMA ignore_check_constraints = 1", "UPDATE credit SET title = '' WHERE id = 3").Close()
	before := files(t, folder)
	const want = "its copy is not as it should be, so the ledger is damaged"
	if _, err := store.BackUp(t.Context(), path, author); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("BackUp() = %v, want that %s", err, want)
	}
	if _, err := later().Open(path, author); err == nil || !strings.Contains(err.Error(), "stays at schema 1") || !strings.Contains(err.Error(), want) {
		t.Errorf("Open() = %v, want that it stays at schema 1, for %s", err, want)
	}
	equal(t, before, files(t, folder))
	saved := filepath.Join(t.TempDir(), "saved.db")
	named(t, saved, "a")
	r := restore(t, path, saved)
	equal(t, true, r.WasDamaged)
	equal(t, before["ledger.db"], content(r.Backup))
}

func titles(all []ledger.Credit) []string {
	var out []string
	for _, c := range all {
		out = append(out, c.Title)
	}
	return out
}
