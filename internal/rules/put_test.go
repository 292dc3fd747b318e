package rules_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// allocated reads allocations of credit 1 in cycle 1, such as "chemistry=2
// auto:other=0.5": by hand, unless it says otherwise.
func allocated(t testing.TB, text string) []ledger.Allocation {
	t.Helper()
	var all []ledger.Allocation
	for word := range strings.FieldsSeq(text) {
		name, points, _ := strings.Cut(word, "=")
		x := put(1, ledger.Requirement(strings.TrimPrefix(name, "auto:")), 0)
		if string(x.Requirement) != name {
			x.By = ledger.ByAuto
		}
		need(t, x.Points.UnmarshalText([]byte(points)))
		all = append(all, x)
	}
	return all
}

// asked reads what is asked for: "chemistry=2", "other", or "safety?" for no more
// than it lacks.
func asked(t testing.TB, text string) []rules.Ask {
	t.Helper()
	var all []rules.Ask
	for word := range strings.FieldsSeq(text) {
		name, points, some := strings.Cut(word, "=")
		ask := rules.Ask{Requirement: ledger.Requirement(strings.TrimSuffix(name, "?"))}
		ask.OnlyLack = string(ask.Requirement) != name
		if some {
			need(t, ask.Points.UnmarshalText([]byte(points)))
		}
		all = append(all, ask)
	}
	return all
}

