// Command cmp is a ledger with which a laboratory professional keeps
// credentials alive.
package main

import (
	"os"

	"cmpledger/internal/cli"
)

// What the release was built from; set by the linker.
var version, commit, date string

func main() {
	build := cli.Build{Version: version, Commit: commit, Date: date}
	os.Exit(cli.Main(cli.System(), build, os.Args[1:]))
}
