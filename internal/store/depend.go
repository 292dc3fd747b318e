package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A DependsError says that an entry cannot be taken back, since a later one
// depends on it. To take back the later one, and so on, leads to where it can.
type DependsError struct {
	ID    int64        // the entry that was to be taken back
	Later ledger.Entry // the one that depends on it
}

func (e *DependsError) Error() string {
	return fmt.Sprintf("entry %d: entry %d depends on it: %s", e.ID, e.Later.ID, e.Later.Summary)
}

// checkUnused returns a DependsError when a record that an entry changed is not
// as the entry left it, or when something that was written since rests on it
// though no record refers to it.
func (tx *Tx) checkUnused(ctx context.Context, tables []table, entry int64, all []ledger.Change) error {
	left, err := tx.imagesLeft(ctx, entry, all)
	if err != nil {
		return err
	}
	var changed []string
	for at, i := range left {
		now, err := tx.image(ctx, tables, at)
		if err != nil {
			return err
		}
		if !sameImage(now, i) {
			changed = append(changed, at.record+at.key)
		}
	}
	if len(changed) > 0 {
		slices.Sort(changed)
		return tx.dependsOn(ctx, entry, fmt.Errorf("another program changed %s", changed[0]),
			`record || key IN (SELECT value FROM json_each(?2))`, jsonOf(changed))
	}
	last, err := tx.lastOf(ctx, entry, restsOnCycle+" OR "+restsOnDeclaration+" OR "+restsOnTopics+" OR "+restsOnDays+" OR "+sameCredit)
	if err != nil || last == 0 {
		return err
	}
	return tx.depends(ctx, entry, last)
}

// restsOnCycle is the SQL that a later change rests on what an entry did to a
// cycle: it declares it, or no longer does, or it declares allocations that
// the entry changed.
const restsOnCycle = `record = 'declaration' AND (
	coalesce(before ->> 'cycle', (SELECT cycle FROM declaration WHERE id = key ->> 0))
		IN (SELECT key ->> 0 FROM own WHERE record = 'cycle')
	OR key IN (SELECT json_array(id) FROM declaration WHERE cycle IN (
		SELECT before ->> 'cycle' FROM own WHERE record = 'allocation'
		UNION ALL SELECT cycle FROM allocation WHERE id IN (SELECT key ->> 0 FROM own WHERE record = 'allocation'))))`

// restsOnDeclaration is the SQL that a later change rests on a cycle's being
// declared by an entry, or not being so: it closed the cycle or moved its
// days. A declaration that would come back must find its allocations too.
const restsOnDeclaration = `record = 'cycle' AND key ->> 0 IN (
		SELECT before ->> 'cycle' FROM own WHERE record = 'declaration'
		UNION ALL SELECT cycle FROM declaration WHERE id IN (SELECT key ->> 0 FROM own WHERE record = 'declaration'))
	OR record = 'allocation' AND coalesce(before ->> 'cycle', (SELECT cycle FROM allocation WHERE id = key ->> 0))
		IN (SELECT before ->> 'cycle' FROM own WHERE record = 'declaration')`

// restsOnTopics is the SQL that a later change allocated points of a credit
// whose topics an entry changed, for topics are what allows an allocation; or
// that it changed the topics of a credit whose allocation would come back.
const restsOnTopics = `record = 'credit_topic' AND key ->> 0 IN (SELECT before ->> 'credit' FROM own WHERE record = 'allocation')
	OR record = 'allocation' AND coalesce(before ->> 'credit', (SELECT credit FROM allocation WHERE id = key ->> 0))
	IN (SELECT key ->> 0 FROM own WHERE record = 'credit_topic')`

// restsOnDays is the SQL that a later change made a credential mandatory, or
// voluntary, whose cycle an entry changed: only a voluntary one may have a
// cycle without days.
const restsOnDays = `record = 'credential'
	AND before ->> 'voluntary' IS NOT (SELECT voluntary FROM credential WHERE id = key ->> 0)
	AND key ->> 0 IN (SELECT coalesce(before ->> 'credential', (SELECT credential FROM cycle WHERE id = key ->> 0))
		FROM own WHERE record = 'cycle')`

// sameCredit is the SQL that a later change added or restored a credit that is
// the same as one which would come back: a file was imported, which was taken
// back, and was imported again. Two credits of one entry may be the same, and
// so may one that was there before and stayed.
const sameCredit = `record = 'credit' AND (before IS NULL OR before ->> 'removed') AND key IN (
	WITH back AS (
		SELECT before ->> 'identity' AS name, before ->> 'imported_identity' AS imported FROM own
		WHERE record = 'credit' AND NOT before ->> 'removed'
			AND NOT EXISTS (SELECT 1 FROM credit WHERE id = key ->> 0 AND NOT removed)),
	names AS (SELECT name FROM back UNION SELECT imported FROM back)
	SELECT json_array(id) FROM credit WHERE NOT removed AND (identity IN names OR imported_identity IN names))`

// sameImage reports whether two images are of equal records. A column that
// only one of them has was added by a migration in between.
func sameImage(a, b image) bool {
	if a == nil || b == nil || bytes.Equal(a, b) {
		return (a == nil) == (b == nil)
	}
	var x, y map[string]json.RawMessage
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	for column, value := range x {
		if other, ok := y[column]; ok && !bytes.Equal(value, other) {
			return false
		}
	}
	return true
}

