package rules

import "cmpledger/internal/ledger"

// A Pace compares what counts with the straight line that runs from nothing
// before the first day of a cycle to all that is required at the end of its
// last.
type Pace struct {
	// Expected is that of the end of the day, in tenths of a point.
	Expected ledger.Points `json:"expected" doc:"On a straight line to what is required."`
	Ahead    ledger.Points `json:"ahead" min:"none" doc:"Points, with at most two decimals. Below 0 when behind."`
}

// Pace returns the pace of a cycle. It is nil before that begins, after it was
// declared, and where the days that count move with the day and so have no end
// to work towards.
func (s Standing) Pace() *Pace {
	if s.Moving() || s.State == Declared || s.Today < s.First {
		return nil
	}
	all := int64(s.Last-s.First) + 1
	gone := min(int64(s.Today-s.First)+1, all)
	tenths := (int64(s.Required)*gone + 5*all) / (10 * all)
	expected := ledger.Points(tenths * 10)
	return &Pace{expected, s.Counted - expected}
}

// A Need is what is still to be earned, and by when.
type Need struct {
	Points   ledger.Points `json:"points" doc:"To earn."`
	By       ledger.Date   `json:"by" null:"where that has passed"`
	DaysLeft *int          `json:"days_left" min:"none" doc:"Until then. Null as by is."`
	PerMonth ledger.Points `json:"per_month" null:"where 60 days or fewer are left"`
}

// Need returns what is still to be earned from today on, or nil where nothing is.
// Before the cycle begins the days are those of the cycle.
func (s Standing) Need() *Need {
	if s.State == Declared || s.ToEarn == 0 {
		return nil
	}
	n := &Need{Points: s.ToEarn, By: s.EarnBy()}
	if n.By == 0 {
		return n
	}
	days := daysToEarn(s.Today, s.Cycle.First, n.By)
	n.DaysLeft = &days
	if days > 60 {
		n.PerMonth = PerMonth(n.Points, days)
	}
	return n
}

// daysToEarn returns the days from today to one, or, where what is earned counts
// only from a later first day on, from the day before that.
func daysToEarn(today, first, by ledger.Date) int { return max(int(by-max(today, first-1)), 0) }

// PerMonth returns how many points a month make so many in the given days,
// rounded up to the tenth. A month has 487/16 days, which is 30.4375; what is less
// than one is all of it.
func PerMonth(p ledger.Points, days int) ledger.Points {
	if days < 31 {
		return p
	}
	tenth := 16 * int64(days) * 10
	return ledger.Points((int64(p)*487 + tenth - 1) / tenth * 10)
}
