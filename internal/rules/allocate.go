package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A Proposal is the best allocation of an account.
type Proposal struct {
	// Allocations are all that the cycle should have, by date and title of
	// the credit, then in the order of the requirements.
	Allocations []ledger.Allocation
	Changes     []Change // in the same order; what differs from before
	// Counted is what then counts for each requirement, in the order of the
	// edition. Counted and Remaining leave out credits dated in the future.
	Counted   []ledger.Points
	Remaining ledger.Points
}

// A Change is a new amount of an allocation. Before is 0 for a new allocation, After
// for one that goes.
type Change struct {
	Credit      ledger.Credit      `json:"credit" only:"ID" doc:"Number of the credit."`
	Requirement ledger.Requirement `json:"requirement"`
	Before      ledger.Points      `json:"before"`
	After       ledger.Points      `json:"after"`
}

// Allocate puts the points of an account where they count most: no other allocation
// leaves less remaining, and each requirement in order gets the most that the earlier
// ones allow. It keeps allocations by hand, unless fresh says to start from nothing,
// and moves automatic ones as little as it can. It allocates nothing that would not
// count.
//
// Credits dated in the future go last, and only where today's credits leave something
// lacking. Today's credits are placed as if the future ones did not exist.
func Allocate(a Account, today ledger.Date, fresh bool) Proposal {
	h := a.holdings(today)
	keep := byHand
	if fresh {
		keep = keepNone
	}
	best, supplies := h.bestFilling(keep)
	proposal := Proposal{Counted: best.filled, Remaining: best.shortfall()}
	given := h.distribute(supplies, best.filled)
	h.placeComing(given, keep)
	for i := range h.credits {
		c := &h.credits[i]
		for k, r := range h.Edition.Requirements {
			proposal.enter(h, c, r.Name, given[i][k], keep)
		}
		for _, a := range c.allocations {
			if h.Edition.requirementIndex(a.Requirement) < 0 {
				proposal.enter(h, c, a.Requirement, 0, keep)
			}
		}
	}
	return proposal
}

// placeComing adds to given what credits dated in the future give: they fill what
// today's credits leave lacking.
func (h *holdings) placeComing(given [][]ledger.Points, keep func(ledger.Allocation) bool) {
	if !slices.ContainsFunc(h.credits, func(c holding) bool { return c.counts == NotYet }) {
		return
	}
	placed := h.placed(Counts, keep)
	for i, c := range h.credits {
		for r, points := range given[i] {
			if points > 0 {
				placed = append(placed, h.boundTo(r, c, points))
			}
		}
	}
	supplies := h.supplies(NotYet, append(placed, h.placed(NotYet, keep)...), keep)
	for i, gives := range h.distribute(supplies, fill(h.required, h.caps, supplies).filled) {
		if h.credits[i].counts == NotYet {
			given[i] = gives
		}
	}
}

// distribute finds a way to fill the requirements as far as filled says, and returns
// what each credit gives to each requirement. It uses the kept allocations first, and
// leaves as many points as possible where they were allocated automatically before.
func (h *holdings) distribute(supplies []supply, filled []ledger.Points) [][]ledger.Points {
	before, given := grid(len(h.credits), len(h.required)), grid(len(h.credits), len(h.required))
	for i, c := range h.credits {
		for _, a := range c.allocations {
			if r := h.Edition.requirementIndex(a.Requirement); r >= 0 && !byHand(a) {
				before[i][r] = a.Points
			}
		}
	}
	f := build(filled, h.caps, supplies)
	for i, a := range f.sinks {
		f.net.arcs[a].room = filled[i]
	}
	for k, s := range supplies {
		if s.members != nil {
			f.prefer(k, func(r int) (kept ledger.Points) {
				for _, m := range s.members {
					kept += min(before[m.credit][r], m.free)
				}
				return kept
			})
		}
	}
	f.net.maximise(source, sink)
	for k, s := range supplies {
		share(f.givenBy(k), s.members, before, given)
	}
	return given
}

// share splits what a supply gives among its credits: first to where their points were
// before, then by date.
func share(give []ledger.Points, members []member, before, given [][]ledger.Points) {
	for _, most := range []func(i, r int) ledger.Points{
		func(i, r int) ledger.Points { return before[i][r] },
		func(int, int) ledger.Points { return unlimited },
	} {
		for r := range give {
			for m := range members {
				i := members[m].credit
				n := min(give[r], members[m].free, most(i, r))
				given[i][r] += n
				give[r] -= n
				members[m].free -= n
			}
		}
	}
}

// grid returns rows of zeros.
func grid(rows, columns int) [][]ledger.Points {
	cells := make([]ledger.Points, rows*columns)
	g := make([][]ledger.Points, rows)
	for i := range g {
		g[i] = cells[i*columns : (i+1)*columns : (i+1)*columns]
	}
	return g
}

// enter adds to the proposal what a credit has in a requirement: the allocations that
// keep selects, and given beside them.
func (p *Proposal) enter(h *holdings, c *holding, r ledger.Requirement, given ledger.Points, keep func(ledger.Allocation) bool) {
	before, after := ledger.Points(0), given
	for _, a := range c.allocations {
		if a.Requirement == r {
			before += a.Points
			if keep(a) {
				after += a.Points
				p.Allocations = append(p.Allocations, a)
			}
		}
	}
	if given > 0 {
		p.Allocations = append(p.Allocations, ledger.Allocation{
			Credit: c.ID, Cycle: h.Cycle.ID, Requirement: r, Points: given, By: ledger.ByAuto,
		})
	}
	if before != after {
		p.Changes = append(p.Changes, Change{*c.Credit, r, before, after})
	}
}
