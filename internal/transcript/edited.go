package transcript

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

func isEdited(k ledger.Known) bool { return k.Edited }

// current returns the credits that have the identity still.
func current(known []ledger.Known) []ledger.Known {
	if !slices.ContainsFunc(known, isEdited) { // nearly always
		return known
	}
	return slices.DeleteFunc(slices.Clone(known), isEdited)
}

// recorded returns the ID of the record that a credit is known by: that of the
// one that was merged into it, if so. A credit may be as many rows as it has
// records: those that were merged into it are rows of their own.
func recorded(k ledger.Known) int64 { return cmp.Or(k.Merged, k.Credit.ID) }

// A pairing pairs rows with credits that were edited or merged since their
// import.
type pairing struct {
	verdicts   []Verdict
	identities []string // of the rows
	known      map[string][]ledger.Known
	rowOf      map[int64]int // by the record that it is paired with
}

// pairEdited pairs rows that are still new with credits that were imported
// under their identity and edited or merged since. A credit is known by two identities
// then, and a row takes it from another row that finds a credit elsewhere:
// who moved a series of dates by a week made each credit what the next one
// was imported as.
func pairEdited(verdicts []Verdict, identities []string, known map[string][]ledger.Known) {
	var left []int
	for i, v := range verdicts {
		if v.Kind == New && len(known[identities[i]]) > 0 {
			left = append(left, i)
		}
	}
	if len(left) == 0 {
		return
	}
	p := pairing{verdicts, identities, known, make(map[int64]int)}
	for i, v := range verdicts {
		if v.Kind != New && v.Kind != Rejected {
			p.rowOf[v.Existing.ID] = i
		}
	}
	slices.SortStableFunc(left, func(a, b int) int { // so that their order in the file does not matter
		return cmp.Or(cmp.Compare(identities[a], identities[b]),
			cmp.Compare(wholeKey(verdicts[a].Row.Credit), wholeKey(verdicts[b].Row.Credit)))
	})
	for _, i := range left {
		p.place(i, make(map[int64]bool))
	}
}

// place pairs a row with a credit that is free, or that a row of another
// identity can do without, and reports whether there is one. Credits that were
// tried before are not tried again.
func (p *pairing) place(i int, tried map[int64]bool) bool {
	if k := p.free(i); k != nil {
		p.pair(i, k)
		return true
	}
	all := p.known[p.identities[i]]
	for j, k := range all {
		holder := p.rowOf[recorded(k)]
		if tried[recorded(k)] || p.identities[holder] == p.identities[i] {
			continue
		}
		tried[recorded(k)] = true
		if p.place(holder, tried) {
			p.pair(i, &all[j])
			return true
		}
	}
	return false
}

// free returns a credit of a row's identity that no row is paired with, rather
// one that was not removed, or nil.
func (p *pairing) free(i int) (found *ledger.Known) {
	all := p.known[p.identities[i]]
	for j, k := range all {
		if _, taken := p.rowOf[recorded(k)]; !taken && (found == nil || found.Removed && !k.Removed) {
			found = &all[j]
		}
	}
	return found
}

func (p *pairing) pair(i int, k *ledger.Known) {
	p.rowOf[recorded(*k)] = i
	p.verdicts[i].settle(k)
}
