package store

import (
	"context"

	"cmpledger/internal/ledger"
)

// Newest returns the credits whose numbers begin with digits and not with
// other, where that is any, the newest first, at most limit of them. Each
// comes only with what a person knows it by: ID, date and title.
func (tx *Tx) Newest(ctx context.Context, digits, other string, limit int) ([]ledger.Credit, error) {
	all, err := read(ctx, tx, func(c *ledger.Credit) []any { return []any{&c.ID, dayColumn{&c.Date}, &c.Title} }, `SELECT id, date, title FROM credit
		WHERE NOT removed AND substr(id, 1, length(?1)) = ?1 AND (?2 = '' OR substr(id, 1, length(?2)) <> ?2)
		ORDER BY date DESC, id DESC LIMIT ?3`, digits, other, limit)
	return all, wrap(err, "read credits")
}

// Allocated returns a credit and all that are allocated to anything, in the
// order of [Tx.Credits].
func (tx *Tx) Allocated(ctx context.Context, credit int64) ([]ledger.Credit, error) {
	all, err := tx.credits(ctx, "NOT removed AND (id = ? OR id IN (SELECT credit FROM allocation))", credit)
	return all, wrap(err, "read credits")
}

// Providers returns the providers of all credits, each once and as it was
// written last, whatever its case, those of the most credits first.
func (tx *Tx) Providers(ctx context.Context) ([]string, error) {
	var last int64
	all, err := read(ctx, tx, func(provider *string) []any { return []any{provider, &last} },
		`SELECT provider, max(id) FROM credit WHERE NOT removed AND provider <> ''
		GROUP BY lower(provider) ORDER BY count(*) DESC, provider`)
	return all, wrap(err, "read providers")
}
