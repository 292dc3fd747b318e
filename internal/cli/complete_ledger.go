package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// newestCredits offers credits by number.
func newestCredits(ctx context.Context, tx *store.Tx, t typing) ([]offer, error) {
	credits, err := tx.Newest(ctx, t.word, "", mostOffers+1)
	if err == nil && len(credits) > mostOffers {
		// For few, one that goes on otherwise.
		var other []ledger.Credit
		other, err = tx.Newest(ctx, t.word, sharedBeginning(creditOffers(credits)), 1)
		credits = append(credits, other...)
	}
	return creditOffers(credits), err
}

func creditOffers(credits []ledger.Credit) []offer {
	all := make([]offer, len(credits))
	for i, c := range credits {
		all[i] = offer{strconv.FormatInt(c.ID, 10), fmt.Sprintf("%s %s", c.Date, c.Title)}
	}
	return all
}

// explainable offers credentials and credits.
func (a *app) explainable(ctx context.Context, tx *store.Tx, t typing) ([]offer, error) {
	codes, err := a.heldCodes(ctx, tx, t)
	if err != nil {
		return nil, err
	}
	credits, err := newestCredits(ctx, tx, t)
	return append(codes, credits...), err
}

// evidenceNumbers offers evidence by number, what was added last first.
func evidenceNumbers(ctx context.Context, tx *store.Tx, _ typing) (all []offer, err error) {
	evidence, err := tx.Evidence(ctx)
	slices.SortStableFunc(evidence, func(a, b ledger.Evidence) int { return cmp.Compare(b.ID, a.ID) })
	for _, e := range evidence {
		all = append(all, offer{strconv.FormatInt(e.ID, 10), fmt.Sprintf("credit %d, %s", e.Credit, e.Name)})
	}
	return all, err
}

// courseNumbers offers the courses of the catalogue by number.
func courseNumbers(ctx context.Context, tx *store.Tx, _ typing) (all []offer, err error) {
	courses, err := tx.Courses(ctx)
	for _, c := range courses {
		about := c.Title
		if c.Provider != "" {
			about += " · " + c.Provider
		}
		all = append(all, offer{strconv.FormatInt(c.ID, 10), about})
	}
	return all, err
}

// entries offers the entries of the log, the newest first.
func entries(ctx context.Context, tx *store.Tx, _ typing) ([]offer, error) {
	all, err := tx.Entries(ctx, 0)
	return entryOffers(all), err
}

// standing offers the entries that can be undone: those that are not taken
// back, and no restores.
func standing(ctx context.Context, tx *store.Tx, _ typing) ([]offer, error) {
	all, err := tx.Entries(ctx, 0)
	return entryOffers(slices.DeleteFunc(all, func(e ledger.Entry) bool { return e.UndoneBy != 0 || e.Restore })), err
}

func entryOffers(entries []ledger.Entry) []offer {
	all := make([]offer, len(entries))
	for i, e := range entries {
		all[i] = offer{strconv.FormatInt(e.ID, 10), shortTime(e.At) + " " + e.Summary}
	}
	return all
}

// usedProviders offers the providers of credits, those of the most credits first.
func usedProviders(ctx context.Context, tx *store.Tx, _ typing) (all []offer, err error) {
	names, err := tx.Providers(ctx)
	for _, name := range names {
		all = append(all, offer{word: name})
	}
	return all, err
}

// courseProviders offers the providers of the catalogue's courses.
func courseProviders(ctx context.Context, tx *store.Tx, _ typing) (all []offer, err error) {
	courses, err := tx.Courses(ctx)
	for _, c := range courses {
		all = append(all, offer{word: c.Provider})
	}
	return all, err
}
