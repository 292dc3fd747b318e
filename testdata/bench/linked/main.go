// Command linked is bare with the libraries of cmp linked to it.
//
//	linked version            uses none of them
//	linked query FILE QUERY   runs one query, as sqlite3 does, and reads its rows
package main

import (
	"database/sql"
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
		Use:  "query",
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return query(args[0], args[1]) },
	}, &cobra.Command{
		Use: "tables", // which nobody calls
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Println(viper.New().AllKeys(), renderer.NewBlueprint().Start(io.Discard))
			return err
		},
	})
	if root.Execute() != nil {
		os.Exit(1)
	}
}

func query(file, text string) error {
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var topic string
		var points int64
		if err := rows.Scan(&topic, &points); err != nil {
			return err
		}
		fmt.Printf("%s|%d\n", topic, points)
	}
	return rows.Err()
}
