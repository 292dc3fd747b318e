package cli_test

import (
	"testing"

	"cmpledger/internal/rules"
	"cmpledger/internal/transcript"
)

// TestUnitsAgree holds what transcripts make of a unit to the rules, which
// state where each figure comes from.
func TestUnitsAgree(t *testing.T) {
	units, err := rules.Builtin().Units()
	if err != nil || len(units) == 0 {
		t.Fatalf("%d units, %v", len(units), err)
	}
	for _, u := range units {
		if got, err := (transcript.Options{}).ParsePoints("1 " + u.Name); err != nil || got != u.Points {
			t.Errorf("a transcript's \"1 %s\" is %s points, %v; the rules say %s", u.Name, got, err, u.Points)
		}
	}
}
