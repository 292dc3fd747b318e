package answer

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/fatih/color"

	"cmpledger/internal/prose"
)

// A Screen writes for people: it knows how wide lines are and whether colour shows.
type Screen struct {
	Out io.Writer
	// Width is how many columns lines may have; 0 is no limit.
	Width int
	Color bool
	ASCII bool // draw with ASCII characters only
	// Terminal is whether Out is one: then text for programs has its control characters escaped.
	Terminal bool
}

// Raw returns where text for programs goes.
func (s Screen) Raw() io.Writer {
	if s.Terminal {
		return &terminal{Writer: s.Out}
	}
	return s.Out
}

// A Style is the colour of a text. The text has to say the same without it.
type Style int

// The styles.
const (
	Plain   Style = iota
	Strong        // what to see first
	Done          // nothing is left to do
	Warning       // something is wrong, or urgent
	Hint          // what to type next
)

// Paint returns the text in the style.
func (s Screen) Paint(style Style, text string) string {
	if !s.Color || style == Plain || text == "" {
		return text
	}
	attribute := map[Style]color.Attribute{
		Strong: color.Bold, Done: color.FgGreen, Warning: color.FgRed, Hint: color.Faint,
	}[style] // colours that can be read on a light and on a dark screen
	c := color.New(attribute)
	c.EnableColor()
	return c.Sprint(text)
}

// Bar returns a bar of ten cells. It is full only when all is done, and empty only
// when nothing is done.
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

// Text makes a text safe to show on one line: control characters, line ends and marks
// that change the writing direction become escapes.
func Text(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !visible(r) || r == unicode.ReplacementChar }) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(r)): // a byte of another encoding
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case visible(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteByte(' ')
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// visible reports whether a character stays where it is on the line.
func visible(r rune) bool {
	return ' ' <= r && r <= '~' || !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) && r != '\u2028' && r != '\u2029'
}

// width returns how many columns of a terminal a text takes, whatever the locale.
func width(text string) int { return displaywidth.String(text) }

// Cut shortens a text to at most so many columns, with an ellipsis at its end.
func (s Screen) Cut(text string, most int) string {
	return displaywidth.TruncateString(text, most, s.Mark("…", "~"))
}

// Line writes cells side by side, on as many lines as the screen needs.
func (s Screen) Line(cells []Cell) {
	const blanks = "   "
	line, used := "", 0
	for _, c := range cells {
		text := Text(c.Text)
		switch n := width(text); {
		case used == 0:
			used = n
		case s.Width > 0 && used+len(blanks)+n > s.Width:
			line, used = line+"\n"+strings.Repeat(" ", gap), gap+n
		default:
			line, used = line+blanks, used+len(blanks)+n
		}
		if used > s.Width && s.Width > 0 {
			most := max(s.Width-gap, 1)
			text = strings.Join(prose.Fill(unbreakable(text, most), most), "\n"+strings.Repeat(" ", gap))
		}
		line += s.Paint(c.Style, text)
	}
	_, _ = io.WriteString(s.Out, line+"\n")
}

