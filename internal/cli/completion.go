package cli

import (
	"io"
	"regexp"
	"slices"
	"strings"

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

bash loads it with the line of the first example in ~/.bashrc, and parts words
better with the package bash-completion; zsh and fish find it where the other examples put it; in
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
		return bashScript(root, out)
	case "zsh":
		return root.GenZshCompletion(out)
	case "fish":
		return fishScript(root, out)
	}
	return root.GenPowerShellCompletionWithDesc(out)
}

// fishScript writes Cobra's script for fish, which also understands a word that
// was typed with escapes or quotes, as fish itself types a name of two words.
func fishScript(root *cobra.Command, out io.Writer) error {
	var script strings.Builder
	if err := root.GenFishCompletion(&script, true); err != nil {
		return err
	}
	_, err := io.WriteString(out, strings.ReplaceAll(script.String(), "(string escape -- (commandline -ct))",
		"(string escape -- (string unescape -- (commandline -ct); or commandline -ct))"))
	return err
}

// bashScript writes Cobra's script for bash, which also takes words with an @
// for one, such as editions of rules, and escapes what several words have in
// common: bash types that, and a name such as Mayo Clinic would become two words.
// Where the package bash-completion is missing it goes by the words as bash parts
// them.
func bashScript(root *cobra.Command, out io.Writer) error {
	var script strings.Builder
	if err := root.GenBashCompletionV2(&script, true); err != nil {
		return err
	}
	const words = `    _get_comp_words_by_ref "$@" cur prev words cword
`
	text := strings.ReplaceAll(script.String(), " -n =: ", " -n =:@ ")
	text = strings.Replace(text, words, `    if declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
    `+words+`    else
        cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    fi
`, 1)
	apart := regexp.MustCompile(`(?m)^( *\S+_handle_special_char "\$cur") =$`)
	text = strings.Replace(text, escapeOne, escapeTyped, 1)
	_, err := io.WriteString(out, apart.ReplaceAllString(text, "$0\n$1 @"))
	return err
}

// Cobra's script escapes a word that stands alone, lest the escapes are seen in
// a list. It is for a list alone that bash asks where COMP_TYPE is 63.
const (
	escapeOne = `if (( ${#COMPREPLY[@]} == 1 )); then
            COMPREPLY[0]=$(printf "%q" "${COMPREPLY[0]}")
`
	escapeTyped = `if (( ${#COMPREPLY[@]} == 1 || ${#COMPREPLY[@]} > 1 && COMP_TYPE != 63 )); then
            IFS=$'\n' read -ra COMPREPLY -d '' < <(printf "%q\n" "${COMPREPLY[@]}")
`
)
