package transcript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/transcript"
)

func TestReadPreamble(t *testing.T) {
	tests := []struct {
		name, file string
		columns    map[transcript.Field]string
		want       string // row 2, of which line
	}{
		{"blank lines are none", "\n,,\nTitle,Date,Hours\nA,2026-03-02,1\n", nil,
			"UTF-8, commas, dates YYYY-MM-DD, columns Title, Date, Hours; line 4"},
		{"behind sep=", "Sep=;\nLabCE\nJo\nTitle;Date;Hours\nA;2026-03-02;1\n", nil,
			"UTF-8, semicolons, 2 lines above the header skipped, dates YYYY-MM-DD, columns Title, Date, Hours; line 5"},
		{"a quote that is never closed", "The \"LabCE\r\nTitle,Date,Hours\r\nA,2026-03-02,1\r\n", nil,
			"UTF-8, commas, 1 line above the header skipped, dates YYYY-MM-DD, columns Title, Date, Hours; line 3"},
		{"a quote that is never closed, and CR", "The \"LabCE\rTitle,Date,Hours\rA,2026-03-02,1\r", nil,
			"UTF-8, lines that end in CR, commas, 1 line above the header skipped, " +
				"dates YYYY-MM-DD, columns Title, Date, Hours; line 3"},
		{"the first header with whatever delimiter", "For Jo, MLS\nTitle\tDate\tHours\nA\t2026-03-02\t1\nTitle,Date\n", nil,
			"UTF-8, tabs, 1 line above the header skipped, dates YYYY-MM-DD, columns Title, Date, Hours; line 3"},
		{"sep= wins", "sep=;\nTitle,Date,Hours\nTitle;Date;Hours\nA;2026-03-02;1\n", nil,
			"UTF-8, semicolons, 1 line above the header skipped, dates YYYY-MM-DD, columns Title, Date, Hours; line 4"},
		{"title alone, date alone", "Title,Transcript\nDate,2026-01-01\nTitle,Date,Hours\nA,2026-03-02,1\n", nil,
			"UTF-8, commas, 2 lines above the header skipped, dates YYYY-MM-DD, columns Title, Date, Hours; line 4"},
		{"the first header is it", "Title,Date,Hours\nCourse,2026-03-02,1\nTitle,Date,Hours\n", nil,
			"UTF-8, commas, dates YYYY-MM-DD, columns Title, Date, Hours; line 2"},
		{"columns that the holder names", "Title,Date\nLabel,Day,Hours\nA,2026-03-02,1\n",
			map[transcript.Field]string{transcript.Title: "LABEL", transcript.Date: "day"},
			"UTF-8, commas, 1 line above the header skipped, dates YYYY-MM-DD, columns Label, Day, Hours; line 3"},
		{"lines that end in CR", "LabCE\rTitle,Date,Hours\r\"A\nB\",2026-03-02,1\r", nil,
			"UTF-8, lines that end in CR, commas, 1 line above the header skipped, dates YYYY-MM-DD, columns Title, Date, Hours; line 3"},
		{"in the 20th row", strings.Repeat("LabCE\n", 19) + "Title,Date,Hours\nA,2026-03-02,1\n", nil,
			"UTF-8, commas, 19 lines above the header skipped, dates YYYY-MM-DD, columns Title, Date, Hours; line 21"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, tt.file, transcript.Options{Columns: tt.columns})
			if len(f.Rows) == 0 || f.Rows[0].Problem != nil || f.Rows[0].Number != 2 {
				t.Fatalf("rows %+v, want row 2 first", f.Rows)
			}
			if diff := cmp.Diff(tt.want, f.Assumptions()+"; line "+itoa(f.Rows[0].Line)); diff != "" {
				t.Errorf("assumptions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadRefusesHeaderFarBelow(t *testing.T) {
	_, err := transcript.Text([]byte(strings.Repeat("LabCE\n", 20) + "Title,Date,Hours\n")).Read(transcript.Options{})
	checkFileError(t, err,
		`no course in it: no line names columns such as title, date and points; if it proves a credit: cmp add TITLE --points P --date DAY --evidence FILE`)
}

// Lines that end in CR alone are read like others, and what is quoted is kept.
func TestReadCR(t *testing.T) {
	f := read(t, "Title,Date,Hours\r\r\"A\r\nB\nC\",2026-03-02,\"1\"\rC\nD,2026-03-03,1\rE,2026-03-04,1", transcript.Options{})
	var got []string
	for _, r := range f.Rows {
		if r.Problem != nil {
			got = append(got, itoa(r.Line)+" "+r.Problem.Message)
			continue
		}
		got = append(got, itoa(r.Line)+" "+r.Credit.Title)
	}
	want := []string{
		"3 A\r\nB\nC", "5 a line feed stands outside quotes where lines end in a carriage return; quote the cell", "6 E",
	}
	if diff := cmp.Diff(want, got); diff != "" || !f.CR {
		t.Errorf("CR %v, rows (-want +got):\n%s", f.CR, diff)
	}
}
