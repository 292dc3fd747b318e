package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// A side is one side of what a ledger holds.
type side struct {
	name string
	// wrong are queries for what is not as it should be: a sentence, and what to
	// type; where that is "", the file is damaged.
	wrong []string
	// look finds what no query can; it may be nil. try is what to do where the
	// file is damaged.
	look func(ctx context.Context, tx *Tx, c *Check, try string) error
	// seen is a query for what to say where all is right.
	seen string
}

// sides are those that are looked at. Triggers see to it that allocations never
// exceed a credit's points, and that a removed one has none. What was merged
// leads to a credit that was not merged itself, so that to import its file again
// is to find that one. The log can take back what it says where every change is
// in the range of its entry, and entries that took back one another agree.
func sides(path string) []side {
	const mend = `, 'cmp undo may refuse; cmp restore a backup in which it is right' FROM `
	return []side{
		{name: "integrity", look: func(ctx context.Context, tx *Tx, c *Check, try string) error {
			found, err := tx.schemas.integrity(ctx, path, try)
			c.each(found)
			return err
		}, seen: `SELECT 'every page and record reads well'`},
		{name: "references", wrong: []string{
			`SELECT "table" || ' ' || coalesce(rowid, 0) || ' refers to a ' || parent || ' that is not there', ''
				FROM pragma_foreign_key_check ORDER BY "table", rowid`,
		}, seen: `SELECT 'every record has what it refers to'`},
		{name: "allocations", wrong: []string{
			`SELECT iif(c.removed, printf('credit %d was removed, but has allocations for %s', c.id, k.body || '/' || k.code),
					printf('credit %d has %.10g points, of which %.10g are allocated for %s', c.id, c.points / 100.0, sum(a.points) / 100.0, k.body || '/' || k.code)),
				iif(c.removed, 'cmp restore a backup in which it is right', 'cmp deallocate ' || c.id)
			FROM allocation AS a JOIN cycle AS y ON y.id = a.cycle JOIN credential AS k ON k.id = y.credential JOIN credit AS c ON c.id = a.credit
			GROUP BY a.credit, k.id HAVING c.removed OR sum(a.points) > c.points ORDER BY a.credit`,
		}, seen: `SELECT 'within the points of ' || n || iif(n = 1, ' credit', ' credits') FROM (SELECT count(DISTINCT credit) AS n FROM allocation)`},
		{name: "merges", wrong: []string{
			`SELECT printf('credit %d was merged into credit %d, which was merged itself', c.id, t.id), ''
				FROM credit AS c JOIN credit AS t ON t.id = c.merged_into WHERE t.merged_into IS NOT NULL ORDER BY c.id`,
		}, seen: `SELECT n || iif(n = 1, ' credit', ' credits') || ' merged into others' FROM (SELECT count(merged_into) AS n FROM credit)`},
		{name: "evidence", look: checkEvidence, seen: `SELECT n || iif(n = 1, ' file', ' files') || ', as added' FROM (SELECT count(*) AS n FROM content)`},
		{name: "courses", look: checkCourses, seen: `SELECT n || iif(n = 1, ' course', ' courses') FROM (SELECT count(*) AS n FROM course)`},
		{name: "log", wrong: []string{
			`SELECT 'entry ' || id || ' does not have the changes that it counts'` + mend + `entry AS e WHERE changes <> (
				SELECT count(*) FROM change AS c WHERE c.entry = e.id AND c.id >= e.first_change AND c.id < e.first_change + e.changes)`,
			`SELECT 'change ' || c.id || ' is of no entry, or outside of its range'` + mend + `change AS c LEFT JOIN entry AS e ON e.id = c.entry
				WHERE e.id IS NULL OR c.id < e.first_change OR c.id >= e.first_change + e.changes`,
			`SELECT 'change ' || id || ' is no record'` + mend + `change WHERE NOT json_valid(key) OR before IS NOT NULL AND NOT json_valid(before)`,
			`SELECT 'entry ' || id || ' says that it was taken back, but by none that stands'` + mend + `entry AS e WHERE undone_by IS NOT NULL
				AND NOT EXISTS (SELECT 1 FROM entry AS u WHERE u.id = e.undone_by AND u.undoes = e.id AND u.undone_by IS NULL)`,
			`SELECT 'entry ' || id || ' was taken back, but does not say so'` + mend + `entry AS e WHERE undone_by IS NULL
				AND EXISTS (SELECT 1 FROM entry AS u WHERE u.undoes = e.id AND u.undone_by IS NULL)`,
			`SELECT 'entry ' || id || ' takes back one that is not earlier'` + mend + `entry WHERE undoes >= id`,
		}, seen: `SELECT e || iif(e = 1, ' entry, ', ' entries, ') || c || iif(c = 1, ' change', ' changes')
			FROM (SELECT count(*) AS e FROM entry), (SELECT count(*) AS c FROM change)`},
	}
}

// check looks at one side of a ledger.
func (tx *Tx) check(ctx context.Context, s side, c *Check, try string) error {
	for _, query := range s.wrong {
		found, err := tx.findings(ctx, query, try)
		if err != nil {
			return err
		}
		c.each(found)
	}
	if s.look != nil {
		if err := s.look(ctx, tx, c, try); err != nil {
			return err
		}
	}
	if len(c.Findings) > 0 {
		return nil
	}
	return tx.sql.QueryRowContext(ctx, s.seen).Scan(&c.Detail)
}

// findings returns what a query of a [side] finds.
func (tx *Tx) findings(ctx context.Context, query, try string) (found []Finding, err error) {
	err = tx.each(ctx, func(rows *sql.Rows) error {
		f := Finding{Verdict: Wrong}
		err := rows.Scan(&f.What, &f.Try)
		if f.Try == "" {
			f.Try = try
		}
		found = append(found, f)
		return err
	}, query)
	return found, err
}

