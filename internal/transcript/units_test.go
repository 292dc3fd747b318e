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

func TestReadUnits(t *testing.T) {
	tests := []struct {
		name, header, cells string // cells of one column, separated by bars
		options             transcript.Options
		want                string // points or problems, or the error
	}{
		{"CEUs with their unit", "CEUs", "0.1 CEU||90 min", transcript.Options{}, "1|CEUs: must not be empty|1.5"},
		{"a bare number among them", "CEUs", "0.1 CEU|0.1", transcript.Options{}, onlyCEU},
		{"no number at all", "CEUs", "n/a|", transcript.Options{}, onlyCEU},
		{"in brackets", "Credits (CEU)", "0.1", transcript.Options{}, strings.Replace(onlyCEU, "CEUs", "Credits (CEU)", 1)},
		{"with contact hours", "CEU/Contact Hours", "1", transcript.Options{}, strings.Replace(onlyCEU, "CEUs", "CEU/Contact Hours", 1)},
		{"CEU by the profile", "CEUs earned", "0.1|0.1 hrs", transcript.Options{Unit: transcript.InCEU}, "1|0.1"},
		{"hours by the profile", "CEU", "0.5", transcript.Options{Unit: transcript.InHours}, "0.5"},
		{"points by the profile", "CEU", "0.5", transcript.Options{Unit: transcript.InPoints}, "0.5"},
		{"named without a unit", "CEU", "0.1|0.1 CEU",
			transcript.Options{Columns: map[transcript.Field]string{transcript.Points: "CEU"}},
			`CEU: "0.1" is not clear without a unit, as 1 CEU is 10 points: say --unit ceu or --unit hours, or write "0.1 CEU"|1`},
		{"a bare number of minutes", "Minutes", "90", transcript.Options{}, "1.5"},
		{"a bare number among those with a unit", "Duration (min)", "90 min|90", transcript.Options{}, "1.5|1.5"},
		{"a length of time", "Time", "24", transcript.Options{}, onlyTime},
		{"a length of time that is no number of hours", "Time", "2|24.01", transcript.Options{}, strings.TrimSuffix(onlyTime, " or in hours")},
		{"points in minutes", "Credits (minutes)", "90", transcript.Options{}, "1.5"},
		{"lengths with their unit", "Length", "90 min||0.1 CEU|1:30|1 hour", transcript.Options{},
			`1.5|Length: must not be empty|1|Length: "1:30" is not a number of points such as 1.5|1`},
		{"minutes by the profile", "Contact Minutes", "90|1 hr", transcript.Options{Unit: transcript.InMinutes}, "1.5|1"},
		{"a duration that is hours by the profile", "Duration", "1:30|2", transcript.Options{Unit: transcript.InHours}, "1.5|2"},
		{"hours by the header", "Duration (hours)", "1.5|1:30|90 min", transcript.Options{}, "1.5|1.5|1.5"},
		{"hours by the header, short", "Time (hrs)", "2", transcript.Options{}, "2"},
		{"hours with an explanation", "Contact Hours (60 min)", "2", transcript.Options{}, "2"},
		{"a duration that is named", "Min", "90|90 min",
			transcript.Options{Columns: map[transcript.Field]string{transcript.Points: "Min"}},
			"1.5|1.5"},
		{"a length of time that is named", "Length", "90|90 min",
			transcript.Options{Columns: map[transcript.Field]string{transcript.Points: "Length"}},
			`Length: "90" is not clear without a unit, as 60 minutes are 1 point: say --unit minutes or --unit hours, or write "90 min"|1.5`},
		{"minutes", "Hours", "45", transcript.Options{Unit: transcript.InMinutes}, "0.75"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "Title;Date;" + tt.header + "\n"
			for cell := range strings.SplitSeq(tt.cells, "|") {
				text += "A;2026-03-02;" + cell + "\n"
			}
			checkPoints(t, text, tt.options, tt.want)
		})
	}
}

