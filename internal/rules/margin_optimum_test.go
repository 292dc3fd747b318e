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

// Strikes within the least margin leave everything met, be they whole credits
// or parts of them or of one topic. Within the margin of a requirement it can
// be met without cost to the others.
func TestStrikesWithinTheMargin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := metAccount(t)
		m := rules.Margin(a, someDay)
		for struck := range 1 << len(a.Credits) {
			left := a
			left.Credits = nil
			var points ledger.Points
			for i, c := range a.Credits {
				if struck>>i&1 != 0 {
					points += c.Points
				} else {
					left.Credits = append(left.Credits, c)
				}
			}
			if slices.ContainsFunc(m.Requirements, func(r rules.RequirementMargin) bool { return points <= r.Margin }) {
				checkStruck(t, left, m, points)
			}
		}
		left := a
		for range m.Points {
			if all := strikes(left); len(all) > 0 {
				left = rapid.SampledFrom(all).Draw(t, "strike")
			}
		}
		if !met(left) {
			t.Fatalf("striking %d points from %v to %v leaves something to earn: %s", m.Points, a.Credits, left.Credits, show(m))
		}
	})
}

// checkStruck judges by search what is left of an account.
func checkStruck(t *rapid.T, left rules.Account, m rules.Margins, struck ledger.Points) {
	all, asked := most(left, left.Edition.Requirements)
	if struck <= m.Points && all < asked {
		t.Fatalf("%d struck, %d of %d filled with %v: %s", struck, all, asked, left.Credits, show(m))
	}
	for i, r := range m.Requirements {
		others, _ := most(left, slices.Delete(slices.Clone(left.Edition.Requirements), i, i+1))
		if struck <= r.Margin && all != others+r.Points {
			t.Fatalf("%d struck, %s costs the others something with %v: %s", struck, r.Name, left.Credits, show(m))
		}
	}
}

// Where no cap binds, some strike of a hundredth more than the least margin
// does leave something to earn.
func TestStrikeBeyondTheMargin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := metAccount(t)
		for i := range a.Credits {
			a.Credits[i].Activity = ledger.CourseActivity
		}
		m := rules.Margin(a, someDay)
		if m.ToEarn > 0 || m.Points > 1 {
			t.Skip("too much to try")
		}
		if m.Points == 0 && !slices.ContainsFunc(strikes(a), fails) ||
			m.Points == 1 && !slices.ContainsFunc(strikes(a), func(b rules.Account) bool {
				return slices.ContainsFunc(strikes(b), fails)
			}) {
			t.Fatalf("no strike of %d from %v leaves anything to earn: %s", m.Points+1, a.Credits, show(m))
		}
	})
}

func fails(a rules.Account) bool { return !met(a) }

// strikes returns the accounts that are left when one hundredth is struck, of
// a credit or of it for one topic.
func strikes(a rules.Account) []rules.Account {
	var all []rules.Account
	strike := func(i int, change func(*ledger.Credit)) {
		b := a
		b.Credits = slices.Clone(a.Credits)
		c := &b.Credits[i]
		c.Topics = slices.Clone(c.Topics)
		if change(c); c.Points == 0 {
			b.Credits = slices.Delete(b.Credits, i, i+1)
		}
		all = append(all, b)
	}
	for i, c := range a.Credits {
		strike(i, func(c *ledger.Credit) { c.Points-- })
		for k, topic := range c.Topics {
			strike(i, func(c *ledger.Credit) {
				if c.Topics[k].Limit = c.Limit(topic.Topic) - 1; c.Topics[k].Limit == 0 {
					c.Topics = slices.Delete(c.Topics, k, k+1)
				}
			})
		}
	}
	return all
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
