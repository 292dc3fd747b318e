// Command cmp is a ledger with which a laboratory professional keeps
// credentials alive.
package main

import (
	"fmt"
	"os"

	"cmpledger/internal/cli"
	"cmpledger/internal/handover"
	"cmpledger/internal/release"
)

func main() {
	if isTheirs(os.Args) {
		code, err := handover.To(os.Args)
		if err != nil {
			fmt.Fprintln(os.Stderr, "cmp: "+err.Error())
			code = 2
		}
		os.Exit(code)
	}
	os.Exit(cli.Main(cli.System(), release.This(), os.Args[1:]))
}

// isTheirs reports whether a call is meant for the cmp that compares files. A
// setting that is wrong is told by package cli.
func isTheirs(args []string) bool {
	setting, err := handover.Setting(args[0], os.Getenv)
	exists := func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	}
	return err == nil && (setting == handover.Always || setting == handover.Decide && handover.Theirs(args[1:], exists))
}
