package rules_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// declaredIn returns what a declaration would have of an account that is ready: what
// counts, and the margin.
func declaredIn(s rules.Standing) (lines []ledger.DeclaredCredit) {
	for _, f := range s.Findings {
		for _, p := range f.Parts {
			if p.CountsAs != "" {
				lines = append(lines, ledger.DeclaredCredit{Requirement: p.CountsAs, Points: p.Points, Credit: f.Credit})
			}
		}
	}
	return append(lines, s.Margin()...)
}

// ready draws an account in which nothing remains, of which there are few unless little
// is asked.
func ready(t *rapid.T) (rules.Account, rules.Standing) {
	a := anyAccount(t)
	kept := slices.DeleteFunc(slices.Clone(a.Allocations), func(x ledger.Allocation) bool { return x.Cycle == 1 })
	a.Allocations = kept
	a.Allocations = append(kept, rules.Allocate(a, someDay, true).Allocations...)
	s := rules.Evaluate(a, someDay)
	if s.Remaining > 0 {
		if s.Margin() != nil {
			t.Fatalf("a margin of %v though %s remains", s.Margin(), s.Remaining)
		}
		t.Skip("not ready")
	}
	return a, s
}

// The margin is all that the window, the topics, the cap and other cycles leave.
func TestMargin(t *testing.T) {
	some := 0
	checkSeen(t, func(t *rapid.T) {
		a, s := ready(t)
		var all, capped ledger.Points
		of := map[int64]ledger.Points{}
		for _, line := range declaredIn(s) {
			all, of[line.Credit.ID] = all+line.Points, of[line.Credit.ID]+line.Points
			if line.Credit.Activity == ledger.CollegeCourse {
				capped += line.Points
			}
			if d := line.Credit.Date; d < firstDay || d > someDay {
				t.Fatalf("credit %d of %s is declared", line.Credit.ID, d)
			}
		}
		if most := a.Edition.Programme.Caps[0].Points(a.Edition.Total.Points); capped > most {
			t.Fatalf("%s under a cap of %s", capped, most)
		}
		if len(a.Allocations) > 0 && a.Allocations[0].Cycle == 7 {
			checkLeft(t, a, of) // the search knows no other cycle
			return
		}
		if most := mostOf(a); all != most {
			t.Fatalf("%s are declared, and %s could be", all, most)
		}
		some += min(len(s.Margin()), 1)
	}, func() bool { return some > 0 })
}

// checkLeft checks that no more of a credit is declared than another cycle leaves.
func checkLeft(t *rapid.T, a rules.Account, declared map[int64]ledger.Points) {
	for _, c := range a.Credits {
		left := c.Points
		for _, x := range a.Allocations {
			if x.Cycle == 7 && x.Credit == c.ID {
				left -= x.Points
			}
		}
		if declared[c.ID] > left {
			t.Fatalf("%s of credit %d are declared, which has %s left", declared[c.ID], c.ID, left)
		}
	}
}

// mostOf finds by search, credit by credit, how much could be put anywhere if the
// requirements had no end. What is under the cap is as much as that.
func mostOf(a rules.Account) (all ledger.Points) {
	endless := slices.Clone(a.Edition.Requirements)
	for i := range endless {
		endless[i].Points = 3 // as much as a credit has
	}
	var capped ledger.Points
	for _, c := range a.Credits {
		one := a
		one.Credits = []ledger.Credit{c}
		of, _ := most(one, endless)
		if c.Activity == ledger.CollegeCourse {
			capped += of
		} else {
			all += of
		}
	}
	return all + min(capped, a.Edition.Programme.Caps[0].Points(a.Edition.Total.Points))
}

// Whatever the body refuses of credits that fit a requirement, up to what is to spare
// there, what is left still meets all.
func TestSpare(t *testing.T) {
	refusals := 0
	checkSeen(t, func(t *rapid.T) {
		a, s := ready(t)
		lines := declaredIn(s)
		spare := a.Edition.Spare(lines)
		var margin ledger.Points
		left := map[int64]ledger.Points{}
		for _, line := range lines {
			left[line.Credit.ID] += line.Points
			if line.Requirement == ledger.Margin {
				margin += line.Points
			}
		}
		i := rapid.IntRange(0, len(spare)-1).Draw(t, "requirement")
		r := a.Edition.Requirements[i]
		if r.Name == ledger.Other && r.Except == nil && spare[i] != margin {
			t.Fatalf("%s to spare in other, and the margin is %s", spare[i], margin)
		}
		room := spare[i]
		for _, c := range a.Credits {
			least := r.Accepts(c)
			for k, other := range a.Edition.Requirements {
				least = least && (!other.Accepts(c) || spare[k] >= spare[i])
			}
			if refused := min(room, left[c.ID]); least && refused > 0 && rapid.Bool().Draw(t, "refused") {
				left[c.ID], room = left[c.ID]-refused, room-refused
				refusals++
			}
		}
		a.Allocations = nil
		for _, c := range a.Credits {
			if gone := c.Points - left[c.ID]; gone > 0 {
				a.Allocations = append(a.Allocations, ledger.Allocation{Credit: c.ID, Cycle: 7, Requirement: ledger.Other, Points: gone, By: ledger.ByAuto})
			}
		}
		if lacks := rules.Evaluate(a, someDay).ToEarn; lacks > 0 {
			t.Fatalf("%s are missing after a refusal in %s that there was room for", lacks, r.Name)
		}
	}, func() bool { return refusals > 0 })
}
