package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func TestOpenCreates(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "share", "cmp")
	path := filepath.Join(folder, "ledger.db")
	db := open(t, path)
	add(t, db, sample(t))
	need(t, db.Close())
	equal(t, []string{"ledger.db"}, slices.Collect(maps.Keys(files(t, folder))))
	if runtime.GOOS == "windows" {
		return // has no permission bits
	}
	for path, want := range map[string]fs.FileMode{
		path:                 0o600,
		folder:               0o700 | fs.ModeDir,
		filepath.Dir(folder): 0o700 | fs.ModeDir,
	} {
		info, err := os.Stat(path)
		need(t, err)
		if info.Mode() != want {
			t.Errorf("%s: mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestOpenLeavesModesThatAreThere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("has no permission bits")
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	for path, mode := range map[string]fs.FileMode{path: 0o640, folder: 0o750} {
		if path != folder {
			need(t, os.WriteFile(path, nil, mode))
		}
		need(t, os.Chmod(path, mode))
	}
	open(t, path)
	for path, want := range map[string]fs.FileMode{path: 0o640, folder: 0o750} {
		info, err := os.Stat(path)
		need(t, err)
		equal(t, want, info.Mode().Perm())
	}
}

// Who only glances changes no file, whatever is there.
func TestGlance(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	add(t, open(t, in("whole.db")), sample(t))
	write(t, in("foreign.db"), []byte("no ledger"))
	cut(t, in("cut.db"), 5000)
	crash(t, filepath.Join(t.TempDir(), "busy.db"), in("crashed.db"))
	copyWAL(t, in("wal.db"), "CREATE TABLE t (a)")
	add(t, open(t, in("locked.db")), sample(t))
	run(t, foreign(t, in("locked.db")), "BEGIN EXCLUSIVE")
	before := files(t, folder)
	for name, readable := range map[string]bool{
		"whole.db": true, "missing.db": false, "foreign.db": false, "cut.db": false,
		"crashed.db": false, "wal.db": false, "locked.db": false, ".": false,
	} {
		t.Run(name, func(t *testing.T) {
			db, err := store.Glance(in(name))
			if (err == nil) != readable {
				t.Fatalf("Glance() = %v", err)
			}
			if !readable {
				return
			}
			defer db.Close()
			if len(credits(t, db)) == 0 {
				t.Error("it has no credits")
			}
			if err := attempt(t.Context(), db, func(*store.Tx) error { return nil }); err == nil {
				t.Error("Update() = nil")
			}
		})
	}
	equal(t, before, files(t, folder))
}

func TestOpenReadRefusesWriting(t *testing.T) {
	folder := t.TempDir()
	ledger, nothing := filepath.Join(folder, "ledger.db"), filepath.Join(folder, "nothing.db")
	add(t, open(t, ledger), sample(t))
	need(t, os.WriteFile(nothing, nil, 0o600))
	before := files(t, folder)
	for _, path := range []string{ledger, nothing} {
		db, err := store.OpenRead(path)
		need(t, err)
		if err := attempt(t.Context(), db, func(*store.Tx) error { return nil }); err == nil {
			t.Errorf("%s: Update() = nil", path)
		}
		if _, err := db.SQL().Exec("DELETE FROM credit"); path == ledger && err == nil {
			t.Errorf("%s: opened for writing", path)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	equal(t, before, files(t, folder))
}

// A file with nothing in it is an empty ledger, and a new one when written.
func TestOpenFileWithNothingInIt(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"no bytes":  func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"no tables": func(path string) error { _, err := foreign(t, path).Exec("VACUUM"); return err },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "ledger.db")
			need(t, make(path))
			before := files(t, folder)
			db, err := store.OpenRead(path)
			need(t, err)
			defer db.Close()
			equal(t, 0, len(credits(t, db)))
			equal(t, before, files(t, folder))

			add(t, open(t, path), sample(t))
			db, err = store.OpenRead(path)
			need(t, err)
			defer db.Close()
			equal(t, 1, len(credits(t, db)))
		})
	}
}

