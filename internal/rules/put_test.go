package rules_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func TestPut(t *testing.T) {
	type asks = []rules.Ask
	const none ledger.Points = 0
	auto := func(r ledger.Requirement, points ledger.Points) ledger.Allocation {
		a := put(1, r, points)
		a.By = ledger.ByAuto
		return a
	}
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
			asks:   asks{{"chemistry", none}},
			want:   []ledger.Allocation{put(1, "chemistry", 300)},
		},
		{
			name:   "a topic alone takes what its limit allows",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry=1;safety"),
			asks:   asks{{"chemistry", none}},
			want:   []ledger.Allocation{put(1, "chemistry", 100)},
		},
		{
			name:   "points set the allocation and leave the others",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{put(1, "chemistry", 250), put(1, "other", 50)},
			asks:   asks{{"chemistry", 100}},
			want:   []ledger.Allocation{put(1, "other", 50), put(1, "chemistry", 100)},
		},
		{
			name:   "what was allocated automatically becomes the holder's",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{auto("chemistry", 200)},
			asks:   asks{{"chemistry", none}},
			want:   []ledger.Allocation{put(1, "chemistry", 300)},
		},
		{
			name:   "of several, each takes what lacks and the last the rest",
			credit: credit(t, 1, "2025-01-01", 500, "safety;chemistry"),
			asks:   asks{{"safety", none}, {"chemistry", none}, {"other", none}},
			want:   []ledger.Allocation{put(1, "safety", 100), put(1, "chemistry", 200), put(1, "other", 200)},
		},
		{
			name:   "of several, one that lacks nothing takes nothing",
			credit: credit(t, 1, "2025-01-01", 50, "safety;chemistry"),
			before: nil,
			asks:   asks{{"safety", 50}, {"chemistry", none}},
			want:   []ledger.Allocation{put(1, "safety", 50)},
		},
		{
			name:   "more than is left",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{put(1, "other", 250)},
			asks:   asks{{"chemistry", 100}},
			fails:  &rules.AskError{Requirement: "chemistry", Reason: rules.NothingLeft, Left: 50},
		},
		{
			name:   "nothing is left",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			before: []ledger.Allocation{put(1, "other", 300)},
			asks:   asks{{"chemistry", none}},
			fails:  &rules.AskError{Requirement: "chemistry", Reason: rules.NothingLeft},
		},
		{
			name:   "no topic that the requirement accepts",
			credit: credit(t, 1, "2025-01-01", 300, "chemistry"),
			asks:   asks{{"hematology", none}},
			fails:  &rules.AskError{Requirement: "hematology", Reason: rules.NoTopic},
		},
		{
			name:   "no such requirement",
			credit: credit(t, 1, "2025-01-01", 300, "cytology"),
			asks:   asks{{"cytology", none}},
			fails:  &rules.AskError{Requirement: "cytology", Reason: rules.NoSuchRule},
		},
		{
			name:   "dated before the cycle",
			credit: credit(t, 1, "2024-03-31", 300, "chemistry"),
			asks:   asks{{"chemistry", none}},
			fails:  &rules.AskError{Requirement: "chemistry", Reason: rules.BeforeWindow},
		},
		{
			name:   "dated after the cycle",
			credit: credit(t, 1, "2027-04-01", 300, "chemistry"),
			asks:   asks{{"chemistry", none}},
			fails:  &rules.AskError{Requirement: "chemistry", Reason: rules.AfterWindow},
		},
		{
			name:   "a day that is yet to come may be allocated",
			credit: credit(t, 1, "2027-01-15", 300, "chemistry"),
			asks:   asks{{"chemistry", none}},
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
