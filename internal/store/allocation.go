package store

import (
	"context"
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
)

// Allocations returns all allocations, ordered by cycle, by credit and then as
// they were made.
func (tx *Tx) Allocations(ctx context.Context) ([]ledger.Allocation, error) {
	all, err := tx.allocations(ctx, "TRUE")
	return all, wrap(err, "read allocations")
}

func (tx *Tx) allocations(ctx context.Context, where string, args ...any) ([]ledger.Allocation, error) {
	return read(ctx, tx, func(a *ledger.Allocation) []any {
		return []any{&a.Credit, &a.Cycle, &a.Requirement, &a.Points, &a.By}
	}, `SELECT credit, cycle, requirement, points, allocated_by
		FROM allocation WHERE `+where+` ORDER BY cycle, credit, id`, args...)
}

// SetAllocation records how many points of a credit go towards a requirement
// of a cycle by the hand or automatically; 0 removes the allocation. At no time may the allocations of a
// credit for one credential exceed its points: lower one before raising
// another.
func (tx *Tx) SetAllocation(ctx context.Context, a ledger.Allocation) error {
	var err error
	if a.Points == 0 {
		_, err = tx.exec(ctx, `DELETE FROM allocation WHERE credit = ? AND cycle = ? AND requirement = ? AND allocated_by = ?`,
			a.Credit, a.Cycle, a.Requirement, a.By)
	} else {
		_, err = tx.exec(ctx, `INSERT INTO allocation (credit, cycle, requirement, points, allocated_by)
			VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (credit, cycle, requirement, allocated_by)
			DO UPDATE SET points = excluded.points`,
			a.Credit, a.Cycle, a.Requirement, a.Points, a.By)
	}
	return wrap(err, "allocate credit %d to %s in cycle %d", a.Credit, a.Requirement, a.Cycle)
}

// ReplaceAllocations makes the allocations of a cycle exactly these, of which
// each names the cycle and no two the same credit, requirement and By. It
// writes the differences alone, and what lowers allocations before what raises any,
// so that a credit's points may move from one requirement to another.
func (tx *Tx) ReplaceAllocations(ctx context.Context, cycle int64, all []ledger.Allocation) error {
	seen := make(map[slot]bool, len(all))
	for _, a := range all {
		if a.Cycle != cycle || seen[slotOf(a)] {
			return fmt.Errorf("allocation of credit %d to %s in cycle %d: named twice, or not of cycle %d",
				a.Credit, a.Requirement, a.Cycle, cycle)
		}
		seen[slotOf(a)] = true
	}
	before, err := tx.allocations(ctx, "cycle = ?", cycle)
	if err != nil {
		return fmt.Errorf("read allocations of cycle %d: %w", cycle, err)
	}
	for _, a := range changes(before, all) {
		if err := tx.SetAllocation(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// A slot is what a cycle has one allocation of.
type slot struct {
	credit      int64
	requirement ledger.Requirement
	by          ledger.Allocator
}

func slotOf(a ledger.Allocation) slot { return slot{a.Credit, a.Requirement, a.By} }

// changes returns what has to be set so that the allocations of one cycle,
// which were before, become those after: removals, lower ones, higher ones.
func changes(before, after []ledger.Allocation) []ledger.Allocation {
	gone := make(map[slot]ledger.Allocation, len(before))
	for _, a := range before {
		gone[slotOf(a)] = a
	}
	var lower, higher []ledger.Allocation
	for _, a := range after {
		switch old := gone[slotOf(a)]; {
		case a == old:
		case a.Points <= old.Points:
			lower = append(lower, a)
		default:
			higher = append(higher, a)
		}
		delete(gone, slotOf(a))
	}
	var all []ledger.Allocation
	for _, a := range before {
		if _, ok := gone[slotOf(a)]; ok {
			a.Points = 0
			all = append(all, a)
		}
	}
	return slices.Concat(all, lower, higher)
}
