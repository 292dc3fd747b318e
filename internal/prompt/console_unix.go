//go:build unix

package prompt

import (
	"os"
	"syscall"

	"golang.org/x/term"
)

// NewConsole returns the console of a terminal that is read from in and
// written to by out.
func NewConsole(in, out *os.File) Console {
	return Console{
		Raw: func() (func(), error) {
			before, err := term.MakeRaw(int(in.Fd()))
			if err != nil {
				return nil, err
			}
			return func() { _ = term.Restore(int(in.Fd()), before) }, nil
		},
		Columns: func() int { return columns(out) },
		Suspend: func() { _ = syscall.Kill(0, syscall.SIGTSTP) },
	}
}

// resumed returns the signals that say that the program goes on.
func resumed() []os.Signal { return []os.Signal{syscall.SIGCONT} }
