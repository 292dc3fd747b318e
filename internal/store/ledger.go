package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// records are the records that other ledgers hear of, among them [credits]: kind, number, stamps and fields as in the
// file, of declarations and courses only what [Tx.reread] does not read. A removed credit of which nothing else is known was
// removed by its last change. What was allocated automatically has no history.
const records = `
	SELECT 'credential', id, changed, past, json_object('credential', body || '/' || code, 'number', number,
		'certified', certified, 'voluntary', json(iif(voluntary, 'true', 'false')),
		'categories', json(iif(categories = '', '[]', '["' || replace(categories, ';', '","') || '"]')))
	FROM credential
	UNION ALL SELECT 'cycle', y.id, y.changed, y.past, json_object('credential', body || '/' || code,
		'first_day', first_day, 'last_day', last_day, 'stated', json(iif(stated, 'true', 'false')), 'closed', json(iif(closed, 'true', 'false')))
	FROM cycle AS y JOIN credential AS k ON k.id = y.credential
	UNION ALL SELECT 'declaration', d.id, d.changed, d.past, json_object('credential', y.credential, 'cycle', y.last_day)
	FROM declaration AS d JOIN cycles AS y ON y.id = d.cycle
	UNION ALL SELECT 'import', id, '', '', json_object('uid', uid, 'file', file, 'date', date) FROM import
	{credits}
	UNION ALL SELECT 'allocation', a.id, iif(allocated_by = 'hand', a.changed, ''), iif(allocated_by = 'hand', a.past, ''),
		json_object('credit', c.uid, 'credential', y.credential, 'cycle', y.last_day, 'requirement', requirement,
		'points', a.points / 100.0, 'by', allocated_by)
	FROM allocation AS a JOIN credit AS c ON c.id = a.credit JOIN cycles AS y ON y.id = a.cycle
	UNION ALL SELECT 'evidence', e.id, e.changed, e.past, json_object('credit', c.uid, 'sha256', coalesce(sha256, ''),
		'name', name, 'media_type', media_type, 'added', added)
	FROM evidence AS e JOIN credit AS c ON c.id = e.credit LEFT JOIN content ON content.id = e.content
	UNION ALL SELECT 'course', id, changed, past, '{}' FROM course
	UNION ALL SELECT 'apart', p.id, p.changed, p.past, json_object('credit', min(a.uid, b.uid), 'other', max(a.uid, b.uid))
	FROM apart AS p JOIN credit AS a ON a.id = p.credit JOIN credit AS b ON b.id = p.other
	UNION ALL SELECT 'portal', p.id, p.changed, p.past, json_object('credit', coalesce(uid, ''), 'body', body, 'date', p.date,
		'found', json(iif(found, 'true', 'false')))
	FROM portal AS p LEFT JOIN credit AS c ON c.id = p.credit
	UNION ALL SELECT 'gone', 0, changed, '', json_object('kind', kind, 'key', key) FROM gone WHERE kind <> 'clock'
	UNION ALL SELECT 'gone', 0, changed, '', json_object('kind', 'credit', 'key', uid)
	FROM credit WHERE removed AND uid NOT IN (SELECT key FROM gone WHERE kind = 'credit')`

// otherwise is the SQL of the credits that are known otherwise too: in other forms, or by other uids.
const otherwise = `SELECT credit FROM form UNION ALL SELECT credit FROM alias`

// ever is a condition that each last change meets, also one that damage made NULL: it is to be read, and to fail.
const ever = `IS NOT x'00'`

// credits is the part of records for credits. To read their columns, as [Tx.readCredits] does, takes
// a third of the time, but does not say what is wrong with each.
const credits = `UNION ALL SELECT 'credit', c.id, c.changed, c.past, json_object('uid', c.uid, 'date', c.date, 'title', title, 'provider', provider,
		'points', points / 100.0, 'activity', activity, 'reference', reference, 'url', url, 'note', note,
		'import', coalesce(i.uid, ''), 'removed', json(iif(removed, 'true', 'false')),
		'merged_into', coalesce((SELECT uid FROM credit WHERE id = c.merged_into), ''),
		'aliases', json((SELECT json_group_array(uid) FROM alias WHERE credit = c.id)),
		'topics', json((SELECT json_group_array(json(iif(limit_points IS NULL, json_object('topic', topic),
			json_object('topic', topic, 'points', limit_points / 100.0))))
			FROM (SELECT * FROM credit_topic WHERE credit = c.id ORDER BY position))),
		'forms', json((SELECT json_group_array(json_object('date', date, 'title', title, 'provider', provider,
			'points', points / 100.0, 'reference', reference, 'imported', json(iif(imported, 'true', 'false'))))
			FROM form WHERE credit = c.id)))
	FROM credit AS c LEFT JOIN import AS i ON i.id = c.import`

