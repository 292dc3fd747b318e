// Package store keeps a ledger in one SQLite file: it opens and migrates the
// file and reads and writes credentials, credits, allocations and
// declarations within transactions.
//
// The file is the only one at rest: it has a rollback journal, which is there
// during a transaction alone. Migrations are numbered SQL files; the number of
// the last one applied is the file's user_version. A file that is not a
// ledger, or that a newer version wrote, is refused untouched.
//
// The package holds no rule of any board and reads no clock. It checks that
// records are well formed and that the allocations of a credit stay within its
// points; whether they make sense is for its callers to judge.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"cmpledger/internal/atomicfile"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// ErrNotFound is wrapped by the errors about a record that the ledger lacks.
var ErrNotFound = errors.New("not found")

// ErrTaken is wrapped by the error about a record that is there already.
var ErrTaken = errors.New("is in the ledger")

// errReadOnly is a mistake of the program, not of its user.
var errReadOnly = errors.New("the ledger is open for reading only")

// A DB is an open ledger. It holds one connection, so that a transaction must
// not be begun within another one.
type DB struct {
	sql      *sql.DB
	path     string
	schemas  schemas
	readOnly bool
	origin   Origin
	// migration is how it came to the newest schema when it was opened, or nil.
	migration *Migration
}

// A Tx is a transaction on a ledger. It ends with the function it was passed
// to and is not safe for use by several goroutines.
type Tx struct {
	sql         *sql.Conn
	schemas     schemas
	readOnly    bool
	rehearse    bool                 // it is not kept
	prepared    map[string]*sql.Stmt // by their text
	finally     []io.Closer          // closed with the transaction
	begun       *atomicfile.Begun    // nil until it writes
	lastCredits []ledger.Credit      // as they were read last, nil before
	lastChange  int64                // the last one before they were read, by its id
	told        bool                 // somebody is to be told that it was committed
	noted       bool                 // what was known of another ledger, or a damaged content, changed: no record did
}

// Close closes the ledger.
func (db *DB) Close() error { return db.sql.Close() }

// View runs fn in a transaction that reads: all that fn sees is as it stood
// at one moment. What fn tries to write is an error.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	return explain(db.path, db.transact(ctx, true, fn))
}

// Update runs fn in one transaction, which is kept only if fn returns nil, and makes one entry of
// the log for it with the summary, unless fn changed nothing. It excludes other writers from the
// beginning, and waits for them up to ten seconds.
func (db *DB) Update(ctx context.Context, fn func(*Tx) (summary string, err error)) error {
	_, err := db.update(ctx, func(tx *Tx, _ int64) (string, error) { return fn(tx) })
	return err
}

// errNotKept ends a transaction that is not to be kept.
var errNotKept = errors.New("not kept")

// update is Update for who wants the number of the entry, and returns the entry.
func (db *DB) update(ctx context.Context, fn func(tx *Tx, entry int64) (string, error)) (e ledger.Entry, err error) {
	err = explain(db.path, db.transact(ctx, false, func(tx *Tx) error {
		tx.willWrite()
		tx.told = true
		if err := tx.record(ctx); err != nil {
			return err
		}
		var id int64
		var summary string
		err := tx.begin(ctx, db.origin, &id)
		if err == nil {
			summary, err = fn(tx, id)
		}
		if err != nil {
			return tx.full(ctx, err)
		}
		e, err = tx.end(ctx, id, summary)
		if err == nil && (db.origin.Rehearse || e.ID == 0 && !tx.noted) {
			return errNotKept
		}
		return err
	}))
	return e, err
}

// transact runs fn between begin and COMMIT, or ROLLBACK when fn fails. It does so by
// hand, for a [sql.Tx] starts a goroutine with every query.
func (db *DB) transact(ctx context.Context, readOnly bool, fn func(*Tx) error) error {
	begin, after := "BEGIN", ""
	if !readOnly { // from here on it waits in steps, see commit
		begin, after = "BEGIN IMMEDIATE; PRAGMA busy_timeout = 100", "; PRAGMA busy_timeout = 10000"
	}
	if db.readOnly && !readOnly {
		return errReadOnly
	}
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return err
	}
	tx := &Tx{sql: conn, schemas: db.schemas, readOnly: readOnly, rehearse: db.origin.Rehearse, prepared: map[string]*sql.Stmt{}}
	committed := false
	defer func() {
		for _, c := range tx.finally {
			_ = c.Close() // what went wrong, executing it said
		}
		if !committed { // also when fn panicked
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"+after)
		}
		if tx.begun != nil {
			tx.begun.End()
		}
	}()
	if err := fn(tx); err != nil {
		if errors.Is(err, errNotKept) {
			err = nil
		}
		return err
	}
	err = tx.commit(func() error {
		_, err := conn.ExecContext(ctx, "COMMIT"+after)
		return err
	})
	committed = err == nil
	return err
}

