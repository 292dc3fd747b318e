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
	// In this order every record finds what it refers to, no more points are ever
	// allocated than a credit has, and no credential ever has two open cycles.
	for _, write := range []func(context.Context) error{
		b.takeEvidence, b.takeDeclarations, b.lowerAllocations,
		b.writeCredentials, b.writeCycles, b.finishCredentials, b.writeImports, b.writeCredits, b.finishCredits,
		b.raiseAllocations, b.writeDeclarations, b.writeEvidence, b.writeCourses, b.writeApart, b.writeStamps, b.writeGone,
	} {
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
		if !same || was.Changed != r.Changed || !slices.Equal(was.Past, r.Past) {
			b.stamped = append(b.stamped, r)
			b.tx.noted = true
		}
	}
	for _, r := range from.Records {
		if _, gone := before[r.ID]; gone {
			b.steps = append(b.steps, step{r.ID, r.Value, nil})
		}
	}
	for _, c := range to.Contents {
		b.contents[c.SHA256] = c
	}
}

// readIDs reads the numbers of the records that others refer to.
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
		UNION ALL SELECT 'credit', uid, id FROM credit`)
}

// each calls fn for the steps of a kind, with what a record was and becomes and
// whether it was and will be there.
func each[V exchange.Value](b *becoming, kind exchange.Kind, fn func(s step, was, is V) error) error {
	for _, s := range b.steps {
		if s.Kind != kind {
			continue
		}
		was, _ := s.before.(V)
		is, _ := s.after.(V)
		if err := fn(s, was, is); err != nil {
			return fmt.Errorf("%s %s: %w", kind, s.Key, err)
		}
	}
	return nil
}

func (b *becoming) exec(ctx context.Context, query string, args ...any) error {
	_, err := b.tx.exec(ctx, query, args...)
	return err
}

func (b *becoming) credit(uid string) int64 {
	return b.ids[exchange.ID{Kind: exchange.CreditKind, Key: uid}]
}

// content returns the number of a content, which is kept if it is not there.
func (b *becoming) content(ctx context.Context, hash string) (id int64, err error) {
	err = b.tx.sql.QueryRowContext(ctx, `SELECT id FROM content WHERE sha256 = ? AND size = length(data)`, hash).Scan(&id)
	if err == nil {
		return id, nil
	}
	data, err := b.contents[hash].Read()
	if err != nil {
		return 0, err
	}
	return b.tx.keepContent(ctx, ledger.Evidence{SHA256: hash, Size: int64(len(data))}, data)
}

const ofContent = ` AND content = (SELECT id FROM content WHERE sha256 = ?)`

func (b *becoming) takeEvidence(ctx context.Context) error {
	return each(b, exchange.EvidenceKind, func(s step, was, is exchange.Evidence) error {
		if s.after != nil {
			return nil
		}
		return b.exec(ctx, `DELETE FROM evidence WHERE credit = ?`+ofContent, b.credit(was.Credit), was.SHA256)
	})
}

func (b *becoming) writeEvidence(ctx context.Context) error {
	return each(b, exchange.EvidenceKind, func(s step, was, is exchange.Evidence) error {
		switch {
		case s.after == nil:
			return nil
		case s.before != nil:
			return b.exec(ctx, `UPDATE evidence SET name = ?, media_type = ?, added = ? WHERE credit = ?`+ofContent,
				is.Name, is.MediaType, day(is.Added), b.credit(is.Credit), is.SHA256)
		}
		content, err := b.content(ctx, is.SHA256)
		if err != nil {
			return err
		}
		return b.exec(ctx, `INSERT INTO evidence (uid, credit, content, name, media_type, added) VALUES (`+newUID+`, ?, ?, ?, ?, ?)`,
			"", b.credit(is.Credit), content, is.Name, is.MediaType, day(is.Added))
	})
}

func (b *becoming) takeDeclarations(ctx context.Context) error {
	return each(b, exchange.DeclarationKind, func(s step, was, is exchange.Declaration) error {
		return b.exec(ctx, `DELETE FROM declaration WHERE cycle = ?`, b.ids[exchange.ID{Kind: exchange.CycleKind, Key: s.Key}])
	})
}

func (b *becoming) writeDeclarations(ctx context.Context) error {
	return each(b, exchange.DeclarationKind, func(s step, was, is exchange.Declaration) error {
		if s.after == nil {
			return nil
		}
		d := is.Declaration
		d.ID, d.UID, d.Cycle, d.Credits = 0, "", b.ids[is.CycleID()], slices.Clone(is.Credits)
		for i := range d.Credits {
			d.Credits[i].Credit.ID = b.credit(d.Credits[i].Credit.UID)
		}
		return b.tx.AddDeclaration(ctx, &d)
	})
}

// lowerAllocations removes and lowers allocations.
func (b *becoming) lowerAllocations(ctx context.Context) error {
	return b.setAllocations(ctx, func(was, is ledger.Points) bool { return is < was })
}

// raiseAllocations adds and raises allocations.
func (b *becoming) raiseAllocations(ctx context.Context) error {
	return b.setAllocations(ctx, func(was, is ledger.Points) bool { return is > was })
}

func (b *becoming) setAllocations(ctx context.Context, wanted func(was, is ledger.Points) bool) error {
	return each(b, exchange.AllocationKind, func(s step, was, is exchange.Allocation) error {
		if !wanted(was.Points, is.Points) {
			return nil
		}
		of := is
		if s.after == nil {
			of = was
		}
		return b.tx.SetAllocation(ctx, ledger.Allocation{
			Credit: b.credit(of.Credit), Cycle: b.ids[of.CycleID()], Requirement: of.Requirement, Points: is.Points, By: of.By,
		})
	})
}

// writeCredentials adds and changes credentials. One is voluntary as long as it
// may have a cycle without days.
func (b *becoming) writeCredentials(ctx context.Context) error {
	return each(b, exchange.CredentialKind, func(s step, was, is exchange.Credential) error {
		switch {
		case s.after == nil:
			return nil
		case s.before != nil:
			return b.exec(ctx, `UPDATE credential SET number = ?, certified = ?, voluntary = max(voluntary, ?) WHERE id = ?`,
				is.Number, day(is.Certified), is.Voluntary, b.ids[s.ID])
		}
		body, code, _ := strings.Cut(is.Name, "/")
		id, uid := int64(0), ""
		err := b.tx.insert(ctx, &id, &uid, `INSERT INTO credential (uid, body, code, number, certified, voluntary)
			VALUES (`+newUID+`, ?, ?, ?, ?, ?) RETURNING id, uid`, "", body, code, is.Number, day(is.Certified), is.Voluntary)
		b.ids[s.ID] = id
		return err
	})
}

func (b *becoming) finishCredentials(ctx context.Context) error {
	return each(b, exchange.CredentialKind, func(s step, was, is exchange.Credential) error {
		if s.after == nil {
			return b.exec(ctx, `DELETE FROM credential WHERE id = ?`, b.ids[s.ID])
		}
		return b.exec(ctx, `UPDATE credential SET voluntary = ? WHERE id = ? AND voluntary <> ?1`, is.Voluntary, b.ids[s.ID])
	})
}

// writeCycles removes cycles and closes others before it opens any.
func (b *becoming) writeCycles(ctx context.Context) error {
	for _, open := range []bool{false, true} {
		err := each(b, exchange.CycleKind, func(s step, was, is exchange.Cycle) error {
			switch {
			case s.after == nil && !open:
				return b.exec(ctx, `DELETE FROM cycle WHERE id = ?`, b.ids[s.ID])
			case s.after == nil || is.Closed == open:
				return nil
			}
			c := ledger.Cycle{ID: b.ids[s.ID], First: is.First, Last: is.Last, Closed: is.Closed}
			if s.before != nil {
				return b.tx.UpdateCycle(ctx, c)
			}
			err := b.tx.AddCycle(ctx, b.ids[exchange.ID{Kind: exchange.CredentialKind, Key: is.Credential}], &c)
			b.ids[s.ID] = c.ID
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *becoming) writeImports(ctx context.Context) error {
	return each(b, exchange.ImportKind, func(s step, was, is exchange.Import) error {
		if s.after == nil {
			return nil // an import stays
		}
		i := ledger.Import{ID: b.ids[s.ID], UID: is.UID, File: is.File, Date: is.Date}
		if s.before != nil {
			return b.exec(ctx, `UPDATE import SET file = ?, date = ? WHERE id = ?`, is.File, day(is.Date), i.ID)
		}
		err := b.tx.AddImport(ctx, &i)
		b.ids[s.ID] = i.ID
		return err
	})
}

// writeCredits adds and changes credits. New ones get their numbers in the order
// of the file.
func (b *becoming) writeCredits(ctx context.Context) error {
	return each(b, exchange.CreditKind, func(s step, was, is exchange.Credit) error {
		if s.after == nil {
			return ErrNotFound // credits are only ever removed
		}
		c := is.Credit
		c.ID, c.Import = b.ids[s.ID], b.ids[exchange.ID{Kind: exchange.ImportKind, Key: is.Import}]
		var err error
		if s.before == nil {
			err = b.tx.AddCredit(ctx, &c)
			b.ids[s.ID] = c.ID
		}
		if err == nil {
			err = b.exec(ctx, `UPDATE credit SET removed = ?, merged_into = NULL, date = ?, title = ?, provider = ?, points = ?, activity = ?,
					reference = ?, url = ?, note = ?, import = ? WHERE id = ?`,
				is.Removed, day(c.Date), c.Title, c.Provider, c.Points, c.Activity, c.Reference, c.URL, c.Note, importColumn(c.Import), c.ID)
		}
		if err == nil {
			err = b.tx.replaceTopics(ctx, c)
		}
		if err != nil || slices.Equal(was.Forms, is.Forms) {
			return err
		}
		if err := b.exec(ctx, `DELETE FROM form WHERE credit = ?`, c.ID); err != nil {
			return err
		}
		for _, f := range is.Forms {
			err := b.tx.AddForm(ctx, c.ID, f)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// finishCredits says what credits were merged into, when all are there, and by
// what uids others know them.
func (b *becoming) finishCredits(ctx context.Context) error {
	err := each(b, exchange.CreditKind, func(s step, was, is exchange.Credit) error {
		if err := b.exec(ctx, `DELETE FROM alias WHERE credit = ?`, b.ids[s.ID]); err != nil || is.MergedInto == "" {
			return err
		}
		return b.exec(ctx, `UPDATE credit SET merged_into = ? WHERE id = ?`, b.credit(is.MergedInto), b.ids[s.ID])
	})
	if err != nil {
		return err
	}
	return each(b, exchange.CreditKind, func(s step, was, is exchange.Credit) error {
		for _, uid := range is.Aliases {
			if err := b.exec(ctx, `INSERT INTO alias (uid, credit) VALUES (?, ?) ON CONFLICT DO UPDATE SET credit = excluded.credit`, uid, b.ids[s.ID]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *becoming) writeCourses(ctx context.Context) error {
	return each(b, exchange.CourseKind, func(s step, was, is exchange.Course) error {
		c := is.Course
		switch {
		case s.after == nil:
			return b.exec(ctx, `DELETE FROM course WHERE uid = ?`, s.Key)
		case s.before == nil:
			return b.tx.AddCourse(ctx, &c)
		}
		return b.tx.UpdateCourse(ctx, c)
	})
}

func (b *becoming) writeApart(ctx context.Context) error {
	return each(b, exchange.ApartKind, func(s step, was, is exchange.Apart) error {
		if s.after == nil {
			x, y := b.credit(was.Credit), b.credit(was.Other)
			return b.exec(ctx, `DELETE FROM apart WHERE credit = ? AND other = ?`, min(x, y), max(x, y))
		}
		return b.tx.KeepApart(ctx, b.credit(is.Credit), b.credit(is.Other))
	})
}

// writeStamps says when records were changed, wherever that was.
func (b *becoming) writeStamps(ctx context.Context) error {
	latest := ""
	for _, r := range b.stamped {
		where, args := "", []any(nil)
		switch v := r.Value.(type) {
		case exchange.Credential, exchange.Cycle, exchange.Credit:
			where, args = string(r.Kind)+" %s WHERE id = ?", []any{b.ids[r.ID]}
		case exchange.Declaration:
			where, args = "declaration %s WHERE cycle = ?", []any{b.ids[v.CycleID()]}
		case exchange.Course:
			where, args = "course %s WHERE uid = ?", []any{v.UID}
		case exchange.Evidence:
			where, args = "evidence %s WHERE credit = ?"+ofContent, []any{b.credit(v.Credit), v.SHA256}
		case exchange.Apart:
			x, y := b.credit(v.Credit), b.credit(v.Other)
			where, args = "apart %s WHERE credit = ? AND other = ?", []any{min(x, y), max(x, y)}
		case exchange.Allocation:
			if v.By == ledger.ByAuto {
				continue
			}
			where = "allocation %s WHERE credit = ? AND cycle = ? AND requirement = ? AND allocated_by = 'hand'"
			args = []any{b.credit(v.Credit), b.ids[v.CycleID()], v.Requirement}
		default:
			continue
		}
		latest = max(latest, r.Changed)
		query := "UPDATE " + fmt.Sprintf(where, "SET changed = ?, past = ?")
		if err := b.tx.execOne(ctx, query, append([]any{r.Changed, strings.Join(r.Past, " ")}, args...)...); err != nil {
			return fmt.Errorf("%s %s: %w", r.Kind, r.Key, err)
		}
	}
	return b.setClock(ctx, latest)
}

// setClock makes that this entry and later ones have later stamps.
func (b *becoming) setClock(ctx context.Context, latest string) error {
	for _, r := range b.gone {
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

// writeGone says what was deleted, wherever that was.
func (b *becoming) writeGone(ctx context.Context) error {
	if err := b.exec(ctx, `DELETE FROM gone WHERE kind <> 'clock'`); err != nil {
		return err
	}
	for _, r := range b.gone {
		v := r.Value.(exchange.Gone)
		if err := b.exec(ctx, `INSERT INTO gone (kind, key, changed) VALUES (?, ?, ?)`, v.Kind, v.Key, r.Changed); err != nil {
			return err
		}
	}
	return nil
}
