package cli

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
	"cmpledger/internal/sorted"
)

// printPlanned shows what to earn, by when, and why no less would do.
func (a *app) printPlanned(p planned) error {
	screen := a.page()
	if err := a.printList(screen, p); err != nil || len(p.Bounds) == 0 {
		return err
	}
	screen.Paragraph(fmt.Sprintf("Why so much: cmp explain %s. What could close it: cmp courses list --needed", p.name(p.Bounds[0].Account)))
	return nil
}

// printList shows a plan: its sentence, its lines, the deadlines and remarks.
func (a *app) printList(screen render.Screen, p planned) error {
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
		return fmt.Sprintf("Nothing is to be earned for %s.", list("and", done))
	case len(lacking) == 1:
		text = fmt.Sprintf("To earn: %s for %s", points(p.Points), lacking[0])
	default:
		text = fmt.Sprintf("To earn: %s for %s together (alone: %s)", points(p.Points), list("and", lacking), strings.Join(alone, ", "))
	}
	if len(done) > 0 {
		text += fmt.Sprintf("; nothing for %s", list("and", done))
	}
	return text + "."
}

// lineTable shows the shopping list.
func lineTable(screen render.Screen, p planned) error {
	columns := []render.Column{
		{Title: "Points", Right: true}, {Title: "Topic", Wrap: true, Wide: true}, {Title: "For", Wrap: true},
		{Title: "Earn by"}, {Title: "Counts until"},
	}
	if p.alone {
		columns = columns[:4]
	}
	var rows [][]render.Cell
	for _, l := range p.Lines {
		row := render.Cells(l.Points.String(), lineTopics(l), p.serves(l), p.earnBy(l).String(), l.Last.String())
		rows = append(rows, row[:len(columns)])
	}
	return screen.Table(columns, rows)
}

// anyTopic stands for the topics of a line that needs none.
const anyTopic = "any topic"

func lineTopics(l rules.PlanLine) string {
	if l.Topics == nil {
		return anyTopic
	}
	if n := len(l.Topics); n > 5 {
		return fmt.Sprintf("any of %d topics, such as %s", n, list("or", words(l.Topics[:2])))
	}
	return list("or", words(l.Topics))
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
	sorted.By(all, func(a, b deadline) int { return cmp.Compare(a.day, b.day) })
	return all
}

func (a *app) deadlineTable(screen render.Screen, p planned) error {
	columns := []render.Column{
		{Title: "Deadline"}, {Title: "Days", Right: true}, {Title: "What", Wrap: true}, {Title: "Points by then", Right: true}, {Title: "A month", Right: true},
	}
	var rows [][]render.Cell
	for _, d := range p.deadlines() {
		rows = append(rows, render.Cells(d.day.String(), fmt.Sprint(int(d.day-a.today)), d.text, d.points.String(), d.perMonth.String()))
	}
	return screen.Table(columns, rows)
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
		add("It counts as done what is dated in the future: %s %s.", verb(len(ahead), "credit", "credits"), numbers(ahead, ", "))
	}
	for i, t := range p.standings {
		if cost := costOf(t); cost > 0 && t.State != rules.Declared && !p.supposed {
			add("Your own allocations cost %s %s that the plan counts: cmp allocate --auto --fresh --credential %s", p.name(i), points(cost), p.name(i))
		}
		for _, text := range needRemarks(p.name(i), p.Needs[i], t) {
			add("%s", text)
		}
	}
	if p.punctual > p.Points {
		add("Some of it comes later than the day to declare by. To be in time, %s are to be earned: cmp plan --in-time", points(p.punctual))
	}
	if len(ready) > 0 && !p.supposed {
		add("Nothing remains for %s: cmp declare %s", list("and", ready), strings.Join(ready, " "))
	}
	return all
}

// needRemarks says of one credential what the lists do not.
func needRemarks(code string, need rules.PlanNeed, t rules.Standing) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	switch {
	case need.Lost:
		add("%s expired %s and lacks %s, which can no longer be earned.", code, t.Cycle.Last, points(need.Points))
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
			months(t.Edition.Programme.LastYears.Months), need.Last, strings.TrimSpace(verb(len(ids), "credit", "credits")+" "+numbers(ids, ", ")),
			points(need.After), need.Points)
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
	text := "As long as each activity has one topic, no plan needs less: whatever is allocated, " + list("and", parts)
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
	return list("and", names)
}

// printSupposed shows what is to be earned as it is and as it would be, side by
// side, and then the plan as it would be.
func (a *app) printSupposed(now planned, then supposed) error {
	screen := a.page()
	screen.Sentence("What if " + list("and", then.words) + "?")
	for _, part := range []struct {
		title string
		rows  [][]render.Cell
	}{{"To earn", compareNeeds(now, then.planned)}, {"By topic", compareTopics(now, then.planned)}} {
		if len(part.rows) == 0 {
			continue
		}
		fmt.Fprintln(a.env.Out)
		if err := screen.Table([]render.Column{{Title: part.title, Wrap: true}, {Title: "As it is", Right: true}, {Title: "What if", Right: true}}, part.rows); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.env.Out)
	return a.printList(screen, then.planned)
}

// compareNeeds shows what each credential lacks in two plans, and what all do
// together.
func compareNeeds(now, then planned) [][]render.Cell {
	var rows [][]render.Cell
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
				rows = append(rows, render.Cells(p.standings[i].Designation(), need(now, name), need(then, name)))
			}
		}
	}
	return append(rows, render.Cells("In all", now.Points.String(), then.Points.String()))
}

// compareTopics shows what is to be earned by topic in two plans.
func compareTopics(now, then planned) [][]render.Cell {
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
	rows := make([][]render.Cell, len(topics))
	for i, topic := range topics {
		rows[i] = render.Cells(topic, dash(sums[topic][0]), dash(sums[topic][1]))
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
