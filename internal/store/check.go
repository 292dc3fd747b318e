package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"cmpledger/internal/atomicfile"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// SQLiteVersion is the version of SQLite that the program has in it.
const SQLiteVersion = sqlite3.SQLITE_VERSION

// A Verdict says how something looks.
type Verdict string

// The verdicts, from the best to the worst. Skipped is what could not be
// looked at, for a reason that another check names.
const (
	OK      Verdict = "ok"
	Skipped Verdict = "skipped"
	Warning Verdict = "warning"
	Wrong   Verdict = "wrong"
)

// A Check is one side of a ledger that was looked at.
type Check struct {
	Name     string    `json:"check" doc:"Its name."`
	Verdict  Verdict   `json:"result"`
	Detail   string    `json:"detail" doc:"What was seen." empty:"where there is nothing to say"`
	Findings []Finding `json:"-"`
}

// A Finding is something that is not as it should be.
type Finding struct {
	Verdict Verdict     // Warning or Wrong
	What    string      // a sentence without a full stop
	Try     ledger.Text // what to type next, or empty where nothing helps
}

// mostFindings is how many findings of one kind are told one by one.
const mostFindings = 10

// Warn notes a finding that does no harm yet.
func (c *Check) Warn(format string, args ...any) *Finding { return c.find(Warning, format, args) }

func (c *Check) wrong(format string, args ...any) *Finding { return c.find(Wrong, format, args) }

func (c *Check) find(v Verdict, format string, args []any) *Finding {
	c.Findings = append(c.Findings, Finding{Verdict: v, What: fmt.Sprintf(format, args...)})
	if c.Verdict != Wrong {
		c.Verdict = v
	}
	return &c.Findings[len(c.Findings)-1]
}

// try adds what to type next to a finding.
func (f *Finding) try(format string, args ...any) { f.Try = ledger.Say(format, args...) }

// saw says what was seen where nothing is wrong.
func (c Check) saw(what string) Check {
	if len(c.Findings) == 0 {
		c.Detail = what
	}
	return c
}

// each notes findings of one kind, and of many only how many more there are.
func (c *Check) each(found []string, try func(what string) ledger.Text) {
	for i, what := range found {
		if i == mostFindings {
			c.wrong("%d more of this kind", len(found)-i).Try = try("")
			return
		}
		c.wrong("%s", what).Try = try(what)
	}
}

// always is the same advice for every finding.
func always(try ledger.Text) func(string) ledger.Text {
	return func(string) ledger.Text { return try }
}

// failed notes that the check itself could not be done. try is what to do where that is damage.
func (c *Check) failed(path string, try ledger.Text, err error) {
	if isDamage(err) {
		c.wrong("damaged or cut short in this part").Try = try
	} else if err != nil {
		err = explain(path, err)
		if now, is := hindered(err); is {
			try = now
		}
		c.wrong("cannot be checked: %s", strings.TrimPrefix(err.Error(), path+": ")).Try = try
	}
}

// hindered reports whether an explained error is no damage, but what hinders for now, such as
// another program; and what to do then.
func hindered(err error) (try ledger.Text, is bool) {
	switch why, system := errors.AsType[syscall.Errno](err); code(err) & 0xff {
	case 0, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return ledger.Say("%s", cmp.Or(words.FileTry(why), "see who may read it")), system
	}
	mend, is := errors.AsType[*ledger.Error](err)
	if is {
		try = mend.Try
	}
	return try, is
}

// Examine looks at a ledger from all sides. It writes nothing, and goes on after what is damaged,
// so that it tells of all at once. The file need not exist.
func Examine(ctx context.Context, path string) []Check {
	backups, remedy := checkBackups(ctx, path)
	all := []Check{checkFile(path, remedy), checkPermissions(path), checkBeside(path), checkCopies(ctx, path)}
	all = append(all, checkContents(ctx, path, remedy)...)
	return append(all, backups)
}

// checkBackups looks whether the newest backup can be restored, and returns what to type
// where the ledger itself is damaged.
func checkBackups(ctx context.Context, path string) (c Check, remedy ledger.Text) {
	c = Check{Name: "backups", Verdict: OK, Detail: "none"}
	remedy = ledger.Say("first copy the file as it is; you have no backup to restore")
	all, err := Backups(path)
	if err != nil {
		c.Detail = ""
		c.failed(path, ledger.Say("see who may read the folder"), err)
		return c, remedy
	}
	all = slices.DeleteFunc(all, func(b Backup) bool { return b.Reason == Damaged })
	sound := false
	for _, b := range all {
		_, err := Inspect(ctx, b.Path)
		if sound = err == nil; sound {
			remedy = ledger.Say("%s", ledger.Command{"restore", ledger.File(b.Path)})
			c.Detail = fmt.Sprintf("%d; the newest, of %s, can be opened", len(all), b.At.Format("2006-01-02 15:04 UTC"))
			break
		}
		f := c.Warn("%s", err)
		f.try("it cannot be restored; delete it, or move it away")
		if now, is := hindered(err); is {
			f.Try = now
		}
	}
	switch {
	case len(all) == 0 && exists(path):
		c.Warn("you have no backup yet").try("%s", ledger.Command{"backup"})
	case len(all) > 0 && !sound:
		c.Detail = ""
		c.wrong("none of %s can be restored", words.Count(len(all), "backup")).try("once the ledger is right: %s", ledger.Command{"backup"})
	}
	return c, remedy
}

