package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Known returns, for each of the identities ([ledger.Credit.Identity]) that
// the ledger knows, the credits recorded under it, by ID, and then those that
// were imported under it and edited since: of each what names it and what its
// identity is made of, which are ID, UID, date, title, provider, points and
// reference. There may be other identities too.
func (tx *Tx) Known(ctx context.Context, identities []string) (map[string][]ledger.Known, error) {
	var credits int
	var edited bool
	err := tx.sql.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM credit), EXISTS (SELECT 1 FROM credit WHERE imported_identity IS NOT NULL)`).
		Scan(&credits, &edited)
	known := make(map[string][]ledger.Known, min(credits, len(identities)))
	if err != nil || credits == 0 {
		return known, wrap(err, "look up credits")
	}
	columns := []string{"identity"}
	if edited {
		columns = append(columns, "imported_identity")
	}
	for _, column := range columns {
		if err := tx.addKnown(ctx, known, column, identities, credits); err != nil {
			return nil, wrap(err, "look up credits")
		}
	}
	return known, nil
}

// addKnown looks up credits by one column. To go through all that there are
// takes less time than to look up half as many.
func (tx *Tx) addKnown(ctx context.Context, known map[string][]ledger.Known, column string, identities []string, credits int) error {
	var c ledger.Credit
	var identity string
	var removed bool
	fields := []any{&c.ID, &c.UID, dayColumn{&c.Date}, &c.Title, &c.Provider, &c.Points, &c.Reference, &identity, &removed}
	add := func(rows *sql.Rows) error {
		if err := rows.Scan(fields...); err != nil {
			return fmt.Errorf("credit %d: %w", c.ID, err)
		}
		known[identity] = append(known[identity], ledger.Known{Credit: c, Removed: removed, Edited: column != "identity"})
		return nil
	}
	query := `SELECT id, uid, date, title, provider, points, reference, ` + column + `, removed FROM credit WHERE ` + column
	if len(identities) > credits/2 {
		return tx.each(ctx, add, query+` IS NOT NULL ORDER BY id`)
	}
	once := slices.Compact(slices.Sorted(slices.Values(identities)))
	for some := range slices.Chunk(once, 500) { // so many parameters as one statement may have
		args := make([]any, len(some))
		for i, identity := range some {
			args[i] = identity
		}
		if err := tx.each(ctx, add, query+` IN (?`+strings.Repeat(", ?", len(some)-1)+`) ORDER BY id`, args...); err != nil {
			return err
		}
	}
	return nil
}
