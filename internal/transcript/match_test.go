package transcript_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// known files credits by identity, as a ledger gives them.
func known(credits ...ledger.Known) map[string][]ledger.Known {
	m := map[string][]ledger.Known{}
	for _, k := range credits {
		m[k.Credit.Identity()] = append(m[k.Credit.Identity()], k)
	}
	return m
}

func TestMatch(t *testing.T) {
	plain := ledger.Credit{Date: 739000, Title: "Gram stains", Provider: "LabCE", Points: 100}
	spaced := ledger.Credit{Date: 739000, Title: " gram  STAINS", Provider: "labce", Points: 100, Note: "mine"}
	numbered := ledger.Credit{Date: 739000, Title: "Gram stains", Provider: "LabCE", Points: 100, Reference: "LC-1"}
	retitled, more, both := numbered, numbered, numbered
	retitled.Title = "Gram stains, revised"
	more.Points = 150
	both.Title, both.Points = "Another", 200

	with := func(id int64, c ledger.Credit) ledger.Credit { c.ID = id; return c }
	live := func(id int64, c ledger.Credit) ledger.Known { return ledger.Known{Credit: with(id, c)} }
	gone := func(id int64, c ledger.Credit) ledger.Known {
		return ledger.Known{Credit: with(id, c), Removed: true}
	}
	tests := []struct {
		name  string
		rows  []ledger.Credit
		known []ledger.Known
		want  string // kind, ID of the existing credit and changes, occurrence
	}{
		{"nothing known", []ledger.Credit{plain}, nil, "new 0 [] 1"},
		{"the second equal row is a second credit", []ledger.Credit{plain, spaced}, nil, "new 0 [] 1, new 0 [] 2"},
		{"case, blanks and notes do not matter", []ledger.Credit{spaced}, []ledger.Known{live(1, plain)}, "duplicate 1 [] 1"},
		{"the surplus is new", []ledger.Credit{plain, plain}, []ledger.Known{live(1, plain)}, "duplicate 1 [] 1, new 0 [] 2"},
		{"the ledger may have more", []ledger.Credit{plain}, []ledger.Known{live(1, plain), live(2, plain)}, "duplicate 1 [] 1"},
		{"removed", []ledger.Credit{plain}, []ledger.Known{gone(1, plain)}, "removed 1 [] 1"},
		{"removed ones come last", []ledger.Credit{plain, plain, plain}, []ledger.Known{gone(1, plain), live(2, plain)},
			"duplicate 2 [] 1, removed 1 [] 2, new 0 [] 3"},
		{"a reference is another identity", []ledger.Credit{numbered}, []ledger.Known{live(1, plain)}, "new 0 [] 1"},
		{"another title", []ledger.Credit{retitled}, []ledger.Known{live(1, numbered)}, "changed 1 [title] 1"},
		{"other points", []ledger.Credit{more}, []ledger.Known{live(1, numbered)}, "changed 1 [points] 1"},
		{"another title and other points", []ledger.Credit{both}, []ledger.Known{live(1, numbered)}, "changed 1 [title points] 1"},
		{"equal ones are paired before changed ones", []ledger.Credit{retitled, numbered}, []ledger.Known{live(1, numbered)},
			"new 0 [] 1, duplicate 1 [] 2"},
		{"like ones are paired before unlike ones", []ledger.Credit{retitled, more}, []ledger.Known{live(1, both), live(2, numbered)},
			"changed 1 [title points] 1, changed 2 [points] 2"},
		{"changed and removed", []ledger.Credit{more}, []ledger.Known{gone(1, numbered)}, "removed 1 [points] 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var rows []transcript.Row
			for _, c := range tt.rows {
				rows = append(rows, transcript.Row{Credit: c})
			}
			var got []string
			for _, v := range transcript.Match(rows, transcript.Identities(rows), known(tt.known...)) {
				got = append(got, fmt.Sprint(v.Kind, " ", v.Existing.ID, " ", v.Changes, " ", v.Occurrence))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("Match (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMatchRejected(t *testing.T) {
	c := ledger.Credit{Date: 739000, Title: "A", Points: 100}
	rows := []transcript.Row{{Credit: c, Problem: &transcript.Problem{Message: "3 cells"}}, {Credit: c}}
	verdicts := transcript.Match(rows, transcript.Identities(rows), known(ledger.Known{Credit: c}))
	if v := verdicts[0]; v.Kind != transcript.Rejected || v.Occurrence != 0 {
		t.Errorf("row with a problem: %s, occurrence %d", v.Kind, v.Occurrence)
	}
	if v := verdicts[1]; v.Kind != transcript.Duplicate || v.Occurrence != 1 {
		t.Errorf("row behind it: %s, occurrence %d", v.Kind, v.Occurrence)
	}
}

// fewCredits generates credits among which many are equal.
func fewCredits() *rapid.Generator[[]ledger.Credit] {
	one := rapid.Custom(func(t *rapid.T) ledger.Credit {
		return ledger.Credit{
			Date:      739000,
			Title:     rapid.SampledFrom([]string{"A", "a ", "B"}).Draw(t, "title"),
			Points:    rapid.SampledFrom([]ledger.Points{100, 150}).Draw(t, "points"),
			Activity:  ledger.CourseActivity,
			Reference: rapid.SampledFrom([]string{"", "1"}).Draw(t, "reference"),
		}
	})
	return rapid.SliceOfN(one, 0, 8)
}

// importAll returns the ledger behind an import of all that is new.
func importAll(credits, file []ledger.Credit) []ledger.Credit {
	var all []ledger.Known
	for _, c := range credits {
		all = append(all, ledger.Known{Credit: c})
	}
	rows := make([]transcript.Row, len(file))
	for i, c := range file {
		rows[i].Credit = c
	}
	credits = slices.Clone(credits)
	for _, v := range transcript.Match(rows, transcript.Identities(rows), known(all...)) {
		if v.Kind == transcript.New {
			credits = append(credits, v.Row.Credit)
		}
	}
	return credits
}

func counts(credits []ledger.Credit) map[string]int {
	n := map[string]int{}
	for _, c := range credits {
		n[c.Identity()]++
	}
	return n
}

// Importing a file again adds nothing, in whatever order its rows are.
func TestMatchTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := fewCredits().Draw(t, "file")
		once := importAll(fewCredits().Draw(t, "ledger"), file)
		twice := importAll(once, rapid.Permutation(file).Draw(t, "again"))
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Fatalf("second import (-once +twice):\n%s", diff)
		}
	})
}

