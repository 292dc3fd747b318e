package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/suggest"
	"cmpledger/internal/words"
)

func (a *app) newTopics() *cobra.Command {
	var suggested, apply bool
	cmd := withRecords(a.writing(&cobra.Command{
		Use:   "topics",
		Short: "List topics, and suggest some for credits without one",
		Long: `List the topics that a credit may have, and the other names for each. Topics
from your own packs of rules are in the list too.

--suggest lists credits without a topic whose title shows what they are about.
It also looks at the category that a portal gave. You see the words that it goes
by. If a title fits several topics, you decide. Declared credits are left alone.

On a terminal you are asked whether to set these topics; --apply sets them
without asking. One cmp undo takes them all back.`,
		Example: `  cmp topics
  cmp topics --suggest
  cmp topics --suggest --apply --dry-run`,
		Args: func(cmd *cobra.Command, args []string) error {
			if apply && !suggested {
				return usage("--apply: works only with --suggest").try("%s", ledger.Command{"topics", "--suggest", "--apply"})
			}
			return noArguments(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, _ []string) error {
			if suggested {
				return a.suggestTopics(ctx, apply)
			}
			return a.listTopics()
		}),
	}))
	cmd.Flags().BoolVar(&suggested, "suggest", false, "suggest topics for credits without one")
	cmd.Flags().BoolVar(&apply, "apply", false, "with --suggest: set these topics without asking")
	return cmd
}

type topicsAnswer struct {
	Schema string      `json:"schema" shape:"cmp.topics/1" title:"Topics and their other names" doc:"Written by cmp topics."`
	Topics []topicItem `json:"topics" records:"topic name aliases pack" table:"topic|Topic; name|Name|cut; aliases|Also understood|wrap wide; pack|Pack|any"`
}

type topicItem struct {
	Topic   ledger.Topic `json:"topic"`
	Name    string       `json:"name" doc:"In words: Blood banking."`
	Aliases []string     `json:"aliases" doc:"Other names that are understood, with hyphens."`
	Pack    string       `json:"pack" doc:"Rule pack that adds the topic or names for it, without its ending." empty:"for what ships with the program alone"`
}

func (a *app) listTopics() error {
	packs, err := a.book.Packs()
	if err != nil {
		return err
	}
	known, err := a.book.Topics()
	var out topicsAnswer
	for _, t := range known.Topics() {
		item := topicItem{Topic: t, Name: t.Name(), Aliases: known.Aliases(t)}
		for _, p := range packs {
			for _, own := range p.Topics {
				if own.Topic == t {
					item.Pack = p.Name
				}
			}
		}
		out.Topics = append(out.Topics, item)
	}
	if err != nil {
		return err
	}
	return a.print(out)
}

