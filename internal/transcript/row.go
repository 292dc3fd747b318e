package transcript

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cmpledger/internal/ledger"
)

var (
	errEmpty       = errors.New("must not be empty")
	errNotPositive = errors.New("points must be more than 0")
)

// A rowReader makes credits of records.
type rowReader struct {
	File   // that is being read
	dates  dates
	points pointsReader
	unit   int // position of the column of units, or -1
	topics *topicReader
	kinds  map[string]ledger.Activity // what cells of the activity mean, or ""
	rules  []boundRule
	status []int // columns that say whether an activity was completed; none where all rows are kept

	course    *courseCells // of the row being read of a catalogue, or nil
	constants map[Field]string
	missing   []Field  // those of the constants that have no column
	remarks   []remark // of the row being read: what only its note can keep
}

// A remark is a cell that is not understood.
type remark struct {
	field Field
	text  string
}

func newRowReader(f File, rules []boundRule, o Options) *rowReader {
	r := &rowReader{
		File:      f,
		topics:    newTopicReader(o, f.Own),
		kinds:     map[string]ledger.Activity{},
		rules:     rules,
		constants: o.Constants,
	}
	for _, field := range Fields() {
		if o.Constants[field] != "" && r.column(field).Field == "" {
			r.missing = append(r.missing, field)
		}
	}
	for _, c := range f.Columns {
		if c.Field == Status && !o.KeepStatus {
			r.status = append(r.status, c.Index)
		}
	}
	r.points = o.pointsReader(r.column(Points).Header)
	r.unit = r.column(PointsUnit).Index
	return r
}

func (r *rowReader) column(field Field) Column { return columnOf(r.Columns, field) }

// misshapen says why a record has no cell for each column, or returns nil.
// Empty cells behind the last column are none.
func (r *rowReader) misshapen(rec record) *Problem {
	cells, width := rec.cells, len(r.Header)
	if rec.bad != nil {
		p := *rec.bad
		if len(cells) < width {
			p.Column = r.Header[len(cells)]
		}
		return &p
	}
	for len(cells) > width && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == width {
		return nil
	}
	message := fmt.Sprintf("%s where the header has %d; ", counted(len(cells), "cell"), width)
	if len(cells) < width {
		return &Problem{Column: r.Header[len(cells)], Message: message + "a cell without content needs its delimiter too"}
	}
	first := width
	for strings.TrimSpace(cells[first]) == "" {
		first++
	}
	if r.Delimiter == 0 {
		return &Problem{Value: clip(cells[first]), Message: message + "name its column, or empty the cell"}
	}
	return &Problem{Value: clip(cells[first]), Message: message + "a cell that holds the delimiter has to be quoted"}
}

// begin returns the row of a record of which no cell is read yet.
func (r *rowReader) begin(rec record) Row {
	row := Row{Number: rec.number, Line: rec.line, Problem: r.misshapen(rec)}
	if row.Problem != nil {
		row.Text = strings.TrimRight(rec.text, "\r\n")
		if r.Delimiter == 0 {
			row.Text = strings.Join(rec.cells, ", ")
		}
	}
	return row
}

// row reads a record. All cells are read whatever is wrong with one of them,
// so that the row can be shown.
func (r *rowReader) row(rec record) Row {
	row := r.begin(rec)
	if row.Problem != nil {
		return row
	}
	row.Credit.Activity = ledger.CourseActivity
	r.remarks = r.remarks[:0]
	r.fill(&row, rec)
	if row.Problem != nil {
		row.Cells = rec.cells[:len(r.Header)]
	}
	r.apply(&row, rec)
	for _, remark := range r.remarks {
		if row.Credit.Note != "" {
			row.Credit.Note += "; "
		}
		row.Credit.Note += remark.text
	}
	return row
}

// fill sets the fields of a row, and its first problem.
func (r *rowReader) fill(row *Row, rec record) {
	byUnit := r.points.in(rec.cell(r.unit))
	for _, column := range r.Columns {
		cell, points := rec.cells[column.Index], byUnit
		if constant := r.constants[column.Field]; constant != "" && strings.TrimSpace(cell) == "" {
			cell, points = constant, r.points
		}
		// What is no unit comes before all else: without it the column may not be
		// seen to hold units when the rows that were rejected are read again.
		if err := r.set(row, column.Field, cell, points); err != nil && (row.Problem == nil || column.Field == PointsUnit) {
			row.Problem = &Problem{Column: column.Header, Value: cell, Message: err.Error()}
		}
	}
	for _, field := range r.missing {
		if err := r.set(row, field, r.constants[field], r.points); err != nil && row.Problem == nil {
			row.Problem = &Problem{Column: string(field), Value: r.constants[field], Message: err.Error()}
		}
	}
}

