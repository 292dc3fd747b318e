package exchange_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// The records of the cases.
var (
	mls     = exchange.ID{Kind: exchange.CredentialKind, Key: "ascp/MLS"}
	cycle   = exchange.ID{Kind: exchange.CycleKind, Key: "y"}
	lesson  = exchange.ID{Kind: exchange.CreditKind, Key: "c"}
	spent   = exchange.AllocationsOf("c", "ascp/MLS")
	proof   = exchange.ID{Kind: exchange.EvidenceKind, Key: "e"}
	file1   = exchange.ID{Kind: exchange.ImportKind, Key: "i"}
	lesson2 = exchange.ID{Kind: exchange.CreditKind, Key: "c2"}
)

type change map[exchange.ID]any

func credit(title string, points exchange.Points) exchange.Credit {
	return exchange.Credit{Date: 1, Title: title, Points: points, Activity: "course"}
}

func imported(title, from string) exchange.Credit {
	c := credit(title, 100)
	c.Import = exchange.OrNull(from)
	return c
}

func lasting(years int) exchange.Cycle {
	return exchange.Cycle{Credential: "ascp/MLS", First: ledger.MakeDate(2024, 4, 1), Last: ledger.MakeDate(2024+years, 3, 31)}
}

// next is the cycle after lasting(3).
func next(years int) exchange.Cycle {
	return exchange.Cycle{Credential: "ascp/MLS", First: ledger.MakeDate(2027, 4, 1), Last: ledger.MakeDate(2027+years, 3, 31)}
}

func closed(c exchange.Cycle) exchange.Cycle {
	c.Closed = true
	return c
}

func cycleOf(uid string) exchange.ID { return exchange.ID{Kind: exchange.CycleKind, Key: uid} }

func declarationOf(cycle string) exchange.ID {
	return exchange.ID{Kind: exchange.DeclarationKind, Key: cycle}
}

func allocated(all ...exchange.Allocation) exchange.Allocations {
	return exchange.Allocations{Allocations: all}
}

func part(requirement string, points exchange.Points, by string) exchange.Allocation {
	return exchange.Allocation{Cycle: "y", Requirement: requirement, Points: points, By: by}
}

// begun is what both ledgers of a case begin with.
func begun() change {
	return change{
		mls: exchange.Credential{UID: "k"}, cycle: lasting(3), lesson: credit("Lesson", 200),
		spent: allocated(part("safety", 100, "hand"), part("chemistry", 50, "auto"), part("other", 50, "auto")),
		file1: exchange.Import{File: "a.csv", Date: 1}, lesson2: imported("Imported", "i"),
	}
}

// A mergeCase is two ledgers that were one and what they are to become.
type mergeCase struct {
	name         string
	begin        change   // besides what is begun
	ours, theirs []change // an entry each; theirs are the later ones
	want         change   // what is not as it began
	conflicts    []string
	repairs      []string
}

func (c mergeCase) check(t *testing.T) {
	both := newMachine("o", 0)
	both.do(t, begun())
	both.do(t, c.begin)
	ours, theirs := both.clone("a", 0), both.clone("b", 10)
	for _, entry := range c.ours {
		ours.do(t, entry)
	}
	for _, entry := range c.theirs {
		theirs.do(t, entry)
	}
	both.do(t, c.want)
	merged, report := exchange.Merge(ours.ledger(), theirs.ledger())
	got, want := exchange.Ledger{Records: merged.Records}, exchange.Ledger{Records: both.ledger().Records}
	got.Sort()
	want.Sort()
	if diff := cmp.Diff(text(want), text(got)); diff != "" {
		t.Errorf("Merge() (-want +got):\n%s", diff)
	}
	var conflicts, repairs []string
	for _, c := range report.Conflicts {
		kept := "ours"
		if c.Kept == c.Theirs {
			kept = "theirs"
		}
		conflicts = append(conflicts, fmt.Sprintf("%s %s: %s", c.Kind, c.Key, kept))
	}
	for _, r := range report.Repairs {
		repairs = append(repairs, fmt.Sprintf("%s %s: %s", r.Kind, r.Key, r.Why))
	}
	if diff := cmp.Diff([][]string{c.conflicts, c.repairs}, [][]string{conflicts, repairs}); diff != "" {
		t.Errorf("conflicts and repairs (-want +got):\n%s", diff)
	}
}

