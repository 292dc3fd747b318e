// Command cmp tracks continuing education, and helps laboratory professionals to keep
// their certifications current.
package main

import (
	"fmt"
	"os"

	"cmpledger/internal/cli"
	"cmpledger/internal/handover"
)

// Set by the linker, in a release: -X main.version=1.2.3.
var version, commit, date string

func main() {
	theirs, _ := handover.IsTheirs(os.Args, os.Getenv, handover.Watched) // package cli tells what is wrong with the setting
	if !theirs {
		os.Exit(cli.Main(cli.System(), cli.Build{Version: version, Commit: commit, Date: date}, os.Args[1:]))
	}
	code, err := handover.To(os.Args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cmp: "+err.Error())
		code = 2
	}
	os.Exit(code)
}
