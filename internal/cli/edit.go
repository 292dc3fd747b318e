package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

func (a *app) newEdit() *cobra.Command {
	var f creditFlags
	var title string
	var noTopic bool
	var cmd *cobra.Command
	cmd = a.writing(&cobra.Command{
		Use:   "edit ID...",
		Short: "Correct credits, several at once",
		Long: `Correct credits. What is given replaces what was there, in every credit that is
named; --topic replaces all topics. Allocations that become impossible are
trimmed, and each is reported.`,
		Example: `  cmp edit 12 13 14 --topic blood-banking
  cmp edit 12 --points 1.5 --date 2026-11-03
  cmp edit 12 --no-topic`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := creditArguments(cmd, args); err != nil {
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
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
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
	f.add(a, cmd)
	cmd.Flags().Lookup("date").Usage = "`day` it was done: 2026-11-03, yesterday, \"3 days ago\""
	cmd.Flags().Lookup("activity").Usage = "`kind` of activity; cmp rules activities lists them"
	cmd.Flags().StringVar(&title, "title", "", "`text` of the title")
	cmd.Flags().BoolVar(&noTopic, "no-topic", false, "take all topics away")
	return cmd
}

// apply changes what was given.
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
	for _, text := range []struct {
		flag string
		from string
		to   *string
	}{
		{"provider", f.provider, &c.Provider},
		{"reference", f.reference, &c.Reference},
		{"url", f.url, &c.URL},
		{"note", f.note, &c.Note},
	} {
		if changed(text.flag) {
			*text.to = text.from
		}
	}
}

func (a *app) edit(ctx context.Context, ids []int64, change func(*ledger.Credit)) error {
	var s snapshot
	var credits []ledger.Credit
	var said []string
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		for _, id := range ids {
			c, err := s.credit(id)
			if err != nil {
				return "", err
			}
			change(&c)
			if err := c.Validate(); err != nil {
				return "", invalid(err)
			}
			trimmed, err := a.editCredit(ctx, tx, &s, c)
			if err != nil {
				return "", err
			}
			said = append(said, trimmed...)
			credits = append(credits, c)
		}
		return fmt.Sprintf("%s changed: %s", verb(len(ids), "credit", "credits"), numbers(ids, ", ")), nil
	})
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		err = render.WriteJSON(a.env.Out, a.creditsToJSON(s, credits))
	} else {
		for _, c := range credits {
			a.tell("Changed credit %d: %s on %s, %s: %s", c.ID, points(c.Points), c.Date, topicNames(c.Topics), c.Title)
		}
	}
	for _, line := range said {
		a.say("%s", line)
	}
	for _, c := range credits {
		a.sayFuture(c)
	}
	return err
}

// editCredit writes a changed credit and trims its allocations, and brings
// the snapshot up to date. It returns a sentence for each that was trimmed or
// that counts for nothing any more.
func (a *app) editCredit(ctx context.Context, tx *store.Tx, s *snapshot, c ledger.Credit) ([]string, error) {
	i := slices.IndexFunc(s.credits, func(x ledger.Credit) bool { return x.ID == c.ID })
	was := s.credits[i]
	s.credits[i] = c
	var said []string
	for _, credential := range s.credentials {
		// Cycles are trimmed in their order: what an earlier one holds, a
		// later one cannot have.
		rest := s.allocationsOf(c.ID)
		for _, cycle := range credential.Cycles {
			before := slices.DeleteFunc(slices.Clone(rest), func(x ledger.Allocation) bool { return x.Cycle != cycle.ID })
			if len(before) == 0 {
				continue
			}
			after, words, err := a.trimIn(*s, credential, cycle, rest, before, was, c)
			if err != nil {
				return nil, err
			}
			said = append(said, words...)
			rest = append(slices.DeleteFunc(rest, func(x ledger.Allocation) bool { return x.Cycle == cycle.ID }), after...)
			if err := s.replaceAllocations(ctx, tx, c.ID, cycle.ID, after); err != nil {
				return nil, err
			}
		}
	}
	return said, tx.UpdateCredit(ctx, c)
}

// trimIn returns what a changed credit keeps of its allocations in a cycle, and
// what is to be said of it. Of the rest of its allocations, those of earlier
// cycles hold. Where the rules are unknown it keeps all, if it is worth what it
// was; a change of that cannot be judged.
func (a *app) trimIn(s snapshot, credential ledger.Credential, cycle ledger.Cycle, rest, before []ledger.Allocation, was, c ledger.Credit) (after []ledger.Allocation, said []string, err error) {
	if cycle.Declared != 0 {
		said = append(said, fmt.Sprintf("%s: credit %d was declared with it on %s; the declaration stays as it was",
			a.designation(credential), c.ID, cycle.Declared))
	}
	account, err := a.account(s, credential, cycle)
	if lacking := skippable(err); lacking != nil && worthAsMuch(was, c, credential, rest) {
		return before, append(said, "Left out: "+lacking.sentence()), nil
	}
	if err != nil {
		return nil, nil, err
	}
	account.Allocations = slices.DeleteFunc(slices.Clone(rest), func(x ledger.Allocation) bool { return x.Cycle > cycle.ID })
	after = rules.Trim(account, c.ID)
	said = append(said, trimmings(a.designation(credential), c.ID, before, after)...)
	if was.Date != c.Date && !account.Holds(c.Date, a.today) {
		said = append(said, fmt.Sprintf("%s: credit %d is dated %s, outside the days that count; its allocation counts for nothing until it is dated inside",
			a.designation(credential), c.ID, c.Date))
	}
	return after, said, nil
}

// worthAsMuch reports whether a changed credit has the points and topics that
// it had, and no more allocated for the credential than that.
func worthAsMuch(was, c ledger.Credit, credential ledger.Credential, allocated []ledger.Allocation) bool {
	var sum ledger.Points
	for _, x := range allocated {
		if slices.ContainsFunc(credential.Cycles, func(y ledger.Cycle) bool { return y.ID == x.Cycle }) {
			sum += x.Points
		}
	}
	return was.Points == c.Points && slices.Equal(was.Topics, c.Topics) && sum <= c.Points
}

// replaceAllocations writes what a credit has in a cycle, and keeps it in the
// snapshot.
func (s *snapshot) replaceAllocations(ctx context.Context, tx *store.Tx, credit, cycle int64, after []ledger.Allocation) error {
	s.allocations = slices.DeleteFunc(s.allocations, func(x ledger.Allocation) bool { return x.Credit == credit && x.Cycle == cycle })
	s.allocations = append(s.allocations, after...)
	of := slices.DeleteFunc(slices.Clone(s.allocations), func(x ledger.Allocation) bool { return x.Cycle != cycle })
	return tx.ReplaceAllocations(ctx, cycle, of)
}
