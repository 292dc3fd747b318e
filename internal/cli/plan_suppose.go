package cli

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// suppositions are what to plan for that is not so, as it was typed.
type suppositions struct {
	add, without, drop, expires, edition []string
}

func (f suppositions) any() bool {
	return len(f.add)+len(f.without)+len(f.drop)+len(f.expires)+len(f.edition) > 0
}

// A supposed is a plan for what is supposed, which words say.
type supposed struct {
	planned
	words []string
}

// suppose plans for what is not so.
func (a *app) suppose(now planned, f suppositions) (*supposed, error) {
	s := now.snapshot
	s.credits, s.credentials = slices.Clone(s.credits), slices.Clone(s.credentials)
	then := &supposed{planned: planned{snapshot: s, accounts: slices.Clone(now.accounts)}}
	for _, step := range []struct {
		texts []string
		take  func(*supposed, string) error
	}{
		{f.drop, a.supposeDropped}, {f.expires, a.supposeExpiry}, {f.edition, a.supposeEdition},
		{f.without, a.supposeWithout}, {f.add, a.supposeCredit},
	} {
		for _, text := range step.texts {
			if err := step.take(then, text); err != nil {
				return nil, err
			}
		}
	}
	for i := range then.accounts {
		then.accounts[i].Credits = then.snapshot.credits
	}
	then.planned = a.planFor(then.snapshot, then.accounts)
	return then, nil
}

func (t *supposed) say(format string, args ...any) {
	t.words = append(t.words, fmt.Sprintf(format, args...))
}

// account returns the place among the accounts of the credential that text
// names, -1 when it is not planned for.
func (t *supposed) account(c ledger.CredentialName) int {
	return slices.IndexFunc(t.accounts, func(account rules.Account) bool { return account.Credential.CredentialName == c })
}

func (a *app) supposeDropped(t *supposed, text string) error {
	c, err := a.held(t.snapshot, text)
	if err != nil {
		return err
	}
	i := t.account(c.CredentialName)
	if i < 0 {
		return usage("--drop %s: is not planned for", text).try("name it among the credentials to plan for, or leave --drop out")
	}
	t.accounts = slices.Delete(t.accounts, i, i+1)
	t.say("%s is given up", a.designation(c))
	return nil
}

// supposeExpiry moves a cycle, or adds a credential that is not held.
func (a *app) supposeExpiry(t *supposed, text string) error {
	code, date, ok := strings.Cut(text, "=")
	if !ok {
		return usage("--expires %q: not a credential and a day such as MLS=2027-06-30", text)
	}
	var day ledger.Day
	if err := day.UnmarshalText([]byte(date)); err != nil {
		return usage("--expires %q: %w", text, err)
	}
	last := day.Date(a.today)
	c, held, err := a.heldOrKnown(t.snapshot, code)
	if err != nil {
		return err
	}
	i := t.account(c.CredentialName)
	if held && i < 0 {
		return usage("--expires %s: %s is not planned for", text, code).try("name it among the credentials to plan for")
	}
	edition, err := a.book.Edition(c.CredentialName, last)
	if err != nil {
		return usage("--expires %s: %w", text, err)
	}
	cycle := ledger.Cycle{First: rules.FirstDay(edition.Programme, last), Last: last}
	if !held {
		c.Cycles = []ledger.Cycle{cycle}
		t.snapshot.credentials = append(t.snapshot.credentials, c)
		t.accounts = append(t.accounts, rules.Account{Edition: edition, Credential: c, Cycle: cycle, Allocations: t.snapshot.allocations})
		t.say("you hold %s too, which expires %s", a.designation(c), last)
		return nil
	}
	account := &t.accounts[i]
	cycle.ID, cycle.UID = account.Cycle.ID, account.Cycle.UID
	if was := account.Cycle; was.Last != 0 && was.First != rules.FirstDay(account.Edition.Programme, was.Last) {
		cycle.First = was.First // it was given by hand
	}
	if cycle.First > cycle.Last {
		return usage("--expires %s: before the cycle begins (%s)", text, cycle.First)
	}
	account.Edition, account.Cycle = edition, cycle
	account.Credential.Cycles = append(slices.Clone(c.Cycles[:len(c.Cycles)-1]), cycle)
	t.say("%s expires %s", a.designation(c), last)
	return nil
}

