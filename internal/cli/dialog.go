package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
	"cmpledger/internal/store"
)

// A question is one field that a dialog asks for: the argument of a command, or what one of
// its flags says too.
type question struct {
	label string // in lower case the name of the flag
	hint  string // what may be answered, or ""
	enter string // what no answer means, or ""
	known bool   // the command line says it already, so it is not asked for
	spare bool   // asked for only where it is named at the end

	// words are those of a command line that say the same; nil is the flag and
	// the answer.
	words      func(answer string) []string
	complete   prompt.Completer // for Tab; nil is what completes the flag in a shell
	separators string           // between the words of an answer, for Tab

	asked  bool
	answer string
}

// name is how a field is called where it is to be changed.
func (q question) name() string { return strings.ToLower(q.label) }

// back is the answer that leads to the question before.
const back = "<"

// A dialog asks for what a command line did not say. Its answers are words of
// that command line: the flags of the command read them, all of them anew after
// each answer. So what was answered can be changed, and the command that is shown
// does the same as the dialog.
type dialog struct {
	app    *app
	cmd    *cobra.Command
	lines  *prompt.Prompt
	fields []question // the argument first, those to spare last
	given  map[string]bool
	forget func()       // makes the variables of the flags what was given
	check  func() error // whether what is known so far can be written
	show   func() error // shows what will be written
	words  []string
}

// talk asks for the fields, shows what will be written and, unless nothing is,
// asks whether it shall be. It returns the argument; the flags have the rest. The
// log names the command by it.
func (d *dialog) talk() (argument string, err error) {
	d.given = map[string]bool{}
	d.cmd.Flags().Visit(func(f *pflag.Flag) { d.given[f.Name] = true })
	d.fields = slices.DeleteFunc(d.fields, func(q question) bool { return q.known || d.given[q.name()] })
	if err := d.read(); err != nil {
		return "", err // what was given is wrong, whatever is answered
	}
	a := d.app
	console := a.env.Console
	if a.env.Getenv("TERM") == "dumb" {
		console.Raw = nil
	}
	_ = a.out.Flush()
	talk := a.env.Err
	d.lines = prompt.New(a.env.In, a.err, console) // what is typed is shown as it is
	a.env.Err = a.rewording(d.lines, a.called)     // which knows how lines end meanwhile
	defer func() {
		d.lines.Close()
		a.env.Err = talk
	}()
	d.screen().Sentence("Enter alone takes what is in brackets, or leaves a field out; " + back + " goes back. Ctrl-C leaves everything as it was.")
	if d.lines.Edits() {
		d.screen().Sentence("Tab completes, or shows what there is.")
	}
	if err = d.askAll(); errors.Is(err, prompt.ErrLeft) {
		err = refused("broken off, nothing was written")
	}
	return d.argument(), err
}

// argument returns what was answered first.
func (d *dialog) argument() string { return d.fields[0].answer }

// pending reports whether a field is still to be asked for.
func (d *dialog) pending(label string) bool {
	return slices.ContainsFunc(d.fields, func(q question) bool { return q.label == label && !q.asked })
}

// askAll asks for one field after the other, and then whether to write.
func (d *dialog) askAll() error {
	usual := slices.IndexFunc(append(d.fields, question{spare: true}), func(q question) bool { return q.spare })
	for i := 0; i < usual; {
		goesBack, err := d.ask(&d.fields[i])
		switch {
		case err != nil:
			return err
		case goesBack:
			i = max(i-1, 0)
		default:
			i++
		}
	}
	for {
		change, err := d.sure(usual - 1)
		if err != nil || change < 0 {
			return err
		}
		if _, err := d.ask(&d.fields[change]); err != nil {
			return err
		}
	}
}

// ask asks until an answer can be taken, or leads to the question before. One that
// cannot is there to be edited.
func (d *dialog) ask(q *question) (goesBack bool, err error) {
	before := *q
	text, enter := q.answer, q.enter
	if q.answer != "" && !d.lines.Edits() {
		enter = q.answer // which cannot be shown to be edited
	}
	prompt := q.label
	if q.hint != "" {
		prompt += " (" + q.hint + ")"
	}
	if enter != "" {
		prompt += " [" + enter + "]"
	}
	for {
		answer, err := d.lines.Line(prompt+": ", text, d.completer(before))
		if err != nil || answer == back {
			return err == nil, err
		}
		if answer == "" && !d.lines.Edits() {
			answer = before.answer
		}
		q.asked, q.answer = true, answer
		if err = d.read(); err == nil {
			return false, nil
		}
		d.complain(err)
		*q, text = before, answer
	}
}

