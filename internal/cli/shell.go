package cli

import (
	"runtime"
	"strings"
)

// shellWord returns an argument as it can be typed, in quotes where a shell of
// this system would make something else of it.
func shellWord(arg string) string {
	if runtime.GOOS == "windows" {
		return windowsWord(arg)
	}
	return posixWord(arg)
}

// wordLetters are those that no shell makes anything else of.
const wordLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:+"

func posixWord(arg string) string {
	if arg != "" && strings.Trim(arg, wordLetters+",@%") == "" {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// windowsWord is for cmd.exe and PowerShell alike: both take a path with
// backslashes as it is, and double quotes. What they make something of within
// those can only be typed in PowerShell.
func windowsWord(arg string) string {
	switch {
	case arg != "" && strings.Trim(arg, wordLetters+`\`) == "":
		return arg
	case strings.ContainsAny(arg, "\"$`%!"):
		return "'" + strings.ReplaceAll(arg, "'", "''") + "'"
	}
	behind := len(arg) - len(strings.TrimRight(arg, `\`)) // which would take the quote for a letter
	return `"` + arg + strings.Repeat(`\`, behind) + `"`
}
