package pairing_test

import (
	"fmt"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
)

const many = 100_000

// bigFile returns rows that all differ, or, the same, all are of one day.
func bigFile(title func(i int) string, reference func(i int) string) []ledger.Credit {
	all := make([]ledger.Credit, many)
	for i := range all {
		all[i] = ledger.Credit{ID: int64(i + 1), Date: 739000 + ledger.Date(i%420), Title: title(i), Provider: "LabCE", Points: 150, Reference: reference(i)}
	}
	return all
}

func numbered(i int) string { return fmt.Sprintf("Course %d, with a title of usual length", i) }
func same(int) string       { return "Journal club" }
func none(int) string       { return "" }
func half(i int) string {
	if i%2 == 0 {
		return fmt.Sprintf("LC-%06d", i)
	}
	return ""
}

func asKnown(credits []ledger.Credit) []ledger.Known {
	all := make([]ledger.Known, len(credits))
	for i, c := range credits {
		all[i].Credit = c
	}
	return all
}

func BenchmarkMatch(b *testing.B) {
	other := func(i int) string { return fmt.Sprint("Lecture ", i) }
	for _, bb := range []struct {
		name        string
		rows, known []ledger.Credit
	}{
		{"known", bigFile(numbered, half), bigFile(numbered, half)},
		{"new", bigFile(numbered, half), bigFile(other, none)},
		{"equal", bigFile(same, none), bigFile(same, none)},
		{"with references now", bigFile(same, numbered), bigFile(same, none)},
		{"without references now", bigFile(same, none), bigFile(same, numbered)},
		{"other references", bigFile(same, numbered), bigFile(same, other)},
		{"few rows", bigFile(numbered, half)[:10], bigFile(numbered, half)},
	} {
		known := asKnown(bb.known)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				pairing.Match(bb.rows, known)
			}
		})
	}
}

func BenchmarkAlike(b *testing.B) {
	for name, title := range map[string]func(int) string{"numbered": numbered, "same": same} {
		credits := bigFile(title, none)
		if name == "numbered" {
			for i := range credits {
				credits[i].Date = 739000 + ledger.Date(i%7000)
			}
		}
		b.Run("groups "+name, func(b *testing.B) {
			for b.Loop() {
				pairing.Groups(credits, nil)
			}
		})
		known, paired := asKnown(bigFile(numbered, none)), pairing.Match(credits, nil)
		b.Run("new "+name, func(b *testing.B) {
			for b.Loop() {
				pairing.NewAlike(credits, paired, known)
			}
		})
	}
}
