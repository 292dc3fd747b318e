package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// A dialog asks for what a command line did not say. Its answers are words of that
// command line: the flags of the command read them, all of them anew after each
// answer. So what was answered can be changed, and the command that is shown does
// the same as the dialog.
type dialog struct {
	*app
	s         snapshot
	cmd       *cobra.Command
	questions []question // the first one asks for the argument
	form      prompt.Form
	given     map[string]bool
	forget    func()       // makes the variables of the flags what was given
	check     func() error // judges what the flags say
	show      func() error // shows what will be written
	words     []string
}

// A question asks for one field, which is called as the flag that says the same.
type question struct {
	*prompt.Field
	said       []string              // other flags that say it
	words      func(string) []string // of an answer; nil is the flag with it
	completed  string                // by what completes this; "" is the flag
	separators string                // of several words
}

// newDialog begins a dialog for what the flags of a command do not say yet.
func (a *app) newDialog(ctx context.Context, cmd *cobra.Command, questions []question) (*dialog, error) {
	d := &dialog{app: a, cmd: cmd, given: map[string]bool{}}
	err := a.preview(ctx, func(tx *store.Tx) (err error) { // a ledger that does not exist yet is empty
		d.s, err = a.judged(ctx, tx)
		return err
	})
	cmd.Flags().Visit(func(f *pflag.Flag) { d.given[f.Name] = true })
	completers := d.completers()
	for _, q := range questions {
		if slices.ContainsFunc(append(q.said, q.Name()), func(flag string) bool { return d.given[flag] }) {
			continue
		}
		if complete, ok := completers[cmp.Or(q.completed, "--"+q.Name())]; ok && q.Complete == nil {
			q.Complete = d.tab(q.separators, complete)
		}
		d.questions = append(d.questions, q)
		d.form.Fields = append(d.form.Fields, q.Field)
	}
	return d, err
}

// talk asks, shows what will be written and, unless nothing is, asks whether it
// shall be. It fills in the flags, and returns the argument. The log names the
// command by it.
func (d *dialog) talk() (argument string, err error) {
	if err := d.read(); err != nil {
		return "", err // what was given is wrong, whatever is answered
	}
	var end func()
	d.form.Prompt, end = d.converse()
	defer end()
	d.screen().Sentence("Press Enter to take what is in brackets, or to skip a field. " + prompt.Back + " goes back. Ctrl-C stops and changes nothing.")
	if d.form.Edits() {
		d.screen().Sentence("Tab completes what you type, or shows the choices.")
	}
	d.form.Take = d.read
	d.form.Complain = func(err error) { d.screen().Paragraph(d.explain(d.cmd, err).line().As(d.call...)) }
	question := "Write it? [Y/n] "
	if d.dryRun {
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
	case err == nil && !right:
		err = refused("not confirmed, nothing was written")
	case !d.dryRun:
		d.command = command
	}
	return d.argument(), left(err)
}

// converse begins to ask on the terminal, until end is called.
func (a *app) converse() (p *prompt.Prompt, end func()) {
	console := a.env.Console
	if a.env.Getenv("TERM") == "dumb" {
		console.Raw = nil
	}
	_ = a.out.Flush()
	talk := a.env.Err
	p = prompt.New(a.env.In, talk, console)
	a.env.Err = p // which knows how lines end meanwhile
	return p, func() {
		p.Close()
		a.env.Err = talk
	}
}

func (d *dialog) argument() string { return d.questions[0].Answer }

// pending reports whether a field is still to be asked for.
func (d *dialog) pending(label string) bool {
	return slices.ContainsFunc(d.questions, func(q question) bool { return q.Label == label && !q.Asked })
}

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
	for _, q := range d.questions[1:] {
		switch {
		case q.Answer == "":
		case q.words != nil:
			d.words = append(d.words, q.words(q.Answer)...)
		default:
			d.words = append(d.words, "--"+q.Name(), q.Answer)
		}
	}
	if err := d.cmd.Flags().Parse(d.words); err != nil {
		return flagError(d.cmd, err)
	}
	if err := d.settleDays(d.cmd.Flags()); err != nil {
		return err
	}
	return d.check()
}

