package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newRemove() *cobra.Command {
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "remove ID...",
		Short: "Remove credits and their allocations",
		Long: `Remove credits and their allocations. A removed credit stays known, so that
importing the same file again does not bring it back unless --restore is given;
cmp undo does. Where you allocated something by hand, declared it or keep evidence
of it, it asks first on a terminal; elsewhere it needs --yes.`,
		Example: `  cmp remove 12 --dry-run
  cmp remove 12 13 --yes`,
		Args: creditArguments,
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.remove(ctx, ids, yes)
		}),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) remove(ctx context.Context, ids []int64, yes bool) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	var credits []ledger.Credit
	for _, id := range ids {
		c, err := s.credit(id)
		if err != nil {
			return err
		}
		credits = append(credits, c)
	}
	loss := a.lossWith(s, ids)
	if loss != "" {
		if err := a.confirm(yes, loss); err != nil {
			return err
		}
	}
	err = a.change(ctx, func(tx *store.Tx) (string, error) {
		now, err := read(ctx, tx)
		if err != nil {
			return "", err
		}
		if a.lossWith(now, ids) != loss {
			return "", errMeanwhile("credit " + words.Numbers(ids, ", "))
		}
		for _, id := range ids {
			if err := tx.RemoveCredit(ctx, id); err != nil {
				return "", err
			}
		}
		return fmt.Sprintf("%s removed: %s", words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", ")), nil
	})
	if err != nil {
		return err
	}
	for _, c := range credits {
		a.tell("Removed credit %d: %s on %s: %s", c.ID, words.Points(c.Points), c.Date, c.Title)
	}
	return a.reply(a.creditsAnswer(s, credits))
}

// lossWith says what removing the credits takes back, or nothing: what the holder
// allocated or declared, and evidence.
func (a *app) lossWith(s snapshot, ids []int64) string {
	var parts []string
	for _, c := range s.Credentials {
		for _, y := range c.Cycles {
			var sum ledger.Points
			for _, x := range s.Allocations {
				if x.Cycle == y.ID && slices.Contains(ids, x.Credit) && (x.By == ledger.ByHand || y.Declared != 0) {
					sum += x.Points
				}
			}
			if sum == 0 {
				continue
			}
			word := fmt.Sprintf("%s of %s", words.Points(sum), a.designation(c))
			if y.Declared != 0 {
				word += fmt.Sprintf(", declared %s", y.Declared)
			}
			parts = append(parts, word)
		}
	}
	n := 0
	for _, id := range ids {
		n += len(s.EvidenceOf(id))
	}
	if n > 0 {
		parts = append(parts, words.Count(n, "file")+" of evidence")
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s: removing %s takes back %s", words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", "),
		words.Verb(len(ids), "it", "them"), strings.Join(parts, "; "))
}