// A side is one side of what a ledger holds.
type side struct {
	name string
	// wrong are queries for sentences about what is not as it should be.
	wrong []string
	// mend is what to do about that; where it is empty, the file is damaged.
	mend ledger.Text
	// look finds what no query can; try is what to do where the file is damaged.
	look func(ctx context.Context, tx *Tx, c *Check, try ledger.Text) error
	// seen is a query for what to say where all is right.
	seen string
}

// sides are those that are looked at. The log can take back what it says where every
// change is in the range of its entry, and entries that took back one another agree.
func sides(path string) []side {
	return []side{
		{name: "integrity", look: func(ctx context.Context, tx *Tx, c *Check, try ledger.Text) error {
			found, err := tx.integrity(ctx)
			c.each(found, always(try))
			return err
		}, seen: `SELECT 'every page and record can be read'`},
		{name: "references", wrong: []string{
			`SELECT "table" || ' ' || coalesce(rowid, 0) || ' refers to a ' || parent || ' that is not there'
				FROM pragma_foreign_key_check ORDER BY "table", rowid`,
		}, seen: `SELECT 'no record points to a missing one'`},
		{name: "records", look: func(ctx context.Context, tx *Tx, c *Check, try ledger.Text) error {
			found, err := tx.faults(ctx, path)
			if found != nil {
				c.each(found, tx.mending(ctx, try))
			}
			if err == nil {
				found, err = tx.wrongNumbers(ctx)
				c.each(found, always(intoNew()))
			}
			return err
		}, seen: `SELECT 'all can be read, and make sense'`},
		{name: "allocations", mend: ledger.Say("to take back the points that are too many: %s", ledger.Command{"deallocate", "ID"}), wrong: []string{
			`SELECT 'credit ' || c.id || iif(c.removed, ' was removed, but has allocations', printf(' has %g points, of which %g are allocated',
				c.points / 100.0, sum(a.points) / 100.0)) || ' for ' || y.credential
			FROM allocation AS a JOIN cycles AS y ON y.id = a.cycle JOIN credit AS c ON c.id = a.credit
			GROUP BY c.id, y.credential HAVING c.removed OR sum(a.points) > c.points ORDER BY c.id`,
		}, seen: `SELECT 'none of ' || n || iif(n = 1, ' credit', ' credits') || ' gives more points than it has' FROM (SELECT count(DISTINCT credit) AS n FROM allocation)`},
		{name: "evidence", look: checkEvidence, seen: `SELECT n || iif(n = 1, ' file', ' files') || ', as added' FROM (SELECT count(*) AS n FROM content)`},
		{
			name: "log", mend: ledger.Say("%s may fail; to bring back a backup from before: %s", ledger.Command{"undo"}, ledger.Command{"restore"}),
			wrong: []string{
				`SELECT 'change ' || c.id || ' is of no entry, or outside of its range' FROM change AS c LEFT JOIN entry AS e ON e.id = c.entry
					WHERE e.id IS NULL OR c.id < e.first_change OR c.id >= e.first_change + e.changes`,
				`SELECT 'entry ' || id || ' and what took it back do not agree' FROM entry AS e WHERE undone_by IS NOT (
					SELECT max(id) FROM entry AS u WHERE u.undoes = e.id AND u.undone_by IS NULL)`,
			},
			look: func(ctx context.Context, tx *Tx, c *Check, _ ledger.Text) error {
				found, err := tx.unreadableLog(ctx)
				c.each(found, always(ledger.Say("%s may fail; to bring back a backup from before: %s", ledger.Command{"undo"}, ledger.Command{"restore"})))
				return err
			},
			seen: `SELECT e || iif(e = 1, ' entry, ', ' entries, ') || c || iif(c = 1, ' change', ' changes')
				FROM (SELECT count(*) AS e FROM entry), (SELECT count(*) AS c FROM change)`,
		},
	}
}

// check looks at one side of a ledger. remedy is what to do where the file is damaged.
func (tx *Tx) check(ctx context.Context, s side, c *Check, remedy ledger.Text) error {
	for _, query := range s.wrong {
		found, err := tx.texts(ctx, query)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			continue
		}
		if _, usable := tx.usable(ctx); s.mend.IsEmpty() || !usable {
			s.mend = remedy
		}
		c.each(found, always(s.mend))
	}
	if s.look != nil {
		if err := s.look(ctx, tx, c, remedy); err != nil {
			return err
		}
	}
	if len(c.Findings) > 0 {
		return nil
	}
	return tx.one(ctx, []any{&c.Detail}, s.seen)
}

