package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// An Origin says whose work a ledger is opened for; the log keeps it.
type Origin struct {
	At      string // when, as RFC 3339 by the holder's clock
	Command string // as it was typed
	// Rehearse makes every [DB.Update] and [DB.TakeBack] end without keeping
	// anything, though it does all it would do.
	Rehearse bool
}

// A table is one whose records the log keeps.
type table struct {
	name    string
	columns []string
	key     []string // columns of the primary key, in its order
	stamped bool     // it has the columns changed and past, which the log does not keep
}

// tables returns the tables that the log keeps, with the columns that it keeps:
// all but the log itself, the contents of files, which are never deleted, and
// the bookkeeping for other ledgers.
func (tx *Tx) tables(ctx context.Context) ([]table, error) {
	var all []table
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var name, column string
		var key int
		if err := rows.Scan(&name, &column, &key); err != nil {
			return err
		}
		if n := len(all); n == 0 || all[n-1].name != name {
			all = append(all, table{name: name})
		}
		t := &all[len(all)-1]
		if column == "changed" || column == "past" {
			t.stamped = true
			return nil
		}
		t.columns = append(t.columns, column)
		if key > 0 {
			t.key = append(t.key, column) // in their order, as every table has it
		}
		return nil
	}, `SELECT t.name, c.name, c.pk FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
		WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' AND t.name NOT IN ('entry', 'change', 'content', 'alias', 'gone')
		ORDER BY t.name, c.cid`)
	return all, wrap(err, "read the schema")
}

// record makes the triggers that write to the log whatever is done to any
// table, whoever does it on this connection. They are temporary: a ledger that
// is only read need not parse them, which takes a tenth of the time of cmp
// status.
func (tx *Tx) record(ctx context.Context) error {
	var made bool
	err := tx.sql.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_temp_schema WHERE type = 'trigger')`).Scan(&made)
	if err != nil || made {
		return err
	}
	all, err := tx.tables(ctx)
	if err != nil {
		return err
	}
	var script strings.Builder
	for _, t := range all {
		t.writeTriggers(&script)
	}
	_, err = tx.sql.ExecContext(ctx, script.String())
	return wrap(err, "begin the log")
}

// writeTriggers writes the SQL of a table's three triggers. To a record whose
// key is changed, it is as if the one were removed and another one added.
func (t table) writeTriggers(w *strings.Builder) {
	w.WriteString(t.insertTrigger())
	fmt.Fprintf(w, `CREATE TEMP TRIGGER %[1]s_updated AFTER UPDATE OF %[8]s ON main.%[1]s WHEN %[5]s BEGIN
		INSERT INTO change (entry, record, key, before) VALUES (%[2]s, '%[1]s', %[3]s, %[4]s);
		INSERT INTO change (entry, record, key) SELECT %[2]s, '%[1]s', %[6]s WHERE %[6]s <> %[3]s;%[7]s END;`,
		t.name, thisEntry, t.keyOf("OLD."), t.imageOf("OLD."), t.each(" OR ", "OLD.%[1]s IS NOT NEW.%[1]s"), t.keyOf("NEW."),
		t.rename()+t.stamp("NEW."), strings.Join(t.columns, ", "))
	fmt.Fprintf(w, `CREATE TEMP TRIGGER %[1]s_deleted AFTER DELETE ON main.%[1]s BEGIN
		INSERT INTO change (entry, record, key, before) VALUES (%[2]s, '%[1]s', %[3]s, %[4]s);%[5]s END;`,
		t.name, thisEntry, t.keyOf("OLD."), t.imageOf("OLD."), t.leave()+t.stamp("OLD."))
}

// thisEntry and thisStamp are the SQL of the entry that is being written, and
// of its stamp.
const (
	thisEntry = "(SELECT max(id) FROM entry)"
	thisStamp = "(SELECT stamp FROM entry ORDER BY id DESC LIMIT 1)"
)

func (t table) insertTrigger() string {
	return fmt.Sprintf(`CREATE TEMP TRIGGER %[1]s_inserted AFTER INSERT ON main.%[1]s BEGIN
		INSERT INTO change (entry, record, key) VALUES (%[2]s, '%[1]s', %[3]s);%[4]s END;`,
		t.name, thisEntry, t.keyOf("NEW."), t.arrive("NEW.")+t.stamp("NEW."))
}

// recordAtOnce runs fn, which inserts records and changes no other, and then
// writes all of them to the log at once, which takes less time than a trigger for
// each. The records are those whose column, given for each table, is greater than
// last.
func (tx *Tx) recordAtOnce(ctx context.Context, columns map[string]string, last int64, fn func() error) error {
	all, err := tx.tables(ctx)
	if err != nil {
		return err
	}
	var before, after strings.Builder
	for _, t := range all {
		if column, ok := columns[t.name]; ok {
			fmt.Fprintf(&before, "DROP TRIGGER temp.%s_inserted;", t.name)
			fmt.Fprintf(&after, `INSERT INTO change (entry, record, key) SELECT %s, '%s', %s FROM %[2]s WHERE %[4]s > %[5]d;`,
				thisEntry, t.name, t.keyOf(""), column, last)
			after.WriteString(t.insertTrigger())
		}
	}
	if _, err := tx.sql.ExecContext(ctx, before.String()); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err // the transaction ends without being kept, and brings the triggers back
	}
	_, err = tx.sql.ExecContext(ctx, after.String())
	return err
}

// keyOf returns the SQL of a record's key, with a prefix to its columns.
func (t table) keyOf(prefix string) string {
	return "json_array(" + prefix + strings.Join(t.key, ", "+prefix) + ")"
}

// imageOf returns the SQL of a whole record, with a prefix to its columns.
func (t table) imageOf(prefix string) string {
	return "json_object(" + t.each(", ", "'%[1]s', "+prefix+"%[1]s") + ")"
}

// each returns a text for every column, joined.
func (t table) each(separator, format string) string {
	texts := make([]string, len(t.columns))
	for i, c := range t.columns {
		texts[i] = fmt.Sprintf(format, c)
	}
	return strings.Join(texts, separator)
}

// isKey is the SQL that a record has the key, a JSON array, that is the given
// parameter: "?1".
func (t table) isKey(parameter string) string {
	conditions := make([]string, len(t.key))
	for i, c := range t.key {
		conditions[i] = fmt.Sprintf("%s = %s ->> %d", c, parameter, i)
	}
	return strings.Join(conditions, " AND ")
}
