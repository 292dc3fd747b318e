package transcript_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// shown writes what rows say, one a line.
func shown(rows []transcript.Row) string {
	var b strings.Builder
	for _, r := range rows {
		if r.Problem != nil {
			fmt.Fprintf(&b, "%d %s\n", r.Number, r.Problem)
			continue
		}
		c := r.Credit
		fmt.Fprintf(&b, "%d %s %s %s %s %s|%s|%s\n", r.Number, c.Date, c.Title, c.Points, c.Activity,
			ledger.FormatCreditTopics(c.Topics), c.Provider, c.Note)
	}
	return b.String()
}

func TestReadSkip(t *testing.T) {
	const text = "Title,Date\n\nSummary,as of 2026-11-21\nTitle,Date,Hours\nA,2026-03-02,1\n"
	tests := []struct {
		skip int
		want string // assumptions and rows, or the error
	}{
		{0, "no column is called points or the like; the columns are Title, Date"},
		{1, "no column is called title or date or points or the like; the columns are Summary, as of 2026-11-21"},
		{2, "UTF-8, commas, 2 lines above the header skipped, dates YYYY-MM-DD, columns Title, Date, Hours: 1 rows"},
		{4, "no header below the 4 lines to skip"},
	}
	for _, tt := range tests {
		f, err := transcript.Text([]byte(text)).Read(transcript.Options{Skip: tt.skip})
		got := f.Assumptions() + ": " + itoa(len(f.Rows)) + " rows"
		if err != nil {
			_, got, _ = strings.Cut("line 0: "+strings.TrimPrefix(err.Error(), "line "), ": ")
			got = got[strings.Index(got, "no"):]
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("skip %d (-want +got):\n%s", tt.skip, diff)
		}
	}
}

// TestReadMisled skips to a line that is not the header.
func TestReadMisled(t *testing.T) {
	const text = "Summary\n\nTitle,Date,Hours\nA,2026-03-02,1\n"
	_, err := transcript.Text([]byte(text)).Read(transcript.Options{Skip: 2})
	checkFileError(t, err,
		`line 4: no column is called title or date or points or the like; the columns are A, 2026-03-02, 1; `+
			`say which it is: --map title="…" --map date="…" --map points="…"`)
	named := map[transcript.Field]string{transcript.Points: "HOURS"}
	if rows := read(t, text, transcript.Options{Skip: 1, Columns: named}).Rows; len(rows) != 1 || rows[0].Problem != nil {
		t.Errorf("rows %+v", rows)
	}
}

func TestReadConstants(t *testing.T) {
	f := read(t, "Title,Date,Hours,Category\nA,2026-03-02,,\nB,2026-03-02,2,Hematology\n", transcript.Options{
		Constants: map[transcript.Field]string{
			transcript.Points: "90 min", transcript.Provider: "LabCE", transcript.Activity: "webinar", transcript.Topics: "safety=1;quality",
		},
	})
	want := "2 2026-03-02 A 1.5 course safety=1;quality|LabCE|activity: webinar\n" +
		"3 2026-03-02 B 2 course hematology|LabCE|activity: webinar\n"
	if diff := cmp.Diff(want, shown(f.Rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}

	f = read(t, "Title,Date\nA,2026-03-02\n", transcript.Options{Constants: map[transcript.Field]string{transcript.Points: "one"}})
	if diff := cmp.Diff("2 points: \"one\" is not a number of points such as 1.5\n", shown(f.Rows)); diff != "" {
		t.Errorf("a constant that is none (-want +got):\n%s", diff)
	}
}

func TestReadRules(t *testing.T) {
	rules := []transcript.Rule{
		{Column: "status", Match: regexp.MustCompile("^(failed|open)$"), Skip: true},
		{Column: "Course  Title", Match: regexp.MustCompile("(?i)blood"), Topics: []ledger.Topic{"blood-banking", "safety"}},
		{Column: "Type", Match: regexp.MustCompile("Webinar"), Activity: "employer-program"},
		{Column: "Type", Match: regexp.MustCompile("Live"), Activity: "presentation"},
		{Column: "Category", Match: regexp.MustCompile("^Bench$"), Topics: []ledger.Topic{"chemistry"}},
	}
	f := read(t, "Course Title,Completed,Hours,Category,Activity Type,Type,Status,Room\n"+
		"Blood films,03/02/2026,1,\"Lab Safety, Hematology\",,,,\n"+
		"A,03/16/2026,1,Bench,Seminar,Live Webinar,passed,\n"+
		"B,16/03/2026,x,Bench,,,failed,\n"+
		"C,03/17/2026,1,Yoga,Seminar,,opened,\n"+
		"D,03/17/2026,1,,,,open,,,too wide\n"+
		"E,03/17/2026\n", transcript.Options{Rules: rules})
	want := "2 2026-03-02 Blood films 1 course safety;hematology;blood-banking||\n" +
		"3 2026-03-16 A 1 presentation chemistry||\n" +
		"5 2026-03-17 C 1 course ||topic: Yoga; activity: Seminar\n" +
		"6 \"too wide\": 10 cells, but the header has 8; quote a cell that contains the separator\n" +
		"7 Hours: 2 cells, but the header has 8; an empty cell needs its separator too\n"
	if diff := cmp.Diff(want, shown(f.Rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]transcript.Unread{{Header: "Room"}}, f.Unread); diff != "" || f.SkippedRows != 1 {
		t.Errorf("%d rows skipped; unread (-want +got):\n%s", f.SkippedRows, diff)
	}
	if got := f.Assumptions(); !strings.HasSuffix(got, "1 row skipped by the profile, columns Course Title, Completed, Hours, Category, Activity Type, Status; not read: Room") {
		t.Errorf("Assumptions: %s", got)
	}

	_, err := transcript.Text([]byte("Title,Date,Hours\n")).Read(transcript.Options{Rules: rules})
	checkFileError(t, err, `no column is called "status", which rule 1 looks at; the columns are Title, Date, Hours`)
}

// TestOptionsOver lays flags over a profile.
func TestOptionsOver(t *testing.T) {
	profile := transcript.Options{
		Skip: 2, Unit: transcript.InCEU, DateFormat: "MM/DD/YYYY", Rules: []transcript.Rule{{Column: "Status"}},
		Columns: map[transcript.Field]string{transcript.Title: "Course", transcript.Points: "CEU"},
		Topics:  map[string][]ledger.Topic{"Point of Care": {"chemistry"}, "Yoga": nil},
	}
	flags := transcript.Options{
		DateFormat: "DD/MM/YYYY", KeepStatus: true,
		Columns: map[transcript.Field]string{transcript.Title: "Event"},
		Topics:  map[string][]ledger.Topic{"point  of CARE": {"quality"}},
	}
	want := profile
	want.Topics = map[string][]ledger.Topic{"pointofcare": {"chemistry"}, "yoga": nil}
	if diff := cmp.Diff(want, transcript.Options{}.Over(profile)); diff != "" {
		t.Errorf("nothing over a profile (-want +got):\n%s", diff)
	}
	want.DateFormat, want.KeepStatus = "DD/MM/YYYY", true
	want.Columns = map[transcript.Field]string{transcript.Title: "Event", transcript.Points: "CEU"}
	want.Topics = map[string][]ledger.Topic{"pointofcare": {"quality"}, "yoga": nil}
	if diff := cmp.Diff(want, flags.Over(profile)); diff != "" {
		t.Errorf("flags over a profile (-want +got):\n%s", diff)
	}
}
