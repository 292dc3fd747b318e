package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
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
	need(tb, err)
	defer found.Close()
	var all []string
	for found.Next() {
		var s string
		need(tb, found.Scan(&s))
		all = append(all, s)
	}
	need(tb, found.Err())
	return all
}

func TestUpdateMakesAnEntry(t *testing.T) {
	db := empty(t)
	err := db.Update(t.Context(), func(tx *store.Tx) (string, error) {
		c := sample(t)
		return "credit added", tx.AddCredit(t.Context(), &c)
	})
	need(t, err)
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
			need(t, err)
			defer db.Close()
			if err := attempt(t.Context(), db, tt.fn); !errors.Is(err, tt.want) {
				t.Errorf("Update() = %v, want %v", err, tt.want)
			}
			equal(t, before, files(t, filepath.Dir(path)))
			equal(t, 1, len(entries(t, first)))
		})
	}
}

// A rehearsal of what no cache holds touches neither the file nor the folder, at no time.
func TestRehearsalWritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	add(t, open(t, path), sample(t))
	before := files(t, filepath.Dir(path))
	db, err := store.Open(path, store.Origin{Rehearse: true})
	need(t, err)
	defer db.Close()
	update(t, db, func(tx *store.Tx) error {
		need(t, tx.Exec(t.Context(), "CREATE TABLE large AS SELECT randomblob(20000000)"))
		need(t, tx.Exec(t.Context(), "CREATE TABLE larger AS SELECT * FROM large"))
		if len(files(t, filepath.Dir(path))) != 1 || files(t, filepath.Dir(path))["ledger.db"] != before["ledger.db"] {
			t.Error("the file changed, or something is beside it")
		}
		return nil
	})
	equal(t, before, files(t, filepath.Dir(path)))
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

// A clock that is wrong by a thousand years makes stamps that another ledger takes in.
func TestStampsOfAWrongClock(t *testing.T) {
	db, err := store.Empty(store.Origin{At: "9999-12-31T23:59:59Z", Command: "cmp test"})
	need(t, err)
	defer db.Close()
	add(t, db, sample(t))
	add(t, db, sample(t))
	equal(t, []string{"2999-12-31T00:00:00Z", "2999-12-31T00:00:00Z"}, rows(t, db, "SELECT substr(stamp, 1, 20) FROM entry ORDER BY id"))
}

// full returns a ledger that has something in every table.
func full(t *testing.T) *store.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.db")
	writeKept(t, path)
	db := open(t, path)
	execute(t, db,
		`INSERT INTO import VALUES (99, 'i99', 'labce.csv', '2026-03-09')`,
		`INSERT INTO content VALUES (99, '`+strings.Repeat("9", 64)+`', 1, x'00')`,
		`INSERT INTO evidence VALUES (99, 'v99', 1, 99, 'letter.pdf', 'application/pdf', '2026-03-09', '', '')`,
		`INSERT INTO declared_requirement VALUES (1, 99, 'other', 'Any topic', 0, 0, 'reported', '')`,
		`INSERT INTO form VALUES (1, '2026-03-09', 'Another title', 'LabCE', 50, 'CE-7', 0)`,
		`INSERT INTO apart VALUES (99, 1, 2, '', '')`,
		`INSERT INTO portal VALUES (99, 1, 'ascp', '2026-11-20', 1, '', '')`)
	return db
}

// recorded are the tables that the log has to keep: all that there are, also
// those that a later schema adds.
func recorded(t *testing.T, db *store.DB) []string {
	t.Helper()
	return rows(t, db, `SELECT name FROM sqlite_schema
		WHERE type = 'table' AND name NOT IN ('entry', 'change', 'content', 'alias', 'gone', 'sqlite_sequence')`)
}

// Whatever is added to, changed in or removed from any table is in the log.
// When this test finds a table empty, let full put something into it.
func TestEveryTableIsRecorded(t *testing.T) {
	db := full(t)
	run(t, db.SQL(), "PRAGMA foreign_keys = OFF")
	for _, table := range recorded(t, db) {
		t.Run(table, func(t *testing.T) {
			count := rows(t, db, "SELECT count(*) FROM "+table)[0]
			if count == "0" {
				t.Fatal("nothing is in the table")
			}
			logged := func(condition string) string {
				return rows(t, db, `SELECT count(DISTINCT key) FROM change WHERE entry = (SELECT max(id) FROM entry)
					AND record = '`+table+`' AND `+condition)[0]
			}
			run(t, db.SQL(), "CREATE TEMP TABLE copy AS SELECT * FROM "+table)
			defer run(t, db.SQL(), "DROP TABLE temp.copy")
			execute(t, db, "DELETE FROM "+table)
			equal(t, count, logged("before IS NOT NULL"))
			execute(t, db, "INSERT INTO "+table+" SELECT * FROM copy")
			equal(t, count, logged("before IS NULL"))
			if !changeAny(t, db, table) {
				t.Error("no column can be changed")
			}
			if logged("before IS NOT NULL") == "0" {
				t.Error("a change is not in the log")
			}
		})
	}
}

