package cli

import (
	"context"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
)

func (a *app) newPlan() *cobra.Command {
	var f suppositions
	cmd := withRecords(&cobra.Command{
		Use:   "plan [CODE...]",
		Short: "Say what is the least to earn for all credentials together",
		Long: `Say what is the least to earn for all credentials together, or for those that are
named. One activity serves every credential that it fits by topic and date, and
no plan needs fewer points: that is proved, not guessed. Each line of the list
says until when it counts and by when to earn it, so that the board is left its
time. What is recorded counts as if it were allocated in the best possible way,
and what is dated in the future as if it were done.

With any of the flags that suppose something nothing is written: the plan is
shown as it is and as it would be. --expires also takes a credential that you
do not hold, to see what it would add.`,
		Example: `  cmp plan
  cmp plan --add 2:molecular-biology@2027-03-01
  cmp plan --without 12
  cmp plan --drop SBB
  cmp plan --expires MLS=2027-06-30
  cmp plan --expires BB=2029-10-31
  cmp plan --edition ascp/MLS@2004-01-01`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.plan(ctx, args, f) }),
	})
	flags := cmd.Flags()
	flags.StringArrayVar(&f.add, "add", nil, "suppose a credit: `POINTS[:TOPIC,...][@DATE]`, such as 2:chemistry@2027-03-01; may be repeated")
	flags.StringArrayVar(&f.without, "without", nil, "suppose that the `credit` of this number were not there; may be repeated")
	flags.StringArrayVar(&f.drop, "drop", nil, "suppose that the credential `CODE` is given up; may be repeated")
	flags.StringArrayVar(&f.expires, "expires", nil, "suppose another expiry, or another credential: `CODE=DATE`; may be repeated")
	flags.StringArrayVar(&f.edition, "edition", nil, "suppose another `edition` of the rules, as cmp rules show names it; may be repeated")
	return cmd
}

// A planned is a plan and what it was made from.
type planned struct {
	rules.Plan
	snapshot snapshot
	accounts []rules.Account
	// standings are judged today, account by account.
	standings []rules.Standing
}

func (a *app) plan(ctx context.Context, codes []string, f suppositions) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	credentials, err := a.heldAll(s, codes)
	if err != nil {
		return err
	}
	accounts, err := a.current(s, credentials)
	if err != nil {
		return err
	}
	now := a.planFor(s, accounts)
	if !f.any() {
		return a.printPlan(now, nil)
	}
	then, err := a.suppose(now, f)
	if err != nil {
		return err
	}
	return a.printPlan(now, then)
}

func (a *app) planFor(s snapshot, accounts []rules.Account) planned {
	p := planned{Plan: rules.NewPlan(accounts, a.today), snapshot: s, accounts: accounts}
	for _, account := range accounts {
		p.standings = append(p.standings, rules.Evaluate(account, a.today))
	}
	return p
}

func (a *app) printPlan(now planned, then *supposed) error {
	switch {
	case a.settings.Format == render.JSON:
		return a.planJSON(now, then)
	case a.settings.Format != render.Table:
		if then != nil {
			now = then.planned
		}
		return a.planRecords(now)
	case len(now.accounts) == 0 && (then == nil || len(then.accounts) == 0):
		a.say("No credentials yet (%s): cmp credential add MLS --expires DATE", a.settings.DB)
		return nil
	case then != nil:
		return a.printSupposed(now, *then)
	}
	return a.printPlanned(now)
}

// name returns the code of the credential of an account.
func (p planned) name(account int) string {
	return p.snapshot.shortName(p.accounts[account].Credential)
}

// inTime returns the day by which an account's points are to be earned, so
// that the board is left its time; none when there is no such day.
func (p planned) inTime(account int) ledger.Date {
	t := p.standings[account]
	if t.DeclareBy >= t.Today {
		return t.DeclareBy
	}
	return p.Needs[account].Last
}

// earnBy returns the day by which a line is to be earned for all that it
// serves, or none.
func (p planned) earnBy(l rules.PlanLine) ledger.Date {
	by := l.Last
	for _, service := range l.Serves {
		if day := p.inTime(service.Account); day != 0 && (by == 0 || day < by) {
			by = day
		}
	}
	return max(by, l.First) // declare-by of one cycle may be before another one begins
}

// dueBy returns the points that the lines to be earned by a day have, and the
// first day on which any of them can be.
func (p planned) dueBy(day ledger.Date) (sum ledger.Points, first ledger.Date) {
	first = day
	for _, l := range p.Lines {
		if by := p.earnBy(l); by != 0 && by <= day {
			sum += l.Points
			first = min(first, l.First)
		}
	}
	return sum, first
}

// perMonth returns how many points a month make so many in the given days,
// rounded up to the tenth. A month has 30.4375 days; what is less than one is
// all of it.
func perMonth(p ledger.Points, days int) ledger.Points {
	if days < 31 {
		return p
	}
	const tenth = 10
	pace := (int64(p)*36525 + int64(days)*1200 - 1) / (int64(days) * 1200)
	return ledger.Points((pace + tenth - 1) / tenth * tenth)
}
