package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// The exit codes, as the contract has them.
const (
	exitFailed = 1 // a file, the ledger, bad data, a well-formed name of what is not there
	exitUsage  = 2 // the command line is wrong
	exitNo     = 3 // the answer is no
)

// A failure is an error with all that a person and a script need of it.
type failure struct {
	exit    int
	code    string      // for scripts: "usage", "not-found", …
	message string      // what was given and what is wrong with it
	given   string      // what people are told in its place where the hint says what is wrong
	hint    ledger.Text // what to type next, or empty
	details []ledger.Text
	cause   error
}

func (f *failure) Error() string { return f.message }
func (f *failure) Unwrap() error { return f.cause }

func (f *failure) line() ledger.Text {
	switch {
	case f.hint.IsEmpty():
		return ledger.Say("%s", f.message)
	case f.given != "":
		return ledger.Say("%s: %s", f.given, f.hint)
	}
	return ledger.Say("%s; %s", f.message, f.hint)
}

func (f *failure) sentence() ledger.Text {
	all := f.line()
	for _, d := range f.details {
		all = ledger.Say("%s. %s", all, d)
	}
	return all
}

func (f *failure) try(format string, args ...any) *failure {
	f.hint = ledger.Say(format, args...)
	return f
}

func newFailure(exit int, code, format string, args []any) *failure {
	err := fmt.Errorf(format, args...)
	return &failure{exit: exit, code: code, message: err.Error(), cause: errors.Unwrap(err)}
}

func usage(format string, args ...any) *failure {
	return newFailure(exitUsage, "usage", format, args)
}

func notFound(format string, args ...any) *failure {
	return newFailure(exitFailed, "not-found", format, args)
}

// refused is something that cannot be done as things stand.
func refused(format string, args ...any) *failure {
	return newFailure(exitFailed, "refused", format, args)
}

// badFile is a file that cannot be read, written or understood.
func badFile(format string, args ...any) *failure {
	return newFailure(exitFailed, "file", format, args)
}

// no is the answer no.
func no(code, format string, args ...any) *failure {
	return newFailure(exitNo, code, format, args)
}

// errSilentNo is the answer no where the answer itself was printed already.
var errSilentNo = &failure{exit: exitNo}

func (a *app) report(cmd *cobra.Command, err error) int {
	f := a.explain(cmd, err)
	if f.exit == exitUsage && f.message != "" && cmd.Flags().Parsed() {
		f = a.guessed(cmd, f)
	}
	a.sayFaults()
	if f.message == "" {
		a.sayAtLast()
		return f.exit
	}
	return a.sayFailure(f)
}

// sayFailure says what failed, and returns the exit code.
func (a *app) sayFailure(f *failure) int {
	if a.settings.Format == answer.JSON {
		item := errorItem{Code: f.code, Message: f.message, Hint: f.hint.As(a.call...)}
		for _, d := range f.details {
			item.Details = append(item.Details, d.As(a.call...))
		}
		_ = answer.WriteJSON(answer.Screen{Out: a.env.Err, Terminal: a.env.ErrTerminal}.Raw(), errorAnswer{item})
		return f.exit
	}
	fmt.Fprintln(a.env.Err, a.filled(a.name+": "+f.line().As(a.call...)))
	for _, d := range f.details { // which may be lines to copy
		fmt.Fprintln(a.env.Err, "  "+answer.Text(d.As(a.call...)))
	}
	return f.exit
}

// crashed is for a mistake of the program, which nothing else has caught. What it had begun
// is undone by then.
func (a *app) crashed(mistake any) int {
	if a.env.Getenv("CMP_TRACE") != "" {
		_, _ = a.env.Err.Write(debug.Stack())
	}
	if a.asksForJSON(a.typed) {
		a.settings.Format = answer.JSON
	}
	f := newFailure(exitFailed, "failed", "cmp made a mistake and stopped: %v", []any{mistake}).
		try("to check your ledger: %s", ledger.Command{"doctor"})
	if a.wrote {
		f.details = append(f.details, ledger.Say("Your ledger was changed all the same: %s shows what was done", ledger.Command{"log"}))
	}
	f.details = append(f.details, ledger.Say("To report it, run the command again with CMP_TRACE=1 and send what it shows. This is cmp %s", a.build.number()))
	return a.sayFailure(f)
}