// heldOrKnown returns the credential of the holder that text names, or one
// that is not in the ledger and whose rules are known.
func (a *app) heldOrKnown(s snapshot, text string) (c ledger.Credential, held bool, err error) {
	if slices.ContainsFunc(s.credentials, func(c ledger.Credential) bool { return c.Matches(text) }) {
		c, err = a.held(s, text)
		return c, true, err
	}
	names, err := a.book.Resolve(text)
	switch {
	case err != nil:
		return c, false, err
	case len(names) > 1:
		return c, false, ambiguous(text, names)
	}
	return ledger.Credential{CredentialName: names[0]}, false, nil
}

func (a *app) supposeEdition(t *supposed, text string) error {
	code, _, ok := strings.Cut(text, "@")
	if !ok {
		return usage("--edition %q: not an edition such as ascp/MLS@2023-01-01", text).try("cmp rules show MLS names the others too")
	}
	c, err := a.held(t.snapshot, code)
	if err != nil {
		return err
	}
	i := t.account(c.CredentialName)
	if i < 0 {
		return usage("--edition %s: %s is not planned for", text, code).try("name it among the credentials to plan for")
	}
	editions, err := a.book.Editions(c.CredentialName)
	if err != nil {
		return err
	}
	var ids []string
	for _, e := range editions {
		if e.ID == c.CredentialName.String()+text[len(code):] {
			t.accounts[i].Edition = e
			t.say("%s is judged by %s", a.designation(c), e.ID)
			return nil
		}
		ids = append(ids, e.ID)
	}
	return usage("--edition %s: there is no such edition", text).try("there %s %s", verb(len(ids), "is", "are"), list("and", ids))
}

func (a *app) supposeWithout(t *supposed, text string) error {
	id, err := parseID(text)
	if err != nil {
		return err
	}
	c, err := t.snapshot.credit(id)
	if err != nil {
		return err
	}
	t.snapshot.credits = slices.DeleteFunc(t.snapshot.credits, func(c ledger.Credit) bool { return c.ID == id })
	t.say("credit %d is not there (%s on %s)", id, points(c.Points), c.Date)
	return nil
}

// supposeCredit adds a credit such as 2:chemistry@2027-03-01.
func (a *app) supposeCredit(t *supposed, text string) error {
	c := ledger.Credit{Date: a.today, Activity: ledger.CourseActivity, Title: "supposed"}
	rest, date, dated := strings.Cut(text, "@")
	amount, topics, _ := strings.Cut(rest, ":")
	known, err := a.book.Topics()
	if err != nil {
		return err
	}
	if c.Points, err = ledger.ParsePoints(amount); err != nil {
		return usage("--add %q: %w", text, err).try("cmp plan --add 2:chemistry@2027-03-01")
	}
	for name := range strings.FieldsFuncSeq(topics, func(r rune) bool { return r == ',' }) {
		topic, err := known.ParseCreditTopic(name)
		if err != nil {
			return usage("--add %q: %q: %w", text, name, err)
		}
		c.Topics = append(c.Topics, topic)
	}
	if dated {
		var day ledger.Day
		if err := day.UnmarshalText([]byte(date)); err != nil {
			return usage("--add %q: %w", text, err)
		}
		c.Date = day.Date(a.today)
	}
	for _, other := range t.snapshot.credits {
		c.ID = min(c.ID, other.ID-1, -1) // no number of a recorded one
	}
	if err := c.Validate(); err != nil {
		return usage("--add %q: %w", text, err)
	}
	t.snapshot.credits = append(t.snapshot.credits, c)
	t.say("%s on %s %s added (%s)", points(c.Points), c.Date, agree(c.Points, "is", "are"), topicNames(c.Topics))
	return nil
}
