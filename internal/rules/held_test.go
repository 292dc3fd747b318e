package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// heldPack has a licence that is held by category and has a first period.
const heldPack = `body: nx
name: State Board
programme: Renewal
cycle: {months: 24, confidence: official, source: page}
editions:
  - from: 2018-07-01
    total: {points: 24, confidence: official, source: page}
    category: {points: 1, confidence: official, source: categories}
    first-period:
      - {within: 6, points: 0, confidence: official, source: late}
      - {within: 12, points: 12, confidence: official, source: later}
    requirements:
      - {requirement: ethics, points: 2, confidence: official, source: page}
      - {requirement: other, points: 22, confidence: official, source: page}
    credentials:
      CLP: {name: Laboratory Personnel}
      CLQ: {name: Less sure, confidence: assumed, source: hearsay}
`

func heldEdition(t testing.TB, code string) *rules.Edition {
	t.Helper()
	e, err := with(rules.PackFile{Name: "nx.yaml", Data: []byte(heldPack)}).Edition(ledger.CredentialName{Body: "nx", Code: code}, day(t, "2028-06-30"))
	need(t, err)
	return e
}

// outline writes the total and the requirements as "24: ethics 2, other 22".
func outline(e *rules.Edition) string {
	var parts []string
	for _, r := range e.Requirements {
		parts = append(parts, fmt.Sprintf("%s %s", r.Name, r.Points))
	}
	return e.Total.Points.String() + ": " + strings.Join(parts, ", ")
}

func TestEditionFor(t *testing.T) {
	tests := []struct {
		name, certified, categories, last string
		later                             bool // not the first cycle
		want                              string
	}{
		{"nothing stated", "", "", "2028-06-30", false, "24: ethics 2, other 22"},
		{"a category", "", "chemistry", "2028-06-30", false, "24: chemistry 1, ethics 2, other 21"},
		{"in the holder's order", "", "hematology chemistry", "2028-06-30", false, "24: hematology 1, chemistry 1, ethics 2, other 20"},
		{"one that everybody needs", "", "chemistry ethics", "2028-06-30", false, "24: chemistry 1, ethics 2, other 21"},
		{"the day before 12 months", "2027-06-30", "", "2028-06-30", false, "24: ethics 2, other 22"},
		{"12 months", "2027-07-01", "", "2028-06-30", false, "12: ethics 2, other 10"},
		{"the day before 6 months", "2027-12-31", "", "2028-06-30", false, "12: ethics 2, other 10"},
		{"6 months", "2028-01-01", "", "2028-06-30", false, "0: other 0"},
		{"on the last day", "2028-06-30", "", "2028-06-30", false, "0: other 0"},
		{"after it", "2028-07-01", "", "2028-06-30", false, "24: ethics 2, other 22"},
		{"a later cycle", "2028-01-01", "", "2028-06-30", true, "24: ethics 2, other 22"},
		{"without days", "2028-01-01", "", "", false, "24: ethics 2, other 22"},
		{"to the end of February, 6 months", "2027-09-01", "", "2028-02-29", false, "0: other 0"},
		{"to the end of February, the day before", "2027-08-31", "", "2028-02-29", false, "12: ethics 2, other 10"},
		{"both", "2027-07-01", "chemistry hematology", "2028-06-30", false, "12: chemistry 1, hematology 1, ethics 2, other 8"},
		{"nothing to take from", "2028-01-01", "chemistry", "2028-06-30", false, "0: other 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, y := ledger.Credential{Cycles: []ledger.Cycle{{ID: 1}}}, ledger.Cycle{ID: 1}
			for _, name := range strings.Fields(tt.categories) {
				c.Categories = append(c.Categories, ledger.Topic(name))
			}
			if tt.certified != "" {
				c.Certified = day(t, tt.certified)
			}
			if tt.last != "" {
				y.Last = day(t, tt.last)
			}
			if tt.later {
				y.ID = 2
			}
			plain := heldEdition(t, "CLP")
			e := plain.For(c, y)
			if got := outline(e); got != tt.want {
				t.Errorf("For() = %s, want %s", got, tt.want)
			}
			if got := outline(e.For(c, y)); got != tt.want {
				t.Errorf("twice = %s, want %s", got, tt.want)
			}
			if got := outline(plain); got != "24: ethics 2, other 22" {
				t.Errorf("the edition itself became %s", got)
			}
		})
	}
}

// What is taken from a figure makes it derived, and the figures of a category and of a first
// period are as sure as their credential.
func TestEditionForProvenance(t *testing.T) {
	c := ledger.Credential{Certified: day(t, "2027-07-01"), Categories: []ledger.Topic{"chemistry"}}
	for code, want := range map[string]string{
		"CLP": "official later; official categories; official page; derived page; ",
		"CLQ": "assumed later; hearsay; assumed categories; hearsay; assumed page; hearsay; assumed page; hearsay; ",
	} {
		e := heldEdition(t, code).For(c, ledger.Cycle{Last: day(t, "2028-06-30")})
		got := fmt.Sprintf("%s %s; ", e.Total.Confidence, e.Total.Source)
		for _, r := range e.Requirements {
			got += fmt.Sprintf("%s %s; ", r.Confidence, r.Source)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", code, diff)
		}
	}
}

