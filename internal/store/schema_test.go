package store_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// The newest schema is that of the last migration.
func TestMigrationsAreNumbered(t *testing.T) {
	scripts, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
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
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func checkKept(t *testing.T, db *store.DB) {
	t.Helper()
	mls, all, allocated, d := kept(t)
	mls.ID, mls.Cycles[0].ID, mls.Cycles[1].ID, mls.Cycles[0].Declared, d.ID = 1, 1, 2, d.Date, 1
	equal(t, []ledger.Credential{mls}, credentials(t, db))
	equal(t, all[:2], credits(t, db, store.CreditFilter{}))
	equal(t, allocated, allocations(t, db))
	equal(t, ledger.Known{Credit: told(all[2]), HasTopics: true, Removed: true}, known(t, db)[2])
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
		"OpenRead": later().OpenRead, "Glance": later().Glance,
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
	equal(t, []string{"schema: warning: " + path + " is of schema 1; the next command that writes makes a backup and brings it to schema 2"},
		findings(later().Examine(t.Context(), path))[:1])

	db, err := later().Open(path, author)
	if err != nil {
		t.Fatal(err)
	}
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
		if err == nil || err.Error() != want {
			t.Errorf("%s() = %v, want %s", name, err, want)
		}
	}
	equal(t, before, files(t, folder))
}

// findings returns what was found, each in a line.
func findings(all []store.Check) (lines []string) {
	for _, c := range all {
		for _, f := range c.Findings {
			lines = append(lines, c.Name+": "+string(f.Verdict)+": "+f.What)
		}
	}
	return lines
}

// Where no backup can be made, an older ledger is not migrated.
func TestMigrationWithoutBackup(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	writeKept(t, path)
	write(t, filepath.Join(folder, "backups"), []byte("a file where the folder should be"))
	before := files(t, folder)
	_, err := later().Open(path, author)
	want := path + ": stays at schema 1, which this cmp only reads, for it cannot be backed up: " + filepath.Join(folder, "backups") + ": cannot be created: "
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("Open() = %v\nwant %s…", err, want)
	}
	equal(t, before, files(t, folder))
}

// A backup of an older schema is restored, and brought to the newest one.
func TestRestoreOlder(t *testing.T) {
	path, old := filepath.Join(t.TempDir(), "ledger.db"), filepath.Join(t.TempDir(), "old.db")
	writeKept(t, old)
	r, err := later().Restore(t.Context(), path, old, author)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, 2, r.Contents.Schema)
	db, err := later().OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	checkKept(t, db)
	equal(t, []string{"2"}, rows(t, db, "PRAGMA user_version"))
	equal(t, 1, inspect(t, old).Schema)
}

// A migration that is killed is there whole or not at all, with a backup of
// what was before it.
func TestKilledMigrations(t *testing.T) {
	const variable = "STORE_TEST_MIGRATE"
	if path := os.Getenv(variable); path != "" {
		db, err := later().Open(path, author)
		if err != nil {
			t.Fatal(err)
		}
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
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(takes + takes/8))
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		db, err := later().OpenRead(path) // takes back what was half done
		if err != nil {
			t.Fatal(err)
		}
		n := len(credits(t, db, store.CreditFilter{}))
		db.Close()
		c, err := later().Inspect(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		backups, _ := filepath.Glob(filepath.Join(folder, "backups", "ledger-*"))
		if n != 5000 && (n != 5001 || c.Schema != 2) || c.Schema == 2 && len(backups) != 1 {
			t.Errorf("schema %d with %d credits and backups %q", c.Schema, n, backups)
		}
		for _, backup := range backups {
			equal(t, int64(5000), inspect(t, backup).Credits)
		}
	}
}

// A migration may build anew a table that others refer to.
func TestRebuild(t *testing.T) {
	const anew = `CREATE TABLE anew (id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, body TEXT NOT NULL,
			code TEXT NOT NULL, number TEXT NOT NULL, certified TEXT, voluntary INTEGER NOT NULL) STRICT;
		INSERT INTO anew SELECT id, uid, body, code, number, certified, voluntary FROM credential WHERE %;
		DROP TABLE credential;
		ALTER TABLE anew RENAME TO credential`
	tests := []struct{ name, keep, want string }{
		{"all kept", "TRUE", ""},
		{"one lost", "FALSE", "cycle [1]: what it refers to in credential is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			writeKept(t, path)
			db := open(t, path)
			got := ""
			if err := db.Rebuild(t.Context(), strings.Replace(anew, "%", tt.keep, 1)); err != nil {
				got = err.Error()
			}
			equal(t, tt.want, got)
			checkKept(t, db)
			var on bool
			if err := db.SQL().QueryRow("PRAGMA foreign_keys").Scan(&on); err != nil || !on {
				t.Errorf("foreign keys: %v, %v", on, err)
			}
		})
	}
}
