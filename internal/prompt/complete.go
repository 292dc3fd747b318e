package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// A Candidate is a text that a word may be completed to.
type Candidate struct {
	Text string
	Name string // what it stands for, or ""
}

// A Completer returns where the last word of a line begins, in bytes, and what
// it may be completed to, in the order in which it is shown.
type Completer func(line string) (begin int, all []Candidate)

// Whole completes a line that is one word, blanks included.
func Whole(all []Candidate) Completer {
	return func(string) (int, []Candidate) { return 0, all }
}

// Words completes words that are separated by any of the given characters, and
// the blanks behind them.
func Words(separators string, all []Candidate) Completer {
	return func(line string) (int, []Candidate) {
		begin := strings.LastIndexAny(line, separators) + 1
		word := strings.TrimLeftFunc(line[begin:], unicode.IsSpace)
		return len(line) - len(word), all
	}
}

// matching returns the candidates that begin with the word, be it behind a
// slash, or else those that have it anywhere, also in what they stand for. Case
// does not matter.
func matching(all []Candidate, word string) []Candidate {
	word = strings.ToLower(word)
	var begin, within []Candidate
	for _, c := range all {
		text := strings.ToLower(c.Text)
		switch {
		case strings.HasPrefix(text, word), strings.HasPrefix(text[strings.LastIndexByte(text, '/')+1:], word):
			begin = append(begin, c)
		case strings.Contains(text+"\n"+strings.ToLower(c.Name), word):
			within = append(within, c)
		}
	}
	if len(begin) > 0 {
		return begin
	}
	return within
}

// apply completes the last word before the cursor as far as that is certain,
// and returns what stands before and behind the cursor then, and the
// candidates that there are.
func (complete Completer) apply(line, rest string) (to, behind string, candidates []Candidate) {
	begin, all := complete(line)
	candidates = matching(all, line[begin:])
	if len(candidates) == 0 {
		return line, rest, nil
	}
	if sure := common(candidates); len(candidates) == 1 || len(sure) >= len(line[begin:]) && hasPrefixFold(sure, line[begin:]) {
		line = line[:begin] + sure
	}
	return line, rest, candidates
}

func hasPrefixFold(text, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(text), strings.ToLower(prefix))
}

// common returns what all candidates begin with, as the first of them has it.
func common(candidates []Candidate) string {
	sure := candidates[0].Text
	for _, c := range candidates[1:] {
		text := c.Text
		for i, r := range sure {
			other, n := utf8.DecodeRuneInString(text)
			if n == 0 || unicode.ToLower(r) != unicode.ToLower(other) {
				sure = sure[:i]
				break
			}
			text = text[n:]
		}
	}
	return sure
}

// listed shows candidates: a few with what they stand for, many side by side,
// and of very many the first.
func listed(candidates []Candidate, columns int) string {
	const few, most = 12, 100
	var b strings.Builder
	widest := 0
	for _, c := range candidates {
		widest = max(widest, displaywidth.String(c.Text))
	}
	used := 0
	for i, c := range candidates[:min(len(candidates), most)] {
		cell := c.Text + strings.Repeat(" ", widest-displaywidth.String(c.Text))
		switch {
		case len(candidates) <= few:
			line := strings.TrimRight("  "+cell+"  "+c.Name, " ")
			b.WriteString(displaywidth.TruncateString(line, columns-1, "") + "\n")
			continue
		case i > 0 && used+2+widest >= columns:
			b.WriteString("\n")
			used = 0
		}
		b.WriteString("  " + cell)
		used += 2 + widest
	}
	if len(candidates) > few {
		b.WriteString("\n")
	}
	if more := len(candidates) - most; more > 0 {
		b.WriteString("  ... and more; type a letter\n")
	}
	return b.String()
}
