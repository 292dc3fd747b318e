package cli

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/answer"
	"cmpledger/internal/handover"
	"cmpledger/internal/store"
)

// A typing is a word on its way, when a shell asks what fits.
type typing struct {
	cmd  *cobra.Command
	args []string // the arguments before it
	word string   // as far as it goes
}

// flag returns the value of a flag on the same line, or "".
func (t typing) flag(name string) string {
	if f := t.cmd.Flags().Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// An offer is a word that fits, and what there is to say about it.
type offer struct{ word, about string }

// A completer returns what fits, and what the shell is to make of it. It is
// silent: what cannot be had is not offered.
type completer func(typing) ([]offer, cobra.ShellCompDirective)

// addCompletions gives every argument, and every flag that takes a value, what
// completes it.
func (a *app) addCompletions(root *cobra.Command) {
	flags, arguments := a.flagCompleters(), a.argumentCompleters()
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		register := func(f *pflag.Flag) {
			complete, ok := flags[named(cmd)+" --"+f.Name]
			if !ok {
				complete, ok = flags["--"+f.Name]
			}
			if ok && f.NoOptDefVal == "" {
				_ = cmd.RegisterFlagCompletionFunc(f.Name, complete.shell)
			}
		}
		cmd.Flags().VisitAll(register)
		cmd.PersistentFlags().VisitAll(register)
		cmd.ValidArgsFunction = completer(nothing).shell
		if complete, ok := arguments[named(cmd)]; ok {
			cmd.ValidArgsFunction = complete.shell
		}
		for _, c := range cmd.Commands() {
			add(c)
		}
	}
	add(root)
	root.ValidArgsFunction = completer(otherProgram).shell
}

// unquoteFlags takes the quotes out of what is said of flags. Help needs them to
// name a value, and completion shows them as they are.
func unquoteFlags(cmd *cobra.Command) {
	unquote := func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) }
	cmd.Flags().VisitAll(unquote)
	cmd.PersistentFlags().VisitAll(unquote)
	for _, c := range cmd.Commands() {
		unquoteFlags(c)
	}
}

// shell is the completer as Cobra calls it.
func (c completer) shell(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	offers, directive := c(typing{cmd, args, word})
	out := make([]cobra.Completion, len(offers))
	for i, o := range offers {
		out[i] = cobra.CompletionWithDesc(o.word, o.about)
	}
	return out, directive
}

// complete offers what find returns, by the settings of the line.
func (a *app) complete(find func(typing) ([]offer, error)) completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		if a.settle(t.cmd.Flags()) != nil {
			return nil, directive
		}
		all, err := find(t)
		if err != nil {
			return nil, directive
		}
		fits := fitting(all, t.word)
		for i := range fits {
			fits[i].about = a.screen().Cut(answer.Text(fits[i].about), 72)
		}
		return fits, directive
	}
}

// consult is complete for what the ledger knows. Nobody waits for it.
func (a *app) consult(find func(context.Context, *store.Tx, typing) ([]offer, error)) completer {
	return a.complete(func(t typing) (all []offer, err error) {
		db, err := store.Glance(a.settings.DB)
		if err != nil {
			return nil, err
		}
		defer db.Close()
		ctx := t.cmd.Context()
		err = db.View(ctx, func(tx *store.Tx) error {
			all, err = find(ctx, tx, t)
			return err
		})
		return few(fitting(all, t.word)), err
	})
}

// mostOffers is how many words of a ledger are offered. Bash asks before it
// lists a hundred.
const mostOffers = 50

// few returns as many offers as can be shown: the first, and one that goes on
// otherwise, lest the shell types what the first ones happen to have in common.
func few(fits []offer) []offer {
	if len(fits) <= mostOffers {
		return fits
	}
	shown := fits[:mostOffers:mostOffers]
	shared := sharedBeginning(shown)
	for _, o := range fits[mostOffers:] {
		if !goesOn(o.word, shared) {
			return append(shown, o)
		}
	}
	return shown
}

// fitting returns the offers that go on from a word, whatever its case, each
// once and without those that shells would take for something else.
func fitting(all []offer, word string) []offer {
	var fits []offer
	seen := map[string]bool{}
	for _, o := range all {
		if o.word != "" && goesOn(o.word, word) && isPlain(o.word) && !seen[o.word] {
			seen[o.word] = true
			fits = append(fits, o)
		}
	}
	return fits
}

