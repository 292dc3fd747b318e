package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// An explained is what SQLite said of a file, in words for its user.
type explained struct {
	text string
	err  error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.err }

// An unreadable says why a record cannot be read.
type unreadable struct{ err error }

func (e *unreadable) Error() string { return e.err.Error() }
func (e *unreadable) Unwrap() error { return e.err }

// explain turns what SQLite says of a file into a sentence that says what to
// do. It leaves other errors alone, and those that were explained already.
func explain(path string, err error) error {
	if bad, ok := errors.AsType[*unreadable](err); ok {
		return &explained{fmt.Sprintf("%s: damaged: a record cannot be read (%v); cmp doctor says more, cmp restore brings back a backup", path, bad.err), err}
	}
	if _, ok := errors.AsType[*explained](err); ok || code(err) == 0 {
		return err
	}
	if text := explanation(path, err); text != "" {
		return &explained{text, err}
	}
	return err
}

func explanation(path string, err error) string {
	switch code(err) {
	case sqlite3.SQLITE_READONLY_DBMOVED:
		return path + ": was put in another place or replaced meanwhile; nothing was written; repeat the command"
	case sqlite3.SQLITE_IOERR_DELETE_NOENT:
		return path + ": was replaced, or its journal deleted, while a command wrote to it; see what it holds and repeat the command"
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE:
		return path + ": its disk takes no more, or has errors; nothing was written; make room and repeat the command"
	}
	switch code(err) & 0xff {
	case sqlite3.SQLITE_ERROR: // a statement that fits no table that is there
		what := err.Error()
		if _, after, ok := strings.Cut(what, "SQL logic error: "); ok {
			what, _, _ = strings.Cut(after, " (")
		}
		return fmt.Sprintf("%s: not as cmp makes a ledger (%s); cmp doctor says more, cmp restore brings back a backup", path, what)
	case sqlite3.SQLITE_NOTADB:
		return notALedger(path).Error()
	case sqlite3.SQLITE_CORRUPT:
		return path + ": damaged or cut short; cmp doctor says more, cmp restore brings back a backup"
	case sqlite3.SQLITE_CANTOPEN:
		return path + ": cannot be opened; see who may read and write the file and its folder"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return path + ": may not be written; see who may write the file and its folder"
	case sqlite3.SQLITE_BUSY:
		return path + ": in use by another program; try again when that is done"
	case sqlite3.SQLITE_FULL:
		return path + ": no room is left on its disk; nothing was written; make room and repeat the command"
	case sqlite3.SQLITE_IOERR:
		return fmt.Sprintf("%s: cannot be read or written (%s)", path, err.Error())
	}
	return ""
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
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
