package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// replace puts a new file with what the file holds in the place of a damaged
// ledger, which is kept byte for byte. SQLite itself refuses to write for a
// program that still has the old file open.
func (s schemas) replace(ctx context.Context, path, file string, schema int, objects []object, by Origin) (backup string, err error) {
	if linked, err := filepath.EvalSymlinks(path); err == nil {
		path = linked
	}
	if err := isInUse(ctx, path); err != nil {
		return "", err
	}
	folder := filepath.Dir(path)
	part, err := newPart(folder, anyPart)
	if err != nil {
		return "", err
	}
	defer os.Remove(part) //nolint:errcheck // renamed already, when all went well
	if by.Rehearse {
		return BackupFolder(path), inBackupFolder(path, func(folder string) error {
			kept, err := copyBytes(path, folder)
			if err == nil {
				err = os.Remove(kept)
			}
			return err
		})
	}
	if _, err := s.restore(ctx, part, file, schema, objects, by); err != nil {
		return "", explain(folder, err)
	}
	if err := syncFile(part); err != nil {
		return "", fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
	}
	if backup, err = setAside(path, by.At); err != nil {
		return "", err
	}
	// The journal of the damaged file must not be taken for that of the new.
	gone := os.Remove(path + "-journal")
	if gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		_, _ = os.Remove(backup), os.Remove(backup+"-journal")
		return "", fmt.Errorf("%s-journal: cannot be deleted: %w", path, cause(gone))
	}
	if err := os.Rename(part, path); err != nil {
		if gone != nil { // else the only copy of the journal is with the backup
			_ = os.Remove(backup)
		}
		return "", fmt.Errorf("%s: cannot be replaced: %w", path, cause(err))
	}
	syncFolder(folder)
	return backup, nil
}

// isInUse returns an error when another program has the ledger locked. One too
// damaged to be locked is in nobody's use.
func isInUse(ctx context.Context, path string) error {
	db, err := connect(path, dsn(path, forWriting))
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.transact(ctx, "BEGIN EXCLUSIVE", false, func(*Tx) error { return nil })
	if code(err)&0xff == sqlite3.SQLITE_BUSY {
		return explain(path, err)
	}
	return nil
}

// setAside copies a damaged ledger to its backups, with its journal.
func setAside(path, at string) (string, error) {
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return "", fmt.Errorf("time of a backup: %w", err)
	}
	folder := BackupFolder(path)
	if err := makeBackupFolder(folder); err != nil {
		return "", err
	}
	part, err := copyBytes(path, folder)
	if err != nil {
		return "", err
	}
	defer os.Remove(part) //nolint:errcheck // it has another name already
	b, err := nameBackup(part, path, when.UTC(), Damaged)
	if err != nil {
		return "", fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
	}
	if exists(path + "-journal") {
		journal, err := copyBytes(path+"-journal", folder)
		if err != nil {
			return "", err
		}
		if err := os.Rename(journal, b.Path+"-journal"); err != nil {
			return "", fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
		}
	}
	syncFolder(folder)
	return b.Path, nil
}

// copyBytes copies a file as it is to a new one that is not named yet.
func copyBytes(path, folder string) (part string, err error) {
	part, err = newPart(folder, anyPart)
	if err != nil {
		return "", err
	}
	from, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("%s: cannot be read: %w", path, cause(err))
	}
	defer from.Close() //nolint:errcheck // it was only read
	to, err := os.OpenFile(part, os.O_WRONLY, 0)
	if err != nil {
		return "", fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		_ = os.Remove(part)
		return "", fmt.Errorf("%s: cannot be copied to %s: %w", path, folder, cause(err))
	}
	return part, nil
}
