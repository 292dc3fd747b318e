package cli

import (
	"github.com/spf13/cobra"

	"cmpledger/internal/handover"
	"cmpledger/internal/rules"
)

// NewRoot returns the tree of commands, as Main makes it.
func NewRoot(env Env) *cobra.Command {
	a := &app{env: env, settings: defaults(), name: handover.Own}
	a.book = rules.Builtin().With(a.packFiles)
	root := a.newRoot()
	root.InitDefaultHelpCmd()
	return root
}
