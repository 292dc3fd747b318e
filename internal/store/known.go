package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Known returns, for each of the identities ([ledger.Credit.Identity]) that
// the ledger knows, the credits recorded under it, by ID, then those that were
// imported under it and edited since, and then those that a credit was merged
// into which had it: of each what names it and what its identity is made of,
// which are ID, UID, date, title, provider, points and reference. There may be
// other identities too.
func (tx *Tx) Known(ctx context.Context, identities []string) (map[string][]ledger.Known, error) {
	var credits int
	var edited, merged bool
	err := tx.sql.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM credit),
		EXISTS (SELECT 1 FROM credit WHERE imported_identity IS NOT NULL),
		EXISTS (SELECT 1 FROM credit WHERE merged_into IS NOT NULL)`).Scan(&credits, &edited, &merged)
	known := make(map[string][]ledger.Known, min(credits, len(identities)))
	if err != nil || credits == 0 {
		return known, wrap(err, "look up credits")
	}
	lookups := []lookup{{column: "identity"}}
	if edited {
		lookups = append(lookups, lookup{column: "imported_identity"})
	}
	if merged {
		lookups = append(lookups, lookup{"identity", true}, lookup{"imported_identity", true})
	}
	for _, by := range lookups {
		if err := tx.addKnown(ctx, known, by, identities, credits); err != nil {
			return nil, wrap(err, "look up credits")
		}
	}
	return known, nil
}

// A lookup finds credits by the identities in a column: credits as such, or
// those that others were merged into, by what the others have there.
type lookup struct {
	column string
	merged bool
}

// query returns the SQL that selects what addKnown reads, up to a condition on
// the identity, and how to sort it.
func (l lookup) query() (query, order string) {
	const credit = `SELECT c.id, c.uid, c.date, c.title, c.provider, c.points, c.reference, c.removed, `
	if l.merged {
		return credit + `m.id, m.` + l.column + ` FROM credit AS m JOIN credit AS c ON c.id = m.merged_into WHERE m.` + l.column, ` ORDER BY m.id`
	}
	return credit + `0, c.` + l.column + ` FROM credit AS c WHERE merged_into IS NULL AND c.` + l.column, ` ORDER BY c.id`
}

// addKnown looks up credits. To go through all that there are takes less time
// than to look up half as many.
func (tx *Tx) addKnown(ctx context.Context, known map[string][]ledger.Known, by lookup, identities []string, credits int) error {
	var k ledger.Known
	var identity string
	c := &k.Credit
	fields := []any{&c.ID, &c.UID, dayColumn{&c.Date}, &c.Title, &c.Provider, &c.Points, &c.Reference, &k.Removed, &k.Merged, &identity}
	add := func(rows *sql.Rows) error {
		if err := rows.Scan(fields...); err != nil {
			return fmt.Errorf("credit %d: %w", c.ID, err)
		}
		k.Edited = by.merged || by.column != "identity"
		known[identity] = append(known[identity], k)
		return nil
	}
	query, order := by.query()
	if len(identities) > credits/2 {
		return tx.each(ctx, add, query+` IS NOT NULL`+order)
	}
	once := slices.Compact(slices.Sorted(slices.Values(identities)))
	for some := range slices.Chunk(once, 500) { // so many parameters as one statement may have
		args := make([]any, len(some))
		for i, identity := range some {
			args[i] = identity
		}
		if err := tx.each(ctx, add, query+` IN (?`+strings.Repeat(", ?", len(some)-1)+`)`+order, args...); err != nil {
			return err
		}
	}
	return nil
}

// A Gone says what became of a credit that is removed.
type Gone struct {
	MergedInto int64  // the credit that it was made one with, or 0
	File       string // that it was imported from, without a folder, or ""
	// By is the entry of the log that removed it, which can be taken back; 0
	// where none of this ledger's own did, but one that it was joined with.
	By int64
}

// Gone returns what became of a removed credit, or [ErrNotFound] where there is
// none of that ID.
func (tx *Tx) Gone(ctx context.Context, id int64) (g Gone, err error) {
	var joined bool
	// After the last change of it before which it was not removed, it is.
	err = tx.sql.QueryRowContext(ctx, `SELECT coalesce(c.merged_into, 0), coalesce(i.file, ''), coalesce(e.id, 0), coalesce(e.joined, 0)
		FROM credit AS c LEFT JOIN import AS i ON i.id = c.import LEFT JOIN entry AS e ON e.id = (
			SELECT entry FROM change WHERE record = 'credit' AND key = '[' || c.id || ']' AND json_extract(before, '$.removed') = 0
			ORDER BY id DESC LIMIT 1)
		WHERE c.id = ? AND c.removed`, id).Scan(&g.MergedInto, &g.File, &g.By, &joined)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if joined {
		g.By = 0
	}
	return g, wrap(err, "removed credit %d", id)
}
