package workbook

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// A sheetReader gathers the cells of one sheet.
type sheetReader struct {
	*book
	shared []string // texts by number
	looks  []look   // what each style makes of a number
	rows   [][]string
	cells  int // in rows, the empty ones included
	row    int // the current one, from 1
	column int // the last one in it, from 1
	root   string
	merged []area
}

// read returns the cells of a sheet.
func (b *book) read(s sheet) ([][]string, error) {
	r := sheetReader{book: b}
	var err error
	if r.shared, err = b.sharedTexts(); err != nil {
		return nil, err
	}
	if r.looks, err = b.looks(); err != nil {
		return nil, err
	}
	err = b.walk(s.part, r.visit)
	switch {
	case err != nil:
		return nil, err
	case r.root != "worksheet":
		return nil, damaged("its part %s is not a sheet", s.part)
	}
	return r.rows, r.clearMerged()
}

func (r *sheetReader) visit(x *reader, e xml.StartElement) error {
	if r.root == "" {
		r.root = e.Name.Local
	}
	switch e.Name.Local {
	case "row":
		return r.beginRow(attr(e, "r"))
	case "c":
		return r.cell(x, e)
	case "mergeCell":
		a, err := parseArea(attr(e, "ref"))
		if err != nil {
			return damaged("its part %s merges cells %q", x.part, attr(e, "ref"))
		}
		r.merged = append(r.merged, a)
	}
	return nil
}

// beginRow goes to the row of that number, or to the next one where it has
// none.
func (r *sheetReader) beginRow(number string) error {
	r.row, r.column = r.row+1, 0
	if number == "" {
		return nil
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return damaged("it has a row %q", number)
	}
	r.row = n
	return nil
}

// A cellContent is what stands in a cell: a value, or a text in the cell itself.
// A formula is passed over.
type cellContent struct {
	Value  string   `xml:"v"`
	Inline richText `xml:"is"`
}

// cell reads one cell into its place.
func (r *sheetReader) cell(x *reader, e xml.StartElement) (err error) {
	r.column++
	if r.row < 1 {
		return damaged("it has a cell outside all rows")
	}
	if ref := attr(e, "r"); ref != "" {
		if r.column, _, err = parseRef(ref); err != nil {
			return damaged("it has a cell %q", ref)
		}
	}
	var c cellContent
	if err := x.decode(&c, e); err != nil {
		return err
	}
	text, err := r.text(e, c)
	if err != nil || text == "" {
		return err
	}
	return r.put(text)
}

// put places a text in the current cell.
func (r *sheetReader) put(text string) error {
	if r.row > maxRows || r.column > maxColumns {
		return tooLarge("a million rows or 16,384 columns")
	}
	if n := r.row - len(r.rows); n > 0 {
		r.rows = append(r.rows, make([][]string, n)...)
	}
	row := &r.rows[r.row-1]
	if n := r.column - len(*row); n > 0 {
		if r.cells += n; r.cells > maxCells {
			return tooLarge("16 million cells")
		}
		*row = append(*row, make([]string, n)...)
	}
	(*row)[r.column-1] = text
	return nil
}

// text returns what a cell says.
func (r *sheetReader) text(e xml.StartElement, c cellContent) (string, error) {
	switch attr(e, "t") {
	case "inlineStr":
		return c.Inline.String(), nil
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if c.Value != "" && (err != nil || i < 0 || i >= len(r.shared)) {
			return "", damaged("cell %s refers to text %q, which it lacks", refOf(r.column, r.row), c.Value)
		}
		if c.Value == "" {
			return "", nil
		}
		return r.shared[i], nil
	case "b":
		return truth(c.Value), nil
	case "d":
		day, _, _ := strings.Cut(c.Value, "T")
		return day, nil
	case "", "n":
		return r.numberOrDate(strings.TrimSpace(c.Value), attr(e, "s")), nil
	}
	return unescape(c.Value), nil // what a formula gave, or an error
}

func truth(value string) string {
	switch {
	case value == "":
		return ""
	case isTrue(value):
		return "TRUE"
	}
	return "FALSE"
}

// numberOrDate returns a number, or the day or the hours that it stands for in
// its style.
func (r *sheetReader) numberOrDate(value, style string) string {
	number, ok := parseNumber(value)
	if !ok {
		return unescape(value)
	}
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(r.looks) {
		switch r.looks[i] {
		case asDay:
			if day, ok := dateOf(number, r.date1904); ok {
				return day
			}
		case asHours:
			if hours, ok := hoursOf(number); ok {
				return hours
			}
		}
	}
	return numberText(number)
}

// An area is a rectangle of cells, from 1, both ends included.
type area struct{ left, top, right, bottom int }

// clearMerged empties all cells of merged areas but the first of each. Some
// programs keep what was in them; nobody sees it.
func (r *sheetReader) clearMerged() error {
	rows := 0
	for _, a := range r.merged {
		if rows += max(0, min(a.bottom, len(r.rows))-a.top+1); rows > maxMerged {
			return tooLarge("a billion rows of merged cells")
		}
	}
	for _, a := range r.merged {
		for row := a.top; row <= min(a.bottom, len(r.rows)); row++ {
			cells, left := r.rows[row-1], a.left
			if row == a.top {
				left++
			}
			for column := left; column <= min(a.right, len(cells)); column++ {
				cells[column-1] = ""
			}
		}
	}
	r.trim()
	return nil
}

// trim drops empty cells at the ends of rows and empty rows at the end.
func (r *sheetReader) trim() {
	for i, row := range r.rows {
		n := len(row)
		for n > 0 && row[n-1] == "" {
			n--
		}
		r.rows[i] = row[:n]
	}
	n := len(r.rows)
	for n > 0 && len(r.rows[n-1]) == 0 {
		n--
	}
	r.rows = r.rows[:n]
}

// parseArea reads an area such as A1:C3.
func parseArea(s string) (a area, err error) {
	from, to, several := strings.Cut(s, ":")
	if !several {
		to = from
	}
	if a.left, a.top, err = parseRef(from); err != nil {
		return a, err
	}
	a.right, a.bottom, err = parseRef(to)
	return a, err
}

// parseRef reads the name of a cell, such as AB12.
func parseRef(s string) (column, row int, err error) {
	i := 0
	for ; i < len(s) && i < 4 && s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z'; i++ {
		column = column*26 + int(s[i]|0x20-'a') + 1
	}
	row, err = strconv.Atoi(s[i:])
	if err != nil || column < 1 || row < 1 || s[i] == '+' {
		return 0, 0, fmt.Errorf("%q: not a cell such as B2", s)
	}
	return column, row, nil
}

// refOf returns the name of a cell.
func refOf(column, row int) string {
	var letters string
	for ; column > 0; column = (column - 1) / 26 {
		letters = string(rune('A'+(column-1)%26)) + letters
	}
	return letters + strconv.Itoa(row)
}