// read makes the flags say what was given and answered, and nothing else.
func (d *dialog) read() error {
	d.forget()
	d.cmd.Flags().VisitAll(func(f *pflag.Flag) {
		f.Changed = d.given[f.Name]
		if topics, ok := f.Value.(*topicFlag); ok && !f.Changed {
			topics.given = nil
		}
	})
	d.words = nil
	for i, q := range d.fields {
		switch {
		case i == 0 || q.answer == "":
		case q.words != nil:
			d.words = append(d.words, q.words(q.answer)...)
		default:
			d.words = append(d.words, "--"+q.name(), q.answer)
		}
	}
	if err := d.cmd.Flags().Parse(d.words); err != nil {
		return flagError(d.cmd, err)
	}
	return d.check()
}

// sure shows what will be written and asks whether to do it. It returns the
// field that is to be changed before, which is the last one that was asked for
// where the way back leads, or -1.
func (d *dialog) sure(last int) (change int, err error) {
	if err := d.read(); err != nil {
		return -1, err
	}
	if err := d.show(); err != nil {
		return -1, err
	}
	a := d.app
	words := append([]string{d.argument()}, d.words...)
	if strings.HasPrefix(d.argument(), "-") { // it looks like a flag
		words = append(d.words, "--", d.argument())
	}
	command := a.command + " " + ledger.Command(words).Words()
	// Only the terminal breaks it, so that it can be copied.
	typed := "In one go: " + a.name + strings.TrimPrefix(answer.Text(command), "cmp")
	_, _ = fmt.Fprintln(d.lines, d.screen().Paint(answer.Hint, typed))
	if a.dryRun {
		return -1, nil
	}
	var names []string
	for _, q := range d.fields {
		names = append(names, q.name())
	}
	d.screen().Sentence("To change or add something, type its name: " + strings.Join(names, ", ") + ".")
	for {
		answer, err := d.lines.Line("Write it? [Y/n] ", "", d.tab("", fixed(names...)))
		if err != nil {
			return -1, err
		}
		answer = strings.ToLower(answer)
		switch answer {
		case "", "y", "yes":
			a.command = command
			return -1, nil
		case "n", "no":
			return -1, refused("not confirmed, nothing was written")
		case back:
			return last, nil
		}
		if i := slices.Index(names, answer); i >= 0 {
			return i, nil
		}
		d.complain(usage("%q: neither yes, no nor one of %s", answer, strings.Join(names, ", ")))
	}
}

// completer returns what completes the answer to a question.
func (d *dialog) completer(q question) prompt.Completer {
	complete, ok := d.app.flagCompleters()["--"+q.name()]
	if q.complete != nil || !ok {
		return q.complete
	}
	return d.tab(q.separators, complete)
}

// tab completes words, separated as package prompt says, to what a shell is
// offered.
func (d *dialog) tab(separators string, complete completer) prompt.Completer {
	return func(line string) (int, []prompt.Candidate) {
		settings := d.app.settings
		offers, _ := complete(typing{cmd: d.cmd})
		d.app.settings = settings // a completer settles them anew
		var all []prompt.Candidate
		for _, o := range offers {
			all = append(all, prompt.Candidate{Text: o.word, Name: o.about})
		}
		return prompt.Words(separators, all)(line)
	}
}

// screen returns where the questions are asked.
func (d *dialog) screen() answer.Screen {
	screen := d.app.screen()
	screen.Out, screen.Width = d.lines, d.lines.Columns()
	return screen
}

// say writes sentences between the questions.
func (d *dialog) say(text string) { d.screen().Paragraph(text) }

// complain says why an answer cannot be taken.
func (d *dialog) complain(err error) { d.say(d.app.classify(d.cmd, err).line().As(d.app.name)) }

// foresee reads the ledger before a dialog. One that does not exist yet is empty.
func (a *app) foresee(ctx context.Context) (s snapshot, err error) {
	err = a.preview(ctx, func(tx *store.Tx) error {
		s, err = a.judged(ctx, tx)
		return err
	})
	return s, err
}

