package cli

import (
	"cmp"
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
	var inTime bool
	cmd := withRecords(&cobra.Command{
		Use:   "plan [CODE...]",
		Short: "Say what is the least to earn for all credentials together",
		Long: `Say what is the least to earn for all credentials together, or for those that are
named. One activity serves every credential that it fits by topic and date, and
as long as each has one topic no plan needs fewer points: that is proved, not
guessed. (One that is about two topics may do with fewer: cmp plan --add
2:ethics,chemistry shows it.) Each line of the list says until when it counts and
by when to earn it, so that the board is left its time; with --in-time nothing
counts that comes later than that. What is recorded counts as if it were
allocated in the best possible way, and what is dated in the future as if it were
done.

With any of the flags that suppose something nothing is written: the plan is
shown as it is and as it would be. --expires also takes a credential that you
do not hold, to see what it would add.`,
		Example: `  cmp plan
  cmp plan --in-time
  cmp plan --add 2:molecular-biology@2027-03-01
  cmp plan --without 12
  cmp plan --drop SBB
  cmp plan --expires MLS=2027-06-30
  cmp plan --expires BB=2029-10-31`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.plan(ctx, args, f, inTime) }),
	})
	flags := cmd.Flags()
	flags.BoolVar(&inTime, "in-time", false, "count only what is done by the day to declare by")
	flags.StringArrayVar(&f.add, "add", nil, "suppose a credit: `POINTS[:TOPIC,...][@DATE]`, such as 2:chemistry@2027-03-01; may be repeated")
	flags.StringArrayVar(&f.without, "without", nil, "suppose that the `credit` of this number were not there; may be repeated")
	flags.StringArrayVar(&f.drop, "drop", nil, "suppose that the credential `CODE` is given up; may be repeated")
	flags.StringArrayVar(&f.expires, "expires", nil, "suppose another expiry, or another credential: `CODE=DATE`; may be repeated")
	return cmd
}

// A planned is a plan and what it was made from.
type planned struct {
	rules.Plan
	snapshot snapshot
	accounts []rules.Account
	// standings are judged today, account by account.
	standings []rules.Standing
	// alone says that only what is in time counts, and punctual how many points
	// it takes to be in time.
	alone    bool
	punctual ledger.Points
	supposed bool // it is not so
}

func (a *app) plan(ctx context.Context, codes []string, f suppositions, inTime bool) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	now, lacking, err := a.planOf(s, codes, inTime)
	if err != nil {
		return err
	}
	var then *supposed
	if f.any() {
		if then, err = a.suppose(now, f); err != nil {
			return err
		}
	}
	if err := a.printPlan(now, then); err != nil || lacking == nil {
		return err
	}
	return lacking
}

// planOf plans for the credentials that the texts name, or for all. What is
// lacking where the rules of some are unknown is a failure of its own.
func (a *app) planOf(s snapshot, codes []string, inTime bool) (p planned, lacking *failure, err error) {
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
	switch {
	case err != nil:
		return p, nil, err
	case lacking != nil && accounts == nil:
		return p, nil, lacking
	}
	return a.planFor(s, accounts, inTime), lacking, nil
}

func (a *app) planFor(s snapshot, accounts []rules.Account, inTime bool) planned {
	p := planned{Plan: rules.NewPlan(accounts, a.today, inTime), snapshot: s, accounts: accounts, alone: inTime}
	p.punctual, _ = rules.Fewest(accounts, a.today, true)
	for _, account := range accounts {
		p.standings = append(p.standings, rules.Evaluate(account, a.today))
	}
	return p
}

func (a *app) printPlan(now planned, then *supposed) error {
	switch {
	case a.settings.Format != answer.Table:
		return a.print(a.planAnswer(now, then))
	case len(now.accounts) == 0 && then == nil:
		a.sayNoCredentials()
		return nil
	case then != nil:
		return a.printSupposed(now, *then)
	}
	screen := a.page()
	if err := a.printList(screen, now); err != nil || len(now.Bounds) == 0 {
		return err
	}
	screen.Paragraph(fmt.Sprintf("Why so much: cmp explain %s. What could close it: cmp courses list --needed", now.name(now.Bounds[0].Account)))
	return nil
}

// name returns the code of the credential of an account.
func (p planned) name(account int) string {
	return p.snapshot.shortName(p.accounts[account].Credential)
}

