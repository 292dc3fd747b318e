package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

const joinedColumns = `uid, stamp, at, command, summary, json_array_length(changes)`

func joinedFields(e *ledger.Entry) []any {
	return []any{&e.UID, &e.Stamp, &e.At, &e.Command, &e.Summary, &e.Changes}
}

// JoinedEntries returns the entries of other ledgers that this one joined, the
// newest first, at most limit of them; 0 is all. They have no numbers, and
// Undoes and UndoneBy are not known of them.
func (tx *Tx) JoinedEntries(ctx context.Context, limit int) ([]ledger.Entry, error) {
	if limit == 0 {
		limit = -1
	}
	var all []ledger.Entry
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var e ledger.Entry
		err := rows.Scan(joinedFields(&e)...)
		all = append(all, e)
		return err
	}, `SELECT `+joinedColumns+` FROM joined_entry WHERE uid NOT IN (SELECT uid FROM entry)
		ORDER BY stamp DESC, uid DESC LIMIT ?`, limit)
	return all, wrap(err, "read the log")
}

// An AmbiguousError says that several entries have uids with one beginning.
type AmbiguousError struct{ Beginning string }

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("entry %s: several begin so", e.Beginning)
}

// EntryOfUID returns the entry, of this ledger or of one that it joined, whose
// uid begins so: [ErrNotFound] where there is none, an [AmbiguousError] where
// there are several.
func (tx *Tx) EntryOfUID(ctx context.Context, beginning string) (ledger.Entry, error) {
	var own, joined []ledger.Entry
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var e ledger.Entry
		err := rows.Scan(entryFields(&e)...)
		own = append(own, e)
		return err
	}, `SELECT `+entryColumns+` FROM entry WHERE changes > 0 AND substr(uid, 1, length(?1)) = ?1 LIMIT 2`, beginning)
	if err == nil {
		err = tx.each(ctx, func(rows *sql.Rows) error {
			var e ledger.Entry
			err := rows.Scan(joinedFields(&e)...)
			joined = append(joined, e)
			return err
		}, `SELECT `+joinedColumns+` FROM joined_entry
			WHERE substr(uid, 1, length(?1)) = ?1 AND uid NOT IN (SELECT uid FROM entry) LIMIT 2`, beginning)
	}
	all := append(own, joined...)
	switch {
	case err != nil:
		return ledger.Entry{}, wrap(err, "read the log")
	case len(all) == 0:
		return ledger.Entry{}, fmt.Errorf("entry %s: %w", beginning, ErrNotFound)
	case len(all) > 1:
		return ledger.Entry{}, &AmbiguousError{beginning}
	}
	return all[0], nil
}

// JoinedChanges returns what an entry of another ledger changed, and the entry
// of this one that brought it.
func (tx *Tx) JoinedChanges(ctx context.Context, uid string) (all []exchange.Change, by int64, err error) {
	var id int64
	var text string
	err = tx.sql.QueryRowContext(ctx, `SELECT id, changes FROM joined_entry WHERE uid = ?`, uid).Scan(&id, &text)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err == nil {
		if all, err = exchange.ReadChanges(text); err != nil {
			err = &unreadable{err}
		}
	}
	if err == nil {
		err = tx.sql.QueryRowContext(ctx, `SELECT coalesce(max(entry), 0) FROM change
			WHERE record = 'joined_entry' AND key = json_array(?) AND before IS NULL`, id).Scan(&by)
	}
	return all, by, wrap(err, "entry %s", uid)
}
