package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A planner holds what is planned for: the accounts that lack something.
type planner struct {
	needs  []PlanNeed
	open   []need
	offers []offer
	last   []ledger.Date // of each stretch of days
	topics [][]ledger.Topic
	rows   []demand // those known to bind
}

// A need is an account that lacks something and can still get it.
type need struct {
	*holdings
	account     int
	first, last ledger.Date
	supplies    []supply
}

// An offer is what could be bought: a point of one class of topics in one
// stretch of days.
type offer struct {
	class, stretch int
	serves         []set // the requirements of each open account that accept it
	specific       bool  // it has to have a certain topic
}

// A demand is points that a set of requirements of an open account lacks.
type demand struct {
	need   int
	among  set
	points ledger.Points
}

// forever is the last day of what has no end.
var forever = ledger.MakeDate(9999, 12, 31) // never changed

func newPlanner(accounts []Account, today ledger.Date) *planner {
	p := &planner{needs: make([]PlanNeed, len(accounts))}
	for i, a := range accounts {
		if a.Cycle.Declared != 0 || a.Cycle.Closed {
			continue
		}
		n := a.need(today)
		n.account = i
		pool := n.pool(nothing)
		best := fill(n.required, n.caps, pool.supplies)
		n.supplies = pool.supplies
		result := PlanNeed{First: n.first, Last: n.last, Points: n.lacking(best), Shortages: n.shortages(best)}
		for _, c := range n.credits {
			if c.counts == Counts && c.Date > today {
				result.Ahead = append(result.Ahead, c.Credit)
			}
			if c.counts == Counts && n.moves && n.lastDay(c.Credit) == n.last {
				result.Fading = append(result.Fading, c.Credit)
			}
		}
		result.Lost = result.Points > 0 && n.last < n.first
		if result.Last == forever {
			result.Last = 0
		}
		p.needs[i] = result
		if result.Points > 0 && !result.Lost {
			p.open = append(p.open, n)
		}
	}
	p.offer()
	return p
}

// need returns the account as it will be once all that is recorded has come,
// with the days, both included, on which more could be earned.
func (a Account) need(today ledger.Date) need {
	if !a.moving(today) {
		h := a.hold(max(today, a.Cycle.Last))
		return need{holdings: h, first: max(today, h.first), last: h.last}
	}
	on := today
	for _, c := range a.Credits {
		on = max(on, c.Date)
	}
	h := a.hold(on)
	last := forever
	if a.Cycle.Last >= today {
		last = a.Cycle.Last
	}
	for _, c := range h.credits {
		if c.counts == Counts {
			last = min(last, h.lastDay(c.Credit))
		}
	}
	return need{holdings: h, first: today, last: max(last, on)}
}

// lastDay returns the last day on which a credit counts in a window that moves.
func (h *holdings) lastDay(c ledger.Credit) ledger.Date {
	months := h.Edition.Programme.LastYears.Months
	day := c.Date.AddMonths(months) - 1
	if (day + 1).AddMonths(-months) < c.Date { // 29 February counts on 28 February too
		day++
	}
	return day
}

// offer lists what could be bought and would serve somebody.
func (p *planner) offer() {
	classes := p.classes()
	stretches := p.stretches()
	for k, stretch := range stretches {
		for i, class := range classes {
			o := offer{class: i, stretch: k, serves: make([]set, len(p.open)), specific: p.topics[i] != nil}
			useful := false
			for n := range p.open {
				if stretch.has(n) {
					o.serves[n] = class[n]
					useful = useful || class[n] != 0
				}
			}
			if useful {
				p.offers = append(p.offers, o)
			}
		}
	}
}

// classes returns, for each class of topics that serve the same, what they
// serve of each open account. The first is that of a point without a topic.
func (p *planner) classes() [][]set {
	var all [][]set
	enter := func(topics []ledger.Topic, accepting func(n need) set) {
		class := make([]set, len(p.open))
		for i, n := range p.open {
			class[i] = accepting(n)
		}
		k := slices.IndexFunc(all, func(c []set) bool { return slices.Equal(c, class) })
		switch {
		case k < 0:
			all, p.topics = append(all, class), append(p.topics, topics)
		case k > 0 && !slices.Contains(p.topics[k], topics[0]):
			p.topics[k] = append(p.topics[k], topics[0])
		}
	}
	enter(nil, func(n need) set { return n.accepting("") })
	for _, n := range p.open {
		for _, r := range n.Edition.Requirements {
			for _, t := range r.Topics {
				enter([]ledger.Topic{t}, func(n need) set { return n.accepting(t) })
			}
		}
	}
	return all
}

// stretches returns the sets of open accounts whose days overlap at some time,
// each by the last stretch of days on which they do.
func (p *planner) stretches() []set {
	var starts []ledger.Date
	for _, n := range p.open {
		starts = append(starts, n.first, n.last+1)
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	var all []set
	for i, day := range starts {
		var who set
		for k, n := range p.open {
			if n.first <= day && day <= n.last {
				who |= 1 << k
			}
		}
		if who == 0 {
			continue
		}
		if k := slices.Index(all, who); k >= 0 {
			p.last[k] = starts[i+1] - 1
			continue
		}
		all, p.last = append(all, who), append(p.last, starts[i+1]-1)
	}
	return all
}
