package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func day(t testing.TB, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

// account returns an account of the cycle that ends on the given day.
func account(t testing.TB, body, code, last string) rules.Account {
	t.Helper()
	name := ledger.CredentialName{Body: body, Code: code}
	end := day(t, last)
	e, err := rules.Builtin().Edition(name, end)
	if err != nil {
		t.Fatal(err)
	}
	cycle := ledger.Cycle{ID: 1, First: rules.FirstDay(e.Programme, end), Last: end}
	return rules.Account{
		Edition: e, Cycle: cycle,
		Credential: ledger.Credential{CredentialName: name, Cycles: []ledger.Cycle{cycle}},
	}
}

// credit returns a credit on a day; topics are as a person types them.
func credit(t testing.TB, id int64, date string, points ledger.Points, topics string) ledger.Credit {
	t.Helper()
	all, err := ledger.Vocabulary(nil).ParseCreditTopics(topics)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Credit{ID: id, Date: day(t, date), Points: points, Topics: all, Activity: ledger.CourseActivity}
}

func put(credit int64, r ledger.Requirement, points ledger.Points) ledger.Allocation {
	return ledger.Allocation{Credit: credit, Cycle: 1, Requirement: r, Points: points, By: ledger.ByHand}
}

// A credit counts by its date on the first and the last day of the window and
// not beside them; nothing counts before its day has come.
func TestDatesThatCount(t *testing.T) {
	tests := []struct {
		name, last, today string
		change            func(*rules.Account)
		date              string
		want              rules.Reason
	}{
		{"the day before the cycle", "2027-03-31", "2026-11-21", nil, "2024-03-31", rules.BeforeWindow},
		{"the first day of the cycle", "2027-03-31", "2026-11-21", nil, "2024-04-01", rules.Counts},
		{"the second day of the cycle", "2027-03-31", "2026-11-21", nil, "2024-04-02", rules.Counts},
		{"today", "2027-03-31", "2026-11-21", nil, "2026-11-21", rules.Counts},
		{"tomorrow", "2027-03-31", "2026-11-21", nil, "2026-11-22", rules.NotYet},
		{"the last day, yet to come", "2027-03-31", "2026-11-21", nil, "2027-03-31", rules.NotYet},
		{"after the last day", "2027-03-31", "2026-11-21", nil, "2027-04-01", rules.AfterWindow},
		{"expiry today: it still counts", "2027-03-31", "2027-03-31", nil, "2027-03-31", rules.Counts},
		{"expiry today: the day before the cycle", "2027-03-31", "2027-03-31", nil, "2024-03-31", rules.BeforeWindow},
		{"expiry today: tomorrow is after it", "2027-03-31", "2027-03-31", nil, "2027-04-01", rules.AfterWindow},
		{"expired yesterday: today counts", "2027-03-31", "2027-04-01", nil, "2027-04-01", rules.Counts},
		{"expired yesterday: three years ago counts no more", "2027-03-31", "2027-04-01", nil, "2024-04-01", rules.BeforeWindow},
		{"expired yesterday: three years ago and a day", "2027-03-31", "2027-04-01", nil, "2024-04-02", rules.Counts},
		{"expired yesterday: tomorrow is yet to come", "2027-03-31", "2027-04-01", nil, "2027-04-02", rules.NotYet},
		{"expired 21 days ago: first day", "2026-10-31", "2026-11-21", nil, "2023-11-22", rules.Counts},
		{"expired 21 days ago: day before", "2026-10-31", "2026-11-21", nil, "2023-11-21", rules.BeforeWindow},
		{"expired but declared: the cycle alone", "2027-03-31", "2027-05-01", declare, "2027-04-01", rules.AfterWindow},
		{"expired but declared: its first day", "2027-03-31", "2027-05-01", declare, "2024-04-01", rules.Counts},
		{"expired and closed: the cycle alone", "2027-03-31", "2027-05-01", shut, "2027-04-01", rules.AfterWindow},
		{"voluntary without a cycle: first day", "", "2026-11-21", volunteer, "2023-11-22", rules.Counts},
		{"voluntary without a cycle: day before", "", "2026-11-21", volunteer, "2023-11-21", rules.BeforeWindow},
		{"voluntary in its first cycle: the last three years", "2027-03-31", "2026-11-21", volunteerInCycle, "2024-03-31", rules.Counts},
		{"voluntary after a completed cycle: the cycle", "2027-03-31", "2026-11-21", volunteerAgain, "2024-03-31", rules.BeforeWindow},
		{"29 February ends the cycle", "2028-02-29", "2028-02-29", nil, "2028-02-29", rules.Counts},
		{"29 February: the cycle begins on 1 March", "2028-02-29", "2028-02-29", nil, "2025-03-01", rules.Counts},
		{"29 February: 28 February is the cycle before", "2028-02-29", "2028-02-29", nil, "2025-02-28", rules.BeforeWindow},
		{"expired, judged on 29 February", "2027-12-31", "2028-02-29", nil, "2025-03-01", rules.Counts},
		{"expired, judged on 29 February: day before", "2027-12-31", "2028-02-29", nil, "2025-02-28", rules.BeforeWindow},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			last := tt.last
			if last == "" {
				last = tt.today
			}
			a := account(t, "ascp", "MLS", last)
			if tt.change != nil {
				tt.change(&a)
			}
			a.Credits = []ledger.Credit{credit(t, 1, tt.date, 100, "safety")}
			a.Allocations = []ledger.Allocation{put(1, "safety", 100)}
			s := rules.Evaluate(a, day(t, tt.today))
			if got := s.Findings[0].Parts[0].Reason; got != tt.want {
				t.Errorf("dated %s, judged on %s: %s, want %s", tt.date, tt.today, got, tt.want)
			}
			if counted := s.Counted == 100; counted != (tt.want == rules.Counts) {
				t.Errorf("counted %s", s.Counted)
			}
			if s.Allocated != 100 {
				t.Errorf("allocated %s, want 1 whether it counts or not", s.Allocated)
			}
		})
	}
}