// willWrite is for who is about to write. Where the program is stopped, what was written is
// rolled back then, between two statements, and no other statement can write.
func (tx *Tx) willWrite() {
	undo := func() { _, _ = tx.sql.ExecContext(context.Background(), "ROLLBACK; PRAGMA query_only = 1") }
	tx.begun, _ = atomicfile.Begin(func() (func(), error) { return undo, nil })
}

// commit waits for programs that read, ten seconds in steps of 100 ms, between which the
// program can be stopped.
func (tx *Tx) commit(last func() error) error {
	for step := 1; ; step++ {
		commit := last
		if tx.told {
			commit = func() error { return tx.begun.Keep(last) }
		}
		if err := commit(); step == 100 || code(err)&0xff != sqlite3.SQLITE_BUSY {
			return err
		}
	}
}

// prepare returns the statement, which is compiled once in a transaction.
func (tx *Tx) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := tx.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := tx.sql.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	tx.prepared[query] = stmt
	tx.finally = append(tx.finally, stmt)
	return stmt, nil
}

// mayWrite refuses to write where the ledger is only read, or what is no text: it could not be
// exported.
func (tx *Tx) mayWrite(args []any) error {
	if tx.readOnly {
		return errReadOnly
	}
	for _, arg := range args {
		v := reflect.ValueOf(arg)
		if v.Kind() != reflect.String {
			continue
		}
		if reason := ledger.BadText(v.String()); reason != "" {
			return &ledger.Error{Code: "refused", What: fmt.Sprintf("%q %s; nothing was written", v, reason)}
		}
	}
	return nil
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.mayWrite(args); err != nil {
		return 0, err
	}
	stmt, err := tx.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, notFound(err)
	}
	return result.RowsAffected()
}

// execOne runs a statement that changes one record, or returns ErrNotFound.
func (tx *Tx) execOne(ctx context.Context, query string, args ...any) error {
	n, err := tx.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// insert runs an INSERT or UPDATE of one record that returns its id and uid.
func (tx *Tx) insert(ctx context.Context, id *int64, uid *string, query string, args ...any) error {
	if err := tx.mayWrite(args); err != nil {
		return err
	}
	return tx.one(ctx, []any{id, uid}, query, args...)
}

// one reads the columns of the one row that a query finds, or returns ErrNotFound.
func (tx *Tx) one(ctx context.Context, columns []any, query string, args ...any) error {
	stmt, err := tx.prepare(ctx, query)
	if err == nil {
		err = stmt.QueryRowContext(ctx, args...).Scan(checked(columns)...)
	}
	if err != nil && strings.HasPrefix(err.Error(), "sql: Scan error") {
		return unreadable{notRead(err)}
	}
	return notFound(err)
}

// notFound is [ErrNotFound] where a query finds nothing, or a record refers to none.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) || code(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return ErrNotFound
	}
	return err
}

// each reads the columns of every row, and calls fn after each. What cannot be read is
// damaged: the schema lets nothing else in.
func (tx *Tx) each(ctx context.Context, columns []any, fn func(), query string, args ...any) error {
	stmt, err := tx.prepare(ctx, query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	into := checked(columns)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			err = notRead(err)
			switch first := columns[0].(type) {
			case *int64: // and its name says of what
				names, _ := rows.Columns()
				err = fmt.Errorf("%s %d: %w", names[0], *first, err)
			case *exchange.Kind:
				err = fmt.Errorf("%s %d: %w", *first, *columns[1].(*int64), err)
			}
			return unreadable{err}
		}
		fn()
	}
	return rows.Err()
}

// checked returns columns that take no points that cmp would not write.
func checked(columns []any) []any {
	columns = slices.Clone(columns)
	for i, column := range columns {
		if points, is := column.(*ledger.Points); is {
			columns[i] = pointsColumn{points}
		}
	}
	return columns
}

// notRead says why a column cannot be read, without the words of Go.
func notRead(err error) error {
	inner := cmp.Or(errors.Unwrap(err), err)
	if what := inner.Error(); !strings.Contains(what, "convert") && !strings.Contains(what, "unsupported Scan") {
		return inner
	}
	_, column, _ := strings.Cut(err.Error(), `name "`)
	column, _, _ = strings.Cut(column, `"`)
	return fmt.Errorf("%s: the value is missing, or of another kind", column)
}

// read returns the rows that a query finds; fields says where their columns are read to.
func read[T any](ctx context.Context, tx *Tx, fields func(row *T) []any, query string, args ...any) (all []T, err error) {
	var row T // one serves all, which takes half the memory
	err = tx.each(ctx, fields(&row), func() { all = append(all, row) }, query, args...)
	return all, err
}

