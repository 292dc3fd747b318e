package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// An Account is all that is needed to judge one cycle of one credential.
type Account struct {
	Edition    *Edition
	Credential ledger.Credential // with all of its cycles
	Cycle      ledger.Cycle      // the one of them to judge
	// First and Last are the window by which the cycle was declared, or no days.
	First, Last ledger.Date
	// Credits and Allocations are in any order. They may include credits outside
	// the window and allocations of other cycles.
	Credits     []ledger.Credit
	Allocations []ledger.Allocation
}

// Window returns the first and last day, both included, on which a credit counts for
// the cycle. They are those of the cycle, with two exceptions that the programme must
// have: the cycle expired undeclared, or the credential is voluntary and never
// completed a cycle. Then they are the programme's last years, up to today. A cycle that
// was declared by them keeps those.
func (a Account) Window(today ledger.Date) (first, last ledger.Date) {
	switch {
	case a.moving(today):
		return today.AddMonths(-a.Edition.Programme.LastYears.Months) + 1, today
	case a.Last != 0:
		return a.First, a.Last
	}
	return a.Cycle.First, a.Cycle.Last
}

// moving reports whether the window is the last years up to today, so that it moves on
// every day.
func (a Account) moving(today ledger.Date) bool {
	c := a.Cycle
	settled := c.Declared != 0 || c.Closed
	passed := c.Last != 0 && today > c.Last
	trial := a.Credential.Voluntary && !a.Credential.Completed()
	return a.Edition.Programme.LastYears != nil && !settled && (passed || trial)
}

// Holds reports whether a day is in the window. A day to come is in a moving window.
func (a Account) Holds(d, today ledger.Date) bool {
	first, last := a.Window(today)
	return d >= first && (d <= last || a.moving(today))
}

// holdings is an account on a day, with all that is looked up once: the window, the
// caps, and each credit with its allocations.
type holdings struct {
	Account
	today, first, last ledger.Date
	moves              bool // the window moves with today
	required, caps     []ledger.Points
	capped             []ledger.Points      // what counts under each cap; set by count
	other              int                  // index of the requirement other, or -1
	accepted           map[ledger.Topic]set // cache of accepting
	credits            []holding
}

// A holding is a credit with its allocations.
type holding struct {
	*ledger.Credit
	counts      Reason // Counts if its date does, else why not
	cap         int    // index of the cap on its activity, or -1
	allocations []ledger.Allocation
	// possible is how much of each allocation the credit's topics allow: the rules may
	// have changed since it was allocated.
	possible  []ledger.Points
	countedAs [][]ledger.Points // what counts of each allocation, by requirement; set by count
	elsewhere ledger.Points     // allocated to other cycles of the credential
}

// holdingsOf returns what to look up of an edition, with no credits.
func holdingsOf(e *Edition) *holdings {
	h := &holdings{Account: Account{Edition: e}, other: e.requirementIndex(ledger.Other)}
	for _, r := range e.Requirements {
		h.required = append(h.required, r.Points)
	}
	for _, c := range e.Programme.Caps {
		h.caps = append(h.caps, c.Points(e.Total.Points))
	}
	return h
}

// holdings sorts the credits and gives each its allocations.
func (a Account) holdings(today ledger.Date) *holdings {
	h := holdingsOf(a.Edition)
	h.Account, h.today, h.moves = a, today, a.moving(today)
	h.first, h.last = a.Window(today)
	sorted := make([]*ledger.Credit, len(a.Credits))
	for i := range a.Credits {
		sorted[i] = &a.Credits[i]
	}
	slices.SortStableFunc(sorted, inOrder) // quicker than SortFunc, since days come in order
	h.credits = make([]holding, len(sorted))
	for i, c := range sorted {
		h.credits[i] = holding{Credit: c, counts: h.dateReason(c.Date), cap: a.Edition.Programme.capIndex(c.Activity)}
	}
	index := make(map[int64]int, len(h.credits))
	for i, c := range h.credits {
		index[c.ID] = i
	}
	for _, a := range h.Allocations {
		i, known := index[a.Credit]
		switch {
		case !known:
		case a.Cycle == h.Cycle.ID:
			h.credits[i].allocations = append(h.credits[i].allocations, a)
		case slices.ContainsFunc(h.Credential.Cycles, func(c ledger.Cycle) bool { return c.ID == a.Cycle }):
			h.credits[i].elsewhere += a.Points
		}
	}
	for i := range h.credits {
		h.credits[i].possible = h.possibleParts(h.credits[i])
	}
	return h
}

// inOrder orders credits by what is the same on every computer, which a number is not.
func inOrder(a, b *ledger.Credit) int {
	if a.Date != b.Date { // mostly, and titles take longer
		return cmp.Compare(a.Date, b.Date)
	}
	return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Points, b.Points), cmp.Compare(a.UID, b.UID), cmp.Compare(a.ID, b.ID))
}

// possibleParts returns how much of each allocation of a credit is possible beside the
// others. Allocations by hand go first.
func (h *holdings) possibleParts(c holding) []ledger.Points {
	before := c.allocations
	c.allocations = nil
	possible := make([]ledger.Points, len(before))
	for _, hand := range []bool{true, false} {
		for i, a := range before {
			if byHand(a) != hand {
				continue
			}
			if a.Points = min(a.Points, h.roomFor(&c, a.Requirement)); a.Points > 0 {
				c.allocations = append(c.allocations, a)
				possible[i] = a.Points
			}
		}
	}
	return possible
}

