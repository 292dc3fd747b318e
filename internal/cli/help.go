package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/ledger"
	"cmpledger/internal/prose"
)

// newHelp is Cobra's own help command, but one that knows topics too, and
// refuses a command that does not exist.
func (a *app) newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Show what a command does and how to use it",
		Long: `Show what a command does, how to use it and what it exits with; or one of the
topics that concern all commands, which cmp help lists at its end. cmp COMMAND
--help says the same. It reads no ledger.`,
		Example: `  cmp help
  cmp help credential add
  cmp help exit-codes`,
		ValidArgsFunction: a.complete(helpWords).shell,
		Args: func(cmd *cobra.Command, args []string) error {
			if _, ok := helpTopic(args); ok {
				return nil
			}
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			return a.noSuchCommand(found, rest)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.running = true
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if topic, ok := helpTopic(rest); ok {
				return a.printText(topic.Text)
			}
			found.InitDefaultHelpFlag()
			found.InitDefaultVersionFlag()
			return found.Help()
		},
	}
}

// helpWords offers the commands below the one that is named, and the topics
// where none is.
func helpWords(t typing) (all []offer, err error) {
	found, rest, err := t.cmd.Root().Find(t.args)
	if err != nil || len(rest) > 0 {
		return nil, err
	}
	for _, c := range found.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, offer{c.Name(), c.Short})
		}
	}
	for _, topic := range HelpTopics() {
		if len(t.args) == 0 && !topic.IsCommand(found) {
			all = append(all, offer{topic.Name, topic.Short})
		}
	}
	return all, nil
}

// nearTopic returns the topic of help that a word was most likely meant to be:
// one that begins with it, or else the nearest, or "".
func nearTopic(word string) string {
	var names []string
	for _, t := range HelpTopics() {
		names = append(names, t.Name)
	}
	begins := func(name string) bool { return len(word) > 2 && strings.HasPrefix(name, word) }
	if at := slices.IndexFunc(names, begins); at >= 0 {
		return names[at]
	}
	return ledger.Nearest(word, names)
}

// Lines of text are as wide as people like to read, or as the screen is.
const textColumns = 80

func (a *app) textWidth() int {
	if a.env.Width > 0 {
		return min(a.env.Width, textColumns)
	}
	return textColumns
}

// printHelp prints the help of a command: Cobra's own, but fitted to the
// screen, and with the topics at the end of the root's.
func (a *app) printHelp(cmd *cobra.Command, _ []string) {
	out := a.env.Out
	_ = a.printText(cmd.Long) // an error stays in the writer until Main looks
	fmt.Fprintf(out, "\nUsage:\n  %s\n", cmd.UseLine())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(out, "  %s [command]\n", cmd.CommandPath())
	}
	fmt.Fprintf(out, "\nExamples:\n%s\n", strings.TrimRight(cmd.Example, "\n"))
	a.printCommands(cmd)
	if cmd.HasAvailableLocalFlags() {
		fmt.Fprintf(out, "\nFlags:\n%s", a.flagUsages(cmd.LocalFlags()))
	}
	if cmd.HasAvailableInheritedFlags() {
		fmt.Fprintf(out, "\nGlobal Flags:\n%s", a.flagUsages(cmd.InheritedFlags()))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintln(out)
		_ = a.printText(fmt.Sprintf("Use \"%s [command] --help\" for more information about a command.", cmd.CommandPath()))
	}
	if cmd.HasParent() {
		return
	}
	var topics []prose.Term
	for _, t := range HelpTopics() {
		topics = append(topics, prose.Term{Indent: 2, Word: t.Name, Text: t.Short})
	}
	fmt.Fprintf(out, "\nTopics, shown by %s help TOPIC:\n", cmd.Name())
	a.printTerms(topics)
}

// printText prints a text of help, which is reworded before it is broken into
// lines.
func (a *app) printText(text string) error {
	return prose.Write(a.env.Out, a.called(text), a.textWidth())
}

// flagUsages returns what is said of flags, on as many lines as the screen needs.
func (a *app) flagUsages(flags *pflag.FlagSet) string {
	flags.VisitAll(func(f *pflag.Flag) { f.Usage = a.called(f.Usage) })
	return flags.FlagUsagesWrapped(a.env.Width)
}

// printCommands prints the commands below one, by their groups where it has
// any.
func (a *app) printCommands(cmd *cobra.Command) {
	groups := cmd.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{Title: "Available Commands:"}}
	}
	for _, group := range groups {
		var terms []prose.Term
		for _, c := range cmd.Commands() {
			if c.GroupID == group.ID && (c.IsAvailableCommand() || c.Name() == "help") {
				name := fmt.Sprintf("%-*s", c.NamePadding()-1, c.Name())
				terms = append(terms, prose.Term{Indent: 2, Word: name, Text: c.Short})
			}
		}
		if len(terms) > 0 {
			fmt.Fprintf(a.env.Out, "\n%s\n", group.Title)
			a.printTerms(terms)
		}
	}
}

// printTerms prints a list on as many lines as the screen needs.
func (a *app) printTerms(terms []prose.Term) {
	for i := range terms {
		terms[i].Text = a.called(terms[i].Text)
	}
	width := a.env.Width
	if width == 0 {
		width = 1 << 16
	}
	_ = prose.WriteTerms(a.env.Out, terms, width)
}