// checkPoints holds the points of a text to what is wanted: points or problems,
// separated by bars, or the error.
func checkPoints(t *testing.T, text string, o transcript.Options, want string) {
	t.Helper()
	f, err := transcript.Text([]byte(text)).Read(o)
	got := make([]string, len(f.Rows))
	for i, row := range f.Rows {
		got[i] = row.Credit.Points.String()
		if row.Problem != nil {
			got[i] = row.Problem.Error()
		}
	}
	if err != nil {
		got = []string{err.Error()}
	}
	if diff := cmp.Diff(want, strings.Join(got, "|")); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
}

// What a bracket behind the points says: the same in another unit, or how many are in a
// topic.
func TestReadBrackets(t *testing.T) {
	tests := []struct{ cell, want string }{
		{"2.0 (0.5 safety)", "2 safety=0.5"},
		{"2 hrs (incl. 0.5 hours of safety, 1 ethics)", "2 safety=0.5;ethics=1"},
		{"0.2 CEU (0.05 safety)", "2 safety=0.5"},
		{"1.0 CEU (10 contact hours)", "10"},
		{"1 (50 min)", "1"},
		{"2 (1 pharmacology)", "2 topic: pharmacology"},
		{"1 CEU (1 hour)", `"1 CEU (1 hour)" is not clear, as it says both 10 and 1 points; write one`},
		{"1.5 (45 min)", `"1.5 (45 min)" is not clear, as it says both 1.5 and 0.75 points; write one`},
		{"2.0 (5 safety)", `"2.0 (5 safety)" is not clear, as 5 is more than 2; write one`},
		{"90 (safety)", `"90 (safety)" is not a number of points such as 1.5: "(safety)" is not a unit; units are points, hours, ceu, minutes`},
		{"3 semester hours", "45 college-course"},
		{"1 quarter hour", "10 college-course"},
	}
	for _, tt := range tests {
		t.Run(tt.cell, func(t *testing.T) {
			row := read(t, "Title;Date;Hours\nA;2026-03-02;"+tt.cell+"\n", transcript.Options{}).Rows[0]
			c, got := row.Credit, row.Credit.Points.String()
			for i, topic := range c.Topics {
				got += map[bool]string{true: " ", false: ";"}[i == 0] + topic.String()
			}
			switch {
			case row.Problem != nil:
				got = strings.TrimPrefix(row.Problem.Error(), "Hours: ")
			case c.Note != "":
				got += " " + c.Note
			case c.Activity != ledger.CourseActivity:
				got += " " + string(c.Activity)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("credit (-want +got):\n%s", diff)
			}
		})
	}
}

// The unit of a college's column is that of its hours, and the activity follows from it.
func TestReadSemesterHours(t *testing.T) {
	f := read(t, "Course,Date,Semester Hours\nA,2026-03-02,3\n", transcript.Options{})
	if c := f.Rows[0].Credit; c.Points != 45_00 || c.Activity != ledger.CollegeCourse {
		t.Errorf("%s points of a %s", c.Points, c.Activity)
	}
}

const onlyTime = `the points may be in column "Time", counted in minutes (60 to the point) or in hours`

const onlyCEU = `the points may be in column "CEUs", counted in CEUs (10 points each) or in hours`