// backAndForth runs statements in one entry, takes that back and does it
// again, and leaves all as it was.
func backAndForth(t *testing.T, db *store.DB, statements ...string) (changes int64) {
	t.Helper()
	before, last := keptRows(t, db), len(entries(t, db))
	execute(t, db, statements...)
	after := keptRows(t, db)
	for i, want := range [][]string{before, after, before} {
		takeBack(t, db, int64(last+i+1))
		equal(t, want, keptRows(t, db))
	}
	return entries(t, db)[last].Changes
}

// What REPLACE deletes, with what refers to it, is in the log, and each record
// once.
func TestReplaceIsRecorded(t *testing.T) {
	db := full(t)
	for _, table := range recorded(t, db) {
		t.Run(table, func(t *testing.T) {
			changes := backAndForth(t, db, "REPLACE INTO "+table+" SELECT * FROM "+table)
			if len(referring(t, db, table)) == 0 {
				equal(t, rows(t, db, "SELECT 2 * count(*) FROM "+table)[0], fmt.Sprint(changes))
			}
		})
	}
	t.Run("in memory", func(t *testing.T) {
		p := newPlay(t)
		p.allocate(1, "safety", 50)
		equal(t, int64(2), backAndForth(t, p.db, "REPLACE INTO allocation (id, credit, cycle, requirement, points, allocated_by) SELECT 9, credit, cycle, requirement, 20, allocated_by FROM allocation"))
		equal(t, int64(4), backAndForth(t, p.db, "UPDATE OR REPLACE credit SET id = 1 WHERE id = 2"))
	})
}

// A record whose key is changed is one that is gone and one that is new.
func TestChangeOfKeyIsRecorded(t *testing.T) {
	db := full(t)
	for _, table := range recorded(t, db) {
		t.Run(table, func(t *testing.T) {
			statements := emptyReferring(t, db, table)
			key := rows(t, db, "SELECT name FROM pragma_table_info('"+table+"') WHERE pk > 0 ORDER BY pk DESC")[0]
			backAndForth(t, db, append(statements, "UPDATE "+table+" SET "+key+" = "+key+" + 1000")...)
		})
	}
	db = empty(t)
	run(t, db.SQL(), `CREATE TABLE thing (a INTEGER PRIMARY KEY, b TEXT)`)
	execute(t, db, "INSERT INTO thing VALUES (5, 'x')")
	execute(t, db, "UPDATE thing SET a = 6, b = 'y'")
	equal(t, []string{`thing [5]: {"a":5,"b":"x"} -> `, `thing [6]:  -> {"a":6,"b":"y"}`}, changesOf(t, db, 2))
}

// referring are the tables that refer to a table.
func referring(t *testing.T, db *store.DB, table string) []string {
	t.Helper()
	return rows(t, db, `SELECT DISTINCT t.name FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f
		WHERE t.type = 'table' AND t.name NOT IN ('entry', 'change', 'alias', 'gone') AND f."table" = '`+table+`'`)
}

// emptyReferring are the statements that empty those, and first what refers to
// them.
func emptyReferring(t *testing.T, db *store.DB, table string) (statements []string) {
	t.Helper()
	for _, other := range referring(t, db, table) {
		if other != table {
			statements = append(append(statements, emptyReferring(t, db, other)...), "DELETE FROM "+other)
		}
	}
	return statements
}

// changeAny changes records of a table in the first column that is not of its
// key and lets itself be changed.
func changeAny(t *testing.T, db *store.DB, table string) bool {
	t.Helper()
	for _, column := range rows(t, db, "SELECT name FROM pragma_table_info('"+table+"') WHERE pk = 0 AND name NOT IN ('changed', 'past')") {
		for _, value := range []string{"1 + %s", "1 - %s", "%s || 'x'"} {
			set := column + " = " + fmt.Sprintf(value, column)
			err := attempt(t.Context(), db, func(tx *store.Tx) error {
				return tx.Exec(t.Context(), "UPDATE "+table+" SET "+set+" WHERE "+column+" IS NOT NULL")
			})
			if err == nil && len(rows(t, db, "SELECT 1 FROM "+table+" WHERE "+column+" IS NOT NULL")) > 0 {
				return true
			}
		}
	}
	return false
}

// The log holds records as JSON, which cannot hold every value, finds them by
// their primary keys, and takes every reference to be to an id.
func TestEveryTableCanBeRecorded(t *testing.T) {
	db := full(t)
	for _, table := range recorded(t, db) {
		equal(t, []string(nil), rows(t, db, `SELECT name || ' ' || type FROM pragma_table_xinfo('`+table+`')
			WHERE type NOT IN ('INTEGER', 'TEXT') OR hidden <> 0`))
		equal(t, []string(nil), rows(t, db, `SELECT f."from" FROM pragma_foreign_key_list('`+table+`') AS f
			WHERE f.seq > 0 OR coalesce(f."to", 'id') <> 'id'
				OR (SELECT group_concat(name) FROM pragma_table_info(f."table") WHERE pk > 0) <> 'id'`))
		keys := rows(t, db, "SELECT name FROM pragma_table_info('"+table+"') WHERE pk > 0 ORDER BY cid")
		equal(t, keys, rows(t, db, "SELECT name FROM pragma_table_info('"+table+"') WHERE pk > 0 ORDER BY pk"))
		if len(keys) == 0 {
			t.Errorf("table %s has no primary key", table)
		}
	}
}

