package ledger

import (
	"fmt"
	"runtime"
	"strings"
)

// A Command is a command line, argument by argument, without the program's name,
// which is added where it is printed: {"declare", "SBB"}.
type Command []string

// As returns the command as it is typed where the program has that name.
func (c Command) As(program string) string { return strings.TrimSpace(program + " " + c.Words()) }

// Words returns the arguments as they are typed in a shell of this system.
func (c Command) Words() string {
	parts := make([]string, len(c))
	for i, arg := range c {
		parts[i] = ShellWord(arg)
	}
	return strings.ToValidUTF8(strings.Join(parts, " "), "\uFFFD")
}

// A Text is a sentence in which commands are still arguments.
type Text struct {
	format string
	args   []any
}

// Say returns a text. Arguments are as for fmt.Sprintf; a [Command] or [Text] is at
// %s.
func Say(format string, args ...any) Text { return Text{format, args} }

// As returns the text for a program that has that name.
func (t Text) As(program string) string {
	args := make([]any, len(t.args))
	for i, arg := range t.args {
		switch arg := arg.(type) {
		case Command:
			args[i] = arg.As(program)
		case Text:
			args[i] = arg.As(program)
		default:
			args[i] = arg
		}
	}
	return fmt.Sprintf(t.format, args...)
}

// IsEmpty reports whether the text says nothing.
func (t Text) IsEmpty() bool { return t.As("") == "" }

// An Error is one that a person can mend.
type Error struct {
	Code  string // for programs, such as "refused"; "" is that a file is bad
	Where string // the file, row or value it is about; "" where the caller says so
	What  string // what is wrong with it
	Try   Text   // what to type or do next; may be empty
	Err   error  // the cause, or nil
}

// Error says where and what; what to do next says who knows the program's name.
func (e *Error) Error() string {
	if e.Where == "" {
		return e.What
	}
	return e.Where + ": " + e.What
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ShellWord returns an argument as it is typed on this system, in quotes where
// needed.
func ShellWord(arg string) string {
	switch {
	case runtime.GOOS == "windows":
		return windowsWord(arg)
	case arg != "" && strings.Trim(arg, wordLetters+",@%") == "":
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// wordLetters are those that no shell makes anything else of.
const wordLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:+"

// windowsWord is for cmd.exe and PowerShell alike, where that is possible.
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
