package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// Evaluate judges an account on the given day. It leaves its argument as it
// is, and the same arguments always give the same standing.
func Evaluate(a Account, today ledger.Date) Standing {
	h := a.hold(today)
	return h.evaluate(h.best(nothing))
}

// evaluate judges what the account holds, of which best is the best filling.
func (h *holdings) evaluate(best *filling) Standing {
	s := Standing{
		Edition: h.Edition, Credential: h.Credential, Cycle: h.Cycle,
		Today: h.today, First: h.first, Last: h.last, Sums: Sums{Required: h.Edition.Total.Points},
		DeclareBy: h.Edition.Programme.DeclareBy.before(h.Cycle.Last), DeclareFrom: h.Edition.Programme.DeclareFrom.before(h.Cycle.Last),
	}
	counted := h.count(&s)
	s.Remaining = s.Required - s.Counted
	s.State = h.state(s.Remaining)
	s.Findings = h.findings(counted, s.Requirements)
	s.ToEarn = best.lacks()
	s.Shortages = h.shortages(best)
	kept := h.best(byHand)
	s.Closable = s.Remaining - kept.lacks()
	s.Kept = h.shortages(kept)
	return s
}

func (h *holdings) state(remaining ledger.Points) State {
	switch {
	case h.Cycle.Declared != 0:
		return Declared
	case h.Cycle.Last != 0 && h.today > h.Cycle.Last:
		return Expired
	case remaining == 0:
		return Ready
	}
	return InProgress
}

// A tally is what allocations to one requirement of credits under one cap
// come to: those that count go to the requirement itself or, as surplus, to
// other.
type tally struct {
	requirement, cap int
	allocated        ledger.Points
	// What of it counts, and how much of that, in each requirement, is not yet
	// given to a credit.
	counted ledger.Points
	given   []ledger.Points
}

// count fills the requirements from the allocations as they are, and the sums
// of the standing with them.
func (h *holdings) count(s *Standing) []tally {
	tallies := h.tallies(Counts, everything)
	result := h.fill(h.fixed(tallies))
	for i := range tallies {
		tallies[i].given = result.given(i)
		for _, points := range tallies[i].given {
			tallies[i].counted += points
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
		for _, a := range c.here {
			s.Allocated += a.Points
			if i := h.Edition.index(a.Requirement); i >= 0 {
				s.Requirements[i].Allocated += a.Points
			}
		}
	}
	return tallies
}

// tallies sums the allocations that keep selects of the credits of one kind,
// those that count by their dates or those that are not yet here. Those without
// a cap come first, so that a cap binds as late as possible.
func (h *holdings) tallies(kind Reason, keep func(ledger.Allocation) bool) []tally {
	n := len(h.required)
	sums := make([]ledger.Points, n*(len(h.caps)+1))
	for _, c := range h.credits {
		for k, a := range c.here {
			if i := h.Edition.index(a.Requirement); i >= 0 && c.counts == kind && keep(a) {
				sums[(c.cap+1)*n+i] += a.Points - c.stray[k]
			}
		}
	}
	var all []tally
	for k, points := range sums {
		if points > 0 {
			all = append(all, tally{requirement: k % n, cap: k/n - 1, allocated: points})
		}
	}
	return all
}

// fixed returns tallies as supplies: each goes to its requirement, and what
// that does not need to other.
func (h *holdings) fixed(tallies []tally) []supply {
	all := make([]supply, len(tallies))
	for i, t := range tallies {
		all[i] = supply{points: t.allocated, cap: t.cap, whole: 1 << t.requirement}
		if h.other >= 0 {
			all[i].whole |= 1 << h.other
		}
	}
	return all
}

// findings accounts for the credits one by one: what counts of a tally is
// given to its allocations by date and number.
func (h *holdings) findings(tallies []tally, standing []RequirementStanding) []Finding {
	all := make([]Finding, len(h.credits))
	for i, c := range h.credits {
		f := Finding{Credit: c.Credit}
		left := c.Points
		for k, a := range c.here {
			f.Parts = append(f.Parts, h.portions(c, k, tallies, standing)...)
			left -= a.Points
		}
		if c.elsewhere > 0 {
			f.Parts = append(f.Parts, Portion{Points: c.elsewhere, Reason: OtherCycle})
			left -= c.elsewhere
		}
		if left > 0 {
			f.Parts = append(f.Parts, Portion{Points: left, Reason: h.idle(c, tallies, standing)})
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

// portions splits allocation k of a credit by what counts of it, and takes that
// from its tally.
func (h *holdings) portions(c holding, k int, tallies []tally, standing []RequirementStanding) []Portion {
	a := c.here[k]
	rest := Portion{Points: a.Points, Allocated: a.Requirement, AllocatedBy: a.By, Reason: c.counts}
	i := h.Edition.index(a.Requirement)
	if i < 0 {
		rest.Reason = NoSuchRule
	}
	if rest.Reason != Counts {
		return []Portion{rest}
	}
	var all []Portion
	if stray := c.stray[k]; stray > 0 {
		part := rest
		part.Points, part.Reason = stray, NoTopic
		all = append(all, part)
		if rest.Points -= stray; rest.Points == 0 {
			return all
		}
	}
	take := func(from *ledger.Points, as ledger.Requirement) {
		if n := min(*from, rest.Points); n > 0 {
			part := rest
			part.Points, part.CountsAs = n, as
			all = append(all, part)
			*from -= n
			rest.Points -= n
		}
	}
	t := slices.IndexFunc(tallies, func(t tally) bool { return t.requirement == i && t.cap == c.cap })
	take(&tallies[t].given[i], a.Requirement)
	if h.other >= 0 {
		take(&tallies[t].given[h.other], ledger.Other)
	}
	if rest.Points > 0 {
		rest.Reason = NothingLeft
		if h.lacks(standing, supply{whole: 1 << i, cap: c.cap}) {
			rest.Reason = OverCap
		}
		all = append(all, rest)
	}
	return all
}

// idle says why the points of a credit that are not allocated do not count.
func (h *holdings) idle(c holding, tallies []tally, standing []RequirementStanding) Reason {
	if c.counts != Counts {
		return c.counts
	}
	s := h.free(c, everything)
	for _, p := range s.parts {
		if p.limit > 0 {
			s.whole |= p.to
		}
	}
	switch {
	case s.whole == 0:
		return NoTopic
	case !h.lacks(standing, s):
		return NothingLeft
	case c.cap < 0:
		return NotAllocated
	}
	var counted ledger.Points // of what is under the cap
	for _, t := range tallies {
		if t.cap == c.cap {
			counted += t.counted
		}
	}
	if counted >= h.caps[c.cap] {
		return OverCap
	}
	return NotAllocated
}

// lacks reports whether a requirement that the supply may serve is not full.
// What serves a requirement may, as surplus, serve other too.
func (h *holdings) lacks(standing []RequirementStanding, s supply) bool {
	for i, r := range standing {
		if r.Remaining > 0 && (s.whole.has(i) || i == h.other) {
			return true
		}
	}
	return false
}
