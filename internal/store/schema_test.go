package store_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

var rewrite = flag.Bool("update", false, "write the ledger of the newest schema in testdata anew")

// The newest schema is that of the last migration.
func TestMigrationsAreNumbered(t *testing.T) {
	scripts, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var version int
	if err := empty(t).SQL().QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		t.Fatal(err)
	}
	equal(t, len(scripts), version)
}

// kept is what the ledger of a schema in testdata holds.
func kept(t *testing.T, schema int) (ledger.Credential, []ledger.Credit, []ledger.Allocation, ledger.Declaration) {
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
	if schema >= 2 {
		d.Designation, d.Title, d.Number = "MLS(ASCP)CM", "Medical Laboratory Scientist", "4711"
		d.Confidence, d.Source = "reported", "https://example.org/mls"
		d.Requirements = []ledger.DeclaredRequirement{
			{Name: "safety", Title: "Laboratory or patient safety", Required: 100, Counted: 100, Confidence: "reported", Source: "https://example.org/mls"},
		}
	}
	return mls, []ledger.Credit{old, recent, removed}, []ledger.Allocation{
		{Credit: 1, Cycle: 1, Requirement: "safety", Points: 100, By: ledger.ByHand},
		{Credit: 2, Cycle: 2, Requirement: "hematology", Points: 50, By: ledger.ByAuto},
		{Credit: 2, Cycle: 2, Requirement: "other", Points: 75, By: ledger.ByHand},
	}, d
}

// keptProof is the evidence in ledgers of schema 2 and later.
func keptProof(t *testing.T) ledger.Evidence {
	return ledger.Evidence{
		UID: "f1", Credit: 2, Content: 1, Name: "certificate.pdf", MediaType: "application/pdf", Size: 4, Added: date(t, "2024-05-06"),
		SHA256: "315d429b7714cedb6ad04ac31240145257692630457f3c88253c5beceac76027",
	}
}

// keptCourse is the course in ledgers of schema 4 and later.
func keptCourse() ledger.Course {
	return ledger.Course{
		Title: "Gram stains", Provider: "LabCE", Points: 150, Topics: []ledger.CreditTopic{{Topic: "microbiology", Limit: 100}, {Topic: "safety"}},
		Charge: ledger.Charged, Price: 1999, URL: "https://example.org/gram",
	}
}

// writeKept writes a ledger for testdata, in pages so small that it is small.
func writeKept(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	os.Remove(path)
	mls, all, allocated, d := kept(t, store.NewestSchema)
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
			tx.AddCourse(t.Context(), &course))...)
	})
	run(t, db.SQL(), "PRAGMA page_size = 512", "VACUUM")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// A ledger of every schema that was released can be read, and written.
// "go test ./internal/store -run Schemas -update" writes that of the newest
// one; those of earlier schemas are never written again.
func TestSchemas(t *testing.T) {
	const newest = "testdata/schema4.db"
	if *rewrite {
		writeKept(t, newest)
	}
	paths, err := filepath.Glob("testdata/schema*.db")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for i, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			schema := i + 1
			db, err := store.OpenRead(path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			checkKept(t, db, schema)

			migrated := filepath.Join(t.TempDir(), "ledger.db")
			copyFile(t, path, migrated)
			checkKept(t, open(t, migrated), schema)
		})
	}
}

func checkKept(t *testing.T, db *store.DB, schema int) {
	t.Helper()
	mls, all, allocated, d := kept(t, schema)
	mls.ID, mls.Cycles[0].ID, mls.Cycles[1].ID, mls.Cycles[0].Declared, d.ID = 1, 1, 2, d.Date, 1
	equal(t, []ledger.Credential{mls}, credentials(t, db))
	equal(t, all[:2], credits(t, db, store.CreditFilter{}))
	equal(t, allocated, allocations(t, db))
	equal(t, []ledger.Known{{Credit: told(all[2]), Removed: true}}, known(t, db, all[2].Identity())[all[2].Identity()])
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Declaration(t.Context(), 1)
		equal(t, d, got)
		if err != nil || schema < 2 {
			return err
		}
		proof := keptProof(t)
		proof.ID = 1
		proofs, err := tx.Evidence(t.Context())
		equal(t, []ledger.Evidence{proof}, proofs)
		return err
	})
	var want []ledger.Course
	if schema >= 4 {
		course := keptCourse()
		course.ID, course.UID = 1, course.Name()
		want = []ledger.Course{course}
	}
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Courses(t.Context())
		equal(t, want, got)
		return err
	})
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
			checkKept(t, db, store.NewestSchema)
			var on bool
			if err := db.SQL().QueryRow("PRAGMA foreign_keys").Scan(&on); err != nil || !on {
				t.Errorf("foreign keys: %v, %v", on, err)
			}
		})
	}
}
