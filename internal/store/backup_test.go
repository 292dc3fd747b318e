package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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
	byHand, _, err := store.BackUp(t.Context(), path, "", false, at(0))
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, name := range []string{
		"ledger-20200101T000000Z-damaged.db", "ledger-20200101T000000Z-by-hand.db", "ledger-20200101T000000Z-before-restore.db.old",
		"other-20200101T000000Z-before-restore.db", "ledger-2-20200101T000000Z-before-restore.db", "ledger-20201301T000000Z-before-restore.db",
		"ledger-20200101T000000Z-before-restore-0.db", "ledger-20200101T000000Z-before-restore-02.db", "ledger-20200101T000000Z-before-restore-.db",
		"ledger-20200101T000000.5Z-before-restore.db", "ledger-20200101T000000Z-before-restore-2-2.db", "notes.txt",
	} {
		write(t, filepath.Join(folder, "backups", name), []byte("x"))
		kept = append(kept, name)
	}
	for second := range 13 {
		if _, err := store.RestoreUnasked(t.Context(), path, byHand, at(second)); err != nil {
			t.Fatal(err)
		}
		if second >= 3 {
			kept = append(kept, fmt.Sprintf("ledger-20261121T1302%02dZ-before-restore.db", second))
		}
	}
	kept = append(kept, filepath.Base(byHand))
	slices.Sort(kept)
	equal(t, kept, names(t, filepath.Join(folder, "backups")))

	// A clock that was set back does not make the newest the one to go.
	r, err := store.RestoreUnasked(t.Context(), path, byHand, store.Origin{At: "2001-01-01T00:00:00Z"})
	if err != nil {
		t.Fatal(err)
	}
	inspect(t, r.Backup)
}

