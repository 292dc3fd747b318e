package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
)

// A Reason says why a backup was made.
type Reason string

// The reasons. Of those before a migration or a restore the program keeps the last ten.
const (
	BeforeMigration Reason = "before-migration"
	BeforeRestore   Reason = "before-restore"
	ByHand          Reason = "by-hand"
	// Damaged is a ledger that a restore replaced and that could not be read, as
	// it was: no backup that can be restored, but the only copy of what was there.
	Damaged Reason = "damaged"
)

const (
	// backupFolder is beside the ledger.
	backupFolder = "backups"
	// backupsKept is how many of its own backups the program keeps.
	backupsKept = 10
	// backupTime is how a file's name tells when, in UTC. Windows allows no
	// colons.
	backupTime = "20060102T150405Z"
)

// A Backup is a copy of a ledger in the folder of its backups.
type Backup struct {
	Path   string    `json:"file" doc:"Path."`
	At     time.Time `json:"when" as:"time"` // UTC, to the second, as its name tells
	Reason Reason    `json:"reason" doc:"damaged: a ledger that a restore replaced, and that cannot be read."`
	Size   int64     `json:"size" min:"0" doc:"In bytes."`
	// Schema is the one that it says it has.
	Schema *int `json:"ledger_schema" min:"none" doc:"Form of the file." null:"where it cannot be read"`
}

// BackupFolder returns where the backups of a ledger are.
func BackupFolder(path string) string { return filepath.Join(filepath.Dir(path), backupFolder) }

// Backups returns the backups of a ledger, the newest first. It goes by their
// names alone: whether each is whole, [Inspect] tells.
func Backups(path string) ([]Backup, error) {
	folder := BackupFolder(path)
	files, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: cannot be read: %w", folder, cause(err))
	}
	all := []Backup{}
	for _, file := range files {
		b, ok := backupNamed(file.Name(), path)
		info, gone := file.Info() // gone meanwhile
		if !ok || gone != nil || !info.Mode().IsRegular() {
			continue
		}
		b.Path, b.Size = filepath.Join(folder, file.Name()), info.Size()
		if h, _ := readHeader(b.Path); h.schema > 0 {
			b.Schema = &h.schema
		}
		all = append(all, b)
	}
	slices.SortStableFunc(all, func(a, b Backup) int {
		// Of those of one second a later one has a greater number, or one at all.
		return cmp.Or(b.At.Compare(a.At), len(b.Path)-len(a.Path), strings.Compare(b.Path, a.Path))
	})
	return all, nil
}

// backupNamed returns what the name of a backup of the ledger says: when it was made, why, and
// a number where there were several in a second. Names are bytes, and need not be UTF-8.
func backupNamed(name, path string) (b Backup, ok bool) {
	rest, ours := strings.CutPrefix(name, backupStem(path)+"-")
	rest, ends := strings.CutSuffix(rest, ".db")
	when, why, _ := strings.Cut(rest, "-")
	at, err := time.Parse(backupTime, when)
	if !ours || !ends || err != nil || at.Format(backupTime) != when {
		return b, false
	}
	for _, r := range []Reason{BeforeMigration, BeforeRestore, ByHand, Damaged} {
		number, is := strings.CutPrefix(why, string(r))
		n, _ := strconv.Atoi(number) // "-2" is the second
		if is && (number == "" || n < 0 && number == strconv.Itoa(n)) {
			return Backup{At: at, Reason: r}, true
		}
	}
	return b, false
}

func backupStem(path string) string { return strings.TrimSuffix(filepath.Base(path), ".db") }

// A header is what the first bytes of a file say of it.
type header struct {
	schema int  // 0 when it is no ledger of cmp
	wal    bool // it is kept with a write-ahead log
}

// isLedger reports whether a file begins as a ledger of cmp; see [readHeader].
func isLedger(path string) bool {
	h, _ := readHeader(path)
	return h.schema > 0
}

