// Command linked is bare with the libraries of cmp linked to it, which a command
// that nobody runs uses.
package main

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/olekukonko/tablewriter/renderer"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"
	_ "modernc.org/sqlite"
)

func main() {
	root := &cobra.Command{Use: "linked"}
	root.AddCommand(&cobra.Command{
		Use: "version",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Println("linked version 1")
			return err
		},
	}, &cobra.Command{
		Use: "use",
		RunE: func(*cobra.Command, []string) error {
			db, err := sql.Open("sqlite", ":memory:")
			return errors.Join(err, db.Ping(), viper.New().ReadInConfig(), renderer.NewBlueprint().Start(io.Discard))
		},
	})
	if root.Execute() != nil {
		os.Exit(1)
	}
}
