package rules_test

import (
	"fmt"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// manyCredits is an account of an MLS with n credits of all kinds: single
// topics, two topics, limits, none, college courses, some outside the window.
func manyCredits(b *testing.B, n int) rules.Account {
	b.Helper()
	e, err := rules.Builtin().Edition(ledger.CredentialName{Body: "ascp", Code: "MLS"}, ledger.MakeDate(2027, 3, 31))
	need(b, err)
	cycle := ledger.Cycle{ID: 1, First: ledger.MakeDate(2024, 4, 1), Last: ledger.MakeDate(2027, 3, 31)}
	topics := []ledger.Topic{"safety", "blood-banking", "chemistry", "hematology", "microbiology", "management"}
	a := rules.Account{Edition: e, Credential: ledger.Credential{Cycles: []ledger.Cycle{cycle}}, Cycle: cycle}
	for i := range n {
		c := ledger.Credit{ID: int64(i + 1), Date: cycle.First - 30 + ledger.Date(i%1000), Points: ledger.Points(25 + i%4*25), Activity: ledger.CourseActivity}
		if i%7 > 0 {
			c.Topics = append(c.Topics, ledger.CreditTopic{Topic: topics[i%6]})
		}
		if i%5 == 0 && i%7 != 0 {
			c.Topics = append(c.Topics, ledger.CreditTopic{Topic: topics[(i+1)%6], Limit: ledger.Points(i % 3 * 10)})
		}
		if i%29 == 0 {
			c.Activity = ledger.CollegeCourse
		}
		a.Credits = append(a.Credits, c)
	}
	return a
}

// Everything but allocating begins with what the best allocation makes of it; of
// what costs, all was allocated by hand to other.
func Benchmark(b *testing.B) {
	today := ledger.MakeDate(2026, 11, 21)
	for _, bench := range []struct {
		name string
		hand bool
		do   func(rules.Account)
	}{
		{"Allocate", false, func(a rules.Account) { rules.Allocate(a, today, false) }},
		{"Evaluate", false, func(a rules.Account) { rules.Evaluate(a, today) }},
		{"ExplainHandCosts", true, func(a rules.Account) { rules.Explain(a, today) }},
		{"Plan", false, func(a rules.Account) { rules.NewPlan([]rules.Account{a}, today, today) }},
	} {
		for _, n := range []int{60, 1000, 10_000, 100_000} {
			b.Run(fmt.Sprint(bench.name, "/", n), func(b *testing.B) {
				a := manyCredits(b, n)
				a.Allocations = rules.Allocate(a, today, false).Allocations
				if bench.hand {
					a.Allocations = nil
					for _, c := range a.Credits {
						a.Allocations = append(a.Allocations, ledger.Allocation{Credit: c.ID, Cycle: 1, Requirement: ledger.Other, Points: c.Points, By: ledger.ByHand})
					}
				}
				b.ReportAllocs()
				for b.Loop() {
					bench.do(a)
				}
			})
		}
	}
}
