package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/handover"
	"cmpledger/internal/prompt"
	"cmpledger/internal/render"
)

// A question is one field that a command without arguments asks for.
type question struct {
	label    string
	flag     string // that answers it too, or ""
	hint     string // what may be answered, or ""
	enter    string // what no answer means, or ""
	repeats  bool   // there may be several answers, each asked for
	complete prompt.Completer
	// take reads an answer as the flag of the field does, and returns the
	// words that say the same on a command line.
	take func(answer string) ([]string, error)
}

// A dialog asks for what a command line did not say, with the parsers of its
// flags, and collects the words that would have said it.
type dialog struct {
	app   *app
	cmd   *cobra.Command
	lines *prompt.Prompt
	words []string
}

// dialog asks for what is missing, then shows what will be written and, unless
// nothing is, asks whether it shall be. A command that is run again with the
// words that fn collects does the same; the log names it by them.
func (a *app) dialog(cmd *cobra.Command, fn func(*dialog) error) error {
	console := a.env.Console
	if a.env.Getenv("TERM") == "dumb" {
		console.Raw = nil
	}
	_ = a.out.Flush()
	talk := a.env.Err
	d := &dialog{app: a, cmd: cmd, lines: prompt.New(a.env.In, a.err, console)} // what is typed is shown as it is
	a.env.Err = a.rewording(d.lines, a.called)                                  // which knows how lines end meanwhile
	defer func() {
		d.lines.Close()
		a.env.Err = talk
	}()
	d.hint("Enter alone takes what is in brackets, or leaves a field out. Ctrl-C leaves everything as it was.")
	if d.lines.Edits() {
		d.hint("Tab completes, twice it shows what there is.")
	}
	err := fn(d)
	if err == nil {
		a.command += " " + commandWords(d.words)
		d.hintLine("In one go: " + a.name + strings.TrimPrefix(render.Text(a.command), handover.Own))
		err = d.sure()
	}
	if errors.Is(err, prompt.ErrLeft) {
		return refused("broken off, nothing was written")
	}
	return err
}

// sure asks whether to write what was shown.
func (d *dialog) sure() error {
	if d.app.dryRun {
		return nil
	}
	yes := true
	err := d.ask(question{label: "Write it?", enter: "Y/n", take: func(answer string) ([]string, error) {
		switch strings.ToLower(answer) {
		case "", "y", "yes":
			return nil, nil
		case "n", "no":
			yes = false
			return nil, nil
		}
		return nil, usage("%q: neither yes nor no", answer)
	}})
	if err == nil && !yes {
		return refused("not confirmed, nothing was written")
	}
	return err
}

// ask asks until each answer can be taken.
func (d *dialog) ask(questions ...question) error {
	for _, q := range questions {
		answer := ""
		for {
			var err error
			if answer, err = d.lines.Line(d.prompt(q), answer, q.complete); err != nil {
				return err
			}
			words, err := q.take(answer)
			if err == nil {
				d.words = append(d.words, words...)
				break
			}
			d.say(d.app.classify(d.cmd, err).line())
		}
	}
	return nil
}

// more offers questions that few people have an answer to, and asks those that
// are named, until none is.
func (d *dialog) more(questions ...question) error {
	for len(questions) > 0 {
		var chosen []question
		err := d.ask(question{
			label: "More?", hint: strings.Join(flagNames(questions), ", "), complete: prompt.Words(", ", candidates(flagNames(questions))),
			take: func(answer string) (_ []string, err error) {
				chosen, err = choose(questions, answer)
				return nil, err
			},
		})
		if err != nil || len(chosen) == 0 {
			return err
		}
		if err := d.ask(chosen...); err != nil {
			return err
		}
		questions = slices.DeleteFunc(questions, func(q question) bool { return !q.repeats && slices.Contains(flagNames(chosen), q.flag) })
	}
	return nil
}

// choose returns the questions that an answer names.
func choose(questions []question, answer string) ([]question, error) {
	var chosen []question
	names := flagNames(questions)
	for _, word := range strings.FieldsFunc(strings.ToLower(answer), func(r rune) bool { return r == ',' || r == ' ' }) {
		i := slices.Index(names, word)
		if i < 0 {
			return nil, usage("%q: not one of %s", word, strings.Join(names, ", ")).try("name some of them, or none with Enter")
		}
		if !slices.Contains(flagNames(chosen), word) {
			chosen = append(chosen, questions[i])
		}
	}
	return chosen, nil
}

// flagNames returns the flags of questions, by which they are chosen.
func flagNames(questions []question) []string {
	names := make([]string, len(questions))
	for i, q := range questions {
		names[i] = q.flag
	}
	return names
}

// candidates returns words to complete to, without those that would garble the
// line.
func candidates(texts []string) []prompt.Candidate {
	var all []prompt.Candidate
	for _, text := range texts {
		if render.Text(text) == text {
			all = append(all, prompt.Candidate{Text: text})
		}
	}
	return all
}

// unsaid returns the questions whose flag was not given.
func unsaid(flags *pflag.FlagSet, questions ...question) []question {
	return slices.DeleteFunc(questions, func(q question) bool { return flags.Changed(q.flag) })
}

// flag is a question that a flag of the same name answers too.
func (d *dialog) flag(label string, complete prompt.Completer) question {
	name := strings.ToLower(label)
	return question{label: label, flag: name, complete: complete, take: func(answer string) ([]string, error) {
		if answer == "" {
			return nil, nil
		}
		return d.set(name, answer)
	}}
}

// set sets a flag, and returns the words that do the same.
func (d *dialog) set(name, value string) ([]string, error) {
	if err := d.cmd.Flags().Set(name, value); err != nil {
		return nil, flagError(d.cmd, err)
	}
	return []string{"--" + name, value}, nil
}

// prompt returns what stands before an answer.
func (d *dialog) prompt(q question) string {
	aside := ""
	if q.hint != "" {
		aside += " (" + q.hint + ")"
	}
	if q.enter != "" {
		aside += " [" + q.enter + "]"
	}
	end := ": "
	if strings.HasSuffix(q.label, "?") {
		end = " "
	}
	screen := d.screen()
	if painted := q.label + screen.Paint(render.Hint, aside) + end; len(painted) < screen.Width {
		return painted
	}
	return q.label + aside + end // a line must not end within a code for colour
}

// screen returns where the questions are asked.
func (d *dialog) screen() render.Screen {
	screen := d.app.screen()
	screen.Out, screen.Width = d.lines, d.lines.Columns()
	return screen
}

// say writes sentences between the questions.
func (d *dialog) say(text string) { d.screen().Paragraph(text) }

// hint writes sentences that need not be read.
func (d *dialog) hint(text string) {
	screen := d.screen()
	var lines strings.Builder
	screen.Out = &lines
	screen.Sentence(text)
	d.hintLine(strings.TrimSuffix(lines.String(), "\n"))
}

// hintLine writes what may be copied, so that only the terminal breaks it.
func (d *dialog) hintLine(text string) {
	_, _ = d.lines.Write([]byte(d.screen().Paint(render.Hint, text) + "\n"))
}
