package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// askBatch shows the files, asks whether to write what is certain, and then of each other
// paper what it is. It leaves in the files what is answered.
func (a *app) askBatch(ctx context.Context, b *importBatch) error {
	for _, job := range b.jobs {
		if err := a.askAlike(job); err != nil {
			return err
		}
	}
	p, end := a.converse()
	defer end()
	screen := a.screenOf(p)
	if err := a.showPapers(screen, b); err != nil {
		return err
	}
	for _, job := range b.jobs {
		screen.Sentence(job.name + ": " + job.sum(true))
	}
	for _, remark := range b.remarks(a.settings.Holder) {
		screen.Sentence(remark)
	}
	each := false
	if question := b.question(); question != "" {
		screen.Sentence(question)
		answer, err := choose(p, "[Y]es, [e]ach one by one, [n]o: ", "yes", "each", "no")
		switch {
		case err != nil:
			return err
		case answer == "no":
			return refused("not confirmed, nothing was written")
		}
		each = answer == "each"
	}
	var tables, papers []*paperFile
	for _, file := range b.files {
		if file.job != nil {
			tables = append(tables, file)
		} else {
			papers = append(papers, file)
		}
	}
	stop, err := a.askFiles(p, b, tables, each)
	if stop {
		b.skip(papers, each)
	}
	if err == nil {
		err = a.rehearse(ctx, b, true) // a photo may prove what a table brings
	}
	if err == nil && !stop {
		_, err = a.askFiles(p, b, papers, each)
	}
	if err != nil {
		return err
	}
	return a.rehearse(ctx, b, true)
}

// askFiles asks about files, and leaves out those behind which it is to stop.
func (a *app) askFiles(p *prompt.Prompt, b *importBatch, files []*paperFile, each bool) (stop bool, err error) {
	for i, file := range files {
		if stop, err = a.askFile(p, b, file, each); err != nil {
			return false, err
		}
		if stop {
			b.skip(files[i:], each)
			return true, nil
		}
	}
	return false, nil
}

// askFile asks about a file where there is a question, one by one about each.
func (a *app) askFile(p *prompt.Prompt, b *importBatch, file *paperFile, each bool) (stop bool, err error) {
	switch {
	case file.job != nil && each && file.job.Count(actions.New) > 0:
		answer, err := choose(p, fmt.Sprintf("Write %s of %s? [Y]es, [n]o, stop: ", words.Count(file.job.Count(actions.New), "new credit"), file.job.name), "yes", "no", "stop")
		if answer == "no" {
			b.skip([]*paperFile{file}, true)
		}
		return answer == "stop", err
	case file.job != nil || file.Known() && (!each || file.Fate == actions.Kept) || file.Fate == actions.Copy || file.plain && file.why != nil:
		return false, nil
	}
	return a.askPaper(p, b, file)
}

// skip leaves out files: all, or those that wait for an answer.
func (b *importBatch) skip(files []*paperFile, all bool) {
	for _, file := range files {
		file.Skip = all || !file.Known()
		if file.job != nil && all {
			b.jobs = slices.DeleteFunc(b.jobs, func(job *importJob) bool { return job == file.job })
		}
	}
}

// question asks whether to write what is certain, or is "" where there is nothing.
func (b *importBatch) question() string {
	rows, added, proves := b.rows(), b.count(actions.Writes), b.count(actions.Proves)
	parts := counted(nil, rows, words.Verb(rows, "new credit of a transcript", "new credits of transcripts"))
	parts = counted(parts, added, words.Verb(added, "new credit with its certificate", "new credits with their certificates"))
	parts = counted(parts, proves, words.Verb(proves, "certificate of a credit that is there", "certificates of credits that are there"))
	if len(parts) == 0 {
		return ""
	}
	return "Write " + words.List("and", parts) + "?"
}

// choose asks until the answer is one of the words, or the first letter of one. Enter
// alone is the first.
func choose(p *prompt.Prompt, question string, all ...string) (string, error) {
	for {
		typed, err := p.Line(question, "", nil)
		if err != nil {
			return "", left(err)
		}
		typed = cmp.Or(strings.ToLower(typed), all[0])
		for _, word := range all {
			if typed == word || typed == word[:1] {
				return word, nil
			}
		}
		_, _ = fmt.Fprintf(p, "%q: not one of %s\n", typed, strings.Join(all, ", "))
	}
}

// A paperField is one of a paper that can be changed.
type paperField struct {
	name string
	need bool
	text func(c ledger.Credit) string
	set  func(a *app, c *ledger.Credit, text string) error
}

func paperFields() []paperField {
	return []paperField{
		{"title", true, func(c ledger.Credit) string { return c.Title }, func(_ *app, c *ledger.Credit, text string) error {
			c.Title = text
			return nil
		}},
		{"date", true, func(c ledger.Credit) string { return dayText(c.Date) }, func(a *app, c *ledger.Credit, text string) error {
			day, err := a.readDay(text)
			c.Date = day.Date(a.today)
			return err
		}},
		{"points", true, func(c ledger.Credit) string { return amountText(c.Points) }, func(_ *app, c *ledger.Credit, text string) (err error) {
			c.Points, err = transcript.Options{}.ParsePoints(text)
			return err
		}},
		{"topic", false, func(c ledger.Credit) string { return ledger.FormatCreditTopics(c.Topics) }, func(a *app, c *ledger.Credit, text string) error {
			known, err := a.book.Topics()
			if err == nil {
				c.Topics, err = known.ParseCreditTopics(text)
			}
			return err
		}},
		{"provider", false, func(c ledger.Credit) string { return c.Provider }, func(_ *app, c *ledger.Credit, text string) error {
			c.Provider = text
			return nil
		}},
		{"reference", false, func(c ledger.Credit) string { return c.Reference }, func(_ *app, c *ledger.Credit, text string) error {
			c.Reference = text
			return nil
		}},
	}
}

