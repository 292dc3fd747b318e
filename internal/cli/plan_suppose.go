package cli

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
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
	words   []string
	dropped []ledger.CredentialName
	changed map[string]bool // flags with the credential that they change
}

// suppose plans for what is not so.
func (a *app) suppose(now planned, f suppositions) (*supposed, error) {
	s := now.snapshot
	s.Credits, s.Credentials = slices.Clone(s.Credits), slices.Clone(s.Credentials)
	then := &supposed{planned: planned{snapshot: s, accounts: slices.Clone(now.accounts)}, changed: map[string]bool{}}
	for _, step := range []struct {
		texts []string
		once  bool // what is said twice is said once
		take  func(*supposed, string) error
	}{
		{f.drop, true, a.supposeDropped}, {f.expires, true, a.supposeExpiry}, {f.edition, true, a.supposeEdition},
		{f.without, true, a.supposeWithout}, {f.add, false, a.supposeCredit},
	} {
		for i, text := range step.texts {
			if slices.Contains(step.texts[:i], text) && text != "" && step.once {
				continue
			}
			if err := step.take(then, text); err != nil {
				return nil, err
			}
		}
	}
	for i := range then.accounts {
		then.accounts[i].Credits = then.snapshot.Credits
	}
	then.planned = a.planFor(then.snapshot, then.accounts, now.alone)
	then.planned.supposed = true
	return then, nil
}

func (t *supposed) say(format string, args ...any) {
	t.words = append(t.words, fmt.Sprintf(format, args...))
}

// account returns the place among the accounts of a credential that a flag
// changes with text.
func (t *supposed) account(flag, text string, c ledger.CredentialName) (int, error) {
	i := slices.IndexFunc(t.accounts, func(account rules.Account) bool { return account.Credential.CredentialName == c })
	key := flag + " " + c.String()
	switch {
	case slices.Contains(t.dropped, c):
		return 0, usage("%s %s: --drop gives %s up", flag, text, c.Code).try("leave one of the two out")
	case t.changed[key]:
		return 0, usage("%s %s: another %s says otherwise of %s", flag, text, flag, c.Code).try("leave one of the two out")
	case i < 0:
		return 0, usage("%s %s: %s is not planned for", flag, text, c.Code).try("name it among the credentials to plan for, or leave %s out", flag)
	}
	t.changed[key] = true
	return i, nil
}

func (a *app) supposeDropped(t *supposed, text string) error {
	c, err := a.held(t.snapshot, text)
	if err != nil {
		return err
	}
	if slices.Contains(t.dropped, c.CredentialName) {
		return nil
	}
	i, err := t.account("--drop", text, c.CredentialName)
	if err != nil {
		return err
	}
	t.accounts, t.dropped = slices.Delete(t.accounts, i, i+1), append(t.dropped, c.CredentialName)
	t.say("%s is given up", a.designation(c))
	return nil
}

