package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// forRestoring reads the file that is brought back as a stranger's.
const forRestoring = forWriting + "&_defensive=1&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)"

// A Restoration is what [Restore] did.
type Restoration struct {
	Contents Contents // what the ledger holds now
	// Backup is the file that keeps what it held before, or "" when there was
	// nothing. Of a rehearsal it is the folder that the file would be in.
	Backup string
	// WasDamaged says that the backup is the damaged ledger byte for byte.
	WasDamaged bool
}

// Restore replaces all that a ledger holds by what the file holds, which
// [Inspect] must accept, and keeps a backup of what it replaces. What was of an
// older schema is brought to the newest one. The log, which is that of the file
// then, gets an entry that says so. Where it fails, what the ledger held and its
// backups are as they were.
//
// It copies the records in one transaction of the ledger itself: it waits for
// other programs that write, they wait for it, and none writes to a file that
// is no longer the ledger. Only where the ledger is too damaged for that, or
// is missing, a new file takes its place.
//
// To rehearse, it does all that may fail but the change itself: it takes the
// locks, makes the backup, and leaves nothing of it.
func Restore(ctx context.Context, path, file string, by Origin) (Restoration, error) {
	return known().restoreFile(ctx, path, file, by)
}

func (s schemas) restoreFile(ctx context.Context, path, file string, by Origin) (r Restoration, err error) {
	if sameFile(path, file) {
		return r, fmt.Errorf("%s: is the ledger itself; cmp backup list shows its backups", file)
	}
	err = s.inspecting(ctx, file, func(source *Tx, c Contents) error {
		r.Contents = c
		r.Contents.Schema = s.newest
		objects, err := source.objects(ctx, "main")
		if err != nil {
			return err
		}
		if err := mayReplace(path); err != nil {
			return err
		}
		if err := s.refuse(path); err != nil {
			return inTheWay(path, err)
		}
		if by.Rehearse && !exists(path) {
			return nil
		}
		if err := create(path); err != nil {
			return err
		}
		r.Backup, err = s.restore(ctx, path, file, c.Schema, objects, by)
		if r.WasDamaged = isDamage(err) || errors.Is(err, errUnsound); r.WasDamaged {
			readable := r.Backup // of a ledger whose damage no backup reads
			r.Backup, err = s.replace(ctx, path, file, c.Schema, objects, by)
			if err != nil && readable != "" {
				_ = os.Remove(readable)
			}
		}
		return inTheWay(path, err)
	})
	return r, err
}

// mayReplace returns an error where the user may not read and write the
// ledger, or make one where there is none. A damaged ledger that may only be
// read would otherwise be replaced nevertheless, by a new file in its folder.
func mayReplace(path string) error {
	_, err := stat(path)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case missing:
		folder := filepath.Dir(path)
		for !exists(folder) && filepath.Dir(folder) != folder {
			folder = filepath.Dir(folder)
		}
		if !mayWrite(folder) {
			return fmt.Errorf("%s: cannot be created: %s may not be written; see who may write it", path, folder)
		}
	case err != nil:
		return err
	case !mayRead(path):
		return fmt.Errorf("%s: may not be read; see who may read and write the file and its folder", path)
	case !mayWrite(path):
		return fmt.Errorf("%s: may not be written; see who may write the file and its folder", path)
	}
	return nil
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

// isInternal reports whether a table is SQLite's own.
func isInternal(table string) bool { return strings.HasPrefix(table, "sqlite_") }

// restore replaces what the ledger at path holds in one transaction, after a
// backup within that. Where it fails it deletes the backup again, unless the
// ledger is damaged: then that may be all of it that reads well.
func (s schemas) restore(ctx context.Context, path, file string, schema int, objects []object, by Origin) (backup string, err error) {
	db, err := s.attach(ctx, path, file)
	if err != nil {
		return "", err
	}
	defer db.Close()
	var b Backup
	replaced := false
	err = db.rebuild(ctx, func(tx *Tx) error {
		now, err := tx.identify(ctx, path)
		switch {
		case err != nil:
			return err
		case by.Rehearse && now > 0:
			b.Path = BackupFolder(path)
			return cmp.Or(tx.rehearseBackUp(ctx, path), errNotKept)
		case by.Rehearse:
			return cmp.Or(tx.tryWrite(ctx), errNotKept)
		case now > 0:
			if b, err = tx.backUp(ctx, path, BeforeRestore, by.At); err != nil {
				return err
			}
		}
		err = tx.replaceAll(ctx, schema, objects)
		if err == nil {
			err = tx.migrate(ctx, schema, s.newest)
		}
		if err == nil {
			err = tx.noteRestore(ctx, filepath.Base(file), b.Path, by)
		}
		replaced = err == nil
		return err
	})
	switch {
	case errors.Is(err, errNotKept):
		err = nil
	case by.Rehearse:
		b.Path = ""
	case b.Path == "", isDamage(err):
	case settle(path, b, replaced, err):
		b.Path = ""
	}
	return b.Path, err
}

// noteRestore makes the entry of the log that says what was restored. The backup
// of what it replaced is named without its folder, which may move.
func (tx *Tx) noteRestore(ctx context.Context, file, backup string, by Origin) error {
	var id int64
	if err := tx.begin(ctx, by, &id); err != nil {
		return err
	}
	summary := "restore of " + file
	if backup != "" {
		backup = filepath.Base(backup)
		summary += "; before: " + backup
	}
	_, err := tx.sql.ExecContext(ctx, `UPDATE entry SET summary = ?, replaced = ? WHERE id = ?`, summary, backup, id)
	return wrap(err, "end the log")
}

// attach opens the ledger at path with the file as the database source.
func (s schemas) attach(ctx context.Context, path, file string) (*DB, error) {
	db, err := s.connect(path, forRestoring)
	if err != nil {
		return nil, err
	}
	if err := db.sql.PingContext(ctx); err != nil { // or what follows would blame the other file
		return nil, errors.Join(explain(path, err), db.Close())
	}
	if _, err := db.sql.ExecContext(ctx, "ATTACH ? AS source", dsn(file, "mode=ro")); err != nil {
		return nil, errors.Join(explain(file, err), db.Close())
	}
	return db, nil
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