// Ledger returns all that the ledger holds but its log, in the words that any ledger knows. Of
// what no other ledger would take it returns an error. Contents can be read as long as the
// transaction lasts.
func (tx *Tx) Ledger(ctx context.Context) (exchange.Ledger, error) {
	l, faults, err := tx.readLedger(ctx)
	if err == nil && faults != nil {
		err = unreadable{faults[0]}
	}
	return l, wrap(err, "read the ledger")
}

// readLedger returns what can be read, and why the rest cannot, or no other ledger would take it.
func (tx *Tx) readLedger(ctx context.Context) (l exchange.Ledger, faults []error, err error) {
	if l, faults, err = tx.readRecords(ctx, ever); err == nil && faults == nil {
		faults = l.Faults()
	}
	return l, faults, err
}

// malformed returns which of the records that were written until now are wrong by themselves.
func (tx *Tx) malformed(ctx context.Context) ([]error, error) {
	l, faults, err := tx.readRecords(ctx, "= "+thisStamp)
	return append(faults, l.Malformed()...), err
}

// readRecords returns those whose last change meets a condition and that can be read, and why the
// rest cannot.
func (tx *Tx) readRecords(ctx context.Context, changed string) (l exchange.Ledger, faults []error, err error) {
	l.Contents = map[string]exchange.Content{}
	sizes, err := pairs[string, int64](ctx, tx, `SELECT sha256, length(data) FROM content`)
	if err != nil {
		return l, nil, err
	}
	rest := credits
	if tx.readCredits(ctx, &l, changed) {
		rest += " WHERE c.id IN (" + otherwise + ")"
	} else {
		l.Records = nil
	}
	query := strings.Replace(records, "{credits}", rest, 1)
	var kind exchange.Kind
	var id int64
	var stamp, past string
	var fields []byte
	var later []func() // one query waits for another
	var failed error
	err = tx.each(ctx, []any{&kind, &id, &stamp, &past, &fields}, func() {
		v, err := kind.Parse(fields)
		kind, id, stamp, past := kind, id, stamp, past
		add := func() {
			if err == nil {
				v, err = tx.reread(ctx, v, id)
			}
			if err == nil && !l.Add(v, id, stamp, strings.Fields(past)) {
				err = errors.New("is there twice")
			}
			switch e, is := v.(exchange.Evidence); {
			case code(err) != 0: // the ledger is not as cmp makes it, or the file is damaged
				failed = cmp.Or(failed, err)
			case err != nil:
				faults = append(faults, fmt.Errorf("%s %d: %w", kind, id, err))
			case is:
				l.Contents[e.SHA256] = exchange.Content{Size: sizes[e.SHA256], Write: func(to io.Writer) error { return tx.Content(ctx, e.SHA256, to) }}
			}
		}
		if kind == exchange.DeclarationKind || kind == exchange.CourseKind {
			later = append(later, add)
		} else {
			add()
		}
	}, `SELECT * FROM (`+query+`) WHERE changed `+changed)
	for _, add := range later {
		add()
	}
	return l, faults, cmp.Or(err, failed)
}

// readCredits reads the credits whose last change meets a condition and that are not known
// otherwise, and reports whether all could be read.
func (tx *Tx) readCredits(ctx context.Context, l *exchange.Ledger, changed string) bool {
	type row struct {
		exchange.Credit
		changed, past string
	}
	all, err := read(ctx, tx, func(c *row) []any {
		return []any{&c.ID, &c.changed, &c.past, textColumn{&c.UID}, dayColumn{&c.Date}, textColumn{&c.Title}, textColumn{&c.Provider}, &c.Points,
			textColumn{(*string)(&c.Activity)}, textColumn{&c.Reference}, textColumn{&c.URL}, textColumn{&c.Note}, &c.Import, &c.Removed, &c.MergedInto}
	}, `SELECT c.id AS credit, c.changed, c.past, c.uid, c.date, c.title, c.provider, c.points, c.activity, c.reference, c.url, c.note,
			coalesce(i.uid, ''), c.removed, coalesce(m.uid, '')
		FROM credit AS c LEFT JOIN import AS i ON i.id = c.import LEFT JOIN credit AS m ON m.id = c.merged_into
		WHERE c.id NOT IN (`+otherwise+`) AND c.changed `+changed)
	if err != nil {
		return false
	}
	topics := make(map[int64]*[]ledger.CreditTopic, len(all))
	for i := range all {
		all[i].Topics = []ledger.CreditTopic{} // as in a file
		topics[all[i].ID] = &all[i].Topics
	}
	if tx.readTopics(ctx, topics) != nil {
		return false
	}
	for _, c := range all {
		id := c.ID
		c.ID = 0
		if !l.Add(c.Credit, id, c.changed, strings.Fields(c.past)) {
			return false
		}
	}
	return true
}

