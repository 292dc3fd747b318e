package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

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
