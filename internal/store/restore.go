package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// forReplacing also reads and writes what is damaged.
	forReplacing = "mode=rw&_pragma=busy_timeout(10000)&_pragma=writable_schema(1)"
	// forPreparing leaves no journal of a file that a crash makes useless.
	forPreparing = forWriting + "&_pragma=journal_mode(memory)"
)

// A Restoration is what [Restore] did.
type Restoration struct {
	Contents Contents // what the ledger holds now
	// Backup is the file that keeps what it held before, or "" when there was
	// nothing. Of a rehearsal it is the folder that the file would be in.
	Backup string
	// WasDamaged says that the backup is the damaged ledger as it was.
	WasDamaged bool
}

// Restore replaces all that a ledger holds by what the file holds, which
// [Inspect] must accept, and keeps a backup of what it replaces. What was of an
// older schema is brought to the newest one. The log, which is that of the file
// then, gets an entry that says so. Where it fails, what the ledger held and its
// backups are as they were.
//
// SQLite copies the pages in one transaction of the ledger itself: it waits for
// other programs that write, and they wait for it. No program writes between the
// backup and that transaction.
//
// To rehearse, it does all that may fail but the change itself: it takes the
// lock, makes the backup, and leaves nothing of it.
func Restore(ctx context.Context, path, file string, by Origin) (Restoration, error) {
	return known().restoreFile(ctx, path, file, by)
}

func (s schemas) restoreFile(ctx context.Context, path, file string, by Origin) (r Restoration, err error) {
	if sameFile(path, file) {
		return r, fmt.Errorf("%s: is the ledger itself; cmp backup list shows its backups", file)
	}
	err = s.inspecting(ctx, file, func(c Contents) error {
		r.Contents = c
		r.Contents.Schema = s.newest
		if err := s.mayReplace(path); err != nil || by.Rehearse && !exists(path) {
			return err
		}
		if err := create(path); err != nil {
			return err
		}
		b, err := s.replace(ctx, path, file, by)
		r.Backup, r.WasDamaged = b.Path, b.Reason == Damaged
		return inTheWay(path, err)
	})
	return r, err
}

// mayReplace returns an error where the path is that of a file which is no
// ledger of ours, or may not be written: SQLite locks that without an error.
func (s schemas) mayReplace(path string) error {
	_, err := stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !mayWrite(path), !mayWrite(filepath.Dir(path)):
		return fmt.Errorf("%s: may not be written; see who may write the file and its folder", path)
	}
	if h, err := readHeader(path); err == nil && h.wal {
		return inWAL(path)
	}
	return inTheWay(path, s.refuse(path))
}

// inTheWay says of what is no ledger of ours that it has to go first. Where it
// is one whose first bytes are damaged, that loses nothing either.
func inTheWay(path string, err error) error {
	r, refused := errors.AsType[*refusal](err)
	switch {
	case refused && r.try != "":
		return err
	case refused, code(err)&0xff == sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s: is no ledger of cmp, or one whose first bytes are damaged; nothing was touched; move it away first", path)
	}
	return err
}

// replace makes the ledger at path what the file holds, after a backup of it.
func (s schemas) replace(ctx context.Context, path, file string, by Origin) (b Backup, err error) {
	// Opened first and closed last: to close a file gives up the locks that SQLite has on it.
	original, err := os.Open(path)
	if err != nil {
		return b, fmt.Errorf("%s: cannot be read: %w", path, cause(err))
	}
	defer original.Close() //nolint:errcheck // it was only read
	db, err := s.connect(path, forReplacing)
	if err != nil {
		return b, err
	}
	defer db.Close()
	err = db.transact(ctx, "BEGIN IMMEDIATE", true, func(tx *Tx) error {
		// So the lock stays after the transaction, until the ledger is another one.
		if _, err := tx.sql.ExecContext(ctx, "PRAGMA locking_mode = exclusive"); err != nil {
			return err
		}
		schema, err := tx.identify(ctx, path)
		if err == nil && schema > 0 || isDamage(err) {
			b, err = tx.backUpOrSetAside(ctx, original, by)
		}
		return cmp.Or(err, errNotKept)
	})
	if !errors.Is(err, errNotKept) || by.Rehearse {
		if errors.Is(err, errNotKept) {
			err = nil
		}
		return b, explain(path, err)
	}
	err = explain(path, s.copyPages(ctx, db, file, b.Path, by))
	settle(path, b, err)
	return b, err
}

// backUpOrSetAside makes a backup of a ledger that the transaction has locked
// or, where it is too damaged for one, copies its bytes as they are.
func (tx *Tx) backUpOrSetAside(ctx context.Context, ledger *os.File, by Origin) (Backup, error) {
	path := ledger.Name()
	b, err := newBackup(path, BeforeRestore, by, func(part string) error { return tx.schemas.copyLedger(ctx, path, part) })
	if isDamage(err) || errors.Is(err, errUnsound) {
		return newBackup(path, Damaged, by, func(part string) error { return copyBytes(ledger, part) })
	}
	return b, err
}

// copyBytes writes all that is in a file to an empty one.
func copyBytes(from *os.File, part string) error {
	to, err := os.OpenFile(part, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, io.NewSectionReader(from, 0, math.MaxInt64))
	return errors.Join(err, to.Close())
}

// copyPages makes the open ledger, which its connection has locked, what the
// file holds. A new file gets what is not in that one: the newest schema, and the
// entry of the log.
func (s schemas) copyPages(ctx context.Context, db *DB, file, backup string, by Origin) error {
	folder := filepath.Dir(db.path)
	if backup != "" {
		folder = filepath.Dir(backup) // so that a crash leaves nothing beside the ledger
	}
	part, err := newPart(folder, ownPart(db.path))
	if err != nil {
		return err
	}
	defer os.Remove(part) //nolint:errcheck // doctor tells of what is left
	if err := s.copyLedger(ctx, file, part); err != nil {
		return err
	}
	if err := s.prepare(ctx, part, file, backup, by); err != nil {
		return err
	}
	if _, err := db.sql.ExecContext(ctx, "PRAGMA locking_mode = normal"); err != nil { // once it is copied
		return err
	}
	return db.load(dsn(part, forReading))
}

// prepare brings a copy of the file to the newest schema and notes in its log
// what was restored. The backup of what it replaces is named without its folder,
// which may move.
func (s schemas) prepare(ctx context.Context, part, file, backup string, by Origin) error {
	db, err := s.connect(part, forPreparing)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.migrate(ctx, false); err != nil {
		return err
	}
	return db.write(ctx, func(tx *Tx) error {
		var id int64
		if err := tx.begin(ctx, by, &id); err != nil {
			return err
		}
		summary := "restore of " + filepath.Base(file)
		if backup != "" {
			backup = filepath.Base(backup)
			summary += "; before: " + backup
		}
		_, err := tx.exec(ctx, `UPDATE entry SET summary = ?, replaced = ? WHERE id = ?`, summary, backup, id)
		return wrap(err, "end the log")
	})
}