// filled breaks a line for stderr between words where the terminal ends, if it is one.
func (a *app) filled(line string) string {
	var text strings.Builder
	screen := answer.Screen{Out: &text}
	if a.env.ErrTerminal {
		if screen.Width = a.env.Width; screen.Width == 0 && a.env.Console.Columns != nil {
			screen.Width = a.env.Console.Columns()
		}
	}
	if screen.Width == 0 {
		return answer.Text(line)
	}
	screen.Sentence(line)
	return strings.TrimSuffix(text.String(), "\n")
}

// explain makes a failure of any error, which also says what to type instead of a path.
func (a *app) explain(cmd *cobra.Command, err error) *failure {
	f := a.classify(cmd, err)
	if f.hint.IsEmpty() {
		f.hint = otherPath(err)
	}
	if f.hint.IsEmpty() && errors.Is(err, ledger.ErrNoTopic) {
		f.hint = ledger.Say("%s lists the topics", ledger.Command{"topics"})
	}
	if try := words.FileTry(err); f.hint.IsEmpty() && try != "" {
		f.hint = ledger.Say("%s", try)
	}
	return f
}

// otherPath says what to type instead of the path of a file that cannot be read, if
// that is what the error is about.
func otherPath(err error) ledger.Text {
	var at *fs.PathError
	var large atomicfile.TooLarge
	switch {
	case !errors.As(err, &at):
	case errors.Is(err, atomicfile.ErrNotFile):
		return ledger.Say("save its content to a file, and name that")
	case errors.As(err, &large):
		return ledger.Say("name another file")
	case errors.Is(err, syscall.EISDIR):
		return ledger.Say("name a file in it")
	case errors.Is(err, fs.ErrNotExist) && strings.Contains(at.Path, "://"):
		return ledger.Say("it is a web address, and cmp fetches nothing: save it to a file, and name that")
	case errors.Is(err, fs.ErrNotExist):
		if to, err := os.Readlink(at.Path); err == nil {
			return ledger.Say("it is a link to %s, which does not exist", to)
		}
		folder, name := filepath.Split(filepath.Clean(at.Path))
		entries, none := os.ReadDir(cmp.Or(folder, "."))
		if near := ledger.Nearest(name, words.Map(entries, fs.DirEntry.Name)); near != "" {
			return ledger.Say("did you mean %s?", ledger.ShellWord(folder+near))
		}
		if errors.Is(none, fs.ErrNotExist) {
			return ledger.Say("there is no folder %s", filepath.Dir(folder))
		}
		if folder != "" {
			return ledger.Say("the folder %s has no %s", filepath.Dir(folder), name)
		}
		return ledger.Say("give its whole path, such as ~/Downloads/%s (dragging the file into this window types it)", name)
	}
	return ledger.Text{}
}

type errorAnswer struct {
	Error errorItem `json:"error" shape:"cmp.error/1" title:"Why a command failed" doc:"Written to standard error by every command that fails."`
}

type errorItem struct {
	Code    string   `json:"code" as:"failure-code"`
	Message string   `json:"message" doc:"What was given and what is wrong with it."`
	Hint    string   `json:"hint" doc:"What to type next." empty:"where nothing helps"`
	Details []string `json:"details,omitempty" doc:"Line by line, such as rows that cannot be used. Absent where there are none."`
}

