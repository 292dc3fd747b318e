package actions

import (
	"context"
	"reflect"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

// A Placement is the best allocation of one open cycle.
type Placement struct {
	Account  rules.Account // with the allocations from before
	Proposal rules.Proposal
}

// Place finds the best allocation of the newest cycle of each credential, unless it
// is declared or its rules cannot be had, and returns the snapshot with these. What
// was allocated by hand stays. It writes nothing.
func (j Judge) Place(s Snapshot) (Snapshot, []Placement) {
	var all []Placement
	s.Allocations = j.released(s)
	for _, c := range s.Credentials {
		if account, err := j.Account(s, c, c.Current()); err == nil && account.Cycle.Declared == 0 {
			all = append(all, Placement{account, rules.Allocate(account, j.Today, false)})
		}
	}
	s.Allocations = slices.Clone(s.Allocations) // the accounts keep theirs
	for _, p := range all {
		if len(p.Proposal.Changes) > 0 {
			s.Allocations = slices.DeleteFunc(s.Allocations, func(x ledger.Allocation) bool { return x.Cycle == p.Account.Cycle.ID })
			s.Allocations = append(s.Allocations, p.Proposal.Allocations...)
		}
	}
	return s, all
}

// released returns the allocations without those placed by themselves in a cycle
// closed undeclared, as far as they are worth something in the open one.
func (j Judge) released(s Snapshot) []ledger.Allocation {
	return slices.DeleteFunc(slices.Clone(s.Allocations), func(x ledger.Allocation) bool {
		c := s.OfCycle(x.Cycle)
		i := slices.IndexFunc(c.Cycles, func(y ledger.Cycle) bool { return y.ID == x.Cycle })
		if x.By != ledger.ByAuto || i < 0 || !c.Cycles[i].Closed || c.Cycles[i].Declared != 0 {
			return false
		}
		account, err := j.Account(s, c, c.Current())
		credit, lacking := s.Credit(x.Credit)
		return err == nil && lacking == nil && account.Cycle.Declared == 0 && account.Holds(credit.Date, j.Today)
	})
}

// Judged returns the snapshot as it is to be judged: under auto, as if placed today.
func (j Judge) Judged(s Snapshot) Snapshot {
	if j.Auto {
		s, _ = j.Place(s)
	}
	return s
}

// PlaceAnew places the points of the ledger under auto, and writes what that
// changes.
func (j Judge) PlaceAnew(ctx context.Context, tx *store.Tx) error {
	if !j.Auto {
		return nil
	}
	s, err := readToPlace(ctx, tx)
	if err == nil {
		_, _, err = j.PlaceAndWrite(ctx, tx, s)
	}
	return err
}

// PlaceAndWrite is Place, and writes what that changes.
func (j Judge) PlaceAndWrite(ctx context.Context, tx *store.Tx, s Snapshot) (Snapshot, []Placement, error) {
	placed, all := j.Place(s)
	return placed, all, s.become(ctx, tx, placed)
}

// placeFromNothing places the points of open cycles as if none had been placed by
// themselves before, so that two computers with the same records agree. It reports
// whether any moved.
func (j Judge) placeFromNothing(ctx context.Context, tx *store.Tx) (moved bool, err error) {
	s, err := readToPlace(ctx, tx)
	if err != nil {
		return false, err
	}
	bare := s
	bare.Allocations = slices.DeleteFunc(slices.Clone(s.Allocations), func(x ledger.Allocation) bool {
		c := s.OfCycle(x.Cycle)
		if x.By != ledger.ByAuto || len(c.Cycles) == 0 || c.Current().ID != x.Cycle {
			return false
		}
		account, err := j.Account(s, c, c.Current())
		return err == nil && account.Cycle.Declared == 0
	})
	placed, _ := j.Place(bare)
	was := map[ledger.Allocation]bool{}
	for _, x := range s.Allocations {
		was[x] = true
	}
	moved = len(placed.Allocations) != len(was) || slices.ContainsFunc(placed.Allocations, func(x ledger.Allocation) bool { return !was[x] })
	return moved, s.become(ctx, tx, placed)
}

// become writes the allocations of a placement where they are others.
func (s Snapshot) become(ctx context.Context, tx *store.Tx, placed Snapshot) error {
	for _, c := range s.Credentials {
		for _, y := range c.Cycles { // an earlier one first, which releases what a later one takes
			after := placed.inCycle(y.ID)
			if slices.Equal(s.inCycle(y.ID), after) {
				continue
			}
			if err := tx.ReplaceAllocations(ctx, y.ID, after); err != nil {
				return err
			}
		}
	}
	return nil
}

// readToPlace reads what a placement depends on: without credentials, nothing. Its credits are
// those that the transaction keeps, and are not to be changed.
func readToPlace(ctx context.Context, tx *store.Tx) (s Snapshot, err error) {
	if s.Credentials, err = tx.Credentials(ctx); err != nil || len(s.Credentials) == 0 {
		return s, err
	}
	if s.Credits, err = tx.Credits(ctx); err != nil {
		return s, err
	}
	s.Allocations, err = tx.Allocations(ctx)
	return s, err
}

// Placing runs change, which writes to the ledger. Under auto it then places all
// points anew, if a fact changed that this depends on, and returns what counts
// otherwise than before.
func (j Judge) Placing(ctx context.Context, tx *store.Tx, change func() error) ([]Difference, error) {
	if !j.Auto {
		return nil, change()
	}
	before, err := readToPlace(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := change(); err != nil {
		return nil, err
	}
	after, err := readToPlace(ctx, tx)
	if err != nil || len(after.Credentials) == 0 || reflect.DeepEqual(before, after) {
		return nil, err
	}
	_, placed, err := j.PlaceAndWrite(ctx, tx, after)
	if err != nil {
		return nil, err
	}
	_, was := j.Place(before)
	return differences(after, was, placed), nil
}

// A Difference is what counts of an open cycle otherwise than before.
type Difference struct {
	Name        string // of the credential: its code, with the body where two have that
	Opened      bool   // the cycle was not open before
	Was, Is, Of ledger.Points
	More, Less  []Counted // in the order of the requirements
}

// A Counted is points of a requirement.
type Counted struct {
	Requirement ledger.Requirement
	Points      ledger.Points
}

func differences(s Snapshot, before, after []Placement) []Difference {
	var all []Difference
	for _, p := range after {
		d := Difference{Name: s.ShortName(p.Account.Credential), Opened: true, Of: p.Account.Edition.Total.Points}
		was := map[ledger.Requirement]ledger.Points{}
		for _, q := range before {
			if q.Account.Cycle.ID == p.Account.Cycle.ID {
				d.Opened = false
				for i, r := range q.Account.Edition.Requirements {
					was[r.Name] = q.Proposal.Counted[i]
					d.Was += q.Proposal.Counted[i]
				}
			}
		}
		for i, r := range p.Account.Edition.Requirements {
			is := p.Proposal.Counted[i]
			d.Is += is
			if is > was[r.Name] {
				d.More = append(d.More, Counted{r.Name, is - was[r.Name]})
			}
			if is < was[r.Name] {
				d.Less = append(d.Less, Counted{r.Name, was[r.Name] - is})
			}
		}
		if d.More != nil || d.Less != nil {
			all = append(all, d)
		}
	}
	return all
}
