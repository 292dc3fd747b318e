package rules

import "cmpledger/internal/ledger"

// An Explanation is a standing with the proof of what it says is to be earned
// and the price of what was allocated by hand.
type Explanation struct {
	Standing
	Proven []Proven // the shortages of the standing, in their order
	// Cost is what allocations by hand cost: Remaining less Closable would be
	// less by it without them. Costs says which.
	Cost  ledger.Points
	Costs []HandCost
}

// Proven is a shortage with its proof.
type Proven struct {
	Shortage
	Witness Witness `json:"witness" doc:"Proof that it is short."`
}

// A Witness proves a shortage by arithmetic that needs no trust: what its
// requirements ask for together is more than all that can serve any of them
// has to give, wherever it is allocated.
type Witness struct {
	// Requirements are in the order of the edition.
	Requirements []Requirement `json:"requirements" only:"Name"`
	Required     ledger.Points `json:"required" doc:"That they ask for."`
	Supply       ledger.Points `json:"supply" doc:"That all credits which can serve them have to give."`
	// Short is the shortage itself, and where that is one of other, which takes
	// what other requirements could take too, those of other shortages that the
	// witness holds.
	Short ledger.Points `json:"short" doc:"Required less supply."`
	// Bounds hold every credit that can serve any of the requirements, once.
	Bounds []Bound `json:"bounds" doc:"They add up to the supply."`
}

// A Bound is the most that credits can give to the requirements of a witness.
type Bound struct {
	// Credits are one, with what it has free of other cycles and what its
	// topics allow; or, where Cap is set, all under that cap, by date and number.
	Credits []ledger.Credit `json:"credits" only:"ID" doc:"Numbers of credits: one, or all of the activity."`
	Points  ledger.Points   `json:"at_most" doc:"That they have to give."`
	Cap     *Cap            `json:"cap" only:"Activity" as:"string" doc:"Activity that counts only so far." empty:"where the credit bounds itself"`
}

// Explain judges an account as [Evaluate] does, and proves it.
func Explain(a Account, today ledger.Date) Explanation {
	h := a.hold(today)
	supplies := h.pool(nothing)
	best := h.fill(supplies)
	x := Explanation{Standing: h.evaluate(best)}
	short := best.short(h.other)
	for i, s := range short {
		among := best.exchange(s.among)
		for _, t := range short { // other exchanges points with those that lack some too
			if t.among&among != 0 {
				among |= t.among
			}
		}
		x.Proven = append(x.Proven, Proven{x.Shortages[i], h.witness(supplies, among)})
	}
	if x.Cost = x.Remaining - x.Closable - x.ToEarn; x.Cost > 0 {
		x.Costs = h.costly(x.Cost)
	}
	return x
}

// witness proves a shortage by the most that the credits can give to a set of
// requirements that exchanges points with no other. By the theorem of the maximum
// flow and the minimum cut that is what they have: each credit gives what it has
// free or what its topics allow, and those under a cap no more than that.
func (h *holdings) witness(supplies []supply, among set) Witness {
	w := Witness{Requirements: among.of(h.Edition)}
	for _, r := range w.Requirements {
		w.Required += r.Points
	}
	gives := make([]ledger.Points, len(h.credits))
	capped := make([]ledger.Points, len(h.caps))
	for _, s := range supplies {
		for _, m := range s.members {
			s.points = m.free
			gives[m.credit] = s.gives(among)
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
			caps[c.cap].Credits = append(caps[c.cap].Credits, c.Credit)
		default:
			w.add(Bound{Credits: []ledger.Credit{c.Credit}, Points: gives[i]})
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
