package transcript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestReadRows(t *testing.T) {
	f, err := transcript.Sheet("S", [][]string{
		{"My transcript"},
		nil,
		{"Course Title", "Completed", "Hours", "Category", ""},
		{"Gram stains", "2026-03-16", "1"},
		{"", " "},
		{" Two\nlines, \"quoted\" ", "2026-03-18", "0.5", "Hematology", "", " "},
		{"Too wide", "2026-03-19", "1", "", "", "x"},
	}).Read(transcript.Options{})
	need(t, err)
	want := []transcript.Row{
		{Number: 2, Line: 4, Credit: ledger.Credit{
			Title: "Gram stains", Date: date(t, "2026-03-16"), Points: 100, Activity: ledger.CourseActivity,
		}},
		{Number: 3, Line: 6, Credit: ledger.Credit{
			Title: "Two\nlines, \"quoted\"", Date: date(t, "2026-03-18"), Points: 50, Activity: ledger.CourseActivity,
			Topics: []ledger.CreditTopic{{Topic: "hematology"}},
		}},
		{Number: 4, Line: 7, Credit: ledger.Credit{Title: "Too wide, 2026-03-19, 1, , , x"}, Problem: &transcript.Problem{
			Value: "x", Message: "6 cells, but the header has 4; name its column, or empty the cell",
		}},
	}
	if diff := cmp.Diff(want, f.Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	assumed := "workbook, sheet S, 1 row above the header skipped, dates YYYY-MM-DD, columns Course Title, Completed, Hours, Category"
	if diff := cmp.Diff(assumed, f.Assumptions()); diff != "" {
		t.Errorf("Assumptions (-want +got):\n%s", diff)
	}
}

// TestReadRowsAsText holds the two readers to each other: the cells of a sheet
// are what the same cells in quotes are.
func TestReadRowsAsText(t *testing.T) {
	cell := rapid.OneOf(rapid.SampledFrom([]string{
		"", " ", "1", "1.5", "2026-03-16", "3/16/2026", "5/5/2026", "Hematology", "Yoga", "a\r\nb", "a\nb", `"`, `a "b", c;d`, "ß",
	}), rapid.StringMatching(`[ -~]{0,8}`))
	rapid.Check(t, func(t *rapid.T) {
		rows := [][]string{{"Title", "Date", "Hours", "Category", "Note"}}
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			rows = append(rows, rapid.SliceOfN(cell, 5, 5).Draw(t, "row"))
		}
		var text strings.Builder
		for _, row := range rows {
			for i, c := range row {
				if i > 0 {
					text.WriteByte(',')
				}
				text.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
			}
			text.WriteByte('\n')
		}
		want, wantErr := transcript.Text([]byte(text.String())).Read(transcript.Options{})
		for i, row := range rows { // as a workbook gives them
			for len(row) > 0 && row[len(row)-1] == "" {
				row = row[:len(row)-1]
			}
			rows[i] = row
		}
		got, err := transcript.Sheet("S", rows).Read(transcript.Options{})
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("ReadRows: %v, Read: %v", err, wantErr)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(transcript.File{}, "Encoding", "Delimiter"),
			cmpopts.IgnoreFields(transcript.Row{}, "Line")); diff != "" {
			t.Errorf("ReadRows differs from Read (-text +cells):\n%s", diff)
		}
	})
}

// A row of a document may end before its points, and have cells of several lines.
func TestShortRow(t *testing.T) {
	f, err := transcript.Sheet("t", [][]string{{"Date", "Title", "Hours"}, {"01/13/2026", "Gram\nstains", "1"}, {"Total\nof all", "1"}}).From("page, t").Read(transcript.Options{})
	if err != nil || len(f.Rows)+f.Sums != 2 || f.Rows[0].Credit.Points != 100 {
		t.Errorf("%+v, %v", f.Rows, err)
	}
}
