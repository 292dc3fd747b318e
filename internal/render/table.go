package render

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/olekukonko/ll"
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
	// Wrap says that its texts go on below where the screen is narrow, so that
	// nothing of them is lost.
	Wrap bool
	// Wide says that it is narrowed later than others, and keeps twice their
	// width.
	Wide bool
	// Spare says that it is left out of a screen that is narrow, for others to
	// have its room.
	Spare bool
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
	gap    = 2 // blanks between columns, and before the first
	narrow = 8 // a column that is cut is not made narrower, nor than its title,
	// Nor is one that is wrapped made narrower than its longest word, unless that
	// is longer than this, or, where all does not fit then, than the second, by
	// which days and designations still stay whole.
	whole, short = 14, 12
	// Below so many columns a screen has none to spare.
	spareless = 72
)

// Table writes rows under their columns, indented, with texts cut or wrapped
// where the screen is too narrow for them. Where that does not help, each row is
// written as lines, with the titles before the texts.
func (s Screen) Table(columns []Column, rows [][]Cell) error {
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
		titles[j] = c.Title
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
	if err := draw(&b, columns, widths, lines); err != nil {
		return err
	}
	return s.indent(b.String())
}

// stack writes each row as lines, with a blank line between two rows.
func (s Screen) stack(columns []Column, rows [][]Cell) error {
	var b bytes.Buffer
	out, widest := s, 0
	out.Out = &b
	for _, c := range columns {
		widest = max(widest, width(c.Title))
	}
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		fields := make([]Field, len(row))
		for j, cell := range row {
			fields[j] = Field{columns[j].Title, cell.Text, cell.Style}
		}
		out.fields(fields, widest)
	}
	_, err := s.Out.Write(b.Bytes())
	return err
}

// spare leaves out what a narrow screen has no room for.
func (s Screen) spare(columns []Column, rows [][]Cell) ([]Column, [][]Cell) {
	if s.Width == 0 || s.Width >= spareless {
		return columns, rows
	}
	kept := make([][]Cell, len(rows))
	for i, row := range rows {
		for j, c := range row {
			if !columns[j].Spare {
				kept[i] = append(kept[i], c)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return c.Spare }), kept
}

// lines returns a row as one line, or more where a text goes on below.
func (s Screen) lines(columns []Column, widths []int, row []Cell, texts []string) [][]string {
	all := [][]string{make([]string, len(columns))}
	for j := range row {
		parts := []string{texts[j]}
		switch {
		case columns[j].Cut:
			parts[0] = s.Cut(parts[0], widths[j])
		case columns[j].Wrap:
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

// head returns what of a word fits into the given width, which is one
// character at least. It looks no further than that may take, so that a very
// long word takes no longer than its length.
func head(word string, most int) string {
	const longest = 16 // bytes of a character with its marks
	part := word
	if len(word) > most*longest {
		part = strings.ToValidUTF8(word[:most*longest], "")
	}
	if width(part) > most {
		part = displaywidth.TruncateString(part, most, "")
	}
	if part == "" {
		_, n := utf8.DecodeRuneInString(word)
		part = word[:n]
	}
	return part
}

// split breaks a text into lines of the given width, between words where it
// can, else behind a hyphen.
func split(text string, most int) []string {
	if width(text) <= most {
		return []string{text}
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= most:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
		for {
			part := head(line, most)
			if part == line {
				break
			}
			if hyphen := strings.LastIndexByte(part, '-'); hyphen > 0 {
				part = part[:hyphen+1]
			}
			lines, line = append(lines, part), line[len(part):]
		}
	}
	return append(lines, line)
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

func measure(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, text := range row {
			widths[j] = max(widths[j], width(text))
		}
	}
	return widths
}

// leasts returns how narrow columns may get; words of texts that are wrapped
// stay whole up to a length.
func leasts(columns []Column, texts [][]string, length int) []int {
	all := make([]int, len(columns))
	for j, c := range columns {
		all[j] = max(narrow, width(c.Title))
		if !c.Wrap {
			continue
		}
		for _, row := range texts {
			for word := range strings.FieldsSeq(row[j]) {
				all[j] = max(all[j], min(width(word), length))
			}
		}
	}
	return all
}

// shrink makes columns narrower until all fits, and reports whether it does.
func (s Screen) shrink(columns []Column, widths []int, texts [][]string) bool {
	if s.Width == 0 {
		return true
	}
	over := -s.Width
	for _, w := range widths {
		over += gap + w
	}
	if over <= 0 {
		return true
	}
	original := slices.Clone(widths)
	if narrower(columns, widths, leasts(columns, texts, whole), over) {
		return true
	}
	copy(widths, original)
	return narrower(columns, widths, leasts(columns, texts, short), over)
}

// narrower takes so many columns of the screen from the widest one that may be
// narrower at any time, and reports whether that was possible.
func narrower(columns []Column, widths, least []int, over int) bool {
	for ; over > 0; over-- {
		widest, most := -1, 0
		for j, c := range columns {
			w := widths[j] * 2
			if c.Wide {
				w /= 2
			}
			if (c.Cut || c.Wrap) && widths[j] > least[j] && w > most {
				widest, most = j, w
			}
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
	return true
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

// Warm draws a table that nobody sees. The first table of a process takes
// twice the time of any other.
func Warm() {
	_ = Screen{Out: io.Discard}.Table([]Column{{Title: "Requirement"}, {Title: "Points", Right: true}}, [][]Cell{Cells("█", "1")})
}

// draw lets tablewriter's renderer align the cells, without lines and borders.
// The front of tablewriter would measure and wrap what is measured and cut
// already, and takes half a megabyte and a fifth of the time of cmp status.
func draw(w io.Writer, columns []Column, widths []int, rows [][]string) error {
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
			align := tw.AlignLeft
			if c.Right {
				align = tw.AlignRight
			}
			cells[j] = tw.CellContext{Data: row[j], Align: align, Padding: tw.PaddingDefault}
			line.Row.Widths.Set(j, widths[j]+gap-uncounted(row[j]))
		}
		r.Row(row, line)
	}
	return r.Close()
}