// texts returns the only column that a query finds.
func (tx *Tx) texts(ctx context.Context, query string) ([]string, error) {
	return read(ctx, tx, func(text *string) []any { return []any{text} }, query)
}

// checkContents looks at all that is in the file, the schema first.
func checkContents(ctx context.Context, path string, remedy ledger.Text) []Check {
	all := []Check{{Name: "schema", Verdict: Skipped}}
	for _, side := range sides(path) {
		all = append(all, Check{Name: side.name, Verdict: Skipped})
	}
	size, missing := stat(path)
	if _, err := readHeader(path); missing != nil || err != nil || size == 0 || hasJournal(path) {
		return all
	}
	all[0].Verdict = OK
	err := asStranger(ctx, path, func(tx *Tx) error {
		number, err := tx.identify(ctx, path)
		switch {
		case err != nil:
			return err
		case number == 0:
			all[0].Detail = "none yet"
			return nil
		}
		all[0].failed(path, ledger.Text{}, tx.checkSchema(ctx, &all[0], number, remedy))
		for i, side := range sides(path) {
			c := &all[i+1]
			c.Verdict = OK
			c.failed(path, remedy, tx.check(ctx, side, c, remedy))
		}
		return nil
	})
	switch mend, _ := errors.AsType[*ledger.Error](err); {
	case errors.Is(err, errOther):
		all[0].wrong("%s", err).Try = mend.Try
	case errors.Is(err, errForeign), code(err)&0xff == sqlite3.SQLITE_NOTADB:
		all[0].wrong("%s is not a ledger of cmp, or damaged at its beginning", path).try("move it away; then %s", remedy)
	case err != nil:
		all[0].failed(path, remedy, err)
	}
	return all
}

// faults returns what cannot be read of a ledger, or no other ledger would take: what
// [Tx.Ledger] refuses, and every text that is none.
func (tx *Tx) faults(ctx context.Context, path string) ([]string, error) {
	schema, err := tx.identify(ctx, path)
	if err == nil && schema < tx.schemas.newest {
		db, err := tx.schemas.older(path, forReading, Origin{})
		if err != nil {
			return nil, err
		}
		defer db.Close()
		var found []string
		err = db.transact(ctx, true, func(tx *Tx) error {
			found, err = tx.faults(ctx, path)
			return err
		})
		return found, err
	}
	if err != nil {
		return nil, err
	}
	_, records, err := tx.readLedger(ctx)
	found, bad := tx.badTexts(ctx, err == nil && records == nil)
	for _, fault := range records {
		if !slices.Contains(found, fault.Error()) {
			found = append(found, fault.Error())
		}
	}
	return found, cmp.Or(bad, err)
}

// wrongNumbers finds tables of which it is not known which number is the next, or that have none left.
func (tx *Tx) wrongNumbers(ctx context.Context) ([]string, error) {
	tables, err := tx.texts(ctx, `SELECT printf('SELECT %Q AS name, max(id) AS highest FROM "%w"', name, name) FROM sqlite_schema
		WHERE type = 'table' AND sql GLOB '* AUTOINCREMENT*'`)
	if err != nil || tables == nil {
		return nil, err
	}
	return tx.texts(ctx, `SELECT 'the last number of the table ' || name || ' is ' || iif(typeof(seq) <> 'integer', 'none',
			iif(seq < highest, 'less than one that it has', 'the highest there is'))
		FROM (`+strings.Join(tables, " UNION ALL ")+`) LEFT JOIN sqlite_sequence USING (name)
		WHERE typeof(seq) <> 'integer' AND (seq IS NOT NULL OR highest IS NOT NULL) OR seq < highest OR seq = 9223372036854775807`)
}

// mending returns what to do about a fault: a command that writes the field of a credit anew, where
// commands can read the ledger, or else the remedy.
func (tx *Tx) mending(ctx context.Context, remedy ledger.Text) func(what string) ledger.Text {
	credits, usable := tx.usable(ctx)
	return func(what string) ledger.Text {
		var id, credit int64
		var field string
		if !usable {
			return remedy
		}
		_, _ = fmt.Sscanf(what, "allocation %d does not fit", &id) // of anything else there is no such allocation
		if tx.one(ctx, []any{&credit}, `SELECT credit FROM allocation WHERE id = ?`, id) == nil {
			return ledger.Say("to take it back: %s", ledger.Command{"deallocate", fmt.Sprint(credit)})
		}
		_, _ = fmt.Sscanf(what, "credit %d: %s", &id, &field) // of anything else there is no such credit
		flag := map[string]string{
			"title": "title", "provider": "provider", "points": "points", "activity": "activity",
			"topics": "topic", "reference": "reference", "url": "url", "note": "note",
		}[strings.TrimSuffix(field, ":")]
		if flag == "" || !slices.ContainsFunc(credits, func(c ledger.Credit) bool { return c.ID == id }) {
			return remedy
		}
		return ledger.Say("to mend it: %s", ledger.Command{"edit", fmt.Sprint(id), "--" + flag, strings.ToUpper(flag)})
	}
}

