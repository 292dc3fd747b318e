package ledger_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
)

const notCounted = `not a number of days, weeks or months such as "3 days ago"`

const notDay = "not a day such as 2026-11-21"

// day returns a day that the test is sure of.
func day(t *testing.T, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

// anyDay draws from the whole calendar.
func anyDay() *rapid.Generator[ledger.Date] {
	first, last := ledger.MakeDate(1, 1, 1), ledger.MakeDate(9999, 12, 31)
	return rapid.Map(rapid.Int32Range(int32(first), int32(last)), func(n int32) ledger.Date { return ledger.Date(n) })
}

func TestParseDate(t *testing.T) {
	tests := []reading[ledger.Date]{
		{"a day", "2026-11-21", ledger.MakeDate(2026, 11, 21), ""},
		{"the first day of the calendar", "0001-01-01", 1, ""},
		{"the last day of the calendar", "9999-12-31", ledger.MakeDate(9999, 12, 31), ""},
		{"leap day", "2024-02-29", ledger.MakeDate(2024, 2, 29), ""},
		{"leap day of another century", "1900-02-29", 0, "not a day of the calendar: that month has 28 days"},
		{"30 February", "2026-02-30", 0, "not a day of the calendar: that month has 28 days"},
		{"31 April", "2026-04-31", 0, "not a day of the calendar: that month has 30 days"},
		{"day 32", "2026-12-32", 0, "not a day of the calendar: that month has 31 days"},
		{"day 0", "2026-11-00", 0, "not a day of the calendar"},
		{"month 0", "2026-00-21", 0, "not a day of the calendar"},
		{"month 13", "2026-13-01", 0, "not a day of the calendar"},
		{"nothing", "", 0, notDay},
		{"one digit", "2026-1-2", 0, notDay},
		{"five digits in the year", "12026-11-21", 0, notDay},
		{"slashes", "2026/11/21", 0, notDay},
		{"time of day", "2026-11-21T00:00:00Z", 0, notDay},
		{"blank before", " 2026-11-21", 0, notDay},
		{"digits of another script", "٢٠-11-21", 0, notDay},
	}
	checkReadings(t, ledger.ParseDate, tests)
}

// The calendar agrees with that of the standard library on every day.
func TestDateEveryDay(t *testing.T) {
	want := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := ledger.Date(1); d <= ledger.MakeDate(9999, 12, 31); d++ {
		wantYear, wantMonth, wantDay := want.Date()
		year, month, dom := d.YMD()
		if year != wantYear || month != int(wantMonth) || dom != wantDay {
			t.Fatalf("day %d is %04d-%02d-%02d, want %s", int32(d), year, month, dom, want.Format(time.DateOnly))
		}
		if got := ledger.MakeDate(year, month, dom); got != d {
			t.Fatalf("%04d-%02d-%02d is day %d, want %d", year, month, dom, int32(got), int32(d))
		}
		if day := want.Weekday(); d.Weekday() != day.String() || d.Weekend() != (day == time.Saturday || day == time.Sunday) {
			t.Fatalf("%s is a %s (weekend: %t), want %s", d, d.Weekday(), d.Weekend(), day)
		}
		// A stride that is no multiple of a week, a month or a leap cycle.
		if d%37 == 0 {
			checkText(t, d, want.Format(time.DateOnly))
		}
		want = want.Add(24 * time.Hour)
	}
	if want.Year() != 10000 {
		t.Errorf("the calendar ends before %s, want the end of the year 9999", want.Format(time.DateOnly))
	}
}

// checkText checks that a day is written so, as JSON too, and read again.
func checkText(t *testing.T, d ledger.Date, want string) {
	t.Helper()
	if got, err := ledger.ParseDate(want); d.String() != want || got != d || err != nil {
		t.Fatalf("day %d is written %s, want %s, which is read as %d, %v", int32(d), d, want, int32(got), err)
	}
	var got ledger.Date
	if written, err := json.Marshal(d); string(written) != `"`+want+`"` || err != nil || json.Unmarshal(written, &got) != nil || got != d {
		t.Fatalf("JSON of %s: %s, %v", want, written, err)
	}
}

func TestAddMonths(t *testing.T) {
	tests := []struct {
		name   string
		give   string
		months int
		want   string
	}{
		{"none", "2026-11-21", 0, "2026-11-21"},
		{"one month before expiry at the end of March", "2027-03-31", -1, "2027-02-28"},
		{"three months before expiry at the end of March", "2027-03-31", -3, "2026-12-31"},
		{"29 February in a leap year", "2024-01-31", 1, "2024-02-29"},
		{"29 February three years later", "2024-02-29", 36, "2027-02-28"},
		{"29 February three years earlier", "2024-02-29", -36, "2021-02-28"},
		{"three years before the end of February", "2027-02-28", -36, "2024-02-28"},
		{"beyond the last year", "9999-12-01", 1, "9999-12-31"},
		{"far beyond the last year", "2026-11-21", 1_000_000, "9999-12-31"},
		{"before the first year", "0001-01-31", -1, "0001-01-01"},
		{"far before the first year", "2026-11-21", -1_000_000, "0001-01-01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := day(t, tt.give).AddMonths(tt.months).String(); got != tt.want {
				t.Errorf("%s and %d months is %s, want %s", tt.give, tt.months, got, tt.want)
			}
		})
	}
	if got := ledger.Date(0).AddMonths(36); got != 0 {
		t.Errorf("no day and 36 months is %v, want no day", got)
	}
}

