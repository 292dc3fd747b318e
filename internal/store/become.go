package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// Become makes the ledger, which [Tx.Ledger] just returned as from, another
// one that is sound ([exchange.Ledger.Check]). It writes the differences alone.
// Later entries get stamps after all that the other one has.
func (tx *Tx) Become(ctx context.Context, from, to exchange.Ledger) error {
	b := &becoming{tx: tx, contents: map[string]exchange.Content{}, ids: map[exchange.ID]int64{}}
	b.compare(from, to)
	err := b.readIDs(ctx)
	each := func(write func(context.Context, *step) error) {
		for i := range b.steps {
			if s := &b.steps[i]; err == nil {
				err = wrap(write(ctx, s), "%s %s", s.Kind, s.Key)
			}
		}
	}
	slices.Reverse(b.steps) // what refers to others goes before them, and comes after them
	each(b.remove)
	slices.Reverse(b.steps)
	each(b.write)
	each(b.finish)
	for _, write := range []func(context.Context) error{b.writeStamps, b.writeGone, b.setClock} {
		if err == nil {
			err = write(ctx)
		}
	}
	return wrap(err, "bring in a ledger")
}

// A step is a record that becomes another one; nil is none.
type step struct {
	exchange.ID
	before, after exchange.Value
}

// A becoming is what is to be written.
type becoming struct {
	tx       *Tx
	steps    []step            // in the order of the file
	stamped  []exchange.Record // whose stamps are to be written
	gone     []exchange.Record
	contents map[string]exchange.Content
	ids      map[exchange.ID]int64 // the numbers that records have here
}

// compare finds what is to be written. A declaration of a cycle that is
// changed is written anew, since the days of a declared cycle stand.
func (b *becoming) compare(from, to exchange.Ledger) {
	before := make(map[exchange.ID]exchange.Record, len(from.Records))
	for _, r := range from.Records {
		before[r.ID] = r
	}
	changed := map[string]bool{} // cycles
	for _, r := range to.Records {
		was, there := before[r.ID]
		delete(before, r.ID)
		if r.Kind == exchange.GoneKind {
			b.gone = append(b.gone, r)
			b.tx.noted = b.tx.noted || was.Changed != r.Changed
			continue
		}
		same := there && exchange.Text(was.Value) == exchange.Text(r.Value) && !(r.Kind == exchange.DeclarationKind && changed[r.Key])
		if !same {
			b.steps = append(b.steps, step{r.ID, was.Value, r.Value})
			changed[r.Key] = changed[r.Key] || r.Kind == exchange.CycleKind
		}
		if a, _ := r.Value.(exchange.Allocation); r.Kind == exchange.ImportKind || a.By == ledger.ByAuto {
			continue // they have no stamps
		}
		if !same || was.Changed != r.Changed || !slices.Equal(was.Past, r.Past) {
			b.stamped = append(b.stamped, r)
			b.tx.noted = true
		}
	}
	for _, r := range from.Records {
		if _, gone := before[r.ID]; gone && r.Kind != exchange.GoneKind && r.Kind != exchange.ImportKind { // an import stays
			b.steps = append(b.steps, step{r.ID, r.Value, nil})
		}
	}
	for _, c := range to.Contents {
		b.contents[c.SHA256] = c
	}
}

// readIDs reads the numbers of what others refer to.
func (b *becoming) readIDs(ctx context.Context) error {
	return b.tx.each(ctx, func(rows *sql.Rows) error {
		var id exchange.ID
		var number int64
		err := rows.Scan(&id.Kind, &id.Key, &number)
		b.ids[id] = number
		return err
	}, `SELECT 'credential', body || '/' || code, id FROM credential
		UNION ALL SELECT 'cycle', body || '/' || code || ' ' || coalesce(last_day, ''), y.id FROM cycle AS y JOIN credential AS k ON k.id = y.credential
		UNION ALL SELECT 'import', uid, id FROM import
		UNION ALL SELECT 'credit', uid, id FROM credit
		UNION ALL SELECT 'content', sha256, id FROM content`)
}

func (b *becoming) id(kind exchange.Kind, key string) int64 {
	return b.ids[exchange.ID{Kind: kind, Key: key}]
}

func (b *becoming) credit(uid string) int64 { return b.id(exchange.CreditKind, uid) }

func (b *becoming) exec(ctx context.Context, query string, args ...any) error {
	_, err := b.tx.exec(ctx, query, args...)
	return err
}

// A row is a record as a row of a table: what finds it there, and what else it
// has, each a column and its value.
type row struct {
	table     string
	key, rest []any
}