// dependsOnRival returns a DependsError about a change that cannot be put back
// beside other records: one has what only one may have, or the allocations of
// a credit would exceed its points.
func (tx *Tx) dependsOnRival(ctx context.Context, tables []table, entry int64, c ledger.Change, err error) error {
	t, unknown := named(tables, c.Record)
	if unknown != nil {
		return unknown
	}
	same, failed := tx.sameUnique(ctx, t)
	if failed != nil {
		return failed
	}
	return tx.dependsOn(ctx, entry, err, `record = ?2 AND key <> ?3 AND key IN (SELECT `+t.keyOf("")+` FROM `+t.name+` WHERE `+same+`)
		OR ?2 IN ('allocation', 'credit') AND (
			record = 'allocation' AND key IN (SELECT json_array(id) FROM allocation WHERE credit = `+creditOf+`)
			OR record = 'credit' AND key = json_array(`+creditOf+`) AND (before ->> 'points', before ->> 'removed')
				IS NOT (SELECT points, removed FROM credit WHERE id = `+creditOf+`))`,
		c.Record, c.Key, cmp.Or(string(c.Before), "{}"))
}

// creditOf is the SQL of the credit that the image ?4 is of, or is about.
const creditOf = `coalesce(?4 ->> 'credit', ?4 ->> 'id')`

// sameUnique returns the SQL that a record of the table has something that only
// one may have and that the image ?4 has too.
func (tx *Tx) sameUnique(ctx context.Context, t table) (string, error) {
	conditions := []string{"FALSE"}
	var before string
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var index, column string
		if err := rows.Scan(&index, &column); err != nil {
			return err
		}
		equal := fmt.Sprintf("%[1]s = ?4 ->> '%[1]s'", column)
		if index == before {
			conditions[len(conditions)-1] += " AND " + equal
		} else {
			conditions = append(conditions, equal)
		}
		before = index
		return nil
	}, `SELECT i.name, c.name FROM pragma_index_list(?) AS i, pragma_index_info(i.name) AS c
		WHERE i."unique" ORDER BY i.name, c.seqno`, t.name)
	return strings.Join(conditions, " OR "), wrap(err, "read the schema")
}

// dependsOnReference returns a DependsError about a record that refers to one
// that is no longer there, or not again. Every reference is to an id.
func (tx *Tx) dependsOnReference(ctx context.Context, tables []table, entry int64, broken *brokenReference) error {
	t, err := named(tables, broken.record)
	if err != nil {
		return err
	}
	var conditions []string
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var column string
		err := rows.Scan(&column)
		from := fmt.Sprintf("FROM %s WHERE %s NOT IN (SELECT id FROM %s)", t.name, column, broken.parent)
		conditions = append(conditions, fmt.Sprintf(`record = ?2 AND key IN (SELECT %s %s)
			OR record = ?3 AND key IN (SELECT json_array(%s) %s)`, t.keyOf(""), from, column, from))
		return err
	}, `SELECT "from" FROM pragma_foreign_key_list(?) WHERE "table" = ?`, broken.record, broken.parent)
	if err != nil {
		return wrap(err, "read the schema")
	}
	return tx.dependsOn(ctx, entry, broken, strings.Join(conditions, " OR "), broken.record, broken.parent)
}

// dependsOn returns a DependsError that names the last entry after the given
// one of whose changes the condition in SQL is true. Where there is none, it
// is the error that led here.
func (tx *Tx) dependsOn(ctx context.Context, entry int64, err error, condition string, args ...any) error {
	last, failed := tx.lastOf(ctx, entry, condition, args...)
	switch {
	case failed != nil:
		return failed
	case last == 0:
		return fmt.Errorf("entry %d: cannot be taken back: %w", entry, err)
	}
	return tx.depends(ctx, entry, last)
}

func (tx *Tx) depends(ctx context.Context, entry, later int64) error {
	e, err := tx.Entry(ctx, later)
	if err != nil {
		return err
	}
	return &DependsError{ID: entry, Later: e}
}

// lastOf returns the last entry after the given one of whose changes, which are
// still in effect, the condition in SQL is true; 0 is none. The condition may
// look at own, the changes of the given entry; its parameters begin at ?2.
func (tx *Tx) lastOf(ctx context.Context, entry int64, condition string, args ...any) (int64, error) {
	effective, err := tx.effectiveSince(ctx, entry)
	if err != nil {
		return 0, err
	}
	var last, by int64
	err = tx.each(ctx, func(rows *sql.Rows) error {
		err := rows.Scan(&by)
		if effective[by] {
			last = max(last, by)
		}
		return err
	}, `WITH `+ownAndLater+` SELECT DISTINCT entry FROM later WHERE `+condition, append([]any{entry}, args...)...)
	return last, wrap(err, "read the log")
}

// effectiveSince returns the entries after the given one that made a
// difference in the end. A command that was done and undone since made none,
// nor did one that was undone and done again.
func (tx *Tx) effectiveSince(ctx context.Context, entry int64) (map[int64]bool, error) {
	commands, since := map[int64]int64{}, map[int64][]int64{}
	var id, command int64
	err := tx.each(ctx, func(rows *sql.Rows) error {
		err := rows.Scan(&id, &command)
		if undone, ok := commands[command]; ok {
			command = undone
		}
		commands[id] = command
		if id > entry {
			since[command] = append(since[command], id)
		}
		return err
	}, `SELECT id, coalesce(undoes, id) FROM entry WHERE changes > 0 ORDER BY id`)
	effective := map[int64]bool{}
	for _, ids := range since {
		for _, id := range ids {
			effective[id] = len(ids)%2 == 1
		}
	}
	return effective, wrap(err, "read the log")
}

// jsonOf returns numbers or words as a JSON array, for json_each.
func jsonOf(list any) string {
	text, _ := json.Marshal(list)
	return string(text)
}