func dayText(d ledger.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func amountText(p ledger.Points) string {
	if p == 0 {
		return ""
	}
	return p.String()
}

// askPaper shows a paper and asks what to do with it: write it, change a field, skip it,
// or stop asking.
func (a *app) askPaper(p *prompt.Prompt, b *importBatch, file *paperFile) (stop bool, err error) {
	c := file.said()
	c.Activity = ledger.CourseActivity
	for {
		a.showPaper(p, file, c)
		answer, err := a.askNext(p, b, file, &c)
		switch {
		case err != nil:
			return false, err
		case answer == "stop":
			return true, nil
		case answer == "skip":
			file.Skip = true
			return false, nil
		case answer == "yes":
			file.Reads, file.Sure, file.Another = []ledger.Credit{c}, true, file.Fate == actions.Waits
			return false, nil
		case answer == "proves":
			return false, nil
		}
	}
}

// askNext asks which credit the paper proves, for a field that is missing, or whether
// all is right.
func (a *app) askNext(p *prompt.Prompt, b *importBatch, file *paperFile, c *ledger.Credit) (answer string, err error) {
	screen := a.screenOf(p)
	if file.Fate == actions.Proves {
		of := "that another file becomes"
		if id := file.Credit(); id != 0 && file.As == nil {
			of = fmt.Sprint(id)
		}
		answer, err = choose(p, "Keep it as evidence of credit "+of+"? [Y]es, skip, stop: ", "yes", "skip", "stop")
		if answer == "yes" {
			answer = "proves"
		}
		return answer, err
	}
	if file.Fate == actions.Waits && !file.Another {
		slot := file.Verdict.Slot.Credit
		screen.Sentence(fmt.Sprintf("It looks like credit %d (%s, %s, %s). Does it prove that one?", slot.ID, slot.Date, words.Points(slot.Points), slot.Title))
		answer, err = choose(p, "[Y]es, [n]o, skip, stop: ", "yes", "no", "skip", "stop")
		switch answer {
		case "yes":
			file.Belongs, answer = slot.ID, "proves"
		case "no":
			file.Another, answer = true, ""
		}
		return answer, err
	}
	fields := paperFields()
	for _, f := range fields {
		if f.need && f.text(*c) == "" {
			proposed := ""
			if len(file.Reads) > 0 && f.name == "title" { // a wrong number would be taken by Enter
				proposed = file.Reads[0].Title
			}
			return a.askField(p, b, file, c, f, proposed)
		}
	}
	names := words.Map(fields, func(f paperField) string { return f.name })
	screen.Sentence("Write it? Or change a field: " + strings.Join(names, ", ") + ".")
	answer, err = choose(p, "[Y]es, skip, stop, or a field: ", append([]string{"yes", "skip", "stop"}, names...)...)
	if i := slices.Index(names, answer); i >= 0 {
		return a.askField(p, b, file, c, fields[i], fields[i].text(*c))
	}
	return answer, err
}

// askField asks for one field until the answer is taken; Enter alone takes what is
// proposed. For the title, the number of a credit says that the paper proves it.
func (a *app) askField(p *prompt.Prompt, b *importBatch, file *paperFile, c *ledger.Credit, f paperField, proposed string) (string, error) {
	label := strings.ToUpper(f.name[:1]) + f.name[1:]
	if f.name == "title" {
		label += ", or a credit's number"
	}
	label += " (skip, stop)"
	if proposed != "" {
		label += " [" + proposed + "]"
	}
	for {
		typed, err := p.Line(label+": ", "", nil)
		if err != nil {
			return "", left(err)
		}
		typed = cmp.Or(typed, proposed)
		switch strings.ToLower(typed) {
		case "":
			return "skip", nil
		case "skip", "stop":
			return strings.ToLower(typed), nil
		case "s", "y", "n", "yes", "no":
			a.complain(p, fmt.Errorf("%q: type the %s, skip or stop", typed, f.name))
			continue
		}
		if f.name == "title" {
			if number, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64); err == nil {
				if _, err := b.there.Credit(number); err != nil {
					a.complain(p, notFound("credit %d: not in this ledger", number).try("type a title"))
					continue
				}
				file.Belongs = number
				return "proves", nil
			}
		}
		changed := *c
		if err = f.set(a, &changed, typed); err == nil {
			err = f.valid(changed)
		}
		if err == nil {
			*c = changed
			return "", nil
		}
		a.complain(p, err)
	}
}

// valid judges a field alone.
func (f *paperField) valid(c ledger.Credit) error {
	c.Title, c.Date, c.Points = cmp.Or(c.Title, "any title"), cmp.Or(c.Date, ledger.MakeDate(2000, 1, 1)), max(c.Points, 1)
	return invalid(c.Validate())
}

func (a *app) complain(p *prompt.Prompt, err error) {
	_, _ = fmt.Fprintln(p, answer.Text(failureOf(err).line().As(a.name)))
}

// showPaper shows what a paper says, and the words that it was read from.
func (a *app) showPaper(p *prompt.Prompt, file *paperFile, c ledger.Credit) {
	screen := a.screenOf(p)
	_, _ = fmt.Fprintln(p)
	what := file.shown()
	switch {
	case file.why != nil:
		what += ": " + file.why.Error()
	case len(file.draft.Problems) > 0:
		what += ": " + strings.Join(file.draft.Problems, "; ")
	}
	screen.Sentence(what)
	var fields []answer.Field
	for _, f := range paperFields() {
		if text := f.text(c); text != "" {
			fields = append(fields, answer.Field{Name: f.name, Text: text})
		}
	}
	screen.Fields(fields)
}