// keep returns the records that are to be rows. The others, which a rule skips,
// sum up others, or say that nothing was earned, are noted in the file.
func (r *rowReader) keep(below []record) []record {
	kept := make([]record, 0, len(below))
	for _, rec := range below {
		tooWide := r.misshapen(rec) != nil && len(rec.cells) > len(r.Header) // its cells may not be what they seem to be
		switch {
		case rec.bad != nil:
			kept = append(kept, rec) // to be told
		case !r.Own && r.isSum(rec):
			r.Sums++
		case tooWide:
			kept = append(kept, rec)
		case slices.ContainsFunc(r.rules, func(rule boundRule) bool { return rule.Skip && rule.matches(rec) }):
			r.SkippedRows++
		case len(rec.cells) >= len(r.Header) && r.notDone(rec) != "":
			title := rec.cell(r.column(Title).Index)
			r.LeftOut = append(r.LeftOut, LeftOut{rec.number, rec.line, title, r.notDone(rec)})
		default:
			kept = append(kept, rec)
		}
	}
	return kept
}

// apply does to a row what the rules say. What a rule says of a cell that is
// not understood makes it understood.
func (r *rowReader) apply(row *Row, rec record) {
	for _, rule := range r.rules {
		if !rule.matches(rec) {
			continue
		}
		for _, topic := range rule.Topics {
			if !hasTopic(row.Credit.Topics, topic) {
				row.Credit.Topics = append(row.Credit.Topics, ledger.CreditTopic{Topic: topic})
			}
		}
		if len(rule.Topics) > 0 && rule.index == r.column(Topics).Index {
			row.UnknownTopics = nil
			r.forget(Topics)
		}
		if rule.Activity != "" {
			row.Credit.Activity = rule.Activity
			r.forget(Activity)
		}
	}
}

// forget drops the remarks about a field.
func (r *rowReader) forget(field Field) {
	r.remarks = slices.DeleteFunc(r.remarks, func(m remark) bool { return m.field == field })
}

// set reads a cell into its field of the credit. Texts of the ledger's own
// format are kept to the byte.
func (r *rowReader) set(row *Row, field Field, cell string, points pointsReader) (err error) {
	c, text := &row.Credit, cell
	cell = strings.TrimSpace(cell)
	if !r.Own {
		text = cell
	}
	if r.course != nil && field != Title && cell == "" {
		return nil // nothing is stated
	}
	switch field {
	case Title:
		if cell == "" {
			err = errEmpty
		}
		c.Title = text
	case Provider:
		c.Provider = text
	case Reference:
		c.Reference = text
	case URL:
		c.URL = text
	case Note:
		c.Note = text
	case Date:
		c.Date, err = r.dates.date(cell)
	case Points:
		c.Points, err = points.read(cell)
		if r.Own && err == nil {
			_, err = ledger.ParsePoints(cell) // the ledger writes no units
		}
	case PointsUnit:
		err = checkUnit(cell)
	case Activity:
		c.Activity, err = r.activity(cell)
	case Topics:
		c.Topics, row.UnknownTopics, err = r.topics.read(cell)
		for _, text := range row.UnknownTopics {
			r.remarks = append(r.remarks, remark{Topics, "topic: " + text})
		}
	case Hours, Price, Free:
		err = r.course.set(field, cell)
	}
	return err
}

// activity reads a kind of activity, which is a course where nothing is said or
// a foreign file says what is not understood. It remembers each text, as files
// repeat a few of them many times.
func (r *rowReader) activity(cell string) (ledger.Activity, error) {
	if cell == "" {
		return ledger.CourseActivity, nil
	}
	kind, known := r.kinds[cell]
	if !known {
		var err error
		if kind, err = ledger.ParseActivity(cell); err != nil && r.Own {
			return "", err
		}
		r.kinds[cell] = kind
	}
	if kind == "" {
		r.remarks = append(r.remarks, remark{Activity, "activity: " + cell})
	}
	return cmp.Or(kind, ledger.CourseActivity), nil
}