// Every record has the stamp of the entry that changed it last, its topics and
// its forms, also where many are added at once. Taking back is a change too.
func TestChanged(t *testing.T) {
	p := newPlay(t)
	stamps := func() string {
		return strings.Join(rows(t, p.db, `SELECT e.id FROM credit LEFT JOIN entry AS e ON e.stamp = credit.changed ORDER BY credit.id`), " ")
	}
	equal(t, "2 3", stamps())
	p.title(1, "a")
	equal(t, "4 3", stamps())
	p.title(1, "a")
	p.edit(1, func(c *ledger.Credit) { c.Topics = nil })
	equal(t, "4 3", stamps())
	p.topic(2)
	equal(t, "4 5", stamps())
	update(t, p.db, func(tx *store.Tx) error { return tx.AddForm(t.Context(), 1, ledger.Form{Date: 1, Points: 1}) })
	equal(t, "6 5", stamps())
	p.undo(5)
	equal(t, "6 7", stamps())
	update(t, p.db, func(tx *store.Tx) error {
		return tx.AddCredits(t.Context(), pointers([]ledger.Credit{sample(t), sample(t)}))
	})
	equal(t, "6 7 8 8", stamps())
	execute(t, p.db, "UPDATE credit SET changed = 'elsewhere', past = 'elsewhere'") // which is no change
	equal(t, 8, len(entries(t, p.db)))

	full := full(t)
	for _, table := range rows(t, full, "SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE c.name = 'past'") {
		equal(t, []string{"1"}, rows(t, full, "SELECT min(changed IN (SELECT stamp FROM entry)) FROM "+table))
	}
}

// What a command removed for good is gone, by what names it in every ledger,
// until it is there again; what was taken back never was.
func TestGoneRecords(t *testing.T) {
	p := newPlay(t)
	uids := rows(t, p.db, "SELECT uid FROM credit ORDER BY id")
	gone := func(want ...string) {
		t.Helper()
		got := rows(t, p.db, "SELECT kind || ' ' || key FROM gone ORDER BY 1")
		for i := range got {
			got[i] = strings.NewReplacer(uids[0], "ONE", uids[1], "TWO").Replace(got[i])
		}
		equal(t, want, got)
		equal(t, []string(nil), rows(t, p.db, "SELECT key FROM gone WHERE changed NOT IN (SELECT stamp FROM entry)"))
	}
	p.allocate(1, "safety", 50)
	p.auto(2, "safety", 50)
	p.allocate(1, "safety", 0)
	p.auto(2, "safety", 0)
	gone("allocation ONE ascp/MLS 2027-03-31 safety")
	p.undo(6)
	gone()
	p.undo(8) // which does it again
	gone("allocation ONE ascp/MLS 2027-03-31 safety")
	p.allocate(1, "safety", 25)
	gone()
	p.undo(10)
	gone()

	p.keep(1, 2)
	p.addCredit()
	p.merge(2, 3)
	gone("apart " + strings.Join([]string{min2(uids, "ONE", "TWO"), max2(uids, "ONE", "TWO")}, " "))
	p.undo(14)
	data := []byte("certificate")
	e := prove(t, p.db, proof(t, 1, "a.pdf", data), data)
	update(t, p.db, func(tx *store.Tx) error { return tx.MoveEvidence(t.Context(), 1, 2) })
	gone("evidence ONE " + e.SHA256)
	p.undo(17)

	p.cycle("2027-06-30", false)
	gone("cycle ascp/MLS 2027-03-31")
	p.cycle("2027-03-31", false)
	gone("cycle ascp/MLS 2027-06-30")
	p.declare()
	last := len(entries(t, p.db))
	p.removeCredential(1)
	gone("credential ascp/MLS", "cycle ascp/MLS 2024-03-31", "cycle ascp/MLS 2027-03-31", "cycle ascp/MLS 2027-06-30",
		"declaration ascp/MLS 2027-03-31")
	p.undo(int64(last + 1))
	gone("cycle ascp/MLS 2027-06-30")
	execute(t, p.db, fmt.Sprintf("INSERT INTO alias VALUES ('there', %d)", 3))
	p.undo(13) // the third credit
	equal(t, []string(nil), rows(t, p.db, "SELECT uid FROM alias"))
}

// min2 and max2 order two names by the uids that they stand for.
func min2(uids []string, one, two string) string {
	if uids[0] < uids[1] {
		return one
	}
	return two
}

func max2(uids []string, one, two string) string { return min2(uids, two, one) }