// What is not a ledger of this schema is refused with a sentence, and no byte
// of it or beside it changes.
func TestOpenRefuses(t *testing.T) {
	const foreignText = "not a ledger of cmp; nothing was touched; name another file with --db"
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"newer schema", func(t *testing.T, path string) {
			run(t, open(t, path).SQL(), "PRAGMA user_version = 9")
		}, "written by a newer cmp (schema 9, this one knows 1); nothing was touched"},
		{"text", func(t *testing.T, path string) {
			write(t, path, []byte("date,title,points\n"))
		}, foreignText},
		{"long text", func(t *testing.T, path string) {
			write(t, path, bytes.Repeat([]byte("date,title,points\n"), 9000))
		}, foreignText},
		{"zero bytes", func(t *testing.T, path string) { write(t, path, make([]byte, 8192)) }, foreignText},
		{"tables of another program", func(t *testing.T, path string) {
			foreign(t, path, "CREATE TABLE credit (id INTEGER)").Close()
		}, foreignText},
		{"tables of another program with our schema's number", func(t *testing.T, path string) {
			foreign(t, path, "CREATE TABLE credit (id INTEGER)", "PRAGMA user_version = 1").Close()
		}, foreignText},
		{"file of another program", func(t *testing.T, path string) {
			foreign(t, path, "PRAGMA application_id = 77", "PRAGMA user_version = 1").Close()
		}, foreignText},
		{"empty file with another program's number", func(t *testing.T, path string) {
			foreign(t, path, "PRAGMA user_version = 3").Close()
		}, foreignText},
		{"our mark without a schema", func(t *testing.T, path string) {
			run(t, open(t, path).SQL(), "PRAGMA user_version = 0")
		}, foreignText},
		{"another program's write-ahead log", func(t *testing.T, path string) {
			copyWAL(t, path, "CREATE TABLE place (id INTEGER)", "PRAGMA wal_checkpoint", "INSERT INTO place VALUES (1)")
		}, "another program changed how it is stored (write-ahead log)"},
		{"another program's tables, all in its write-ahead log", func(t *testing.T, path string) {
			copyWAL(t, path, "CREATE TABLE place (id INTEGER)")
		}, "another program changed how it is stored (write-ahead log)"},
		{"cut short within the first page", func(t *testing.T, path string) { cut(t, path, 600) }, "damaged or cut short"},
		{"cut short within the header", func(t *testing.T, path string) { cut(t, path, 70) }, "damaged or cut short"},
		{"cut short after some pages", func(t *testing.T, path string) { cut(t, path, 3*4096) },
			"damaged or cut short"},
		{"first page overwritten", func(t *testing.T, path string) {
			open(t, path).Close()
			b := []byte(files(t, filepath.Dir(path))["ledger.db"])
			copy(b[100:4000], bytes.Repeat([]byte("?"), 4000))
			write(t, path, b)
		}, "damaged or cut short"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "ledger.db")
			tt.make(t, path)
			before := files(t, folder)
			for name, open := range map[string]func(string) (*store.DB, error){
				"OpenRead": store.OpenRead, "Open": openToWrite,
			} {
				db, err := open(path)
				if err == nil {
					db.Close()
					t.Errorf("%s() = nil", name)
				} else if !strings.HasPrefix(said(err), path+": "+tt.want) {
					t.Errorf("%s() = %v\nwant %s: %s", name, err, path, tt.want)
				}
			}
			equal(t, before, files(t, folder))
		})
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	need(t, os.WriteFile(path, content, 0o600))
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	need(t, err)
	write(t, to, b)
}

// copyWAL copies a database that is in use, with its write-ahead log.
func copyWAL(t *testing.T, path string, statements ...string) {
	t.Helper()
	from := filepath.Join(t.TempDir(), "busy.db")
	run(t, foreign(t, from, "PRAGMA journal_mode = wal"), statements...)
	copyFile(t, from, path)
	copyFile(t, from+"-wal", path+"-wal")
}

// cut makes a ledger and keeps its first bytes.
func cut(t *testing.T, path string, size int64) {
	t.Helper()
	open(t, path).Close()
	need(t, os.Truncate(path, size))
}

func TestOpenWhereNoFileCanBe(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	write(t, file, []byte("x"))
	tests := []struct {
		name, path, want string
		open             func(string) (*store.DB, error)
	}{
		{"folder, reading", folder, "is a folder; name a file with --db", store.OpenRead},
		{"folder, writing", folder, "is a folder; name a file with --db", openToWrite},
		{"below a file, writing", filepath.Join(file, "a", "ledger.db"), "", openToWrite},
		{"no regular file", os.DevNull, "is not a file; name another one with --db", openToWrite},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.open(tt.path)
			if err == nil || !strings.HasPrefix(said(err), tt.path+": "+tt.want) || strings.Contains(said(err), "\n") {
				t.Errorf("got %v\nwant %s: %s", err, tt.path, tt.want)
			}
		})
	}
}

