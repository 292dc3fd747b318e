package transcript_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/transcript"
)

func TestAssumptionsUnread(t *testing.T) {
	tests := []struct{ name, header, want string }{
		{"none", "Title,Date,Hours", "columns Title, Date, Hours"},
		{"six", "Title,Date,Hours,a,b,c,d,e,f", "columns Title, Date, Hours; not read: a, b, c, d, e, f"},
		{"seven", "Title,Date,Hours,a,b,c,d,e,f,g", "columns Title, Date, Hours; not read: a, b, c, d, e, f and 1 more"},
		{"what WriteRejected adds", "Title,Date,Hours,a,rejected_row,rejected_line,rejected_reason,rejected_text",
			"columns Title, Date, Hours; not read: a"},
		{"in the ledger's own format", "title,date,points,rejected_row,rejected_line,rejected_reason,rejected_text", "columns title, date, points"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, tt.header+"\n", transcript.Options{}).Assumptions()
			if diff := cmp.Diff("UTF-8, commas, "+tt.want, got); diff != "" {
				t.Errorf("Assumptions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	const header = "Title,Date,Hours,"
	tests := []struct {
		name, header string
		cells        string // of the last column, separated by bars
		options      transcript.Options
		want         []string
	}{
		{"all were completed", header + "Status", "Completed|passed||Posted", transcript.Options{}, nil},
		{"several", header + "Status", "Failed|Passed| enrolled |No Show|FAILED", transcript.Options{}, []string{
			`column Status is not read, and 4 rows say Failed, enrolled, No Show: leave such rows out with a profile, ` +
				`as in if: [{column: Status, matches: "^(Failed|enrolled|No Show)$", skip: true}]`,
		}},
		{"one", header + "Completion-Status", "In_Progress|Passed", transcript.Options{}, []string{
			`column Completion-Status is not read, and 1 row says In_Progress: leave such rows out with a profile, ` +
				`as in if: [{column: "Completion-Status", matches: "^(In_Progress)$", skip: true}]`,
		}},
		{"more than are shown", header + "Result", "absent|booked|expired|pending|withdrawn|cancelled|not attended", transcript.Options{}, []string{
			`column Result is not read, and 7 rows say absent, booked, expired, pending, withdrawn, cancelled and 1 more: ` +
				`leave such rows out with a profile, as in if: [{column: Result, ` +
				`matches: "^(absent|booked|expired|pending|withdrawn|cancelled|not attended)$", skip: true}]`,
		}},
		{"a part of a cell", header + "Status", "Failed once, passed since|none failed", transcript.Options{}, nil},
		{"a column of another name", header + "Room", "Failed", transcript.Options{}, nil},
		{"a column that is read", header + "Status", "Failed",
			transcript.Options{Columns: map[transcript.Field]string{transcript.Note: "Status"}}, nil},
		{"a column that a rule looks at", header + "Status", "Failed",
			transcript.Options{Rules: []transcript.Rule{{Column: "Status", Match: regexp.MustCompile("nothing"), Skip: true}}}, nil},
		{"a row that is skipped", "Title,Date,Hours,Room,Status", "x,Failed|y,Failed",
			transcript.Options{Rules: []transcript.Rule{{Column: "Room", Match: regexp.MustCompile("x"), Skip: true}}}, []string{
				`column Status is not read, and 1 row says Failed: leave such rows out with a profile, ` +
					`as in if: [{column: Status, matches: "^(Failed)$", skip: true}]`,
			}},
		{"two columns", "Title,Date,Hours,Grade,Attendance", "Fail,Absent", transcript.Options{}, []string{
			`column Grade is not read, and 1 row says Fail: leave such rows out with a profile, ` +
				`as in if: [{column: Grade, matches: "^(Fail)$", skip: true}]`,
			`column Attendance is not read, and 1 row says Absent: leave such rows out with a profile, ` +
				`as in if: [{column: Attendance, matches: "^(Absent)$", skip: true}]`,
		}},
		{"beside the date", "Title,Date Completed,Hours,Completed", "Yes|No", transcript.Options{}, []string{
			`column Completed is not read, and 1 row says No: leave such rows out with a profile, ` +
				`as in if: [{column: Completed, matches: "^(No)$", skip: true}]`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.header + "\n"
			for cell := range strings.SplitSeq(tt.cells, "|") {
				text += "A,2026-03-02,1," + cell + "\n"
			}
			got := read(t, text+"too,short\n", tt.options).Warnings
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the cells are, the rule that a warning shows leaves out the rows that
// it counts, and after that there is nothing to warn of.
func TestWarningsAreMended(t *testing.T) {
	words := rapid.SampledFrom([]string{"failed", "No  Show", "in-progress", "NOT_ATTENDED", "Passed", "", "fai1ed", "pending.", "expired\u00a0"})
	shown := regexp.MustCompile(`and (\d+) rows? .* matches: "(.*)", skip`)
	rapid.Check(t, func(t *rapid.T) {
		text := "Title,Date,Hours,Status\n"
		for _, w := range rapid.SliceOfN(words, 1, 9).Draw(t, "cells") {
			text += "A,2026-03-02,1," + w + "\n"
		}
		f, err := transcript.Read([]byte(text), transcript.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Warnings) == 0 {
			return
		}
		m := shown.FindStringSubmatch(f.Warnings[0])
		if m == nil {
			t.Fatalf("warning %q", f.Warnings[0])
		}
		rule := transcript.Rule{Column: "Status", Match: regexp.MustCompile("(?i)" + m[2]), Skip: true}
		again, err := transcript.Read([]byte(text), transcript.Options{Rules: []transcript.Rule{rule}})
		if err != nil || itoa(again.SkippedRows) != m[1] || len(again.Warnings) > 0 {
			t.Fatalf("%d rows skipped, %v, %q, by %q", again.SkippedRows, err, again.Warnings, f.Warnings[0])
		}
	})
}
