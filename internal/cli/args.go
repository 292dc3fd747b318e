package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// oneArgument accepts exactly one argument, which is described by what.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usage("%s: takes only %s, but %q follows", named(cmd), what, args[1]).
				try("one at a time; %s --help shows examples", cmd.CommandPath())
		}
		return someArguments(what)(cmd, args)
	}
}

func oneCredential(cmd *cobra.Command, args []string) error {
	err := oneArgument("the code of a credential, such as MLS")(cmd, args)
	if f, ok := errors.AsType[*failure](err); ok && !slices.ContainsFunc(args, isCode) && listing(args) != nil {
		return f.try("%s", listing(args))
	}
	return err
}

// isCode reports whether a word is the code of a credential that the rules which ship know.
func isCode(word string) bool {
	_, err := rules.Builtin().Resolve(word)
	return err == nil
}

// listing returns the command that lists the credentials which words find, or nil. The
// settings are not read yet, and so no rules of the holder's own.
func listing(words []string) ledger.Command {
	if found, err := rules.Builtin().Find(strings.Join(words, " ")); err != nil || found == nil {
		return nil
	}
	return append(ledger.Command{"rules", "list"}, words...)
}

// someArguments accepts one argument and more. Where they name files, none may be empty.
func someArguments(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage("%s: needs %s", named(cmd), what).try("%s --help shows examples", cmd.CommandPath())
		}
		takesFiles := strings.Contains(strings.ReplaceAll(cmd.Use, "PROFILE", ""), "FILE")
		if takesFiles && slices.Contains(args, "") { // what a shell makes of "$FILE" where FILE is not set
			return usage("%s: needs %s, but \"\" was given", named(cmd), what).try("%s --help shows examples", cmd.CommandPath())
		}
		return nil
	}
}

// noArguments accepts none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s: takes no arguments, but %q was given", named(cmd), args[0]).
			try("%s --help shows examples", cmd.CommandPath())
	}
	return nil
}

// creditIDs accepts one number of a credit and more, and returns them, each
// once.
func creditIDs(cmd *cobra.Command, args []string) ([]int64, error) {
	if err := someArguments("the number of a credit, such as 12")(cmd, args); err != nil {
		return nil, err
	}
	return parseIDs(args)
}

// parseID reads the number of a credit.
func parseID(s string) (int64, error) {
	return parseNumber(strings.TrimPrefix(s, "#"), "a credit", "%s shows the credits", "list")
}

// parseEntry reads the number of an entry of the log.
func parseEntry(s string) (int64, error) {
	return parseNumber(s, "an entry", "%s shows the entries", "log")
}

func parseNumber(s, of, try string, list ...string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 {
		return 0, usage("%q: not the number of %s such as 12", s, of).try(try, ledger.Command(list))
	}
	return id, nil
}

// someEntry accepts the number of an entry of the log, or nothing.
func someEntry(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if err := oneArgument("the number of an entry, such as 12")(cmd, args); err != nil {
		return err
	}
	_, err := parseEntry(args[0])
	return err
}

// parseIDs reads numbers of credits, each once.
func parseIDs(args []string) ([]int64, error) { return parseNumbers(args, parseID) }

// parseNumbers reads numbers, each once.
func parseNumbers(args []string, parse func(string) (int64, error)) (ids []int64, err error) {
	for _, arg := range args {
		id, err := parse(arg)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