// A LeftOut is a record that is no credit, and not meant to be one.
type LeftOut struct {
	Row, Line int    // as of a [Row]
	Title     string // what its column of titles says
	Status    string // what its column of status says: "In progress"
}

// isStatusHeader reports whether a header names a column that says whether the
// activity of a row was completed.
func isStatusHeader(header string) bool {
	switch letters(header) {
	case "status", "result", "results", "outcome", "attendance", "grade", "passfail",
		"completionstatus", "coursestatus", "activitystatus", "registrationstatus", "enrollmentstatus", "attendancestatus", "creditstatus",
		"approvalstatus", "completion", "completed", "passed", "attended", "verified", "approved":
		return true
	}
	return false
}

// isNotDone reports whether a whole cell says that an activity earned nothing,
// or nothing yet.
func isNotDone(cell string) bool {
	switch letters(cell) {
	case "fail", "failed", "notpassed", "unsuccessful", "enrolled", "registered", "inprogress", "inprocess", "started", "notstarted",
		"incomplete", "notcomplete", "notcompleted", "uncompleted", "noshow", "absent", "cancelled", "canceled", "withdrawn",
		"withdrew", "dropped", "pending", "booked", "scheduled", "planned", "waitlisted", "waitinglist", "notattended",
		"didnotattend", "didnotcomplete", "didnotpass", "expired", "denied", "declined", "rejected", "revoked", "notapproved",
		"disapproved", "unapproved", "notverified", "unverified", "no", "n", "false":
		return true
	case "0": // 0 % of something may be anything
		return strings.TrimSpace(cell) == "0"
	}
	return false
}

// isDone reports whether a whole cell says that an activity was completed.
func isDone(cell string) bool {
	switch letters(cell) {
	case "complete", "completed", "pass", "passed", "attended", "approved", "verified", "awarded", "earned", "posted", "yes", "y", "true", "1":
		return true
	}
	return false
}

// statusColumns returns the columns that say whether the activity of a row was
// completed: the one that was named, else those among the unread whose header
// says so.
func (u *understanding) statusColumns(unread []int) []int {
	if i := slices.Index(u.meaning, Status); i >= 0 {
		return []int{i}
	}
	return slices.DeleteFunc(unread, func(i int) bool { return !isStatusHeader(u.Header[i]) })
}

// notDone returns what a record says in a column of status, where that is that
// nothing was earned.
func (r *rowReader) notDone(rec record) string {
	for _, i := range r.status {
		if status := rec.cell(i); isNotDone(status) {
			return status
		}
	}
	return ""
}

// isSum reports whether a record sums up others, or is a line below the table:
// it has no date, nothing but amounts, and a cell that says so or no title.
func (r *rowReader) isSum(rec record) bool {
	title, amounts, said := r.column(Title).Index, 0, false
	for i, cell := range rec.cells {
		cell = strings.TrimSpace(cell)
		amount, words := cutAmount(cell)
		switch {
		case cell == "":
		case amount != "" && i != title && (words == "" || measureOf(words) != unknownMeasure):
			amounts++
		case isTotal(cell) || footer().MatchString(cell):
			said = true
		default:
			return false
		}
		if i < len(r.Header) && i == r.column(Date).Index && amount != "" {
			return false
		}
	}
	return said || amounts > 0 && title < len(rec.cells) && rec.cell(title) == ""
}

// isTotal reports whether a cell calls its row the sum of others: "Total",
// "Grand total:", "Total contact hours 2025", "Subtotal".
func isTotal(cell string) bool {
	has, ok := consists(cell, []string{"total", "totals", "subtotal", "subtotals", "sum"}, []string{
		"grand", "sub", "overall", "credit", "credits", "point", "points", "hour", "hours", "contact", "ce", "ceu", "ceus", "cmle", "earned",
		"for", "of", "all", "year", "cycle",
	})
	return ok && has[0]
}

// footer is what portals print below a table: "Page 1 of 2", "Printed on
// 11/21/2026", "2 records".
var footer = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\W*((page|printed|generated|exported|downloaded)\W+(on\b|by\b|\d+\b)|end\W+of\b|` +
		`\d+\W+(records?|rows?|results?|entries|activities)\W*$)`)
})
