package store_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// hostile returns values, as SQL, that no command writes into most columns of a type.
func hostile(of string) []string {
	if of == "INTEGER" {
		return []string{"NULL", "-1", "0", "2", "100000000"}
	}
	return []string{"NULL", "''", "'a=b;c'", "char(97, 0)", "CAST(x'61ff' AS TEXT)", "'2024-02-31'", "'0000-00-00'", "'2026-11-21T13:02:11Z'", "'{'"}
}

// Whatever is in a column: a backup of the ledger that is said to be sound can be read, written
// to and exported, and what is exported, another ledger takes in. Of any other, doctor says so.
func TestSoundMeansReadable(t *testing.T) {
	db := full(t)
	execute(t, db, `INSERT INTO alias VALUES ('other', 1)`, `DELETE FROM evidence WHERE id = 99`, `DELETE FROM content WHERE id = 99`)
	path := filepath.Join(t.TempDir(), "sound.db")
	if _, err := db.SQL().ExecContext(t.Context(), "VACUUM INTO ?", path); err != nil {
		t.Fatal(err)
	}
	columns := rows(t, db, `SELECT t.name || ' ' || c.name || ' ' || c.type FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
		WHERE t.type = 'table' AND c.type <> 'BLOB' AND t.name NOT GLOB 'sqlite_*'`)
	tried, sound := 0, 0
	for i, c := range columns {
		if testing.Short() && i%8 != 0 {
			continue
		}
		of := strings.Fields(c) // table, column, type
		for _, value := range hostile(of[2]) {
			harmed := filepath.Join(t.TempDir(), "ledger.db")
			copyFile(t, path, harmed)
			harm := fmt.Sprintf("UPDATE %[1]s SET %[2]s = %[3]s WHERE %[2]s IN (SELECT %[2]s FROM %[1]s LIMIT 1)", of[0], of[1], value)
			other := foreign(t, harmed)
			_, err := other.ExecContext(t.Context(), "PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1; "+harm)
			other.Close()
			if err != nil {
				continue // SQLite itself does not let it in
			}
			tried++
			_, unsound := store.Inspect(t.Context(), harmed)
			if unsound == nil {
				sound++
			}
			failed := use(t, harmed, harm)
			switch {
			case failed != nil && unsound == nil:
				t.Errorf("%s: is said to be sound, but %v", harm, failed)
			case unsound != nil && !isWrong(store.Examine(t.Context(), harmed)):
				t.Errorf("%s: doctor finds nothing, but %v", harm, unsound)
			}
		}
	}
	t.Logf("%d values tried in %d columns; %d ledgers were sound", tried, len(columns), sound)
}

// Where a column has another name, or a record refers to one that is not there, what the
// program says has no words of SQL or Go, and it says the same as doctor.
func TestDamageInWords(t *testing.T) {
	db := full(t)
	path := filepath.Join(t.TempDir(), "sound.db")
	if _, err := db.SQL().ExecContext(t.Context(), "VACUUM INTO ?", path); err != nil {
		t.Fatal(err)
	}
	harms := rows(t, db, `SELECT printf('ALTER TABLE %s RENAME COLUMN %s TO other', t.name, c.name) FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
			WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*'
		UNION ALL SELECT printf('UPDATE %s SET %s = 999999', t.name, c."from") FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS c`)
	drop := strings.Join(rows(t, db, `SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'`), ";")
	for i, harm := range harms {
		if testing.Short() && i%8 != 0 {
			continue
		}
		harmed := filepath.Join(t.TempDir(), "ledger.db")
		copyFile(t, path, harmed)
		other := foreign(t, harmed)
		_, err := other.ExecContext(t.Context(), "PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1;"+drop+";"+harm)
		other.Close()
		if err != nil {
			continue // another record is so already
		}
		_, failed := readAll(t, harmed)
		_, notExported := exported(t, harmed)
		_, unsound := store.Inspect(t.Context(), harmed)
		said := fmt.Sprint(failed, notExported, unsound, store.Examine(t.Context(), harmed))
		for _, bad := range []string{"SQL logic", "sql:", "Scan", "converting", "NULL", "int64", "panic"} {
			if strings.Contains(said, bad) {
				t.Errorf("%s: %q in %s", harm, bad, said)
			}
		}
		if unsound == nil || !isWrong(store.Examine(t.Context(), harmed)) {
			t.Errorf("%s: is said to be sound", harm)
		}
	}
}

