package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// Kept is what the proposal that keeps the allocations by hand is short of,
// and comes to what it leaves.
func TestKeptIsWhatAllocateLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		byHandSomewhere(t, &a)
		s, p := rules.Evaluate(a, someDay), rules.Allocate(a, someDay, false)
		a.Allocations = p.Allocations
		if diff := cmp.Diff(rules.Evaluate(a, someDay).Kept, s.Kept); diff != "" {
			t.Fatalf("Kept (-placed +standing):\n%s", diff)
		}
		var sum ledger.Points
		for _, short := range s.Kept {
			sum += short.Points
		}
		if sum != s.Remaining-s.Closable || sum != p.Remaining {
			t.Fatalf("kept shortages sum to %d, %d remain less %d closable, the proposal leaves %d", sum, s.Remaining, s.Closable, p.Remaining)
		}
	})
}

// The programme's cycle is three years.
func TestFirstDay(t *testing.T) {
	p := account(t, "ascp", "MLS", "2027-03-31").Edition.Programme
	for _, tt := range []struct{ last, want string }{
		{"2027-03-31", "2024-04-01"},
		{"2028-02-29", "2025-03-01"},
		{"9999-12-31", "9997-01-01"},
		{"0001-01-01", "0001-01-01"},
		{"", ""},
	} {
		if got := rules.FirstDay(p, date(tt.last)); got != date(tt.want) {
			t.Errorf("FirstDay(%s) = %s, want %s", tt.last, got, tt.want)
		}
	}
}

func TestNextCycle(t *testing.T) {
	p := account(t, "ascp", "MLS", "2027-03-31").Edition.Programme
	for _, tt := range []struct{ name, last, wantFirst, wantLast string }{
		{"three years", "2027-03-31", "2027-04-01", "2030-03-31"},
		{"from a leap day", "2028-02-29", "2028-03-01", "2031-02-28"},
		{"ends with the calendar", "9996-12-31", "9997-01-01", "9999-12-31"},
		{"cut short by the calendar", "9999-12-30", "9999-12-31", "9999-12-31"},
		{"nothing is left of the calendar", "9999-12-31", "9999-12-31", "9999-12-31"},
		{"no last day", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := ledger.Cycle{First: date(tt.wantFirst), Last: date(tt.wantLast)}
			got := rules.NextCycle(p, ledger.Cycle{ID: 1, Last: date(tt.last)})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("NextCycle (-want +got):\n%s", diff)
			}
		})
	}
}
