package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newMerge() *cobra.Command {
	var yes bool
	var ids []int64
	cmd := a.writing(&cobra.Command{
		Use:   "merge KEEP OTHER",
		Short: "Make one credit of two that are the same activity",
		Long: `Make one credit of two that are the same activity: the first is kept as it is, and
gets from the other what it lacks: topics, texts, evidence, and allocations as
far as its points allow. The note of the other goes into the note, and so does
another reference, provider or address. The other is removed; to import its file
again is to find the credit that it became. Credits that do not look alike are
merged with --yes only.`,
		Example: `  cmp merge 12 47
  cmp merge 12 47 --dry-run`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if ids, err = creditNumbers(cmd, args); err == nil && (len(args) != 2 || len(ids) != 2) {
				return usage("merge: needs the numbers of two credits").try("the one to keep first: %s", ledger.Command{"merge", "12", "47"})
			}
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.merge(ctx, ids[0], ids[1], yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "merge credits that do not look alike too, and do not ask")
	return cmd
}

func (a *app) merge(ctx context.Context, keep, other int64, yes bool) error {
	var merged actions.Edited
	var gone ledger.Credit
	s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (string, error) {
		unlike, err := a.judgeOn(a.today).Unlike(s.Snapshot, keep, other)
		if err == nil && unlike != "" {
			err = a.confirm(yes, unlike)
		}
		if err == nil {
			merged, gone, err = a.judgeOn(a.today).Merge(ctx, tx, &s.Snapshot, keep, other)
		}
		return fmt.Sprintf("credit %d merged into credit %d: %s", other, keep, merged.Credit.Title), err
	})
	if err != nil {
		return a.worded(err)
	}
	err = a.reply(a.creditsAnswer(s, []ledger.Credit{merged.Credit}))
	a.tell("Merged credit %d into credit %d: %s: %s", other, keep, worth(merged.Credit), merged.Credit.Title)
	a.say("Credit %d was %s: %s", other, worth(gone), gone.Title)
	for _, line := range a.saidOfTrimmed(merged.Credit, merged.Trimmings) {
		a.say("%s", line)
	}
	return err
}

func (a *app) newKeep() *cobra.Command {
	var ids []int64
	return a.writing(&cobra.Command{
		Use:   "keep ID ID...",
		Short: "Say that credits that look alike are not the same",
		Long: `Say that credits that look alike are not the same activity. All of those that you
name are kept apart from each other: nothing asks about them again, and they no
longer stand in the way of cmp declare. If two are the same: cmp merge.`,
		Example: `  cmp keep 12 47
  cmp keep 12 47 53`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if ids, err = creditNumbers(cmd, args); err == nil && len(ids) < 2 {
				return usage("keep: needs the numbers of two credits or more").try("such as: %s", ledger.Command{"keep", "12", "47"})
			}
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.keepApart(ctx, ids) }),
	})
}

func (a *app) keepApart(ctx context.Context, ids []int64) error {
	var credits []ledger.Credit
	s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (string, error) {
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