// What was required of a declared cycle stays: its names, points and sources, with the topics
// of the edition, or that of the name.
func TestEditionAs(t *testing.T) {
	edition := heldEdition(t, "CLP")
	late := ledger.Credential{Certified: day(t, "2027-07-01"), Categories: []ledger.Topic{"chemistry"}}
	then := edition.For(late, ledger.Cycle{Last: day(t, "2028-06-30")})
	d := ledger.Declaration{Required: then.Total.Points, Confidence: string(then.Total.Confidence), Source: then.Total.Stated()}
	for _, r := range then.Requirements {
		d.Requirements = append(d.Requirements, ledger.DeclaredRequirement{Name: r.Name, Title: r.Title, Required: r.Points, Confidence: string(r.Confidence), Source: r.Stated()})
	}
	then.Period = nil // of which nobody asks any more
	if diff := cmp.Diff(then, edition.As(d)); diff != "" {
		t.Errorf("As() (-as it was +got):\n%s", diff)
	}
	d.Requirements[1].Name, d.Confidence = "safety-specialty", "certain"
	if e := edition.As(d); outline(e) != "12: chemistry 1, safety-specialty 2, other 9" || e.Total.Confidence != rules.Assumed || !e.Requirements[2].Takes("") {
		t.Errorf("As() = %s, %s", outline(e), e.Total.Confidence)
	}
}

// A category for which other has no points is not asked for, and that can be said; in a
// first period it is meant.
func TestUnasked(t *testing.T) {
	held := ledger.Credential{Categories: []ledger.Topic{"chemistry", "ethics", "hematology"}}
	for other, want := range map[ledger.Points]string{2200: "[]", 200: "[]", 199: "[hematology]", 99: "[chemistry hematology]"} {
		e := *heldEdition(t, "CLP")
		e.Requirements = slices.Clone(e.Requirements)
		e.Requirements[1].Points, e.Total.Points = other, other+200
		if got := fmt.Sprint(e.For(held, ledger.Cycle{Last: day(t, "2028-06-30")}).Unasked(held.Categories)); got != want {
			t.Errorf("other %s: unasked are %s, want %s", other, got, want)
		}
	}
	held.Certified = day(t, "2028-01-01")
	if got := heldEdition(t, "CLP").For(held, ledger.Cycle{Last: day(t, "2028-06-30")}).Unasked(held.Categories); got != nil {
		t.Errorf("in a first period unasked are %s", got)
	}
}

func TestCheckCategories(t *testing.T) {
	many := ledger.Topics()[2:]
	tests := []struct {
		name       string
		categories []ledger.Topic
		want       string
	}{
		{"none", nil, ""},
		{"two", []ledger.Topic{"chemistry", "hematology"}, ""},
		{"as many as other has points", many[:22], ""},
		{"one more", append(many[:22:22], "safety"), "23 categories are too many; the rules have room for 22"},
		{"one that everybody needs", []ledger.Topic{"chemistry", "ethics"}, "everybody needs ethics, so it is no category"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := heldEdition(t, "CLP").CheckCategories(tt.categories); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("CheckCategories() = %q, want %q", got, tt.want)
			}
		})
	}
	err := account(t, "ascp", "MLS", "2027-03-31").Edition.CheckCategories([]ledger.Topic{"immunology"})
	if err == nil || err.Error() != "its rules have no categories" {
		t.Errorf("CheckCategories() of MLS = %v", err)
	}
}

// However a credential is held, the requirements add up to the total, none is there twice, and a
// category never raises it.
func TestEditionForAddsUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := ledger.Credential{
			Certified:  day(t, "2026-07-01") + ledger.Date(rapid.IntRange(0, 800).Draw(r, "certified")),
			Categories: rapid.SliceOfDistinct(rapid.SampledFrom(ledger.Topics()), rapid.ID[ledger.Topic]).Draw(r, "categories"),
		}
		y := ledger.Cycle{Last: day(t, "2028-06-30")}
		e := heldEdition(t, "CLP").For(c, y)
		bare := c
		bare.Categories = nil
		var sum ledger.Points
		seen := map[ledger.Requirement]bool{}
		for _, x := range e.Requirements {
			if sum += x.Points; seen[x.Name] || len(e.Requirements) > 1 && x.Points == 0 {
				r.Fatalf("%s: %s", x.Name, outline(e))
			}
			seen[x.Name] = true
		}
		if without := heldEdition(t, "CLP").For(bare, y); sum != e.Total.Points || without.Total != e.Total {
			r.Fatalf("%s, without categories %s", outline(e), outline(without))
		}
	})
}
