package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// forRestoring reads the file that is brought back as a stranger's.
const forRestoring = forWriting + "&_defensive=1&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)"

// A Restoration is what [Restore] did.
type Restoration struct {
	Contents Contents // what the ledger holds now
	// Backup is the file that keeps what it held before, or "" when there was
	// nothing.
	Backup string
	// WasDamaged says that the backup is the damaged ledger byte for byte.
	WasDamaged bool
}

// Restore replaces all that a ledger holds by what the file holds, which
// [Inspect] must accept, and keeps a backup of what it replaces. The schema
// becomes that of the file.
//
// It copies the records in one transaction of the ledger itself: it waits for
// other programs that write, they wait for it, and none writes to a file that
// is no longer the ledger. Only where the ledger is too damaged for that, or
// is missing, a new file takes its place. To rehearse, it only inspects.
func Restore(ctx context.Context, path, file string, by Origin) (r Restoration, err error) {
	if sameFile(path, file) {
		return r, fmt.Errorf("%s: is the ledger itself; cmp backup list shows its backups", file)
	}
	err = inspect(ctx, file, func(source *Tx, c Contents) error {
		r.Contents = c
		if err := refuse(path); err != nil {
			return inTheWay(path, err)
		}
		if by.Rehearse {
			return nil
		}
		objects, err := source.objects(ctx, "main")
		if err != nil {
			return err
		}
		if err := create(path); err != nil {
			return err
		}
		r.Backup, err = restore(ctx, path, file, c.Schema, objects, by)
		if isDamage(err) || errors.Is(err, errUnsound) {
			r.WasDamaged = true
			r.Backup, err = replace(ctx, path, file, c.Schema, objects, by)
		}
		return inTheWay(path, err)
	})
	return r, err
}

// inTheWay says of what is no ledger of ours that it has to go first. Where it
// is one whose first bytes are damaged, that loses nothing either.
func inTheWay(path string, err error) error {
	r, refused := errors.AsType[*refusal](err)
	switch {
	case refused && r.newer:
		return err
	case refused, code(err)&0xff == sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s: is no ledger of cmp, or one whose first bytes are damaged; nothing was touched; move it away first", path)
	}
	return err
}

// isInternal reports whether a table is SQLite's own.
func isInternal(table string) bool { return strings.HasPrefix(table, "sqlite_") }

// restore replaces what the ledger at path holds in one transaction, after a
// backup within that.
func restore(ctx context.Context, path, file string, schema int, objects []object, by Origin) (backup string, err error) {
	db, err := connect(path, dsn(path, forRestoring))
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.sql.ExecContext(ctx, "ATTACH ? AS source", dsn(file, "mode=ro")); err != nil {
		return "", explain(file, err)
	}
	err = db.rebuild(ctx, func(tx *Tx) error {
		now, err := tx.identify(ctx, path)
		if err != nil {
			return err
		}
		if now > 0 {
			b, err := tx.backUp(ctx, path, BeforeRestore, by.At)
			if err != nil {
				return err
			}
			backup = b.Path
		}
		return tx.replaceAll(ctx, schema, objects)
	})
	return backup, err
}

// replaceAll makes the ledger that is open the same as the one attached as
// source, which has the given schema. Triggers come last: they watch over
// changes, and these are none.
func (tx *Tx) replaceAll(ctx context.Context, schema int, objects []object) error {
	old, err := tx.objects(ctx, "main")
	if err != nil {
		return err
	}
	var script []string
	for _, o := range old {
		if (o.kind == "table" || o.kind == "view") && !isInternal(o.name) {
			script = append(script, "DROP "+o.kind+" main."+quote(o.name))
		}
	}
	for _, o := range objects {
		if o.kind == "table" && !isInternal(o.name) {
			script = append(script, o.sql, "INSERT INTO main."+quote(o.name)+" SELECT * FROM source."+quote(o.name))
		}
	}
	script = append(script, "DELETE FROM main.sqlite_sequence", "INSERT INTO main.sqlite_sequence SELECT * FROM source.sqlite_sequence")
	for _, o := range objects {
		if o.kind != "table" && o.sql != "" {
			script = append(script, o.sql)
		}
	}
	script = append(script, fmt.Sprintf("PRAGMA main.application_id = %d", applicationID), fmt.Sprintf("PRAGMA main.user_version = %d", schema))
	for _, statement := range script {
		if _, err := tx.sql.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	counts, err := tx.counts(ctx, "source", objects)
	if err != nil {
		return err
	}
	same, err := tx.holds(ctx, objects, counts)
	if err == nil && !same {
		err = errors.New("what was copied is not the same; nothing was changed")
	}
	return err
}

// replace puts a new file with what the file holds in the place of a damaged
// ledger, which is kept byte for byte. SQLite itself refuses to write for a
// program that still has the old file open.
func replace(ctx context.Context, path, file string, schema int, objects []object, by Origin) (backup string, err error) {
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
	if _, err := restore(ctx, part, file, schema, objects, by); err != nil {
		return "", explain(folder, err)
	}
	if err := syncFile(part); err != nil {
		return "", fmt.Errorf("%s: cannot be written: %w", folder, cause(err))
	}
	if backup, err = setAside(path, by.At); err != nil {
		return "", err
	}
	// The journal of the damaged file must not be taken for that of the new.
	if err := os.Remove(path + "-journal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s-journal: cannot be deleted: %w", path, cause(err))
	}
	if err := os.Rename(part, path); err != nil {
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
