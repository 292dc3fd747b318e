package report_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/report"
	"cmpledger/internal/rules"
)

// A bar is full only when nothing remains, empty only when nothing counts, and
// never shorter than that of less.
func TestShareHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := ledger.Points(rapid.Int64Range(1, 999999).Draw(t, "all"))
		done := ledger.Points(rapid.Int64Range(0, int64(all)).Draw(t, "done"))
		n := report.Share(done, all)
		if (n == 10000) != (done == all) || (n == 0) != (done == 0) || n < 0 || n > 10000 {
			t.Fatalf("%s of %s is %d", done, all, n)
		}
		if done > 0 && report.Share(done-1, all) > n {
			t.Fatalf("%s of %s is %d, less than before", done, all, n)
		}
	})
}

// The ring and the bars of a page are as long as their shares.
func TestBarsAreShares(t *testing.T) {
	r := sample(0)
	r.Credentials = r.Credentials[1:2]
	c := &r.Credentials[0]
	c.Required, c.Counted = 3600, 2700
	c.Requirements = requirements([]string{"Safety", "Ethics", "Chemistry", "Other"}, 100, 100, 100, 0, 200, 50, 3200, 2550)
	page := write(t, r)
	contains(t, page, `class="part" cx="60" cy="60" r="51" pathLength="10000" stroke-dasharray="7500 10000"`)
	bar := regexp.MustCompile(`<title>([^<]*)</title><rect class="track"[^>]*></rect>(?:<rect class="(done|part)" width="([^"]*)")?`)
	var got []string
	for _, m := range bar.FindAllStringSubmatch(page, -1) {
		got = append(got, strings.Join(m[1:], " "))
	}
	want := []string{
		"Safety: 1 of 1 point done 100.00%", "Ethics: 0 of 1 point  ", "Chemistry: 0.5 of 2 points part 25.00%",
		"Other: 25.5 of 32 points part 79.68%", "Total: 27 of 36 points part 75.00%",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bars (-want +got):\n%s", diff)
	}
}

func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		window ledger.Cycle
		want   []string
	}{
		{"three years", span("2024-04-01", "2027-03-31"), []string{"2024", "2025", "2026"}},
		{"a year", span("2026-01-01", "2026-12-31"), []string{"2026"}},
		{"a day", span("2026-11-21", "2026-11-21"), []string{"2026"}},
		{"a life", span("1983-03-07", "2095-11-21"), []string{"1984", "2003", "2022", "2041", "2060", "2079"}},
		{"all days", span("0001-01-01", "9999-12-31"), []string{"2", "1669", "3336", "5003", "6670", "8337"}},
	} {
		var got []string
		for _, label := range report.Ticks(tt.window) {
			got = append(got, label.Text)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// anyDay generates a day, near others or anywhere.
func anyDay() *rapid.Generator[ledger.Date] {
	return rapid.OneOf(
		rapid.Map(rapid.IntRange(-2000, 2000), func(n int) ledger.Date { return day("2026-11-21") + ledger.Date(n) }),
		rapid.Map(rapid.Int32Range(1, int32(day("9999-12-31"))), func(n int32) ledger.Date { return ledger.Date(n) }),
	)
}

// Whatever the days, labels of an axis stay within it and clear of each other,
// and a page can be written.
func TestTicksAreClear(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		days := []ledger.Date{anyDay().Draw(rt, "first"), anyDay().Draw(rt, "last")}
		slices.Sort(days)
		window, today := ledger.Cycle{First: days[0], Last: days[1]}, anyDay().Draw(rt, "today")
		end := int64(-1)
		for _, label := range report.Ticks(window) {
			if label.From <= end || label.To > 10000 {
				rt.Fatalf("%v to %v: %q from %d to %d, behind %d", window.First, window.Last, label.Text, label.From, label.To, end)
			}
			end = label.To
		}
		r := sample(3)
		r.Day = today
		for i := range r.Credentials {
			c := &r.Credentials[i]
			c.Cycle, c.First, c.Last = window, window.First, window.Last
			c.Today, c.DeclareBy, c.Cycle.Declared = today, anyDay().Draw(rt, "by"), anyDay().Draw(rt, "declared")
		}
		for i := range r.Credits {
			r.Credits[i].Date = min(max(anyDay().Draw(rt, "date"), window.First), window.Last)
		}
		slices.SortFunc(r.Credits, func(a, b report.Credit) int { return int(a.Date - b.Date) })
		parsed(t, write(t, r))
	})
}

