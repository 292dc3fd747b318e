package rules_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func auto(r ledger.Requirement, points ledger.Points) ledger.Allocation {
	return ledger.Allocation{Credit: 1, Cycle: 1, Requirement: r, Points: points, By: ledger.ByAuto}
}

func TestPut(t *testing.T) {
	type asks = []rules.Ask
	const none ledger.Points = 0
	tests := []struct {
		name   string
		credit ledger.Credit
		before []ledger.Allocation
		asks   asks
		want   []ledger.Allocation
		fails  *rules.AskError // but for the credit
	}{
		{
			name:   "a topic alone takes all",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			asks:   asks{{Requirement: "chemistry", Points: none}},
			want:   []ledger.Allocation{put(1, "chemistry", 300)},
		},
		{
			name:   "a topic alone takes what its limit allows",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry=1;safety"),
			asks:   asks{{Requirement: "chemistry", Points: none}},
			want:   []ledger.Allocation{put(1, "chemistry", 100)},
		},
		{
			name:   "points set the allocation and leave the others",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{put(1, "chemistry", 250), put(1, "other", 50)},
			asks:   asks{{Requirement: "chemistry", Points: 100}},
			want:   []ledger.Allocation{put(1, "other", 50), put(1, "chemistry", 100)},
		},
		{
			name:   "what was allocated automatically becomes the holder's",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{auto("chemistry", 200)},
			asks:   asks{{Requirement: "chemistry", Points: none}},
			want:   []ledger.Allocation{put(1, "chemistry", 300)},
		},
		{
			name:   "of several, each takes what lacks and the last the rest",
			credit: credit(t, 1, "2025-01-01", 500, "safety;chemistry"),
			asks:   asks{{Requirement: "safety", Points: none}, {Requirement: "chemistry", Points: none}, {Requirement: "other", Points: none}},
			want:   []ledger.Allocation{put(1, "safety", 100), put(1, "chemistry", 200), put(1, "other", 200)},
		},
		{
			name:   "of several, one that lacks nothing takes nothing",
			credit: credit(t, 1, "2025-01-01", 50, "safety;chemistry"),
			before: nil,
			asks:   asks{{Requirement: "safety", Points: 50}, {Requirement: "chemistry", Points: none}},
			want:   []ledger.Allocation{put(1, "safety", 50)},
		},
		{
			name:   "alone, but no more than lacks",
			credit: credit(t, 1, "2025-01-01", 500, "chemistry"),
			asks:   asks{{Requirement: "chemistry", OnlyLack: true}},
			want:   []ledger.Allocation{put(1, "chemistry", 200)},
		},
		{
			name:   "more than is left",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{put(1, "other", 250)},
			asks:   asks{{Requirement: "chemistry", Points: 100}},
			fails:  &rules.AskError{Requirement: "chemistry", Reason: rules.NothingLeft, Left: 50},
		},
		{
			name:   "nothing is left",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{put(1, "other", 300)},
			asks:   asks{{Requirement: "chemistry", Points: none}},
			fails:  &rules.AskError{Requirement: "chemistry", Reason: rules.NothingLeft},
		},
		{
			name:   "no topic that the requirement accepts",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			asks:   asks{{Requirement: "hematology", Points: none}},
			fails:  &rules.AskError{Requirement: "hematology", Reason: rules.NoTopic},
		},
		{
			name:   "no such requirement",
			credit: credit(t, 1, "2025-01-01", 300, "cytology"),
			asks:   asks{{Requirement: "cytology", Points: none}},
			fails:  &rules.AskError{Requirement: "cytology", Reason: rules.NoSuchRule},
		},
		{
			name:   "dated before the cycle",
			credit: credit(t, 1, "2024-03-31", 300, "chemistry"),
			asks:   asks{{Requirement: "chemistry", Points: none}},
			fails:  &rules.AskError{Requirement: "chemistry", Reason: rules.BeforeWindow},
		},
		{
			name:   "dated after the cycle",
			credit: credit(t, 1, "2027-04-01", 300, "chemistry"),
			asks:   asks{{Requirement: "chemistry", Points: none}},
			fails:  &rules.AskError{Requirement: "chemistry", Reason: rules.AfterWindow},
		},
		{
			name:   "a day that is yet to come may be allocated",
			credit: credit(t, 1, "2027-01-15", 300, "chemistry"),
			asks:   asks{{Requirement: "chemistry", Points: none}},
			want:   []ledger.Allocation{put(1, "chemistry", 300)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", "2027-03-31")
			a.Credits, a.Allocations = []ledger.Credit{tt.credit}, tt.before
			got, err := rules.Put(a, 1, tt.asks, day(t, "2026-11-21"))
			if tt.fails != nil {
				tt.fails.Credit = tt.credit
				var e *rules.AskError
				if !errors.As(err, &e) {
					t.Fatalf("Put() = %v, %v; want an AskError", got, err)
				}
				if diff := cmp.Diff(tt.fails, e); diff != "" {
					t.Errorf("error mismatch (-want +got):\n%s", diff)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Put() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// What the caller must see to is refused plainly.
func TestPutRefuses(t *testing.T) {
	tests := []struct {
		name   string
		credit int64
		asks   []rules.Ask
		want   string
	}{
		{"a credit that is not in the account", 2, []rules.Ask{{Requirement: "safety"}}, "credit 2 is not in the account"},
		{"no requirement", 1, nil, "no requirement is named"},
		{"a requirement twice", 1, []rules.Ask{{Requirement: "safety", Points: 50}, {Requirement: "chemistry", Points: 0}, {Requirement: "safety", Points: 100}}, "requirement safety is named twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", "2027-03-31")
			a.Credits = []ledger.Credit{credit(t, 1, "2025-01-01", 300, "safety;chemistry")}
			got, err := rules.Put(a, tt.credit, tt.asks, day(t, "2026-11-21"))
			if err == nil || err.Error() != tt.want || got != nil {
				t.Errorf("Put() = %v, %v; want the error %q", got, err, tt.want)
			}
		})
	}
}

func TestTrimWithoutTheCredit(t *testing.T) {
	a := account(t, "ascp", "MLS", "2027-03-31")
	a.Allocations = []ledger.Allocation{put(1, "chemistry", 300)}
	if got := rules.Trim(a, 1); got != nil {
		t.Errorf("Trim() = %v, want nil", got)
	}
}

func TestTrim(t *testing.T) {
	tests := []struct {
		name         string
		credit       ledger.Credit
		before, want []ledger.Allocation
	}{
		{
			name:   "what is possible stays",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{put(1, "chemistry", 200), put(1, "other", 100)},
			want:   []ledger.Allocation{put(1, "chemistry", 200), put(1, "other", 100)},
		},
		{
			name:   "fewer points take from the last",
			credit: credit(t, 1, "2025-01-01", 250, "chemistry"),
			before: []ledger.Allocation{put(1, "chemistry", 200), put(1, "other", 100)},
			want:   []ledger.Allocation{put(1, "chemistry", 200), put(1, "other", 50)},
		},
		{
			name:   "what was allocated by hand is kept first",
			credit: credit(t, 1, "2025-01-01", 200, "chemistry"),
			before: []ledger.Allocation{auto("chemistry", 200), put(1, "other", 100)},
			want:   []ledger.Allocation{auto("chemistry", 100), put(1, "other", 100)},
		},
		{
			name:   "what was allocated by hand takes all that is left",
			credit: credit(t, 1, "2025-01-01", 100, "chemistry"),
			before: []ledger.Allocation{auto("chemistry", 200), put(1, "other", 100)},
			want:   []ledger.Allocation{put(1, "other", 100)},
		},
		{
			name:   "within one requirement too",
			credit: credit(t, 1, "2025-01-01", 250, "chemistry"),
			before: []ledger.Allocation{auto("chemistry", 200), put(1, "chemistry", 100)},
			want:   []ledger.Allocation{auto("chemistry", 150), put(1, "chemistry", 100)},
		},
		{
			name:   "a topic that is gone takes its allocation with it",
			credit: credit(t, 1, "2025-01-01", 300, "safety"),
			before: []ledger.Allocation{put(1, "chemistry", 200), put(1, "other", 100)},
			want:   []ledger.Allocation{put(1, "other", 100)},
		},
		{
			name:   "a lower limit trims",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry=0.5"),
			before: []ledger.Allocation{put(1, "chemistry", 200), put(1, "other", 100)},
			want:   []ledger.Allocation{put(1, "chemistry", 50), put(1, "other", 100)},
		},
		{
			name:   "a requirement that the edition does not have",
			credit: credit(t, 1, "2025-01-01", 300, "cytology"),
			before: []ledger.Allocation{put(1, "cytology", 300)},
			want:   nil,
		},
		{
			name:   "a date outside the window keeps what it has",
			credit: credit(t, 1, "2020-01-01", 300, "chemistry"),
			before: []ledger.Allocation{put(1, "chemistry", 300)},
			want:   []ledger.Allocation{put(1, "chemistry", 300)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", "2027-03-31")
			a.Credits, a.Allocations = []ledger.Credit{tt.credit}, tt.before
			if diff := cmp.Diff(tt.want, rules.Trim(a, 1)); diff != "" {
				t.Errorf("Trim() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