// checkContents looks at all that is in the file, if that can be opened.
func (s schemas) checkContents(ctx context.Context, path, remedy string) []Check {
	all := []Check{{Name: "schema", Verdict: Skipped}}
	for _, side := range sides(path) {
		all = append(all, Check{Name: side.name, Verdict: Skipped})
	}
	if size, err := stat(path); err != nil || size == 0 || !mayRead(path) || hasJournal(path) || exists(path+"-wal") {
		return all
	}
	all[0].Verdict = OK
	if err := s.examineContents(ctx, path, remedy, all); err != nil {
		r, refused := errors.AsType[*refusal](err)
		switch {
		case refused && r.try != "":
			all[0].wrong(r.try, "%s", r.reason)
		case refused, code(err)&0xff == sqlite3.SQLITE_NOTADB:
			all[0].wrong("move it away; then "+remedy, "%s is no ledger of cmp, or its first bytes are damaged", path)
		default:
			all[0].failed(path, remedy, err)
		}
	}
	return all
}

// examineContents fills in the checks of the file's contents, of which the first
// is that of the schema. Its error is that the file cannot be read at all.
func (s schemas) examineContents(ctx context.Context, path, remedy string, all []Check) error {
	db, err := s.connect(path, asStranger)
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.transact(ctx, "BEGIN", true, func(tx *Tx) error {
		number, err := tx.identify(ctx, path)
		switch {
		case err != nil:
			return err
		case number == 0:
			all[0].Detail = "none yet"
			return errNotKept
		}
		all[0].failed(path, "", tx.checkSchema(ctx, path, &all[0], number))
		for i, side := range sides(path) {
			c := &all[i+1]
			c.Verdict = OK
			c.failed(path, remedy, tx.check(ctx, side, c, remedy))
		}
		return errNotKept
	})
	if errors.Is(err, errNotKept) {
		return nil
	}
	return err
}

// checkSchema compares the schema with that of a new ledger.
func (tx *Tx) checkSchema(ctx context.Context, path string, c *Check, number int) error {
	c.Detail = fmt.Sprint(number)
	if number < tx.schemas.newest {
		c.warn("", "%s is of schema %d; the next command that writes makes a backup and brings it to schema %d", path, number, tx.schemas.newest)
	}
	other, err := tx.foreignObject(ctx, number)
	if other != "" {
		c.wrong("undo what another program changed; a backup of it cannot be restored", "the schema is not as cmp makes it: %s", other)
	}
	return err
}

// integrity finds what SQLite says is wrong with the file. It looks at a copy in
// memory without views: SQLite 3.53 does not check the list of free pages where
// the first object that it finds in the schema is a view.
func (s schemas) integrity(ctx context.Context, path, try string) (found []Finding, err error) {
	db, err := connect(path, inMemory)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := db.load(dsn(path, forReading)); err != nil {
		return nil, err
	}
	err = db.transact(ctx, "BEGIN", true, func(tx *Tx) error {
		var script strings.Builder
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var drop string
			err := rows.Scan(&drop)
			script.WriteString(drop)
			return err
		}, `SELECT printf('DROP VIEW "%w";', name) FROM sqlite_schema WHERE type = 'view'`)
		if err == nil {
			_, err = tx.sql.ExecContext(ctx, script.String())
		}
		if err == nil {
			found, err = tx.findings(ctx, `SELECT replace(replace(integrity_check, '*** in database main ***' || char(10), ''), char(10), '; '), ''
				FROM pragma_integrity_check WHERE integrity_check <> 'ok'`, try)
		}
		return err
	})
	return found, err
}

// checkEvidence looks at every content. Of one that no credit uses any more
// nothing is lost but the way back.
func checkEvidence(ctx context.Context, tx *Tx, c *Check, _ string) error {
	return tx.eachDamaged(ctx, func(id int64, used bool, harm string) {
		if used {
			c.wrong("cmp evidence verify names the credits; cmp evidence add the file again mends it", "content %d %s", id, harm)
		} else {
			c.warn("undoing the removal of that evidence would bring back a damaged file",
				"content %d %s; no credit uses it", id, harm)
		}
	})
}

// eachDamaged reads every content and computes its hash anew. Where one is not as
// it was added it calls fn with the id, whether it is evidence of a credit, also
// of a removed one, and the rest of a sentence that begins with it.
func (tx *Tx) eachDamaged(ctx context.Context, fn func(id int64, used bool, harm string)) error {
	type content struct {
		id   int64
		used bool
	}
	all, err := read(ctx, tx, func(c *content) []any { return []any{&c.id, &c.used} },
		`SELECT id, id IN (SELECT content FROM evidence) FROM content ORDER BY id`)
	if err != nil {
		return err
	}
	for _, c := range all { // one by one, so that one that is damaged hides no other
		var hash string
		var size int64
		var data []byte
		err := tx.sql.QueryRowContext(ctx, `SELECT sha256, size, data FROM content WHERE id = ?`, c.id).Scan(&hash, &size, &data)
		sum := sha256.Sum256(data)
		switch {
		case err != nil:
			fn(c.id, c.used, fmt.Sprintf("cannot be read: %s", err))
		case hex.EncodeToString(sum[:]) != hash:
			fn(c.id, c.used, "is not what was added: its SHA-256 differs")
		case size != int64(len(data)):
			fn(c.id, c.used, fmt.Sprintf("has %d bytes, not %d", len(data), size))
		}
	}
	return nil
}
