package store_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func allocate(tb testing.TB, db *store.DB, all ...ledger.Allocation) {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error {
		for _, a := range all {
			if err := tx.SetAllocation(context.Background(), a); err != nil {
				return err
			}
		}
		return nil
	})
}

func allocations(tb testing.TB, db *store.DB) (all []ledger.Allocation) {
	tb.Helper()
	view(tb, db, func(tx *store.Tx) (err error) {
		all, err = tx.Allocations(context.Background())
		return err
	})
	return all
}

// twoCycles returns a ledger in which MLS has cycles 1 and 2, BB has cycle 3,
// and credits 1 to 3 are worth one point each.
func twoCycles(tb testing.TB) *store.DB {
	tb.Helper()
	db := empty(tb)
	mls := credential(tb, "ascp", "MLS")
	mls.Cycles[0].Closed = true
	mls.Cycles = append(mls.Cycles, ledger.Cycle{First: date(tb, "2027-04-01"), Last: date(tb, "2030-03-31")})
	hold(tb, db, mls)
	hold(tb, db, credential(tb, "ascp", "BB"))
	for range 3 {
		add(tb, db, sample(tb))
	}
	return db
}

func TestSetAllocation(t *testing.T) {
	db := twoCycles(t)
	all := []ledger.Allocation{
		{Credit: 2, Cycle: 1, Requirement: "safety", Points: 40, By: ledger.ByHand},
		{Credit: 2, Cycle: 1, Requirement: "other", Points: 60, By: ledger.ByAuto},
		{Credit: 1, Cycle: 3, Requirement: "safety", Points: 100, By: ledger.ByAuto},
		{Credit: 1, Cycle: 1, Requirement: "safety", Points: 100, By: ledger.ByAuto},
	}
	allocate(t, db, all...)
	equal(t, []ledger.Allocation{all[3], all[0], all[1], all[2]}, allocations(t, db))

	all[0].Points = 30
	all[1].Points = 70
	removed, never := all[3], all[3]
	removed.Points, never.Points, never.Requirement = 0, 0, "ethics"
	allocate(t, db, all[0], all[1], removed, never)
	equal(t, []ledger.Allocation{all[0], all[1], all[2]}, allocations(t, db))
}

// Whatever a cycle has, it can have anything else that keeps within the
// points. Of other cycles nothing changes, and what is there is not written again.
func TestReplaceAllocationsProperty(t *testing.T) {
	db := twoCycles(t)
	elsewhere := ledger.Allocation{Credit: 1, Cycle: 3, Requirement: "safety", Points: 100, By: ledger.ByHand}
	allocate(t, db, elsewhere)
	type key struct {
		credit      int64
		requirement ledger.Requirement
		by          ledger.Allocator
	}
	rapid.Check(t, func(rt *rapid.T) {
		left := map[int64]ledger.Points{1: 100, 2: 100, 3: 100}
		want := make(map[key]ledger.Allocation)
		var all []ledger.Allocation
		for _, k := range rapid.SliceOfDistinct(rapid.Custom(func(t *rapid.T) key {
			return key{
				rapid.Int64Range(1, 3).Draw(t, "credit"),
				rapid.SampledFrom([]ledger.Requirement{"safety", "chemistry", "other"}).Draw(t, "requirement"),
				rapid.SampledFrom([]ledger.Allocator{ledger.ByHand, ledger.ByAuto}).Draw(t, "by"),
			}
		}), rapid.ID).Draw(rt, "allocations") {
			a := ledger.Allocation{
				Credit: k.credit, Cycle: 1, Requirement: k.requirement,
				Points: ledger.Points(rapid.Int64Range(0, int64(left[k.credit])).Draw(rt, "points")),
				By:     k.by,
			}
			left[k.credit] -= a.Points
			all = append(all, a)
			if a.Points > 0 {
				want[k] = a
			}
		}
		update(t, db, func(tx *store.Tx) error { return tx.ReplaceAllocations(context.Background(), 1, all) })
		written := entries(t, db)
		update(t, db, func(tx *store.Tx) error { return tx.ReplaceAllocations(context.Background(), 1, all) })
		equal(rt, written, entries(t, db))
		got := make(map[key]ledger.Allocation)
		for _, a := range allocations(t, db) {
			if a != elsewhere {
				got[key{a.Credit, a.Requirement, a.By}] = a
			}
		}
		equal(rt, want, got)
		equal(rt, len(want)+1, len(allocations(t, db)))
	})
}

// The allocations of a credit for one credential, over its cycles, keep
// within its points whoever writes.
func TestAllocationsRefused(t *testing.T) {
	set := func(credit, cycle int64, r ledger.Requirement, points ledger.Points) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			return tx.SetAllocation(context.Background(), ledger.Allocation{
				Credit: credit, Cycle: cycle, Requirement: r, Points: points, By: ledger.ByHand,
			})
		}
	}
	statement := func(sql string) func(*store.Tx) error {
		return func(tx *store.Tx) error { return tx.Exec(context.Background(), sql) }
	}
	tests := []struct {
		name string
		do   func(*store.Tx) error
		ok   bool
	}{
		{"the rest of the points", set(1, 1, "other", 40), true},
		{"more than the rest", set(1, 1, "other", 41), false},
		{"more than the rest in another cycle of the credential", set(1, 2, "other", 41), false},
		{"all again for another credential", set(1, 3, "safety", 100), true},
		{"too much for another credential", set(1, 3, "safety", 101), false},
		{"raised to all", set(1, 1, "safety", 100), true},
		{"raised above all", set(1, 1, "safety", 101), false},
		{"fewer points, as many as allocated", statement("UPDATE credit SET points = 60 WHERE id = 1"), true},
		{"fewer points than allocated", statement("UPDATE credit SET points = 59 WHERE id = 1"), false},
		{"removed with allocations", statement("UPDATE credit SET removed = 1 WHERE id = 1"), false},
		{"a credit that was removed", set(3, 1, "safety", 1), false},
		{"a credit that is not there", set(99, 1, "safety", 1), false},
		{"a cycle that is not there", set(1, 99, "safety", 1), false},
		{"no requirement", set(1, 1, "", 1), false},
		{"by nobody", statement("UPDATE allocation SET allocated_by = ''"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := twoCycles(t)
			update(t, db, set(1, 1, "safety", 60))
			update(t, db, func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), 3) })
			before := allocations(t, db)
			if err := attempt(t.Context(), db, tt.do); (err == nil) != tt.ok {
				t.Errorf("got %v, want it allowed: %v", err, tt.ok)
			}
			if !tt.ok {
				equal(t, before, allocations(t, db))
			}
		})
	}
}