func TestReadUnitOfCEUColumn(t *testing.T) {
	tests := []struct {
		name    string
		header  string
		options transcript.Options
		want    string // the column of points, or the error
	}{
		{"also when they are the unit", "Title,Date,CEU,Contact Hours", transcript.Options{Unit: transcript.InHours}, "Contact Hours"},
		{"CEUs win when they are the unit", "Title,Date,CEU,Contact Hours", transcript.Options{Unit: transcript.InCEU}, "CEU"},
		{"minutes win when they are the unit", "Title,Date,Contact Hours,Minutes", transcript.Options{Unit: transcript.InMinutes}, "Minutes"},
		{"minutes are not asked for when they are not the unit", "Title,Date,CEU,Minutes", transcript.Options{Unit: transcript.InCEU}, "CEU"},
		{"a duration in hours is no number of minutes", "Title,Date,Duration (hours),Contact Hours",
			transcript.Options{Unit: transcript.InMinutes}, "Contact Hours"},
		{"CEUs and minutes", "Title,Date,CEU,Minutes", transcript.Options{Unit: transcript.InHours},
			`columns "CEU" and "Minutes" could both be the points`},
		{"constant points", "Title,Date,Minutes",
			transcript.Options{Unit: transcript.InMinutes, Constants: map[transcript.Field]string{transcript.Points: "50"}}, ""},
		{"the hour at which a session begins", "Title,Date,Session Time", transcript.Options{Unit: transcript.InHours},
			"line 1: no column is called points or the like; the columns are Title, Date, Session Time"},
		{"two of them", "Title,Date,CEU,CEUs earned", transcript.Options{Unit: transcript.InCEU},
			`columns "CEU" and "CEUs earned" could both be the points`},
		{"a provider of CEUs", "Title,Date,CEU Provider", transcript.Options{Unit: transcript.InCEU},
			"line 1: no column is called points or the like; the columns are Title, Date, CEU Provider"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := transcript.Text([]byte(tt.header + "\n")).Read(tt.options)
			got := ""
			for _, c := range f.Columns {
				if c.Field == transcript.Points {
					got = c.Header
				}
			}
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("column of points (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAssumedUnits(t *testing.T) {
	for _, tt := range []struct {
		unit transcript.Unit
		want string
	}{
		{"", ""}, {transcript.InPoints, ""}, {transcript.InHours, ", hours, 1 point each"}, {transcript.InCEU, ", CEUs, 10 points each"},
		{transcript.InMinutes, ", minutes, 60 to the point, rounded down"},
	} {
		got := read(t, "Title;Date;Hours\nA;2026-03-02;1\n", transcript.Options{Unit: tt.unit}).Assumptions()
		if diff := cmp.Diff("UTF-8, semicolons, dates YYYY-MM-DD"+tt.want+", columns Title, Date, Hours", got); diff != "" {
			t.Errorf("Assumptions (-want +got):\n%s", diff)
		}
	}
}

func unclear(column, unit, points string) string {
	return fmt.Sprintf("column %q says %q, which may be the unit of %q, or only a kind of credit", column, unit, points)
}

func TestReadColumnOfUnits(t *testing.T) {
	const noUnit = "not a unit; units are points, hours, ceu, minutes"
	named := transcript.Options{Columns: map[transcript.Field]string{transcript.PointsUnit: "Unit"}}
	tests := []struct {
		name, header string
		cells        string // points and their unit, separated by blanks, of rows separated by bars
		options      transcript.Options
		want         string
	}{
		{"every unit", "Hours,Unit", "90 minutes|0.1 CEU|1.5 Contact_Hours|2 credits|1 points|1 Semester_Hour|1:30 Hours", transcript.Options{},
			"1.5|1|1.5|2|1|15|1.5"},
		{"other names", "Points,Units of Measure", "90 min", transcript.Options{}, "1.5"},
		{"the cell's own unit wins", "Hours,Unit", "90min hours", transcript.Options{}, "1.5"},
		{"an empty cell says nothing", "Hours,Unit", "90 minutes|2 ", transcript.Options{}, "1.5|2"},
		{"an empty cell leaves the unit of the profile", "Hours,Unit", "90 minutes|2 ", transcript.Options{Unit: transcript.InCEU}, "1.5|20"},
		{"a text that is none", "Hours,Unit", "90 minutes|2 modules", transcript.Options{}, `1.5|Unit: "modules" is ` + noUnit},
		{"in front of the points", "Unit,Hours", "modules 2|minutes x|minutes 90", transcript.Options{},
			`Unit: "modules" is ` + noUnit + `|Hours: "x" is not a number of points such as 1.5|1.5`},
		{"credit hours", "Hours,Unit", "3 credit_hours", transcript.Options{},
			`Hours: "3": credit hours are semester hours to a college, 15 points each, and contact hours to others; write which`},
		{"it clears a duration", "Duration,Unit", "90 min|2 hrs", transcript.Options{}, "1.5|2"},
		{"it clears CEUs", "CEUs,Unit", "0.1 CEU", transcript.Options{}, "1"},
		{"but not where it is empty", "CEUs,Unit", "0.1 CEU|0.1 ", transcript.Options{}, onlyCEU},
		{"an amount of units", "Amount,Unit", "90 minutes|0.1 CEU|1.5 ", transcript.Options{}, "1.5|1|1.5"},
		{"a quantity without them", "Quantity,Unit", "2 ICU", transcript.Options{},
			"line 1: no column is called points or the like; the columns are Title, Date, Quantity, Unit, Provider"},
		{"under another name", "Credits,Type", "90 minutes|60 Minutes", transcript.Options{}, "1.5|1"},
		{"of every kind", "Credits,Category", "90 min|0.2 CEU|1 semester_hours|1 CMLE| ", transcript.Options{},
			"1.5|2|15|1|Credits: must not be empty"},
		{"kinds of points", "Credits,Credit_Type", "2 CMLE|1 contact_hours|1 P.A.C.E.", transcript.Options{}, "2|1|1"},
		{"a letter that is something else", "Credits,Sex", "2 M", transcript.Options{}, "2"},
		{"few of them", "Credits,Type", "90 minutes|1 Live|1 Online", transcript.Options{}, unclear("Type", "minutes", "Credits")},
		{"CEUs that may be a kind of credit", "Credits,Credit_Type", "2 CEU|1 CMLE", transcript.Options{}, unclear("Credit Type", "CEU", "Credits")},
		{"credit hours that may be one", "Credits,Category", "3 Credit_Hours", transcript.Options{}, unclear("Category", "Credit Hours", "Credits")},
		{"against what the points say they are", "Contact_Hours,Type", "2 minutes", transcript.Options{}, unclear("Type", "minutes", "Contact Hours")},
		{"CEUs of points with their unit", "Credits,Type", "2h CEU", transcript.Options{}, "2"},
		{"CEUs where the unit is known", "Credits,Type", "2 CEU", transcript.Options{Unit: transcript.InHours}, "2"},
		{"a kind that is named as such", "Credits,Type", "2 CEU",
			transcript.Options{Columns: map[transcript.Field]string{transcript.Note: "Type"}}, "2"},
		{"a kind that is named as the unit", "Credits,Type", "2 CEU",
			transcript.Options{Columns: map[transcript.Field]string{transcript.PointsUnit: "Type"}}, "20"},
		{"the unit of a hospital", "Hours,Unit", "2 ICU", transcript.Options{}, "2"},
		{"a number of units", "Hours,Units", "2 3", transcript.Options{}, "2"},
		{"one that is named is never left out", "Hours,Unit", "2 ICU", named, `Unit: "ICU" is ` + noUnit},
		{"constant points are not of the column", "Hours,Unit", "90 minutes| minutes",
			transcript.Options{Constants: map[transcript.Field]string{transcript.Points: "2", transcript.Provider: "x"}}, "1.5|2"},
		{"decimal commas", "Hours,Unit", "0,1 CEU", transcript.Options{DecimalComma: true}, "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "Title;Date;" + strings.NewReplacer(",", ";", "_", " ").Replace(tt.header) + ";Provider\n"
			for cells := range strings.SplitSeq(tt.cells, "|") {
				text += "A;2026-03-02;" + strings.ReplaceAll(strings.Replace(cells, " ", ";", 1), "_", " ") + ";\n"
			}
			checkPoints(t, text, tt.options, tt.want)
		})
	}
}

// A column of units says the same as units in the cells.
func TestColumnOfUnitsAsInCells(t *testing.T) {
	units := rapid.SampledFrom([]string{"points", "hours", "CEU", "min", "semester hours", "credit hours"})
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.StringMatching(`[0-9]{1,3}([.][0-9]{1,2})?`).Draw(t, "amount")
		unit := units.Draw(t, "unit")
		apart, err := transcript.Text([]byte("Title,Date,Hours,Unit\nA,2026-03-02," + amount + "," + unit + "\n")).Read(transcript.Options{})
		need(t, err)
		want, wrong := transcript.Options{}.ParsePoints(amount + " " + unit)
		row := apart.Rows[0]
		if row.Credit.Points != want || (row.Problem == nil) != (wrong == nil) {
			t.Errorf("%s in a column of %s: %s points, %v; in the cell %s, %v", amount, unit, row.Credit.Points, row.Problem, want, wrong)
		}
	})
}
