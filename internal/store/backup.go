package store

import (
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
	"strconv"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
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
	// Damaged is a ledger that a restore replaced and that could not be read,
	// byte for byte as it was: no backup that can be restored, but the only
	// copy of what was there.
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
	Path   string
	At     time.Time // UTC, to the second, as its name tells
	Reason Reason
	Size   int64 // in bytes
	// Schema is the one that it says it has, 0 when it is no ledger of cmp.
	Schema int

	number int // tells apart those of one second and reason, from 1 on
}

// BackupFolder returns where the backups of a ledger are.
func BackupFolder(path string) string { return filepath.Join(filepath.Dir(path), backupFolder) }

// Backups returns the backups of a ledger, the newest first. It goes by their
// names alone: whether each is whole, [Inspect] tells.
func Backups(path string) ([]Backup, error) {
	folder := BackupFolder(path)
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", folder, cause(err))
	}
	name := backupName(path)
	var all []Backup
	for _, file := range files {
		parts := name.FindStringSubmatch(file.Name())
		if parts == nil || !file.Type().IsRegular() {
			continue
		}
		b := Backup{Path: filepath.Join(folder, file.Name()), Reason: Reason(parts[2]), number: 1}
		if b.At, err = time.Parse(backupTime, parts[1]); err != nil {
			continue
		}
		if parts[3] != "" {
			b.number, _ = strconv.Atoi(parts[3])
		}
		if info, err := file.Info(); err == nil { // else it was deleted meanwhile
			b.Size = info.Size()
			h, _ := readHeader(b.Path)
			b.Schema = h.schema
			all = append(all, b)
		}
	}
	slices.SortStableFunc(all, func(a, b Backup) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return b.number - a.number
	})
	return all, nil
}

// backupName matches the names of a ledger's backups: time, reason, number.
func backupName(path string) *regexp.Regexp {
	return regexp.MustCompile(`^` + regexp.QuoteMeta(backupStem(path)) + `-(\d{8}T\d{6}Z)-(` +
		strings.Join([]string{string(BeforeMigration), string(BeforeRestore), string(ByHand), string(Damaged)}, "|") +
		`)(?:-([1-9]\d{0,8}))?\.db$`)
}

func backupStem(path string) string { return strings.TrimSuffix(filepath.Base(path), ".db") }

// A header is what the first bytes of a file say of it.
type header struct {
	schema     int  // 0 when it is no ledger of cmp
	wal        bool // it is kept with a write-ahead log
	unreleased bool // it is of a build before the first release, which is not read
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
	if _, err := io.ReadFull(file, b[:]); err != nil {
		return h, nil // too short to be one
	}
	if string(b[:16]) != "SQLite format 3\x00" {
		return h, nil
	}
	switch binary.BigEndian.Uint32(b[68:]) {
	case applicationID:
		h.schema = int(int32(binary.BigEndian.Uint32(b[60:])))
		h.wal = b[18] > 1 || b[19] > 1
	case unreleasedID:
		h.unreleased = true
	}
	return h, nil
}

// BackUp copies a ledger, as it is, to a new file in the folder of its backups.
// Nothing ever deletes it.
func BackUp(ctx context.Context, path string, by Origin) (b Backup, err error) {
	err = known().holdStill(ctx, path, func(tx *Tx) error {
		b, err = tx.backUp(ctx, path, ByHand, by.At)
		return err
	})
	return b, err
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
	return known().holdStill(ctx, path, func(tx *Tx) error {
		return tx.copyInto(ctx, path, folder, anyPart, func(part string) error {
			if overwrite {
				return os.Rename(part, file)
			}
			return claim(part, file)
		})
	})
}

// holdStill runs fn in a transaction on a ledger of any schema, which keeps
// others from writing to it meanwhile.
func (s schemas) holdStill(ctx context.Context, path string, fn func(*Tx) error) error {
	if _, err := stat(path); err != nil {
		return err
	}
	reader, schema, err := s.openAsIs(path)
	if err != nil {
		return err
	}
	defer reader.Close()
	if schema == 0 {
		return fmt.Errorf("%s: has nothing in it yet", path)
	}
	writer, err := s.connect(path, forWriting)
	if err != nil {
		return err
	}
	defer writer.Close()
	// The lock of one who writes is the only one beside which nobody waits to
	// write and keeps the copy from being read.
	held := false
	err = writer.transact(ctx, "BEGIN IMMEDIATE", true, func(tx *Tx) error {
		held = true
		return fn(tx)
	})
	if !held && code(err)&0xff == sqlite3.SQLITE_READONLY {
		err = reader.transact(ctx, "BEGIN", true, func(tx *Tx) error {
			if _, err := tx.identify(ctx, path); err != nil { // to read takes the lock
				return err
			}
			return fn(tx)
		})
	}
	return explain(path, err)
}
