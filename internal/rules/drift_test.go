package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// declaredCredit is a credit with every field set.
func declaredCredit(t testing.TB) ledger.Credit {
	c := credit(t, 12, "2025-05-02", 200, "safety=1;chemistry")
	c.UID, c.Title, c.Provider, c.Reference = "u12", "Bloodborne pathogens", "LabCE", "C-1"
	c.URL, c.Note = "https://example.org/1", "two evenings"
	return c
}

// Every field has its sentence, and only some of them bear on what was
// claimed.
func TestDrift(t *testing.T) {
	topics := func(text string) func(*ledger.Credit) {
		return func(c *ledger.Credit) { c.Topics = credit(t, 0, "2025-05-02", 1, text).Topics }
	}
	tests := []struct {
		name   string
		change func(*ledger.Credit)
		claim  bool
		want   []string // the rest of each sentence after "credit 12: "
	}{
		{"nothing", func(*ledger.Credit) {}, false, nil},
		{"date", func(c *ledger.Credit) { c.Date++ }, true, []string{"date 2025-05-02 when declared, 2025-05-03 now"}},
		{"points", func(c *ledger.Credit) { c.Points = 150 }, true, []string{"points 2 when declared, 1.5 now"}},
		{"activity", func(c *ledger.Credit) { c.Activity = ledger.CollegeCourse }, true, []string{"activity course when declared, college-course now"}},
		{"title", func(c *ledger.Credit) { c.Title = "Sharps" }, false, []string{`title "Bloodborne pathogens" when declared, "Sharps" now`}},
		{"provider", func(c *ledger.Credit) { c.Provider = "" }, false, []string{`provider "LabCE" when declared, none now`}},
		{"reference", func(c *ledger.Credit) { c.Reference = "C-2" }, false, []string{`reference "C-1" when declared, "C-2" now`}},
		{"url", func(c *ledger.Credit) { c.URL = "" }, false, []string{`url "https://example.org/1" when declared, none now`}},
		{"another note", func(c *ledger.Credit) { c.Note = "one evening" }, false, []string{`note "two evenings" when declared, "one evening" now`}},
		{"no note", func(c *ledger.Credit) { c.Note = "" }, false, []string{`note "two evenings" when declared, none now`}},
		{"topics in another order", topics("chemistry;safety=1"), false, nil},
		{"a topic fewer", topics("chemistry"), true, []string{"topics safety=1;chemistry when declared, chemistry now"}},
		{"a topic more", topics("safety=1;chemistry;quality"), true, []string{"topics safety=1;chemistry when declared, safety=1;chemistry;quality now"}},
		{"a topic in place of another", topics("safety=1;hematology"), true, []string{"topics safety=1;chemistry when declared, safety=1;hematology now"}},
		{"another limit", topics("safety;chemistry"), true, []string{"topics safety=1;chemistry when declared, safety;chemistry now"}},
		{"no topics", topics(""), true, []string{"topics safety=1;chemistry when declared, none now"}},
		{"from no provider", func(c *ledger.Credit) { c.Provider = "" }, false, []string{`provider none when declared, "LabCE" now`}},
		{"from no topics", topics(""), true, []string{"topics none when declared, safety=1;chemistry now"}},
		{"from no note", func(c *ledger.Credit) { c.Note = "" }, false, []string{`note none when declared, "two evenings" now`}},
		{"from one point", func(c *ledger.Credit) { c.Points = 100 }, true, []string{"points 1 when declared, 2 now"}},
		{"what neither was declared nor shows", func(c *ledger.Credit) { c.Import = 7 }, false, nil},
		{"two fields, in the order of a credit", func(c *ledger.Credit) { c.Points, c.Title = 1, "Sharps" }, true, []string{
			`title "Bloodborne pathogens" when declared, "Sharps" now`, "points 2 when declared, 0.01 now",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			was, is := declaredCredit(t), declaredCredit(t)
			if strings.HasPrefix(tt.name, "from ") {
				was, is = is, was
				tt.change(&was)
			} else {
				tt.change(&is)
			}
			d := ledger.Declaration{Credits: []ledger.DeclaredCredit{{Requirement: "safety", Points: 100, Credit: was}}}
			var got []string
			var claim bool
			for _, x := range rules.Drift(d, []ledger.Credit{is}) {
				got = append(got, x.Sentences...)
				claim = claim || x.Claim
			}
			var want []string
			for _, w := range tt.want {
				want = append(want, "credit 12: "+w)
			}
			if diff := cmp.Diff(want, got); diff != "" || claim != tt.claim {
				t.Errorf("claim %v, want %v; sentences (-want +got):\n%s", claim, tt.claim, diff)
			}
		})
	}
}

// A credit is the same by its UID, whatever its number; the number tells only
// where either has none.
func TestDriftKnowsCreditsAgain(t *testing.T) {
	tests := []struct {
		name           string
		wasUID         string
		id             int64
		uid            string
		removed, drift bool
	}{
		{"both", "u12", 12, "u12", false, false},
		{"another number", "u12", 40, "u12", false, false},
		{"the number is another credit's", "u12", 12, "u40", true, true},
		{"declared without a UID", "", 12, "u12", false, false},
		{"recorded without a UID", "u12", 12, "", false, false},
		{"no UID and another number", "", 40, "", true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			was, is := declaredCredit(t), declaredCredit(t)
			was.UID, is.ID, is.UID = tt.wasUID, tt.id, tt.uid
			d := ledger.Declaration{Credits: []ledger.DeclaredCredit{{Credit: was}}}
			got := rules.Drift(d, []ledger.Credit{is})
			if len(got) > 0 != tt.drift || tt.drift && strings.HasSuffix(got[0].Sentences[0], "removed since") != tt.removed {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// What was declared from a ledger has not drifted from it. Of what changes
// then, all that was declared is told, and nothing else, each credit once.
func TestDriftTellsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		credits := smallCredits(t)
		var d ledger.Declaration
		var declared []int64
		for _, c := range rapid.Permutation(credits).Draw(t, "order") {
			lines := rapid.IntRange(0, 2).Draw(t, "lines")
			for range lines {
				d.Credits = append(d.Credits, ledger.DeclaredCredit{Credit: c})
			}
			if lines > 0 {
				declared = append(declared, c.ID)
			}
		}
		if got := rules.Drift(d, credits); len(got) > 0 {
			t.Fatalf("unchanged, yet %+v", got)
		}
		now := slices.Clone(credits)
		for i := range now {
			switch rapid.IntRange(0, 2).Draw(t, "becomes") {
			case 0:
				declared = slices.DeleteFunc(declared, func(id int64) bool { return id == now[i].ID })
			case 1:
				now[i].Points++
			case 2:
				now[i].ID = 99
			}
		}
		var told []int64
		for _, x := range rules.Drift(d, now) {
			told = append(told, x.Credit.ID)
		}
		if !slices.Equal(told, declared) {
			t.Fatalf("told of %v, changed are %v", told, declared)
		}
	})
}
