package cli

import "github.com/spf13/cobra"

// newHelp is Cobra's own help command, but one that refuses a command that
// does not exist.
func (a *app) newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show what a command does and how to use it",
		Example: `  cmp help
  cmp help credential add`,
		Args: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			return a.noSuchCommand(found, rest)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.running = true
			found, _, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			found.InitDefaultHelpFlag()
			found.InitDefaultVersionFlag()
			return found.Help()
		},
	}
}