func TestOpenAnyPath(t *testing.T) {
	t.Chdir(t.TempDir())
	absolute := t.TempDir()
	for _, name := range []string{
		"a b.db", "why?.db", "why?mode=memory", "#1.db", "100%.db", "%41.db", "a&b=c.db", "+.db", "ü 🧪.db", ":memory:",
		"file:x.db", "-x", "a;b.db", `a"b'.db`, "*",
	} {
		if runtime.GOOS == "windows" && strings.ContainsAny(name, `?:"*`) {
			continue
		}
		for _, path := range []string{name, filepath.Join("sub", name), filepath.Join(absolute, name), "./" + name} {
			t.Run(path, func(t *testing.T) {
				os.Remove(path)
				db := open(t, path)
				add(t, db, sample(t))
				need(t, db.Close())
				if _, ok := files(t, filepath.Dir(path))[name]; !ok {
					t.Fatalf("no file of that name; there are %q", slices.Collect(maps.Keys(files(t, filepath.Dir(path)))))
				}
				db, err := store.OpenRead(path)
				need(t, err)
				defer db.Close()
				equal(t, 1, len(credits(t, db)))
			})
		}
	}
}

// Paths of Windows, with slashes, beside what it has in front of the first
// folder; SQLite's page on URIs has the forms.
func TestURIPath(t *testing.T) {
	tests := []struct{ name, path, volume, want string }{
		{"absolute", "/home/me/ledger.db", "", "///home/me/ledger.db"},
		{"relative", "ledger.db", "", "./ledger.db"},
		{"what SQLite keeps in memory", ":memory:", "", "./:memory:"},
		{"a scheme", "file:x.db", "", "./file:x.db"},
		{"signs that a URI gives a meaning", "/a b/why?/#1/100%/%41.db", "", "///a%20b/why%3F/%231/100%25/%2541.db"},
		{"a drive", "C:/Users/me/ledger.db", "C:", "///C:/Users/me/ledger.db"},
		{"a drive, a blank and a letter", "C:/Users/Zoë Doe/ledger.db", "C:", "///C:/Users/Zo%C3%AB%20Doe/ledger.db"},
		{"a drive and signs", "C:/[work] #1/100%.db", "C:", "///C:/%5Bwork%5D%20%231/100%25.db"},
		{"the folder that a drive is in", "C:ledger.db", "C:", "///C:ledger.db"},
		{"the drive that one is on", "/Users/me/ledger.db", "", "///Users/me/ledger.db"},
		{"relative on Windows", "cmp/ledger.db", "", "./cmp/ledger.db"},
		{"a share", "//server/share/ledger.db", "//server/share", "////server/share/ledger.db"},
		{"a share with a dollar", "//server/c$/ledger.db", "//server/c$", "////server/c$/ledger.db"},
		{"a long path", "//?/C:/Users/me/ledger.db", "//?/C:", "////%3F/C:/Users/me/ledger.db"},
		{"a share on Linux under WSL", "//wsl.localhost/Debian/home/me/ledger.db", "//wsl.localhost/Debian", "////wsl.localhost/Debian/home/me/ledger.db"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			equal(t, tt.want, store.URIPath(tt.path, tt.volume))
			if u, err := url.Parse("file:" + tt.want + "?mode=ro"); err != nil || u.Host != "" || u.RawQuery != "mode=ro" || u.Fragment != "" {
				t.Errorf("is read as %+v, %v", u, err)
			}
		})
	}
}

func TestPragmas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	writer := open(t, path)
	reader, err := store.OpenRead(path)
	need(t, err)
	defer reader.Close()
	glance, err := store.Glance(path)
	need(t, err)
	defer glance.Close()
	tests := []struct {
		name   string
		db     *store.DB
		pragma string
		want   string
	}{
		{"writing", writer, "foreign_keys", "1"},
		{"writing", writer, "busy_timeout", "10000"},
		{"writing", writer, "journal_mode", "delete"},
		{"writing", writer, "synchronous", "2"},
		{"writing", writer, "application_id", fmt.Sprint('c'<<24 | 'm'<<16 | 'p'<<8 | '1')},
		{"reading", reader, "busy_timeout", "10000"},
		{"reading", reader, "user_version", "1"},
		{"glancing", glance, "busy_timeout", "5"},
		{"in memory", empty(t), "foreign_keys", "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.pragma, func(t *testing.T) {
			var got string
			need(t, tt.db.SQL().QueryRow("PRAGMA "+tt.pragma).Scan(&got))
			equal(t, tt.want, got)
		})
	}
}

