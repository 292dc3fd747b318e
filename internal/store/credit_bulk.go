package store

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"cmpledger/internal/ledger"
)

// rowsAtOnce is how many records one statement inserts. More take hardly less
// time.
const rowsAtOnce = 100

// AddCredits records credits as [Tx.AddCredit] does, none of which may have a
// UID yet, and fills in their IDs and UIDs. For thousands it takes a quarter of
// the time, and says now and then how many are written.
func (tx *Tx) AddCredits(ctx context.Context, all []*ledger.Credit, written func(int)) error {
	var credits int64
	last, err := tx.lastCredit(ctx)
	if err == nil {
		err = tx.sql.QueryRowContext(ctx, `SELECT count(*) FROM credit`).Scan(&credits)
	}
	if err != nil {
		return wrap(err, "add credits")
	}
	insert := func() error { return tx.insertCredits(ctx, all, last, written) }
	if int64(len(all)) > credits {
		sorted := insert
		insert = func() error { return tx.indexAfter(ctx, "credit_by_identity", sorted) }
	}
	err = tx.recordAtOnce(ctx, map[string]string{"credit": "id", "credit_topic": "credit"}, last, insert)
	return wrap(err, "add credits")
}

// indexAfter makes an index anew after fn, which takes less time than to keep
// it in order while fn at least doubles it in no order.
func (tx *Tx) indexAfter(ctx context.Context, name string, fn func() error) error {
	var create string
	err := tx.sql.QueryRowContext(ctx, `SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?`, name).Scan(&create)
	if err == nil {
		_, err = tx.sql.ExecContext(ctx, `DROP INDEX `+name)
	}
	if err == nil {
		err = fn()
	}
	if err == nil {
		_, err = tx.sql.ExecContext(ctx, create)
	}
	return err
}

// insertCredits gives the credits the IDs after the last one.
func (tx *Tx) insertCredits(ctx context.Context, all []*ledger.Credit, last int64, written func(int)) error {
	uids := newUIDs()
	credits := inserter{tx: tx, into: "credit (id, uid, identity, date, title, provider, points, activity, reference, url, note, import)"}
	topics := inserter{tx: tx, into: "credit_topic (credit, topic, position, limit_points)"}
	defer credits.close()
	defer topics.close()
	for i, c := range all {
		if err := c.Validate(); err != nil {
			return err
		}
		last++
		c.ID, c.UID = last, uids()
		credits.add(c.ID, c.UID, c.Identity(), day(c.Date), c.Title, c.Provider, int64(c.Points), string(c.Activity),
			c.Reference, c.URL, c.Note, importColumn(c.Import))
		for j, t := range c.Topics {
			topics.add(c.ID, string(t.Topic), int64(j), points(t.Limit))
		}
		if (i+1)%rowsAtOnce == 0 || i+1 == len(all) {
			if err := credits.insert(ctx, 1); err != nil {
				return err
			}
			if err := topics.insert(ctx, rowsAtOnce); err != nil {
				return err
			}
			written(i + 1)
		}
	}
	return topics.insert(ctx, 1)
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

// An inserter inserts records, many with one statement. It speaks with the
// driver itself: database/sql would look at every value twice more, which
// takes a tenth of the time of an import.
type inserter struct {
	tx     *Tx
	into   string              // the table with its columns
	width  int                 // columns of a record
	values []driver.NamedValue // of the records that wait
	whole  driver.Stmt         // inserts rowsAtOnce records; nil before it is needed
}

func (i *inserter) add(values ...any) {
	i.width = len(values)
	for _, v := range values {
		i.values = append(i.values, driver.NamedValue{Ordinal: len(i.values)%(rowsAtOnce*i.width) + 1, Value: v})
	}
}

// insert inserts the records that wait, with at least so many in a statement;
// fewer wait on.
func (i *inserter) insert(ctx context.Context, least int) error {
	values := i.values
	for len(values) > 0 && len(values) >= least*i.width {
		n := min(rowsAtOnce*i.width, len(values))
		if err := i.tx.sql.Raw(func(conn any) error { return i.execute(ctx, conn, values[:n]) }); err != nil {
			return err
		}
		values = values[n:]
	}
	i.values = append(i.values[:0], values...)
	return nil
}

// execute inserts records with one statement.
func (i *inserter) execute(ctx context.Context, conn any, values []driver.NamedValue) error {
	stmt, n := i.whole, len(values)/i.width
	if stmt == nil || n < rowsAtOnce {
		row := "(?" + strings.Repeat(", ?", i.width-1) + ")"
		var err error
		stmt, err = conn.(driver.ConnPrepareContext).PrepareContext(ctx, "INSERT INTO "+i.into+" VALUES "+row+strings.Repeat(", "+row, n-1))
		if err != nil {
			return err
		}
		if n == rowsAtOnce {
			i.whole = stmt
		} else {
			defer func() { _ = stmt.Close() }() // what went wrong, executing it said
		}
	}
	_, err := stmt.(driver.StmtExecContext).ExecContext(ctx, values)
	return err
}

func (i *inserter) close() {
	if i.whole != nil {
		_ = i.whole.Close() // what went wrong, executing it said
	}
}
