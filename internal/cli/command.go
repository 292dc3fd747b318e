package cli

import "github.com/spf13/cobra"

// Command returns the tree of commands of a program that is installed under the
// given name, for those who describe it and do not run it: manual pages are made
// of it.
func Command(name string) *cobra.Command {
	a := &app{name: name, settings: defaults()}
	return a.newRoot("")
}
