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

// anyAccount is a small account with allocations of every kind: by hand and
// automatic, in another cycle, and to what the edition does not have.
func anyAccount(t *rapid.T) rules.Account {
	a := smallAccount(t)
	a.Credential.Cycles = append([]ledger.Cycle{{ID: 7, First: firstDay - 10, Last: firstDay - 1}}, a.Credential.Cycles...)
	left := map[int64]ledger.Points{}
	for _, c := range a.Credits {
		left[c.ID] = c.Points
		if rapid.IntRange(0, 3).Draw(t, "elsewhere") == 0 {
			n := ledger.Points(rapid.IntRange(1, int(c.Points)).Draw(t, "in another cycle"))
			a.Allocations = append(a.Allocations, ledger.Allocation{Credit: c.ID, Cycle: 7, Requirement: ledger.Other, Points: n, By: ledger.ByAuto})
		}
	}
	byHandSomewhere(t, &a)
	for _, x := range a.Allocations {
		left[x.Credit] -= x.Points
	}
	for _, c := range a.Credits {
		if left[c.ID] > 0 && rapid.IntRange(0, 3).Draw(t, "of no requirement") == 0 {
			a.Allocations = append(a.Allocations, ledger.Allocation{Credit: c.ID, Cycle: 1, Requirement: "cytology", Points: 1, By: ledger.ByHand})
		}
	}
	if rapid.Bool().Draw(t, "automatic too") {
		kept := slices.DeleteFunc(slices.Clone(a.Allocations), func(x ledger.Allocation) bool { return x.Cycle == 1 })
		a.Allocations = append(kept, rules.Allocate(a, someDay, false).Allocations...)
	}
	return a
}

// What explain says of the credits one by one adds up to what status says, for
// each requirement and in all; what does not count has one reason.
func TestExplainAddsUp(t *testing.T) {
	reasons := map[rules.Reason]int{}
	checkSeen(t, func(t *rapid.T) {
		a := anyAccount(t)
		s := rules.Evaluate(a, someDay)
		counted := map[ledger.Requirement]ledger.Points{}
		var total ledger.Points
		for _, c := range a.Credits {
			x := s.Finding(c.ID)
			var sum ledger.Points
			for _, p := range x.Parts {
				reasons[p.Reason]++
				sum += p.Points
				if (p.CountsAs != "") != (p.Reason == rules.Counts) || p.Points <= 0 {
					t.Fatalf("credit %d: portion %+v", c.ID, p)
				}
				if p.Reason != rules.Counts {
					continue
				}
				counted[p.CountsAs] += p.Points
				total += p.Points
			}
			if sum != c.Points {
				t.Fatalf("credit %d of %d: %d accounted for", c.ID, c.Points, sum)
			}
		}
		for _, r := range s.Requirements {
			if counted[r.Name] != r.Counted || r.Counted+r.Remaining != r.Points {
				t.Fatalf("%s: explain says %d, status %d of %d", r.Name, counted[r.Name], r.Counted, r.Points)
			}
		}
		if total != s.Counted || s.Required-total != s.Remaining {
			t.Fatalf("explain says %d, status %d of %d", total, s.Counted, s.Required)
		}
	}, func() bool {
		return !slices.ContainsFunc([]rules.Reason{
			rules.Counts, rules.BeforeWindow, rules.AfterWindow, rules.NotYet, rules.NoTopic,
			rules.OverCap, rules.NothingLeft, rules.NotAllocated, rules.OtherCycle, rules.NoSuchRule,
		}, func(r rules.Reason) bool { return reasons[r] == 0 })
	})
}

// ability returns by itself how many points of a credit the requirements could
// take: by the topics that they accept, without a flow.
func ability(c ledger.Credit, requirements []rules.Requirement) ledger.Points {
	limits, taken := limitsOf(c), map[ledger.Topic]ledger.Points{}
	for _, r := range requirements {
		whole, topics := takenBy(r, c)
		if whole {
			return c.Points
		}
		for _, t := range topics {
			taken[t] = limits[t]
		}
	}
	var n ledger.Points
	for _, points := range taken {
		n += points
	}
	return min(n, c.Points)
}

// A witness is arithmetic that proves its shortage: it holds every credit that
// could serve its requirements with no less than that could give, its sums are
// right, and by search the requirements cannot be filled further. Every
// shortage has one.
func TestWitnessIsACertificate(t *testing.T) {
	wide, capped := 0, 0
	checkSeen(t, func(t *rapid.T) {
		a := smallAccount(t)
		x := rules.Explain(a, someDay)
		if len(x.Proven) != len(x.Shortages) {
			t.Fatalf("%d of %d shortages are proven", len(x.Proven), len(x.Shortages))
		}
		for i, p := range x.Proven {
			w := p.Witness
			if len(w.Requirements) > 1 {
				wide++
			}
			checkWitness(t, a, w, &capped)
			checkShortage(t, x.Shortages, i, w)
		}
	}, func() bool { return wide > 0 && capped > 0 })
}

