package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// tryTakeBack takes back an entry, or says why it does not.
func tryTakeBack(ctx context.Context, db *store.DB, entry int64) (store.TakingBack, error) {
	return db.TakeBack(ctx, func(tx *store.Tx) (ledger.Entry, error) { return tx.Entry(ctx, entry) }, false, nil)
}

func takeBack(tb testing.TB, db *store.DB, entry int64) store.TakingBack {
	tb.Helper()
	t, err := tryTakeBack(tb.Context(), db, entry)
	if err != nil {
		tb.Fatalf("entry %d: %v", entry, err)
	}
	return t
}

// keptRows returns all rows of all tables that the log keeps.
func keptRows(t *testing.T, db *store.DB) []string {
	t.Helper()
	var queries []string
	for _, table := range recorded(t, db) {
		columns := strings.Join(rows(t, db, "SELECT 'quote(' || name || ')' FROM pragma_table_info('"+table+"') WHERE name NOT IN ('changed', 'past')"), ", ")
		queries = append(queries, "SELECT concat_ws(' ', '"+table+"', "+columns+") FROM "+table)
	}
	return rows(t, db, strings.Join(queries, " UNION ALL ")+" ORDER BY 1")
}

func checkForeignKeys(t *testing.T, db *store.DB) {
	t.Helper()
	equal(t, []string{"1"}, rows(t, db, "PRAGMA foreign_keys"))
	equal(t, []string(nil), rows(t, db, "SELECT parent FROM pragma_foreign_key_check"))
}

// What another program changed, past the log, is not overwritten where the log
// can tell.
func TestTakeBackAfterAnotherProgram(t *testing.T) {
	p := newPlay(t)
	p.title(1, "a")
	p.title(1, "b")
	p.undo(5)
	run(t, p.db.SQL(), "DROP TRIGGER temp.credit_updated", "UPDATE credit SET title = 'theirs' WHERE id = 1")
	_, err := tryTakeBack(t.Context(), p.db, 4)
	if err == nil || err.Error() != "entry 4: cannot be taken back: another program changed credit[1]" {
		t.Errorf("TakeBack() = %v", err)
	}
}

// To take back is an entry too, which is taken back in turn: by numbers, by
// the last that stands, by the last that took back.
func TestTakeBackToggles(t *testing.T) {
	p := newPlay(t)
	p.title(1, "a")
	p.title(2, "b")
	check := func(want string, standing, undo int64) {
		t.Helper()
		got := ""
		for _, e := range entries(t, p.db)[3:] {
			got += fmt.Sprintf("%d:%d,%d ", e.ID, e.Undoes, e.UndoneBy)
		}
		equal(t, want, got)
		view(t, p.db, func(tx *store.Tx) error {
			last, err := tx.LastStanding(t.Context())
			equal(t, standing, last.ID)
			if last, undone := tx.LastUndo(t.Context()); undo != 0 || !errors.Is(undone, store.ErrNotFound) {
				equal(t, undo, last.ID)
			}
			return err
		})
	}
	check("4:0,0 5:0,0 ", 5, 0)
	done := takeBack(t, p.db, 4)
	equal(t, []any{int64(4), false, int64(6)}, []any{done.Of.ID, done.Again, done.By.ID})
	check("4:0,6 5:0,0 6:4,0 ", 5, 6)
	done = takeBack(t, p.db, 6)
	equal(t, []any{int64(4), true, "redo of entry 4: a test"}, []any{done.Of.ID, done.Again, done.By.Summary})
	check("4:0,0 5:0,0 6:4,7 7:6,0 ", 5, 0)
	done = takeBack(t, p.db, 7)
	equal(t, []any{int64(4), false, "undo of entry 4: a test"}, []any{done.Of.ID, done.Again, done.By.Summary})
	check("4:0,6 5:0,0 6:4,0 7:6,8 8:7,0 ", 5, 6)
	for _, taken := range []int64{4, 7} {
		_, err := tryTakeBack(t.Context(), p.db, taken)
		if !errors.Is(err, store.ErrTakenBack) {
			t.Errorf("taken back again: %v", err)
		}
		equal(t, fmt.Sprintf("entry %d: was taken back already by entry %d", taken, map[int64]int{4: 6, 7: 8}[taken]), err.Error())
	}
	takeBack(t, p.db, 5)
	check("4:0,6 5:0,9 6:4,0 7:6,8 8:7,0 9:5,0 ", 3, 9)
}