// readHeader reads the first bytes of a file past SQLite. It is for no ledger
// that this process has open: to close the file would give up its locks.
func readHeader(path string) (h header, err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return h, atomicfile.ErrNotFile // to open a pipe would wait
	}
	file, err := os.Open(path)
	if err != nil {
		return h, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	var b [100]byte
	if _, err := io.ReadFull(file, b[:]); err != nil || string(b[:16]) != "SQLite format 3\x00" {
		return h, nil // too short to be one
	}
	if binary.BigEndian.Uint32(b[68:]) == applicationID {
		h.schema = int(int32(binary.BigEndian.Uint32(b[60:])))
		h.wal = b[18] > 1 || b[19] > 1
	}
	return h, nil
}

// BackUp copies a ledger to the file, or to a new one in the folder of its backups, and returns
// its path and what it holds. Where that cannot be restored, the path comes with the reason.
// It is an error that wraps [fs.ErrExist] when the file is there already, unless it is
// to be overwritten.
func BackUp(ctx context.Context, path, file string, overwrite bool, by Origin) (at string, c Contents, err error) {
	if err := mayBackUp(path, file, overwrite); err != nil {
		return "", c, err
	}
	var unsound error
	fill := func(part string) (Reason, error) {
		err := copyPart(ctx, path, part)
		if err == nil {
			c, unsound = Inspect(ctx, part)
			err = badCopy(path, unsound)
		}
		if errors.Is(unsound, errUnreadable) {
			return Damaged, err
		}
		return ByHand, err
	}
	if at = file; file == "" {
		var b Backup
		b, err = newBackup(path, "", by, fill)
		at = b.Path
	} else {
		// Messages name the folder, and "." says little.
		folder, wrong := filepath.Abs(filepath.Dir(file))
		if wrong != nil {
			return "", c, fmt.Errorf("%s: %w", file, wrong)
		}
		err = writeCopy(folder, "", func(part string) error {
			_, err := fill(part)
			return err
		}, func(part string) error { return atomicfile.Place(part, file, overwrite) })
	}
	if err != nil {
		return "", c, err
	}
	if f, ok := errors.AsType[*ledger.Error](unsound); ok {
		f.Where = at // where it is now
	}
	return at, c, unsound
}

// mayBackUp returns why a ledger cannot be copied, or not to the file.
func mayBackUp(path, file string, overwrite bool) error {
	if err := Apart(path, file); file != "" && err != nil {
		return err
	}
	info, err := os.Lstat(file)
	switch {
	case err == nil && info.IsDir():
		return fault(file, "is a folder", nil, "name a file in it")
	case err == nil && !overwrite:
		return fmt.Errorf("%s: %w", file, fs.ErrExist)
	case err == nil && !info.Mode().IsRegular():
		return fault(file, "is not a file", nil, "name another one")
	}
	size, err := stat(path)
	if err == nil && size == 0 {
		err = fmt.Errorf("%s: has nothing in it yet", path)
	}
	if err != nil {
		return err
	}
	db, err := OpenRead(path) // which takes back what a crash left half written
	if err != nil {
		return err
	}
	db.Close()
	return nil
}

// writeCopy fills a new file in the folder and places it, or leaves nothing, also where
// there is no place: then it was only to see whether it can be filled. Whoever names
// a locked ledger holds its lock: earlier parts for that ledger were left by a crash, and go.
func writeCopy(folder, locked string, fill, place func(part string) error) error {
	notWritten := func(err error) error { return fmt.Errorf("%s: cannot be written: %w", folder, cause(err)) }
	name := "*"
	if locked != "" {
		name = "before-" + filepath.Base(locked) + "-*"
		stem := partPrefix + strings.TrimSuffix(name, "*")
		files, _ := os.ReadDir(folder) // if it cannot be read, that it cannot be written says more
		for _, file := range files {
			number, left := strings.CutPrefix(file.Name(), stem)
			if left && strings.HasPrefix(strings.TrimLeft(number, "0123456789"), partSuffix) {
				_ = os.Remove(filepath.Join(folder, file.Name()))
			}
		}
	}
	file, begun, err := atomicfile.Temporary(folder, name)
	if err != nil {
		return notWritten(err)
	}
	defer begun.End()
	part := file.Name()
	defer os.Remove(part) //nolint:errcheck // it has another name already, when all went well
	if err := errors.Join(file.Close(), fill(part)); err != nil {
		return explain(folder, err)
	}
	if place == nil {
		return nil
	}
	if err := begun.Keep(func() error { return place(part) }); err != nil {
		return notWritten(err)
	}
	return nil
}