func runCases(t *testing.T, tests []mergeCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, tt.check)
	}
}

func TestMergeCases(t *testing.T) {
	removed := credit("Lesson", 200)
	removed.Removed = true
	runCases(t, []mergeCase{
		{name: "one side alone changes", ours: []change{{lesson: credit("New", 200)}}, want: change{lesson: credit("New", 200)}},
		{name: "one side alone removes", ours: []change{{spent: nil, lesson: nil}}, want: change{spent: nil, lesson: nil}},
		{
			name: "both change", ours: []change{{lesson: credit("Ours", 200)}}, theirs: []change{{lesson: credit("Theirs", 200)}},
			want: change{lesson: credit("Theirs", 200)}, conflicts: []string{"credit c: theirs"},
		},
		{
			name: "both change alike", ours: []change{{lesson: credit("New", 200)}}, theirs: []change{{lesson: credit("New", 200)}},
			want: change{lesson: credit("New", 200)},
		},
		{
			name: "removed here, changed there later", ours: []change{{spent: nil, lesson: nil}}, theirs: []change{{lesson: credit("New", 200)}},
			want: change{lesson: credit("New", 200)}, conflicts: []string{"credit c: theirs"},
		},
		{
			name: "changed here, removed there later", ours: []change{{lesson: credit("New", 200)}}, theirs: []change{{spent: nil, lesson: nil}},
			want: change{spent: nil, lesson: nil}, conflicts: []string{"credit c: theirs"},
		},
		{
			name: "allocated here, removed there", ours: []change{{spent: allocated(part("other", 100, "hand"))}}, theirs: []change{{spent: nil, lesson: removed}},
			want: change{spent: nil, lesson: removed}, conflicts: []string{"allocations c ascp/MLS: theirs"},
		},
		{
			name: "removed here, allocated there", ours: []change{{spent: nil, lesson: removed}}, theirs: []change{{spent: allocated(part("other", 100, "hand"))}},
			want: change{spent: nil, lesson: removed}, conflicts: []string{"allocations c ascp/MLS: theirs"},
			repairs: []string{"allocations c ascp/MLS: its credit is removed"},
		},
		{
			name: "fewer points here, more allocated there: automatic ones go first, of these the last requirement",
			ours: []change{{lesson: credit("Lesson", 125), spent: allocated(part("safety", 100, "hand"))}},
			theirs: []change{{spent: allocated(part("safety", 100, "hand"), part("chemistry", 50, "auto"), part("other", 50, "auto"))},
				{spent: allocated(part("safety", 100, "hand"), part("chemistry", 40, "auto"), part("other", 60, "auto"))}},
			want:      change{lesson: credit("Lesson", 125), spent: allocated(part("safety", 100, "hand"), part("chemistry", 25, "auto"))},
			conflicts: []string{"allocations c ascp/MLS: theirs"}, repairs: []string{"allocations c ascp/MLS: its credit has 1.25 points"},
		},
		{
			name: "the same file twice", ours: []change{{proof: exchange.Evidence{Credit: "c", SHA256: hashes()[0], Name: "a", Added: 1}}},
			theirs:  []change{{{Kind: exchange.EvidenceKind, Key: "d"}: exchange.Evidence{Credit: "c", SHA256: hashes()[0], Name: "b", Added: 1}}},
			want:    change{{Kind: exchange.EvidenceKind, Key: "d"}: exchange.Evidence{Credit: "c", SHA256: hashes()[0], Name: "b", Added: 1}},
			repairs: []string{"evidence e: the credit has that file already"},
		},
		{
			name: "an import undone here, its credit changed there", ours: []change{{file1: nil, lesson2: nil}}, theirs: []change{{lesson2: imported("New", "i")}},
			want: change{file1: nil, lesson2: imported("New", "")}, conflicts: []string{"credit c2: theirs"},
			repairs: []string{"credit c2: its import is gone"},
		},
	})
}
