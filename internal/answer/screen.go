package answer

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/fatih/color"

	"cmpledger/internal/ledger"
)

// A Format is a way to write an answer.
type Format string

// The formats. Table is for people, the others are for programs.
const (
	Table    Format = "table"
	JSON     Format = "json"
	CSV      Format = "csv"
	TSV      Format = "tsv"
	Markdown Format = "markdown"
	XLSX     Format = "xlsx" // which package workbook writes
)

// Formats returns every format.
func Formats() []Format { return []Format{Table, JSON, CSV, TSV, Markdown, XLSX} }

// UnmarshalText accepts the name of a format.
func (f *Format) UnmarshalText(text []byte) error {
	if !slices.Contains(Formats(), Format(text)) {
		return ledger.Unknown("a format", "formats", string(text), Formats())
	}
	*f = Format(text)
	return nil
}

// MarshalText returns the name.
func (f Format) MarshalText() ([]byte, error) { return []byte(f), nil }

// A Screen is where people look.
type Screen struct {
	Out io.Writer
	// Width is how many columns lines may have; 0 is no limit.
	Width int
	Color bool
	ASCII bool // draw with ASCII characters only
	// Reword, if there is one, words texts differently before they are measured.
	Reword func(text string) string
}

// text returns what stands on the screen for a text.
func (s Screen) text(text string) string {
	if s.Reword != nil {
		text = s.Reword(text)
	}
	return Text(text)
}

// A Style is how a text stands out on a screen with colour. It never carries
// a meaning that the text does not.
type Style int

// The styles.
const (
	Plain   Style = iota
	Strong        // what to see first
	Done          // nothing is left to do
	Warning       // something is
	Hint          // what to type next
)

// Paint returns the text in the style.
func (s Screen) Paint(style Style, text string) string {
	if !s.Color || style == Plain || text == "" {
		return text
	}
	attribute := map[Style]color.Attribute{
		Strong: color.Bold, Done: color.FgGreen, Warning: color.FgRed, Hint: color.Faint,
	}[style] // of the sixteen colours those that can be read on light and on dark
	c := color.New(attribute)
	c.EnableColor()
	return c.Sprint(text)
}

// Bar returns a bar of ten cells: full only when all is done, empty only when
// nothing is.
func (s Screen) Bar(done, all int64) string {
	const cells = 10
	n := cells
	if done < all {
		n = min(max(int(done*cells/all), 1), cells-1)
	}
	if done <= 0 && all > 0 {
		n = 0
	}
	full, empty := "█", "░"
	if s.ASCII {
		full, empty = "#", "-"
	}
	return strings.Repeat(full, n) + strings.Repeat(empty, cells-n)
}

// Mark returns its first argument, or the second on an ASCII screen.
func (s Screen) Mark(mark, ascii string) string {
	if s.ASCII {
		return ascii
	}
	return mark
}

// Text makes a text safe to show on one line: control characters, marks that
// turn the writing direction, and line ends appear as escapes.
func Text(s string) string {
	safe := func(r rune) bool {
		return !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) && r != '\u2028' && r != '\u2029' && r != unicode.ReplacementChar
	}
	if strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case safe(r) || r == unicode.ReplacementChar:
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteByte(' ')
		case r < 0x100:
			b.WriteString(`\x` + hex(r, 2))
		default:
			b.WriteString(`\u` + hex(r, 4))
		}
	}
	return b.String()
}

func hex(r rune, digits int) string {
	const all = "0123456789abcdef"
	b := make([]byte, digits)
	for i := digits - 1; i >= 0; i, r = i-1, r>>4 {
		b[i] = all[r&15]
	}
	return string(b)
}

// Line writes cells side by side, on as many lines as the screen needs.
func (s Screen) Line(cells []Cell) {
	const blanks = "   "
	line, used := "", 0
	for _, c := range cells {
		text := s.text(c.Text)
		switch n := width(text); {
		case used == 0:
			used = n
		case s.Width > 0 && used+len(blanks)+n > s.Width:
			line, used = line+"\n"+strings.Repeat(" ", gap), gap+n
		default:
			line, used = line+blanks, used+len(blanks)+n
		}
		if used > s.Width && s.Width > 0 {
			text = strings.Join(fold(text, max(s.Width-gap, 1)), "\n"+strings.Repeat(" ", gap))
		}
		line += s.Paint(c.Style, text)
	}
	_, _ = io.WriteString(s.Out, line+"\n")
}

// OneLine writes as many cells on one line as fit, the first in any case, and
// how many more there are. Where lines may be as long as they like it writes
// all.
func (s Screen) OneLine(cells []Cell) {
	dot := " " + s.Mark("·", "-") + " "
	line, used := "", 0
	for i, c := range cells {
		text, lead, more := s.text(c.Text), "", ""
		if i > 0 {
			lead = dot
		}
		if left := len(cells) - i - 1; left > 0 {
			more = fmt.Sprintf("%s%d more", dot, left)
		}
		used += width(lead) + width(text)
		if i > 0 && s.Width > 0 && used+width(more) > s.Width {
			line += fmt.Sprintf("%s%d more", dot, len(cells)-i)
			break
		}
		line += lead + s.Paint(c.Style, text)
	}
	_, _ = io.WriteString(s.Out, line+"\n")
}
