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

// The small world of the properties: few topics, few points, a window with
// credits around it, so that an exhaustive search stays possible.
const (
	firstDay ledger.Date = 1000
	lastDay  ledger.Date = 1010
	someDay  ledger.Date = 1008 // so that some credits of the window are yet to come
)

var world = []ledger.Topic{"safety", "chemistry", "hematology", "quality"}

func smallEdition(t *rapid.T) *rules.Edition {
	e := &rules.Edition{
		Name: ledger.CredentialName{Body: "xx", Code: "T"},
		Programme: &rules.Programme{
			Cycle: rules.Span{Months: 36},
			Caps:  []rules.Cap{{Activity: ledger.CollegeCourse, Percent: rapid.SampledFrom([]int{0, 25, 50, 100}).Draw(t, "cap")}},
		},
	}
	add := func(name ledger.Requirement, points ledger.Points, topics ...ledger.Topic) {
		r := rules.Requirement{Name: name, Title: string(name), Topics: topics}
		r.Points = points
		e.Requirements = append(e.Requirements, r)
		e.Total.Points += points
	}
	for i, topic := range world[:rapid.IntRange(0, 3).Draw(t, "topics")] {
		add(ledger.Requirement(topic), ledger.Points(rapid.IntRange(0, 3).Draw(t, "minimum")), topic)
		if i == 0 && rapid.Bool().Draw(t, "twice") {
			add("safety-specialty", ledger.Points(rapid.IntRange(1, 3).Draw(t, "minimum")), topic)
		}
		if i == 1 && rapid.Bool().Draw(t, "either") {
			add("either", ledger.Points(rapid.IntRange(1, 2).Draw(t, "minimum")), "chemistry", "hematology")
		}
	}
	if len(e.Requirements) == 0 || rapid.Bool().Draw(t, "has other") {
		add(ledger.Other, ledger.Points(rapid.IntRange(0, 5).Draw(t, "other")))
		if rapid.IntRange(0, 3).Draw(t, "excepts") == 0 {
			e.Requirements[len(e.Requirements)-1].Except = []ledger.Topic{rapid.SampledFrom(world).Draw(t, "excepted")}
		}
	}
	return e
}

func smallCredits(t *rapid.T) []ledger.Credit {
	credits := make([]ledger.Credit, rapid.IntRange(0, 6).Draw(t, "credits"))
	for i := range credits {
		c := &credits[i]
		c.ID = int64(i + 1)
		c.Date = ledger.Date(rapid.IntRange(int(firstDay)-1, int(lastDay)+1).Draw(t, "date"))
		c.Points = ledger.Points(rapid.IntRange(1, 3).Draw(t, "points"))
		c.Activity = rapid.SampledFrom([]ledger.Activity{ledger.CourseActivity, ledger.CollegeCourse}).Draw(t, "activity")
		for _, topic := range world {
			if rapid.IntRange(0, 2).Draw(t, "has topic") == 0 {
				limit := ledger.Points(rapid.IntRange(0, 3).Draw(t, "limit"))
				c.Topics = append(c.Topics, ledger.CreditTopic{Topic: topic, Limit: limit})
			}
		}
	}
	return credits
}

func smallAccount(t *rapid.T) rules.Account {
	cycle := ledger.Cycle{ID: 1, First: firstDay, Last: lastDay}
	return rules.Account{
		Edition:    smallEdition(t),
		Credential: ledger.Credential{Cycles: []ledger.Cycle{cycle}},
		Cycle:      cycle,
		Credits:    smallCredits(t),
	}
}

// byHandSomewhere puts some credits somewhere by hand.
func byHandSomewhere(t *rapid.T, a *rules.Account) {
	for _, c := range a.Credits {
		r := rapid.SampledFrom(a.Edition.Requirements).Draw(t, "by hand")
		if rapid.Bool().Draw(t, "allocated") {
			ask := rules.Ask{Requirement: r.Name, Points: ledger.Points(rapid.IntRange(0, 2).Draw(t, "asked"))}
			if all, err := rules.Put(*a, c.ID, []rules.Ask{ask}, someDay); err == nil {
				a.Allocations = append(a.Allocations, all...)
			}
		}
	}
}

