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
	if err != nil {
		b.Fatal(err)
	}
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

func BenchmarkEvaluate(b *testing.B) {
	for _, n := range []int{60, 1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := manyCredits(b, n)
			today := ledger.MakeDate(2026, 11, 21)
			a.Allocations = rules.Allocate(a, today, false).Allocations
			b.ReportAllocs()
			for b.Loop() {
				rules.Evaluate(a, today)
			}
		})
	}
}

func BenchmarkAllocate(b *testing.B) {
	for _, n := range []int{60, 1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := manyCredits(b, n)
			b.ReportAllocs()
			for b.Loop() {
				rules.Allocate(a, ledger.MakeDate(2026, 11, 21), false)
			}
		})
	}
}

// Everything was allocated by hand to other, though the requirements lack what
// a good part of it could give them.
func BenchmarkExplainHandCosts(b *testing.B) {
	for _, n := range []int{60, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := manyCredits(b, n)
			for _, c := range a.Credits {
				a.Allocations = append(a.Allocations, ledger.Allocation{Credit: c.ID, Cycle: 1, Requirement: ledger.Other, Points: c.Points, By: ledger.ByHand})
			}
			b.ReportAllocs()
			for b.Loop() {
				rules.Explain(a, ledger.MakeDate(2026, 11, 21))
			}
		})
	}
}
