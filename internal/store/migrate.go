package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

const (
	// applicationID marks a SQLite file as a ledger: "cmp1" in ASCII.
	applicationID = 0x636d7031
	// unreleasedID marks the ledgers of builds before the first release.
	unreleasedID = 0x636d704c
)

// NewestSchema is the newest schema that the program knows, which every ledger
// has after it was written to: the number of the last file in migrations.
const NewestSchema = 1

//go:embed migrations/*.sql
var migrations embed.FS

// schemas are the schemas that a program knows. Tests have more of them.
type schemas struct {
	files  fs.FS // a folder migrations, whose files make one schema each of the one before
	newest int
}

func known() schemas { return schemas{migrations, NewestSchema} }

// A refusal says why a file is none that this program may touch.
type refusal struct {
	reason string
	try    string // what to do with a ledger of another cmp; "" for what is none
}

func (r *refusal) Error() string {
	if r.try == "" {
		return r.reason
	}
	return r.reason + "; " + r.try
}

func notALedger(path string) error {
	return &refusal{reason: path + ": not a ledger of cmp; nothing was touched; name another file with --db; cmp doctor says more of this one"}
}

func unreleased(path string) error {
	return &refusal{
		reason: path + ": made by an unreleased cmp, which this one does not read; nothing was touched",
		try:    "save its credits with that cmp (cmp export credits), move the file away, and import them with this one",
	}
}

// newer refuses a ledger of a schema that is not known yet.
func (s schemas) newer(path string, schema int) error {
	return &refusal{
		reason: fmt.Sprintf("%s: written by a newer cmp (schema %d, this one knows %d); nothing was touched", path, schema, s.newest),
		try:    "use the newer cmp",
	}
}

// identify returns the number of the schema of the file, 0 when there is
// nothing in it yet. It is a refusal when the file is not a ledger, or is
// newer than this program.
func (db *DB) identify(ctx context.Context) (schema int, err error) {
	err = db.transact(ctx, "BEGIN", true, func(tx *Tx) error {
		schema, err = tx.identify(ctx, db.path)
		return err
	})
	return schema, err
}

// identify reads the schema first, which finds most damage. The pragmas as
// tables would answer all in one statement, but take 0.1 ms longer.
func (tx *Tx) identify(ctx context.Context, path string) (schema int, err error) {
	var application int
	var used bool
	err = tx.sql.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema)`).Scan(&used)
	if err == nil {
		err = tx.sql.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&application)
	}
	if err == nil {
		err = tx.sql.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&schema)
	}
	switch {
	case err != nil:
		return 0, err
	case application == 0 && schema == 0 && !used:
		return 0, nil
	case application == unreleasedID:
		return 0, unreleased(path)
	case application != applicationID || schema < 1:
		return 0, notALedger(path)
	case schema > tx.schemas.newest:
		return 0, tx.schemas.newer(path, schema)
	}
	return schema, nil
}

// refuse returns a refusal when the file is one. It looks at the file at rest:
// opened for writing, a database of others would have its journals worked off.
// Any other error is for the opening proper to find, which takes locks.
func (s schemas) refuse(path string) error {
	if exists(path + "-journal") {
		return nil // in use, or left by a crash: without locks nothing is certain
	}
	db, err := s.connect(path, atRest)
	if err != nil {
		return err
	}
	defer db.Close()
	schema, err := db.identify(context.Background())
	if r, ok := errors.AsType[*refusal](err); ok {
		return r
	}
	if err == nil && schema == 0 && exists(path+"-wal") {
		return notALedger(path) // all of it is in its write-ahead log yet
	}
	return nil
}

// A Migration is how an older ledger came to the newest schema.
type Migration struct {
	From, To int    // numbers of schemas
	Backup   string // the file that keeps it as it was
}

// migrate brings the ledger to the newest schema, in one transaction. One that
// has a schema is backed up before that, if that is asked for.
func (db *DB) migrate(ctx context.Context, backUp bool) error {
	schema, err := db.identify(ctx)
	if err != nil || schema == db.schemas.newest {
		return explain(db.path, err)
	}
	var made Backup
	// A migration may build a table anew, and to drop the old one would take
	// with it what refers to it.
	err = db.rebuild(ctx, func(tx *Tx) error {
		// Another process may have been faster.
		schema, err := tx.identify(ctx, db.path)
		if err != nil || schema == db.schemas.newest {
			return err
		}
		if schema > 0 && backUp {
			made, err = newBackup(db.path, BeforeMigration, db.origin, func(part string) error { return tx.schemas.copyLedger(ctx, db.path, part) })
			if err != nil {
				return fmt.Errorf("%s: stays at schema %d, which this cmp only reads, for it cannot be backed up: %w", db.path, schema, err)
			}
			db.migration = &Migration{From: schema, To: db.schemas.newest, Backup: made.Path}
		}
		return tx.migrate(ctx, schema, db.schemas.newest)
	})
	settle(db.path, made, err)
	return err
}

// rebuild runs fn in one transaction without foreign keys and without the log.
// What fn broke is found before the transaction ends.
func (db *DB) rebuild(ctx context.Context, fn func(*Tx) error) error {
	return db.withoutForeignKeys(ctx, func() error {
		return db.write(ctx, func(tx *Tx) error {
			// To rename a table would else look at every view, also at those
			// of a table that is just being built anew.
			if _, err := tx.sql.ExecContext(ctx, "PRAGMA legacy_alter_table = ON"); err != nil {
				return err
			}
			if err := fn(tx); err != nil {
				return err
			}
			broken, err := tx.brokenReference(ctx)
			if broken != nil {
				err = broken
			}
			return err
		})
	})
}

// withoutForeignKeys runs fn, a transaction, without enforcing references. It
// is for fn to check them before its end.
func (db *DB) withoutForeignKeys(ctx context.Context, fn func() error) error {
	// The pragma does nothing within a transaction.
	if _, err := db.sql.ExecContext(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
		return explain(db.path, err)
	}
	err := fn()
	_, on := db.sql.ExecContext(ctx, "PRAGMA foreign_keys = ON")
	return errors.Join(err, explain(db.path, on))
}

// brokenReference says which record is the first that refers to one that is not
// there; nil is none.
func (tx *Tx) brokenReference(ctx context.Context) (broken, err error) {
	var record, row, parent string
	err = tx.sql.QueryRowContext(ctx, `SELECT "table", coalesce('[' || rowid || ']', ''), parent FROM pragma_foreign_key_check LIMIT 1`).Scan(&record, &row, &parent)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return fmt.Errorf("%s %s: what it refers to in %s is missing", record, row, parent), nil
}

// migrate applies the migrations after the one numbered from, up to the one
// numbered to. Each file of them is named for its number, so that they are in
// order.
func (tx *Tx) migrate(ctx context.Context, from, to int) error {
	files, err := fs.ReadDir(tx.schemas.files, "migrations")
	if err != nil {
		return err
	}
	for _, file := range files[from:to] {
		script, err := fs.ReadFile(tx.schemas.files, "migrations/"+file.Name())
		if err != nil {
			return err
		}
		if _, err := tx.sql.ExecContext(ctx, string(script)); err != nil {
			return fmt.Errorf("migration %s: %w", file.Name(), err)
		}
	}
	_, err = tx.sql.ExecContext(ctx, fmt.Sprintf(
		"PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, to))
	return err
}
