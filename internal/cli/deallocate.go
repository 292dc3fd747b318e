package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

func (a *app) newDeallocate() *cobra.Command {
	var credential string
	cmd := a.writing(&cobra.Command{
		Use:   "deallocate ID [TOPIC...]",
		Short: "Take allocations of a credit back",
		Long: `Take allocations of a credit back that you made: all of them, or those to the
requirements that are named. Its points are then placed by themselves again,
unless the setting allocate is manual. Declared cycles are left alone.`,
		Example: `  cmp deallocate 12
  cmp deallocate 12 chemistry --credential MLS`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := someArguments("the number of a credit, such as 12")(cmd, args); err != nil {
				return err
			}
			_, _, err := parseAsks(args)
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			id, asks, err := a.asks(args)
			if err != nil {
				return err
			}
			return a.deallocate(ctx, id, asks, credential)
		}),
	})
	cmd.Flags().StringVar(&credential, "credential", "", "only for the credential of this `code`")
	return cmd
}

func (a *app) deallocate(ctx context.Context, id int64, asks []ask, code string) error {
	var results []allocated
	err := a.change(ctx, func(tx *store.Tx) (string, error) {
		s, _, targets, err := a.asked(ctx, tx, id, asks, code)
		if err != nil {
			return "", err
		}
		for _, account := range targets {
			result := without(account, id, asks)
			if len(result.before) == len(result.after) {
				continue
			}
			if err := s.ReplaceAllocations(ctx, tx, id, account.Cycle.ID, result.after); err != nil {
				return "", err
			}
			results = append(results, result)
		}
		if len(results) == 0 {
			return "", a.noAllocation(id, asks)
		}
		if err := a.judgeAgain(s, results); err != nil {
			return "", err
		}
		return fmt.Sprintf("allocation of credit %d taken back: now %s", id, given(results)), nil
	})
	if err != nil {
		return err
	}
	return a.printAllocated(id, results)
}

func (a *app) noAllocation(id int64, asks []ask) error {
	by := ""
	if a.auto() {
		by = " by hand"
	}
	what := "is not allocated" + by + " in any open cycle"
	if len(asks) > 0 {
		words := make([]string, len(asks))
		for i, k := range asks {
			words[i] = k.text
		}
		what = "is not allocated" + by + " to " + strings.Join(words, ", ") + " in any open cycle"
	}
	return notFound("credit %d: %s", id, what).try("cmp show %d shows where it is", id)
}

// without returns what stays of a credit's allocations in an account when
// those that are asked for, or all, are taken back.
func without(account rules.Account, id int64, asks []ask) allocated {
	result := allocated{credit: id, credential: account.Credential}
	if account.Cycle.Declared != 0 {
		return result
	}
	known := resolve(account.Edition, asks)
	for _, x := range account.Allocations {
		if x.Credit != id || x.Cycle != account.Cycle.ID {
			continue
		}
		result.before = append(result.before, x)
		asked := slices.ContainsFunc(known, func(k rules.Ask) bool { return k.Requirement == x.Requirement })
		if len(asks) > 0 && !asked {
			result.after = append(result.after, x)
		}
	}
	return result
}