// A program that crashes within a transaction leaves a journal, by which the
// next one, even if it only reads, takes the transaction back.
// A ledger that another program keeps with a write-ahead log is refused, and nothing stays beside
// it: so it can be read again once that program keeps it as before.
func TestOpenRefusesWAL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db := open(t, path)
	add(t, db, sample(t))
	db.Close()
	foreign(t, path, "PRAGMA journal_mode = wal").Close()
	before := files(t, filepath.Dir(path))
	for _, open := range []func(string) (*store.DB, error){store.OpenRead, store.Glance, openToWrite} {
		if _, err := open(path); err == nil || !strings.Contains(err.Error(), "another program changed how it is stored (write-ahead log)") {
			t.Errorf("got %v", err)
		}
		equal(t, before, files(t, filepath.Dir(path)))
	}
	equal(t, "schema: wrong: ledger.db: another program changed how it is stored (write-ahead log)", examined(t, path)[0])
	equal(t, before, files(t, filepath.Dir(path)))
	foreign(t, path, "PRAGMA journal_mode = delete").Close()
	checked, err := store.OpenRead(path)
	need(t, err)
	need(t, checked.Close())
}

func TestOpenAfterCrash(t *testing.T) {
	for name, open := range map[string]func(string) (*store.DB, error){
		"OpenRead": store.OpenRead, "Open": openToWrite,
	} {
		t.Run(name, func(t *testing.T) {
			from, folder := filepath.Join(t.TempDir(), "busy.db"), t.TempDir()
			path := filepath.Join(folder, "ledger.db")
			crash(t, from, path)
			db, err := open(path)
			need(t, err)
			defer db.Close()
			equal(t, 1, len(credits(t, db)))
			equal(t, []string{"ledger.db"}, slices.Collect(maps.Keys(files(t, folder))))
		})
	}
}

// The crash may have been that of the program that made the file.
func TestOpenAfterCrashOfTheFirst(t *testing.T) {
	for name, open := range map[string]func(string) (*store.DB, error){
		"OpenRead": store.OpenRead, "Open": openToWrite,
	} {
		t.Run(name, func(t *testing.T) {
			from, path := filepath.Join(t.TempDir(), "busy.db"), filepath.Join(t.TempDir(), "ledger.db")
			db := foreign(t, from, "PRAGMA cache_size = 1", "BEGIN IMMEDIATE",
				"CREATE TABLE credential (id BLOB)", "INSERT INTO credential VALUES (zeroblob(1000000))")
			copyFile(t, from+"-journal", path+"-journal")
			run(t, db, "COMMIT")
			copyFile(t, from, path) // all is written, but the journal was not deleted yet
			ledger, err := open(path)
			need(t, err)
			defer ledger.Close()
			equal(t, 0, len(credits(t, ledger)))
		})
	}
}

// crash copies a ledger to path in the midst of a transaction that has begun
// to write the file.
func crash(t *testing.T, from, path string) {
	t.Helper()
	db := open(t, from)
	add(t, db, sample(t))
	before := files(t, filepath.Dir(from))["busy.db"]
	run(t, db.SQL(), "PRAGMA cache_size = 1", "BEGIN IMMEDIATE",
		"UPDATE credit SET title = hex(zeroblob(100000))", "DELETE FROM credit")
	copyFile(t, from, path)
	copyFile(t, from+"-journal", path+"-journal")
	run(t, db.SQL(), "ROLLBACK")
	if files(t, filepath.Dir(path))["ledger.db"] == before {
		t.Fatal("the transaction has not reached the file yet")
	}
}

// The newest schema is that of the last migration.
func TestMigrationsAreNumbered(t *testing.T) {
	scripts, err := filepath.Glob("migrations/*.sql")
	need(t, err)
	equal(t, len(scripts), store.NewestSchema)
	equal(t, []string{"1"}, rows(t, empty(t), "PRAGMA user_version"))
}

// later are the schemas of a program to come.
func later() store.Schemas {
	return store.Later(`ALTER TABLE credit ADD COLUMN extra TEXT NOT NULL DEFAULT 'new';
		CREATE TABLE later (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
		INSERT INTO later SELECT id, title FROM credit`)
}