// inTime returns the day by which an account's points are to be earned, so
// that the board is left its time.
func (p planned) inTime(account int) ledger.Date {
	t := p.standings[account]
	if t.DeclareBy >= t.Today {
		return min(t.DeclareBy, p.Needs[account].Last)
	}
	return p.Needs[account].Last
}

// earnBy returns the day by which a line is to be earned for all that it
// serves.
func (p planned) earnBy(l rules.PlanLine) ledger.Date {
	by := l.Last
	for _, service := range l.Serves {
		by = min(by, p.inTime(service.Account))
	}
	if by < l.First {
		return l.Last // one cycle is to be declared before another one begins
	}
	return by
}

// dueBy returns the points that the lines to be earned by a day have, and the
// first day on which any of them can be.
func (p planned) dueBy(day ledger.Date) (sum ledger.Points, first ledger.Date) {
	first = day
	for _, l := range p.Lines {
		if p.earnBy(l) <= day {
			sum += l.Points
			first = min(first, l.First)
		}
	}
	return sum, first
}

// perMonth returns how many points a month make so many in the given days,
// rounded up to the tenth. A month has 30.4375 days; what is less than one is
// all of it.
func perMonth(p ledger.Points, days int) ledger.Points {
	if days < 31 {
		return p
	}
	const tenth = 10
	pace := (int64(p)*36525 + int64(days)*1200 - 1) / (int64(days) * 1200)
	return ledger.Points((pace + tenth - 1) / tenth * tenth)
}

// printList shows a plan: its sentence, its lines, the deadlines and remarks.
func (a *app) printList(screen answer.Screen, p planned) error {
	screen.Sentence(planLine(p))
	if len(p.Lines) > 0 {
		fmt.Fprintln(a.env.Out)
		if err := lineTable(screen, p); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
		if err := a.deadlineTable(screen, p); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.env.Out)
	for _, text := range a.planRemarks(p) {
		screen.Paragraph(text)
	}
	return nil
}

// planLine says in a sentence what is to be earned.
func planLine(p planned) string {
	var lacking, alone, done []string
	for i := range p.accounts {
		switch need := p.Needs[i]; {
		case need.Lost:
		case need.Points > 0:
			lacking = append(lacking, p.name(i))
			alone = append(alone, fmt.Sprintf("%s %s", p.name(i), need.Points))
		default:
			done = append(done, p.name(i))
		}
	}
	var text string
	switch {
	case len(p.accounts) == 0:
		return "No credential is left to plan for."
	case len(lacking) == 0 && len(done) == 0:
		return "Nothing can be earned any more."
	case len(lacking) == 0:
		return fmt.Sprintf("Nothing is to be earned for %s.", words.List("and", done))
	case len(lacking) == 1:
		text = fmt.Sprintf("To earn: %s for %s", words.Points(p.Points), lacking[0])
	default:
		text = fmt.Sprintf("To earn: %s for %s together (alone: %s)", words.Points(p.Points), words.List("and", lacking), strings.Join(alone, ", "))
	}
	if len(done) > 0 {
		text += fmt.Sprintf("; nothing for %s", words.List("and", done))
	}
	return text + "."
}

// lineTable shows the shopping list.
func lineTable(screen answer.Screen, p planned) error {
	var rows [][]any
	for _, l := range p.Lines {
		until := l.Last.String()
		if p.alone {
			until = ""
		}
		rows = append(rows, []any{l.Points, lineTopics(l), p.serves(l), p.earnBy(l), until})
	}
	return screen.Table("Points|right; Topic|wrap wide; For|wrap; Earn by; Counts until|any", rows)
}

// anyTopic stands for the topics of a line that needs none.
const anyTopic = "any topic"

func lineTopics(l rules.PlanLine) string {
	if l.Topics == nil {
		return anyTopic
	}
	if n := len(l.Topics); n > 5 {
		return fmt.Sprintf("any of %d topics, such as %s", n, words.List("or", words.Of(l.Topics[:2])))
	}
	return words.List("or", words.Of(l.Topics))
}

// serves lists the credentials that a line serves, with the points of it that
// are not all, and, where the line begins later than today, from when on.
func (p planned) serves(l rules.PlanLine) string {
	var names []string
	var sum ledger.Points
	for i, service := range l.Serves {
		sum += service.Points
		if i+1 < len(l.Serves) && l.Serves[i+1].Account == service.Account {
			continue
		}
		name := p.name(service.Account)
		if sum < l.Points {
			name += " " + sum.String()
		}
		names, sum = append(names, name), 0
	}
	text := strings.Join(names, ", ")
	if l.First > p.standings[l.Serves[0].Account].Today {
		text += "; from " + l.First.String()
	}
	return text
}

