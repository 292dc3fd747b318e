// Package handover keeps the peace with the other cmp. Every Unix has a command of
// that name, which compares files, and scripts call it everywhere. Where ours comes
// before it on PATH, ours gets its calls.
//
// [IsTheirs] tells which calls those are. [To] hands one over to the next cmp on
// PATH, with the same arguments, streams and exit code.
package handover

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// The names by which the program may be called.
const (
	Own   = "cmp"
	Other = "cmp-ledger" // where cmp is to stay the other program
)

// Name returns the name that the program was called by, and whether that is one of
// its own. Called by another name, it is cmp.
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

// IsTheirs reports whether a call is meant for the cmp that compares files: the
// variable CMP_PASSTHROUGH says so, or else the arguments. A call by any other name
// than cmp is ours. So is one file alone where somebody watches, who means to import it.
func IsTheirs(argv []string, getenv func(string) string, watched func() bool) (bool, error) {
	const variable = "CMP_PASSTHROUGH"
	if name, known := Name(argv[0]); name != Own || !known {
		return false, nil
	}
	switch said := getenv(variable); said {
	case "never", "always":
		return said == "always", nil
	case "":
		theirs := Theirs(argv[1:], func(path string) bool {
			_, err := os.Stat(path)
			return err == nil
		})
		alone := len(argv) == 2 && (argv[1] == "-" || !strings.HasPrefix(argv[1], "-"))
		return theirs && !(alone && watched()), nil
	default:
		return false, fmt.Errorf("%s %q: not never or always", variable, said)
	}
}

// Commands returns the names of our commands. They are listed here since building
// the commands takes longer than comparing two files; a test of package cli compares.
func Commands() []string {
	return strings.Fields(`add allocate audit backup calendar completion config cost courses credential
		deallocate declare demo doctor edit evidence explain export help import keep
		list log merge plan profile reconcile redo remind remove renew report restore
		rules schema show status topics undo version`)
}

// Flags returns our flags that may come before a command; those that take a value
// end in =. The same test compares them.
func Flags() []string {
	return []string{"--allocate=", "--as-of=", "--color=", "--config=", "--date-order=", "--db=", "--format=", "--help", "--holder=", "--version", "-h"}
}

// Codes returns the codes of all credentials that have more than one letter, in upper
// case. The same test compares them.
func Codes() []string {
	return strings.Fields(`AHI AT BB BBI CERTIFICANT CG CGI CI CLC CLP CLS CLT CMAS CMLA CPT CT CTGYN CTI DIRECTOR DLM DPT
		HI HP HT HTI HTL HTLI LPT MB MBI MDT MI MLA MLP MLS MLSI MLT MLTI MT PA PBT PBTI QBRS QCYM QIA QIHC QLI QLS
		RDA RMA RPT SBB SBBI SC SCI SCT SCTI SCYM SH SHI SLS SM SMB SMI SUPERVISOR SV`)
}

// Topics returns the names of all topics. The same test compares them.
func Topics() []string {
	return strings.Fields(`safety ethics blood-banking chemistry hematology microbiology immunology molecular-biology cytogenetics
		cytology histology cytometry immunohistochemistry apheresis phlebotomy donor-phlebotomy laboratory-assisting virology
		biorepository hiv-aids medical-errors laws-and-rules anatomic-pathology macroscopic-examination management education
		informatics quality general`)
}

// takesValue reports whether the next argument is the value of this flag of ours.
func takesValue(arg string) bool { return slices.Contains(Flags(), arg+"=") }

// Theirs reports whether arguments are meant for the cmp that compares files.
// exists tells whether a path names a file.
//
// If the first is a command or a flag of ours, the call is ours, even if there is a
// file of that name: cmp list list2 is ours, cmp ./list list2 theirs. A word of another
// tool, such as rm, is ours too, unless it and what follows are files. A number that follows
// is that of a credit, even if there is a file of that name. The code of a credential is
// ours where there is no file of that name, and so is what only ours can mean.
func Theirs(args []string, exists func(path string) bool) bool {
	if len(args) == 0 {
		return false
	}
	first := args[0]
	flag, _, _ := strings.Cut(first, "=")
	ours := append(Commands(), "__complete", "__completeNoDesc") // which completion scripts call
	if slices.Contains(ours, first) || slices.Contains(Flags(), flag) || takesValue(flag) {
		return false
	}
	words, options := operands(args)
	if Meant(first) != nil {
		gone := func(path string) bool {
			return path != "-" && (strings.Trim(path, "0123456789") == "" || !exists(path))
		}
		return len(words) > 0 && !slices.ContainsFunc(words[:min(2, len(words))], gone)
	}
	if !options && len(words) < 2 {
		return len(words) == 1 && (words[0] == "-" || exists(words[0]))
	}
	mayBeOurs := !strings.ContainsAny(first, "/.") && !strings.HasPrefix(first, "-") && !exists(first)
	return !mayBeOurs || !Near(first) && !slices.Contains(Codes(), strings.ToUpper(first)) && (options || !onlyOurs(args, words, exists))
}

// onlyOurs reports whether arguments without a file of the first name mean nothing to the
// other cmp: our name twice, or the number of a credit with a topic or a long flag.
func onlyOurs(args, words []string, exists func(path string) bool) bool {
	flagged := slices.ContainsFunc(args, func(arg string) bool { return len(arg) > 2 && strings.HasPrefix(arg, "--") })
	if args[0] == Own {
		return slices.Contains(Commands(), words[1])
	}
	number := strings.Trim(args[0], "0123456789") == ""
	return number && (flagged || slices.Contains(Topics(), words[1]) && !exists(words[1]))
}

// Near reports whether a word is probably a command of ours, mistyped or cut short, or a
// word of another tool, mistyped.
func Near(word string) bool { return Like(word, Commands()) != nil || NearOther(word) != "" }

// Like returns those of some names that a word is cut short, or else those that it most
// likely is with mistakes: two letters may be wrong, or one of three.
// What begins with un, de or dis is never a name that does not: it means the opposite.
// A single letter never is one: scripts call files so. The tests of diffutils compare d,
// which does not exist, with a.
func Like(word string, names []string) (all []string) {
	if len(word) < 2 {
		return nil
	}
	word = strings.ToLower(word)
	for _, opposite := range []string{"un", "de", "dis"} {
		if strings.HasPrefix(word, opposite) {
			names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strings.HasPrefix(name, opposite) })
		}
	}
	for _, name := range names {
		if strings.HasPrefix(name, word) {
			all = append(all, name)
		}
	}
	for most := 1; all == nil && most <= min(2, len(word)/2); most++ {
		for _, name := range names {
			if levenshtein.ComputeDistance(word, name) <= most {
				all = append(all, name)
			}
		}
	}
	return all
}

// operands returns the arguments that are no options, and whether there is an option
// of theirs. The value of a flag of ours is neither.
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

// isOption reports whether an argument is an option of theirs, or several in one.
// GNU diffutils 3.8 has these; other systems have fewer.
func isOption(arg string) bool {
	if strings.HasPrefix(arg, "--") {
		name, _, _ := strings.Cut(arg[len("--"):], "=")
		mayBe := func(option string) bool { return strings.HasPrefix(option, name) }
		return slices.ContainsFunc([]string{"print-bytes", "print-chars", "ignore-initial", "verbose", "bytes", "quiet", "silent"}, mayBe) &&
			!slices.ContainsFunc([]string{"help", "version"}, mayBe)
	}
	rest := strings.TrimLeft(arg[1:], "bclsv")
	return rest == "" || rest[0] == 'i' || rest[0] == 'n' // whose value is the rest, or the next argument
}
