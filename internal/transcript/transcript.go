// Package transcript reads the transcripts that providers and portals write as
// CSV, and writes the ledger's own CSV. It also reads their catalogues of courses.
//
// It works on the bytes that the caller gives: it opens no file, keeps nothing
// and reads no clock. A file is either unusable as a whole, which is a
// [FileError], or read to its end: every row is then a credit or says in a
// [Problem] why it is none.
//
// It refuses to guess where a guess could lose or bend a credit: text of which
// only a part is UTF-8, quotes that do not pair, dates whose day and month could be
// swapped, columns that could mean the same thing, and numbers of CEUs of which
// nobody says so, as one is ten points.
package transcript

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
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

// ColumnFields returns every field that a column can be named for.
func ColumnFields() []Field { return append(Fields(), PointsUnit, Status) }

// Fields returns every field of a credit, in the order of the ledger's own columns.
func Fields() []Field {
	return []Field{Date, Title, Provider, Points, Topics, Activity, Reference, URL, Note}
}

// ParseField reads the name of one of the [ColumnFields]; case and outer blanks
// do not matter, and "topic" is understood.
func ParseField(s string) (Field, error) { return parseField(s, ColumnFields()) }

func parseField(s string, fields []Field) (Field, error) {
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
	Encoding     Encoding
	CR           bool // lines end in a carriage return alone
	Delimiter    rune // ',', ';', '\t' or '|', and 0 in a workbook
	Skipped      int  // records above the header, which are not read
	DateFormat   string
	Unit         Unit // what bare numbers of points count
	DecimalComma bool
	Own          bool     // the header is that of the ledger's own format, in lower case
	Header       []string // of all columns
	Columns      []Column // the columns that are used, in the order of the file
	Unread       []Unread // those that nothing looks at, but for what [WriteRejected] adds
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

// columnOf returns the column of a field, or one without a field at -1.
func columnOf(columns []Column, field Field) Column {
	for _, c := range columns {
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
	// Of a row with a Problem alone: its cells as the file has them, one a
	// column, or the text of a record that is not one cell a column.
	Cells []string
	Text  string
}

// A Problem says why a row is not usable.
type Problem struct {
	Column  string // the file's own header, or "" when it is the whole record or has no name
	Value   string // the cell as the file has it, shortened where its end is not known
	Message string // what is wrong with it, without the value
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

// A FileError says why a file as a whole is not usable.
type FileError struct {
	Line    int    // from 1, or 0 when it is no single line
	Message string // what is wrong
	Hint    string // what to do next
	// InProfile is what to do next for those who write a profile, or "" where
	// that is the Hint.
	InProfile string
}

// Error returns the message, behind its line where there is one. The hint is
// left to the caller.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
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

// Read reads a transcript. The error is a [*FileError] when the file as a
// whole is not usable; a row that is not usable says so itself.
//
// Text is UTF-8, UTF-16 with a byte order mark, or Windows-1252. Records are
// those of RFC 4180, with LF, CRLF or CR line ends. Records without any content
// are skipped, and so are those above the header, which is one of the first 20.
// Outer blanks of cells are dropped, except in the texts of the ledger's own
// format, which are kept to the byte.
func (s Source) Read(o Options) (File, error) {
	h, err := s.header(layout{Options: o})
	if err != nil {
		return File{}, err
	}
	f := h.File
	f.Unit, f.DecimalComma = o.Unit, o.DecimalComma
	rules, err := f.understand(h, layout{Options: o})
	if err != nil {
		return File{}, err
	}
	if f.Unit == "" && bareOf(columnOf(f.Columns, Points).Header) == contactHour {
		f.Unit = InHours
	}
	r := newRowReader(f, rules, o)
	kept := r.keep(h.below)
	if r.dates, err = r.findDates(kept, o.DateFormat); err != nil {
		return File{}, err
	}
	r.DateFormat = r.dates.String()
	r.Rows = make([]Row, len(kept))
	for i, rec := range kept {
		r.Rows[i] = r.row(rec)
	}
	return r.File, nil
}
