package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A HandCost is what the allocations by hand of one credit cost.
type HandCost struct {
	Credit      ledger.Credit
	Allocations []ledger.Allocation // by hand, in the cycle
	// Points is how much less would remain without them alone. It is 0 where
	// they cost something only together with those of other credits. What two
	// credits cost alone may be the same points.
	Points ledger.Points
}

// costly returns the credits whose allocations by hand cost something: without
// them all of the cost is gone. They are those that cost something alone, and
// of the others only as many as that takes.
func (h *holdings) costly(cost ledger.Points) []HandCost {
	best := h.best(byHand)
	among := best.exchange(best.lacking())
	free := map[int64]bool{} // of what was allocated by hand
	costs := func() ledger.Points {
		return best.lacks() - h.best(func(a ledger.Allocation) bool { return byHand(a) && !free[a.Credit] }).lacks()
	}
	all := h.handAllocated()
	for i, c := range all {
		if h.free(holding{Credit: c.Credit}, nothing).serves()&among != 0 { // else it brings nothing to what is short
			free = map[int64]bool{c.Credit.ID: true}
			all[i].Points = costs()
		}
	}
	free = map[int64]bool{}
	for _, c := range all {
		free[c.Credit.ID] = c.Points > 0
	}
	if costs() < cost {
		for _, c := range all {
			free[c.Credit.ID] = true
		}
		for _, c := range all {
			free[c.Credit.ID] = c.Points > 0 // is the rest enough?
			free[c.Credit.ID] = c.Points > 0 || costs() < cost
		}
	}
	return slices.DeleteFunc(all, func(c HandCost) bool { return !free[c.Credit.ID] })
}

// handAllocated returns the credits that count by their dates and have
// something allocated by hand, by date and number.
func (h *holdings) handAllocated() (all []HandCost) {
	for _, c := range h.credits {
		of := slices.DeleteFunc(slices.Clone(c.here), func(a ledger.Allocation) bool { return !byHand(a) })
		if len(of) > 0 && c.counts == Counts {
			all = append(all, HandCost{Credit: c.Credit, Allocations: of})
		}
	}
	return all
}
