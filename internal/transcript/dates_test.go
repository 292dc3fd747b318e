package transcript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// TestReadDates gives the dates of one column and what they are read as; a
// word instead of a day is the problem of that row.
func TestReadDates(t *testing.T) {
	const notDay = "not a day such as 2026-11-21"
	const lacks28, lacks30 = "not a day of the calendar: that month has 28 days", "not a day of the calendar: that month has 30 days"
	const shortYear = notDay + ": the year has only two digits; --date-format MM/DD/YY or DD/MM/YY reads them"
	tests := []struct {
		name, option string
		cells, want  []string
		format       string
	}{
		{"one row settles the month", "", []string{"03/02/2026", "3/25/2026"}, []string{"2026-03-02", "2026-03-25"}, "MM/DD/YYYY"},
		{"one row settles the day", "", []string{"03/02/2026", "25/3/2026"}, []string{"2026-02-03", "2026-03-25"}, "DD/MM/YYYY"},
		{"an impossible day settles it too", "", []string{"04/31/2026"}, []string{lacks30}, "MM/DD/YYYY"},
		{"full stops", "", []string{"25.03.2026"}, []string{"2026-03-25"}, "DD.MM.YYYY"},
		{"hyphens", "", []string{"03-25-2026"}, []string{"2026-03-25"}, "MM-DD-YYYY"},
		{"the same day either way", "", []string{"05/05/2026"}, []string{"2026-05-05"}, "MM/DD/YYYY"},
		{"told the month", "mm/dd/yyyy", []string{"03/02/2026"}, []string{"2026-03-02"}, "MM/DD/YYYY"},
		{"told the day", "DD.MM.YYYY", []string{"03/02/2026"}, []string{"2026-02-03"}, "DD/MM/YYYY"},
		{"told otherwise than a row shows", "DD/MM/YYYY", []string{"03/02/2026", "03/25/2026"},
			[]string{"2026-02-03", "not a day of the calendar when read as DD/MM/YYYY"}, "DD/MM/YYYY"},
		{"told that the year is first", "YYYY-MM-DD", []string{"2026-03-02", "03/25/2026", "2 Mar 2026"},
			[]string{"2026-03-02", "not a day such as 2026-11-21, as YYYY-MM-DD asks for",
				"not a day such as 2026-11-21, as YYYY-MM-DD asks for"}, "YYYY-MM-DD and with the month's name"},
		{"the year first is always understood", "MM/DD/YYYY", []string{"2026-03-02", "2026/3/2", "2026.03.02"},
			[]string{"2026-03-02", "2026-03-02", "2026-03-02"}, "YYYY-MM-DD"},
		{"mixed with the year first", "", []string{"2026-03-02", "3/25/2026"}, []string{"2026-03-02", "2026-03-25"},
			"YYYY-MM-DD and MM/DD/YYYY"},
		{"months by name", "", []string{"Mar 2, 2026", "2 March 2026", "02-Mar-2026", "SEPT 2 2026", "May. 2, 2026"},
			[]string{"2026-03-02", "2026-03-02", "2026-03-02", "2026-09-02", "2026-05-02"}, "with the month's name"},
		{"times are dropped", "", []string{
			"2026-03-02 00:00", "3/25/2026 12:00:00 AM", "2026-03-02T23:59:59.999", "3/25/2026, 2:35pm", "Mar 2, 2026 10:00 AM",
		}, []string{"2026-03-02", "2026-03-25", "2026-03-02", "2026-03-25", "2026-03-02"},
			"YYYY-MM-DD and MM/DD/YYYY and with the month's name"},
		{"zones are dropped", "", []string{
			"2026-03-02T10:00:00Z", "2026-03-02T23:59:59.123456Z", "2026-03-02T10:00:00+01:00", "2026-03-02T10:00:00.5-11:00",
			"2026-03-02 10:00 +0530", "2026-03-02T10:00z", "2026-03-02T10:00:00-08",
		}, []string{"2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02"}, "YYYY-MM-DD"},
		{"zones that are none", "", []string{"2026-03-02Z", "2026-03-02T10:00:00+1:00", "2026-03-02T10:00:00+99:00", "2026-03-02T10:00:00+",
			"2026-03-02T+01:00", "2026-03-02 2:00 PM Z"}, []string{notDay, notDay, notDay, notDay, notDay, notDay}, ""},
		{"times that are none", "", []string{"2026-03-02T00:00:00ZZ", "2026-03-02 25:00", "2026-03-02 10:60", "2026-03-02 1:2:3:4"},
			[]string{notDay, notDay, notDay, notDay}, ""},
		{"short years", "", []string{"3/25/26", "2-Mar-26"},
			[]string{shortYear, shortYear}, ""},
		{"short years of which others are not", "", []string{"13/2/26", "3/25/2026"}, []string{shortYear, "2026-03-25"}, "MM/DD/YYYY"},
		{"short years though the year is first", "YYYY-MM-DD", []string{"3/25/26"}, []string{shortYear}, ""},
		{"short years, the month first", "mm-dd-yy", []string{"3/2/26", "03/02/2026", "5-Jan-25", "Jan 5, 70", "12/31/69", "1/1/70", "1/1/00", "2026-03-02"},
			[]string{"2026-03-02", "2026-03-02", "2025-01-05", "1970-01-05", "2069-12-31", "1970-01-01", "2000-01-01", "2026-03-02"},
			"YYYY-MM-DD and MM/DD/YY and with the month's name"},
		{"short years, the day first", "DD.MM.YY", []string{"3.2.26", "29.2.25", "2/29/24", "1.2.126", "1.2.6"},
			[]string{"2026-02-03", lacks28, "not a day of the calendar when read as DD/MM/YY", notDay, notDay}, "DD.MM.YY"},
		{"short years allowed and none there", "DD/MM/YY", []string{"03/02/2026"}, []string{"2026-02-03"}, "DD/MM/YYYY"},
		{"no days", "", []string{"yes", "2026", "3/2026", "3/2-2026", "1/2/3/2026", "-1/2/2026", "Mai 2, 2026", "003/02/2026", "20261302", "30260302"},
			[]string{notDay, notDay, notDay, notDay, notDay, notDay, notDay, notDay, notDay, notDay}, ""},
		{"days of a calendar", "", []string{
			"Wednesday, 2 September 2026, 3:15 PM", "Wed 2nd Sep 2026", "20190524", "2026-05-21 16:10 UTC", "Sep 2, 2026 at 3:15 PM EDT",
		}, []string{"2026-09-02", "2026-09-02", "2019-05-24", "2026-05-21", "2026-09-02"}, "YYYY-MM-DD and with the month's name"},
		{"another weekday", "", []string{"Thursday, 2 September 2026"}, []string{"2026-09-02 is a Wednesday, not a Thursday"}, "with the month's name"},
		{"ranges are their last day", "", []string{
			"October 10-11, 2025", "10–11 October 2025", "Oct 30 - Nov 2, 2025", "Dec 30, 2025 to Jan 2, 2026", "2025-10-10 - 2025-10-11", "10/10/2025 - 10/13/2025",
		}, []string{"2025-10-11", "2025-10-11", "2025-11-02", "2026-01-02", "2025-10-11", "2025-10-13"},
			"YYYY-MM-DD and MM/DD/YYYY and with the month's name"},
		{"ranges that are none", "", []string{"October 11-10, 2025", "2025-10-10-11", "10-40 October 2025"},
			[]string{"2025-10-11 is after 2025-10-10", notDay, "not a day of the calendar: that month has 31 days"}, "with the month's name"},
		{"days that the calendar lacks", "", []string{"2026-02-30", "2026-13-01", "31 June 2026", "13/13/2026", "0/5/2026"},
			[]string{lacks28, "not a day of the calendar", lacks30,
				"not a day of the calendar", "not a day of the calendar"}, "YYYY-MM-DD and MM/DD/YYYY and with the month's name"},
		{"leap days", "", []string{"02/29/2024", "02/29/2025"}, []string{"2024-02-29", lacks28}, "MM/DD/YYYY"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "Title;Date;Hours\nA;" + strings.Join(tt.cells, ";1\nA;") + ";1\n"
			f := read(t, text, transcript.Options{DateFormat: dateFormat(t, tt.option)})
			var got []string
			for _, r := range f.Rows {
				if r.Problem != nil {
					got = append(got, r.Problem.Message)
					continue
				}
				got = append(got, r.Credit.Date.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("dates (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.format, f.DateFormat); diff != "" {
				t.Errorf("format (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDateFormat(t *testing.T) {
	for text, want := range map[string]transcript.DateFormat{
		"": "", " mm-dd-yyyy ": "MM/DD/YYYY", "DD.MM.YYYY": "DD/MM/YYYY", "dd-mm-yy": "DD/MM/YY", "MM/DD/YY": "MM/DD/YY", "yyyy-mm-dd": "YYYY-MM-DD",
	} {
		if got := dateFormat(t, text); got != want {
			t.Errorf("format %q is %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"MM/DD", "YY-MM-DD", "MM/DD/YYY"} {
		var got transcript.DateFormat
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("format %s is %q, want an error", text, got)
		}
	}
}

// dateFormat reads a format that has to be one.
func dateFormat(t *testing.T, text string) (f transcript.DateFormat) {
	t.Helper()
	if err := f.UnmarshalText([]byte(text)); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return f
}

// A day is the same with two digits of its year as with four, when the format
// says where they stand.
func TestReadShortYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := ledger.MakeDate(rapid.IntRange(1970, 2069).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
		iso := want.String()
		year, month, day := iso[2:4], iso[5:7], iso[8:]
		cell := map[string]string{"MM/DD/YY": month + "/" + day + "/" + year, "DD/MM/YY": day + "/" + month + "/" + year}
		format := rapid.SampledFrom([]string{"MM/DD/YY", "DD/MM/YY"}).Draw(t, "format")
		f, err := transcript.Text([]byte("Title,Date,Hours\nA," + cell[format] + ",1\n")).Read(transcript.Options{DateFormat: transcript.DateFormat(format)})
		if err != nil || f.Rows[0].Problem != nil || f.Rows[0].Credit.Date != want || f.DateFormat != format {
			t.Errorf("%s as %s: %v, %v, want %s", cell[format], format, f.Rows, err, want)
		}
	})
}
