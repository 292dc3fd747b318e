package words_test

import (
	"testing"

	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// A plan that is not proved says by how much it may be too long, and never that none
// needs less.
func TestPlanThatIsNotProved(t *testing.T) {
	for _, tt := range []struct {
		plan rules.Plan
		want string
	}{
		{rules.Plan{Points: 2400, Gap: 50}, "This is at most 0.5 points more than needed: the search for less stopped at its limit."},
		{rules.Plan{Points: 2400, Proved: true}, "No plan needs less, as long as each activity has one topic."},
	} {
		said := words.Plan{Plan: tt.plan, Supposed: true}.Remarks()
		if len(said) != 1 || said[0].As("cmp") != tt.want {
			t.Errorf("%+v: %v, want %q", tt.plan, said, tt.want)
		}
	}
}
