package transcript_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestReadColumns(t *testing.T) {
	tests := []struct {
		name    string
		header  string
		columns map[transcript.Field]string
		want    string // fields of the columns, "-" for ignored ones
	}{
		{"case and punctuation do not matter", "P.A.C.E.  CREDITS,date_completed,course title", nil, "points date title"},
		{"a unit in brackets is set aside", "Title,Date (MM/DD/YYYY),Credits (CE)", nil, "title date points"},
		{"a number sign is a number", "Title,Date,Credits,Certificate #", nil, "title date points reference"},
		{"the more specific title wins", "Course,Course Title,Date,Credits", nil, "- title date points"},
		{"the more specific points win", "Title,Date,Hours,Contact Hours", nil, "title date - points"},
		{"contact hours win over CEU", "Title,Date,CEU,Contact Hours", nil, "title date - points"},
		{"activity is the title", "Activity,Date,Credits", nil, "title date points"},
		{"activity is the kind beside a title", "Activity,Title,Date,Credits", nil, "activity title date points"},
		{"activity is the kind beside a mapped title", "Activity,Label,Date,Credits",
			map[transcript.Field]string{transcript.Title: "label"}, "activity title date points"},
		{"activity is ignored beside a kind", "Activity,Title,Activity Type,Date,Credits", nil, "- title activity date points"},
		{"a mapped column wins", "Title,Course Name,Date,Credits",
			map[transcript.Field]string{transcript.Title: "TITLE"}, "title - date points"},
		{"a mapped CEU column is points", "Title,Date,CEU",
			map[transcript.Field]string{transcript.Points: " c e u "}, "title date points"},
		{"empty headers are no columns", "Title,,Date,Credits,,", nil, "title - date points"},
		{"points win over minutes", "Title,Date,Minutes,Duration (hours),Credits", nil, "title date - - points"},
		{"a duration in hours", "Title,Date,Course Length (hrs)", nil, "title date points"},
		{"a mapped duration", "Title,Date,Duration", map[transcript.Field]string{transcript.Points: "Duration"}, "title date points"},
		{"a mapped unit", "Title,Date,Hours,Kind", map[transcript.Field]string{transcript.PointsUnit: "Kind"}, "title date points unit"},
		{"units without any are no units", "Title,Date,Hours,Unit", nil, "title date points -"},
		{"sessions are titles beside a code and a day", "Code,Session,Speaker,Day,CE", nil, "reference title - date points"},
		{"a session is the number beside a title", "Session,Title,Date,Hours", nil, "reference title date points"},
		{"a date wins over a day", "Day,Title,Date,Hours,Code,Certificate", nil, "- title date points - reference"},
		{"points approved win over points requested", "Module Name,Date,Points Requested,Points Approved", nil, "title date - points"},
		{"activity with its sponsor", "Date Completed,Activity / Sponsor,CMP Points", nil, "date title points"},
		{"everything at once", "Name of Activity,Organization,Date Earned,CE,Subject Area,Program Number,Link,Comments", nil,
			"title provider date points topics reference url note"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, tt.header+"\n", transcript.Options{Columns: tt.columns})
			fields := make([]string, len(strings.Fields(tt.want)))
			for i := range fields {
				fields[i] = "-"
			}
			for _, c := range f.Columns {
				fields[c.Index] = string(c.Field)
			}
			if diff := cmp.Diff(tt.want, strings.Join(fields, " ")); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadRefusesColumns(t *testing.T) {
	tests := []struct {
		name    string
		header  string
		columns map[transcript.Field]string
		want    string
	}{
		{"all missing", "Employee", nil,
			`no course in it: no line names columns such as title, date and points; if it proves a credit: cmp add TITLE --points P --date DAY --evidence FILE`},
		{"the row most like a header", "LabCE\nEmployee,When,Hours\n1042,2026-03-16,1", nil,
			`line 2: no column is called title or date or the like; the columns are Employee, When, Hours; say which it is: --map title="…" --map date="…"`},
		{"two columns of units", "Title,Date,Hours,Unit,Units\nA,2026-03-02,1,hours,hours", nil,
			`columns "Unit" and "Units" could both be the unit; say which one: --map unit=Unit`},
		{"the same header twice", "Title,Title,Date,Hours", nil, `two columns are called "Title"; rename one of them in the file`},
		{"own header twice", "title,date,date,points", nil, `two columns are called "date"; rename one of them in the file`},
		{"unknown mapped column", "Title,Date,Hours", map[transcript.Field]string{transcript.Note: "Remark"},
			`no column is called "Remark"; the columns are Title, Date, Hours`},
		{"mapped column twice", "Title,Date,Hours,Note,note", map[transcript.Field]string{transcript.Note: "NOTE"},
			`two columns are called "note"; rename one of them in the file`},
		{"one column for two fields", "Title,Date,Hours",
			map[transcript.Field]string{transcript.Title: "Title", transcript.Note: "title"}, `column "Title" is named for both title and note`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := transcript.Text([]byte(tt.header + "\n")).Read(transcript.Options{Columns: tt.columns})
			checkFileError(t, err, tt.want)
		})
	}
}

// checkFileError holds an error of a file as a whole, and what to do next, to what
// is wanted.
func checkFileError(t *testing.T, err error, want string) {
	t.Helper()
	var got *ledger.Error
	if !errors.As(err, &got) {
		t.Fatalf("error %v, want a ledger.Error", err)
	}
	text := got.Error()
	if !got.Try.IsEmpty() {
		text += "; " + got.Try.As("cmp")
	}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestParseField(t *testing.T) {
	tests := []struct{ text, want, err string }{
		{" Title ", "title", ""},
		{"topic", "topics", ""},
		{"URL", "url", ""},
		{"Unit", "unit", ""},
		{"titl", "", "not a field; did you mean title?"},
		{"x", "", "not a field; fields are date, title, provider, points, topics, activity, reference, url, note, unit, status, person"},
	}
	for _, tt := range tests {
		got, err := transcript.ParseField(tt.text, transcript.ColumnFields())
		message := ""
		if err != nil {
			message = err.Error()
		}
		if string(got) != tt.want || message != tt.err {
			t.Errorf("ParseField(%q) = %q, %q; want %q, %q", tt.text, got, message, tt.want, tt.err)
		}
	}
}