// Months later is the same day of the month that many months on, or the last
// day of that month; years are twelve months each.
func TestAddMonthsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := anyDay().Draw(t, "from")
		n := rapid.IntRange(-2000, 2000).Draw(t, "months")
		year, month, dom := from.YMD()
		months := 12*year + month - 1 + n
		if months < 12 || months > 12*9999+11 {
			t.Skip("beyond the calendar")
		}
		got := from.AddMonths(n)
		y, m, d := got.YMD()
		if 12*y+m-1 != months {
			t.Fatalf("%v and %d months is %v", from, n, got)
		}
		if d != dom && (d > dom || ledger.MakeDate(y, m, d+1) != 0) {
			t.Fatalf("%v and %d months is %v, neither the same day nor the last", from, n, got)
		}
	})
}

func TestDay(t *testing.T) {
	today := ledger.MakeDate(2026, 3, 1)
	tests := []struct {
		name    string
		give    string
		want    string // the day that is meant
		written string
		wantErr string
	}{
		{"a date", "2024-02-29", "2024-02-29", "2024-02-29", ""},
		{"today", "today", "2026-03-01", "today", ""},
		{"case and blanks", "  Today ", "2026-03-01", "today", ""},
		{"yesterday", "yesterday", "2026-02-28", "1 days ago", ""},
		{"days ago", "3 days ago", "2026-02-26", "3 days ago", ""},
		{"no days ago", "0 days ago", "2026-03-01", "today", ""},
		{"many blanks", "3   DAYS\tago", "2026-02-26", "3 days ago", ""},
		{"half a day", "1.5 days ago", "", "", notCounted},
		{"too many days", "99999 days ago", "", "", notCounted},
		{"weeks ago", "3 weeks ago", "2026-02-08", "21 days ago", ""},
		{"a month ago", "1 month ago", "2026-02-01", "1 months ago", ""},
		{"no months ago", "0 months ago", "2026-03-01", "today", ""},
		{"another unit", "3 years ago", "", "", notCounted},
		{"tomorrow", "tomorrow", "2026-03-02", "tomorrow", ""},
		{"the month's name", "31 Mar 2027", "2027-03-31", "2027-03-31", ""},
		{"the month's name first", "March 31, 2027", "2027-03-31", "2027-03-31", ""},
		{"only one can be the month", "3/31/2027", "2027-03-31", "2027-03-31", ""},
		{"the day first", "31.3.2027", "2027-03-31", "2027-03-31", ""},
		{"both the same", "5/5/2027", "2027-05-05", "2027-05-05", ""},
		{"the weekday decides", "Wed 3/2/2027", "2027-02-03", "2027-02-03", ""},
		{"two digits", "3/31/27", "", "", "the year needs four digits; write 2027-03-31"},
		{"two digits and two readings", "1/3/27", "", "", "the year needs four digits; write 2027-01-03 or 2027-03-01"},
		{"no such day either way", "31/31/2027", "", "", "not a day of the calendar"},
		{"nothing", "", "", "", notDay},
		{"no such date", "2026-02-30", "", "", "not a day of the calendar: that month has 28 days"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d ledger.Day
			err := d.UnmarshalText([]byte(tt.give))
			if diff := cmp.Diff(tt.wantErr, text(err)); diff != "" {
				t.Fatalf("%q error (-want +got):\n%s", tt.give, diff)
			}
			if err != nil {
				return
			}
			if got := d.Date(today).String(); got != tt.want {
				t.Errorf("%q on %v means %s, want %s", tt.give, today, got, tt.want)
			}
			if written, err := d.MarshalText(); string(written) != tt.written || err != nil {
				t.Errorf("%q is written %q, %v; want %q", tt.give, written, err, tt.written)
			}
		})
	}
}

