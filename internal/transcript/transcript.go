// Package transcript reads transcripts and course catalogues that providers and portals
// write as CSV, or as sheets of a workbook, and writes the ledger's own CSV.
//
// It works on the bytes that the caller gives: it opens no file, keeps nothing and reads
// no clock. A file that is not usable as a whole is a [ledger.Error]. Any other is read
// to its end: each row is a credit or says in a [Problem] why it is not.
//
// It refuses to guess where a wrong guess could lose or change a credit: text that is
// UTF-8 only in part, quotes that do not pair, dates whose day and month could be
// swapped, columns that could mean the same thing, and numbers that may be CEUs, of
// which one is ten points.
package transcript

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// A Field is what a column says about a credit. Its text is the name of the
// column in the ledger's own format.
type Field string

// The fields, in the order of the ledger's own columns.
const (
	Date      Field = "date"
	Title     Field = "title"
	Provider  Field = "provider"
	Points    Field = "points"
	Topics    Field = "topics"
	Activity  Field = "activity"
	Reference Field = "reference"
	URL       Field = "url"
	Note      Field = "note"
)

// PointsUnit is a column that says what the bare number of points in its row counts. The
// ledger's own format has no such column.
const PointsUnit Field = "unit"

// Status is a column that says whether the activity was completed. Rows of activities
// that were not are left out. The ledger's own format has no such column.
const Status Field = "status"

// Person is a column that says whose row it is. Rows of others than the holder are left
// out. The ledger's own format has no such column.
const Person Field = "person"

// Fields returns every field of a credit, in the order of the ledger's own columns.
func Fields() []Field {
	return []Field{Date, Title, Provider, Points, Topics, Activity, Reference, URL, Note}
}

// ColumnFields returns every field that a column of a transcript can have.
func ColumnFields() []Field { return append(Fields(), PointsUnit, Status, Person) }

// ParseField reads the name of one of the fields; case and outer blanks do not
// matter, and "topic" is understood.
func ParseField(s string, fields []Field) (Field, error) {
	f := Field(strings.ToLower(strings.TrimSpace(s)))
	if f == "topic" {
		return Topics, nil
	}
	if slices.Contains(fields, f) {
		return f, nil
	}
	return "", ledger.Unknown("a field", "fields", string(f), fields)
}

// A File is a transcript as it was read.
type File struct {
	Encoding     string // or "workbook, sheet NAME", or what it was taken from, such as "PDF, 3 pages"
	CR           bool   // lines end in a carriage return alone
	Delimiter    rune   // ',', ';', '\t', '|' or a blank between columns, and 0 where cells are none of a text
	Skipped      int    // records above the header, which are not read
	DateFormat   string
	Shown        DateFormat // what the dates show, where none shows the order that was given and some the other
	Unit         Unit       // what bare numbers of points count
	DecimalComma bool
	Own          bool     // the header is that of the ledger's own format, in lower case
	Header       []string // of all columns
	Columns      []Column // the columns that are used, in the order of the file
	Unread       []Unread // columns that are not read
	Warnings     []string // for the holder to check, one line each
	// Records that are not in Rows:
	SkippedRows int       // skipped by a rule
	LeftOut     []LeftOut // nothing was earned, or by somebody else
	Sums        int       // totals, lines below the table, and the header again
	Headers     int       // of Sums, those that are the header again
	Rows        []Row
}

// A Column is a column whose meaning is known.
type Column struct {
	Field  Field
	Header string // as the file writes it
	Index  int    // position in the file, from 0
}

// column returns the column of a field, or a Column with Index -1.
func (f *File) column(field Field) Column {
	for _, c := range f.Columns {
		if c.Field == field {
			return c
		}
	}
	return Column{Index: -1}
}

// A Row is one record below the header.
type Row struct {
	Number int // counted from the header, which is 1, without blank lines
	Line   int // where it starts: line of the file or row of the sheet, from 1
	// Credit is valid if Problem is nil. Else it holds what could be read, to show
	// which row is meant.
	Credit ledger.Credit
	// UnknownTopics are texts that are not understood as topics. The credit's note
	// keeps each as "topic: TEXT".
	UnknownTopics []string
	Problem       *Problem // why the row is not usable, or nil
}

