package cli

import (
	"cmp"
	"context"
	"errors"
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
	var on ledger.Day
	cmd := withRecords(&cobra.Command{
		Use:   "plan [CODE...]",
		Short: "Show the least you still have to earn",
		Long: `Show the least you still have to earn for all your credentials together, or for
the ones you name. One activity counts for every credential that it fits by
topic and date. Your credits count as if they were placed in the best way.
Credits dated in the future count as if they were done.

Each line says for which credentials it is: SBB=2 is 2 of its points. It says
until when the activity counts, and by when to earn it so that the board has
time. "now" is for what counts at once.

No plan needs fewer points, as long as each activity has one topic. Where that
is not proved, cmp says by how many points the plan may be too long.

For an expired credential, credits of the last years count, and these years move
on each day. The same holds for a voluntary one that never completed a cycle. It
is judged on one day, today or the day of --on, and points that you earn up to
that day count.

--add shows the plan as it would be with a credit that you might earn. --expires
shows it with a credential that you do not hold. They write nothing.`,
		Example: `  cmp plan
  cmp plan --on 2027-03-01
  cmp plan --add 2:molecular-biology@2027-03-01
  cmp plan --expires BB=2029-10-31`,
		RunE: a.run(func(ctx context.Context, args []string) error {
			day := cmp.Or(on.Date(a.today), a.today)
			if day < a.today {
				return usage("--on %s: is before today, %s", day, a.today).try("%s", ledger.Command{"plan", "--as-of", day.String()})
			}
			return a.plan(ctx, args, day, f)
		}),
	})
	flags := cmd.Flags()
	flags.TextVar(&on, "on", ledger.Day{}, "`day` to judge an expired or voluntary credential by (default today)")
	flags.StringArrayVar(&f.add, "add", nil, "show the plan with another credit: `POINTS[:TOPIC,...][@DATE]`, such as 2:chemistry@2027-03-01; may be repeated")
	flags.StringArrayVar(&f.expires, "expires", nil, "show the plan with another credential: `CODE=DATE`; may be repeated")
	return cmd
}

type planned struct {
	words.Plan
	snapshot snapshot
	accounts []rules.Account
	on       ledger.Date // windows that move are judged on it
}

func (a *app) plan(ctx context.Context, codes []string, on ledger.Date, f suppositions) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	now, err := a.planOf(s, codes, on)
	if err != nil {
		return err
	}
	var then *supposed
	if len(f.add)+len(f.expires) > 0 {
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
	needs := now.Needs
	if then != nil {
		needs = then.Needs
	}
	if on > a.today && !slices.ContainsFunc(needs, func(n rules.PlanNeed) bool { return n.JudgedOn != 0 }) {
		a.say("--on %s changes nothing: it is for expired or voluntary credentials, and you have none", on)
	}
	return err
}

func (a *app) planOf(s snapshot, codes []string, on ledger.Date) (p planned, err error) {
	accounts, err := a.accounts(s, codes, newest)
	return a.planFor(s, accounts, on), err
}

func (a *app) planFor(s snapshot, accounts []rules.Account, on ledger.Date) planned {
	p := planned{snapshot: s, accounts: accounts, on: on}
	p.Plan.Plan, p.Courses = rules.NewPlan(accounts, a.today, on), s.Courses
	for _, account := range accounts {
		p.Names = append(p.Names, s.ShortName(account.Credential))
	}
	return p
}

func (a *app) printPlan(screen answer.Screen, p planned) error {
	screen.Sentence(p.Sentence())
	fmt.Fprintln(a.env.Out)
	var lines, deadlines [][]any
	for _, l := range p.Lines {
		earnBy, until := p.Days(l)
		lines = append(lines, []any{l.Points, words.PlanTopics(l), p.Serves(l), earnBy, until})
	}
	for _, d := range p.Deadlines {
		day, days := answer.Cell{Text: d.Date.String()}, fmt.Sprint(int(d.Date-a.today))
		if d.Date == a.today && p.Needs[d.Account].JudgedOn == d.Date {
			day.Text, days = "now", "-"
		}
		if p.Standings[d.Account].Urgent() {
			day.Style = answer.Warning
		}
		deadlines = append(deadlines, []any{day, days, p.Deadline(d), d.Points, d.PerMonth})
	}
	for _, t := range []struct {
		spec string
		rows [][]any
	}{
		{"Points|right; Topic|wrap wide; For|wrap; Earn by; Counts until", lines},
		{"Deadline; Days|right; What|wrap; By then, in all|right dash; Per month|right dash", deadlines},
	} {
		if t.rows == nil {
			continue
		}
		if err := screen.Table(t.spec, t.rows); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
	}
	for _, text := range p.Remarks() {
		screen.Paragraph(text.As(a.call...))
	}
	return a.sayTogether(screen, p)
}

