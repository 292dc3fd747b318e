package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestLook(t *testing.T) {
	tests := []struct {
		name string
		text string
		want transcript.Survey
	}{
		{"own", "date,title,points,topics\n2026-03-16,A,1,safety\n", transcript.Survey{
			Own: true, Headers: []string{"date", "title", "points", "topics"}, DateFormat: "YYYY-MM-DD",
			Columns: []transcript.Column{
				{Field: transcript.Date, Header: "date", Index: 0}, {Field: transcript.Title, Header: "title", Index: 1},
				{Field: transcript.Points, Header: "points", Index: 2}, {Field: transcript.Topics, Header: "topics", Index: 3},
			},
		}},
		{"foreign", "Mine\nCourse,,Completed,Hours,Category,Status\n" +
			"A,,3/16/2026,\"0,5\",\"Yoga; Safety\",x\nB,,5/5/2026,1,YOGA,x\nC,,4/5/2026,1,Other,x\nD,,4/5/2026,1,safety=1,x\nE,,4/5/2026,1,Chem/Micro\n",
			transcript.Survey{
				Skipped: 1, Headers: []string{"Course", "Completed", "Hours", "Category", "Status"}, DateFormat: "MM/DD/YYYY", DecimalComma: true,
				Columns: []transcript.Column{
					{Field: transcript.Title, Header: "Course", Index: 0}, {Field: transcript.Date, Header: "Completed", Index: 2},
					{Field: transcript.Points, Header: "Hours", Index: 3}, {Field: transcript.Topics, Header: "Category", Index: 4},
				},
				Topics: []transcript.TopicText{{Text: "Yoga", Rows: 2}, {Text: "Safety", Topics: []ledger.Topic{"safety"}, Rows: 1}},
			}},
		{"decimals of both kinds", "Title;Date;Hours\nA;2026-03-16;1,5\nB;Mar 16, 2026;1.5\n", transcript.Survey{
			Headers: []string{"Title", "Date", "Hours"},
			Columns: []transcript.Column{
				{Field: transcript.Title, Header: "Title", Index: 0}, {Field: transcript.Date, Header: "Date", Index: 1},
				{Field: transcript.Points, Header: "Hours", Index: 2},
			},
		}},
		{"dates of which either order is the same", "Title;Date;Hours\nA;5/5/2026;1\n", transcript.Survey{
			Headers: []string{"Title", "Date", "Hours"},
			Columns: []transcript.Column{
				{Field: transcript.Title, Header: "Title", Index: 0}, {Field: transcript.Date, Header: "Date", Index: 1},
				{Field: transcript.Points, Header: "Hours", Index: 2},
			},
		}},
		{"short years", "Title;Date;Hours\nA;3/16/26;1\n", transcript.Survey{
			Headers: []string{"Title", "Date", "Hours"},
			Columns: []transcript.Column{
				{Field: transcript.Title, Header: "Title", Index: 0}, {Field: transcript.Date, Header: "Date", Index: 1},
				{Field: transcript.Points, Header: "Hours", Index: 2},
			},
			Open: map[transcript.Field]string{transcript.Date: "years have two digits; MM/DD/YY or DD/MM/YY says what they mean"},
		}},
		{"units and decimal commas", "Title;Date;Duration;Unit\nA;2026-03-16;1,5;hours\nB;2026-03-16;90;min\n", transcript.Survey{
			Headers: []string{"Title", "Date", "Duration", "Unit"}, DateFormat: "YYYY-MM-DD", DecimalComma: true,
			Columns: []transcript.Column{
				{Field: transcript.Title, Header: "Title", Index: 0}, {Field: transcript.Date, Header: "Date", Index: 1},
				{Field: transcript.Points, Header: "Duration", Index: 2}, {Field: transcript.PointsUnit, Header: "Unit", Index: 3},
			},
		}},
		{"what is open in units", "Title;Date;Minutes;Unit;Units\nA;2026-03-16;1;min;min\n", transcript.Survey{
			Headers: []string{"Title", "Date", "Minutes", "Unit", "Units"}, DateFormat: "YYYY-MM-DD",
			Columns: []transcript.Column{
				{Field: transcript.Title, Header: "Title", Index: 0}, {Field: transcript.Date, Header: "Date", Index: 1},
			},
			Open: map[transcript.Field]string{
				transcript.PointsUnit: `columns "Unit" and "Units" could both be the unit`,
				transcript.Points:     `only column "Minutes" could be the points, and 60 minutes are 1 contact hour, which is 1 point`,
			},
		}},
		{"what is open", "Course;Event;Date;CEU\nA;B;3/5/2026;1\n", transcript.Survey{
			Headers: []string{"Course", "Event", "Date", "CEU"},
			Columns: []transcript.Column{{Field: transcript.Date, Header: "Date", Index: 2}},
			Open: map[transcript.Field]string{
				transcript.Title:  `columns "Course" and "Event" could both be the title`,
				transcript.Date:   `line 2: Date: "3/5/2026" may have the month or the day first, and no row settles which`,
				transcript.Points: "none of the columns is understood as this",
			},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := transcript.Text([]byte(tt.text)).Look(nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want.Open == nil {
				tt.want.Open = map[transcript.Field]string{}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Look (-want +got):\n%s", diff)
			}
		})
	}
	_, err := transcript.Text([]byte("\n")).Look(nil)
	checkFileError(t, err, transcript.FileError{
		Message: "nothing in it, not even a header", Hint: "the first line has to name the columns, such as date,title,points",
	})
}

func TestLookManyTopics(t *testing.T) {
	var text strings.Builder
	text.WriteString("Title,Date,Hours,Category\n")
	for range 2 {
		for i := range 103 {
			fmt.Fprintf(&text, "A,2026-03-16,1,Text %d\n", i)
		}
	}
	s, err := transcript.Text([]byte(text.String())).Look(nil)
	if err != nil || len(s.Topics) != 100 || s.MoreTopics != 3 || s.Topics[99].Rows != 2 {
		t.Errorf("%d topics and %d more, %v", len(s.Topics), s.MoreTopics, err)
	}
}

func TestLookRows(t *testing.T) {
	s, err := transcript.Sheet("S", [][]string{nil, {"Title", "Date", "Hours", "Category"}, {"A", "2026-03-16", "1"}, {"B", "2026-03-16", "1", "Yoga"}}).Look(nil)
	if err != nil || len(s.Columns) != 4 || len(s.Topics) != 1 {
		t.Errorf("LookRows: %+v, %v", s, err)
	}
	if _, err := transcript.Sheet("S", nil).Look(nil); err == nil {
		t.Error("no error for a sheet without cells")
	}
}
