package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"modernc.org/libc"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
)

// How connections are opened.
const (
	// What REPLACE deletes is kept by the log only with recursive_triggers. The
	// cache of 16 MB is used only by who writes as much: an import of thousands.
	forWriting = "mode=rw&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=temp_store(2)&_pragma=cache_size(-16000)"
	// forRehearsing writes nothing, as long as nothing is kept: neither pages nor a journal.
	forRehearsing = forWriting + "&_pragma=journal_mode(memory)&_pragma=cache_spill(0)"

	inMemory   = "_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)"
	forReading = "mode=ro&_pragma=busy_timeout(10000)"
	// forGlancing hardly waits for a writer.
	forGlancing = "mode=ro&_pragma=busy_timeout(5)"
	// atRest reads a file without locks, and only that file: what a program
	// left beside it stays there.
	atRest = "mode=ro&immutable=1"
)

// Open opens a ledger for reading and writing and brings it to the newest schema. A file that is
// missing is created for the user alone (mode 0600), and so are its folders (0700); an empty file
// is a new ledger. Within one process only one goroutine may create it.
//
// A ledger of an older schema is backed up first; [DB.Migration] tells. To rehearse, it is a copy
// in memory, and so is one that may not be written.
func Open(path string, by Origin) (*DB, error) { return known().open(path, by) }

func (s schemas) open(path string, by Origin) (*DB, error) {
	if _, err := begin(path); err != nil { // never ended: what has an entry is not undone
		return nil, err
	}
	if err := s.refuse(path); err != nil {
		return nil, err
	}
	how := forWriting
	switch {
	case by.Rehearse && !mayWrite(path):
		return s.older(path, forReading, by)
	case by.Rehearse:
		how = forRehearsing
	}
	db, err := s.connect(path, how)
	if err != nil {
		return nil, err
	}
	db.origin = by
	if by.Rehearse {
		schema, err := db.identify(context.Background())
		switch {
		case err != nil:
			return nil, errors.Join(explain(path, err), db.Close())
		case schema < s.newest:
			db.Close()
			return s.older(path, forReading, by)
		}
	}
	if err := db.migrate(context.Background(), true); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// SingleThread makes SQLite go without locks, which saves a tenth of the time of cmp status with
// 10,000 credits (85 and 77 ms). It is for a program that uses ledgers from one goroutine at a
// time, and comes before the first is opened.
func SingleThread() {
	tls := libc.NewTLS()
	defer tls.Close()
	_ = sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_SINGLETHREAD, 0) // where it comes too late, the locks stay
}

// Migration tells how [Open] brought the ledger to the newest schema, nil when
// it had that already, or nothing in it.
func (db *DB) Migration() *Migration { return db.migration }

// OpenRead opens a ledger for reading. It changes nothing, except that it takes back what a crashed
// program left half written. A missing file wraps [fs.ErrNotExist]; an empty one is an empty ledger.
func OpenRead(path string) (*DB, error) { return known().openRead(path, forReading) }

// Glance is [OpenRead] for who would rather know nothing than wait: a ledger that is being written
// to is an error after milliseconds, and what is half written stays.
func Glance(path string) (*DB, error) { return known().openRead(path, forGlancing) }

// openRead opens a ledger of the newest schema, or a copy that is brought to it.
func (s schemas) openRead(path, reading string) (*DB, error) {
	if _, err := stat(path); err != nil {
		return nil, err
	}
	db, schema, err := s.openFor(path, reading)
	if code(err) == sqlite3.SQLITE_READONLY_ROLLBACK && reading != forGlancing { // SQLite takes it back by itself when it may write
		db, schema, err = s.openFor(path, forWriting+"&_pragma=query_only(1)")
	}
	if err != nil || schema == s.newest {
		return db, explain(path, err)
	}
	db.Close()
	if db, err = s.older(path, reading, Origin{}); err == nil {
		db.readOnly = true
	}
	return db, err
}

