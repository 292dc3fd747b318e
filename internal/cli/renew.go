package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newRenew() *cobra.Command {
	var expires, start ledger.Day
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "renew CODE",
		Short: "Close a declared cycle and begin the next",
		Long: `Close the cycle of a credential and begin the next one, on the day after the old
last day. It lasts one cycle length unless --expires says otherwise. The old
cycle is kept with its allocations and its declaration.`,
		Example: `  cmp renew MLS
  cmp renew MLS --expires 2030-03-31`,
		Args: oneArgument("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.renew(ctx, args[0], expires.Date(a.today), start.Date(a.today), yes)
		}),
	})
	f := cmd.Flags()
	f.TextVar(&expires, "expires", ledger.Day{}, "last `day` of the new cycle (default: one cycle length after the old one)")
	f.TextVar(&start, "start", ledger.Day{}, "first `day` of the new cycle (default: the day after the old last day)")
	f.BoolVar(&yes, "yes", false, "renew although it was not declared")
	return cmd
}

func (a *app) renew(ctx context.Context, text string, expires, start ledger.Date, yes bool) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	c, err := a.held(s, text)
	if err != nil {
		return err
	}
	old := c.Current()
	if err := a.renewable(s, c, yes); err != nil {
		return err
	}
	next, err := a.nextCycle(s, c, expires, start)
	if err != nil {
		return err
	}
	err = a.change(ctx, func(tx *store.Tx) (string, error) {
		now, err := read(ctx, tx)
		if err != nil {
			return "", err
		}
		if again, err := a.held(now, text); err != nil || again.Current() != old {
			return "", errMeanwhile(text)
		}
		closed := old
		closed.Closed = true
		return fmt.Sprintf("%s renewed: cycle %s to %s", c.CredentialName.Designation(), next.First, next.Last),
			errors.Join(tx.UpdateCycle(ctx, closed), tx.AddCycle(ctx, c.ID, &next))
	})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(s.Credentials, func(x ledger.Credential) bool { return x.ID == c.ID })
	c.Cycles = append(slices.Clone(c.Cycles), next)
	c.Cycles[len(c.Cycles)-2].Closed = true
	s.Credentials[i] = c
	s.Snapshot = a.judgeOn(a.today).Judged(s.Snapshot)
	if a.settings.Format == answer.JSON {
		return a.writeCredentials(s, c)
	}
	return a.saidRenewed(s, c)
}

// renewable refuses to renew what is no running cycle, and asks where it was
// not declared.
func (a *app) renewable(s snapshot, c ledger.Credential, yes bool) error {
	old, name, code := c.Current(), a.designation(c), s.shortName(c)
	switch {
	case old.Declared != 0:
		return nil
	case old.Last == 0:
		return refused("%s: has no cycle to renew", name).try("cmp declare %s first", code)
	case a.today < old.First:
		return refused("%s: its next cycle is recorded already and begins on %s", name, old.First).
			try("cmp credential edit %s changes its days", code)
	}
	return a.confirm(yes, fmt.Sprintf("%s: its cycle to %s was not declared (cmp declare %s) and cannot be declared afterwards", name, old.Last, code))
}

// nextCycle returns the cycle that follows the current one, with the days
// that were given in place of the usual ones.
func (a *app) nextCycle(s snapshot, c ledger.Credential, expires, start ledger.Date) (ledger.Cycle, error) {
	account, err := a.account(s, c, c.Current())
	if err != nil {
		return ledger.Cycle{}, err
	}
	next := rules.NextCycle(account.Edition.Programme, c.Current())
	if expires != 0 {
		next.Last = expires
	}
	if start != 0 {
		next.First = start
	}
	return next, a.checkNext(c, c.Current(), next)
}

// checkNext refuses a next cycle that overlaps the old one, ends before it
// begins, or that no rules are known for.
func (a *app) checkNext(c ledger.Credential, old, next ledger.Cycle) error {
	switch {
	case next.First <= old.Last:
		return usage("--start %s: the cycle before lasts until %s", next.First, old.Last)
	case next.Last < next.First:
		return usage("--expires %s: the cycle begins only on %s", next.Last, next.First)
	}
	if _, err := a.book.Edition(c.CredentialName, next.Last); err != nil {
		return usage("--expires %s: %w", next.Last, err)
	}
	return nil
}

func (a *app) saidRenewed(s snapshot, c ledger.Credential) error {
	account, err := a.account(s, c, c.Current())
	if err != nil {
		return err
	}
	t := rules.Evaluate(account, a.today)
	by := ""
	if t.DeclareBy != 0 {
		by = ", declare by " + t.DeclareBy.String()
	}
	a.tell("Renewed %s: cycle %s to %s, %s%s.", t.Designation(), t.Cycle.First, t.Cycle.Last, words.Points(t.Required), by)
	if !t.Begun() && !t.Moving() {
		a.tell("It begins on %s; credits of earlier days do not count for it.", t.Cycle.First)
	}
	return nil
}
