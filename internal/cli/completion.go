package cli

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// shells are those that there is a script for.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func (a *app) newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script of a shell",
		Long: `Print the script by which bash, zsh, fish or powershell completes commands, flags
and their values: your credentials, credits, requirements and what else the
ledger and the rules know. The ledger is only read; where it cannot be, nothing
is offered.

bash loads it with the line of the first example in ~/.bashrc, and needs the
package bash-completion; zsh and fish find it where the other examples put it; in
PowerShell it is

    cmp completion powershell | Out-String | Invoke-Expression

in the file that $PROFILE names. A new version of the script comes with a new
version of cmp.`,
		Example: `  source <(cmp completion bash)
  cmp completion zsh > "${fpath[1]}/_` + a.name + `"
  cmp completion fish > ~/.config/fish/completions/` + a.name + `.fish`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneArgument("a shell: "+words.List("or", shells()))(cmd, args); err != nil {
				return err
			}
			if !slices.Contains(shells(), args[0]) {
				return usage("%q: %w", args[0], ledger.Unknown("a shell that is known", "shells", args[0], shells()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.running = true
			return WriteCompletion(a.out, cmd.Root(), args[0])
		},
	}
}

// WriteCompletion writes the script by which a shell of the given name completes
// what is typed for the program that the root of all commands is called.
func WriteCompletion(out io.Writer, root *cobra.Command, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(out, true)
	case "zsh":
		return root.GenZshCompletion(out)
	case "fish":
		return root.GenFishCompletion(out, true)
	}
	return root.GenPowerShellCompletionWithDesc(out)
}
