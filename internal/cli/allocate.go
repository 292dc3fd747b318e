package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newAllocate() *cobra.Command {
	var auto, fresh bool
	var credential string
	var id int64
	var asks []actions.Ask
	var cmd *cobra.Command
	cmd = a.writing(&cobra.Command{
		Use:   "allocate {ID TOPIC[=P]... | --auto}",
		Short: "Choose which requirement a credit's points go to",
		Long: `Choose which requirement the points of a credit go to. You rarely need this:
after every command, cmp places the points in the best way by itself.

cmp allocate 12 safety=1 gives 1 point of credit 12 to safety. cmp allocate 12
safety gives all that is left. With several topics, each takes what its
requirement still needs, and the last takes the rest. cmp does this in every
credential that has the requirement and whose cycle includes the day of the
credit. --credential picks one.

--auto places all credits in the best way. You need it only with the setting
allocate: manual. --auto keeps what you chose by hand, and says what that costs.
--fresh drops your choices. Declared cycles are never changed.`,
		Example: `  cmp allocate --auto --dry-run
  cmp allocate 12 safety
  cmp allocate 12 chemistry=1 other --credential MLS`,
		Args: func(_ *cobra.Command, args []string) (err error) {
			switch {
			case auto && len(args) > 0:
				return usage("--auto: allocates all credits, but %q was given too", args[0]).try("leave one of them out")
			case auto:
				return nil
			case fresh:
				return usage("--fresh: goes with --auto only")
			case len(args) == 0:
				return usage("allocate: needs the number of a credit and a topic, or --auto").try("%s shows examples", ledger.Command{"allocate", "--help"})
			}
			id, asks, err = parseAsks(args)
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			switch {
			case auto:
				return a.allocateAuto(ctx, credential, fresh)
			case len(asks) == 0:
				return a.view(ctx, func(tx *store.Tx) error { return a.needsTopic(tx, typing{cmd: cmd, args: args}, id) })
			}
			return a.allot(ctx, "allocate", id, asks, credential, "allocation of credit %d: %s", actions.Judge.Allocate)
		}),
	})
	f := cmd.Flags()
	f.BoolVar(&auto, "auto", false, "place all credits in the best way")
	f.BoolVar(&fresh, "fresh", false, "with --auto: drop your own choices too")
	f.StringVar(&credential, "credential", "", "only for the credential of this `code`")
	return cmd
}

// parseAsks reads the arguments that name a credit and what is asked for it.
func parseAsks(args []string) (int64, []actions.Ask, error) {
	id, err := parseID(args[0])
	asks := make([]actions.Ask, len(args)-1)
	for i, arg := range args[1:] {
		name, amount, limited := strings.Cut(arg, "=")
		asks[i].Text = strings.ToLower(name)
		if limited && err == nil {
			if asks[i].Points, err = ledger.ParsePoints(amount); err != nil {
				err = usage("%q: %w", arg, err)
			}
		}
	}
	return id, asks, err
}

// needsTopic is the failure of an allocation that names no topic. It proposes one that
// the credit has.
func (a *app) needsTopic(tx *store.Tx, t typing, id int64) error {
	s, err := actions.Read(t.cmd.Context(), tx)
	if err == nil {
		_, err = s.Credit(id)
	}
	if err != nil {
		return err
	}
	f := usage("allocate %d: needs a topic", id)
	if fits, err := a.requirementsFor(tx, t); err == nil && len(fits) > 0 {
		return f.try("such as: %s", append(ofCredits([]int64{id}, "allocate"), fits[0].word))
	}
	return f.try("%s shows what it can count for", ofCredits([]int64{id}, "explain"))
}

// An allotting is [actions.Judge.Allocate] or [actions.Judge.Deallocate].
type allotting func(
	actions.Judge, context.Context, *store.Tx, *actions.Snapshot, ledger.Credit, []rules.Account, []actions.Ask,
) ([]actions.Allotted, []*ledger.Error, error)

// allot gives one credit other allocations, says what it has now, and what remains.
func (a *app) allot(ctx context.Context, verb string, id int64, asks []actions.Ask, code, summary string, allot allotting) error {
	other := ofCredits([]int64{id}, verb)
	if other = append(other, string(ledger.Other)); code != "" {
		other = append(other, "--credential", code)
	}
	var done []actions.Allotted
	var why []*ledger.Error // credentials are not concerned
	s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (string, error) {
		judge := a.judgeOn(a.today)
		*s = judge.WithoutPlaced(*s, id) // what was placed by itself gives way
		credit, err := s.Credit(id)
		if err != nil {
			return "", err
		}
		accounts, err := a.targets(*s, code)
		if err == nil {
			err = judge.CheckAsks(accounts, asks, other)
		}
		if err == nil {
			done, why, err = allot(judge, ctx, tx, s, credit, accounts, asks)
		}
		if err == nil && len(done) == 0 {
			err = nowhere(id, why)
		}
		return fmt.Sprintf(summary, id, actions.Given(done)), err
	})
	if err != nil {
		return err
	}
	for _, r := range done {
		gives := "now gives"
		if a.dryRun {
			gives = "would give"
		}
		a.tell("%s: credit %d %s %s. %s", r.Standing.Designation(), id, gives, r.Gives(a.auto()), r.ComesTo(a.auto()))
		a.sayLines(a.notCounted(s, r.Standing, id))
	}
	for _, e := range why {
		if full := (*rules.AskError)(nil); errors.As(e, &full) && full.Reason == rules.NothingLeft {
			a.say("Left as it is: %s", e)
		}
	}
	return a.reply(allocateAnswer{DryRun: a.dryRun, Credentials: done})
}