func (b *becoming) row(v exchange.Value) row {
	switch v := v.(type) {
	case exchange.Credential:
		body, code, _ := strings.Cut(v.Name, "/")
		return row{"credential", []any{"body", body, "code", code}, []any{"number", v.Number, "certified", day(v.Certified), "voluntary", v.Voluntary}}
	case exchange.Cycle:
		return row{"cycle", []any{"credential", b.id(exchange.CredentialKind, v.Credential), "last_day", day(v.Last)},
			[]any{"first_day", day(v.First), "closed", v.Closed}}
	case exchange.Declaration:
		return row{"declaration", []any{"cycle", b.ids[v.CycleID()]}, nil}
	case exchange.Import:
		return row{"import", []any{"uid", v.UID}, []any{"file", v.File, "date", day(v.Date)}}
	case exchange.Credit:
		return row{"credit", []any{"uid", v.UID}, []any{
			"date", day(v.Date), "title", v.Title, "provider", v.Provider, "points", v.Points, "activity", v.Activity, "reference", v.Reference,
			"url", v.URL, "note", v.Note, "import", importColumn(b.id(exchange.ImportKind, v.Import)), "removed", v.Removed, "merged_into", nil,
		}}
	case exchange.Allocation:
		return row{"allocation", []any{"credit", b.credit(v.Credit), "cycle", b.ids[v.CycleID()], "requirement", v.Requirement, "allocated_by", v.By},
			[]any{"points", v.Points}}
	case exchange.Evidence:
		return row{"evidence", []any{"credit", b.credit(v.Credit), "content", b.id("content", v.SHA256)},
			[]any{"name", v.Name, "media_type", v.MediaType, "added", day(v.Added)}}
	case exchange.Course:
		free, price := chargeColumns(v.Course)
		return row{"course", []any{"uid", v.UID}, []any{"title", v.Title, "provider", v.Provider, "points", points(v.Points),
			"topics", ledger.FormatCreditTopics(v.Topics), "free", free, "price", price, "url", v.URL}}
	case exchange.Apart:
		x, y := b.credit(v.Credit), b.credit(v.Other)
		return row{"apart", []any{"credit", min(x, y), "other", max(x, y)}, nil}
	}
	panic(fmt.Sprintf("%T is in no table", v))
}

// pairs returns columns, each written as the format says, and their values.
func pairs(columns []any, format, separator string) (string, []any) {
	var names []string
	var values []any
	for i := 0; i < len(columns); i += 2 {
		names, values = append(names, fmt.Sprintf(format, columns[i])), append(values, columns[i+1])
	}
	return strings.Join(names, separator), values
}

// put adds or changes a record.
func (b *becoming) put(ctx context.Context, s step) error {
	r := b.row(s.after)
	query, values := "", []any(nil)
	if s.before == nil && b.ids[s.ID] == 0 {
		columns := slices.Concat(r.key, r.rest)
		names, all := pairs(columns, "%s", ", ")
		uid, newOne := "", ""
		if slices.Contains([]string{"credential", "cycle", "evidence"}, r.table) {
			uid, newOne = "uid, ", "lower(hex(randomblob(16))), "
		}
		query = "INSERT INTO " + r.table + " (" + uid + names + ") VALUES (" + newOne + "?" + strings.Repeat(", ?", len(all)-1) + ")"
		values = all
	} else {
		set, all := pairs(r.rest, "%s = ?", ", ")
		where, key := pairs(r.key, "%s IS ?", " AND ")
		query, values = "UPDATE "+r.table+" SET "+set+" WHERE "+where, append(all, key...)
	}
	var id int64
	var none string
	err := b.tx.insert(ctx, &id, &none, query+" RETURNING id, ''", values...)
	b.ids[s.ID] = id
	return err
}

// remove removes what is no more, and allocations and declarations that will be
// others: so no more points are ever allocated than a credit has, and the days of
// a declared cycle can change. It closes cycles before any is opened.
func (b *becoming) remove(ctx context.Context, s *step) error {
	is, cycle := s.after.(exchange.Cycle)
	switch {
	case s.before == nil:
		return nil
	case cycle && is.Closed:
		return b.put(ctx, *s)
	case s.after != nil && s.Kind != exchange.AllocationKind && s.Kind != exchange.DeclarationKind:
		return nil
	}
	r := b.row(s.before)
	where, key := pairs(r.key, "%s IS ?", " AND ")
	s.before = nil
	return b.exec(ctx, "DELETE FROM "+r.table+" WHERE "+where, key...)
}

// write adds and changes what there is. A credential is voluntary as long as it
// may have a cycle without days.
func (b *becoming) write(ctx context.Context, s *step) error {
	switch v := s.after.(type) {
	case nil, exchange.Declaration:
		return nil
	case exchange.Credential:
		was, _ := s.before.(exchange.Credential)
		v.Voluntary = v.Voluntary || was.Voluntary
		return b.put(ctx, step{s.ID, s.before, v})
	case exchange.Credit:
		return b.putCredit(ctx, *s)
	case exchange.Evidence:
		return b.putEvidence(ctx, *s, v.SHA256)
	}
	return b.put(ctx, *s)
}

