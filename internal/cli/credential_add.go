package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
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
	flags.BoolVar(&f.voluntary, "voluntary", false, "taking part in the programme is voluntary")
}

func (a *app) newCredentialAdd() *cobra.Command {
	var f credentialFlags
	cmd := a.writing(&cobra.Command{
		Use:               "add CODE --expires DATE",
		ValidArgsFunction: a.complete(a.knownCodes).shell,
		Short:             "Record a credential and its running cycle",
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

// firstCycle returns the credential that was named, with its first cycle.
func (a *app) firstCycle(text string, f credentialFlags) (c ledger.Credential, err error) {
	names, err := a.book.Resolve(text)
	switch {
	case err != nil:
		return c, err
	case len(names) > 1:
		return c, actions.Ambiguous(text, names)
	}
	c = ledger.Credential{CredentialName: names[0], Number: f.number, Certified: f.certified.Date(a.today), Voluntary: f.voluntary}
	cycle, err := a.newCycle(c, f.expires.Date(a.today), f.start.Date(a.today))
	c.Cycles = []ledger.Cycle{cycle}
	return c, err
}

// newCycle makes a cycle of a credential from the days that were given; of a
// voluntary credential that never began one it is none.
func (a *app) newCycle(c ledger.Credential, last, start ledger.Date) (ledger.Cycle, error) {
	edition, err := a.book.Edition(c.CredentialName, cmp.Or(last, a.today))
	switch {
	case err != nil && last != 0:
		return ledger.Cycle{}, usage("--expires %s: %w", last, err)
	case err != nil:
		return ledger.Cycle{}, err
	case last == 0 && start != 0:
		return ledger.Cycle{}, usage("--start %s: needs --expires DATE too", start)
	case last == 0 && !c.Voluntary:
		return ledger.Cycle{}, usage("%s: the day it expires is missing", a.designation(c)).
			try("%s", ledger.Command{"credential", "add", c.Code, "--expires", "DATE"})
	case last == 0 && edition.Programme.LastYears == nil:
		return ledger.Cycle{}, usage("%s: its programme has no voluntary start without a cycle", a.designation(c)).try("give --expires DATE")
	case last == 0:
		return ledger.Cycle{}, nil
	}
	cycle := ledger.Cycle{First: cmp.Or(start, rules.FirstDay(edition.Programme, last)), Last: last}
	if cycle.First > cycle.Last {
		return cycle, usage("--start %s: after the expiry %s", cycle.First, cycle.Last)
	}
	return cycle, nil
}

func (a *app) credentialAdd(ctx context.Context, text string, f credentialFlags) error {
	c, err := a.firstCycle(text, f)
	if err != nil {
		return err
	}
	var s snapshot
	err = a.update(ctx, func(tx *store.Tx) (string, error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if slices.ContainsFunc(s.Credentials, func(x ledger.Credential) bool { return x.CredentialName == c.CredentialName }) {
			return "", refused("%s: is in the ledger already", a.designation(c)).try("%s changes it, %s begins its next cycle",
				ledger.Command{"credential", "edit", c.Code}, ledger.Command{"renew", c.Code})
		}
		if err := tx.AddCredential(ctx, &c); err != nil {
			return "", err
		}
		s, c, err = a.readAgain(ctx, tx, c)
		return "credential " + c.CredentialName.Designation() + " added", err
	})
	if err != nil {
		return err
	}
	t, err := a.standing(s, c)
	if err != nil {
		return err
	}
	a.tell("Added %s", cycleSentence(t))
	if a.settings.Format != answer.JSON { // which has it
		a.sayOfNew(s, t)
	}
	return a.replyCredential(s, c)
}

// sayOfNew says what is special about a credential that was added, and what to
// do next.
func (a *app) sayOfNew(s snapshot, t rules.Standing) {
	code := s.shortName(t.Credential)
	show := ledger.Command{"rules", "show", code}
	if t.Edition.Confidence() == rules.Assumed {
		a.say("Some of its figures are assumed: %s", show)
	}
	if own := ownFigures(t.Edition); own != "" {
		a.say("%s. %s", own, show)
	}
	if t.State == rules.Expired {
		a.say("It expired %s.", t.Cycle.Last)
	}
	switch {
	case t.Closable > 0:
		a.tell("Recorded credits can close %s of it: %s", t.Closable, ledger.Command{"allocate", "--auto", "--credential", code})
	case len(s.Credits) == 0:
		a.tell("Next: %s, or %s", ledger.Command{"import", "FILE"}, ledger.Command{"add", "TITLE", "--points", "P", "--topic", "TOPIC"})
	}
}

// cycleSentence says what the cycle of a credential is and demands.
func cycleSentence(s rules.Standing) string {
	total := words.Points(s.Edition.Total.Points)
	line := fmt.Sprintf("%s: cycle %s to %s, %s", s.Designation(), s.Cycle.First, s.Cycle.Last, total)
	if s.Cycle.Last == 0 {
		line = fmt.Sprintf("%s: voluntary, no cycle yet; %s of the last %s", s.Designation(), total, words.Months(s.Edition.Programme.LastYears.Months))
	}
	if s.DeclareBy != 0 {
		line += fmt.Sprintf(", declare by %s", s.DeclareBy)
	}
	return line + "."
}
