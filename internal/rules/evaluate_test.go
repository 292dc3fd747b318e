package rules_test

import (
	"fmt"
	"strings"
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
	need(t, err)
	cycle := ledger.Cycle{ID: 1, First: rules.FirstDay(e.Programme, end), Last: end}
	return rules.Account{
		Edition: e, Cycle: cycle,
		Credential: ledger.Credential{CredentialName: name, Cycles: []ledger.Cycle{cycle}},
	}
}

// credit returns a credit on a day; topics are as a person types them.
func credit(t testing.TB, id int64, date string, points ledger.Points, topics string) ledger.Credit {
	t.Helper()
	var all []ledger.CreditTopic
	for text := range strings.FieldsFuncSeq(topics, func(r rune) bool { return r == ';' }) {
		topic, err := ledger.Vocabulary(nil).ParseCreditTopic(text)
		need(t, err)
		all = append(all, topic)
	}
	return ledger.Credit{ID: id, Date: day(t, date), Points: points, Topics: all, Activity: ledger.CourseActivity}
}

func put(credit int64, r ledger.Requirement, points ledger.Points) ledger.Allocation {
	return ledger.Allocation{Credit: credit, Cycle: 1, Requirement: r, Points: points, By: ledger.ByHand}
}

// A credit counts by its date on the first and the last day of the window and
// not beside them; nothing counts before its day has come.
func TestDatesThatCount(t *testing.T) {
	amt := func(a *rules.Account) { *a = account(t, "amt", "MT", a.Cycle.Last.String()) }
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
		{"voluntary: the day after the cycle is yet to come", "2027-03-31", "2026-11-21", volunteerInCycle, "2027-04-01", rules.NotYet},
		{"expired at a body without last years: its first day", "2026-10-31", "2026-11-21", amt, "2023-11-01", rules.Counts},
		{"expired at a body without last years: today", "2026-10-31", "2026-11-21", amt, "2026-11-21", rules.AfterWindow},
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
			a.Allocations = []ledger.Allocation{put(1, a.Edition.Requirements[0].Name, 100)}
			s := rules.Evaluate(a, day(t, tt.today))
			held := tt.want == rules.Counts || tt.want == rules.NotYet
			if s.Holds(day(t, tt.date)) != held || a.Holds(day(t, tt.date), day(t, tt.today)) != held {
				t.Errorf("Holds(%s) is not %t of the standing and the account", tt.date, held)
			}
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

func TestStateAndDeadlines(t *testing.T) {
	amt := func(a *rules.Account) { *a = account(t, "amt", "MT", a.Cycle.Last.String()) }
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
		{"no deadlines are published", "2027-03-31", "2026-11-21", false, amt, want{rules.InProgress, 130, "", ""}},
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

// The first day to declare is by months, and beside it stands the one of the board's 90
// days where that is another.
func TestDeclarationOpens(t *testing.T) {
	tests := []struct {
		name, last, from, inDays, opened string
	}{
		{"months as long as the days", "2027-03-31", "2026-12-31", "", "2026-12-31"},
		{"three long months", "2026-08-31", "2026-05-31", "2026-06-02", "2026-06-02"},
		{"the last of February", "2027-02-28", "2026-11-28", "2026-11-30", "2026-11-30"},
		{"29 February", "2028-02-29", "2027-11-29", "2027-12-01", "2027-12-01"},
		{"31 March of a leap year", "2028-03-31", "2027-12-31", "2028-01-01", "2028-01-01"},
		{"a day that February lacks", "2027-05-31", "2027-02-28", "2027-03-02", "2027-03-02"},
		{"short months, and the days come first", "2027-05-15", "2027-02-15", "2027-02-14", "2027-02-15"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", tt.last)
			opened := day(t, tt.opened)
			for today := opened - 40; today <= opened+40; today++ {
				s := rules.Evaluate(a, today)
				if s.DeclareFrom.String() != tt.from || s.DeclareFromInDays().String() != tt.inDays {
					t.Fatalf("from %s, in days %s, want %s, %s", s.DeclareFrom, s.DeclareFromInDays(), tt.from, tt.inDays)
				}
				if s.Opened() != (today >= opened) {
					t.Errorf("%s: opened: %v", today, s.Opened())
				}
			}
		})
	}
}

// AMT publishes no days; a voluntary credential without a cycle has none.
func TestDeclarationAlwaysOpen(t *testing.T) {
	voluntary := account(t, "ascp", "MLS", "2027-03-31")
	volunteer(&voluntary)
	for _, a := range []rules.Account{account(t, "amt", "MT", "2027-03-31"), voluntary} {
		if s := rules.Evaluate(a, day(t, "2026-11-21")); s.DeclareFrom != 0 || s.DeclareFromInDays() != 0 || !s.Opened() {
			t.Errorf("%s: from %s, in days %s, opened %v", s.Designation(), s.DeclareFrom, s.DeclareFromInDays(), s.Opened())
		}
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

// Why points count or do not, portion by portion. Credits are dated one day after
// the other; each line of what is wanted is of one of them.
func TestReasons(t *testing.T) {
	tests := []struct {
		name     string
		credits  []ledger.Credit
		by, want string
	}{
		{"surplus counts as other", []ledger.Credit{credit(t, 1, "2025-01-01", 400, "chemistry")}, "chemistry=4",
			"2 chemistry chemistry counts, 2 chemistry other counts"},
		{"not allocated, though it could fill something", []ledger.Credit{credit(t, 1, "2025-01-01", 100, "")}, "", "1   not-allocated"},
		{"over the cap of college courses", []ledger.Credit{credit(t, 1, "2025-01-01", 4500, "chemistry")}, "chemistry=30",
			"2 chemistry chemistry counts, 16 chemistry other counts, 12 chemistry  over-cap, 15   over-cap"},
		{"nothing left to fill", []ledger.Credit{credit(t, 1, "2025-01-01", 3700, "safety;ethics;blood-banking;chemistry;hematology;microbiology"), credit(t, 2, "2025-01-02", 50, "quality")},
			"safety=1 ethics=1 blood-banking=2 chemistry=2 hematology=2 microbiology=2 other=27",
			"1 safety safety counts, 1 ethics ethics counts, 2 blood-banking blood-banking counts, 2 chemistry chemistry counts, " +
				"2 hematology hematology counts, 2 microbiology microbiology counts, 26 other other counts, 1 other  nothing-left\n0.5   nothing-left"},
		{"allocated to what the edition does not ask for", []ledger.Credit{credit(t, 1, "2025-01-01", 100, "cytology")}, "cytology=1", "1 cytology  no-requirement"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := account(t, "ascp", "MLS", "2027-03-31")
			if a.Credits = tt.credits; tt.credits[0].Points == 4500 {
				a.Credits[0].Activity = ledger.CollegeCourse
			}
			a.Allocations = allocated(t, tt.by)
			var got []string
			for _, f := range rules.Evaluate(a, day(t, "2026-11-21")).Findings {
				var parts []string
				for _, p := range f.Parts {
					parts = append(parts, fmt.Sprintf("%s %s %s %s", p.Points, p.Allocated, p.CountsAs, p.Reason))
				}
				got = append(got, strings.Join(parts, ", "))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("Findings mismatch (-want +got):\n%s", diff)
			}
		})
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
