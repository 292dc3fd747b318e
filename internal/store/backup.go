package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"cmpledger/internal/atomicfile"
)

// A Reason says why a backup was made.
type Reason string

// The reasons. Backups made before a migration or before they were replaced
// by a restore are the program's own, which keeps the last ten; the others are
// never deleted.
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
	Reason Reason    `json:"reason" doc:"damaged: what a restore replaced and nobody can read."`
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
	name := backupName(path)
	all := []Backup{}
	for _, file := range files {
		parts := name.FindStringSubmatch(file.Name())
		if parts == nil || !file.Type().IsRegular() {
			continue
		}
		b := Backup{Path: filepath.Join(folder, file.Name()), Reason: Reason(parts[2])}
		info, err := file.Info()
		if err != nil { // it was deleted meanwhile
			continue
		}
		if b.At, err = time.Parse(backupTime, parts[1]); err != nil {
			continue
		}
		b.Size = info.Size()
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

// backupName matches the names of a ledger's backups: time, reason, number.
func backupName(path string) *regexp.Regexp {
	return regexp.MustCompile(`^` + regexp.QuoteMeta(backupStem(path)) + `-(\d{8}T\d{6}Z)-(` +
		strings.Join([]string{string(BeforeMigration), string(BeforeRestore), string(ByHand), string(Damaged)}, "|") +
		`)(?:-[1-9]\d{0,8})?\.db$`)
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

// BackUp copies a ledger, as it is, to a new file in the folder of its backups.
// Nothing ever deletes it.
func BackUp(ctx context.Context, path string, by Origin) (Backup, error) {
	s := known()
	if err := s.mayBackUp(path); err != nil {
		return Backup{}, err
	}
	return newBackup(path, ByHand, by, func(part string) error { return s.copyLedger(ctx, path, part) })
}

// BackUpTo copies a ledger, as it is, to the file. That is there whole or not
// at all, and is an error that wraps [fs.ErrExist] when it is there already,
// unless it is to be overwritten.
func BackUpTo(ctx context.Context, path, file string, overwrite bool) error {
	if sameFile(path, file) {
		return fmt.Errorf("%s: is the ledger itself; name another file", file)
	}
	info, err := os.Lstat(file)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s: is a folder; name a file in it", file)
	case err == nil && !overwrite:
		return fmt.Errorf("%s: %w", file, fs.ErrExist)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s: is no regular file; name another one", file)
	}
	folder, err := filepath.Abs(filepath.Dir(file)) // messages name it, and "." says little
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	s := known()
	if err := s.mayBackUp(path); err != nil {
		return err
	}
	part, err := newPart(folder, anyPart)
	if err != nil {
		return err
	}
	defer os.Remove(part) //nolint:errcheck // renamed already, when all went well
	if err := s.copyLedger(ctx, path, part); err != nil {
		return explain(folder, err)
	}
	if err := atomicfile.Place(part, file, overwrite); err != nil {
		return notWritten(folder, err)
	}
	return nil
}

// mayBackUp returns an error where there is no ledger to back up. It takes back
// what a crash left half written.
func (s schemas) mayBackUp(path string) error {
	if _, err := stat(path); err != nil {
		return err
	}
	db, schema, err := s.openAsIs(path)
	if err != nil {
		return err
	}
	if schema == 0 {
		err = fmt.Errorf("%s: has nothing in it yet", path)
	}
	return errors.Join(err, db.Close())
}

// newBackup makes a backup of a ledger, of which fill writes the content to a
// file that is not finished. To rehearse it leaves nothing, and returns the
// folder.
func newBackup(path string, reason Reason, by Origin, fill func(part string) error) (b Backup, err error) {
	when, err := time.Parse(time.RFC3339, by.At)
	if err != nil {
		return b, fmt.Errorf("time of a backup: %w", err)
	}
	folder, name := BackupFolder(path), ownPart(path)
	if reason == ByHand {
		name = anyPart // others may be made at once
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return b, fmt.Errorf("%s: cannot be created: %w", folder, cause(err))
	}
	defer os.Remove(folder) //nolint:errcheck // it stays when there is anything in it
	part, err := newPart(folder, name)
	if err != nil {
		return b, err
	}
	defer os.Remove(part) //nolint:errcheck // it has another name already, when all went well
	if err := fill(part); err != nil {
		return b, explain(folder, err)
	}
	b = Backup{Path: folder, At: when.UTC(), Reason: reason}
	if by.Rehearse {
		return b, nil
	}
	stem := filepath.Join(folder, backupStem(path)+"-"+b.At.Format(backupTime)+"-"+string(reason))
	b.Path = stem + ".db"
	for number := 2; ; number++ {
		if err = atomicfile.Place(part, b.Path, false); !errors.Is(err, fs.ErrExist) {
			break
		}
		b.Path = fmt.Sprintf("%s-%d.db", stem, number)
	}
	if err != nil {
		return Backup{}, notWritten(folder, err)
	}
	return b, nil
}

// settle is for after the change that a backup was made before. Where that was
// made, it deletes the oldest of the program's own backups that are more than it
// keeps, but never the new one, whatever the clock says. Where it failed, it
// deletes the new one: a change that fails, however often, must not cost what
// earlier backups keep. It stays where the change may have come about all the
// same, or the ledger is damaged.
func settle(path string, made Backup, err error) {
	code := code(err)
	switch {
	case made.Path == "", isDamage(err), code == sqlite3.SQLITE_READONLY_DBMOVED,
		code&0xff == sqlite3.SQLITE_IOERR && code != sqlite3.SQLITE_IOERR_WRITE:
		return
	case err != nil:
		_ = os.Remove(made.Path) // what cannot be deleted is in nobody's way
		return
	case made.Reason == Damaged:
		return
	}
	all, _ := Backups(path)
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
