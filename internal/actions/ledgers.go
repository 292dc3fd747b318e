package actions

import (
	"context"
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
	Trimmed []Edited `json:"-"` // credits that lost what was allocated, since their topics and points are others now
	Moved   bool     `json:"-"` // points that were placed by themselves are placed otherwise
}

// ImportLedger merges another ledger into this one, and trims what is allocated of
// credits from there. Under auto it then places points from nothing, so that the other
// computer places them in the same way.
func (j Judge) ImportLedger(ctx context.Context, tx *store.Tx, theirs exchange.Ledger) (done LedgerImport, err error) {
	ours, err := tx.Ledger(ctx)
	if err != nil {
		return done, err
	}
	merged, report := exchange.Merge(ours, theirs, sameCredits(ours, theirs))
	done.Report = report
	if err := tx.Become(ctx, merged, report.Changes); err != nil || len(ours.Records) == 0 {
		return done, err
	}
	touched := map[string]bool{} // credits that changed, or whose allocations did, by uid
	for _, c := range report.Changes {
		if c.After == nil || c.Stamps {
			continue
		}
		switch v := c.After.Value.(type) {
		case exchange.Credit:
			touched[v.UID] = true
		case exchange.Allocation:
			touched[v.Credit] = true
		}
	}
	var s Snapshot
	if len(touched) > 0 {
		if s, err = Read(ctx, tx); err != nil {
			return done, err
		}
	}
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
	if j.Auto && len(theirs.Records) > 0 && len(exchange.Changes(ours, theirs)) > 0 {
		done.Moved, err = j.placeFromNothing(ctx, tx)
	}
	return done, err
}

// sameCredits says which credits of theirs are which of ours, whichever side is
// ours: by uid, or as the same activity. What is there on both sides is paired
// first, then what both removed, then the others.
func sameCredits(ours, theirs exchange.Ledger) map[string]string {
	if len(ours.Records) == 0 {
		return nil
	}
	same := exchange.Same(ours, theirs)
	taken := make(map[string]bool, len(same))
	for t, o := range same {
		taken[t], taken[o] = true, true
	}
	pair := func(rows []ledger.Credit, slots []ledger.Known) {
		for i, k := range pairing.Match(rows, slots) {
			if k < 0 || taken[rows[i].UID] { // another form of it was paired
				continue
			}
			x, y := rows[i].UID, slots[k].Credit.UID
			taken[x], taken[y] = true, true
			if ours.Records[exchange.ID{Kind: exchange.CreditKind, Key: x}] != nil {
				x, y = y, x
			}
			same[x] = y
		}
	}
	left := func(all []ledger.Known, removed ...bool) []ledger.Known {
		return slices.DeleteFunc(slices.Clone(all), func(k ledger.Known) bool {
			return taken[k.Credit.UID] || !slices.Contains(removed, k.Removed)
		})
	}
	a, b := knownCredits(ours, taken), knownCredits(theirs, taken)
	if len(a) > 0 && len(b) > 0 && b[0].Credit.UID < a[0].Credit.UID {
		a, b = b, a
	}
	for _, removed := range [][]bool{{false}, {true}, {false, true}} {
		pair(rows(left(b, removed...), false), left(a, removed...))
		pair(rows(left(a, removed...), false), left(b, removed...))
		pair(rows(left(b, removed...), true), left(a, removed...)) // what was edited on both sides
	}
	return same
}

// knownCredits returns the credits but those that are taken.
func knownCredits(l exchange.Ledger, taken map[string]bool) (all []ledger.Known) {
	for _, r := range l.Records {
		c, ok := r.Value.(exchange.Credit)
		if !ok || taken[c.UID] {
			continue
		}
		k := ledger.Known{Credit: c.Credit, Removed: c.Removed, Forms: c.Forms}
		if c.MergedInto != "" {
			k.MergedInto = 1 // into some credit, which is all that matters here
		}
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b ledger.Known) int { return strings.Compare(a.Credit.UID, b.Credit.UID) })
	return all
}

// rows returns the credits as rows to pair: as they are, or once for each form by
// which they are known besides.
func rows(all []ledger.Known, forms bool) (rows []ledger.Credit) {
	for _, k := range all {
		if !forms {
			rows = append(rows, k.Credit)
			continue
		}
		for _, f := range k.Forms {
			c := k.Credit
			c.Date, c.Title, c.Provider, c.Points, c.Reference = f.Date, f.Title, f.Provider, f.Points, f.Reference
			rows = append(rows, c)
		}
	}
	return rows
}