// usable returns the credits, and whether commands can read what they read first.
func (tx *Tx) usable(ctx context.Context) ([]ledger.Credit, bool) {
	credits, err := tx.Credits(ctx)
	_, credentials := tx.Credentials(ctx)
	_, allocations := tx.Allocations(ctx)
	return credits, err == nil && credentials == nil && allocations == nil
}

// readable returns an error where a record cannot be read, or the log cannot go on.
func (tx *Tx) readable(ctx context.Context, path string) error {
	found, err := tx.faults(ctx, path)
	if err == nil && found == nil {
		found, err = tx.unreadableLog(ctx)
	}
	if len(found) > 0 {
		return fault(path, "damaged: a record cannot be read ("+found[0]+")", errUnreadable, "")
	}
	return err
}

// errUnreadable says that a file is a ledger whose records cannot all be read.
var errUnreadable = errors.New("a record cannot be read")

// badTexts finds texts that are no UTF-8 or hold a NUL byte, in every table but those of the log,
// which tells what was. It looks at whole records first, without their keys, which is much quicker.
// Where all records were read and are sound, so are the texts of credits, the largest table.
func (tx *Tx) badTexts(ctx context.Context, sound bool) (found []string, err error) {
	tables, err := read(ctx, tx, func(t *textTable) []any { return []any{&t.name, &t.key, &t.columns} },
		`SELECT printf('"%w"', t.name), coalesce((SELECT group_concat(printf('"%w"', name), ', ') FROM
				(SELECT name FROM pragma_table_info(t.name) WHERE pk ORDER BY pk)), 'rowid'), group_concat(printf('"%w"', c.name), char(10))
			FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
			WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' AND t.name NOT IN ('entry', 'change')
				AND NOT (? AND t.name = 'credit') AND c.type = 'TEXT' GROUP BY t.name`, sound)
	for _, t := range tables {
		columns := strings.Split(t.columns, "\n")
		all, wrong := tx.badIn(ctx, textTable{name: t.name, key: "0"}, "coalesce("+strings.Join(columns, ", '') || '|' || coalesce(")+", '')")
		if err = errors.Join(err, wrong); len(all) == 0 {
			continue
		}
		for _, column := range columns {
			bad, wrong := tx.badIn(ctx, t, column)
			found, err = append(found, bad...), errors.Join(err, wrong)
		}
	}
	return found, err
}

// A textTable is a table with its key and those of its columns that are texts, as SQL, line by line.
type textTable struct{ name, key, columns string }

// badIn finds the records whose text, made by SQL of their columns, is none.
func (tx *Tx) badIn(ctx context.Context, t textTable, text string) (found []string, err error) {
	var key string
	var value sql.RawBytes
	err = tx.each(ctx, []any{&key, &value}, func() {
		if reason := ledger.BadText(string(value)); reason != "" {
			what := fmt.Sprintf("%s %s: %s: %s", t.name, strings.Trim(key, "[]"), text, reason)
			found = append(found, strings.ToValidUTF8(strings.ReplaceAll(what, `"`, ""), "?"))
		}
	}, `SELECT json_array(`+t.key+`), `+text+` FROM `+t.name)
	return found, err
}

// unreadableLog finds what the log cannot take back, and stamps that are none.
// What a record was has the key of the record.
func (tx *Tx) unreadableLog(ctx context.Context) ([]string, error) {
	tables, err := tx.tables(ctx)
	if err != nil {
		return nil, err
	}
	keys := ""
	for _, t := range tables {
		keys += " WHEN '" + t.name + "' THEN json_array(before ->> '" + strings.Join(t.key, "', before ->> '") + "')"
	}
	return tx.texts(ctx, `SELECT 'entry ' || id || ' does not have the changes that it counts' FROM entry AS e WHERE changes <> (
			SELECT count(*) FROM change AS c WHERE c.entry = e.id AND c.id >= e.first_change AND c.id < e.first_change + e.changes)
		UNION ALL SELECT 'change ' || id || ' is not as cmp writes it' FROM change
		WHERE CASE WHEN NOT json_valid(key) OR NOT json_valid(coalesce(before, '{}')) THEN 1
			WHEN before IS NULL THEN CASE record`+strings.ReplaceAll(keys, "before", "'{}'")+` END IS NULL OR json_type(key) <> 'array'
			ELSE CASE record`+keys+` END IS NOT key END`+badStamps)
}

// badStamps is the SQL of those that are none.
const badStamps = `
	UNION ALL SELECT 'entry ' || id || ' has a stamp that is none' FROM entry WHERE NOT ` + isStamp + `
	UNION ALL SELECT 'the latest stamp of another ledger is none' FROM (` + lastHeard + `) WHERE NOT ` + isStamp

