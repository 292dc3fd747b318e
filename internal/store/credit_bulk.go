package store

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"errors"
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
	var last int64 // ID that was given, also of a credit that is gone
	var stamp string
	err := tx.sql.QueryRowContext(ctx, `SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'credit'), 0), `+thisStamp).Scan(&last, &stamp)
	if err != nil {
		return wrap(err, "add credits")
	}
	err = tx.recordAtOnce(ctx, map[string]string{"credit": "id", "credit_topic": "credit"}, last, func() error {
		return tx.unchecked(ctx, func() error { return tx.insertCredits(all, last, stamp, written) })
	})
	return wrap(err, "add credits")
}

// unchecked runs fn without the checks of the schema on single values, for
// records that Validate has passed: what it lets through meets them all. What
// has to be unique, or to refer to something, still does.
func (tx *Tx) unchecked(ctx context.Context, fn func() error) error {
	if _, err := tx.sql.ExecContext(ctx, "PRAGMA ignore_check_constraints = ON"); err != nil {
		return err
	}
	err := fn()
	_, on := tx.sql.ExecContext(ctx, "PRAGMA ignore_check_constraints = OFF")
	return errors.Join(err, on)
}

// insertCredits gives the credits the IDs after the last one, and the stamp of
// the entry, which a trigger would give each.
func (tx *Tx) insertCredits(all []*ledger.Credit, last int64, stamp string, written func(int)) error {
	const columns = "credit (id, uid, date, title, provider, points, activity, import, reference, url, note, changed)"
	changed := ", '" + stamp + "'"
	credits := inserter{tx: tx, into: columns, rest: changed}
	short := inserter{tx: tx, into: columns, rest: ", '', '', ''" + changed} // of credits without reference, url and note
	topics := inserter{tx: tx, into: "credit_topic (credit, topic, position, limit_points)"}
	defer credits.close()
	defer short.close()
	defer topics.close()
	uids := newUIDs()
	for done := 0; done < len(all); {
		some := all[done:min(done+rowsAtOnce, len(all))]
		for _, c := range some {
			if err := c.Validate(); err != nil {
				return err
			}
			last++
			c.ID, c.UID = last, uids()
			record := []any{c.ID, c.UID, day(c.Date), c.Title, c.Provider, int64(c.Points), string(c.Activity), numberColumn(c.Import)}
			if c.Reference == "" && c.URL == "" && c.Note == "" {
				short.add(record...)
			} else {
				credits.add(append(record, c.Reference, c.URL, c.Note)...)
			}
			for j, t := range c.Topics {
				topics.add(c.ID, string(t.Topic), int64(j), points(t.Limit))
			}
		}
		if err := errors.Join(credits.insert(1), short.insert(1)); err != nil {
			return err
		}
		if err := topics.insert(rowsAtOnce); err != nil {
			return err
		}
		done += len(some)
		written(done)
	}
	return topics.insert(1)
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

// An inserter inserts records, many with one statement. It speaks with the
// driver itself: database/sql would look at every value twice more, which
// takes a tenth of the time of an import.
type inserter struct {
	tx     *Tx
	into   string              // the table with its columns
	rest   string              // SQL of the last columns, which all records have alike
	width  int                 // columns of a record that differ
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
func (i *inserter) insert(least int) error {
	values := i.values
	for len(values) > 0 && len(values) >= least*i.width {
		n := min(rowsAtOnce*i.width, len(values))
		if err := i.tx.sql.Raw(func(conn any) error { return i.execute(conn, values[:n]) }); err != nil {
			return err
		}
		values = values[n:]
	}
	i.values = append(i.values[:0], values...)
	return nil
}

// execute inserts records with one statement.
func (i *inserter) execute(conn any, values []driver.NamedValue) error {
	stmt, n := i.whole, len(values)/i.width
	if stmt == nil || n < rowsAtOnce {
		row := "(?" + strings.Repeat(", ?", i.width-1) + i.rest + ")"
		var err error
		stmt, err = conn.(driver.ConnPrepareContext).PrepareContext(context.Background(), "INSERT INTO "+i.into+" VALUES "+row+strings.Repeat(", "+row, n-1))
		if err != nil {
			return err
		}
		if n == rowsAtOnce {
			i.whole = stmt
		} else {
			defer func() { _ = stmt.Close() }() // what went wrong, executing it said
		}
	}
	_, err := stmt.(driver.StmtExecContext).ExecContext(context.Background(), values)
	return err
}

func (i *inserter) close() {
	if i.whole != nil {
		_ = i.whole.Close() // what went wrong, executing it said
	}
}
