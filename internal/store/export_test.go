package store

import (
	"context"
	"database/sql"
)

// SQL returns the connection, for tests that look behind the package.
func (db *DB) SQL() *sql.DB { return db.sql }

// RowsAtOnce is rowsAtOnce.
const RowsAtOnce = rowsAtOnce

// URIPath is uriPath.
var URIPath = uriPath

// ReadTopicList is readTopicList.
var ReadTopicList = readTopicList

// Exec runs any statement.
func (tx *Tx) Exec(ctx context.Context, query string) error {
	_, err := tx.exec(ctx, query)
	return err
}

// Rebuild runs a script as a migration is run.
func (db *DB) Rebuild(ctx context.Context, script string) error {
	return db.rebuild(ctx, func(tx *Tx) error {
		_, err := tx.sql.ExecContext(ctx, script)
		return err
	})
}
