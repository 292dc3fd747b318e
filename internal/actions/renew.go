package actions

import (
	"context"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

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
		t := Trimming{Credential: c, Cycle: cycle}
		for _, x := range s.AllocationsOf(credit.ID) {
			if x.Cycle == cycle.ID {
				t.Before = append(t.Before, x)
			}
		}
		if t.Before != nil {
			t.After = rules.Trim(account, credit.ID)
			kept = append(kept, t.After...)
			all = append(all, t)
		}
	}
	return all, tx.ReplaceAllocations(ctx, cycle.ID, kept)
}
