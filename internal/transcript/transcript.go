// Package transcript reads the transcripts that providers and portals write as
// CSV, and writes the ledger's own CSV. It also reads their catalogues of courses.
//
// It works on the bytes that the caller gives: it opens no file, keeps nothing
// and reads no clock. A file is either unusable as a whole, which is a
// [ledger.Error], or read to its end: every row is then a credit or says in a
// [Problem] why it is none.
//
// It refuses to guess where a guess could lose or bend a credit: text of which
// only a part is UTF-8, quotes that do not pair, dates whose day and month could be
// swapped, columns that could mean the same thing, and numbers of CEUs of which
// nobody says so, as one is ten points.
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

// PointsUnit is what a column of units says: what the bare number of points in
// its row counts. Nothing of a credit is in it, and the ledger's own format has
// no such column.
const PointsUnit Field = "unit"

// Status is what a column says of whether the activity was completed. Rows that
// were not are left out. The ledger's own format has no such column.
const Status Field = "status"

// Fields returns every field of a credit, in the order of the ledger's own columns.
func Fields() []Field {
	return []Field{Date, Title, Provider, Points, Topics, Activity, Reference, URL, Note}
}

// ColumnFields returns every field that a column can be named for.
func ColumnFields() []Field { return append(Fields(), PointsUnit, Status) }

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
	Encoding     string // or "workbook, sheet NAME"
	CR           bool   // lines end in a carriage return alone
	Delimiter    rune   // ',', ';', '\t' or '|', and 0 in a workbook
	Skipped      int    // records above the header, which are not read
	DateFormat   string
	Shown        DateFormat // what the dates show, where none shows the order that was given and some the other
	Unit         Unit       // what bare numbers of points count
	DecimalComma bool
	Own          bool     // the header is that of the ledger's own format, in lower case
	Header       []string // of all columns
	Columns      []Column // the columns that are used, in the order of the file
	Unread       []Unread // those that nothing looks at
	Warnings     []string // one line each: what should be looked at
	// What is not in Rows: rows that a rule skipped, those whose status says that
	// nothing was earned, and totals and lines below the table.
	SkippedRows int
	LeftOut     []LeftOut
	Sums        int
	Rows        []Row
}

// A Column is a column whose meaning is known.
type Column struct {
	Field  Field
	Header string // as the file writes it
	Index  int    // position in the file, from 0
}

// column returns the column of a field, or one without a field at -1.
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
	Number int // of the record, the header being 1; blank lines are none
	Line   int // of the file or row of the sheet, from 1, on which the record starts
	// Credit is valid when Problem is nil. Else it holds what could be read,
	// to show which row is meant.
	Credit ledger.Credit
	// UnknownTopics are topic texts of a foreign file that were not
	// understood. The credit's note keeps each as "topic: TEXT".
	UnknownTopics []string
	Problem       *Problem // why the row is not usable, or nil
}

// A Problem says why a row is not usable.
type Problem struct {
	Column string `json:"column" doc:"Column, as the file names it." empty:"where it is the row as a whole"`
	// Value is the cell as the file has it, shortened where its end is not known.
	Value   string `json:"value" doc:"What stands there."`
	Message string `json:"message" doc:"What is wrong with it."` // without the value
}

// Error returns column, value and message as one sentence:
// `Completed: "04/31/2026" is not a day of the calendar`.
func (p *Problem) Error() string {
	text := p.Message
	switch {
	case p.Value != "" && p.Column != "" && strings.HasPrefix(text, "not "):
		text = fmt.Sprintf("%q is %s", p.Value, text)
	case p.Value != "":
		text = fmt.Sprintf("%q: %s", p.Value, text)
	}
	if p.Column != "" {
		return p.Column + ": " + text
	}
	return text
}

// A Rejected is a row that is not usable.
type Rejected struct {
	Row  int `json:"row" doc:"Row of the file, the header being the first."`
	Line int `json:"line" doc:"Line of the file on which it begins, from 1."`
	Problem
}

