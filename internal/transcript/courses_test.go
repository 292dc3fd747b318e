package transcript_test

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// catalogue reads a catalogue that is to be usable as a whole.
func catalogue(tb rapid.TB, text string, o transcript.Options) transcript.Catalogue {
	tb.Helper()
	c, err := transcript.Text([]byte(text)).Courses(o)
	need(tb, err)
	if len(c.Courses) != len(c.Rows) {
		tb.Fatalf("%d courses of %d rows", len(c.Courses), len(c.Rows))
	}
	return c
}

func TestReadCourses(t *testing.T) {
	tests := []struct {
		name, header, row string
		want              ledger.Course
	}{
		{"every column", "title,provider,points,topics,hours,price,url,free", "Gram stains,LabCE,1.5,microbiology=1;safety,2,19.99,https://example.org,no",
			ledger.Course{Title: "Gram stains", Provider: "LabCE", Points: 150, Charge: ledger.Charged, Price: 1999, URL: "https://example.org",
				Topics: []ledger.CreditTopic{{Topic: "microbiology", Limit: 100}, {Topic: "safety"}}}},
		{"hours where points are not stated", "Title,Points,Contact Hours", "Gram stains,,1.25", ledger.Course{Title: "Gram stains", Points: 125}},
		{"hours and minutes", "Title,Hours", "Gram stains,1:30", ledger.Course{Title: "Gram stains", Points: 150}},
		{"a unit in the cell", "Title,Credits", "Gram stains,0.1 CEU", ledger.Course{Title: "Gram stains", Points: 100}},
		{"a duration in hours", "Title,Duration (hrs)", "Gram stains,2", ledger.Course{Title: "Gram stains", Points: 200}},
		{"titles alone", "Course", " Gram stains ", ledger.Course{Title: "Gram stains"}},
		{"nothing stated", "title,provider,points,topics,hours,price,url,free", "Gram stains,,,,,,,", ledger.Course{Title: "Gram stains"}},
		{"price 0", "title,price", "Gram stains,0", ledger.Course{Title: "Gram stains", Charge: ledger.Free}},
		{"price in words", "title,cost", "Gram stains,FREE", ledger.Course{Title: "Gram stains", Charge: ledger.Free}},
		{"a dollar sign", "title,Price (USD)", "Gram stains,$25", ledger.Course{Title: "Gram stains", Charge: ledger.Charged, Price: 2500}},
		{"free", "title,free", "Gram stains,Yes", ledger.Course{Title: "Gram stains", Charge: ledger.Free}},
		{"not free", "title,free", "Gram stains,no", ledger.Course{Title: "Gram stains", Charge: ledger.Charged}},
		{"free, and price 0", "title,price,free", "Gram stains,0,true", ledger.Course{Title: "Gram stains", Charge: ledger.Free}},
		{"topics in words", "Course Title,Subject", `Gram stains,"Microbiology, Lab Safety"`,
			ledger.Course{Title: "Gram stains", Topics: []ledger.CreditTopic{{Topic: "microbiology"}, {Topic: "safety"}}}},
		{"columns of no use", "id,title,Date", "7,Gram stains,never", ledger.Course{Title: "Gram stains"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := catalogue(t, tt.header+"\n"+tt.row+"\n", transcript.Options{})
			if p := c.Rows[0].Problem; p != nil {
				t.Fatal(p)
			}
			if diff := cmp.Diff([]ledger.Course{tt.want}, c.Courses); diff != "" {
				t.Errorf("courses (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadCoursesOptions(t *testing.T) {
	topic, err := ledger.Vocabulary(nil).Parse("quality")
	need(t, err)
	c := catalogue(t, "Was,Category,Value\nGram stains,QM,3\nBlood films,Odd;safety,\n", transcript.Options{
		Columns: map[transcript.Field]string{transcript.Title: "was", transcript.Price: "VALUE"}, Topics: map[string][]ledger.Topic{"qm": {topic}},
	})
	want := []ledger.Course{
		{Title: "Gram stains", Charge: ledger.Charged, Price: 300, Topics: []ledger.CreditTopic{{Topic: "quality"}}},
		{Title: "Blood films", Topics: []ledger.CreditTopic{{Topic: "safety"}}},
	}
	if diff := cmp.Diff(want, c.Courses); diff != "" {
		t.Errorf("courses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Odd"}, c.Rows[1].UnknownTopics); diff != "" {
		t.Errorf("topics that are not understood (-want +got):\n%s", diff)
	}
}

// Numbers of which nobody says what they count are no points; a warning says so.
func TestReadCoursesWarns(t *testing.T) {
	for _, tt := range []struct {
		header, cells string
		points        ledger.Points
		warnings      int
	}{
		{"CEUs", "0.1", 0, 1},
		{"Minutes", "90", 150, 0},
		{"Length", "90", 0, 1},
		{"CEUs", "0.1 CEU", 100, 0},
		{"Minutes,Points", "90,1", 100, 0},
		{"Seats", "90", 0, 0},
	} {
		c := catalogue(t, "Title,"+tt.header+"\nGram stains,"+tt.cells+"\n", transcript.Options{})
		if c.Rows[0].Problem != nil || c.Courses[0].Points != tt.points || len(c.Warnings) != tt.warnings {
			t.Errorf("%s %s: %v, %s points, warnings %q", tt.header, tt.cells, c.Rows[0].Problem, c.Courses[0].Points, c.Warnings)
		}
	}
}

// courseRecords writes courses as a catalogue.
func courseRecords(all []ledger.Course) [][]string {
	records := [][]string{{"title", "provider", "points", "topics", "price", "free", "url"}}
	for _, c := range all {
		points, price := "", ""
		if c.Points != 0 {
			points = c.Points.String()
		}
		if c.HasPrice() {
			price = c.Price.String()
		}
		free := [...]string{ledger.ChargeNotStated: "", ledger.Free: "yes", ledger.Charged: "no"}[c.Charge]
		records = append(records, []string{c.Title, c.Provider, points, ledger.FormatCreditTopics(c.Topics), price, free, c.URL})
	}
	return records
}

// csvOf writes records as CSV.
func csvOf(tb rapid.TB, records [][]string) string {
	tb.Helper()
	var b strings.Builder
	need(tb, csv.NewWriter(&b).WriteAll(records))
	return b.String()
}

// Whatever a file holds, it is refused, or each of its rows says what is wrong
// with it or is a course that can be recorded, written and read again.
func FuzzReadCourses(f *testing.F) {
	f.Add([]byte("title,provider,points,topics,hours,price,url,free\nGram stains,LabCE,1.5,microbiology=1;safety,2,19.99,https://example.org,no\n"))
	f.Add([]byte("Course;Cost;Contact Hours\nA;FREE;1:30\na;$0;0.1 CEU\n"))
	f.Add([]byte("\xff\xfeT\x00i\x00t\x00l\x00e\x00\n\x00A\x00"))
	f.Add([]byte("title,free,price\nA,yes,25\nB,no,0\n"))
	f.Add([]byte("title;price\nA;$1,200.00\nB;15 USD\nC;n/a\nD;20 EUR\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := transcript.Text(data).Courses(transcript.Options{})
		if err != nil {
			var file *ledger.Error
			if !errors.As(err, &file) {
				t.Fatalf("not a ledger.Error: %v", err)
			}
			return
		}
		var good []ledger.Course
		for i, row := range c.Rows {
			if row.Problem != nil {
				continue
			}
			if err := c.Courses[i].Validate(); err != nil {
				t.Fatalf("row %d: %v", row.Number, err)
			}
			good = append(good, c.Courses[i])
		}
		again := catalogue(t, csvOf(t, courseRecords(good)), transcript.Options{})
		if diff := cmp.Diff(good, again.Courses); diff != "" {
			t.Fatalf("written and read (-want +got):\n%s", diff)
		}
	})
}
