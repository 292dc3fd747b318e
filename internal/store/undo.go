package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// ErrTakenBack is wrapped by every [TakenBackError].
var ErrTakenBack = errors.New("was taken back already")

// A TakenBackError says that an entry cannot be taken back, since another one
// took it back and stands. To take back that one does the first one again.
type TakenBackError struct {
	ID int64 // the entry that was to be taken back
	By int64 // the one that took it back
}

func (e *TakenBackError) Error() string {
	return fmt.Sprintf("entry %d: %v by entry %d", e.ID, ErrTakenBack, e.By)
}

func (e *TakenBackError) Unwrap() error { return ErrTakenBack }

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
	// Also when the context is cancelled meanwhile, references hold afterwards.
	err = db.withoutForeignKeys(context.WithoutCancel(ctx), func() error {
		t.By, err = db.update(ctx, func(tx *Tx, by int64) (string, error) {
			entry, err := choose(tx)
			if err != nil {
				return "", err
			}
			if entry.UndoneBy != 0 {
				return "", &TakenBackError{ID: entry.ID, By: entry.UndoneBy}
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
	if err := tx.checkUnused(ctx, tables, entry, all); err != nil {
		return err
	}
	for _, c := range slices.Backward(all) {
		if err := tx.putBack(ctx, tables, c); isConstraint(err) {
			return tx.dependsOnRival(ctx, tables, entry, c, err)
		} else if err != nil {
			return fmt.Errorf("take back entry %d: %s %s: %w", entry, c.Record, c.Key, err)
		}
	}
	broken, err := tx.brokenReference(ctx)
	if broken != nil {
		return tx.dependsOnReference(ctx, tables, entry, broken)
	}
	return err
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
