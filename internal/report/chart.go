package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/markup"
)

// Heights in the chart of a credential, in pixels: a row of marks, what counts
// so far, the space below it, the bars of the credits, the axis.
const (
	rowHeight   = 17
	paceHeight  = 150
	between     = 26
	barsHeight  = 60
	axisHeight  = 20
	barsTop     = paceHeight + between
	chartHeight = barsTop + barsHeight
)

// ring writes how much counts of what is required, as a ring.
func (c Credential) ring(b *strings.Builder, id string) {
	fmt.Fprintf(b, `<svg class="ring" viewBox="0 0 120 120" role="img" aria-labelledby="%[1]s-ring">`+
		`<title id="%[1]s-ring">%[2]s: %[3]s of %[4]s counted</title>`+
		`<circle class="track" cx="60" cy="60" r="51"/>`, id, escaped(c.Designation), c.Counted, points(c.Required))
	if n := share(c.Counted, c.Required); n > 0 {
		fmt.Fprintf(b, `<circle class="%s" cx="60" cy="60" r="51" pathLength="10000" stroke-dasharray="%d 10000" transform="rotate(-90 60 60)"/>`,
			fill(n), n)
	}
	value := c.Counted.String()
	fmt.Fprintf(b, "<text class=\"value\" font-size=\"%d\" x=\"60\" y=\"66\">%s</text><text class=\"unit\" x=\"60\" y=\"84\">of %s</text></svg>\n",
		min(29, 115/len(value)), value, c.Required) // a long number has to fit, too
}

// bar writes how much counts of what a requirement needs, as a bar.
func bar(b *strings.Builder, title string, done, all ledger.Points) {
	n := share(done, all)
	fmt.Fprintf(b, `<svg class="bar" role="img" width="100%%" height="10"><title>%s: %s of %s</title>`+
		`<rect class="track" width="100%%" height="10" rx="5"/>`, escaped(title), done, points(all))
	if n > 0 {
		fmt.Fprintf(b, `<rect class="%s" width="%s" height="10" rx="5"/>`, fill(n), percent(n))
	}
	b.WriteString("</svg>")
}

// fill returns the class of what shows such a share.
func fill(share int64) string {
	if share == 10000 {
		return "done"
	}
	return "part"
}

// A mark is a day that a vertical line stands for.
type mark struct {
	day          ledger.Date
	class, label string
}

// marks returns the days to be marked, each in its row from the top: those in
// the right half, whose labels stand to their left, from the last on; then the
// others from the first on. So no line crosses a label of the same half.
func (c Credential) marks(s scale, today ledger.Date) []mark {
	all := []mark{{today, "today", "today"}, {c.Declared, "by", "declared"}, {c.Cycle.Last, "expiry", "expires"}}
	if c.Declared == 0 {
		all = append(all, mark{c.DeclareBy, "by", "declare by"})
	}
	if today > c.Cycle.Last {
		all[2].label = "expired"
	}
	all = slices.DeleteFunc(all, func(m mark) bool { return m.day == 0 || !s.has(m.day) })
	slices.SortStableFunc(all, func(x, y mark) int {
		right := func(m mark) int {
			if s.at(m.day) > 5000 {
				return 1
			}
			return 0
		}
		return cmp.Or(right(y)-right(x), int(x.day-y.day)*(1-2*right(x)))
	})
	return all
}

// chart writes what counts over the days against the straight line and, below,
// the points of each credit.
func (r Report) chart(b *strings.Builder, i int, id string) {
	c := r.Credentials[i]
	s := newScale(c.Window, r.Day)
	marks := c.marks(s, r.Day)
	top := len(marks)*rowHeight + 6
	bins := r.bins(i, s)
	fmt.Fprintf(b, `<svg class="chart" role="img" width="100%%" height="%d" aria-labelledby="%[2]s-chart %[2]s-chart-words">`+
		`<title id="%[2]s-chart">Credits of %[3]s over time</title><desc id="%[2]s-chart-words">%[4]s %[5]s</desc>`+"\n",
		top+chartHeight+axisHeight, id, escaped(c.Designation), escaped(c.outlook(r.Day)), bins.words(s))
	for _, t := range s.ticks() {
		line(b, "grid", t.at, top, top+chartHeight+4)
		if t.label != "" {
			text(b, "axis", t.at, 3, top+chartHeight+14, t.label)
		}
	}
	for n, p := range []ledger.Points{c.Required, c.Required / 2, 0} {
		y := top + n*paceHeight/2
		fmt.Fprintf(b, `<line class="grid" x1="0" x2="100%%" y1="%[1]d" y2="%[1]d"/>`, y)
		text(b, "axis end", 0, -6, y+4, p.String())
	}
	fmt.Fprintf(b, `<line class="grid" x1="0" x2="100%%" y1="%[1]d" y2="%[1]d"/>`+"\n", top+chartHeight)
	r.course(b, i, s, top)
	bins.draw(b, s, top+barsTop)
	if bins.most > 0 {
		text(b, "axis end", 0, -6, top+barsTop+4, bins.most.String())
	}
	for row, m := range marks {
		m.draw(b, s, row, top)
	}
	text(b, "panel", 0, 5, top+13, "points that count")
	text(b, "panel", 0, 5, top+barsTop-6, bins.caption())
	if s.has(r.Day) {
		c.point(b, s.at(r.Day), top)
	}
	b.WriteString("</svg>\n")
}

