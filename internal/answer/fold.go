package answer

import (
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Paragraph writes an indented text, with lines broken between words where
// the screen is too narrow.
func (s Screen) Paragraph(text string) { s.hang(strings.Repeat(" ", gap), text, Plain) }

// Sentence writes a text from the first column on, with lines broken as
// [Screen.Paragraph] does.
func (s Screen) Sentence(text string) { s.hang("", text, Plain) }

// A Field is a text with the name that stands before it.
type Field struct {
	Name, Text string
	Style      Style
}

// Fields writes names and texts side by side, indented. Those without a text
// are left out, but take part in the alignment, which is the same for all that
// has the same names. A text that is too long goes on below itself.
func (s Screen) Fields(fields []Field) {
	widest := 0
	for _, f := range fields {
		widest = max(widest, width(f.Name))
	}
	s.fields(fields, widest)
}

// fields writes the fields that have a text, with names of up to the given
// width.
func (s Screen) fields(fields []Field, widest int) {
	for _, f := range fields {
		if f.Text == "" {
			continue
		}
		s.hang(strings.Repeat(" ", gap)+f.Name+strings.Repeat(" ", widest-width(f.Name)+gap), f.Text, f.Style)
	}
}

// Item writes a text behind its mark, such as a number in brackets, indented.
func (s Screen) Item(mark, text string) {
	s.hang(strings.Repeat(" ", gap)+mark+" ", text, Plain)
}

// hang writes a text behind what leads to it, and its further lines below it.
func (s Screen) hang(lead, text string, style Style) {
	indent := width(lead)
	most := max(s.Width-indent, 1)
	if s.Width == 0 {
		most = 0
	}
	var b strings.Builder
	for i, line := range fold(s.text(text), most) {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		b.WriteString(lead + s.Paint(style, line) + "\n")
	}
	_, _ = io.WriteString(s.Out, b.String())
}

// fold breaks a text into lines of the given width, between words. A word that
// is wider, such as an address, stays whole, so that it can be copied. No limit
// is 0; what is below is as narrow as it gets.
func fold(text string, most int) []string {
	var lines []string
	var line strings.Builder // which may get long
	used := 0
	for part := range unbroken(text, most) {
		n := width(part)
		switch {
		case used == 0:
		case most == 0 || used+1+n <= most:
			line.WriteByte(' ')
			used++
		default:
			lines, used = append(lines, line.String()), 0
			line.Reset()
		}
		line.WriteString(part)
		used += n
	}
	return append(lines, line.String())
}

// unbroken returns what stands on one line each: words, and commands to be
// typed, which are no longer commands when a line ends within. Wide characters,
// which are written without blanks, may be parted anywhere.
func unbroken(text string, most int) iter.Seq[string] {
	words := strings.Fields(text)
	return func(yield func(string) bool) {
		for i := 0; i < len(words); {
			n := commandLength(words[i:])
			part := strings.Join(words[i:i+n], " ")
			if n > 1 && most != 0 && width(part) > most {
				n, part = 1, words[i]
			}
			for most > 0 && width(part) > most && width(part) > utf8.RuneCountInString(part) {
				begin := head(part, most)
				if !yield(begin) {
					return
				}
				part = part[len(begin):]
			}
			if !yield(part) {
				return
			}
			i += n
		}
	}
}

// commandLength returns how many of the words are a command to be typed: up to
// where the sentence goes on or a bracket begins; 1 where they begin with none.
func commandLength(words []string) int {
	if name := strings.TrimPrefix(words[0], "("); name != "cmp" && name != "cmp-ledger" {
		return 1
	}
	for i, w := range words[1:] {
		switch {
		case strings.HasPrefix(w, "("):
			return i + 1
		case strings.ContainsAny(w[len(w)-1:], ".,;:)"):
			return i + 2
		}
	}
	return len(words)
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
