package transcript

import "cmpledger/internal/ledger"

// Duplicates returns pairs of credits that may be one activity recorded twice:
// of the same date and points, with similar titles. The first of a pair comes
// first among the credits; pairs are in their order.
func Duplicates(credits []ledger.Credit) [][2]ledger.Credit {
	type worth struct {
		date   ledger.Date
		points ledger.Points
	}
	earlier := map[worth][]ledger.Credit{}
	var all [][2]ledger.Credit
	for _, c := range credits {
		key := worth{c.Date, c.Points}
		for _, b := range earlier[key] {
			if similar(letters(b.Title), letters(c.Title)) {
				all = append(all, [2]ledger.Credit{b, c})
			}
		}
		earlier[key] = append(earlier[key], c)
	}
	return all
}
