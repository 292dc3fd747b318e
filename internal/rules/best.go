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

// pool collects all that may be put towards the requirements: the allocations
// that keep selects, each bound to its requirement, and what the credits have
// left beside them.
func (h *holdings) pool(keep func(ledger.Allocation) bool) []supply {
	return h.supplies(Counts, h.tallies(Counts, keep), keep)
}

// supplies is the pool of what is placed and of the credits of one kind: those
// that count by their dates, or those that are not yet here. Credits that may
// serve the same requirements, without limits, are one supply. They are ordered
// by how little else they could serve, so that the ones that fit narrowly are
// used first; capped ones come last.
func (h *holdings) supplies(kind Reason, placed []tally, keep func(ledger.Allocation) bool) []supply {
	type likeness struct {
		cap   int
		whole set
	}
	var all []supply
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
		if !seen || s.parts != nil {
			at = len(all)
			all = append(all, supply{cap: s.cap, whole: s.whole, parts: s.parts})
		}
		if s.parts == nil {
			alike[likeness{s.cap, s.whole}] = at
		}
		all[at].points += s.points
		all[at].members = append(all[at].members, member{i, s.points})
	}
	slices.SortStableFunc(all, func(a, b supply) int {
		return cmp.Or(cmp.Compare(min(a.cap, 0), min(b.cap, 0)), cmp.Compare(a.serves().size(), b.serves().size()))
	})
	return append(h.fixed(placed), all...)
}

// fill puts supplies towards the requirements.
func (h *holdings) fill(supplies []supply) *filling { return fill(h.required, h.caps, supplies) }

// best returns the best filling when the allocations stay that keep selects.
func (h *holdings) best(keep func(ledger.Allocation) bool) *filling {
	return h.fill(h.pool(keep))
}

// shortages names the requirements of what a filling lacks.
func (h *holdings) shortages(f *filling) []Shortage {
	all := []Shortage{}
	for _, s := range f.short(h.other) {
		all = append(all, Shortage{s.points, s.among.of(h.Edition)})
	}
	return all
}
