package cli

import (
	"io"
	"slices"
	"strings"
	"unicode"

	"cmpledger/internal/answer"
	"cmpledger/internal/handover"
)

// called returns a text with the commands in it as they are typed under the
// name that the program was called by: where it is installed as cmp-ledger,
// "cmp status" would ask the cmp that compares files.
//
// The texts of the program name it cmp, and are reworded at the edge: on a
// screen, on stderr, and in those fields of JSON that are sentences. It knows a
// command by the word behind cmp, so the few words of a credit's title that read
// like one are shown as one too. What is written for programs to keep, such as
// CSV, packets and titles in JSON, goes past it.
func (a *app) called(text string) string {
	if a.name == handover.Own {
		return text
	}
	var b strings.Builder
	for {
		before, behind, found := strings.Cut(text, handover.Own)
		b.WriteString(before)
		switch {
		case !found:
			return b.String()
		case isTyped(behind) && (b.Len() == 0 || strings.ContainsAny(b.String()[b.Len()-1:], " \n\"'`(")): // not within a path
			b.WriteString(a.name)
		default:
			b.WriteString(handover.Own)
		}
		text = behind
	}
}

// isTyped reports whether what follows the program's name makes it a command
// line: a command, a flag, or COMMAND in their place.
func isTyped(behind string) bool {
	if behind == "" || behind[0] != ' ' && behind[0] != '\n' { // help breaks lines anywhere
		return false
	}
	word := behind[1:]
	if end := strings.IndexFunc(word, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) }); end >= 0 {
		word = word[:end]
	}
	return strings.HasPrefix(word, "--") || word == "COMMAND" || slices.Contains(handover.Commands(), word)
}

// rewording returns a writer that rewords what is written to another, where
// the program was called by another name than the one in its texts.
func (a *app) rewording(to io.Writer, reword func(string) string) io.Writer {
	if a.name == handover.Own {
		return to
	}
	return &rewriter{to, reword}
}

// calledAnswer is called for an answer in any format: the lines of records
// stay as they are, and of JSON those that are no sentences.
func (a *app) calledAnswer(text string) string {
	switch a.settings.Format {
	case answer.Table:
		return a.called(text)
	case answer.JSON:
		var b strings.Builder
		for line := range strings.Lines(text) {
			key, _, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if slices.Contains([]string{`"message"`, `"hint"`, `"next"`}, key) {
				line = a.called(line)
			}
			b.WriteString(line)
		}
		return b.String()
	}
	return text
}

// A rewriter rewords what is written to it, each time for itself: the program
// writes whole lines.
type rewriter struct {
	to     io.Writer
	reword func(string) string
}

func (w *rewriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.to, w.reword(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
