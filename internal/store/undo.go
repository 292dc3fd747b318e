package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"

	"cmpledger/internal/ledger"
)

// ErrStays is wrapped by the errors about an entry that cannot be taken back as
// things are. They are values of [ledger.Error].
var ErrStays = errors.New("cannot be taken back")

func stays(entry int64, what, try string, args ...any) error {
	return fault(fmt.Sprint("entry ", entry), what, ErrStays, try, args...)
}

// damagedLog refuses to put back what commands could not read.
func damagedLog(entry int64, why error) error {
	return stays(entry, "cannot be taken back: its part of the log is damaged ("+why.Error()+")",
		"nothing was written; to bring back a backup: %s", ledger.Command{"restore"})
}

// An obstacle is why an entry cannot be taken back as things are.
type obstacle struct{ error }

func (o obstacle) Unwrap() error { return o.error }

func isObstacle(err error) bool {
	_, ok := errors.AsType[obstacle](err)
	return ok
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

// TakeBack puts every record that the chosen entry changed back to what it was before; of an entry
// that took back another one, it does that one again. Its error wraps [ErrStays] when a record was
// changed again since, or when the ledger would not be sound afterwards.
//
// Where something written since is still in effect, after is run in the same transaction. With anew,
// after allocates automatically anew: then such allocations never stand in the way, and those to
// open cycles are not put back.
func (db *DB) TakeBack(ctx context.Context, choose func(*Tx) (ledger.Entry, error), anew bool, after func(*Tx) error) (t TakingBack, err error) {
	// Also when the context is cancelled meanwhile, references hold afterwards.
	err = db.withoutForeignKeys(context.WithoutCancel(ctx), func() error {
		t.By, err = db.update(ctx, func(tx *Tx, by int64) (string, error) {
			entry, err := choose(tx)
			if err != nil {
				return "", err
			}
			taken, err := tx.takenBackBy(ctx, entry)
			switch {
			case err != nil:
				return "", err
			case taken != 0:
				return "", stays(entry.ID, fmt.Sprint("was undone already, by entry ", taken),
					"to redo it: %s", ledger.Command{"undo", fmt.Sprint(taken)})
			case entry.Restore && entry.Backup != "":
				return "", stays(entry.ID, onlyRestore, "to bring back the ledger from before: %s", ledger.Command{"restore", ledger.File(entry.Backup)})
			case entry.Restore:
				return "", stays(entry.ID, onlyRestore, "to see the backups: %s", ledger.Command{"backup", "list"})
			}
			if t.Exact, err = tx.takeBack(ctx, entry, anew); err != nil {
				return "", err
			}
			wrong, err := tx.malformed(ctx)
			switch {
			case err != nil:
				return "", err
			case wrong != nil:
				return "", damagedLog(entry.ID, wrong[0])
			}
			if t.Of, t.Again, err = tx.markTakenBack(ctx, entry, by); err != nil {
				return "", err
			}
			what := "brought back"
			if !t.Again {
				what = "took back" // as if it never was: no record was removed
				_, err = tx.exec(ctx, `DELETE FROM gone WHERE changed = `+thisStamp)
			}
			if err == nil && !t.Exact && after != nil {
				err = after(tx)
			}
			return fmt.Sprintf("%s entry %d: %s", what, t.Of.ID, t.Of.Summary), err
		})
		return err
	})
	return t, err
}

const onlyRestore = "it was a restore, and undo cannot take that back"

// takeBack puts back what an entry changed, and reports whether all is as before.
func (tx *Tx) takeBack(ctx context.Context, entry ledger.Entry, anew bool) (exact bool, err error) {
	t, err := tx.taking(ctx, entry.ID, anew)
	switch {
	case err != nil:
		return false, err
	case len(t.changes) != int(entry.Changes):
		return false, damagedLog(entry.ID, errors.New("it does not have the changes that it counts"))
	}
	later, err := tx.effectiveSince(ctx, entry.ID)
	if err != nil {
		return false, err
	}
	if len(later) == 0 {
		// Allocations that an earlier taking back made anew may be in the way.
		err = tx.allOrNothing(ctx, func() error { return tx.putBack(ctx, t, t.changes) })
		if !isObstacle(err) {
			return err == nil, err
		}
	}
	if err = tx.putBackFacts(ctx, t, later); isObstacle(err) {
		err = tx.depends(ctx, t, later, err)
	}
	return false, err
}

// depends returns the error about an entry that an obstacle keeps. It names the later entry
// that makes the difference: it takes back one after another until this one can be. Where
// entries were undone and redone by turns, it names none. The transaction must not be kept.
func (tx *Tx) depends(ctx context.Context, t taking, later []int64, why error) error {
	stayed, standing := false, slices.Clone(later)
	for _, id := range later {
		other, err := tx.taking(ctx, id, t.anew)
		if err == nil {
			err = tx.putBackFacts(ctx, other, standing)
		}
		if isObstacle(err) {
			stayed = true
			continue
		}
		if err == nil {
			standing = slices.DeleteFunc(standing, func(x int64) bool { return x == id })
			err = tx.putBackFacts(ctx, t, standing)
		}
		if isObstacle(err) {
			continue
		}
		if err != nil {
			return err
		}
		e, err := tx.Entry(ctx, id)
		if err != nil {
			return err
		}
		return stays(t.entry, fmt.Sprintf("entry %d depends on it: %s", id, e.Summary),
			"undo that first: %s", ledger.Command{"undo", fmt.Sprint(id)})
	}
	if stayed {
		return stays(t.entry, "later entries changed the same records", "undo the later ones first, newest first: %s; to see them: %s",
			ledger.Command{"undo"}, ledger.Command{"log"})
	}
	if isConstraint(why) {
		why = errors.New("it does not fit what is in your ledger now")
	}
	return stays(t.entry, "cannot be taken back: "+why.Error(), "")
}

// effectiveSince returns the later entries that make a difference in the end, the newest
// first: of a command that was undone and redone by turns the last turn, if it is in effect.
func (tx *Tx) effectiveSince(ctx context.Context, entry int64) ([]int64, error) {
	commands, last, odd := map[int64]int64{}, map[int64]int64{}, map[int64]bool{}
	var id, command int64
	err := tx.each(ctx, []any{&id, &command}, func() {
		if undone, ok := commands[command]; ok {
			command = undone
		}
		commands[id] = command
		if id > entry {
			last[command], odd[command] = id, !odd[command]
		}
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

// A taking is an entry that is to be taken back.
type taking struct {
	entry   int64
	anew    bool // automatic allocations to open cycles are made anew
	tables  []table
	changes []ledger.Change   // what it changed, without what became of it
	left    map[place]image   // those of the records that were changed since, as it left them
	since   map[place][]int64 // the later entries that changed them, or renewed what it declared
}

// ownAndLater are the changes of the entry ?1, and those written after it.
const ownAndLater = `WITH
	own AS NOT MATERIALIZED (SELECT change.* FROM change, entry AS e
		WHERE e.id = ?1 AND change.id >= e.first_change AND change.id < e.first_change + e.changes),
	later AS NOT MATERIALIZED (SELECT * FROM change
		WHERE id >= (SELECT first_change + changes FROM entry WHERE id = ?1)) `

func (tx *Tx) taking(ctx context.Context, entry int64, anew bool) (t taking, err error) {
	t = taking{entry: entry, anew: anew, left: map[place]image{}, since: map[place][]int64{}}
	if t.tables, err = tx.tables(ctx); err != nil {
		return t, err
	}
	t.changes, err = read(ctx, tx, func(c *ledger.Change) []any { return []any{&c.Record, &c.Key, (*[]byte)(&c.Before)} },
		ownAndLater+`SELECT record, key, before FROM own ORDER BY id`, entry)
	if err != nil {
		return t, err
	}
	var at place
	var before []byte
	var by int64
	err = tx.each(ctx, []any{&at.record, &at.key, &before, &by}, func() {
		if t.since[at] == nil {
			t.left[at] = before
		}
		t.since[at] = append(t.since[at], by)
	}, ownAndLater+`SELECT record, key, before, entry FROM later WHERE (record, key) IN (SELECT record, key FROM own) ORDER BY id`, entry)
	if err != nil {
		return t, err
	}
	err = tx.each(ctx, []any{&at.key, &by}, func() {
		declared := place{"declaration", at.key}
		t.since[declared] = append(t.since[declared], by)
	}, ownAndLater+`SELECT own.key, later.entry FROM own
		JOIN declaration ON own.record = 'declaration' AND own.key = json_array(declaration.id)
		JOIN later ON later.record = 'cycle' AND later.key = json_array(declaration.cycle)`, entry)
	return t, err
}

// changedBy is an obstacle where one of the entries changed a record after this one
// did: also if it is again as it was left, for it is theirs now.
func (t taking) changedBy(entries []int64, all []ledger.Change) error {
	for _, c := range all {
		for _, id := range t.since[place{c.Record, c.Key}] {
			if slices.Contains(entries, id) {
				return obstacle{fmt.Errorf("entry %d changed %s%s", id, c.Record, c.Key)}
			}
		}
	}
	return nil
}

// isOpen is the SQL that a cycle is neither closed nor declared.
const isOpen = `NOT closed AND id NOT IN (SELECT cycle FROM declaration)`

// putBackFacts puts back what an entry changed, or nothing, where no later entry that
// stands changed the same. Where automatic allocations are made anew, those to open
// cycles are left out, and those in the way are gone.
func (tx *Tx) putBackFacts(ctx context.Context, t taking, standing []int64) error {
	return tx.allOrNothing(ctx, func() error {
		if !t.anew {
			if err := t.changedBy(standing, t.changes); err != nil {
				return err
			}
			return tx.putBack(ctx, t, t.changes)
		}
		// The cycles of automatic allocations that there are, or that were changed by the entry or since.
		cycles, err := pairs[string, int64](ctx, tx, ownAndLater+`SELECT json_array(id), cycle FROM allocation WHERE allocated_by = 'auto'
			UNION SELECT key, before ->> 'cycle' FROM (SELECT * FROM own UNION ALL SELECT * FROM later)
				WHERE record = 'allocation' AND before ->> 'allocated_by' = 'auto'`, t.entry)
		if err != nil {
			return err
		}
		openOf, err := pairs[int64, bool](ctx, tx, `SELECT id, `+isOpen+` FROM cycle`)
		if err != nil {
			return err
		}
		facts, made, auto := t.sort(cycles, openOf)
		if err := t.changedBy(standing, facts); err != nil {
			return err
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
		if openOf, err = pairs[int64, bool](ctx, tx, `SELECT id, `+isOpen+` FROM cycle`); err != nil {
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

// sort returns the changes that are facts, automatic allocations that the entry made, and
// other automatic ones. Those to open cycles are none of them.
func (t taking) sort(cycles map[string]int64, openOf map[int64]bool) (facts, made, auto []ledger.Change) {
	isMade := map[string]bool{} // by the keys of allocations that the entry made
	for _, c := range t.changes {
		cycle, is := cycles[c.Key]
		if !is || c.Record != "allocation" {
			facts = append(facts, c)
			continue
		}
		if _, met := isMade[c.Key]; !met {
			isMade[c.Key] = c.Before == nil
		}
		open, there := openOf[cycle]
		switch {
		case open, isMade[c.Key] && !there: // an allocation goes with its cycle
		case isMade[c.Key]:
			made = append(made, c)
		default:
			auto = append(auto, c)
		}
	}
	return facts, made, auto
}

// makeRoom deletes the automatic allocations of the credits that go with an entry, and to open
// cycles those of the credits that it changed, allocated by hand, or allocated to another cycle.
func (tx *Tx) makeRoom(ctx context.Context, entry int64) error {
	_, err := tx.exec(ctx, ownAndLater+`DELETE FROM allocation
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
		if err = tx.references(ctx); errors.Is(err, errDangling) {
			err = obstacle{err}
		}
	}
	if err != nil {
		_, back := tx.sql.ExecContext(ctx, "ROLLBACK TO putting_back")
		err = errors.Join(err, back)
	}
	_, released := tx.sql.ExecContext(ctx, "RELEASE putting_back")
	return errors.Join(err, released)
}

// errNotWritten says of a record in the log that no command wrote it.
var errNotWritten = errors.New("is not as cmp writes it")

// putBack puts back changes of an entry, if each record is as it left it.
func (tx *Tx) putBack(ctx context.Context, t taking, all []ledger.Change) error {
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
			return obstacle{fmt.Errorf("another program changed %s%s", c.Record, c.Key)}
		}
	}
	for _, c := range slices.Backward(all) {
		err := tx.putBackOne(ctx, t.tables, c)
		switch code(err) {
		case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_DATATYPE, sqlite3.SQLITE_CONSTRAINT_NOTNULL:
			err = errNotWritten
		}
		switch {
		case errors.Is(err, errNotWritten):
			return damagedLog(t.entry, fmt.Errorf("%s %s %w", c.Record, c.Key, err))
		case isConstraint(err):
			return obstacle{err}
		case err != nil:
			return fmt.Errorf("take back entry %d: %s %s: %w", t.entry, c.Record, c.Key, err)
		}
	}
	return nil
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

// putBackOne makes a record what it was before a change. An image from before a
// migration may lack columns.
func (tx *Tx) putBackOne(ctx context.Context, tables []table, c ledger.Change) error {
	t, err := named(tables, c.Record)
	if err != nil {
		return err
	}
	if c.Before == nil {
		_, err := tx.exec(ctx, `DELETE FROM `+t.name+` WHERE `+t.isKey(), c.Key)
		return err
	}
	var image map[string]json.RawMessage
	if err := json.Unmarshal(c.Before, &image); err != nil {
		return errNotWritten
	}
	var columns, set, values []string
	for _, column := range t.columns {
		if _, ok := image[column]; ok {
			value := fmt.Sprintf("?2 ->> '%s'", column)
			columns, set, values = append(columns, column), append(set, column+" = "+value), append(values, value)
		}
	}
	if columns == nil {
		return errNotWritten
	}
	n, err := tx.exec(ctx, `UPDATE `+t.name+` SET `+strings.Join(set, ", ")+` WHERE `+t.isKey(), c.Key, string(c.Before))
	if err != nil || n > 0 {
		return err
	}
	// The key is a parameter of both, though the image has it too.
	_, err = tx.exec(ctx, `INSERT INTO `+t.name+` (`+strings.Join(columns, ", ")+`)
		SELECT `+strings.Join(values, ", ")+` WHERE ?1 IS NOT NULL`, c.Key, string(c.Before))
	return err
}

// takenBackBy returns the entry by which another one does not hold, or 0. It need not
// be its own: what it did again may have been taken back by its first entry.
func (tx *Tx) takenBackBy(ctx context.Context, e ledger.Entry) (by int64, err error) {
	for stands := true; ; stands = !stands {
		switch {
		case stands && e.UndoneBy != 0:
			return e.UndoneBy, nil
		case e.Undoes == 0:
			return 0, nil
		}
		if e, err = tx.Entry(ctx, e.Undoes); err != nil {
			return 0, err
		}
	}
}

// markTakenBack notes in the log that by took back an entry, which lets stand what that one
// had taken back, and so on. It returns the command's own entry, and whether that stands.
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
