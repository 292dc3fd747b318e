package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newCredentialEdit() *cobra.Command {
	var f credentialFlags
	var cmd *cobra.Command
	cmd = a.writing(&cobra.Command{
		Use:   "edit CODE",
		Short: "Correct a credential or its running cycle",
		Long: `Correct what is recorded of a credential. --expires and --start change the
running cycle; a declared cycle stays as it was declared.`,
		Example: `  cmp credential edit MLS --expires 2027-06-30
  cmp credential edit MLS --number 1234567`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneArgument("the code of a credential, such as MLS")(cmd, args); err != nil {
				return err
			}
			return somethingToChange(cmd)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.credentialEdit(ctx, args[0], f, cmd.Flags().Changed)
		}),
	})
	f.add(cmd.Flags())
	return cmd
}

// somethingToChange refuses an edit without any flag of its own.
func somethingToChange(cmd *cobra.Command) error {
	changed := false
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { changed = changed || f.Changed })
	if !changed {
		return usage("%s: nothing to change", named(cmd)).try("%s --help lists what can be changed", cmd.CommandPath())
	}
	return nil
}

// changeCredential changes a credential of the holder in one transaction, and
// returns it and the ledger as they are then.
func (a *app) changeCredential(
	ctx context.Context, text string, change func(*store.Tx, snapshot, ledger.Credential) (summary string, err error),
) (s snapshot, c ledger.Credential, err error) {
	err = a.change(ctx, func(tx *store.Tx) (summary string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if c, err = a.held(s, text); err != nil {
			return "", err
		}
		if summary, err = change(tx, s, c); err == nil {
			s, c, err = a.readAgain(ctx, tx, c)
		}
		return summary, err
	})
	return s, c, err
}

// readAgain reads the ledger after a credential was changed, and returns it with
// that one.
func (a *app) readAgain(ctx context.Context, tx *store.Tx, c ledger.Credential) (snapshot, ledger.Credential, error) {
	s, err := a.judged(ctx, tx)
	if i := slices.IndexFunc(s.Credentials, func(x ledger.Credential) bool { return x.ID == c.ID }); i >= 0 {
		c = s.Credentials[i]
	}
	return s, c, err
}

// standing judges the newest cycle of a credential.
func (a *app) standing(s snapshot, c ledger.Credential) (rules.Standing, error) {
	account, err := a.account(s, c, c.Current())
	if err != nil {
		return rules.Standing{}, err
	}
	return rules.Evaluate(account, a.today), nil
}

func (a *app) credentialEdit(ctx context.Context, text string, f credentialFlags, changed func(string) bool) error {
	var said []string
	s, c, err := a.changeCredential(ctx, text, func(tx *store.Tx, s snapshot, c ledger.Credential) (_ string, err error) {
		if changed("number") {
			c.Number = f.number
		}
		if changed("certified") {
			c.Certified = f.certified.Date(a.today)
		}
		if changed("voluntary") {
			c.Voluntary = f.voluntary
		}
		if !c.Voluntary && c.Current().Last == 0 && !changed("expires") {
			return "", usage("--voluntary=false: %s has no cycle", a.designation(c)).try("give --expires DATE too")
		}
		if err := tx.UpdateCredential(ctx, c); err != nil {
			return "", err
		}
		if changed("expires") || changed("start") {
			said, err = a.editCycle(ctx, tx, s, c, f.expires.Date(a.today), f.start.Date(a.today))
		}
		return "credential " + c.CredentialName.Designation() + " changed", err
	})
	if err != nil {
		return err
	}
	cycle := "no cycle yet"
	if y := c.Current(); y.Last != 0 {
		cycle = fmt.Sprintf("cycle %s to %s", y.First, y.Last)
	}
	a.tell("Changed %s: %s.", a.designation(c), cycle)
	for _, line := range said {
		a.say("%s", line)
	}
	return a.replyCredential(s, c)
}

// editCycle changes the days of the running cycle. It returns a sentence for each
// allocation that its rules no longer know.
func (a *app) editCycle(ctx context.Context, tx *store.Tx, s snapshot, c ledger.Credential, last, start ledger.Date) ([]string, error) {
	cycle, name := c.Current(), a.designation(c)
	if cycle.Declared != 0 {
		return nil, refused("%s: its cycle was declared on %s and stays as it is", name, cycle.Declared).
			try("%s begins the next one", ledger.Command{"renew", s.shortName(c)})
	}
	// A first day that somebody chose stays, and so does one behind a cycle before.
	p, err := a.book.Programme(c.Body)
	usual := err == nil && len(c.Cycles) == 1 && cycle.First == rules.FirstDay(p, cycle.Last)
	if !usual {
		start = cmp.Or(start, cycle.First)
	}
	days, err := a.newCycle(c, cmp.Or(last, cycle.Last), start)
	if err != nil {
		return nil, err
	}
	if n := len(c.Cycles); n > 1 && days.First <= c.Cycles[n-2].Last {
		return nil, usage("--start %s: the cycle before lasts until %s", days.First, c.Cycles[n-2].Last)
	}
	cycle.First, cycle.Last = days.First, days.Last
	trimmed, err := a.judgeOn(a.today).EditCycle(ctx, tx, s.Snapshot, c, cycle)
	if err != nil {
		return nil, err
	}
	var said []string
	for _, t := range trimmed {
		said = append(said, a.saidOfTrimmed(ledger.Credit{ID: t.Before[0].Credit}, []actions.Trimming{t})...)
	}
	return said, nil
}

func (a *app) newCredentialRemove() *cobra.Command {
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "remove CODE",
		Short: "Remove a credential with its cycles, allocations and declarations",
		Long: `Remove a credential from the ledger, with its cycles, allocations and
declarations. The credits stay, and cmp undo brings the rest back. On a terminal
it asks first; elsewhere it needs --yes.`,
		Example: `  cmp credential remove SBB --dry-run
  cmp credential remove SBB --yes`,
		Args: oneArgument("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error { return a.credentialRemove(ctx, args[0], yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) credentialRemove(ctx context.Context, text string, yes bool) error {
	var before snapshot
	_, c, err := a.changeCredential(ctx, text, func(tx *store.Tx, s snapshot, c ledger.Credential) (string, error) {
		before = s
		before.Snapshot = a.judgeOn(a.today).Judged(s.Snapshot)
		var declared, allocations int
		for _, y := range c.Cycles {
			if y.Declared != 0 {
				declared++
			}
		}
		for _, x := range s.Allocations {
			if s.OfCycle(x.Cycle).ID == c.ID {
				allocations++
			}
		}
		var loss []string
		if declared > 0 {
			loss = append(loss, words.Count(declared, "declaration"))
		}
		if allocations > 0 {
			loss = append(loss, words.Count(allocations, "allocation"))
		}
		if loss != nil {
			if err := a.confirm(yes, fmt.Sprintf("%s: removing it also removes %s", a.designation(c), words.List("and", loss))); err != nil {
				return "", err
			}
		}
		return "credential " + c.CredentialName.Designation() + " removed", tx.RemoveCredential(ctx, c.ID)
	})
	if err != nil {
		return err
	}
	a.tell("Removed %s.", a.designation(c))
	return a.replyCredential(before, c)
}
