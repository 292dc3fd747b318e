package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

// credentialFlags are what can be said of a credential.
type credentialFlags struct {
	expires, start, certified ledger.Day
	number                    string
	voluntary                 bool
}

func (f *credentialFlags) add(flags *pflag.FlagSet) {
	flags.TextVar(&f.expires, "expires", ledger.Day{}, "`day` it expires, the last day of the cycle")
	flags.TextVar(&f.start, "start", ledger.Day{}, "first `day` of the cycle (default: one cycle length before the expiry, plus a day)")
	flags.TextVar(&f.certified, "certified", ledger.Day{}, "`day` of first certification")
	flags.StringVar(&f.number, "number", "", "the body's `number` of it")
	flags.BoolVar(&f.voluntary, "voluntary", false, "taking part is voluntary")
}

func (a *app) newCredentialAdd() *cobra.Command {
	var f credentialFlags
	cmd := a.writing(&cobra.Command{
		Use:   "add CODE --expires DATE",
		Short: "Record a credential and its running cycle",
		Long: `Record a credential and the cycle that it is in. The rules that hold for it are
those of the cycle's last day. A credential that was granted before maintaining
it became mandatory may be added with --voluntary and without --expires.`,
		Example: `  cmp credential add MLS --expires 2027-03-31
  cmp credential add amt/MT --expires 2028-12-31 --number 1234567
  cmp credential add SBB --voluntary`,
		Args: oneArgument("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error { return a.credentialAdd(ctx, args[0], f) }),
	})
	f.add(cmd.Flags())
	return cmd
}

func (a *app) credentialAdd(ctx context.Context, text string, f credentialFlags) error {
	names, err := a.book.Resolve(text)
	if err != nil {
		return err
	}
	if len(names) > 1 {
		return ambiguous(text, names)
	}
	c := ledger.Credential{
		CredentialName: names[0], Number: f.number,
		Certified: f.certified.Date(a.today), Voluntary: f.voluntary,
	}
	edition, cycle, err := a.newCycle(c, f)
	if err != nil {
		return err
	}
	c.Cycles = []ledger.Cycle{cycle}
	var s snapshot
	err = a.update(ctx, func(tx *store.Tx) (string, error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		for _, other := range s.credentials {
			if other.CredentialName == c.CredentialName {
				return "", refused("%s: is in the ledger already", a.designation(c)).
					try("cmp credential edit %s changes it, cmp renew %s begins its next cycle", typed(names), typed(names))
			}
		}
		return "credential " + c.CredentialName.Designation() + " added", tx.AddCredential(ctx, &c)
	})
	if err != nil {
		return err
	}
	s.credentials = append(s.credentials, c)
	if a.settings.Format == render.JSON {
		return a.printCredentialsJSON(s, []ledger.Credential{c})
	}
	return a.saidAdded(s, edition, c)
}

// newCycle makes the first cycle of a credential from what was given, and
// finds its rules.
func (a *app) newCycle(c ledger.Credential, f credentialFlags) (*rules.Edition, ledger.Cycle, error) {
	last := f.expires.Date(a.today)
	if last == 0 {
		return a.trialCycle(c, f)
	}
	edition, err := a.book.Edition(c.CredentialName, last)
	if err != nil {
		return nil, ledger.Cycle{}, usage("--expires %s: %w", last, err)
	}
	cycle := ledger.Cycle{First: rules.FirstDay(edition.Programme, last), Last: last}
	if start := f.start.Date(a.today); start != 0 {
		cycle.First = start
	}
	if cycle.First > cycle.Last {
		return nil, cycle, usage("--start %s: after the expiry %s", cycle.First, cycle.Last)
	}
	return edition, cycle, nil
}

// trialCycle is the cycle of a voluntary credential that never began one.
func (a *app) trialCycle(c ledger.Credential, f credentialFlags) (*rules.Edition, ledger.Cycle, error) {
	edition, err := a.book.Edition(c.CredentialName, a.today)
	switch {
	case err != nil:
		return nil, ledger.Cycle{}, err
	case !f.start.IsZero():
		return nil, ledger.Cycle{}, usage("--start %s: needs --expires DATE too", f.start.Date(a.today))
	case !f.voluntary:
		return nil, ledger.Cycle{}, usage("%s: the day it expires is missing", a.designation(c)).
			try("cmp credential add %s --expires DATE", c.Code)
	case edition.Programme.LastYears == nil:
		return nil, ledger.Cycle{}, usage("%s: its programme has no voluntary start without a cycle", a.designation(c)).
			try("give --expires DATE")
	}
	return edition, ledger.Cycle{}, nil
}

func (a *app) saidAdded(s snapshot, e *rules.Edition, c ledger.Credential) error {
	account, err := a.account(s, c, c.Current())
	if err != nil {
		return err
	}
	standing := rules.Evaluate(account, a.today)
	cycle := c.Current()
	line := fmt.Sprintf("Added %s: ", standing.Designation())
	if cycle.Last == 0 {
		line += fmt.Sprintf("voluntary, no cycle yet; %s of the last %s", points(e.Total.Points), months(e.Programme.LastYears.Months))
	} else {
		line += fmt.Sprintf("cycle %s to %s, %s", cycle.First, cycle.Last, points(e.Total.Points))
	}
	if standing.DeclareBy != 0 {
		line += fmt.Sprintf(", declare by %s", standing.DeclareBy)
	}
	fmt.Fprintln(a.env.Out, line+".")
	if standing.Edition.Confidence() == rules.Assumed {
		a.say("Some of its figures are assumed: cmp rules show %s", s.shortName(c))
	}
	if own := ownFigures(standing.Edition); own != "" {
		a.say("%s. cmp rules show %s", own, s.shortName(c))
	}
	if standing.State == rules.Expired {
		a.say("It expired %s.", cycle.Last)
	}
	switch {
	case standing.Closable > 0:
		fmt.Fprintf(a.env.Out, "Recorded credits can close %s of it: cmp allocate --auto --credential %s\n", standing.Closable, s.shortName(c))
	case len(s.credits) == 0:
		fmt.Fprintln(a.env.Out, "Next: cmp import FILE, or cmp add TITLE --points P --topic TOPIC")
	}
	return nil
}
