package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

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