// kept is what writeKept writes.
func kept(t *testing.T) (ledger.Credential, []ledger.Credit, []ledger.Allocation, ledger.Declaration) {
	mls := credential(t, "ascp", "MLS")
	mls.UID = "c0"
	mls.Cycles = []ledger.Cycle{
		{UID: "c1", First: date(t, "2021-04-01"), Last: date(t, "2024-03-31"), Closed: true},
		{UID: "c2", First: date(t, "2024-04-01"), Last: date(t, "2027-03-31")},
	}
	old, recent, removed := sample(t), sample(t), sample(t)
	old.UID, old.Date = "d1", date(t, "2023-05-06")
	recent.UID, recent.Provider, recent.Points = "d2", "LabCE", 150
	recent.Topics = []ledger.CreditTopic{{Topic: "hematology", Limit: 50}, {Topic: "safety"}}
	recent.Reference, recent.URL, recent.Note = "CE-7", "https://example.org/7", "two\nlines"
	removed.UID = "d3"
	for i, c := range []*ledger.Credit{&old, &recent, &removed} {
		c.ID = int64(i + 1)
	}
	d := declaration(t, 1, old)
	d.UID, d.Date = "e1", date(t, "2024-01-15")
	d.Designation, d.Title, d.Number = "MLS(ASCP)CM", "Medical Laboratory Scientist", "4711"
	d.Confidence, d.Source = "reported", "https://example.org/mls"
	d.Requirements = []ledger.DeclaredRequirement{
		{Name: "safety", Title: "Laboratory or patient safety", Required: 100, Counted: 100, Confidence: "reported", Source: "https://example.org/mls"},
	}
	return mls, []ledger.Credit{old, recent, removed}, []ledger.Allocation{
		{Credit: 1, Cycle: 1, Requirement: "safety", Points: 100, By: ledger.ByHand},
		{Credit: 2, Cycle: 2, Requirement: "hematology", Points: 50, By: ledger.ByAuto},
		{Credit: 2, Cycle: 2, Requirement: "other", Points: 75, By: ledger.ByHand},
	}, d
}

func keptProof(t *testing.T) ledger.Evidence {
	return ledger.Evidence{
		UID: "f1", Credit: 2, Content: 1, Name: "certificate.pdf", MediaType: "application/pdf", Size: 4, Added: date(t, "2024-05-06"),
		SHA256: "315d429b7714cedb6ad04ac31240145257692630457f3c88253c5beceac76027",
	}
}

func keptCourse() ledger.Course {
	return ledger.Course{
		Title: "Gram stains", Provider: "LabCE", Points: 150, Topics: []ledger.CreditTopic{{Topic: "microbiology", Limit: 100}, {Topic: "safety"}},
		Charge: ledger.Charged, Price: 1999, URL: "https://example.org/gram",
	}
}

// writeKept writes a ledger with something of everything.
func writeKept(t *testing.T, path string) {
	t.Helper()
	mls, all, allocated, d := kept(t)
	proof, course := keptProof(t), keptCourse()
	db := open(t, path)
	update(t, db, func(tx *store.Tx) error {
		errs := []error{tx.AddCredential(t.Context(), &mls)}
		for i := range all {
			errs = append(errs, tx.AddCredit(t.Context(), &all[i]))
		}
		return errors.Join(append(errs,
			tx.RemoveCredit(t.Context(), 3),
			tx.ReplaceAllocations(t.Context(), 1, allocated[:1]),
			tx.ReplaceAllocations(t.Context(), 2, allocated[1:]),
			tx.AddDeclaration(t.Context(), &d),
			tx.AddEvidence(t.Context(), &proof, []byte("%PDF")),
			tx.PutCourse(t.Context(), &course))...)
	})
	need(t, db.Close())
}

func checkKept(t *testing.T, db *store.DB) {
	t.Helper()
	mls, all, allocated, d := kept(t)
	mls.ID, mls.Cycles[0].ID, mls.Cycles[1].ID, mls.Cycles[0].Declared, d.ID = 1, 1, 2, d.Date, 1
	equal(t, []ledger.Credential{mls}, credentials(t, db))
	equal(t, all[:2], credits(t, db))
	equal(t, allocated, allocations(t, db))
	equal(t, ledger.Known{Credit: all[2], Removed: true}, known(t, db)[2])
	proof, course := keptProof(t), keptCourse()
	proof.ID, course.ID, course.UID = 1, 1, course.Name()
	view(t, db, func(tx *store.Tx) error {
		declared, err := tx.Declaration(t.Context(), 1)
		equal(t, d, declared)
		proofs, failed := tx.Evidence(t.Context())
		equal(t, []ledger.Evidence{proof}, proofs)
		courses, unread := tx.Courses(t.Context())
		equal(t, []ledger.Course{course}, courses)
		return errors.Join(err, failed, unread)
	})
}

