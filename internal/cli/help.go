package cli

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/prose"
	"cmpledger/internal/words"
)

func (a *app) newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Show how to use a command",
		Long: `Show how to use a command, or explain a topic that concerns all commands. cmp
help alone lists commands and topics. cmp COMMAND --help says the same as cmp
help COMMAND.`,
		Example: `  cmp help
  cmp help credential add
  cmp help exit-codes`,
		ValidArgsFunction: a.complete(helpWords).shell,
		Args: func(cmd *cobra.Command, args []string) error {
			if _, ok := Topic(strings.Join(args, " ")); ok {
				return nil
			}
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			return noSuchCommand(found, rest)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.running = true
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if topic, ok := Topic(strings.Join(rest, " ")); ok {
				return a.printLines(topic.As(a.name))
			}
			found.InitDefaultHelpFlag()
			found.InitDefaultVersionFlag()
			return found.Help()
		},
	}
}

// helpWords offers the commands below the one that is named, and else the topics too.
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

// nearTopic returns the topic that a word most likely means: one that begins with it, or
// else the nearest, or "".
func nearTopic(word string) string {
	names := words.Map(HelpTopics(), func(t HelpTopic) string { return t.Name })
	begins := func(name string) bool { return len(word) > 2 && strings.HasPrefix(name, word) }
	if at := slices.IndexFunc(names, begins); at >= 0 {
		return names[at]
	}
	return ledger.Nearest(word, names)
}

// also is the group of commands that help names in one line: nobody needs them daily.
const also = "also"

func (a *app) printHelp(cmd *cobra.Command, _ []string) {
	_ = a.printText(cmd.Long) // an error stays in the writer until Main looks
	examples := strings.TrimRight(cmd.Example, "\n")
	if !cmd.HasParent() {
		if a.env.Width > 0 && a.env.Width < 80 {
			examples = regexp.MustCompile(` +# .*`).ReplaceAllString(examples, "")
		}
		fmt.Fprintf(a.env.Out, "\nStart here:\n%s\n", examples)
		a.printCommands(cmd)
		a.printTopics()
		return
	}
	fmt.Fprintf(a.env.Out, "\nUsage:\n  %s\n", cmd.UseLine())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(a.env.Out, "  %s COMMAND\n", cmd.CommandPath())
	}
	fmt.Fprintf(a.env.Out, "\nExamples:\n%s\n", examples)
	a.printCommands(cmd)
	a.printFlags("Flags:", cmd.LocalFlags())
	a.printFlags("Flags of every command:", cmd.InheritedFlags())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(a.env.Out, "\nMore about one of them: %s help %s COMMAND\n", a.name, named(cmd))
	}
}

// printCommands lists the commands below one, by their groups.
func (a *app) printCommands(cmd *cobra.Command) {
	groups := cmd.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{Title: "Commands:"}}
	}
	for _, group := range groups {
		var commands []prose.Term
		for _, c := range cmd.Commands() {
			if c.GroupID == group.ID && (c.IsAvailableCommand() || c.Name() == "help") {
				name := fmt.Sprintf("%-*s", c.NamePadding()-1, c.Name())
				commands = append(commands, prose.Term{Indent: 2, Word: name, Text: c.Short})
			}
		}
		if group.ID != also {
			a.printTerms(group.Title, commands)
			continue
		}
		names := words.Map(commands, func(t prose.Term) string { return strings.TrimSpace(t.Word) })
		fmt.Fprintf(a.env.Out, "\n%s %s\n", group.Title, strings.Join(names, ", "))
	}
}

// printTopics ends the first page of help: where there is more.
func (a *app) printTopics() {
	var topics []prose.Term
	for _, t := range HelpTopics() {
		if !slices.Contains(handover.Commands(), t.Name) { // else it stands among the commands
			topics = append(topics, prose.Term{Indent: 2, Word: t.Name, Text: t.Short})
		}
	}
	a.printTerms(prose.Named("More about a command or topic: cmp help NAME", a.name), topics)
}

// nameTexts writes the name of the program into the texts of a command and of those below.
func nameTexts(c *cobra.Command, name string) {
	c.Short, c.Long, c.Example = prose.Named(c.Short, name), prose.Named(c.Long, name), prose.Named(c.Example, name)
	usage := func(f *pflag.Flag) { f.Usage = prose.Named(f.Usage, name) }
	c.Flags().VisitAll(usage)
	c.PersistentFlags().VisitAll(usage)
	for _, below := range c.Commands() {
		nameTexts(below, name)
	}
}

func (a *app) printText(text string) error { return a.printLines(prose.Named(text, a.name)) }

// printLines prints a text in which the name of the program stands already.
func (a *app) printLines(text string) error {
	width := 80
	if a.env.Width > 0 {
		width = min(a.env.Width, width)
	}
	_, err := io.WriteString(a.env.Out, prose.Lines(text, width))
	return err
}

func (a *app) printFlags(title string, flags *pflag.FlagSet) {
	if flags.HasAvailableFlags() {
		fmt.Fprintf(a.env.Out, "\n%s\n%s", title, flags.FlagUsagesWrapped(a.env.Width))
	}
}

func (a *app) printTerms(title string, terms []prose.Term) {
	if terms == nil {
		return
	}
	fmt.Fprintf(a.env.Out, "\n%s\n%s", title, prose.TermLines(terms, cmp.Or(a.env.Width, 1<<16)))
}

// A HelpTopic is a text about what concerns all commands.
type HelpTopic struct {
	Name  string
	Short string // without a full stop
	Text  string // as package prose reads it
}

// As returns the text of a topic for a program of the given name. The text about the
// other cmp speaks of both programs, and names each as it is.
func (t HelpTopic) As(name string) string {
	if t.Name == OtherCmp {
		return t.Text
	}
	return prose.Named(t.Text, name)
}

// OtherCmp is the topic about the program of the same name that compares files.
const OtherCmp = "other-cmp"

// helpTexts has a file for each topic: its short text, a blank line, and its text. That of
// the topic rules is also the help of the command rules.
//
//go:embed help/*.txt
var helpTexts embed.FS

// Topic returns the topic of a name, and whether there is one.
func Topic(name string) (HelpTopic, bool) {
	file, err := helpTexts.ReadFile("help/" + name + ".txt")
	short, text, _ := strings.Cut(string(file), "\n\n")
	return HelpTopic{name, short, strings.TrimSpace(text)}, err == nil
}

// HelpTopics returns the topics, sorted by name.
func HelpTopics() (all []HelpTopic) {
	files, _ := helpTexts.ReadDir("help") // is embedded, and cannot fail
	for _, f := range files {
		topic, _ := Topic(strings.TrimSuffix(f.Name(), ".txt"))
		all = append(all, topic)
	}
	return all
}

// IsCommand reports whether the topic is the help of a command of that name.
func (t HelpTopic) IsCommand(root *cobra.Command) bool {
	return slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == t.Name })
}
