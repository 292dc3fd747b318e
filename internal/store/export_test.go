package store

import (
	"context"
	"database/sql"
	"io/fs"
	"testing/fstest"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// Schemas are those that a program knows.
type Schemas struct{ schemas }

// Later are the schemas of a program to come, with one more that the script
// makes.
func Later(script string) Schemas {
	files := fstest.MapFS{"migrations/9999_later.sql": {Data: []byte(script)}}
	released, _ := fs.Glob(migrations, "migrations/*.sql") // the pattern is right
	for _, name := range released {
		data, _ := migrations.ReadFile(name) // it is there
		files[name] = &fstest.MapFile{Data: data}
	}
	return Schemas{schemas{files, NewestSchema + 1}}
}

func (s Schemas) Open(path string, by Origin) (*DB, error) { return s.open(path, by) }
func (s Schemas) OpenRead(path string) (*DB, error)        { return s.openRead(path, forReading) }

// SQL returns the connection, for tests that look behind the package.
func (db *DB) SQL() *sql.DB { return db.sql }

// Afresh reads all credits, also those that the transaction has read.
func (tx *Tx) Afresh(ctx context.Context) ([]ledger.Credit, error) {
	return tx.credits(ctx, "NOT removed")
}

// URIPath is uriPath.
var URIPath = uriPath

// ReadTopicList reads topics as they are stored.
func ReadTopicList(text string) (all []ledger.CreditTopic, err error) {
	err = topicsColumn{&all}.Scan(text)
	return all, err
}

// Exec runs any statement.
func (tx *Tx) Exec(ctx context.Context, query string) error {
	_, err := tx.exec(ctx, query)
	return err
}

// Fingerprint returns that of the ledger, and Fingerprint1 is that of schema 1.
func (tx *Tx) Fingerprint(ctx context.Context) (string, error) { return tx.fingerprint(ctx) }

const Fingerprint1 = fingerprint1

// RestoreUnasked is Restore for who need not be asked.
func RestoreUnasked(ctx context.Context, path, file string, by Origin) (Restoration, error) {
	return Restore(ctx, path, file, by, func(Contents) error { return nil })
}

// CreditsByColumns returns the credits that are read by their columns, and whether all can be.
func (tx *Tx) CreditsByColumns(ctx context.Context) (l exchange.Ledger, all bool) {
	all = tx.readCredits(ctx, &l, ever)
	return l, all
}
