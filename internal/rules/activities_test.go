package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func TestUnits(t *testing.T) {
	units, err := rules.Builtin().Units()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range units {
		got = append(got, fmt.Sprintf("%s %s %s", u.Name, u.Points, u.Activity))
	}
	want := []string{"hour 1 ", "ceu 10 ", "semester-hour 15 college-course", "quarter-hour 10 college-course"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
}

// Points are known for four kinds alone, and never invented for the others.
func TestActivityRates(t *testing.T) {
	got := make(map[string]string)
	for _, body := range []string{"ascp", "amt"} {
		for _, r := range activities(t, body) {
			for _, rate := range r.Rates {
				for _, a := range r.Activities {
					got[body+" "+string(a)+", "+rate.Unit] = rate.Points.String()
				}
			}
		}
	}
	want := map[string]string{
		"ascp course, contact hour":           "1",
		"ascp employer-program, contact hour": "1",
		"ascp college-course, semester hour":  "15",
		"ascp college-course, quarter hour":   "10",
		"ascp labq, case":                     "2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rates (-want +got):\n%s", diff)
	}
}

// Every activity of the ledger but the catch-all is in ASCP's guidelines,
// once.
func TestActivitiesOfASCP(t *testing.T) {
	var got []ledger.Activity
	for _, r := range activities(t, "ascp") {
		got = append(got, r.Activities...)
	}
	want := slices.DeleteFunc(ledger.Activities(), func(a ledger.Activity) bool { return a == "other-activity" })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("activities (-want +got):\n%s", diff)
	}
	if r := activities(t, "xyz"); r != nil {
		t.Errorf("activities of an unknown body: %v", r)
	}
}

func activities(t *testing.T, body string) []rules.ActivityRule {
	t.Helper()
	all, err := rules.Builtin().Activities(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if len(r.Activities) == 0 || r.Points == "" || r.Cap == "" || r.Proof == "" {
			t.Errorf("%s %q: incomplete: %+v", body, r.Kind, r)
		}
	}
	return all
}
