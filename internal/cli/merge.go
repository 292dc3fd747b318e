package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newMerge() *cobra.Command {
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "merge KEEP OTHER",
		Short: "Make one credit of two that are the same activity",
		Long: `Make one credit of two that are the same activity: the first is kept as it is, and
gets from the other what it lacks: topics, texts, evidence, and allocations as
far as its points allow. Another reference, provider or address of the other goes
into the note. The other is removed; to import its file again is to find the
credit that it became. Credits that do not look alike are merged with --yes only.`,
		Example: `  cmp merge 12 47
  cmp merge 12 47 --dry-run`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := creditArguments(cmd, args); err != nil {
				return err
			}
			if len(args) != 2 || args[0] == args[1] {
				return usage("merge: needs the numbers of two credits").try("the one to keep first: cmp merge 12 47")
			}
			return nil
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.merge(ctx, ids[0], ids[1], yes)
		}),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "merge credits that do not look alike too, and do not ask")
	return cmd
}

func (a *app) merge(ctx context.Context, keep, other int64, yes bool) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	c, gone, err := a.toMerge(s, keep, other)
	if err != nil {
		return err
	}
	unlike := unlikeness(c, gone)
	if unlike != "" {
		if err := a.confirm(yes, unlike); err != nil {
			return err
		}
	}
	var said []string
	err = a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if c, gone, err = a.toMerge(s, keep, other); err != nil {
			return "", err
		}
		if unlikeness(c, gone) != unlike {
			return "", errMeanwhile("credit " + words.Numbers([]int64{keep, other}, ", "))
		}
		c, said, err = a.mergeCredits(ctx, tx, &s, c, gone)
		return fmt.Sprintf("credit %d merged into credit %d: %s", other, keep, c.Title), err
	})
	if err != nil {
		return err
	}
	s.Snapshot = a.judgeOn(a.today).Judged(s.Snapshot)
	err = a.reply(a.creditsAnswer(s, []ledger.Credit{c}))
	a.tell("Merged credit %d into credit %d: %s on %s, %s: %s", other, keep, words.Points(c.Points), c.Date, topicNames(c.Topics), c.Title)
	for _, line := range said {
		a.say("%s", line)
	}
	return err
}

// toMerge returns the credits of two numbers, where they may be merged.
func (a *app) toMerge(s snapshot, keep, other int64) (c, gone ledger.Credit, err error) {
	if c, err = s.credit(keep); err != nil {
		return c, gone, err
	}
	if gone, err = s.credit(other); err != nil {
		return c, gone, err
	}
	return c, gone, a.mergeable(s, keep, other)
}

// unlikeness says that two credits are hardly one activity, or nothing where
// they may be.
func unlikeness(c, other ledger.Credit) string {
	if pairing.LooksAlike(c, other) {
		return ""
	}
	what := func(c ledger.Credit) string {
		return fmt.Sprintf("%s on %s (%s)", words.Points(c.Points), c.Date, c.Title)
	}
	return fmt.Sprintf("credits %d and %d do not look alike: %s and %s", c.ID, other.ID, what(c), what(other))
}

// mergeCredits writes a credit with what it gets from one that goes, and brings
// the snapshot up to date. It returns the credit and what there is to say.
func (a *app) mergeCredits(ctx context.Context, tx *store.Tx, s *snapshot, c, gone ledger.Credit) (ledger.Credit, []string, error) {
	c, trimmed, err := a.judgeOn(a.today).MergeCredits(ctx, tx, &s.Snapshot, c, gone)
	if err != nil {
		return c, nil, a.worded(err)
	}
	said := a.saidOfTrimmed(c, trimmed)
	if had := notKept(c, gone); len(had) > 0 {
		said = append([]string{fmt.Sprintf("Credit %d had %s", gone.ID, strings.Join(had, ", "))}, said...)
	}
	return c, said, nil
}

// mergeable refuses to remove a credit that was declared.
func (a *app) mergeable(s snapshot, keep, other int64) error {
	with, declared := s.DeclaredWith(other)
	if !declared {
		return nil
	}
	if _, both := s.DeclaredWith(keep); !both {
		return refused("credit %d: was declared with %s, and stays", other, a.designation(with)).try("keep that one: cmp merge %d %d", other, keep)
	}
	return refused("credits %d and %d: both were declared, and stay as they are", keep, other)
}

// notKept returns what a credit had that the one it was merged into has
// otherwise.
func notKept(c, gone ledger.Credit) (had []string) {
	if c.Points != gone.Points {
		had = append(had, words.Points(gone.Points))
	}
	if c.Date != gone.Date {
		had = append(had, gone.Date.String())
	}
	if actions.Differs(c.Title, gone.Title) {
		had = append(had, fmt.Sprintf("title %q", gone.Title))
	}
	had = append(had, actions.OtherNames(c, gone)...)
	if c.Activity != gone.Activity {
		had = append(had, "activity "+string(gone.Activity))
	}
	for _, t := range gone.Topics {
		if !slices.Contains(c.Topics, t) { // but with another limit, for it has all topics
			had = append(had, "topic "+t.String())
		}
	}
	if actions.Differs(c.Note, gone.Note) && !strings.HasPrefix(c.Note, gone.Note) {
		had = append(had, fmt.Sprintf("note %q", gone.Note))
	}
	return had
}
