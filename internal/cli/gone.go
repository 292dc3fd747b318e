package cli

import (
	"context"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// noCredit says that a credit is not in the ledger, and what became of it where
// the ledger knows.
func (a *app) noCredit(ctx context.Context, missing *actions.NoCreditError) *failure {
	var gone store.Gone
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		gone, err = tx.Gone(ctx, missing.ID)
		return err
	})
	restore := ledger.Command{"import", gone.File, "--restore"}.As("cmp")
	switch removed := notFound("credit %d: was removed", missing.ID); {
	case err != nil: // it never was, or nobody knows
		return notFound("%w", missing).try("cmp list shows the credits")
	case gone.MergedInto != 0:
		return notFound("credit %d: was merged into credit %d", missing.ID, gone.MergedInto).try("cmp show %d shows that one", gone.MergedInto)
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
