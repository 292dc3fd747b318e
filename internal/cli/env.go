package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
	"cmpledger/internal/store"
)

// Env is the world as the program sees it.
type Env struct {
	Program  string // as the program was called, with or without a path; "" is cmp
	In       io.Reader
	Out, Err io.Writer
	// Which of the streams are terminals.
	InTerminal, OutTerminal, ErrTerminal bool
	// Console is what the terminal of In and Err does beside that.
	Console prompt.Console
	// Width is how many columns lines of Out may have; 0 is no limit.
	Width int
	UTF8  bool // the locale can show more than ASCII
	// Now returns the time by the holder's clock, whose calendar day is today.
	Now    func() time.Time
	Getenv func(string) string
	System string // as Go names it: linux, darwin, windows
	User   int    // the holder's number on the system
	// Executable returns the whole path of the program, by the name that people install.
	Executable func() string
	// Run runs another program, which shows nothing, and returns what it says.
	Run func(args ...string) (said string, err error)
	// Ended is called when all is done and said. It does not return where the program
	// is being stopped. It may be nil.
	Ended func()
}

// System returns the world that the process is in, which is the program's own.
func System() Env {
	e := Env{
		Program: os.Args[0],
		In:      os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Console:     prompt.NewConsole(os.Stdin, os.Stderr),
		Now:         time.Now,
		Getenv:      os.Getenv,
		System:      runtime.GOOS, User: os.Getuid(), Executable: executable, Run: runOther,
	}
	e.UTF8 = utf8Locale(os.Getenv)
	watch(&e)
	store.SingleThread()
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		e.Width = n
	} else if n, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && e.OutTerminal {
		e.Width = n
	}
	return e
}

// executable prefers the link that people call: an update changes what it leads to.
func executable() string {
	own, _ := os.Executable()
	called, err := exec.LookPath(os.Args[0])
	if err == nil {
		called, err = filepath.Abs(called)
	}
	a, _ := os.Stat(own)
	if b, _ := os.Stat(called); err == nil && a != nil && os.SameFile(a, b) {
		return called
	}
	return own
}

func runOther(args ...string) (string, error) {
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	said, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	return strings.TrimSpace(string(said)), err
}

func (e Env) canAsk() bool { return e.InTerminal && e.ErrTerminal }

func (e Env) today() ledger.Date {
	now := e.Now()
	return ledger.MakeDate(now.Year(), int(now.Month()), now.Day())
}

// utf8Locale reports whether the locale shows UTF-8. Windows and macOS set no
// locale where it does; elsewhere none means ASCII.
func utf8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return runtime.GOOS == "windows" || runtime.GOOS == "darwin"
}
