package transcript

import (
	"cmp"
	"maps"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// Twins returns pairs of credits that have the same identity and came by
// different ways: from two imports, or from one and by hand. Two ledgers that
// imported the same file and were merged have such. As in [Match] they are
// counted: of three from one import and two from another one two are twins. Of a
// pair the first is to be kept; which that is depends on UIDs alone, so that
// it is the same wherever both are known.
func Twins(credits []ledger.Credit) [][2]ledger.Credit {
	credits = slices.Clone(credits)
	sorted.By(credits, func(a, b ledger.Credit) int { return cmp.Compare(a.UID, b.UID) })
	groups := map[string]map[int64][]ledger.Credit{} // by identity and import
	var order []string
	for _, c := range credits {
		id := c.Identity()
		if groups[id] == nil {
			groups[id] = map[int64][]ledger.Credit{}
			order = append(order, id)
		}
		groups[id][c.Import] = append(groups[id][c.Import], c)
	}
	var all [][2]ledger.Credit
	for _, id := range order {
		ways := slices.Collect(maps.Values(groups[id]))
		sorted.By(ways, func(a, b []ledger.Credit) int {
			return cmp.Or(len(b)-len(a), cmp.Compare(a[0].UID, b[0].UID))
		})
		for _, others := range ways[1:] {
			for i, other := range others {
				all = append(all, [2]ledger.Credit{ways[0][i], other})
			}
		}
	}
	return all
}
