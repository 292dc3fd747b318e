package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A planner searches for the amounts of a plan. Its open accounts are those that lack
// points which can still be earned.
type planner struct {
	open   []need
	offers []offer
	rows   []demand // the demands found so far
}

// An offer is a kind of point that could be earned: in one of the topics, or in any if
// there are none, up to a last day.
type offer struct {
	topics []ledger.Topic
	last   ledger.Date
	serves []set // the requirements of each open account that accept it
}

// A demand is points that a set of requirements of an open account lacks.
type demand struct {
	need   int
	among  set
	points ledger.Points
}

func newPlanner(needs []need) *planner {
	p := &planner{}
	topics := []ledger.Topic{""} // first a point without a topic
	var starts []ledger.Date     // of stretches of days on which the same accounts are open
	for _, n := range needs {
		if n.Points == 0 || n.First > n.Last {
			continue
		}
		p.open = append(p.open, n)
		starts = append(starts, n.First, n.Last+1)
		for _, r := range n.Edition.Requirements {
			topics = append(topics, r.Topics...)
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	for i, day := range starts[:max(len(starts)-1, 0)] {
		for _, t := range topics {
			p.offer(t, day, starts[i+1]-1)
		}
	}
	return p
}

// offer adds a point of a topic on a stretch of days, if it serves any account. Points
// that serve the same requirements are one offer, up to the later day.
func (p *planner) offer(topic ledger.Topic, first, last ledger.Date) {
	serves := make([]set, len(p.open))
	for k, n := range p.open {
		if n.First <= first && first <= n.Last {
			serves[k] = n.accepting(topic)
		}
	}
	if slices.Max(serves) == 0 {
		return
	}
	i := slices.IndexFunc(p.offers, func(o offer) bool { return slices.Equal(o.serves, serves) })
	known := i >= 0
	if !known {
		i, p.offers = len(p.offers), append(p.offers, offer{serves: serves})
	}
	o := &p.offers[i]
	o.last = last
	if topic != "" && !(known && o.topics == nil) && !slices.Contains(o.topics, topic) {
		o.topics = append(o.topics, topic)
	}
}

// A bound is the least that a sum of amounts may be.
type bound struct {
	terms []term
	least int64
}

// A choice is the search for the cheapest whole amounts of all offers.
type choice struct {
	*planner
	costs  []int64
	best   []int64
	cost   int64
	proved int64 // the cost, rounded up, of the best amounts that may be fractions
}

// shortest finds amounts that add up to the fewest points.
func (p *planner) shortest() *choice {
	c := &choice{planner: p, costs: slices.Repeat([]int64{1}, len(p.offers))}
	c.search(nil)
	return c
}

// preferred finds the best amounts that add up to so many points: any topic rather than
// a certain one, and a late last day rather than an early one.
func (p *planner) preferred(points ledger.Points) []int64 {
	var lasts []ledger.Date
	for _, o := range p.offers {
		lasts = append(lasts, o.last)
	}
	slices.Sort(lasts)
	lasts = slices.Compact(lasts)
	c := &choice{planner: p}
	sum := bound{least: -int64(points)}
	for i, o := range p.offers {
		cost := len(lasts) - 1 - slices.Index(lasts, o.last)
		if o.topics != nil {
			cost += len(lasts)
		}
		c.costs, sum.terms = append(c.costs, int64(cost)), append(sum.terms, term{i, -1})
	}
	c.search([]bound{sum})
	return c.best
}

// search looks for cheaper whole amounts than the best so far. It solves the program of
// the demands found so far, adds violated ones, and tries both sides of an amount that
// is a fraction.
func (c *choice) search(bounds []bound) {
	p := newProgram(c.costs)
	for _, row := range c.rows {
		p.addDemand(c.termsOf(row), int64(row.points))
	}
	for _, b := range bounds {
		p.addDemand(b.terms, b.least)
	}
	for p.solve() && (c.best == nil || p.cost() < c.cost) {
		amounts, of := p.amounts(len(c.offers))
		if rows := c.violated(amounts, of); len(rows) > 0 {
			c.rows = append(c.rows, rows...)
			for _, row := range rows {
				p.addDemand(c.termsOf(row), int64(row.points))
			}
			continue
		}
		c.proved = cmp.Or(c.proved, p.cost())
		i := slices.IndexFunc(amounts, func(n int64) bool { return n%of != 0 })
		if i < 0 {
			c.best, c.cost = amounts, p.cost()
			return
		}
		c.search(slices.Concat(bounds, []bound{{[]term{{i, 1}}, amounts[i]/of + 1}}))
		c.search(slices.Concat(bounds, []bound{{[]term{{i, -1}}, -(amounts[i] / of)}}))
		return
	}
}

// termsOf returns the offers that lessen the lack of a demand.
func (p *planner) termsOf(d demand) (all []term) {
	for i, o := range p.offers {
		if o.serves[d.need]&d.among != 0 {
			all = append(all, term{i, 1})
		}
	}
	return all
}

// violated returns a demand that the amounts, each divided by of, do not meet: one for
// each open account that still lacks points.
func (p *planner) violated(amounts []int64, of int64) []demand {
	var all []demand
	for k, n := range p.open {
		f := fill(multiplied(n.required, of), multiplied(n.caps, of), p.suppliesWith(k, amounts, of))
		lacks := f.shortfall()
		if lacks == 0 {
			continue
		}
		d := demand{need: k, among: f.exchange(f.unfilled())}
		for _, t := range p.termsOf(d) {
			lacks += ledger.Points(amounts[t.amount])
		}
		d.points = lacks / ledger.Points(of)
		all = append(all, d)
	}
	return all
}

// suppliesWith returns the supplies of open account k multiplied by of, and behind them
// one supply for each amount.
func (p *planner) suppliesWith(k int, amounts []int64, of int64) []supply {
	var all []supply
	for _, s := range p.open[k].supplies {
		s.points *= ledger.Points(of)
		s.parts = slices.Clone(s.parts)
		for i := range s.parts {
			s.parts[i].limit *= ledger.Points(of)
		}
		all = append(all, s)
	}
	for i, o := range p.offers {
		all = append(all, supply{points: ledger.Points(amounts[i]), cap: -1, whole: o.serves[k]})
	}
	return all
}

func multiplied(all []ledger.Points, n int64) []ledger.Points {
	product := make([]ledger.Points, len(all))
	for i, p := range all {
		product[i] = p * ledger.Points(n)
	}
	return product
}
