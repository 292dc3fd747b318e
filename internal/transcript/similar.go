package transcript

import (
	"strings"

	"github.com/agnivade/levenshtein"

	"cmpledger/internal/ledger"
)

// An Alike is a new row that may be a credit that the ledger has under
// another name: typed by hand and uploaded later, say.
type Alike struct {
	Verdict int // index of the row's verdict
	Credit  ledger.Credit
}

// LookAlikes finds new rows that have the date and the points of a credit and
// a similar title: one contains the other, or few letters differ. A row is
// listed once, with the first such credit.
func LookAlikes(verdicts []Verdict, credits []ledger.Credit) []Alike {
	type sameDay struct {
		date   ledger.Date
		points ledger.Points
	}
	taken := make(map[int64]bool) // credits that rows of the file are
	wanted := make(map[sameDay]bool)
	for _, v := range verdicts {
		if v.Kind == New {
			wanted[sameDay{v.Row.Credit.Date, v.Row.Credit.Points}] = true
		} else {
			taken[v.Existing.ID] = true
		}
	}
	candidates := make(map[sameDay][]ledger.Credit)
	for _, c := range credits {
		if key := (sameDay{c.Date, c.Points}); wanted[key] && !taken[c.ID] {
			candidates[key] = append(candidates[key], c)
		}
	}
	var all []Alike
	for i, v := range verdicts {
		if v.Kind != New {
			continue
		}
		for _, c := range candidates[sameDay{v.Row.Credit.Date, v.Row.Credit.Points}] {
			if similar(letters(v.Row.Credit.Title), letters(c.Title)) {
				all = append(all, Alike{i, c})
				break
			}
		}
	}
	return all
}

// similar compares titles of which only letters and digits are left.
func similar(a, b string) bool {
	shorter := min(len(a), len(b))
	if shorter < 6 {
		return a == b
	}
	return strings.Contains(a, b) || strings.Contains(b, a) || shorter < 200 && levenshtein.ComputeDistance(a, b) <= shorter/5
}
