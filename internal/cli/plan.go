package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newPlan() *cobra.Command {
	var f suppositions
	cmd := withRecords(&cobra.Command{
		Use:   "plan [CODE...]",
		Short: "Say what is the least to earn for all credentials together",
		Long: `Say what is the least to earn for all credentials together, or for those that are
named. One activity serves every credential that it fits by topic and date, and
as long as each has one topic no plan needs fewer points: that is proved, not
guessed. (One that is about two topics may do with fewer: cmp plan --add
2:ethics,chemistry shows it. Where the last three years count, it is the least
while none of today's credits is too old.) Each line of the list says until when it counts and
by when to earn it, so that the board is left its time. What is recorded counts as if it were
allocated in the best possible way, and what is dated in the future as if it were
done.

With any of the flags that suppose something nothing is written: the plan is
shown as it is and as it would be. --expires also takes a credential that you
do not hold, to see what it would add.`,
		Example: `  cmp plan
  cmp plan --add 2:molecular-biology@2027-03-01
  cmp plan --without 12
  cmp plan --drop SBB
  cmp plan --expires MLS=2027-06-30
  cmp plan --expires BB=2029-10-31`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.plan(ctx, args, f) }),
	})
	flags := cmd.Flags()
	flags.StringArrayVar(&f.add, "add", nil, "suppose a credit: `POINTS[:TOPIC,...][@DATE]`, such as 2:chemistry@2027-03-01; may be repeated")
	flags.StringArrayVar(&f.without, "without", nil, "suppose that the `credit` of this number were not there; may be repeated")
	flags.StringArrayVar(&f.drop, "drop", nil, "suppose that the credential `CODE` is given up; may be repeated")
	flags.StringArrayVar(&f.expires, "expires", nil, "suppose another expiry, or another credential: `CODE=DATE`; may be repeated")
	return cmd
}

// A planned is a plan and what it was made from.
type planned struct {
	words.Plan
	snapshot snapshot
	accounts []rules.Account
}

func (a *app) plan(ctx context.Context, codes []string, f suppositions) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	now, lacking, err := a.planOf(s, codes)
	if err != nil {
		return err
	}
	var then *supposed
	if f.any() {
		if then, err = a.suppose(now, f); err != nil {
			return err
		}
	}
	switch {
	case a.settings.Format != answer.Table:
		err = a.print(a.planAnswer(now, then))
	case then != nil:
		err = a.printSupposed(now, *then)
	case len(now.accounts) == 0:
		a.sayNoCredentials()
	default:
		err = a.printPlan(a.page(), now)
	}
	if err == nil && lacking != nil {
		return lacking
	}
	return err
}

// planOf plans for the credentials that the texts name, or for all. What is
// lacking where the rules of some are unknown is a failure of its own.
func (a *app) planOf(s snapshot, codes []string) (p planned, lacking *failure, err error) {
	credentials, err := a.heldAll(s, codes)
	if err != nil {
		return p, nil, err
	}
	var accounts []rules.Account
	lacking, err = eachRuled(credentials, func(c ledger.Credential) error {
		account, err := a.account(s, c, c.Current())
		if err == nil {
			accounts = append(accounts, account)
		}
		return err
	})
	if err == nil && lacking != nil && accounts == nil {
		err = lacking
	}
	return a.planFor(s, accounts), lacking, err
}

func (a *app) planFor(s snapshot, accounts []rules.Account) planned {
	p := planned{snapshot: s, accounts: accounts}
	p.Plan.Plan = rules.NewPlan(accounts, a.today)
	for _, account := range accounts {
		p.Names = append(p.Names, s.shortName(account.Credential))
	}
	return p
}

// name returns the code of the credential of an account.
func (p planned) name(account int) string { return p.Names[account] }

func planLine(p planned) string { return p.Sentence() }

// printPlan shows a plan: its sentence, its lines, the deadlines and remarks.
func (a *app) printPlan(screen answer.Screen, p planned) error {
	screen.Sentence(p.Sentence())
	fmt.Fprintln(a.env.Out)
	if len(p.Lines) > 0 {
		var lines, deadlines [][]any
		for _, l := range p.Lines {
			lines = append(lines, []any{l.Points, words.PlanTopics(l), p.Serves(l), l.EarnBy, l.Last})
		}
		for _, d := range p.Deadlines {
			deadlines = append(deadlines, []any{d.Date, int(d.Date - a.today), p.Deadline(d), d.Points, d.PerMonth})
		}
		if err := screen.Table("Points|right; Topic|wrap wide; For|wrap; Earn by; Counts until", lines); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
		if err := screen.Table("Deadline; Days|right; What|wrap; Points by then|right; A month|right", deadlines); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
	}
	for _, text := range p.Remarks() {
		screen.Paragraph(text.As(a.name))
	}
	return nil
}

