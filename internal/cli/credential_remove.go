package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newCredentialRemove() *cobra.Command {
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "remove CODE",
		Short: "Remove a credential with its cycles, allocations and declarations",
		Long: `Remove a credential from the ledger, with its cycles, allocations and
declarations. The credits stay, and cmp undo brings the rest back. On a terminal
it asks first; elsewhere it needs --yes.`,
		Example: `  cmp credential remove SBB --dry-run
  cmp credential remove SBB --yes`,
		Args: oneArgument("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error { return a.credentialRemove(ctx, args[0], yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) credentialRemove(ctx context.Context, text string, yes bool) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	c, err := a.held(s, text)
	if err != nil {
		return err
	}
	loss := s.lossOf(c)
	if loss != "" {
		if err := a.confirm(yes, fmt.Sprintf("%s: removing it also removes %s", a.designation(c), loss)); err != nil {
			return err
		}
	}
	err = a.change(ctx, func(tx *store.Tx) (string, error) {
		now, err := read(ctx, tx)
		if err != nil {
			return "", err
		}
		if again, err := a.held(now, text); err != nil || again.UID != c.UID || now.lossOf(again) != loss {
			return "", errMeanwhile(text)
		}
		return "credential " + c.CredentialName.Designation() + " removed", tx.RemoveCredential(ctx, c.ID)
	})
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return a.writeCredentials(s, c)
	}
	a.tell("Removed %s.", a.designation(c))
	return nil
}

// lossOf says what goes with a credential beside its name and dates, or
// nothing.
func (s snapshot) lossOf(c ledger.Credential) string {
	var declared, allocations int
	for _, y := range c.Cycles {
		if y.Declared != 0 {
			declared++
		}
		for _, x := range s.Allocations {
			if x.Cycle == y.ID {
				allocations++
			}
		}
	}
	var parts []string
	if declared > 0 {
		parts = append(parts, words.Count(declared, "declaration"))
	}
	if allocations > 0 {
		parts = append(parts, words.Count(allocations, "allocation"))
	}
	return words.List("and", parts)
}
