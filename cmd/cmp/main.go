// Command cmp is a ledger with which a laboratory professional keeps
// credentials alive.
package main

import (
	"os"

	_ "cmpledger/cmd/cmp/first" // what is meant for the other cmp does not come as far as main
	"cmpledger/internal/cli"
	"cmpledger/internal/release"
)

func main() {
	os.Exit(cli.Main(cli.System(), release.This(), os.Args[1:]))
}