type suggestionsAnswer struct {
	Schema      string           `json:"schema" shape:"cmp.suggestions/1" title:"Topics suggested for credits without one" doc:"Written by cmp topics --suggest."`
	DryRun      bool             `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Applied     bool             `json:"applied" doc:"Whether the credits were given their topics."`
	Suggestions []suggestionItem `json:"suggestions" records:"credit date title topic read_from" table:"credit|Credit|right; date|Date|from80; title|Title|wrap wide; topic|Topic; read_from|Read from|wrap"`
	Unsure      []unsureItem     `json:"unsure" doc:"Credits that may be about several topics."`
}

type suggestionItem struct {
	Credit int64       `json:"credit" doc:"Number of the credit."`
	Date   ledger.Date `json:"date"`
	Title  string      `json:"title"`
	suggest.Reading
}

type unsureItem struct {
	Credit int64             `json:"credit" doc:"Number of the credit."`
	Title  string            `json:"title"`
	Topics []suggest.Reading `json:"topics"`
}

// suggestTopics lists what is suggested, and writes it where that is asked for, or
// agreed to on a terminal.
func (a *app) suggestTopics(ctx context.Context, apply bool) error {
	s, err := a.facts(ctx)
	if err != nil {
		return err
	}
	known, err := a.book.Topics()
	if err != nil {
		return err
	}
	sure, unsure := s.Suggested(known)
	people := a.settings.Format == answer.Table
	if people {
		if err := a.showSuggested(sure, unsure, s); err != nil {
			return err
		}
		if len(sure) > 0 && !apply && !a.dryRun && a.env.canAsk() {
			what := words.Verb(len(sure), "the credit this topic", "these credits their topics")
			if apply, err = a.agrees("Give " + what + "?"); err != nil {
				return err
			}
		}
	}
	if apply && len(sure) > 0 {
		err = a.giveTopics(ctx, sure)
	} else if people && len(sure) > 0 {
		one := ledger.Command{"edit", id(sure[0].Credit), "--topic", string(sure[0].Readings[0].Topic)}
		a.tell("To set one: %s. To set all: %s", one, ledger.Command{"topics", "--suggest", "--apply"})
	}
	if err != nil || people {
		return err
	}
	return a.print(a.suggestionsAnswer(sure, unsure, apply && len(sure) > 0 && !a.dryRun))
}

func (a *app) suggestionsAnswer(sure, unsure []actions.Suggested, applied bool) suggestionsAnswer {
	out := suggestionsAnswer{DryRun: a.dryRun, Applied: applied}
	for _, x := range sure {
		out.Suggestions = append(out.Suggestions, suggestionItem{x.ID, x.Date, x.Title, x.Readings[0]})
	}
	for _, x := range unsure {
		out.Unsure = append(out.Unsure, unsureItem{x.ID, x.Title, x.Readings})
	}
	return out
}

// showSuggested shows what is suggested to people, and what is left to them.
func (a *app) showSuggested(sure, unsure []actions.Suggested, s snapshot) error {
	without := 0
	for _, c := range s.Credits {
		if c.Topics == nil {
			without++
		}
	}
	switch {
	case without == 0:
		a.say("Every credit has a topic.")
	case len(sure)+len(unsure) == 0:
		a.say("%s %s no topic, and no title tells one: %s", words.Count(without, "credit"), words.Verb(without, "has", "have"),
			ledger.Command{"list", "--no-topic"})
	case len(sure) > 0:
		if err := a.print(a.suggestionsAnswer(sure, unsure, false)); err != nil {
			return err
		}
	}
	var lines []string
	for _, x := range unsure {
		topics := words.Map(x.Readings, func(r suggest.Reading) string { return string(r.Topic) })
		lines = append(lines, a.text("Credit %d, %s, may be %s. To say which: %s", x.ID, x.Title, words.List("or", topics),
			ledger.Command{"edit", id(x.Credit), "--topic", "TOPIC"}))
	}
	a.tellLines(atMost(lines, a.text(": %s", ledger.Command{"list", "--no-topic"})))
	return nil
}

func (a *app) giveTopics(ctx context.Context, sure []actions.Suggested) error {
	var all []actions.Edited
	_, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (_ string, err error) {
		all, err = a.judgeOn(a.today).GiveTopics(ctx, tx, s, sure)
		ids := words.Map(all, func(e actions.Edited) int64 { return e.Credit.ID })
		return fmt.Sprintf("topics suggested for %s: %s", words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", ")), err
	})
	if err != nil {
		return err
	}
	for _, e := range all {
		a.sayLines(a.saidOfTrimmed(e.Credit, e.Trimmings))
	}
	n := words.Count(len(all), "credit")
	a.tell("%s", a.did(n+words.Verb(len(all), " now has", " now have")+" a topic.", "give "+n+" a topic."))
	if !a.dryRun {
		a.tell("To undo that: %s", ledger.Command{"undo"})
	}
	return nil
}

// A topicFlag is a flag that names topics. Which topics there are is known only
// when the packs are, and where those are the configuration says. So it keeps
// what was given, and prepare has it read before the command runs.
type topicFlag struct {
	given []string
	read  func(known ledger.Vocabulary, text string) error // takes the value of one
}

// Set keeps what was given.
func (f *topicFlag) Set(s string) error {
	f.given = append(f.given, s)
	return nil
}

func (f *topicFlag) String() string { return strings.Join(f.given, ";") }

// Type names the kind of value in help.
func (f *topicFlag) Type() string { return "topic" }

// GetSlice tells completion that the flag may be given again.
func (f *topicFlag) GetSlice() []string { return f.given }

func (a *app) readTopics(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		f, ok := flag.Value.(*topicFlag)
		if !ok || err != nil {
			return
		}
		known, unknown := a.book.Topics()
		err = unknown
		for _, text := range f.given {
			if err != nil {
				return
			}
			wrong := f.read(known, text)
			if wrong == nil {
				continue
			}
			failed := usage("--%s %q: %w", flag.Name, text, wrong)
			if err = failed; cmd.Name() == "add" && errors.Is(wrong, ledger.ErrNoTopic) {
				err = failed.try("leave it out, and the credit counts for other; %s lists the topics", ledger.Command{"topics"})
			}
		}
	})
	return err
}