// A last change that damage made NULL is in no range of stamps, and its record is still looked at.
func TestMissingStampIsNamed(t *testing.T) {
	db := full(t)
	execute(t, db, `DELETE FROM evidence WHERE id = 99`, `DELETE FROM content WHERE id = 99`)
	for _, table := range rows(t, db, `SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND c.name = 'changed'`) {
		path := filepath.Join(t.TempDir(), "ledger.db")
		if _, err := db.SQL().ExecContext(t.Context(), "VACUUM INTO ?", path); err != nil {
			t.Fatal(err)
		}
		unchecked(t, path, table, `UPDATE `+table+` SET changed = NULL`)
		if _, err := exported(t, path); !strings.Contains(fmt.Sprint(err), "("+table+" ") {
			t.Errorf("%s: %v", table, err)
		}
	}
}

// unchecked writes to a table what its schema does not let in.
func unchecked(t *testing.T, path, table, harm string) {
	where := ` WHERE name = '` + table + `'`
	for _, statement := range []string{ // each reads the schema that the one before left
		`PRAGMA writable_schema = 1; CREATE TABLE kept AS SELECT sql FROM sqlite_schema` + where + `;
			UPDATE sqlite_schema SET sql = replace(replace(replace(replace(replace(replace(sql,
				'IS NOT NULL', 'NOTNULL'), 'NOT NULL', ''), 'TEXT', 'BLOB'), ', STRICT', ''), 'STRICT, ', ''), 'STRICT', '')` + where,
		`PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1; ` + harm,
		`PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = (SELECT sql FROM kept)` + where + `; DROP TABLE kept`,
	} {
		foreign(t, path, statement).Close()
	}
}

// What damage hides of a credit keeps imports from taking it for a new one.
func TestKnownIsWhole(t *testing.T) {
	const unplaced = " WHERE id NOT IN (SELECT credit FROM allocation)"
	for _, harm := range []string{
		"credit SET removed = NULL", "credit SET removed = x''", "credit SET removed = x'61'", "credit SET removed = x'30'", "credit SET removed = 't'",
		"credit SET removed = 1, merged_into = 999" + unplaced, "credit SET removed = 1, title = NULL" + unplaced, "form SET credit = 999",
	} {
		path := filepath.Join(t.TempDir(), "ledger.db")
		if _, err := full(t).SQL().ExecContext(t.Context(), "VACUUM INTO ?", path); err != nil {
			t.Fatal(err)
		}
		unchecked(t, path, strings.Fields(harm)[0], "UPDATE "+harm)
		db, err := store.OpenRead(path)
		need(t, err)
		view(t, db, func(tx *store.Tx) error {
			if known, err := tx.Known(t.Context()); err == nil {
				t.Errorf("%s: %d credits are known", harm, len(known))
			} else {
				t.Logf("%s: %v", harm, err)
			}
			return nil
		})
		db.Close()
	}
}

// A number where a text belongs is named, and not exported; of bytes SQLite says it, and they are
// exported, for who has no backup.
func TestNoTextIsNamed(t *testing.T) {
	db := full(t)
	execute(t, db, `DELETE FROM alias`, `DELETE FROM form`, `DELETE FROM evidence WHERE id = 99`, `DELETE FROM content WHERE id = 99`)
	for _, field := range []string{"title", "provider", "activity", "reference", "url", "note"} {
		path := filepath.Join(t.TempDir(), "ledger.db")
		if _, err := db.SQL().ExecContext(t.Context(), "VACUUM INTO ?", path); err != nil {
			t.Fatal(err)
		}
		unchecked(t, path, "credit", `UPDATE credit SET `+field+` = 5 WHERE id = 1`)
		if found := fmt.Sprint(store.Examine(t.Context(), path)); !strings.Contains(found, "credit 1: "+field) {
			t.Errorf("%s: %s", field, found)
		}
		if _, err := exported(t, path); err == nil {
			t.Errorf("%s: is exported", field)
		}
		unchecked(t, path, "credit", `UPDATE credit SET `+field+` = CAST('course' AS BLOB) WHERE id = 1`)
		if file, err := exported(t, path); err != nil || !isWrong(store.Examine(t.Context(), path)) {
			t.Errorf("%s of bytes: %v", field, err)
		} else if err := takenIn(t, file); err != nil {
			t.Errorf("%s of bytes: %v", field, err)
		}
	}
}