func declare(a *rules.Account) { a.Cycle.Declared = a.Cycle.Last }
func shut(a *rules.Account)    { a.Cycle.Closed = true }

func volunteer(a *rules.Account) {
	volunteerInCycle(a)
	a.Cycle.First, a.Cycle.Last = 0, 0
}

func volunteerInCycle(a *rules.Account) { a.Credential.Voluntary = true }

func volunteerAgain(a *rules.Account) {
	volunteerInCycle(a)
	a.Credential.Cycles = append([]ledger.Cycle{{ID: 9, Declared: 1}}, a.Credential.Cycles...)
}

// AMT's programme has no window but the cycle.
func TestNoLastYears(t *testing.T) {
	a := account(t, "amt", "MT", "2026-10-31")
	first, last := a.Window(day(t, "2026-11-21"))
	if first != a.Cycle.First || last != a.Cycle.Last {
		t.Errorf("expired: the days that count are %s to %s, want the cycle", first, last)
	}
	s := rules.Evaluate(a, day(t, "2026-11-21"))
	if s.DeclareBy != 0 || s.DeclareFrom != 0 {
		t.Errorf("declare by %s, from %s; AMT publishes neither", s.DeclareBy, s.DeclareFrom)
	}
}

func TestStateAndDeadlines(t *testing.T) {
	type want struct {
		State                  rules.State
		Days                   int
		DeclareBy, DeclareFrom string
	}
	tests := []struct {
		name, last, today string
		met               bool
		change            func(*rules.Account)
		want              want
	}{
		{"in progress", "2027-03-31", "2026-11-21", false, nil, want{rules.InProgress, 130, "2027-02-28", "2026-12-31"}},
		{"ready", "2027-03-31", "2026-11-21", true, nil, want{rules.Ready, 130, "2027-02-28", "2026-12-31"}},
		{"ready on the day of expiry", "2027-03-31", "2027-03-31", true, nil, want{rules.Ready, 0, "2027-02-28", "2026-12-31"}},
		{"in progress on the day of expiry", "2027-03-31", "2027-03-31", false, nil, want{rules.InProgress, 0, "2027-02-28", "2026-12-31"}},
		{"expired the day after, though nothing remains", "2027-03-31", "2027-04-01", true, nil, want{rules.Expired, -1, "2027-02-28", "2026-12-31"}},
		{"declared goes before expired", "2027-03-31", "2027-04-01", false, declare, want{rules.Declared, -1, "2027-02-28", "2026-12-31"}},
		{"a month before 31 March of a leap year", "2028-03-31", "2026-11-21", false, nil, want{rules.InProgress, 496, "2028-02-29", "2027-12-31"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", tt.last)
			if tt.change != nil {
				tt.change(&a)
			}
			if tt.met {
				meet(&a, a.Cycle.Last-200)
			}
			s := rules.Evaluate(a, day(t, tt.today))
			days, _ := s.DaysLeft()
			got := want{s.State, days, s.DeclareBy.String(), s.DeclareFrom.String()}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Evaluate() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// meet gives an account a credit for each requirement, worth just what it
// asks for, and allocates it.
func meet(a *rules.Account, on ledger.Date) {
	for i, r := range a.Edition.Requirements {
		c := ledger.Credit{ID: int64(i + 1), Date: on, Points: r.Points, Activity: ledger.CourseActivity}
		for _, topic := range r.Topics {
			c.Topics = append(c.Topics, ledger.CreditTopic{Topic: topic})
		}
		a.Credits = append(a.Credits, c)
		a.Allocations = append(a.Allocations, put(c.ID, r.Name, r.Points))
	}
}

// Every edition of every credential is met by just its points, and lacks just
// one requirement when that one's credit is a hundredth short.
func TestEveryEdition(t *testing.T) {
	book := rules.Builtin()
	listings, err := book.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range listings {
		editions, err := book.Editions(l.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range editions {
			t.Run(e.ID, func(t *testing.T) {
				end := e.From + 400
				cycle := ledger.Cycle{ID: 1, First: rules.FirstDay(e.Programme, end), Last: end}
				a := rules.Account{Edition: e, Cycle: cycle, Credential: ledger.Credential{CredentialName: l.Name, Cycles: []ledger.Cycle{cycle}}}
				meet(&a, end)
				if s := rules.Evaluate(a, end); s.State != rules.Ready || s.ToEarn != 0 {
					t.Fatalf("met by its points, but %s remain and %s are to earn", s.Remaining, s.ToEarn)
				}
				for i, r := range e.Requirements {
					short := a
					short.Credits = append([]ledger.Credit{}, a.Credits...)
					short.Allocations = append([]ledger.Allocation{}, a.Allocations...)
					short.Credits[i].Points--
					short.Allocations[i].Points--
					s := rules.Evaluate(short, end)
					if s.Remaining != 1 || s.Requirements[i].Remaining != 1 || s.ToEarn != 1 {
						t.Errorf("%s a hundredth short: %s remain, %s there, %s to earn", r.Name, s.Remaining, s.Requirements[i].Remaining, s.ToEarn)
					}
				}
			})
		}
	}
}

// fate is a portion without what the tests give.
type fate struct {
	Points              ledger.Points
	Allocated, CountsAs ledger.Requirement
	Reason              rules.Reason
}

// Why points count or do not, portion by portion.
func TestReasons(t *testing.T) {
	college := func(c ledger.Credit) ledger.Credit {
		c.Activity = ledger.CollegeCourse
		return c
	}
	tests := []struct {
		name        string
		credits     []ledger.Credit
		allocations []ledger.Allocation
		want        [][]fate
	}{
		{
			name:        "in full",
			credits:     []ledger.Credit{credit(t, 1, "2025-01-01", 100, "safety")},
			allocations: []ledger.Allocation{put(1, "safety", 100)},
			want:        [][]fate{{{100, "safety", "safety", rules.Counts}}},
		},
		{
			name:        "surplus counts as other",
			credits:     []ledger.Credit{credit(t, 1, "2025-01-01", 400, "chemistry")},
			allocations: []ledger.Allocation{put(1, "chemistry", 400)},
			want:        [][]fate{{{200, "chemistry", "chemistry", rules.Counts}, {200, "chemistry", ledger.Other, rules.Counts}}},
		},
		{
			name:    "not allocated, though it could fill something",
			credits: []ledger.Credit{credit(t, 1, "2025-01-01", 100, "")},
			want:    [][]fate{{{100, "", "", rules.NotAllocated}}},
		},
		{
			name:        "over the cap of college courses",
			credits:     []ledger.Credit{college(credit(t, 1, "2025-01-01", 4500, "chemistry"))},
			allocations: []ledger.Allocation{put(1, "chemistry", 3000)},
			want: [][]fate{{
				{200, "chemistry", "chemistry", rules.Counts}, {1600, "chemistry", ledger.Other, rules.Counts},
				{1200, "chemistry", "", rules.OverCap}, {1500, "", "", rules.OverCap},
			}},
		},
		{
			name: "nothing left to fill",
			credits: []ledger.Credit{
				credit(t, 1, "2025-01-01", 3600, "safety;ethics;blood-banking;chemistry;hematology;microbiology"),
				credit(t, 2, "2025-01-02", 300, "management"), credit(t, 3, "2025-01-03", 50, "quality"),
			},
			allocations: []ledger.Allocation{
				put(1, "safety", 100), put(1, "ethics", 100), put(1, "blood-banking", 200), put(1, "chemistry", 200),
				put(1, "hematology", 200), put(1, "microbiology", 200), put(1, "other", 2400), put(2, "other", 300),
			},
			want: [][]fate{
				{
					{100, "safety", "safety", rules.Counts},
					{100, "ethics", "ethics", rules.Counts},
					{200, "blood-banking", "blood-banking", rules.Counts},
					{200, "chemistry", "chemistry", rules.Counts},
					{200, "hematology", "hematology", rules.Counts},
					{200, "microbiology", "microbiology", rules.Counts},
					{2400, "other", "other", rules.Counts}, {200, "", "", rules.NothingLeft},
				},
				{{200, "other", "other", rules.Counts}, {100, "other", "", rules.NothingLeft}},
				{{50, "", "", rules.NothingLeft}},
			},
		},
		{
			name:        "allocated to what the edition does not ask for",
			credits:     []ledger.Credit{credit(t, 1, "2025-01-01", 100, "cytology")},
			allocations: []ledger.Allocation{put(1, "cytology", 100)},
			want:        [][]fate{{{100, "cytology", "", rules.NoSuchRule}}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", "2027-03-31")
			a.Credits, a.Allocations = tt.credits, tt.allocations
			var got [][]fate
			for _, f := range rules.Evaluate(a, day(t, "2026-11-21")).Findings {
				var parts []fate
				for _, p := range f.Parts {
					parts = append(parts, fate{p.Points, p.Allocated, p.CountsAs, p.Reason})
				}
				got = append(got, parts)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Findings mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// A qualification has no other: what has none of its topics counts nowhere.
func TestNoTopicThatFits(t *testing.T) {
	a := account(t, "ascp", "QIHC", "2027-03-31")
	a.Credits = []ledger.Credit{credit(t, 1, "2025-01-01", 200, "immunohistochemistry=1;chemistry"), credit(t, 2, "2025-01-02", 100, "chemistry")}
	s := rules.Evaluate(a, day(t, "2026-11-21"))
	if got := s.Findings[1].Parts[0].Reason; got != rules.NoTopic {
		t.Errorf("chemistry in QIHC: %s, want %s", got, rules.NoTopic)
	}
	if s.ToEarn != 700 {
		t.Errorf("to earn %s, want 7: one point may count for immunohistochemistry", s.ToEarn)
	}
}

// Points allocated to an earlier cycle of the credential are gone for a later
// one, where windows overlap.
func TestOtherCycle(t *testing.T) {
	a := account(t, "ascp", "MLS", "2027-03-31")
	earlier := ledger.Cycle{ID: 7, First: 1, Last: 2}
	a.Credential.Cycles = append([]ledger.Cycle{earlier}, a.Credential.Cycles...)
	a.Credits = []ledger.Credit{credit(t, 1, "2025-01-01", 300, "chemistry")}
	elsewhere := put(1, "chemistry", 200)
	elsewhere.Cycle = earlier.ID
	foreign := put(1, "chemistry", 300)
	foreign.Cycle = 99 // of another credential, which the same credit serves in full
	a.Allocations = []ledger.Allocation{elsewhere, foreign}
	p := rules.Allocate(a, day(t, "2026-11-21"), false)
	want := []ledger.Allocation{{Credit: 1, Cycle: 1, Requirement: "chemistry", Points: 100, By: ledger.ByAuto}}
	if diff := cmp.Diff(want, p.Allocations); diff != "" {
		t.Errorf("Allocate() mismatch (-want +got):\n%s", diff)
	}
}

// In the laboratory safety qualification one topic serves two requirements,
// and the one that everybody needs is filled first.
func TestOneTopicTwoRequirements(t *testing.T) {
	a := account(t, "ascp", "QLS", "2027-03-31")
	a.Credits = []ledger.Credit{credit(t, 1, "2025-01-01", 400, "safety"), credit(t, 2, "2025-01-02", 200, "ethics")}
	p := rules.Allocate(a, day(t, "2026-11-21"), false)
	want := []ledger.Allocation{
		{Credit: 1, Cycle: 1, Requirement: "safety", Points: 100, By: ledger.ByAuto},
		{Credit: 1, Cycle: 1, Requirement: "safety-specialty", Points: 300, By: ledger.ByAuto},
		{Credit: 2, Cycle: 1, Requirement: "ethics", Points: 100, By: ledger.ByAuto},
	}
	if diff := cmp.Diff(want, p.Allocations); diff != "" {
		t.Errorf("Allocate() mismatch (-want +got):\n%s", diff)
	}
	if len(p.Shortages) != 1 || p.Shortages[0].Points != 300 || len(p.Shortages[0].Requirements) != 2 {
		t.Errorf("shortages %+v, want 3 points across both safety requirements", p.Shortages)
	}
}