// roomFor returns how many more points of the credit the requirement can take, beside
// the credit's allocations.
func (h *holdings) roomFor(c *holding, r ledger.Requirement) ledger.Points {
	i := h.Edition.requirementIndex(r)
	if i < 0 {
		return 0
	}
	s := h.supplyOf(c, keepAll)
	if len(s.parts) < 2 || s.whole.contains(i) {
		return s.mostFor(1 << i)
	}
	// Another topic may serve what is allocated already.
	need := make([]ledger.Points, len(h.Edition.Requirements))
	for _, a := range c.allocations {
		if k := h.Edition.requirementIndex(a.Requirement); k >= 0 {
			need[k] += a.Points
		}
	}
	f := fill(need, nil, []supply{h.supplyOf(&holding{Credit: c.Credit, cap: -1}, keepNone)})
	f.net.arcs[f.sinks[i]].room = unlimited
	f.net.maximise(source, sink)
	return min(s.points, f.net.carried(f.sinks[i])-f.filled[i])
}

// dateReason returns Counts if the date is in the window and not in the future, else
// why it does not count.
func (h *holdings) dateReason(d ledger.Date) Reason {
	switch {
	case d < h.first:
		return BeforeWindow
	case d > h.last && !h.moves:
		return AfterWindow
	case d > h.today:
		return NotYet
	}
	return Counts
}

// accepting returns the requirements that accept the topic. The cache saves a tenth of
// the time to judge 100,000 credits.
func (h *holdings) accepting(t ledger.Topic) set {
	to, known := h.accepted[t]
	if known {
		return to
	}
	for i, r := range h.Edition.Requirements {
		if r.Takes(t) {
			to |= 1 << i
		}
	}
	if h.accepted == nil {
		h.accepted = map[ledger.Topic]set{}
	}
	h.accepted[t] = to
	return to
}

// otherFor returns the requirement other if it accepts whatever the credit is about.
func (h *holdings) otherFor(c ledger.Credit) set {
	if h.other < 0 || slices.ContainsFunc(c.Topics, func(t ledger.CreditTopic) bool { return !h.accepting(t.Topic).contains(h.other) }) {
		return 0
	}
	return 1 << h.other
}

// supplyOf returns what a credit can still supply beside the allocations that keep
// selects.
func (h *holdings) supplyOf(c *holding, keep func(ledger.Allocation) bool) supply {
	s := supply{points: c.Points - c.elsewhere, cap: c.cap}
	s.whole = h.otherFor(*c.Credit)
	rest := c.Points // about none of its topics
	for _, t := range c.Topics {
		to := h.accepting(t.Topic)
		if c.Limit(t.Topic) == c.Points {
			s.whole |= to
		} else {
			s.parts = append(s.parts, part{c.Limit(t.Topic), to})
		}
		rest -= c.Limit(t.Topic)
	}
	if rest > 0 && s.whole == 0 && h.other >= 0 && h.Edition.Requirements[h.other].Accepts(*c.Credit) {
		s.parts = append(s.parts, part{rest, 1 << h.other})
	}
	var need []ledger.Points // what allocations take from limited topics, by requirement
	if s.parts != nil {
		need = make([]ledger.Points, len(h.Edition.Requirements))
	}
	for _, a := range c.allocations {
		if !keep(a) {
			continue
		}
		s.points -= a.Points
		if i := h.Edition.requirementIndex(a.Requirement); i >= 0 && need != nil && !s.whole.contains(i) {
			need[i] += a.Points
		}
	}
	s.parts = left(s.parts, need)
	s.points = max(s.points, 0)
	return s
}

// left takes what requirements need from limited topics, first from those that the
// fewest requirements accept, and returns the topics with what is left.
func left(parts []part, need []ledger.Points) []part {
	if !slices.ContainsFunc(need, func(p ledger.Points) bool { return p > 0 }) {
		return parts
	}
	slices.SortStableFunc(parts, func(a, b part) int { return a.to.size() - b.to.size() })
	f := fill(need, nil, []supply{{points: unlimited, cap: -1, parts: parts}})
	routes := f.outlet[0].routes
	for k := range parts {
		for _, r := range routes[:parts[k].to.size()] {
			parts[k].limit -= f.net.carried(r.arc)
		}
		routes = routes[parts[k].to.size():]
	}
	return parts
}

// Which allocations stay in a search for the best filling.
func keepAll(ledger.Allocation) bool  { return true }
func byHand(a ledger.Allocation) bool { return a.By == ledger.ByHand }
func keepNone(ledger.Allocation) bool { return false }

// supplies returns all that may be put towards the requirements: what is placed, and
// what is left of the credits of one kind (Counts or NotYet) beside the allocations
// that keep selects. Credits without topic limits that may serve the same requirements
// are one supply. Supplies that serve the fewest requirements come first, so that they
// are used first; capped ones come last.
func (h *holdings) supplies(kind Reason, placed []supply, keep func(ledger.Allocation) bool) []supply {
	type likeness struct {
		cap   int
		whole set
	}
	var all []supply
	alike := make(map[likeness]int)
	for i := range h.credits {
		if h.credits[i].counts != kind {
			continue
		}
		s := h.supplyOf(&h.credits[i], keep)
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
	return append(placed, all...)
}

// bestFilling returns the best filling in which the allocations that keep selects stay,
// and its supplies.
func (h *holdings) bestFilling(keep func(ledger.Allocation) bool) (*filling, []supply) {
	supplies := h.supplies(Counts, h.placed(Counts, keep), keep)
	return fill(h.required, h.caps, supplies), supplies
}

// shortages returns what a filling lacks, with the requirements by name.
func (h *holdings) shortages(f *filling) []Shortage {
	all := []Shortage{}
	for _, s := range f.shortages(h.other) {
		all = append(all, Shortage{s.points, s.among.requirementsOf(h.Edition)})
	}
	return all
}
