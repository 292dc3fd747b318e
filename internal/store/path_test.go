//go:build unix

package store_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"cmpledger/internal/store"
)

// What a crash left lies beside the file that a link leads to. It is seen there, is left where
// nobody asked to take it back, and is taken back by who reads.
func TestLinkAfterCrash(t *testing.T) {
	folder, link := t.TempDir(), filepath.Join(t.TempDir(), "link.db")
	path := filepath.Join(folder, "ledger.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	equal(t, link, store.Real(link)) // it leads nowhere yet
	crash(t, filepath.Join(t.TempDir(), "busy.db"), path)
	equal(t, path, store.Real(link))
	all := store.Examine(t.Context(), store.Real(link))
	beside := all[slices.IndexFunc(all, func(c store.Check) bool { return c.Name == "beside" })]
	if len(beside.Findings) != 1 || !strings.HasPrefix(beside.Findings[0].What, path+"-journal: a command was stopped while it wrote") {
		t.Errorf("beside: %v", beside.Findings)
	}
	equal(t, []string{"ledger.db", "ledger.db-journal"}, slices.Sorted(maps.Keys(files(t, folder))))
	db, err := store.OpenRead(store.Real(link))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	equal(t, 1, len(credits(t, db)))
	equal(t, []string{"ledger.db"}, slices.Sorted(maps.Keys(files(t, folder))))
}

// Nobody waits for a pipe where a journal belongs, and nothing is written through a link there.
func TestBesideIsNoFile(t *testing.T) {
	for what, make := range map[string]func(path string) error{
		"is a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"is a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"is a link":   func(path string) error { return os.Symlink("elsewhere", path) },
	} {
		for _, ending := range []string{"-journal", "-wal"} {
			folder := t.TempDir()
			path, good := filepath.Join(folder, "ledger.db"), filepath.Join(t.TempDir(), "good.db")
			for _, p := range []string{path, good} {
				add(t, open(t, p), sample(t))
			}
			if err := make(path + ending); err != nil {
				t.Fatal(err)
			}
			_, opened := store.Open(path, author)
			_, read := store.OpenRead(path)
			_, glanced := store.Glance(path)
			_, _, saved := store.BackUp(t.Context(), path, "", false, author)
			_, restored := store.RestoreUnasked(t.Context(), path, good, author)
			_, inspected := store.Inspect(t.Context(), path)
			_ = store.Examine(t.Context(), path)
			_, fresh := store.Open(filepath.Join(folder, "new.db"), author)
			want := fmt.Sprintf("%s%s: %s, and cmp needs that name while it writes", path, ending, what)
			for i, err := range []error{opened, read, glanced, saved, restored, inspected} {
				if err == nil || err.Error() != want {
					t.Errorf("%d: %v, want %s", i, err, want)
				}
			}
			if fresh != nil {
				t.Error(fresh)
			}
		}
	}
}

// What is the ledger's own is known by its place, through links, and before it exists.
func TestApartFromTheLedger(t *testing.T) {
	folder, elsewhere := t.TempDir(), t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	for from, to := range map[string]string{"folder": folder, "ledger": path, "journal": path + "-journal"} {
		if err := os.Symlink(to, filepath.Join(elsewhere, from)); err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(elsewhere, name) }
	own := []string{
		path, path + "-journal", path + "-wal", path + "-shm", folder + "/x/../ledger.db", filepath.Join(folder, "LEDGER.DB-journal"),
		at("folder/ledger.db"), at("folder/ledger.db-wal"),
	}
	for _, exists := range []bool{false, true} {
		if exists {
			add(t, open(t, path), sample(t))
			write(t, path+"-journal", nil)
			own = append(own, at("ledger"), at("journal"))
		}
		for _, file := range own {
			if store.Apart(path, file) == nil {
				t.Errorf("%s may be written, though the ledger is %s", file, path)
			}
		}
		for _, file := range []string{"", "ledger.db", path + ".csv", path + "-journal2", filepath.Join(folder, "other.db-journal"), at("ledger.db"), at("ledger.db-wal"), folder} {
			if err := store.Apart(path, file); err != nil {
				t.Error(err)
			}
		}
	}
}