// showCommand shows the command that does the same, and returns it.
func (d *dialog) showCommand() string {
	command := d.command + " " + ledger.Command(d.words).About(d.argument()).Words()
	// Only the terminal breaks it, so that it can be copied.
	typed := "The same as a command: " + d.name + strings.TrimPrefix(answer.Text(command), handover.Own)
	_, _ = fmt.Fprintln(d.form, d.screen().Paint(answer.Hint, typed))
	if !d.dryRun {
		d.screen().Sentence("To change or add something, type its name: " + words.List("or", d.form.Names()) + ".")
	}
	return command
}

// tab completes words, separated as package prompt says, to what a shell is
// offered.
func (d *dialog) tab(separators string, complete completer) prompt.Completer {
	return func(line string) (int, []prompt.Candidate) {
		settings := d.settings
		offers, _ := complete(typing{cmd: d.cmd, args: slices.DeleteFunc([]string{d.argument()}, func(s string) bool { return s == "" })})
		d.settings = settings // a completer settles them anew
		all := words.Map(offers, func(o offer) prompt.Candidate { return prompt.Candidate{Text: o.word, Name: o.about} })
		return prompt.Words(separators, all)(line)
	}
}

// screen returns where the questions are asked.
func (d *dialog) screen() answer.Screen { return d.screenOf(d.form.Prompt) }

// screenOf returns where people look while they are asked.
func (a *app) screenOf(p *prompt.Prompt) answer.Screen {
	screen := a.screen()
	screen.Out, screen.Width = p, p.Columns()
	return screen
}

// askCredit asks for what a credit needs and the flags do not say yet, and returns
// the title.
func (a *app) askCredit(ctx context.Context, cmd *cobra.Command, f *creditFlags, files *[]string) (title string, err error) {
	home := a.env.Getenv("HOME")
	file := func(answer string) []string { return []string{"--evidence", prompt.Path(home, answer)} }
	d, err := a.newDialog(ctx, cmd, []question{
		{Field: &prompt.Field{Label: "Title"}},
		{Field: &prompt.Field{Label: "Points", Hint: "or 1.5 hours, 0.1 CEU"}, said: units(), words: unitAndAmount},
		{Field: &prompt.Field{Label: "Date", Enter: a.today.String()}},
		{Field: &prompt.Field{Label: "Topic", Hint: "chemistry, safety=1"}, words: eachTopic, separators: topicSeparators},
		{Field: &prompt.Field{Label: "Provider"}},
		{Field: &prompt.Field{Label: "Activity", Spare: true}},
		{Field: &prompt.Field{Label: "Reference", Spare: true}},
		{Field: &prompt.Field{Label: "URL", Spare: true}},
		{Field: &prompt.Field{Label: "Note", Spare: true}},
		{Field: &prompt.Field{Label: "Evidence", Hint: "a file", Spare: true, Complete: prompt.Paths(home)}, words: file},
	})
	if err != nil {
		return "", err
	}
	given, givenFiles := *f, *files
	given.topics = nil // which are read with all others
	d.forget = func() { *f, *files = given, givenFiles }
	insisted := d.given["provider"]
	d.check = func() error {
		known, err := d.book.Topics()
		if _, none := known.Parse(f.provider); f.provider != "" && none == nil && err == nil && !insisted {
			insisted = true
			return usage("%q: is a topic, and here goes who gave it", f.provider).try("if it is the provider, type it once more; else press Enter, and change the topic at the end")
		}
		return d.checkCredit(f, *files)
	}
	d.show = func() error { return d.showCredit(f.credit(a, d.argument()), *files) }
	return d.talk()
}