// checkSchema compares the schema with that of a new ledger.
func (tx *Tx) checkSchema(ctx context.Context, c *Check, number int, remedy ledger.Text) error {
	c.Detail = fmt.Sprint(number)
	other, err := tx.foreignObject(ctx, number)
	if other != "" {
		c.wrong("another program changed the schema: %s", other).try("%s; or undo that change in that program", remedy)
	}
	return err
}

// asMade returns an error where the schema is not as cmp makes it: what another program put
// there could change, or hide, what is written.
func (tx *Tx) asMade(ctx context.Context, path string, schema int) error {
	other, err := tx.foreignObject(ctx, schema)
	if other != "" {
		err = fault(path, "another program changed the ledger: "+other+"; nothing was written", nil,
			"to find out more: %s; to bring back a backup: %s", ledger.Command{"doctor"}, ledger.Command{"restore"})
	}
	return err
}

// isMade is the SQL of what a schema is made of. The statistics that ANALYZE keeps are no part of
// it: they change nothing that is written.
const isMade = `NOT (type = 'table' AND name GLOB 'sqlite_stat[0-9]')`

// fingerprint returns the SHA-256 of all objects of the schema.
func (tx *Tx) fingerprint(ctx context.Context) (string, error) {
	var all string
	err := tx.one(ctx, []any{&all}, `SELECT coalesce(group_concat(concat_ws(' ', type, name, tbl_name, sql), char(10)), '')
		FROM (SELECT * FROM sqlite_schema WHERE `+isMade+` ORDER BY type, name)`)
	sum := sha256.Sum256([]byte(all))
	return hex.EncodeToString(sum[:]), err
}

// fingerprint1 is that of schema 1: to make its objects anew for every command that writes would
// take longer than the command.
const fingerprint1 = "3a831566e7b432bb3e40f4269056e765d26b72341e8d8e10054036198f044e01"

// integrity finds what SQLite says is wrong with a file that asStranger reads. Where the schema
// begins with a view, SQLite 3.53 does not check the list of free pages. So the views are away
// meanwhile, in memory: nothing is written. Of a file that may not be written, or is just
// being written, they stay.
func (tx *Tx) integrity(ctx context.Context) (found []string, err error) {
	drop, err := tx.texts(ctx, `SELECT printf('DROP VIEW "%w";', name) FROM sqlite_schema WHERE type = 'view'`)
	if err != nil {
		return nil, err
	}
	_, err = tx.sql.ExecContext(ctx, "SAVEPOINT integrity; PRAGMA query_only = 0;"+strings.Join(drop, ""))
	if c := code(err) & 0xff; err == nil || c == sqlite3.SQLITE_READONLY || c == sqlite3.SQLITE_BUSY {
		found, err = tx.texts(ctx, `SELECT replace(replace(integrity_check, '*** in database main ***' || char(10), ''), char(10), '; ')
			FROM pragma_integrity_check WHERE integrity_check <> 'ok'`)
		if err == nil {
			found, err = tx.withRecords(ctx, found)
		}
	}
	_, back := tx.sql.ExecContext(ctx, "ROLLBACK TO integrity; RELEASE integrity; PRAGMA query_only = 1")
	return found, errors.Join(err, back)
}

