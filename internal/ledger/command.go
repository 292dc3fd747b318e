package ledger

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Command is a command line as arguments, without the program's name:
// {"declare", "SBB"}. Whoever prints it adds the name.
type Command []string

// With returns the command with a flag and its value, which may begin with a dash.
func (c Command) With(flag, value string) Command {
	if dashed(value) {
		return append(c, flag+"="+value)
	}
	return append(c, flag, value)
}

// About returns the command with a text that others wrote before its flags. A text that
// begins with a dash comes last, behind --, so that it is not taken for a flag.
func (c Command) About(text string) Command {
	if dashed(text) {
		return slices.Concat(c, Command{"--", text})
	}
	flags := slices.IndexFunc(c, dashed)
	if flags < 0 {
		flags = len(c)
	}
	return slices.Insert(slices.Clone(c), flags, text)
}

// File returns the path of a file as an argument that is no flag. Standard input is -.
func File(path string) string {
	if dashed(path) && path != "-" {
		return "./" + path
	}
	return path
}

func dashed(text string) bool { return strings.HasPrefix(text, "-") }

// As returns the command line to type. The program is its name, and flags with their values,
// such as --db FILE. A flag that the command has itself is left out of them: whoever
// puts a text of others into it does so by [Command.With], [Command.About] or [File].
func (c Command) As(program ...string) string {
	all := Command(program[:min(1, len(program))])
	flags := c
	if i := slices.Index(c, "--"); i >= 0 {
		flags = c[:i]
	}
	for i := 1; i+1 < len(program); i += 2 {
		if !slices.Contains(flags, program[i]) {
			all = append(all, program[i:i+2]...)
		}
	}
	return slices.Concat(all, c).Words()
}

// Words returns the arguments quoted for a shell of this system.
func (c Command) Words() string {
	parts := make([]string, len(c))
	for i, arg := range c {
		parts[i] = ShellWord(arg)
	}
	return strings.ToValidUTF8(strings.Join(parts, " "), "\uFFFD")
}

// A Text is a sentence whose commands do not have the program's name yet.
type Text struct {
	format string
	args   []any
}

// Say returns a text. It formats as fmt.Sprintf does; use %s for a [Command] or [Text].
func Say(format string, args ...any) Text { return Text{format, args} }

// As returns the sentence with its commands as [Command.As] has them.
func (t Text) As(program ...string) string {
	args := make([]any, len(t.args))
	for i, arg := range t.args {
		switch arg := arg.(type) {
		case Command:
			args[i] = arg.As(program...)
		case Text:
			args[i] = arg.As(program...)
		default:
			args[i] = arg
		}
	}
	return fmt.Sprintf(t.format, args...)
}

// On returns the text with a file's path in the place of FILE in its commands.
func (t Text) On(path string) Text {
	args := make([]any, len(t.args))
	for i, arg := range t.args {
		switch arg := arg.(type) {
		case Command:
			c := make(Command, len(arg))
			for k, word := range arg {
				if c[k] = word; word == "FILE" {
					c[k] = File(path)
				}
			}
			args[i] = c
		case Text:
			args[i] = arg.On(path)
		default:
			args[i] = arg
		}
	}
	return Text{t.format, args}
}

// Command returns the first command in the text, nil if there is none.
func (t Text) Command() Command {
	for _, arg := range t.args {
		switch arg := arg.(type) {
		case Command:
			return arg
		case Text:
			if c := arg.Command(); c != nil {
				return c
			}
		}
	}
	return nil
}

// IsEmpty reports whether the text says nothing.
func (t Text) IsEmpty() bool { return t.As() == "" }

// An Error is one that a person can mend.
type Error struct {
	Code  string // for programs, such as "refused"; "" for a bad file
	Where string // the file, row or value it is about; "" if the caller adds it
	What  string // what is wrong with it
	Try   Text   // what to type or do next; may be empty
	Err   error  // the cause, or nil
}

// Error says where and what. It leaves out Try, which needs the program's name.
func (e *Error) Error() string {
	if e.Where == "" {
		return e.What
	}
	return e.Where + ": " + e.What
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ShellWord returns an argument quoted, where needed, for a shell of this system.
func ShellWord(arg string) string {
	switch {
	case runtime.GOOS == "windows":
		return windowsWord(arg)
	case arg != "" && arg[0] != '=' && strings.Trim(arg, wordLetters+",@%") == "": // zsh takes =ls for a program
		return arg
	case !utf8.ValidString(arg) || strings.ContainsFunc(arg, unseen):
		return escapedWord(arg)
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// unseen reports whether a screen shows a character as another one, or not at all.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.IsSpace(r) && r != ' '
}

// escapedWord quotes an argument that a screen cannot show as it is: $'a\nb'.
func escapedWord(arg string) string {
	var b strings.Builder
	for text := arg; text != ""; {
		r, n := utf8.DecodeRuneInString(text)
		switch part := text[:n]; {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\'' || r == '\\':
			b.WriteString(`\` + part)
		case !unseen(r) && (r != utf8.RuneError || n > 1):
			b.WriteString(part)
		default:
			for _, c := range []byte(part) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
		text = text[n:]
	}
	return "$'" + b.String() + "'"
}

// Disarmed returns a text that no spreadsheet takes for a formula: it has an apostrophe
// before it where one is needed.
func Disarmed(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r\n") {
		return "'" + text
	}
	return text
}

// wordLetters have no special meaning in any shell, but for a first = in zsh.
const wordLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:+"

// windowsWord quotes an argument for both cmd.exe and PowerShell, where that is possible.
func windowsWord(arg string) string {
	switch {
	case arg != "" && strings.Trim(arg, wordLetters+`\`) == "":
		return arg
	case strings.ContainsAny(arg, "\"$`%!"):
		return "'" + strings.ReplaceAll(arg, "'", "''") + "'"
	}
	trailing := len(arg) - len(strings.TrimRight(arg, `\`)) // doubled, so that they do not escape the quote
	return `"` + arg + strings.Repeat(`\`, trailing) + `"`
}
