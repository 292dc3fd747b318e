package rules_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func TestCompare(t *testing.T) {
	book := rules.Builtin()
	edition := func(body, code, last string) *rules.Edition {
		t.Helper()
		e, err := book.Edition(ledger.CredentialName{Body: body, Code: code}, date(last))
		need(t, err)
		return e
	}
	tests := []struct {
		name, code, before, after string
		want                      []string
	}{
		{"more of the own area", "BB", "2023-12-31", "2024-01-01", []string{
			"safety 1 1 0", "ethics 1 1 0", "blood-banking 2 8 6", "other 32 26 -6", "total 36 36 0"}},
		{"a requirement that is new", "MLT", "2022-12-31", "2023-01-01", []string{
			"safety 1 1 0", "ethics - 1 1", "blood-banking 2 2 0", "chemistry 2 2 0", "hematology 2 2 0",
			"microbiology 2 2 0", "other 27 26 -1", "total 36 36 0"}},
		{"the newer one first", "QIHC", "2024-01-01", "2023-12-31", []string{
			"immunohistochemistry 6 6 0", "safety 1 - -1", "ethics 1 - -1", "total 8 6 -2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			points := func(f *rules.Figure) string {
				if f == nil {
					return "-"
				}
				return f.Points.String()
			}
			before, after := edition("ascp", tt.code, tt.before), edition("ascp", tt.code, tt.after)
			var got []string
			var sum ledger.Points
			for _, c := range rules.Compare(before, after) {
				got = append(got, fmt.Sprintf("%s %s %s %d", c.Requirement, points(c.Before), points(c.After), c.Change/100))
				if c.Requirement != rules.Total {
					sum += c.Change
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if sum != after.Total.Points-before.Total.Points {
				t.Errorf("the changes add up to %s", sum)
			}
		})
	}
}
