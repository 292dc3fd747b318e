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
		if job.Count(actions.New) > 0 { // of the others all is said at the end
			screen.Sentence(job.name + ": " + job.sum(true))
		}
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
		err = a.rehearse(ctx, b) // a photo may prove what a table brings
	}
	if err == nil && !stop {
		_, err = a.askFiles(p, b, papers, each)
	}
	if err != nil {
		return err
	}
	return a.rehearse(ctx, b)
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
	parts := counted(nil, rows, words.Verb(rows, "new credit from a transcript", "new credits from transcripts"))
	parts = counted(parts, added, words.Verb(added, "new credit with its certificate", "new credits with their certificates"))
	parts = counted(parts, proves, words.Verb(proves, "certificate of a credit you have", "certificates of credits you have"))
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
		_, _ = fmt.Fprintf(p, "%q: answer %s\n", typed, words.List("or", all))
	}
}

// paperFields returns the fields of a paper that can be changed; it needs the first three.
func paperFields(c ledger.Credit) []answer.Field {
	points := ""
	if c.Points != 0 {
		points = c.Points.String()
	}
	return []answer.Field{
		{Name: "title", Text: c.Title},
		{Name: "date", Text: c.Date.String()},
		{Name: "points", Text: points},
		{Name: "topic", Text: ledger.FormatCreditTopics(c.Topics)},
		{Name: "provider", Text: c.Provider},
		{Name: "reference", Text: c.Reference},
	}
}

// setField returns a credit with a field as it was typed, which is judged alone.
func (a *app) setField(c ledger.Credit, field, typed string) (ledger.Credit, error) {
	var err error
	switch field {
	case "title":
		c.Title = typed
	case "date":
		var day ledger.Day
		day, err = a.readDay(typed)
		c.Date = day.Date(a.today)
	case "points":
		c.Points, err = transcript.Options{}.ParsePoints(typed)
	case "topic":
		var known ledger.Vocabulary
		if known, err = a.book.Topics(); err == nil {
			c.Topics, err = known.ParseCreditTopics(typed)
		}
	case "provider":
		c.Provider = typed
	case "reference":
		c.Reference = typed
	}
	if err != nil {
		return c, err
	}
	whole := c
	whole.Title, whole.Date, whole.Points = cmp.Or(c.Title, "any title"), cmp.Or(c.Date, a.today), max(c.Points, 1)
	return c, invalid(whole.Validate())
}

// askPaper shows a paper and asks what to do with it: write it, change a field, skip it,
// or stop asking.
func (a *app) askPaper(p *prompt.Prompt, b *importBatch, file *paperFile) (stop bool, err error) {
	c := file.said()
	c.Activity = ledger.CourseActivity
	choice := ""
	for choice == "" && err == nil {
		a.showPaper(p, file, c)
		choice, err = a.askNext(p, b, file, &c)
	}
	switch choice {
	case "skip":
		file.Skip = true
	case "yes":
		file.Reads, file.Sure, file.Another = []ledger.Credit{c}, true, file.Fate == actions.Waits
	}
	return choice == "stop", err
}

// askNext asks which credit the paper proves, for a field that is missing, or whether
// all is right.
func (a *app) askNext(p *prompt.Prompt, b *importBatch, file *paperFile, c *ledger.Credit) (choice string, err error) {
	screen := a.screenOf(p)
	if file.Fate == actions.Proves {
		of := "the credit of another file"
		if id := file.Credit(); id != 0 && file.As == nil {
			of = fmt.Sprint("credit ", id)
		}
		choice, err = choose(p, "Keep it as a certificate of "+of+"? [Y]es, skip, stop: ", "yes", "skip", "stop")
		if choice == "yes" {
			choice = "proves"
		}
		return choice, err
	}
	if file.Fate == actions.Waits && !file.Another {
		slot := file.Verdict.Slot.Credit
		screen.Sentence(fmt.Sprintf("It looks like credit %d (%s, %s, %s). Is it the certificate of that one?", slot.ID, slot.Date, words.Points(slot.Points), slot.Title))
		choice, err = choose(p, "[Y]es, [n]o, skip, stop: ", "yes", "no", "skip", "stop")
		switch choice {
		case "yes":
			file.Belongs, choice = slot.ID, "proves"
		case "no":
			file.Another, choice = true, ""
		}
		return choice, err
	}
	fields := paperFields(*c)
	for _, f := range fields[:3] {
		if f.Text == "" {
			if len(file.Reads) > 0 && f.Name == "title" { // a wrong number would be taken by Enter
				f.Text = file.Reads[0].Title
			}
			return a.askField(p, b, file, c, f)
		}
	}
	names := words.Map(fields, func(f answer.Field) string { return f.Name })
	screen.Sentence("Write it, or change a field first: " + words.List("or", names) + "?")
	choice, err = choose(p, "[Y]es, skip, stop, or a field: ", append([]string{"yes", "skip", "stop"}, names...)...)
	if i := slices.Index(names, choice); i >= 0 {
		return a.askField(p, b, file, c, fields[i])
	}
	return choice, err
}

// askField asks for one field until the answer is taken; Enter alone takes its text.
// For the title, the number of a credit says that the paper proves it.
func (a *app) askField(p *prompt.Prompt, b *importBatch, file *paperFile, c *ledger.Credit, f answer.Field) (string, error) {
	label := words.Upper(f.Name)
	if f.Name == "title" {
		label += ", or a credit's number"
	}
	label += " (skip, stop)"
	if f.Text != "" {
		label += " [" + f.Text + "]"
	}
	for {
		typed, err := p.Line(label+": ", "", nil)
		if err != nil {
			return "", left(err)
		}
		typed = cmp.Or(typed, f.Text)
		switch strings.ToLower(typed) {
		case "":
			return "skip", nil
		case "skip", "stop":
			return strings.ToLower(typed), nil
		case "s", "y", "n", "yes", "no":
			a.complain(p, fmt.Errorf("%q: type the %s, skip or stop", typed, f.Name))
			continue
		}
		if f.Name == "title" {
			if number, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64); err == nil {
				if _, err := b.there.Credit(number); err != nil {
					a.complain(p, notFound("credit %d: not in this ledger", number).try("type a title"))
					continue
				}
				file.Belongs = number
				return "proves", nil
			}
		}
		changed, err := a.setField(*c, f.Name, typed)
		if err == nil {
			*c = changed
			return "", nil
		}
		a.complain(p, err)
	}
}

func (a *app) complain(p *prompt.Prompt, err error) {
	_, _ = fmt.Fprintln(p, answer.Text(failureOf(err).line().As(a.call...)))
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
	screen.Fields(paperFields(c))
}
