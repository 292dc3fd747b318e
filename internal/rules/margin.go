package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// Margins says how many points an auditor could strike out of what a ledger
// holds before a cycle is no longer met, all else allocated in the best
// possible way. To strike points is not to accept them, of a credit as a whole
// or for one of its topics.
type Margins struct {
	// ToEarn is what is lacking already, as in [Standing]. Where it is not 0
	// there is no margin and nothing else is set.
	ToEarn ledger.Points
	// Points is the least margin of all requirements. Whatever is struck, up
	// to so many points in all, everything stays met.
	Points ledger.Points `json:"points" doc:"How many could be struck, whichever they are, before something is missing."`
	// Tightest are the sets of requirements that have no more than Points to
	// spare together, at least one: a requirement by itself, or several that
	// draw on the same credits. Other, by itself, stands for the total.
	Tightest     [][]Requirement     `json:"tightest" only:"Name" doc:"Sets of requirements that have no more to spare."`
	Requirements []RequirementMargin `json:"requirements"` // in the order of the edition
}

// A RequirementMargin is how many points could be struck before a requirement
// can be met no longer, or only at the cost of another one. None is more than
// that of other, if there is one, which is the surplus of the whole.
type RequirementMargin struct {
	Requirement `json:"requirement" only:"Name"`
	Margin      ledger.Points `json:"margin"`
}

// A CriticalCredit is a credit that no other recorded credit can stand in for.
type CriticalCredit struct {
	Credit  ledger.Credit `json:"credit" only:"ID" doc:"Number of the credit."`
	Lacking ledger.Points `json:"lacking" doc:"What would have to be earned without it."`
}

// Margin returns what an auditor could strike of an account on the given day.
// It is free of how the credits are allocated and leaves its argument as it is.
//
// The margin of a requirement is the most that it could ask for beside what
// it asks for now, the others as they are. By Hall's theorem that is the
// least slack of the sets of requirements that hold it: what can flow to the
// set less what it asks for. To strike p points narrows one arc of the flow
// by p at most, be it a credit's or that of a limited topic, so no slack drops
// by more than p, and strikes within the least slack leave every set met. One
// hundredth more, struck out of the narrowest cut to the tightest set, does
// not; only where a cap on an activity is in that cut may more be possible,
// since points beyond the cap can go without harm. There the margin errs on
// the safe side.
func Margin(a Account, today ledger.Date) Margins {
	h := a.hold(today)
	best := h.best(nothing)
	if lacking := best.lacks(); lacking > 0 {
		return Margins{ToEarn: lacking}
	}
	m := Margins{Points: unlimited}
	var tightest []set
	for i, r := range h.Edition.Requirements {
		margin, among := best.raise(i)
		m.Requirements = append(m.Requirements, RequirementMargin{r, margin})
		if h.other >= 0 && among.has(h.other) {
			among = 1 << h.other
		}
		if margin < m.Points {
			m.Points, tightest = margin, nil
		}
		if margin == m.Points && !slices.Contains(tightest, among) {
			tightest = append(tightest, among)
		}
	}
	for _, among := range tightest {
		m.Tightest = append(m.Tightest, among.of(h.Edition))
	}
	return m
}

// raise returns how many points more than it has requirement i could have in a
// filling that lacks nothing, all the others full, and the smallest set of
// requirements that holds it and can have no more than that either: those
// from which points could be moved to it. It leaves the filling as it is.
func (f *filling) raise(i int) (ledger.Points, set) {
	g := *f
	g.net.arcs = slices.Clone(f.net.arcs)
	g.net.arcs[f.sinks[i]].room = unlimited
	g.net.maximise(source, sink)
	return g.net.carried(f.sinks[i]) - f.filled[i], g.exchange(1 << i)
}

// Critical returns the credits without any single one of which something
// would be to earn, by date and number, all others allocated in the best
// possible way. It returns none where something is to earn already. It leaves
// its argument as it is.
func Critical(a Account, today ledger.Date) []CriticalCredit {
	h := a.hold(today)
	supplies := h.pool(nothing)
	if h.fill(supplies).lacks() > 0 {
		return nil
	}
	var all []CriticalCredit
	for k, s := range supplies {
		without := slices.Clone(supplies)
		for _, m := range s.members {
			without[k].points = s.points - m.free
			if lacking := h.fill(without).lacks(); lacking > 0 {
				all = append(all, CriticalCredit{h.credits[m.credit].Credit, lacking})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b CriticalCredit) int {
		return cmp.Or(cmp.Compare(a.Credit.Date, b.Credit.Date), cmp.Compare(a.Credit.ID, b.Credit.ID))
	})
	return all
}