// classify makes a failure of any error.
func (a *app) classify(cmd *cobra.Command, err error) *failure {
	var f *failure
	var unknown *rules.UnknownCredentialError
	var pack *rules.PackError
	var missing *actions.NoCreditError
	var unjudged *actions.UnjudgedError
	var plain *ledger.Error
	switch {
	case errors.As(err, &pack): // whatever asked for it
		f := a.badPack(pack)
		if errors.As(err, &unjudged) {
			f.message = unjudged.Error()
		}
		return f
	case errors.As(err, &unjudged) && errors.As(err, &unknown):
		return a.noRules(unjudged.Credential)
	case errors.As(err, &missing):
		gone := error(missing)
		_ = a.view(cmd.Context(), func(tx *store.Tx) error { // which may fail too
			gone = actions.Gone(cmd.Context(), tx, missing)
			return nil
		})
		return a.classify(cmd, gone)
	case errors.As(err, &f):
		return f
	case errors.As(err, &plain):
		return failureOf(err)
	case errors.As(err, &unknown):
		return notKnown(cmd, unknown)
	case errors.As(err, &unjudged) && unjudged.Credential.Current().Last == 0: // the day chose the rules
		return a.noRulesThen(unjudged.Credential)
	case errors.As(err, &unjudged): // its cycle ended before there were rules
		return refused("%w", err).try("%s gives the cycle another last day", ledger.Command{"credential", "edit", unjudged.Credential.String(), "--expires", "DATE"})
	case errors.Is(err, store.ErrNotFound):
		return notFound("%w", err)
	case !a.running:
		return usage("%w", err).try("%s --help", cmd.CommandPath())
	}
	return newFailure(exitFailed, "failed", "%w", []any{err})
}

// failureOf makes a failure, which the caller may change, of one or of another error
// about a file.
func failureOf(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		same := *f
		return &same
	}
	f := badFile("%w", err)
	if bad, ok := errors.AsType[*ledger.Error](err); ok {
		f.code, f.hint = cmp.Or(bad.Code, f.code), bad.Try
	}
	if f.code == "usage" {
		f.exit = exitUsage
	}
	return f
}

// leftOut adds to an answer, in the end, which credentials are left out of it and why.
func (a *app) leftOut(err error) error {
	if a.left == nil || err != nil && !errors.Is(err, errSilentNo) {
		return err
	}
	f := a.classify(nil, a.left[0])
	f.message = "left out: " + f.message
	for _, more := range a.left[1:] {
		f.details = append(f.details, ledger.Say("left out: %s", a.classify(nil, more).line()))
	}
	if err != nil { // the answer is no, whatever is left out
		f.exit = exitNo
	}
	return f
}

// flagError says what is wrong with a flag, unless the word before it is no command:
// then the flag was meant for another one.
func flagError(cmd *cobra.Command, err error) error {
	if cmd.HasSubCommands() && !strings.Contains(cmd.Use, " ") && cmd.Flags().NArg() > 0 {
		return noSuchCommand(cmd, cmd.Flags().Args())
	}
	var invalid *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &invalid):
		reason := invalid.Unwrap() // what the parser of the value said
		switch invalid.GetFlag().Value.Type() {
		case "bool":
			reason = errors.New("not true or false")
		case "int", "int64":
			reason = errors.New("not a whole number")
		case "intSlice":
			reason = errors.New("not numbers such as 7,9")
		}
		if invalid.GetFlag().Name == "format" { // of those that this command has
			reason = ledger.Unknown("a format", "formats", invalid.GetValue(), formatsOf(cmd))
		}
		f := usage("--%s %q: %w", invalid.GetFlag().Name, invalid.GetValue(), reason)
		if said := reason.Error(); isDay(invalid.GetFlag()) && (said == "not a day such as 2026-11-21" || said == "not a day of the calendar") {
			return f.try("%s", otherDays)
		}
		return f
	case errors.As(err, &missing) && isDay(missing.GetFlag()):
		return usage("--%s: needs a day such as 2026-11-21", missing.GetFlag().Name).try("%s", otherDays)
	case errors.As(err, &missing):
		return usage("--%s: needs a value", missing.GetFlag().Name).try("%s --help", cmd.CommandPath())
	case !errors.As(err, &unknown):
		return usage("%w", err).try("%s --help", cmd.CommandPath())
	}
	given := "--" + unknown.GetSpecifiedName()
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		given = "-" + short
	}
	return usage("unknown flag %s", given).try("%s --help lists its flags", cmd.CommandPath())
}

// otherDays says how days can be typed too.
const otherDays = `today, 11/21/2026 and "3 days ago" work too`

// isDay reports whether the value of a flag is a day.
func isDay(f *pflag.Flag) bool {
	value, ok := f.Value.(interface{ Get() any })
	if ok {
		_, ok = value.Get().(*ledger.Day)
	}
	return ok
}

// named returns a command as it is typed behind cmp: "credential add".
func named(cmd *cobra.Command) string {
	return strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
}
