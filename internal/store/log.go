package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

const entryColumns = `id AS entry, stamp, at, command, summary, changes, coalesce(undoes, 0), coalesce(undone_by, 0), replaced IS NOT NULL, coalesce(replaced, '')`

// complete is the SQL that an entry is not the one that is being written, which
// has no changes yet. A taking back and a restore may have none at all.
const complete = `changes > 0 OR undoes IS NOT NULL OR replaced IS NOT NULL`

func entryFields(e *ledger.Entry) []any {
	return []any{&e.ID, &e.Stamp, &e.At, &e.Command, &e.Summary, &e.Changes, &e.Undoes, &e.UndoneBy, &e.Restore, &e.Backup}
}

// Entries returns the complete entries of the log, the newest first, at most limit; 0 is all.
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
func (tx *Tx) entry(ctx context.Context, where string, args ...any) (e ledger.Entry, err error) {
	err = tx.one(ctx, entryFields(&e), `SELECT `+entryColumns+` FROM entry WHERE (`+complete+`) AND `+where, args...)
	return e, err
}

// isStamp is the SQL that a stamp has the form and the date of one that [exchange.Read] takes in.
const isStamp = `(stamp GLOB '[0-2][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z+[0-9][0-9][0-9][0-9][0-9][0-9]'
	AND strftime('%s', substr(stamp, 1, 20)) IS NOT NULL)`

// lastHeard is the SQL of the latest stamp that came from another ledger.
const lastHeard = `SELECT changed AS stamp FROM gone WHERE kind = 'clock'`