// search tries every way to put the credits' points and returns the fillings
// that can be reached, whole hundredth by whole hundredth.
func search(a rules.Account) [][]int {
	requirements := a.Edition.Requirements
	states := map[string][]int{"": make([]int, len(requirements)+1)} // and what is used of the cap
	room := int(a.Edition.Programme.Caps[0].Points(a.Edition.Total.Points))
	for _, c := range a.Credits {
		if c.Date < firstDay || c.Date > lastDay || c.Date > someDay {
			continue
		}
		next := map[string][]int{}
		for _, state := range states {
			spread(requirements, c, state, room, next)
		}
		states = next
	}
	var all [][]int
	for _, s := range states {
		all = append(all, s[:len(requirements)])
	}
	return all
}

// spread enters into next all states that a credit leads to from one.
func spread(requirements []rules.Requirement, c ledger.Credit, state []int, room int, next map[string][]int) {
	limits := limitsOf(c)
	var put func(left int, state []int)
	put = func(left int, state []int) {
		next[fmt.Sprint(state, limits, left)] = state
		if left == 0 || c.Activity == ledger.CollegeCourse && state[len(requirements)] == room {
			return
		}
		for i, r := range requirements {
			if state[i] == int(r.Points) {
				continue
			}
			into := slices.Clone(state)
			into[i]++
			if c.Activity == ledger.CollegeCourse {
				into[len(requirements)]++
			}
			whole, topics := takenBy(r, c)
			if whole {
				put(left-1, into)
				continue
			}
			for _, t := range topics {
				if limits[t] > 0 {
					limits[t]--
					put(left-1, into)
					limits[t]++
				}
			}
		}
	}
	put(int(c.Points), state)
	for k, s := range next { // what was left and the limits matter to this credit alone
		delete(next, k)
		next[fmt.Sprint(s)] = s
	}
}

// limitsOf returns the most that is of each topic of a credit, and of none of them, by "".
func limitsOf(c ledger.Credit) map[ledger.Topic]ledger.Points {
	limits := map[ledger.Topic]ledger.Points{"": c.Points}
	for _, t := range c.Topics {
		limits[t.Topic] = c.Limit(t.Topic)
		limits[""] = max(0, limits[""]-c.Limit(t.Topic))
	}
	return limits
}

// takenBy reports whether a requirement takes all points of a credit, else of which of its
// topics; "" are those without a topic of their own.
func takenBy(r rules.Requirement, c ledger.Credit) (whole bool, topics []ledger.Topic) {
	for _, t := range c.Topics {
		if slices.Contains(r.Topics, t.Topic) || r.Name == ledger.Other && !slices.Contains(r.Except, t.Topic) {
			topics = append(topics, t.Topic)
		}
	}
	if r.Name == ledger.Other && topics != nil {
		topics = append(topics, "")
	}
	return r.Name == ledger.Other && (len(c.Topics) == 0 || len(topics) == len(c.Topics)+1), topics
}

// foremost returns the filling with the greatest sum, and of those the one
// that fills the earlier requirements furthest.
func foremost(all [][]int) (best []int, sum int) {
	for _, f := range all {
		n := 0
		for _, x := range f {
			n += x
		}
		if best == nil || n > sum || n == sum && slices.Compare(f, best) > 0 {
			best, sum = f, n
		}
	}
	return best, sum
}

// ToEarn, and what allocate leaves, equal an exhaustive search.
func TestOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		best, sum := foremost(search(a))
		want := a.Edition.Total.Points - ledger.Points(sum)
		if got := rules.Evaluate(a, someDay); got.ToEarn != want {
			t.Fatalf("to earn %d, by search %d", got.ToEarn, want)
		}
		p := rules.Allocate(a, someDay, false)
		a.Allocations = p.Allocations
		after := rules.Evaluate(a, someDay)
		var filled []int
		for _, r := range after.Requirements {
			filled = append(filled, int(r.Counted))
		}
		if diff := cmp.Diff(best, filled); diff != "" || after.Remaining != want || p.Remaining != want {
			t.Fatalf("remaining %d and %d, by search %d; filling (-want +got):\n%s", p.Remaining, after.Remaining, want, diff)
		}
		checkAllocations(t, a)
	})
}

// checkAllocations holds allocations against the rules of the contract: no
// credit gives more than it has, nor more to a topic than its limit.
func checkAllocations(t *rapid.T, a rules.Account) {
	for _, c := range a.Credits {
		others := rules.Account{Edition: a.Edition, Credential: a.Credential, Cycle: a.Cycle, Credits: []ledger.Credit{c}}
		for _, x := range a.Allocations {
			if x.Credit == c.ID {
				others.Allocations = append(others.Allocations, x)
			}
		}
		if trimmed := rules.Trim(others, c.ID); !slices.Equal(trimmed, others.Allocations) {
			t.Fatalf("credit %v cannot give %v, only %v", c, others.Allocations, trimmed)
		}
	}
}

