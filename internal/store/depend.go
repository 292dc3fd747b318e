package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
)

// A DependsError says that an entry cannot be taken back, since a later one
// depends on it. To take back the later one, and so on, leads to where it can.
type DependsError struct {
	ID    int64        // the entry that was to be taken back
	Later ledger.Entry // the one that depends on it
}

func (e *DependsError) Error() string {
	return fmt.Sprintf("entry %d: entry %d depends on it: %s", e.ID, e.Later.ID, e.Later.Summary)
}

// ErrLaterInTheWay is wrapped by the error about an entry that several later ones
// keep from being taken back, none of them alone.
var ErrLaterInTheWay = errors.New("later entries are in its way")

// An obstacle is why an entry cannot be taken back as things are: a record is
// no longer as the entry left it, or what it was before has no place in the
// ledger any more.
type obstacle struct{ err error }

func (o *obstacle) Error() string { return o.err.Error() }
func (o *obstacle) Unwrap() error { return o.err }

func isObstacle(err error) bool {
	_, ok := errors.AsType[*obstacle](err)
	return ok
}

// depends returns the error about an entry that an obstacle keeps from being
// taken back. It tries which later entry makes the difference: those that are in
// effect are taken back, the newest first, until the entry can be. Where entries
// were undone and done again by turns, that may never come, since some of those
// cannot be taken back either; then none is named. The transaction has to end
// without being kept.
func (tx *Tx) depends(ctx context.Context, t *taking, later []int64, why error) error {
	stayed := false
	for _, id := range later {
		other, err := tx.taking(ctx, id, t.anew)
		if err == nil {
			err = tx.putBackFacts(ctx, other)
		}
		if isObstacle(err) {
			stayed = true
			continue
		}
		if err == nil {
			err = tx.putBackFacts(ctx, t)
		}
		switch {
		case isObstacle(err):
			continue
		case err != nil:
			return err
		}
		e, err := tx.Entry(ctx, id)
		if err != nil {
			return err
		}
		return &DependsError{ID: t.entry, Later: e}
	}
	if stayed {
		return fmt.Errorf("entry %d: %w", t.entry, ErrLaterInTheWay)
	}
	return fmt.Errorf("entry %d: cannot be taken back: %w", t.entry, why)
}

// effectiveSince returns the entries after the given one that make a difference
// in the end, the newest first. A command that was done and undone since makes
// none, nor does one that was undone and done again; of one that was undone and
// done again by turns it is the last turn that counts.
func (tx *Tx) effectiveSince(ctx context.Context, entry int64) ([]int64, error) {
	commands, last, odd := map[int64]int64{}, map[int64]int64{}, map[int64]bool{}
	var id, command int64
	err := tx.each(ctx, func(rows *sql.Rows) error {
		err := rows.Scan(&id, &command)
		if undone, ok := commands[command]; ok {
			command = undone
		}
		commands[id] = command
		if id > entry {
			last[command], odd[command] = id, !odd[command]
		}
		return err
	}, `SELECT id, coalesce(undoes, id) FROM entry WHERE (`+complete+`) AND replaced IS NULL ORDER BY id`)
	var all []int64
	for command, id := range last {
		if odd[command] {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	slices.Reverse(all)
	return all, wrap(err, "read the log")
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
