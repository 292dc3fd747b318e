package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// Finding returns what becomes of a credit. It is empty if the standing does not have
// the credit.
func (s Standing) Finding(credit int64) Finding {
	k := slices.IndexFunc(s.Findings, func(f Finding) bool { return f.Credit.ID == credit })
	if k < 0 {
		return Finding{}
	}
	return s.Findings[k]
}

// Cap returns the programme's cap on an activity, or nil.
func (s Standing) Cap(activity ledger.Activity) *Cap {
	i := s.Edition.Programme.capIndex(activity)
	if i < 0 {
		return nil
	}
	return &s.Edition.Programme.Caps[i]
}

// CountedOf returns how many points of an activity count.
func (s Standing) CountedOf(activity ledger.Activity) ledger.Points {
	var counted ledger.Points
	for _, f := range s.Findings {
		if f.Credit.Activity == activity {
			counted += f.Counted
		}
	}
	return counted
}

// A Candidate is a credit that could serve a requirement.
type Candidate struct {
	Finding
	// Most is how many of its points the requirement could take if nothing were
	// allocated in the cycle, and Free how many beside all that is.
	Most ledger.Points `json:"at_most" doc:"How many of its points could count there."`
	Free ledger.Points `json:"free" doc:"How many of these are not allocated."`
	// Cap is the cap that makes Most or Free smaller, or nil.
	Cap    *Cap `json:"cap" only:"Activity" as:"string" empty:"" doc:"Its activity, if a cap on it makes one of the two smaller. Else empty."`
	Future bool `json:"future" doc:"It counts from its day on."`
}

// Candidates returns the credits whose date and topics would let them serve a
// requirement, by date and title.
func (s Standing) Candidates(name ledger.Requirement) []Candidate {
	var all []Candidate
	for _, f := range s.Findings {
		if !s.Holds(f.Credit.Date) {
			continue
		}
		c := Candidate{Finding: f, Future: f.Credit.Date > s.Today}
		c.Most, c.Free = s.Room(f, name)
		if k := s.Cap(f.Credit.Activity); k != nil {
			most := k.Points(s.Required)
			if left := most - s.CountedOf(k.Activity); c.Most > most || c.Free > left {
				c.Most, c.Free, c.Cap = min(c.Most, most), min(c.Free, left), k
			}
		}
		if c.Most > 0 {
			all = append(all, c)
		}
	}
	return all
}

// Room returns how many points of a credit its topics would let a requirement take:
// most, beside what other cycles have of the credit, and free, beside all that is
// allocated. Dates do not matter.
func (s Standing) Room(f Finding, name ledger.Requirement) (most, free ledger.Points) {
	h := holdingsOf(s.Edition)
	c := holding{Credit: &f.Credit, elsewhere: f.elsewhere()}
	for _, p := range f.Parts {
		if p.Reason != OtherCycle && p.Allocated != "" {
			c.allocations = append(c.allocations, ledger.Allocation{Requirement: p.Allocated, Points: p.Points})
		}
	}
	free = h.roomFor(&c, name)
	c.allocations = nil
	return h.roomFor(&c, name), free
}

// An Explanation is a standing with a proof of its shortages and with what each
// credit's allocations by hand cost.
type Explanation struct {
	Standing
	Proven []Proven   // the shortages of the standing, in their order
	Costs  []HandCost // the allocations by hand that make up [Standing.Cost]
}

// Proven is a shortage with its proof.
type Proven struct {
	Shortage
	Witness Witness `json:"witness" doc:"Proof that it is short."`
}

// A Witness proves a shortage by sums that anybody can check: its requirements together
// ask for more than all credits that can serve any of them have to give, wherever they
// are allocated.
type Witness struct {
	// Requirements are in the order of the edition.
	Requirements []Requirement `json:"requirements" only:"Name"`
	Required     ledger.Points `json:"required" doc:"Points that they require."`
	Supply       ledger.Points `json:"supply" doc:"Points that all credits for them have together."`
	// Short is the shortage. A witness for other may hold the requirements of further
	// shortages; it then includes these.
	Short ledger.Points `json:"short" doc:"Required less supply."`
	// Bounds hold each credit that can serve any of the requirements once.
	Bounds []Bound `json:"bounds" doc:"They add up to the supply."`
}