func (d *dialog) checkCredit(f *creditFlags, files []string) error {
	flags := d.cmd.Flags()
	if err := errors.Join(d.setWorth(flags, f, !d.pending("Points")), d.readTopics(d.cmd)); err != nil {
		return err
	}
	c := f.credit(d.app, d.argument())
	if d.pending("Title") {
		c.Title = "any title"
	}
	if d.pending("Points") {
		c.Points = max(c.Points, 1)
	}
	for _, path := range files {
		if _, _, err := evidence.Read(path); err != nil {
			return err
		}
	}
	return invalid(c.Validate())
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
	case "min", "mins", "minute", "minutes":
		if n, err := strconv.Atoi(strings.TrimSpace(answer[:end])); err == nil && n > 0 && n < 6000 && n%3 == 0 { // hundredths of an hour
			return []string{"--hours", ledger.Points(n * 100 / 60).String()}
		}
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
func (d *dialog) showCredit(c ledger.Credit, files []string) error {
	screen := d.screen()
	serves := d.serves(d.s, c)
	fmt.Fprintln(d.form)
	screen.Sentence(c.Title)
	fields := append([]answer.Field{{Name: "date", Text: c.Date.String()}, {Name: "points", Text: c.Points.String()}}, creditFields(c)...)
	for _, path := range files {
		fields = append(fields, answer.Field{Name: "evidence", Text: path})
	}
	screen.Fields(fields)
	if len(c.Topics) == 0 {
		screen.Paragraph("Without a topic it can only count towards other.")
	}
	if serves != "" {
		screen.Paragraph(serves)
	}
	if like := d.s.Like(c); like != nil {
		screen.Paragraph(fmt.Sprintf("It looks like credit %d (%s, %s).", like.ID, like.Date, like.Title))
	}
	return nil
}

// askCredential asks for what a credential needs and the flags do not say yet, and
// returns its code.
func (a *app) askCredential(ctx context.Context, cmd *cobra.Command, f *credentialFlags) (code string, err error) {
	expiry := func(answer string) []string {
		if strings.EqualFold(answer, "voluntary") {
			return []string{"--voluntary"}
		}
		return []string{"--expires", answer}
	}
	d, err := a.newDialog(ctx, cmd, []question{
		{Field: &prompt.Field{Label: "Credential", Hint: "its code, such as MLS"}, completed: "credential add CODE"},
		{Field: &prompt.Field{Label: "Expires", Hint: "2027-03-31, or voluntary"}, words: expiry},
		{Field: &prompt.Field{Label: "Start", Spare: true}},
		{Field: &prompt.Field{Label: "Certified", Spare: true}},
		{Field: &prompt.Field{Label: "Number", Spare: true}},
		{Field: &prompt.Field{Label: "Category", Hint: "of a licence: chemistry, hematology", Spare: true}, separators: ","},
	})
	if err != nil {
		return "", err
	}
	given := *f
	d.forget = func() { *f = given }
	d.check = func() error {
		if err := d.readTopics(cmd); err != nil {
			return err
		}
		return d.checkCredential(*f)
	}
	d.show = func() error { return d.showCredential(*f) }
	return d.talk()
}

func (d *dialog) checkCredential(f credentialFlags) error {
	if d.pending("Credential") {
		return nil
	}
	if d.argument() == "" {
		return oneCredential(d.cmd, nil)
	}
	name, err := d.known(d.argument(), false)
	if unknown, ok := errors.AsType[*rules.UnknownCredentialError](err); ok {
		return d.answerable(unknown)
	}
	if err == nil {
		d.askCategories(name)
		err = d.isNew(d.s, name)
	}
	switch {
	case err != nil || d.pending("Expires"):
		return err
	case f.expires.IsZero() && !f.voluntary:
		return usage("say when it expires").try("write a day such as 2027-03-31, or voluntary")
	}
	_, err = d.firstCycle(d.argument(), f)
	return err
}

// answerable says what a text could mean in words that can be answered here.
func (d *dialog) answerable(unknown *rules.UnknownCredentialError) error {
	f := notKnown(d.cmd, unknown)
	switch n := len(unknown.Like); {
	case n > mostLike || n == 0 && unknown.Nearest == "":
		return f.try("type its code, such as MLS")
	case n > 0:
		return f.try("type %s", words.List("or", words.Map(unknown.Like, func(e *rules.Edition) string { return e.Name.String() })))
	}
	return f
}

// askCategories asks in which categories a credential is held if its rules go by them.
func (d *dialog) askCategories(name ledger.CredentialName) {
	edition, err := d.book.Edition(name, d.today)
	for _, q := range d.questions {
		if q.Label == "Category" {
			q.Spare = err != nil || edition.Category == nil
		}
	}
}

// showCredential shows the credential that will be written.
func (d *dialog) showCredential(f credentialFlags) error {
	c, err := d.firstCycle(d.argument(), f)
	if err != nil {
		return err
	}
	t, err := d.standing(d.s, c)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.form)
	d.screen().Sentence(cycleSentence(t))
	d.screen().Fields(heldFields(c))
	if t.State == rules.Expired {
		d.screen().Sentence("It expired on " + t.Cycle.Last.String() + ".")
	}
	return nil
}
