package document

import "strings"

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
