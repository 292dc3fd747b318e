package rules_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/rules"
)

func TestUnits(t *testing.T) {
	units, err := rules.Builtin().Units()
	need(t, err)
	var got []string
	for _, u := range units {
		got = append(got, fmt.Sprintf("%s %s %s", u.Name, u.Points, u.Activity))
	}
	want := []string{"hour 1 ", "ceu 10 ", "semester-hour 15 college-course", "quarter-hour 10 college-course"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
}
