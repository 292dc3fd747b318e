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
	var ids []int64
	cmd := a.writing(&cobra.Command{
		Use:   "remove ID...",
		Short: "Remove credits and their allocations",
		Long: `Remove credits and their allocations. A removed credit stays known, so that
importing the same file again does not bring it back unless --restore is given;
cmp undo does. Where you allocated something by hand, declared it or keep evidence
of it, it asks first on a terminal; elsewhere it needs --yes.`,
		Example: `  cmp remove 12 --dry-run
  cmp remove 12 13 --yes`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			ids, err = creditNumbers(cmd, args)
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.remove(ctx, ids, yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) remove(ctx context.Context, ids []int64, yes bool) error {
	var out creditsAnswer
	which := words.Verb(len(ids), "credit ", "credits ") + words.Numbers(ids, ", ")
	_, err := a.confirmed(ctx, yes, "credit "+words.Numbers(ids, ", "), func(s snapshot) (string, error) {
		loss, err := a.lossWith(s, ids)
		if loss != "" {
			loss = fmt.Sprintf("%s: removing %s takes back %s", which, words.Verb(len(ids), "it", "them"), loss)
		}
		return loss, err
	}, func(tx *store.Tx, s *snapshot) (string, error) {
		var credits []ledger.Credit
		for _, id := range ids {
			c, _ := s.credit(id) // it is there, or there would be no loss to tell
			if err := tx.RemoveCredit(ctx, id); err != nil {
				return "", err
			}
			credits = append(credits, c)
		}
		out = a.creditsAnswer(*s, credits)
		return fmt.Sprintf("%s removed: %s", words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", ")), nil
	})
	if err != nil {
		return err
	}
	for _, c := range out.Credits {
		a.tell("Removed credit %d: %s on %s: %s", c.ID, words.Points(c.Points), c.Date, c.Title)
	}
	return a.reply(out)
}

// lossWith says what goes with credits, or nothing: what the holder allocated or
// declared, and evidence.
func (a *app) lossWith(s snapshot, ids []int64) (string, error) {
	var parts []string
	files := 0
	for _, id := range ids {
		if _, err := s.credit(id); err != nil {
			return "", err
		}
		files += len(s.evidenceOf(id))
	}
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
	if files > 0 {
		parts = append(parts, words.Count(files, "file")+" of evidence")
	}
	return strings.Join(parts, "; "), nil
}