// withRecords says of which record it is that a CHECK of the schema failed: of SQLite only the table
// is known. A record to which nothing is written would fail again.
func (tx *Tx) withRecords(ctx context.Context, found []string) (all []string, err error) {
	tables, err := tx.tables(ctx)
	for _, what := range found {
		in, failed := strings.CutPrefix(what, "CHECK constraint failed in ")
		if !failed {
			all = append(all, what)
			continue
		}
		records := []string{"a record of the table " + in}
		if t, none := named(tables, in); none == nil {
			if keys, _ := tx.unfit(ctx, t); keys != nil {
				records = keys
			}
		}
		for _, r := range records {
			if r += " is not as cmp writes it"; !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all, err
}

// unfit returns the records of a table that could not be written as they are.
func (tx *Tx) unfit(ctx context.Context, t table) (all []string, err error) {
	keys, err := tx.texts(ctx, `SELECT `+t.keyOf("")+` FROM `+t.name)
	for _, key := range keys {
		_, err := tx.sql.ExecContext(ctx, `UPDATE `+t.name+` SET `+t.each(", ", "%[1]s = %[1]s")+` WHERE `+t.isKey(), key)
		if code(err) == sqlite3.SQLITE_CONSTRAINT_CHECK {
			all = append(all, t.name+" "+strings.Trim(key, "[]"))
		}
	}
	return all, err
}

// checkEvidence looks at every content. Of one that no credit uses any more
// nothing is lost but the way back.
func checkEvidence(ctx context.Context, tx *Tx, c *Check, _ ledger.Text) error {
	return tx.eachDamaged(ctx, func(id int64, used bool, harm string) {
		if used {
			c.wrong("file %d %s", id, harm).try("to see of which credit: %s; then add the file again: %s",
				ledger.Command{"evidence", "verify"}, ledger.Command{"evidence", "add"})
		} else {
			c.Warn("file %d %s; no credit uses it", id, harm).try("nothing to do: it was removed from its credit")
		}
	})
}

// eachDamaged reads every content and computes its hash anew. Where that differs it calls
// fn with the id, whether it is evidence of a credit, and the rest of a sentence.
func (tx *Tx) eachDamaged(ctx context.Context, fn func(id int64, used bool, harm string)) error {
	all, err := pairs[int64, bool](ctx, tx, `SELECT id, id IN (SELECT content FROM evidence) FROM content`)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(all)) { // one by one, so that one that is damaged hides no other
		var hash string
		var size int64
		err := tx.one(ctx, []any{&hash, &size}, `SELECT sha256, size FROM content WHERE id = ?`, id)
		is, sum, unread := tx.copyContent(ctx, "id = ?1", id, io.Discard)
		switch err = cmp.Or(err, unread); {
		case code(err) == sqlite3.SQLITE_ERROR: // there is no such column
			return err
		case err != nil:
			fn(id, all[id], fmt.Sprintf("cannot be read: %s", err))
		case sum != hash:
			fn(id, all[id], "is not what was added: its SHA-256 differs")
		case size != is:
			fn(id, all[id], fmt.Sprintf("has %d bytes, not %d", is, size))
		}
	}
	return nil
}

// checkFile looks at the ledger as a file. One that has backups was once there.
func checkFile(path string, remedy ledger.Text) Check {
	c := Check{Name: "file", Verdict: OK}
	size, err := stat(path)
	lost := ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.Detail, lost = "there is none yet", "is gone"
	case err != nil:
		f := c.wrong("%s", err)
		if mend, ok := errors.AsType[*ledger.Error](err); ok {
			f.Try = mend.Try
		}
	case size == 0:
		c.Detail, lost = "nothing in it yet", "is empty"
	default:
		c.Detail = fmt.Sprintf("%d bytes", size)
		checkNames(&c, path)
	}
	if all, _ := Backups(path); lost != "" && len(all) > 0 {
		c.Detail = ""
		c.wrong("%s %s, but you have backups", path, lost).Try = remedy
	}
	return c
}

// checkNames warns of a file that has several names (hard links).
func checkNames(c *Check, path string) {
	info, err := os.Stat(path)
	if err != nil || hardLinks(info) < 2 {
		return
	}
	c.Warn("%s has %d names (hard links); a command that was stopped under one name is not taken back under another", path, hardLinks(info)).
		try("delete the other names, which this lists: find ~ -samefile %s", ledger.ShellWord(path))
}

// checkPermissions looks at who may read and write the file. Who may write to its folder
// can replace it.
func checkPermissions(path string) Check {
	c := Check{Name: "permissions", Verdict: OK}
	for _, p := range []string{path, filepath.Dir(path), BackupFolder(path)} {
		info, err := os.Stat(p)
		if err != nil || p == path && !info.Mode().IsRegular() || runtime.GOOS == "windows" { // which has no permission bits
			continue
		}
		switch mode := info.Mode(); {
		case mode&0o022 != 0 && mode&fs.ModeSticky == 0:
			c.wrong("%s can be written by others (mode %04o)", p, mode.Perm()).try("chmod go-w %s", ledger.ShellWord(p))
		case p == path && mode&0o044 != 0:
			c.Warn("%s can be read by others (mode %04o)", p, mode.Perm()).try("chmod go-rwx %s", ledger.ShellWord(p))
		case p == path:
			c.Detail = "for you alone"
		}
	}
	if _, err := readHeader(path); errors.Is(err, fs.ErrPermission) {
		c.Detail = ""
		c.wrong("%s: you may not read it, so it cannot be checked", path).try("ask its owner to let you")
	} else if err == nil && !mayWrite(path) {
		c.Warn("%s may not be written; you can only read the ledger", path)
	}
	return c
}

// mayWrite reports whether the user may write a file, which is not open here:
// to close it would give up its locks.
func mayWrite(path string) bool {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		err = file.Close()
	}
	return err == nil
}

// checkBeside looks for what should not lie beside a ledger at rest.
func checkBeside(path string) Check {
	c := Check{Name: "beside", Verdict: OK}
	switch {
	case mayLieBeside(path, journalEnding) != nil:
		c.Verdict = Skipped // the check of the file says why
		return c
	case hasJournal(path):
		c.wrong("%s-journal: a command was stopped while it wrote, or is writing right now", path).
			try("to take back what it wrote: %s; then again: %s", ledger.Command{"status"}, ledger.Command{"doctor"})
	case exists(path + "-journal"):
		c.Warn("%s-journal: a command was stopped before it changed anything, or is about to write", path).
			try("the next command that writes removes it")
	}
	return c.saw("no journal")
}

