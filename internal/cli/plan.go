package cli

import (
	"context"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
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
  cmp plan --expires BB=2029-10-31
  cmp plan --edition ascp/MLS@2004-01-01`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.plan(ctx, args, f, inTime) }),
	})
	flags := cmd.Flags()
	flags.BoolVar(&inTime, "in-time", false, "count only what is done by the day to declare by")
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
	// alone says that only what is in time counts, and punctual how many points
	// it takes to be in time.
	alone    bool
	punctual ledger.Points
	supposed bool // it is not so
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
	if err := a.printPlan(now, then); err != nil || lacking == nil {
		return err
	}
	return lacking
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
	switch {
	case err != nil:
		return p, nil, err
	case lacking != nil && accounts == nil:
		return p, nil, lacking
	}
	return a.planFor(s, accounts, inTime), lacking, nil
}

func (a *app) planFor(s snapshot, accounts []rules.Account, inTime bool) planned {
	p := planned{Plan: rules.NewPlan(accounts, a.today, inTime), snapshot: s, accounts: accounts, alone: inTime}
	p.punctual, _ = rules.Fewest(accounts, a.today, true)
	for _, account := range accounts {
		p.standings = append(p.standings, rules.Evaluate(account, a.today))
	}
	return p
}

func (a *app) printPlan(now planned, then *supposed) error {
	switch {
	case a.settings.Format == answer.JSON:
		return a.planJSON(now, then)
	case a.settings.Format != answer.Table:
		if then != nil {
			now = then.planned
		}
		return a.planRecords(now)
	case len(now.accounts) == 0 && then == nil:
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
// that the board is left its time.
func (p planned) inTime(account int) ledger.Date {
	t := p.standings[account]
	if t.DeclareBy >= t.Today {
		return min(t.DeclareBy, p.Needs[account].Last)
	}
	return p.Needs[account].Last
}

// earnBy returns the day by which a line is to be earned for all that it
// serves.
func (p planned) earnBy(l rules.PlanLine) ledger.Date {
	by := l.Last
	for _, service := range l.Serves {
		by = min(by, p.inTime(service.Account))
	}
	if by < l.First {
		return l.Last // one cycle is to be declared before another one begins
	}
	return by
}

// dueBy returns the points that the lines to be earned by a day have, and the
// first day on which any of them can be.
func (p planned) dueBy(day ledger.Date) (sum ledger.Points, first ledger.Date) {
	first = day
	for _, l := range p.Lines {
		if p.earnBy(l) <= day {
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
