package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// How connections are opened.
const (
	// What REPLACE deletes is kept by the log only with recursive_triggers. The
	// cache of 16 MB is used only by who writes as much: an import of thousands.
	forWriting = "mode=rw&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=temp_store(2)&_pragma=cache_size(-16000)"
	inMemory   = "file::memory:?_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)" // a whole name
	forReading = "mode=ro&_pragma=busy_timeout(10000)"
	// forGlancing hardly waits for a writer.
	forGlancing = "mode=ro&_pragma=busy_timeout(5)"
	// atRest reads a file without locks, and only that file: what a program
	// left beside it stays there.
	atRest = "mode=ro&immutable=1"
)

// Open opens a ledger for reading and writing and brings it to the newest
// schema. A file that is missing is created for the user alone (mode 0600),
// and so are the folders that are missing (0700); an empty file is a new
// ledger. Within one process a missing file must not be opened by several
// goroutines at once.
//
// A ledger of an older schema is backed up first; [DB.Migration] tells. To
// rehearse, it is a copy in memory that is brought to the newest schema.
func Open(path string, by Origin) (*DB, error) { return known().open(path, by) }

func (s schemas) open(path string, by Origin) (*DB, error) {
	if err := create(path); err != nil {
		return nil, err
	}
	if err := s.refuse(path); err != nil {
		return nil, err
	}
	db, err := s.connect(path, forWriting)
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
			return s.older(path, forReading, by, false)
		}
	}
	if err := db.migrate(context.Background(), true); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Migration tells how [Open] brought the ledger to the newest schema, nil when
// it had that already, or nothing in it.
func (db *DB) Migration() *Migration { return db.migration }

// OpenRead opens a ledger for reading. It creates and changes nothing, except
// that it takes back what a crashed program left half written. A file that is
// missing is an error that wraps [fs.ErrNotExist]; an empty one is an empty
// ledger.
func OpenRead(path string) (*DB, error) { return known().openRead(path) }

func (s schemas) openRead(path string) (*DB, error) {
	if _, err := stat(path); err != nil {
		return nil, err
	}
	db, schema, err := s.openAsIs(path)
	switch {
	case err != nil:
		return nil, err
	case schema == 0:
		db.Close()
		if db, err = s.empty(Origin{}); err == nil {
			db.path, db.readOnly = path, true
		}
		return db, err
	case schema < s.newest:
		db.Close()
		return s.older(path, forReading, Origin{}, true)
	}
	return db, nil
}

// Glance is [OpenRead] for who would rather know nothing than wait or talk. A
// ledger that another program is writing to is an error after milliseconds, a
// file without anything in it wraps [fs.ErrNotExist], and what a crashed
// program left half written stays.
func Glance(path string) (*DB, error) { return known().glance(path) }

func (s schemas) glance(path string) (*DB, error) {
	size, err := stat(path)
	switch {
	case err != nil:
		return nil, err
	case size == 0:
		return nil, fmt.Errorf("%s: is empty: %w", path, fs.ErrNotExist)
	case exists(path + "-wal"): // to read it would leave a file
		return nil, notALedger(path)
	}
	db, schema, err := s.openFor(path, forGlancing)
	switch {
	case err != nil:
		return nil, explain(path, err)
	case schema < s.newest:
		db.Close()
		return s.older(path, forGlancing, Origin{}, true)
	}
	return db, nil
}

// openAsIs opens a ledger of any schema for reading and returns its schema, 0
// when it has none yet.
func (s schemas) openAsIs(path string) (*DB, int, error) {
	if exists(path + "-wal") {
		// No ledger of ours has one, and reading it would leave a file.
		if err := s.refuse(path); err != nil {
			return nil, 0, err
		}
	}
	db, schema, err := s.openFor(path, forReading)
	if isHotJournal(err) { // SQLite takes it back by itself when it may write
		db, schema, err = s.openFor(path, forWriting+"&_pragma=query_only(1)")
	}
	return db, schema, explain(path, err)
}

// older returns a copy in memory of a ledger of an older schema, brought to
// the newest one. The file stays as it is until something is written to it.
func (s schemas) older(path, reading string, by Origin, readOnly bool) (*DB, error) {
	db, err := connect(path, inMemory)
	if err != nil {
		return nil, err
	}
	db.schemas, db.origin = s, by
	if err = db.load(dsn(path, reading)); err == nil {
		err = db.migrate(context.Background(), false)
	}
	if err != nil {
		return nil, errors.Join(explain(path, err), db.Close())
	}
	db.readOnly = readOnly
	return db, nil
}

// load replaces all that a ledger in memory holds by what the file has.
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

// Empty returns an empty ledger in memory. What is written to it is gone when
// it is closed.
func Empty(by Origin) (*DB, error) { return known().empty(by) }

func (s schemas) empty(by Origin) (*DB, error) {
	db, err := connect("", inMemory)
	if err != nil {
		return nil, err
	}
	db.schemas, db.origin = s, by
	if err := db.migrate(context.Background(), false); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openFor opens a ledger for reading and returns its schema, 0 when it has none
// yet.
func (s schemas) openFor(path, reading string) (*DB, int, error) {
	db, err := s.connect(path, reading)
	if err != nil {
		return nil, 0, err
	}
	db.readOnly = true
	schema, err := db.identify(context.Background())
	if err != nil {
		db.Close()
		return nil, 0, err
	}
	return db, schema, nil
}

// connect opens the file of a ledger.
func (s schemas) connect(path, query string) (*DB, error) {
	db, err := connect(path, dsn(path, query))
	if err != nil {
		return nil, err
	}
	db.schemas = s
	return db, nil
}

func connect(path, dsn string) (*DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	return &DB{sql: db, path: path}, nil
}

// dsn returns the name by which the driver opens a file, whatever characters
// its path has.
func dsn(path, query string) string {
	return "file:" + uriPath(filepath.ToSlash(path), filepath.VolumeName(path)) + "?" + query
}

// uriPath returns a path as the URI of a file has it, by SQLite's reading
// (https://sqlite.org/uri.html). The path has slashes; volume is what Windows
// has in front of the first folder, such as "C:" or "//server/share".
func uriPath(path, volume string) string {
	switch {
	case strings.HasPrefix(path, "/"):
		return "//" + escape(path) // no host, then the path
	case volume != "":
		return "///" + escape(path) // "C:/..."
	}
	return escape("./" + path) // even where it is called ":memory:"
}

func escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// stat returns the size of a file that may be a ledger.
func stat(path string) (int64, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	case err != nil:
		return 0, fmt.Errorf("%s: cannot be opened: %w", path, cause(err))
	case info.IsDir():
		return 0, fmt.Errorf("%s: is a folder; name a file with --db", path)
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("%s: is no regular file; name another one with --db", path)
	}
	return info.Size(), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// create makes an empty file for the user alone, unless there is one already.
func create(path string) error {
	if _, err := stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("%s: its folder cannot be created: %w", path, cause(err))
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist): // another process was faster
		return nil
	case err != nil:
		return fmt.Errorf("%s: cannot be created: %w", path, cause(err))
	}
	return f.Close()
}
