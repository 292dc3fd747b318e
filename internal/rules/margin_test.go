package rules_test

import (
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

func names(all []rules.Requirement) string {
	var words []string
	for _, r := range all {
		words = append(words, string(r.Name))
	}
	return strings.Join(words, "+")
}
