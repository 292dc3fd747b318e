package evidence

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A Finding is something about the evidence of a credit that may matter in an
// audit.
type Finding struct {
	Credit   *ledger.Credit
	Kind     Kind
	Evidence *ledger.Evidence // the file; an empty one for Missing
	Others   []int64          // Shared: the other credits that the same file proves
	Reason   string           // Unfit: what [Reject] says
}

// A Kind is what a finding is about.
type Kind string

// The kinds of findings.
const (
	Missing Kind = "missing" // the credit has no evidence
	Shared  Kind = "shared"  // the same file proves other credits too
	Unfit   Kind = "unfit"   // a file that a reader may not take or open
)

// Lint looks at the evidence of the given credits, in their order. all is the
// evidence of every credit of the ledger.
func Lint(credits []ledger.Credit, all []ledger.Evidence) []Finding {
	of := map[int64][]*ledger.Evidence{}
	proves := map[int64][]int64{} // by content
	for i := range all {
		e := &all[i]
		of[e.Credit] = append(of[e.Credit], e)
		proves[e.Content] = append(proves[e.Content], e.Credit)
	}
	var found []Finding
	var none ledger.Evidence
	for i := range credits {
		c := &credits[i]
		if len(of[c.ID]) == 0 {
			found = append(found, Finding{Credit: c, Kind: Missing, Evidence: &none})
		}
		for _, e := range of[c.ID] {
			if reason := Reject(e.MediaType); reason != "" {
				found = append(found, Finding{Credit: c, Kind: Unfit, Evidence: e, Reason: reason})
			}
			others := slices.DeleteFunc(slices.Clone(proves[e.Content]), func(id int64) bool { return id == c.ID })
			if len(others) > 0 {
				found = append(found, Finding{Credit: c, Kind: Shared, Evidence: e, Others: others})
			}
		}
	}
	return found
}