// A bad text is found also where its credit is not there.
func TestBadTextOfMissingCredit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	if _, err := full(t).SQL().ExecContext(t.Context(), "VACUUM INTO ?", path); err != nil {
		t.Fatal(err)
	}
	unchecked(t, path, "credit_topic", `INSERT INTO credit_topic (credit, position, topic) VALUES (999, 0, char(97, 0))`)
	if found := fmt.Sprint(store.Examine(t.Context(), path)); !strings.Contains(found, "credit_topic 999") {
		t.Error(found)
	}
}

func isWrong(all []store.Check) bool {
	return slices.ContainsFunc(all, func(c store.Check) bool { return c.Verdict == store.Wrong })
}

// use returns what cannot be done with a ledger that can be done with a sound one. Whatever it
// exports, another one must take in.
func use(t *testing.T, path, harm string) error {
	if _, err := readAll(t, path); err != nil {
		return err
	}
	file, err := exported(t, path)
	if err != nil {
		return err
	}
	if err := takenIn(t, file); err != nil {
		t.Errorf("%s: what is exported is not taken in: %v", harm, err)
	}
	db, err := store.Open(path, author)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(t.Context(), func(tx *store.Tx) (string, error) {
		return "", tx.AddImport(t.Context(), &ledger.Import{File: "more.csv", Date: 1})
	})
}

func exported(t *testing.T, path string) ([]byte, error) {
	db, err := store.OpenRead(path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var b bytes.Buffer
	err = db.View(t.Context(), func(tx *store.Tx) error {
		l, err := tx.Ledger(t.Context())
		if err != nil {
			return err
		}
		return exchange.Write(&b, l)
	})
	return b.Bytes(), err
}

func takenIn(t *testing.T, file []byte) error {
	l, err := exchange.Read(bytes.NewReader(file))
	if err != nil {
		return err
	}
	db, err := store.Empty(author)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(t.Context(), func(tx *store.Tx) (string, error) {
		merged, report := exchange.Merge(exchange.Ledger{}, l, nil)
		return "", tx.Become(t.Context(), merged, report.Changes)
	})
}

// Most credits are read by their columns, those that are known otherwise too as JSON: both are the same.
func TestCreditsByColumnsAreAsByJSON(t *testing.T) {
	db := full(t)
	execute(t, db, `INSERT INTO credit (id, uid, date, title, provider, points, activity, reference, url, note, import, removed, merged_into, changed, past)
			SELECT 100 + id, 'u' || (100 + id), date, title || ' "é"', provider, points + 5, activity, '', url, note, 99, 1, iif(id = 1, 2, NULL), '2026-11-21T13:02:11Z+000003', '2026-11-21T13:02:11Z+000001 2026-11-21T13:02:11Z+000002' FROM credit`,
		`INSERT INTO credit_topic SELECT 100 + credit, position, topic, 25 FROM credit_topic`)
	read := func() (byColumns, whole exchange.Ledger) {
		view(t, db, func(tx *store.Tx) (err error) {
			var all bool
			if byColumns, all = tx.CreditsByColumns(t.Context()); !all {
				t.Error("cannot be read by columns")
			}
			whole, err = tx.Ledger(t.Context())
			return err
		})
		return byColumns, whole
	}
	byColumns, _ := read()
	execute(t, db, `INSERT INTO alias SELECT 'also ' || uid, id FROM credit`, `DELETE FROM portal`) // else nothing would be kept
	none, byJSON := read()
	n := 0
	for id, r := range byColumns.Records {
		if c, is := byJSON.Records[id].Value.(exchange.Credit); is {
			c.Aliases = nil
			byJSON.Records[id].Value = c
			n++
		}
		if diff := cmp.Diff(byJSON.Records[id], r); diff != "" {
			t.Errorf("%s (-JSON +columns)\n%s", id.Key, diff)
		}
	}
	if n < 3 || len(none.Records) != 0 {
		t.Errorf("%d credits were compared, and %d read by columns in spite of an alias", n, len(none.Records))
	}
}
