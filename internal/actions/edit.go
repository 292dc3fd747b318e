package actions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// A Trimming is what became of the allocations of an edited credit in a cycle.
type Trimming struct {
	Credential    ledger.Credential
	Cycle         ledger.Cycle
	Before, After []ledger.Allocation
	// Outside says that the credit was moved to a day that does not count.
	Outside bool
	// Unjudged is why the cycle was not judged, or nil: its allocations stay, as far as
	// the credit has points.
	Unjudged error
}

// Edit changes credits, and trims what is allocated of them to what is still
// possible.
func (j Judge) Edit(ctx context.Context, tx *store.Tx, s *Snapshot, ids []int64, change func(*ledger.Credit)) (all []Edited, err error) {
	for _, id := range ids {
		c, err := s.Credit(id)
		if err != nil {
			return nil, err
		}
		change(&c)
		if err := c.Validate(); err != nil {
			return nil, err
		}
		trimmed, err := j.EditCredit(ctx, tx, s, c)
		if err != nil {
			return nil, err
		}
		all = append(all, Edited{c, trimmed})
	}
	return all, nil
}

// EditCredit writes a changed credit, trims its allocations to what is still
// possible, and brings the snapshot up to date.
func (j Judge) EditCredit(ctx context.Context, tx *store.Tx, s *Snapshot, c ledger.Credit) ([]Trimming, error) {
	i := slices.IndexFunc(s.Credits, func(x ledger.Credit) bool { return x.ID == c.ID })
	was := s.Credits[i]
	s.Credits[i] = c
	var all []Trimming
	for _, credential := range s.Credentials {
		// Cycles are trimmed in their order: what an earlier one holds, a
		// later one cannot have.
		rest := s.AllocationsOf(c.ID)
		for _, cycle := range credential.Cycles {
			before := slices.DeleteFunc(slices.Clone(rest), func(x ledger.Allocation) bool { return x.Cycle != cycle.ID })
			if len(before) == 0 {
				continue
			}
			t := Trimming{Credential: credential, Cycle: cycle, Before: before}
			j.trim(*s, &t, rest, was, c)
			all = append(all, t)
			rest = append(slices.DeleteFunc(rest, func(x ledger.Allocation) bool { return x.Cycle == cycle.ID }), t.After...)
		}
	}
	// Later cycles first: what an earlier one keeps, they may have to give up.
	for _, t := range slices.Backward(all) {
		if err := s.ReplaceAllocations(ctx, tx, c.ID, t.Cycle.ID, t.After); err != nil {
			return nil, err
		}
	}
	return all, tx.UpdateCredit(ctx, c)
}

// trim finds what a changed credit keeps of its allocations in a cycle.
func (j Judge) trim(s Snapshot, t *Trimming, rest []ledger.Allocation, was, c ledger.Credit) {
	rest = slices.DeleteFunc(slices.Clone(rest), func(x ledger.Allocation) bool { return x.Cycle > t.Cycle.ID })
	account, err := j.Account(s, t.Credential, t.Cycle)
	if err != nil {
		t.Unjudged, t.After = err, t.within(c.Points, rest)
		return
	}
	account.Allocations = rest
	t.After = rules.Trim(account, c.ID)
	t.Outside = was.Date != c.Date && !account.Holds(c.Date, j.Today)
}

// within returns the allocations of the cycle, those by hand first, as far as the points
// reach behind those that earlier cycles of the credential have.
func (t *Trimming) within(left ledger.Points, earlier []ledger.Allocation) (kept []ledger.Allocation) {
	for _, x := range earlier {
		if x.Cycle != t.Cycle.ID && slices.ContainsFunc(t.Credential.Cycles, func(y ledger.Cycle) bool { return y.ID == x.Cycle }) {
			left -= x.Points
		}
	}
	for _, by := range []ledger.Allocator{ledger.ByHand, ledger.ByAuto} {
		for _, x := range t.Before {
			if x.Points = min(x.Points, left); x.Points > 0 && x.By == by {
				left -= x.Points
				kept = append(kept, x)
			}
		}
	}
	return kept
}

// Loss says what goes with credits beside what was placed by itself, or nothing.
func (j Judge) Loss(s Snapshot, ids []int64) string {
	var parts []string
	for _, c := range s.Credentials {
		for _, y := range c.Cycles {
			var sum ledger.Points
			for _, x := range s.inCycle(y.ID) {
				if slices.Contains(ids, x.Credit) && (x.By == ledger.ByHand || y.Declared != 0) {
					sum += x.Points
				}
			}
			word := fmt.Sprintf("%s of %s", words.Points(sum), j.Designation(c))
			if y.Declared != 0 {
				word += fmt.Sprintf(", declared %s", y.Declared)
			}
			if sum > 0 {
				parts = append(parts, word)
			}
		}
	}
	files := 0
	for _, e := range s.Evidence {
		if slices.Contains(ids, e.Credit) {
			files++
		}
	}
	if files > 0 {
		parts = append(parts, words.Count(files, "certificate"))
	}
	return strings.Join(parts, "; ")
}

// Renew closes the running cycle of a credential and begins the next one.
func Renew(ctx context.Context, tx *store.Tx, c ledger.Credential, next ledger.Cycle) error {
	closed := c.Current()
	closed.Closed = true
	if err := tx.UpdateCycle(ctx, closed); err != nil {
		return err
	}
	return tx.AddCycle(ctx, c.ID, &next)
}

// EditCycle gives a cycle other days, and takes back what its rules make impossible.
func (j Judge) EditCycle(ctx context.Context, tx *store.Tx, s Snapshot, c ledger.Credential, cycle ledger.Cycle) ([]Trimming, error) {
	if err := tx.UpdateCycle(ctx, cycle); err != nil {
		return nil, err
	}
	account, err := j.Account(s, c, cycle)
	if err != nil {
		return nil, err
	}
	var all []Trimming
	var kept []ledger.Allocation
	for _, credit := range s.Credits {
		if before := allocationsIn(account, credit.ID); len(before) > 0 {
			after := rules.Trim(account, credit.ID)
			kept = append(kept, after...)
			all = append(all, Trimming{Credential: c, Cycle: cycle, Before: before, After: after})
		}
	}
	return all, tx.ReplaceAllocations(ctx, cycle.ID, kept)
}
