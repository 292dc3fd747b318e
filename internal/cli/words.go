package cli

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

func dash(p ledger.Points) string {
	if p == 0 {
		return "-"
	}
	return p.String()
}

// text returns a sentence with its commands as they are typed here.
func (a *app) text(format string, args ...any) string {
	return ledger.Say(format, args...).As(a.call...)
}

// tell writes a sentence of an answer for people, on as many lines as the screen
// needs. Programs get [app.reply].
func (a *app) tell(format string, args ...any) {
	if a.settings.Format != answer.Table {
		return
	}
	a.screen().Sentence(a.text(format, args...))
}

// did is what a command did, or what it would do.
func (a *app) did(done, do string) string {
	if a.dryRun {
		return "Would " + do
	}
	return done
}

// whenDone is a sentence that ends a line, of what can be typed once something is done: nothing
// where it is not.
func (a *app) whenDone(format string, args ...any) string {
	if a.dryRun {
		return ""
	}
	return " " + a.text(format, args...)
}

func (a *app) tellLines(lines []string) {
	for _, line := range lines {
		a.tell("%s", line)
	}
}

// say talks on stderr: warnings and hints beside the answer, in the order in
// which they come about. In a pipe it is one line, which can be searched for; on a
// terminal no word and no command is broken. Where JSON is asked for it waits for the
// end: an error has to stand alone.
func (a *app) say(format string, args ...any) {
	text := answer.Text(a.text(format, args...))
	if a.settings.Format == answer.JSON {
		a.talk = append(a.talk, text)
		return
	}
	_ = a.out.Flush() // an error stays in the writer until Main looks
	lead, rest := "", text
	if i := strings.LastIndex(text, "  "); i >= 0 { // what stands in columns
		lead, rest = text[:i+2], text[i+2:]
	}
	if screen := a.screen(); a.env.ErrTerminal && len(lead) < screen.Width/2 {
		screen.Out = a.env.Err
		screen.Hanging(lead, rest)
		return
	}
	fmt.Fprintln(a.env.Err, text)
}

func (a *app) sayLines(lines []string) {
	for _, line := range lines {
		a.say("%s", line)
	}
}

func (a *app) tellDifferences() {
	line := differenceLine(a.differences)
	switch {
	case line == "":
	case a.settings.Format == answer.JSON:
		a.say("%s", line)
	default:
		a.tell("%s", line)
	}
}

// differenceLine says what counts more and what less: "Counts: safety 1 for MLS
// and SBB." Where a credential has more than a few such requirements, only the
// sums are said.
func differenceLine(all []actions.Difference) string {
	const few = 2
	sums := slices.ContainsFunc(all, func(d actions.Difference) bool { return len(d.More)+len(d.Less) > few && d.Is != d.Was })
	var sentences []string
	for _, more := range []bool{true, false} {
		var parts []string
		codes := map[string][]string{} // of the credentials that have the same
		for _, d := range all {
			text := countedWords(d, more)
			switch {
			case sums && more == (d.Is < d.Was), !sums && text == "":
				continue
			case sums:
				text = fmt.Sprintf("%s %s of %s", d.Name, d.Is, d.Of)
				if !d.Opened {
					text += fmt.Sprintf(" (was %s)", d.Was)
				}
			}
			if codes[text] == nil {
				parts = append(parts, text)
			}
			codes[text] = append(codes[text], d.Name)
		}
		title, between := "No longer counts: ", ", "
		if more {
			title = "Counts: "
		}
		if !sums {
			between = "; "
			for i, text := range parts {
				parts[i] = text + " for " + words.List("and", codes[text])
			}
		}
		if parts != nil {
			sentences = append(sentences, title+strings.Join(parts, between)+".")
		}
	}
	return strings.Join(sentences, " ")
}

func countedWords(d actions.Difference, more bool) string {
	all := d.Less
	if more {
		all = d.More
	}
	return words.List("and", words.Map(all, func(c actions.Counted) string { return fmt.Sprintf("%s %s", c.Requirement, c.Points) }))
}

// counted adds to the parts of a sentence how many are so, unless none are.
func counted(parts []string, n int, so string) []string {
	if n == 0 {
		return parts
	}
	return append(parts, fmt.Sprintf("%d %s", n, so))
}

// grouped returns all in groups of one key, in the order of the first of each.
func grouped[T any, K comparable](all []T, key func(T) K) (groups [][]T) {
	at := map[K]int{}
	for _, x := range all {
		i, ok := at[key(x)]
		if !ok {
			i = len(groups)
			at[key(x)], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], x)
	}
	return groups
}
