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
	"regexp"
	"slices"
	"strings"
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
	// Time, reason, and a number where there were several in a second.
	name := regexp.MustCompile(`^` + regexp.QuoteMeta(backupStem(path)) +
		`-(\d{8}T\d{6}Z)-(before-migration|before-restore|by-hand|damaged)(?:-[1-9]\d{0,8})?\.db$`)
	all := []Backup{}
	for _, file := range files {
		parts := name.FindStringSubmatch(file.Name())
		if parts == nil || !file.Type().IsRegular() {
			continue
		}
		at, err := time.Parse(backupTime, parts[1])
		info, gone := file.Info() // gone meanwhile
		if err != nil || gone != nil {
			continue
		}
		b := Backup{Path: filepath.Join(folder, file.Name()), At: at, Reason: Reason(parts[2]), Size: info.Size()}
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

func backupStem(path string) string { return strings.TrimSuffix(filepath.Base(path), ".db") }

// A header is what the first bytes of a file say of it.
type header struct {
	schema int  // 0 when it is no ledger of cmp
	wal    bool // it is kept with a write-ahead log
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
// its path. It is an error that wraps [fs.ErrExist] when the file is there already, unless it is
// to be overwritten.
func BackUp(ctx context.Context, path, file string, overwrite bool, by Origin) (string, error) {
	if file != "" && sameFile(path, file) {
		return "", fault(file, "is the ledger itself", nil, "name another file")
	}
	info, err := os.Lstat(file)
	switch {
	case err == nil && info.IsDir():
		return "", fault(file, "is a folder", nil, "name a file in it")
	case err == nil && !overwrite:
		return "", fmt.Errorf("%s: %w", file, fs.ErrExist)
	case err == nil && !info.Mode().IsRegular():
		return "", fault(file, "is not a file", nil, "name another one")
	}
	size, err := stat(path)
	if err == nil && size == 0 {
		err = fmt.Errorf("%s: has nothing in it yet", path)
	}
	if err != nil {
		return "", err
	}
	db, err := OpenRead(path) // which takes back what a crash left half written
	if err != nil {
		return "", err
	}
	unreadable := db.View(ctx, func(tx *Tx) error { return tx.readable(ctx, path) })
	db.Close()
	fill := func(part string) error { return copyLedger(ctx, path, part) }
	if file == "" {
		reason := ByHand
		if errors.Is(unreadable, errUnreadable) {
			reason = Damaged
		}
		b, err := newBackup(path, reason, by, fill)
		return b.Path, err
	}
	folder, err := filepath.Abs(filepath.Dir(file)) // messages name it, and "." says little
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return file, writeCopy(folder, "", fill, func(part string) error { return atomicfile.Place(part, file, overwrite) })
}

// writeCopy fills a new file in the folder and places it, or leaves nothing. Who names
// a ledger has it locked, so that what another such one left of it, a crash left.
func writeCopy(folder, locked string, fill, place func(part string) error) error {
	notWritten := func(err error) error { return fmt.Errorf("%s: cannot be written: %w", folder, cause(err)) }
	name := partPrefix + "*" + partSuffix
	if locked != "" {
		stem := partPrefix + "before-" + filepath.Base(locked) + "-"
		name = stem + "*" + partSuffix
		isLeft := regexp.MustCompile(`^` + regexp.QuoteMeta(stem) + `\d+` + regexp.QuoteMeta(partSuffix))
		files, _ := os.ReadDir(folder) // if it cannot be read, that it cannot be written says more
		for _, file := range files {
			if isLeft.MatchString(file.Name()) {
				_ = os.Remove(filepath.Join(folder, file.Name()))
			}
		}
	}
	file, err := os.CreateTemp(folder, name)
	if err != nil {
		return notWritten(err)
	}
	part := file.Name()
	defer os.Remove(part) //nolint:errcheck // it has another name already, when all went well
	if err := errors.Join(file.Close(), fill(part)); err != nil {
		return explain(folder, err)
	}
	if err := place(part); err != nil {
		return notWritten(err)
	}
	return nil
}

// newBackup makes a backup that fill writes. To rehearse it leaves nothing, and returns
// the folder.
func newBackup(path string, reason Reason, by Origin, fill func(part string) error) (b Backup, err error) {
	when, err := time.Parse(time.RFC3339, by.At)
	if err != nil {
		return b, fmt.Errorf("time of a backup: %w", err)
	}
	folder := BackupFolder(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return b, fmt.Errorf("%s: cannot be created: %w", folder, cause(err))
	}
	defer os.Remove(folder) //nolint:errcheck // it stays when there is anything in it
	b = Backup{Path: folder, At: when.UTC(), Reason: reason}
	locked := path
	if reason == ByHand {
		locked = ""
	}
	err = writeCopy(folder, locked, fill, func(part string) error {
		if by.Rehearse {
			return nil
		}
		stem := filepath.Join(folder, backupStem(path)+"-"+b.At.Format(backupTime)+"-"+string(reason))
		b.Path = stem + ".db"
		err := atomicfile.Place(part, b.Path, false)
		for number := 2; errors.Is(err, fs.ErrExist); number++ {
			b.Path = fmt.Sprintf("%s-%d.db", stem, number)
			err = atomicfile.Place(part, b.Path, false)
		}
		return err
	})
	if err != nil {
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

// copyLedger writes all that a ledger holds to an empty file and checks that.
// What is wrong with the ledger is explained; any other error is about the file.
func copyLedger(ctx context.Context, path, part string) error {
	db, err := known().connect(path, forReading)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.sql.ExecContext(ctx, "VACUUM INTO ?", dsn(part, "mode=rw"))
	switch code := code(err); {
	case code&0xff == sqlite3.SQLITE_CORRUPT, code&0xff == sqlite3.SQLITE_NOTADB, code&0xff == sqlite3.SQLITE_BUSY,
		code == sqlite3.SQLITE_IOERR_READ, code == sqlite3.SQLITE_IOERR_SHORT_READ:
		return explain(path, err)
	case err != nil:
		return err
	}
	err = whole(ctx, part)
	if errors.Is(err, errUnsound) {
		err = fault(path, "its copy has errors, so the ledger is damaged", errUnsound, "to find out more: %s", ledger.Command{"doctor"})
	}
	return err
}

// How files are called that are not finished.
const partPrefix, partSuffix = ".cmp-", ".part"

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
// To rehearse, it does all that may fail but the change itself, and leaves nothing.
func Restore(ctx context.Context, path, file string, by Origin) (r Restoration, err error) {
	if sameFile(path, file) {
		return r, fault(file, "is the ledger itself", nil, "to see its backups: %s", ledger.Command{"backup", "list"})
	}
	err = inspecting(ctx, file, func(c Contents) error {
		r.Contents = c
		r.Contents.Schema = NewestSchema
		if err := mayReplace(path); err != nil || by.Rehearse && !exists(path) {
			return err
		}
		if err := create(path); err != nil {
			return err
		}
		b, err := replace(ctx, path, file, by)
		r.Backup, r.WasDamaged = b.Path, b.Reason == Damaged
		return inTheWay(path, err)
	})
	return r, err
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
		return fault(path, "may not be written", nil, seeWhoWrites)
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

// replace makes the ledger at path what the file holds, after a backup of it.
func replace(ctx context.Context, path, file string, by Origin) (b Backup, err error) {
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
	err = copyPages(ctx, db, file, b.Path, by)
	settle(path, b, err)
	return b, explain(path, err)
}

// backUpOrSetAside makes a backup of a ledger that the transaction has locked
// or, where it is too damaged for one, copies its bytes as they are.
func (tx *Tx) backUpOrSetAside(ctx context.Context, ledger *os.File, by Origin) (Backup, error) {
	path := ledger.Name()
	b, err := newBackup(path, BeforeRestore, by, func(part string) error {
		if err := copyLedger(ctx, path, part); err != nil {
			return err
		}
		return tx.readable(ctx, path)
	})
	if !isDamage(err) && !errors.Is(err, errUnsound) && !errors.Is(err, errUnreadable) {
		return b, err
	}
	return newBackup(path, Damaged, by, func(part string) error {
		to, err := os.OpenFile(part, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = io.Copy(to, io.NewSectionReader(ledger, 0, math.MaxInt64))
		return errors.Join(err, to.Close())
	})
}

// copyPages makes the open ledger, which is locked, what the file holds, brought to the
// newest schema and with an entry in the log.
func copyPages(ctx context.Context, db *DB, file, backup string, by Origin) error {
	folder := filepath.Dir(db.path)
	if backup != "" {
		folder = filepath.Dir(backup) // so that a crash leaves nothing beside the ledger
	}
	return writeCopy(folder, db.path, func(part string) error {
		if err := copyLedger(ctx, file, part); err != nil {
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
