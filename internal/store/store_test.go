package store_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// TestMain keeps ledgers in memory where it can, so that a test waits for no
// disk, and checks a property on fewer of them than CMP_TEST_FULL does.
func TestMain(m *testing.M) {
	if os.Getenv("CMP_TEST_FULL") == "" {
		_ = flag.Set("rapid.checks", "25")
	}
	if _, err := os.Stat("/dev/shm"); err == nil {
		os.Setenv("TMPDIR", "/dev/shm")
	}
	os.Exit(m.Run())
}

// author is who writes in tests.
var author = store.Origin{At: "2026-11-21T14:02:11Z", Command: "cmp test"}

// need ends the test where there is an error.
func need(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openToWrite(path string) (*store.DB, error) { return store.Open(path, author) }

// attempt runs fn in a transaction that writes.
func attempt(ctx context.Context, db *store.DB, fn func(*store.Tx) error) error {
	return db.Update(ctx, func(tx *store.Tx) (string, error) { return "a test", fn(tx) })
}

// open opens a ledger for writing, for as long as the test runs.
func open(tb testing.TB, path string) *store.DB {
	tb.Helper()
	db, err := store.Open(path, author)
	need(tb, err)
	tb.Cleanup(func() { db.Close() })
	return db
}

// empty returns a ledger in memory, for as long as the test runs.
func empty(tb testing.TB) *store.DB {
	tb.Helper()
	db, err := store.Empty(author)
	need(tb, err)
	tb.Cleanup(func() { db.Close() })
	return db
}

// foreign opens a file past the package.
func foreign(tb testing.TB, path string, statements ...string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", path)
	need(tb, err)
	db.SetMaxOpenConns(1)
	tb.Cleanup(func() { db.Close() })
	run(tb, db, statements...)
	return db
}

func run(tb testing.TB, db *sql.DB, statements ...string) {
	tb.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			tb.Fatalf("%s: %v", s, err)
		}
	}
}

func update(tb testing.TB, db *store.DB, fn func(*store.Tx) error) {
	tb.Helper()
	need(tb, attempt(context.Background(), db, fn))
}

func view(tb testing.TB, db *store.DB, fn func(*store.Tx) error) {
	tb.Helper()
	need(tb, db.View(context.Background(), fn))
}

func credits(tb testing.TB, db *store.DB) (all []ledger.Credit) {
	tb.Helper()
	view(tb, db, func(tx *store.Tx) (err error) {
		all, err = tx.Credits(context.Background())
		return err
	})
	return all
}

// add records a credit and returns it as recorded.
func add(tb testing.TB, db *store.DB, c ledger.Credit) ledger.Credit {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error { return tx.AddCredit(context.Background(), &c) })
	return c
}

// fill adds n credits of every length and kind to a ledger.
func fill(tb testing.TB, db *store.DB, n int) {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error {
		for i := range n {
			c := ledger.Credit{
				Date:      ledger.MakeDate(2024, 4, 1) + ledger.Date(i%1000),
				Title:     fmt.Sprintf("Coagulation cascade in practice, part %d", i),
				Provider:  "ASCP",
				Points:    150,
				Activity:  ledger.CourseActivity,
				Reference: fmt.Sprintf("CE-%06d", i),
				Topics:    []ledger.CreditTopic{{Topic: "hematology"}},
			}
			if err := tx.AddCredit(context.Background(), &c); err != nil {
				return err
			}
		}
		return nil
	})
}

// said returns what an error says, and what to type next.
func said(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	if e, ok := errors.AsType[*ledger.Error](err); ok && !e.Try.IsEmpty() {
		text += "; " + e.Try.As("cmp")
	}
	return text
}

func equal(tb rapid.TB, want, got any) {
	tb.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func date(tb testing.TB, s string) ledger.Date {
	tb.Helper()
	d, err := ledger.ParseDate(s)
	need(tb, err)
	return d
}

// sample is a credit that is valid; tests change what they are about.
func sample(tb testing.TB) ledger.Credit {
	return ledger.Credit{
		Date: date(tb, "2026-03-09"), Title: "Bloodborne pathogens update", Provider: "ASCP",
		Points: 100, Activity: ledger.CourseActivity, Topics: []ledger.CreditTopic{{Topic: ledger.Safety}},
	}
}

// files returns the contents of the files in a folder.
func files(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	need(tb, err)
	all := make(map[string]string)
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		need(tb, err)
		all[e.Name()] = string(b)
	}
	return all
}