// newBackup makes a backup that fill writes, which says why it was made. To rehearse it fills a
// temporary file elsewhere, and returns the folder. See [writeCopy] for what is locked.
func newBackup(path, locked string, by Origin, fill func(part string) (Reason, error)) (b Backup, err error) {
	when, err := time.Parse(time.RFC3339, by.At)
	if err != nil {
		return b, fmt.Errorf("time of a backup: %w", err)
	}
	folder := BackupFolder(path)
	b = Backup{Path: folder, At: when.UTC()}
	write := func(part string) (err error) {
		b.Reason, err = fill(part)
		return err
	}
	if by.Rehearse {
		err = writeCopy(os.TempDir(), "", write, nil)
		return b, err
	}
	remove := func() { _ = os.Remove(folder) } // it stays when there is anything in it
	begun, err := atomicfile.Begin(func() (func(), error) { return remove, os.MkdirAll(folder, 0o700) })
	if err != nil {
		return b, fmt.Errorf("%s: cannot be created: %w", folder, cause(err))
	}
	defer begun.End()
	defer remove()
	place := func(part string) error {
		stem := filepath.Join(folder, backupStem(path)+"-"+b.At.Format(backupTime)+"-"+string(b.Reason))
		b.Path = stem + ".db"
		err := atomicfile.Place(part, b.Path, false)
		for number := 2; errors.Is(err, fs.ErrExist); number++ {
			b.Path = fmt.Sprintf("%s-%d.db", stem, number)
			err = atomicfile.Place(part, b.Path, false)
		}
		return err
	}
	switch err = writeCopy(folder, locked, write, place); {
	case errors.Is(err, syscall.ENAMETOOLONG):
		return Backup{}, tooLong(path)
	case err != nil:
		return Backup{}, err
	}
	return b, nil
}

// settle is for after the change that a backup was made before. It deletes the program's own
// backups beyond those it keeps, but not that one, or that one where there was no room for the change.
func settle(path string, made Backup, err error) {
	switch code := code(err); {
	case code == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR_WRITE:
		_ = os.Remove(made.Path) // what cannot be deleted is in nobody's way
		return
	case err != nil, made.Path == "":
		return
	}
	all, _ := Backups(path)
	all = slices.DeleteFunc(all, func(b Backup) bool {
		return b.Path == made.Path || b.Reason != BeforeMigration && b.Reason != BeforeRestore
	})
	for _, b := range all[min(len(all), backupsKept-1):] {
		_ = os.Remove(b.Path)
	}
}

// copyLedger writes all that a ledger holds to an empty file and checks that it is whole.
// What is wrong with the ledger is explained; any other error is about the file.
func copyLedger(ctx context.Context, path, part string) error {
	if err := copyPart(ctx, path, part); err != nil {
		return err
	}
	err := asStranger(ctx, part, func(tx *Tx) error { return tx.whole(ctx) })
	return cmp.Or(badCopy(path, err), err)
}

// badCopy returns an error where a copy of a ledger is not whole.
func badCopy(path string, unsound error) error {
	if !errors.Is(unsound, errUnsound) {
		return nil
	}
	return fault(path, "its copy has errors, so the ledger is damaged", errUnsound, "to find out more: %s", ledger.Command{"doctor"})
}

// copyPart writes all that a ledger holds to an empty file.
func copyPart(ctx context.Context, path, part string) error {
	db, err := known().connect(path, forReading)
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.vacuumInto(ctx, part)
	switch code := code(err); {
	case code&0xff == sqlite3.SQLITE_CORRUPT, code&0xff == sqlite3.SQLITE_NOTADB, code&0xff == sqlite3.SQLITE_BUSY,
		code == sqlite3.SQLITE_IOERR_READ, code == sqlite3.SQLITE_IOERR_SHORT_READ:
		return explain(path, err)
	}
	return err
}

