package workbook

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// A cellContent is a cell: with a value, or with a text of its own.
type cellContent struct {
	Ref    string   `xml:"r,attr"`
	Type   string   `xml:"t,attr"`
	Style  string   `xml:"s,attr"`
	Value  string   `xml:"v"`
	Inline richText `xml:"is"`
}

// cells reads a sheet, and the texts and styles that its cells refer to.
func (b *book) cells(part string) error {
	var texts struct {
		All []richText `xml:"si"`
	}
	var sheet struct {
		XMLName xml.Name
		Rows    []struct {
			Number string        `xml:"r,attr"`
			Cells  []cellContent `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := cmp.Or(b.decode(b.textsPart, &texts), b.readLooks(), b.decode(part, &sheet)); err != nil {
		return err
	}
	if sheet.XMLName.Local != "worksheet" {
		return damaged("its part %s is not a sheet", part)
	}
	b.texts = texts.All
	number := 0
	for _, row := range sheet.Rows {
		number++
		if row.Number != "" { // else it is the next one
			n, err := strconv.Atoi(row.Number)
			if err != nil || n < 1 {
				return damaged("it has a row %q", row.Number)
			}
			number = n
		}
		if err := b.addRow(number, row.Cells); err != nil {
			return err
		}
	}
	return nil
}

// addRow puts the cells of a row, counted from 1, into their places.
func (b *book) addRow(number int, cells []cellContent) error {
	column := 0
	for _, c := range cells {
		column++
		if c.Ref != "" {
			column = columnOf(c.Ref)
		}
		if column < 1 {
			return damaged("it has a cell %q", c.Ref)
		}
		text, err := b.text(c, number, column)
		switch {
		case err != nil:
			return err
		case text == "":
			continue
		case number > maxRows || column > maxColumns:
			return tooLarge("a million rows or 16,384 columns")
		}
		if n := number - len(b.rows); n > 0 {
			b.rows = append(b.rows, make([][]string, n)...)
		}
		row := &b.rows[number-1]
		if n := column - len(*row); n > 0 {
			if b.count += n; b.count > maxCells {
				return tooLarge("16 million cells")
			}
			*row = append(*row, make([]string, n)...)
		}
		(*row)[column-1] = text
	}
	return nil
}

func (b *book) text(c cellContent, row, column int) (string, error) {
	switch {
	case c.Type == "inlineStr":
		return c.Inline.String(), nil
	case c.Value == "":
		return "", nil
	}
	switch c.Type {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if err != nil || i < 0 || i >= len(b.texts) {
			return "", damaged("cell %s refers to text %q, which it lacks", refOf(column, row), c.Value)
		}
		return b.texts[i].String(), nil
	case "b":
		return strings.ToUpper(strconv.FormatBool(isTrue(c.Value))), nil
	case "d":
		day, _, _ := strings.Cut(c.Value, "T")
		return day, nil
	case "", "n":
		return b.numberOrDate(strings.TrimSpace(c.Value), c.Style), nil
	}
	return unescape(c.Value), nil // what a formula gave, or an error
}

// numberOrDate returns a number, or the day or hours that it stands for in its style.
func (b *book) numberOrDate(value, style string) string {
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || strings.Trim(value, "0123456789+-.eE") != "" { // XML writes less than Go allows
		return unescape(value)
	}
	text, shown := "", false
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(b.looks) {
		switch b.looks[i] {
		case asDay:
			text, shown = dateOf(number, b.date1904)
		case asHours:
			text, shown = hoursOf(number)
		}
	}
	if shown {
		return text
	}
	// Digits beyond the tenth are mostly errors of binary fractions.
	if number != math.Trunc(number) {
		number, _ = strconv.ParseFloat(strconv.FormatFloat(number, 'g', 10, 64), 64)
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// columnOf returns the column of a cell such as AB12, from 1, or 0 if it is no cell.
func columnOf(ref string) (column int) {
	ref = strings.ToUpper(ref)
	digits := strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	name := ref[:len(ref)-len(digits)]
	if digits == "" || strings.Trim(digits, "0123456789") != "" || len(name) > 4 {
		return 0
	}
	for _, letter := range name {
		column = column*26 + int(letter-'A') + 1
	}
	return column
}

func refOf(column, row int) string {
	name := ""
	for ; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name + strconv.Itoa(row)
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
	text := t.Plain
	for _, piece := range t.Pieces {
		text += piece.Text
	}
	return unescape(text)
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
