package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

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
		return answer.WriteJSON(a.env.Out, n.toJSON(a.today))
	case a.settings.Format != answer.Table:
		return a.neededRecords(n)
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
	words := make([]string, len(c.parts))
	for i, p := range c.parts {
		words[i] = n.name(p.account) + " " + strings.Join(p.names(), ", ")
	}
	text := strings.Join(words, "; ")
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
	all := make([]ledger.Course, len(n.courses))
	for i, c := range n.courses {
		all[i] = c.course
	}
	columns := []answer.Column{
		{Title: "Course", Right: true}, {Title: "Title", Wrap: true, Wide: true}, {Title: "Closes", Right: true},
		{Title: "For", Wrap: true, Wide: true}, {Title: "Points", Right: true}, {Title: "Price", Right: true},
	}
	rows := make([][]answer.Cell, len(n.courses))
	for i, c := range n.courses {
		rows[i] = answer.Cells(strconv.FormatInt(c.course.ID, 10), c.course.Title, c.closes.String(), n.closesFor(c),
			c.course.Points.String(), priceText(c.course))
	}
	if len(rows) > 0 {
		if err := a.courseOrigins(columns, rows, all, 100); err != nil {
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

func (a *app) neededRecords(n needed) error {
	rows := make([][]string, len(n.courses))
	for i, c := range n.courses {
		rows[i] = append([]string{strconv.FormatInt(c.course.ID, 10), c.closes.String(), n.closesFor(c)}, transcript.CourseRecord(c.course)...)
	}
	return answer.Records(a.env.Out, a.settings.Format, append([]string{"id", "closes", "for"}, transcript.CourseHeader()...), rows)
}

type neededJSON struct {
	Schema  string             `json:"schema"`
	AsOf    ledger.Date        `json:"as_of"`
	ToEarn  ledger.Points      `json:"to_earn"`
	Courses []closingJSON      `json:"courses"`
	LeftOut coursesLeftOutJSON `json:"left_out"`
}

type closingJSON struct {
	courseJSON
	Closes   ledger.Points    `json:"closes"`
	FirstDay ledger.Date      `json:"first_day"` // to do it on: today, or when a cycle begins
	For      []closedPartJSON `json:"for"`
}

type closedPartJSON struct {
	Credential   string        `json:"credential"`
	Body         string        `json:"body"`
	Points       ledger.Points `json:"points"` // that it closes there, by itself
	Requirements []string      `json:"requirements"`
}

// coursesLeftOutJSON counts courses by why they are left out.
type coursesLeftOutJSON struct {
	ClosesNothing   int `json:"closes_nothing"`
	PointsNotStated int `json:"points_not_stated"`
	PriceNotStated  int `json:"price_not_stated"`
}

func (n *needed) toJSON(today ledger.Date) neededJSON {
	out := neededJSON{"cmp.courses-needed/1", today, n.Points, []closingJSON{}, coursesLeftOutJSON{n.nothing, n.worthless, n.selection.unknown}}
	for _, c := range n.courses {
		j := closingJSON{courseToJSON(c.course), c.closes, c.first, []closedPartJSON{}}
		for _, p := range c.parts {
			name := n.accounts[p.account].Credential.CredentialName
			j.For = append(j.For, closedPartJSON{name.Code, name.Body, p.points, p.names()})
		}
		out.Courses = append(out.Courses, j)
	}
	return out
}