const (
	mostBeside = 10_000 // files whose first bytes are read
	mostCopies = 10     // ledgers whose log is read
)

// checkCopies looks for other ledgers in the folder. Folder synchronisation makes a copy when two
// computers wrote at once, and names it in many ways: so their logs tell what is a copy.
func checkCopies(ctx context.Context, path string) Check {
	c := Check{Name: "copies", Verdict: OK}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.Warn("the folder of %s cannot be read: %s", path, cause(err))
	}
	var others []string
	for _, file := range files[:min(len(files), mostBeside)] {
		other := filepath.Join(filepath.Dir(path), file.Name())
		if !file.Type().IsRegular() || atomicfile.IsPart(file.Name()) || sameFile(path, other) {
			continue
		}
		if h, _ := readHeader(other); h.schema > 0 {
			others = append(others, other)
		}
	}
	if len(files) > mostBeside {
		c.Warn("the folder has %d files, and cmp looked for other ledgers in the first %d only", len(files), mostBeside).
			try("to be sure, keep the ledger in a folder of its own")
	}
	if len(others) == 0 {
		return c.saw("no other ledger in the folder")
	}
	ours, _ := stamps(ctx, path) // of a ledger that cannot be read, other checks tell
	for _, other := range others[:min(len(others), mostCopies)] {
		c.compare(ctx, path, ours, other)
	}
	if more := len(others) - mostCopies; more > 0 {
		c.Warn("%s more in the folder", words.Count(more, "ledger")).try("move them to another folder")
	}
	return c
}

// compare says what another ledger is to ours, whose log has those stamps.
func (c *Check) compare(ctx context.Context, path string, ours []string, other string) {
	theirs, err := stamps(ctx, other)
	n := 0 // entries that ours lacks
	for _, stamp := range theirs {
		if _, has := slices.BinarySearch(ours, stamp); !has { // stamps are in their order
			n++
		}
	}
	file := ledger.File(filepath.Base(other) + ".jsonl") // one of its own, and replaced: an older one would be taken for it
	switch {
	case err != nil:
		c.Warn("%s: another ledger, which cannot be compared: %s", other, err).try("to find out more: %s", ledger.Command{"doctor", "--db", ledger.File(other)})
	case len(ours) == 0 || len(theirs) == 0 || ours[0] != theirs[0]:
		c.Warn("%s: another ledger", other).try("if you do not use it, move it away")
	case n == 0 || broughtIn(ctx, path, other):
		c.Warn("%s: a copy of your ledger; all that was written to it is in yours too", other).try("you may move it away")
	default:
		c.wrong("%s: a copy of your ledger; its log has %d %s that yours does not have", other, n, words.Verb(n, "entry", "entries")).
			try("to see them: %s; to bring them in: %s, then %s; then move the copy away", ledger.Command{"log", "--db", ledger.File(other)},
				ledger.Command{"export", "ledger", "--db", ledger.File(other), "--output", file, "--yes"}, ledger.Command{"import", file})
	}
}

// broughtIn reports whether to import a copy would add or change nothing but what places itself.
func broughtIn(ctx context.Context, path, other string) bool {
	var both [2]exchange.Ledger
	for i, path := range []string{path, other} {
		err := glance(ctx, path, func(ctx context.Context, tx *Tx) (err error) {
			both[i], err = tx.Ledger(ctx)
			return err
		})
		if err != nil {
			return false
		}
	}
	_, report := exchange.Merge(both[0], both[1], exchange.Same(both[0], both[1]))
	return !slices.ContainsFunc(report.Changes, func(c exchange.Change) bool {
		a, _ := cmp.Or(c.After, c.Before).Value.(exchange.Allocation)
		return a.By != ledger.ByAuto
	})
}

// stamps returns those of the log of a file that may be anything.
func stamps(ctx context.Context, path string) (all []string, err error) {
	err = glance(ctx, path, func(ctx context.Context, tx *Tx) error {
		all, err = tx.texts(ctx, `SELECT stamp FROM entry ORDER BY id LIMIT 1000000`)
		return err
	})
	return all, err
}

// glance reads a file that may be anything, without waiting for anybody.
func glance(ctx context.Context, path string, fn func(context.Context, *Tx) error) error {
	if h, err := readHeader(path); err != nil || h.schema == 0 { // to open a pipe would wait
		return err
	}
	if hasJournal(path) {
		return errors.New("a command was stopped while it wrote to it")
	}
	db, err := known().connect(path, atRest+"&_defensive=1&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)")
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return explain(path, db.transact(ctx, true, func(tx *Tx) error { return fn(ctx, tx) }))
}

