package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
)

// asStranger reads a file of which nothing is trusted: what its schema holds
// may run nothing that does harm, and every page is looked at twice. Opened
// for reading alone, SQLite would not check what a schema demands of values.
// The file must have no journal, which would be worked off.
const asStranger = "mode=rw&_pragma=busy_timeout(10000)&_pragma=query_only(1)" +
	"&_defensive=1&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)"

// Contents is what a sound ledger holds.
type Contents struct {
	Schema      int   `json:"ledger_schema" doc:"Form of the file."`
	Credentials int64 `json:"credentials" min:"0"`
	Credits     int64 `json:"credits" min:"0"` // those that were not removed
	Files       int64 `json:"files" min:"0" doc:"Files of evidence."`
	// Last is when the last command wrote to it, as RFC 3339.
	Last *string `json:"last_written" as:"time" null:"where nothing was"`
	// Damaged is how many of the files are no longer what was added, of those
	// that are evidence of a credit. They do not make a ledger unsound.
	Damaged int64 `json:"-"`
}

// Inspect reads a file that may be anything and returns what it holds. It is
// an error when that is not a whole and sound ledger of a schema that this
// program knows, in every table and trigger as the program itself makes it.
func Inspect(ctx context.Context, path string) (Contents, error) { return known().inspect(ctx, path) }

func (s schemas) inspect(ctx context.Context, path string) (c Contents, err error) {
	err = s.inspecting(ctx, path, func(found Contents) error {
		c = found
		return nil
	})
	return c, err
}

// inspecting runs fn where the file is a sound ledger. No other program changes
// it before fn ends.
func (s schemas) inspecting(ctx context.Context, path string, fn func(Contents) error) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("%s: cannot be read: %w", path, cause(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: is no regular file", path)
	}
	h, err := readHeader(path)
	switch {
	case err != nil:
		return fmt.Errorf("%s: cannot be read: %w", path, cause(err))
	case h.schema < 1:
		return &refusal{reason: path + ": not a ledger of cmp"}
	case h.schema > s.newest:
		return s.newer(path, h.schema)
	case hasJournal(path):
		return &refusal{reason: path + ": a command was broken off while it wrote to it, or writes right now; " +
			"cmp status --db with its name mends that"}
	case h.wal, exists(path + "-wal"):
		return inWAL(path)
	}
	db, err := s.connect(path, asStranger)
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.transact(ctx, "BEGIN", true, func(tx *Tx) error {
		c, err := tx.sound(ctx, path, h.schema)
		if isDamage(err) || errors.Is(err, errDamaged) {
			err = &explained{path + ": damaged or cut short", err}
		}
		if err != nil {
			return err
		}
		return fn(c)
	})
	return explain(path, err)
}

// inWAL refuses what another program keeps in a way that leaves files beside it.
func inWAL(path string) error {
	return &refusal{
		reason: path + ": kept with a write-ahead log by another program",
		try:    "PRAGMA journal_mode = delete in that program ends it",
	}
}

// hasJournal reports whether a transaction has begun to change the file and has
// not ended. The journal of one that had not come so far begins with zeros.
func hasJournal(path string) bool {
	file, err := os.Open(path + "-journal")
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // it was only read
	var first [1]byte
	n, _ := file.Read(first[:])
	return n == 1 && first[0] != 0
}

// errDamaged is wrapped by the error about a file that reads well, but whose
// parts do not fit.
var errDamaged = errors.New("damaged")

// sound returns what a ledger of that schema holds, or what is wrong with it.
func (tx *Tx) sound(ctx context.Context, path string, schema int) (c Contents, err error) {
	other, err := tx.foreignObject(ctx, schema)
	if other != "" {
		err = &refusal{reason: fmt.Sprintf("%s: not as cmp makes a ledger of schema %d: %s", path, schema, other)}
	}
	if err == nil {
		err = tx.integrity(ctx)
	}
	if err != nil {
		return c, err
	}
	broken, err := tx.brokenReference(ctx)
	if broken != nil {
		err = fmt.Errorf("%w: %w", errDamaged, broken)
	}
	if err != nil {
		return c, err
	}
	return tx.contents(ctx, schema)
}

func (tx *Tx) contents(ctx context.Context, schema int) (Contents, error) {
	c := Contents{Schema: schema}
	err := tx.sql.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM credential),
		(SELECT count(*) FROM credit WHERE NOT removed), (SELECT count(*) FROM content),
		(SELECT at FROM entry ORDER BY id DESC LIMIT 1)`).Scan(&c.Credentials, &c.Credits, &c.Files, &c.Last)
	if err != nil {
		return c, err
	}
	err = tx.eachDamaged(ctx, func(_ int64, used bool, _ string) {
		if used {
			c.Damaged++
		}
	})
	return c, err
}

// An object is a row of a schema: a table, an index, a trigger or a view.
type object struct{ kind, name, table, sql string }

// objects returns the schema.
func (tx *Tx) objects(ctx context.Context) ([]object, error) {
	all, err := read(ctx, tx, func(o *object) []any { return []any{&o.kind, &o.name, &o.table, &o.sql} }, `SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name`)
	return all, wrap(err, "read the schema")
}

// foreignObject says what is not as in a new ledger of that schema, or returns "".
func (tx *Tx) foreignObject(ctx context.Context, schema int) (string, error) {
	want, err := tx.schemas.fresh(ctx, schema)
	if err != nil {
		return "", err
	}
	found, err := tx.objects(ctx)
	if err != nil {
		return "", err
	}
	for _, o := range found {
		if !slices.Contains(want, o) {
			return fmt.Sprintf("its %s %q is another program's", o.kind, o.name), nil
		}
	}
	for _, o := range want {
		if !slices.Contains(found, o) {
			return fmt.Sprintf("it lacks the %s %q", o.kind, o.name), nil
		}
	}
	return "", nil
}

// fresh returns the schema of a new ledger of that number.
func (s schemas) fresh(ctx context.Context, schema int) (objects []object, err error) {
	db, err := connect("", "file::memory:")
	if err != nil {
		return nil, err
	}
	db.schemas = s
	defer db.Close()
	err = db.transact(ctx, "BEGIN", false, func(tx *Tx) error {
		err := tx.migrate(ctx, 0, schema)
		if err == nil {
			objects, err = tx.objects(ctx)
		}
		return err
	})
	return objects, err
}
