package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newPlan() *cobra.Command {
	var f suppositions
	var inTime bool
	cmd := withRecords(&cobra.Command{
		Use:   "plan [CODE...]",
		Short: "Say what is the least to earn for all credentials together",
		Long: `Say what is the least to earn for all credentials together, or for those that are
named. One activity serves every credential that it fits by topic and date, and
as long as each has one topic no plan needs fewer points: that is proved, not
guessed. (One that is about two topics may do with fewer: cmp plan --add
2:ethics,chemistry shows it.) Each line of the list says until when it counts and
by when to earn it, so that the board is left its time; with --in-time nothing
counts that comes later than that. What is recorded counts as if it were
allocated in the best possible way, and what is dated in the future as if it were
done.

With any of the flags that suppose something nothing is written: the plan is
shown as it is and as it would be. --expires also takes a credential that you
do not hold, to see what it would add.`,
		Example: `  cmp plan
  cmp plan --in-time
  cmp plan --add 2:molecular-biology@2027-03-01
  cmp plan --without 12
  cmp plan --drop SBB
  cmp plan --expires MLS=2027-06-30
  cmp plan --expires BB=2029-10-31`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.plan(ctx, args, f, inTime) }),
	})
	flags := cmd.Flags()
	flags.BoolVar(&inTime, "in-time", false, "count only what is done by the day to declare by")
	flags.StringArrayVar(&f.add, "add", nil, "suppose a credit: `POINTS[:TOPIC,...][@DATE]`, such as 2:chemistry@2027-03-01; may be repeated")
	flags.StringArrayVar(&f.without, "without", nil, "suppose that the `credit` of this number were not there; may be repeated")
	flags.StringArrayVar(&f.drop, "drop", nil, "suppose that the credential `CODE` is given up; may be repeated")
	flags.StringArrayVar(&f.expires, "expires", nil, "suppose another expiry, or another credential: `CODE=DATE`; may be repeated")
	return cmd
}

// A planned is a plan and what it was made from.
type planned struct {
	words.Plan
	snapshot snapshot
	accounts []rules.Account
}

func (a *app) plan(ctx context.Context, codes []string, f suppositions, inTime bool) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	now, lacking, err := a.planOf(s, codes, inTime)
	if err != nil {
		return err
	}
	var then *supposed
	if f.any() {
		if then, err = a.suppose(now, f); err != nil {
			return err
		}
	}
	switch {
	case a.settings.Format != answer.Table:
		err = a.print(a.planAnswer(now, then))
	case then != nil:
		err = a.printSupposed(now, *then)
	case len(now.accounts) == 0:
		a.sayNoCredentials()
	default:
		err = a.printPlan(a.page(), now)
	}
	if err == nil && lacking != nil {
		return lacking
	}
	return err
}

// planOf plans for the credentials that the texts name, or for all. What is
// lacking where the rules of some are unknown is a failure of its own.
func (a *app) planOf(s snapshot, codes []string, inTime bool) (p planned, lacking *failure, err error) {
	credentials, err := a.heldAll(s, codes)
	if err != nil {
		return p, nil, err
	}
	var accounts []rules.Account
	lacking, err = eachRuled(credentials, func(c ledger.Credential) error {
		account, err := a.account(s, c, c.Current())
		if err == nil {
			accounts = append(accounts, account)
		}
		return err
	})
	if err == nil && lacking != nil && accounts == nil {
		err = lacking
	}
	return a.planFor(s, accounts, inTime), lacking, err
}

func (a *app) planFor(s snapshot, accounts []rules.Account, inTime bool) planned {
	p := planned{snapshot: s, accounts: accounts}
	p.Plan.Plan = rules.NewPlan(accounts, a.today, inTime)
	for _, account := range accounts {
		p.Names = append(p.Names, s.shortName(account.Credential))
	}
	return p
}

// name returns the code of the credential of an account.
func (p planned) name(account int) string { return p.Names[account] }

func planLine(p planned) string { return p.Sentence() }

// printPlan shows a plan: its sentence, its lines, the deadlines and remarks.
func (a *app) printPlan(screen answer.Screen, p planned) error {
	screen.Sentence(p.Sentence())
	fmt.Fprintln(a.env.Out)
	if len(p.Lines) > 0 {
		var lines, deadlines [][]any
		for _, l := range p.Lines {
			until := l.Last.String()
			if p.InTime {
				until = ""
			}
			lines = append(lines, []any{l.Points, words.PlanTopics(l), p.Serves(l), l.EarnBy, until})
		}
		for _, d := range p.Deadlines {
			deadlines = append(deadlines, []any{d.Date, int(d.Date - a.today), p.Deadline(d), d.Points, d.PerMonth})
		}
		if err := screen.Table("Points|right; Topic|wrap wide; For|wrap; Earn by; Counts until|any", lines); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
		if err := screen.Table("Deadline; Days|right; What|wrap; Points by then|right; A month|right", deadlines); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
	}
	for _, text := range p.Remarks() {
		screen.Paragraph(text.As(a.name))
	}
	return nil
}

// planAnswer is the plan as it is or, where something is supposed, as it would be,
// with the one as it is beside it.
type planAnswer struct {
	Schema string      `json:"schema" shape:"cmp.plan/1" title:"The least to earn" doc:"Written by cmp plan."`
	AsOf   ledger.Date `json:"as_of" doc:"Day it was judged by."`
	WhatIf []string    `json:"what_if" doc:"What is supposed. Empty where nothing is."`
	plannedAnswer
	AsItIs *plannedAnswer `json:"as_it_is" doc:"Beside what is supposed." null:"where nothing is"`
}

type plannedAnswer struct {
	rules.Plan
	Lines []planItem       `json:"lines" doc:"Points to earn." records:"points topics credentials=Names first_day last_day earn_by"`
	Needs []planCredential `json:"credentials"`
}

type planItem struct {
	rules.PlanLine
	Names []string // of the credentials
}

type planCredential struct {
	naming
	Rules editionRef  `json:"rules"`
	State rules.State `json:"state"`
	rules.PlanNeed
}

func (a *app) planAnswer(now planned, then *supposed) planAnswer {
	out := planAnswer{AsOf: a.today, plannedAnswer: now.answer()}
	if then != nil {
		asItIs := out.plannedAnswer
		out.WhatIf, out.plannedAnswer, out.AsItIs = then.words, then.answer(), &asItIs
	}
	return out
}

func (p planned) answer() plannedAnswer {
	out := plannedAnswer{Plan: p.Plan.Plan}
	for _, l := range p.Lines {
		line := planItem{PlanLine: l}
		for _, s := range l.Serves {
			line.Names = once(line.Names, p.Names[s.Account])
		}
		out.Lines = append(out.Lines, line)
	}
	for i, t := range p.Standings {
		out.Needs = append(out.Needs, planCredential{nameOf(t), refTo(t.Edition), t.State, p.Needs[i]})
	}
	return out
}
