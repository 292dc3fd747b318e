package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
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
			return "", errMeanwhile("credit " + numbers([]int64{keep, other}, ", "))
		}
		c, said, err = a.mergeCredits(ctx, tx, &s, c, gone)
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
	if transcript.MayBeOne(c, other) {
		return ""
	}
	what := func(c ledger.Credit) string { return fmt.Sprintf("%s on %s (%s)", points(c.Points), c.Date, c.Title) }
	return fmt.Sprintf("credits %d and %d do not look alike: %s and %s", c.ID, other.ID, what(c), what(other))
}

// mergeCredits writes a credit with what it gets from one that goes, and brings
// the snapshot up to date. It returns the credit and what there is to say.
func (a *app) mergeCredits(ctx context.Context, tx *store.Tx, s *snapshot, c, gone ledger.Credit) (ledger.Credit, []string, error) {
	if err := tx.MoveEvidence(ctx, gone.ID, c.ID); err != nil {
		return c, nil, err
	}
	if err := tx.MergeCredit(ctx, gone.ID, c.ID); err != nil {
		return c, nil, err
	}
	c = joined(c, gone)
	s.moveAllocations(gone.ID, c.ID)
	s.credits = slices.DeleteFunc(s.credits, func(x ledger.Credit) bool { return x.ID == gone.ID })
	trimmed, err := a.editCredit(ctx, tx, s, c)
	if had := notKept(c, gone); len(had) > 0 {
		trimmed = append([]string{fmt.Sprintf("Credit %d had %s", gone.ID, strings.Join(had, ", "))}, trimmed...)
	}
	return c, trimmed, err
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

// joined returns a credit with what it lacks from another one, whose other
// reference, provider and address are noted.
func joined(c, other ledger.Credit) ledger.Credit {
	c.Topics = slices.Clone(c.Topics)
	for _, t := range other.Topics {
		if !slices.ContainsFunc(c.Topics, func(own ledger.CreditTopic) bool { return own.Topic == t.Topic }) {
			c.Topics = append(c.Topics, t)
		}
	}
	if transcript.ReferenceKey(c) == "" && transcript.ReferenceKey(other) != "" {
		c.Reference = other.Reference
	}
	for _, text := range []struct {
		own   *string
		other string
	}{{&c.Provider, other.Provider}, {&c.URL, other.URL}, {&c.Note, other.Note}} {
		if *text.own == "" {
			*text.own = text.other
		}
	}
	names := slices.DeleteFunc(otherNames(c, other), func(name string) bool { return mentions(c.Note, name) })
	if len(names) > 0 {
		if c.Note != "" {
			c.Note += "; "
		}
		c.Note += "merged: " + strings.Join(names, ", ")
	}
	return c
}

// otherNames returns the provider, reference and address of another credit
// that are not those of the one that is kept, as they are noted.
func otherNames(c, other ledger.Credit) (names []string) {
	if key := transcript.ReferenceKey(other); key != "" && key != transcript.ReferenceKey(c) {
		names = append(names, "reference "+other.Reference)
	}
	if differs(c.Provider, other.Provider) {
		names = append(names, other.Provider)
	}
	if differs(c.URL, other.URL) {
		names = append(names, other.URL)
	}
	return names
}

// differs reports whether there is another text, and not only in case and
// spacing.
func differs(own, other string) bool {
	return other != "" && transcript.Squeeze(own) != transcript.Squeeze(other)
}

// mentions reports whether a note has a name that was noted when merging.
func mentions(note, name string) bool {
	for from := 0; ; {
		i := strings.Index(note[from:], name)
		if i < 0 {
			return false
		}
		before, after := note[:from+i], note[from+i+len(name):]
		if (strings.HasSuffix(before, "merged: ") || strings.HasSuffix(before, ", ")) &&
			(after == "" || strings.HasPrefix(after, ", ") || strings.HasPrefix(after, "; ")) {
			return true
		}
		from += i + len(name)
	}
}

// notKept returns what a credit had that the one it was merged into has
// otherwise.
func notKept(c, gone ledger.Credit) (had []string) {
	if c.Points != gone.Points {
		had = append(had, points(gone.Points))
	}
	if c.Date != gone.Date {
		had = append(had, gone.Date.String())
	}
	if differs(c.Title, gone.Title) {
		had = append(had, fmt.Sprintf("title %q", gone.Title))
	}
	had = append(had, otherNames(c, gone)...)
	if c.Activity != gone.Activity {
		had = append(had, "activity "+string(gone.Activity))
	}
	for _, t := range gone.Topics {
		if !slices.Contains(c.Topics, t) { // but with another limit, for it has all topics
			had = append(had, "topic "+t.String())
		}
	}
	if differs(c.Note, gone.Note) && !strings.HasPrefix(c.Note, gone.Note) {
		had = append(had, fmt.Sprintf("note %q", gone.Note))
	}
	return had
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
