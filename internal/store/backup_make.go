package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// backUp copies the ledger at path, which the transaction keeps others from
// writing to, into the folder of its backups. A backup of the program's own is
// made only where the ledger itself can be written: it precedes a change.
func (tx *Tx) backUp(ctx context.Context, path string, reason Reason, at string) (b Backup, err error) {
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return b, fmt.Errorf("time of a backup: %w", err)
	}
	folder := BackupFolder(path)
	if err := makeBackupFolder(folder); err != nil {
		return b, err
	}
	part := anyPart
	if reason == BeforeMigration || reason == BeforeRestore {
		if err := tx.tryWrite(ctx); err != nil {
			_ = os.Remove(folder) // which stays when there is anything in it
			return b, err
		}
		part = ownPart(path)
	}
	err = tx.copyInto(ctx, path, folder, part, func(part string) error {
		b, err = nameBackup(part, path, when.UTC(), reason)
		return err
	})
	if err != nil {
		return Backup{}, err
	}
	return b, nil
}

// settle is for after the transaction that a backup of the program's own was
// made in. Where that was committed, it deletes older ones that are too many;
// where it failed, this one, and reports that it did. finished tells whether
// only the end of the transaction can have failed.
func settle(path string, made Backup, finished bool, err error) (deleted bool) {
	switch {
	case err == nil:
		prune(path, made)
	case !finished, wasNotWritten(err):
		return os.Remove(made.Path) == nil
	}
	return false
}

// wasNotWritten reports whether a transaction that failed only at its end was
// taken back for certain. Of other failures the ledger may be another file by
// now, or the end may have come about nevertheless.
func wasNotWritten(err error) bool {
	return code(err)&0xff == sqlite3.SQLITE_FULL || code(err) == sqlite3.SQLITE_IOERR_WRITE
}

// ownPart is how a backup of the program's own is called until it is finished.
// One at a time is made, by who has the ledger locked for writing.
func ownPart(path string) string { return partPrefix + backupStem(path) + partSuffix }

// rehearseBackUp finds out whether backUp could make a backup of the program's
// own, and whether the ledger is sound enough for it: it makes one, and leaves
// nothing of it.
func (tx *Tx) rehearseBackUp(ctx context.Context, path string) error {
	return inBackupFolder(path, func(folder string) error {
		if err := tx.tryWrite(ctx); err != nil {
			return err
		}
		err := tx.copyInto(ctx, path, folder, ownPart(path), func(string) error { return errNotKept })
		if errors.Is(err, errNotKept) {
			return nil
		}
		return err
	})
}

// inBackupFolder runs fn, which leaves nothing there, and does not leave the
// folder either where there was none.
func inBackupFolder(path string, fn func(folder string) error) error {
	folder := BackupFolder(path)
	if !exists(folder) {
		defer os.Remove(folder) //nolint:errcheck // another program may have put something there
	}
	if err := makeBackupFolder(folder); err != nil {
		return err
	}
	return fn(folder)
}

// tryWrite finds out whether the transaction can write, by writing what is
// there already. A file that may only be read is locked without an error.
func (tx *Tx) tryWrite(ctx context.Context) error {
	var schema int
	if err := tx.sql.QueryRowContext(ctx, `PRAGMA main.user_version`).Scan(&schema); err != nil {
		return err
	}
	_, err := tx.sql.ExecContext(ctx, fmt.Sprintf("PRAGMA main.user_version = %d", schema))
	return err
}

func makeBackupFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("%s: cannot be created: %w", folder, cause(err))
	}
	return nil
}

// nameBackup gives a finished file a name of a backup that no other has.
func nameBackup(part, path string, at time.Time, reason Reason) (b Backup, err error) {
	b = Backup{At: at, Reason: reason}
	stem := filepath.Join(BackupFolder(path), backupStem(path)+"-"+at.Format(backupTime)+"-"+string(reason))
	for b.number = 1; ; b.number++ {
		b.Path = stem + ".db"
		if b.number > 1 {
			b.Path = fmt.Sprintf("%s-%d.db", stem, b.number)
		}
		if err = claim(part, b.Path); !errors.Is(err, fs.ErrExist) {
			return b, err
		}
	}
}

// prune deletes the oldest of the program's own backups where there are more
// than it keeps, but never the one just made, whatever the clock says. It is
// for when the change that this one precedes was committed: a change that
// fails, however often, must not cost what earlier backups keep. What cannot
// be deleted stays: it is in nobody's way.
func prune(path string, made Backup) {
	all, err := Backups(path)
	if err != nil {
		return
	}
	kept := 1
	for _, b := range all {
		own := b.Reason == BeforeMigration || b.Reason == BeforeRestore
		if !own || b.Path == made.Path {
			continue
		}
		if kept++; kept > backupsKept {
			_ = os.Remove(b.Path)
		}
	}
}
