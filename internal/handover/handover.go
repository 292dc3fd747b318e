// Package handover keeps the peace with the other cmp. Every Unix has a
// command of that name, which compares files, and scripts call it everywhere.
// Where ours stands before it on PATH, what is not meant for ours has to reach
// theirs.
//
// [Theirs] decides whose a call is, from its arguments alone; [Setting] and
// [Name] say whether that is to be asked. [To] hands a call over: to the next
// cmp on PATH, with the same arguments, streams and exit code.
package handover

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// The names by which the program may be called.
const (
	Own   = "cmp"
	Other = "cmp-ledger" // where the first name is to stay the other command's
)

// Name returns the name that the program was called by, and whether that is
// exactly one of its own: under any third name it speaks of itself as cmp.
func Name(argv0 string) (name string, known bool) {
	base := filepath.Base(argv0)
	if ending := filepath.Ext(base); strings.EqualFold(ending, ".exe") {
		base = strings.TrimSuffix(base, ending)
	}
	if base == Own || base == Other {
		return base, true
	}
	return Own, false
}

// Theirs reports whether the arguments, without the program's own name, are
// meant for the cmp that compares files. The function exists tells whether a
// path names a file.
//
// A first word that is a command or a flag of ours makes the call ours, also
// where a file is called so: cmp list list2 is ours, cmp ./list list2 theirs.
func Theirs(args []string, exists func(path string) bool) bool {
	if len(args) == 0 || isCommand(args[0]) || isFlag(args[0]) {
		return false
	}
	words, options := operands(args)
	if !options && len(words) < 2 {
		return len(words) == 1 && (words[0] == "-" || exists(words[0]))
	}
	first := args[0]
	mistyped := !strings.ContainsAny(first, "/.") && !strings.HasPrefix(first, "-") && Near(first) && !exists(first)
	return !mistyped
}

// Near reports whether a word is so like a command of ours that this is
// probably meant: it begins one, or differs in no more than [Distance] letters.
// A single letter is no command mistyped, but what scripts call their files:
// the tests of diffutils compare d, which is not there, with a.
func Near(word string) bool {
	word = strings.ToLower(word)
	for _, c := range Commands() {
		if len(word) > 1 && (strings.HasPrefix(c, word) || levenshtein.ComputeDistance(word, c) <= Distance(word)) {
			return true
		}
	}
	return false
}

// Distance returns how many letters of a mistyped word may be wrong: two at
// most, and of three letters one.
func Distance(word string) int { return min(2, len(word)/2) }

// operands returns the arguments that are no options, and whether an option of
// theirs is among the rest. What follows a flag of ours as its value is
// neither.
func operands(args []string) (words []string, options bool) {
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "--":
			return append(words, args[i+1:]...), options
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			words = append(words, arg)
		case isOption(arg):
			options = true
		case takesValue(arg):
			i++
		}
	}
	return words, options
}

// isOption reports whether an argument is an option of theirs, or several in
// one, as GNU diffutils 3.8 has them; other systems have fewer.
func isOption(arg string) bool {
	if strings.HasPrefix(arg, "--") {
		name, _, _ := strings.Cut(arg[len("--"):], "=")
		mayBe := func(option string) bool { return strings.HasPrefix(option, name) }
		return slices.ContainsFunc([]string{"print-bytes", "print-chars", "ignore-initial", "verbose", "bytes", "quiet", "silent"}, mayBe) &&
			!slices.ContainsFunc([]string{"help", "version"}, mayBe)
	}
	for _, letter := range arg[1:] {
		switch letter {
		case 'i', 'n': // the rest is a value, or the next argument is
			return true
		case 'b', 'c', 'l', 's', 'v':
		default:
			return false
		}
	}
	return true
}
