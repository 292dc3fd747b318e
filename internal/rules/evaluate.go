package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// Evaluate judges an account on a day. It does not change its argument, and the same
// arguments always give the same standing.
func Evaluate(a Account, today ledger.Date) Standing {
	h := a.holdings(today)
	best, _ := h.bestFilling(keepNone)
	return h.evaluate(best)
}

// evaluate judges the account; best is the best filling of its requirements.
func (h *holdings) evaluate(best *filling) Standing {
	s := Standing{
		Edition: h.Edition, Credential: h.Credential, Cycle: h.Cycle,
		Today: h.today, First: h.first, Last: h.last, Sums: Sums{Required: h.Edition.Total.Points},
		DeclareBy: h.Edition.Programme.DeclareBy.Before(h.Cycle.Last), DeclareFrom: h.Edition.Programme.DeclareFrom.Before(h.Cycle.Last),
	}
	h.count(&s)
	s.Remaining = s.Required - s.Counted
	switch {
	case h.Cycle.Declared != 0:
		s.State = Declared
	case h.Cycle.Last != 0 && h.today > h.Cycle.Last:
		s.State = Expired
	case s.Remaining == 0:
		s.State = Ready
	default:
		s.State = InProgress
	}
	s.Findings = h.findings(s.Requirements)
	s.ToEarn = best.shortfall()
	s.Shortages = h.shortages(best)
	kept := best
	if slices.ContainsFunc(h.Allocations, byHand) {
		kept, _ = h.bestFilling(byHand)
	}
	s.Closable = s.Remaining - kept.shortfall()
	s.Kept = h.shortages(kept)
	return s
}

// count fills the requirements from the present allocations. It sets the requirements
// and sums of the standing, h.capped, and what counts of each allocation.
func (h *holdings) count(s *Standing) {
	supplies := h.placed(Counts, keepAll)
	result := fill(h.required, h.caps, supplies)
	h.capped = make([]ledger.Points, len(h.caps))
	for i, c := range h.credits {
		h.credits[i].countedAs = make([][]ledger.Points, len(c.allocations))
	}
	for n, p := range supplies {
		given := result.givenBy(n)
		h.credits[p.credit].countedAs[p.allocation] = given
		for _, points := range given {
			if p.cap >= 0 {
				h.capped[p.cap] += points
			}
		}
	}
	s.Requirements = make([]RequirementStanding, len(h.required))
	for i, r := range h.Edition.Requirements {
		s.Requirements[i] = RequirementStanding{
			Requirement: r, Counted: result.filled[i], Remaining: r.Points - result.filled[i],
		}
		s.Counted += result.filled[i]
	}
	for _, c := range h.credits {
		if c.counts == Counts {
			s.Recorded += c.Points
		}
		for _, a := range c.allocations {
			s.Allocated += a.Points
			if i := h.Edition.requirementIndex(a.Requirement); i >= 0 {
				s.Requirements[i].Allocated += a.Points
			}
		}
	}
}

// placed returns the allocations that keep selects, of credits of one kind (Counts or
// NotYet). Those without a cap come first, so that a cap binds as late as possible; they
// are in the order of the requirements, then by date.
func (h *holdings) placed(kind Reason, keep func(ledger.Allocation) bool) (all []supply) {
	for i, c := range h.credits {
		for k, a := range c.allocations {
			if r := h.Edition.requirementIndex(a.Requirement); r >= 0 && c.counts == kind && keep(a) {
				s := h.boundTo(r, c, c.possible[k])
				s.credit, s.allocation = i, k
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b supply) int {
		return cmp.Or(cmp.Compare(min(a.cap, 0), min(b.cap, 0)), cmp.Compare(a.whole.first(), b.whole.first()))
	})
	return all
}

// boundTo returns points of a credit as a supply for one requirement. What that does not
// need may go to other.
func (h *holdings) boundTo(requirement int, c holding, points ledger.Points) supply {
	return supply{points: points, cap: c.cap, whole: 1<<requirement | h.otherFor(*c.Credit)}
}

// findings accounts for all points of every credit.
func (h *holdings) findings(standing []RequirementStanding) []Finding {
	all := make([]Finding, len(h.credits))
	for i, c := range h.credits {
		f := Finding{Credit: *c.Credit}
		left := c.Points
		for k, a := range c.allocations {
			f.Parts = append(f.Parts, h.portions(c, k, standing)...)
			left -= a.Points
		}
		if c.elsewhere > 0 {
			f.Parts = append(f.Parts, Portion{Points: c.elsewhere, Reason: OtherCycle})
			left -= c.elsewhere
		}
		if left > 0 {
			f.Parts = append(f.Parts, Portion{Points: left, Reason: h.whyIdle(c, standing)})
		}
		for _, p := range f.Parts {
			if p.CountsAs != "" {
				f.Counted += p.Points
			}
		}
		all[i] = f
	}
	return all
}

// portions splits allocation k of a credit into what counts, and as what, and what
// does not, and why.
func (h *holdings) portions(c holding, k int, standing []RequirementStanding) (all []Portion) {
	a := c.allocations[k]
	rest := Portion{Points: a.Points, Allocated: a.Requirement, AllocatedBy: a.By, Reason: c.counts}
	i := h.Edition.requirementIndex(a.Requirement)
	if i < 0 {
		rest.Reason = NoSuchRule
	}
	if rest.Reason != Counts {
		return []Portion{rest}
	}
	add := func(points ledger.Points, reason Reason, as ledger.Requirement) {
		if points > 0 {
			part := rest
			part.Points, part.Reason, part.CountsAs = points, reason, as
			all = append(all, part)
			rest.Points -= points
		}
	}
	add(a.Points-c.possible[k], NoTopic, "")
	add(c.countedAs[k][i], Counts, a.Requirement)
	if h.other >= 0 && h.other != i {
		add(c.countedAs[k][h.other], Counts, ledger.Other)
	}
	if anyLacking(standing, 1<<i|h.otherFor(*c.Credit)) {
		add(rest.Points, OverCap, "")
	}
	add(rest.Points, NothingLeft, "")
	return all
}

// whyIdle says why the unallocated points of a credit do not count.
func (h *holdings) whyIdle(c holding, standing []RequirementStanding) Reason {
	if c.counts != Counts {
		return c.counts
	}
	s := h.supplyOf(&c, keepAll)
	for _, p := range s.parts {
		if p.limit > 0 {
			s.whole |= p.to
		}
	}
	switch {
	case s.whole == 0:
		return NoTopic
	case !anyLacking(standing, s.whole):
		return NothingLeft
	case c.cap >= 0 && h.capped[c.cap] >= h.caps[c.cap]:
		return OverCap
	}
	return NotAllocated
}

// anyLacking reports whether any of the requirements is not full.
func anyLacking(standing []RequirementStanding, among set) bool {
	for i, r := range standing {
		if r.Remaining > 0 && among.contains(i) {
			return true
		}
	}
	return false
}
