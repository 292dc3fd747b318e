package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A planner holds what is planned for: the accounts that lack something.
type planner struct {
	open   []need
	offers []offer
	last   []ledger.Date // of each stretch of days
	topics [][]ledger.Topic
	rows   []demand // those known to bind
}

// An offer is what could be bought: a point of one class of topics in one
// stretch of days.
type offer struct {
	class, stretch int
	serves         []set // the requirements of each open account that accept it
}

// A demand is points that a set of requirements of an open account lacks.
type demand struct {
	need   int
	among  set
	points ledger.Points
}

func newPlanner(needs []need) *planner {
	p := &planner{}
	for _, n := range needs {
		if n.Points > 0 && n.First <= n.Last {
			p.open = append(p.open, n)
		}
	}
	p.offer()
	return p
}

// offer lists what could be bought and would serve somebody.
func (p *planner) offer() {
	classes := p.classes()
	stretches := p.stretches()
	for k, stretch := range stretches {
		for i, class := range classes {
			o := offer{class: i, stretch: k, serves: make([]set, len(p.open))}
			for n := range p.open {
				if stretch[n] {
					o.serves[n] = class[n]
				}
			}
			if slices.Max(o.serves) != 0 {
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
func (p *planner) stretches() [][]bool {
	var starts []ledger.Date
	for _, n := range p.open {
		starts = append(starts, n.First, n.Last+1)
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	var all [][]bool
	for i, day := range starts {
		who := make([]bool, len(p.open))
		for k, n := range p.open {
			who[k] = n.First <= day && day <= n.Last
		}
		if !slices.Contains(who, true) {
			continue
		}
		if k := slices.IndexFunc(all, func(other []bool) bool { return slices.Equal(other, who) }); k >= 0 {
			p.last[k] = starts[i+1] - 1
			continue
		}
		all, p.last = append(all, who), append(p.last, starts[i+1]-1)
	}
	return all
}
