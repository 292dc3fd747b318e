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
// were imported under it and edited since.
func (tx *Tx) Known(ctx context.Context, identities []string) (map[string][]ledger.Known, error) {
	known := make(map[string][]ledger.Known)
	once := slices.Compact(slices.Sorted(slices.Values(identities)))
	for some := range slices.Chunk(once, 500) {
		for _, column := range []string{"identity", "imported_identity"} {
			if err := tx.addKnown(ctx, known, column, some); err != nil {
				return nil, wrap(err, "look up credits")
			}
		}
	}
	topics := make(map[int64]*[]ledger.CreditTopic)
	for _, all := range known {
		for i := range all {
			topics[all[i].Credit.ID] = &all[i].Credit.Topics
		}
	}
	if err := tx.readTopics(ctx, topics); err != nil {
		return nil, wrap(err, "look up credits")
	}
	for _, all := range known {
		for i := range all {
			if c := &all[i].Credit; topics[c.ID] != &c.Topics { // the credit is there twice
				c.Topics = slices.Clone(*topics[c.ID])
			}
		}
	}
	return known, nil
}

// addKnown looks up the credits, without their topics, by so many identities
// in one column as one statement may have parameters.
func (tx *Tx) addKnown(
	ctx context.Context, known map[string][]ledger.Known, column string, identities []string,
) error {
	args := make([]any, len(identities))
	for i, identity := range identities {
		args[i] = identity
	}
	var c ledger.Credit
	var identity string
	var removed bool
	columns := append(creditFields(&c), &identity, &removed)
	return tx.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(columns...); err != nil {
			return fmt.Errorf("credit %d: %w", c.ID, err)
		}
		known[identity] = append(known[identity], ledger.Known{Credit: c, Removed: removed, Edited: column != "identity"})
		return nil
	}, `SELECT `+creditColumns+`, `+column+`, removed FROM credit
		WHERE `+column+` IN (?`+strings.Repeat(", ?", len(identities)-1)+`) ORDER BY id`, args...)
}
