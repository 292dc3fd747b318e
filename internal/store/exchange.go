package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"cmpledger/internal/exchange"
)

// ErrDamagedContent is wrapped by the error about a file of evidence that is
// not what was added.
var ErrDamagedContent = errors.New("is not what was added")

// Ledger returns all that the ledger holds in a form that any ledger knows: its
// records, the contents of the files that are evidence, and the log. Entries
// that joined another ledger are left out, since those that they brought tell
// what they changed. Contents can be read as long as the transaction lasts.
func (tx *Tx) Ledger(ctx context.Context) (exchange.Ledger, error) {
	l, err := tx.ledger(ctx)
	return l, wrap(err, "read the ledger")
}

func (tx *Tx) ledger(ctx context.Context) (l exchange.Ledger, err error) {
	r, err := tx.replayFromNow(ctx)
	if err != nil {
		return l, err
	}
	if l.Records, err = r.present(); err != nil {
		return l, err
	}
	if l.Log, err = tx.portableLog(ctx, r); err != nil {
		return l, err
	}
	if l.Contents, err = tx.contentsUsed(ctx); err != nil {
		return l, err
	}
	l.Sort()
	return l, nil
}

// A replay is the ledger as it was at a moment, which goes back in time.
type replay struct {
	names  names
	rows   map[exchange.ID][]row // that make up each record
	values map[exchange.ID]string
}

// replayFromNow returns the ledger as it is.
func (tx *Tx) replayFromNow(ctx context.Context) (*replay, error) {
	r := &replay{rows: map[exchange.ID][]row{}, values: map[exchange.ID]string{}}
	tables, err := tx.tables(ctx)
	if err != nil {
		return nil, err
	}
	if r.names, err = tx.names(ctx); err != nil {
		return nil, err
	}
	for _, t := range tables {
		if t.name == joinedTable {
			continue
		}
		err := tx.each(ctx, func(rows *sql.Rows) error {
			now := row{place: place{record: t.name}}
			if err := rows.Scan(&now.key, (*[]byte)(&now.image)); err != nil {
				return err
			}
			return r.put(now)
		}, `SELECT `+t.keyOf("")+`, `+t.imageOf("")+` FROM `+t.name)
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// joinedTable holds entries of the logs of other ledgers, which are no records.
const joinedTable = "joined_entry"

// put makes a row what it was, or takes it out where it has no image.
func (r *replay) put(was row) error {
	id, err := r.names.idOf(was.place)
	if err != nil {
		return err
	}
	rows := r.rows[id]
	i := slices.IndexFunc(rows, func(x row) bool { return x.place == was.place })
	switch {
	case was.image == nil && i < 0:
	case was.image == nil:
		rows = slices.Delete(rows, i, i+1)
	case i < 0:
		rows = append(rows, was)
	default:
		rows[i] = was
	}
	r.rows[id] = rows
	return nil
}

// present returns all records.
func (r *replay) present() ([]exchange.Record, error) {
	all := make([]exchange.Record, 0, len(r.rows))
	for id, rows := range r.rows {
		value, err := r.names.value(id, rows)
		if err != nil {
			return nil, &unreadable{err}
		}
		if value != "" {
			r.values[id] = value
			all = append(all, exchange.Record{ID: id, Value: value})
		}
	}
	return all, nil
}

// back takes back changes, the last one first, and returns what they did to
// records.
func (r *replay) back(changes []row) ([]exchange.Change, error) {
	touched := map[exchange.ID]string{}
	for _, c := range changes {
		if c.record == joinedTable {
			continue
		}
		id, err := r.names.idOf(c.place)
		if err != nil {
			return nil, err
		}
		touched[id] = r.values[id]
		if err := r.put(c); err != nil {
			return nil, err
		}
	}
	var all []exchange.Change
	for id, after := range touched {
		before, err := r.names.value(id, r.rows[id])
		if err != nil {
			return nil, &unreadable{err}
		}
		if before != after {
			r.values[id] = before
			all = append(all, exchange.Change{ID: id, Before: before, After: after})
		}
	}
	return all, nil
}

// portableLog returns the log, the ledger's own part by going back in time.
func (tx *Tx) portableLog(ctx context.Context, r *replay) ([]exchange.Entry, error) {
	joined, err := tx.joinedLog(ctx)
	if err != nil {
		return nil, err
	}
	own, err := tx.ownEntries(ctx)
	if err != nil {
		return nil, err
	}
	var of int64
	var changes []row
	flush := func() error {
		done, err := r.back(changes)
		if e, ok := own[of]; ok {
			e.Changes = done
			own[of] = e
		}
		changes = nil
		return err
	}
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var entry int64
		var c row
		if err := rows.Scan(&entry, &c.record, &c.key, (*[]byte)(&c.image)); err != nil {
			return err
		}
		if entry != of {
			if err := flush(); err != nil {
				return err
			}
			of = entry
		}
		changes = append(changes, c)
		return nil
	}, `SELECT entry, record, key, before FROM change ORDER BY id DESC`)
	if err == nil {
		err = flush()
	}
	if err != nil {
		return nil, err
	}
	for _, e := range own {
		if _, ok := joined[e.UID]; !ok {
			exchange.SortChanges(e.Changes)
			joined[e.UID] = e
		}
	}
	return slices.Collect(maps.Values(joined)), nil
}