// planAnswer is the plan as it is or, where something is supposed, as it would be,
// with the one as it is beside it.
type planAnswer struct {
	Schema string      `json:"schema" shape:"cmp.plan/1" title:"The least to earn" doc:"Written by cmp plan."`
	AsOf   ledger.Date `json:"as_of" doc:"Day it was judged by."`
	WhatIf []string    `json:"what_if" doc:"What is supposed. Empty where nothing is."`
	plannedAnswer
	AsItIs *plannedAnswer `json:"as_it_is" doc:"Beside what is supposed." null:"where nothing is"`
}

type plannedAnswer struct {
	rules.Plan
	Lines []planItem       `json:"lines" doc:"Points to earn." records:"points topics credentials=Names first_day last_day earn_by"`
	Needs []planCredential `json:"credentials"`
}

type planItem struct {
	rules.PlanLine
	Names []string // of the credentials
}

type planCredential struct {
	naming
	Rules editionRef  `json:"rules"`
	State rules.State `json:"state"`
	rules.PlanNeed
}

func (a *app) planAnswer(now planned, then *supposed) planAnswer {
	out := planAnswer{AsOf: a.today, plannedAnswer: now.answer()}
	if then != nil {
		asItIs := out.plannedAnswer
		out.WhatIf, out.plannedAnswer, out.AsItIs = then.words, then.answer(), &asItIs
	}
	return out
}

func (p planned) answer() plannedAnswer {
	out := plannedAnswer{Plan: p.Plan.Plan}
	for _, l := range p.Lines {
		line := planItem{PlanLine: l}
		for _, s := range l.Serves {
			line.Names = once(line.Names, p.Names[s.Account])
		}
		out.Lines = append(out.Lines, line)
	}
	for i, t := range p.Standings {
		out.Needs = append(out.Needs, planCredential{nameOf(t), refTo(t.Edition), t.State, p.Needs[i]})
	}
	return out
}

// suppositions are what to plan for that is not so, as it was typed.
type suppositions struct {
	add, without, drop, expires []string
}

func (f suppositions) any() bool {
	return len(f.add)+len(f.without)+len(f.drop)+len(f.expires) > 0
}

// A supposed is a plan for what is supposed, which words say.
type supposed struct {
	planned
	words   []string
	dropped []ledger.CredentialName
	changed map[ledger.CredentialName]bool // by --expires
}

