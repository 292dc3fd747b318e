package words_test

import (
	"slices"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// A plan that is not proved says by how much it may be too long; of one that is, there is
// nothing to say.
func TestPlanThatIsNotProved(t *testing.T) {
	for _, tt := range []struct {
		plan rules.Plan
		want []string
	}{
		{rules.Plan{Points: 2400, Gap: 50}, []string{"You may need up to 0.5 points less: cmp stopped looking for a shorter plan."}},
		{rules.Plan{Points: 2400, Proved: true}, []string{}},
	} {
		said := words.Map(words.Plan{Plan: tt.plan, Supposed: true}.Remarks(), func(text ledger.Text) string { return text.As("cmp") })
		if !slices.Equal(said, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.plan, said, tt.want)
		}
	}
}

// The day that a window which moves is judged on is no deadline, and a part of a line is
// in one piece.
func TestPlanLine(t *testing.T) {
	today, later := ledger.MakeDate(2026, 11, 21), ledger.MakeDate(2027, 2, 1)
	both := []rules.PlanService{{Account: 0, Points: 1000}, {Account: 1, Points: 200}}
	for _, tt := range []struct {
		name            string
		judged          ledger.Date // of the first
		earnBy, last    ledger.Date
		serves          []rules.PlanService
		wantBy, wantEnd string
		wantFor         string
	}{
		{"moves, judged today", today, today, today, both, "now", "-", "SBB, CLT=2"},
		{"moves, judged later", later, later, later, both, "2027-02-01", "-", "SBB, CLT=2"},
		{"moves, another ends before", later, today, today, both, "2026-11-21", "2026-11-21", "SBB, CLT=2"},
		{"ends today", 0, today, today, both[1:], "2026-11-21", "2026-11-21", "CLT=2"},
		{"does not move", 0, today, later, both[:1], "2026-11-21", "2027-02-01", "SBB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := rules.PlanLine{Points: 1000, EarnBy: tt.earnBy, First: today, Last: tt.last, Serves: tt.serves}
			p := words.Plan{Names: []string{"SBB", "CLT"}, Plan: rules.Plan{
				Needs: []rules.PlanNeed{{JudgedOn: tt.judged}, {}}, Standings: []rules.Standing{{Today: today}, {Today: today}},
			}}
			if by, end := p.Days(l); by != tt.wantBy || end != tt.wantEnd || p.Serves(l) != tt.wantFor {
				t.Errorf("%s: %s, %s; want %s: %s, %s", p.Serves(l), by, end, tt.wantFor, tt.wantBy, tt.wantEnd)
			}
		})
	}
}