// A deadline is a day by which something is to be done for a credential.
type deadline struct {
	account  int
	day      ledger.Date
	text     string
	points   ledger.Points // of the plan, to be earned by then
	perMonth ledger.Points
}

// deadlines are those of the credentials whose cycle is still to be declared,
// in order.
func (p planned) deadlines() []deadline {
	var all []deadline
	for i, t := range p.standings {
		if t.State == rules.Declared || p.Needs[i].Lost {
			continue
		}
		d := deadline{account: i, day: p.inTime(i), text: "declare " + p.name(i)}
		switch days, expires := t.DaysLeft(); {
		case expires && days < 0:
			d.text += " (expired " + t.Cycle.Last.String() + ")"
		case expires && d.day != t.Cycle.Last:
			d.text += " (expires " + t.Cycle.Last.String() + ")"
		case expires:
			d.text += " (expires that day)"
		}
		sum, first := p.dueBy(d.day)
		d.points, d.perMonth = sum, perMonth(sum, int(d.day-first))
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b deadline) int { return cmp.Compare(a.day, b.day) })
	return all
}

func (a *app) deadlineTable(screen answer.Screen, p planned) error {
	var rows [][]any
	for _, d := range p.deadlines() {
		rows = append(rows, []any{d.day, int(d.day - a.today), d.text, d.points, d.perMonth})
	}
	return screen.Table("Deadline; Days|right; What|wrap; Points by then|right; A month|right", rows)
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
	Points       ledger.Points    `json:"points" doc:"The least to earn for all credentials together."`
	InTime       bool             `json:"in_time" doc:"Only what is done by the day to declare by counts."`
	PointsInTime ledger.Points    `json:"points_in_time" doc:"Of the plan for which it does."`
	Proved       ledger.Points    `json:"proved" doc:"What the bounds come to. Less than points only where fractions of a hundredth would do with less."`
	Lines        []planItem       `json:"lines" doc:"Points to earn." records:"points topics credentials=Names first_day last_day earn_by"`
	Credentials  []planCredential `json:"credentials"`
	Deadlines    []planDeadline   `json:"deadlines"`
	Bounds       []planBound      `json:"bounds" doc:"They prove that no plan needs less: each times its weight, they add up to proved."`
}

type planItem struct {
	rules.PlanLine
	EarnBy ledger.Date   `json:"earn_by" doc:"To leave the body its time."`
	Serves []planService `json:"serves"`
	Names  []string      // of the credentials
}

type planService struct {
	ledger.CredentialName
	rules.PlanService
}

type planCredential struct {
	naming
	Rules editionRef  `json:"rules"`
	State rules.State `json:"state"`
	rules.PlanNeed
}

type planDeadline struct {
	Date ledger.Date `json:"date"`
	ledger.CredentialName
	Expires  ledger.Date   `json:"expires" null:"where it does not"`
	Points   ledger.Points `json:"points" doc:"To earn by then."`
	PerMonth ledger.Points `json:"points_per_month" doc:"Until then."`
}

type planBound struct {
	ledger.CredentialName
	rules.PlanBound
	Weight string `json:"weight" doc:"1, or a fraction such as 1/2."`
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
	out := plannedAnswer{Points: p.Points, InTime: p.alone, PointsInTime: p.punctual, Proved: p.Proved}
	of := func(account int) ledger.CredentialName { return p.accounts[account].Credential.CredentialName }
	for _, l := range p.Lines {
		line := planItem{PlanLine: l, EarnBy: p.earnBy(l)}
		for _, s := range l.Serves {
			line.Serves = append(line.Serves, planService{of(s.Account), s})
			line.Names = once(line.Names, p.name(s.Account))
		}
		out.Lines = append(out.Lines, line)
	}
	for i, t := range p.standings {
		out.Credentials = append(out.Credentials, planCredential{nameOf(t), refTo(t.Edition), t.State, p.Needs[i]})
	}
	for _, d := range p.deadlines() {
		out.Deadlines = append(out.Deadlines, planDeadline{d.day, of(d.account), p.standings[d.account].Cycle.Last, d.points, d.perMonth})
	}
	for _, b := range p.Bounds {
		weight := fmt.Sprint(b.Weight)
		if b.WeightOf != 1 {
			weight += fmt.Sprintf("/%d", b.WeightOf)
		}
		out.Bounds = append(out.Bounds, planBound{of(b.Account), b, weight})
	}
	return out
}

