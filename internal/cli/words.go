package cli

import (
	"fmt"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// dash returns a dash for no points.
func dash(p ledger.Points) string {
	if p == 0 {
		return "-"
	}
	return p.String()
}

// shortages says what is to be earned: "1 point in medical ethics and 2 points
// in chemistry or hematology".
func shortages(all []rules.Shortage) string {
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = words.Points(s.Points) + " in " + anyOf(s.Requirements)
	}
	return words.List("and", parts)
}

func anyOf(requirements []rules.Requirement) string {
	names := make([]string, len(requirements))
	for i, r := range requirements {
		names[i] = lower(r.Title)
		if r.Name == ledger.Other {
			names[i] = "other (any topic)"
		}
	}
	return words.List("or", names)
}

func lower(title string) string { return words.Lower(title) }

func topicNames(topics []ledger.CreditTopic) string { return words.Topics(topics) }

// text returns a sentence with its commands as they are typed here.
func (a *app) text(format string, args ...any) string { return ledger.Say(format, args...).As(a.name) }

// tell writes a sentence of an answer for people, on as many lines as the screen
// needs. Programs get [app.reply].
func (a *app) tell(format string, args ...any) {
	if a.settings.Format != answer.Table {
		return
	}
	a.screen().Sentence(a.text(format, args...))
}

// say talks on stderr: warnings and hints beside the answer, in the order in
// which they come about. It is one line, however narrow the screen is: terminals
// break it by themselves, and a line that is whole can be searched for and
// copied. So is an error. Where JSON is asked for it waits for the end: an error
// has to stand alone.
func (a *app) say(format string, args ...any) {
	text := answer.Text(a.text(format, args...))
	if a.settings.Format == answer.JSON {
		a.talk = append(a.talk, text)
		return
	}
	_ = a.out.Flush() // an error stays in the writer until Main looks
	fmt.Fprintln(a.env.Err, text)
}

// sayAtLast says what has waited.
func (a *app) sayAtLast() {
	for _, text := range a.talk {
		fmt.Fprintln(a.env.Err, text)
	}
	a.talk = nil
}

// newProgress returns where to say how far a long work has come: on stderr,
// where that is a terminal that can draw a line again and nobody reads JSON.
func (a *app) newProgress() *answer.Progress {
	if !a.env.ErrTerminal || a.settings.Format == answer.JSON || a.env.Getenv("TERM") == "dumb" {
		return nil
	}
	screen := answer.Screen{Out: a.env.Err, Width: a.env.Width, ASCII: !a.env.UTF8}
	return answer.NewProgress(screen, a.env.Now)
}
