// Package actions holds the use cases: what commands do with a ledger once the
// command line is understood. It reads a ledger, judges it, and changes it
// within the transaction of its caller.
//
// It knows no flags, asks nothing and prints nothing: what there is to say it
// returns as facts, or as a sentence whose commands are data.
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
	// Declarations are what was declared, by cycle, where a command asks. Declared is what
	// was required of every declared cycle, without the credits.
	Declarations, Declared map[int64]ledger.Declaration
	// Apart are the pairs of credits of which the holder said that they are two.
	Apart pairing.Apart
	// Portals are the credits that cmp reconcile found in portals.
	Portals ledger.Portals
	// Courses says whether any are on offer.
	Courses bool
}

// A NoCreditError is the number of a credit that is not in the ledger.
type NoCreditError struct{ ID int64 }

func (e *NoCreditError) Error() string { return fmt.Sprintf("credit %d: not in this ledger", e.ID) }

// Gone says what became of a credit, where the ledger knows.
func Gone(ctx context.Context, tx *store.Tx, missing *NoCreditError) error {
	gone, err := tx.Gone(ctx, missing.ID)
	what, try := fmt.Sprintf("credit %d: was removed", missing.ID), ledger.Say("to see what was done: %s", ledger.Command{"log"})
	switch {
	case err != nil: // it never was, or nobody knows
		what, try = missing.Error(), ledger.Say("%s shows the credits", ledger.Command{"list"})
	case gone.MergedInto != 0:
		what = fmt.Sprintf("credit %d: was merged into credit %d", missing.ID, gone.MergedInto)
		try = ledger.Say("to see that one: %s", ledger.Command{"show", fmt.Sprint(gone.MergedInto)})
	case gone.By != 0:
		try = ledger.Say("to bring it back: %s", ledger.Command{"undo", fmt.Sprint(gone.By)})
	case gone.File != "":
		try = ledger.Say("to bring it back: %s", ledger.Command{"import", ledger.File(gone.File), "--restore"})
	}
	return &ledger.Error{Code: "not-found", What: what, Try: try}
}

// Cycles says which cycles of a credential are wanted.
type Cycles func(ledger.Credential) []ledger.Cycle

// AllCycles wants all.
func AllCycles(c ledger.Credential) []ledger.Cycle { return c.Cycles }

// Read reads the ledger, of declarations only those of the wanted cycles.
func Read(ctx context.Context, tx *store.Tx, wanted ...Cycles) (s Snapshot, err error) {
	if s.Credentials, err = tx.Credentials(ctx); err != nil {
		return s, err
	}
	if s.Credits, err = tx.Credits(ctx); err != nil {
		return s, err
	}
	s.Credits = slices.Clone(s.Credits) // to change them
	if s.Allocations, err = tx.Allocations(ctx); err != nil {
		return s, err
	}
	pairs, err := tx.Apart(ctx)
	if err != nil {
		return s, err
	}
	s.Apart = pairing.Apart{}
	for _, p := range pairs {
		s.Apart.Keep(p[0], p[1])
	}
	if s.Portals, err = tx.Portals(ctx); err != nil {
		return s, err
	}
	if slices.ContainsFunc(s.Credentials, ledger.Credential.Completed) {
		if s.Declared, err = tx.Declarations(ctx); err != nil {
			return s, err
		}
	}
	s.Declarations = map[int64]ledger.Declaration{}
	for _, cycles := range wanted {
		for _, c := range s.Credentials {
			for _, y := range cycles(c) {
				if y.Declared == 0 {
					continue
				}
				if s.Declarations[y.ID], err = tx.Declaration(ctx, y.ID); err != nil {
					return s, err
				}
			}
		}
	}
	if s.Courses, err = tx.HasCourses(ctx); err != nil {
		return s, err
	}
	s.Evidence, err = tx.Evidence(ctx)
	return s, err
}

// Alike returns the groups of credits that look alike and were not kept apart.
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

// Credit returns the credit of that number, or a [*NoCreditError].
func (s Snapshot) Credit(id int64) (ledger.Credit, error) {
	i := slices.IndexFunc(s.Credits, func(c ledger.Credit) bool { return c.ID == id })
	if i < 0 {
		return ledger.Credit{}, &NoCreditError{id}
	}
	return s.Credits[i], nil
}

// CreditsWhere returns the credits that meet a condition, mostly a few of many.
func (s Snapshot) CreditsWhere(meets func(*ledger.Credit) bool) (all []ledger.Credit) {
	for i := range s.Credits {
		if meets(&s.Credits[i]) {
			all = append(all, s.Credits[i])
		}
	}
	return all
}

// CreditsOf returns the credits that have the numbers, in that order.
func (s Snapshot) CreditsOf(ids []int64) (all []ledger.Credit, err error) {
	for _, id := range ids {
		c, err := s.Credit(id)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// AllocationsOf returns the allocations of a credit, by cycle.
func (s Snapshot) AllocationsOf(credit int64) []ledger.Allocation {
	return slices.DeleteFunc(slices.Clone(s.Allocations), func(x ledger.Allocation) bool { return x.Credit != credit })
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

// ReplaceAllocations writes what a credit has in a cycle, also in the snapshot.
func (s *Snapshot) ReplaceAllocations(ctx context.Context, tx *store.Tx, credit, cycle int64, after []ledger.Allocation) error {
	s.Allocations = slices.DeleteFunc(slices.Clone(s.Allocations), func(x ledger.Allocation) bool { return x.Credit == credit && x.Cycle == cycle })
	s.Allocations = append(s.Allocations, after...)
	return tx.ReplaceAllocations(ctx, cycle, s.inCycle(cycle))
}

func (s Snapshot) inCycle(cycle int64) []ledger.Allocation {
	return slices.DeleteFunc(slices.Clone(s.Allocations), func(x ledger.Allocation) bool { return x.Cycle != cycle })
}

// ShortName returns the code, with its body where the holder has two of that code.
func (s Snapshot) ShortName(c ledger.Credential) string {
	for _, other := range s.Credentials {
		if other.Code == c.Code && other.Body != c.Body {
			return c.String()
		}
	}
	return c.Code
}
