package store

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explain turns what SQLite says of a file into a sentence that says what to
// do. It leaves other errors alone.
func explain(path string, err error) error {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_NOTADB:
		return notALedger(path)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%s: damaged or cut short; bring back a copy of the file from a backup", path)
	case sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%s: cannot be opened; see who may read and write the file and its folder", path)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s: may not be written; see who may write the file and its folder", path)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("%s: in use by another program; try again when that is done", path)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%s: no room is left on its disk; nothing was written", path)
	case sqlite3.SQLITE_IOERR:
		return fmt.Errorf("%s: cannot be read or written (%s)", path, err.Error())
	}
	return err
}

// code returns the result code of SQLite in an error, or 0.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

// isHotJournal reports whether a file open for reading has a transaction to
// be taken back first.
func isHotJournal(err error) bool { return code(err) == sqlite3.SQLITE_READONLY_ROLLBACK }

// isTaken reports whether a record was refused since there is one like it.
func isTaken(err error) bool { return code(err) == sqlite3.SQLITE_CONSTRAINT_UNIQUE }

// isDangling reports whether a record was refused since the one that it
// belongs to does not exist.
func isDangling(err error) bool { return code(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY }

// isConstraint reports whether a record was refused for what the schema says of
// it, or of it beside others.
func isConstraint(err error) bool { return code(err)&0xff == sqlite3.SQLITE_CONSTRAINT }

// cause returns why an operation on a file failed, without operation and path.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
