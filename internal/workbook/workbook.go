// Package workbook reads and writes workbooks (.xlsx): the cells of one sheet
// as text, and one sheet of rows.
//
// It reads what a workbook holds, not what it looks like: dates as YYYY-MM-DD
// and numbers as a person types them, whatever format they are shown in. It
// calculates nothing, follows no link, and opens no file but the bytes that it
// is given. A workbook that is damaged anywhere on the way to those cells is
// refused, never read in part: a row that is missing in silence is a credit
// that is lost.
//
// It stands on archive/zip and encoding/xml alone. The library that others use,
// excelize, is in the tests, which hold this package against it. In the program
// it would lengthen the start of every command by half, and it reads a sheet
// that breaks off as a shorter one.
package workbook

import (
	"fmt"
	"strings"
)

// What is read at most. A sheet of Excel has 1,048,576 rows and 16,384 columns.
const (
	maxRows    = 1_000_000
	maxColumns = 16_384
	maxCells   = 16_000_000    // with the empty ones before others in their row
	maxMerged  = 1_000_000_000 // rows of all merged areas
	maxText    = 32_767        // UTF-16 units in one cell; what the format allows
	maxXML     = 128 << 20     // bytes unpacked, of all that is read
)

// An Error says why a workbook is not usable.
type Error struct {
	Message string // what is wrong
	Hint    string // what to do next
}

// Error returns the message. The hint is left to the caller.
func (e *Error) Error() string { return e.Message }

const saveAgain = "open it in a spreadsheet program, save it as .xlsx and take that"

func damaged(format string, args ...any) error {
	return &Error{"a damaged workbook: " + fmt.Sprintf(format, args...), saveAgain}
}

func tooLarge(what string) error {
	return &Error{"a workbook with more than " + what, "take out what is not needed, or export the sheet as CSV"}
}

// Read returns all cells of a sheet as text, and the sheet's name. rows[i] is
// row i+1 of the sheet, so that empty rows stay in place; a row ends with its
// last cell that is not empty, and the last row has one.
//
// The sheet is named without regard to case and outer blanks; "" is the first
// visible one. Hidden rows are read, and so is a hidden sheet that is named.
//
// A number in a format for dates is YYYY-MM-DD, its time of day left out;
// hours without a day, be they a duration or a time, are 6:00, and never the
// part of a day that a workbook holds. A whole number is exact, another
// rounded to ten significant digits, so that 0.1+0.2 is 0.3; no number has a
// thousands separator, a currency or a percent sign. Truth is TRUE or FALSE, a
// formula is what it gave when it was last calculated, or empty, and an error
// is its text, such as #N/A. Merged cells have a value in the first alone.
//
// The error is an [*Error].
func Read(data []byte, sheet string) (name string, rows [][]string, err error) {
	b, err := open(data)
	if err != nil {
		return "", nil, err
	}
	s, err := b.choose(sheet)
	if err != nil {
		return "", nil, err
	}
	rows, err = b.read(s)
	if err != nil {
		return "", nil, err
	}
	if len(rows) == 0 {
		return "", nil, b.empty(s)
	}
	return s.name, rows, nil
}

// Sheets returns the names of the sheets that can be seen, or none where data
// is no workbook that [Read] reads.
func Sheets(data []byte) []string {
	b, err := open(data)
	if err != nil {
		return nil
	}
	var names []string
	for _, s := range b.sheets {
		if !s.hidden {
			names = append(names, s.name)
		}
	}
	return names
}

// choose returns the sheet of that name, or the first visible one.
func (b *book) choose(name string) (sheet, error) {
	name = strings.TrimSpace(name)
	for _, s := range b.sheets {
		if name == "" && !s.hidden || name != "" && strings.EqualFold(strings.TrimSpace(s.name), name) {
			return s, nil
		}
	}
	switch {
	case len(b.sheets) == 0:
		return sheet{}, &Error{"a workbook without a sheet", "name another file"}
	case name == "":
		return sheet{}, &Error{"a workbook whose sheets are all hidden", "name one of them: " + b.names()}
	}
	return sheet{}, &Error{fmt.Sprintf("has no sheet %q", name), "its sheets are " + b.names()}
}

func (b *book) names() string {
	quoted := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		quoted[i] = fmt.Sprintf("%q", s.name)
	}
	return strings.Join(quoted, ", ")
}

func (b *book) empty(s sheet) error {
	if len(b.sheets) == 1 {
		return &Error{"a workbook without any cell", "name another file"}
	}
	return &Error{fmt.Sprintf("sheet %q has no cells", s.name), "name another sheet: " + b.names()}
}
