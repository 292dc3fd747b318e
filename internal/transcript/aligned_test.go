package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/transcript"
)

func TestReadColumnsOfBlanks(t *testing.T) {
	const head, rows = "CE history\n\nCourse Title         Completed     Contact Hours\n",
		"Gram stain review    01/20/2026    1.0\nTroponin testing     02/25/2026              2.0\n"
	tests := []struct{ name, text, want string }{
		{"below a title", head + rows, "Gram stain review 1|Troponin testing 2"},
		{"with a ruler, a total and a footer", head + "-------------------  ----------    -------------\n" + rows + "Total                              3.0\nShowing 1 to 2 of 2 entries of the year\n",
			"Gram stain review 1|Troponin testing 2"},
		{"lines that end in CRLF", strings.ReplaceAll(head+rows, "\n", "\r\n"), "Gram stain review 1|Troponin testing 2"},
		{"a text that runs into the next column", head + rows + "An introduction to titles  03/25/2026    1.0\n",
			`Gram stain review 1|Troponin testing 2|Course Title: "An introduction to titles" is ` + unclearEnd},
		{"two texts in one column", head + rows + "An  example          03/25/2026    1.0\n",
			`Gram stain review 1|Troponin testing 2|Course Title: "example" is ` + unclearEnd},
		{"an empty cell", head + rows + "Sepsis                             1.0\n", "Gram stain review 1|Troponin testing 2|Completed: must not be empty"},
		{"one row, as of a certificate", head + rows[:40], "no course in it: no line names columns such as title, date and points"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := transcript.Text([]byte(tt.text)).Read(transcript.Options{})
			var got []string
			for _, row := range f.Rows {
				if row.Problem != nil {
					got = append(got, row.Problem.Error())
				} else {
					got = append(got, row.Credit.Title+" "+row.Credit.Points.String())
				}
			}
			if err != nil {
				got = []string{err.Error()}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

const unclearEnd = "not clear where its column ends; put each text below the name of its column, two blanks apart"

// A table that is printed in columns says the same as the CSV of it.
func TestColumnsOfBlanksAsCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		printed, csv := "", ""
		add := func(cells ...string) {
			printed += strings.TrimRight(fmt.Sprintf("%-32s  %-14s  %-10s  %5s", cells[0], cells[1], cells[2], cells[3]), " ") + "\n"
			csv += strings.Join(cells, ";") + "\n"
		}
		add("Course Title", "Provider", "Completed", "Hours")
		for range rapid.IntRange(2, 5).Draw(t, "rows") {
			word := rapid.StringMatching(`[A-Zé][a-zß]{0,9}( [a-z0-9]{1,8}){0,2}`)
			provider := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[A-Z][a-z]{2,9}`)).Draw(t, "provider")
			day := fmt.Sprintf("2026-03-%02d", rapid.IntRange(1, 31).Draw(t, "day"))
			add(word.Draw(t, "title"), provider, day, rapid.StringMatching(`[1-9](\.[05])?`).Draw(t, "points"))
		}
		want, err := transcript.Text([]byte(csv)).Read(transcript.Options{})
		need(t, err)
		got, err := transcript.Text([]byte(printed)).Read(transcript.Options{})
		if diff := cmp.Diff(want.Rows, got.Rows); err != nil || diff != "" {
			t.Fatalf("%s%v (-want +got):\n%s", printed, err, diff)
		}
	})
}
