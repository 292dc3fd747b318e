package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newEdit() *cobra.Command {
	var f creditFlags
	var ids []int64
	var title string
	var noTopic bool
	var cmd *cobra.Command
	cmd = a.writing(&cobra.Command{
		Use:   "edit ID...",
		Short: "Correct credits",
		Long: `Correct one credit, or several at once. What you give replaces the old value in
each of them; --topic replaces all topics. If points that you allocated by hand
no longer fit, they are cut and cmp says so.`,
		Example: `  cmp edit 12 13 14 --topic blood-banking
  cmp edit 12 --points 1.5 --date 2026-11-03
  cmp edit 12 --no-topic`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if ids, err = creditIDs(cmd, args); err != nil {
				return err
			}
			if err := somethingToChange(cmd); err != nil {
				return err
			}
			if noTopic && cmd.Flags().Changed("topic") {
				return usage("--topic and --no-topic: contradict each other").try("give one of them")
			}
			return a.setWorth(cmd.Flags(), &f, false)
		},
		RunE: a.run(func(ctx context.Context, _ []string) error {
			return a.edit(ctx, ids, func(c *ledger.Credit) {
				changed := cmd.Flags().Changed
				if changed("title") {
					c.Title = title
				}
				if noTopic {
					c.Topics = nil
				}
				f.apply(c, a.today, changed)
			})
		}),
	})
	f.add(cmd)
	cmd.Flags().Lookup("date").Usage = "`day` it was done: 2026-11-03, 11/23/2026, yesterday, \"3 days ago\""
	cmd.Flags().Lookup("activity").Usage = "`kind` of activity; cmp rules activities lists them"
	cmd.Flags().StringVar(&title, "title", "", "`text` of the new title")
	cmd.Flags().BoolVar(&noTopic, "no-topic", false, "remove all topics")
	return cmd
}

func (f *creditFlags) apply(c *ledger.Credit, today ledger.Date, changed func(string) bool) {
	if slices.ContainsFunc(units(), changed) {
		c.Points = f.points
	}
	if changed("date") {
		c.Date = f.date.Date(today)
	}
	if len(f.topics) > 0 {
		c.Topics = f.topics
	}
	if f.activity != "" {
		c.Activity = f.activity
	}
	for flag, text := range map[string][2]*string{
		"provider": {&c.Provider, &f.provider}, "reference": {&c.Reference, &f.reference}, "url": {&c.URL, &f.url}, "note": {&c.Note, &f.note},
	} {
		if changed(flag) {
			*text[0] = *text[1]
		}
	}
}

func (a *app) edit(ctx context.Context, ids []int64, change func(*ledger.Credit)) error {
	var all []actions.Edited
	var before, changed []ledger.Credit // changed in their points
	s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (_ string, err error) {
		before = slices.Clone(s.Credits)
		all, err = a.judgeOn(a.today).Edit(ctx, tx, s, ids, change)
		changed = nil
		for _, e := range all {
			was := slices.ContainsFunc(before, func(c ledger.Credit) bool { return c.ID == e.Credit.ID && c.Points == e.Credit.Points })
			if err == nil && !was {
				changed, err = append(changed, e.Credit), a.sure(e.Credit)
			}
		}
		return words.Credits(ids) + " changed", err
	})
	if err != nil {
		return invalid(err)
	}
	var credits []ledger.Credit
	var said []string
	for _, e := range all {
		credits, said = append(credits, e.Credit), append(said, a.saidOfTrimmed(e.Credit, e.Trimmings)...)
		a.tell("%s", a.edited(before, e.Credit))
	}
	err = a.reply(a.creditsAnswer(s, credits))
	a.sayLines(said)
	for _, c := range credits {
		a.sayFuture(c)
	}
	for _, c := range changed {
		a.sayMany(c)
	}
	return err
}

// edited says what was changed in a credit: "Changed credit 9 (2024-06-26, Mentoring):
// points 0.5 -> 1".
func (a *app) edited(before []ledger.Credit, is ledger.Credit) string {
	was := before[slices.IndexFunc(before, func(c ledger.Credit) bool { return c.ID == is.ID })]
	changes := rules.Changes(was, is)
	if changes == nil {
		return fmt.Sprintf("Credit %s was so already.", dated(was))
	}
	return fmt.Sprintf("%s credit %s: %s", a.did("Changed", "change"), dated(was), strings.Join(changes, ", "))
}

func worth(c ledger.Credit) string {
	return fmt.Sprintf("%s on %s, %s", words.Points(c.Points), c.Date, words.Topics(c.Topics))
}

// dated names a credit by number, day and title: "9 (2024-06-26, Mentoring)".
func dated(c ledger.Credit) string { return fmt.Sprintf("%d (%s, %s)", c.ID, c.Date, c.Title) }

// staysDeclared says that a cycle was declared with a credit that is another now.
func (a *app) staysDeclared(c ledger.Credential, y ledger.Cycle, credit int64) string {
	return fmt.Sprintf("%s: you declared credit %d on %s; the declaration stays as it was", a.designation(c), credit, y.Declared)
}

// saidOfTrimmed says what became of the allocations of a credit that was edited, or
// whose cycle was. Of those that are placed anew anyway nothing is said.
func (a *app) saidOfTrimmed(c ledger.Credit, all []actions.Trimming) (said []string) {
	add := func(format string, args ...any) { said = append(said, a.text(format, args...)) }
	for _, t := range all {
		name, declared := a.designation(t.Credential), t.Cycle.Declared
		if declared != 0 {
			said = append(said, a.staysDeclared(t.Credential, t.Cycle, c.ID))
		}
		if t.Unjudged != nil {
			add("Left out: %s", a.classify(nil, t.Unjudged).sentence())
		}
		stay := 0
		for _, b := range t.Before {
			if a.auto() && b.By == ledger.ByAuto && declared == 0 && !t.Cycle.Closed {
				continue
			}
			stay++
			left := ledger.Points(0)
			for _, x := range t.After {
				if x.Requirement == b.Requirement && x.By == b.By {
					left = x.Points
				}
			}
			switch {
			case left == b.Points:
			case left == 0:
				add("%s: %s of credit %d no longer %s for %s; cmp took that allocation back",
					name, words.Points(b.Points), c.ID, words.Agree(b.Points, "counts", "count"), b.Requirement)
			default:
				add("%s: credit %d now gives %s to %s instead of %s", name, c.ID, left, b.Requirement, b.Points)
			}
		}
		if t.Outside && stay > 0 {
			add("%s: credit %d is dated %s, outside the days that count, so its points there do not count now",
				name, c.ID, c.Date)
		}
	}
	return said
}