// planAnswer is the plan as it is or, where something is supposed, as it would be,
// with the one as it is beside it.
type planAnswer struct {
	Schema string      `json:"schema" shape:"cmp.plan/1" title:"The least to earn" doc:"Written by cmp plan."`
	AsOf   ledger.Date `json:"as_of" doc:"Day it was judged by."`
	WhatIf []string    `json:"what_if" doc:"What you asked to suppose. Empty if nothing."`
	plannedAnswer
	AsItIs *plannedAnswer `json:"as_it_is" doc:"The plan without what you asked to suppose." null:"where nothing is supposed"`
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
			line.Names = slices.Compact(append(line.Names, p.Names[s.Account]))
		}
		out.Lines = append(out.Lines, line)
	}
	for i, t := range p.Standings {
		out.Needs = append(out.Needs, planCredential{nameOf(t), refTo(t.Edition), t.State, p.Needs[i]})
	}
	return out
}

type suppositions struct {
	add, expires []string
}

// A supposed is a plan for what is supposed, which words say.
type supposed struct {
	planned
	words []string
}

func (a *app) suppose(now planned, f suppositions) (*supposed, error) {
	s := now.snapshot
	s.Credits, s.Credentials = slices.Clone(s.Credits), slices.Clone(s.Credentials)
	then := &supposed{planned: planned{snapshot: s, accounts: slices.Clone(now.accounts)}}
	for _, text := range f.expires {
		if err := a.supposeCredential(then, text); err != nil {
			return nil, err
		}
	}
	for _, text := range f.add {
		if err := a.supposeCredit(then, text); err != nil {
			return nil, err
		}
	}
	for i := range then.accounts {
		then.accounts[i].Credits = then.snapshot.Credits
	}
	then.planned = a.planFor(then.snapshot, then.accounts, now.on)
	then.Supposed = true
	return then, nil
}

func (t *supposed) say(format string, args ...any) {
	t.words = append(t.words, fmt.Sprintf(format, args...))
}

// supposeCredential adds a credential that is not held, such as BB=2029-10-31.
func (a *app) supposeCredential(t *supposed, text string) error {
	code, date, ok := strings.Cut(text, "=")
	day, err := a.readDay(date)
	switch {
	case !ok || code == "":
		return usage("--expires %q: not a credential and a day such as MLS=2027-06-30", text)
	case err != nil:
		return usage("--expires %q: %w", text, err)
	case slices.ContainsFunc(t.snapshot.Credentials, func(c ledger.Credential) bool { return c.Matches(code) }):
		return usage("--expires %s: is for a credential that you do not hold", text).
			try("%s shows what another day changes", ledger.Command{"credential", "edit", code, "--expires", date, "--dry-run"})
	}
	c, err := a.firstCycle(code, credentialFlags{expires: day})
	if unknown, ok := errors.AsType[*rules.UnknownCredentialError](err); ok && unknown.Like != nil && len(unknown.Like) <= mostLike {
		return notKnown(nil, unknown).try("%s", ledger.Command{"plan", "--expires", unknown.Like[0].Name.String() + "=" + date})
	}
	if err != nil {
		return err
	}
	account, err := a.account(t.snapshot, c, c.Current())
	if err != nil {
		return err
	}
	t.snapshot.Credentials = append(t.snapshot.Credentials, c)
	t.accounts = append(t.accounts, account)
	t.say("you hold %s too, which expires %s", a.designation(c), c.Current().Last)
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
		day, err := a.readDay(date)
		if err != nil {
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
		nowhere = "; none of your cycles includes that day"
	}
	t.say("%s on %s %s added (%s%s)", words.Points(c.Points), c.Date, words.Agree(c.Points, "is", "are"), words.Topics(c.Topics), nowhere)
	return nil
}

func (a *app) printSupposed(now planned, then supposed) error {
	screen := a.page()
	screen.Sentence("What if " + words.List("and", then.words) + "?")
	fmt.Fprintln(a.env.Out)
	needs := func(p planned, i int) any {
		switch {
		case i >= len(p.Needs): // it is not held
			return "-"
		case p.Needs[i].Lost:
			return "lost"
		}
		return p.Needs[i].Points
	}
	var rows [][]any
	for i, t := range then.Standings {
		rows = append(rows, []any{t.Designation(), needs(now, i), needs(then.planned, i)})
	}
	rows = append(rows, []any{"In all", now.Points, then.Points})
	if err := screen.Table("To earn|wrap; As it is|right; What if|right", rows); err != nil {
		return err
	}
	fmt.Fprintln(a.env.Out)
	return a.printPlan(screen, then.planned)
}
