// Command cmp tracks continuing education, and helps laboratory professionals to keep
// their certifications current.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"cmpledger/internal/cli"
	"cmpledger/internal/handover"
)

// Set by the linker, in a release: -X main.version=1.2.3.
var version, commit, date string

// How much garbage there may be: four times the data, since a command soon ends (package cli
// allows less where it reads a file), and from mostMemory on as little as may be, so that
// no file takes more than 500 MB.
const (
	mostGarbage = 400 // percent
	mostMemory  = 300 << 20
)

func main() {
	deepen(false)
	theirs, _ := handover.IsTheirs(os.Args, os.Getenv, handover.Watched) // package cli tells what is wrong with the setting
	if !theirs {
		debug.SetGCPercent(mostGarbage)
		debug.SetMemoryLimit(mostMemory)
		os.Exit(cli.Main(cli.System(), cli.Build{Version: version, Commit: commit, Date: date}, os.Args[1:]))
	}
	code, err := handover.To(os.Args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cmp: "+err.Error())
		code = 2
	}
	os.Exit(code)
}

// deepen makes the stack as deep as cmp status needs it, at once: step by step it takes
// 0.2 ms more, of 4.7.
//
//go:noinline
func deepen(fill bool) byte {
	if !fill { // always: it is enough that there is room
		return 0
	}
	var room [40 << 10]byte
	return room[len(os.Args)]
}
