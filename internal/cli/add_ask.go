package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// askCredit asks for what a credit needs and the flags do not say yet, fills
// in the flags, and returns its title.
func (a *app) askCredit(ctx context.Context, cmd *cobra.Command, f *creditFlags, files *[]string) (title string, err error) {
	var s snapshot
	var providers []string
	err = a.preview(ctx, func(tx *store.Tx) (err error) {
		if s, err = a.judged(ctx, tx); err == nil {
			providers, err = tx.Providers(ctx)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	known, err := a.book.Topics()
	if err != nil {
		return "", err
	}
	err = a.dialog(cmd, func(d *dialog) error {
		flags := cmd.Flags()
		if err := d.ask(d.title(&title)); err != nil {
			return err
		}
		if !slices.ContainsFunc(units(), flags.Changed) {
			if err := d.ask(d.worth(f)); err != nil {
				return err
			}
		}
		date := d.flag("Date", prompt.Whole(candidates([]string{"today", "yesterday"})))
		date.enter = a.today.String()
		provider := d.flag("Provider", prompt.Whole(candidates(providers)))
		if err := d.ask(unsaid(flags, date, provider, d.topics(title, f, known))...); err != nil {
			return err
		}
		activity := d.flag("Activity", prompt.Whole(candidates(words.Of(ledger.Activities()))))
		if err := d.more(unsaid(flags, activity, d.flag("Reference", nil), d.flag("URL", nil), d.flag("Note", nil), d.evidence())...); err != nil {
			return err
		}
		d.words = flagsBehind(title, d.words)
		return d.showCredit(s, f.credit(a, title), *files)
	})
	return title, err
}

func (d *dialog) title(title *string) question {
	return question{label: "Title", take: func(answer string) ([]string, error) {
		if answer == "" {
			return nil, invalid(ledger.Credit{}.Validate())
		}
		*title = answer
		return nil, nil
	}}
}

// flagsBehind returns the words of a command line that has an argument. One
// that looks like a flag comes last.
func flagsBehind(argument string, words []string) []string {
	if strings.HasPrefix(argument, "-") {
		return append(words, "--", argument)
	}
	return append([]string{argument}, words...)
}

// worth asks what a credit is worth, in any unit that has a flag.
func (d *dialog) worth(f *creditFlags) question {
	return question{label: "Points", hint: "or 1.5 hours, 0.1 CEU", take: func(answer string) ([]string, error) {
		flags := d.cmd.Flags()
		for _, name := range units() {
			flags.Lookup(name).Changed = false // an earlier answer may have set it
		}
		if answer == "" {
			return nil, d.app.setWorth(flags, f, true)
		}
		words, err := d.set(unitAndAmount(answer))
		if err != nil {
			return nil, err
		}
		return words, d.app.setWorth(flags, f, true)
	}}
}

// unitAndAmount returns the flag that an answer such as "1.5 hours" means, and
// its value. What has no unit that is known is points.
func unitAndAmount(answer string) (flag, amount string) {
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
			return name, strings.TrimSpace(answer[:end])
		}
	}
	return "points", answer
}

// topics asks for topics, several with commas between them.
func (d *dialog) topics(title string, f *creditFlags, known ledger.Vocabulary) question {
	var all []prompt.Candidate
	for _, t := range known.Topics() {
		all = append(all, prompt.Candidate{Text: string(t), Name: t.Name()})
	}
	return question{label: "Topics", flag: "topic", hint: "chemistry, safety=1", complete: prompt.Words(",;", all), take: func(answer string) ([]string, error) {
		flags, words := d.cmd.Flags(), []string(nil)
		f.topics, flags.Lookup("topic").Value.(*topicFlag).given = nil, nil // of an earlier answer
		for _, text := range strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ';' }) {
			if text = strings.TrimSpace(text); text != "" {
				more, err := d.set("topic", text)
				if err != nil {
					return nil, err
				}
				words = append(words, more...)
			}
		}
		if err := d.app.readTopics(flags); err != nil {
			return nil, err
		}
		if len(f.topics) == 0 {
			d.say("No topic: it can only count towards other.")
		}
		return words, invalid(f.credit(d.app, title).Validate())
	}}
}

// evidence asks for files, which have to be there to be read.
func (d *dialog) evidence() question {
	home := d.app.env.Getenv("HOME")
	return question{label: "Evidence", flag: "evidence", hint: "a file", repeats: true, complete: completePath(home), take: func(answer string) ([]string, error) {
		if answer == "" {
			return nil, nil
		}
		path := fromHome(home, answer)
		if _, err := readEvidence(path); err != nil {
			return nil, err
		}
		return d.set("evidence", path)
	}}
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
	return func(line string) (int, []prompt.Candidate) {
		begin := strings.LastIndexByte(line, filepath.Separator) + 1
		folder := fromHome(home, line[:begin])
		if folder == "" {
			folder = "."
		}
		entries, _ := os.ReadDir(folder) // where there is none, nothing completes
		var names []string
		for _, e := range entries {
			switch {
			case strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(line[begin:], "."):
			case e.IsDir():
				names = append(names, e.Name()+string(filepath.Separator))
			default:
				names = append(names, e.Name())
			}
		}
		return begin, candidates(names)
	}
}

// showCredit shows the credit that will be written.
func (d *dialog) showCredit(s snapshot, c ledger.Credit, files []string) error {
	if err := c.Validate(); err != nil {
		return invalid(err)
	}
	serves, err := d.app.serves(s, c)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.lines)
	d.screen().Sentence(c.Title)
	fields := append([]render.Field{{Name: "date", Text: c.Date.String()}, {Name: "points", Text: c.Points.String()}}, creditFields(c)...)
	for _, path := range files {
		fields = append(fields, render.Field{Name: "evidence", Text: path})
	}
	d.screen().Fields(fields)
	d.say(serves)
	if like := s.Like(c); like != nil {
		d.say(fmt.Sprintf("It looks like credit %d (%s, %s).", like.ID, like.Date, like.Title))
	}
	return nil
}