// A Bound is the most that credits can give to the requirements of a witness.
type Bound struct {
	// Credits is one credit, bounded by its topics and by what other cycles have of
	// it; or, if Cap is set, all credits under that cap, by date and title.
	Credits []ledger.Credit `json:"credits" only:"ID" doc:"Numbers of credits: one, or all of the activity."`
	Points  ledger.Points   `json:"at_most" doc:"Points that these credits can give."`
	Cap     *Cap            `json:"cap" only:"Activity" as:"string" doc:"Activity with a cap." empty:"where the credit bounds itself"`
}

// Explain judges an account as [Evaluate] does, and proves what it says.
func Explain(a Account, today ledger.Date) Explanation {
	h := a.holdings(today)
	best, supplies := h.bestFilling(keepNone)
	x := Explanation{Standing: h.evaluate(best)}
	short := best.shortages(h.other)
	for i, s := range short {
		among := best.exchange(s.among)
		for _, t := range short { // other may exchange points with requirements that are short too
			if t.among&among != 0 {
				among |= t.among
			}
		}
		x.Proven = append(x.Proven, Proven{x.Shortages[i], h.witness(supplies, among)})
	}
	if x.Cost() > 0 {
		x.Costs = h.costly(x.Cost())
	}
	return x
}

// witness proves a shortage in a set of requirements that exchanges points with no
// other one. By the theorem of maximum flow and minimum cut, what counts for the set is
// all that credits can give to it: each what it has free or what its topics allow, and
// those under a cap no more than the cap.
func (h *holdings) witness(supplies []supply, among set) Witness {
	w := Witness{Requirements: among.requirementsOf(h.Edition)}
	for _, r := range w.Requirements {
		w.Required += r.Points
	}
	gives := make([]ledger.Points, len(h.credits))
	capped := make([]ledger.Points, len(h.caps))
	for _, s := range supplies {
		for _, m := range s.members {
			s.points = m.free
			gives[m.credit] = s.mostFor(among)
			if s.cap >= 0 {
				capped[s.cap] += gives[m.credit]
			}
		}
	}
	caps := make([]Bound, len(h.caps))
	for i, c := range h.credits {
		switch {
		case gives[i] == 0:
		case c.cap >= 0 && capped[c.cap] > h.caps[c.cap]:
			caps[c.cap].Credits = append(caps[c.cap].Credits, *c.Credit)
		default:
			w.add(Bound{Credits: []ledger.Credit{*c.Credit}, Points: gives[i]})
		}
	}
	for k, b := range caps {
		if b.Credits != nil {
			b.Points, b.Cap = h.caps[k], &h.Edition.Programme.Caps[k]
			w.add(b)
		}
	}
	w.Short = w.Required - w.Supply
	return w
}

func (w *Witness) add(b Bound) {
	w.Bounds = append(w.Bounds, b)
	w.Supply += b.Points
}

// A HandCost is what the allocations by hand of one credit cost.
type HandCost struct {
	Credit      ledger.Credit
	Allocations []ledger.Allocation // by hand, in the cycle
	// Points is how much less would remain if only these were taken back. It is 0 if
	// that helps only together with other credits. Two credits may name the same
	// points, so Points do not add up to the cost.
	Points ledger.Points
}

// costly returns credits whose allocations by hand make up the whole cost: those that
// cost something alone, and of the others only as many as needed.
func (h *holdings) costly(cost ledger.Points) []HandCost {
	best, _ := h.bestFilling(byHand)
	among := best.exchange(best.unfilled())
	free := map[int64]bool{} // credits whose allocations by hand are taken back
	costs := func() ledger.Points {
		freed, _ := h.bestFilling(func(a ledger.Allocation) bool { return byHand(a) && !free[a.Credit] })
		return best.shortfall() - freed.shortfall()
	}
	all := h.handAllocated()
	for i, c := range all {
		if h.supplyOf(&holding{Credit: &c.Credit}, keepNone).serves()&among != 0 { // else it cannot serve what is short
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
			free[c.Credit.ID] = c.Points > 0 // are the others enough?
			free[c.Credit.ID] = c.Points > 0 || costs() < cost
		}
	}
	return slices.DeleteFunc(all, func(c HandCost) bool { return !free[c.Credit.ID] })
}

// handAllocated returns the credits that count by their dates and have
// something allocated by hand, by date and title.
func (h *holdings) handAllocated() (all []HandCost) {
	for _, c := range h.credits {
		of := slices.DeleteFunc(slices.Clone(c.allocations), func(a ledger.Allocation) bool { return !byHand(a) })
		if len(of) > 0 && c.counts == Counts {
			all = append(all, HandCost{Credit: *c.Credit, Allocations: of})
		}
	}
	return all
}
