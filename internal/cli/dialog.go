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

// A dialog asks for what a command line of cmp add did not say. Its answers are words
// of that command line: the flags of the command read them, all of them anew after
// each answer. So what was answered can be changed, and the command that is shown
// does the same as the dialog.
type dialog struct {
	*app
	s      snapshot
	cmd    *cobra.Command
	flags  *creditFlags
	files  *[]string
	form   prompt.Form // its first field is the title; the others are called as the flags that say the same
	given  map[string]bool
	forget func() // makes the variables of the flags what was given
	words  []string
}

// askCredit asks for what a credit needs and the flags do not say yet, shows what
// will be written and, unless nothing is, asks whether it shall be. It fills in
// the flags, and returns the title. The log names the command by it.
func (a *app) askCredit(ctx context.Context, cmd *cobra.Command, f *creditFlags, files *[]string) (title string, err error) {
	d := &dialog{app: a, cmd: cmd, flags: f, files: files, given: map[string]bool{}}
	err = a.preview(ctx, func(tx *store.Tx) error { // a ledger that does not exist yet is empty
		d.s, err = a.judged(ctx, tx)
		return err
	})
	if err != nil {
		return "", err
	}
	cmd.Flags().Visit(func(f *pflag.Flag) { d.given[f.Name] = true })
	d.form.Fields = d.fields()
	given, givenFiles := *f, *files
	given.topics = nil // which are read with all others
	d.forget = func() { *f, *files = given, givenFiles }
	if err := d.read(); err != nil {
		return "", err // what was given is wrong, whatever is answered
	}
	console := a.env.Console
	if a.env.Getenv("TERM") == "dumb" {
		console.Raw = nil
	}
	_ = a.out.Flush()
	talk := a.env.Err
	d.form.Prompt = prompt.New(a.env.In, talk, console)
	a.env.Err = d.form // which knows how lines end meanwhile
	defer func() {
		d.form.Close()
		a.env.Err = talk
	}()
	d.screen().Sentence("Enter alone takes what is in brackets, or leaves a field out; " + prompt.Back + " goes back. Ctrl-C leaves everything as it was.")
	if d.form.Edits() {
		d.screen().Sentence("Tab completes, or shows what there is.")
	}
	d.form.Take = d.read
	d.form.Complain = func(err error) { d.screen().Paragraph(a.classify(cmd, err).line().As(a.name)) }
	question := "Write it? [Y/n] "
	if a.dryRun {
		question = ""
	}
	var command string
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
	return d.title(), err
}

// fields are those that no flag says.
func (d *dialog) fields() []*prompt.Field {
	completers := d.completers()
	all := []*prompt.Field{
		{Label: "Title"},
		{Label: "Points", Hint: "or 1.5 hours, 0.1 CEU"},
		{Label: "Date", Enter: d.today.String()},
		{Label: "Provider"},
		{Label: "Topic", Hint: "chemistry, safety=1"},
		{Label: "Activity", Spare: true},
		{Label: "Reference", Spare: true},
		{Label: "URL", Spare: true},
		{Label: "Note", Spare: true},
		{Label: "Evidence", Hint: "a file", Spare: true},
	}
	for _, f := range all {
		if complete, ok := completers["--"+f.Name()]; ok && f.Complete == nil {
			separators := ""
			if f.Label == "Topic" {
				separators = topicSeparators
			}
			f.Complete = d.tab(separators, complete)
		}
	}
	return slices.DeleteFunc(all, func(f *prompt.Field) bool {
		return d.given[f.Name()] || f.Label == "Points" && slices.ContainsFunc(units(), func(unit string) bool { return d.given[unit] })
	})
}

func (d *dialog) title() string { return d.form.Fields[0].Answer }

// read makes the flags say what was given and answered, and nothing else, and
// judges it.
func (d *dialog) read() error {
	d.forget()
	d.cmd.Flags().VisitAll(func(f *pflag.Flag) {
		f.Changed = d.given[f.Name]
		if topics, ok := f.Value.(*topicFlag); ok && !f.Changed {
			topics.given = nil
		}
	})
	d.words = nil
	pending := map[string]bool{}
	for _, f := range d.form.Fields {
		pending[f.Label] = !f.Asked
		switch {
		case f.Label == "Title" || f.Answer == "":
		case f.Label == "Points":
			d.words = append(d.words, unitAndAmount(f.Answer)...)
		case f.Label == "Topic":
			d.words = append(d.words, eachTopic(f.Answer)...)
		case f.Label == "Evidence":
			d.words = append(d.words, "--evidence", prompt.FromHome(d.env.Getenv("HOME"), f.Answer))
		default:
			d.words = append(d.words, "--"+f.Name(), f.Answer)
		}
	}
	flags := d.cmd.Flags()
	if err := flags.Parse(d.words); err != nil {
		return flagError(d.cmd, err)
	}
	if err := errors.Join(d.setWorth(flags, d.flags, !pending["Points"]), d.readTopics(flags)); err != nil {
		return err
	}
	c := d.flags.credit(d.app, d.title())
	if pending["Title"] {
		c.Title = "any title"
	}
	if pending["Points"] {
		c.Points = max(c.Points, 1)
	}
	for _, path := range *d.files {
		if _, _, err := evidence.Read(path); err != nil {
			return err
		}
	}
	return invalid(c.Validate())
}

// showCommand shows the command that does the same, and returns it.
func (d *dialog) showCommand() string {
	words := append([]string{d.title()}, d.words...)
	if strings.HasPrefix(d.title(), "-") { // it looks like a flag
		words = append(d.words, "--", d.title())
	}
	command := d.command + " " + ledger.Command(words).Words()
	// Only the terminal breaks it, so that it can be copied.
	typed := "In one go: " + d.name + strings.TrimPrefix(answer.Text(command), handover.Own)
	_, _ = fmt.Fprintln(d.form, d.screen().Paint(answer.Hint, typed))
	if !d.dryRun {
		d.screen().Sentence("To change or add something, type its name: " + strings.Join(d.form.Names(), ", ") + ".")
	}
	return command
}

// tab completes words, separated as package prompt says, to what a shell is
// offered.
func (d *dialog) tab(separators string, complete completer) prompt.Completer {
	return func(line string) (int, []prompt.Candidate) {
		settings := d.settings
		offers, _ := complete(typing{cmd: d.cmd})
		d.settings = settings // a completer settles them anew
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

// show shows the credit that will be written.
func (d *dialog) show() error {
	c, screen := d.flags.credit(d.app, d.title()), d.screen()
	serves := d.serves(d.s, c)
	fmt.Fprintln(d.form)
	screen.Sentence(c.Title)
	fields := append([]answer.Field{{Name: "date", Text: c.Date.String()}, {Name: "points", Text: c.Points.String()}}, creditFields(c)...)
	for _, path := range *d.files {
		fields = append(fields, answer.Field{Name: "evidence", Text: path})
	}
	screen.Fields(fields)
	if len(c.Topics) == 0 {
		screen.Paragraph("No topic: it can only count towards other.")
	}
	if serves != "" {
		screen.Paragraph(serves)
	}
	if like := d.s.Like(c); like != nil {
		screen.Paragraph(fmt.Sprintf("It looks like credit %d (%s, %s).", like.ID, like.Date, like.Title))
	}
	return nil
}
