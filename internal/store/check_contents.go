package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"cmpledger/internal/ledger"
)

// A checker looks at one side of what a ledger holds. try is what to do where
// the file is damaged.
type checker struct {
	name  string
	check func(ctx context.Context, tx *Tx, c *Check, try string) error
}

func checkers() []checker {
	return []checker{
		{"integrity", checkIntegrity},
		{"references", checkReferences},
		{"allocations", checkAllocations},
		{"merges", checkMerges},
		{"evidence", checkEvidence},
		{"courses", checkCourses},
		{"log", checkLog},
	}
}

// checkContents looks at all that is in the file, if that can be opened.
func (s schemas) checkContents(ctx context.Context, path, remedy string) []Check {
	schema := newCheck("schema")
	all := make([]*Check, 0, len(checkers()))
	for _, k := range checkers() {
		c := newCheck(k.name)
		c.Verdict = Skipped
		all = append(all, c)
	}
	if size, err := stat(path); err == nil && size > 0 && mayRead(path) && !hasJournal(path) && !exists(path+"-wal") {
		s.examineContents(ctx, path, remedy, schema, all)
	} else {
		schema.Verdict = Skipped
	}
	out := []Check{*schema}
	for _, c := range all {
		out = append(out, *c)
	}
	return out
}

// examineContents fills in the checks of the file's contents, as far as it can
// be read.
func (s schemas) examineContents(ctx context.Context, path, remedy string, schema *Check, all []*Check) {
	db, err := s.connect(path, asStranger)
	if err != nil {
		schema.failed(path, remedy, err)
		return
	}
	defer db.Close()
	begun := false
	err = db.transact(ctx, "BEGIN", true, func(tx *Tx) error {
		number, err := tx.identify(ctx, path)
		if err != nil {
			return err
		}
		begun = true
		if number == 0 {
			schema.Detail = "none yet"
			return nil
		}
		tx.checkSchema(ctx, path, schema, number)
		for i, k := range checkers() {
			all[i].Verdict = OK
			all[i].failed(path, remedy, k.check(ctx, tx, all[i], remedy))
		}
		return nil
	})
	r, refused := errors.AsType[*refusal](err)
	switch {
	case begun, err == nil:
	case refused && r.try != "":
		schema.wrong(r.try, "%s", r.reason)
	case refused, code(err)&0xff == sqlite3.SQLITE_NOTADB:
		schema.wrong("move it away; then "+remedy, "%s is no ledger of cmp, or its first bytes are damaged", path)
	default:
		schema.failed(path, remedy, err)
	}
}

// checkSchema compares the schema with that of a new ledger.
func (tx *Tx) checkSchema(ctx context.Context, path string, c *Check, number int) {
	c.Detail = fmt.Sprint(number)
	if number < tx.schemas.newest {
		c.warn("", "%s is of schema %d; the next command that writes makes a backup and brings it to schema %d", path, number, tx.schemas.newest)
	}
	want, err := tx.schemas.fresh(ctx, number)
	if err != nil {
		c.failed(path, "", err)
		return
	}
	found, err := tx.objects(ctx)
	if err != nil {
		c.failed(path, "", err)
		return
	}
	if other := difference(found, want); other != "" {
		c.wrong("undo what another program changed; a backup of it cannot be restored", "the schema is not as cmp makes it: %s", other)
	}
}

func checkIntegrity(ctx context.Context, tx *Tx, c *Check, try string) error {
	found, err := tx.integrity(ctx, 100)
	c.each(try, found)
	c.Detail = "every page and record reads well"
	if len(found) > 0 || err != nil {
		c.Detail = ""
	}
	return err
}

func checkReferences(ctx context.Context, tx *Tx, c *Check, try string) error {
	var found []string
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var record, parent string
		var id sql.NullInt64
		if err := rows.Scan(&record, &id, &parent); err != nil {
			return err
		}
		found = append(found, fmt.Sprintf("%s %d refers to a %s that is not there", record, id.Int64, parent))
		return nil
	}, `SELECT "table", rowid, parent FROM pragma_foreign_key_check ORDER BY "table", rowid`)
	c.each(try, found)
	if len(found) == 0 && err == nil {
		c.Detail = "every record has what it refers to"
	}
	return err
}

// checkAllocations checks what the triggers see to: for one credential a
// credit's allocations never exceed its points, and a removed one has none.
func checkAllocations(ctx context.Context, tx *Tx, c *Check, _ string) error {
	var n, last int64
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var credit, allocated, points int64
		var credential string
		var removed bool
		if err := rows.Scan(&credit, &credential, &allocated, &points, &removed); err != nil {
			return err
		}
		switch {
		case removed:
			c.wrong("cmp restore a backup in which it is right",
				"credit %d was removed, but has allocations for %s", credit, credential)
		case allocated > points:
			c.wrong(fmt.Sprintf("cmp deallocate %d", credit),
				"credit %d has %s points, of which %s are allocated for %s", credit, ledger.Points(points), ledger.Points(allocated), credential)
		case credit != last: // one for several credentials comes several times
			n++
		}
		last = credit
		return nil
	}, `SELECT a.credit, k.body || '/' || k.code, sum(a.points), c.points, c.removed
		FROM allocation AS a JOIN cycle AS y ON y.id = a.cycle JOIN credential AS k ON k.id = y.credential
			JOIN credit AS c ON c.id = a.credit
		GROUP BY a.credit, k.id ORDER BY a.credit`)
	if err == nil && len(c.Findings) == 0 {
		c.Detail = "within the points of " + several(n, "credit", "credits")
	}
	return err
}