// vacuumInto may take long. Where the program is stopped SQLite is too, and has then
// removed what it left beside the file.
func (db *DB) vacuumInto(ctx context.Context, part string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	begun, err := atomicfile.Begin(func() (func(), error) {
		return func() {
			stop()
			soon, late := context.WithTimeout(context.Background(), time.Second)
			defer late()
			_ = db.sql.PingContext(soon) // the only connection is free then
		}, nil
	})
	if err != nil {
		return err
	}
	defer begun.End()
	_, err = db.sql.ExecContext(ctx, "VACUUM INTO ?", dsn(part, "mode=rw"))
	return err
}

// How files are called that are not finished.
const partPrefix, partSuffix = atomicfile.PartPrefix, atomicfile.PartSuffix

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

const (
	// forReplacing also reads and writes what is damaged.
	forReplacing = "mode=rw&_pragma=busy_timeout(10000)&_pragma=writable_schema(1)"
	// forPreparing leaves no journal of a file that a crash makes useless.
	forPreparing = forWriting + "&_pragma=journal_mode(memory)"
)

// A Restoration is what [Restore] did.
type Restoration struct {
	Contents   Contents `json:"contents"`                                                                     // what the ledger holds now
	Backup     string   `json:"backup" doc:"Path of a backup of what was replaced." null:"where nothing was"` // of a rehearsal the folder that it would be in
	WasDamaged bool     `json:"was_damaged" doc:"The replaced ledger could not be read."`                     // then the backup is it as it was
}

// Restore replaces all that a ledger holds, its log too, by what the file holds, which [Inspect]
// must accept, and keeps a backup of what it replaces. The log gets an entry that says so.
//
// SQLite copies the pages in one transaction of the ledger itself: it waits for other programs
// that write, and they wait for it. No program writes between the backup and that transaction.
// To rehearse, it does all that may fail but the change itself, and leaves nothing. Who is asked
// first has agree called once the file is known to be sound: where it returns an error, nothing
// was touched.
func Restore(ctx context.Context, path, file string, by Origin, agree func(Contents) error) (r Restoration, err error) {
	if sameFile(path, file) {
		return r, fault(file, "is the ledger itself", nil, "to see its backups: %s", ledger.Command{"backup", "list"})
	}
	inspected, _ := os.Stat(file) // inspecting says why it cannot be read
	err = inspecting(ctx, file, func(c Contents) error {
		r.Contents = c
		r.Contents.Schema = NewestSchema
		err := mayReplace(path)
		if size, _ := stat(path); err != nil || by.Rehearse && size == 0 { // nothing that may be lost
			return err
		}
		if err := agree(c); err != nil {
			return err
		}
		if err := asInspected(file, inspected); err != nil { // before a backup is made
			return err
		}
		made, err := begin(path)
		if err != nil {
			return err
		}
		defer made.End()
		b, err := replace(ctx, path, file, inspected, by)
		r.Backup, r.WasDamaged = b.Path, b.Reason == Damaged
		return inTheWay(path, err)
	})
	return r, err
}

// asInspected returns an error where a file changed since it was inspected.
func asInspected(file string, inspected fs.FileInfo) error {
	now, err := os.Stat(file)
	if err != nil || !os.SameFile(inspected, now) || now.Size() != inspected.Size() || !now.ModTime().Equal(inspected.ModTime()) {
		return fault(file, "it changed after it was looked at; nothing was restored", err,
			"to restore it as it is now: %s", ledger.Command{"restore", ledger.File(file)})
	}
	return nil
}

// IsOther reports whether a ledger began with another command than what a file holds, so that
// neither is a copy of the other. Of what cannot be read it says no.
func (c Contents) IsOther(ctx context.Context, path string) bool {
	db, err := OpenRead(path)
	if err != nil {
		return false
	}
	defer db.Close()
	began := ""
	_ = db.View(ctx, func(tx *Tx) error {
		return tx.one(ctx, []any{&began}, `SELECT stamp || ' ' || command FROM entry ORDER BY id LIMIT 1`)
	})
	return began != "" && c.Began != "" && began != c.Began
}

// mayReplace refuses a file that is no ledger of ours, or may not be written.
func mayReplace(path string) error {
	_, err := stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !mayWrite(path):
		return cmp.Or(hindrance(path, nil), error(fault(path, "may not be written", nil, seeWhoWrites)))
	}
	if h, err := readHeader(path); err == nil && h.wal {
		return inWAL(path)
	}
	return inTheWay(path, known().refuse(path))
}

