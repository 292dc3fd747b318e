package handover

import (
	"slices"
	"strings"
)

// Commands returns the first words that are commands of ours. A test of package
// cli holds them equal to what there is: building the commands to ask them takes
// longer than comparing two files.
func Commands() []string {
	return []string{
		"add", "allocate", "audit", "backup", "calendar", "completion", "config", "courses", "credential",
		"deallocate", "declare", "demo", "doctor", "edit", "evidence", "explain", "export", "help", "import", "keep",
		"list", "log", "merge", "plan", "profile", "reconcile", "redo", "remove", "renew", "report", "restore",
		"rules", "schema", "show", "status", "undo", "version",
	}
}

// Flags returns the flags of ours that may come before a command, with their
// dashes and, if they take a value, with = behind them. The same test holds
// them.
func Flags() []string {
	return []string{"--allocate=", "--as-of=", "--color=", "--config=", "--db=", "--format=", "--help", "--version", "-h"}
}

// isCommand reports whether the word is a command of ours, or what completion
// scripts call.
func isCommand(word string) bool {
	return slices.Contains(Commands(), word) || word == "__complete" || word == "__completeNoDesc"
}

// isFlag reports whether the argument is a flag of ours, with its value or
// without.
func isFlag(arg string) bool {
	name, _, _ := strings.Cut(arg, "=")
	return slices.Contains(Flags(), name) || takesValue(name)
}

// takesValue reports whether the argument is a flag of ours whose value is the
// next one.
func takesValue(arg string) bool { return slices.Contains(Flags(), arg+"=") }
