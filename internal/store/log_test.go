package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// entries returns the log, the oldest entry first.
func entries(tb testing.TB, db *store.DB) (all []ledger.Entry) {
	tb.Helper()
	view(tb, db, func(tx *store.Tx) (err error) {
		all, err = tx.Entries(tb.Context(), 0)
		return err
	})
	slices.Reverse(all)
	return all
}

// changesOf returns what an entry changed, each in a line.
func changesOf(tb testing.TB, db *store.DB, entry int64) []string {
	tb.Helper()
	var lines []string
	view(tb, db, func(tx *store.Tx) error {
		all, err := tx.Changes(tb.Context(), entry)
		for _, c := range all {
			lines = append(lines, fmt.Sprintf("%s %s: %s -> %s", c.Record, c.Key, c.Before, c.After))
		}
		return err
	})
	return lines
}

// execute runs SQL in a transaction that the log keeps.
func execute(tb testing.TB, db *store.DB, statements ...string) {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error {
		for _, s := range statements {
			if err := tx.Exec(tb.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
}

// rows returns the first column of a query.
func rows(tb testing.TB, db *store.DB, query string) []string {
	tb.Helper()
	found, err := db.SQL().Query(query)
	if err != nil {
		tb.Fatal(err)
	}
	defer found.Close()
	var all []string
	for found.Next() {
		var s string
		if err := found.Scan(&s); err != nil {
			tb.Fatal(err)
		}
		all = append(all, s)
	}
	if err := found.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

func TestUpdateMakesAnEntry(t *testing.T) {
	db := empty(t)
	err := db.Update(t.Context(), func(tx *store.Tx) (string, error) {
		c := sample(t)
		return "credit added", tx.AddCredit(t.Context(), &c)
	})
	if err != nil {
		t.Fatal(err)
	}
	stamp := rows(t, db, "SELECT stamp FROM entry")[0]
	equal(t, "2026-11-21T14:02:11Z", stamp[:20])
	equal(t, []ledger.Entry{
		{ID: 1, Stamp: stamp, At: author.At, Command: author.Command, Summary: "credit added", Changes: 2},
	}, entries(t, db))
}

// What changes nothing leaves the file as it is, to the byte.
func TestUpdateMakesNoEntry(t *testing.T) {
	stop := errors.New("stop")
	tests := []struct {
		name string
		by   store.Origin
		fn   func(*store.Tx) error
		want error
	}{
		{"nothing done", author, func(*store.Tx) error { return nil }, nil},
		{"a record like before", author, func(tx *store.Tx) error {
			c := sample(t)
			c.ID = 1
			return tx.UpdateCredit(t.Context(), c)
		}, nil},
		{"an error after a change", author, func(tx *store.Tx) error {
			return errors.Join(tx.RemoveCredit(t.Context(), 1), stop)
		}, stop},
		{"a rehearsal", store.Origin{Rehearse: true}, func(tx *store.Tx) error {
			return tx.RemoveCredit(t.Context(), 1)
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			first := open(t, path)
			add(t, first, sample(t))
			before := files(t, filepath.Dir(path))
			db, err := store.Open(path, tt.by)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := attempt(t.Context(), db, tt.fn); !errors.Is(err, tt.want) {
				t.Errorf("Update() = %v, want %v", err, tt.want)
			}
			equal(t, before, files(t, filepath.Dir(path)))
			equal(t, 1, len(entries(t, first)))
		})
	}
}

// A content that was mended is kept, though the log does not keep contents.
func TestUpdateKeepsWhatIsMended(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	data := []byte("certificate")
	e := prove(t, db, proof(t, c.ID, "a.pdf", data), data)
	before := entries(t, db)
	run(t, db.SQL(), "UPDATE content SET data = x'00'")
	update(t, db, func(tx *store.Tx) error {
		_, err := tx.MendEvidence(t.Context(), e, data)
		return err
	})
	equal(t, before, entries(t, db))
	equal(t, fmt.Sprint(len(before)), rows(t, db, "SELECT count(*) FROM entry")[0])
	equal(t, []string{string(data)}, rows(t, db, "SELECT CAST(data AS TEXT) FROM content"))
}

func TestRehearsalSeesWhatItDoes(t *testing.T) {
	db, err := store.Empty(store.Origin{Rehearse: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	update(t, db, func(tx *store.Tx) error {
		c := sample(t)
		if err := tx.AddCredit(t.Context(), &c); err != nil {
			return err
		}
		all, err := tx.Credits(t.Context(), store.CreditFilter{})
		equal(t, 1, len(all))
		return err
	})
	equal(t, 0, len(credits(t, db, store.CreditFilter{})))
}

func TestEntries(t *testing.T) {
	db := empty(t)
	for range 3 {
		add(t, db, sample(t))
	}
	for limit, want := range [][]int64{{3, 2, 1}, {3}, {3, 2}, {3, 2, 1}, {3, 2, 1}} {
		view(t, db, func(tx *store.Tx) error {
			all, err := tx.Entries(t.Context(), limit)
			var ids []int64
			for _, e := range all {
				ids = append(ids, e.ID)
			}
			equal(t, want, ids)
			return err
		})
	}
	// The fourth, which is being written, is not among them yet.
	update(t, db, func(tx *store.Tx) error {
		all, err := tx.Entries(t.Context(), 0)
		equal(t, 3, len(all))
		return err
	})
	view(t, db, func(tx *store.Tx) error {
		if _, err := tx.Entry(t.Context(), 4); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Entry(4): %v", err)
		}
		return nil
	})
}

// What an entry changed is shown as it left it, whatever was done since.
func TestChanges(t *testing.T) {
	db := empty(t)
	run(t, db.SQL(), `CREATE TABLE thing (a INTEGER, b TEXT, c TEXT, PRIMARY KEY (a, b)) STRICT`)
	execute(t, db, `INSERT INTO thing VALUES (1, 'x', NULL)`)
	execute(t, db, `UPDATE thing SET c = 'one'`, `UPDATE thing SET c = 'two'`, `UPDATE thing SET c = 'two'`)
	execute(t, db, `DELETE FROM thing`)
	takeBack(t, db, 3)
	takeBack(t, db, 2)
	const key = `thing [1,"x"]: `
	none, one, two := `{"a":1,"b":"x","c":null}`, `{"a":1,"b":"x","c":"one"}`, `{"a":1,"b":"x","c":"two"}`
	for i, want := range [][]string{
		{key + " -> " + none},
		{key + none + " -> " + one, key + one + " -> " + two},
		{key + two + " -> "},
		{key + " -> " + two},
		{key + two + " -> " + one, key + one + " -> " + none},
	} {
		equal(t, want, changesOf(t, db, int64(i+1)))
	}
}

// Stamps grow, also where the clock goes back and a second has no number left.
func TestStamps(t *testing.T) {
	db := empty(t)
	add(t, db, sample(t))
	run(t, db.SQL(), "UPDATE entry SET stamp = '2031-12-31T23:59:59Z+999999'")
	add(t, db, sample(t))
	add(t, db, sample(t))
	equal(t, []string{"2031-12-31T23:59:59Z", "2032-01-01T00:00:00Z", "2032-01-01T00:00:00Z"}, rows(t, db, "SELECT substr(stamp, 1, 20) FROM entry ORDER BY id"))
	equal(t, rows(t, db, "SELECT id FROM entry ORDER BY id"), rows(t, db, "SELECT id FROM entry ORDER BY stamp"))
}
