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

// groupsOf says which credits are in which group, and by which pairs.
func groupsOf(groups []transcript.Group) string {
	var all []string
	for _, g := range groups {
		var s []string
		for _, c := range g.Credits {
			s = append(s, fmt.Sprint(c.ID))
		}
		text := strings.Join(s, " ") + ":"
		for _, p := range g.Pairs {
			text += fmt.Sprintf(" %d=%d", p[0].ID, p[1].ID)
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

func TestDuplicates(t *testing.T) {
	credit := func(day ledger.Date, points ledger.Points, title, reference string) ledger.Credit {
		return ledger.Credit{Date: 739000 + day, Points: points, Title: title, Reference: reference}
	}
	tests := []struct {
		name    string
		credits []ledger.Credit
		want    string
	}{
		{"none", nil, ""},
		{"equal", []ledger.Credit{credit(0, 100, "Sepsis", ""), credit(0, 100, "Sepsis", "")}, "1 2: 1=2"},
		{"three are one group", []ledger.Credit{credit(0, 100, "Sepsis", ""), credit(0, 100, "Sepsis", ""), credit(0, 100, "Sepsis", "")},
			"1 2 3: 1=2 1=3"},
		{"connected by the last", []ledger.Credit{
			credit(0, 100, "Sepsis markers", ""), credit(0, 100, "Antibody panels", ""), credit(0, 100, "Sepsis markers and antibody panels", "")},
			"1 2 3: 1=3 2=3"},
		{"two groups", []ledger.Credit{
			credit(0, 100, "Sepsis", ""), credit(0, 100, "Gram stains", ""), credit(0, 100, "Gram stain", ""), credit(0, 100, "sepsis", "")},
			"1 4: 1=4; 2 3: 2=3"},
		{"by title and by reference", []ledger.Credit{
			credit(0, 100, "Sepsis", ""), credit(0, 100, "Sepsis", "CE-7"), credit(9, 100, "Sepsis", "CE-7")}, "1 2 3: 1=2 2=3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, groupsOf(transcript.Duplicates(numbered(tt.credits)))); diff != "" {
				t.Errorf("Duplicates (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLookAlike(t *testing.T) {
	credit := func(day ledger.Date, points ledger.Points, title, reference string) ledger.Credit {
		return ledger.Credit{Date: 739000 + day, Points: points, Title: title, Reference: reference}
	}
	one := credit(0, 100, "Sepsis markers", "CE-7")
	tests := []struct {
		name       string
		other      ledger.Credit
		looks, may bool
	}{
		{"the same", credit(0, 100, "Sepsis markers", "CE-7"), true, true},
		{"without a reference", credit(0, 100, "Sepsis markers", ""), true, true},
		{"another reference", credit(0, 100, "Sepsis markers", "CE-8"), true, true},
		{"another title", credit(0, 100, "Blood bank audits", ""), false, false},
		{"the next day", credit(1, 100, "Sepsis markers", ""), false, true},
		{"31 days later", credit(31, 100, "Sepsis markers", ""), false, true},
		{"32 days later", credit(32, 100, "Sepsis markers", ""), false, false},
		{"other points", credit(0, 150, "Sepsis markers", ""), false, true},
		{"the reference, 31 days later", credit(31, 100, "Blood bank audits", "ce-7"), true, true},
		{"the reference, 31 days earlier", credit(-31, 150, "Sepsis marker", "CE-7"), true, true},
		{"the reference, 32 days later", credit(32, 100, "Sepsis markers", "CE-7"), false, true},
		{"the reference, 32 days earlier", credit(-32, 100, "Sepsis markers", "CE-7"), false, true},
		{"the reference and nothing else", credit(0, 150, "Blood bank audits", "CE-7"), false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, pair := range [][2]ledger.Credit{{one, tt.other}, {tt.other, one}} {
				if got := transcript.LookAlike(pair[0], pair[1]); got != tt.looks {
					t.Errorf("LookAlike: %v", got)
				}
				if got := transcript.MayBeOne(pair[0], pair[1]); got != tt.may {
					t.Errorf("MayBeOne: %v", got)
				}
			}
		})
	}
	if transcript.LookAlike(credit(0, 100, "Sepsis", "n/a"), credit(1, 100, "Sepsis", "N/A")) {
		t.Error("no reference is taken for one in common")
	}
}

// Groups are what is connected by looking alike, and as many pairs as it takes
// connect each.
func TestDuplicatesAreConnected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		credits := numbered(likeCredits().Draw(t, "credits"))
		of := map[int64]int{} // the component of each credit
		for i, c := range credits {
			of[c.ID] = i
		}
		for range credits {
			for _, a := range credits {
				for _, b := range credits {
					if transcript.LookAlike(a, b) {
						of[a.ID] = min(of[a.ID], of[b.ID])
					}
				}
			}
		}
		var want [][]int64
		for i := range credits {
			var ids []int64
			for _, c := range credits {
				if of[c.ID] == i {
					ids = append(ids, c.ID)
				}
			}
			if len(ids) > 1 {
				want = append(want, ids)
			}
		}
		var got [][]int64
		for _, g := range transcript.Duplicates(credits) {
			var ids []int64
			for _, c := range g.Credits {
				ids = append(ids, c.ID)
			}
			got = append(got, ids)
			if len(g.Pairs) != len(g.Credits)-1 {
				t.Fatalf("%d credits are connected by %d pairs", len(g.Credits), len(g.Pairs))
			}
			for _, p := range g.Pairs {
				if p[0].ID >= p[1].ID || !transcript.LookAlike(p[0], p[1]) || !slices.Contains(ids, p[0].ID) || !slices.Contains(ids, p[1].ID) {
					t.Fatalf("pair %d=%d of %d", p[0].ID, p[1].ID, ids)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("groups (-want +got):\n%s", diff)
		}
	})
}

// crowd returns many credits of one day, worth and reference, of which each
// title comes copies times: with other spelling, as may be.
func crowd(n, copies int) []ledger.Credit {
	words := strings.Fields("hemolysis coagulation sepsis antibody analyzer quality panel case stain virus")
	all := make([]ledger.Credit, n)
	for i := range all {
		k := i / copies
		title := fmt.Sprint(words[k%10], " ", words[k/10%10], " and ", words[k/100%10], ", part ", k)
		if i%2 == 1 {
			title = strings.ToUpper(title) + "."
		}
		all[i] = ledger.Credit{ID: int64(i + 1), Date: 739000, Points: 100, Title: title}
	}
	return all
}

// Among very many credits of one day and worth, what is the same is found.
func TestDuplicatesInACrowd(t *testing.T) {
	for _, copies := range []int{2, 3, 100} {
		groups := transcript.Duplicates(crowd(6000, copies))
		if len(groups) != 6000/copies {
			t.Errorf("%d groups of %d copies", len(groups), copies)
		}
		for _, g := range groups {
			if len(g.Credits) != copies {
				t.Fatalf("a group of %d, not of %d: %s", len(g.Credits), copies, groupsOf([]transcript.Group{g}))
			}
		}
	}
	series := crowd(2000, 1)
	for i := range series {
		series[i].Date += ledger.Date(i / 4 * 10)
		series[i].Points += ledger.Points(i % 4)
		series[i].Reference = "CE-7"
	}
	if groups := transcript.Duplicates(series); len(groups) != 4 {
		t.Errorf("%d groups of one reference and four worths", len(groups))
	}
	var verdicts []transcript.Verdict
	for _, r := range rowsOf(crowd(3000, 1)) {
		verdicts = append(verdicts, transcript.Verdict{Row: &r, Kind: transcript.New})
	}
	if alike := transcript.LookAlikes(verdicts, crowd(6000, 2)); len(alike) != 3000 {
		t.Errorf("%d of 3000 rows look alike", len(alike))
	}
}

// BenchmarkDuplicates looks through credits of one day and worth: no two are
// the same, and all are.
func rowsOf(credits []ledger.Credit) []transcript.Row {
	rows := make([]transcript.Row, len(credits))
	for i, c := range credits {
		c.ID = 0
		rows[i].Credit = c
	}
	return rows
}

func BenchmarkDuplicates(b *testing.B) {
	for name, copies := range map[string]int{"unlike": 1, "alike": 100_000} {
		b.Run(name, func(b *testing.B) {
			credits := crowd(100_000, copies)
			b.ReportAllocs()
			for b.Loop() {
				transcript.Duplicates(credits)
			}
		})
	}
}
