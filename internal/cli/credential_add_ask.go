package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

// askCredential asks for what a credential needs and the flags do not say yet,
// fills in the flags, and returns its code.
func (a *app) askCredential(ctx context.Context, cmd *cobra.Command, f *credentialFlags) (code string, err error) {
	var s snapshot
	err = a.preview(ctx, func(tx *store.Tx) (err error) {
		s, err = a.judged(ctx, tx)
		return err
	})
	if err != nil {
		return "", err
	}
	listings, err := a.book.Credentials()
	if err != nil {
		return "", err
	}
	err = a.dialog(cmd, func(d *dialog) error {
		if err := d.ask(d.code(s, &code, listings)); err != nil {
			return err
		}
		if err := d.ask(unsaid(cmd.Flags(), d.expires(code, f))...); err != nil {
			return err
		}
		if err := d.more(unsaid(cmd.Flags(), d.start(code, f), d.flag("Certified", nil), d.flag("Number", nil))...); err != nil {
			return err
		}
		d.words = flagsBehind(code, d.words)
		return d.showCredential(s, code, *f)
	})
	return code, err
}

// code asks which credential it is, one that the rules know and that the
// holder does not have yet.
func (d *dialog) code(s snapshot, code *string, listings []rules.Listing) question {
	return question{label: "Credential", hint: "its code, such as MLS", complete: prompt.Whole(codes(listings)), take: func(answer string) ([]string, error) {
		if answer == "" {
			return nil, oneArgument("the code of a credential, such as MLS")(d.cmd, nil)
		}
		names, err := d.app.book.Resolve(answer)
		switch {
		case err != nil:
			return nil, err
		case len(names) > 1:
			return nil, ambiguous(answer, names)
		}
		*code = answer
		return nil, d.app.isNew(s, ledger.Credential{CredentialName: names[0]})
	}}
}

// codes returns the codes of credentials with what they stand for, and with
// their bodies where a code is not unique.
func codes(listings []rules.Listing) []prompt.Candidate {
	all := make([]prompt.Candidate, len(listings))
	for i, name := range listedNames(listings) {
		all[i] = prompt.Candidate{Text: name, Name: listings[i].Title}
	}
	return all
}

// expires asks for the last day of the cycle, or whether there is none.
func (d *dialog) expires(code string, f *credentialFlags) question {
	q := question{label: "Expires", flag: "expires", hint: "2027-03-31"}
	if _, _, err := d.app.firstCycle(code, credentialFlags{voluntary: true}); err == nil {
		q.hint += ", or voluntary"
		q.complete = prompt.Whole(candidates([]string{"voluntary"}))
	}
	voluntary := f.voluntary
	q.take = func(answer string) (words []string, err error) {
		f.expires, f.voluntary = ledger.Day{}, voluntary // an earlier answer may have set them
		switch {
		case strings.EqualFold(answer, "voluntary"):
			f.voluntary = true
			words = []string{"--voluntary"}
		case answer != "":
			words, err = d.set("expires", answer)
		case !voluntary:
			return nil, usage("the day it expires is missing").try("answer with a day such as %s", q.hint)
		}
		if err == nil {
			_, _, err = d.app.firstCycle(code, *f)
		}
		return words, err
	}
	return q
}

// start asks for the first day of the cycle.
func (d *dialog) start(code string, f *credentialFlags) question {
	q := d.flag("Start", nil)
	set := q.take
	q.take = func(answer string) ([]string, error) {
		words, err := set(answer)
		if err != nil {
			return nil, err
		}
		if _, _, err := d.app.firstCycle(code, *f); err != nil {
			f.start = ledger.Day{}
			return nil, err
		}
		return words, nil
	}
	return q
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
	fields := []render.Field{{Name: "number", Text: c.Number}}
	if c.Certified != 0 {
		fields = append(fields, render.Field{Name: "certified", Text: c.Certified.String()})
	}
	d.screen().Fields(fields)
	if standing.State == rules.Expired {
		d.say("It expired " + standing.Cycle.Last.String() + ".")
	}
	return nil
}
