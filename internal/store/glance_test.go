package store_test

import (
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// numbers returns the numbers of credits.
func numbers(credits []ledger.Credit) (all []int64) {
	for _, c := range credits {
		all = append(all, c.ID)
	}
	return all
}

func TestNewest(t *testing.T) {
	db := empty(t)
	for i := range 23 {
		c := sample(t)
		c.Date += ledger.Date(i % 3)
		add(t, db, c)
	}
	update(t, db, func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), 21) })
	tests := []struct {
		name          string
		digits, other string
		limit         int
		want          []int64
	}{
		{"by date, then by number", "", "", 4, []int64{18, 15, 12, 9}},
		{"of a beginning", "2", "", 9, []int64{23, 20, 2, 22}},
		{"a number alone", "21", "", 9, nil},
		{"none that begins so", "", "1", 5, []int64{9, 6, 3, 23, 20}},
		{"both", "1", "18", 1, []int64{15}},
		{"no number", "x", "", 9, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			view(t, db, func(tx *store.Tx) error {
				got, err := tx.Newest(t.Context(), tt.digits, tt.other, tt.limit)
				equal(t, tt.want, numbers(got))
				if len(got) > 0 && (got[0].Title == "" || got[0].Date == 0) {
					t.Errorf("without a title or a date: %+v", got[0])
				}
				return err
			})
		})
	}
}

func TestAllocated(t *testing.T) {
	db := empty(t)
	c := ledger.Credential{CredentialName: ledger.CredentialName{Body: "ascp", Code: "MLS"}, Cycles: []ledger.Cycle{
		{First: date(t, "2024-04-01"), Last: date(t, "2027-03-31")},
	}}
	update(t, db, func(tx *store.Tx) error { return tx.AddCredential(t.Context(), &c) })
	for range 4 {
		add(t, db, sample(t))
	}
	update(t, db, func(tx *store.Tx) error {
		return tx.SetAllocation(t.Context(), ledger.Allocation{Credit: 2, Cycle: c.Cycles[0].ID, Requirement: ledger.Other, Points: 25, By: ledger.ByHand})
	})
	for credit, want := range map[int64][]int64{1: {1, 2}, 2: {2}, 9: {2}} {
		view(t, db, func(tx *store.Tx) error {
			got, err := tx.Allocated(t.Context(), credit)
			equal(t, want, numbers(got))
			return err
		})
	}
}

func TestProviders(t *testing.T) {
	db := empty(t)
	for _, provider := range []string{"Labce", "ASCP", "", "AABB", "ASCP", "LabCE", "ASCP"} {
		c := sample(t)
		c.Provider = provider
		add(t, db, c)
	}
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Providers(t.Context())
		equal(t, []string{"ASCP", "LabCE", "AABB"}, got)
		return err
	})
}
