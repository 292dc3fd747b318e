// Package prose reads and writes the texts of help. They are plain text without
// markup: paragraphs, lists of terms and examples are told apart by the indentation
// of their lines. One text serves the terminal, at any width, and the manual pages.
package prose

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// ownName finds the name of the program in the texts: as a word, and in the names of
// completion scripts, but not as a folder.
var ownName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|[\s("'|<` + "`" + `]|/_|completions/)cmp($|[\s,;:)"']|\.$|\.\s|\.fish)`)
})

// Named returns a text with the name of the program in place of cmp.
func Named(text, name string) string {
	if name == "cmp" {
		return text
	}
	return ownName().ReplaceAllString(text, "${1}"+name+"${2}")
}

// A Kind is a kind of blocks.
type Kind int

// The kinds of blocks.
const (
	Paragraph Kind = iota // words, to be filled into lines
	Heading               // one line that begins with "# ", which is taken off
	Terms                 // words, each with what it means beside it
	Verbatim              // lines indented by four columns or more, to be kept as they are
)

// A Block is a part of a text; blank lines separate blocks.
type Block struct {
	Kind  Kind
	Text  string // of all but terms; that of Verbatim has lines
	Terms []Term
}

// A Term is a word and what it means.
type Term struct {
	Indent int // columns before the word, by which lists are nested
	Word   string
	Text   string // may be empty
}

// termLine matches a word, or several, and what they mean, two blanks apart or more.
var termLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^( *)(\S+(?: \S+)*?)  +(\S.*)$`) })

// Parse returns the blocks of a text.
func Parse(text string) []Block {
	var blocks []Block
	for part := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		lines := strings.Split(strings.Trim(part, "\n"), "\n")
		switch {
		case strings.HasPrefix(lines[0], "# "):
			blocks = append(blocks, Block{Kind: Heading, Text: lines[0][2:]})
		case !slices.ContainsFunc(lines, func(line string) bool { return !strings.HasPrefix(line, "    ") }):
			blocks = append(blocks, Block{Kind: Verbatim, Text: strings.Join(lines, "\n")})
		case termLine().MatchString(lines[0]):
			blocks = append(blocks, Block{Kind: Terms, Terms: terms(lines)})
		default:
			blocks = append(blocks, Block{Kind: Paragraph, Text: strings.Join(strings.Fields(part), " ")})
		}
	}
	return blocks
}

// terms reads a list. A line that begins in the column of the meanings, or right of
// it, continues one; a word that stands alone left of it has no meaning.
func terms(lines []string) []Term {
	var all []Term
	column := 0
	for _, line := range lines {
		bare := strings.TrimLeft(line, " ")
		indent := len(line) - len(bare)
		if m := termLine().FindStringSubmatchIndex(line); m != nil && (indent < column || all == nil) {
			column = m[6]
			all = append(all, Term{Indent: indent, Word: line[m[4]:m[5]], Text: line[m[6]:m[7]]})
			continue
		}
		if indent < column {
			all = append(all, Term{Indent: indent, Word: bare})
			continue
		}
		last := &all[len(all)-1]
		last.Text = strings.TrimSpace(last.Text + " " + bare)
	}
	return all
}

// Lines returns a text in lines of at most width columns. Verbatim blocks stay as wide
// as they are.
func Lines(text string, width int) string {
	var b strings.Builder
	for i, block := range Parse(text) {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch block.Kind {
		case Terms:
			b.WriteString(TermLines(block.Terms, width))
		case Paragraph:
			b.WriteString(fill(block.Text, 0, 0, width))
		default:
			b.WriteString(block.Text + "\n")
		}
	}
	return b.String()
}

// TermLines returns a list in lines of at most width columns: the meanings in one
// column, or below a word that is too long.
func TermLines(all []Term, width int) string {
	const gap = 2
	var b strings.Builder
	column := 2 * gap
	for _, t := range all {
		if n := t.Indent + utf8.RuneCountInString(t.Word) + gap; n <= width/3 && t.Text != "" {
			column = max(column, n)
		}
	}
	for _, t := range all {
		head := strings.Repeat(" ", t.Indent) + t.Word
		used := utf8.RuneCountInString(head)
		switch {
		case t.Text == "":
			b.WriteString(head + "\n")
		case used+gap > column:
			b.WriteString(head + "\n" + fill(t.Text, 0, column, width))
		default:
			b.WriteString(head + fill(t.Text, used, column, width))
		}
	}
	return b.String()
}

// fill returns words in lines that begin in the given column. The first line has so
// many columns used already.
func fill(text string, used, column, width int) string {
	lead := strings.Repeat(" ", column)
	return lead[used:] + strings.Join(Fill(strings.Fields(text), max(width-column, 1)), "\n"+lead) + "\n"
}

// Fill puts parts into lines of at most so many columns; 0 is no limit. A part that is
// wider, such as an address, has a line of its own, so that it can be copied.
func Fill(parts []string, most int) []string {
	var lines []string
	var line strings.Builder
	used := 0
	for _, part := range parts {
		n := displaywidth.String(part)
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
