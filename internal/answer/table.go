package answer

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/olekukonko/ll"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// A column is a column of a table, as [Screen.Table] describes it.
type column struct {
	title                         string
	right, cut, wrap, wide, spare bool
}

// A Cell is a text in a table and its style.
type Cell struct {
	Text  string
	Style Style
}

const gap = 2 // blanks between columns, and before the first

// draw writes rows under their columns, indented, with texts cut or wrapped
// where the screen is too narrow for them. Where that does not help, each row is
// written as lines, with the titles before the texts.
func (s Screen) draw(columns []column, rows [][]Cell) error {
	// The library would ask the locale, and in an East Asian one take bars and
	// ellipses for two columns wide, which hardly a terminal does.
	twwidth.SetEastAsian(false)
	columns, rows = s.spare(columns, rows)
	texts := make([][]string, len(rows))
	for i, row := range rows {
		texts[i] = make([]string, len(columns))
		for j, cell := range row {
			texts[i][j] = s.text(cell.Text)
		}
	}
	titles := make([]string, len(columns))
	for j, c := range columns {
		titles[j] = c.title
	}
	widths := measure(append(texts, titles))
	if !s.shrink(columns, widths, texts) {
		return s.stack(columns, rows)
	}
	lines := [][]string{titles}
	for i, row := range rows {
		lines = append(lines, s.lines(columns, widths, row, texts[i])...)
	}
	var b bytes.Buffer
	if err := align(&b, columns, widths, lines); err != nil {
		return err
	}
	return s.indent(b.String())
}

// stack writes each row as lines, with a blank line between two rows.
func (s Screen) stack(columns []column, rows [][]Cell) error {
	var b bytes.Buffer
	out, widest := s, 0
	out.Out = &b
	for _, c := range columns {
		widest = max(widest, width(c.title))
	}
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		fields := make([]Field, len(row))
		for j, cell := range row {
			fields[j] = Field{columns[j].title, cell.Text, cell.Style}
		}
		out.fields(fields, widest)
	}
	_, err := s.Out.Write(b.Bytes())
	return err
}

// lines returns a row as one line, or more where a text goes on below.
func (s Screen) lines(columns []column, widths []int, row []Cell, texts []string) [][]string {
	all := [][]string{make([]string, len(columns))}
	for j := range row {
		parts := []string{texts[j]}
		switch {
		case columns[j].cut:
			parts[0] = s.Cut(parts[0], widths[j])
		case columns[j].wrap:
			parts = split(parts[0], widths[j])
		}
		for n, part := range parts {
			if n == len(all) {
				all = append(all, make([]string, len(columns)))
			}
			all[n][j] = s.Paint(row[j].Style, strings.TrimRight(part, " "))
		}
	}
	return all
}

// indent writes the lines of a table without the blanks at their ends, behind
// which the library puts an end of all colours.
func (s Screen) indent(table string) error {
	var out strings.Builder
	for line := range strings.Lines(table) {
		line = strings.TrimRight(line, " \n")
		if bare, ok := strings.CutSuffix(line, " \x1b[0m"); ok {
			line = strings.TrimRight(bare, " ")
		}
		if line != "" {
			out.WriteString(" " + line + "\n") // the first column has a blank of its own
		}
	}
	_, err := io.WriteString(s.Out, out.String())
	return err
}

// Cut returns a text of at most so many columns, with a mark at its end where it
// was longer.
func (s Screen) Cut(text string, most int) string {
	if width(text) <= most {
		return text
	}
	return displaywidth.TruncateString(text, most, s.Mark("…", "~"))
}

// width returns how many columns of a terminal a text takes, whatever the locale
// says.
func width(text string) int { return displaywidth.String(text) }

// uncounted returns how many columns of a text tablewriter does not count, such
// as one of the two of a flag. The text may have colour in it.
func uncounted(text string) int {
	n := 0
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		if c := g.Value(); c[0] >= utf8.RuneSelf {
			n += g.Width() - twwidth.Width(c)
		}
	}
	return n
}

// align lets tablewriter's renderer align the cells, without lines and borders.
// The front of tablewriter would measure and wrap what is measured and cut
// already, and takes half a megabyte and a fifth of the time of cmp status.
func align(w io.Writer, columns []column, widths []int, rows [][]string) error {
	r := renderer.NewBlueprint(tw.Rendition{
		Borders:  tw.BorderNone,
		Symbols:  tw.NewSymbols(tw.StyleNone),
		Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
	})
	// A logger that is only disabled, which is the renderer's own, still
	// formats the dozen messages that it drops for every cell.
	r.Logger(ll.New("").Suspend())
	if err := r.Start(w); err != nil {
		return err
	}
	cells := make(map[int]tw.CellContext, len(columns))
	line := tw.Formatting{Row: tw.RowContext{Position: tw.Row, Current: cells, Widths: tw.NewMapper[int, int]()}}
	for _, row := range rows {
		for j, c := range columns {
			side := tw.AlignLeft
			if c.right {
				side = tw.AlignRight
			}
			cells[j] = tw.CellContext{Data: row[j], Align: side, Padding: tw.PaddingDefault}
			line.Row.Widths.Set(j, widths[j]+gap-uncounted(row[j]))
		}
		r.Row(row, line)
	}
	return r.Close()
}