func TestPut(t *testing.T) {
	tests := []struct {
		name, date, topics string
		points             ledger.Points
		before, asks, want string
		fails              rules.Reason // "" where it succeeds
		left               ledger.Points
	}{
		{"a topic alone takes all", "2025-01-01", "chemistry", 300, "", "chemistry", "chemistry=3", "", 0},
		{"a topic alone takes what its limit allows", "2025-01-01", "chemistry=1;safety", 300, "", "chemistry", "chemistry=1", "", 0},
		{"points set the allocation and leave the others", "2025-01-01", "chemistry", 300, "chemistry=2.5 other=0.5", "chemistry=1", "other=0.5 chemistry=1", "", 0},
		{"what was allocated automatically becomes the holder's", "2025-01-01", "chemistry", 300, "auto:chemistry=2", "chemistry", "chemistry=3", "", 0},
		{"of several, each takes what lacks and the last the rest", "2025-01-01", "safety;chemistry", 500, "", "safety chemistry other", "safety=1 chemistry=2 other=2", "", 0},
		{"of several, one that lacks nothing takes nothing", "2025-01-01", "safety;chemistry", 50, "", "safety=0.5 chemistry", "safety=0.5", "", 0},
		{"alone, but no more than lacks", "2025-01-01", "chemistry", 500, "", "chemistry?", "chemistry=2", "", 0},
		{"more than is left", "2025-01-01", "chemistry", 300, "other=2.5", "chemistry=1", "", rules.NothingLeft, 50},
		{"nothing is left", "2025-01-01", "chemistry", 300, "other=3", "chemistry", "", rules.NothingLeft, 0},
		{"beside one that the rules no longer allow", "2025-01-01", "safety;ethics", 500, "chemistry=1", "safety ethics other", "chemistry=1 safety=1 ethics=1 other=2", "", 0},
		{"no topic that the requirement accepts", "2025-01-01", "chemistry", 300, "", "hematology", "", rules.NoTopic, 0},
		{"no such requirement", "2025-01-01", "cytology", 300, "", "cytology", "", rules.NoSuchRule, 0},
		{"the day before the cycle", "2024-03-31", "chemistry", 300, "", "chemistry", "", rules.BeforeWindow, 0},
		{"its first day", "2024-04-01", "chemistry", 300, "", "chemistry", "chemistry=3", "", 0},
		{"its last day, yet to come", "2027-03-31", "chemistry", 300, "", "chemistry", "chemistry=3", "", 0},
		{"the day after the cycle", "2027-04-01", "chemistry", 300, "", "chemistry", "", rules.AfterWindow, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", "2027-03-31")
			a.Credits = []ledger.Credit{credit(t, 1, tt.date, tt.points, tt.topics)}
			a.Allocations = allocated(t, tt.before)
			got, err := rules.Put(a, 1, asked(t, tt.asks), day(t, "2026-11-21"))
			if diff := cmp.Diff(allocated(t, tt.want), got); diff != "" {
				t.Errorf("Put() mismatch (-want +got):\n%s", diff)
			}
			var fails *rules.AskError
			if tt.fails != "" {
				fails = &rules.AskError{Credit: a.Credits[0], Requirement: asked(t, tt.asks)[0].Requirement, Reason: tt.fails, Left: tt.left}
			}
			var failed *rules.AskError
			if errors.As(err, &failed); failed == nil && err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(fails, failed); diff != "" {
				t.Errorf("error mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// What the caller must see to is refused plainly.
func TestPutRefuses(t *testing.T) {
	a := account(t, "ascp", "MLS", "2027-03-31")
	a.Credits = []ledger.Credit{credit(t, 1, "2025-01-01", 300, "safety;chemistry")}
	for _, tt := range []struct {
		credit     int64
		asks, want string
	}{
		{2, "safety", "credit 2 is not in the account"},
	} {
		got, err := rules.Put(a, tt.credit, asked(t, tt.asks), day(t, "2026-11-21"))
		if err == nil || err.Error() != tt.want || got != nil {
			t.Errorf("Put() = %v, %v; want the error %q", got, err, tt.want)
		}
	}
}

func TestTrim(t *testing.T) {
	for _, tt := range []struct {
		name, date, topics string
		points             ledger.Points // 0 where there is no such credit
		before, want       string
	}{
		{"what is possible stays", "2025-01-01", "chemistry", 300, "chemistry=2 other=1", "chemistry=2 other=1"},
		{"fewer points take from the last", "2025-01-01", "chemistry", 250, "chemistry=2 other=1", "chemistry=2 other=0.5"},
		{"what was allocated by hand is kept first", "2025-01-01", "chemistry", 200, "auto:chemistry=2 other=1", "auto:chemistry=1 other=1"},
		{"what was allocated by hand takes all that is left", "2025-01-01", "chemistry", 100, "auto:chemistry=2 other=1", "other=1"},
		{"within one requirement too", "2025-01-01", "chemistry", 250, "auto:chemistry=2 chemistry=1", "auto:chemistry=1.5 chemistry=1"},
		{"a topic that is gone takes its allocation with it", "2025-01-01", "safety", 300, "chemistry=2 other=1", "other=1"},
		{"a lower limit trims", "2025-01-01", "chemistry=0.5", 300, "chemistry=2 other=1", "chemistry=0.5 other=1"},
		{"a requirement that the edition does not have", "2025-01-01", "cytology", 300, "cytology=3", ""},
		{"a date outside the window keeps what it has", "2020-01-01", "chemistry", 300, "chemistry=3", "chemistry=3"},
		{"no such credit", "2025-01-01", "chemistry", 0, "chemistry=3", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", "2027-03-31")
			a.Allocations = allocated(t, tt.before)
			if tt.points > 0 {
				a.Credits = []ledger.Credit{credit(t, 1, tt.date, tt.points, tt.topics)}
			}
			if diff := cmp.Diff(allocated(t, tt.want), rules.Trim(a, 1)); diff != "" {
				t.Errorf("Trim() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// What is allocated stays where another topic of the credit can serve it.
func TestTrimOfTwoTopics(t *testing.T) {
	a := account(t, "ascp", "MLS", "2027-03-31")
	a.Edition = &rules.Edition{Programme: a.Edition.Programme, Requirements: []rules.Requirement{
		{Name: "either", Topics: []ledger.Topic{"safety", "hematology"}}, {Name: "safety", Topics: []ledger.Topic{"safety"}}, {Name: "hematology", Topics: []ledger.Topic{"hematology"}},
	}}
	a.Credits = []ledger.Credit{credit(t, 1, "2025-01-01", 200, "safety=1;hematology=1")}
	a.Allocations = allocated(t, "either=1 safety=1")
	if diff := cmp.Diff(a.Allocations, rules.Trim(a, 1)); diff != "" {
		t.Errorf("(-allocated +kept):\n%s", diff)
	}
}
