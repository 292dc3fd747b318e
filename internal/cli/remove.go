package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
)

func (a *app) newRemove() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove ID...",
		Short: "Remove credits and their allocations",
		Long: `Remove credits and their allocations. A removed credit stays known, so that
importing the same file again does not bring it back unless --restore is given.`,
		Example: `  cmp remove 12
  cmp remove 12 13 --yes`,
		Args: creditArguments,
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.remove(ctx, ids, yes)
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) remove(ctx context.Context, ids []int64, yes bool) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	var credits []ledger.Credit
	var allocated []int64
	for _, id := range ids {
		c, err := s.credit(id)
		if err != nil {
			return err
		}
		credits = append(credits, c)
		if len(s.allocationsOf(id)) > 0 {
			allocated = append(allocated, id)
		}
	}
	if len(allocated) > 0 {
		what := fmt.Sprintf("%s %s: %s allocated, and removing takes that back too",
			verb(len(allocated), "credit", "credits"), numbers(allocated, ", "), verb(len(allocated), "is", "are"))
		if err := a.confirm(yes, what); err != nil {
			return err
		}
	}
	err = a.change(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			if err := tx.RemoveCredit(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		return render.WriteJSON(a.env.Out, creditsToJSON(s, credits))
	}
	for _, c := range credits {
		fmt.Fprintf(a.env.Out, "Removed credit %d: %s on %s: %s\n", c.ID, points(c.Points), c.Date, render.Text(c.Title))
	}
	return nil
}
