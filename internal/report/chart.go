package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"cmpledger/internal/ledger"
)

// A chart shows the points that count over the days, beside the straight line: two units
// are a day, one is a hundredth of a point. Labels are placed in pixels; the lines are 150
// high.
type chart struct {
	picture
	Top, Height     int // of the lines below the rows of marks, and of all
	Width           int64
	Half            ledger.Points // of what is required
	Steps, Straight string        // lines; Straight is "" where there is no pace
	Marks           []label
	Now             *label // what counts today, nil where the days are over
}

const (
	rowHeight  = 17 // of a mark
	paceHeight = 150
	axis       = 172
)

// Chart returns the chart of a credential, or nil before its days begin and where nothing is required.
func (p picture) Chart() *chart {
	if p.Today < p.First || p.Required == 0 {
		return nil
	}
	marks := p.marks()
	out := chart{picture: p, Top: len(marks)*rowHeight + 6, Width: 2 * p.days(), Half: p.Required / 2, Marks: marks}
	out.Height = out.Top + axis
	for i := range marks {
		y := i*rowHeight - out.Top
		marks[i].From, marks[i].Y = y+2, y+12
	}
	out.steps()
	return &out
}

// A label is a text beside a place, on the side that has more room.
type label struct {
	Place
	From, Y     int // where its line or point begins, and its text stands
	Class, Text string
}

// marks returns the days to mark, each in a row of its own from the top: first those in
// the right half, with labels to their left, the last day first; then the others, the
// first day first. So no line crosses a label.
func (p picture) marks() []label {
	var all []label
	mark := func(d ledger.Date, class, text string) {
		if p.First <= d && d <= p.Last {
			all = append(all, label{Place: p.at(d), Class: class, Text: text + " " + d.String()})
		}
	}
	mark(p.Today, "today", "today")
	mark(p.Cycle.Declared, "by", "declared")
	if p.Cycle.Declared == 0 {
		mark(p.DeclareFrom, "by", "declare from")
		mark(p.DeclareBy, "by", "declare by")
	}
	expiry := "expires"
	if p.Today > p.Cycle.Last {
		expiry = "expired"
	}
	mark(p.Cycle.Last, "expiry", expiry)
	key := func(l label) Place {
		if l.Right() {
			return -l.Place
		}
		return l.Place
	}
	slices.SortStableFunc(all, func(x, y label) int { return cmp.Compare(key(x), key(y)) })
	return all
}

// steps draws the points that count, from the first day to the end of today, and the
// straight line if there is a pace.
func (c *chart) steps() {
	left := c.Required
	line := fmt.Appendf(nil, "M0 %d", left)
	for _, credit := range c.credits {
		for _, u := range credit.Uses {
			if u.Credential == c.index && u.Counted > 0 {
				left -= u.Counted
				line = fmt.Appendf(line, "H%dV%d", 2*(credit.Date-c.First), left)
			}
		}
	}
	c.Steps = string(fmt.Appendf(line, "H%d", 2*(min(c.Today, c.Last)-c.First+1)))
	if c.Pace() != nil {
		c.Straight = fmt.Sprintf("M0 %dL%d 0", c.Required, c.Width)
	}
	if c.Today > c.Last {
		return
	}
	y := int(paceHeight * int64(c.Required-c.Counted) / int64(c.Required))
	c.Now = &label{Place: c.at(c.Today), From: y, Y: y - 8, Class: "now", Text: c.Counted.String()}
	if c.Now.Y < 14 {
		c.Now.Y = y + 17 // below the line, clear of the marks
	}
}

func (p picture) days() int64 { return int64(p.Last-p.First) + 1 }

// at returns where the day ends.
func (p picture) at(d ledger.Date) Place { return Place((int64(d-p.First) + 1) * 10000 / p.days()) }

// A Place is a share of a width, in ten-thousandths.
type Place int64

// At returns the place as SVG writes it.
func (p Place) At() string { return fmt.Sprintf("%d.%02d%%", p/100, p%100) }

// Right reports whether the place is in the right half.
func (p Place) Right() bool { return p > 5000 }

// share returns how much is done. It shows the least bit that is done or missing.
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

// room is the width of a year in the narrowest chart, 360 pixels or 34 characters.
const room = 5 * 10000 / 34

// A tick is where a year begins.
type tick struct {
	Place
	Label string // or "" where it has no room
}

// Ticks returns where years begin, at most six. The first stands at the left end, if
// there is room.
func (p picture) Ticks() []tick {
	first, _, _ := p.First.YMD()
	last, _, _ := p.Last.YMD()
	var all []tick
	for year := first + 1; year <= last; year += 1 + (last-first)/6 {
		t := tick{p.at(ledger.MakeDate(year, 1, 1) - 1), strconv.Itoa(year)}
		if t.Place+room > 10000 {
			t.Label = ""
		}
		all = append(all, t)
	}
	if len(all) == 0 || all[0].Place > room {
		all = append([]tick{{0, strconv.Itoa(first)}}, all...)
	}
	return all
}
