package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

const entryColumns = `id, stamp, at, command, summary, changes, coalesce(undoes, 0), coalesce(undone_by, 0), replaced IS NOT NULL, coalesce(replaced, '')`

// complete is the SQL that an entry is not the one that is being written, which
// has no changes yet. A taking back and a restore may have none at all.
const complete = `changes > 0 OR undoes IS NOT NULL OR replaced IS NOT NULL`

func entryFields(e *ledger.Entry) []any {
	return []any{&e.ID, &e.Stamp, &e.At, &e.Command, &e.Summary, &e.Changes, &e.Undoes, &e.UndoneBy, &e.Restore, &e.Backup}
}

// Entries returns the entries of the log, the newest first, at
// most limit of them; 0 is all. The one that is being written is not among
// them.
func (tx *Tx) Entries(ctx context.Context, limit int) ([]ledger.Entry, error) {
	if limit == 0 {
		limit = -1
	}
	all, err := read(ctx, tx, entryFields, `SELECT `+entryColumns+` FROM entry WHERE `+complete+` ORDER BY id DESC LIMIT ?`, limit)
	return all, wrap(err, "read the log")
}

// Entry returns the entry with the given ID, or [ErrNotFound].
func (tx *Tx) Entry(ctx context.Context, id int64) (ledger.Entry, error) {
	e, err := tx.entry(ctx, "id = ?", id)
	return e, wrap(err, "entry %d", id)
}

// LastStanding returns the last entry that was not taken back and takes back
// none itself, or [ErrNotFound].
func (tx *Tx) LastStanding(ctx context.Context) (ledger.Entry, error) {
	return tx.entry(ctx, "undoes IS NULL AND undone_by IS NULL ORDER BY id DESC LIMIT 1")
}

// LastUndo returns the last entry that took back another one and stands, or
// [ErrNotFound]. Such an entry is taken back to do again what it took back.
func (tx *Tx) LastUndo(ctx context.Context) (ledger.Entry, error) {
	// What takes back a taking back did something again.
	return tx.entry(ctx, `undone_by IS NULL AND EXISTS (
		SELECT 1 FROM entry AS u WHERE u.id = entry.undoes AND u.undone_by = entry.id)
		AND NOT EXISTS (SELECT 1 FROM entry AS u WHERE u.id = entry.undoes AND u.undoes IS NOT NULL)
		ORDER BY id DESC LIMIT 1`)
}

