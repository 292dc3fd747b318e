//go:build !unix

package prompt

import "os"

// NewConsole returns the console of a terminal that is read from in and
// written to by out. Its lines are edited by the terminal itself: older
// consoles of Windows show the codes that would move their cursor.
func NewConsole(_, out *os.File) Console { return Console{Columns: func() int { return columns(out) }} }

// resumed returns no signals: no job can be stopped.
func resumed() []os.Signal { return nil }
