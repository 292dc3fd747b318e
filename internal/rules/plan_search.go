package rules

import (
	"math"
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
	for k, n := range p.open {
		for _, o := range p.offers {
			n.best.add(supply{whole: o.serves[k]}, source)
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

// mostCells is how many cells the programs that a search branches may have together. A
// large program takes longer, so fewer of them are branched.
const mostCells = 200_000

// A choice is the search for the cheapest whole amounts of all offers.
type choice struct {
	*planner
	costs []int64 // of a point of each offer
	most  int64   // points that all amounts may add up to
	cells int     // of programs that it may still branch
	best  []int64
	cost  int64 // of the best
}

// shortest finds amounts that add up to the fewest points, and returns how many points
// are proved to be necessary.
func (p *planner) shortest() (c *choice, proved int64) {
	c = &choice{planner: p, costs: slices.Repeat([]int64{1}, len(p.offers)), most: math.MaxInt64, cells: mostCells, cost: math.MaxInt64}
	if proved = c.search(newProgram(c.costs)); proved < c.cost {
		c.trim()
	}
	return c, min(proved, c.cost)
}

// trim takes from the best amounts what all accounts can do without.
func (c *choice) trim() {
	for i := range c.best {
		for enough := true; enough && c.best[i] > 0; {
			c.best[i]--
			c.cost--
			if enough = len(c.violated(c.best, 1)) == 0; !enough {
				c.best[i]++
				c.cost++
			}
		}
	}
}

// preferred finds better amounts that add up to as few points, if there are any: any
// topic rather than a certain one, and a late last day rather than an early one.
func (c *choice) preferred() []int64 {
	var lasts []ledger.Date
	for _, o := range c.offers {
		lasts = append(lasts, o.last)
	}
	slices.Sort(lasts)
	lasts = slices.Compact(lasts)
	d := &choice{planner: c.planner, most: c.cost, cells: c.cells, cost: math.MaxInt64}
	var all []term
	for i, o := range c.offers {
		cost := len(lasts) - 1 - slices.Index(lasts, o.last)
		if o.topics != nil {
			cost += len(lasts)
		}
		d.costs, all = append(d.costs, int64(cost)), append(all, term{i, -1})
	}
	d.try(c.best)
	p := newProgram(d.costs)
	d.demand(p, d.rows)
	p.addDemand(all, -d.most)
	d.search(p)
	return d.best
}

// search looks for cheaper whole amounts than the best so far, and returns a cost that
// no whole amounts of the program are below. It solves the program, adds demands that
// the amounts violate, and tries both sides of an amount that is a fraction. More points
// never violate a demand, so amounts that are rounded up will do.
func (c *choice) search(p *program) (least int64) {
	var amounts []int64
	var of int64
	for rows := []demand{{}}; len(rows) > 0; {
		if !p.solve() {
			return math.MaxInt64
		}
		if least = p.cost(); least >= c.cost {
			return least
		}
		amounts, of = p.amounts(len(c.offers))
		rows = c.violated(amounts, of)
		c.rows = append(c.rows, rows...)
		c.demand(p, rows)
	}
	whole := make([]int64, len(amounts))
	for i, n := range amounts {
		whole[i] = (n + of - 1) / of
	}
	c.try(whole)
	i := slices.IndexFunc(amounts, func(n int64) bool { return n%of != 0 })
	if c.cells -= p.size(); i < 0 || c.cells < 0 || least >= c.cost {
		return least
	}
	above := p.clone()
	above.addDemand([]term{{i, 1}}, whole[i])
	least = c.search(above)
	p.addDemand([]term{{i, -1}}, 1-whole[i])
	return min(least, c.search(p))
}

// try takes whole amounts that are cheaper than the best so far.
func (c *choice) try(amounts []int64) {
	var points, cost int64
	for i, n := range amounts {
		points, cost = points+n, cost+n*c.costs[i]
	}
	if points <= c.most && cost < c.cost {
		c.best, c.cost = amounts, cost
	}
}

// demand adds demands to a program.
func (p *planner) demand(to *program, rows []demand) {
	for _, d := range rows {
		to.addDemand(p.termsOf(d), int64(d.points))
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
		f := n.best.with(amounts, ledger.Points(of))
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