func checkWitness(t *rapid.T, a rules.Account, w rules.Witness, capped *int) {
	var required, supply ledger.Points
	for _, r := range w.Requirements {
		required += r.Points
	}
	bounds := map[int64]ledger.Points{}
	for _, b := range w.Bounds {
		supply += b.Points
		if b.Cap != nil {
			*capped++
			if want := b.Cap.Points(a.Edition.Total.Points); b.Points != want {
				t.Fatalf("the cap is given as %d, want %d", b.Points, want)
			}
		}
		for _, c := range b.Credits {
			if _, twice := bounds[c.ID]; twice || len(b.Credits) != 1 && b.Cap == nil || b.Cap != nil && c.Activity != b.Cap.Activity {
				t.Fatalf("credit %d does not belong into %+v", c.ID, b)
			}
			bounds[c.ID] = b.Points
			if b.Cap != nil {
				bounds[c.ID] = c.Points // the cap bounds it
			}
		}
	}
	if required != w.Required || supply != w.Supply || required-supply != w.Short {
		t.Fatalf("required %d, supply %d: %+v", required, supply, w)
	}
	for _, c := range a.Credits {
		counts := c.Date >= firstDay && c.Date <= someDay
		if can := ability(c, w.Requirements); counts && bounds[c.ID] < can {
			t.Fatalf("credit %d could give %d, the witness says %d", c.ID, can, bounds[c.ID])
		}
	}
	if filled, asked := most(a, w.Requirements); asked-filled != w.Short {
		t.Fatalf("by search %d of %d can be filled, the witness says %d are short", filled, asked, w.Short)
	}
}

// checkShortage checks that a witness proves its own shortage, and one of other
// those that it holds too.
func checkShortage(t *rapid.T, shortages []rules.Shortage, i int, w rules.Witness) {
	holds := func(s rules.Shortage) bool {
		return !slices.ContainsFunc(s.Requirements, func(r rules.Requirement) bool {
			return !slices.ContainsFunc(w.Requirements, func(in rules.Requirement) bool { return in.Name == r.Name })
		})
	}
	var want ledger.Points
	for k, s := range shortages {
		if k == i || s.Requirements[0].Name != ledger.Other && shortages[i].Requirements[0].Name == ledger.Other && holds(s) {
			want += s.Points
		}
	}
	if !holds(shortages[i]) || w.Short != want {
		t.Fatalf("%+v does not prove %+v, of %d", w, shortages[i], want)
	}
}

// What allocations by hand cost is what allocating afresh would bring; a credit
// that costs something by itself costs that much.
func TestHandCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := smallAccount(t)
		byHandSomewhere(t, &a)
		x := rules.Explain(a, someDay)
		p := rules.Allocate(a, someDay, false)
		if x.Cost() != p.Remaining-x.ToEarn || (x.Cost() > 0) != (len(x.Costs) > 0) {
			t.Fatalf("costs %d by %v, allocate leaves %d and %d are to earn", x.Cost(), x.Costs, p.Remaining, x.ToEarn)
		}
		var by []int64
		for _, c := range x.Costs {
			by = append(by, c.Credit.ID)
			without := a
			without.Allocations = slices.DeleteFunc(slices.Clone(a.Allocations), func(x ledger.Allocation) bool {
				return x.Credit == c.Credit.ID && x.By == ledger.ByHand
			})
			if len(without.Allocations)+len(c.Allocations) != len(a.Allocations) || len(c.Allocations) == 0 {
				t.Fatalf("credit %d: %v of %v are by hand", c.Credit.ID, c.Allocations, a.Allocations)
			}
			if got := p.Remaining - rules.Allocate(without, someDay, false).Remaining; got != c.Points {
				t.Fatalf("credit %d costs %d, without its allocations %d less remain", c.Credit.ID, c.Points, got)
			}
		}
		without := a
		without.Allocations = slices.DeleteFunc(slices.Clone(a.Allocations), func(x ledger.Allocation) bool {
			return x.By == ledger.ByHand && slices.Contains(by, x.Credit)
		})
		if left := rules.Allocate(without, someDay, false).Remaining; left != x.ToEarn {
			t.Fatalf("without allocations of %v %d would remain, %d are to earn", by, left, x.ToEarn)
		}
	})
}

