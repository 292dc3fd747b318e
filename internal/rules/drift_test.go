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
		want   []string // the rest of each sentence after "credit 12 was declared "
	}{
		{"nothing", func(*ledger.Credit) {}, false, nil},
		{"date", func(c *ledger.Credit) { c.Date++ }, true, []string{"with the date 2025-05-02 and has 2025-05-03 now"}},
		{"points", func(c *ledger.Credit) { c.Points = 150 }, true, []string{"with 2 points and has 1.5 now"}},
		{"activity", func(c *ledger.Credit) { c.Activity = ledger.CollegeCourse }, true, []string{"with the activity course and has college-course now"}},
		{"title", func(c *ledger.Credit) { c.Title = "Sharps" }, false, []string{`with the title "Bloodborne pathogens" and has "Sharps" now`}},
		{"provider", func(c *ledger.Credit) { c.Provider = "" }, false, []string{`with the provider "LabCE" and has none now`}},
		{"reference", func(c *ledger.Credit) { c.Reference = "C-2" }, false, []string{`with the reference "C-1" and has "C-2" now`}},
		{"url", func(c *ledger.Credit) { c.URL = "" }, false, []string{`with the url "https://example.org/1" and has none now`}},
		{"another note", func(c *ledger.Credit) { c.Note = "one evening" }, false, []string{"with a note and has another now"}},
		{"no note", func(c *ledger.Credit) { c.Note = "" }, false, []string{"with a note and has none now"}},
		{"topics in another order", topics("chemistry;safety=1"), false, nil},
		{"a topic fewer", topics("chemistry"), true, []string{"with the topics safety=1;chemistry and has chemistry now"}},
		{"a topic more", topics("safety=1;chemistry;quality"), true, []string{"with the topics safety=1;chemistry and has safety=1;chemistry;quality now"}},
		{"a topic in place of another", topics("safety=1;hematology"), true, []string{"with the topics safety=1;chemistry and has safety=1;hematology now"}},
		{"another limit", topics("safety;chemistry"), true, []string{"with the topics safety=1;chemistry and has safety;chemistry now"}},
		{"no topics", topics(""), true, []string{"with the topics safety=1;chemistry and has none now"}},
		{"from no provider", func(c *ledger.Credit) { c.Provider = "" }, false, []string{`without a provider and has "LabCE" now`}},
		{"from no topics", topics(""), true, []string{"without a topic and has safety=1;chemistry now"}},
		{"from no note", func(c *ledger.Credit) { c.Note = "" }, false, []string{"without a note and has one now"}},
		{"from one point", func(c *ledger.Credit) { c.Points = 100 }, true, []string{"with 1 point and has 2 now"}},
		{"what neither was declared nor shows", func(c *ledger.Credit) { c.Import = 7 }, false, nil},
		{"two fields, in the order of a credit", func(c *ledger.Credit) { c.Points, c.Title = 1, "Sharps" }, true, []string{
			`with the title "Bloodborne pathogens" and has "Sharps" now`, "with 2 points and has 0.01 now",
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
				want = append(want, "credit 12 was declared "+w)
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
