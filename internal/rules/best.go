package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// Which allocations stay when the best filling is looked for.
func everything(ledger.Allocation) bool { return true }
func byHand(a ledger.Allocation) bool   { return a.By == ledger.ByHand }
func nothing(ledger.Allocation) bool    { return false }

// A pool is the supplies of a filling and whose points they are.
type pool struct {
	supplies []supply
	fixed    int // the first so many are allocations that stay
	// members are, for each supply after those, its credits.
	members [][]member
}

// A member is a credit, by its index, and the points it has left.
type member struct {
	credit int
	free   ledger.Points
}

// pool collects all that may be put towards the requirements: the allocations
// that keep selects, each bound to its requirement, and what the credits have
// left beside them. Credits that may serve the same requirements, without
// limits, are one supply.
func (h *holdings) pool(keep func(ledger.Allocation) bool) pool {
	return h.supply(Counts, h.tallies(Counts, keep), keep)
}

// supply is the pool of what is placed and of the credits of one kind: those
// that count by their dates, or those that are not yet here.
func (h *holdings) supply(kind Reason, placed []tally, keep func(ledger.Allocation) bool) pool {
	type likeness struct {
		cap   int
		whole set
	}
	p := pool{supplies: h.fixed(placed)}
	p.fixed = len(p.supplies)
	var free []supply
	var members [][]member
	alike := make(map[likeness]int)
	for i, c := range h.credits {
		if c.counts != kind {
			continue
		}
		s := h.free(c, keep)
		if s.points == 0 {
			continue
		}
		at, seen := alike[likeness{s.cap, s.whole}]
		if seen && s.parts == nil {
			free[at].points += s.points
			members[at] = append(members[at], member{i, s.points})
			continue
		}
		if s.parts == nil {
			alike[likeness{s.cap, s.whole}] = len(free)
		}
		free, members = append(free, s), append(members, []member{{i, s.points}})
	}
	for _, i := range preferred(free) {
		p.supplies = append(p.supplies, free[i])
		p.members = append(p.members, members[i])
	}
	return p
}

// preferred orders supplies by how little else they could serve, so that the
// ones that fit narrowly are used first; capped ones come last.
func preferred(supplies []supply) []int {
	order := make([]int, len(supplies))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := supplies[i], supplies[j]
		return cmp.Or(cmp.Compare(min(a.cap, 0), min(b.cap, 0)), cmp.Compare(a.serves().size(), b.serves().size()))
	})
	return order
}

// fill puts supplies towards the requirements.
func (h *holdings) fill(supplies []supply) *filling { return fill(h.required, h.caps, supplies) }

// best returns the best filling when the allocations stay that keep selects.
func (h *holdings) best(keep func(ledger.Allocation) bool) *filling {
	return h.fill(h.pool(keep).supplies)
}

// anyByHand reports whether anything is allocated by hand. If not, the best
// filling beside that is the best of all.
func (h *holdings) anyByHand() bool {
	return slices.ContainsFunc(h.credits, func(c holding) bool { return slices.ContainsFunc(c.here, byHand) })
}

// shortages names the requirements of what a filling lacks.
func (h *holdings) shortages(f *filling) []Shortage {
	all := []Shortage{}
	for _, s := range f.short(h.other) {
		all = append(all, Shortage{s.points, s.among.of(h.Edition)})
	}
	return all
}
