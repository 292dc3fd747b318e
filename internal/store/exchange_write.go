package store

import (
	"context"
	"database/sql"
	"fmt"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// Become makes the ledger, which [Tx.Ledger] just returned as from, another
// one: it writes the differences alone, keeps the entries of the log that it
// lacks as those of other ledgers, and marks its own entry as one that joined
// them. Later entries get stamps after all of them.
func (tx *Tx) Become(ctx context.Context, from, to exchange.Ledger) error {
	b, err := tx.becoming(ctx, from, to)
	if err == nil {
		err = b.write(ctx)
	}
	if err == nil {
		err = tx.join(ctx, from.Log, to.Log)
	}
	return wrap(err, "bring in a ledger")
}

// A step is a record that becomes another one, "" being none.
type step struct {
	exchange.ID
	before, after string
}

// A becoming is what is to be written.
type becoming struct {
	tx       *Tx
	steps    map[exchange.Kind][]step // in the order of the file
	contents map[string]exchange.Content
	ids      map[exchange.ID]int64 // the numbers that records have here
}

// becoming compares two ledgers.
func (tx *Tx) becoming(ctx context.Context, from, to exchange.Ledger) (*becoming, error) {
	b := &becoming{tx: tx, steps: map[exchange.Kind][]step{}, contents: map[string]exchange.Content{}, ids: map[exchange.ID]int64{}}
	before := make(map[exchange.ID]string, len(from.Records))
	for _, r := range from.Records {
		before[r.ID] = r.Value
	}
	for _, r := range to.Records {
		if was := before[r.ID]; was != r.Value {
			b.steps[r.Kind] = append(b.steps[r.Kind], step{r.ID, was, r.Value})
		}
		delete(before, r.ID)
	}
	for _, r := range from.Records {
		if was, gone := before[r.ID]; gone {
			b.steps[r.Kind] = append(b.steps[r.Kind], step{r.ID, was, ""})
		}
	}
	for _, c := range to.Contents {
		b.contents[c.SHA256] = c
	}
	return b, b.readIDs(ctx)
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
		UNION ALL SELECT 'cycle', uid, id FROM cycle
		UNION ALL SELECT 'import', uid, id FROM import
		UNION ALL SELECT 'credit', uid, id FROM credit
		UNION ALL SELECT 'evidence', uid, id FROM evidence`)
}

// write writes the differences in an order in which every record finds what it
// refers to, no more points are ever allocated than a credit has, and no
// credential ever has two open cycles.
func (b *becoming) write(ctx context.Context) error {
	for _, do := range []func(context.Context) error{
		b.takeEvidence, b.takeDeclarations, b.lowerAllocations,
		b.writeCredentials, b.writeCycles, b.dropCredentials, b.writeImports, b.writeCredits, b.dropImports,
		b.raiseAllocations, b.writeDeclarations, b.writeEvidence, b.writeCourses,
	} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// each calls fn for the steps of a kind.
func (b *becoming) each(kind exchange.Kind, fn func(s step) error) error {
	for _, s := range b.steps[kind] {
		if err := fn(s); err != nil {
			return fmt.Errorf("%s %s: %w", kind, s.Key, err)
		}
	}
	return nil
}

// value returns what a step makes of a record.
func value[T any](s step) T { return exchange.Of[T](exchange.Record{ID: s.ID, Value: s.after}) }

// exec runs a statement that has to change one row.
func (b *becoming) exec(ctx context.Context, query string, args ...any) error {
	return b.tx.execOne(ctx, query, args...)
}

// id returns the number that a record has here.
func (b *becoming) id(kind exchange.Kind, key string) (int64, error) {
	id, ok := b.ids[exchange.ID{Kind: kind, Key: key}]
	if !ok {
		return 0, fmt.Errorf("%s %s: %w", kind, key, ErrNotFound)
	}
	return id, nil
}

// takeEvidence takes away evidence that goes, or becomes another one.
func (b *becoming) takeEvidence(ctx context.Context) error {
	return b.each(exchange.EvidenceKind, func(s step) error {
		if s.before == "" {
			return nil
		}
		return b.exec(ctx, `DELETE FROM evidence WHERE uid = ?`, s.Key)
	})
}

// writeEvidence adds evidence, under its old number where it had one.
func (b *becoming) writeEvidence(ctx context.Context) error {
	return b.each(exchange.EvidenceKind, func(s step) error {
		if s.after == "" {
			return nil
		}
		v := value[exchange.Evidence](s)
		credit, err := b.id(exchange.CreditKind, v.Credit)
		if err != nil {
			return err
		}
		content, err := b.content(ctx, v.SHA256)
		if err != nil {
			return err
		}
		return b.exec(ctx, `INSERT INTO evidence (id, uid, credit, content, name, media_type, added) VALUES (nullif(?, 0), ?, ?, ?, ?, ?, ?)`,
			b.ids[s.ID], s.Key, credit, content, v.Name, v.MediaType, day(v.Added))
	})
}

// content returns the number of a content, which is kept if it is not there.
func (b *becoming) content(ctx context.Context, hash string) (id int64, err error) {
	err = b.tx.sql.QueryRowContext(ctx, `SELECT id FROM content WHERE sha256 = ? AND size = length(data)`, hash).Scan(&id)
	if err == nil {
		return id, nil
	}
	c, ok := b.contents[hash]
	if !ok {
		return 0, fmt.Errorf("content %s: %w", hash, ErrNotFound)
	}
	data, err := c.Read()
	if err != nil {
		return 0, err
	}
	return b.tx.keepContent(ctx, ledger.Evidence{SHA256: hash, Size: int64(len(data))}, data)
}

func (b *becoming) takeDeclarations(ctx context.Context) error {
	return b.each(exchange.DeclarationKind, func(s step) error {
		if s.before == "" {
			return nil
		}
		return b.exec(ctx, `DELETE FROM declaration WHERE cycle = ?`, b.ids[exchange.ID{Kind: exchange.CycleKind, Key: s.Key}])
	})
}

func (b *becoming) writeDeclarations(ctx context.Context) error {
	return b.each(exchange.DeclarationKind, func(s step) error {
		if s.after == "" {
			return nil
		}
		cycle, err := b.id(exchange.CycleKind, s.Key)
		if err != nil {
			return err
		}
		v := value[exchange.Declaration](s)
		d := ledger.Declaration{
			UID: v.UID, Cycle: cycle, Date: v.Date, Designation: v.Designation, Title: v.Title, Number: v.Number, Edition: v.Edition,
			First: v.First, Last: v.Last, Required: ledger.Points(v.Required), Counted: ledger.Points(v.Counted),
			Confidence: v.Confidence, Source: v.Source, Fee: v.Fee, Currency: v.Currency,
		}
		for _, r := range v.Requirements {
			d.Requirements = append(d.Requirements, ledger.DeclaredRequirement{
				Name: ledger.Requirement(r.Requirement), Title: r.Title, Required: ledger.Points(r.Required), Counted: ledger.Points(r.Counted),
				Confidence: r.Confidence, Source: r.Source,
			})
		}
		for _, line := range v.Credits {
			credit, err := b.declared(ctx, line)
			if err != nil {
				return err
			}
			d.Credits = append(d.Credits, ledger.DeclaredCredit{
				Requirement: ledger.Requirement(line.Requirement), Points: ledger.Points(line.Counted), Credit: credit,
			})
		}
		return b.tx.AddDeclaration(ctx, &d)
	})
}

// declared returns the copy of a credit that a declaration keeps. One that the
// ledger does not have gets a number that no other one ever gets.
func (b *becoming) declared(ctx context.Context, line exchange.DeclaredCredit) (ledger.Credit, error) {
	c := exchange.Credit{
		Date: line.Date, Title: line.Title, Provider: line.Provider, Points: line.Points, Topics: line.Topics, Activity: line.Activity,
		Reference: line.Reference, URL: line.URL, Note: line.Note,
	}.Ledger()
	c.UID = line.Credit
	at := exchange.ID{Kind: exchange.CreditKind, Key: line.Credit}
	if b.ids[at] == 0 {
		next, err := b.tx.lastCredit(ctx)
		if err != nil {
			return c, err
		}
		b.ids[at] = next + 1
		err = b.tx.skipCredits(ctx, next+1)
		if err != nil {
			return c, err
		}
	}
	c.ID = b.ids[at]
	return c, nil
}

// lastCredit returns the highest number that was ever given to a credit.
func (tx *Tx) lastCredit(ctx context.Context) (id int64, err error) {
	err = tx.sql.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'credit'`).Scan(&id)
	return id, err
}

