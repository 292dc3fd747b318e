package rules_test

import (
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

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
		d := rules.NewPlan([]rules.Account{a}, day(t, today), false).Deadlines[0]
		if d.Date != need.By || d.Points != need.Points || d.PerMonth != rules.PerMonth(need.Points, *need.DaysLeft) {
			t.Errorf("%s: the plan says %+v, the need %+v in %d days", today, d, *need, *need.DaysLeft)
		}
		if need.PerMonth != 0 && need.PerMonth != d.PerMonth {
			t.Errorf("%s: %s a month, planned %s", today, need.PerMonth, d.PerMonth)
		}
	}
}
