package rules_test

import (
	"slices"
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

// A day of every year nearest to another one is behind the first day of the cycle.
func TestNearestYearDay(t *testing.T) {
	june := rules.YearDay{Month: 6, Day: 30}
	for _, tt := range []struct{ name, to, first, want string }{
		{"the day", "2027-06-30", "2025-07-01", "2027-06-30"},
		{"the day before", "2027-06-29", "2025-07-01", "2027-06-30"},
		{"the day after", "2027-07-01", "2025-07-02", "2027-06-30"},
		{"in the year before", "2027-01-02", "2024-07-01", "2027-06-30"},
		{"in the year before, nearer", "2026-12-28", "2024-07-01", "2026-06-30"},
		{"in the year after", "2026-12-31", "2024-07-01", "2027-06-30"},
		{"nearer, but before the first day", "2026-12-28", "2026-07-01", "2027-06-30"},
	} {
		if got := june.Nearest(date(tt.to), date(tt.first)); got.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
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

// ASCP renews from the first day of the month of the expiry on, AMT says nothing.
func TestRenewsFrom(t *testing.T) {
	for _, tt := range []struct{ body, code, last, want string }{
		{"ascp", "MLS", "2027-03-31", "2027-03-01"},
		{"ascp", "MLS", "2027-03-01", "2027-03-01"},
		{"ascp", "MLS", "2027-02-28", "2027-02-01"},
		{"amt", "MT", "2027-03-31", ""},
	} {
		a := account(t, tt.body, tt.code, tt.last)
		if got := a.Edition.Programme.RenewsFrom.In(a.Cycle.Last); got != date(tt.want) {
			t.Errorf("%s, expiry on %s: %s, want %s", tt.code, tt.last, got, tt.want)
		}
	}
}

// What is needed a month, for all the months that are left, is enough, and a
// tenth of a point less a month is not.
func TestNeedIsEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(62, 4000).Draw(t, "days")
		s := rules.Standing{Today: firstDay, Cycle: ledger.Cycle{First: firstDay, Last: firstDay + ledger.Date(days)}}
		s.ToEarn = ledger.Points(rapid.Int64Range(1, 999999).Draw(t, "points"))
		n := s.Need()
		if n.By != s.Cycle.Last || n.Points != s.ToEarn || *n.DaysLeft != days || n.PerMonth%10 != 0 {
			t.Fatalf("%+v", n)
		}
		most := func(monthly ledger.Points) int64 { return int64(monthly) * int64(days) * 16 } // 487ths of hundredths
		if all := int64(n.Points) * 487; most(n.PerMonth) < all || most(n.PerMonth-10) >= all {
			t.Fatalf("%s points in %d days: %s a month", n.Points, days, n.PerMonth)
		}
	})
}

// For one credential alone a plan asks for as many points a month as its need
// does, on whatever day and whether its cycle has begun or not.
func TestPlanAndNeedAgree(t *testing.T) {
	for _, today := range []string{"2023-11-21", "2024-04-01", "2026-11-21", "2026-12-29", "2026-12-30", "2027-02-28", "2027-03-01", "2027-03-31"} {
		a := account(t, "ascp", "MLS", "2027-03-31")
		if today >= "2024" { // what is dated in the future a plan counts as done
			a.Credits = []ledger.Credit{credit(t, 1, "2024-04-01", 700, "chemistry")}
		}
		need := rules.Evaluate(a, day(t, today)).Need()
		d := rules.NewPlan([]rules.Account{a}, day(t, today), day(t, today)).Deadlines[0]
		if d.Date != need.By || d.Points != need.Points || d.PerMonth != rules.PerMonth(need.Points, *need.DaysLeft) {
			t.Errorf("%s: the plan says %+v, the need %+v in %d days", today, d, *need, *need.DaysLeft)
		}
		if need.PerMonth != 0 && need.PerMonth != d.PerMonth {
			t.Errorf("%s: %s a month, planned %s", today, need.PerMonth, d.PerMonth)
		}
	}
}

// What can still be done in time comes first, if it is due soon, then what expired
// undeclared, then what is due later; finished cycles come last.
func TestByUrgency(t *testing.T) {
	today := ledger.MakeDate(2026, 11, 29)
	named := func(code string, s rules.Standing) rules.Standing {
		s.Credential.Code, s.Today = code, today
		return s
	}
	all := []rules.Standing{
		named("LATE", rules.Standing{DeclareBy: today - 20, Cycle: ledger.Cycle{Last: today + 10}}),
		named("DECLARE", rules.Standing{DeclareBy: today + 4, Cycle: ledger.Cycle{Last: today + 35}}),
		named("EXPIRES", rules.Standing{Cycle: ledger.Cycle{Last: today + 5}}),
		named("EXPIRED", rules.Standing{State: rules.Expired, Cycle: ledger.Cycle{Last: today - 1}}),
		named("LATER", rules.Standing{DeclareBy: today + 91, Cycle: ledger.Cycle{Last: today + 122}}),
		named("VOLUNTARY", rules.Standing{}),
		named("DECLARED", rules.Standing{State: rules.Declared, DeclareBy: today + 1, Cycle: ledger.Cycle{Last: today + 2}}),
		named("RENEWED", rules.Standing{Cycle: ledger.Cycle{Last: today + 3, Closed: true}}),
	}
	sorted := slices.Clone(all)
	slices.Reverse(sorted)
	slices.SortStableFunc(sorted, rules.ByUrgency)
	for i, s := range sorted {
		if s.Credential.Code != all[i].Credential.Code {
			t.Errorf("%d: %s, want %s", i, s.Credential.Code, all[i].Credential.Code)
		}
	}
}

// A cycle that is finished, however it came to that, is not due.
func TestFinishedIsNotDue(t *testing.T) {
	for _, tt := range []struct {
		name   string
		state  rules.State
		closed bool
		want   bool
	}{
		{"open", rules.InProgress, false, true},
		{"expired", rules.Expired, false, true},
		{"declared", rules.Declared, false, false},
		{"renewed without that", rules.InProgress, true, false},
		{"expired, and renewed", rules.Expired, true, false},
	} {
		s := rules.Standing{State: tt.state, Today: 100, DeclareBy: 105, Cycle: ledger.Cycle{First: 1, Last: 110, Closed: tt.closed}}
		if s.Due(5) != tt.want || s.Urgent() != tt.want || s.Due(4) {
			t.Errorf("%s: due %v, urgent %v, want %v; within 4 days %v", tt.name, s.Due(5), s.Urgent(), tt.want, s.Due(4))
		}
	}
}
