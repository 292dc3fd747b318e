package store

import (
	"fmt"
	"strings"
)

// What is kept so that this ledger and another one can be brought together: of
// every record when it was changed last, and of what was removed that it is gone.

// stamp returns the SQL that notes that a record was changed, with NEW. or OLD.
// before its columns. A topic and a form are parts of their credit.
func (t table) stamp(prefix string) string {
	of, id := t.name, "id"
	switch {
	case t.name == "credit_topic", t.name == "form":
		of, id = "credit", "credit"
	case !t.stamped || prefix == "OLD.":
		return ""
	}
	return fmt.Sprintf(" UPDATE %s SET past = trim(past || ' ' || changed), changed = %s WHERE id = %s%s AND changed <> %[2]s;", of, thisStamp, prefix, id)
}

// arrive returns the SQL of a trigger that notes that a record is no longer
// gone; NEW. or OLD. goes before its columns.
func (t table) arrive(prefix string) string {
	name := t.publicName(prefix)
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" DELETE FROM gone WHERE kind = '%s' AND key = %s;", t.name, name)
}

// leave returns the SQL that notes that a record is gone. It has no name where
// all went with its credential.
func (t table) leave() string {
	if t.name == "credit" { // references are not enforced while its adding is taken back
		return " DELETE FROM alias WHERE credit = OLD.id; DELETE FROM gone WHERE kind = 'credit' AND key = OLD.uid;"
	}
	return t.leaveIf("name IS NOT NULL")
}

// rename returns the SQL that notes that a record has another name: the days of
// a cycle were changed, or evidence was given to another credit. Of a credit it
// notes when it was removed last, also when it is brought back.
func (t table) rename() string {
	if t.name == "credit" {
		return ` DELETE FROM gone WHERE kind = 'credit' AND key = OLD.uid AND NEW.removed AND NOT OLD.removed;
			INSERT INTO gone (kind, key, changed) SELECT 'credit', OLD.uid, OLD.changed WHERE OLD.removed AND NOT NEW.removed ON CONFLICT DO NOTHING;`
	}
	if t.name != "cycle" && t.name != "evidence" {
		return ""
	}
	return t.leaveIf("name <> "+t.publicName("NEW.")) + t.arrive("NEW.")
}

func (t table) leaveIf(condition string) string {
	name := t.publicName("OLD.")
	if name == "" {
		return ""
	}
	return fmt.Sprintf(` INSERT INTO gone (kind, key, changed) SELECT '%s', name, %s FROM (SELECT %s AS name) WHERE %s
		ON CONFLICT DO UPDATE SET changed = excluded.changed;`, t.name, thisStamp, name, condition)
}

// publicName returns the SQL of what names a record in every ledger, as the
// schema says, or "" for those that no command removes for good.
func (t table) publicName(prefix string) string {
	const cycle = `(SELECT body || '/' || code || ' ' || coalesce(last_day, '')
		FROM cycle AS y JOIN credential AS k ON k.id = y.credential WHERE y.id = @cycle)`
	name := ""
	switch t.name {
	case "credential":
		name = `@body || '/' || @code`
	case "cycle":
		name = `(SELECT body || '/' || code FROM credential WHERE id = @credential) || ' ' || coalesce(@last_day, '')`
	case "declaration":
		name = cycle
	case "course":
		name = `@uid`
	case "allocation":
		name = `iif(@allocated_by = 'hand', (SELECT uid FROM credit WHERE id = @credit) || ' ' || ` + cycle + ` || ' ' || @requirement, NULL)`
	case "evidence":
		name = `(SELECT uid FROM credit WHERE id = @credit) || ' ' || (SELECT sha256 FROM content WHERE id = @content)`
	case "apart":
		name = `(SELECT min(a.uid, b.uid) || ' ' || max(a.uid, b.uid) FROM credit AS a, credit AS b WHERE a.id = @credit AND b.id = @other)`
	}
	return strings.ReplaceAll(name, "@", prefix)
}
