package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

const (
	seeWhoWrites = "see who may write the file and its folder"
	makeRoom     = "nothing was written; make room and run the command again"
)

// An explanation says in words what a result code of SQLite means, and what to do.
type explanation struct {
	code      int // the whole of it, or its last byte
	what, try string
	ask       bool // the system knows more
}

// explanations are those of the codes; the first that fits holds.
func explanations() []explanation {
	const again, noLocks = "nothing was written; run the command again", "its disk cannot lock files, so two programs might write at once"
	return []explanation{
		{sqlite3.SQLITE_READONLY_DBMOVED, "was moved or replaced meanwhile", again, false},
		{sqlite3.SQLITE_IOERR_DELETE_NOENT, "was replaced, or its journal deleted, while a command wrote to it", "see what it holds, and run the command again", false},
		{sqlite3.SQLITE_IOERR_WRITE, "its disk is full, or has errors", makeRoom, true},
		{sqlite3.SQLITE_IOERR_FSYNC, "its disk is full, or has errors", makeRoom, true},
		{sqlite3.SQLITE_IOERR_TRUNCATE, "its disk is full, or has errors", makeRoom, true},
		{sqlite3.SQLITE_IOERR_LOCK, noLocks, "move it to a disk of this computer", true},
		{sqlite3.SQLITE_IOERR_NOMEM, "no memory is left", "close other programs, and run the command again", false},
		{sqlite3.SQLITE_CANTOPEN, "cannot be opened", "see who may read and write the file and its folder", true},
		{sqlite3.SQLITE_READONLY, "may not be written", seeWhoWrites, true},
		{sqlite3.SQLITE_PERM, "may not be written", seeWhoWrites, true},
		{sqlite3.SQLITE_BUSY, "in use by another program", "try again when that is done", false},
		{sqlite3.SQLITE_LOCKED, "in use by another program", "try again when that is done", false},
		{sqlite3.SQLITE_PROTOCOL, noLocks, "move it to a disk of this computer", false},
		{sqlite3.SQLITE_FULL, "its disk is full", makeRoom, false},
		{sqlite3.SQLITE_IOERR, "its disk fails", "run the command again; if it fails again, copy the ledger to another disk", true},
		{sqlite3.SQLITE_NOMEM, "no memory is left", "close other programs, and run the command again", false},
		{sqlite3.SQLITE_TOOBIG, "a text or file is larger than a ledger can hold", "nothing was written; give a smaller one", false},
		{sqlite3.SQLITE_SCHEMA, "another program changed it meanwhile", again, false},
		{sqlite3.SQLITE_INTERRUPT, "the command was stopped", again, false},
		{sqlite3.SQLITE_ABORT, "the command was stopped", again, false},
		{sqlite3.SQLITE_NOLFS, "larger than this system can read", "use another computer", false},
	}
}

// explainCode says what a result code means.
func explainCode(path string, err error) error {
	for _, known := range explanations() {
		if c := code(err); c != known.code && c&0xff != known.code {
			continue
		}
		if known.ask {
			if hindered := hindrance(path, err); hindered != nil {
				return hindered
			}
		}
		if code(err) == sqlite3.SQLITE_READONLY_ROLLBACK { // who only glances takes nothing back
			return fault(path, "a command was stopped while it wrote", err, "to take that back: %s", ledger.Command{"status"})
		}
		return fault(path, known.what, err, known.try)
	}
	return fault(path, "refused what was to be written", err, "nothing was written; to find out more: %s", ledger.Command{"doctor"})
}

// full tells a ledger that has no number left from a full disk, for which SQLite has one code,
// or the code of a value that fits no column.
func (tx *Tx) full(ctx context.Context, err error) error {
	if code(err)&0xff != sqlite3.SQLITE_FULL && !isConstraint(err) {
		return err
	}
	var table string
	if none := tx.one(ctx, []any{&table}, `SELECT name FROM (SELECT name, seq FROM sqlite_sequence UNION ALL SELECT 'change', max(id) FROM change
		UNION ALL SELECT 'entry', max(id) FROM entry) WHERE seq = 9223372036854775807`); none != nil {
		return err
	}
	return usedUp(table)
}

