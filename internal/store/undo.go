package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A DependsError says that an entry cannot be taken back, since a later one
// depends on it.
type DependsError struct {
	ID    int64        // the entry that was to be taken back
	Later ledger.Entry // the one that depends on it
}

func (e *DependsError) Error() string {
	return fmt.Sprintf("entry %d: entry %d depends on it: %s", e.ID, e.Later.ID, e.Later.Summary)
}

// ErrTakenBack is wrapped by the error about an entry that was taken back
// already.
var ErrTakenBack = errors.New("was taken back already")

// A TakingBack is what [DB.TakeBack] did.
type TakingBack struct {
	// Of is the entry of the command that no longer holds, or holds again.
	Of ledger.Entry
	// Again says that it holds again: what was taken back had taken it back.
	Again bool
	By    ledger.Entry // the entry that says so in the log
}

// TakeBack puts every record that the chosen entry changed back to what it was
// before. To take back an entry that itself took back another one does that
// one again. It changes nothing and returns a [DependsError] when something
// that was written later rests on the entry.
func (db *DB) TakeBack(ctx context.Context, choose func(*Tx) (ledger.Entry, error)) (t TakingBack, err error) {
	err = db.withoutForeignKeys(ctx, func() error {
		t.By, err = db.update(ctx, func(tx *Tx, by int64) (string, error) {
			entry, err := choose(tx)
			if err != nil {
				return "", err
			}
			if entry.UndoneBy != 0 {
				return "", fmt.Errorf("entry %d: %w", entry.ID, ErrTakenBack)
			}
			if err := tx.takeBack(ctx, entry.ID); err != nil {
				return "", err
			}
			if t.Of, t.Again, err = tx.markTakenBack(ctx, entry, by); err != nil {
				return "", err
			}
			what := "undo"
			if t.Again {
				what = "redo"
			}
			return fmt.Sprintf("%s of entry %d: %s", what, t.Of.ID, t.Of.Summary), nil
		})
		return err
	})
	return t, err
}

// takeBack puts back all that an entry changed.
func (tx *Tx) takeBack(ctx context.Context, entry int64) error {
	tables, err := tx.tables(ctx)
	if err != nil {
		return err
	}
	all, err := tx.changes(ctx, entry)
	if err != nil {
		return err
	}
	if err := tx.checkUnchanged(ctx, tables, entry, all); err != nil {
		return err
	}
	for _, c := range slices.Backward(all) {
		if err := tx.putBack(ctx, tables, c); isConstraint(err) {
			return tx.dependsOn(ctx, entry, c.Record, "", err)
		} else if err != nil {
			return fmt.Errorf("take back entry %d: %s %s: %w", entry, c.Record, c.Key, err)
		}
	}
	broken, err := tx.brokenReference(ctx)
	if broken != nil {
		return tx.dependsOn(ctx, entry, broken.record, broken.key, broken)
	}
	return err
}

// checkUnchanged returns a DependsError when a record that an entry changed is
// not as the entry left it, or when a cycle whose allocations it changed was
// declared since.
func (tx *Tx) checkUnchanged(ctx context.Context, tables []table, entry int64, all []ledger.Change) error {
	states, err := tx.statesAfter(ctx, entry, all)
	if err != nil {
		return err
	}
	var last int64 // the last entry that stands in the way
	for at, s := range states {
		if s.changed <= last {
			continue
		}
		now, err := tx.image(ctx, tables, at)
		if err != nil {
			return err
		}
		if !sameImage(now, s.image) {
			last = s.changed
		}
	}
	declared, err := tx.declaredSince(ctx, entry, all, states)
	if err != nil {
		return err
	}
	if last = max(last, declared); last != 0 {
		return tx.depends(ctx, entry, last)
	}
	return nil
}

// declaredSince returns the last entry after the given one that declared a
// cycle whose allocations that one changed, or 0: what was declared rests on
// them, though no record refers to them.
func (tx *Tx) declaredSince(ctx context.Context, entry int64, all []ledger.Change, states map[place]state) (int64, error) {
	cycles := map[int64]bool{}
	note := func(i image) error {
		var a struct{ Cycle int64 }
		if i == nil {
			return nil
		}
		err := json.Unmarshal(i, &a)
		cycles[a.Cycle] = true
		return err
	}
	for _, c := range all {
		if c.Record == "allocation" {
			if err := errors.Join(note(c.Before), note(states[place{c.Record, c.Key}].image)); err != nil {
				return 0, err
			}
		}
	}
	var last int64
	for _, cycle := range slices.Sorted(maps.Keys(cycles)) {
		var by int64
		err := tx.sql.QueryRowContext(ctx, `SELECT coalesce(max(c.entry), 0)
			FROM declaration AS d JOIN change AS c ON c.record = 'declaration' AND c.key = json_array(d.id)
			WHERE d.cycle = ? AND c.entry > ?`, cycle, entry).Scan(&by)
		if err != nil {
			return 0, err
		}
		last = max(last, by)
	}
	return last, nil
}

