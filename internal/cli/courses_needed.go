package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// A closing is what a course would close, done as soon as that counts.
type closing struct {
	course ledger.Course
	closes ledger.Points // by so much fewer are then to be earned in all
	first  ledger.Date   // on which it does, and no day before
	parts  []closedPart  // in the order of the accounts
}

// A closedPart is what a course would close for one account by itself.
type closedPart struct {
	account      int
	points       ledger.Points
	requirements []rules.Requirement
}

// A need is what is to be earned, and what each course would change of it.
type need struct {
	planned
	today ledger.Date
	days  []ledger.Date // on which the window of an account begins to hold what is earned
	known map[string]closing
}

func newNeed(p planned, today ledger.Date) *need {
	n := &need{planned: p, today: today, known: map[string]closing{}}
	for _, account := range p.Needs {
		if account.Points > 0 && !account.Lost {
			n.days = append(n.days, account.First)
		}
	}
	slices.Sort(n.days)
	n.days = slices.Compact(n.days)
	return n
}

// closes plans once more, as if the course were done, on each of the days, for
// windows differ. Of courses that are worth the same it does so once.
func (n *need) closes(c ledger.Course) closing {
	topics := slices.Clone(c.Topics)
	slices.SortStableFunc(topics, func(a, b ledger.CreditTopic) int { return cmp.Compare(a.Topic, b.Topic) })
	key := c.Points.String() + " " + ledger.FormatCreditTopics(topics)
	best, ok := n.known[key]
	if !ok && c.Points > 0 {
		for _, day := range n.days {
			points, needs := rules.Fewest(n.with(c, day), n.today, false)
			if closes := n.Points - points; closes > best.closes {
				best = closing{closes: closes, first: day, parts: n.parts(needs)}
			}
		}
		n.known[key] = best
	}
	best.course = c
	return best
}

// with returns the accounts with a credit for the course, under a number that no
// recorded one has.
func (n *need) with(c ledger.Course, day ledger.Date) []rules.Account {
	credit := ledger.Credit{ID: -1, Date: day, Title: c.Title, Points: c.Points, Topics: c.Topics, Activity: ledger.CourseActivity}
	accounts := slices.Clone(n.accounts)
	for i := range accounts {
		accounts[i].Credits = append(slices.Clip(accounts[i].Credits), credit)
	}
	return accounts
}

// parts compares what each account needs by itself.
func (n *need) parts(then []rules.PlanNeed) []closedPart {
	var all []closedPart
	for i, before := range n.Needs {
		after := then[i]
		if after.Points >= before.Points {
			continue
		}
		part := closedPart{account: i, points: before.Points - after.Points}
		for _, s := range before.Shortages {
			if s.Points > shortageOf(after.Shortages, s.Requirements) {
				part.requirements = append(part.requirements, s.Requirements...)
			}
		}
		all = append(all, part)
	}
	return all
}

// shortageOf returns the points that are lacking in just these requirements.
func shortageOf(all []rules.Shortage, requirements []rules.Requirement) ledger.Points {
	same := func(a, b rules.Requirement) bool { return a.Name == b.Name }
	for _, s := range all {
		if slices.EqualFunc(s.Requirements, requirements, same) {
			return s.Points
		}
	}
	return 0
}

// byUse orders courses: what closes most comes first, then what is known to
// cost least for that, then what wastes the fewest points.
func byUse(a, b closing) int {
	price := func(c closing) ledger.Price {
		if c.course.HasPrice() {
			return c.course.Price
		}
		return ledger.MaxPrice + 1
	}
	return cmp.Or(cmp.Compare(b.closes, a.closes), cmp.Compare(price(a), price(b)), cmp.Compare(a.course.Points, b.course.Points))
}

// A needed is the courses that close something, and why others are not among
// them.
type needed struct {
	*need
	courses   []closing
	nothing   int // courses that close nothing
	worthless int // of which no points are stated
	selection courseSelection
}