// entry returns the first complete entry of which the condition is true.
func (tx *Tx) entry(ctx context.Context, where string, args ...any) (ledger.Entry, error) {
	var e ledger.Entry
	err := tx.sql.QueryRowContext(ctx, `SELECT `+entryColumns+` FROM entry WHERE (`+complete+`) AND `+where, args...).Scan(entryFields(&e)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return e, err
}

// nextStamp is the SQL of a stamp: its time, ?1, in UTC and a number left to
// chance, so that no two ledgers make the same one. Where the last entry, or what
// came from another ledger, has that time or a later one, it is that time, or the
// next second, and a greater number.
const nextStamp = `(WITH
		own (at) AS (SELECT coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', ?1), '0001-01-01T00:00:00Z')),
		last (at, n) AS (SELECT substr(stamp, 1, 20), 0 + substr(stamp, 22) FROM (
			SELECT max(coalesce(` + thisStamp + `, ''), coalesce((SELECT changed FROM gone WHERE kind = 'clock'), '')) AS stamp)),
		next (at, after) AS (SELECT
			iif(own.at > last.at, own.at, iif(last.n < 990000, last.at, strftime('%Y-%m-%dT%H:%M:%SZ', last.at, '+1 second'))),
			iif(own.at > last.at OR last.n >= 990000, 0, last.n) FROM own, last)
	SELECT at || printf('+%06d', after + 1 + abs(random() % ((999998 - after) / 2))) FROM next)`

// begin makes the entry of the transaction, to which its changes belong.
func (tx *Tx) begin(ctx context.Context, by Origin, id *int64) error {
	err := tx.sql.QueryRowContext(ctx, `INSERT INTO entry (at, command, summary, first_change, changes, stamp)
		SELECT ?1, ?2, '', (SELECT coalesce(max(id), 0) + 1 FROM change), 0, `+nextStamp+`
		RETURNING id`, by.At, by.Command).Scan(id)
	return wrap(err, "begin the log")
}

// end completes the entry and returns it. Where nothing was changed it takes
// the entry out again and returns the zero Entry.
func (tx *Tx) end(ctx context.Context, id int64, summary string) (e ledger.Entry, err error) {
	_, err = tx.exec(ctx, `UPDATE entry SET summary = ?,
		changes = (SELECT coalesce(max(id), 0) + 1 FROM change) - first_change WHERE id = ?`, summary, id)
	if err != nil {
		return e, wrap(err, "end the log")
	}
	unused, err := tx.exec(ctx, `DELETE FROM entry WHERE id = ? AND NOT (`+complete+`)`, id)
	if err != nil || unused > 0 {
		return e, wrap(err, "end the log")
	}
	return tx.Entry(ctx, id)
}

// A place is where a record is: its table and its key in there.
type place struct{ record, key string }

// An image is a record's columns as a JSON object, nil where there is none.
type image = json.RawMessage

// Changes returns what an entry changed, in the order in which it did.
func (tx *Tx) Changes(ctx context.Context, entry int64) ([]ledger.Change, error) {
	all, err := tx.changes(ctx, entry)
	if err == nil {
		var after map[place]image
		if after, err = tx.imagesAfter(ctx, entry, all); err == nil {
			for i := len(all) - 1; i >= 0; i-- {
				at := place{all[i].Record, all[i].Key}
				all[i].After, after[at] = after[at], all[i].Before
			}
		}
	}
	return all, wrap(err, "changes of entry %d", entry)
}

// changes returns an entry's changes without what became of the records.
func (tx *Tx) changes(ctx context.Context, entry int64) ([]ledger.Change, error) {
	return read(ctx, tx, func(c *ledger.Change) []any { return []any{&c.Record, &c.Key, (*[]byte)(&c.Before)} },
		`WITH `+ownAndLater+` SELECT record, key, before FROM own ORDER BY id`, entry)
}

// imagesAfter returns the records that an entry changed as it left them: as
// they were before they were next changed, or as they are.
func (tx *Tx) imagesAfter(ctx context.Context, entry int64, all []ledger.Change) (map[place]image, error) {
	images, err := tx.imagesLeft(ctx, entry)
	if err != nil {
		return nil, err
	}
	tables, err := tx.tables(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		at := place{c.Record, c.Key}
		if _, ok := images[at]; ok {
			continue
		}
		if images[at], err = tx.image(ctx, tables, at); err != nil {
			return nil, err
		}
	}
	return images, nil
}

// imagesLeft returns, as an entry left them, those of the records that it
// changed which were changed again since: as they were before the first time.
func (tx *Tx) imagesLeft(ctx context.Context, entry int64) (map[place]image, error) {
	images := map[place]image{}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var at place
		var before []byte
		var first int64
		err := rows.Scan(&at.record, &at.key, &before, &first)
		images[at] = before
		return err
	}, `WITH `+ownAndLater+` SELECT record, key, before, min(id) FROM later
		WHERE (record, key) IN (SELECT record, key FROM own) GROUP BY record, key`, entry)
	return images, err
}

// ownAndLater are common table expressions: the changes of the entry ?1, and
// those written after it. Neither is ever read as a whole without need.
const ownAndLater = `
	own AS NOT MATERIALIZED (SELECT change.* FROM change, entry AS e
		WHERE e.id = ?1 AND change.id >= e.first_change AND change.id < e.first_change + e.changes),
	later AS NOT MATERIALIZED (SELECT * FROM change
		WHERE id >= (SELECT first_change + changes FROM entry WHERE id = ?1))`

// image returns a record as it is, nil when there is none.
func (tx *Tx) image(ctx context.Context, tables []table, at place) (image, error) {
	t, err := named(tables, at.record)
	if err != nil {
		return nil, err
	}
	stmt, err := tx.prepare(ctx, `SELECT `+t.imageOf("")+` FROM `+t.name+` WHERE `+t.isKey("?1"))
	if err != nil {
		return nil, err
	}
	var now []byte
	err = stmt.QueryRowContext(ctx, at.key).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return now, wrap(err, "%s %s", at.record, at.key)
}