// sameImage reports whether two images are of equal records. A column that
// only one of them has was added by a migration in between.
func sameImage(a, b image) bool {
	if a == nil || b == nil || bytes.Equal(a, b) {
		return (a == nil) == (b == nil)
	}
	var x, y map[string]json.RawMessage
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	for column, value := range x {
		if other, ok := y[column]; ok && !bytes.Equal(value, other) {
			return false
		}
	}
	return true
}

// putBack makes a record what it was before a change.
func (tx *Tx) putBack(ctx context.Context, tables []table, c ledger.Change) error {
	t, err := named(tables, c.Record)
	if err != nil {
		return err
	}
	if c.Before == nil {
		_, err := tx.exec(ctx, `DELETE FROM `+t.name+` WHERE `+t.isKey("?1"), c.Key)
		return err
	}
	columns, err := t.columnsOf(c.Before)
	if err != nil {
		return err
	}
	set, values := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		values[i] = fmt.Sprintf("?2 ->> '%s'", column)
		set[i] = column + " = " + values[i]
	}
	n, err := tx.exec(ctx, `UPDATE `+t.name+` SET `+strings.Join(set, ", ")+` WHERE `+t.isKey("?1"), c.Key, string(c.Before))
	if err != nil || n > 0 {
		return err
	}
	// The key is a parameter of both, though the image has it too.
	_, err = tx.exec(ctx, `INSERT INTO `+t.name+` (`+strings.Join(columns, ", ")+`)
		SELECT `+strings.Join(values, ", ")+` WHERE ?1 IS NOT NULL`, c.Key, string(c.Before))
	return err
}

// columnsOf returns the columns of the table that an image has. One from
// before a migration may lack some.
func (t table) columnsOf(i image) ([]string, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(i, &values); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(t.columns), func(c string) bool {
		_, ok := values[c]
		return !ok
	}), nil
}

// dependsOn returns a DependsError that names the last entry after the given
// one that changed a record, or any of that table where the key is not known.
// Where there is none, it is the error that led here.
func (tx *Tx) dependsOn(ctx context.Context, entry int64, record, key string, err error) error {
	var last int64
	failed := tx.sql.QueryRowContext(ctx, `SELECT coalesce(max(c.entry), 0) FROM change AS c JOIN entry AS e ON e.id = c.entry
		WHERE c.entry > ?1 AND e.summary <> '' AND c.record = ?2 AND (?3 = '' OR c.key = ?3) AND e.undone_by IS NULL`,
		entry, record, key).Scan(&last)
	switch {
	case failed != nil:
		return failed
	case last == 0:
		return fmt.Errorf("entry %d: cannot be taken back: %w", entry, err)
	}
	return tx.depends(ctx, entry, last)
}

func (tx *Tx) depends(ctx context.Context, entry, later int64) error {
	e, err := tx.Entry(ctx, later)
	if err != nil {
		return err
	}
	return &DependsError{ID: entry, Later: e}
}

// markTakenBack notes in the log that by took back an entry, which lets stand
// what that one had taken back, and so on. It returns the command's own entry
// at the end of that chain, and whether that stands.
func (tx *Tx) markTakenBack(ctx context.Context, taken ledger.Entry, by int64) (e ledger.Entry, stands bool, err error) {
	if _, err := tx.exec(ctx, `UPDATE entry SET undoes = ? WHERE id = ?`, taken.ID, by); err != nil {
		return e, false, err
	}
	for e = taken; ; stands = !stands {
		undoneBy := by
		if stands {
			undoneBy = 0
		}
		if _, err := tx.exec(ctx, `UPDATE entry SET undone_by = nullif(?, 0) WHERE id = ?`, undoneBy, e.ID); err != nil {
			return e, stands, err
		}
		if e.Undoes == 0 {
			return e, stands, nil
		}
		by = e.ID
		if e, err = tx.Entry(ctx, e.Undoes); err != nil {
			return e, stands, err
		}
	}
}
