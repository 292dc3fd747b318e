package prompt

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"
)

// A Candidate is a text that a word may be completed to.
type Candidate struct {
	Text string
	Name string // what it stands for, or ""
}

// A Completer returns where the last word of a line begins, in bytes, and what
// it may be completed to, in the order in which it is shown.
type Completer func(line string) (begin int, all []Candidate)

// Words completes words that are separated by any of the given characters, and
// the blanks behind them. Without separators the line is one word.
func Words(separators string, all []Candidate) Completer {
	return func(line string) (int, []Candidate) {
		begin := strings.LastIndexAny(line, separators) + 1
		word := strings.TrimLeftFunc(line[begin:], unicode.IsSpace)
		return len(line) - len(word), all
	}
}

// apply completes the last word of a line as far as that is certain, and
// returns the candidates that there are.
func (complete Completer) apply(line string) (to string, among []Candidate) {
	begin, all := complete(line)
	word := line[begin:]
	among = matching(all, word)
	if len(among) == 0 {
		return line, nil
	}
	sure := among[0].Text
	for _, c := range among[1:] {
		for !hasPrefixFold(c.Text, sure) {
			_, n := utf8.DecodeLastRuneInString(sure)
			sure = sure[:len(sure)-n]
		}
	}
	if len(among) == 1 || hasPrefixFold(sure, word) {
		line = line[:begin] + sure
	}
	return line, among
}

// matching returns the candidates that begin with the word, be it behind a
// slash, or else those that have it anywhere, also in what they stand for. Case
// does not matter.
func matching(all []Candidate, word string) []Candidate {
	var begin, within []Candidate
	for _, c := range all {
		switch {
		case hasPrefixFold(c.Text, word), hasPrefixFold(c.Text[strings.LastIndexByte(c.Text, '/')+1:], word):
			begin = append(begin, c)
		case strings.Contains(strings.ToLower(c.Text+"\n"+c.Name), strings.ToLower(word)):
			within = append(within, c)
		}
	}
	if len(begin) > 0 {
		return begin
	}
	return within
}

func hasPrefixFold(text, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(text), strings.ToLower(prefix))
}

// listed shows candidates with what they stand for, and of very many the first.
func listed(all []Candidate) string {
	const most = 35
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, c := range all[:min(len(all), most)] {
		fmt.Fprintf(w, "  %s\t%s\n", c.Text, c.Name)
	}
	_ = w.Flush() // nothing fails in memory
	if more := len(all) - most; more > 0 {
		fmt.Fprintf(&b, "  and %d more; type a letter\n", more)
	}
	return b.String()
}