// nextStamp is the SQL of a stamp: the time ?1 in UTC and a number left to chance, so that
// no two ledgers make the same one, and greater than all stamps that are known here, without
// those that are none. A clock that is later than [exchange.Read] takes in is wrong.
const nextStamp = `(WITH
		own (at) AS (SELECT min(coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', ?1), '0001-01-01T00:00:00Z'), '2999-12-31T00:00:00Z')),
		last (at, n) AS (SELECT substr(stamp, 1, 20), 0 + substr(stamp, 22) FROM (SELECT coalesce(max(stamp), '') AS stamp FROM (
			SELECT * FROM (SELECT stamp FROM entry WHERE ` + isStamp + ` ORDER BY id DESC LIMIT 1)
			UNION ALL SELECT stamp FROM (` + lastHeard + `) WHERE ` + isStamp + `))),
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

// end completes the entry, or takes it out again where nothing was changed.
func (tx *Tx) end(ctx context.Context, id int64, summary string) (e ledger.Entry, err error) {
	err = tx.one(ctx, entryFields(&e), `UPDATE entry SET summary = ?,
		changes = (SELECT coalesce(max(id), 0) + 1 FROM change) - first_change WHERE id = ? RETURNING `+entryColumns,
		strings.ToValidUTF8(summary, "\uFFFD"), id) // which may name a file
	if err == nil && e.Changes == 0 && e.Undoes == 0 && !e.Restore {
		_, err = tx.exec(ctx, `DELETE FROM entry WHERE id = ?`, id)
		e = ledger.Entry{}
	}
	return e, wrap(err, "end the log")
}

// A place is where a record is: its table and its key in there.
type place struct{ record, key string }

// An image is a record's columns as a JSON object, nil where there is none.
type image = json.RawMessage

// Changes returns what an entry changed, in the order in which it did: each record
// before and after, which is as it was before it was next changed, or as it is.
func (tx *Tx) Changes(ctx context.Context, entry int64) ([]ledger.Change, error) {
	t, err := tx.taking(ctx, entry, false)
	for i := len(t.changes) - 1; i >= 0 && err == nil; i-- {
		c := &t.changes[i]
		at := place{c.Record, c.Key}
		if _, known := t.left[at]; !known {
			t.left[at], err = tx.image(ctx, t.tables, at)
		}
		c.After, t.left[at] = t.left[at], c.Before
	}
	return t.changes, wrap(err, "changes of entry %d", entry)
}

// image returns a record as it is, nil when there is none.
func (tx *Tx) image(ctx context.Context, tables []table, at place) (image, error) {
	t, err := named(tables, at.record)
	if err != nil {
		return nil, err
	}
	var now []byte
	err = tx.one(ctx, []any{&now}, `SELECT `+t.imageOf("")+` FROM `+t.name+` WHERE `+t.isKey(), at.key)
	if errors.Is(err, ErrNotFound) {
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
	return table{}, fmt.Errorf("the log names a table %q, which the ledger does not have", name)
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

// tables returns the tables that the log keeps, without itself, the contents of files,
// which are never deleted, and the bookkeeping for other ledgers.
func (tx *Tx) tables(ctx context.Context) ([]table, error) {
	var all []table
	var name, column string
	var key int
	err := tx.each(ctx, []any{&name, &column, &key}, func() {
		if n := len(all); n == 0 || all[n-1].name != name {
			all = append(all, table{name: name})
		}
		t := &all[len(all)-1]
		if column == "changed" || column == "past" {
			t.stamped = true
			return
		}
		t.columns = append(t.columns, column)
		if key > 0 {
			t.key = append(t.key, column) // in their order, as every table has it
		}
	}, `SELECT t.name, c.name, c.pk FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
		WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' AND t.name NOT IN ('entry', 'change', 'content', 'alias', 'gone')
		ORDER BY t.name, c.cid`)
	return all, wrap(err, "read the schema")
}

// record makes the triggers that write every change to the log. They are temporary: who
// only reads need not parse them, a tenth of the time of cmp status. A record whose key
// changes counts as one removed and one added.
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
		arrived, renamed, gone := t.together()
		script.WriteString(t.fill(`
			CREATE TEMP TRIGGER {t}_inserted AFTER INSERT ON main.{t} BEGIN
				INSERT INTO change (entry, record, key) VALUES ({entry}, '{t}', {new key}); ` + arrived + ` END;
			CREATE TEMP TRIGGER {t}_updated AFTER UPDATE OF {columns} ON main.{t} WHEN {differs} BEGIN
				INSERT INTO change (entry, record, key, before) VALUES ({entry}, '{t}', {old key}, {old});
				INSERT INTO change (entry, record, key) SELECT {entry}, '{t}', {new key} WHERE {new key} <> {old key}; ` + renamed + ` END;
			CREATE TEMP TRIGGER {t}_deleted AFTER DELETE ON main.{t} BEGIN
				INSERT INTO change (entry, record, key, before) VALUES ({entry}, '{t}', {old key}, {old}); ` + gone + ` END;`))
	}
	_, err = tx.sql.ExecContext(ctx, script.String())
	return wrap(err, "begin the log")
}

// fill fills in SQL what it says of a table in braces.
func (t table) fill(sql string) string {
	return strings.NewReplacer("{t}", t.name, "{entry}", thisEntry, "{stamp}", thisStamp, "{columns}", strings.Join(t.columns, ", "),
		"{old}", t.imageOf("OLD."), "{old key}", t.keyOf("OLD."), "{new key}", t.keyOf("NEW."),
		"{old name}", t.publicName("OLD."), "{new name}", t.publicName("NEW."),
		"{differs}", t.each(" OR ", "OLD.%[1]s IS NOT NEW.%[1]s")).Replace(sql)
}

// thisEntry and thisStamp are the SQL of the entry that is being written, and
// of its stamp.
const (
	thisEntry = "(SELECT max(id) FROM entry)"
	thisStamp = "(SELECT stamp FROM entry ORDER BY id DESC LIMIT 1)"
)

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

// isKey is the SQL that a record has the key ?1, a JSON array.
func (t table) isKey() string {
	conditions := make([]string, len(t.key))
	for i, c := range t.key {
		conditions[i] = fmt.Sprintf("%s = ?1 ->> %d", c, i)
	}
	return strings.Join(conditions, " AND ")
}

// together returns the SQL of the triggers for merging ledgers: when a record was changed
// last, and what is gone. A topic and a form are parts of their credit.
func (t table) together() (arrived, renamed, gone string) {
	const (
		stamp = ` UPDATE {of} SET past = trim(past || ' ' || changed), changed = {stamp} WHERE id = {id} AND changed <> {stamp};`
		came  = ` DELETE FROM gone WHERE kind = '{t}' AND key = {new name};`
		went  = ` INSERT INTO gone (kind, key, changed) SELECT '{t}', name, {stamp} FROM (SELECT {old name} AS name) WHERE {which}
			ON CONFLICT DO UPDATE SET changed = excluded.changed;`
	)
	switch t.name {
	case "credit_topic", "form":
		ofCredit := strings.ReplaceAll(stamp, "{of}", "credit")
		arrived = strings.ReplaceAll(ofCredit, "{id}", "NEW.credit")
		return arrived, arrived, strings.ReplaceAll(ofCredit, "{id}", "OLD.credit")
	case "credit": // it is noted when it was removed last, also when it is brought back
		renamed = ` DELETE FROM gone WHERE kind = 'credit' AND key = OLD.uid AND NEW.removed AND NOT OLD.removed;
			INSERT INTO gone (kind, key, changed) SELECT 'credit', OLD.uid, OLD.changed WHERE OLD.removed AND NOT NEW.removed ON CONFLICT DO NOTHING;`
		// References are not enforced while its adding is taken back.
		gone = ` DELETE FROM alias WHERE credit = OLD.id; DELETE FROM gone WHERE kind = 'credit' AND key = OLD.uid;`
	case "cycle", "evidence": // another name: other days, or another credit
		renamed = strings.ReplaceAll(went, "{which}", "name <> {new name}") + came
	}
	if t.publicName("") != "" { // it has no name where all went with its credential
		arrived, gone = came, strings.ReplaceAll(went, "{which}", "name IS NOT NULL")
	}
	if t.stamped {
		own := strings.NewReplacer("{of}", t.name, "{id}", "NEW.id").Replace(stamp)
		arrived, renamed = arrived+own, renamed+own
	}
	return arrived, renamed, gone
}

// publicName returns the SQL of what names a record in every ledger, or "".
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
