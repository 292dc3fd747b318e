package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// A chart is what counts over the days against the straight line and, below,
// the points of each credit. Its lines are drawn two units a day from left to
// right and one for each hundredth of a point; labels stand where they stand
// in pixels: the lines are 150 high, and the axis is at 236.
type chart struct {
	picture
	Top, Height     int // of the lines below the rows of marks, and of all
	Width           int64
	Ticks           []tick
	Half            ledger.Points // of what is required
	Steps, Straight string        // lines, or ""
	Bars            []bar
	Most            ledger.Points // of one bar
	Marks           []label
	Now             *label // what counts today
}

const (
	rowHeight  = 17 // of a mark
	paceHeight = 150
	axis       = 256
)

// Chart returns the chart of a credential, or nil where there is nothing to
// draw: before a cycle begins, unless it has credits already.
func (p picture) Chart() *chart {
	uses := func(c Credit) bool { return c.of(p.index) != nil }
	if p.Today < p.First && !slices.ContainsFunc(p.report.Credits, uses) {
		return nil
	}
	s := newScale(p.First, p.Last, p.Today)
	marks := p.marks(s)
	c := chart{
		picture: p, Top: len(marks)*rowHeight + 6, Width: 2 * s.days(), Ticks: s.ticks(), Half: p.Required / 2, Marks: marks,
	}
	c.Height = c.Top + axis
	for i := range marks {
		y := i*rowHeight - c.Top
		marks[i].From, marks[i].Y = y+2, y+12
	}
	c.steps(s)
	c.bars(s)
	return &c
}

// A label is a text beside a place, on the side where more room is.
type label struct {
	Place
	From, Y     int // where its line or point begins, and its text stands
	Class, Text string
}

// marks returns the days to be marked, each in its row from the top: those in
// the right half, whose labels stand to their left, from the last on; then the
// others from the first on. So no line crosses a label of the same half.
func (p picture) marks(s scale) []label {
	var all []label
	mark := func(d ledger.Date, class, text string) {
		if d != 0 && s.has(d) {
			all = append(all, label{Place: s.at(d), Class: class, Text: text + " " + d.String()})
		}
	}
	mark(p.Today, "today", "today")
	mark(p.Cycle.Declared, "by", "declared")
	if p.Cycle.Declared == 0 {
		mark(p.DeclareBy, "by", "declare by")
	}
	if p.Today > p.Cycle.Last {
		mark(p.Cycle.Last, "expiry", "expired")
	} else {
		mark(p.Cycle.Last, "expiry", "expires")
	}
	key := func(l label) Place {
		if l.Right() {
			return -l.Place
		}
		return l.Place
	}
	slices.SortStableFunc(all, func(x, y label) int { return cmp.Compare(key(x), key(y)) })
	return all
}

// steps draws the line of what counts, from the first day of the scale to the
// end of today, and the straight line where there is a pace.
func (c *chart) steps(s scale) {
	if c.Today < s.first {
		return
	}
	left := c.Required
	line := fmt.Appendf(nil, "M0 %d", left)
	for _, credit := range c.report.Credits {
		if u := credit.of(c.index); u != nil && u.Counted > 0 {
			left -= u.Counted
			line = fmt.Appendf(line, "H%dV%d", 2*(credit.Date-s.first), left)
		}
	}
	c.Steps = string(fmt.Appendf(line, "H%d", 2*(min(c.Today, s.last)-s.first+1)))
	if c.Pace() != nil {
		c.Straight = fmt.Sprintf("M%d %dL%d 0", 2*(c.First-s.first), c.Required, 2*(c.Last-s.first+1))
	}
	if !s.has(c.Today) {
		return
	}
	y := int(paceHeight * int64(c.Required-c.Counted) / int64(c.Required))
	c.Now = &label{Place: s.at(c.Today), From: y, Y: y - 8, Class: "now", Text: c.Counted.String()}
	if c.Now.Y < 14 {
		c.Now.Y = y + 17 // below the line, clear of the marks
	}
}

// A bar is the credits of one day.
type bar struct {
	day           ledger.Date
	counted, rest ledger.Points
	credits       int
	title         string // of the first
	Counts, Rest  string // lines, or ""
}