func TestPace(t *testing.T) {
	cycle := span("2024-04-01", "2027-03-31") // 1095 days
	for _, tt := range []struct {
		name    string
		edit    func(*report.Credential)
		day     string
		want    string // expected and ahead, or none
		sayings string
	}{
		{"the day before the first", nil, "2024-03-31", "none", "The cycle begins on 2024-04-01. To earn: 4.5 points by 2027-02-28, about 0.2 points a month."},
		{"the first day", nil, "2024-04-01", "0 20", "20 of 36 points count. An even pace would be 0 by now; you are 20 points ahead. To earn: 4.5 points by 2027-02-28, about 0.2 points a month."},
		{"half of it", nil, "2025-09-30", "18 2", ""},
		{"behind", nil, "2026-11-21", "31.7 -11.7", "20 of 36 points count. An even pace would be 31.7 by now; you are 11.7 points behind. To earn: 4.5 points by 2027-02-28, about 1.4 points a month."},
		{"sixty-one days before", nil, "2026-12-29", "33 -13", "20 of 36 points count. An even pace would be 33 by now; you are 13 points behind. To earn: 4.5 points by 2027-02-28, about 2.3 points a month."},
		{"sixty days before", nil, "2026-12-30", "33 -13", "20 of 36 points count. An even pace would be 33 by now; you are 13 points behind. To earn: 4.5 points by 2027-02-28."},
		{"the day to declare by", nil, "2027-02-28", "35 -15", "20 of 36 points count. An even pace would be 35 by now; you are 15 points behind. To earn: 4.5 points by 2027-02-28."},
		{"the day after", nil, "2027-03-01", "35 -15", "20 of 36 points count. An even pace would be 35 by now; you are 15 points behind. To earn: 4.5 points by 2027-03-31."},
		{"the last day", nil, "2027-03-31", "36 -16", ""},
		{"after it", nil, "2027-04-01", "36 -16", "20 of 36 points count. An even pace would be 36 by now; you are 16 points behind. To earn: 4.5 points."},
		{"days that move", func(c *report.Credential) { c.First, c.Last = day("2023-11-22"), day("2026-11-21") }, "2026-11-21", "none", ""},
		{"declared", func(c *report.Credential) { c.State, c.Cycle.Declared = rules.Declared, day("2026-11-20") }, "2026-11-21", "none", "20 of 36 points count. It was declared on 2026-11-20."},
		{"met", func(c *report.Credential) { c.Counted, c.ToEarn = 3600, 0 }, "2026-11-21", "31.7 4.3", "36 of 36 points count. Nothing is left to earn."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := standing("ascp", "MLS", rules.InProgress, cycle, rules.Edition{})
			c.Today, c.DeclareBy, c.Required, c.Counted, c.ToEarn = day(tt.day), day("2027-02-28"), 3600, 2000, 450
			if tt.edit != nil {
				tt.edit(&c)
			}
			got := "none"
			if p := c.Pace(); p != nil {
				got = p.Expected.String() + " " + p.Ahead.String()
			}
			if got != tt.want {
				t.Errorf("pace %s, want %s", got, tt.want)
			}
			if got := c.Outlook(); tt.sayings != "" && got != tt.sayings {
				t.Errorf("it says %q\nwant %q", got, tt.sayings)
			}
		})
	}
}

// between returns what stands in a page between two texts, the first time.
func between(t testing.TB, page, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, from)
	inside, _, closed := strings.Cut(rest, to)
	if !ok || !closed {
		t.Fatalf("the page has nothing between %q and %q", from, to)
	}
	return inside
}

// Days are two units wide and points a hundred high, from the top down.
func TestChart(t *testing.T) {
	r := sample(0)
	r.Credentials = r.Credentials[1:2]
	c := &r.Credentials[0]
	c.Today, c.Cycle, c.DeclareFrom, c.DeclareBy = day("2026-01-06"), span("2026-01-01", "2026-01-10"), day("2026-01-07"), day("2026-01-08")
	c.First, c.Last, c.Required, c.Counted = c.Cycle.First, c.Cycle.Last, 500, 350
	for i, use := range []struct {
		date            string
		points, counted ledger.Points
	}{{"2026-01-02", 100, 100}, {"2026-01-04", 200, 200}, {"2026-01-04", 400, 50}, {"2026-01-09", 10, 0}} {
		r.Credits = append(r.Credits, report.Credit{
			Credit: ledger.Credit{ID: int64(i + 1), Date: day(use.date), Title: fmt.Sprintf("Credit %d", i+1), Points: use.points},
			Uses:   []report.Use{{Finding: rules.Finding{Counted: use.counted}}},
		})
	}
	chart := between(t, write(t, r), `<svg class="chart"`, "</figure>")
	contains(t, chart,
		`viewBox="0 0 20 500"`, `<path class="straight" d="M0 500L20 0">`, `<path class="steps" d="M0 500H2V400H6V200H6V150H12">`,
		`<path class="area" d="M0 500H2V400H6V200H6V150H12V500H0Z">`, `<circle class="point" cx="60.00%" cy="45" r="3.5">`,
	)
	var rows []string
	for label := range strings.SplitSeq(chart, `<text class="label `) {
		if words, _, ok := strings.Cut(label, "</text>"); ok && !strings.HasPrefix(label, "now") && !strings.Contains(words, "<title") {
			rows = append(rows, words[strings.Index(words, "x="):])
		}
	}
	want := []string{`x="100.00%" dx="-5" y="-62">expires 2026-01-10`, `x="80.00%" dx="-5" y="-45">declare by 2026-01-08`,
		`x="70.00%" dx="-5" y="-28">declare from 2026-01-07`, `x="60.00%" dx="-5" y="-11">today 2026-01-06`}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("marked days (-want +got):\n%s", diff)
	}
}