// openFor opens a ledger for reading and returns its schema, 0 for none yet.
func (s schemas) openFor(path, reading string) (*DB, int, error) {
	db, err := s.connect(path, reading)
	if err != nil {
		return nil, 0, err
	}
	db.readOnly = true
	schema, err := db.identify(context.Background())
	if err != nil {
		db.Close()
		if errors.Is(err, errWAL) { // to read it left files beside it, which go when it is opened for writing
			again, _ := s.connect(path, forWriting+"&_pragma=query_only(1)") // which opens nothing yet
			_, _ = again.identify(context.Background())
			again.Close()
		}
		return nil, 0, err
	}
	return db, schema, nil
}

// Empty returns an empty ledger in memory. What is written to it is gone when
// it is closed.
func Empty(by Origin) (*DB, error) { return known().older("", "", by) }

// older returns a copy in memory that is brought to the newest schema; without a path it
// is empty.
func (s schemas) older(path, reading string, by Origin) (*DB, error) {
	db, err := copyInMemory(path, reading)
	if err != nil {
		return nil, explain(path, err)
	}
	db.origin, db.schemas = by, s
	if err := db.migrate(context.Background(), false); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// copyInMemory returns what a file holds, or nothing without a path.
func copyInMemory(path, reading string) (*DB, error) {
	db, err := known().connect("", inMemory)
	if err != nil || path == "" {
		return db, err
	}
	db.path = path
	if err := db.load(dsn(path, reading)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// load replaces all that a ledger holds by what the file has.
func (db *DB) load(file string) error {
	conn, err := db.sql.Conn(context.Background())
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		restore, err := driver.(interface {
			NewRestore(string) (*sqlite.Backup, error)
		}).NewRestore(file)
		if err != nil {
			return err
		}
		_, err = restore.Step(-1)
		return errors.Join(err, restore.Finish())
	})
}

// connect opens the file of a ledger; without a path it is one in memory.
func (s schemas) connect(path, query string) (*DB, error) {
	name := dsn(path, query)
	if path == "" {
		name = "file::memory:?" + query
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	return &DB{sql: db, path: path, schemas: s}, nil
}

// dsn returns the name by which the driver opens a file.
func dsn(path, query string) string {
	return "file:" + uriPath(filepath.ToSlash(path), filepath.VolumeName(path)) + "?" + query
}

// uriPath returns a path with slashes as SQLite reads the URI of a file (https://sqlite.org/uri.html);
// volume is what Windows has in front of the first folder, such as "C:" or "//server/share".
func uriPath(path, volume string) string {
	before := ""
	switch {
	case strings.HasPrefix(path, "/"):
		before = "//" // no host, then the path
	case volume != "":
		before = "///" // "C:/..."
	default:
		path = "./" + path // even where it is called ":memory:"
	}
	return before + (&url.URL{Path: path}).EscapedPath()
}

// stat returns the size of a file that may be a ledger.
func stat(path string) (int64, error) {
	info, err := os.Stat(path)
	_, name := filepath.Split(path)
	of := companionOf(path)
	switch {
	case err == nil && info.IsDir(), name == "", name == ".", name == "..":
		return 0, fault(path, "is a folder", nil, "name a file with --db")
	case err != nil && isLink(path):
		return 0, lostLink(path, err)
	case errors.Is(err, syscall.ENAMETOOLONG):
		return 0, tooLong(path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return 0, fmt.Errorf("%s: cannot be opened: %w", path, cause(err))
	case err == nil && !info.Mode().IsRegular():
		return 0, fault(path, "is not a file", nil, "name another one with --db")
	case of != "" && (err != nil || isLedger(of)):
		return 0, belongs(path, of)
	}
	for _, ending := range []string{journalEnding, walEnding} {
		if err := mayLieBeside(path, ending); err != nil {
			return 0, err
		}
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	case exists(path + walEnding): // to read it would leave files beside it
		return 0, inWAL(path)
	}
	return info.Size(), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// begin creates the file. Where the program is stopped, one without an entry is removed again.
func begin(path string) (*atomicfile.Begun, error) {
	return atomicfile.Begin(func() (func(), error) {
		made, err := create(path)
		return func() {
			if made && isNew(path) {
				_ = os.Remove(path)
				_ = os.Remove(path + journalEnding) // its own, which holds nothing
			}
		}, err
	})
}

// isNew reports whether at most one transaction wrote to a file: the one that made the tables.
// SQLite counts them in the file (https://sqlite.org/fileformat.html#file_change_counter).
func isNew(path string) bool {
	var b [28]byte
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // it was only read
	n, err := io.ReadFull(file, b[:])
	return n == 0 || err == nil && binary.BigEndian.Uint32(b[24:]) <= 1
}

// create makes an empty file for the user alone, unless there is one already.
func create(path string) (made bool, err error) {
	if _, err := stat(path); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, fmt.Errorf("%s: its folder cannot be created: %w", path, cause(err))
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist): // another process was faster
		return false, nil
	case errors.Is(err, fs.ErrNotExist):
		what, try := atomicfile.NoFolder(filepath.Dir(path))
		return false, fault(path, "cannot be created: "+what, err, "%s", try)
	case err != nil:
		return false, fmt.Errorf("%s: cannot be created: %w", path, cause(err))
	}
	return true, f.Close()
}

// applicationID marks a SQLite file as a ledger: "cmp1" in ASCII.
const applicationID = 0x636d7031

// NewestSchema is the newest schema that the program knows, which every ledger
// has after it was written to: the number of the last file in migrations.
const NewestSchema = 1

//go:embed migrations/*.sql
var migrations embed.FS

// schemas are the schemas that a program knows. Tests have more of them.
type schemas struct {
	files  fs.FS // a folder migrations, whose files make one schema each of the one before
	newest int
}

func known() schemas { return schemas{migrations, NewestSchema} }

// Why a file is none that this program may touch.
var (
	errForeign = errors.New("no ledger of cmp")
	errOther   = errors.New("a ledger of another cmp")
	errWAL     = fmt.Errorf("%w, with a write-ahead log", errOther)
)

func notALedger(path string, cause error) error {
	return fault(path, "not a ledger of cmp; nothing was touched", errors.Join(errForeign, cause),
		"name another file with --db; to find out more: %s", ledger.Command{"doctor"})
}

// newer refuses a ledger of a schema that is not known yet.
func newer(path string, schema, newest int) error {
	what := fmt.Sprintf("written by a newer cmp (schema %d, this one knows %d); nothing was touched", schema, newest)
	return fault(path, what, errOther, "use the newer cmp")
}

// identify returns the schema of the file, 0 for none yet, or a refusal.
func (db *DB) identify(ctx context.Context) (schema int, err error) {
	err = db.transact(ctx, true, func(tx *Tx) error {
		schema, err = tx.identify(ctx, db.path)
		return err
	})
	return schema, err
}

// identify reads the schema first, which finds most damage.
func (tx *Tx) identify(ctx context.Context, path string) (schema int, err error) {
	var application int
	var used bool
	var journal string
	for _, header := range []struct {
		query string
		into  any
	}{
		{`SELECT EXISTS (SELECT 1 FROM sqlite_schema)`, &used}, {`PRAGMA application_id`, &application}, {`PRAGMA user_version`, &schema},
		{`PRAGMA journal_mode`, &journal}, // once the file was read
	} {
		if err == nil {
			err = tx.one(ctx, []any{header.into}, header.query)
		}
	}
	switch {
	case err != nil:
		return 0, err
	case application == 0 && schema == 0 && !used:
		return 0, nil
	case application != applicationID || schema < 1:
		return 0, notALedger(path, nil)
	case schema > tx.schemas.newest:
		return 0, newer(path, schema, tx.schemas.newest)
	case journal == "wal":
		return 0, inWAL(path)
	}
	return schema, nil
}

// refuse returns a refusal, if the file is one. It looks at the file at rest: opened for
// writing, a database of others would have its journals worked off.
func (s schemas) refuse(path string) error {
	if exists(path + journalEnding) {
		return nil // in use, or left by a crash: without locks nothing is certain
	}
	db, err := s.connect(path, atRest)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.identify(context.Background()); errors.Is(err, errForeign) || errors.Is(err, errOther) {
		return err
	}
	return nil
}

// inWAL refuses what another program keeps in a way that leaves files beside it.
func inWAL(path string) error {
	return fault(path, "another program changed how it is stored (write-ahead log)", errWAL, "in that program, run: PRAGMA journal_mode = delete")
}

// A Migration is how an older ledger came to the newest schema.
type Migration struct {
	From, To int    // numbers of schemas
	Backup   string // the file that keeps it as it was
}

// migrate brings the ledger to the newest schema in one transaction, after a backup. Of one that
// is to be backed up it refuses a schema that another program changed.
func (db *DB) migrate(ctx context.Context, backUp bool) error {
	var schema int
	err := db.transact(ctx, true, func(tx *Tx) (err error) {
		if schema, err = tx.identify(ctx, db.path); err == nil && schema > 0 && backUp {
			err = tx.asMade(ctx, db.path, schema)
		}
		return err
	})
	if err != nil || schema == db.schemas.newest {
		return explain(db.path, err)
	}
	var made Backup
	err = db.transact(ctx, false, func(tx *Tx) error {
		// Another process may have been faster.
		schema, err := tx.identify(ctx, db.path)
		if err != nil || schema == db.schemas.newest {
			return err
		}
		if schema > 0 && backUp {
			made, err = newBackup(db.path, db.path, db.origin, func(part string) (Reason, error) {
				return BeforeMigration, copyLedger(ctx, db.path, part)
			})
			if err != nil {
				return fmt.Errorf("%s: needs an update (schema %d), and cmp cannot back it up first: %w", db.path, schema, err)
			}
			db.migration = &Migration{From: schema, To: db.schemas.newest, Backup: made.Path}
		}
		tx.willWrite()
		return tx.migrate(ctx, schema, db.schemas.newest)
	})
	settle(db.path, made, err)
	return explain(db.path, err)
}

// withoutForeignKeys runs a transaction that checks references itself.
func (db *DB) withoutForeignKeys(ctx context.Context, fn func() error) error {
	// The pragma does nothing within a transaction.
	if _, err := db.sql.ExecContext(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
		return explain(db.path, err)
	}
	err := fn()
	_, on := db.sql.ExecContext(ctx, "PRAGMA foreign_keys = ON")
	return errors.Join(err, explain(db.path, on))
}

// errDangling is wrapped by the error about a record that refers to none.
var errDangling = errors.New("is missing")

// references returns an error about the first record that refers to none.
func (tx *Tx) references(ctx context.Context) error {
	var record, row, parent string
	err := tx.one(ctx, []any{&record, &row, &parent}, `SELECT "table", coalesce('[' || rowid || ']', ''), parent FROM pragma_foreign_key_check LIMIT 1`)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("%s %s: what it refers to in %s %w", record, row, parent, errDangling)
}

// migrate applies the migrations after the one numbered from; files are named in order.
func (tx *Tx) migrate(ctx context.Context, from, to int) error {
	files, err := fs.ReadDir(tx.schemas.files, "migrations")
	if err != nil {
		return err
	}
	for _, file := range files[from:to] {
		script, err := fs.ReadFile(tx.schemas.files, "migrations/"+file.Name())
		if err != nil {
			return err
		}
		if _, err := tx.sql.ExecContext(ctx, string(script)); err != nil {
			return fmt.Errorf("migration %s: %w", file.Name(), err)
		}
	}
	_, err = tx.sql.ExecContext(ctx, fmt.Sprintf(
		"PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, to))
	return err
}
