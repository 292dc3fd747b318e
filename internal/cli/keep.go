package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newKeep() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "keep ID ID...",
		Short: "Say that credits that look alike are not the same",
		Long: `Say that credits that look alike are not the same activity. All of those that you
name are kept apart from each other: nothing asks about them again, and they no
longer stand in the way of cmp declare. If two are the same: cmp merge.`,
		Example: `  cmp keep 12 47
  cmp keep 12 47 53`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := creditArguments(cmd, args); err != nil {
				return err
			}
			if ids, err := parseIDs(args); err != nil || len(ids) < 2 {
				return usage("keep: needs the numbers of two credits or more").try("such as: cmp keep 12 47")
			}
			return nil
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.keepApart(ctx, ids)
		}),
	})
}

func (a *app) keepApart(ctx context.Context, ids []int64) error {
	var s snapshot
	var credits []ledger.Credit
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		for i, id := range ids {
			c, err := s.credit(id)
			if err != nil {
				return "", err
			}
			credits = append(credits, c)
			for _, other := range ids[:i] {
				if err := tx.KeepApart(ctx, other, id); err != nil {
					return "", err
				}
			}
		}
		return fmt.Sprintf("credits %s are not the same", words.Numbers(ids, ", ")), nil
	})
	if err != nil {
		return err
	}
	a.tell("Kept apart: credits %s are not the same.", words.Numbers(ids, ", "))
	return a.reply(a.creditsAnswer(s, credits))
}