// Which credits are named, and with what: each that costs something by itself,
// or all where only several do together.
func TestHandCostsNamed(t *testing.T) {
	rest := credit(t, 9, "2025-01-04", 3000, "quality")
	tests := []struct {
		name        string
		credits     []ledger.Credit
		allocations []ledger.Allocation
		want        string // points by credit
		cost        ledger.Points
	}{
		{"surplus does no harm", []ledger.Credit{credit(t, 1, "2025-01-01", 300, "chemistry"), credit(t, 2, "2025-01-02", 100, "chemistry")},
			[]ledger.Allocation{put(1, "chemistry", 300)}, "", 0},
		{"each of two does the harm of both", []ledger.Credit{credit(t, 1, "2025-01-01", 100, "ethics"), credit(t, 2, "2025-01-02", 100, "ethics"), rest},
			[]ledger.Allocation{put(1, "other", 100), put(2, "other", 100)}, "1: 1, 2: 1", 100},
		{"only both together do harm: one would have to make room for the other",
			[]ledger.Credit{credit(t, 1, "2025-01-01", 200, "chemistry;hematology"), credit(t, 2, "2025-01-02", 200, "hematology;microbiology"), credit(t, 3, "2025-01-03", 200, "chemistry"), rest},
			[]ledger.Allocation{put(1, "chemistry", 200), put(2, "hematology", 200)}, "1: 0, 2: 0", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", "2027-03-31")
			a.Credits, a.Allocations = tt.credits, tt.allocations
			x := rules.Explain(a, day(t, "2026-11-21"))
			var got []string
			for _, c := range x.Costs {
				got = append(got, fmt.Sprintf("%d: %s", c.Credit.ID, c.Points))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" || x.Cost() != tt.cost {
				t.Errorf("cost %s, want %s (-want +got):\n%s", x.Cost(), tt.cost, diff)
			}
		})
	}
}

// A candidate gives a requirement what it says, and no more: as if nothing of
// it were allocated, and beside what is; and no more than the cap on its
// activity allows.
func TestCandidates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAccount(t)
		s := rules.Evaluate(a, someDay)
		r := rapid.SampledFrom(a.Edition.Requirements).Draw(t, "requirement")
		all := s.Candidates(r.Name)
		for _, c := range a.Credits {
			k := slices.IndexFunc(all, func(x rules.Candidate) bool { return x.Credit.ID == c.ID })
			var elsewhere ledger.Points
			bare := a
			bare.Allocations = nil
			for _, x := range a.Allocations {
				if x.Credit == c.ID && x.Cycle != 1 {
					elsewhere += x.Points
					bare.Allocations = append(bare.Allocations, x)
				}
			}
			cap, left := c.Points, c.Points // no more than those, where there is no cap
			if c.Activity == ledger.CollegeCourse {
				cap = a.Edition.Programme.Caps[0].Points(a.Edition.Total.Points)
				left = cap
				for _, f := range s.Findings {
					if f.Credit.Activity == ledger.CollegeCourse {
						left -= f.Counted
					}
				}
			}
			ask := []rules.Ask{{Requirement: r.Name}}
			most := min(ability(c, []rules.Requirement{r}), c.Points-elsewhere)
			if got := sum(rules.Put(bare, c.ID, ask, someDay)); got != most && c.Date >= firstDay && c.Date <= lastDay {
				t.Fatalf("credit %d: %d can be put to %s, want %d", c.ID, got, r.Name, most)
			}
			if k < 0 {
				if min(most, cap) > 0 && c.Date >= firstDay && c.Date <= lastDay {
					t.Fatalf("credit %d could serve %s with %d", c.ID, r.Name, min(most, cap))
				}
				continue
			} else if all[k].Most != min(most, cap) {
				t.Fatalf("credit %d could serve %s with %d, want %d", c.ID, r.Name, all[k].Most, min(most, cap))
			}
			var has, then ledger.Points
			for _, x := range a.Allocations {
				if x.Credit == c.ID && x.Cycle == 1 && x.Requirement == r.Name {
					has += x.Points
				}
			}
			after, _ := rules.Put(a, c.ID, ask, someDay)
			for _, x := range after {
				if x.Requirement == r.Name {
					then += x.Points
				}
			}
			limited := slices.ContainsFunc(c.Topics, func(t ledger.CreditTopic) bool { return t.Limit > 0 }) // and topics may share it
			if !limited && min(then-has, left) != all[k].Free {
				t.Fatalf("credit %d: %d more can be put to %s, of which %d may count, the candidate says %d", c.ID, then-has, r.Name, left, all[k].Free)
			}
			if binds := all[k].Cap != nil; binds && c.Activity != ledger.CollegeCourse || !limited && binds != (most > cap || then-has > left) {
				t.Fatalf("credit %d of %d under a cap of %d, %d of it left: %+v", c.ID, most, cap, left, all[k])
			}
			if all[k].Free > all[k].Most || all[k].Future != (c.Date > someDay) {
				t.Fatalf("credit %d on %d: %+v", c.ID, c.Date, all[k])
			}
		}
	})
}

func sum(all []ledger.Allocation, err error) (points ledger.Points) {
	if err != nil {
		return 0
	}
	for _, a := range all {
		points += a.Points
	}
	return points
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
