package actions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
)

// A LedgerImport is what became of a ledger that was merged into this one.
type LedgerImport struct {
	exchange.Report
	Numbers map[string]int64 `json:"-"` // of credits, by uid
	Trimmed []Edited         `json:"-"` // credits that lost what was allocated, since their topics and points are others now
}

// ImportLedger merges another ledger into this one, and trims what is allocated
// to what the rules allow credits that came from the other one. Points
// that are placed by themselves are not placed anew here.
func (j Judge) ImportLedger(ctx context.Context, tx *store.Tx, theirs exchange.Ledger) (done LedgerImport, err error) {
	ours, err := tx.Ledger(ctx)
	if err != nil {
		return done, err
	}
	merged, report := exchange.Merge(ours, theirs, sameCredits(ours, theirs))
	done.Report = report
	if err := merged.Check(); err != nil {
		return done, fmt.Errorf("the two ledgers do not fit together: %w", err)
	}
	if err := tx.Become(ctx, ours, merged); err != nil {
		return done, err
	}
	if done.Numbers, err = tx.CreditNumbers(ctx); err != nil || len(ours.Records) == 0 {
		return done, err
	}
	s, err := Read(ctx, tx)
	if err != nil {
		return done, err
	}
	touched := touchedCredits(ours, merged)
	for _, c := range slices.Clone(s.Credits) {
		if !touched[c.UID] || len(s.AllocationsOf(c.ID)) == 0 {
			continue
		}
		trimmed, err := j.EditCredit(ctx, tx, &s, c)
		if err != nil {
			return done, err
		}
		trimmed = slices.DeleteFunc(trimmed, func(t Trimming) bool { return slices.Equal(t.Before, t.After) })
		done.Trimmed = append(done.Trimmed, Edited{c, trimmed})
	}
	return done, nil
}

// sameCredits says which credits of theirs are which of ours: by a uid, or as
// the same activity. It does not matter which side is ours. What is there on
// both sides is paired first, then what both removed, then the others.
func sameCredits(ours, theirs exchange.Ledger) map[string]string {
	same := exchange.Same(ours, theirs)
	taken := map[string]bool{}
	for t, o := range same {
		taken[t], taken[o] = true, true
	}
	a, b := unpaired(ours, taken), unpaired(theirs, taken)
	swapped := len(a) > 0 && len(b) > 0 && b[0].UID < a[0].UID
	if swapped {
		a, b = b, a
	}
	pair := func(rows, slots []exchange.Credit, swap bool) {
		for i, k := range pairing.Match(asRows(rows), asSlots(slots)) {
			if k < 0 || taken[rows[i].UID] { // another form of it was paired
				continue
			}
			x, y := rows[i].UID, slots[k].UID
			taken[x], taken[y] = true, true
			if swap {
				x, y = y, x
			}
			same[x] = y
		}
	}
	for _, wanted := range []func(exchange.Credit) bool{
		func(c exchange.Credit) bool { return !c.Removed },
		func(c exchange.Credit) bool { return c.Removed },
		func(exchange.Credit) bool { return true },
	} {
		left := func(all []exchange.Credit) []exchange.Credit {
			return slices.DeleteFunc(slices.Clone(all), func(c exchange.Credit) bool { return taken[c.UID] || !wanted(c) })
		}
		pair(left(b), left(a), swapped)
		pair(left(a), left(b), !swapped)
		pair(asForms(left(b)), left(a), swapped) // what was edited on both sides
	}
	return same
}

// unpaired returns the credits that are not taken, by their uids.
func unpaired(l exchange.Ledger, taken map[string]bool) (all []exchange.Credit) {
	for _, r := range l.Records {
		if c, ok := r.Value.(exchange.Credit); ok && !taken[c.UID] {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b exchange.Credit) int { return strings.Compare(a.UID, b.UID) })
	return all
}

// asForms returns the credits as they are known besides, once for each form.
func asForms(credits []exchange.Credit) (all []exchange.Credit) {
	for _, c := range credits {
		for _, f := range c.Forms {
			c.Date, c.Title, c.Provider, c.Points, c.Reference = f.Date, f.Title, f.Provider, f.Points, f.Reference
			all = append(all, c)
		}
	}
	return all
}

func asRows(credits []exchange.Credit) []ledger.Credit {
	rows := make([]ledger.Credit, len(credits))
	for i, c := range credits {
		rows[i] = c.Credit
	}
	return rows
}

func asSlots(credits []exchange.Credit) []ledger.Known {
	slots := make([]ledger.Known, len(credits))
	for i, c := range credits {
		k := ledger.Known{Credit: c.Credit, HasTopics: len(c.Topics) > 0, Removed: c.Removed, Forms: c.Forms}
		k.Credit.Import = 0
		if c.Import != "" {
			k.Credit.Import = 1 // of some import, which is all that matters here
		}
		if c.MergedInto != "" {
			k.MergedInto = 1
		}
		slots[i] = k
	}
	return slots
}

// touchedCredits returns the uids of the credits that a merge changed, or whose
// allocations it changed.
func touchedCredits(ours, merged exchange.Ledger) map[string]bool {
	before := map[exchange.ID]string{}
	for _, r := range ours.Records {
		before[r.ID] = exchange.Text(r.Value)
	}
	touched := map[string]bool{}
	for _, r := range merged.Records {
		if before[r.ID] == exchange.Text(r.Value) {
			continue
		}
		switch v := r.Value.(type) {
		case exchange.Credit:
			touched[v.UID] = true
		case exchange.Allocation:
			touched[v.Credit] = true
		}
	}
	return touched
}
