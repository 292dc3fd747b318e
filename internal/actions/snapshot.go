// Package actions holds the use cases: what commands do with a ledger once the
// command line is understood. It reads a ledger, judges it, and changes it
// within the transaction of its caller.
//
// It knows no flags, asks nothing, prints nothing and words nothing: what there
// is to say it returns as facts.
package actions

import (
	"context"
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
)

// A Snapshot is what a ledger holds at one moment.
type Snapshot struct {
	Credentials []ledger.Credential
	Credits     []ledger.Credit
	Allocations []ledger.Allocation
	Evidence    []ledger.Evidence
	// Declarations are what was declared, by cycle, where a command asks.
	Declarations map[int64]ledger.Declaration
	// Apart are the pairs of credits of which the holder said that they are two.
	Apart pairing.Apart
}

// A NoCreditError is the number of a credit that is not in the ledger.
type NoCreditError struct{ ID int64 }

func (e *NoCreditError) Error() string { return fmt.Sprintf("credit %d: not in this ledger", e.ID) }

// Read reads the whole ledger, but for declarations.
func Read(ctx context.Context, tx *store.Tx) (s Snapshot, err error) {
	if s.Credentials, err = tx.Credentials(ctx); err != nil {
		return s, err
	}
	if s.Credits, err = tx.Credits(ctx, store.CreditFilter{}); err != nil {
		return s, err
	}
	if s.Allocations, err = tx.Allocations(ctx); err != nil {
		return s, err
	}
	if s.Apart, err = readApart(ctx, tx); err != nil {
		return s, err
	}
	s.Evidence, err = tx.Evidence(ctx)
	return s, err
}

func readApart(ctx context.Context, tx *store.Tx) (pairing.Apart, error) {
	pairs, err := tx.Apart(ctx)
	apart := pairing.Apart{}
	for _, p := range pairs {
		apart.Keep(p[0], p[1])
	}
	return apart, err
}

// Alike returns the groups of credits that look alike, but for those of which
// the holder said that they are two.
func (s Snapshot) Alike(credits []ledger.Credit) []pairing.Group {
	return pairing.Groups(credits, s.Apart)
}

// Like returns the credit that a new one is, or looks like, or nil.
func (s Snapshot) Like(c ledger.Credit) *ledger.Credit {
	known := make([]ledger.Known, len(s.Credits))
	for i, x := range s.Credits {
		known[i].Credit = x
	}
	rows := []ledger.Credit{c}
	paired := pairing.Match(rows, known)
	i := max(paired[0], pairing.NewAlike(rows, paired, known)[0])
	if i < 0 {
		return nil
	}
	return &s.Credits[i]
}

// ReadToJudge reads what status needs of the ledger, with what was declared of
// the wanted cycles.
func ReadToJudge(ctx context.Context, tx *store.Tx, wanted func(ledger.Credential) []ledger.Cycle) (s Snapshot, err error) {
	if s.Credentials, err = tx.Credentials(ctx); err != nil {
		return s, err
	}
	if s.Declarations, err = Declarations(ctx, tx, s.Credentials, wanted); err != nil {
		return s, err
	}
	if s.Credits, err = tx.Credits(ctx, store.CreditFilter{}); err != nil {
		return s, err
	}
	if s.Apart, err = readApart(ctx, tx); err != nil {
		return s, err
	}
	if s.Allocations, err = tx.Allocations(ctx); err != nil {
		return s, err
	}
	s.Evidence, err = tx.Evidence(ctx)
	return s, err
}

// Declarations returns what was declared of the wanted cycles of the
// credentials, by cycle.
func Declarations(ctx context.Context, tx *store.Tx, credentials []ledger.Credential, wanted func(ledger.Credential) []ledger.Cycle) (map[int64]ledger.Declaration, error) {
	all := map[int64]ledger.Declaration{}
	for _, c := range credentials {
		for _, y := range wanted(c) {
			if y.Declared == 0 {
				continue
			}
			d, err := tx.Declaration(ctx, y.ID)
			if err != nil {
				return nil, err
			}
			all[y.ID] = d
		}
	}
	return all, nil
}

// Credit returns the credit of that number, and whether there is one.
func (s Snapshot) Credit(id int64) (ledger.Credit, bool) {
	i := slices.IndexFunc(s.Credits, func(c ledger.Credit) bool { return c.ID == id })
	if i < 0 {
		return ledger.Credit{}, false
	}
	return s.Credits[i], true
}

// AllocationsOf returns the allocations of a credit, by cycle.
func (s Snapshot) AllocationsOf(credit int64) []ledger.Allocation {
	var all []ledger.Allocation
	for _, x := range s.Allocations {
		if x.Credit == credit {
			all = append(all, x)
		}
	}
	return all
}

// OfCycle returns the credential that a cycle belongs to.
func (s Snapshot) OfCycle(cycle int64) ledger.Credential {
	for _, c := range s.Credentials {
		if slices.ContainsFunc(c.Cycles, func(y ledger.Cycle) bool { return y.ID == cycle }) {
			return c
		}
	}
	return ledger.Credential{}
}

// ReplaceAllocations writes what a credit has in a cycle, and keeps it in the
// snapshot.
func (s *Snapshot) ReplaceAllocations(ctx context.Context, tx *store.Tx, credit, cycle int64, after []ledger.Allocation) error {
	s.Allocations = slices.DeleteFunc(s.Allocations, func(x ledger.Allocation) bool { return x.Credit == credit && x.Cycle == cycle })
	s.Allocations = append(s.Allocations, after...)
	of := slices.DeleteFunc(slices.Clone(s.Allocations), func(x ledger.Allocation) bool { return x.Cycle != cycle })
	return tx.ReplaceAllocations(ctx, cycle, of)
}
