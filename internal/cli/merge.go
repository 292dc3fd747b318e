package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
)

func (a *app) newMerge() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "merge KEEP OTHER",
		Short: "Make one credit of two that are the same activity",
		Long: `Make one credit of two that are the same activity: the first is kept as it is, and
gets from the other what it lacks: topics, texts, evidence, and allocations as
far as its points allow. The other is removed; to import its file again is to
find the credit that it became.`,
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
			return a.merge(ctx, ids[0], ids[1])
		}),
	})
}

func (a *app) merge(ctx context.Context, keep, other int64) error {
	var s snapshot
	var c ledger.Credit
	var said []string
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if c, err = s.credit(keep); err != nil {
			return "", err
		}
		gone, err := s.credit(other)
		if err != nil {
			return "", err
		}
		if err := a.mergeable(s, keep, other); err != nil {
			return "", err
		}
		if err := tx.MoveEvidence(ctx, other, keep); err != nil {
			return "", err
		}
		if err := tx.MergeCredit(ctx, other, keep); err != nil {
			return "", err
		}
		c = joined(c, gone)
		s.moveAllocations(other, keep)
		s.credits = slices.DeleteFunc(s.credits, func(x ledger.Credit) bool { return x.ID == other })
		said, err = a.editCredit(ctx, tx, &s, c)
		return fmt.Sprintf("credit %d merged into credit %d: %s", other, keep, c.Title), err
	})
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		err = render.WriteJSON(a.env.Out, a.creditsToJSON(s, []ledger.Credit{c}))
	} else {
		a.tell("Merged credit %d into credit %d: %s on %s, %s: %s", other, keep, points(c.Points), c.Date, topicNames(c.Topics), c.Title)
	}
	for _, line := range said {
		a.say("%s", line)
	}
	return err
}

// mergeable refuses to remove a credit that was declared.
func (a *app) mergeable(s snapshot, keep, other int64) error {
	declared := func(id int64) string {
		for _, x := range s.allocationsOf(id) {
			for _, y := range s.ofCycle(x.Cycle).Cycles {
				if y.ID == x.Cycle && y.Declared != 0 {
					return a.designation(s.ofCycle(x.Cycle))
				}
			}
		}
		return ""
	}
	name := declared(other)
	switch {
	case name == "":
		return nil
	case declared(keep) == "":
		return refused("credit %d: was declared with %s, and stays", other, name).try("keep that one: cmp merge %d %d", other, keep)
	}
	return refused("credits %d and %d: both were declared, and stay as they are", keep, other)
}

// joined returns a credit with what it lacks from another one.
func joined(c, other ledger.Credit) ledger.Credit {
	c.Topics = slices.Clone(c.Topics)
	for _, t := range other.Topics {
		if !slices.ContainsFunc(c.Topics, func(own ledger.CreditTopic) bool { return own.Topic == t.Topic }) {
			c.Topics = append(c.Topics, t)
		}
	}
	for _, text := range []struct {
		own   *string
		other string
	}{{&c.Provider, other.Provider}, {&c.Reference, other.Reference}, {&c.URL, other.URL}, {&c.Note, other.Note}} {
		if *text.own == "" {
			*text.own = text.other
		}
	}
	return c
}

// moveAllocations gives the allocations of one credit to another one, in the
// snapshot alone.
func (s *snapshot) moveAllocations(from, to int64) {
	var all []ledger.Allocation
	for _, x := range s.allocations {
		if x.Credit == from {
			x.Credit = to
		}
		i := slices.IndexFunc(all, func(y ledger.Allocation) bool {
			return y.Credit == x.Credit && y.Cycle == x.Cycle && y.Requirement == x.Requirement && y.By == x.By
		})
		if i >= 0 && x.Credit == to {
			all[i].Points += x.Points
			continue
		}
		all = append(all, x)
	}
	s.allocations = all
}
