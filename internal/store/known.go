package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"cmpledger/internal/ledger"
)

// Known returns all credits by ID, those that were removed too, each with the
// forms by which it is known.
func (tx *Tx) Known(ctx context.Context) ([]ledger.Known, error) {
	var count int
	if err := tx.sql.QueryRowContext(ctx, `SELECT count(*) FROM credit`).Scan(&count); err != nil {
		return nil, wrap(err, "look up credits")
	}
	all := make([]ledger.Known, 0, count) // to let it grow would take twice the memory
	var k ledger.Known
	c := &k.Credit
	columns := []any{&c.ID, &c.UID, dayColumn{&c.Date}, &c.Title, &c.Provider, &c.Points, &c.Reference, &c.URL, &c.Import,
		&k.HasTopics, &k.Removed, &k.MergedInto}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(columns...); err != nil {
			return fmt.Errorf("credit %d: %w", c.ID, err)
		}
		all = append(all, k)
		return nil
	}, `SELECT id, uid, date, title, provider, points, reference, url, coalesce(import, 0),
			id IN (SELECT credit FROM credit_topic), removed, coalesce(merged_into, 0)
		FROM credit ORDER BY id`)
	if err == nil {
		err = tx.readForms(ctx, all)
	}
	return all, wrap(err, "look up credits")
}

// readForms fills in the forms of credits, which are all that there are, by ID.
func (tx *Tx) readForms(ctx context.Context, all []ledger.Known) error {
	var credit int64
	var f ledger.Form
	fields := []any{&credit, dayColumn{&f.Date}, &f.Title, &f.Provider, &f.Points, &f.Reference, &f.Imported}
	return tx.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(fields...); err != nil {
			return fmt.Errorf("forms of credit %d: %w", credit, err)
		}
		for len(all) > 0 && all[0].Credit.ID < credit {
			all = all[1:]
		}
		if len(all) > 0 && all[0].Credit.ID == credit {
			all[0].Forms = append(all[0].Forms, f)
		}
		return nil
	}, `SELECT credit, date, title, provider, points, reference, imported FROM form ORDER BY credit, date, title, provider, points, reference`)
}

// AddForm records how a record described a credit, so that the credit is known
// by it too.
func (tx *Tx) AddForm(ctx context.Context, credit int64, f ledger.Form) error {
	_, err := tx.exec(ctx, `INSERT INTO form (credit, date, title, provider, points, reference, imported) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET imported = 1 WHERE excluded.imported > imported`,
		credit, day(f.Date), f.Title, f.Provider, f.Points, f.Reference, f.Imported)
	if isDangling(err) {
		err = ErrNotFound
	}
	return wrap(err, "credit %d", credit)
}

// keepForm keeps the form that a credit has before it becomes c, if an import
// brought it or found it: to import that file again is to find it again.
func (tx *Tx) keepForm(ctx context.Context, c ledger.Credit) error {
	_, err := tx.exec(ctx, `INSERT INTO form (credit, date, title, provider, points, reference, imported)
		SELECT id, date, title, provider, points, reference, 1 FROM credit
		WHERE id = ? AND (import IS NOT NULL OR EXISTS (SELECT 1 FROM form WHERE credit = id))
			AND (date, title, provider, points, reference) IS NOT (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET imported = 1`, c.ID, day(c.Date), c.Title, c.Provider, c.Points, c.Reference)
	return err
}

// KeepApart records that two credits are two, though they look alike. It wraps
// [ErrNotFound] where one of them is not there.
func (tx *Tx) KeepApart(ctx context.Context, a, b int64) error {
	_, err := tx.exec(ctx, `INSERT INTO apart (credit, other) VALUES (?, ?) ON CONFLICT DO NOTHING`, min(a, b), max(a, b))
	if isDangling(err) {
		err = ErrNotFound
	}
	return wrap(err, "keep credits %d and %d apart", a, b)
}

// Apart returns the pairs of credits that were kept apart, the lower number
// first, by numbers.
func (tx *Tx) Apart(ctx context.Context) ([][2]int64, error) {
	all, err := read(ctx, tx, func(pair *[2]int64) []any { return []any{&pair[0], &pair[1]} },
		`SELECT credit, other FROM apart ORDER BY credit, other`)
	return all, wrap(err, "read what was kept apart")
}

// A Gone says what became of a credit that is removed.
type Gone struct {
	MergedInto int64  // the credit that it was made one with, or 0
	File       string // that it was imported from, without a folder, or ""
	By         int64  // the entry of the log that removed it alone, or 0; not the import of a ledger
}

// Gone returns what became of a removed credit, or [ErrNotFound] where there is
// none of that ID.
func (tx *Tx) Gone(ctx context.Context, id int64) (g Gone, err error) {
	// After the last change of it before which it was not removed, it is. An import
	// removes nothing but what another ledger had removed.
	err = tx.sql.QueryRowContext(ctx, `SELECT coalesce(c.merged_into, 0), coalesce(i.file, ''), coalesce((
			SELECT iif(e.command LIKE 'cmp import %', 0, e.id) FROM change JOIN entry AS e ON e.id = change.entry
			WHERE record = 'credit' AND key = '[' || c.id || ']' AND json_extract(before, '$.removed') = 0
			ORDER BY change.id DESC LIMIT 1), 0)
		FROM credit AS c LEFT JOIN import AS i ON i.id = c.import
		WHERE c.id = ? AND c.removed`, id).Scan(&g.MergedInto, &g.File, &g.By)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return g, wrap(err, "removed credit %d", id)
}
