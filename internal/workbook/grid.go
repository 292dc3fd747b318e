package workbook

import (
	"fmt"
	"strconv"
	"strings"
)

// A grid takes the cells of a sheet, in any order, and charges what they hold: a text
// that many cells share costs each time.
type grid struct {
	rows     [][]string
	cells    int // with the empty ones before others in their row
	bytes    int
	repeated int
	merged   []area
	hidden   map[int]bool // rows
	columns  []area       // hidden ones
}

// An area is a rectangle of cells, from 1, both ends included.
type area struct{ top, left, bottom, right int }

// put puts a text into a cell.
func (g *grid) put(row, column int, text string) error {
	g.cells++
	g.bytes += len(text)
	switch {
	case g.cells > maxCells:
		return tooLarge("a million cells")
	case text == "":
		return nil
	case row > maxRows || column > maxColumns:
		return tooLarge("a million rows or 16,384 columns")
	case g.bytes > maxBytes:
		return tooLarge("32 MB of text in its cells")
	}
	if n := row - len(g.rows); n > 0 {
		g.rows = append(g.rows, make([][]string, n)...)
	}
	cells := &g.rows[row-1]
	if n := column - len(*cells); n > 0 {
		if g.cells += n - 1; g.cells > maxCells {
			return tooLarge("a million cells")
		}
		*cells = append(*cells, make([]string, n)...)
	}
	(*cells)[column-1] = text
	return nil
}

func (g *grid) at(row, column int) string {
	if row > len(g.rows) || column > len(g.rows[row-1]) {
		return ""
	}
	return g.rows[row-1][column-1]
}

// fill repeats the text of a merged cell in each of its rows that has cells of its own,
// as a person reads it. An amount stands once: it may be what these rows have together.
func (g *grid) fill() error {
	for _, m := range g.merged {
		text := g.at(m.top, m.left)
		first, _, _ := strings.Cut(text, " ")
		if strings.Trim(first, "0123456789.,:") == "" { // also an empty one
			continue
		}
		for row := m.top + 1; row <= min(m.bottom, len(g.rows)); row++ {
			if len(g.rows[row-1]) == 0 || g.at(row, m.left) != "" {
				g.cells++
				continue
			}
			if err := g.put(row, m.left, text); err != nil {
				return err
			}
		}
		if g.cells > maxCells {
			return tooLarge("a million cells")
		}
	}
	return nil
}

// concealed names the rows and columns with cells that a person does not see: row 3,
// column C.
func (g *grid) concealed() (names []string) {
	width := 0
	for i, row := range g.rows {
		width = max(width, len(row))
		if len(row) > 0 && g.hidden[i+1] {
			names = append(names, fmt.Sprintf("row %d", i+1))
		}
	}
	for _, c := range g.columns {
		for column := c.left; column <= min(c.right, width) && len(names) < maxColumns; column++ {
			names = append(names, "column "+strings.TrimRight(refOf(column, 0), "0"))
		}
	}
	return names
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

// areaOf returns the area of a reference such as A1:C3, or false.
func areaOf(ref string) (a area, ok bool) {
	from, to, _ := strings.Cut(ref, ":")
	a.left, a.right = columnOf(from), columnOf(to)
	a.top, _ = strconv.Atoi(strings.TrimLeft(strings.ToUpper(from), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	a.bottom, _ = strconv.Atoi(strings.TrimLeft(strings.ToUpper(to), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return a, a.left > 0 && a.right > 0 && a.top > 0 && a.bottom > 0
}

func refOf(column, row int) string {
	name := ""
	for ; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name + strconv.Itoa(row)
}
