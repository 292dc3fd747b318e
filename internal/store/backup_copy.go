package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// errUnsound is wrapped by the error about a copy that is not what it was
// copied from, or is damaged itself.
var errUnsound = errors.New("its copy is not as it should be, so the ledger is damaged; cmp doctor says more")

// copyInto writes all that the transaction sees of the ledger at path to a new
// file in a folder, for its owner alone, checks it and brings it to disk. Until
// then it is called part; name gives it its name. If that fails, or anything
// before, nothing is left.
//
// Another connection makes the copy, for SQLite does so in no transaction. The
// transaction keeps other programs from writing in the meantime.
func (tx *Tx) copyInto(ctx context.Context, path, folder, part string, name func(part string) error) error {
	part, err := newPart(folder, part)
	if err != nil {
		return err
	}
	defer os.Remove(part) //nolint:errcheck // renamed already, when all went well
	if err := vacuumInto(ctx, path, part); err != nil {
		return err
	}
	if err := tx.verifyCopy(ctx, path, part); err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
	}
	if err := name(part); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
	}
	syncFolder(folder)
	return nil
}

// vacuumInto copies a ledger to an empty file.
func vacuumInto(ctx context.Context, path, part string) error {
	db, err := connect(path, dsn(path, forReading))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.sql.ExecContext(ctx, "VACUUM INTO ?", dsn(part, "mode=rw"))
	switch code := code(err); {
	case code&0xff == sqlite3.SQLITE_CORRUPT, code&0xff == sqlite3.SQLITE_NOTADB, code&0xff == sqlite3.SQLITE_BUSY,
		code == sqlite3.SQLITE_IOERR_READ, code == sqlite3.SQLITE_IOERR_SHORT_READ:
		return explain(path, err)
	}
	return explain(filepath.Dir(part), err) // what is wrong is where the copy goes
}

// verifyCopy checks that a copy has the same tables with as many records, and
// is sound.
func (tx *Tx) verifyCopy(ctx context.Context, path, part string) error {
	objects, err := tx.objects(ctx, "main")
	if err != nil {
		return err
	}
	counts, err := tx.counts(ctx, "main", objects)
	if err != nil {
		return err
	}
	db, err := connect(part, dsn(part, asStranger))
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.transact(ctx, "BEGIN", true, func(copied *Tx) error {
		same, err := copied.holds(ctx, objects, counts)
		if err != nil {
			return err
		}
		found, err := copied.integrity(ctx, 1)
		if err == nil && (!same || len(found) > 0) {
			err = fmt.Errorf("%s: %w", path, errUnsound)
		}
		return err
	})
	return explain(filepath.Dir(part), err)
}

// holds reports whether the ledger has that schema and as many records.
func (tx *Tx) holds(ctx context.Context, objects []object, counts map[string]int64) (bool, error) {
	found, err := tx.objects(ctx, "main")
	if err != nil || !sameObjects(found, objects) {
		return false, err
	}
	records, err := tx.counts(ctx, "main", objects)
	for table, n := range counts {
		if records[table] != n {
			return false, err
		}
	}
	return true, err
}

// counts returns how many records each table has. It counts the records
// themselves: an index that is damaged may tell another number.
func (tx *Tx) counts(ctx context.Context, database string, objects []object) (map[string]int64, error) {
	counts := map[string]int64{}
	for _, o := range objects {
		if o.kind != "table" {
			continue
		}
		var n int64
		err := tx.sql.QueryRowContext(ctx, `SELECT count(*) FROM `+database+`.`+quote(o.name)+` NOT INDEXED`).Scan(&n)
		if err != nil {
			return nil, wrap(err, "count %s", o.name)
		}
		counts[o.name] = n
	}
	return counts, nil
}

// integrity returns what is wrong with the file, of what SQLite finds at most so
// many sentences.
func (tx *Tx) integrity(ctx context.Context, most int) ([]string, error) {
	var found []string
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		if text != "ok" {
			found = append(found, text)
		}
		return nil
	}, fmt.Sprintf("PRAGMA integrity_check(%d)", most))
	if err != nil || len(found) > 0 {
		return found, err
	}
	stray, err := tx.strayPages(ctx)
	if stray != "" {
		found = append(found, stray)
	}
	return found, err
}

// How files are called that are not finished.
const (
	partPrefix, partSuffix = ".cmp-", ".part"
	anyPart                = partPrefix + "*" + partSuffix
)

// newPart makes an empty file for a copy that is not finished: of that name in
// the folder, where it takes the place of what a crash left, or of a name that
// is free where there is a star in it.
func newPart(folder, name string) (string, error) {
	var file *os.File
	var err error
	if strings.Contains(name, "*") {
		file, err = os.CreateTemp(folder, name)
	} else {
		_ = os.Remove(filepath.Join(folder, name)) // what cannot be removed is in the way below
		file, err = os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
	}
	return file.Name(), file.Close()
}

func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// syncFolder brings a new name to disk. Some systems cannot; the file itself
// is safe already.
func syncFolder(path string) {
	if folder, err := os.Open(path); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}

// claim gives a file a name that must not be taken: by a link, which is one
// step, or where there are none by an empty file that takes the name first.
func claim(part, name string) error {
	err := os.Link(part, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err = file.Close(); err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		_ = os.Remove(name)
	}
	return err
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
