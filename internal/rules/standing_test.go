package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// lacks returns shortages of one requirement each by its name.
func lacks(t *testing.T, shortages []rules.Shortage) map[ledger.Requirement]ledger.Points {
	t.Helper()
	all := make(map[ledger.Requirement]ledger.Points)
	for _, s := range shortages {
		if len(s.Requirements) != 1 {
			t.Fatalf("a shortage of %d requirements", len(s.Requirements))
		}
		all[s.Requirements[0].Name] = s.Points
	}
	return all
}

// What was allocated by hand moves a shortage from other to ethics and costs
// nothing.
func TestKept(t *testing.T) {
	a := account(t, "ascp", "MLS", "2027-03-31")
	a.Credits = []ledger.Credit{credit(t, 1, "2025-01-01", 600, "ethics;microbiology")}
	a.Allocations = []ledger.Allocation{put(1, "microbiology", 600)}
	s := rules.Evaluate(a, day(t, "2026-11-21"))
	if s.Remaining != 3000 || s.Closable != 0 || s.ToEarn != 3000 {
		t.Errorf("%s remain, %s closable, %s to earn; want 30, 0, 30", s.Remaining, s.Closable, s.ToEarn)
	}
	free := map[ledger.Requirement]ledger.Points{
		"safety": 100, "blood-banking": 200, "chemistry": 200, "hematology": 200, "other": 2300,
	}
	if diff := cmp.Diff(free, lacks(t, s.Shortages)); diff != "" {
		t.Errorf("Shortages (-want +got):\n%s", diff)
	}
	kept := map[ledger.Requirement]ledger.Points{
		"safety": 100, "ethics": 100, "blood-banking": 200, "chemistry": 200, "hematology": 200, "other": 2200,
	}
	if diff := cmp.Diff(kept, lacks(t, s.Kept)); diff != "" {
		t.Errorf("Kept (-want +got):\n%s", diff)
	}
}

// Kept is what the proposal that keeps the allocations by hand is short of,
// and comes to what it leaves.
func TestKeptIsWhatAllocateLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		byHandSomewhere(t, &a)
		s, p := rules.Evaluate(a, someDay), rules.Allocate(a, someDay, false)
		if diff := cmp.Diff(p.Shortages, s.Kept); diff != "" {
			t.Fatalf("Kept (-proposal +standing):\n%s", diff)
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

func TestHolds(t *testing.T) {
	const today = "2026-11-21"
	voluntary := func(a *rules.Account) { a.Credential.Voluntary = true }
	tests := []struct {
		name, last, day string
		change          func(*rules.Account)
		want            bool
	}{
		{"the day before the cycle", "2027-03-31", "2024-03-31", nil, false},
		{"the first day of the cycle", "2027-03-31", "2024-04-01", nil, true},
		{"the last day, yet to come", "2027-03-31", "2027-03-31", nil, true},
		{"the day after the cycle", "2027-03-31", "2027-04-01", nil, false},
		{"the cycle ends today: today", today, "2026-11-21", nil, true},
		{"the cycle ends today: tomorrow", today, "2026-11-22", nil, false},
		{"expired: three years ago", "2026-11-20", "2023-11-21", nil, false},
		{"expired: the day after", "2026-11-20", "2023-11-22", nil, true},
		{"expired: tomorrow", "2026-11-20", "2026-11-22", nil, true},
		{"expired, but declared: tomorrow", "2026-11-20", "2026-11-22", func(a *rules.Account) { a.Cycle.Declared = a.Cycle.Last }, false},
		{"expired, but declared: its first day", "2026-11-20", "2023-11-21", func(a *rules.Account) { a.Cycle.Declared = a.Cycle.Last }, true},
		{"voluntary: before the last three years", "2027-03-31", "2023-11-21", voluntary, false},
		{"voluntary: the day after the cycle", "2027-03-31", "2027-04-01", voluntary, true},
		{"voluntary, the cycle ends today: tomorrow", today, "2026-11-22", voluntary, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", tt.last)
			if tt.change != nil {
				tt.change(&a)
				a.Credential.Cycles = []ledger.Cycle{a.Cycle}
			}
			if got := a.Holds(day(t, tt.day), day(t, today)); got != tt.want {
				t.Errorf("Account.Holds(%s) = %t, want %t", tt.day, got, tt.want)
			}
			if got := rules.Evaluate(a, day(t, today)).Holds(day(t, tt.day)); got != tt.want {
				t.Errorf("Standing.Holds(%s) = %t, want %t", tt.day, got, tt.want)
			}
		})
	}
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
