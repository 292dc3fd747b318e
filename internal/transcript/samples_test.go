package transcript_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestReadSamples(t *testing.T) {
	tests := []struct{ file, want string }{
		{"accme.csv", "UTF-8, commas, dates with the month's name, columns Activity ID, Activity Title, Provider, Activity Type, " +
			"Completion Date, Credits Earned; not read: Credit Type: 4 rows"},
		{"ambiguous.csv", `line 2: Date: "03/02/2026" may have the month or the day first, and no row settles which`},
		{"ascp-portal.csv", "UTF-8, commas, dates YYYY-MM-DD, columns Activity Title, Activity Type, Provider, " +
			"Activity Date, CMLE Credits, Category, Certificate Number, Status: 4 rows"},
		{"bad-rows.csv", "UTF-8, commas, dates MM/DD/YYYY, columns Title, Date Completed, Credits, Topic: 9 rows, bad 3 4 5 6 7 8 9"},
		{"bom.csv", "UTF-8 with a byte order mark, commas, dates MM/DD/YYYY, " +
			"columns Course Title, Completed, Contact Hours, Category: 1 rows"},
		{"by-hand.xlsx", "line 1: character 6 is a NUL byte: this is UTF-16 without a byte order mark, or no text at all"},
		{"ce-broker.csv", "UTF-8, commas, dates MM/DD/YYYY, columns Course Number, Course Name, Educational Provider, Subject Area, Date Completed, Hours, Status; " +
			"not read: Delivery Method: 6 rows, bad 7"},
		{"ceu.csv", `only column "CEUs" could be the points, and 1 CEU is 10 contact hours, which are 10 points`},
		{"cr-only.csv", "UTF-8, lines that end in CR, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours: 1 rows"},
		{"labce-bad-date.csv", "UTF-8, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours, Category: 4 rows, bad 5"},
		{"labce.csv", "UTF-8, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours, Category: 5 rows"},
		{"latin1.csv", "Windows-1252, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours: 2 rows"},
		{"mixed-dates.csv", `Date: "03/25/2026" (line 2) has the month first, "25/03/2026" (line 3) the day`},
		{"mixed-encodings.csv", "line 3: character 2 is byte 0xE9, which is not UTF-8, though others such as 'ï' are"},
		{"no-header.csv", "line 2: no column is understood as title or date; the columns are Employee, When, Contact Hours"},
		{"no-title.csv", "line 1: no column is understood as title; the columns are Employee, Completed, Contact Hours"},
		{"nul.csv", "line 2: character 5 is a NUL byte: this is UTF-16 without a byte order mark, or no text at all"},
		{"own-bad.csv", "UTF-8, commas, dates YYYY-MM-DD, columns date, title, points, topics, activity: 3 rows, bad 3 4"},
		{"own.csv", "UTF-8, commas, dates YYYY-MM-DD, columns date, title, provider, points, topics, activity, reference, url, note: 3 rows"},
		{"pace.csv", "UTF-8, commas, dates with the month's name, columns Program Number, Program Title, Sponsor, " +
			"Date of Completion, P.A.C.E. Credits, Subject Area, Comments: 4 rows"},
		{"pipes.csv", "UTF-8, pipes, dates YYYY-MM-DD, columns Title, Date, Hours: 1 rows"},
		{"portal.xlsx", "line 1: character 6 is a NUL byte: this is UTF-16 without a byte order mark, or no text at all"},
		{"preamble.csv", "UTF-8, commas, 3 lines above the header skipped, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours: 2 rows"},
		{"ragged.csv", "UTF-8, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours, Category: 4 rows, bad 3 4"},
		{"semicolon.csv", "UTF-8, semicolons, dates DD.MM.YYYY, columns Title, Date, Hours, Topic, Provider: 2 rows"},
		{"tabs.csv", "UTF-8, tabs, dates YYYY-MM-DD, columns Event Title, Date Earned, Credits, Topics: 2 rows"},
		{"transcript.csv", "UTF-8, commas, dates MM/DD/YYYY, columns Activity Title, Sponsor, Date Completed, " +
			"Contact Hours, Category, Certificate Number: 45 rows"},
		{"two-titles.csv", `columns "Course Title" and "Event Title" could both be the title`},
		{"unclosed.csv", "UTF-8, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours, Category: 5 rows, bad 3 5"},
		{"utf16-be.csv", "UTF-16, semicolons, dates DD.MM.YYYY, columns Course Title, Completed, Contact Hours: 2 rows"},
		{"utf16-odd.csv", "line 2: character 26 is cut in half: the file is not complete"},
		{"utf16.csv", "UTF-16, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours: 1 rows"},
		{"windows-1252.csv", "Windows-1252, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours: 2 rows"},
		{"workbook.xlsx", "line 1: character 6 is a NUL byte: this is UTF-16 without a byte order mark, or no text at all"},
	}
	var files []string
	for _, tt := range tests {
		files = append(files, tt.file)
		t.Run(tt.file, func(t *testing.T) {
			f, err := transcript.Text(sample(t, tt.file)).Read(transcript.Options{})
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				got = f.Assumptions() + ": " + itoa(len(f.Rows)) + " rows" + bad(f.Rows)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
		})
	}
	entries, err := os.ReadDir(samples)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if !e.IsDir() {
			all = append(all, e.Name())
		}
	}
	if diff := cmp.Diff(all, files); diff != "" {
		t.Errorf("samples and cases differ (-samples +cases):\n%s", diff)
	}
}

const samples = "../../testdata/import"

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(samples, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func bad(rows []transcript.Row) string {
	var s strings.Builder
	for _, r := range rows {
		if r.Problem != nil {
			s.WriteString(" " + itoa(r.Number))
		}
	}
	if s.Len() == 0 {
		return ""
	}
	return ", bad" + s.String()
}

func TestSampleTranscript(t *testing.T) {
	rows := read(t, string(sample(t, "transcript.csv")), transcript.Options{}).Rows
	first, last := date(t, "2024-04-01"), date(t, "2026-11-21")
	var total ledger.Points
	var unknown []string
	topics := map[ledger.Topic]ledger.Points{}
	before := 0
	for _, r := range rows {
		unknown = append(unknown, r.UnknownTopics...)
		if r.Credit.Date < first {
			before++
			continue
		}
		if r.Credit.Date > last {
			t.Errorf("row %d is dated after %v", r.Number, last)
		}
		total += r.Credit.Points
		for _, topic := range r.Credit.Topics {
			topics[topic.Topic] += r.Credit.Points
		}
	}
	want := map[ledger.Topic]ledger.Points{
		"safety": 350, "blood-banking": 350, "chemistry": 900, "hematology": 650, "microbiology": 400,
		"cytometry": 100, "education": 50, "immunology": 100, "informatics": 150, "management": 500,
		"molecular-biology": 100, "quality": 150,
	}
	if diff := cmp.Diff(want, topics); diff != "" {
		t.Errorf("points by topic (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Point of Care", "Wellness"}, unknown); diff != "" {
		t.Errorf("unknown topics (-want +got):\n%s", diff)
	}
	if total != 3950 || before != 1 {
		t.Errorf("%v points in the cycle and %d credits before it, want 39.5 and 1", total, before)
	}
}
