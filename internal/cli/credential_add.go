package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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
	var cmd *cobra.Command
	cmd = a.writing(&cobra.Command{
		Use:   "add CODE --expires DATE",
		Short: "Record a credential and its running cycle",
		Long: `Record a credential and the cycle that it is in. The rules that hold for it are
those of the cycle's last day. A credential that was granted before maintaining
it became mandatory may be added with --voluntary and without --expires.

On a terminal, without a code, it asks field by field for what no flag says,
shows the cycle and the command that says the same, and writes nothing before
that is confirmed. Ctrl-C leaves everything as it was, with exit code 1.`,
		Example: `  cmp credential add MLS --expires 2027-03-31
  cmp credential add amt/MT --expires 2028-12-31 --number 1234567
  cmp credential add SBB --voluntary`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && a.env.canAsk() {
				return nil
			}
			return oneArgument("the code of a credential, such as MLS")(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			if len(args) == 0 {
				code, err := a.askCredential(ctx, cmd, &f)
				if err != nil {
					return err
				}
				args = []string{code}
			}
			return a.credentialAdd(ctx, args[0], f)
		}),
	})
	f.add(cmd.Flags())
	return cmd
}

// firstCycle returns the credential that was named, with its first cycle,
// and the rules of that.
func (a *app) firstCycle(text string, f credentialFlags) (ledger.Credential, *rules.Edition, error) {
	names, err := a.book.Resolve(text)
	if err != nil {
		return ledger.Credential{}, nil, err
	}
	if len(names) > 1 {
		return ledger.Credential{}, nil, ambiguous(text, names)
	}
	c := ledger.Credential{
		CredentialName: names[0], Number: f.number,
		Certified: f.certified.Date(a.today), Voluntary: f.voluntary,
	}
	edition, cycle, err := a.newCycle(c, f)
	c.Cycles = []ledger.Cycle{cycle}
	return c, edition, err
}

func (a *app) credentialAdd(ctx context.Context, text string, f credentialFlags) error {
	c, edition, err := a.firstCycle(text, f)
	if err != nil {
		return err
	}
	var s snapshot
	err = a.update(ctx, func(tx *store.Tx) (string, error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if err := a.isNew(s, c); err != nil {
			return "", err
		}
		return "credential " + c.CredentialName.Designation() + " added", tx.AddCredential(ctx, &c)
	})
	if err != nil {
		return err
	}
	s.Credentials = append(s.Credentials, c)
	s.Snapshot = a.judgeOn(a.today).Judged(s.Snapshot)
	if a.settings.Format == answer.JSON {
		return a.writeCredentials(s, c)
	}
	return a.saidAdded(s, edition, c)
}

// isNew refuses a credential that the ledger has.
func (a *app) isNew(s snapshot, c ledger.Credential) error {
	for _, other := range s.Credentials {
		if other.CredentialName == c.CredentialName {
			name := typed([]ledger.CredentialName{c.CredentialName})
			return refused("%s: is in the ledger already", a.designation(c)).
				try("cmp credential edit %s changes it, cmp renew %s begins its next cycle", name, name)
		}
	}
	return nil
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

// cycleSentence says what the cycle of a credential is and demands.
func cycleSentence(s rules.Standing) string {
	total := words.Points(s.Edition.Total.Points)
	line := fmt.Sprintf("%s: cycle %s to %s, %s", s.Designation(), s.Cycle.First, s.Cycle.Last, total)
	if s.Cycle.Last == 0 {
		line = fmt.Sprintf("%s: voluntary, no cycle yet; %s of the last %s", s.Designation(), total, months(s.Edition.Programme.LastYears.Months))
	}
	if s.DeclareBy != 0 {
		line += fmt.Sprintf(", declare by %s", s.DeclareBy)
	}
	return line + "."
}

func (a *app) saidAdded(s snapshot, e *rules.Edition, c ledger.Credential) error {
	account, err := a.account(s, c, c.Current())
	if err != nil {
		return err
	}
	standing := rules.Evaluate(account, a.today)
	a.tell("Added %s", cycleSentence(standing))
	if standing.Edition.Confidence() == rules.Assumed {
		a.say("Some of its figures are assumed: cmp rules show %s", s.shortName(c))
	}
	if own := ownFigures(standing.Edition); own != "" {
		a.say("%s. cmp rules show %s", own, s.shortName(c))
	}
	if standing.State == rules.Expired {
		a.say("It expired %s.", standing.Cycle.Last)
	}
	switch {
	case standing.Closable > 0:
		a.tell("Recorded credits can close %s of it: cmp allocate --auto --credential %s", standing.Closable, s.shortName(c))
	case len(s.Credits) == 0:
		a.tell("Next: cmp import FILE, or cmp add TITLE --points P --topic TOPIC")
	}
	return nil
}

// askCredential asks for what a credential needs and the flags do not say yet,
// fills in the flags, and returns its code.
func (a *app) askCredential(ctx context.Context, cmd *cobra.Command, f *credentialFlags) (code string, err error) {
	s, err := a.foresee(ctx)
	if err != nil {
		return "", err
	}
	d := &dialog{app: a, cmd: cmd}
	given := *f
	d.forget = func() { *f = given }
	d.check = func() error {
		_, _, err := a.firstCycle(d.argument(), *f)
		return err
	}
	d.show = func() error { return d.showCredential(s, d.argument(), *f) }
	d.fields = []question{
		{label: "Credential", hint: "its code, such as MLS", complete: d.completer("", a.complete(a.knownCodes)), check: func() error {
			return a.canBeAdded(s, cmd, d.argument())
		}},
		{label: "Expires", hint: "2027-03-31, or voluntary", complete: d.completer("", fixed("voluntary")), words: expiryWords, check: func() error {
			if f.expires.IsZero() && !f.voluntary {
				return usage("the day it expires is missing").try("answer with a day such as 2027-03-31, or voluntary")
			}
			return d.check()
		}},
		{label: "Start", spare: true},
		{label: "Certified", spare: true},
		{label: "Number", spare: true},
	}
	return d.talk()
}

// canBeAdded refuses a code that the rules do not know, and one of a credential
// that the holder has.
func (a *app) canBeAdded(s snapshot, cmd *cobra.Command, code string) error {
	if code == "" {
		return oneArgument("the code of a credential, such as MLS")(cmd, nil)
	}
	names, err := a.book.Resolve(code)
	switch {
	case err != nil:
		return err
	case len(names) > 1:
		return ambiguous(code, names)
	}
	return a.isNew(s, ledger.Credential{CredentialName: names[0]})
}

// expiryWords returns the words for the last day of a cycle, or for none.
func expiryWords(answer string) []string {
	if strings.EqualFold(answer, "voluntary") {
		return []string{"--voluntary"}
	}
	return []string{"--expires", answer}
}

// showCredential shows the credential that will be written.
func (d *dialog) showCredential(s snapshot, code string, f credentialFlags) error {
	c, _, err := d.app.firstCycle(code, f)
	if err != nil {
		return err
	}
	account, err := d.app.account(s, c, c.Current())
	if err != nil {
		return err
	}
	standing := rules.Evaluate(account, d.app.today)
	fmt.Fprintln(d.lines)
	d.screen().Sentence(cycleSentence(standing))
	fields := []answer.Field{{Name: "number", Text: c.Number}}
	if c.Certified != 0 {
		fields = append(fields, answer.Field{Name: "certified", Text: c.Certified.String()})
	}
	d.screen().Fields(fields)
	if standing.State == rules.Expired {
		d.say("It expired " + standing.Cycle.Last.String() + ".")
	}
	return nil
}