// goesOn reports whether a word begins like another, whatever their case.
func goesOn(word, beginning string) bool {
	return len(word) >= len(beginning) && strings.EqualFold(word[:len(beginning)], beginning)
}

// sharedBeginning returns what all offers begin with.
func sharedBeginning(offers []offer) string {
	shared := offers[0].word
	for _, o := range offers {
		for !strings.HasPrefix(o.word, shared) {
			shared = shared[:len(shared)-1]
		}
	}
	return shared
}

// isPlain reports whether all shells take a word for one, escaped by their
// scripts. That much holds for St. John's (West).
func isPlain(word string) bool {
	return !strings.ContainsAny(word, ":;|$<>[]{}*?!~#\"`\\") && !strings.ContainsFunc(word, func(r rune) bool {
		return !unicode.IsPrint(r)
	})
}

// likeTyped returns a word whose case does not matter in lower case where it is
// typed so: bash offers only what begins as it was typed.
func likeTyped(word, typed string) string {
	if typed != "" && typed == strings.ToLower(typed) {
		return strings.ToLower(word)
	}
	return word
}

// nothing is for texts, numbers and days that only the holder knows.
func nothing(typing) ([]offer, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// fixed offers words that never change.
func fixed(parts ...string) completer {
	all := make([]offer, len(parts))
	for i, word := range parts {
		all[i].word = word
	}
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		return fitting(all, t.word), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// files offers files of these endings, and where none fits any file.
func files(endings ...string) completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		folder, beginning := filepath.Split(t.word)
		entries, _ := os.ReadDir(cmp.Or(folder, ".")) // an error leaves it to the shell
		fits := func(e os.DirEntry) bool {
			ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(e.Name()), "."))
			return strings.HasPrefix(e.Name(), beginning) && slices.Contains(endings, ending)
		}
		if !slices.ContainsFunc(entries, fits) {
			return nil, cobra.ShellCompDirectiveDefault
		}
		all, _ := fixed(endings...)(typing{})
		return all, cobra.ShellCompDirectiveFilterFileExt
	}
}

// orFiles offers files where nothing else fits.
func (c completer) orFiles(endings ...string) completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		if offers, _ := c(t); len(offers) > 0 {
			return offers, cobra.ShellCompDirectiveKeepOrder
		}
		return files(endings...)(t)
	}
}

// unspaced is for words that go on behind what is offered.
func (c completer) unspaced() completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		offers, directive := c(t)
		return offers, directive | cobra.ShellCompDirectiveNoSpace
	}
}

// orAmount is for words that a number of points may follow, as in chemistry=1.
// Once only one word fits it is offered in both ways, so that the shell does
// not go on to the next one.
func (c completer) orAmount() completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		offers, directive := c(t)
		if len(offers) != 1 {
			return offers, directive
		}
		return append(offers, offer{offers[0].word + "=", "with a number of points"}), directive | cobra.ShellCompDirectiveNoSpace
	}
}

// inTurn completes each argument by its own completer, and none behind them.
func inTurn(each ...completer) completer { return repeated(append(each, nothing)...) }

// repeated completes each argument by its own completer, and those behind them
// by the last one. What was given already is not offered again.
func repeated(each ...completer) completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		offers, directive := each[min(len(t.args), len(each)-1)](t)
		return slices.DeleteFunc(offers, func(o offer) bool {
			return slices.ContainsFunc(t.args, func(arg string) bool {
				given, _, _ := strings.Cut(arg, "=")
				return strings.EqualFold(given, strings.TrimSuffix(o.word, "="))
			})
		}), directive
	}
}

// otherProgram leaves files to the shell where the first word is no command
// of ours: another program is called cmp too, and compares files.
func otherProgram(t typing) ([]offer, cobra.ShellCompDirective) {
	ours := t.word == "" || slices.ContainsFunc(t.cmd.Commands(), func(c *cobra.Command) bool {
		return c.IsAvailableCommand() && strings.HasPrefix(c.Name(), t.word)
	})
	if t.cmd.Name() != handover.Own || len(t.args) == 0 && ours {
		return nothing(t)
	}
	return nil, cobra.ShellCompDirectiveDefault
}