// skipCredits gives no credit a number up to the given one.
func (tx *Tx) skipCredits(ctx context.Context, last int64) error {
	n, err := tx.exec(ctx, `UPDATE sqlite_sequence SET seq = ? WHERE name = 'credit'`, last)
	if err == nil && n == 0 {
		_, err = tx.exec(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES ('credit', ?)`, last)
	}
	return err
}

func (b *becoming) writeImports(ctx context.Context) error {
	return b.each(exchange.ImportKind, func(s step) error {
		if s.after == "" {
			return nil
		}
		v := value[exchange.Import](s)
		if s.before != "" {
			return b.exec(ctx, `UPDATE import SET file = ?, date = ? WHERE id = ?`, v.File, day(v.Date), b.ids[s.ID])
		}
		i := ledger.Import{UID: s.Key, File: v.File, Date: v.Date}
		err := b.tx.AddImport(ctx, &i)
		b.ids[s.ID] = i.ID
		return err
	})
}

// dropImports removes imports that go, when their credits have gone.
func (b *becoming) dropImports(ctx context.Context) error {
	return b.each(exchange.ImportKind, func(s step) error {
		if s.after != "" {
			return nil
		}
		return b.exec(ctx, `DELETE FROM import WHERE id = ?`, b.ids[s.ID])
	})
}

func (b *becoming) writeCourses(ctx context.Context) error {
	return b.each(exchange.CourseKind, func(s step) error {
		if s.after == "" {
			return b.exec(ctx, `DELETE FROM course WHERE uid = ?`, s.Key)
		}
		c := value[exchange.Course](s).Ledger()
		if s.before == "" {
			return b.tx.AddCourse(ctx, &c)
		}
		return b.tx.UpdateCourse(ctx, c)
	})
}

// CreditNumbers returns the numbers of all credits, removed ones too, by their
// uids.
func (tx *Tx) CreditNumbers(ctx context.Context) (map[string]int64, error) {
	all, err := tx.byUID(ctx, `SELECT uid, id FROM credit`)
	return all, wrap(err, "read credits")
}

// byUID returns the numbers that a query finds, by uid.
func (tx *Tx) byUID(ctx context.Context, query string) (map[string]int64, error) {
	all := map[string]int64{}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var uid string
		var id int64
		err := rows.Scan(&uid, &id)
		all[uid] = id
		return err
	}, query)
	return all, err
}
