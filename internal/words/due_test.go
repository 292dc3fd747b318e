package words_test

import (
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func TestDue(t *testing.T) {
	t.Parallel()
	const none = 1 << 20
	today := ledger.MakeDate(2026, 11, 29)
	for _, test := range []struct {
		name             string
		from, by, expiry ledger.Date // as days from today
		sums             rules.Sums
		closable         ledger.Points
		want             string
	}{
		{"to earn", -60, 4, 35, rules.Sums{Remaining: 450, ToEarn: 450}, 0, "SBB: declare in 4 days, by Thu Dec 3. 4.5 points still to earn."},
		{"one point, one day", -60, 1, 32, rules.Sums{Remaining: 100, ToEarn: 100}, 0, "SBB: declare in 1 day, by Mon Nov 30. 1 point still to earn."},
		{"ready", -60, 0, 31, rules.Sums{}, 0, "SBB: declare today, Sun Nov 29. You have all the points: cmp declare SBB"},
		{"ready too early", 2, 60, 91, rules.Sums{}, 0, "SBB: declare from Dec 1 to Jan 28. You have all the points."},
		{"no last day to declare", 63, none, 91, rules.Sums{}, 0, "SBB: declare from Jan 31. You have all the points."},
		{"no first day to declare", none, 60, 91, rules.Sums{}, 0, "SBB: declare in 60 days, by Jan 28. You have all the points: cmp declare SBB"},
		{"no day to declare", none, none, 32, rules.Sums{Remaining: 100, ToEarn: 100}, 0, "SBB: expires in 32 days, Dec 31. 1 point still to earn."},
		{"placed in a bad way", -60, 4, 35, rules.Sums{Remaining: 100}, 0, "SBB: declare in 4 days, by Thu Dec 3. You have the points. Place them anew: cmp allocate --auto --fresh --credential SBB"},
		{"not placed", -60, 4, 35, rules.Sums{Remaining: 100}, 100, "SBB: declare in 4 days, by Thu Dec 3. You have the points. Place them: cmp allocate --auto --credential SBB"},
	} {
		e := &rules.Edition{Programme: &rules.Programme{}}
		s := rules.Standing{Edition: e, State: rules.InProgress, Today: today, Sums: test.sums, Closable: test.closable}
		s.Cycle.Last = today + test.expiry
		if test.from != none {
			s.DeclareFrom = today + test.from
		}
		if test.by != none {
			s.DeclareBy = today + test.by
		}
		if got := words.Due(s, "SBB").As("cmp"); got != test.want {
			t.Errorf("%s: %s\nwant %s", test.name, got, test.want)
		}
	}
}
