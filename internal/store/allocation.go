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
	var id int64 // which a message names
	return read(ctx, tx, func(a *ledger.Allocation) []any {
		return []any{&id, &a.Requirement, parentColumn{"credit", &a.Credit}, parentColumn{"cycle", &a.Cycle}, &a.Points, &a.By}
	}, `SELECT a.id AS allocation, requirement, c.id, y.id, a.points, allocated_by
		FROM allocation AS a LEFT JOIN credit AS c ON c.id = a.credit LEFT JOIN cycle AS y ON y.id = a.cycle
		WHERE `+where+` ORDER BY a.cycle, a.credit, a.id`, args...)
}

// SetAllocation records how many points of a credit go towards a requirement; 0 removes the
// allocation. At no time may a credit's allocations for one credential exceed its points.
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

// ReplaceAllocations makes the allocations of a cycle exactly these. It writes the differences
// alone, what lowers before what raises, so that points may move between requirements.
func (tx *Tx) ReplaceAllocations(ctx context.Context, cycle int64, all []ledger.Allocation) error {
	before, err := tx.allocations(ctx, "cycle = ?", cycle)
	if err != nil {
		return fmt.Errorf("read allocations of cycle %d: %w", cycle, err)
	}
	more := map[ledger.Allocation]ledger.Points{} // than before, by what an allocation is without its points
	points := map[ledger.Allocation]ledger.Points{}
	slot := func(a ledger.Allocation) ledger.Allocation {
		a.Points = 0
		return a
	}
	for _, a := range before {
		more[slot(a)] = -a.Points
	}
	for _, a := range all {
		more[slot(a)] += a.Points
		points[slot(a)] = a.Points
	}
	for _, raises := range []bool{false, true} {
		for _, a := range slices.Concat(before, all) {
			if of := slot(a); more[of] != 0 && more[of] > 0 == raises {
				a.Points = points[of]
				if err := tx.SetAllocation(ctx, a); err != nil {
					return err
				}
				delete(more, of)
			}
		}
	}
	return nil
}
