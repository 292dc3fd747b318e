package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// metAccount is a small account whose requirements are met: they are what the
// best allocation reaches, or less.
func metAccount(t *rapid.T) rules.Account {
	a := smallAccount(t)
	for {
		best, _ := foremost(search(a))
		lacking := false
		for i := range a.Edition.Requirements {
			r := &a.Edition.Requirements[i]
			lacking = lacking || int(r.Points) > best[i]
			r.Points = ledger.Points(best[i])
		}
		shrink(a.Edition)
		if !lacking {
			break
		}
	}
	asksLess := a.Edition.Programme.Caps[0].Percent%100 == 0 // else a lower total may make the cap bind
	for i := range a.Edition.Requirements {
		if r := &a.Edition.Requirements[i]; asksLess && r.Points > 1 && rapid.Bool().Draw(t, "asks less") {
			r.Points--
		}
	}
	shrink(a.Edition)
	if a.Edition.Total.Points == 0 {
		t.Skip("nothing counts")
	}
	return a
}

// shrink drops requirements that ask for nothing and adds up the total.
func shrink(e *rules.Edition) {
	e.Requirements = slices.DeleteFunc(e.Requirements, func(r rules.Requirement) bool { return r.Points == 0 })
	e.Total.Points = 0
	for _, r := range e.Requirements {
		e.Total.Points += r.Points
	}
}

// most is what can be filled of the requirements by search, and what they ask
// for. The cap stays that of the account.
func most(a rules.Account, requirements []rules.Requirement) (filled, asked ledger.Points) {
	e := *a.Edition
	e.Requirements = requirements
	a.Edition = &e
	_, sum := foremost(search(a))
	for _, r := range requirements {
		asked += r.Points
	}
	return ledger.Points(sum), asked
}

func met(a rules.Account) bool {
	filled, asked := most(a, a.Edition.Requirements)
	return filled == asked
}

// Critical credits are those without which the search leaves something to
// earn; and neither function changes what it judges.
func TestCritical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		if rapid.Bool().Draw(t, "met") {
			a = metAccount(t)
		}
		byHandSomewhere(t, &a)
		before := fmt.Sprintf("%+v", a)
		got := rules.Critical(a, someDay)
		if after := fmt.Sprintf("%+v", a); after != before {
			t.Fatalf("was %s, now %s", before, after)
		}
		var want []rules.CriticalCredit
		for i, c := range a.Credits {
			left := a
			left.Credits = slices.Delete(slices.Clone(a.Credits), i, i+1)
			if filled, asked := most(left, a.Edition.Requirements); met(a) && filled < asked {
				want = append(want, rules.CriticalCredit{Credit: c, Lacking: asked - filled})
			}
		}
		slices.SortStableFunc(want, func(a, b rules.CriticalCredit) int { return int(a.Credit.Date - b.Credit.Date) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Critical() mismatch (-want +got):\n%s", diff)
		}
	})
}
