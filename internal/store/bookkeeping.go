package store

import (
	"fmt"
	"strings"
)

// What the triggers of the log do besides, so that this ledger and another one
// can be brought together: they note of every record when it was changed last,
// and of what was removed that it is gone.

// stamp returns the SQL that notes that a record was changed, with NEW. or OLD.
// before its columns. A topic or a form is a part of its credit.
func (t table) stamp(prefix string) string {
	if !t.stamped {
		return t.stampParent(prefix)
	}
	return fmt.Sprintf(" UPDATE %s SET %s WHERE id = %sid AND changed <> %s;", t.name, stampIt, prefix, thisStamp)
}

func (t table) stampParent(prefix string) string {
	if t.name != "credit_topic" && t.name != "form" {
		return ""
	}
	return fmt.Sprintf(" UPDATE credit SET %s WHERE id = %scredit AND changed <> %s;", stampIt, prefix, thisStamp)
}

// stampIt is the SQL that gives a record the stamp of this entry, and notes the
// one that it had.
const stampIt = "past = trim(past || ' ' || changed), changed = " + thisStamp

// arrive returns the SQL that notes that a record is no longer gone.
func (t table) arrive(prefix string) string {
	name := t.publicName(prefix)
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" DELETE FROM gone WHERE kind = '%s' AND key = %s;", t.name, name)
}

// leave returns the SQL that notes that a record is gone, or has another name
// now where it still is. There is no name where all went with its credential.
func (t table) leave(prefix, still string) string {
	name := t.publicName(prefix)
	switch {
	case t.name == "credit" && still == "": // references are not enforced while its adding is taken back
		return " DELETE FROM alias WHERE credit = OLD.id;"
	case t.name == "credit":
		return restored
	case name == "":
		return ""
	}
	condition := "name IS NOT NULL"
	if still != "" {
		condition += " AND name IS NOT " + t.publicName(still)
	}
	return fmt.Sprintf(` INSERT INTO gone (kind, key, changed) SELECT '%s', name, %s FROM (SELECT %s AS name) WHERE %s
		ON CONFLICT DO UPDATE SET changed = excluded.changed;`, t.name, thisStamp, name, condition)
}

// restored is the SQL that notes up to which removal a credit was brought back.
const restored = ` INSERT INTO gone (kind, key, changed) SELECT 'restored', OLD.uid, OLD.changed WHERE OLD.removed AND NOT NEW.removed
		ON CONFLICT DO UPDATE SET changed = excluded.changed;
	DELETE FROM gone WHERE kind = 'credit' AND key = OLD.uid AND OLD.removed AND NOT NEW.removed;`

// publicName returns the SQL of what names a record in every ledger, as the
// schema says, or "" for those that no command removes for good.
func (t table) publicName(prefix string) string {
	const cycle = `(SELECT body || '/' || code || ' ' || coalesce(last_day, '')
		FROM cycle AS y JOIN credential AS k ON k.id = y.credential WHERE y.id = @cycle)`
	name := map[string]string{
		"credential":  `@body || '/' || @code`,
		"cycle":       `(SELECT body || '/' || code FROM credential WHERE id = @credential) || ' ' || coalesce(@last_day, '')`,
		"declaration": cycle,
		"course":      `@uid`,
		"allocation":  `iif(@allocated_by = 'hand', (SELECT uid FROM credit WHERE id = @credit) || ' ' || ` + cycle + ` || ' ' || @requirement, NULL)`,
		"evidence":    `(SELECT uid FROM credit WHERE id = @credit) || ' ' || (SELECT sha256 FROM content WHERE id = @content)`,
		"apart":       `(SELECT min(a.uid, b.uid) || ' ' || max(a.uid, b.uid) FROM credit AS a, credit AS b WHERE a.id = @credit AND b.id = @other)`,
	}[t.name]
	return strings.ReplaceAll(name, "@", prefix)
}