// Whatever the rules were by which points were allocated, what topics do not
// allow now does not count: never does less remain than is to be earned.
func TestOtherRulesThanAllocatedBy(t *testing.T) {
	strays := 0
	checkSeen(t, func(t *rapid.T) {
		a := smallAccount(t)
		byHandSomewhere(t, &a)
		a.Allocations = rules.Allocate(a, someDay, false).Allocations
		a.Edition = smallEdition(t)
		for i := range a.Edition.Requirements {
			if r := &a.Edition.Requirements[i]; r.Name != ledger.Other && rapid.Bool().Draw(t, "other topics") {
				r.Topics = rapid.SliceOfNDistinct(rapid.SampledFrom(world), 1, 2, func(x ledger.Topic) ledger.Topic { return x }).Draw(t, "accepted")
			}
		}
		s := rules.Evaluate(a, someDay)
		if s.Closable < 0 || s.Remaining-s.Closable < s.ToEarn {
			t.Fatalf("%d remain, %d to earn, %d would be closed", s.Remaining, s.ToEarn, s.Closable)
		}
		var counted ledger.Points
		for _, f := range s.Findings {
			var sum ledger.Points
			for _, p := range f.Parts {
				sum += p.Points
				if p.Allocated != "" && p.Reason == rules.NoTopic {
					strays++
				}
			}
			if counted += f.Counted; sum != f.Credit.Points {
				t.Fatalf("credit %d of %d points is accounted for by %d", f.Credit.ID, f.Credit.Points, sum)
			}
		}
		if counted != s.Counted {
			t.Fatalf("credits count %d, the standing %d", counted, s.Counted)
		}
		for _, fresh := range []bool{false, true} {
			b := a
			b.Allocations = rules.Allocate(a, someDay, fresh).Allocations
			if after := rules.Evaluate(b, someDay); after.Remaining > s.Remaining || fresh && after.Remaining != s.ToEarn {
				t.Fatalf("%d remain after allocating (fresh %t), before %d, to earn %d", after.Remaining, fresh, s.Remaining, s.ToEarn)
			}
		}
	}, func() bool { return strays > 0 })
}

// Another credit never makes more to earn or remain.
func TestMoreCreditsNeverHurt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		if len(a.Credits) == 0 {
			t.Skip("nothing to take away")
		}
		byHandSomewhere(t, &a)
		with := rules.Evaluate(a, someDay)
		a.Credits = a.Credits[1:]
		without := rules.Evaluate(a, someDay)
		if with.ToEarn > without.ToEarn || with.Remaining > without.Remaining {
			t.Fatalf("to earn %d with it, %d without; remaining %d, %d", with.ToEarn, without.ToEarn, with.Remaining, without.Remaining)
		}
	})
}

// What is short is what is to be earned, and points earned for any one
// requirement of a shortage close it.
func TestShortageIsAWitness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		s := rules.Evaluate(a, someDay)
		var sum ledger.Points
		for _, short := range s.Shortages {
			sum += short.Points
			for _, r := range short.Requirements {
				extra := ledger.Credit{ID: 99, Date: someDay, Points: 1, Activity: ledger.CourseActivity}
				for _, topic := range r.Topics {
					extra.Topics = append(extra.Topics, ledger.CreditTopic{Topic: topic})
				}
				b := a
				b.Credits = append(slices.Clone(a.Credits), extra)
				if got := rules.Evaluate(b, someDay); got.ToEarn != s.ToEarn-1 {
					t.Fatalf("a point for %s leaves %d of %d to earn", r.Name, got.ToEarn, s.ToEarn)
				}
			}
		}
		if sum != s.ToEarn {
			t.Fatalf("shortages sum to %d, to earn %d", sum, s.ToEarn)
		}
	})
}

// checkSeen checks a property as [rapid.Check] does. Until the cases show what seen asks
// for, it goes on with others, which are the same in every run: few random ones (-short)
// may not show it.
func checkSeen(t *testing.T, property func(*rapid.T), seen func() bool) {
	t.Helper()
	rapid.Check(t, property)
	again := rapid.Custom(func(r *rapid.T) bool {
		defer func() {
			if p := recover(); r.Failed() {
				t.Fatal(p)
			} else if p != nil {
				panic(p)
			}
		}()
		property(r)
		return true
	})
	for seed := 0; !seen(); seed++ {
		if seed == 1000 {
			t.Fatal("no case shows what this is about")
		}
		again.Example(seed)
	}
}
