package cli

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/handover"
	"cmpledger/internal/rules"
)

// NewRoot returns the tree of commands, as Main makes it.
func NewRoot(env Env) *cobra.Command {
	a := &app{env: env, settings: defaults(), name: handover.Own}
	a.book = rules.Builtin().With(a.packFiles)
	return a.newRoot("")
}

// Completers returns the flags and the names of arguments that something completes.
func Completers(env Env) []string {
	a := &app{env: env, settings: defaults()}
	return slices.Sorted(maps.Keys(a.completers()))
}

// ExitCodes are the codes that a command may end with.
func ExitCodes() []int { return []int{0, exitFailed, exitUsage, exitNo} }

// RecordFormats returns the formats that a command has beside table and JSON.
func RecordFormats(cmd *cobra.Command) string { return cmd.Annotations[recordFormats] }
