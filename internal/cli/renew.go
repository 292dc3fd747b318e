package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newRenew() *cobra.Command {
	var expires, start ledger.Day
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "renew CODE...",
		Short: "Begin the next cycle of a declared credential",
		Long: `Begin the next cycle of a credential when the board has renewed it. The new
cycle begins the day after the old one ended. It is as long as the rules say,
unless --expires says otherwise. The old cycle is kept with its allocations and
its declaration.

Several credentials are renewed together: all of them or none.

If you did not declare the cycle, cmp refuses without --yes. If the board renews
only from a later day on, cmp says so.`,
		Example: `  cmp renew MLS
  cmp renew MLS --expires 2030-03-31`,
		Args: someArguments("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.renew(ctx, args, expires.Date(a.today), start.Date(a.today), yes)
		}),
	})
	f := cmd.Flags()
	f.TextVar(&expires, "expires", ledger.Day{}, "last `day` of the new cycle (default: one cycle length after the old one)")
	f.TextVar(&start, "start", ledger.Day{}, "first `day` of the new cycle (default: the day after the old last day)")
	f.BoolVar(&yes, "yes", false, "renew although it was not declared")
	return cmd
}

// renew begins the next cycle of each credential, or of none.
func (a *app) renew(ctx context.Context, codes []string, expires, start ledger.Date, yes bool) error {
	s, renewed, err := a.changeCredentials(ctx, codes, func(tx *store.Tx, s snapshot, all []ledger.Credential) (string, error) {
		undeclared, err := a.renewable(s, all)
		next := make([]ledger.Cycle, len(all))
		var did []string
		for i := 0; err == nil && i < len(all); i++ {
			next[i], err = a.nextCycle(s, all[i], expires, start)
			did = append(did, fmt.Sprintf("%s renewed: cycle %s to %s", all[i].CredentialName.Designation(), next[i].First, next[i].Last))
		}
		if err == nil && undeclared != nil {
			err = a.confirm(yes, strings.Join(undeclared, "; "))
		}
		for i := 0; err == nil && i < len(all); i++ {
			err = actions.Renew(ctx, tx, all[i], next[i])
		}
		return strings.Join(did, "; "), err
	})
	if err != nil {
		return err
	}
	for _, c := range renewed {
		if err := a.tellRenewed(s, c); err != nil {
			return err
		}
	}
	return a.replyCredentials(s, renewed...)
}

func (a *app) tellRenewed(s snapshot, c ledger.Credential) error {
	t, err := a.standing(s, c)
	if err != nil {
		return err
	}
	a.tell("%s %s", a.did("Renewed", "renew"), cycleSentence(t))
	if !t.Begun() && !t.Moving() {
		a.tell("The new cycle begins on %s. Credits of earlier days do not count for it.", t.Cycle.First)
	}
	if from := t.Edition.Programme.RenewsFrom.In(c.Before().Last); a.today < from {
		a.say("%s: the board renews it on %s at the earliest.%s", t.Designation(), from,
			a.whenDone("If it has not confirmed yet: %s", ledger.Command{"undo"}))
	}
	a.sayOddDays(s, t)
	return nil
}

// renewable refuses what is no running cycle, and says which were not declared and could be.
func (a *app) renewable(s snapshot, credentials []ledger.Credential) (undeclared []string, err error) {
	for _, c := range credentials {
		old, name, code := c.Current(), a.designation(c), s.ShortName(c)
		switch {
		case old.Declared != 0:
			continue
		case old.Last == 0:
			return nil, refused("%s: has no cycle to renew", name).try("%s first", ledger.Command{"declare", code})
		case a.today < old.First:
			return nil, refused("%s: its next cycle is recorded already and begins on %s", name, old.First).
				try("%s changes its days", ledger.Command{"credential", "edit", code})
		}
		if t, err := a.standing(s, c); err == nil && t.Lost() {
			continue
		}
		runs := ""
		if left := int(old.Last - a.today); left >= 0 {
			runs = fmt.Sprintf(" (%s left)", words.Count(left, "day"))
		}
		undeclared = append(undeclared, a.text("%s: you did not declare its cycle to %s%s; once renewed, you cannot (%s)",
			name, old.Last, runs, ledger.Command{"declare", code}))
	}
	return undeclared, nil
}

// nextCycle refuses one that overlaps the old one, ends before it begins, or has no rules.
func (a *app) nextCycle(s snapshot, c ledger.Credential, expires, start ledger.Date) (ledger.Cycle, error) {
	old := c.Current()
	account, err := a.account(s, c, old)
	if err != nil {
		return ledger.Cycle{}, err
	}
	next := rules.NextCycle(account.Edition.Programme, old)
	next.First, next.Last, next.Stated = cmp.Or(start, next.First), cmp.Or(expires, next.Last), start != 0
	switch {
	case next.First <= old.Last:
		return next, usage("--start %s: the cycle before lasts until %s", next.First, old.Last)
	case next.Last < next.First:
		return next, usage("--expires %s: the cycle begins only on %s", next.Last, next.First)
	}
	if _, err := a.book.Edition(c.CredentialName, next.Last); err != nil {
		return next, usage("--expires %s: %w", next.Last, err)
	}
	return next, a.inReach(account.Edition.Programme, next)
}
