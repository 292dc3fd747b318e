package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// Points of several subjects or boards are read where it is clear which were earned.
func TestReadCredits(t *testing.T) {
	tests := []struct{ name, cell, points, topics, note string }{
		{"subjects, then a total", "Safety: 0.5\nChemistry: 1\nTotal: 1.5", "1.5", "safety=0.5;chemistry", ""},
		{"on one line", "Safety 0.5 Chemistry 1 Total 1.5", "1.5", "safety=0.5;chemistry", ""},
		{"amounts first, with units", "0.5 hr Safety; 1 contact hour Chemistry\n1.5 hrs Total", "1.5", "safety=0.5;chemistry", ""},
		{"all of one subject", "Chemistry - 1\nTotal - 1", "1", "chemistry", ""},
		{"a subject that goes on behind its amount", "Safety 0.5 Blood Bank, 1 Transfusion Medicine Total 1.5", "1.5", "safety=0.5;blood-banking=1;chemistry", ""},
		{"a subject that is no topic", "Yoga 0.5\nChemistry 1\nTotal 1.5", "1.5", "chemistry", "topic: Yoga; credits: 0.5 Yoga"},
		{"more than the total", "Safety 2\nTotal 1", "", "", ""},
		{"two totals", "Total 2\nTotal 1", "", "", ""},
		{"no total", "Safety 2\nChemistry 1", "", "", ""},
		{"a subject without a name", "1 Safety 2 Total 3", "", "", ""},
		{"other boards below", "7 AMA PRA Category 1 Credits(TM)\n5 ABIM MOC points\n2 ABP points", "7", "chemistry", "credits: 5 ABIM MOC points 2 ABP points"},
		{"other boards behind", "7 AMA PRA Category 1 Credits\u2122 5 ABIM MOC points", "7", "chemistry", "credits: 5 ABIM MOC points"},
		{"a number alone, then others", "7\n5 ABIM MOC points", "7", "chemistry", "credits: 5 ABIM MOC points"},
		{"the same twice", "1 CE\n1 CME", "1", "chemistry", "credits: 1 CME"},
		{"two amounts", "1 CE\n2 CME", "", "", ""},
		{"a number and what may be a fraction", "1 1/3 hours", "", "", ""},
		{"a number of sessions", "90 60-minute sessions", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := transcript.Sheet("", [][]string{{"Title", "Date", "Credits", "Subject"}, {"A", "2026-03-02", tt.cell, "Chemistry"}}).From("page").Read(transcript.Options{})
			need(t, err)
			row, got := f.Rows[0], ""
			if row.Problem == nil {
				got = fmt.Sprintf("%s %s %s", row.Credit.Points, strings.ReplaceAll(ledger.FormatCreditTopics(row.Credit.Topics), "chemistry=1", "chemistry"), row.Credit.Note)
			}
			if want := strings.TrimPrefix(fmt.Sprintf("%s %s %s", tt.points, tt.topics, tt.note), "  "); got != want {
				t.Errorf("%q is %q (%v), want %q", tt.cell, got, row.Problem, want)
			}
		})
	}
}

