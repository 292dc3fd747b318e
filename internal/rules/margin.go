package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A CriticalCredit is a credit that no other recorded credit can stand in for.
type CriticalCredit struct {
	Credit  ledger.Credit `json:"credit" only:"ID" doc:"Number of the credit."`
	Lacking ledger.Points `json:"lacking" doc:"What would have to be earned without it."`
}

// Critical returns the credits without any single one of which something
// would be to earn, by date and number, all others allocated in the best
// possible way. It returns none where something is to earn already. It leaves
// its argument as it is.
func Critical(a Account, today ledger.Date) []CriticalCredit {
	h := a.hold(today)
	best, supplies := h.best(nothing)
	if best.lacks() > 0 {
		return nil
	}
	var all []CriticalCredit
	for k, s := range supplies {
		without := slices.Clone(supplies)
		for _, m := range s.members {
			without[k].points = s.points - m.free
			if lacking := fill(h.required, h.caps, without).lacks(); lacking > 0 {
				all = append(all, CriticalCredit{h.credits[m.credit].Credit, lacking})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b CriticalCredit) int {
		return cmp.Or(cmp.Compare(a.Credit.Date, b.Credit.Date), cmp.Compare(a.Credit.ID, b.Credit.ID))
	})
	return all
}
