package rules

import (
	"cmp"
	"slices"
	"sort"

	"cmpledger/internal/ledger"
)

// A need is an account as it is judged in a plan, and what it needs then.
type need struct {
	*holdings
	PlanNeed
	account  int
	supplies []supply
	best     *filling
}

func newNeed(h *holdings, first, last ledger.Date) need {
	n := need{holdings: h, supplies: h.pool(nothing)}
	n.best = h.fill(n.supplies)
	n.First, n.Last, n.Points = first, last, n.best.lacks()
	n.After = n.Points
	return n
}

// told returns what the plan says of the need.
func (n need) told(today ledger.Date) PlanNeed {
	n.Shortages, n.Lost = n.shortages(n.best), n.Points > 0 && n.Last < n.First
	for _, c := range n.credits {
		switch {
		case c.counts != Counts:
		case c.Date > today:
			n.Ahead = append(n.Ahead, c.Credit)
		case n.After > n.Points && n.lastDay(c.Date) == n.Last:
			n.Fading = append(n.Fading, c.Credit)
		}
	}
	return n.PlanNeed
}

// needs returns the ways to judge each account in a plan: for most one, once
// all that is recorded has come. None is needed of a settled cycle.
func needs(accounts []Account, today ledger.Date, inTime bool) [][]need {
	var all [][]need
	var starts []ledger.Date
	for _, a := range accounts {
		if first := a.Cycle.First; first > today && !a.moving(today) {
			starts = append(starts, first)
		}
	}
	for i, a := range accounts {
		if a.Cycle.Declared != 0 || a.Cycle.Closed {
			continue
		}
		ways := a.ways(today, a.end(today, inTime), starts)
		for k := range ways {
			ways[k].account = i
		}
		all = append(all, ways)
	}
	return all
}

// end returns the last day on which to earn for the cycle: its own, or, in
// time, the day by which to declare unless that is over.
func (a Account) end(today ledger.Date, inTime bool) ledger.Date {
	if by := a.Edition.Programme.DeclareBy.before(a.Cycle.Last); inTime && by >= today {
		return by
	}
	return a.Cycle.Last
}

// ways returns the ways to judge an account whose last day to earn is end, that
// first which lacks least and for longest.
//
// Where the window moves with the day there is a choice: credits come and
// others are too old. Of the days between two on which something begins, an
// additional credit or the cycle of another account, the first is the best.
func (a Account) ways(today, end ledger.Date, starts []ledger.Date) []need {
	if !a.moving(today) {
		h := a.hold(max(today, end))
		return []need{newNeed(h, max(today, h.first), min(h.last, end))}
	}
	beginnings := append([]ledger.Date{today}, starts...)
	for _, c := range a.Credits {
		if c.Date > today {
			beginnings = append(beginnings, c.Date)
		}
	}
	slices.Sort(beginnings)
	var all []need
	for _, day := range slices.Compact(beginnings) {
		if day == today || end < today || day <= end {
			all = append(all, a.from(day, today, end)...)
		}
	}
	slices.SortStableFunc(all, func(a, b need) int { return cmp.Or(cmp.Compare(a.Points, b.Points), cmp.Compare(b.Last, a.Last)) })
	return all
}

// from returns the account as it is judged on a day or later, with what is
// recorded up to that day: until a first credit is too old and, since that may
// not matter, as long as no more is lacking. What is earned today counts then.
func (a Account) from(day, today, end ledger.Date) []need {
	a.Credits = slices.DeleteFunc(slices.Clone(a.Credits), func(c ledger.Credit) bool { return c.Date > day })
	n := newNeed(a.hold(day), today, 0)
	most, whole := n.lastDay(today), n.lastDay(today)
	if end >= today {
		most = min(most, end)
	}
	if most < day { // what is earned today is too old then
		n.First, n.Last = n.first, day
		return []need{n}
	}
	for _, c := range n.credits {
		if c.counts == Counts {
			whole = min(whole, n.lastDay(c.Date))
		}
	}
	lacks := func(day ledger.Date) ledger.Points {
		h := a.hold(day)
		return h.best(nothing).lacks()
	}
	last := day + ledger.Date(sort.Search(int(most-day), func(i int) bool { return lacks(day+ledger.Date(i)+1) > n.Points }))
	all := []need{newNeed(a.hold(last), today, last)}
	if last < most {
		all[0].After = lacks(last + 1)
	}
	if whole < last {
		n.Last = whole
		all = append(all, n)
	}
	return all
}

// lastDay returns the last day on which a credit of a date counts in a window
// that moves.
func (h *holdings) lastDay(date ledger.Date) ledger.Date {
	months := h.Edition.Programme.LastYears.Months
	day := date.AddMonths(months) - 1
	if (day + 1).AddMonths(-months) < date { // 29 February counts on 28 February too
		day++
	}
	return day
}