// reread returns a declaration or a course whole; any other value is that already.
func (tx *Tx) reread(ctx context.Context, v exchange.Value, id int64) (exchange.Value, error) {
	switch of := v.(type) {
	case exchange.Declaration:
		var cycle int64
		err := tx.one(ctx, []any{&cycle}, `SELECT cycle FROM declaration WHERE id = ?`, id)
		if err == nil {
			of.Declaration, err = tx.Declaration(ctx, cycle)
		}
		if err != nil {
			return nil, err
		}
		return exchange.Reread(of)
	case exchange.Course:
		c, err := first(tx.courses(ctx, "id = ?", id))
		if err != nil {
			return nil, err
		}
		return exchange.Reread(exchange.Course{Course: c})
	}
	return v, nil
}

// ErrUnsound is wrapped by the error about a record that no ledger can hold.
var ErrUnsound = errors.New("is not what a ledger can hold")

// Become makes the ledger another one, as [exchange.Merge] makes it, by the changes that lead there.
func (tx *Tx) Become(ctx context.Context, to exchange.Ledger, changes []exchange.Change) error {
	b := &becoming{tx: tx, ctx: ctx, to: to, numbers: map[exchange.ID]int64{}}
	changes = b.withDeclarations(changes)
	b.exec(`PRAGMA defer_foreign_keys = ON`) // a credit may be merged into a later one
	b.giveNumbers(changes)
	for _, c := range slices.Backward(changes) { // what refers to others goes before them
		b.of(func() { b.clear(c) }, "%s %s", c.Kind, c.Key)
	}
	firstCredit := slices.IndexFunc(changes, func(c exchange.Change) bool { return c.Kind == exchange.CreditKind })
	for i, c := range changes {
		if i == firstCredit { // after the imports, which would be looked for in all of them
			b.addCredits(changes)
		}
		if c.After != nil {
			b.of(func() { b.put(c) }, "%s %s", c.Kind, c.Key)
		}
	}
	b.exec(`DELETE FROM gone WHERE kind <> 'clock' OR changed NOT IN (SELECT stamp FROM (` + lastHeard + `) WHERE ` + isStamp + `)`)
	latest := ""
	for _, r := range to.Records {
		latest = max(latest, r.Changed)
		if v, is := r.Value.(exchange.Gone); is {
			b.exec(`INSERT INTO gone (kind, key, changed) VALUES (?, ?, ?)`, v.Kind, v.Key, r.Changed)
		}
	}
	if latest != "" { // this entry and later ones get later stamps
		b.exec(`INSERT INTO gone (kind, key, changed) VALUES ('clock', 'clock', ?)
			ON CONFLICT DO UPDATE SET changed = max(changed, excluded.changed)`, latest)
		b.exec(`UPDATE entry SET stamp = `+nextStamp+` WHERE id = `+thisEntry+` AND stamp <= ?2`, "", latest)
	}
	tx.noted = tx.noted || len(changes) > 0
	return wrap(b.err, "bring in a ledger")
}

// A becoming is what is to be written. After its first error it does nothing more.
type becoming struct {
	tx      *Tx
	ctx     context.Context
	to      exchange.Ledger
	numbers map[exchange.ID]int64 // of records, those that they get too
	content bytes.Buffer          // one for all: as many as there are would fill the memory
	err     error
}

func (b *becoming) exec(query string, args ...any) {
	if b.err == nil {
		_, b.err = b.tx.exec(b.ctx, query, args...)
	}
}

func (b *becoming) do(fn func() error) {
	if b.err == nil {
		b.err = fn()
	}
}

// of runs fn, which writes of what is named, and says so where it fails.
func (b *becoming) of(fn func(), format string, args ...any) {
	if b.err != nil {
		return
	}
	if fn(); isConstraint(b.err) {
		b.err = ErrUnsound
	}
	b.err = wrap(b.err, format, args...)
}

