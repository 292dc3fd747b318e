package render

import (
	"bytes"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// A Column is a column of a table.
type Column struct {
	Title string
	Right bool // numbers
	// Cut says that its texts may be cut with an ellipsis where the screen is
	// narrow. Numbers, dates and names never are.
	Cut bool
}

// A Cell is a text in a table and its style.
type Cell struct {
	Text  string
	Style Style
}

// Cells returns plain cells.
func Cells(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, t := range texts {
		row[i].Text = t
	}
	return row
}

const (
	gap    = 2    // blanks between columns, and before the first
	narrow = 8    // a column is not cut below this
	many   = 2000 // rows above which tablewriter takes too long
)

// Table writes rows under their columns, indented, with texts cut where the
// screen is too narrow for them.
func (s Screen) Table(columns []Column, rows [][]Cell) error {
	texts := make([][]string, len(rows))
	for i, row := range rows {
		texts[i] = make([]string, len(columns))
		for j, cell := range row {
			texts[i][j] = Text(cell.Text)
		}
	}
	titles := make([]string, len(columns))
	for j, c := range columns {
		titles[j] = c.Title
	}
	widths := measure(append(texts, titles))
	s.shrink(columns, widths)
	for i, row := range rows {
		for j, cell := range row {
			if columns[j].Cut {
				texts[i][j] = s.cut(texts[i][j], widths[j])
			}
			texts[i][j] = s.Paint(cell.Style, texts[i][j])
		}
	}
	if len(rows) > many {
		return s.indent(lines(columns, widths, append([][]string{titles}, texts...)))
	}
	table, err := s.draw(columns, titles, texts)
	if err != nil {
		return err
	}
	return s.indent(table)
}

// indent writes the lines of a table without the blanks at their ends.
func (s Screen) indent(table string) error {
	var out strings.Builder
	for line := range strings.Lines(table) {
		if line = strings.TrimRight(line, " \n"); line != "" {
			out.WriteString(strings.Repeat(" ", gap) + line + "\n")
		}
	}
	_, err := io.WriteString(s.Out, out.String())
	return err
}

func measure(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, text := range row {
			widths[j] = max(widths[j], width(text))
		}
	}
	return widths
}

// shrink takes from the widest column that may be cut until all fits.
func (s Screen) shrink(columns []Column, widths []int) {
	if s.Width == 0 {
		return
	}
	over := -s.Width
	for _, w := range widths {
		over += gap + w
	}
	for ; over > 0; over-- {
		widest := -1
		for j, c := range columns {
			if c.Cut && widths[j] > narrow && (widest < 0 || widths[j] > widths[widest]) {
				widest = j
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

func (s Screen) cut(text string, most int) string {
	if width(text) <= most {
		return text
	}
	return twwidth.Truncate(text, most, s.Mark("…", "~"))
}

func width(text string) int {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return twwidth.WidthNoCache(text)
		}
	}
	return len(text)
}

// draw lets tablewriter align the cells: no lines, no borders, no letters
// changed.
func (s Screen) draw(columns []Column, titles []string, rows [][]string) (string, error) {
	align := make(tw.Alignment, len(columns))
	padding := make([]tw.Padding, len(columns))
	for j, c := range columns {
		align[j] = tw.AlignLeft
		if c.Right {
			align[j] = tw.AlignRight
		}
		padding[j] = tw.Padding{Right: strings.Repeat(" ", gap), Overwrite: true}
	}
	cells := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
		Padding:    tw.CellPadding{PerColumn: padding},
		Alignment:  tw.CellAlignment{PerColumn: align},
	}
	c := s.canvas()
	c.table.Options(
		tablewriter.WithConfig(tablewriter.Config{Header: cells, Row: cells, Behavior: tw.Behavior{TrimSpace: tw.Off}}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithTrimSpace(tw.Off),
	)
	c.table.Header(titles)
	if err := c.table.Bulk(rows); err != nil {
		return "", err
	}
	err := c.table.Render()
	return c.text.String(), err
}

// A canvas is what one table is drawn on.
type canvas struct {
	table *tablewriter.Table
	text  bytes.Buffer
}

func newCanvas() *canvas {
	c := &canvas{}
	c.table = tablewriter.NewTable(&c.text,
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(tw.StyleNone),
			Settings: tw.Settings{
				Lines:      tw.LinesNone,
				Separators: tw.SeparatorsNone,
			},
		})),
	)
	return c
}

// Prepare begins to make the canvas of the first table on another core, while
// the caller reads what to draw: a fifth of the time of cmp status.
func (s *Screen) Prepare() {
	prepared := make(chan *canvas, 1)
	s.prepared = prepared
	go func() { prepared <- newCanvas(); close(prepared) }()
}

// canvas returns the prepared one if there is one.
func (s Screen) canvas() *canvas {
	if s.prepared != nil {
		if c := <-s.prepared; c != nil {
			return c
		}
	}
	return newCanvas()
}

// lines writes the same table without looking at more than a line at a time.
func lines(columns []Column, widths []int, rows [][]string) string {
	var b strings.Builder
	for _, row := range rows {
		for j, text := range row {
			blanks := strings.Repeat(" ", max(widths[j]-twwidth.WidthNoCache(text), 0))
			if columns[j].Right {
				b.WriteString(blanks + text)
			} else {
				b.WriteString(text + blanks)
			}
			b.WriteString(strings.Repeat(" ", gap))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
