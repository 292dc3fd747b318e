package workbook

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// A cellContent is a cell: with a value, or with a text of its own.
type cellContent struct {
	Ref     string    `xml:"r,attr"`
	Type    string    `xml:"t,attr"`
	Style   string    `xml:"s,attr"`
	Formula *struct{} `xml:"f"`
	Value   *string   `xml:"v"`
	Inline  richText  `xml:"is"`
}

// readSheet reads a sheet, and the texts and styles that its cells refer to.
func (b *book) readSheet(part string) error {
	if err := b.readTexts(); err != nil {
		return err
	}
	if err := b.readFormats(); err != nil {
		return err
	}
	b.begun = make([]bool, maxRows+1)
	row, column := 0, 0
	isSheet := false
	err := b.walk(part, func(d *xml.Decoder, e xml.StartElement) (err error) {
		if !isSheet && e.Name.Local != "worksheet" {
			return damaged("its part %s is not a sheet", part)
		}
		isSheet = true
		switch e.Name.Local {
		case "extLst":
			return d.Skip()
		case "col":
			b.addColumns(e)
		case "row":
			row, err = b.startRow(e, row+1)
			column = 0
		case "c":
			column, err = b.addCell(d, e, row, column+1)
		case "mergeCell":
			if a, ok := areaOf(attr(e, "ref")); ok {
				b.merged = append(b.merged, a)
			}
		}
		return err
	})
	if err == nil && !isSheet {
		return damaged("its part %s is not a sheet", part)
	}
	return err
}

// readTexts reads the texts that cells share.
func (b *book) readTexts() error {
	return b.walk(b.textsPart, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		if len(b.texts) == maxCells {
			return tooLarge("a million texts")
		}
		var text richText
		err := d.DecodeElement(&text, &e)
		b.texts = append(b.texts, text.String())
		return err
	})
}

// addColumns notes columns that are hidden.
func (b *book) addColumns(e xml.StartElement) {
	first, _ := strconv.Atoi(attr(e, "min"))
	last, _ := strconv.Atoi(attr(e, "max"))
	if first > 0 && isTrue(attr(e, "hidden")) {
		b.columns = append(b.columns, area{left: first, right: last})
	}
}

// startRow returns the number of a row, which is the next one unless it says another.
func (b *book) startRow(e xml.StartElement, next int) (int, error) {
	if number := attr(e, "r"); number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return 0, damaged("it has a row %q", number)
		}
		next = n
	}
	if next > 0 && next <= maxRows { // what is beyond has no cells
		if b.begun[next] {
			return 0, damaged("row %d is there twice", next)
		}
		b.begun[next] = true
	}
	if isTrue(attr(e, "hidden")) {
		b.hidden[next] = true
	}
	return next, nil
}

// addCell puts a cell into its place and returns its column.
func (b *book) addCell(d *xml.Decoder, e xml.StartElement, row, column int) (int, error) {
	var c cellContent
	if err := d.DecodeElement(&c, &e); err != nil {
		return 0, err
	}
	if c.Ref != "" {
		column = columnOf(c.Ref)
	}
	switch {
	case column < 1:
		return 0, damaged("it has a cell %q", c.Ref)
	case row < 1:
		return 0, damaged("it has a cell outside of its rows")
	case c.Ref != "" && !strings.EqualFold(c.Ref, refOf(column, row)):
		return 0, damaged("its row %d has a cell %q", row, c.Ref)
	}
	text, err := b.text(c, row, column)
	if err != nil {
		return 0, err
	}
	if text != "" && b.at(row, column) != "" {
		return 0, damaged("cell %s is there twice", refOf(column, row))
	}
	return column, b.put(row, column, text)
}

func (b *book) text(c cellContent, row, column int) (string, error) {
	switch {
	case c.Type == "inlineStr":
		return c.Inline.String(), nil
	case c.Value == nil && c.Formula != nil:
		return "", refused(fmt.Sprintf("the formula in cell %s has no result yet", refOf(column, row)), saveAgain)
	case c.Value == nil || *c.Value == "":
		return "", nil
	}
	value := strings.TrimSpace(*c.Value)
	switch c.Type {
	case "s":
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i >= len(b.texts) {
			return "", damaged("cell %s refers to text %q, which is missing", refOf(column, row), *c.Value)
		}
		return b.texts[i], nil
	case "b":
		return strings.ToUpper(strconv.FormatBool(isTrue(value))), nil
	case "d":
		day, _, _ := strings.Cut(value, "T")
		return day, nil
	case "", "n":
		return b.number(value, c.Style), nil
	}
	return unescape(*c.Value), nil // what a formula gave, or an error
}

// number returns a number as its style shows it.
func (b *book) number(value, style string) string {
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || strings.Trim(value, "0123456789+-.eE") != "" { // XML writes less than Go allows
		return unescape(value)
	}
	i, err := strconv.Atoi(style)
	if err != nil || i < 0 || i >= len(b.codes) {
		return plainNumber(number)
	}
	f, ok := b.formats[b.codes[i]]
	if !ok {
		f = parseFormat(b.codes[i])
		b.formats[b.codes[i]] = f
	}
	return f.show(number, b.date1904)
}

// A richText is a text in pieces, each with a font. The reading aids of Japanese, which
// repeat it, have other elements.
type richText struct {
	Plain  string `xml:"t"`
	Pieces []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

// String returns the text without regard to fonts.
func (t richText) String() string {
	var b strings.Builder
	b.WriteString(t.Plain)
	for _, piece := range t.Pieces {
		b.WriteString(piece.Text)
	}
	return unescape(b.String())
}

// The format writes characters that XML cannot hold, or would change, as _x0007_.
var (
	escaped  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`) })
	toEscape = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`_x[0-9A-Fa-f]{4}|[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]`)
	})
)

// unescape returns the text with characters for escapes. Half a character stays as it
// is written.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped().ReplaceAllStringFunc(s, func(escape string) string {
		unit, err := strconv.ParseUint(escape[2:6], 16, 16)
		if err != nil || utf16.IsSurrogate(rune(unit)) {
			return escape
		}
		return string(rune(unit))
	})
}

// escape returns the text with escapes for characters that XML cannot hold, and for
// underscores that could be taken for an escape.
func escape(s string) string {
	return toEscape().ReplaceAllStringFunc(s, func(part string) string {
		if part[0] == '_' {
			return "_x005F" + part
		}
		r, _ := utf8.DecodeRuneInString(part)
		return fmt.Sprintf("_x%04X_", r)
	})
}
