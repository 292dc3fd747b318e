package rules

import (
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
)

// An Ask is an allocation that a person wants of one credit. Without points
// it takes what the credit has left for the requirement.
type Ask struct {
	Requirement ledger.Requirement
	Points      ledger.Points // 0 when none were named
	// OnlyLack says that an ask without points takes no more than the
	// requirement lacks, also where it is the last.
	OnlyLack bool
}

// An AskError says why an allocation by hand is not possible.
type AskError struct {
	Credit      ledger.Credit
	Requirement ledger.Requirement
	Reason      Reason
	// Left is what of the credit the requirement could still take.
	Left ledger.Points
}

func (e *AskError) Error() string {
	switch e.Reason {
	case NoSuchRule:
		return fmt.Sprintf("there is no requirement %s", e.Requirement)
	case NoTopic:
		return fmt.Sprintf("credit %d has no topic that counts for %s", e.Credit.ID, e.Requirement)
	case BeforeWindow:
		return fmt.Sprintf("credit %d is dated %s, before the first day that counts", e.Credit.ID, e.Credit.Date)
	case AfterWindow:
		return fmt.Sprintf("credit %d is dated %s, after the last day that counts", e.Credit.ID, e.Credit.Date)
	}
	if e.Left == 0 {
		return fmt.Sprintf("credit %d has nothing left for %s", e.Credit.ID, e.Requirement)
	}
	return fmt.Sprintf("credit %d has only %s left for %s", e.Credit.ID, e.Left, e.Requirement)
}

// Put returns the allocations that the credit has in the account's cycle once
// the asks are met in their order. An ask with points sets what the
// requirement has of the credit. One without takes what is left; of several,
// each takes what its requirement lacks and the last takes the rest. The
// caller sees to it that the credit is one of the account and that the asks name
// at least one requirement and none twice. The error is an [*AskError].
func Put(a Account, credit int64, asks []Ask, today ledger.Date) ([]ledger.Allocation, error) {
	h := a.holdings(today)
	c := h.credit(credit)
	if c == nil {
		return nil, fmt.Errorf("credit %d is not in the account", credit)
	}
	for _, ask := range asks {
		if err := h.checkAsk(*c, ask); err != nil {
			return nil, err
		}
		c.allocations = slices.DeleteFunc(slices.Clone(c.allocations), func(a ledger.Allocation) bool {
			return a.Requirement == ask.Requirement
		})
	}
	var taken ledger.Points
	for k, ask := range asks {
		left := h.roomFor(c, ask.Requirement)
		points := ask.Points
		switch {
		case points > left:
			return nil, &AskError{c.Credit, ask.Requirement, NothingLeft, left}
		case points == 0 && k == len(asks)-1 && !ask.OnlyLack:
			points = left
		case points == 0:
			c.possible = h.possibleParts(*c)
			var s Standing
			h.count(&s)
			points = min(left, s.Requirements[h.Edition.requirementIndex(ask.Requirement)].Remaining)
		}
		taken += points
		if points > 0 {
			c.allocations = append(c.allocations, ledger.Allocation{
				Credit: credit, Cycle: h.Cycle.ID, Requirement: ask.Requirement, Points: points, By: ledger.ByHand,
			})
		}
	}
	if taken == 0 {
		return nil, &AskError{c.Credit, asks[len(asks)-1].Requirement, NothingLeft, 0}
	}
	return c.allocations, nil
}

// credit returns the credit of that number, or nil when the account has none.
func (h *holdings) credit(id int64) *holding {
	i := slices.IndexFunc(h.credits, func(c holding) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &h.credits[i]
}

// checkAsk reports why no point of the credit can be asked for.
func (h *holdings) checkAsk(c holding, ask Ask) error {
	why := c.counts
	if why != BeforeWindow && why != AfterWindow {
		r, ok := h.Edition.Requirement(ask.Requirement)
		switch {
		case ok && r.Accepts(c.Credit):
			return nil
		case ok:
			why = NoTopic
		default:
			why = NoSuchRule
		}
	}
	return &AskError{Credit: c.Credit, Requirement: ask.Requirement, Reason: why}
}

// Trim returns those of a credit's allocations in the account's cycle that
// are still possible, each as far as it is: within the credit's points and
// limits, and only for requirements that the edition has and that accept it.
// What was allocated by hand is kept first; the order stays as it was. Dates
// do not matter: a credit that moves out of the window keeps what it has. It
// is nil when the credit is not in the account.
func Trim(a Account, credit int64) []ledger.Allocation {
	h := a.holdings(0)
	c := h.credit(credit)
	if c == nil {
		return nil
	}
	var kept []ledger.Allocation
	for i, a := range c.allocations {
		if a.Points = c.possible[i]; a.Points > 0 {
			kept = append(kept, a)
		}
	}
	return kept
}