// named returns the table of that name. A log that names none is damaged.
func named(tables []table, name string) (table, error) {
	for _, t := range tables {
		if t.name == name {
			return t, nil
		}
	}
	return table{}, fmt.Errorf("the log names a table %q, which the ledger lacks", name)
}

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

// What is kept so that this ledger and another one can be brought together: of
// every record when it was changed last, and of what was removed that it is gone.

// stamp returns the SQL that notes that a record was changed, with NEW. or OLD.
// before its columns. A topic and a form are parts of their credit.
func (t table) stamp(prefix string) string {
	of, id := t.name, "id"
	switch {
	case t.name == "credit_topic", t.name == "form":
		of, id = "credit", "credit"
	case !t.stamped || prefix == "OLD.":
		return ""
	}
	return fmt.Sprintf(" UPDATE %s SET past = trim(past || ' ' || changed), changed = %s WHERE id = %s%s AND changed <> %[2]s;", of, thisStamp, prefix, id)
}

// arrive returns the SQL of a trigger that notes that a record is no longer
// gone; NEW. or OLD. goes before its columns.
func (t table) arrive(prefix string) string {
	name := t.publicName(prefix)
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" DELETE FROM gone WHERE kind = '%s' AND key = %s;", t.name, name)
}

// leave returns the SQL that notes that a record is gone. It has no name where
// all went with its credential.
func (t table) leave() string {
	if t.name == "credit" { // references are not enforced while its adding is taken back
		return " DELETE FROM alias WHERE credit = OLD.id; DELETE FROM gone WHERE kind = 'credit' AND key = OLD.uid;"
	}
	return t.leaveIf("name IS NOT NULL")
}

// rename returns the SQL that notes that a record has another name: the days of
// a cycle were changed, or evidence was given to another credit. Of a credit it
// notes when it was removed last, also when it is brought back.
func (t table) rename() string {
	if t.name == "credit" {
		return ` DELETE FROM gone WHERE kind = 'credit' AND key = OLD.uid AND NEW.removed AND NOT OLD.removed;
			INSERT INTO gone (kind, key, changed) SELECT 'credit', OLD.uid, OLD.changed WHERE OLD.removed AND NOT NEW.removed ON CONFLICT DO NOTHING;`
	}
	if t.name != "cycle" && t.name != "evidence" {
		return ""
	}
	return t.leaveIf("name <> "+t.publicName("NEW.")) + t.arrive("NEW.")
}

func (t table) leaveIf(condition string) string {
	name := t.publicName("OLD.")
	if name == "" {
		return ""
	}
	return fmt.Sprintf(` INSERT INTO gone (kind, key, changed) SELECT '%s', name, %s FROM (SELECT %s AS name) WHERE %s
		ON CONFLICT DO UPDATE SET changed = excluded.changed;`, t.name, thisStamp, name, condition)
}

// publicName returns the SQL of what names a record in every ledger, as the
// schema says, or "" for those that no command removes for good.
func (t table) publicName(prefix string) string {
	const cycle = `(SELECT body || '/' || code || ' ' || coalesce(last_day, '')
		FROM cycle AS y JOIN credential AS k ON k.id = y.credential WHERE y.id = @cycle)`
	name := ""
	switch t.name {
	case "credential":
		name = `@body || '/' || @code`
	case "cycle":
		name = `(SELECT body || '/' || code FROM credential WHERE id = @credential) || ' ' || coalesce(@last_day, '')`
	case "declaration":
		name = cycle
	case "course":
		name = `@uid`
	case "allocation":
		name = `iif(@allocated_by = 'hand', (SELECT uid FROM credit WHERE id = @credit) || ' ' || ` + cycle + ` || ' ' || @requirement, NULL)`
	case "evidence":
		name = `(SELECT uid FROM credit WHERE id = @credit) || ' ' || (SELECT sha256 FROM content WHERE id = @content)`
	case "apart":
		name = `(SELECT min(a.uid, b.uid) || ' ' || max(a.uid, b.uid) FROM credit AS a, credit AS b WHERE a.id = @credit AND b.id = @other)`
	}
	return strings.ReplaceAll(name, "@", prefix)
}