// Two files leave as many of each credit as the one that has more, whichever
// comes first.
func TestMatchOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := fewCredits().Draw(t, "a"), fewCredits().Draw(t, "b")
		want := counts(a)
		for id, n := range counts(b) {
			want[id] = max(want[id], n)
		}
		if diff := cmp.Diff(want, counts(importAll(importAll(nil, a), b))); diff != "" {
			t.Fatalf("a then b (-most +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, counts(importAll(importAll(nil, b), a))); diff != "" {
			t.Fatalf("b then a (-most +got):\n%s", diff)
		}
	})
}

// The verdicts on equal rows do not depend on where in the file they are.
func TestMatchRowOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ledgerHas []ledger.Known
		for i, c := range fewCredits().Draw(t, "ledger") {
			c.ID = int64(i + 1)
			ledgerHas = append(ledgerHas, ledger.Known{Credit: c, Removed: rapid.Bool().Draw(t, "removed")})
		}
		file := fewCredits().Draw(t, "file")
		judge := func(file []ledger.Credit) []string {
			rows := make([]transcript.Row, len(file))
			for i, c := range file {
				rows[i].Credit = c
			}
			var all []string
			for _, v := range transcript.Match(rows, transcript.Identities(rows), known(ledgerHas...)) {
				c := v.Row.Credit
				c.Title = strings.ToLower(strings.TrimSpace(c.Title))
				all = append(all, fmt.Sprint(c, v.Kind, v.Existing.ID, v.Changes))
			}
			slices.Sort(all)
			return all
		}
		if diff := cmp.Diff(judge(file), judge(rapid.Permutation(file).Draw(t, "order"))); diff != "" {
			t.Fatalf("verdicts in two orders:\n%s", diff)
		}
	})
}