// pairs returns the rows that a query finds by their first column.
func pairs[K comparable, V any](ctx context.Context, tx *Tx, query string, args ...any) (map[K]V, error) {
	all := map[K]V{}
	var key K
	var value V
	err := tx.each(ctx, []any{&key, &value}, func() { all[key] = value }, query, args...)
	return all, err
}

// first returns the first of what was read, or [ErrNotFound].
func first[T any](all []T, err error) (one T, _ error) {
	switch {
	case err != nil:
		return one, err
	case len(all) == 0:
		return one, ErrNotFound
	}
	return all[0], nil
}

// newUID is the SQL of a uid: the one given as a parameter, or a new one.
const newUID = `coalesce(nullif(?, ''), lower(hex(randomblob(16))))`

// wrap adds what was being done to an error, if there is one.
func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}

// fault returns an error that a person can mend.
func fault(path, what string, cause error, try string, args ...any) *ledger.Error {
	return &ledger.Error{Where: path, What: what, Try: ledger.Say(try, args...), Err: cause}
}

// An unreadable says why a record cannot be read.
type unreadable struct{ error }

func (e unreadable) Unwrap() error { return e.error }

// explain turns what SQLite says of a file into a sentence that says what to do.
func explain(path string, err error) error {
	damaged := func(what string) error {
		return fault(path, what, err, "to find out more: %s; to bring back a backup: %s", ledger.Command{"doctor"}, ledger.Command{"restore"})
	}
	if bad, ok := errors.AsType[unreadable](err); ok && code(err) == 0 {
		return damaged(fmt.Sprintf("damaged: a record cannot be read (%v)", bad.error))
	}
	if _, ok := errors.AsType[*ledger.Error](err); ok {
		return err
	}
	switch code(err) & 0xff {
	case 0:
		return err
	case sqlite3.SQLITE_ERROR: // a statement that fits no table that is there
		_, what, _ := strings.Cut(err.Error(), "SQL logic error: ")
		if what, _, _ = strings.Cut(what, " ("); what != "" {
			what = " (" + what + ")"
		}
		return damaged("not as cmp makes it" + what)
	case sqlite3.SQLITE_NOTADB:
		return notALedger(path, err)
	case sqlite3.SQLITE_CORRUPT:
		return damaged("damaged or cut short")
	}
	return explainCode(path, err)
}

// code returns the result code of SQLite in an error, or 0.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

// isDamage reports whether a file does not read as a database should.
func isDamage(err error) bool { return code(err)&0xff == sqlite3.SQLITE_CORRUPT }

// isTaken reports whether a record was refused since there is one like it.
func isTaken(err error) bool { return code(err) == sqlite3.SQLITE_CONSTRAINT_UNIQUE }

// isConstraint reports whether a record was refused for what the schema says.
func isConstraint(err error) bool { return code(err)&0xff == sqlite3.SQLITE_CONSTRAINT }

// day returns a date as it is stored: text, or NULL for none.
func day(d ledger.Date) any {
	if d == 0 {
		return nil
	}
	return d.String()
}

// orNull returns a number as it is stored where 0 is NULL.
func orNull[N ~int64](n N) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

// A dayColumn reads what day stores.
type dayColumn struct{ to *ledger.Date }

// Scan implements [database/sql.Scanner].
func (c dayColumn) Scan(value any) error {
	if value == nil {
		*c.to = 0
		return nil
	}
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("%v: not a date", value)
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	*c.to = d
	return nil
}

// A pointsColumn reads what a single value may state; NULL is none.
type pointsColumn struct{ to *ledger.Points }

// Scan implements [database/sql.Scanner].
func (c pointsColumn) Scan(value any) (err error) {
	if *c.to = 0; value == nil {
		return nil
	}
	n, _ := value.(int64) // of another kind it is 0
	*c.to, err = ledger.CheckPoints(n)
	return err
}

// An activityColumn reads an activity of today, which counts as it says.
type activityColumn struct{ to *ledger.Activity }

// Scan implements [database/sql.Scanner].
func (c activityColumn) Scan(value any) (err error) {
	text, _ := value.(string) // as the column is declared
	*c.to, err = ledger.ParseActivity(text)
	return err
}

// A textColumn reads a text, and no number. Of a text that damage made bytes the bytes are the text.
type textColumn struct{ to *string }

// Scan implements [database/sql.Scanner].
func (c textColumn) Scan(value any) error {
	switch v := value.(type) {
	case string:
		*c.to = v
	case []byte:
		*c.to = string(v)
	default:
		return errors.New("not a text")
	}
	return nil
}

// A parentColumn reads the number of a record that another one refers to. In a damaged
// ledger that need not be there, and no command could go on.
type parentColumn struct {
	kind string
	to   *int64
}

// Scan implements [database/sql.Scanner].
func (c parentColumn) Scan(value any) error {
	id, ok := value.(int64)
	if *c.to = id; !ok {
		return fmt.Errorf("it refers to a %s that is not there", c.kind)
	}
	return nil
}
