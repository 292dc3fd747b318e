package transcript_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// read reads text that has to be usable as a file.
func read(t *testing.T, text string, o transcript.Options) transcript.File {
	t.Helper()
	f, err := transcript.Text([]byte(text)).Read(o)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return f
}

const samples = "../../testdata/import"

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(samples, name))
	need(t, err)
	return data
}

// date reads a day that has to be one.
func date(t *testing.T, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func TestReadForeign(t *testing.T) {
	f := read(t, "Course Title,Completed,Contact Hours,Category,Status\n"+
		"  Coagulation cascade ,03/02/2026, 1.5 ,Hematology,done\n"+
		"\n"+
		"\"Titles, with commas\nand lines\",3/16/2026,1,\"Hematology, Chemistry; Point of Care\",done\n", transcript.Options{})
	want := transcript.File{
		Encoding: "UTF-8", Delimiter: ',', DateFormat: "MM/DD/YYYY",
		Header: []string{"Course Title", "Completed", "Contact Hours", "Category", "Status"},
		Columns: []transcript.Column{
			{Field: transcript.Title, Header: "Course Title", Index: 0},
			{Field: transcript.Date, Header: "Completed", Index: 1},
			{Field: transcript.Points, Header: "Contact Hours", Index: 2},
			{Field: transcript.Topics, Header: "Category", Index: 3},
			{Field: transcript.Status, Header: "Status", Index: 4},
		},
		Rows: []transcript.Row{
			{Number: 2, Line: 2, Credit: ledger.Credit{
				Date: date(t, "2026-03-02"), Title: "Coagulation cascade", Points: 150, Activity: ledger.CourseActivity,
				Topics: []ledger.CreditTopic{{Topic: "hematology"}},
			}},
			{Number: 3, Line: 4, UnknownTopics: []string{"Point of Care"}, Credit: ledger.Credit{
				Date: date(t, "2026-03-16"), Title: "Titles, with commas\nand lines", Points: 100, Activity: ledger.CourseActivity,
				Topics: []ledger.CreditTopic{{Topic: "hematology"}, {Topic: "chemistry"}},
				Note:   "topic: Point of Care",
			}},
		},
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
	assumed := "UTF-8, commas, dates MM/DD/YYYY, columns Course Title, Completed, Contact Hours, Category, Status"
	if diff := cmp.Diff(assumed, f.Assumptions()); diff != "" {
		t.Errorf("Assumptions (-want +got):\n%s", diff)
	}
}

func TestReadOwn(t *testing.T) {
	f := read(t, "points,title,date,topics,activity,note\n"+
		"0.5,\" Chemical hygiene \",2026-02-10,safety=0.25;chemistry,employer-program,\"a\r\nb\"\n", transcript.Options{})
	want := []transcript.Row{{Number: 2, Line: 2, Credit: ledger.Credit{
		Date: date(t, "2026-02-10"), Title: " Chemical hygiene ", Points: 50, Activity: "employer-program",
		Topics: []ledger.CreditTopic{{Topic: "safety", Limit: 25}, {Topic: "chemistry"}}, Note: "a\r\nb",
	}}}
	if diff := cmp.Diff(want, f.Rows); diff != "" || !f.Own {
		t.Errorf("Read: own %v (-want +got):\n%s", f.Own, diff)
	}
}

func TestReadTopics(t *testing.T) {
	o := transcript.Options{Topics: map[string][]ledger.Topic{
		"Point of  Care": {"chemistry"}, "safety": {"ethics"}, "Red, White": {"hematology"},
		"Lab Ops": {"management", "quality"}, "Breakfast": {},
	}}
	tests := []struct {
		cell, topics, note string
	}{
		{"Hematology", "hematology", ""},
		{"Patient Safety; Chemistry", "safety;chemistry", ""},
		{"Chemistry/Hematology", "chemistry;hematology", ""},
		{"Chemistry, Toxicology", "chemistry", ""},
		{"Hematology, Wellness", "", "topic: Hematology, Wellness"},
		{"Wellness; Hematology; Yoga", "hematology", "topic: Wellness; topic: Yoga"},
		{"chemistry=0.5;safety=1", "chemistry=0.5;safety=1", ""},
		{"point of care", "chemistry", ""},
		{"SAFETY", "ethics", ""},
		{"red, white", "hematology", ""},
		{"Other", "", ""},
		{"lab ops", "management;quality", ""},
		{"Lab Ops, Quality/Chemistry", "management;quality;chemistry", ""},
		{"Breakfast", "", ""},
		{"Breakfast; Lunch; Hematology", "hematology", "topic: Lunch"},
		{";", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.cell, func(t *testing.T) {
			f := read(t, "Title;Date;Hours;Category\nA;2026-03-02;1;\""+tt.cell+"\"\n", o)
			if diff := cmp.Diff(tt.topics, ledger.FormatCreditTopics(f.Rows[0].Credit.Topics)); diff != "" {
				t.Errorf("topics (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.note, f.Rows[0].Credit.Note); diff != "" {
				t.Errorf("note (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadActivity(t *testing.T) {
	f := read(t, "Activity,Title,Date,Hours,Category,Notes\n"+
		"Journal Article,A,2026-03-02,1,,\n"+
		"Webinar,B,2026-03-02,1,Wellness,seen\n"+
		",C,2026-03-02,1,,\n", transcript.Options{})
	var got []string
	for _, r := range f.Rows {
		got = append(got, string(r.Credit.Activity)+"|"+r.Credit.Note)
	}
	want := []string{"journal-article|", "course|seen; topic: Wellness; activity: Webinar", "course|"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("activity and note (-want +got):\n%s", diff)
	}
}

func TestReadProblems(t *testing.T) {
	tests := []struct {
		name, header, record string
		want                 string
	}{
		{"unit", "Title,Date,Hours", "A,2026-03-02,1.5 units", `Hours: "1.5 units" is not a number of points such as 1.5: "units" is not a unit; units are points, hours, ceu, minutes`},
		{"negative", "Title,Date,Hours", "A,2026-03-02,-1", `Hours: "-1": points must be more than 0`},
		{"blank title", "Title,Date,Hours", " ,2026-03-02,1", `Title: " ": must not be empty`},
		{"empty date", "Title,Date,Hours", "A,,1", "Date: must not be empty"},
		{"the first problem is told", "Title,Date,Hours", ",never,x", "Title: must not be empty"},
		{"a sum in the ledger's own format", "date,title,points", ",Sum,99999", "date: must not be empty"},
		{"no title, with a date", "Title,Date,Hours", ",2026-03-02,1", "Title: must not be empty"},
		{"own topic", "title,date,points,topics", "A,2026-03-02,1,safety;chemstry",
			`topics: "safety;chemstry": "chemstry": not a topic; did you mean chemistry?`},
		{"own activity", "title,date,points,activity", "A,2026-03-02,1,curse",
			`activity: "curse" is not an activity; did you mean course?`},
		{"own blank title", "title,date,points", "\" \n\",2026-03-02,1", `title: " \n": must not be empty`},
		{"too few cells", "Title,Date,Hours,Topic", "A,2026-03-02,1",
			"Topic: 3 cells, but the header has 4; an empty cell needs its separator too"},
		{"one cell", "Title,Date,Hours", "A", "Date: 1 cell, but the header has 3; an empty cell needs its separator too"},
		{"too many cells", "Title,Date,Hours", "A, B,2026-03-02,1",
			`"1": 4 cells, but the header has 3; quote a cell that contains the separator`},
		{"a long cell too many", "Title,Date,Hours", "A,2026-03-02,1," + strings.Repeat("é", 41),
			`"` + strings.Repeat("é", 39) + `…": 4 cells, but the header has 3; quote a cell that contains the separator`},
		{"a cell too many that just fits", "Title,Date,Hours", "A,2026-03-02,1," + strings.Repeat("é", 40),
			`"` + strings.Repeat("é", 40) + `": 4 cells, but the header has 3; quote a cell that contains the separator`},
		{"empty cells behind", "Title,Date,Hours", "A,2026-03-02,1, ,,", ""},
		{"quote never closed", "Title,Date,Hours", "\"A,2026-03-02,1",
			`Title: "\"A,2026-03-02,1": a quote is opened and never closed; close it, or quote the cell and double the quotes in it`},
		{"quote never closed in a long line", "Title,Date,Hours", "A,2026-03-02,\"" + strings.Repeat("é", 40),
			`Hours: "\"` + strings.Repeat("é", 38) +
				`…": a quote is opened and never closed; close it, or quote the cell and double the quotes in it`},
		{"quote behind the last column", "Title,Date,Hours", "A,2026-03-02,1,b\"",
			`"b\"": a quote stands inside a cell that is not quoted; quote the cell and double the quotes in it`},
		{"quote inside", "Title,Date,Hours", "The \"A\",2026-03-02,1",
			`Title: "The \"A\",2026-03-02,1": a quote stands inside a cell that is not quoted; quote the cell and double the quotes in it`},
		{"quote not doubled", "Title,Date,Hours", "\"The \"A\"\",2026-03-02,1",
			`Title: "\"The \"A\"\",2026-03-02,1": a quote inside a quoted cell is not doubled; double it`},
		{"stray carriage return", "Title,Date,Hours", "A\rB,2026-03-02,1",
			`Title: "A\rB,2026-03-02,1": a carriage return stands outside quotes; quote the cell`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := read(t, tt.header+"\n"+tt.record+"\n", transcript.Options{}).Rows
			if len(rows) != 1 {
				t.Fatalf("%d rows, want 1", len(rows))
			}
			got := ""
			if rows[0].Problem != nil {
				got = rows[0].Problem.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problem (-want +got):\n%s", diff)
			}
		})
	}
}

// need ends the test where there is an error.
func need(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
