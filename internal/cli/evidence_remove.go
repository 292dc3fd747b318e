package cli

import (
	"context"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func (a *app) newEvidenceRemove() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "remove EVIDENCE...",
		Short: "Take evidence off its credit",
		Long: `Take evidence off its credit. The content stays in the ledger, so that cmp undo
can bring it back.`,
		Example: `  cmp evidence remove 3
  cmp evidence remove 3 4 --dry-run`,
		Args: evidenceArguments,
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.evidenceRemove(ctx, ids)
		}),
	})
}

func (a *app) evidenceRemove(ctx context.Context, ids []int64) error {
	var removed []ledger.Evidence
	err := a.change(ctx, func(tx *store.Tx) (string, error) {
		for _, id := range ids {
			e, err := evidenceNamed(ctx, tx, id)
			if err != nil {
				return "", err
			}
			if err := tx.RemoveEvidence(ctx, id); err != nil {
				return "", err
			}
			removed = append(removed, e)
		}
		return "evidence removed: " + fileNames(removed), nil
	})
	if err != nil {
		return err
	}
	for _, e := range removed {
		a.tell("Removed evidence %d of credit %d: %s", e.ID, e.Credit, e.Name)
	}
	return a.reply(a.evidenceAnswer(removed))
}
