package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	sqlite3 "modernc.org/sqlite/lib"
)

// errUnsound is wrapped by the error about a copy that is damaged.
var errUnsound = errors.New("its copy is not as it should be, so the ledger is damaged; cmp doctor says more")

// copyLedger writes all that a ledger holds to an empty file and checks that.
// What is wrong with the ledger is explained; any other error is about the file.
func (s schemas) copyLedger(ctx context.Context, path, part string) error {
	db, err := s.connect(path, forReading)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.sql.ExecContext(ctx, "VACUUM INTO ?", dsn(part, "mode=rw"))
	switch code := code(err); {
	case code&0xff == sqlite3.SQLITE_CORRUPT, code&0xff == sqlite3.SQLITE_NOTADB, code&0xff == sqlite3.SQLITE_BUSY,
		code == sqlite3.SQLITE_IOERR_READ, code == sqlite3.SQLITE_IOERR_SHORT_READ:
		return explain(path, err)
	case err != nil:
		return err
	}
	copied, err := s.connect(part, asStranger)
	if err != nil {
		return err
	}
	defer copied.Close()
	err = copied.transact(ctx, "BEGIN", true, func(tx *Tx) error { return tx.integrity(ctx) })
	if errors.Is(err, errDamaged) {
		err = fmt.Errorf("%s: %w", path, errUnsound)
	}
	return err
}

// integrity returns an error that wraps errDamaged where SQLite finds anything
// wrong with the file.
func (tx *Tx) integrity(ctx context.Context) error {
	var found string
	err := tx.sql.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found)
	if err == nil && found != "ok" {
		err = fmt.Errorf("%w: %s", errDamaged, found)
	}
	return err
}

// How files are called that are not finished.
const (
	partPrefix, partSuffix = ".cmp-", ".part"
	anyPart                = partPrefix + "*" + partSuffix
)

// ownPart is how a file is called until it is finished where one at a time is
// made, by who has the ledger locked for writing.
func ownPart(path string) string { return partPrefix + backupStem(path) + partSuffix }

// newPart makes an empty file for a copy that is not finished: of that name in
// the folder, where it takes the place of what a crash left, or of a name that
// is free where there is a star in it.
func newPart(folder, name string) (string, error) {
	var file *os.File
	var err error
	if name == anyPart {
		file, err = os.CreateTemp(folder, name)
	} else {
		_ = os.Remove(filepath.Join(folder, name)) // what cannot be removed is in the way below
		file, err = os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err != nil {
		return "", notWritten(folder, err)
	}
	return file.Name(), file.Close()
}

func notWritten(folder string, err error) error {
	return fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