// finish writes what refers to any other record.
func (b *becoming) finish(ctx context.Context, s *step) error {
	switch v := s.after.(type) {
	case exchange.Credential:
		return b.put(ctx, *s)
	case exchange.Credit:
		return b.linkCredit(ctx, b.ids[s.ID], v)
	case exchange.Declaration:
		return b.declare(ctx, v)
	}
	return nil
}

// putCredit adds and changes credits. New ones get their numbers in the order of
// the file.
func (b *becoming) putCredit(ctx context.Context, s step) error {
	was, _ := s.before.(exchange.Credit)
	is := s.after.(exchange.Credit) // credits are never dropped
	err := b.put(ctx, s)
	if is.ID = b.ids[s.ID]; err == nil {
		err = b.tx.replaceTopics(ctx, is.Credit)
	}
	if err != nil || slices.Equal(was.Forms, is.Forms) {
		return err
	}
	err = b.exec(ctx, `DELETE FROM form WHERE credit = ?`, is.ID)
	for _, f := range is.Forms {
		if err == nil {
			err = b.tx.AddForm(ctx, is.ID, f)
		}
	}
	return err
}

// linkCredit says what a credit was merged into, and by what uids others know it.
func (b *becoming) linkCredit(ctx context.Context, id int64, c exchange.Credit) error {
	err := b.exec(ctx, `DELETE FROM alias WHERE credit = ?`, id)
	if err == nil && c.MergedInto != "" {
		err = b.exec(ctx, `UPDATE credit SET merged_into = ? WHERE id = ?`, b.credit(c.MergedInto), id)
	}
	for _, uid := range c.Aliases {
		if err == nil {
			err = b.exec(ctx, `INSERT INTO alias (uid, credit) VALUES (?, ?) ON CONFLICT DO UPDATE SET credit = excluded.credit`, uid, id)
		}
	}
	return err
}

func (b *becoming) declare(ctx context.Context, v exchange.Declaration) error {
	d := v.Declaration
	d.ID, d.UID, d.Cycle, d.Credits = 0, "", b.ids[v.CycleID()], slices.Clone(d.Credits)
	for i := range d.Credits {
		d.Credits[i].Credit.ID = b.credit(d.Credits[i].Credit.UID)
	}
	return b.tx.AddDeclaration(ctx, &d)
}

// putEvidence keeps a content that is not there, or damaged, before its evidence.
func (b *becoming) putEvidence(ctx context.Context, s step, hash string) error {
	var sound bool
	err := b.tx.sql.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM content WHERE sha256 = ? AND size = length(data))`, hash).Scan(&sound)
	if err == nil && !sound {
		var data []byte
		if data, err = b.contents[hash].Read(); err == nil {
			b.ids[exchange.ID{Kind: "content", Key: hash}], err = b.tx.keepContent(ctx, ledger.Evidence{SHA256: hash, Size: int64(len(data))}, data)
		}
	}
	if err != nil {
		return err
	}
	return b.put(ctx, s)
}

// writeStamps says when records were changed, wherever that was.
func (b *becoming) writeStamps(ctx context.Context) error {
	for _, r := range b.stamped {
		to := b.row(r.Value)
		where, key := pairs(to.key, "%s IS ?", " AND ")
		query := "UPDATE " + to.table + " SET changed = ?, past = ? WHERE " + where
		if err := b.tx.execOne(ctx, query, append([]any{r.Changed, strings.Join(r.Past, " ")}, key...)...); err != nil {
			return fmt.Errorf("%s %s: %w", r.Kind, r.Key, err)
		}
	}
	return nil
}

// writeGone says what was deleted, wherever that was.
func (b *becoming) writeGone(ctx context.Context) error {
	err := b.exec(ctx, `DELETE FROM gone WHERE kind <> 'clock'`)
	for _, r := range b.gone {
		v := r.Value.(exchange.Gone)
		if err == nil {
			err = b.exec(ctx, `INSERT INTO gone (kind, key, changed) VALUES (?, ?, ?)`, v.Kind, v.Key, r.Changed)
		}
	}
	return err
}

// setClock makes that this entry and later ones have later stamps.
func (b *becoming) setClock(ctx context.Context) error {
	latest := ""
	for _, r := range slices.Concat(b.stamped, b.gone) {
		latest = max(latest, r.Changed)
	}
	if latest == "" {
		return nil
	}
	err := b.exec(ctx, `INSERT INTO gone (kind, key, changed) VALUES ('clock', 'clock', ?)
		ON CONFLICT DO UPDATE SET changed = max(changed, excluded.changed)`, latest)
	if err == nil {
		err = b.exec(ctx, `UPDATE entry SET stamp = ?2 WHERE id = `+thisEntry+` AND stamp <= ?1`, latest, exchange.NextStamp(latest))
	}
	return err
}
