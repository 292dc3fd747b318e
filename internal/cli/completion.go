package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) newCompletion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script of a shell",
		Long: `Print a script that completes commands and flags, for bash, zsh, fish or
powershell.`,
		Example: `  source <(cmp completion bash)
  cmp completion zsh > "${fpath[1]}/_` + a.name + `"
  cmp completion fish > ~/.config/fish/completions/` + a.name + `.fish`,
		ValidArgs: shells,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneArgument("a shell: "+list("or", shells))(cmd, args); err != nil {
				return err
			}
			if !slices.Contains(shells, args[0]) {
				return usage("%q: not a shell that is known", args[0]).try("shells are %s", strings.Join(shells, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.running = true
			root, out := cmd.Root(), a.out
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			}
			return root.GenPowerShellCompletionWithDesc(out)
		},
	}
}
