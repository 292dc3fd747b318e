package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// preferences returns the costs by which one of the shortest plans is chosen:
// rather any topic than a certain one, and rather late than early.
func (p *planner) preferences() []int64 {
	costs := make([]int64, len(p.offers))
	for i, o := range p.offers {
		for _, last := range p.last {
			if last > p.last[o.stretch] {
				costs[i]++
			}
		}
		if p.topics[o.class] != nil { // it has to have a certain topic
			costs[i] += int64(len(p.last))
		}
	}
	return costs
}

// A choice is the search for the cheapest whole amounts of all offers.
type choice struct {
	*planner
	costs []int64
	best  []int64
	cost  int64
	root  *program // in which no set was violated for the first time
}

// A bound is the least that a sum of amounts may be.
type bound struct {
	terms []term
	least int64
}

// cheapest finds the whole amounts that meet every demand, and the bounds, at
// the least cost.
func (p *planner) cheapest(costs []int64, bounds ...bound) *choice {
	c := &choice{planner: p, costs: costs}
	c.search(bounds)
	return c
}

// shortest finds amounts of the fewest points.
func (p *planner) shortest() *choice { return p.cheapest(slices.Repeat([]int64{1}, len(p.offers))) }

// preferred finds, of all amounts of so many points, those that are preferred.
func (p *planner) preferred(points ledger.Points) *choice {
	all := make([]term, len(p.offers))
	for i := range all {
		all[i] = term{i, -1}
	}
	return p.cheapest(p.preferences(), bound{all, -int64(points)})
}

// search looks for cheaper whole amounts than the best so far: it solves a
// program of the demands known to bind, adds those that are violated, and, where
// an amount is a fraction, tries both sides of it.
func (c *choice) search(bounds []bound) {
	p := newProgram(c.costs)
	for _, row := range c.rows {
		p.demand(c.terms(row), int64(row.points))
	}
	for _, b := range bounds {
		p.demand(b.terms, b.least)
	}
	for p.solve() && (c.best == nil || p.cost() < c.cost) {
		amounts, of := p.amounts(len(c.offers))
		if rows := c.violated(amounts, of); len(rows) > 0 {
			c.rows = append(c.rows, rows...)
			for _, row := range rows {
				p.demand(c.terms(row), int64(row.points))
			}
			continue
		}
		if c.root == nil {
			c.root = p
		}
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

// terms returns the offers that lessen the lack of a demand.
func (p *planner) terms(d demand) []term {
	var all []term
	for i, o := range p.offers {
		if o.serves[d.need]&d.among != 0 {
			all = append(all, term{i, 1})
		}
	}
	return all
}

// violated returns, for each open account that lacks something even with the
// amounts, over the given number, a demand that they do not meet.
func (p *planner) violated(amounts []int64, of int64) []demand {
	var all []demand
	for k, n := range p.open {
		f := fill(times(n.required, of), times(n.caps, of), p.with(k, amounts, of))
		lacks := f.lacks()
		if lacks == 0 {
			continue
		}
		d := demand{need: k, among: f.exchange(f.lacking())}
		for _, t := range p.terms(d) {
			lacks += ledger.Points(amounts[t.amount])
		}
		d.points = lacks / ledger.Points(of)
		all = append(all, d)
	}
	return all
}

// with returns the supplies of an open account, times a number, and those of
// the amounts behind them.
func (p *planner) with(k int, amounts []int64, of int64) []supply {
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

func times(all []ledger.Points, n int64) []ledger.Points {
	product := make([]ledger.Points, len(all))
	for i, p := range all {
		product[i] = p * ledger.Points(n)
	}
	return product
}