// inTheWay says of what is no ledger of ours that it has to go first.
func inTheWay(path string, err error) error {
	if errors.Is(err, errForeign) || code(err)&0xff == sqlite3.SQLITE_NOTADB {
		return fault(path, "is not a ledger of cmp, or damaged at its beginning; nothing was touched", err, "move it away first")
	}
	return err
}

// replace makes the ledger at path what the file holds that was inspected, after a backup of it.
func replace(ctx context.Context, path, file string, inspected fs.FileInfo, by Origin) (b Backup, err error) {
	// Opened first and closed last: to close a file gives up the locks that SQLite has on it.
	original, err := os.Open(path)
	if err != nil {
		return b, fmt.Errorf("%s: cannot be read: %w", path, cause(err))
	}
	defer original.Close() //nolint:errcheck // it was only read
	db, err := known().connect(path, forReplacing)
	if err != nil {
		return b, err
	}
	defer db.Close()
	err = db.transact(ctx, false, func(tx *Tx) error {
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
	if err != nil || by.Rehearse {
		return b, explain(path, err)
	}
	err = copyPages(ctx, db, file, inspected, b.Path, by)
	settle(path, b, err)
	return b, explain(path, err)
}

// backUpOrSetAside makes a backup of a ledger that the transaction has locked
// or, where it is too damaged for one, copies its bytes as they are.
func (tx *Tx) backUpOrSetAside(ctx context.Context, ledger *os.File, by Origin) (Backup, error) {
	path := ledger.Name()
	b, err := newBackup(path, path, by, func(part string) (Reason, error) {
		if err := copyLedger(ctx, path, part); err != nil {
			return BeforeRestore, err
		}
		return BeforeRestore, tx.readable(ctx, path)
	})
	if !isDamage(err) && !errors.Is(err, errUnsound) && !errors.Is(err, errUnreadable) {
		return b, err
	}
	return newBackup(path, path, by, func(part string) (Reason, error) {
		to, err := os.OpenFile(part, os.O_WRONLY, 0)
		if err != nil {
			return Damaged, err
		}
		_, err = io.Copy(to, io.NewSectionReader(ledger, 0, math.MaxInt64))
		return Damaged, errors.Join(err, to.Close())
	})
}

// copyPages makes the open ledger, which is locked, what the file holds, brought to the
// newest schema and with an entry in the log.
func copyPages(ctx context.Context, db *DB, file string, inspected fs.FileInfo, backup string, by Origin) error {
	folder := filepath.Dir(db.path)
	if backup != "" {
		folder = filepath.Dir(backup) // so that a crash leaves nothing beside the ledger
	}
	return writeCopy(folder, db.path, func(part string) error {
		if err := copyPart(ctx, file, part); err != nil {
			return err
		}
		if err := asInspected(file, inspected); err != nil {
			return err
		}
		return prepare(ctx, part, file, backup, by)
	}, func(part string) error {
		if _, err := db.sql.ExecContext(ctx, "PRAGMA locking_mode = normal"); err != nil { // once it is copied
			return err
		}
		return db.load(dsn(part, forReading))
	})
}

// prepare brings a copy of the file to the newest schema and notes in its log what was
// restored. The backup is named without its folder, which may move.
func prepare(ctx context.Context, part, file, backup string, by Origin) error {
	db, err := known().connect(part, forPreparing)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.migrate(ctx, false); err != nil {
		return err
	}
	return db.transact(ctx, false, func(tx *Tx) error {
		var id int64
		if err := tx.begin(ctx, by, &id); err != nil {
			return err
		}
		summary := "restore of " + filepath.Base(file)
		if backup != "" {
			backup = filepath.Base(backup)
			summary += "; before: " + backup
		}
		_, err := tx.exec(ctx, `UPDATE entry SET summary = ?, replaced = ? WHERE id = ?`,
			strings.ToValidUTF8(summary, "\uFFFD"), strings.ToValidUTF8(backup, "\uFFFD"), id)
		return wrap(err, "end the log")
	})
}
