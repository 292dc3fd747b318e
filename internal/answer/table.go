package answer

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/prose"

	"github.com/olekukonko/ll"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// List writes a list as a table, with columns as in the tag table.
func (s Screen) List(spec string, all any) error {
	list := reflect.ValueOf(all)
	columns := strings.Split(spec, "; ")
	rows := make([][]any, list.Len())
	for i := range rows {
		rows[i] = make([]any, len(columns))
	}
	for j, part := range columns {
		path, column, _ := strings.Cut(part, "|")
		columns[j] = column
		for i, row := range rows {
			row[j] = fieldAt(list.Index(i), path)
		}
	}
	return s.Table(strings.Join(columns, "; "), rows)
}

// tagged returns the list of an answer that has the tag, and the tag's text.
func tagged(v any, tag string) (list reflect.Value, spec string) {
	answer := reflect.ValueOf(v)
	for _, f := range reflect.VisibleFields(answer.Type()) {
		if spec := f.Tag.Get(tag); spec != "" {
			return answer.FieldByIndex(f.Index), spec
		}
	}
	panic(answer.Type().String() + ": no list has the tag " + tag)
}

// fieldAt returns the field of a row that a path names, or no value behind a nil
// pointer. It panics if there is no such field.
func fieldAt(v reflect.Value, path string) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		if v = reflect.Indirect(v); !v.IsValid() {
			return v
		}
		fields := fieldsOf(v.Type())
		if i := slices.IndexFunc(fields, func(f field) bool { return f.name == name }); i >= 0 {
			v = v.FieldByIndex(fields[i].index)
		} else if v = v.FieldByName(name); !v.IsValid() {
			panic(name + ": not a field of a row")
		}
	}
	return reflect.Indirect(v)
}

// A Cell is a text in a table and its style.
type Cell struct {
	Text  string
	Style Style
}

func cellOf(value any, separator string) Cell {
	v, ok := value.(reflect.Value)
	if !ok {
		v = reflect.ValueOf(value)
	}
	if !v.IsValid() || v.Kind() == reflect.Interface && v.IsNil() {
		return Cell{}
	}
	switch x := v.Interface().(type) {
	case Cell:
		return x
	case fmt.Stringer:
		return Cell{Text: x.String()}
	}
	switch v.Kind() {
	case reflect.String:
		return Cell{Text: v.String()}
	case reflect.Slice:
	default:
		return Cell{Text: fmt.Sprint(v.Interface())}
	}
	words := make([]string, v.Len())
	for i := range words {
		words[i] = cellOf(v.Index(i), separator).Text
	}
	return Cell{Text: strings.Join(words, separator)}
}

type column struct {
	title string
	looks []string
	width int
}

func (c column) hasLook(look string) bool { return slices.Contains(c.looks, look) }

// shows reports whether a column is shown: the screen is wide enough for it, and a
// column with the look any has a text.
func (s Screen) shows(c column, below []Cell) bool {
	for _, look := range c.looks {
		least, ok := strings.CutPrefix(look, "from")
		if n, _ := strconv.Atoi(least); ok && s.Width > 0 && s.Width < n {
			return false
		}
	}
	return !c.hasLook("any") || slices.ContainsFunc(below, func(c Cell) bool { return c.Text != "" && c.Text != "-" })
}

// Table writes an indented table of values. Its columns are as in the tag table, but
// without the fields: "Credit|right; Date; Title|cut wide". If the screen is too narrow
// even for cut and wrapped texts, each row is written as lines of title and text.
func (s Screen) Table(spec string, rows [][]any) error {
	var columns []column
	specs, cells := strings.Split(spec, "; "), make([][]Cell, len(rows))
	for i := range cells {
		cells[i] = make([]Cell, 0, len(specs))
	}
	for j, text := range specs {
		title, looks, _ := strings.Cut(text, "|")
		c := column{title, strings.Fields(looks), width(title)}
		below := make([]Cell, len(rows))
		for i, row := range rows {
			below[i] = cellOf(row[j], ", ")
			if c.hasLook("dash") && (below[i].Text == "" || below[i].Text == "0") {
				below[i].Text = "-"
			}
			below[i].Text = Text(below[i].Text)
			c.width = max(c.width, width(below[i].Text))
		}
		if !s.shows(c, below) {
			continue
		}
		columns = append(columns, c)
		for i, c := range below {
			cells[i] = append(cells[i], c)
		}
	}
	if !s.shrink(columns, cells) {
		s.stack(columns, cells)
		return nil
	}
	titles := make([]Cell, len(columns))
	for j, c := range columns {
		titles[j].Text = c.title
	}
	lines := append(make([][]Cell, 0, 1+len(cells)), titles)
	for _, row := range cells {
		lines = append(lines, s.cellLines(columns, row)...)
	}
	return s.align(columns, lines)
}

// Rows writes cells in columns without titles and without an indent. If these do not fit
// side by side, each row is written as [Screen.Line] does.
func (s Screen) Rows(rows [][]Cell) {
	fits, widths := s.Fits(rows), columnWidths(rows)
	for _, row := range rows {
		if !fits {
			s.Line(row)
			continue
		}
		line := ""
		for j, c := range row {
			text := Text(c.Text)
			line += s.Paint(c.Style, text) + strings.Repeat(" ", widths[j]-width(text)+gap)
		}
		_, _ = io.WriteString(s.Out, strings.TrimRight(line, " ")+"\n")
	}
}

// Fits reports whether the screen has room for rows side by side in columns.
func (s Screen) Fits(rows [][]Cell) bool {
	all := -gap
	for _, w := range columnWidths(rows) {
		all += w + gap
	}
	return s.Width == 0 || all <= s.Width
}