// bars draws the credits whose dates may count: what counts below, what does
// not above it.
func (c *chart) bars(s scale) {
	for _, credit := range c.report.Credits { // by date
		u := credit.of(c.index)
		if u == nil || !s.has(credit.Date) {
			continue
		}
		if n := len(c.Bars); n == 0 || c.Bars[n-1].day != credit.Date {
			c.Bars = append(c.Bars, bar{day: credit.Date, title: credit.Title})
		}
		b := &c.Bars[len(c.Bars)-1]
		b.counted, b.rest, b.credits = b.counted+u.Counted, b.rest+credit.Points-u.Counted, b.credits+1
		c.Most = max(c.Most, b.counted+b.rest)
	}
	for i := range c.Bars {
		b := &c.Bars[i]
		x := 2*(b.day-s.first) + 1
		seen := max(b.counted+b.rest, c.Most/15) // low ones stay visible
		middle := b.counted
		if b.rest == 0 {
			middle = seen
		}
		if middle > 0 {
			b.Counts = fmt.Sprintf("M%d 0V%d", x, -middle)
		}
		if b.rest > 0 {
			b.Rest = fmt.Sprintf("M%d %dV%d", x, -middle, -seen)
		}
	}
}

// Words says what the bars show.
func (c *chart) Words() string {
	if len(c.Bars) == 0 {
		return fmt.Sprintf("No credits from %s to %s.", c.First, c.Last)
	}
	n := 0
	for _, b := range c.Bars {
		n += b.credits
	}
	return fmt.Sprintf("%s from %s to %s.", words.Count(n, "credit"), c.Bars[0].day, c.Bars[len(c.Bars)-1].day)
}

// Words says what a bar stands for.
func (b bar) Words() string {
	s := fmt.Sprintf("%s: %s", b.day, words.Points(b.counted+b.rest))
	if b.rest > 0 {
		s += fmt.Sprintf(", of which %s %s", b.counted, words.Agree(b.counted, "counts", "count"))
	}
	if b.credits > 1 {
		return s + ", " + words.Count(b.credits, "credit")
	}
	return s + ", " + b.title
}

// A scale lays days out from left to right, each as wide as the others.
type scale struct{ first, last ledger.Date } // both included

// newScale returns the days of a chart: those whose credits count and, where
// it is not far off, today.
func newScale(first, last, today ledger.Date) scale {
	s := scale{first, last}
	far := ledger.Date(s.days() / 4)
	switch {
	case today < s.first && s.first-today <= far:
		s.first = today
	case today > s.last && today-s.last <= far:
		s.last = today
	}
	return s
}

func (s scale) days() int64 { return int64(s.last-s.first) + 1 }

func (s scale) has(d ledger.Date) bool { return s.first <= d && d <= s.last }

// at returns where the day ends.
func (s scale) at(d ledger.Date) Place { return Place((int64(d-s.first) + 1) * 10000 / s.days()) }

// A Place is a share of a width, in ten-thousandths.
type Place int64

// At returns the place as SVG writes it.
func (p Place) At() string { return fmt.Sprintf("%d.%02d%%", p/100, p%100) }

// Right reports whether the place is in the right half.
func (p Place) Right() bool { return p > 5000 }

// share returns how much is done: nothing only when nothing is, and all only
// when all is, with a difference that can be seen.
func share(done, all ledger.Points) Place {
	const seen = 150
	switch {
	case done >= all:
		return 10000
	case done <= 0:
		return 0
	}
	return min(max(Place(int64(done)*10000/int64(all)), seen), 10000-seen)
}

// room is the width of a label in the narrowest chart, in ten-thousandths: the
// page is made for 360 pixels, which leave a chart 34 characters.
func room(label string) Place { return Place(len(label) * 10000 / 34) }

// A tick is where a year or a month begins.
type tick struct {
	Place
	Label string // or "" where it has no room
}

// ticks returns where years begin or, where the scale is short, months: as many
// as have room for their labels. What began before the scale stands at its left
// end, if there is room.
func (s scale) ticks() []tick {
	const most = 6
	for _, months := range []int{1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000} {
		if all := s.every(months); len(all) <= most {
			return all
		}
	}
	return nil
}

// every returns the begin of every so many months.
func (s scale) every(months int) []tick {
	year, month, _ := s.first.YMD()
	begun := (year*12 + month - 1) / months * months
	var all []tick
	for n := begun + months; ; n += months {
		day := ledger.MakeDate(n/12, n%12+1, 1)
		if day == 0 || day > s.last {
			break
		}
		t := tick{s.at(day - 1), named(n)}
		if t.Place+room(t.Label) > 10000 {
			t.Label = ""
		}
		all = append(all, t)
	}
	if first := named(max(begun, year*12)); len(all) == 0 || all[0].Place > room(first+" ") {
		all = append([]tick{{0, first}}, all...)
	}
	return all
}

// named returns a month, counted from the year 0, as it stands at an axis: the
// first of a year by the year's number.
func named(month int) string {
	if n := month % 12 * 3; n != 0 {
		return "JanFebMarAprMayJunJulAugSepOctNovDec"[n : n+3]
	}
	return strconv.Itoa(month / 12)
}
