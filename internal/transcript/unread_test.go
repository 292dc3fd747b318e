package transcript_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/transcript"
)

func TestAssumptionsUnread(t *testing.T) {
	tests := []struct{ name, header, want string }{
		{"none", "Title,Date,Hours", "columns Title, Date, Hours"},
		{"six", "Title,Date,Hours,a,b,c,d,e,f", "columns Title, Date, Hours; not read: a, b, c, d, e, f"},
		{"seven", "Title,Date,Hours,a,b,c,d,e,f,g", "columns Title, Date, Hours; not read: a, b, c, d, e, f and 1 more"},
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

func TestLikeness(t *testing.T) {
	tests := []struct{ name, header, cells, want string }{
		{"topics", "Dept", "Chemistry|Blood bank|Break room", "Dept (looks like topics)"},
		{"a word for topics", "P.A.C.E. Category", "Hematology|Chemistry|Immunohematology", ""},
		{"a word for topics, and a cell that is none", "P.A.C.E. Category", "Hematology|Chemistry|Break room", "P.A.C.E. Category (looks like topics)"},
		{"few topics", "Dept", "Chemistry|Break room|Lobby", "Dept"},
		{"dates", "Printed day", "03/16/2026|03/17/2026", "Printed day (looks like dates)"},
		{"hours", "Worth", "1.5|2 hrs|1", "Worth (looks like hours)"},
		{"whole numbers", "Seat", "1|2|17", "Seat"},
		{"a status", "Done?", "yes|no|yes", "Done? (looks like a status)"},
		{"an apostrophe", "Who's", "yes", "Who's (looks like a status)"},
		{"nothing", "Room", "||", "Room"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, withColumn(tt.header, tt.cells), transcript.Options{})
			if diff := cmp.Diff(tt.want, f.NotRead()); diff != "" {
				t.Errorf("NotRead (-want +got):\n%s", diff)
			}
		})
	}
}

// withColumn returns a file with one more column, whose cells are separated by
// bars.
func withColumn(header, cells string) string {
	text := "Title,Date,Hours," + header + "\n"
	for cell := range strings.SplitSeq(cells, "|") {
		text += "A,2026-03-02,1," + cell + "\n"
	}
	return text
}

func TestLeftOut(t *testing.T) {
	status := map[transcript.Field]string{transcript.Status: "Room"}
	tests := []struct {
		name, header, cells string
		options             transcript.Options
		want                []string // row and status of those that are left out
	}{
		{"all were completed", "Status", "Completed|passed||Posted", transcript.Options{}, nil},
		{"several", "Status", "Failed|Passed| enrolled |No Show|REVOKED", transcript.Options{}, []string{"2 Failed", "4 enrolled", "5 No Show", "6 REVOKED"}},
		{"one", "Completion-Status", "In_Progress|Passed", transcript.Options{}, []string{"2 In_Progress"}},
		{"verified", "Verified", "0|1|No|yes", transcript.Options{}, []string{"2 0", "4 No"}},
		{"beside the date", "Completed?", "Yes|No", transcript.Options{Columns: map[transcript.Field]string{transcript.Date: "Date"}}, []string{"3 No"}},
		{"with signs", "Status", "Failed.|(no)|0%", transcript.Options{}, []string{"2 Failed.", "3 (no)"}},
		{"a part of a cell", "Status", "Failed once, passed since|none failed", transcript.Options{}, nil},
		{"a column of another name", "Room", "Failed", transcript.Options{}, nil},
		{"a column that is named", "Room", "Failed|x", transcript.Options{Columns: status}, []string{"2 Failed"}},
		{"a column that is something else", "Status", "Failed",
			transcript.Options{Columns: map[transcript.Field]string{transcript.Note: "Status"}}, nil},
		{"a column that a rule looks at", "Status", "Failed",
			transcript.Options{Rules: []transcript.Rule{{Column: "Status", Match: regexp.MustCompile("nothing"), Skip: true}}}, []string{"2 Failed"}},
		{"all are kept", "Status", "Failed", transcript.Options{KeepStatus: true}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, withColumn(tt.header, tt.cells)+"too,short\n", tt.options)
			var got []string
			for _, row := range f.LeftOut {
				got = append(got, fmt.Sprint(row.Row, " ", row.Status))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
			if n := strings.Count(tt.cells, "|") + 2; len(f.Rows)+len(got) != n {
				t.Errorf("%d rows and %d left out of %d", len(f.Rows), len(got), n)
			}
		})
	}
}

func TestSums(t *testing.T) {
	tests := []struct {
		record string
		sum    bool
	}{
		{",,36.5", true},
		{"Total:,,12 hrs", true},
		{",TOTALS,36", true},
		{"Subtotal 2025,,", true},
		{"Total contact hours,,12.5", true},
		{"Page 1 of 2", true},
		{"Printed on 11/21/2026,,", true},
		{"12 records,,", true},
		{"Showing 1 to 5 of 5 entries", true},
		{"2025,,", true},
		{"2025,,12.5", true},
		{",2025 total,12.5", true},
		{"TITLE,Date ,Hours", true},
		{"Title,2026-03-02,1", false},
		{"Total,2026-03-02,1", false},
		{"Total,03/22/2026,1", false},
		{"Total protein,,1", false},
		{"Total,,none", false},
		{"A,,1", false},
		{"Page proofs,,", false},
		{"1,,", false},
	}
	for _, tt := range tests {
		t.Run(tt.record, func(t *testing.T) {
			f := read(t, "Title,Date,Hours\nA,2026-03-02,1\n"+tt.record+"\n", transcript.Options{})
			if got := f.Sums == 1; got != tt.sum || len(f.Rows)+f.Sums != 2 {
				t.Errorf("%d sums and %d rows", f.Sums, len(f.Rows))
			}
		})
	}
}
