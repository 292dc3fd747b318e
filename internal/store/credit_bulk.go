package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// rowsAtOnce is how many records one statement inserts. More take hardly less
// time.
const rowsAtOnce = 100

// AddCredits records credits as [Tx.AddCredit] does, none of which may have a
// UID yet, and fills in their IDs and UIDs. For thousands it takes a third of the
// time, and says now and then how many are written.
func (tx *Tx) AddCredits(ctx context.Context, all []*ledger.Credit, written func(int)) error {
	var last int64 // ID that was given, also of a credit that is gone
	var stamp string
	err := tx.sql.QueryRowContext(ctx, `SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'credit'), 0), `+thisStamp).Scan(&last, &stamp)
	if err != nil {
		return wrap(err, "add credits")
	}
	err = tx.recordAtOnce(ctx, map[string]string{"credit": "id", "credit_topic": "credit"}, last, func() error {
		done := 0
		for some := range slices.Chunk(all, rowsAtOnce) {
			if err := tx.insertCredits(ctx, some, last+int64(done), stamp); err != nil {
				return err
			}
			done += len(some)
			written(done)
		}
		return nil
	})
	return wrap(err, "add credits")
}

// insertCredits gives the credits the IDs after the last one, and the stamp of
// the entry, which a trigger would give each.
func (tx *Tx) insertCredits(ctx context.Context, some []*ledger.Credit, last int64, stamp string) error {
	var credits, topics []any
	uid := newUIDs()
	for _, c := range some {
		if err := c.Validate(); err != nil {
			return err
		}
		last++
		c.ID, c.UID = last, uid()
		credits = append(credits, c.ID, c.UID, day(c.Date), c.Title, c.Provider, int64(c.Points), string(c.Activity), numberColumn(c.Import), c.Reference, c.URL, c.Note, stamp)
		for j, t := range c.Topics {
			topics = append(topics, c.ID, string(t.Topic), int64(j), points(t.Limit))
		}
	}
	err := tx.insertAll(ctx, "credit (id, uid, date, title, provider, points, activity, import, reference, url, note, changed)", 12, credits)
	if err == nil {
		err = tx.insertAll(ctx, "credit_topic (credit, topic, position, limit_points)", 4, topics)
	}
	return err
}

// insertAll inserts records of so many columns.
func (tx *Tx) insertAll(ctx context.Context, into string, width int, values []any) error {
	row := "(?" + strings.Repeat(", ?", width-1) + ")"
	for some := range slices.Chunk(values, rowsAtOnce*width) {
		_, err := tx.exec(ctx, "INSERT INTO "+into+" VALUES "+row+strings.Repeat(", "+row, len(some)/width-1), some...)
		if err != nil {
			return err
		}
	}
	return nil
}

// numberColumn returns the number of a record as it is stored where none is NULL.
func numberColumn(id int64) any {
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