// An entry of the log may be older than a column, or know one that is no more.
func TestTakeBackAcrossSchemas(t *testing.T) {
	tests := []struct{ name, migration, want string }{
		{"column added", "ALTER TABLE credit ADD COLUMN extra TEXT NOT NULL DEFAULT 'new'", "new"},
		{"column dropped", "DROP VIEW credits; ALTER TABLE credit DROP COLUMN note", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			db := open(t, path)
			add(t, db, sample(t))
			play{t, db}.title(1, "changed")
			execute(t, db, "DELETE FROM credit")
			run(t, foreign(t, path), tt.migration)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			db = open(t, path)
			takeBack(t, db, 3)
			equal(t, []string{"changed"}, rows(t, db, "SELECT title FROM credit"))
			if tt.want != "" {
				equal(t, []string{tt.want}, rows(t, db, "SELECT extra FROM credit"))
			}
			takeBack(t, db, 2)
			equal(t, []string{sample(t).Title}, rows(t, db, "SELECT title FROM credit"))
			takeBack(t, db, 5)
			equal(t, []string{"changed"}, rows(t, db, "SELECT title FROM credit"))
		})
	}
}

// Whatever text and number a record has comes back as it was.
func TestTakeBackAnyValue(t *testing.T) {
	texts := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\\"'{}\[\]:,/\x{2028}\x{1f9ea}\x00-\x1f]*`),
		rapid.SampledFrom([]string{"", "null", "1e999", "\xff", "a\x00b", strings.Repeat("long \"text\" ", 100_000)}))
	rapid.Check(t, func(r *rapid.T) {
		db, err := store.Empty(author)
		if err != nil {
			r.Fatal(err)
		}
		defer db.Close()
		run(t, db.SQL(), `CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT, number INTEGER) STRICT`)
		value := func() string {
			text, number := texts.Draw(r, "text"), rapid.Int64().Draw(r, "number")
			return fmt.Sprintf("CAST(x'%x' AS TEXT), %d", text, number)
		}
		states := [][]string{keptRows(t, db)}
		for _, statement := range []string{
			"INSERT INTO thing VALUES (1, " + value() + "), (2, NULL, NULL)",
			"UPDATE thing SET (text, number) = (SELECT " + value() + ")",
			"DELETE FROM thing",
		} {
			execute(t, db, statement)
			states = append(states, keptRows(t, db))
		}
		last := int64(len(entries(t, db)))
		for e := last; e > 0; e-- {
			takeBack(t, db, e)
			equal(r, states[e-1], keptRows(t, db))
		}
	})
}

// References hold again afterwards, whatever happened.
func TestTakeBackKeepsForeignKeys(t *testing.T) {
	p := newPlay(t)
	stop := errors.New("stop")
	ctx, cancel := context.WithCancel(t.Context())
	for _, meanwhile := range []func(){func() {}, cancel} {
		_, err := p.db.TakeBack(ctx, func(*store.Tx) (ledger.Entry, error) {
			meanwhile()
			return ledger.Entry{}, stop
		}, false, nil)
		if !errors.Is(err, stop) {
			t.Errorf("TakeBack() = %v, want %v", err, stop)
		}
		checkForeignKeys(t, p.db)
	}
	p.undo(3)
	checkForeignKeys(t, p.db)
}

func TestTakeBackRehearsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	add(t, open(t, path), sample(t))
	db, err := store.Open(path, store.Origin{Rehearse: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	before := files(t, filepath.Dir(path))
	equal(t, int64(1), takeBack(t, db, 1).Of.ID)
	equal(t, before, files(t, filepath.Dir(path)))
}
