package cli

import (
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// shells are those that there is a script for.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func (a *app) newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script of a shell",
		Long: `Print a script for bash, zsh, fish or powershell that completes commands, flags
and their values: your credentials, credits, requirements and what else the
ledger and the rules know. The ledger is only read; where it cannot be, nothing
is offered. The one for bash needs the package bash-completion.`,
		Example: `  source <(cmp completion bash)
  cmp completion zsh > "${fpath[1]}/_` + a.name + `"
  cmp completion fish > ~/.config/fish/completions/` + a.name + `.fish`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneArgument("a shell: "+list("or", shells()))(cmd, args); err != nil {
				return err
			}
			if !slices.Contains(shells(), args[0]) {
				return usage("%q: not a shell that is known", args[0]).try("shells are %s", strings.Join(shells(), ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.running = true
			root, out := cmd.Root(), a.out
			switch args[0] {
			case "bash":
				return bashScript(root, out)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			}
			return root.GenPowerShellCompletionWithDesc(out)
		},
	}
}

// bashScript writes Cobra's script for bash, which also takes words with an @
// for one, such as editions of rules.
func bashScript(root *cobra.Command, out io.Writer) error {
	var script strings.Builder
	if err := root.GenBashCompletionV2(&script, true); err != nil {
		return err
	}
	apart := regexp.MustCompile(`(?m)^( *\S+_handle_special_char "\$cur") =$`)
	oneWord := strings.ReplaceAll(script.String(), " -n =: ", " -n =:@ ")
	_, err := io.WriteString(out, apart.ReplaceAllString(oneWord, "$0\n$1 @"))
	return err
}
