package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// An Explanation is a standing with the proof of what it says is to be earned
// and the price of what was allocated by hand.
type Explanation struct {
	Standing
	// Witnesses prove the shortages of the standing, one each, in their order.
	Witnesses []Witness
	// Cost is what allocations by hand cost: Remaining less Closable would be
	// less by it without them. Costs says which.
	Cost  ledger.Points
	Costs []HandCost
}

// A Witness proves a shortage by arithmetic that needs no trust: what its
// requirements ask for together is more than all that can serve any of them
// has to give, wherever it is allocated.
type Witness struct {
	Requirements []Requirement // in the order of the edition
	Required     ledger.Points // by them together
	// Bounds hold every credit that can serve any of them, once.
	Bounds []Bound
	Supply ledger.Points // the bounds together
	// Short is Required less Supply. It is the shortage itself, and where that
	// is one of other, which takes what other requirements could take too, those
	// of other shortages that the witness holds.
	Short ledger.Points
}

// A Bound is the most that credits can give to the requirements of a witness.
type Bound struct {
	// Credits are one, with what it has free of other cycles and what its
	// topics allow; or, where Cap is set, all under that cap, by date and number.
	Credits []ledger.Credit
	Points  ledger.Points
	Cap     *Cap
}

// Explain judges an account as [Evaluate] does, and proves it.
func Explain(a Account, today ledger.Date) Explanation {
	h := a.hold(today)
	p := h.pool(nothing)
	best := h.fill(p.supplies)
	x := Explanation{Standing: h.evaluate(best)}
	short := best.short(h.other)
	for _, s := range short {
		among := best.exchange(s.among)
		for _, t := range short { // other exchanges points with those that lack some too
			if t.among&among != 0 {
				among |= t.among
			}
		}
		x.Witnesses = append(x.Witnesses, h.witness(p, best, among))
	}
	if x.Cost = x.Remaining - x.Closable - x.ToEarn; x.Cost > 0 {
		x.Costs = h.costly(x.Cost)
	}
	return x
}

// witness reads the proof of a shortage out of the best filling, by the
// theorem of the maximum flow and the minimum cut. The nodes from which points
// could still be moved to what is short are on one side of the cut: no more
// comes in there, and nothing goes out but to their own requirements. So what
// these have is all that the arcs into that side can carry, and those are the
// bounds: a credit, what limits its topics, or a cap.
func (h *holdings) witness(p pool, best *filling, among set) Witness {
	side := best.origins(among)
	w := Witness{Requirements: among.of(h.Edition)}
	for _, r := range w.Requirements {
		w.Required += r.Points
	}
	most := make([]ledger.Points, len(h.credits))
	capped := make([][]int, len(h.caps)) // credits under caps that bind
	for k, members := range p.members {
		limit := best.most(k, side)
		for _, m := range members {
			switch n := min(m.free, limit); {
			case n == 0:
			case best.bound(k, side):
				capped[p.supplies[k].cap] = append(capped[p.supplies[k].cap], m.credit)
			default:
				most[m.credit] = n
			}
		}
	}
	for i, points := range most {
		if points > 0 {
			w.add(Bound{Credits: []ledger.Credit{h.credits[i].Credit}, Points: points})
		}
	}
	for k, members := range capped {
		if members == nil {
			continue
		}
		b := Bound{Points: h.caps[k], Cap: &h.Edition.Programme.Caps[k]}
		slices.Sort(members)
		for _, i := range members {
			b.Credits = append(b.Credits, h.credits[i].Credit)
		}
		w.add(b)
	}
	w.Short = w.Required - w.Supply
	return w
}

func (w *Witness) add(b Bound) {
	w.Bounds = append(w.Bounds, b)
	w.Supply += b.Points
}

// most returns what a supply can bring to one side of a cut of the network: no
// limit but its points when it is on that side itself, else what limits its
// topics there.
func (f *filling) most(supply int, side []bool) ledger.Points {
	o := f.outlet[supply]
	if side[f.net.arcs[o.feed].to] {
		return unlimited
	}
	var most ledger.Points
	seen := int32(-1) // the routes through a topic stand together
	for _, r := range o.routes {
		if r.topic != seen && r.topic >= 0 && side[f.net.arcs[r.topic].to] {
			most += f.net.capacity(r.topic)
		}
		seen = r.topic
	}
	return most
}

// bound reports whether the cap of a supply is on one side of a cut, so that
// it bounds what comes to that side.
func (f *filling) bound(supply int, side []bool) bool {
	at := f.outlet[supply].cap
	return at >= 0 && side[f.net.arcs[at].to]
}
