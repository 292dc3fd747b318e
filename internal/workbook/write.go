package workbook

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// A Kind says what a cell holds.
type Kind int

// The kinds.
const (
	Text   Kind = iota // a text, whatever it looks like; it never is a formula
	Number             // a decimal number such as 1.5
	Date               // a day, YYYY-MM-DD, from 1900-03-01 on; an earlier one becomes a text
)

// A Cell is one cell, its value written as [Read] returns it. An empty one is
// left out.
type Cell struct {
	Kind  Kind
	Value string
}

// A TextError says which text a workbook cannot keep, and why.
type TextError struct {
	Row, Column int // from 0, without the header
	Reason      string
}

// Error returns the reason, with the place.
func (e *TextError) Error() string { return refOf(e.Column+1, e.Row+2) + " " + e.Reason }

// Write writes a workbook with one sheet, whose name is a word: a header, bold, frozen and with a
// filter, then the rows. [Read] returns the same. The same sheet is the same
// bytes.
//
// A text that a cell cannot hold is a [*TextError]. Nothing is written of what
// Excel could not open.
func Write(w io.Writer, sheet string, header []string, rows [][]Cell) error {
	if len(rows) >= maxRows {
		return fmt.Errorf("%d rows are more than a workbook for cmp may have, which is %d", len(rows), maxRows-1)
	}
	for i, row := range rows {
		for j, c := range row {
			if reason := c.fault(); reason != "" {
				return &TextError{i, j, reason}
			}
		}
	}
	z := zip.NewWriter(w)
	for _, part := range parts(sheet, len(header), len(rows)) {
		if err := writePart(z, part.name, func(p io.Writer) { fmt.Fprint(p, part.content) }); err != nil {
			return err
		}
	}
	err := writePart(z, sheetPart, func(p io.Writer) { writeSheet(p, header, rows) })
	if err != nil {
		return err
	}
	return z.Close()
}

// writePart writes one part, dated as the programs of Office date all of them.
func writePart(z *zip.Writer, name string, fill func(io.Writer)) error {
	out, err := z.CreateHeader(&zip.FileHeader{
		Name: name, Method: zip.Deflate, Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		return err
	}
	p := bufio.NewWriter(out)
	fmt.Fprint(p, xml.Header)
	fill(p)
	return p.Flush()
}

// fault says why a cell cannot be written, or nothing.
func (c Cell) fault() string {
	switch _, number := parseNumber(c.Value); {
	case c.Kind == Number && c.Value != "" && !number:
		return fmt.Sprintf("is not a number: %q", c.Value)
	case !utf8.ValidString(c.Value):
		return "is not UTF-8"
	}
	if n := len(utf16.Encode([]rune(c.Value))); n > maxText {
		return fmt.Sprintf("has %d characters, and a cell of a workbook holds %d", n, maxText)
	}
	return ""
}

// writeSheet writes the part with the cells.
func writeSheet(p io.Writer, header []string, rows [][]Cell) {
	fmt.Fprint(p, `<worksheet xmlns="`+mainSpace+`"><sheetViews><sheetView workbookViewId="0">`+
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`+
		`<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews><cols>`)
	for i, width := range widths(header, rows) {
		fmt.Fprintf(p, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width)
	}
	fmt.Fprint(p, `</cols><sheetData><row r="1">`)
	for i, name := range header {
		writeText(p, refOf(i+1, 1), styleHeader, name)
	}
	fmt.Fprint(p, `</row>`)
	for i, row := range rows {
		fmt.Fprintf(p, `<row r="%d">`, i+2)
		for j, c := range row {
			c.write(p, refOf(j+1, i+2))
		}
		fmt.Fprint(p, `</row>`)
	}
	fmt.Fprintf(p, `</sheetData><autoFilter ref="A1:%s"/></worksheet>`, refOf(len(header), len(rows)+1))
}

// write writes the cell at its place.
func (c Cell) write(p io.Writer, ref string) {
	if c.Kind == Date {
		if serial, ok := serialOf(c.Value); ok {
			fmt.Fprintf(p, `<c r="%s" s="%d"><v>%d</v></c>`, ref, styleDate, serial)
			return
		}
	}
	switch {
	case c.Value == "":
	case c.Kind == Number:
		fmt.Fprintf(p, `<c r="%s"><v>%s</v></c>`, ref, c.Value)
	case strings.ContainsAny(c.Value[:1], "=+-@"):
		writeText(p, ref, styleQuoted, c.Value)
	default:
		writeText(p, ref, stylePlain, c.Value)
	}
}

func writeText(p io.Writer, ref string, style int, text string) {
	fmt.Fprintf(p, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">`, ref, style)
	_ = xml.EscapeText(p, []byte(escape(text))) // p keeps its error until it is flushed
	fmt.Fprint(p, `</t></is></c>`)
}

// serialOf returns a day as the number that stands for it, in the calendar from
// 1900 on. Before March 1900 programs differ by a day.
func serialOf(day string) (serial int, ok bool) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, false
	}
	const day0 = -25569 // 1899-12-30, counted from 1970-01-01
	serial = int(t.Unix()/(24*60*60)) - day0
	return serial, serial > 60
}

// widths returns how wide the columns are, in digits: as wide as their longest
// line, within reason, with room for the button of the filter.
func widths(header []string, rows [][]Cell) []int {
	const least, most = 8, 60
	widths := make([]int, len(header))
	for i, name := range header {
		widths[i] = max(least, utf8.RuneCountInString(name)+4)
	}
	for _, row := range rows {
		for i, c := range row[:min(len(row), len(widths))] {
			for line := range strings.SplitSeq(c.Value, "\n") {
				widths[i] = max(widths[i], min(utf8.RuneCountInString(line)+2, most))
			}
		}
	}
	return widths
}