// Text says which row is not usable, and why: `row 5 (line 6), Hours: must not be
// empty`.
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

// Usable returns the rows that are.
func (f File) Usable() (rows []Row) {
	for _, row := range f.Rows {
		if row.Problem == nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// All counts the rows of the file, also those that are skipped or left out.
func (f File) All() int { return len(f.Rows) + f.SkippedRows + len(f.LeftOut) }

// A Reading says how a file was read.
type Reading struct {
	File          string         `json:"file"`
	Understood    string         `json:"understood" doc:"How it was."`
	Rows          int            `json:"rows" doc:"Also those that were skipped."`
	Points        ledger.Points  `json:"points" doc:"Of the usable rows."`
	Skipped       int            `json:"skipped"`
	LeftOut       int            `json:"left_out" doc:"Rows whose status says that nothing was earned."`
	Rejected      int            `json:"rejected"`
	Rejects       []Rejected     `json:"rejects" doc:"Rows that are not usable."`
	UnknownTopics []UnknownTopic `json:"unknown_topics" doc:"Texts that are not understood as topics."`
	UnusedColumns []Unread       `json:"unused_columns" only:"Header" doc:"Columns that nothing looks at."`
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

// A Source is what a file holds: text, or the cells of a workbook's sheet.
type Source struct {
	data    []byte
	name    string
	rows    [][]string
	isSheet bool
}

// Text is a file of text.
func Text(data []byte) Source { return Source{data: data} }

// Sheet is the sheet of a workbook with that name: rows[i] is its row i+1, which
// is the [Row]'s Line, and cells that a row lacks at its end are empty.
func Sheet(name string, rows [][]string) Source {
	return Source{nil, name, rows, true}
}

// Read reads a transcript. The error is a [*ledger.Error] when the file as a
// whole is not usable; a row that is not usable says so itself.
//
// Text is UTF-8, UTF-16 with a byte order mark, or Windows-1252. Records are
// those of RFC 4180, with LF, CRLF or CR line ends. Records without any content
// are skipped, and so are those above the header, which is one of the first 20.
// Outer blanks of cells are dropped, except in the texts of the ledger's own
// format, which are kept to the byte.
func (s Source) Read(o Options) (File, error) {
	r, err := s.open(layout{Options: o})
	if err == nil {
		err = r.readRows()
	}
	if err != nil {
		return File{}, err
	}
	if r.Unit == "" && bareOf(r.column(Points).Header) == InHours {
		r.Unit = InHours
	}
	r.File.DateFormat = r.dates.String()
	return r.File, nil
}

// readRows reads the records below the header. In a survey it does so too where the
// dates cannot be understood, and returns why.
func (r *reader) readRows() (err error) {
	kept := r.keep()
	r.dates, err = r.findDates(kept, r.Options.DateFormat)
	if err != nil && !r.survey {
		return err
	}
	r.Rows = make([]Row, len(kept))
	for i, rec := range kept {
		r.Rows[i] = r.row(rec)
	}
	return err
}

// Options say what the holder knows about a file better than its header does.
// Texts and names of columns are compared without case and blanks.
type Options struct {
	// Skip is how many records that are not empty stand above the header, or 0
	// to look for it.
	Skip int
	// Columns names the header of a field's column. A file is never taken for
	// the ledger's own when any is named.
	Columns map[Field]string
	// Constants are what a field holds where the file has no column for it or
	// an empty cell, written as a cell of that field. Titles and dates have none.
	Constants map[Field]string
	// Unit is what bare numbers of points count, or "" for points. A column
	// of CEUs is not read without it, unless its cells name their unit.
	Unit Unit
	// DecimalComma says that decimals stand behind a comma, as in 1,5.
	DecimalComma bool
	// DateFormat is how dates are written, or "" to find out.
	DateFormat DateFormat
	// Known are the topics that there are.
	Known ledger.Vocabulary
	// Topics are texts that mean topics, or none where they are known to mean
	// no topic. They win over the names that the ledger understands.
	Topics map[string][]ledger.Topic
	// Rules are tried in order on every row, all of them.
	Rules []Rule
	// KeepStatus keeps the rows whose status says that nothing was earned.
	KeepStatus bool
}

// A layout is what is known of a file before it is read.
type layout struct {
	Options
	courses bool // it is a catalogue of courses, which are no credits
	survey  bool // nobody has said yet how to read it: what is open is noted
}

// columnFields returns every field that a column can be named for.
func (o layout) columnFields() []Field {
	if o.courses {
		return CourseFields()
	}
	return ColumnFields()
}

// A Rule says more about the rows that have a certain text in a column, be it
// one that is read or one that is not.
type Rule struct {
	Column   string
	Match    *regexp.Regexp  // finds the text in the cell without its outer blanks
	Topics   []ledger.Topic  // are added to those of the row
	Activity ledger.Activity // replaces that of the row, unless it is ""
	Skip     bool            // leaves the row out
}

// Over returns the options of a profile with what flags say before it: columns,
// topics, dates, and that every status is kept.
func (o Options) Over(profile Options) Options {
	all := profile
	all.DateFormat, all.KeepStatus = cmp.Or(o.DateFormat, profile.DateFormat), o.KeepStatus
	all.Columns = over(o.Columns, profile.Columns)
	all.Topics = over(o.Topics, profile.Topics)
	return all
}

// over returns the values of both maps, the first before the second, by squeezed texts.
func over[K ~string, V any](top, base map[K]V) map[K]V {
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
	all := f.Form() + ", columns " + strings.Join(f.Read(), ", ")
	if len(f.Unread) > 0 {
		all += "; not read: " + f.NotRead()
	}
	return all
}

// Form says how the file is written: its encoding, its line ends where they are
// rare, its delimiter, where its header is, its dates, what numbers of points count
// and how they are written, and how many rows the profile skipped.
func (f File) Form() string {
	parts := []string{f.Encoding}
	add := func(is bool, text string) {
		if is && text != "" {
			parts = append(parts, text)
		}
	}
	line := "line"
	if f.Delimiter == 0 {
		line = "row"
	}
	unit := f.column(PointsUnit)
	add(f.CR, "lines that end in CR")
	add(true, map[rune]string{',': "commas", ';': "semicolons", '\t': "tabs", '|': "pipes"}[f.Delimiter])
	add(f.Skipped > 0, words.Count(f.Skipped, line)+" above the header skipped")
	add(f.DateFormat != "", "dates "+f.DateFormat)
	add(true, map[Unit]string{
		InHours: "hours, 1 point each", InCEU: "CEUs, 10 points each", InMinutes: "minutes, 60 to the point, rounded down",
	}[f.Unit])
	add(f.DecimalComma, "decimal commas")
	add(unit.Field != "", "units in column "+unit.Header)
	add(f.SkippedRows > 0, words.Count(f.SkippedRows, "row")+" skipped by the profile")
	return strings.Join(parts, ", ")
}

// Read returns the headers of the columns that are read.
func (f File) Read() (headers []string) {
	for _, c := range f.Columns {
		if c.Field != PointsUnit {
			headers = append(headers, c.Header)
		}
	}
	return headers
}

// NotRead names the columns that are not read, each with what it looks like and
// the flag that reads it: "Dept (looks like topics: --map topic=Dept), Format".
func (f File) NotRead() string {
	const most = 6
	var texts []string
	for _, c := range f.Unread[:min(most, len(f.Unread))] {
		text := c.Header
		if c.Like != "" {
			like := map[Field]string{Date: "dates", Points: "hours", Status: "a status", Topics: "topics"}[c.Like]
			text += fmt.Sprintf(" (looks like %s: %s)", like, c.Flag)
		}
		texts = append(texts, text)
	}
	all := strings.Join(texts, ", ")
	if n := len(f.Unread) - most; n > 0 {
		all += fmt.Sprintf(" and %d more", n)
	}
	return all
}