// suppose plans for what is not so.
func (a *app) suppose(now planned, f suppositions) (*supposed, error) {
	s := now.snapshot
	s.Credits, s.Credentials = slices.Clone(s.Credits), slices.Clone(s.Credentials)
	then := &supposed{planned: planned{snapshot: s, accounts: slices.Clone(now.accounts)}, changed: map[ledger.CredentialName]bool{}}
	for _, step := range []struct {
		texts []string
		once  bool // what is said twice is said once
		take  func(*supposed, string) error
	}{
		{f.drop, true, a.supposeDropped}, {f.expires, true, a.supposeExpiry},
		{f.without, true, a.supposeWithout}, {f.add, false, a.supposeCredit},
	} {
		for i, text := range step.texts {
			if step.once && slices.Contains(step.texts[:i], text) {
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
	then.planned = a.planFor(then.snapshot, then.accounts)
	then.Supposed = true
	return then, nil
}

func (t *supposed) say(format string, args ...any) {
	t.words = append(t.words, fmt.Sprintf(format, args...))
}

// account returns the place among the accounts of a credential that a flag
// changes with text.
func (t *supposed) account(flag, text string, c ledger.CredentialName) (int, error) {
	i := slices.IndexFunc(t.accounts, func(account rules.Account) bool { return account.Credential.CredentialName == c })
	switch {
	case slices.Contains(t.dropped, c):
		return 0, usage("%s %s: --drop gives %s up", flag, text, c.Code).try("leave one of the two out")
	case t.changed[c]:
		return 0, usage("%s %s: another %s says otherwise of %s", flag, text, flag, c.Code).try("leave one of the two out")
	case i < 0:
		return 0, usage("%s %s: %s is not planned for", flag, text, c.Code).try("name it among the credentials to plan for, or leave %s out", flag)
	}
	return i, nil
}

func (a *app) supposeDropped(t *supposed, text string) error {
	c, err := a.held(t.snapshot, text)
	if err != nil || slices.Contains(t.dropped, c.CredentialName) {
		return err
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
	var day ledger.Day
	switch err := day.UnmarshalText([]byte(date)); {
	case !ok || code == "":
		return usage("--expires %q: not a credential and a day such as MLS=2027-06-30", text)
	case err != nil:
		return usage("--expires %q: %w", text, err)
	}
	if !slices.ContainsFunc(t.snapshot.Credentials, func(c ledger.Credential) bool { return c.Matches(code) }) {
		c, err := a.firstCycle(code, credentialFlags{expires: day})
		if err != nil {
			return err
		}
		account, err := a.account(t.snapshot, c, c.Current())
		if err != nil {
			return err
		}
		t.changed[c.CredentialName] = true
		t.snapshot.Credentials = append(t.snapshot.Credentials, c)
		t.accounts = append(t.accounts, account)
		t.say("you hold %s too, which expires %s", a.designation(c), c.Current().Last)
		return nil
	}
	c, err := a.held(t.snapshot, code)
	if err != nil {
		return err
	}
	i, err := t.account("--expires", text, c.CredentialName)
	if err != nil {
		return err
	}
	t.changed[c.CredentialName] = true
	return a.moveExpiry(t, i, text, day.Date(a.today))
}

// moveExpiry gives a cycle that is planned for another last day. A first day that
// was given by hand stays.
func (a *app) moveExpiry(t *supposed, i int, text string, last ledger.Date) error {
	account := &t.accounts[i]
	c, was := account.Credential, account.Cycle
	edition, err := a.book.Edition(c.CredentialName, last)
	if err != nil {
		return usage("--expires %s: %w", text, err)
	}
	if was.Declared != 0 {
		return usage("--expires %s: the cycle to %s is declared", text, was.Last).
			try("%s begins the next one", ledger.Command{"renew", t.snapshot.shortName(c)})
	}
	cycle, begins := was, ""
	cycle.Last = last
	if was.Last == 0 || was.First == rules.FirstDay(account.Edition.Programme, was.Last) {
		cycle.First = rules.FirstDay(edition.Programme, last)
	}
	if cycle.First > cycle.Last {
		return usage("--expires %s: before the cycle begins (%s)", text, cycle.First)
	}
	account.Edition, account.Cycle = edition, cycle
	account.Credential.Cycles = append(slices.Clone(c.Cycles[:len(c.Cycles)-1]), cycle)
	if cycle.First != was.First {
		begins = ", in a cycle that begins " + cycle.First.String()
	}
	t.say("%s expires %s%s", a.designation(c), last, begins)
	return nil
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
		return usage("--add %q: %w", text, err).try("%s", ledger.Command{"plan", "--add", "2:chemistry@2027-03-01"})
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
	t.say("%s on %s %s added (%s%s)", words.Points(c.Points), c.Date, words.Agree(c.Points, "is", "are"), words.Topics(c.Topics), nowhere)
	return nil
}

// printSupposed shows what is to be earned as it is and as it would be, side by
// side, and then the plan as it would be.
func (a *app) printSupposed(now planned, then supposed) error {
	screen := a.page()
	screen.Sentence("What if " + words.List("and", then.words) + "?")
	fmt.Fprintln(a.env.Out)
	if err := screen.Table("To earn|wrap; As it is|right; What if|right", compareNeeds(now, then.planned)); err != nil {
		return err
	}
	fmt.Fprintln(a.env.Out)
	return a.printPlan(screen, then.planned)
}

// compareNeeds shows what each credential lacks in two plans, and what all do
// together.
func compareNeeds(plans ...planned) [][]any {
	var rows [][]any
	var names []ledger.CredentialName
	sums := []any{"In all"}
	for k, p := range plans {
		sums = append(sums, p.Points)
		for i, t := range p.Standings {
			at := slices.Index(names, t.Credential.CredentialName)
			if at < 0 {
				at = len(rows)
				names, rows = append(names, t.Credential.CredentialName), append(rows, []any{t.Designation(), "-", "-"})
			}
			rows[at][k+1] = p.Needs[i].Points
			if p.Needs[i].Lost {
				rows[at][k+1] = "lost"
			}
		}
	}
	return append(rows, sums)
}
