package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// planned writes a plan as lines such as "2 chemistry 2026-11-21..2027-03-31
// MLS chemistry 2".
func planned(accounts []rules.Account, p rules.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", p.Points)
	for _, l := range p.Lines {
		topics := "any"
		if l.Topics != nil {
			topics = fmt.Sprint(l.Topics)
		}
		fmt.Fprintf(&b, "%s %s %s..%s:", l.Points, topics, l.First, l.Last)
		for _, s := range l.Serves {
			fmt.Fprintf(&b, " %s %s %s", accounts[s.Account].Edition.Name.Code, s.Requirement.Name, s.Points)
		}
		b.WriteString("\n")
	}
	for i, n := range p.Needs {
		if n.Lost {
			fmt.Fprintf(&b, "%s is lost by %s\n", accounts[i].Edition.Name.Code, n.Points)
		}
	}
	return b.String()
}

func TestPlan(t *testing.T) {
	with := func(credits ...ledger.Credit) []ledger.Credit { return credits }
	tests := []struct {
		name    string
		codes   string // with their last days
		change  func(accounts []rules.Account)
		credits []ledger.Credit
		want    string
	}{
		{
			name:  "one activity serves two credentials of other days",
			codes: "ascp/MLS@2027-03-31 ascp/SBB@2027-07-31",
			credits: with(
				credit(t, 1, "2025-05-05", 3000, "safety;ethics;chemistry;hematology;microbiology"),
			),
			want: `10
6 [blood-banking] 2026-11-21..2027-03-31: MLS blood-banking 2 MLS other 4 SBB blood-banking 6
4 [blood-banking] 2026-11-21..2027-07-31: SBB blood-banking 4
`,
		},
		{
			name:   "a declared cycle needs nothing",
			codes:  "ascp/MLS@2027-03-31 ascp/PBT@2027-03-31",
			change: func(a []rules.Account) { declare(&a[0]) },
			want: `9
1 [safety] 2026-11-21..2027-03-31: PBT safety 1
1 [ethics] 2026-11-21..2027-03-31: PBT ethics 1
2 [phlebotomy] 2026-11-21..2027-03-31: PBT phlebotomy 2
5 any 2026-11-21..2027-03-31: PBT other 5
`,
		},
		{
			name:  "an expired credential of AMT is lost, and nothing serves it",
			codes: "amt/RMA@2026-11-20 amt/RPT@2026-11-21",
			credits: with(
				credit(t, 1, "2026-05-05", 2200, ""),
			),
			want: `2
2 any 2026-11-21..2026-11-21: RPT other 2
RMA is lost by 8
`,
		},
		{
			name:  "an expired credential of ASCP counts the last three years, until a credit is too old",
			codes: "ascp/PBT@2026-10-31",
			credits: with(
				credit(t, 1, "2023-12-05", 200, "phlebotomy"),
				credit(t, 2, "2026-05-05", 500, "safety;ethics"),
			),
			want: `2
2 any 2026-11-21..2026-12-04: PBT other 2
`,
		},
		{
			name:  "a cycle that has not begun is earned for once it has",
			codes: "ascp/QLI@2027-03-31 ascp/QLS@2030-03-31",
			credits: with(
				credit(t, 1, "2026-05-05", 600, "informatics"),
			),
			want: `10
1 [safety] 2026-11-21..2027-03-31: QLI safety 1
1 [ethics] 2026-11-21..2027-03-31: QLI ethics 1
7 [safety] 2027-04-01..2030-03-31: QLS safety 1 QLS safety-specialty 6
1 [ethics] 2027-04-01..2030-03-31: QLS ethics 1
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var accounts []rules.Account
			for _, word := range strings.Fields(tt.codes) {
				name, last, _ := strings.Cut(word, "@")
				body, code, _ := strings.Cut(name, "/")
				a := account(t, body, code, last)
				a.Credits = tt.credits
				accounts = append(accounts, a)
			}
			if tt.change != nil {
				tt.change(accounts)
			}
			got := planned(accounts, rules.NewPlan(accounts, day(t, "2026-11-21")))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("NewPlan() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// What is too old the day after is named, on the day itself and not before.
func TestPlanFading(t *testing.T) {
	tests := []struct{ date, last string }{
		{"2024-02-27", "2027-02-26"},
		{"2024-02-28", "2027-02-27"},
		{"2024-02-29", "2027-02-28"},
		{"2024-03-01", "2027-02-28"},
		{"2025-02-28", "2028-02-27"},
		{"2025-03-01", "2028-02-29"},
	}
	for _, tt := range tests {
		t.Run(tt.date, func(t *testing.T) {
			a := account(t, "ascp", "PBT", "2026-10-31")
			a.Credits = []ledger.Credit{credit(t, 1, tt.date, 100, ""), credit(t, 2, "2026-01-01", 100, "")}
			need := rules.NewPlan([]rules.Account{a}, day(t, "2026-11-21")).Needs[0]
			if need.Last != day(t, tt.last) || len(need.Fading) != 1 || need.Fading[0].ID != 1 {
				t.Fatalf("last day %s, fading %v; want %s and credit 1", need.Last, need.Fading, tt.last)
			}
			for day, want := range map[ledger.Date]ledger.Points{need.Last: 200, need.Last + 1: 100} {
				if got := rules.Evaluate(a, day).Recorded; got != want {
					t.Errorf("%s points count on %s, want %s", got, day, want)
				}
			}
		})
	}
}

// Ten credentials, each of which needs a point in one of two of five topics,
// need four points: of any three topics, one credential goes without. Halves
// of five points would do, so the bounds alone prove three.
func TestPlanOfWholePoints(t *testing.T) {
	const asked = 1
	var accounts []rules.Account
	for i := range 5 {
		for j := range i {
			e := &rules.Edition{
				Programme: &rules.Programme{},
				Total:     rules.Figure{Points: asked},
				Requirements: []rules.Requirement{{
					Name: "either", Figure: rules.Figure{Points: asked},
					Topics: []ledger.Topic{ledger.Topics()[i], ledger.Topics()[j]},
				}},
			}
			accounts = append(accounts, rules.Account{Edition: e, Cycle: ledger.Cycle{First: firstDay, Last: lastDay}})
		}
	}
	plan := rules.NewPlan(accounts, someDay)
	if plan.Points != 4 || plan.Proved != 3 {
		t.Errorf("a plan of %d, proved %d; want 4 and 3", plan.Points, plan.Proved)
	}
}
