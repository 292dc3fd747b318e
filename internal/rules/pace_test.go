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