// withDeclarations adds the declarations of changed cycles, which are written anew.
func (b *becoming) withDeclarations(changes []exchange.Change) []exchange.Change {
	listed := map[exchange.ID]bool{}
	for _, c := range changes {
		listed[c.ID] = true
	}
	for _, c := range changes {
		id := exchange.ID{Kind: exchange.DeclarationKind, Key: c.Key}
		if d := b.to.Records[id]; c.Kind == exchange.CycleKind && !c.Stamps && d != nil && !listed[id] {
			changes = append(changes, exchange.Change{ID: id, Before: d, After: d})
		}
	}
	return changes
}

// giveNumbers gives new records their numbers, in the order of the file.
func (b *becoming) giveNumbers(changes []exchange.Change) {
	for id, r := range b.to.Records {
		b.numbers[id] = r.Number
	}
	last := map[exchange.Kind]int64{} // every kind is a table
	for _, c := range changes {
		if c.Before != nil || c.Kind == exchange.GoneKind {
			continue
		}
		if _, known := last[c.Kind]; !known {
			b.do(func() (err error) {
				last[c.Kind], err = b.tx.lastNumber(b.ctx, string(c.Kind))
				return err
			})
		}
		if last[c.Kind] == math.MaxInt64 {
			b.err = cmp.Or(b.err, usedUp(string(c.Kind)))
			return
		}
		last[c.Kind]++
		b.numbers[c.ID] = last[c.Kind]
	}
}

// clear removes what is no more, and allocations and declarations that will be others, so that
// points and the days of a declared cycle can change. It closes cycles before any is opened.
func (b *becoming) clear(c exchange.Change) {
	if c.Before == nil || c.Kind == exchange.GoneKind {
		return
	}
	if c.After == nil || !c.Stamps && (c.Kind == exchange.DeclarationKind || c.Kind == exchange.AllocationKind) {
		b.exec("DELETE FROM "+string(c.Kind)+" WHERE id = ?", c.Before.Number)
	} else if is, _ := c.After.Value.(exchange.Cycle); is.Closed {
		b.exec("UPDATE cycle SET closed = 1 WHERE id = ?", c.Before.Number)
	}
}

// added returns the new credit that a change adds, unless that is removed.
func added(c exchange.Change) (v exchange.Credit, is bool) {
	if c.Before == nil && c.After != nil {
		v, is = c.After.Value.(exchange.Credit)
	}
	return v, is && !v.Removed
}

// addCredits adds the new credits that are not removed, which are most records, many at once.
func (b *becoming) addCredits(changes []exchange.Change) {
	var all []*ledger.Credit
	for _, c := range changes {
		if v, is := added(c); is {
			v.ID, v.Credit.Import = b.numbers[c.ID], b.number(exchange.ImportKind, v.Import)
			all = append(all, &v.Credit)
		}
	}
	b.of(func() { b.do(func() error { return b.tx.insertCredits(b.ctx, all) }) }, "credits")
}

// put adds or changes a record with what belongs to it, and its stamps.
func (b *becoming) put(c exchange.Change) {
	if c.Kind == exchange.GoneKind {
		return // see Become
	}
	id := b.numbers[c.ID]
	if !c.Stamps {
		switch v := c.After.Value.(type) {
		case exchange.Declaration:
			b.declare(c.ID, v)
		case exchange.Credit:
			if _, is := added(c); !is {
				v.ID = id
				b.putRow(c.Kind, id, b.columns(v))
				b.do(func() error { return b.tx.replaceTopics(b.ctx, v.Credit) })
			}
			if c.Before != nil {
				b.exec(`DELETE FROM form WHERE credit = ?`, id)
				b.exec(`DELETE FROM alias WHERE credit = ?`, id)
			}
			for _, f := range v.Forms {
				b.do(func() error { return b.tx.AddForm(b.ctx, id, f) })
			}
			for _, uid := range v.Aliases {
				b.exec(`INSERT INTO alias (uid, credit) VALUES (?, ?) ON CONFLICT DO UPDATE SET credit = excluded.credit`, uid, id)
			}
		case exchange.Evidence:
			b.keepContent(v.SHA256)
			b.putRow(c.Kind, id, b.columns(v))
		default:
			b.putRow(c.Kind, id, b.columns(v))
		}
	}
	if a, _ := c.After.Value.(exchange.Allocation); !c.Kind.Stamped() || a.By == ledger.ByAuto {
		return // they have no stamps
	}
	b.do(func() error {
		return b.tx.execOne(b.ctx, "UPDATE "+string(c.Kind)+" SET changed = ?, past = ? WHERE id = ?",
			c.After.Changed, strings.Join(c.After.Past, " "), b.numbers[c.ID])
	})
}

