package store

import (
	"context"
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

// AddDeclaration records the declaration of a cycle with its lines and fills
// in its ID, and its UID unless one is given. A cycle is declared once.
func (tx *Tx) AddDeclaration(ctx context.Context, d *ledger.Declaration) error {
	err := tx.insert(ctx, &d.ID, &d.UID,
		`INSERT INTO declaration (uid, cycle, date, designation, credential_title, credential_number, edition, first_day, last_day,
			required_points, counted_points, confidence, source, fee, currency)
		VALUES (`+newUID+`, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id, uid`,
		d.UID, d.Cycle, day(d.Date), d.Designation, d.Title, d.Number, d.Edition, day(d.First), day(d.Last),
		d.Required, d.Counted, d.Confidence, d.Source, d.Fee, d.Currency)
	switch {
	case isTaken(err):
		return fmt.Errorf("cycle %d: already declared", d.Cycle)
	case err != nil:
		return fmt.Errorf("declare cycle %d: %w", d.Cycle, err)
	}
	for i, r := range d.Requirements {
		_, err := tx.exec(ctx, `INSERT INTO declared_requirement (declaration, position, requirement, title,
				required_points, counted_points, confidence, source)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			d.ID, i, r.Name, r.Title, r.Required, r.Counted, r.Confidence, r.Source)
		if err != nil {
			return fmt.Errorf("declare cycle %d: %s: %w", d.Cycle, r.Name, err)
		}
	}
	for i, line := range d.Credits {
		c := line.Credit
		_, err := tx.exec(ctx, `INSERT INTO declared_credit (declaration, position, requirement, counted_points,
				credit, uid, date, title, provider, points, topics, activity, reference, url, note)
			VALUES (?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			d.ID, i, line.Requirement, line.Points, c.ID, c.UID, day(c.Date), c.Title, c.Provider, c.Points,
			ledger.FormatCreditTopics(c.Topics), c.Activity, c.Reference, c.URL, c.Note)
		if err != nil {
			return fmt.Errorf("declare cycle %d: credit %d: %w", d.Cycle, c.ID, err)
		}
	}
	return nil
}

// Declarations returns all declarations, by cycle, without their lines of credits.
func (tx *Tx) Declarations(ctx context.Context) (map[int64]ledger.Declaration, error) {
	all, err := tx.declarations(ctx, "")
	byCycle := make(map[int64]ledger.Declaration, len(all))
	for _, d := range all {
		byCycle[d.Cycle] = d
	}
	return byCycle, wrap(err, "declarations")
}

// declarations returns declarations with their requirements.
func (tx *Tx) declarations(ctx context.Context, where string, args ...any) ([]ledger.Declaration, error) {
	all, err := read(ctx, tx, func(d *ledger.Declaration) []any {
		return []any{&d.ID, &d.UID, &d.Cycle, dayColumn{&d.Date}, &d.Designation, &d.Title, &d.Number, &d.Edition, dayColumn{&d.First},
			dayColumn{&d.Last}, &d.Required, &d.Counted, &d.Confidence, &d.Source, &d.Fee, &d.Currency}
	}, `SELECT id AS declaration, uid, cycle, date, designation, credential_title, credential_number, edition, first_day, last_day,
			nullif(required_points, 0), nullif(counted_points, 0), confidence, source, fee, currency
		FROM declaration `+where, args...)
	for i := range all {
		if err == nil {
			all[i].Requirements, err = read(ctx, tx, func(r *ledger.DeclaredRequirement) []any {
				return []any{&r.Name, &r.Title, &r.Required, &r.Counted, &r.Confidence, &r.Source}
			}, `SELECT requirement, title, nullif(required_points, 0), nullif(counted_points, 0), confidence, source
				FROM declared_requirement WHERE declaration = ? ORDER BY position`, all[i].ID)
		}
	}
	return all, err
}

// Declaration returns the declaration of a cycle with its lines, or an error
// that wraps [ErrNotFound].
func (tx *Tx) Declaration(ctx context.Context, cycle int64) (ledger.Declaration, error) {
	d, err := first(tx.declarations(ctx, "WHERE cycle = ?", cycle))
	if err == nil {
		d.Credits, err = read(ctx, tx, func(line *ledger.DeclaredCredit) []any {
			c := &line.Credit
			return []any{&line.Requirement, &line.Points, &c.ID, &c.UID, dayColumn{&c.Date}, &c.Title, &c.Provider,
				&c.Points, topicsColumn{&c.Topics}, &c.Activity, &c.Reference, &c.URL, &c.Note}
		}, `SELECT requirement, counted_points, coalesce(credit, 0), uid, date, title, provider, points, topics,
				activity, reference, url, note
			FROM declared_credit WHERE declaration = ? ORDER BY position`, d.ID)
	}
	return d, wrap(err, "declaration of cycle %d", cycle)
}

// A topicsColumn reads the topics of a line, or of a course. Unlike the parser of
// what people type it takes any name: a declaration may be older than today's topics.
type topicsColumn struct{ to *[]ledger.CreditTopic }

// Scan implements [database/sql.Scanner].
func (c topicsColumn) Scan(value any) error {
	*c.to = nil
	for part := range strings.SplitSeq(fmt.Sprint(value), ";") {
		name, limit, limited := strings.Cut(part, "=")
		t := ledger.CreditTopic{Topic: ledger.Topic(name)}
		if limited {
			if err := t.Limit.UnmarshalText([]byte(limit)); err != nil {
				return fmt.Errorf("topic %s: limit %s: %w", name, limit, err)
			}
		}
		if part != "" {
			*c.to = append(*c.to, t)
		}
	}
	return nil
}