// A Problem says why a row is not usable.
type Problem struct {
	Column string `json:"column" doc:"Column, as the file names it." empty:"where it is the row as a whole"`
	// Value is the cell as the file has it, shortened if its end is not known.
	Value   string `json:"value" doc:"What stands there."`
	Message string `json:"message" doc:"What is wrong with it."` // without the value
}

// Error returns column, value and message as one sentence:
// `Completed: "04/31/2026" is not a day of the calendar`.
func (p *Problem) Error() string {
	text, value := p.Message, clip(p.Value)
	switch {
	case value != "" && p.Column != "" && strings.HasPrefix(text, "not "):
		text = fmt.Sprintf("%q is %s", value, text)
	case value != "":
		text = fmt.Sprintf("%q: %s", value, text)
	}
	if p.Column != "" {
		return clip(p.Column) + ": " + text
	}
	return text
}

// A Rejected is a row that is not usable.
type Rejected struct {
	Row  int `json:"row" doc:"Row of the file. The header is row 1."`
	Line int `json:"line" doc:"Line of the file on which it begins, from 1."`
	Problem
}

// Text says which row is not usable and why: `row 5 (line 6), Hours: must not be empty`.
func (r Rejected) Text() string {
	return fmt.Sprintf("row %d (line %d), %s", r.Row, r.Line, &r.Problem)
}

// Rejected returns the rows that are not usable.
func (f File) Rejected() (all []Rejected) {
	for _, row := range f.Rows {
		if row.Problem != nil {
			all = append(all, Rejected{row.Number, row.Line, *row.Problem})
		}
	}
	return all
}

