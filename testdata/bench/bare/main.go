// Command bare is the least that a program built on Cobra can be: what a
// command costs that needs nothing.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "bare"}
	root.AddCommand(&cobra.Command{
		Use: "version",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Println("bare version 1")
			return err
		},
	})
	if root.Execute() != nil {
		os.Exit(1)
	}
}
