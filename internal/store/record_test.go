package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"cmpledger/internal/store"
)

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
		`INSERT INTO apart VALUES (99, 1, 2, '', '')`)
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
