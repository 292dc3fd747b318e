package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// plainAccount is an account with the requirements given as "safety=1", each
// accepting the topics before a bar, as in "chemistry|hematology:either=2".
func plainAccount(t testing.TB, capPercent int, requirements string, credits ...ledger.Credit) rules.Account {
	t.Helper()
	cycle := ledger.Cycle{ID: 1, First: day(t, "2024-04-01"), Last: day(t, "2027-03-31")}
	e := &rules.Edition{Programme: &rules.Programme{
		Cycle: rules.Span{Months: 36},
		Caps:  []rules.Cap{{Activity: ledger.CollegeCourse, Percent: capPercent}},
	}}
	for text := range strings.FieldsSeq(requirements) {
		name, points, _ := strings.Cut(text, "=")
		r := rules.Requirement{Name: ledger.Requirement(name)}
		if err := r.Points.UnmarshalText([]byte(points)); err != nil {
			t.Fatal(err)
		}
		if accepted, named, either := strings.Cut(name, ":"); either {
			r.Name = ledger.Requirement(named)
			for topic := range strings.SplitSeq(accepted, "|") {
				r.Topics = append(r.Topics, ledger.Topic(topic))
			}
		} else if r.Name != ledger.Other {
			r.Topics = []ledger.Topic{ledger.Topic(name)}
		}
		e.Requirements = append(e.Requirements, r)
		e.Total.Points += r.Points
	}
	return rules.Account{
		Edition: e, Cycle: cycle, Credits: credits,
		Credential: ledger.Credential{Cycles: []ledger.Cycle{cycle}},
	}
}

// show writes margins as "safety 1, other 2; least 1 in safety".
func show(m rules.Margins) string {
	if m.ToEarn > 0 {
		return fmt.Sprintf("to earn %s%s", m.ToEarn, strings.Repeat("!", len(m.Requirements)+len(m.Tightest)+int(m.Points)))
	}
	var each, sets []string
	for _, r := range m.Requirements {
		each = append(each, fmt.Sprintf("%s %s", r.Name, r.Margin))
	}
	for _, tight := range m.Tightest {
		sets = append(sets, names(tight))
	}
	return fmt.Sprintf("%s; least %s in %s", strings.Join(each, ", "), m.Points, strings.Join(sets, " and in "))
}

func names(all []rules.Requirement) string {
	var words []string
	for _, r := range all {
		words = append(words, string(r.Name))
	}
	return strings.Join(words, "+")
}

func TestMargin(t *testing.T) {
	on := func(id int64, points ledger.Points, topics string) ledger.Credit {
		return credit(t, id, "2025-05-02", points, topics)
	}
	college := func(c ledger.Credit) ledger.Credit {
		c.Activity = ledger.CollegeCourse
		return c
	}
	tests := []struct {
		name, requirements string
		credits            []ledger.Credit
		want               string
	}{
		{"nothing recorded", "safety=1 other=2", nil, "to earn 3"},
		{"only just met", "safety=1 other=2", []ledger.Credit{on(1, 100, "safety"), on(2, 200, "")}, "safety 0, other 0; least 0 in safety and in other"},
		{"a limit counts, not the points", "safety=1 other=1", []ledger.Credit{on(1, 400, "safety=1.25")}, "safety 0.25, other 2; least 0.25 in safety"},
		{"two that share what they have", "chemistry=1 hematology=1", []ledger.Credit{on(1, 250, "chemistry;hematology")}, "chemistry 0.5, hematology 0.5; least 0.5 in chemistry+hematology"},
		{"two sets as tight", "chemistry=1 hematology=1 safety=1", []ledger.Credit{on(1, 250, "chemistry;hematology"), on(2, 150, "safety")}, "chemistry 0.5, hematology 0.5, safety 0.5; least 0.5 in chemistry+hematology and in safety"},
		{"more topics accepted", "chemistry=1 chemistry|hematology:either=1", []ledger.Credit{on(1, 150, "chemistry"), on(2, 100, "hematology")}, "chemistry 0.5, either 0.5; least 0.5 in chemistry and in chemistry+either"},
		{"a cap bounds it, though points beyond the cap could be struck too", "safety=1 other=3", []ledger.Credit{college(on(1, 900, "safety")), on(2, 900, "")}, "safety 1, other 7; least 1 in safety"},
		{"what is to come is no margin", "other=1", []ledger.Credit{on(1, 150, ""), credit(t, 2, "2026-11-22", 900, "")}, "other 0.5; least 0.5 in other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := plainAccount(t, 50, tt.requirements, tt.credits...)
			if got := show(rules.Margin(a, day(t, "2026-11-21"))); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// What another cycle of the credential holds of a credit is not there to be
// struck.
func TestMarginBesideAnotherCycle(t *testing.T) {
	a := plainAccount(t, 50, "safety=1 other=2", credit(t, 1, "2025-05-02", 300, "safety"), credit(t, 2, "2025-05-02", 200, ""))
	a.Credential.Cycles = append(a.Credential.Cycles, ledger.Cycle{ID: 2, First: a.Cycle.First, Last: a.Cycle.Last})
	a.Allocations = []ledger.Allocation{{Credit: 1, Cycle: 2, Requirement: "safety", Points: 150}}
	if got, want := show(rules.Margin(a, day(t, "2026-11-21"))), "safety 0.5, other 0.5; least 0.5 in safety and in other"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