// targets returns the accounts that are allocated to: of the credential with
// that code, or of all.
func (a *app) targets(s snapshot, code string) ([]rules.Account, error) {
	if code == "" && len(s.Credentials) == 0 {
		return nil, refused("there is no credential to allocate to").try("%s", ledger.Command{"credential", "add", "CODE", "--expires", "DATE"})
	}
	return a.currentOf(s, code)
}

// nowhere says why an allocation found no credential: of those that have the
// requirement, if any does.
func nowhere(credit int64, why []*ledger.Error) error {
	having := slices.DeleteFunc(slices.Clone(why), func(e *ledger.Error) bool { return e.Try.IsEmpty() })
	if len(having) == 1 || len(why) == 1 {
		return append(having, why...)[0]
	}
	f := refused("credit %d: no credential takes this allocation", credit).try("see why:")
	for _, e := range having {
		f.details = append(f.details, ledger.Say("%s; %s", e, e.Try))
	}
	return f
}

func (a *app) newDeallocate() *cobra.Command {
	var credential string
	var id int64
	var asks []actions.Ask
	cmd := a.writing(&cobra.Command{
		Use:   "deallocate ID [TOPIC...]",
		Short: "Take back what you chose with cmp allocate",
		Long: `Take back what you chose with cmp allocate: everything for this credit, or only
the topics that you name. cmp then places these points in the best way again,
unless the setting allocate is manual. Declared cycles are never changed.`,
		Example: `  cmp deallocate 12
  cmp deallocate 12 chemistry --credential MLS`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err = someArguments("the number of a credit, such as 12")(cmd, args); err != nil {
				return err
			}
			id, asks, err = parseAsks(args)
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error {
			return a.allot(ctx, "deallocate", id, asks, credential, "allocation of credit %d taken back: now %s", actions.Judge.Deallocate)
		}),
	})
	cmd.Flags().StringVar(&credential, "credential", "", "only for the credential of this `code`")
	return cmd
}

type allocateAnswer struct {
	Schema      string             `json:"schema" shape:"cmp.allocate/1" title:"What was allocated" doc:"Written by cmp allocate and cmp deallocate."`
	DryRun      bool               `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Credentials []actions.Allotted `json:"credentials"`
}

// allocateAuto allocates all credits as well as possible.
func (a *app) allocateAuto(ctx context.Context, code string, fresh bool) error {
	var all []actions.Allotted
	s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (string, error) {
		targets, err := a.targets(*s, code)
		if err != nil {
			return "", err
		}
		open := slices.DeleteFunc(targets, func(t rules.Account) bool {
			if t.Cycle.Declared != 0 {
				a.say("%s: declared on %s, left alone", a.designation(t.Credential), t.Cycle.Declared)
			}
			return t.Cycle.Declared != 0
		})
		all, err = a.judgeOn(a.today).AllocateAll(ctx, tx, open, fresh)
		parts := words.Map(all, func(r actions.Allotted) string { return words.Count(len(r.Changes), "change") + " for " + r.Code })
		return "automatic allocation: " + strings.Join(parts, ", "), err
	})
	if err != nil {
		return err
	}
	for _, r := range all {
		if a.settings.Format != answer.JSON {
			err = errors.Join(err, a.printAutomatic(s, r))
		}
	}
	return errors.Join(err, a.reply(allocateAnswer{DryRun: a.dryRun, Credentials: all}))
}

// printAutomatic shows what changes in a cycle; a credit's date and title only
// once.
func (a *app) printAutomatic(s snapshot, r actions.Allotted) error {
	fmt.Fprintln(a.env.Out, a.screen().Paint(answer.Strong, r.Standing.Designation()))
	var rows [][]any
	for i, c := range r.Changes {
		date, title := c.Credit.Date.String(), c.Credit.Title
		if i > 0 && r.Changes[i-1].Credit.ID == c.Credit.ID {
			date, title = "", ""
		}
		rows = append(rows, []any{c.Credit.ID, date, title, c.Requirement, c.After, c.Before})
	}
	what := "Nothing to change"
	if len(rows) > 0 {
		what = words.Count(len(rows), "change")
		if err := a.screen().Table("Credit|right; Date; Title|cut wide; Requirement; Points|right dash; Before|right dash any", rows); err != nil {
			return err
		}
	}
	a.tell("%s; %s allocated. %s", what, words.Points(r.Standing.Allocated), outcome(s, r))
	return nil
}

// outcome says what an allocation came to, and why it could not be better.
func outcome(s snapshot, r actions.Allotted) ledger.Text {
	n, by := len(r.CostBy), words.Numbers(r.CostBy, ", ")
	switch {
	case r.Remaining == 0:
		return words.NothingRemains(r.Standing, s.ShortName(r.Standing.Credential))
	case r.Cost > 0:
		return ledger.Say("Your own %s of credit %s %s %s: %s", words.Verb(n, "allocation", "allocations"), by,
			words.Verb(n, "costs", "cost"), words.Points(r.Cost), ledger.Command{"allocate", "--auto", "--fresh"})
	case r.Standing.Lost():
		return ledger.Say("Your credits are placed in the best way. Missing: %s. The days to earn them are over.", words.Shortages(r.Standing.Kept))
	}
	return ledger.Say("Your credits are placed in the best way. Still to earn: %s.", words.Shortages(r.Standing.Kept))
}
