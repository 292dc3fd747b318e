package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
	"cmpledger/internal/store"
)

// A dialog asks for what a command line did not say. Its answers are words of
// that command line: the flags of the command read them, all of them anew after
// each answer. So what was answered can be changed, and the command that is shown
// does the same as the dialog.
type dialog struct {
	app    *app
	cmd    *cobra.Command
	form   prompt.Form // its first field is the argument; the others are called as the flags that say the same
	given  map[string]bool
	means  map[string]func(answer string) []string // the words for an answer, where they are not the flag and the answer
	forget func()                                  // makes the variables of the flags what was given
	check  func() error                            // whether what is known so far can be written
	show   func() error                            // shows what will be written
	words  []string
}

// talk asks for the fields, shows what will be written and, unless nothing is,
// asks whether it shall be. It returns the argument; the flags have the rest. The
// log names the command by it.
func (d *dialog) talk() (argument string, err error) {
	d.given = map[string]bool{}
	d.cmd.Flags().Visit(func(f *pflag.Flag) { d.given[f.Name] = true })
	d.form.Fields = slices.DeleteFunc(d.form.Fields, func(f *prompt.Field) bool { return d.given[f.Name()] })
	if err := d.read(); err != nil {
		return "", err // what was given is wrong, whatever is answered
	}
	a := d.app
	completers := a.flagCompleters()
	for _, f := range d.form.Fields {
		if complete, ok := completers["--"+f.Name()]; ok && f.Complete == nil {
			f.Complete = d.tab("", complete)
		}
	}
	console := a.env.Console
	if a.env.Getenv("TERM") == "dumb" {
		console.Raw = nil
	}
	_ = a.out.Flush()
	talk := a.env.Err
	d.form.Prompt = prompt.New(a.env.In, a.err, console) // what is typed is shown as it is
	a.env.Err = a.rewording(d.form, a.called)            // which knows how lines end meanwhile
	defer func() {
		d.form.Close()
		a.env.Err = talk
	}()
	d.screen().Sentence("Enter alone takes what is in brackets, or leaves a field out; " + prompt.Back + " goes back. Ctrl-C leaves everything as it was.")
	if d.form.Edits() {
		d.screen().Sentence("Tab completes, or shows what there is.")
	}
	d.form.Take = d.read
	d.form.Complain = func(err error) { d.say(a.classify(d.cmd, err).line().As(a.name)) }
	var command, question string
	if !a.dryRun {
		question = "Write it? [Y/n] "
	}
	d.form.Show = func() error {
		err := d.show()
		command = d.showCommand()
		return err
	}
	right, err := d.form.Fill(question)
	switch {
	case errors.Is(err, prompt.ErrLeft):
		err = refused("broken off, nothing was written")
	case err == nil && !right:
		err = refused("not confirmed, nothing was written")
	case !a.dryRun:
		a.command = command
	}
	return d.argument(), err
}

// argument returns what was answered first.
func (d *dialog) argument() string { return d.form.Fields[0].Answer }

// pending reports whether a field is still to be asked for.
func (d *dialog) pending(label string) bool {
	return slices.ContainsFunc(d.form.Fields, func(f *prompt.Field) bool { return f.Label == label && !f.Asked })
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
	for i, f := range d.form.Fields {
		means := d.means[f.Name()]
		switch {
		case i == 0 || f.Answer == "":
		case means != nil:
			d.words = append(d.words, means(f.Answer)...)
		default:
			d.words = append(d.words, "--"+f.Name(), f.Answer)
		}
	}
	if err := d.cmd.Flags().Parse(d.words); err != nil {
		return flagError(d.cmd, err)
	}
	return d.check()
}

// showCommand shows the command that does the same, and returns it.
func (d *dialog) showCommand() string {
	a, words := d.app, append([]string{d.argument()}, d.words...)
	if strings.HasPrefix(d.argument(), "-") { // it looks like a flag
		words = append(d.words, "--", d.argument())
	}
	command := a.command + " " + ledger.Command(words).Words()
	// Only the terminal breaks it, so that it can be copied.
	typed := "In one go: " + a.name + strings.TrimPrefix(answer.Text(command), handover.Own)
	_, _ = fmt.Fprintln(d.form, d.screen().Paint(answer.Hint, typed))
	if !a.dryRun {
		d.screen().Sentence("To change or add something, type its name: " + strings.Join(d.form.Names(), ", ") + ".")
	}
	return command
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
	screen.Out, screen.Width = d.form, d.form.Columns()
	return screen
}

// say writes sentences between the questions.
func (d *dialog) say(text string) { d.screen().Paragraph(text) }

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
	d.form.Fields = []*prompt.Field{
		{Label: "Title"},
		{Label: "Points", Hint: "or 1.5 hours, 0.1 CEU"},
		{Label: "Date", Enter: a.today.String()},
		{Label: "Provider"},
		{Label: "Topic", Hint: "chemistry, safety=1", Complete: d.tab(topicSeparators, a.complete(a.topicWords))},
		{Label: "Activity", Spare: true},
		{Label: "Reference", Spare: true},
		{Label: "URL", Spare: true},
		{Label: "Note", Spare: true},
		{Label: "Evidence", Hint: "a file", Spare: true},
	}
	if f.points != 0 {
		d.form.Fields = slices.Delete(d.form.Fields, 1, 2)
	}
	d.means = map[string]func(string) []string{
		"points": unitAndAmount, "topic": eachTopic,
		"evidence": func(answer string) []string { return []string{"--evidence", prompt.FromHome(home, answer)} },
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
			if _, _, err := evidence.Read(path); err != nil {
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

// showCredit shows the credit that will be written.
func (d *dialog) showCredit(s snapshot, c ledger.Credit, files []string) error {
	serves, err := d.app.serves(s, c)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.form)
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