// columnWidths returns how wide the widest cell of each column is.
func columnWidths(rows [][]Cell) (widths []int) {
	for _, row := range rows {
		for j, c := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], width(Text(c.Text)))
		}
	}
	return widths
}

const gap = 2 // blanks between columns, and before the first

func (s Screen) stack(columns []column, rows [][]Cell) {
	for i, row := range rows {
		if i > 0 {
			_, _ = io.WriteString(s.Out, "\n")
		}
		fields := make([]Field, len(row))
		for j, cell := range row {
			fields[j] = Field{columns[j].title, cell.Text, cell.Style}
		}
		s.Fields(fields)
	}
}

// shrink makes columns narrower until the table fits, and reports whether it does. It
// takes one character at a time, from the widest column that may still shrink.
func (s Screen) shrink(columns []column, rows [][]Cell) bool {
	over := -s.Width
	for _, c := range columns {
		over += gap + c.width
	}
	if s.Width == 0 || over <= 0 {
		return true
	}
	least := make([]int, len(columns))
	for j, c := range columns {
		least[j] = c.least(rows, j)
	}
	for ; over > 0; over-- {
		widest, most := -1, 0
		for j, c := range columns {
			w := c.width * 2
			if c.hasLook("wide") {
				w /= 2
			}
			if c.width > least[j] && w > most {
				widest, most = j, w
			}
		}
		if widest < 0 {
			return false
		}
		columns[widest].width--
	}
	return true
}

// least returns how narrow a column may get: as its title, and as the words of wrapped
// texts up to 12 characters, so that days and designations stay whole.
func (c column) least(rows [][]Cell, j int) int {
	const narrow, whole = 8, 12
	if !c.hasLook("cut") && !c.hasLook("wrap") {
		return c.width
	}
	least := max(narrow, width(c.title))
	for _, row := range rows {
		for word := range strings.FieldsSeq(row[j].Text) {
			if c.hasLook("wrap") {
				least = max(least, min(width(word), whole))
			}
		}
	}
	return least
}

func (s Screen) cellLines(columns []column, row []Cell) [][]Cell {
	all := [][]Cell{make([]Cell, len(columns))}
	for j, cell := range row {
		parts := []string{cell.Text}
		switch {
		case width(cell.Text) <= columns[j].width:
		case columns[j].hasLook("cut"):
			parts[0] = s.Cut(cell.Text, columns[j].width)
		case columns[j].hasLook("wrap"):
			parts = prose.Fill(splitWide(cell.Text, columns[j].width), columns[j].width)
		}
		for n, part := range parts {
			if n == len(all) {
				all = append(all, make([]Cell, len(columns)))
			}
			all[n][j] = Cell{strings.TrimRight(part, " "), cell.Style}
		}
	}
	return all
}

// align writes the cells in columns, with a blank before and after each.
func (s Screen) align(columns []column, rows [][]Cell) error {
	const long = 2000 // rows
	draw := s.draw
	if len(rows) > long { // tablewriter would take longer than all else
		draw = s.pad
	}
	out := bufio.NewWriter(s.Out)
	for line := range strings.Lines(draw(columns, rows)) {
		line = strings.TrimRight(line, " \n")
		if bare, ok := strings.CutSuffix(line, " \x1b[0m"); ok { // a reset of colours, behind the blanks
			line = strings.TrimRight(bare, " ")
		}
		if line != "" {
			_, _ = out.WriteString(" " + line + "\n") // the first column has a blank of its own
		}
	}
	return out.Flush()
}

// draw lets tablewriter's renderer align the cells, without lines and borders. The
// rest of tablewriter is left out: it would measure and wrap the cells again.
func (s Screen) draw(columns []column, rows [][]Cell) string {
	// In an East Asian locale the library would count two columns for bars and
	// ellipses; hardly any terminal does.
	twwidth.SetEastAsian(false)
	r := renderer.NewBlueprint(tw.Rendition{
		Borders:  tw.BorderNone,
		Symbols:  tw.NewSymbols(tw.StyleNone),
		Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
	})
	// The renderer's own logger is only disabled: it would still format a dozen
	// messages for every cell.
	r.Logger(ll.New("").Suspend())
	var b bytes.Buffer
	_ = r.Start(&b) // only keeps the writer
	cells := make(map[int]tw.CellContext, len(columns))
	line := tw.Formatting{Row: tw.RowContext{Position: tw.Row, Current: cells, Widths: tw.NewMapper[int, int]()}}
	for _, row := range rows {
		for j, c := range columns {
			side := tw.AlignLeft
			if c.hasLook("right") {
				side = tw.AlignRight
			}
			text := s.Paint(row[j].Style, row[j].Text)
			cells[j] = tw.CellContext{Data: text, Align: side, Padding: tw.PaddingDefault}
			uncounted := width(row[j].Text) - twwidth.Width(text) // such as one column of the two of a flag
			line.Row.Widths.Set(j, c.width+gap-uncounted)
		}
		r.Row(nil, line)
	}
	return b.String()
}

// pad is draw for many rows.
func (s Screen) pad(columns []column, rows [][]Cell) string {
	var b strings.Builder
	for _, row := range rows {
		for j, c := range columns {
			text, blanks := s.Paint(row[j].Style, row[j].Text), strings.Repeat(" ", max(0, c.width-width(row[j].Text)))
			if c.hasLook("right") {
				text, blanks = blanks, text
			}
			b.WriteString(" " + text + blanks + " ")
		}
		b.WriteByte('\n')
	}
	return b.String()
}