// What most cells of a column have on a line of its own is a column.
func TestLinesOfCells(t *testing.T) {
	tests := []struct {
		name string
		rows [][]string
		want string
	}{
		{"numbers", [][]string{{"Warm\nPanels\n# 20-1"}, {"B\n#2"}, {"C # 3"}}, "Warm Panels||20-1; B||2; C # 3||"},
		{"a number once", [][]string{{"A\n# 20-1"}, {"B"}}, "A # 20-1||; B||"},
		{"providers", [][]string{{"Warm Panels\nASCP"}, {"B\nLabCE"}, {"C LabCE"}, {"D"}, {"E\nby: ASCP"}}, "Warm Panels|ASCP|; B|LabCE|; C|LabCE|; D||; E|ASCP|"},
		{"labelled providers", [][]string{{"A\nProvider: ASCP"}}, "A|ASCP|"},
		{"something else", [][]string{{"A\nFormat: online"}, {"B\n12/31"}}, "A Format: online||; B 12/31||"},
		{"more lines", [][]string{{"A\nB\nASCP"}}, "A B ASCP||"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := [][]string{{"", "Course", "Date", "Hours"}}
			for _, r := range tt.rows {
				rows = append(rows, []string{"", r[0], "2026-03-02", "1"})
			}
			f, err := transcript.Sheet("", rows).From("page").Read(transcript.Options{})
			need(t, err)
			var got []string
			for _, row := range f.Rows {
				got = append(got, row.Credit.Title+"|"+row.Credit.Provider+"|"+row.Credit.Reference)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestHeadings(t *testing.T) {
	at := func(heading string) []string { return []string{heading, heading, heading} }
	a, b := []string{"A", "2026-03-02", "1"}, []string{"B", "2025-03-02", "1"}
	tests := []struct {
		name       string
		rows       [][]string
		topics     string
		left, sums int
	}{
		{"topics", [][]string{at("Safety"), a, at("Heme"), b}, "safety hematology", 0, 0},
		{"most are topics", [][]string{at("Safety"), a, at("Heme"), at("Yoga"), b}, "safety ?Yoga", 0, 0},
		{"a year ends a topic", [][]string{at("Safety"), a, at("2025"), b, {"Total", "", "2"}}, "safety ", 0, 1},
		{"providers", [][]string{at("ASCP"), a, at("LabCE"), b, at("Showing 1 to 2 of 2 entries")}, " ", 1, 1},
		{"years", [][]string{at("2026"), a, at("2025"), b, at("Total 2025")}, " ", 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := transcript.Sheet("", append([][]string{{"Title", "Date", "Hours"}}, tt.rows...)).From("PDF").Read(transcript.Options{})
			need(t, err)
			var topics []string
			for _, row := range f.Rows {
				text := ledger.FormatCreditTopics(row.Credit.Topics)
				if len(row.UnknownTopics) > 0 {
					text = "?" + row.UnknownTopics[0]
				}
				topics = append(topics, text)
			}
			if got := strings.Join(topics, " "); got != tt.topics || len(f.Warnings) != tt.left || f.Sums != tt.sums || len(f.Rejected()) > 0 {
				t.Errorf("topics %q, %q, %d sums, %v; want %q, %d, %d", got, f.Warnings, f.Sums, f.Rejected(), tt.topics, tt.left, tt.sums)
			}
		})
	}
}

// However a page breaks the lines of its cells, what is copied from it is read as the page,
// or refused: never as other credits.
func TestPasted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pasted strings.Builder
		pasted.WriteString("Course\tCompleted\tProvider\tSubject areas\tCredits earned\n")
		var want []string
		gap := func() string { return rapid.SampledFrom([]string{"\t", "\n", "\t\n"}).Draw(t, "gap") }
		for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
			title, hours := rapid.SampledFrom([]string{"Panels", "Gram stains", "HIV 101"}).Draw(t, "title"), rapid.IntRange(1, 9).Draw(t, "hours")
			day := fmt.Sprintf("%d/%d/2026", rapid.IntRange(1, 12).Draw(t, "month"), 13+i)
			cells := []string{title + "\n# 20-" + fmt.Sprint(i), day, rapid.SampledFrom([]string{"ASCP", "LabCE\n# 50-7", ""}).Draw(t, "provider"), "Chemistry\nSafety",
				fmt.Sprintf("Chemistry%s%d\nTotal: %d", rapid.SampledFrom([]string{": ", " ", "\t"}).Draw(t, "colon"), hours, hours)}
			if rapid.IntRange(0, 9).Draw(t, "lost") == 0 {
				cells[1] = ""
			} else {
				want = append(want, fmt.Sprintf("%s %d %d", title, 13+i, hours))
			}
			for n, cell := range cells {
				pasted.WriteString(cell)
				if n < len(cells)-1 {
					pasted.WriteString(gap())
				}
			}
			pasted.WriteString("\n")
		}
		f, err := transcript.Text([]byte(pasted.String())).Read(transcript.Options{DateFormat: "MM/DD/YYYY"})
		if err != nil || len(f.Rejected()) > 0 {
			return
		}
		var got []string
		for _, row := range f.Usable() {
			_, _, day := row.Credit.Date.YMD()
			got = append(got, fmt.Sprintf("%s %d %s", row.Credit.Title, day, row.Credit.Points))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got)\n%s\n%s", diff, pasted.String())
		}
	})
}