// checkMerges checks that what was merged leads to a credit that was not merged
// itself: to import its file again is to find that one.
func checkMerges(ctx context.Context, tx *Tx, c *Check, try string) error {
	var n int64
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var credit, into int64
		var again bool
		if err := rows.Scan(&credit, &into, &again); err != nil {
			return err
		}
		n++
		if again {
			c.wrong(try, "credit %d was merged into credit %d, which was merged itself", credit, into)
		}
		return nil
	}, `SELECT c.id, c.merged_into, t.merged_into IS NOT NULL
		FROM credit AS c JOIN credit AS t ON t.id = c.merged_into ORDER BY c.id`)
	if err == nil && len(c.Findings) == 0 {
		c.Detail = several(n, "credit", "credits") + " merged into others"
	}
	return err
}

// checkEvidence looks at every content. Of one that no credit uses any more
// nothing is lost but the way back.
func checkEvidence(ctx context.Context, tx *Tx, c *Check, _ string) error {
	var n int64
	err := tx.eachContent(ctx, func(id int64, used bool, harm string) {
		switch {
		case harm == "":
			n++
		case used:
			c.wrong("cmp evidence verify names the credits; cmp evidence add the file again mends it", "content %d %s", id, harm)
		default:
			c.warn("undoing the removal of that evidence would bring back a damaged file",
				"content %d %s; no credit uses it", id, harm)
		}
	})
	if err == nil && len(c.Findings) == 0 {
		c.Detail = several(n, "file", "files") + ", as added"
	}
	return err
}

// eachContent reads every content and computes its hash anew. It calls fn with
// the id, whether it is evidence of a credit, also of a removed one, and what
// is wrong with it: "" or the rest of a sentence that begins with it.
func (tx *Tx) eachContent(ctx context.Context, fn func(id int64, used bool, harm string)) error {
	used := map[int64]bool{}
	var ids []int64
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var id int64
		var is bool
		err := rows.Scan(&id, &is)
		ids, used[id] = append(ids, id), is
		return err
	}, `SELECT id, id IN (SELECT content FROM evidence) FROM content ORDER BY id`)
	if err != nil {
		return err
	}
	for _, id := range ids { // one by one, so that one that is damaged hides no other
		var hash string
		var size int64
		var data []byte
		harm := ""
		err := tx.sql.QueryRowContext(ctx, `SELECT sha256, size, data FROM content WHERE id = ?`, id).Scan(&hash, &size, &data)
		sum := sha256.Sum256(data)
		switch {
		case err != nil:
			harm = fmt.Sprintf("cannot be read: %s", err)
		case hex.EncodeToString(sum[:]) != hash:
			harm = "is not what was added: its SHA-256 differs"
		case size != int64(len(data)):
			harm = fmt.Sprintf("has %d bytes, not %d", len(data), size)
		}
		fn(id, used[id], harm)
	}
	return nil
}

// checkLog checks that the log can take back what it says: every change belongs
// to the entry whose range it is in, and entries that took back one another
// agree.
func checkLog(ctx context.Context, tx *Tx, c *Check, _ string) error {
	const try = "cmp undo may refuse; cmp restore a backup in which it is right"
	for _, rule := range []struct{ what, query string }{
		{"entry %d does not have the changes that it counts", `SELECT id FROM entry AS e WHERE changes <> (
			SELECT count(*) FROM change AS c WHERE c.entry = e.id AND c.id >= e.first_change AND c.id < e.first_change + e.changes)`},
		{"change %d is of no entry, or outside of its range", `SELECT c.id FROM change AS c LEFT JOIN entry AS e ON e.id = c.entry
			WHERE e.id IS NULL OR c.id < e.first_change OR c.id >= e.first_change + e.changes`},
		{"change %d is no record", `SELECT id FROM change
			WHERE NOT json_valid(key) OR before IS NOT NULL AND NOT json_valid(before)`},
		{"entry %d says that it was taken back, but by none that stands", `SELECT id FROM entry AS e WHERE undone_by IS NOT NULL AND NOT EXISTS (
			SELECT 1 FROM entry AS u WHERE u.id = e.undone_by AND u.undoes = e.id AND u.undone_by IS NULL)`},
		{"entry %d was taken back, but does not say so", `SELECT id FROM entry AS e WHERE undone_by IS NULL AND EXISTS (
			SELECT 1 FROM entry AS u WHERE u.undoes = e.id AND u.undone_by IS NULL)`},
		{"entry %d takes back one that is not earlier", `SELECT id FROM entry WHERE undoes >= id`},
	} {
		var found []string
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			found = append(found, fmt.Sprintf(rule.what, id))
			return err
		}, rule.query)
		if err != nil {
			return err
		}
		c.each(try, found)
	}
	var entries, changes int64
	err := tx.sql.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM change)`).Scan(&entries, &changes)
	if err == nil && len(c.Findings) == 0 {
		c.Detail = several(entries, "entry", "entries") + ", " + several(changes, "change", "changes")
	}
	return err
}
