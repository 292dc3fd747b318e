package rules_test

import (
	"fmt"
	"math/rand/v2"
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
		on      string // 2026-11-21, unless given
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
			name:  "an expired credential of ASCP counts the last three years",
			codes: "ascp/PBT@2026-10-31",
			credits: with(
				credit(t, 1, "2023-12-05", 200, "phlebotomy"),
				credit(t, 2, "2026-05-05", 500, "safety;ethics"),
				credit(t, 3, "2026-12-04", 100, ""),
			),
			want: `2
2 any 2026-11-21..2026-11-21: PBT other 2
`,
		},
		{
			name:  "on another day it counts the three years before that, with what comes until then",
			codes: "ascp/PBT@2026-10-31 ascp/QIA@2027-12-31",
			on:    "2026-12-04",
			credits: with(
				credit(t, 1, "2023-12-05", 200, "phlebotomy"),
				credit(t, 2, "2026-05-05", 500, "safety;ethics"),
				credit(t, 3, "2026-12-04", 100, "apheresis"),
			),
			want: `5
1 [apheresis] 2026-11-21..2026-12-04: PBT other 1 QIA apheresis 1
4 [apheresis] 2026-11-21..2027-12-31: QIA apheresis 4
`,
		},
		{
			name:    "a day later a credit is too old",
			codes:   "ascp/PBT@2026-10-31",
			on:      "2026-12-05",
			credits: with(credit(t, 1, "2023-12-05", 900, "phlebotomy;safety=1;ethics=1")),
			want: `9
1 [safety] 2026-11-21..2026-12-05: PBT safety 1
1 [ethics] 2026-11-21..2026-12-05: PBT ethics 1
2 [phlebotomy] 2026-11-21..2026-12-05: PBT phlebotomy 2
5 any 2026-11-21..2026-12-05: PBT other 5
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
			today := day(t, "2026-11-21")
			on := today
			if tt.on != "" {
				on = day(t, tt.on)
			}
			got := planned(accounts, rules.NewPlan(accounts, today, on))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("NewPlan() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// eitherOf is an account that needs a hundredth of a point in one of some topics.
func eitherOf(topics ...ledger.Topic) rules.Account {
	one := rules.Figure{Points: 1}
	return rules.Account{
		Edition: &rules.Edition{
			Programme: &rules.Programme{Caps: []rules.Cap{{Activity: ledger.CollegeCourse, Percent: 50}}}, Total: one,
			Requirements: []rules.Requirement{{Name: "either", Figure: one, Topics: topics}},
		},
		Cycle: ledger.Cycle{First: firstDay, Last: lastDay},
	}
}

// Ten credentials, each of which needs a point in one of two of five topics,
// need four points: of any three topics, one credential goes without. Halves
// of five points would do, so the bounds alone prove three.
func TestPlanOfWholePoints(t *testing.T) {
	var accounts []rules.Account
	for i := range 5 {
		for j := range i {
			accounts = append(accounts, eitherOf(ledger.Topics()[i], ledger.Topics()[j]))
		}
	}
	plan := rules.NewPlan(accounts, someDay, someDay)
	if plan.Points != 4 || !plan.Proved || plan.Gap != 0 {
		t.Errorf("a plan of %d, proved %t, at most %d too many; want 4, proved", plan.Points, plan.Proved, plan.Gap)
	}
}

// Where the search stops at its limit, the plan does all the same, with nothing to
// spare in any line, and says by how much it may be too long.
func TestPlanStopsAtItsLimit(t *testing.T) {
	topic := func(i int) ledger.Topic { return ledger.Topic(fmt.Sprint("t", i)) }
	// Three credentials that each need one of two of three topics need two points,
	// though halves of three would do.
	var threes []rules.Account
	for i := range 36 {
		threes = append(threes, eitherOf(topic(i), topic(i/3*3+(i+1)%3)))
	}
	// Any half of sixty topics: the fractions have denominators that fit no number.
	var halves []rules.Account
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		var some []ledger.Topic
		for _, i := range random.Perm(60)[:30] {
			some = append(some, topic(i))
		}
		halves = append(halves, eitherOf(some...))
	}
	for _, tt := range []struct {
		name         string
		accounts     []rules.Account
		least, known ledger.Points // so many are needed, so many do
	}{
		{"threes", threes, 24, 24},
		{"halves", halves, 2, 6}, // some topic serves half of those that are left, each time
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := rules.NewPlan(tt.accounts, someDay, someDay)
			if plan.Proved || plan.Gap <= 0 || plan.Points < tt.least || plan.Points-plan.Gap > tt.known {
				t.Errorf("a plan of %d, proved %t, at most %d too many; %d are needed, %d do", plan.Points, plan.Proved, plan.Gap, tt.least, tt.known)
			}
			all, credits, sum := judges(tt.accounts, someDay), bought(plan, false), ledger.Points(0)
			if !possible(all, nil, credits, 0) {
				t.Errorf("the plan does not do: %+v", plan.Lines)
			}
			for i := range credits {
				sum += credits[i].Points
				if credits[i].Points--; possible(all, nil, credits, 0) {
					t.Errorf("less of line %d does too: %+v", i, plan.Lines)
				}
				credits[i].Points++
			}
			if sum != plan.Points {
				t.Errorf("the lines have %d points of %d", sum, plan.Points)
			}
		})
	}
}