// ownEntries returns what is said of the entries that the ledger made itself,
// but for those that joined another one, by number. Each has a later stamp than
// those before it, also where the clock of an old ledger, which took its stamps
// from that alone, went back.
func (tx *Tx) ownEntries(ctx context.Context) (map[int64]exchange.Entry, error) {
	all := map[int64]exchange.Entry{}
	last := ""
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var id int64
		var joined bool
		var e exchange.Entry
		if err := rows.Scan(&id, &joined, &e.UID, &e.Stamp, &e.At, &e.Command, &e.Summary, &e.Undoes); err != nil {
			return err
		}
		if e.Stamp <= last {
			e.Stamp = exchange.NextStamp(last)
		}
		if last = e.Stamp; !joined {
			all[id] = e
		}
		return nil
	}, `SELECT e.id, e.joined, e.uid, e.stamp, e.at, e.command, e.summary, coalesce(u.uid, '')
		FROM entry AS e LEFT JOIN entry AS u ON u.id = e.undoes AND NOT u.joined
		WHERE e.changes > 0 ORDER BY e.id`)
	return all, err
}

// joinedLog returns the entries of other ledgers, by their uids.
func (tx *Tx) joinedLog(ctx context.Context) (map[string]exchange.Entry, error) {
	all := map[string]exchange.Entry{}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var e exchange.Entry
		var changes string
		if err := rows.Scan(&e.UID, &e.Stamp, &e.At, &e.Command, &e.Summary, &e.Undoes, &changes); err != nil {
			return err
		}
		var err error
		e.Changes, err = exchange.ReadChanges(changes)
		all[e.UID] = e
		return wrap(err, "entry %s", e.UID)
	}, `SELECT uid, stamp, at, command, summary, undoes, changes FROM joined_entry`)
	return all, err
}

// contentsUsed returns the contents of the files that are evidence.
func (tx *Tx) contentsUsed(ctx context.Context) ([]exchange.Content, error) {
	var all []exchange.Content
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var c exchange.Content
		err := rows.Scan(&c.SHA256, &c.Size)
		c.Read = func() ([]byte, error) { return tx.soundContent(ctx, c.SHA256) }
		all = append(all, c)
		return err
	}, `SELECT sha256, size FROM content WHERE id IN (SELECT content FROM evidence)`)
	return all, err
}

// soundContent is Content that is known to be what was added.
func (tx *Tx) soundContent(ctx context.Context, hash string) ([]byte, error) {
	data, err := tx.Content(ctx, hash)
	if sum := sha256.Sum256(data); err == nil && hex.EncodeToString(sum[:]) != hash {
		err = fmt.Errorf("content %s: %w", hash, ErrDamagedContent)
	}
	return data, err
}