func TestUpdateReturnsErrorOfCommit(t *testing.T) {
	db := empty(t)
	run(t, db.SQL(), "CREATE TABLE late (credit INTEGER REFERENCES credit DEFERRABLE INITIALLY DEFERRED)")
	run(t, db.SQL(), `CREATE TRIGGER late AFTER INSERT ON credit BEGIN INSERT INTO late VALUES (99); END`)
	err := attempt(t.Context(), db, func(tx *store.Tx) error {
		c := sample(t)
		return tx.AddCredit(t.Context(), &c)
	})
	if err == nil {
		t.Error("Update() = nil, want the error of Commit")
	}
	if all := credits(t, db); len(all) != 0 {
		t.Errorf("kept %v", all)
	}
}

func TestViewWritesNothing(t *testing.T) {
	db := empty(t)
	err := db.View(t.Context(), func(tx *store.Tx) error {
		c := sample(t)
		return tx.AddCredit(t.Context(), &c)
	})
	if err == nil {
		t.Error("AddCredit within View: no error")
	}
	err = db.View(t.Context(), func(tx *store.Tx) error { return tx.RemoveCredential(t.Context(), 1) })
	if err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("RemoveCredential within View: %v", err)
	}
}

func TestViewSeesOneMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	writer := open(t, path)
	add(t, writer, sample(t))
	reader, err := store.OpenRead(path)
	need(t, err)
	defer reader.Close()
	view(t, reader, func(tx *store.Tx) error {
		before, err := tx.Credits(t.Context())
		if err != nil {
			return err
		}
		// A writer can begin, but not commit, while somebody reads.
		soon, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer stop()
		err = attempt(soon, writer, func(tx *store.Tx) error {
			c := sample(t)
			return tx.AddCredit(t.Context(), &c)
		})
		if err == nil {
			t.Error("a write was committed below a reader")
		}
		after, err := tx.Credits(t.Context())
		equal(t, before, after)
		return err
	})
}

func TestViewIsNotKeptFromByAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	writer, reader := open(t, path), open(t, path)
	run(t, reader.SQL(), "PRAGMA busy_timeout = 0")
	update(t, writer, func(tx *store.Tx) error {
		c := sample(t)
		err := tx.AddCredit(t.Context(), &c)
		equal(t, 0, len(credits(t, reader)))
		return err
	})
}

func TestCancelled(t *testing.T) {
	db := empty(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.View(ctx, func(*store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("View() = %v", err)
	}
	if err := attempt(ctx, db, func(*store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update() = %v", err)
	}
}

// writeMany opens a ledger and records credits, each in a transaction that
// reads before it writes.
func writeMany(t *testing.T, path string, n int) error {
	db, err := store.Open(path, author)
	if err != nil {
		return err
	}
	defer db.Close()
	for range n {
		err := attempt(t.Context(), db, func(tx *store.Tx) error {
			all, err := tx.Credits(t.Context())
			if err != nil {
				return err
			}
			c := sample(t)
			c.Title = fmt.Sprintf("number %d", len(all)+1)
			return tx.AddCredit(t.Context(), &c)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkMany checks that no write was lost and none saw another one half done.
func checkMany(t *testing.T, path string, n int) {
	t.Helper()
	all := credits(t, open(t, path))
	if len(all) != n {
		t.Fatalf("%d credits, want %d", len(all), n)
	}
	for i, c := range all {
		equal(t, fmt.Sprintf("number %d", i+1), c.Title)
	}
}

// The first writers of a new ledger migrate it once, and nothing that they write
// is lost.
func TestConnectionsWriteTogether(t *testing.T) {
	for range 3 {
		path := filepath.Join(t.TempDir(), "ledger.db")
		write(t, path, nil)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := writeMany(t, path, 15); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		checkMany(t, path, 8*15)
	}
}
