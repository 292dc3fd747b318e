package store

import (
	"bytes"
	"context"
	"database/sql"
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

// A RestoredError says that an entry is a restore, which only another restore
// takes back.
type RestoredError struct{ Entry ledger.Entry }

func (e *RestoredError) Error() string {
	return fmt.Sprintf("entry %d: a restore, which only another restore takes back", e.Entry.ID)
}

// A TakingBack is what [DB.TakeBack] did.
type TakingBack struct {
	// Of is the entry of the command that no longer holds, or holds again.
	Of ledger.Entry
	// Again says that it holds again: what was taken back had taken it back.
	Again bool
	By    ledger.Entry // the entry that says so in the log
	// Exact says that all is as it was before the entry, for nothing that was
	// written since is in effect.
	Exact bool
}

// TakeBack puts every record that the chosen entry changed back to what it was
// before. To take back an entry that itself took back another one does that
// one again. It changes nothing and returns a [DependsError] when a record that
// the entry changed was changed again since, or when the ledger would not be
// sound afterwards; a [TakenBackError] or a [RestoredError] where there is
// nothing to take back.
//
// Where something was written since that is still in effect, after is run in the
// same transaction: what the holder allocated may no longer be allowed. With
// anew, which says that after allocates automatically anew, such allocations
// never stand in the way: then those to open cycles are not put back, and those
// of the credits concerned are gone. Without it they are put back like all else.
func (db *DB) TakeBack(ctx context.Context, choose func(*Tx) (ledger.Entry, error), anew bool, after func(*Tx) error) (t TakingBack, err error) {
	// Also when the context is cancelled meanwhile, references hold afterwards.
	err = db.withoutForeignKeys(context.WithoutCancel(ctx), func() error {
		t.By, err = db.update(ctx, func(tx *Tx, by int64) (string, error) {
			entry, err := choose(tx)
			switch {
			case err != nil:
				return "", err
			case entry.UndoneBy != 0:
				return "", &TakenBackError{ID: entry.ID, By: entry.UndoneBy}
			case entry.Restore:
				return "", &RestoredError{entry}
			}
			if t.Exact, err = tx.takeBack(ctx, entry.ID, anew); err != nil {
				return "", err
			}
			if t.Of, t.Again, err = tx.markTakenBack(ctx, entry, by); err != nil {
				return "", err
			}
			what := "redo"
			if !t.Again {
				what = "undo" // as if it never was: no record was removed
				_, err = tx.exec(ctx, `DELETE FROM gone WHERE changed = `+thisStamp)
			}
			if err == nil && !t.Exact && after != nil {
				err = after(tx)
			}
			return fmt.Sprintf("%s of entry %d: %s", what, t.Of.ID, t.Of.Summary), err
		})
		return err
	})
	return t, err
}

// takeBack puts back what an entry changed, and reports whether all is as it was
// before.
func (tx *Tx) takeBack(ctx context.Context, entry int64, anew bool) (exact bool, err error) {
	t, err := tx.taking(ctx, entry, anew)
	if err != nil {
		return false, err
	}
	later, err := tx.effectiveSince(ctx, entry)
	if err != nil {
		return false, err
	}
	if len(later) == 0 {
		// Allocations that an earlier taking back made anew may be in the way.
		if err = tx.putBackAll(ctx, t); !isObstacle(err) {
			return err == nil, err
		}
	}
	if err = tx.putBackFacts(ctx, t); isObstacle(err) {
		err = tx.depends(ctx, t, later, err)
	}
	return false, err
}

// A taking is an entry that is to be taken back.
type taking struct {
	entry   int64
	anew    bool // automatic allocations to open cycles are made anew
	tables  []table
	changes []ledger.Change // what it changed
	left    map[place]image // those of the records that were changed since, as it left them
}

func (tx *Tx) taking(ctx context.Context, entry int64, anew bool) (t *taking, err error) {
	t = &taking{entry: entry, anew: anew}
	if t.tables, err = tx.tables(ctx); err != nil {
		return nil, err
	}
	if t.changes, err = tx.changes(ctx, entry); err != nil {
		return nil, err
	}
	t.left, err = tx.imagesLeft(ctx, entry)
	return t, err
}

// putBackAll puts back all that an entry changed, or nothing.
func (tx *Tx) putBackAll(ctx context.Context, t *taking) error {
	return tx.allOrNothing(ctx, func() error { return tx.putBack(ctx, t, t.changes) })
}

// putBackFacts puts back what an entry changed, or nothing. Where automatic
// allocations are made anew, those to open cycles are left out, and those that
// would be in the way are gone.
func (tx *Tx) putBackFacts(ctx context.Context, t *taking) error {
	if !t.anew {
		return tx.putBackAll(ctx, t)
	}
	return tx.allOrNothing(ctx, func() error {
		cycles, err := tx.automatic(ctx, t.entry)
		if err != nil {
			return err
		}
		openOf, err := tx.cyclesOpen(ctx)
		if err != nil {
			return err
		}
		var facts, made, auto []ledger.Change
		isMade := map[string]bool{} // by the keys of allocations that the entry made
		for _, c := range t.changes {
			cycle, is := cycles[c.Key]
			if _, met := isMade[c.Key]; is && !met && c.Record == "allocation" {
				isMade[c.Key] = c.Before == nil
			}
			open, there := openOf[cycle]
			switch {
			case c.Record != "allocation" || !is:
				facts = append(facts, c)
			case open, isMade[c.Key] && !there: // an allocation goes with its cycle
			case isMade[c.Key]:
				made = append(made, c)
			default:
				auto = append(auto, c)
			}
		}
		// Those that it made go before their credits, so that in reverse they come after.
		if err := tx.putBack(ctx, t, made); err != nil {
			return err
		}
		if err := tx.makeRoom(ctx, t.entry); err != nil {
			return err
		}
		if err := tx.putBack(ctx, t, facts); err != nil {
			return err
		}
		// Of a cycle that went with the entry it is known only now whether it is open.
		if openOf, err = tx.cyclesOpen(ctx); err != nil {
			return err
		}
		auto = slices.DeleteFunc(auto, func(c ledger.Change) bool {
			open, there := openOf[cycles[c.Key]]
			return open || !there
		})
		if err := tx.putBack(ctx, t, auto); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM allocation WHERE allocated_by = 'auto' AND cycle NOT IN (SELECT id FROM cycle)`)
		return err
	})
}

// isOpen is the SQL that a cycle is neither closed nor declared.
const isOpen = `NOT closed AND id NOT IN (SELECT cycle FROM declaration)`

// cyclesOpen returns of each cycle that there is whether it is open.
func (tx *Tx) cyclesOpen(ctx context.Context) (map[int64]bool, error) {
	all := map[int64]bool{}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var id int64
		var open bool
		err := rows.Scan(&id, &open)
		all[id] = open
		return err
	}, `SELECT id, `+isOpen+` FROM cycle`)
	return all, err
}

// automatic returns the cycles of automatic allocations, by the keys of these:
// of those that there are, and of those that were changed by an entry or since.
func (tx *Tx) automatic(ctx context.Context, entry int64) (map[string]int64, error) {
	all := map[string]int64{}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var key string
		var cycle int64
		err := rows.Scan(&key, &cycle)
		all[key] = cycle
		return err
	}, `WITH `+ownAndLater+` SELECT json_array(id), cycle FROM allocation WHERE allocated_by = 'auto'
		UNION SELECT key, before ->> 'cycle' FROM (SELECT * FROM own UNION ALL SELECT * FROM later)
			WHERE record = 'allocation' AND before ->> 'allocated_by' = 'auto'`, entry)
	return all, err
}

// makeRoom deletes the automatic allocations of the credits that go with an entry,
// and those to open cycles of the credits that it changed or allocated by hand,
// or whose allocations to a cycle that is no longer open are put back.
func (tx *Tx) makeRoom(ctx context.Context, entry int64) error {
	_, err := tx.exec(ctx, `WITH `+ownAndLater+` DELETE FROM allocation
		WHERE allocated_by = 'auto' AND (credit IN (
			SELECT key ->> 0 FROM own WHERE record = 'credit' AND (before IS NULL OR before ->> 'removed')
		) OR cycle IN (SELECT id FROM cycle WHERE `+isOpen+`) AND credit IN (
			SELECT key ->> 0 FROM own WHERE record IN ('credit', 'credit_topic')
			UNION ALL SELECT before ->> 'credit' FROM own WHERE record = 'allocation'
				AND (before ->> 'allocated_by' = 'hand' OR before ->> 'cycle' NOT IN (SELECT id FROM cycle WHERE `+isOpen+`))
			UNION ALL SELECT credit FROM allocation WHERE allocated_by = 'hand' AND id IN (SELECT key ->> 0 FROM own WHERE record = 'allocation')))`, entry)
	return err
}

// allOrNothing runs fn, and takes back what it did where it fails, or where a
// record then refers to one that is not there.
func (tx *Tx) allOrNothing(ctx context.Context, fn func() error) error {
	if _, err := tx.sql.ExecContext(ctx, "SAVEPOINT putting_back"); err != nil {
		return err
	}
	err := fn()
	if err == nil {
		var broken error
		if broken, err = tx.brokenReference(ctx); broken != nil {
			err = &obstacle{broken}
		}
	}
	if err != nil {
		_, back := tx.sql.ExecContext(ctx, "ROLLBACK TO putting_back")
		err = errors.Join(err, back)
	}
	_, released := tx.sql.ExecContext(ctx, "RELEASE putting_back")
	return errors.Join(err, released)
}

// putBack puts back changes of an entry, if each record is as it left it.
func (tx *Tx) putBack(ctx context.Context, t *taking, all []ledger.Change) error {
	for _, c := range all {
		left, ok := t.left[place{c.Record, c.Key}]
		if !ok {
			continue
		}
		now, err := tx.image(ctx, t.tables, place{c.Record, c.Key})
		if err != nil {
			return err
		}
		if !sameImage(now, left) {
			return &obstacle{fmt.Errorf("another program changed %s%s", c.Record, c.Key)}
		}
	}
	for _, c := range slices.Backward(all) {
		if err := tx.putBackOne(ctx, t.tables, c); isConstraint(err) {
			return &obstacle{err}
		} else if err != nil {
			return fmt.Errorf("take back entry %d: %s %s: %w", t.entry, c.Record, c.Key, err)
		}
	}
	return nil
}

// putBackOne makes a record what it was before a change.
func (tx *Tx) putBackOne(ctx context.Context, tables []table, c ledger.Change) error {
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
