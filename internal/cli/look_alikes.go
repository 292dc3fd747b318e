package cli

import (
	"cmp"
	"fmt"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
	"cmpledger/internal/transcript"
)

// alikeLine says how many pairs look alike among credits that count together,
// which are called of; it is nothing where none do. A pair that counts in
// several sets is one.
func alikeLine(of string, sets ...[]ledger.Credit) string {
	pairs := map[[2]int64]bool{}
	for _, credits := range sets {
		for _, g := range transcript.Duplicates(credits) {
			for _, p := range g.Pairs {
				pairs[[2]int64{p[0].ID, p[1].ID}] = true
			}
		}
	}
	if len(pairs) == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s %s alike: cmp list --duplicates", count(len(pairs), "pair"), of, verb(len(pairs), "looks", "look"))
}

// sayAlike warns of credits that look alike, where there are any.
func (a *app) sayAlike(sets [][]ledger.Credit) {
	if line := alikeLine("these", sets...); line != "" {
		a.say("%s", line)
	}
}

// allDeclared returns the credits of each declaration.
func allDeclared(all []declared) (sets [][]ledger.Credit) {
	for _, d := range all {
		var credits []ledger.Credit
		seen := map[int64]bool{}
		for _, line := range d.declaration.Credits {
			if !seen[line.Credit.ID] {
				credits = append(credits, line.Credit)
			}
			seen[line.Credit.ID] = true
		}
		sorted.By(credits, byDate)
		sets = append(sets, credits)
	}
	return sets
}

// byDate orders credits as the ledger lists them, so that their pairs are those
// of cmp list --duplicates.
func byDate(a, b ledger.Credit) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
}

// allAllocated returns the credits that are allocated for each credential, of
// those that its days hold.
func (a *app) allAllocated(results []automatic) (sets [][]ledger.Credit) {
	for _, r := range results {
		allocated := map[int64]bool{}
		for _, x := range r.proposal.Allocations {
			allocated[x.Credit] = true
		}
		var credits []ledger.Credit
		for _, c := range r.account.Credits {
			if allocated[c.ID] && r.account.Holds(c.Date, a.today) {
				credits = append(credits, c)
			}
		}
		sets = append(sets, credits)
	}
	return sets
}
