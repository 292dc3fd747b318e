package rules

import (
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
)

// An Ask is an allocation of one credit that the holder asks for. Without points it
// takes what the credit has left for the requirement.
type Ask struct {
	Requirement ledger.Requirement
	Points      ledger.Points // 0 when none were named
	// OnlyLack says that an ask without points takes no more than the requirement
	// lacks, even as the last ask.
	OnlyLack bool
}

// An AskError says why an allocation by hand is not possible.
type AskError struct {
	Credit      ledger.Credit
	Requirement ledger.Requirement
	Reason      Reason
	// Left is how many points of the credit the requirement could still take.
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

// Put meets the asks in order, and returns all allocations of the credit in the
// account's cycle then. An ask with points sets what the requirement has of the credit.
// One without points takes what is left; of several, each takes what its requirement
// lacks and the last takes the rest. The credit must be in the account, and there must
// be at least one ask and no requirement twice. The error is an [*AskError].
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
		c.allocations = slices.DeleteFunc(slices.Clone(c.allocations), func(a ledger.Allocation) bool { return a.Requirement == ask.Requirement })
	}
	var taken ledger.Points
	for k, ask := range asks {
		left := h.roomFor(c, ask.Requirement)
		points := ask.Points
		switch {
		case points > left:
			return nil, &AskError{*c.Credit, ask.Requirement, NothingLeft, left}
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
		return nil, &AskError{*c.Credit, asks[len(asks)-1].Requirement, NothingLeft, 0}
	}
	return c.allocations, nil
}

// credit returns the credit with a number, or nil.
func (h *holdings) credit(id int64) *holding {
	i := slices.IndexFunc(h.credits, func(c holding) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &h.credits[i]
}

// checkAsk refuses an ask for a requirement that can take no point of the credit.
func (h *holdings) checkAsk(c holding, ask Ask) error {
	why := c.counts
	if why != BeforeWindow && why != AfterWindow {
		r, ok := h.Edition.Requirement(ask.Requirement)
		switch {
		case ok && r.Accepts(*c.Credit):
			return nil
		case ok:
			why = NoTopic
		default:
			why = NoSuchRule
		}
	}
	return &AskError{Credit: *c.Credit, Requirement: ask.Requirement, Reason: why}
}

// Trim returns the allocations of a credit in the account's cycle, each reduced to what
// is still possible: within the credit's points and topic limits, and only for
// requirements that the edition has and that accept the credit. It keeps allocations by
// hand before others, and the order as it was. Dates do not matter: a credit outside
// the window keeps its allocations. It is nil if the credit is not in the account.
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