// A day that may be two is neither until an order decides.
// The calendar has the years 1 to 9999, also for a day that is counted from today.
func TestDayOutside(t *testing.T) {
	last := ledger.MakeDate(9999, 12, 31)
	for _, tt := range []struct {
		day     string
		today   ledger.Date
		outside bool
	}{
		{"yesterday", 1, true}, {"yesterday", 2, false}, {"3 days ago", 3, true}, {"3 days ago", 4, false},
		{"1 month ago", 31, true}, {"1 month ago", 32, false}, {"65000 months ago", last, true},
		{"tomorrow", last, true}, {"tomorrow", last - 1, false}, {"today", 1, false}, {"today", last, false},
	} {
		var d ledger.Day
		err := d.UnmarshalText([]byte(tt.day))
		if err == nil {
			err = d.Settle("", tt.today)
		}
		if (err != nil) != tt.outside {
			t.Errorf("%s on %s: %v", tt.day, tt.today, err)
		}
	}
}

func TestDaySettle(t *testing.T) {
	for order, want := range map[ledger.DateOrder]string{
		ledger.MonthFirst: "2027-01-03", ledger.DayFirst: "2027-03-01", "": "January 3 or March 1? write 2027-01-03 or 2027-03-01",
	} {
		var d ledger.Day
		if err := d.UnmarshalText([]byte(" 1/3/2027 ")); err != nil {
			t.Fatal(err)
		}
		if written, _ := d.MarshalText(); string(written) != "1/3/2027" {
			t.Errorf("it is written %q", written)
		}
		got := text(d.Settle(order, 1))
		if got == "" {
			got = d.Date(1).String()
		}
		if got != want {
			t.Errorf("with the order %q it is %q, want %q", order, got, want)
		}
	}
}

func TestNoDay(t *testing.T) {
	var none ledger.Day
	if got := none.Date(ledger.MakeDate(2026, 3, 1)); got != 0 || !none.IsZero() {
		t.Errorf("no day given means %v, want no day", got)
	}
	var got ledger.Date
	written, err := json.Marshal(got)
	if string(written) != "null" || err != nil || json.Unmarshal(written, &got) != nil || got != 0 {
		t.Errorf("JSON of no day: %s, %v", written, err)
	}
}

// What is read as a date is written as it was typed.
func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-11-21", "2024-02-29", "1900-02-29", "0000-01-01", "9999-12-31", "2026-1-2", "2026-13-01", "", "----------"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ledger.ParseDate(s)
		if _, wantErr := time.Parse(time.DateOnly, s); err == nil && wantErr != nil {
			t.Fatalf("ParseDate(%q) = %v, but %v", s, d, wantErr)
		}
		if err == nil && d.String() != s {
			t.Fatalf("ParseDate(%q) = %v", s, d)
		}
	})
}

// What is read as a day means a day of the calendar, and the same one again
// from how it is written.
func FuzzDay(f *testing.F) {
	for _, seed := range []string{"today", "Yesterday", "3 days ago", "1 day ago", "65535 days ago", "99999 days ago", "2026-11-21", "-1 days ago", "", "9362 weeks ago", "65535 months ago", "tomorrow",
		"1/3/2027", "31.3.2027", "Wednesday, 2 September 2026, 3:15 PM", "October 10-11, 2025", "20190524", "2026-05-21 16:10 UTC"} {
		f.Add(seed)
	}
	today := ledger.MakeDate(100, 3, 1) // early enough for days before the calendar
	f.Fuzz(func(t *testing.T, s string) {
		var d, again ledger.Day
		if d.UnmarshalText([]byte(s)) != nil {
			return
		}
		date := d.Date(today)
		if date < 1 || date > ledger.MakeDate(9999, 12, 31) {
			t.Fatalf("%q means %v", s, date)
		}
		written, err := d.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalText(written); err != nil || again != d {
			t.Fatalf("%q is written %q and read as %v, %v", s, written, again, err)
		}
	})
}
