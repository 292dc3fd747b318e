package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/answer"
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

func (a *app) credentialEdit(ctx context.Context, text string, f credentialFlags, changed func(string) bool) error {
	var s snapshot
	var c ledger.Credential
	var trimmed []string
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if c, err = a.held(s, text); err != nil {
			return "", err
		}
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
			trimmed, err = a.editCycle(ctx, tx, s, &c, f)
		}
		return "credential " + c.CredentialName.Designation() + " changed", err
	})
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		i := slices.IndexFunc(s.Credentials, func(x ledger.Credential) bool { return x.ID == c.ID })
		s.Credentials[i] = c
		s.Snapshot = a.judgeOn(a.today).Judged(s.Snapshot)
		return a.writeCredentials(s, c)
	}
	cycle := "no cycle yet"
	if y := c.Current(); y.Last != 0 {
		cycle = fmt.Sprintf("cycle %s to %s", y.First, y.Last)
	}
	a.tell("Changed %s: %s.", a.designation(c), cycle)
	for _, t := range trimmed {
		a.say("%s", t)
	}
	return nil
}

// editCycle changes the days of the running cycle and takes back allocations
// that its rules no longer know. It returns a sentence for each.
func (a *app) editCycle(ctx context.Context, tx *store.Tx, s snapshot, c *ledger.Credential, f credentialFlags) ([]string, error) {
	cycle := c.Current()
	if cycle.Declared != 0 {
		return nil, refused("%s: its cycle was declared on %s and stays as it is", a.designation(*c), cycle.Declared).
			try("cmp renew %s begins the next one", s.shortName(*c))
	}
	last := f.expires
	if last.IsZero() {
		last = ledger.On(cycle.Last)
		f.expires = last
	}
	if f.start.IsZero() && cycle.First != 0 && !a.usualStart(*c) {
		f.start = ledger.On(cycle.First)
	}
	_, renewed, err := a.newCycle(*c, f)
	if err != nil {
		return nil, err
	}
	if n := len(c.Cycles); n > 1 && renewed.First <= c.Cycles[n-2].Last {
		return nil, usage("--start %s: the cycle before lasts until %s", renewed.First, c.Cycles[n-2].Last)
	}
	before, err := a.account(s, *c, cycle)
	if err != nil {
		return nil, err
	}
	cycle.First, cycle.Last = renewed.First, renewed.Last
	c.Cycles[len(c.Cycles)-1] = cycle
	if err := tx.UpdateCycle(ctx, cycle); err != nil {
		return nil, err
	}
	account, err := a.account(s, *c, cycle)
	if err != nil {
		return nil, err
	}
	said, err := a.trimCycle(ctx, tx, s, account)
	was, is := rules.Evaluate(before, a.today).Counted, rules.Evaluate(account, a.today).Counted
	if was != is && !a.auto() {
		said = append(said, fmt.Sprintf("%s: %s %s in these days, %s before: cmp status %s",
			a.designation(*c), words.Points(is), words.Agree(is, "counts", "count"), was, s.shortName(*c)))
	}
	return said, err
}

// usualStart reports whether the running cycle begins where it does when
// nobody chooses a day: neither chosen nor behind a cycle before.
func (a *app) usualStart(c ledger.Credential) bool {
	p, err := a.book.Programme(c.Body)
	return err == nil && len(c.Cycles) == 1 && c.Current().First == rules.FirstDay(p, c.Current().Last)
}

// trimCycle takes back what a cycle's rules make impossible of its
// allocations, and returns a sentence for each.
func (a *app) trimCycle(ctx context.Context, tx *store.Tx, s snapshot, account rules.Account) ([]string, error) {
	var kept []ledger.Allocation
	var said []string
	for _, credit := range s.Credits {
		before := slices.DeleteFunc(s.AllocationsOf(credit.ID), func(x ledger.Allocation) bool { return x.Cycle != account.Cycle.ID })
		if len(before) == 0 {
			continue
		}
		after := rules.Trim(account, credit.ID)
		kept = append(kept, after...)
		said = append(said, trimmings(a.designation(account.Credential), credit.ID, a.notPlaced(before), after)...)
	}
	return said, tx.ReplaceAllocations(ctx, account.Cycle.ID, kept)
}

// notPlaced returns allocations without those that are placed anew anyway.
func (a *app) notPlaced(all []ledger.Allocation) []ledger.Allocation {
	return slices.DeleteFunc(slices.Clone(all), func(x ledger.Allocation) bool { return a.auto() && x.By == ledger.ByAuto })
}

// trimmings says what became less of a credit's allocations.
func trimmings(designation string, credit int64, before, after []ledger.Allocation) []string {
	var said []string
	for _, b := range before {
		left := ledger.Points(0)
		for _, x := range after {
			if x.Requirement == b.Requirement && x.By == b.By {
				left = x.Points
			}
		}
		switch {
		case left == b.Points:
		case left == 0:
			said = append(said, fmt.Sprintf("%s: %s of credit %d no longer %s for %s; that allocation was taken back",
				designation, words.Points(b.Points), credit, words.Agree(b.Points, "counts", "count"), b.Requirement))
		default:
			said = append(said, fmt.Sprintf("%s: credit %d now gives %s to %s instead of %s",
				designation, credit, left, b.Requirement, b.Points))
		}
	}
	return said
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
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	c, err := a.held(s, text)
	if err != nil {
		return err
	}
	loss := s.lossOf(c)
	if loss != "" {
		if err := a.confirm(yes, fmt.Sprintf("%s: removing it also removes %s", a.designation(c), loss)); err != nil {
			return err
		}
	}
	err = a.change(ctx, func(tx *store.Tx) (string, error) {
		now, err := read(ctx, tx)
		if err != nil {
			return "", err
		}
		if again, err := a.held(now, text); err != nil || again.UID != c.UID || now.lossOf(again) != loss {
			return "", errMeanwhile(text)
		}
		return "credential " + c.CredentialName.Designation() + " removed", tx.RemoveCredential(ctx, c.ID)
	})
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return a.writeCredentials(s, c)
	}
	a.tell("Removed %s.", a.designation(c))
	return nil
}

// lossOf says what goes with a credential beside its name and dates, or
// nothing.
func (s snapshot) lossOf(c ledger.Credential) string {
	var declared, allocations int
	for _, y := range c.Cycles {
		if y.Declared != 0 {
			declared++
		}
		for _, x := range s.Allocations {
			if x.Cycle == y.ID {
				allocations++
			}
		}
	}
	var parts []string
	if declared > 0 {
		parts = append(parts, words.Count(declared, "declaration"))
	}
	if allocations > 0 {
		parts = append(parts, words.Count(allocations, "allocation"))
	}
	return words.List("and", parts)
}
