package words_test

import (
	"strings"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func TestWords(t *testing.T) {
	many := make([]int64, 51)
	for _, tt := range []struct{ got, want string }{
		{words.Points(100), "1 point"},
		{words.Points(150), "1.5 points"},
		{words.Points(0), "0 points"},
		{words.Count(1, "credit"), "1 credit"},
		{words.Count(0, "credit"), "0 credits"},
		{words.List("or", nil), ""},
		{words.List("or", []string{"a"}), "a"},
		{words.List("or", []string{"a", "b", "c"}), "a, b or c"},
		{words.Numbers([]int64{1, 2}, " "), "1 2"},
		{words.Numbers(many, ","), strings.Repeat("0,", 50) + "..."},
		{words.Lower("Prevention of medical errors"), "prevention of medical errors"},
		{words.Lower("HIV/AIDS"), "HIV/AIDS"},
		{words.Lower("Laws and rules"), "laws and rules"},
		{words.Lower("Florida rules"), "Florida rules"},
		{words.Upper("étalé is"), "Étalé is"},
		{words.Upper(""), ""},
		{words.Length(ledger.MakeDate(2024, 4, 1), ledger.MakeDate(2027, 3, 31)), "3 years"},
		{words.Length(ledger.MakeDate(2024, 3, 31), ledger.MakeDate(2027, 3, 31)), "3 years and 1 day"},
		{words.Length(ledger.MakeDate(2020, 1, 1), ledger.MakeDate(2027, 5, 31)), "7 years and 5 months"},
		{words.Length(ledger.MakeDate(2024, 2, 29), ledger.MakeDate(2025, 4, 2)), "1 year, 1 month and 5 days"},
		{words.Length(ledger.MakeDate(2027, 3, 31), ledger.MakeDate(2027, 3, 31)), "1 day"},
		{words.Day(ledger.MakeDate(2027, 9, 28), ledger.MakeDate(2026, 11, 29)), "Sep 28"},
		{words.Day(ledger.MakeDate(2027, 9, 29), ledger.MakeDate(2026, 11, 29)), "Sep 29, 2027"},
		{words.Day(ledger.MakeDate(2026, 5, 30), ledger.MakeDate(2026, 11, 29)), "May 30"},
		{words.Day(ledger.MakeDate(2026, 5, 29), ledger.MakeDate(2026, 11, 29)), "May 29, 2026"},
		{words.NearDay(ledger.MakeDate(2026, 11, 28), ledger.MakeDate(2026, 11, 29)), "Nov 28"},
		{words.NearDay(ledger.MakeDate(2026, 12, 13), ledger.MakeDate(2026, 11, 29)), "Sun Dec 13"},
		{words.NearDay(ledger.MakeDate(2026, 12, 14), ledger.MakeDate(2026, 11, 29)), "Dec 14"},
		{words.FromTo(ledger.MakeDate(2026, 12, 31), 0, ledger.MakeDate(2027, 2, 28), ledger.MakeDate(2026, 11, 29)), "Dec 31 to Feb 28"},
		{words.FromTo(ledger.MakeDate(2027, 10, 31), 0, ledger.MakeDate(2027, 12, 31), ledger.MakeDate(2026, 11, 29)), "Oct 31 to Dec 31, 2027"},
		{words.FromTo(ledger.MakeDate(2027, 10, 3), 0, ledger.MakeDate(2027, 12, 3), ledger.MakeDate(2026, 12, 20)), "Oct 3 to Dec 3, 2027"}, // Oct 3 alone is near
		{words.FromTo(ledger.MakeDate(2026, 12, 31), 0, ledger.MakeDate(2027, 2, 28), ledger.MakeDate(2026, 4, 15)), "Dec 31, 2026 to Feb 28, 2027"},
		{words.FromTo(ledger.MakeDate(2027, 10, 3), ledger.MakeDate(2027, 10, 5), ledger.MakeDate(2027, 12, 3), ledger.MakeDate(2026, 12, 20)), "Oct 3 or 5 to Dec 3, 2027"},
		{words.FromTo(ledger.MakeDate(2027, 2, 28), ledger.MakeDate(2027, 3, 2), ledger.MakeDate(2027, 4, 30), ledger.MakeDate(2026, 12, 20)), "Feb 28 or Mar 2 to Apr 30"},
		{words.FromTo(ledger.MakeDate(2027, 12, 2), ledger.MakeDate(2027, 12, 1), ledger.MakeDate(2028, 3, 1), ledger.MakeDate(2026, 12, 20)), "Dec 1 or 2, 2027 to Mar 1, 2028"},
		{words.FromTo(ledger.MakeDate(2027, 12, 31), ledger.MakeDate(2028, 1, 1), ledger.MakeDate(2028, 3, 31), ledger.MakeDate(2026, 12, 20)), "Dec 31, 2027 or Jan 1, 2028 to Mar 31, 2028"},
		{words.FromTo(ledger.MakeDate(2028, 12, 31), 0, ledger.MakeDate(2029, 2, 28), ledger.MakeDate(2026, 11, 29)), "Dec 31, 2028 to Feb 28, 2029"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// On the day before, on and after the first and the last day to declare.
func TestDeclarationPeriod(t *testing.T) {
	day := func(text string) ledger.Date {
		d, _ := ledger.ParseDate(text)
		return d
	}
	from, by, expiry := day("2026-12-31"), day("2027-02-28"), day("2027-03-31")
	for _, tt := range []struct {
		name, today   string
		from, by      ledger.Date
		toEarn        ledger.Points
		short, period string
	}{
		{"before the first day", "2026-12-30", from, by, 0, "ready, from Dec 31", "declare from 2026-12-31 to 2027-02-28"},
		{"on it", "2026-12-31", from, by, 0, "declare in 59d, ready", "declare from 2026-12-31 to 2027-02-28"},
		{"after it", "2027-01-01", from, by, 0, "declare in 58d, ready", "declare from 2026-12-31 to 2027-02-28"},
		{"before the last day", "2027-02-27", from, by, 0, "declare in 1d, ready", "declare from 2026-12-31 to 2027-02-28"},
		{"on the last day", "2027-02-28", from, by, 0, "declare in 0d, ready", "declare from 2026-12-31 to 2027-02-28"},
		{"after the last day", "2027-03-01", from, by, 0, "late, ready, 30d", "declare by 2027-02-28"},
		{"points to earn before the first day", "2026-12-30", from, by, 100, "1 to earn, 91d", "declare from 2026-12-31 to 2027-02-28"},
		{"points to earn on it", "2026-12-31", from, by, 100, "declare in 59d, 1 to earn", "declare from 2026-12-31 to 2027-02-28"},
		{"points to earn on the last day", "2027-02-28", from, by, 100, "declare in 0d, 1 to earn", "declare from 2026-12-31 to 2027-02-28"},
		{"points to earn after it", "2027-03-01", from, by, 100, "late, 1 to earn, 30d", "declare by 2027-02-28"},
		{"only a last day is known", "2026-11-21", 0, by, 0, "declare in 99d, ready", "declare by 2027-02-28"},
		{"only a first day is known", "2026-11-21", from, 0, 0, "ready, from Dec 31", "declare from 2026-12-31"},
		{"neither is known", "2026-11-21", 0, 0, 0, "ready, 130d", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := &rules.Edition{Programme: &rules.Programme{DeclareFrom: &rules.Span{Months: 3, Days: 90}}}
			s := rules.Standing{Edition: e, State: rules.Ready, Today: day(tt.today), DeclareFrom: tt.from, DeclareBy: tt.by, Cycle: ledger.Cycle{First: 1, Last: expiry}}
			s.Remaining, s.ToEarn = tt.toEarn, tt.toEarn
			if short, period := words.ShortOutlook(s), words.DeclarationPeriod(s); short != tt.short || period != tt.period {
				t.Errorf("%q, %q, want %q, %q", short, period, tt.short, tt.period)
			}
			s.Cycle.Last = day("2027-05-31")
			if got := words.DeclarationPeriod(s); tt.from != 0 && s.InTime() && !strings.Contains(got, " (2027-03-02 if the board counts 90 days)") {
				t.Errorf("%q does not name the day of 90 days", got)
			}
		})
	}
}

// On the day before, on and after each day that changes what is said.
func TestWhen(t *testing.T) {
	day := func(text string) ledger.Date {
		d, _ := ledger.ParseDate(text)
		return d
	}
	from, by, expiry := day("2026-12-31"), day("2027-02-28"), day("2027-03-31")
	for _, tt := range []struct {
		today    string
		from, by ledger.Date
		want     string
		urgent   bool
	}{
		{"2026-12-30", from, by, "declare from Dec 31 to Feb 28", false},
		{"2026-12-31", from, by, "declare in 59 days, by Feb 28", false},
		{"2027-01-28", from, by, "declare in 31 days, by Feb 28", false},
		{"2027-01-29", from, by, "declare in 30 days, by Feb 28", true},
		{"2027-02-24", from, by, "declare in 4 days, by Sun Feb 28", true},
		{"2027-02-28", from, by, "declare today, Sun Feb 28", true},
		{"2027-03-01", from, by, "late: due Feb 28, expires in 30 days, Mar 31", true},
		{"2027-03-31", from, by, "late: due Feb 28, expires today, Wed Mar 31", true},
		{"2027-04-01", from, by, "expired Mar 31, 1 day ago", true},
		{"2027-02-28", 0, 0, "expires in 31 days, Mar 31", false},
		{"2027-03-01", 0, 0, "expires in 30 days, Mar 31", true},
		{"2027-03-31", 0, 0, "expires today, Wed Mar 31", true},
		{"2026-12-30", from, 0, "declare from Dec 31", false},
		{"2026-12-30", 0, by, "declare in 60 days, by Feb 28", false},
		{"2025-12-30", from, by, "declare from Dec 31, 2026 to Feb 28, 2027", false},
	} {
		t.Run(tt.today, func(t *testing.T) {
			e := &rules.Edition{Programme: &rules.Programme{DeclareFrom: &rules.Span{Months: 3, Days: 90}}}
			s := rules.Standing{Edition: e, State: rules.InProgress, Today: day(tt.today), DeclareFrom: tt.from, DeclareBy: tt.by, Cycle: ledger.Cycle{First: 1, Last: expiry}}
			if s.Today > expiry {
				s.State = rules.Expired
			}
			if got := words.When(s); got != tt.want || s.Urgent() != tt.urgent {
				t.Errorf("%q, urgent %v, want %q, %v", got, s.Urgent(), tt.want, tt.urgent)
			}
			s.State, s.Cycle.Declared = rules.Declared, s.Today
			if s.Urgent() {
				t.Error("what is declared is urgent")
			}
		})
	}
}

// Three months and 90 days may give two first days: both are named until both have come.
// On a narrow screen one day is enough.
func TestTwoFirstDays(t *testing.T) {
	e := &rules.Edition{Programme: &rules.Programme{DeclareFrom: &rules.Span{Months: 3, Days: 90}}}
	for _, tt := range []struct{ today, want, short string }{
		{"2026-10-02", "declare from Oct 3 or 5 to Dec 3", "declare from Oct 3"},
		{"2026-10-04", "declare from Oct 3 or 5 to Dec 3", "declare from Oct 3"},
		{"2026-10-05", "declare in 59 days, by Dec 3", "declare by Dec 3"},
		{"2026-12-04", "late: due Dec 3, expires in 30 days, Jan 3", "late, expires Jan 3"},
		{"2027-01-04", "expired Jan 3, 1 day ago", "expired Jan 3"},
	} {
		today, _ := ledger.ParseDate(tt.today)
		last := ledger.MakeDate(2027, 1, 3)
		s := rules.Standing{Edition: e, Today: today, DeclareFrom: last.AddMonths(-3), DeclareBy: last.AddMonths(-1), Cycle: ledger.Cycle{First: 1, Last: last}}
		if got, short := words.When(s), words.ShortWhen(s); got != tt.want || short != tt.short {
			t.Errorf("%s: %q, %q, want %q, %q", tt.today, got, short, tt.want, tt.short)
		}
	}
}

func TestNoCertificate(t *testing.T) {
	many := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	for _, tt := range []struct {
		bare []int64
		of   int
		want string
	}{
		{nil, 0, ""},
		{nil, 3, "Each has a certificate."},
		{many[:1], 1, "Credit 1 has no certificate."},
		{many, 12, "None of these 12 credits has a certificate."},
		{many[:1], 4, "1 of 4 credits has no certificate: 1."},
		{many[:10], 12, "10 of 12 credits have no certificate: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10."},
		{many, 20, "12 of 20 credits have no certificate: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more. See all: cmp evidence list --missing --credential SBB"},
	} {
		if got := words.NoCertificate(tt.bare, tt.of, "SBB").As("cmp"); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