// Usable returns the rows that are usable.
func (f File) Usable() (rows []Row) {
	for _, row := range f.Rows {
		if row.Problem == nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// All returns the number of rows of the file, also of those skipped or left out.
func (f File) All() int { return len(f.Rows) + f.SkippedRows + len(f.LeftOut) }

// A Reading says how a file was read.
type Reading struct {
	File          string         `json:"file"`
	Understood    string         `json:"understood" doc:"How cmp read the file."`
	Rows          int            `json:"rows" doc:"Rows of the file, also the skipped ones."`
	Points        ledger.Points  `json:"points" doc:"Sum of the rows that can be used."`
	Skipped       int            `json:"skipped"`
	LeftOut       int            `json:"left_out" doc:"Rows with a status that earns nothing, or of another person."`
	Rejected      int            `json:"rejected"`
	Rejects       []Rejected     `json:"rejects" doc:"Rows that cannot be used."`
	UnknownTopics []UnknownTopic `json:"unknown_topics" doc:"Topic texts that cmp does not know."`
	UnusedColumns []Unread       `json:"unused_columns" only:"Header" doc:"Columns that cmp does not use."`
}

// Reading says how the file of that name was read.
func (f File) Reading(name string) *Reading {
	out := &Reading{
		File: name, Understood: f.Assumptions(), Rows: f.All(), Skipped: f.SkippedRows, LeftOut: len(f.LeftOut),
		Rejected: len(f.Rejected()), Rejects: f.Rejected(), UnknownTopics: UnknownTopics(f.Rows), UnusedColumns: f.Unread,
	}
	for _, row := range f.Usable() {
		out.Points += row.Credit.Points
	}
	return out
}

// A Source is what a file holds: text, or the cells of a table.
type Source struct {
	data    []byte
	name    string
	rows    [][]string
	isSheet bool
	from    string
}

// Text returns the source for a file of text.
func Text(data []byte) Source { return Source{data: data} }

// Sheet returns the source for a named sheet of a workbook. rows[i] is row i+1 of the
// sheet, which is the Line of a [Row]; cells missing at the end of a row are empty.
func Sheet(name string, rows [][]string) Source {
	return Source{name: name, rows: rows, isSheet: true}
}

// From returns the source with what it was taken from, such as "page, table 2", for
// [File.Encoding].
func (s Source) From(what string) Source {
	s.from = what
	return s
}

// Likeness says how many of title, day and points have a column, 0 to 3.
func (s Source) Likeness(o Options) (n int) {
	r, err := s.open(layout{Options: o, survey: true})
	for _, field := range []Field{Title, Date, Points} {
		if err == nil && (r.hasField(field) || r.undecided[field] != nil) {
			n++
		}
	}
	return n
}

// Read reads a transcript. The error is a [*ledger.Error] if the file as a whole is not
// usable; a row that is not usable has a [Problem].
//
// Text may be UTF-8, UTF-16 with a byte order mark, or Windows-1252. Records are as in
// RFC 4180, with LF, CRLF or CR line ends. Read skips empty records and those above the
// header, which it looks for in the first 20. It drops the outer blanks of cells, except
// in texts of the ledger's own format, which are kept to the byte.
func (s Source) Read(o Options) (File, error) {
	r, err := s.open(layout{Options: o})
	if err == nil {
		err = r.readRows()
	}
	if err != nil {
		return File{}, err
	}
	bare := bareOf(r.column(Points).Header)
	if r.Unit == "" && slices.Contains([]Unit{InHours, InMinutes, semesterHour, quarterHour}, bare) {
		r.Unit = bare
	}
	r.File.DateFormat = r.dates.String()
	return r.File, nil
}

// readRows reads the records below the header. A survey reads them even if the order of
// dates is not clear, and gets that as the error.
func (r *reader) readRows() (err error) {
	kept := r.keptRecords()
	if !r.survey {
		if kept, err = r.ofHolder(kept); err != nil {
			return err
		}
	}
	r.noteStatuses(kept)
	r.dates, err = r.findDates(kept, r.Options.DateFormat)
	if err != nil && !r.survey {
		return err
	}
	r.Rows = make([]Row, len(kept))
	bad := 0
	for i, rec := range kept {
		r.Rows[i] = r.row(rec)
		if p := r.Rows[i].Problem; p != nil {
			if bad++; bad > mostAdvice {
				r.Rows[i].Problem = p.brief()
			}
		}
	}
	return cmp.Or(err, r.crowded())
}

// mostOfDay is how many rows may be of one day. To say which of them are which credits of
// that day takes the square of it: a second for 2,000.
const mostOfDay = 2000

// crowded refuses more than that.
func (f File) crowded() error {
	days := map[ledger.Date]int{}
	for _, row := range f.Rows {
		if day := row.Credit.Date; row.Problem == nil {
			if days[day]++; days[day] > mostOfDay {
				return tooMuch("2,000 rows of one day, " + day.String())
			}
		}
	}
	return nil
}

// mostAdvice is how many rows say what to do about what is wrong with them. Nobody reads
// more, and each takes room.
const mostAdvice = 1000

// brief returns the problem without its advice.
func (p *Problem) brief() *Problem {
	what, _, _ := strings.Cut(p.Message, ";")
	return &Problem{p.Column, clip(p.Value), strings.Clone(what)}
}

// Options say how to read a file, as flags or a profile have it. Texts and names of
// columns are compared without case and blanks.
type Options struct {
	// Skip is how many records stand above the header, without empty ones, or 0 to
	// look for the header.
	Skip int
	// Columns gives a field the header of its column. If there are any, the file is
	// never taken for the ledger's own.
	Columns map[Field]string
	// Constants gives a field a value, written as in a cell, for files without such a
	// column and for empty cells. There are none for titles and dates.
	Constants map[Field]string
	// Unit is what bare numbers of points count, or "" for points. A column of CEUs is
	// not read without it, unless its cells name their unit.
	Unit Unit
	// DecimalComma says that decimals follow a comma, as in 1,5.
	DecimalComma bool
	// DateFormat is how dates are written, or "" to find out.
	DateFormat DateFormat
	// Known are the topics of packs.
	Known ledger.Vocabulary
	// Topics gives texts their topics, or no topic. They win over the names that the
	// ledger understands.
	Topics map[string][]ledger.Topic
	// Rules are tried in order on every row, all of them.
	Rules []Rule
	// Holder is whose rows are read of a file with those of several people, as Same
	// compares names. If it is "", such a file is refused. Without Same all are read.
	Holder string
	Same   func(holder, name string) bool
	// KeepStatus keeps the rows whose status says that nothing was earned.
	KeepStatus bool
}

// A layout is what is known of a file before it is read.
type layout struct {
	Options
	courses bool // the file is a catalogue of courses
	survey  bool // the file is read for a [Survey]: what is not clear is noted, not refused
}

// columnFields returns every field that a column of the file can have.
func (o layout) columnFields() []Field {
	if o.courses {
		return CourseFields()
	}
	return ColumnFields()
}

// A Rule says more about the rows that have a certain text in a column. The column need
// not be one that is read.
type Rule struct {
	Column   string
	Match    *regexp.Regexp  // finds the text in the cell without its outer blanks
	Topics   []ledger.Topic  // to add to those of the row
	Activity ledger.Activity // to replace that of the row, or ""
	Skip     bool            // to leave the row out
}

// Over returns the options of a profile, overridden by those of flags (o): columns,
// topics, the unit, the date format, whose rows to read, and whether to keep those of
// every status.
func (o Options) Over(profile Options) Options {
	all := profile
	all.DateFormat, all.KeepStatus = cmp.Or(o.DateFormat, profile.DateFormat), o.KeepStatus
	all.Unit, all.Holder, all.Same = cmp.Or(o.Unit, profile.Unit), o.Holder, o.Same
	all.Columns = squeezedOver(o.Columns, profile.Columns)
	all.Topics = squeezedOver(o.Topics, profile.Topics)
	return all
}

// squeezedOver returns both maps as one, by squeezed texts. top wins over base.
func squeezedOver[K ~string, V any](top, base map[K]V) map[K]V {
	all := make(map[K]V, len(top)+len(base))
	for _, m := range []map[K]V{base, top} {
		for text, v := range m {
			all[K(Squeeze(string(text)))] = v
		}
	}
	return all
}

// A boundRule is a rule and the column of the file that it looks at.
type boundRule struct {
	Rule
	index int
}

func (b boundRule) matches(rec record) bool {
	return rec.bad == nil && b.index < len(rec.cells) && b.Match.MatchString(rec.cell(b.index))
}

// Assumptions says in one line how the file was understood: its form, the
// columns that are read, and those that are not.
func (f File) Assumptions() string {
	all := f.Form() + ", columns " + strings.Join(f.ReadColumns(), ", ")
	if len(f.Unread) > 0 {
		all += "; not read: " + f.NotRead()
	}
	return all
}

// Form says how the file is written: its encoding, delimiter, dates and numbers, what is
// unusual about it, and how many rows the profile skipped.
func (f File) Form() string {
	parts := []string{f.Encoding}
	add := func(when bool, text string) {
		if when && text != "" {
			parts = append(parts, text)
		}
	}
	line := "line"
	if f.Delimiter == 0 {
		line = "row"
	}
	unit := f.column(PointsUnit)
	add(f.CR, "lines that end in CR")
	add(true, map[rune]string{blanks: "columns of blanks", ',': "commas", ';': "semicolons", '\t': "tabs", '|': "pipes"}[f.Delimiter])
	add(f.Skipped > 0, words.Count(f.Skipped, line)+" above the header skipped")
	add(f.DateFormat != "", "dates "+f.DateFormat)
	add(true, map[Unit]string{
		InHours: "hours, 1 point each", InCEU: "CEUs, 10 points each", InMinutes: "minutes, 60 to the point, rounded down",
		semesterHour: "semester hours, 15 points each", quarterHour: "quarter hours, 10 points each",
	}[f.Unit])
	add(f.DecimalComma, "decimal commas")
	add(unit.Field != "", "units in column "+cmp.Or(unit.Header, fmt.Sprint(unit.Index+1)))
	add(f.SkippedRows > 0, words.Count(f.SkippedRows, "row")+" skipped by the profile")
	return strings.Join(parts, ", ")
}

// ReadColumns returns the headers of the columns that are read.
func (f File) ReadColumns() (headers []string) {
	for _, c := range f.Columns {
		if c.Field != PointsUnit {
			headers = append(headers, clip(c.Header))
		}
	}
	return headers
}

// NotRead names the columns that are not read, each with what it looks like:
// "Dept (looks like topics), Format".
func (f File) NotRead() string {
	const most = 6
	var texts []string
	for _, c := range f.Unread[:min(most, len(f.Unread))] {
		text := clip(c.Header)
		if c.Like != "" {
			like := map[Field]string{Date: "dates", Points: "hours", Status: "a status", Topics: "topics"}[c.Like]
			text += fmt.Sprintf(" (looks like %s)", like)
		}
		texts = append(texts, text)
	}
	all := strings.Join(texts, ", ")
	if n := len(f.Unread) - most; n > 0 {
		all += fmt.Sprintf(" and %d more", n)
	}
	return all
}
