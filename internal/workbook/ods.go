package workbook

import (
	"cmp"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
)

// The parts of an OpenDocument file that are read.
const (
	odsPart  = "content.xml"
	manifest = "meta-inf/manifest.xml"
)

// readODS lists the sheets of an OpenDocument workbook and reads the chosen one.
func (b *book) readODS(name string) error {
	style, concealed, isBook, found := "", map[string]bool{}, false, false
	if b.parts[manifest] != nil {
		if err := b.walk(manifest, encryptedODS); err != nil {
			return err
		}
	}
	err := b.walk(odsPart, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "style":
			style = attr(e, "name")
		case "table-properties":
			concealed[style] = attr(e, "display") == "false"
		case "spreadsheet":
			isBook = true
		case "table":
			s := listedSheet{attr(e, "name"), concealed[attr(e, "style-name")], ""}
			b.sheets = append(b.sheets, s)
			if found || !s.is(name) {
				return d.Skip()
			}
			found = true
			return b.table(d)
		}
		return nil
	})
	if err == nil && !isBook {
		return refused("an OpenDocument file, but not a workbook (.ods)", another)
	}
	return err
}

// encryptedODS refuses a file that needs a password.
func encryptedODS(_ *xml.Decoder, e xml.StartElement) error {
	if e.Name.Local == "encryption-data" {
		return errEncrypted
	}
	return nil
}

// attr returns an attribute of an element, whatever its namespace.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// table reads the rows of a sheet, also those in groups.
func (b *book) table(d *xml.Decoder) error {
	row, column := 1, 1
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.EndElement:
			if e.Name.Local == "table" {
				return nil
			}
		case xml.StartElement:
			switch e.Name.Local {
			case "table-column":
				n, hidden := repeats(e, "number-columns-repeated"), isConcealed(e)
				if column += n; hidden {
					b.columns = append(b.columns, area{left: column - n, right: column - 1})
				}
			case "table-row":
				row, err = b.odsRow(d, e, row)
			case "shapes", "forms", "tracked-changes":
				err = d.Skip()
			}
			if err != nil {
				return err
			}
		}
	}
}

// repeats returns how often a row or cell stands there, or how many it covers.
func repeats(e xml.StartElement, name string) int {
	n, _ := strconv.Atoi(attr(e, name))
	return min(max(n, 1), 2*maxRows) // the most is found when it is put
}

func isConcealed(e xml.StartElement) bool {
	v := attr(e, "visibility")
	return v == "collapse" || v == "filter"
}

// odsRow reads a row, puts it as often as it says, and returns the number of the next.
func (b *book) odsRow(d *xml.Decoder, start xml.StartElement, row int) (int, error) {
	next := row + repeats(start, "number-rows-repeated")
	if next > 4*maxRows {
		return 0, tooLarge("a million rows or 16,384 columns")
	}
	column := 1
	for {
		token, err := d.Token()
		if err != nil {
			return 0, err
		}
		e, ok := token.(xml.StartElement)
		if _, end := token.(xml.EndElement); end {
			if isConcealed(start) {
				for i := row; i <= min(next-1, len(b.rows)); i++ {
					b.hidden[i] = true
				}
			}
			return next, nil
		}
		if !ok {
			continue
		}
		var c odsCell
		if err := d.DecodeElement(&c, &e); err != nil {
			return 0, err
		}
		n := repeats(e, "number-columns-repeated")
		if err := b.odsCells(c.shown(), e, area{row, column, next - 1, min(column+n-1, maxColumns+1)}); err != nil {
			return 0, err
		}
		column = min(column+n, 2*maxColumns)
	}
}

// odsCells puts a text into the cells that it stands for.
func (b *book) odsCells(text string, e xml.StartElement, a area) error {
	if b.cells++; text == "" || e.Name.Local != "table-cell" { // else one that a merged cell covers
		return b.put(a.top, a.left, "")
	}
	if more := (a.bottom-a.top+1)*(a.right-a.left+1) - 1; more > 0 {
		if b.repeated += more; b.repeated > maxRepeated {
			return tooLarge("100,000 repeated cells")
		}
	}
	for row := a.top; row <= a.bottom; row++ {
		for column := a.left; column <= a.right; column++ {
			if err := b.put(row, column, text); err != nil {
				return err
			}
		}
	}
	if n := repeats(e, "number-rows-spanned"); n > 1 {
		b.merged = append(b.merged, area{a.top, a.left, a.top + n - 1, a.left})
	}
	return nil
}

// An odsCell is a cell with what it shows and what it holds.
type odsCell struct {
	Type  string    `xml:"urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type,attr"`
	Value string    `xml:"urn:oasis:names:tc:opendocument:xmlns:office:1.0 value,attr"`
	Day   string    `xml:"urn:oasis:names:tc:opendocument:xmlns:office:1.0 date-value,attr"`
	Time  string    `xml:"urn:oasis:names:tc:opendocument:xmlns:office:1.0 time-value,attr"`
	Truth string    `xml:"urn:oasis:names:tc:opendocument:xmlns:office:1.0 boolean-value,attr"`
	Lines []odsText `xml:"urn:oasis:names:tc:opendocument:xmlns:text:1.0 p"`
}

// shown returns what the cell shows, with days, hours and separators as in .xlsx.
func (c odsCell) shown() string {
	lines := make([]string, len(c.Lines))
	for i, line := range c.Lines {
		lines[i] = string(line)
	}
	text := strings.Join(lines, "\n")
	switch c.Type {
	case "date":
		day, _, _ := strings.Cut(c.Day, "T")
		return cmp.Or(day, text)
	case "time":
		length, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(c.Time, "PT")))
		if hours, ok := hoursOf(length.Hours() / 24); ok && err == nil {
			return hours
		}
	case "boolean":
		return strings.ToUpper(cmp.Or(c.Truth, text))
	case "float", "percentage", "currency":
		return withoutCommas(text, c.Value)
	}
	return text
}

// withoutCommas returns a number as it is shown, but with a decimal point and without
// separators of thousands: which of them a comma is, the value tells.
func withoutCommas(shown, value string) string {
	n, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil:
		return shown
	case shown == "":
		return plainNumber(n)
	}
	for _, text := range []string{
		strings.ReplaceAll(shown, ",", ""), strings.ReplaceAll(strings.ReplaceAll(shown, ".", ""), ",", "."),
	} {
		digits := strings.TrimLeft(text, "+-0123456789.")
		digits = text[:len(text)-len(digits)]
		_, fraction, _ := strings.Cut(digits, ".")
		got, err := strconv.ParseFloat(digits, 64)
		switch {
		case err != nil, math.Abs(got-n) > 0.51*math.Pow10(-len(fraction)):
		case len(fraction) > 1 || math.Abs(got-n) < 0.005:
			return text
		default: // rounded to what nobody earned
			return strings.TrimRight(strings.TrimRight(rounded(n, 2), "0"), ".") + text[len(digits):]
		}
	}
	if !strings.Contains(shown, ",") {
		return shown
	}
	return plainNumber(n)
}

// An odsText is a paragraph without regard to fonts.
type odsText string

// UnmarshalXML reads a paragraph, without notes in it. Blanks in a row are one.
func (t *odsText) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	var b strings.Builder
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.CharData:
			b.Write(e)
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			switch e.Name.Local {
			case "s", "tab", "line-break":
				b.WriteString(" ")
			case "annotation", "note", "ruby-text":
				if depth--; d.Skip() != nil {
					return errBrokenOff
				}
			}
		}
	}
	*t = odsText(b.String())
	return nil
}
