package report

import (
	"fmt"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// A Pace compares what counts with the straight line that runs from nothing
// before the first day of a cycle to all that is required at the end of its
// last.
type Pace struct {
	// Expected is that of the end of the day, in tenths of a point.
	Expected ledger.Points `json:"expected" doc:"On a straight line to what is required."`
	Ahead    ledger.Points `json:"ahead" min:"none" doc:"Points, with at most two decimals. Below 0 when behind."`
}

// Pace returns the pace of a credential on the day. There is none before the
// cycle begins, after it was declared, and where the days that count move with
// the day and so have no end to work towards.
func (c Credential) Pace(day ledger.Date) (Pace, bool) {
	if c.Moving() || c.State == Declared || day < c.Window.First {
		return Pace{}, false
	}
	all := int64(c.Window.Last-c.Window.First) + 1
	gone := min(int64(day-c.Window.First)+1, all)
	tenths := (int64(c.Required)*gone + 5*all) / (10 * all)
	expected := ledger.Points(tenths * 10)
	return Pace{expected, c.Counted - expected}, true
}

// Moving reports whether the days that count are not the cycle's.
func (c Credential) Moving() bool { return c.Window != c.Cycle }

// A Need is what is still to be earned, and by when.
type Need struct {
	Points ledger.Points
	By     ledger.Date // the last day to declare, after it the expiry; none when that has passed too
	Days   int         // from the day to By, or from the day before the cycle begins
	// Monthly is Points a month of 30.4375 days, rounded up to tenths of a
	// point; none where 60 days or fewer are left.
	Monthly ledger.Points
}

// Need returns what is still to be earned from the day on.
func (c Credential) Need(day ledger.Date) Need {
	n := Need{Points: c.ToEarn}
	switch {
	case c.State == Declared:
		return Need{}
	case day <= c.DeclareBy:
		n.By = c.DeclareBy
	case day <= c.Cycle.Last:
		n.By = c.Cycle.Last
	default:
		return n
	}
	n.Days = max(int(n.By-max(day, c.Cycle.First-1)), 0)
	if n.Days > 60 {
		// A month is 487/16 days; a tenth of a point is 10 hundredths.
		part := 16 * int64(n.Days) * 10
		n.Monthly = ledger.Points((int64(n.Points)*487 + part - 1) / part * 10)
	}
	return n
}

// Outlook says in sentences how a credential does against the straight line and
// what it needs from here.
func (c Credential) Outlook(day ledger.Date) string {
	s := fmt.Sprintf("%s of %s %s.", c.Counted, words.Points(c.Required), words.Agree(c.Counted, "counts", "count"))
	if day < c.Cycle.First {
		s = fmt.Sprintf("The cycle begins on %s.", c.Cycle.First)
	}
	if p, ok := c.Pace(day); ok && c.Counted < c.Required {
		s += fmt.Sprintf(" On a straight line from the first day to the last it would be %s by now: %s.", p.Expected, p.sentence())
	}
	return s + " " + c.Need(day).sentence(day, c)
}

// sentence says whether a pace is ahead or behind.
func (p Pace) sentence() string {
	switch {
	case p.Ahead < 0:
		return words.Points(-p.Ahead) + " behind"
	case p.Ahead > 0:
		return words.Points(p.Ahead) + " ahead"
	}
	return "neither ahead nor behind"
}

func (n Need) sentence(day ledger.Date, c Credential) string {
	var when string
	switch {
	case c.State == Declared:
		return fmt.Sprintf("It was declared on %s.", c.Declared)
	case n.Points == 0:
		return "Nothing is left to earn."
	case c.Lost:
		return fmt.Sprintf("%s %s lacking, and the days on which they could be earned are over.", words.Points(n.Points), words.Agree(n.Points, "is", "are"))
	case n.By == 0:
		return fmt.Sprintf("To earn: %s.", words.Points(n.Points))
	case n.Monthly != 0:
		when = fmt.Sprintf("about %s a month", words.Points(n.Monthly))
	case n.By == day:
		when = "today"
	default:
		when = "within " + words.Count(n.Days, "day")
	}
	return fmt.Sprintf("To earn: %s by %s, %s.", words.Points(n.Points), n.By, when)
}
