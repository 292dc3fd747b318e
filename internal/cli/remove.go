package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newRemove() *cobra.Command {
	var yes bool
	var ids []int64
	cmd := a.writing(&cobra.Command{
		Use:   "remove ID...",
		Short: "Remove credits",
		Long: `Remove credits and their allocations. cmp undo brings them back. Importing the
same file again does not, unless cmp import gets --restore.

If you allocated a credit by hand, declared it or kept a certificate for it, you
are asked first. Outside a terminal, give --yes.`,
		Example: `  cmp remove 12 --dry-run
  cmp remove 12 13 --yes`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			ids, err = creditIDs(cmd, args)
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.remove(ctx, ids, yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) remove(ctx context.Context, ids []int64, yes bool) error {
	var out creditsAnswer
	_, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (string, error) {
		credits, err := s.CreditsOf(ids)
		if err != nil {
			return "", err
		}
		what := words.Verb(len(ids), "credit", "credits")
		titles := words.Map(credits, dated)
		if loss := a.judgeOn(a.today).Loss(*s, ids); loss != "" {
			loss = fmt.Sprintf("%s %s: removing %s takes back %s", what, words.List("and", titles), words.Verb(len(ids), "it", "them"), loss)
			if err := a.confirm(yes, loss); err != nil {
				return "", err
			}
		}
		for _, id := range ids {
			if err := tx.RemoveCredit(ctx, id); err != nil {
				return "", err
			}
		}
		out = a.creditsAnswer(*s, credits)
		return words.Credits(ids) + " removed", nil
	})
	if err != nil {
		return err
	}
	for _, c := range out.Credits {
		a.tell("%s credit %d: %s on %s: %s", a.did("Removed", "remove"), c.ID, words.Points(c.Points), c.Date, c.Title)
	}
	return a.reply(out)
}
