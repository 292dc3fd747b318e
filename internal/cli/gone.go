package cli

import (
	"context"
	"fmt"

	"cmpledger/internal/store"
)

// A noCreditError is the number of a credit that is not in the ledger. What
// became of it is looked up when that is reported.
type noCreditError struct{ id int64 }

func (e *noCreditError) Error() string { return fmt.Sprintf("credit %d: not in this ledger", e.id) }

// noCredit says that a credit is not in the ledger, and what became of it where
// the ledger knows.
func (a *app) noCredit(ctx context.Context, missing *noCreditError) *failure {
	var gone store.Gone
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		gone, err = tx.Gone(ctx, missing.id)
		return err
	})
	restore := commandLine([]string{"import", gone.File, "--restore"})
	switch removed := notFound("credit %d: was removed", missing.id); {
	case err != nil: // it never was, or nobody knows
		return notFound("%w", missing).try("cmp list shows the credits")
	case gone.MergedInto != 0:
		return notFound("credit %d: was merged into credit %d", missing.id, gone.MergedInto).try("cmp show %d shows that one", gone.MergedInto)
	case gone.By != 0 && gone.File != "":
		return removed.try("cmp undo %d or %s brings it back", gone.By, restore)
	case gone.By != 0:
		return removed.try("cmp undo %d brings it back", gone.By)
	case gone.File != "":
		return removed.try("%s brings it back", restore)
	default:
		return removed.try("cmp log shows what was done")
	}
}