// usedUp is the error where a table gave the highest number there is.
func usedUp(table string) error {
	return &ledger.Error{
		What: fmt.Sprintf("your ledger has no number left for another %s: one has %d", strings.ReplaceAll(table, "_", " "), math.MaxInt64),
		Try:  ledger.Say("nothing was written; %s", intoNew()),
	}
}

func intoNew() ledger.Text {
	return ledger.Say("write all into a new ledger: %s, then %s", ledger.Command{"export", "ledger", "--output", "new-ledger.jsonl", "--yes"},
		ledger.Command{"import", "new-ledger.jsonl", "--db", "new-ledger.db"})
}

// hindrance asks the system why a file cannot be read or written, where SQLite does not say:
// it tries the file, its journal and its folder. It is nil if all of them can be used.
func hindrance(path string, err error) error {
	journal, folder := path+"-journal", filepath.Dir(path)
	info, gone := os.Stat(path)
	if gone == nil && info.IsDir() {
		folder = path
	}
	p := probe{}
	defer p.close()
	switch {
	case gone != nil:
		p.failed("the file", "cannot be found", gone)
	case !info.IsDir():
		p.try(path, "the file", "cannot be read", syscall.O_RDONLY)
		if _, err := os.Lstat(journal); err == nil {
			p.try(journal, "the journal", "its journal "+journal+" cannot be opened", syscall.O_RDWR)
		} else if !errors.Is(err, fs.ErrNotExist) {
			p.failed("the journal", "its journal "+journal+" cannot be made", err)
		}
		p.try(path, "the file", "cannot be written", syscall.O_RDWR)
	}
	part := filepath.Join(folder, fmt.Sprintf("%s%d%s", partPrefix, os.Getpid(), partSuffix))
	if p.try(part, "the folder", "its folder "+folder+" cannot be written", syscall.O_RDWR|syscall.O_CREAT|syscall.O_EXCL) {
		defer os.Remove(part) //nolint:errcheck // a part that is left, doctor names
		p.failed("the folder", "cannot be written", p.grow())
	}
	if p.why == nil {
		return nil
	}
	try := cmp.Or(words.FileTry(p.why), "see who may read and write "+p.which)
	if hasJournal(path) {
		try = strings.TrimPrefix(try, "nothing was written; ")
		p.what = "a command was stopped while it wrote, and that cannot be taken back: " + p.what
	}
	return fault(path, p.what, errors.Join(err, p.why), "%s", try)
}

// A probe tries files until one fails. It opens them past package os, which may end the
// program where too many files are open, and holds them, as SQLite does.
type probe struct {
	which, what string // failed
	why         error  // nil while all went well
	opens       []func()
	grow        func() error // writes to what was opened last
}

func (p *probe) close() {
	for _, c := range p.opens {
		c()
	}
}

// failed notes the first failure.
func (p *probe) failed(which, what string, err error) {
	if err != nil && p.why == nil {
		p.which, p.what, p.why = which, what+": "+words.FileReason(err), err
	}
}

// try opens a file unless something has failed, and reports whether that went well.
func (p *probe) try(path, which, what string, mode int) bool {
	if p.why != nil {
		return false
	}
	file, err := syscall.Open(path, mode|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		p.failed(which, what, err)
		return false
	}
	p.opens = append(p.opens, func() { _ = syscall.Close(file) })
	p.grow = func() (err error) {
		for left := 1 << 16; left > 0 && err == nil; {
			var n int
			n, err = syscall.Write(file, make([]byte, left))
			left -= max(n, 1)
		}
		return err
	}
	return true
}

// A systemError says in words why an operation on a file failed, without operation and path.
type systemError struct{ error }

func (e systemError) Error() string { return words.FileReason(e.error) }
func (e systemError) Unwrap() error { return e.error }

// cause returns why an operation on a file failed.
func cause(err error) error {
	if why, ok := errors.AsType[syscall.Errno](err); ok {
		return systemError{why}
	}
	return err
}
