package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

// rowsAtOnce is how many records one statement inserts. More take hardly less
// time.
const rowsAtOnce = 100

// AddCredits records credits as [Tx.AddCredit] does, none of which may have a
// UID yet, and fills in their IDs and UIDs. For thousands it takes a third of
// the time.
func (tx *Tx) AddCredits(ctx context.Context, all []ledger.Credit) error {
	var id int64
	err := tx.sql.QueryRowContext(ctx,
		`SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'credit'`).Scan(&id)
	if err != nil {
		return fmt.Errorf("add credits: %w", err)
	}
	uids := newUIDs()
	var credits, topics rows
	for i := range all {
		c := &all[i]
		if err := c.Validate(); err != nil {
			return err
		}
		id++
		c.ID, c.UID = id, uids()
		credits.add(c.ID, c.UID, c.Identity(), day(c.Date), c.Title, c.Provider, int64(c.Points), string(c.Activity),
			c.Reference, c.URL, c.Note, importColumn(c.Import))
		for j, t := range c.Topics {
			topics.add(c.ID, string(t.Topic), j, points(t.Limit))
		}
	}
	err = tx.insertRows(ctx, "credit (id, uid, identity, date, title, provider, points, activity, reference, url, note, import)", credits)
	if err == nil {
		err = tx.insertRows(ctx, "credit_topic (credit, topic, position, limit_points)", topics)
	}
	return wrap(err, "add credits")
}

func importColumn(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// newUIDs returns a function that makes UIDs as good as random ones, each after
// the one before, so that an index of them grows at its end.
func newUIDs() func() string {
	var uid [16]byte
	_, _ = rand.Read(uid[:]) // never fails
	n := binary.BigEndian.Uint32(uid[8:12]) >> 1
	return func() string {
		n++
		binary.BigEndian.PutUint32(uid[8:12], n)
		_, _ = rand.Read(uid[12:])
		return hex.EncodeToString(uid[:])
	}
}

// rows are records to be inserted.
type rows struct {
	values []any
	width  int // columns of each
}

func (r *rows) add(values ...any) {
	r.values, r.width = append(r.values, values...), len(values)
}

// insertRows inserts records into a table, given with its columns.
func (tx *Tx) insertRows(ctx context.Context, table string, r rows) error {
	for len(r.values) > 0 {
		n := min(rowsAtOnce*r.width, len(r.values))
		row := "(?" + strings.Repeat(", ?", r.width-1) + ")"
		statement := "INSERT INTO " + table + " VALUES " + row + strings.Repeat(", "+row, n/r.width-1)
		if _, err := tx.exec(ctx, statement, r.values[:n]...); err != nil {
			return err
		}
		r.values = r.values[n:]
	}
	return nil
}