// supposeExpiry moves a cycle, or adds a credential that is not held.
func (a *app) supposeExpiry(t *supposed, text string) error {
	code, date, ok := strings.Cut(text, "=")
	if !ok || code == "" {
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
	edition, err := a.book.Edition(c.CredentialName, last)
	if err != nil {
		return usage("--expires %s: %w", text, err)
	}
	cycle := ledger.Cycle{First: rules.FirstDay(edition.Programme, last), Last: last}
	if !held {
		if t.changed["--expires "+c.String()] {
			return usage("--expires %s: another --expires says otherwise of %s", text, c.Code).try("leave one of the two out")
		}
		t.changed["--expires "+c.String()] = true
		c.Cycles = []ledger.Cycle{cycle}
		t.snapshot.Credentials = append(t.snapshot.Credentials, c)
		t.accounts = append(t.accounts, rules.Account{Edition: edition, Credential: c, Cycle: cycle, Allocations: t.snapshot.Allocations})
		t.say("you hold %s too, which expires %s", a.designation(c), last)
		return nil
	}
	i, err := t.account("--expires", text, c.CredentialName)
	if err != nil {
		return err
	}
	account := &t.accounts[i]
	if account.Cycle.Declared != 0 {
		return usage("--expires %s: the cycle to %s is declared", text, account.Cycle.Last).try("cmp renew %s begins the next one", code)
	}
	cycle.ID, cycle.UID = account.Cycle.ID, account.Cycle.UID
	was := account.Cycle
	if was.Last != 0 && was.First != rules.FirstDay(account.Edition.Programme, was.Last) {
		cycle.First = was.First // it was given by hand
	}
	if cycle.First > cycle.Last {
		return usage("--expires %s: before the cycle begins (%s)", text, cycle.First)
	}
	account.Edition, account.Cycle = edition, cycle
	account.Credential.Cycles = append(slices.Clone(c.Cycles[:len(c.Cycles)-1]), cycle)
	begins := ""
	if cycle.First != was.First {
		begins = ", in a cycle that begins " + cycle.First.String()
	}
	t.say("%s expires %s%s", a.designation(c), last, begins)
	return nil
}

// heldOrKnown returns the credential of the holder that text names, or one
// that is not in the ledger and whose rules are known.
func (a *app) heldOrKnown(s snapshot, text string) (c ledger.Credential, held bool, err error) {
	if slices.ContainsFunc(s.Credentials, func(c ledger.Credential) bool { return c.Matches(text) }) {
		c, err = a.held(s, text)
		return c, true, err
	}
	names, err := a.book.Resolve(text)
	switch {
	case err != nil:
		return c, false, err
	case len(names) > 1:
		return c, false, actions.Ambiguous(text, names)
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
	i, err := t.account("--edition", text, c.CredentialName)
	if err != nil {
		return err
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
	return usage("--edition %s: there is no such edition", text).try("there %s %s", words.Verb(len(ids), "is", "are"), words.List("and", ids))
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
	t.snapshot.Credits = slices.DeleteFunc(t.snapshot.Credits, func(c ledger.Credit) bool { return c.ID == id })
	t.say("credit %d is not there (%s on %s)", id, words.Points(c.Points), c.Date)
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
	for _, other := range t.snapshot.Credits {
		c.ID = min(c.ID, other.ID-1, -1) // no number of a recorded one
	}
	if err := c.Validate(); err != nil {
		return usage("--add %q: %w", text, err)
	}
	t.snapshot.Credits = append(t.snapshot.Credits, c)
	nowhere := ""
	if !slices.ContainsFunc(t.accounts, func(account rules.Account) bool { return account.Holds(c.Date, a.today) }) {
		nowhere = "; no cycle holds that day"
	}
	t.say("%s on %s %s added (%s%s)", words.Points(c.Points), c.Date, words.Agree(c.Points, "is", "are"), topicNames(c.Topics), nowhere)
	return nil
}

// printSupposed shows what is to be earned as it is and as it would be, side by
// side, and then the plan as it would be.
func (a *app) printSupposed(now planned, then supposed) error {
	screen := a.page()
	screen.Sentence("What if " + words.List("and", then.words) + "?")
	for _, part := range []struct {
		title string
		rows  [][]any
	}{{"To earn", compareNeeds(now, then.planned)}, {"By topic", compareTopics(now, then.planned)}} {
		if len(part.rows) == 0 {
			continue
		}
		fmt.Fprintln(a.env.Out)
		if err := screen.Table(part.title+"|wrap; As it is|right; What if|right", part.rows); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.env.Out)
	return a.printList(screen, then.planned)
}

// compareNeeds shows what each credential lacks in two plans, and what all do
// together.
func compareNeeds(now, then planned) [][]any {
	var rows [][]any
	need := func(p planned, c ledger.CredentialName) string {
		for i, account := range p.accounts {
			switch {
			case account.Credential.CredentialName != c:
			case p.Needs[i].Lost:
				return "lost"
			default:
				return p.Needs[i].Points.String()
			}
		}
		return "-"
	}
	seen := map[ledger.CredentialName]bool{}
	for _, p := range []planned{now, then} {
		for i, account := range p.accounts {
			if name := account.Credential.CredentialName; !seen[name] {
				seen[name] = true
				rows = append(rows, []any{p.standings[i].Designation(), need(now, name), need(then, name)})
			}
		}
	}
	return append(rows, []any{"In all", now.Points, then.Points})
}

// compareTopics shows what is to be earned by topic in two plans.
func compareTopics(now, then planned) [][]any {
	var topics []string
	sums := map[string]*[2]ledger.Points{}
	for i, p := range []planned{now, then} {
		for _, l := range p.Lines {
			topic := lineTopics(l)
			if sums[topic] == nil {
				topics, sums[topic] = append(topics, topic), new([2]ledger.Points)
			}
			sums[topic][i] += l.Points
		}
	}
	slices.SortStableFunc(topics, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	rows := make([][]any, len(topics))
	for i, topic := range topics {
		rows[i] = []any{topic, dash(sums[topic][0]), dash(sums[topic][1])}
	}
	return rows
}

// place returns where the topics of a line stand in a list.
func place(topics string) int {
	if topics == anyTopic {
		return math.MaxInt
	}
	first, _, _ := strings.Cut(topics, " ")
	if i := slices.Index(ledger.Topics(), ledger.Topic(strings.TrimSuffix(first, ","))); i >= 0 {
		return i
	}
	return math.MaxInt - 1 // one of the holder's own rules
}
