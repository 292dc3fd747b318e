package pairing_test

import (
	"fmt"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
)

// bigFile returns n rows of so many days.
func bigFile(n, days int, title, reference func(i int) string) []ledger.Credit {
	all := make([]ledger.Credit, n)
	for i := range all {
		all[i] = ledger.Credit{ID: int64(i + 1), Date: 739000 + ledger.Date(i%days), Title: title(i), Provider: "LabCE", Points: 150, Reference: reference(i)}
	}
	return all
}

// Large files of a usual kind, and hostile ones, of which all rows are of one day.
func Benchmark(b *testing.B) {
	course := func(i int) string { return fmt.Sprintf("Course %d, with a title of usual length", i) }
	lecture := func(i int) string { return fmt.Sprint("Lecture ", i) }
	same, none := func(int) string { return "Journal club" }, func(int) string { return "" }
	for _, bb := range []struct {
		name        string
		rows, known []ledger.Credit
	}{
		{"known", bigFile(100_000, 7000, course, lecture), bigFile(100_000, 7000, course, lecture)},
		{"new", bigFile(100_000, 7000, course, lecture), bigFile(100_000, 7000, lecture, none)},
		{"weekly", bigFile(8000, 8000, same, none), bigFile(12_000, 12_000, same, none)[4000:]},
		{"member number", bigFile(50_000, 7000, course, same), bigFile(50_000, 7000, lecture, same)},
		{"few", bigFile(10, 10, course, none), bigFile(100_000, 7000, course, none)},
		{"equal", bigFile(2000, 1, same, none), bigFile(2000, 1, same, none)},
		{"other references", bigFile(2000, 1, same, course), bigFile(2000, 1, same, lecture)},
		{"one reference", bigFile(2000, 1, course, same), bigFile(2000, 1, lecture, same)},
	} {
		known := make([]ledger.Known, len(bb.known))
		for i, c := range bb.known {
			known[i].Credit = c
		}
		unpaired := pairing.Match(bb.rows, nil)
		for name, run := range map[string]func(){
			"match":  func() { pairing.Match(bb.rows, known) },
			"alike":  func() { pairing.NewAlike(bb.rows, unpaired, known) },
			"groups": func() { pairing.Groups(bb.known, nil) },
			"likely": func() { pairing.Likely(bb.rows, bb.known) },
		} {
			b.Run(bb.name+"/"+name, func(b *testing.B) {
				for b.Loop() {
					run()
				}
			})
		}
	}
}