// neededCourses ranks courses by what they close for the credentials that the
// codes name, or all without any.
func (a *app) neededCourses(ctx context.Context, f courseFilter, codes []string) error {
	var s snapshot
	var all []ledger.Course
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if s, err = a.judged(ctx, tx); err == nil {
			all, err = tx.Courses(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	p, lacking, err := a.planOf(s, codes, false)
	if err != nil {
		return err
	}
	n := needed{need: newNeed(p, a.today), selection: f.selectCourses(all)}
	n.rank()
	if err := a.printNeeded(n, s, len(all)); err != nil || lacking == nil {
		return err
	}
	return lacking
}

func (a *app) printNeeded(n needed, s snapshot, courses int) error {
	switch {
	case a.settings.Format == answer.JSON:
		return a.print(n.answer(a.today))
	case a.settings.Format != answer.Table:
		rows := make([][]string, len(n.courses))
		for i, c := range n.courses {
			rows[i] = append([]string{strconv.FormatInt(c.course.ID, 10), c.closes.String(), n.closesFor(c)}, transcript.CourseRecord(c.course)...)
		}
		return answer.Records(a.env.Out, a.settings.Format, append([]string{"id", "closes", "for"}, transcript.CourseHeader()...), rows)
	case len(s.Credentials) == 0:
		a.say("No credentials yet (%s): cmp credential add MLS --expires DATE", a.settings.DB)
		return nil
	case courses == 0:
		a.sayNoCourses()
		return nil
	}
	return a.neededTable(n)
}

func (n *needed) rank() {
	for _, course := range n.selection.courses {
		switch c := n.closes(course); {
		case c.closes > 0:
			n.courses = append(n.courses, c)
		case course.Points == 0:
			n.worthless++
		default:
			n.nothing++
		}
	}
	slices.SortStableFunc(n.courses, byUse)
}

// closesFor says what a course would close something for, and from when on where
// that is not today: "MLS ethics; SBB ethics, blood-banking from 2027-04-01".
func (n *needed) closesFor(c closing) string {
	parts := make([]string, len(c.parts))
	for i, p := range c.parts {
		parts[i] = n.name(p.account) + " " + strings.Join(p.names(), ", ")
	}
	text := strings.Join(parts, "; ")
	if c.first > n.today {
		text += " from " + c.first.String()
	}
	return text
}

func (p closedPart) names() []string {
	names := []string{}
	for _, r := range p.requirements {
		names = append(names, string(r.Name))
	}
	return names
}

func (a *app) neededTable(n needed) error {
	var rows [][]any
	for _, c := range n.courses {
		of := c.course
		rows = append(rows, []any{of.ID, of.Title, c.closes, n.closesFor(c), of.Points, priceText(of), of.Provider, of.URL})
	}
	if len(rows) > 0 {
		const columns = "Course|right; Title|wrap wide; Closes|right; For|wrap wide; Points|right; Price|right; Provider|cut from100; URL|any from120"
		if err := a.table(columns, rows); err != nil {
			return err
		}
	}
	a.tell("%s", n.sum())
	return nil
}

// sum says what the courses are for, and why others are not among them.
func (n *needed) sum() string {
	if n.Points == 0 {
		return planLine(n.planned)
	}
	closing := "no course closes any"
	if k := len(n.courses); k > 0 {
		closing = words.Count(k, "course") + " " + words.Verb(k, "closes some", "close some")
	}
	text := fmt.Sprintf("%s %s still to be earned (cmp plan): %s of it.", words.Points(n.Points), words.Agree(n.Points, "is", "are"), closing)
	var left []string
	add := func(n int, text string) {
		if n > 0 {
			left = append(left, fmt.Sprintf(text, n))
		}
	}
	add(n.nothing, "%d that "+words.Verb(n.nothing, "closes", "close")+" nothing")
	add(n.worthless, "%d whose points are not stated")
	add(n.selection.unknown, "%d whose price is not stated")
	if len(left) > 0 {
		text += " Left out: " + words.List("and", left) + "."
	}
	return text
}

type neededAnswer struct {
	Schema  string         `json:"schema" shape:"cmp.courses-needed/1" title:"Courses that close what is to be earned" doc:"Written by cmp courses list --needed."`
	AsOf    ledger.Date    `json:"as_of" doc:"Day it was judged by."`
	ToEarn  ledger.Points  `json:"to_earn" doc:"The least to earn for all credentials together."`
	Courses []closingItem  `json:"courses"`
	LeftOut coursesLeftOut `json:"left_out" doc:"Numbers of courses by why they are left out."`
}

type closingItem struct {
	courseItem
	Points   ledger.Points `json:"points" doc:"What it is worth."`
	Closes   ledger.Points `json:"closes" doc:"How many points fewer are to be earned once it is done."`
	FirstDay ledger.Date   `json:"first_day" doc:"To do it on: today, or when a cycle begins."`
	For      []closedItem  `json:"for"`
}

type closedItem struct {
	ledger.CredentialName
	Points       ledger.Points `json:"points" doc:"That it closes there, by itself."`
	Requirements []string      `json:"requirements" doc:"Requirements it serves."`
}

type coursesLeftOut struct {
	ClosesNothing   int `json:"closes_nothing"`
	PointsNotStated int `json:"points_not_stated"`
	PriceNotStated  int `json:"price_not_stated"`
}

func (n *needed) answer(today ledger.Date) neededAnswer {
	out := neededAnswer{AsOf: today, ToEarn: n.Points, LeftOut: coursesLeftOut{n.nothing, n.worthless, n.selection.unknown}}
	for _, c := range n.courses {
		item := closingItem{courseItem: itemOf(c.course), Points: c.course.Points, Closes: c.closes, FirstDay: c.first}
		for _, p := range c.parts {
			item.For = append(item.For, closedItem{n.accounts[p.account].Credential.CredentialName, p.points, p.names()})
		}
		out.Courses = append(out.Courses, item)
	}
	return out
}