// A ledger of an older schema can be read, which leaves it as it is, and
// written. A program that knows no more than the older one refuses it then.
func TestMigration(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	writeKept(t, path)
	kept := dump(t, path)
	before := files(t, folder)
	for name, open := range map[string]func(string) (*store.DB, error){
		"OpenRead":         later().OpenRead,
		"Open to rehearse": func(path string) (*store.DB, error) { return later().Open(path, store.Origin{Rehearse: true}) },
	} {
		db, err := open(path)
		if err != nil {
			t.Fatal(name, err)
		}
		checkKept(t, db)
		equal(t, []string{"new", "new", "new"}, rows(t, db, "SELECT extra FROM credit"))
		db.Close()
		equal(t, before, files(t, folder))
	}

	db, err := later().Open(path, author)
	need(t, err)
	defer db.Close()
	equal(t, &store.Migration{From: 1, To: 2, Backup: filepath.Join(folder, "backups", "ledger-20261121T140211Z-before-migration.db")}, db.Migration())
	checkKept(t, db)
	again, err := later().Open(path, author)
	if err != nil || again.Migration() != nil {
		t.Fatalf("migrated again: %v", err)
	}
	again.Close()
	backups := filepath.Join(folder, "backups")
	equal(t, []string{filepath.Base(db.Migration().Backup)}, names(t, backups))
	equal(t, dump(t, db.Migration().Backup), kept)
	takeBack(t, db, 1) // an image from before the migration lacks a column
	takeBack(t, db, 2)
	checkKept(t, db)
	before = files(t, folder)
	for name, open := range map[string]func(string) (*store.DB, error){"OpenRead": store.OpenRead, "Open": openToWrite, "Glance": store.Glance} {
		_, err := open(path)
		want := path + ": written by a newer cmp (schema 2, this one knows 1); nothing was touched; use the newer cmp"
		if said(err) != want {
			t.Errorf("%s() = %v, want %s", name, err, want)
		}
	}
	equal(t, before, files(t, folder))
}

// Where no backup can be made, an older ledger is not migrated.
func TestMigrationWithoutBackup(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	writeKept(t, path)
	write(t, filepath.Join(folder, "backups"), []byte("a file where the folder should be"))
	before := files(t, folder)
	_, err := later().Open(path, author)
	want := path + ": needs an update (schema 1), and cmp cannot back it up first: " + filepath.Join(folder, "backups") + ": cannot be created: "
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("Open() = %v\nwant %s…", err, want)
	}
	equal(t, before, files(t, folder))
}

// A migration that is killed is there whole or not at all, with a backup of
// what was before it.
func TestKilledMigrations(t *testing.T) {
	const variable = "STORE_TEST_MIGRATE"
	if path := os.Getenv(variable); path != "" {
		db, err := later().Open(path, author)
		need(t, err)
		add(t, db, sample(t))
		return
	}
	old := filepath.Join(t.TempDir(), "old.db")
	db := open(t, old)
	fill(t, db, 5000)
	db.Close()
	migrate := func(path string) *exec.Cmd {
		copyFile(t, old, path)
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), variable+"="+path)
		return cmd
	}
	began := time.Now()
	if out, err := migrate(filepath.Join(t.TempDir(), "ledger.db")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	takes := time.Since(began)
	for range 8 {
		folder := t.TempDir()
		path := filepath.Join(folder, "ledger.db")
		cmd := migrate(path)
		need(t, cmd.Start())
		time.Sleep(rand.N(takes + takes/8))
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		db, err := later().OpenRead(path) // takes back what was half done
		need(t, err)
		n, schema := len(credits(t, db)), rows(t, db, "PRAGMA user_version")[0]
		db.Close()
		backups, _ := filepath.Glob(filepath.Join(folder, "backups", "ledger-*"))
		if n != 5000 && n != 5001 || schema != "2" || n == 5001 && len(backups) != 1 {
			t.Errorf("schema %s with %d credits and backups %q", schema, n, backups)
		}
		for _, backup := range backups {
			equal(t, int64(5000), inspect(t, backup).Credits)
		}
	}
}
