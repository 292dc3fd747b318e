package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
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
	columns := []answer.Column{
		{Title: "Points", Right: true}, {Title: "Topic", Wrap: true, Wide: true}, {Title: "For", Wrap: true},
		{Title: "Earn by"}, {Title: "Counts until"},
	}
	if p.alone {
		columns = columns[:4]
	}
	var rows [][]answer.Cell
	for _, l := range p.Lines {
		row := answer.Cells(l.Points.String(), lineTopics(l), p.serves(l), p.earnBy(l).String(), l.Last.String())
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
	columns := []answer.Column{
		{Title: "Deadline"}, {Title: "Days", Right: true}, {Title: "What", Wrap: true}, {Title: "Points by then", Right: true}, {Title: "A month", Right: true},
	}
	var rows [][]answer.Cell
	for _, d := range p.deadlines() {
		rows = append(rows, answer.Cells(d.day.String(), fmt.Sprint(int(d.day-a.today)), d.text, d.points.String(), d.perMonth.String()))
	}
	return screen.Table(columns, rows)
}
