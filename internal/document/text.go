package document

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Line is what stands side by side, from left to right.
type Line []Phrase

// A Phrase is words that stand a blank apart. Left and Right are where it begins and
// ends: in points on a page of a PDF, in characters elsewhere.
type Phrase struct {
	Text        string
	Left, Right float64
}

// Text returns the phrases with two blanks between them.
func (l Line) Text() string {
	texts := make([]string, len(l))
	for i, p := range l {
		texts[i] = p.Text
	}
	return strings.Join(texts, "  ")
}

// lineOf returns a line of a PDF.
func lineOf(words []word) (l Line) {
	for _, w := range words {
		if last := len(l) - 1; last >= 0 && w.left-l[last].Right < wideBlank*w.size {
			l[last].Text, l[last].Right = l[last].Text+" "+w.text, max(l[last].Right, w.right)
		} else {
			l = append(l, Phrase{w.text, w.left, w.right})
		}
	}
	for i := range l {
		l[i].Text = norm.NFC.String(l[i].Text)
	}
	return l
}

// textLine returns a line whose phrases are given one after the other.
func textLine(phrases []string) (l Line) {
	at := 0.0
	for _, text := range phrases {
		if text = norm.NFC.String(strings.Join(strings.Fields(text), " ")); text != "" {
			end := at + float64(utf8.RuneCountInString(text))
			l = append(l, Phrase{text, at, end})
			at = end + 2
		}
	}
	return l
}

// Text returns the lines of a text that is no document, whose phrases stand two blanks or
// a tab apart.
func Text(text string) (lines []Line) {
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(strings.TrimRight(line, " \t\r\n\u00a0"), "> ")
		if l := textLine(gap().Split(line, -1)); len(l) > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}