// askCredit asks for what a credit needs and the flags do not say yet, fills
// in the flags, and returns its title.
func (a *app) askCredit(ctx context.Context, cmd *cobra.Command, f *creditFlags, files *[]string) (title string, err error) {
	s, err := a.foresee(ctx)
	if err != nil {
		return "", err
	}
	home := a.env.Getenv("HOME")
	d := &dialog{app: a, cmd: cmd}
	d.fields = []question{
		{label: "Title"},
		{label: "Points", hint: "or 1.5 hours, 0.1 CEU", known: f.points != 0, words: unitAndAmount},
		{label: "Date", enter: a.today.String()},
		{label: "Provider"},
		{label: "Topic", hint: "chemistry, safety=1", words: eachTopic, separators: topicSeparators},
		{label: "Activity", spare: true},
		{label: "Reference", spare: true},
		{label: "URL", spare: true},
		{label: "Note", spare: true},
		{
			label: "Evidence", hint: "a file", spare: true, complete: completePath(home),
			words: func(answer string) []string { return []string{"--evidence", fromHome(home, answer)} },
		},
	}
	given, givenFiles := *f, *files
	given.topics = nil // which are read with all others
	d.forget = func() { *f, *files = given, givenFiles }
	d.check = func() error {
		if err := errors.Join(a.setWorth(cmd.Flags(), f, !d.pending("Points")), a.readTopics(cmd.Flags())); err != nil {
			return err
		}
		c := f.credit(a, d.argument())
		if d.pending("Title") {
			c.Title = "any title"
		}
		if d.pending("Points") {
			c.Points = max(c.Points, 1)
		}
		for _, path := range *files {
			if _, err := readEvidence(path); err != nil {
				return err
			}
		}
		return invalid(c.Validate())
	}
	d.show = func() error { return d.showCredit(s, f.credit(a, d.argument()), *files) }
	return d.talk()
}

// unitAndAmount returns the words for an answer such as "1.5 hours". What has
// no unit that is known is points.
func unitAndAmount(answer string) []string {
	end := strings.LastIndexAny(answer, "0123456789.") + 1
	unit := strings.Join(strings.Fields(strings.ToLower(answer[end:])), "-")
	switch unit {
	case "h", "hr", "hrs", "contact-hour", "contact-hours":
		unit = "hours"
	case "pt", "pts":
		unit = "points"
	}
	for _, name := range units() {
		if unit != "" && strings.TrimSuffix(unit, "s") == strings.TrimSuffix(name, "s") {
			return []string{"--" + name, strings.TrimSpace(answer[:end])}
		}
	}
	return []string{"--points", answer}
}

// topicSeparators are what may stand between topics.
const topicSeparators = ",;"

// eachTopic returns the words for an answer that names several topics.
func eachTopic(answer string) (words []string) {
	for _, text := range strings.FieldsFunc(answer, func(r rune) bool { return strings.ContainsRune(topicSeparators, r) }) {
		if text = strings.TrimSpace(text); text != "" {
			words = append(words, "--topic", text)
		}
	}
	return words
}

// fromHome returns a path that may begin with ~, as a shell would pass it on.
func fromHome(home, path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && home != "" {
		return filepath.Join(home, rest)
	}
	return path
}

// completePath completes the last part of a path. Hidden files are offered
// where a dot was typed.
func completePath(home string) prompt.Completer {
	return func(line string) (begin int, all []prompt.Candidate) {
		begin = strings.LastIndexByte(line, filepath.Separator) + 1
		entries, _ := os.ReadDir(cmp.Or(fromHome(home, line[:begin]), ".")) // where there is none, nothing completes
		for _, e := range entries {
			name := e.Name()
			if strings.HasPrefix(name, ".") && !strings.HasPrefix(line[begin:], ".") || answer.Text(name) != name {
				continue
			}
			if e.IsDir() {
				name += string(filepath.Separator)
			}
			all = append(all, prompt.Candidate{Text: name})
		}
		return begin, all
	}
}

// showCredit shows the credit that will be written.
func (d *dialog) showCredit(s snapshot, c ledger.Credit, files []string) error {
	serves, err := d.app.serves(s, c)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.lines)
	d.screen().Sentence(c.Title)
	fields := append([]answer.Field{{Name: "date", Text: c.Date.String()}, {Name: "points", Text: c.Points.String()}}, creditFields(c)...)
	for _, path := range files {
		fields = append(fields, answer.Field{Name: "evidence", Text: path})
	}
	d.screen().Fields(fields)
	if len(c.Topics) == 0 {
		d.say("No topic: it can only count towards other.")
	}
	if serves != "" {
		d.say(serves)
	}
	if like := s.Like(c); like != nil {
		d.say(fmt.Sprintf("It looks like credit %d (%s, %s).", like.ID, like.Date, like.Title))
	}
	return nil
}
