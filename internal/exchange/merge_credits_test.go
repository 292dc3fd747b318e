package exchange_test

import (
	"testing"

	"cmpledger/internal/exchange"
)

func TestMergeCredits(t *testing.T) {
	removed := func(c exchange.Credit, into string) exchange.Credit {
		c.Removed, c.MergedInto = true, exchange.OrNull(into)
		return c
	}
	evidence := func(credit string, hash int) exchange.Evidence {
		return exchange.Evidence{Credit: credit, SHA256: hashes()[hash], Name: "a", Added: 1}
	}
	one, two, three := credit("Lesson", 200), imported("Imported", "i"), credit("Third", 100)
	third := exchange.ID{Kind: exchange.CreditKind, Key: "c3"}
	other := exchange.ID{Kind: exchange.EvidenceKind, Key: "f"}
	runCases(t, []mergeCase{
		{
			name: "changed here and back, changed there", ours: []change{{lesson: credit("Ours", 200)}, {lesson: one}},
			theirs: []change{{lesson: credit("Theirs", 200)}}, want: change{lesson: credit("Theirs", 200)},
		},
		{
			name: "changed here, changed there and back", ours: []change{{lesson: credit("Ours", 200)}},
			theirs: []change{{lesson: credit("Theirs", 200)}, {lesson: one}}, want: change{lesson: credit("Ours", 200)},
		},
		{
			name: "removed here, removed there and brought back", ours: []change{{spent: nil, lesson: removed(one, "")}},
			theirs: []change{{spent: nil, lesson: removed(one, "")}, {lesson: one}}, want: change{spent: nil, lesson: removed(one, "")},
		},
		{
			name: "removed here, evidence added there later", ours: []change{{spent: nil, lesson: removed(one, "")}},
			theirs: []change{{proof: evidence("c", 0)}}, want: change{proof: evidence("c", 0)}, conflicts: []string{"credit c: theirs"},
		},
		{
			name: "evidence added here, removed there later", ours: []change{{proof: evidence("c", 0)}},
			theirs: []change{{spent: nil, lesson: removed(one, "")}}, want: change{spent: nil, lesson: removed(one, ""), proof: evidence("c", 0)},
			conflicts: []string{"credit c: theirs"},
		},
		{
			name: "removed here, evidence added there later and taken away", ours: []change{{spent: nil, lesson: removed(one, "")}},
			theirs: []change{{proof: evidence("c", 0)}, {proof: nil}}, want: change{spent: nil, lesson: removed(one, "")},
		},
		{
			name: "its adding undone here with its evidence, changed there", begin: change{proof: evidence("c", 0)},
			ours: []change{{spent: nil, proof: nil, lesson: nil}}, theirs: []change{{lesson: credit("New", 200)}},
			want: change{lesson: credit("New", 200)}, conflicts: []string{"credit c: theirs"},
		},
		{
			name: "two removed here, one changed there: the other one stays removed", begin: change{proof: evidence("c", 0), other: evidence("c2", 0)},
			ours: []change{{spent: nil, lesson: nil, lesson2: nil, proof: nil, other: nil}}, theirs: []change{{lesson: credit("New", 200)}},
			want: change{lesson: credit("New", 200), lesson2: nil, other: nil}, conflicts: []string{"credit c: theirs"},
		},
		{
			name: "merged here, evidence added to it there", ours: []change{{lesson2: removed(two, "c")}}, theirs: []change{{proof: evidence("c2", 0)}},
			want:    change{lesson2: removed(two, "c"), proof: evidence("c", 0)},
			repairs: []string{"evidence e: its credit was merged into that one"},
		},
		{
			name: "merged here, evidence added to it there that the other one has", begin: change{other: evidence("c", 0)},
			ours: []change{{lesson2: removed(two, "c")}}, theirs: []change{{proof: evidence("c2", 0)}},
			want: change{lesson2: removed(two, "c"), proof: evidence("c2", 0)},
		},
		{
			name: "merged here, the other way round there", ours: []change{{spent: nil, lesson: removed(one, "c2")}}, theirs: []change{{lesson2: removed(two, "c")}},
			want: change{lesson2: removed(two, "c")}, repairs: []string{"credit c: what it was merged into was merged into it"},
		},
		{
			name: "merged round in three ways, and evidence", begin: change{third: three},
			ours: []change{{lesson2: removed(two, "c3")}, {third: removed(three, "c")}}, theirs: []change{{spent: nil, lesson: removed(one, "c2")}, {proof: evidence("c3", 0)}},
			want:    change{lesson2: removed(two, "c"), third: removed(three, "c"), proof: evidence("c", 0)},
			repairs: []string{"credit c2: what it was merged into was merged too", "evidence e: its credit was merged into that one"},
		},
		{
			name: "merged here into what is merged there", begin: change{third: three},
			ours: []change{{third: removed(three, "c2")}}, theirs: []change{{lesson2: removed(two, "c")}},
			want: change{third: removed(three, "c"), lesson2: removed(two, "c")}, repairs: []string{"credit c3: what it was merged into was merged too"},
		},
		{
			name: "merged here into what is gone there", begin: change{third: three},
			ours: []change{{lesson2: removed(two, "c3")}}, theirs: []change{{third: nil}},
			want: change{third: nil, lesson2: removed(two, "")}, repairs: []string{"credit c2: what it was merged into is gone"},
		},
	})
}
