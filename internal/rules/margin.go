package rules

import "cmpledger/internal/ledger"

// Margin returns what could be declared beyond what is required, by date and title: the
// points of credits that do not count only because all that they fit is full. A cap
// holds. There is none while anything remains.
func (s Standing) Margin() (all []ledger.DeclaredCredit) {
	if s.Remaining > 0 {
		return nil
	}
	h := holdingsOf(s.Edition)
	added := map[ledger.Activity]ledger.Points{} // of those under a cap
	for _, f := range s.Findings {
		c := f.Credit
		if !s.Holds(c.Date) || c.Date > s.Today {
			continue
		}
		points := h.supplyOf(&holding{Credit: &c, elsewhere: f.elsewhere()}, keepNone).mostFor(everything) - f.Counted
		if k := s.Cap(c.Activity); k != nil {
			points = min(points, k.Points(s.Required)-s.CountedOf(c.Activity)-added[c.Activity])
			added[c.Activity] += max(points, 0)
		}
		if points > 0 {
			all = append(all, ledger.DeclaredCredit{Requirement: ledger.Margin, Points: points, Credit: c})
		}
	}
	return all
}

// everything is the set of all requirements.
const everything = ^set(0)

// elsewhere returns how many points other cycles have of the credit.
func (f Finding) elsewhere() (points ledger.Points) {
	for _, p := range f.Parts {
		if p.Reason == OtherCycle {
			points += p.Points
		}
	}
	return points
}

// Spare returns for each requirement how many points the body may refuse of declared
// credits that fit it, and all that is required is still met. A credit that fits several
// requirements can be spared as far as the one of them that has the least to spare.
func (e *Edition) Spare(declared []ledger.DeclaredCredit) []ledger.Points {
	h := holdingsOf(e)
	at := map[int64]int{} // in h.credits
	for _, line := range declared {
		i, known := at[line.Credit.ID]
		if !known {
			i = len(h.credits)
			at[line.Credit.ID] = i
			h.credits = append(h.credits, holding{
				Credit: &line.Credit, counts: Counts, cap: e.Programme.capIndex(line.Credit.Activity), elsewhere: line.Credit.Points,
			})
		}
		h.credits[i].elsewhere -= line.Points
	}
	supplies := h.supplies(Counts, nil, keepNone)
	spare := make([]ledger.Points, len(h.required))
	for i, asked := range h.required {
		h.required[i] = unlimited
		filled := fill(h.required, h.caps, supplies).filled
		h.required[i] = asked
		for k, points := range filled {
			spare[i] += points - h.required[k]
		}
	}
	return spare
}