// Names are bytes: a ledger in a folder, and of a name, that are not UTF-8 has backups too.
func TestBackupsOfBytes(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("names are UTF-8 here")
	}
	folder := filepath.Join(t.TempDir(), "cr\xe9dits [x")
	path := filepath.Join(folder, "l(\xe9*.db")
	add(t, open(t, path), sample(t))
	saved, _, err := store.BackUp(t.Context(), path, "", false, at(0))
	if err != nil {
		t.Fatal(err)
	}
	for second := range 3 {
		if _, err := store.RestoreUnasked(t.Context(), path, saved, at(second/2)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := store.Backups(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range all {
		got = append(got, strings.TrimPrefix(b.Path, filepath.Join(folder, "backups", "l(\xe9*-20261121T1302")))
	}
	equal(t, []string{"01Z-before-restore.db", "00Z-before-restore-2.db", "00Z-before-restore.db", "00Z-by-hand.db"}, got)
	for _, c := range store.Examine(t.Context(), path) {
		if c.Verdict != store.OK {
			t.Errorf("%s: %v", c.Name, c.Findings)
		}
	}
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
	if _, _, err := store.BackUp(t.Context(), path, link, true, author); err == nil || !strings.Contains(err.Error(), "is the ledger itself") {
		t.Errorf("BackUpTo(%s) = %v", link, err)
	}
	if _, _, err := store.BackUp(t.Context(), nothing, filepath.Join(folder, "new.db"), false, author); err == nil {
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
		b, _, err := store.BackUp(t.Context(), path, "", false, author)
		if err != nil {
			t.Fatal(err)
		}
		if n := inspect(t, b).Credits; n%2 != 0 {
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
	const want = "its copy has errors, so the ledger is damaged"
	if _, _, err := store.BackUp(t.Context(), path, "", false, author); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("BackUp() = %v, want that %s", err, want)
	}
	if _, err := later().Open(path, author); err == nil || !strings.Contains(err.Error(), "needs an update (schema 1)") || !strings.Contains(err.Error(), want) {
		t.Errorf("Open() = %v, want that it needs an update and cannot be backed up, since %s", err, want)
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

// named makes a ledger with credits of these titles.
func named(t *testing.T, path string, all ...string) {
	t.Helper()
	db := open(t, path)
	for _, title := range all {
		c := sample(t)
		c.Title = title
		add(t, db, c)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func held(t *testing.T, path string) []string {
	t.Helper()
	db, err := store.OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return titles(credits(t, db))
}

// dump returns the schema of a ledger and the rows of all its tables, but the
// entry that a restore makes.
func dump(t *testing.T, path string) (all []string) {
	t.Helper()
	db := open(t, path)
	defer db.Close()
	all = rows(t, db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
	for _, table := range rows(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
		where := ""
		if table == "entry" {
			where = " WHERE replaced IS NULL"
		}
		columns := strings.Join(rows(t, db, "SELECT 'quote(' || name || ')' FROM pragma_table_info('"+table+"')"), ", ")
		all = append(all, rows(t, db, "SELECT concat_ws(' ', '"+table+"', "+columns+") FROM "+table+where+" ORDER BY 1")...)
	}
	return all
}

func restore(t *testing.T, path, file string) store.Restoration {
	t.Helper()
	r, err := store.RestoreUnasked(t.Context(), path, file, author)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is restored is what was backed up, in every table, and one can go back.
func TestRestore(t *testing.T) {
	folder := t.TempDir()
	path, saved := filepath.Join(folder, "ledger.db"), filepath.Join(folder, "saved.db")
	named(t, path, "a", "b")
	if _, _, err := store.BackUp(t.Context(), path, saved, false, author); err != nil {
		t.Fatal(err)
	}
	before := files(t, folder)["saved.db"]
	named(t, path, "c")
	r := restore(t, path, saved)
	equal(t, false, r.WasDamaged)
	equal(t, []string{"a", "b"}, held(t, path))
	equal(t, []string{"a", "b", "c"}, held(t, r.Backup))
	equal(t, before, files(t, folder)["saved.db"])
	equal(t, []string{"backups", "ledger.db", "saved.db"}, names(t, folder))
	equal(t, dump(t, saved), dump(t, path))

	// It is in the log, and not taken back but by another restore.
	backup := filepath.Base(r.Backup)
	db := open(t, path)
	_, err := db.TakeBack(t.Context(), func(tx *store.Tx) (ledger.Entry, error) { return tx.LastStanding(t.Context()) }, false, nil)
	equal(t, "entry 3: it was a restore, and undo cannot take that back; to bring back the ledger from before: cmp restore "+backup, said(err))
	equal(t, "restore of saved.db; before: "+backup, entries(t, db)[2].Summary)
	db.Close()

	// An id, once given, is not given again.
	named(t, path, "d")
	equal(t, []string{"a", "b", "d"}, held(t, path))
	restore(t, path, r.Backup)
	equal(t, []string{"a", "b", "c"}, held(t, path))
}

// What is restored is what was looked at, also where another file comes in its place, or it is
// written to or deleted, while the holder is asked. Then no backup is made.
func TestRestoreOfWhatWasSeen(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be replaced")
	}
	folder := t.TempDir()
	path, saved, other := filepath.Join(folder, "ledger.db"), filepath.Join(folder, "saved.db"), filepath.Join(folder, "other.db")
	named(t, path, "a")
	for _, change := range []func() error{
		func() error { // by a program that keeps the times of files
			info, err := os.Stat(saved)
			need(t, err)
			need(t, os.Chtimes(other, info.ModTime(), info.ModTime()))
			return os.Rename(other, saved)
		},
		func() error { return os.WriteFile(saved, []byte(files(t, folder)["saved.db"]), 0o600) },
		func() error { return os.Remove(saved) },
	} {
		named(t, saved, "b")
		named(t, other, "c")
		_, err := store.Restore(t.Context(), path, saved, author, func(store.Contents) error { return change() })
		equal(t, saved+": it changed after it was looked at; nothing was restored; to restore it as it is now: cmp restore "+saved, said(err))
		equal(t, []string{"a"}, held(t, path))
		equal(t, false, slices.Contains(names(t, folder), "backups"))
		_ = os.Remove(saved)
	}
}

// What a crash left of this ledger goes, and nothing of another one's, also where a
// folder is called as a pattern would be.
func TestRestoreClearsItsOwn(t *testing.T) {
	root := t.TempDir()
	path, saved := filepath.Join(root, "x[1]", "a.db"), filepath.Join(root, "saved.db")
	for _, folder := range []string{"x[1]/backups", "x1/backups"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a.db-1.part", "a.db-1.part-journal", "a.db-b.db-1.part", "b.db-1.part"} {
			if err := os.WriteFile(filepath.Join(root, folder, ".cmp-before-"+name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	named(t, path, "a")
	named(t, saved, "b")
	backup := restore(t, path, saved).Backup
	equal(t, []string{".cmp-before-a.db-b.db-1.part", ".cmp-before-b.db-1.part", filepath.Base(backup)}, names(t, filepath.Join(root, "x[1]", "backups")))
	equal(t, 4, len(names(t, filepath.Join(root, "x1", "backups"))))
}

func TestRestoreInPlaceOf(t *testing.T) {
	tests := []struct {
		name  string
		make  func(t *testing.T, path string)
		want  string // of the error
		aside bool
		mends bool // to read it takes back what a crash left
	}{
		{"nothing", func(*testing.T, string) {}, "", false, false},
		{"an empty file", func(t *testing.T, path string) { write(t, path, nil) }, "", false, false},
		{"a ledger with pages of another size", func(t *testing.T, path string) {
			named(t, path, "x", "y")
			foreign(t, path, "PRAGMA page_size = 512", "VACUUM").Close()
		}, "", false, false},
		{"a ledger cut short", func(t *testing.T, path string) {
			named(t, path, "x")
			if err := os.Truncate(path, 3*4096+40); err != nil {
				t.Fatal(err)
			}
		}, "", true, false},
		{"a ledger that says it has fewer pages", func(t *testing.T, path string) {
			named(t, path, "x")
			b := []byte(files(t, filepath.Dir(path))["ledger.db"])
			binary.BigEndian.PutUint32(b[28:], 10)
			write(t, path, b)
		}, "", true, false},
		{"a ledger with pages overwritten", func(t *testing.T, path string) {
			named(t, path, "x")
			b := []byte(files(t, filepath.Dir(path))["ledger.db"])
			copy(b[4096:], bytes.Repeat([]byte("?"), len(b)-4096))
			write(t, path, b)
		}, "", true, false},
		{"a ledger with a journal that a crash left", func(t *testing.T, path string) {
			crash(t, filepath.Join(t.TempDir(), "busy.db"), path)
		}, "", false, true},
		{"a newer ledger", func(t *testing.T, path string) { run(t, open(t, path).SQL(), "PRAGMA user_version = 9") },
			"written by a newer cmp", false, false},
		{"a ledger whose first bytes are damaged", func(t *testing.T, path string) {
			named(t, path, "x")
			b := []byte(files(t, filepath.Dir(path))["ledger.db"])
			copy(b, "????????")
			write(t, path, b)
		}, "is not a ledger of cmp, or damaged at its beginning", false, false},
		{"a text", func(t *testing.T, path string) { write(t, path, []byte("dear diary")) }, "is not a ledger of cmp", false, false},
		{"another database", func(t *testing.T, path string) { foreign(t, path, "CREATE TABLE t (a)").Close() }, "is not a ledger of cmp", false, false},
		{"a folder", func(t *testing.T, path string) { os.Mkdir(path, 0o700) }, "is a folder", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder, saved := t.TempDir(), filepath.Join(t.TempDir(), "saved.db")
			path := filepath.Join(folder, "ledger.db")
			named(t, saved, "a")
			tt.make(t, path)
			before, _ := os.ReadFile(path)
			beside := names(t, folder)
			by := author
			by.Rehearse = true
			rehearsed, rehearsal := store.RestoreUnasked(t.Context(), path, saved, by)
			if after, _ := os.ReadFile(path); !slices.Equal(beside, names(t, folder)) && !tt.mends || string(after) != string(before) && !tt.mends {
				t.Errorf("rehearsed: the ledger changed, or what is beside it: %q", names(t, folder))
			}
			r, err := store.RestoreUnasked(t.Context(), path, saved, author)
			equal(t, said(err), said(rehearsal))
			equal(t, r.WasDamaged, rehearsed.WasDamaged)
			equal(t, r.Backup == "", rehearsed.Backup == "")
			if tt.want != "" {
				if err == nil || !strings.Contains(said(err), tt.want) {
					t.Errorf("Restore() = %v, want %s", err, tt.want)
				}
				after, _ := os.ReadFile(path)
				equal(t, string(before), string(after))
				equal(t, []string{"ledger.db"}, names(t, folder))
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, []string{"a"}, held(t, path))
			equal(t, tt.aside, r.WasDamaged)
			if tt.aside {
				kept, err := os.ReadFile(r.Backup)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, string(before), string(kept))
			}
			equal(t, []string{"ledger.db"}, slices.DeleteFunc(names(t, folder), func(n string) bool { return n == "backups" }))
		})
	}
}

// Whoever writes while a restore runs wrote either to what the backup keeps or
// to what was restored: nothing that was said to be written is lost.
func TestRestoreBesideWriters(t *testing.T) {
	folder := t.TempDir()
	path, saved := filepath.Join(folder, "ledger.db"), filepath.Join(folder, "saved.db")
	named(t, saved, "saved")
	named(t, path, "first")
	var wg sync.WaitGroup
	stop := make(chan struct{})
	written := make([][]string, 3)
	for w := range written {
		wg.Go(func() {
			db, err := store.Open(path, author)
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				c := sample(t)
				c.Title = fmt.Sprintf("%d/%d", w, i)
				if err := attempt(t.Context(), db, func(tx *store.Tx) error { return tx.AddCredit(t.Context(), &c) }); err != nil {
					t.Error(err)
					return
				}
				written[w] = append(written[w], c.Title)
				time.Sleep(10 * time.Millisecond) // or the restore would wait until it gives up
			}
		})
	}
	halt := sync.OnceFunc(func() {
		close(stop)
		wg.Wait()
	})
	defer halt()
	var kept []string
	for range 8 {
		kept = append(kept, held(t, restore(t, path, saved).Backup)...)
	}
	halt()
	kept = append(kept, held(t, path)...)
	n := 0
	for _, all := range written {
		for _, title := range all {
			n++
			if !slices.Contains(kept, title) {
				t.Errorf("%s was written, and is neither in a backup nor in the ledger", title)
			}
		}
	}
	if n == 0 {
		t.Error("nothing was written meanwhile")
	}
	inspect(t, path)
}

// A program that has a damaged ledger open goes on with what was restored.
func TestRestoreOfDamagedBesideWriter(t *testing.T) {
	folder := t.TempDir()
	path, saved := filepath.Join(folder, "ledger.db"), filepath.Join(folder, "saved.db")
	named(t, saved, "saved")
	named(t, path, "first")
	b := []byte(files(t, folder)["ledger.db"])
	// Damage the one page that only a backup reads.
	db := open(t, path)
	var page int64
	if err := db.SQL().QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = 'content'`).Scan(&page); err != nil {
		t.Fatal(err)
	}
	copy(b[(page-1)*4096:page*4096], bytes.Repeat([]byte("?"), 4096))
	write(t, path, b)
	r := restore(t, path, saved)
	equal(t, true, r.WasDamaged)
	c := sample(t)
	c.Title = "next"
	add(t, db, c)
	equal(t, []string{"saved", "next"}, held(t, path))
}

// A ledger that is deleted or replaced while a command has it open is not
// written to any more, and what is in its place stays.
func TestWriteToWhatVanished(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("keeps files that are open")
	}
	tests := []struct {
		name    string
		replace func(t *testing.T, path string)
		want    string
	}{
		{"deleted", func(*testing.T, string) {}, "was moved or replaced meanwhile; nothing was written"},
		{"replaced", func(t *testing.T, path string) { named(t, path, "another") }, "was replaced, or its journal deleted, while"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "ledger.db")
			db := open(t, path)
			add(t, db, sample(t))
			err := attempt(t.Context(), db, func(tx *store.Tx) error {
				if err := os.Remove(path); err != nil {
					return err
				}
				tt.replace(t, path)
				c := sample(t)
				return tx.AddCredit(t.Context(), &c)
			})
			if err == nil {
				// The transaction had opened its journal already, and ended well
				// in the file that nobody sees any more: the next one does not.
				c := sample(t)
				err = attempt(t.Context(), db, func(tx *store.Tx) error { return tx.AddCredit(t.Context(), &c) })
			}
			if err == nil || !strings.HasPrefix(said(err), path+": "+tt.want) {
				t.Errorf("writing = %v, want %s", err, tt.want)
			}
			if tt.name == "replaced" {
				equal(t, []string{"another"}, held(t, path))
				return
			}
			equal(t, 0, len(names(t, folder)))
		})
	}
}
