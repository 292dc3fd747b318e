package answer

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A Format is a way to write an answer.
type Format string

// The formats. Table is for people, the others are for programs.
const (
	Table    Format = "table"
	JSON     Format = "json"
	CSV      Format = "csv"
	TSV      Format = "tsv"
	Markdown Format = "markdown"
	XLSX     Format = "xlsx" // which package workbook writes
)

// Formats returns every format.
func Formats() []Format { return []Format{Table, JSON, CSV, TSV, Markdown, XLSX} }

// UnmarshalText accepts the name of a format.
func (f *Format) UnmarshalText(text []byte) error {
	if !slices.Contains(Formats(), Format(text)) {
		return ledger.Unknown("a format", "formats", string(text), Formats())
	}
	*f = Format(text)
	return nil
}

// MarshalText returns the name.
func (f Format) MarshalText() ([]byte, error) { return []byte(f), nil }

// Write writes an answer in a format. A table shows the list that has the tag table;
// CSV, TSV and Markdown write the list that has the tag records.
//
// Both tags name the columns in order. A column of records is a field of a row, by
// its name in JSON; "before.points" is a field of a field, and "was=before.points"
// gives it the header "was". A column of a table is a field, by its name in JSON or
// in Go, then its title and how it looks:
//
//	table:"id|Credit|right; date|Date; title|Title|cut wide; Shown|State"
//
// The looks are:
//
//	right   aligned to the right, for numbers
//	cut     long texts are cut with an ellipsis on a narrow screen; not for numbers,
//	        dates and names
//	wrap    long texts go on below on a narrow screen, so that nothing is lost
//	wide    made narrower later than other columns, at twice their width
//	from80  left out on a screen of fewer than 80 columns
//	any     left out where every row is empty
//	dash    an empty text or 0 is shown as a dash
func (s Screen) Write(f Format, v any) error {
	switch f {
	case JSON:
		return WriteJSON(s.Raw(), v)
	case Table:
		list, spec := tagged(v, "table")
		return s.List(spec, list.Interface())
	}
	list, spec := tagged(v, "records")
	var header []string
	rows := make([][]string, list.Len())
	for name := range strings.FieldsSeq(spec) {
		name, path, other := strings.Cut(name, "=")
		if !other {
			path = name
		}
		header = append(header, name)
		for i := range rows {
			rows[i] = append(rows[i], cellOf(fieldAt(list.Index(i), path), ";").Text)
		}
	}
	return Records(s.Raw(), f, header, rows)
}

// Records writes a header and rows as CSV, TSV or Markdown.
func Records(w io.Writer, f Format, header []string, rows [][]string) error {
	switch f {
	case CSV, TSV:
		c := csv.NewWriter(w)
		if f == TSV {
			c.Comma = '\t'
		}
		return c.WriteAll(append([][]string{header}, rows...))
	case Markdown:
	default:
		return fmt.Errorf("no records in format %s", f)
	}
	var b strings.Builder
	rule := make([]string, len(header))
	for i := range rule {
		rule[i] = "---"
	}
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "[", `\[`, "`", "\\`", "&", "&amp;", "<", "&lt;", "\r\n", "<br>", "\n", "<br>")
	for i, row := range append([][]string{header, rule}, rows...) {
		for _, cell := range row {
			if i > 1 { // the names of columns are ours
				cell = escape.Replace(cell)
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
