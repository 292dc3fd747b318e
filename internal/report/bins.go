package report

import (
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

// bins are the points of a credential's credits, by days or, where they are
// many, by so many days together.
type bins struct {
	size  int64 // in days
	all   []bin
	first ledger.Date // of the earliest credit
	last  ledger.Date
	n     int // credits
	most  ledger.Points
}

// A bin is the credits of some days.
type bin struct {
	day           ledger.Date // the first of them
	counted, rest ledger.Points
	n             int
	title         string // of the first
}

// bins gathers the credits whose dates may count for the credential.
func (r Report) bins(i int, s scale) bins {
	const single, most = 150, 160 // bars that can be told apart
	all := bins{size: 1}
	for _, c := range r.Credits {
		if c.of(i) >= 0 && s.has(c.Date) {
			all.n++
		}
	}
	if all.n > single {
		all.size = (s.days() + most - 1) / most
	}
	for _, c := range r.Credits {
		if u := c.of(i); u >= 0 && s.has(c.Date) {
			all.add(s, c, c.Uses[u].Counted)
		}
	}
	return all
}

// of returns the index of the use of a credit for the credential, or -1.
func (c Credit) of(credential int) int {
	for i, u := range c.Uses {
		if u.Credential == credential {
			return i
		}
	}
	return -1
}

// add puts a credit, which is not earlier than the one before, into its bin.
func (all *bins) add(s scale, c Credit, counted ledger.Points) {
	day := s.first + ledger.Date(int64(c.Date-s.first)/all.size*all.size)
	if n := len(all.all); n == 0 || all.all[n-1].day != day {
		all.all = append(all.all, bin{day: day, title: c.Title})
	}
	if all.first == 0 {
		all.first = c.Date
	}
	all.last = c.Date
	b := &all.all[len(all.all)-1]
	b.n++
	b.counted += counted
	b.rest += c.Points - counted
	all.most = max(all.most, b.counted+b.rest)
}

// caption says what a bar is.
func (all bins) caption() string {
	if all.size == 1 {
		return "points of credits, by day"
	}
	return fmt.Sprintf("points of credits, by %d days", all.size)
}

// words says what the bars show.
func (all bins) words(s scale) string {
	if all.n == 0 {
		return fmt.Sprintf("No credits from %s to %s.", s.first, s.last)
	}
	return fmt.Sprintf("%s from %s to %s.", count(all.n, "credit"), all.first, all.last)
}

// draw writes a bar for each bin: what counts below, what does not above it.
func (all bins) draw(b *strings.Builder, s scale, y int) {
	if all.most == 0 {
		return
	}
	plot(b, s, y, barsHeight, all.most)
	b.WriteByte('\n')
	for _, bin := range all.all {
		x := 2*int64(bin.day-s.first) + all.size
		bar := func(class string, from, to ledger.Points) {
			if from < to {
				fmt.Fprintf(b, `<path class="%s" d="M%d %dV%d"/>`, class, x, all.most-from, all.most-to)
			}
		}
		seen := max(bin.counted+bin.rest, all.most/15) // low ones stay visible
		fmt.Fprintf(b, "<g><title>%s</title>", escaped(bin.words(all.size)))
		if bin.rest == 0 {
			bin.counted = seen
		}
		bar("counts", 0, bin.counted)
		bar("rest", bin.counted, seen)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
}

// words says what a bar stands for.
func (b bin) words(size int64) string {
	when := b.day.String()
	if size > 1 {
		when += " to " + (b.day + ledger.Date(size) - 1).String()
	}
	s := fmt.Sprintf("%s: %s", when, points(b.counted+b.rest))
	if b.rest > 0 {
		s += fmt.Sprintf(", of which %s %s", b.counted, verb(b.counted, "counts", "count"))
	}
	if b.n > 1 {
		return s + ", " + count(b.n, "credit")
	}
	return s + ", " + b.title
}
