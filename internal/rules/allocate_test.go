package rules_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// of returns the allocations of the credits that are dated so.
func of(a rules.Account, dated func(ledger.Date) bool) []ledger.Allocation {
	var all []ledger.Allocation
	for _, x := range a.Allocations {
		if slices.ContainsFunc(a.Credits, func(c ledger.Credit) bool { return c.ID == x.Credit && dated(c.Date) }) {
			all = append(all, x)
		}
	}
	return all
}

// used returns the points of a credit that are allocated.
func used(all []ledger.Allocation, credit int64) (sum ledger.Points) {
	for _, x := range all {
		if x.Credit == credit {
			sum += x.Points
		}
	}
	return sum
}

func come(d ledger.Date) bool   { return d <= someDay }
func toCome(d ledger.Date) bool { return d > someDay }

// Where the credits of today go does not depend on those to come, and neither
// do the figures of the proposal.
func TestCreditsToComeChangeNothingToday(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		byHandSomewhere(t, &a)
		fresh := rapid.Bool().Draw(t, "fresh")
		all := rules.Allocate(a, someDay, fresh)
		without := a
		without.Credits = slices.DeleteFunc(slices.Clone(a.Credits), func(c ledger.Credit) bool { return toCome(c.Date) })
		without.Allocations = of(a, come)
		alone := rules.Allocate(without, someDay, fresh)
		a.Allocations = all.Allocations
		if got := of(a, come); !slices.Equal(got, alone.Allocations) {
			t.Fatalf("today's credits give %v, and %v without those to come", got, alone.Allocations)
		}
		if all.Remaining != alone.Remaining {
			t.Fatalf("remaining %d, without those to come %d", all.Remaining, alone.Remaining)
		}
	})
}

// On the last day of the cycle, the credits that were to come count as much as
// they can beside those that were there before.
func TestCreditsToComeGoWhereSomethingIsLacking(t *testing.T) {
	placed := false
	checkSeen(t, func(t *rapid.T) {
		a := smallAccount(t)
		byHandSomewhere(t, &a)
		a.Allocations = rules.Allocate(a, someDay, false).Allocations
		checkAllocations(t, a)
		got := rules.Evaluate(a, lastDay)
		was := of(a, come)
		for i, x := range a.Allocations { // which stay as they are
			if slices.Contains(was, x) {
				a.Allocations[i].By = ledger.ByHand
			}
		}
		a.Credits = slices.DeleteFunc(slices.Clone(a.Credits), func(c ledger.Credit) bool { return come(c.Date) && used(was, c.ID) == 0 })
		for i, c := range a.Credits { // and have nothing left
			if come(c.Date) {
				a.Credits[i].Points = used(was, c.ID)
			}
		}
		if best := rules.Allocate(a, lastDay, false).Remaining; got.Remaining != best {
			t.Fatalf("%d remain at last, at best %d", got.Remaining, best)
		}
		placed = placed || slices.ContainsFunc(of(a, toCome), func(x ledger.Allocation) bool { return x.By == ledger.ByAuto })
	}, func() bool { return placed })
}

// After any one change of the facts, the best allocation counts as much as can
// be beside what is allocated by hand, which stays; again, it changes nothing.
// Fresh, it is as good as can be, whatever was there before.
func TestAllocateAfterAChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		byHandSomewhere(t, &a)
		a.Allocations = rules.Allocate(a, someDay, false).Allocations
		change(t, &a)
		today := someDay + ledger.Date(rapid.IntRange(0, 2).Draw(t, "days later"))
		before := rules.Evaluate(a, today)
		p := rules.Allocate(a, today, false)
		for _, x := range a.Allocations {
			if x.By == ledger.ByHand && !slices.Contains(p.Allocations, x) {
				t.Fatalf("%v was allocated by hand and is gone", x)
			}
		}
		a.Allocations = p.Allocations
		after := rules.Evaluate(a, today)
		if after.Closable != 0 || after.Remaining != before.Remaining-before.Closable || after.Remaining != p.Remaining {
			t.Fatalf("%d remain, proposed %d, were %d of which closable %d", after.Remaining, p.Remaining, before.Remaining, before.Closable)
		}
		checkAllocations(t, a)
		if again := rules.Allocate(a, today, false); len(again.Changes) > 0 {
			t.Fatalf("a second time it changes %v", again.Changes)
		}
		a.Allocations = rules.Allocate(a, today, true).Allocations
		if got := rules.Evaluate(a, today); got.Remaining != got.ToEarn {
			t.Fatalf("fresh leaves %d, best possible %d", got.Remaining, got.ToEarn)
		}
		checkAllocations(t, a)
	})
}