// asStranger reads a file without a journal of which nothing is trusted: its schema may
// run nothing harmful. Opened for reading alone, SQLite would not check values. What is
// changed meanwhile stays in memory.
func asStranger(ctx context.Context, path string, fn func(*Tx) error) error {
	query := "mode=rw&_pragma=busy_timeout(10000)&_pragma=cache_spill(0)&_defensive=1&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)"
	if h, _ := readHeader(path); !h.wal { // that would change the file
		query += "&_pragma=journal_mode(memory)"
	}
	db, err := known().connect(path, query+"&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	defer db.Close()
	return db.transact(ctx, true, func(tx *Tx) error { return cmp.Or(fn(tx), errNotKept) })
}

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
	// Began is the stamp and the command of the first entry, which copies have in common.
	Began string `json:"-"`
}

// Inspect reads a file that may be anything and returns what it holds, or an error when that is
// not a sound ledger of a known schema, as the program itself makes it.
func Inspect(ctx context.Context, path string) (c Contents, err error) {
	err = inspecting(ctx, path, func(found Contents) error {
		c = found
		return nil
	})
	return c, err
}

// inspecting runs fn where the file is a sound ledger, which stays as it is until fn ends.
func inspecting(ctx context.Context, path string, fn func(Contents) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fault(path, "is not a file", nil, "")
	}
	if _, err := stat(path); err != nil {
		return err
	}
	h, err := readHeader(path)
	switch {
	case err != nil:
		return fmt.Errorf("%s: cannot be read: %w", path, cause(err))
	case h.schema < 1:
		return fault(path, "not a ledger of cmp", errForeign, "")
	case h.schema > NewestSchema:
		return newer(path, h.schema, NewestSchema)
	case hasJournal(path):
		return fault(path, "a command was stopped while it wrote to it, or writes right now", errForeign,
			"to fix that: %s", ledger.Command{"status", "--db", ledger.File(path)})
	case h.wal:
		return inWAL(path)
	}
	err = asStranger(ctx, path, func(tx *Tx) error {
		c, err := tx.sound(ctx, path, h.schema)
		if isDamage(err) || errors.Is(err, errDangling) || errors.Is(err, errUnsound) {
			err = fault(path, "damaged or cut short", err, "")
		}
		if err != nil {
			return err
		}
		return fn(c)
	})
	return explain(path, err)
}

// hasJournal reports whether a transaction has begun to change the file and has
// not ended. The journal of one that had not come so far begins with zeros.
func hasJournal(path string) bool {
	return mayLieBeside(path, journalEnding) == nil && beginning(path+journalEnding) == magic(journalEnding)
}

// sound returns what a ledger of that schema holds, or what is wrong with it.
func (tx *Tx) sound(ctx context.Context, path string, schema int) (c Contents, err error) {
	other, err := tx.foreignObject(ctx, schema)
	if other != "" {
		err = fault(path, fmt.Sprintf("not as cmp makes it (schema %d): %s", schema, other), errForeign, "")
	}
	if err == nil {
		err = tx.whole(ctx)
	}
	if err == nil {
		err = tx.references(ctx)
	}
	if err == nil {
		err = tx.readable(ctx, path)
	}
	if err != nil {
		return c, err
	}
	c.Schema = schema
	err = tx.one(ctx, []any{&c.Credentials, &c.Credits, &c.Files, &c.Last, &c.Began}, `SELECT (SELECT count(*) FROM credential),
		(SELECT count(*) FROM credit WHERE NOT removed), (SELECT count(*) FROM content), (SELECT at FROM entry ORDER BY id DESC LIMIT 1),
		coalesce((SELECT stamp || ' ' || command FROM entry ORDER BY id LIMIT 1), '')`)
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

// errUnsound says that a file reads well, but its parts do not fit.
var errUnsound = errors.New("damaged")

// whole returns an error where SQLite finds anything wrong with the file.
func (tx *Tx) whole(ctx context.Context) error {
	found, err := tx.integrity(ctx)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%w: %s", errUnsound, found[0])
	}
	return err
}

// objects returns the tables, indexes, triggers and views of a schema, with their SQL.
func (tx *Tx) objects(ctx context.Context) (map[string]string, error) {
	all, err := pairs[string, string](ctx, tx, `SELECT printf('%s "%s"', type, name), tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema WHERE `+isMade)
	return all, wrap(err, "read the schema")
}

// foreignObject says what is not as in a new ledger of that schema, or returns "".
func (tx *Tx) foreignObject(ctx context.Context, schema int) (string, error) {
	if made, err := tx.fingerprint(ctx); err != nil || schema == 1 && made == fingerprint1 {
		return "", err
	}
	fresh, err := tx.schemas.connect("", "")
	if err != nil {
		return "", err
	}
	defer fresh.Close()
	var want map[string]string
	err = fresh.transact(ctx, false, func(tx *Tx) error {
		err := tx.migrate(ctx, 0, schema)
		if err == nil {
			want, err = tx.objects(ctx)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	found, err := tx.objects(ctx)
	if err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if found[name] != want[name] {
			return "its " + name + " was made by another program", nil
		}
		delete(want, name)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		return "it has no " + name, nil
	}
	return "", nil
}