// columns returns the columns of a record, each with its value.
func (b *becoming) columns(v exchange.Value) []any {
	switch v := v.(type) {
	case exchange.Credential:
		body, code, _ := strings.Cut(v.Name, "/")
		return []any{"body", body, "code", code, "number", v.Number, "certified", day(v.Certified), "voluntary", v.Voluntary,
			"categories", categories(v.Categories)}
	case exchange.Cycle:
		return []any{"credential", b.number(exchange.CredentialKind, v.Credential),
			"first_day", day(v.First), "last_day", day(v.Last), "stated", v.Stated, "closed", v.Closed}
	case exchange.Import:
		return []any{"uid", v.UID, "file", v.File, "date", day(v.Date)}
	case exchange.Credit:
		return []any{
			"uid", v.UID, "date", day(v.Date), "title", v.Title, "provider", v.Provider, "points", v.Points, "activity", v.Activity,
			"reference", v.Reference, "url", v.URL, "note", v.Note, "import", orNull(b.number(exchange.ImportKind, v.Import)), "removed", v.Removed,
			"merged_into", orNull(b.credit(v.MergedInto)),
		}
	case exchange.Allocation:
		return []any{"credit", b.credit(v.Credit), "cycle", b.numbers[v.CycleID()], "requirement", v.Requirement,
			"points", v.Points, "allocated_by", v.By}
	case exchange.Evidence:
		return []any{"credit", b.credit(v.Credit), "content", b.number("content", v.SHA256),
			"name", v.Name, "media_type", v.MediaType, "added", day(v.Added)}
	case exchange.Course:
		free, price := chargeColumns(v.Course)
		return []any{"uid", v.UID, "title", v.Title, "provider", v.Provider, "points", orNull(v.Points),
			"topics", ledger.FormatCreditTopics(v.Topics), "free", free, "price", price, "url", v.URL}
	case exchange.Apart:
		x, y := b.credit(v.Credit), b.credit(v.Other)
		return []any{"credit", min(x, y), "other", max(x, y)}
	case exchange.InPortal:
		return []any{"credit", orNull(b.credit(v.Credit)), "body", v.Body, "date", day(v.Date), "found", v.Found}
	}
	panic(fmt.Sprintf("%T is in no table", v))
}

func (b *becoming) number(kind exchange.Kind, key string) int64 {
	return b.numbers[exchange.ID{Kind: kind, Key: key}]
}

func (b *becoming) credit(uid string) int64 { return b.number(exchange.CreditKind, uid) }

// putRow adds or changes a row. Columns alternate with their values.
func (b *becoming) putRow(table exchange.Kind, id int64, columns []any) {
	names, set, values := []string{"id"}, []string(nil), []any{id}
	for i := 0; i < len(columns); i += 2 {
		name := columns[i].(string)
		names, set, values = append(names, name), append(set, name+" = excluded."+name), append(values, columns[i+1])
	}
	marks := "?" + strings.Repeat(", ?", len(values)-1)
	switch table {
	case exchange.CredentialKind, exchange.CycleKind, exchange.EvidenceKind: // in whose file there is no uid
		names, marks = append(names, "uid"), marks+", lower(hex(randomblob(16)))"
	}
	b.exec("INSERT INTO "+string(table)+" ("+strings.Join(names, ", ")+") VALUES ("+marks+
		") ON CONFLICT (id) DO UPDATE SET "+strings.Join(set, ", "), values...)
}

func (b *becoming) declare(id exchange.ID, v exchange.Declaration) {
	d := v.Declaration
	d.ID, d.UID, d.Cycle, d.Credits = 0, "", b.numbers[v.CycleID()], slices.Clone(d.Credits)
	for i := range d.Credits {
		d.Credits[i].Credit.ID = b.credit(d.Credits[i].Credit.UID)
	}
	b.do(func() error { return b.tx.AddDeclaration(b.ctx, &d) })
	b.numbers[id] = d.ID
}

// keepContent keeps a content that is not there, or damaged.
func (b *becoming) keepContent(hash string) {
	b.do(func() error {
		c := b.to.Contents[hash]
		b.content.Reset()
		b.content.Grow(int(c.Size))
		if err := c.Write(&b.content); err != nil {
			return err
		}
		id := exchange.ID{Kind: "content", Key: hash}
		var err error
		b.numbers[id], _, err = b.tx.keepContent(b.ctx, ledger.Evidence{SHA256: hash, Size: c.Size}, b.content.Bytes())
		return err
	})
}