// line writes a vertical line.
func line(b *strings.Builder, class string, at int64, y1, y2 int) {
	fmt.Fprintf(b, `<line class="%s" x1="%[2]s" x2="%[2]s" y1="%d" y2="%d"/>`, class, percent(at), y1, y2)
}

// text writes a label that begins, or ends, so many pixels beside a place.
func text(b *strings.Builder, class string, at int64, beside, y int, label string) {
	fmt.Fprintf(b, `<text class="%s" x="%s" dx="%d" y="%d">%s</text>`, class, percent(at), beside, y, label)
}

// label writes a text beside a place, on the side where more room is.
func label(b *strings.Builder, class string, at int64, y int, words string) {
	beside := 5
	if at > 5000 {
		class, beside = class+" end", -5
	}
	text(b, class, at, beside, y, words)
}

// draw writes a day that is marked: its line from its row down, and its label.
func (m mark) draw(b *strings.Builder, s scale, row, top int) {
	at, y := s.at(m.day), row*rowHeight
	line(b, "mark "+m.class, at, y+2, top+chartHeight+4)
	label(b, "label "+m.class, at, y+12, m.label+" "+m.day.String())
	b.WriteByte('\n')
}

// point writes what counts today at the end of its line.
func (c Credential) point(b *strings.Builder, at int64, top int) {
	y := top + int(int64(paceHeight)*int64(c.Required-c.Counted)/int64(c.Required))
	fmt.Fprintf(b, `<circle class="point" cx="%s" cy="%d" r="3.5"/>`, percent(at), y)
	beside := y - 8
	if beside < top+14 {
		beside = y + 17 // below the line, clear of the marks
	}
	label(b, "label now", at, beside, c.Counted.String())
	b.WriteByte('\n')
}

// plot begins a drawing whose units are half days from left to right, and
// hundredths of a point, up to most, from the top down.
func plot(b *strings.Builder, s scale, y, height int, most ledger.Points) {
	fmt.Fprintf(b, `<svg class="plot" y="%d" width="100%%" height="%d" viewBox="0 0 %d %d" preserveAspectRatio="none">`,
		y, height, 2*s.days(), most)
}

// course writes the steps in which the points came that count, and the straight
// line where there is a pace.
func (r Report) course(b *strings.Builder, i int, s scale, top int) {
	c := r.Credentials[i]
	if r.Day < s.first {
		return
	}
	plot(b, s, top, paceHeight, c.Required)
	if _, ok := c.Pace(r.Day); ok {
		fmt.Fprintf(b, `<path class="straight" d="M%d %dL%d 0"/>`, 2*(c.Window.First-s.first), c.Required, 2*int64(c.Window.Last-s.first+1))
	}
	steps := r.steps(i, s)
	fmt.Fprintf(b, `<path class="area" d="%sV%dH0Z"/><path class="steps" d="%s"/></svg>`+"\n", steps, c.Required, steps)
}

// steps returns the line of what counts, from the first day of the scale to
// the end of today.
func (r Report) steps(i int, s scale) string {
	left := r.Credentials[i].Required
	line := fmt.Appendf(nil, "M0 %d", left)
	for _, credit := range r.Credits {
		if u := credit.of(i); u >= 0 && credit.Uses[u].Counted > 0 {
			left -= credit.Uses[u].Counted
			line = fmt.Appendf(line, "H%dV%d", 2*int64(credit.Date-s.first), left)
		}
	}
	return string(fmt.Appendf(line, "H%d", 2*(int64(min(r.Day, s.last)-s.first)+1)))
}

// most is how many characters the page shows of one text.
const most = 200

func escaped(s string) string { return markup.Escape(s, most) }
