package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
)

// askCredit asks for what a credit needs and the flags do not say yet, fills
// in the flags, and returns its title.
func (a *app) askCredit(ctx context.Context, cmd *cobra.Command, f *creditFlags, files *[]string) (title string, err error) {
	s, err := a.foresee(ctx)
	if err != nil {
		return "", err
	}
	d := &dialog{app: a, cmd: cmd}
	given, givenFiles := *f, *files
	d.forget = func() { *f, *files = given, givenFiles }
	credit := func() ledger.Credit { return f.credit(a, d.argument()) }
	d.check = func() error { return invalid(credit().Validate()) }
	titled := func(title string) error {
		c := f.credit(a, title)
		c.Points = max(c.Points, 1) // which are asked for next
		return invalid(c.Validate())
	}
	if err := titled("any title"); err != nil {
		return "", err // what was given is wrong, whatever is answered
	}
	d.show = func() error { return d.showCredit(s, credit(), *files) }
	d.fields = []question{
		{label: "Title", check: func() error { return titled(d.argument()) }},
		{label: "Points", hint: "or 1.5 hours, 0.1 CEU", known: f.points != 0, words: unitAndAmount, check: func() error {
			return a.setWorth(cmd.Flags(), f, true)
		}},
		{label: "Date", enter: a.today.String()},
		{label: "Provider"},
		{
			label: "Topic", hint: "chemistry, safety=1", words: eachTopic, complete: d.completer(topicSeparators, a.complete(a.topicWords)),
			check: func() error {
				if err := a.readTopics(cmd.Flags()); err != nil {
					return err
				}
				return d.check()
			},
		},
		{label: "Activity", spare: true},
		{label: "Reference", spare: true},
		{label: "URL", spare: true},
		{label: "Note", spare: true},
		d.evidence(files),
	}
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

// evidence asks for a file, which has to be there to be read.
func (d *dialog) evidence(files *[]string) question {
	home := d.app.env.Getenv("HOME")
	return question{
		label: "Evidence", hint: "a file", spare: true, complete: completePath(home),
		words: func(answer string) []string { return []string{"--evidence", fromHome(home, answer)} },
		check: func() error {
			for _, path := range *files {
				if _, _, err := evidence.Read(path); err != nil {
					return err
				}
			}
			return nil
		},
	}
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