// No other best allocation leaves more where it was, by an exhaustive search.
func TestAllocateMovesAsLittleAsItCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		a.Allocations = rules.Allocate(a, someDay, false).Allocations
		change(t, &a)
		want, before := mostKept(a), a.Allocations
		a.Allocations = rules.Allocate(a, someDay, false).Allocations
		got := 0
		for _, c := range a.Credits {
			if come(c.Date) {
				got += stays(c, before, a.Allocations)
			}
		}
		if got != want {
			t.Fatalf("%d stay where they were, %d could", got, want)
		}
	})
}

// stays returns how many hundredths of a credit are where they were before.
func stays(c ledger.Credit, before, after []ledger.Allocation) (sum int) {
	for _, x := range before {
		for _, y := range after {
			if x.Credit == c.ID && x.Credit == y.Credit && x.Requirement == y.Requirement {
				sum += int(min(x.Points, y.Points))
			}
		}
	}
	return sum
}

// mostKept searches all best allocations for the one that leaves most hundredths
// where they are.
func mostKept(a rules.Account) int {
	requirements := a.Edition.Requirements
	room := int(a.Edition.Programme.Caps[0].Points(a.Edition.Total.Points))
	type reached struct {
		state []int
		kept  int
	}
	states := map[string]reached{"": {make([]int, len(requirements)+1), 0}}
	for _, c := range a.Credits {
		if c.Date < firstDay || toCome(c.Date) {
			continue
		}
		next := map[string]reached{}
		for _, from := range states {
			ways := map[string][]int{}
			spread(requirements, c, from.state, room, ways)
			for k, to := range ways {
				var gives []ledger.Allocation
				for i, r := range requirements {
					gives = append(gives, ledger.Allocation{Credit: c.ID, Requirement: r.Name, Points: ledger.Points(to[i] - from.state[i])})
				}
				kept := from.kept + stays(c, a.Allocations, gives)
				if was, ok := next[k]; !ok || kept > was.kept {
					next[k] = reached{to, kept}
				}
			}
		}
		states = next
	}
	var all [][]int
	for _, s := range states {
		all = append(all, s.state[:len(requirements)])
	}
	best, _ := foremost(all)
	most := 0
	for _, s := range states {
		if slices.Equal(s.state[:len(requirements)], best) {
			most = max(most, s.kept)
		}
	}
	return most
}

// change changes one fact of an account: a credit is added, removed, or becomes
// another one, whose allocations are trimmed as cmp edit does.
func change(t *rapid.T, a *rules.Account) {
	other := smallCredits(t)
	switch n := len(a.Credits); {
	case len(other) == 0 || n > 0 && rapid.Bool().Draw(t, "remove"):
		if n == 0 {
			return
		}
		gone := a.Credits[n-1].ID
		a.Credits = a.Credits[:n-1]
		a.Allocations = slices.DeleteFunc(a.Allocations, func(x ledger.Allocation) bool { return x.Credit == gone })
	case n == 0 || rapid.Bool().Draw(t, "add"):
		c := other[0]
		c.ID = 99
		a.Credits = append(a.Credits, c)
	default:
		c := other[0]
		c.ID = a.Credits[0].ID
		a.Credits[0] = c
		kept := rules.Trim(*a, c.ID)
		a.Allocations = slices.DeleteFunc(a.Allocations, func(x ledger.Allocation) bool { return x.Credit == c.ID })
		a.Allocations = append(a.Allocations, kept...)
	}
}

// The engine ends also on amounts that no ledger should hold.
func TestAllocateEnds(t *testing.T) {
	odd := rapid.SampledFrom([]ledger.Points{-1, 0, 1, math.MinInt64, math.MaxInt64})
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		byHandSomewhere(t, &a)
		for i := range a.Credits {
			a.Credits[i].Points = odd.Draw(t, "points")
			for k := range a.Credits[i].Topics {
				a.Credits[i].Topics[k].Limit = odd.Draw(t, "limit")
			}
		}
		for i := range a.Allocations {
			a.Allocations[i].Points = odd.Draw(t, "allocated")
		}
		rules.Allocate(a, someDay, rapid.Bool().Draw(t, "fresh"))
	})
}
