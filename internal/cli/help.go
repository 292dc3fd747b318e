package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
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