// OneLine writes as many cells as fit on one line, at least the first, and how many
// more there are. It writes all cells if Width is 0.
func (s Screen) OneLine(cells []Cell) {
	dot := " " + s.Mark("·", "-") + " "
	line, used := "", 0
	for i, c := range cells {
		text, lead, more := Text(c.Text), "", ""
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

// Paragraph writes indented texts, each broken between words to fit the screen.
func (s Screen) Paragraph(texts ...string) {
	for _, text := range texts {
		s.hang(strings.Repeat(" ", gap), text, Plain)
	}
}

// Sentence writes a text as [Screen.Paragraph] does, but without the indent.
func (s Screen) Sentence(text string) { s.hang("", text, Plain) }

// A Field is a text with its name, which is written before it.
type Field struct {
	Name, Text string
	Style      Style
}

// Fields writes names and texts side by side, indented; long texts go on below
// themselves. A field without a text is left out but counts for the alignment, so
// that lists of the same names are aligned alike. If there is room for no more than a
// few words beside the names, each text stands below its name.
func (s Screen) Fields(fields []Field) {
	widest := 0
	for _, f := range fields {
		widest = max(widest, width(f.Name))
	}
	below := s.Width > 0 && widest > s.Width/2 && s.Width-widest < 2*gap+18
	for _, f := range fields {
		if f.Text != "" && below {
			s.hang(strings.Repeat(" ", gap), f.Name, Plain)
			s.hang(strings.Repeat(" ", 2*gap), f.Text, f.Style)
		} else if f.Text != "" {
			s.hang(strings.Repeat(" ", gap)+f.Name+strings.Repeat(" ", widest-width(f.Name)+gap), f.Text, f.Style)
		}
	}
}

// Item writes a text behind its mark, such as a number in brackets, indented.
func (s Screen) Item(mark, text string) {
	s.hang(strings.Repeat(" ", gap)+mark+" ", text, Plain)
}

// Hanging writes a text behind a lead. Further lines are indented to the text.
func (s Screen) Hanging(lead, text string) { s.hang(lead, text, Plain) }

// Run writes texts one behind the other, behind a lead, with dots between. Lines break
// between texts, where these fit on one, and further lines are indented to the first text.
func (s Screen) Run(lead string, texts []string) {
	most := s.beside(lead)
	var parts []string
	for i, text := range texts {
		if text = Text(text); i < len(texts)-1 {
			text += " " + s.Mark("·", ";")
		}
		if most > 0 && width(text) > most {
			parts = append(parts, unbreakable(text, most)...)
		} else {
			parts = append(parts, text)
		}
	}
	s.fill(lead, prose.Fill(parts, most), Plain)
}

// hang writes a text behind its lead. Further lines are indented to the text.
func (s Screen) hang(lead, text string, style Style) {
	most := s.beside(lead)
	s.fill(lead, prose.Fill(unbreakable(Text(text), most), most), style)
}

// beside returns how many columns there are for a text behind a lead; 0 is no limit.
func (s Screen) beside(lead string) int {
	if s.Width == 0 {
		return 0
	}
	return max(s.Width-width(lead), 1)
}

// fill writes lines behind a lead, all in one column.
func (s Screen) fill(lead string, lines []string, style Style) {
	indent := width(lead)
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		b.WriteString(lead + s.Paint(style, line) + "\n")
	}
	_, _ = io.WriteString(s.Out, b.String())
}

// unbreakable splits a text into the parts that lines are not broken in: words, and
// commands to type. Words of wide characters, which have no blanks, are split too.
func unbreakable(text string, most int) (parts []string) {
	for words := typedWords(text); len(words) > 0; {
		near := words
		if most > 0 { // of which no more can stand in a line
			near = words[:min(len(words), most)]
		}
		n := commandLength(near)
		part := strings.Join(words[:n], " ")
		if n > 1 && most != 0 && width(part) > most {
			n, part = 1, words[0]
		}
		words = words[n:]
		if n == 1 && most > 0 && width(part) > utf8.RuneCountInString(part) && quotedWord(part, true) == "" {
			parts = append(parts, splitWide(part, most)...)
			continue
		}
		parts = append(parts, part)
	}
	return parts
}

// typedWords splits a text at its blanks, but for those that a shell reads as a part of
// a word. Double quotes are those of a shell once the name of the program has come.
func typedWords(text string) (all []string) {
	command := false
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		word := quotedWord(text, command)
		if word == "" {
			word = firstField(text)
		}
		all, text, command = append(all, word), text[len(word):], command || beginsCommand(word)
	}
	return all
}

// quotedWord returns the word that a text begins with if it is quoted for a shell, with
// the punctuation behind it; else "".
func quotedWord(text string, double bool) string {
	if !strings.ContainsAny(firstField(text), `'"`) { // to compile the pattern takes 0.05 ms, of 4 for cmp status
		return ""
	}
	m := shellQuotes().FindStringSubmatch(text)
	if m == nil || strings.HasPrefix(m[2], `"`) && !double {
		return ""
	}
	return m[1]
}

// firstField returns a text up to its first blank.
func firstField(text string) string {
	if end := strings.IndexFunc(text, unicode.IsSpace); end >= 0 {
		return text[:end]
	}
	return text
}

// shellQuotes matches a word as [ledger.ShellWord] quotes it: 'a b', 'it'\”s', $'a\nb', "a b".
var shellQuotes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\(?(?:[^\s='"]*=)?('[^']*'(?:(?:\\'|)'[^']*')*|\$'(?:[^'\\]|\\.)*'|"[^"]*")[.,;:)?]*)(?:\s|$)`)
})

// beginsCommand reports whether a word is the name of the program.
func beginsCommand(word string) bool {
	name := strings.TrimPrefix(word, "(")
	return name == "cmp" || name == "cmp-ledger"
}

// commandLength returns how many of the first words are a command to type, which ends at
// punctuation that stands in no quotes, or before a bracket. It is 1 if the first word
// begins no command.
func commandLength(words []string) int {
	if !beginsCommand(words[0]) {
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

// splitWide returns the words of a text. It splits words wider than most columns,
// behind a hyphen if there is one.
func splitWide(text string, most int) (parts []string) {
	for _, word := range strings.Fields(text) {
		for begin := fittingPart(word, most); begin != word; begin = fittingPart(word, most) {
			if hyphen := strings.LastIndexByte(begin, '-'); hyphen > 0 {
				begin = begin[:hyphen+1]
			}
			parts, word = append(parts, begin), word[len(begin):]
		}
		parts = append(parts, word)
	}
	return parts
}

// fittingPart returns the beginning of a word that fits, at least one character.
func fittingPart(word string, most int) string {
	part := displaywidth.TruncateString(word, most, "")
	if part == "" {
		_, n := utf8.DecodeRuneInString(word)
		part = word[:n]
	}
	return part
}
