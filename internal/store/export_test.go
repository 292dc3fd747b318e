package store

import (
	"context"
	"database/sql"
)

// SQL returns the connection, for tests that look behind the package.
func (db *DB) SQL() *sql.DB { return db.sql }

// DeclaredTopics is declaredTopics.
var DeclaredTopics = declaredTopics

// Exec runs any statement.
func (tx *Tx) Exec(ctx context.Context, query string) error {
	_, err := tx.exec(ctx, query)
	return err
}
