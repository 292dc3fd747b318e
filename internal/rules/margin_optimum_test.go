package rules_test

import (
	"fmt"
	"slices"
	"strings"
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

// A requirement could ask for its margin more, by search, and for no
// hundredth beyond it; the tightest sets can have the least margin more
// together, and none of them could be smaller.
func TestMarginIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := metAccount(t)
		byHandSomewhere(t, &a)
		m := rules.Margin(a, someDay)
		least := m.Requirements[0].Margin
		for i, r := range m.Requirements {
			least = min(least, r.Margin)
			for more := range ledger.Points(2) {
				raised := slices.Clone(a.Edition.Requirements)
				raised[i].Points += r.Margin + more
				if filled, asked := most(a, raised); (filled == asked) != (more == 0) {
					t.Fatalf("margin of %s is %d; asking for %d more fills %d of %d", r.Name, r.Margin, r.Margin+more, filled, asked)
				}
			}
		}
		if m.ToEarn != 0 || m.Points != least || len(m.Tightest) == 0 {
			t.Fatalf("least margin %d: %s", least, show(m))
		}
		for _, tight := range m.Tightest {
			checkTight(t, a, m, tight)
		}
	})
}

// checkTight holds a tightest set against what it could have by search if it
// asked for everything.
func checkTight(t *rapid.T, a rules.Account, m rules.Margins, tight []rules.Requirement) {
	spare := func(requirements []rules.Requirement) ledger.Points {
		greedy := slices.Clone(requirements)
		var asked ledger.Points
		for i := range greedy {
			asked += greedy[i].Points
			greedy[i].Points = 99
		}
		filled, _ := most(a, greedy)
		return filled - asked
	}
	if names(tight) == string(ledger.Other) {
		if got := spare(a.Edition.Requirements); got != m.Points {
			t.Fatalf("the whole has %d to spare: %s", got, show(m))
		}
		return
	}
	if got := spare(tight); got != m.Points {
		t.Fatalf("%s can spare %d: %s", names(tight), got, show(m))
	}
	if !slices.ContainsFunc(tight, func(r rules.Requirement) bool {
		return !slices.ContainsFunc(parts(tight), func(part []rules.Requirement) bool {
			return strings.Contains("+"+names(part)+"+", "+"+string(r.Name)+"+") && spare(part) == m.Points
		})
	}) {
		t.Fatalf("for each of %s a part that holds it is as tight: %s", names(tight), show(m))
	}
}

// parts returns the proper subsets of requirements, but for the empty one.
func parts(all []rules.Requirement) [][]rules.Requirement {
	var subsets [][]rules.Requirement
	for bits := 1; bits < 1<<len(all)-1; bits++ {
		var part []rules.Requirement
		for i, r := range all {
			if bits>>i&1 != 0 {
				part = append(part, r)
			}
		}
		subsets = append(subsets, part)
	}
	return subsets
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
		if m := rules.Margin(a, someDay); m.ToEarn != rules.Evaluate(a, someDay).ToEarn {
			t.Fatalf("%s, but the standing says %d", show(m), rules.Evaluate(a, someDay).ToEarn)
		}
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