// planRemarks says why no plan needs less, what to do first, and what is not
// sure.
func (a *app) planRemarks(p planned) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if len(p.Bounds) > 0 {
		add("%s", p.proof())
	}
	var idle, ready []string
	var ahead []int64
	for i, t := range p.standings {
		code, need := p.name(i), p.Needs[i]
		if t.Closable > 0 && t.State != rules.Declared {
			idle = append(idle, code+" "+t.Closable.String())
		}
		for _, c := range need.Ahead {
			if c.ID > 0 && !slices.Contains(ahead, c.ID) {
				ahead = append(ahead, c.ID)
			}
		}
		if t.State != rules.Declared && t.Begun() && need.Points == 0 && t.Remaining == 0 {
			ready = append(ready, code)
		}
	}
	if len(idle) > 0 && !p.supposed {
		add("The plan counts points that you have and that are not allocated yet (%s): cmp allocate --auto", strings.Join(idle, ", "))
	}
	if len(ahead) > 0 {
		add("It counts as done what is dated in the future: %s %s.", words.Verb(len(ahead), "credit", "credits"), words.Numbers(ahead, ", "))
	}
	for i, t := range p.standings {
		if cost := t.Cost(); cost > 0 && t.State != rules.Declared && !p.supposed {
			add("Your own allocations cost %s %s that the plan counts: cmp allocate --auto --fresh --credential %s", p.name(i), words.Points(cost), p.name(i))
		}
		for _, text := range needRemarks(p.name(i), p.Needs[i], t) {
			add("%s", text)
		}
	}
	if p.punctual > p.Points {
		add("Some of it comes later than the day to declare by. To be in time, %s are to be earned: cmp plan --in-time", words.Points(p.punctual))
	}
	if len(ready) > 0 && !p.supposed {
		add("Nothing remains for %s: cmp declare %s", words.List("and", ready), strings.Join(ready, " "))
	}
	return all
}

// needRemarks says of one credential what the lists do not.
func needRemarks(code string, need rules.PlanNeed, t rules.Standing) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	switch {
	case need.Lost:
		add("%s expired %s and lacks %s, which can no longer be earned.", code, t.Cycle.Last, words.Points(need.Points))
	case t.State == rules.Declared:
		add("%s is declared.", code)
	case need.Points > 0 && need.After > need.Points:
		var ids []int64
		for _, c := range need.Fading {
			if c.ID > 0 {
				ids = append(ids, c.ID)
			}
		}
		add("For %s the last %s count: after %s what is too old (%s) leaves %s to earn instead of %s.", code,
			months(t.Edition.Programme.LastYears.Months), need.Last, strings.TrimSpace(words.Verb(len(ids), "credit", "credits")+" "+words.Numbers(ids, ", ")),
			words.Points(need.After), need.Points)
	}
	if titles := assumedFigures(t.Edition); titles != "" {
		add("Assumed for %s, and to be checked on the board's page: %s. cmp rules show %s", code, titles, code)
	}
	return all
}

// proof says why no plan needs fewer points.
func (p planned) proof() string {
	var parts []string
	fractions := false
	for _, b := range p.Bounds {
		parts = append(parts, fmt.Sprintf("%s lacks %s in %s", p.name(b.Account), b.Points, boundNames(b.Requirements, p.accounts[b.Account].Edition)))
		fractions = fractions || b.Weight != b.WeightOf
	}
	if len(parts) == 1 && !fractions && p.Proved == p.Points {
		return "No plan needs less: whatever is allocated, " + parts[0] + "."
	}
	text := "As long as each activity has one topic, no plan needs less: whatever is allocated, " + words.List("and", parts)
	switch {
	case fractions || p.Proved < p.Points:
		return text + ", and every other way to earn for all of that was tried."
	}
	return text + ", and no such activity serves two of these."
}

// boundNames names the requirements of a bound: all, or nearly all, by one
// word.
func boundNames(requirements []rules.Requirement, e *rules.Edition) string {
	other := slices.ContainsFunc(requirements, func(r rules.Requirement) bool { return r.Name == ledger.Other })
	if len(requirements) == len(e.Requirements) || other && len(requirements) > 3 {
		return "all"
	}
	names := make([]string, len(requirements))
	for i, r := range requirements {
		names[i] = lower(r.Title)
	}
	return words.List("and", names)
}
