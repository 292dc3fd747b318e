// Package prompt reads answers on a terminal, line by line, with editing and
// completion. What is pasted is one answer, whatever lines it has. It knows
// nothing of what is asked, and judges no answer.
package prompt

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// ErrLeft is returned where the person leaves: with Ctrl-C, with Ctrl-D on an
// empty line, or by ending the program with a signal.
var ErrLeft = errors.New("left")

// A Console is what a terminal does beside reading and writing. What is nil it
// cannot do.
type Console struct {
	// Raw hands every key to the program as it is pressed, until restore.
	Raw func() (restore func(), err error)
	// Columns returns how wide the terminal is now.
	Columns func() int
	// Suspend stops the program, as Ctrl-Z does, and returns when it goes on.
	Suspend func()
}

// columns returns how wide a terminal is, or 0.
func columns(out *os.File) int {
	n, _, err := term.GetSize(int(out.Fd()))
	if err != nil {
		return 0
	}
	return n
}

// A Prompt asks for lines. It is not safe for use by several goroutines.
type Prompt struct {
	console Console
	restore func()
	plain   *bufio.Reader // where lines cannot be edited, else nil
	out     io.Writer
	line    *term.Terminal
	keys    *keys
	signals chan os.Signal
	again   bool // Tab was pressed last, too
	// question is what stands before the line that is read.
	question string
}

// Edits reports whether lines can be edited and completed.
func (p *Prompt) Edits() bool { return p.plain == nil }

// New returns a prompt that edits lines, or, where the console has no Raw or
// that fails, one that reads them as the terminal gives them. [Prompt.Close]
// leaves the terminal as it was.
func New(in io.Reader, out io.Writer, console Console) *Prompt {
	p := &Prompt{console: console, restore: func() {}, out: out}
	if console.Raw == nil {
		p.plain = bufio.NewReader(in)
		return p
	}
	restore, err := console.Raw()
	if err != nil {
		p.plain = bufio.NewReader(in)
		return p
	}
	p.restore = restore
	p.signals = make(chan os.Signal, 4)
	signal.Notify(p.signals, append(resumed(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)...)
	p.keys = &keys{in: in, arrived: make(chan chunk), signals: p.signals, resume: p.resume, before: p.resize, idle: p.repaint}
	p.line = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{p.keys, out}, "")
	p.line.History = noHistory{}
	p.line.SetBracketedPasteMode(true)
	return p
}

// Close leaves the terminal as it was.
func (p *Prompt) Close() {
	if p.plain != nil {
		return
	}
	signal.Stop(p.signals)
	p.line.SetBracketedPasteMode(false)
	p.restore()
}

// Columns returns how wide the terminal is, or 80 where it does not say so.
func (p *Prompt) Columns() int {
	if p.console.Columns != nil {
		if n := p.console.Columns(); n > 0 {
			return n
		}
	}
	return 80
}

// Write writes what is no answer.
func (p *Prompt) Write(text []byte) (int, error) {
	if p.plain != nil {
		return p.out.Write(text)
	}
	return p.line.Write(text)
}

// Line asks, with text to begin with that can be edited, and returns what was
// typed, without blanks around it. It fails with [ErrLeft], or since the
// terminal cannot be read.
func (p *Prompt) Line(question, text string, complete Completer) (string, error) {
	answer, err := p.read(question, text, complete)
	if errors.Is(err, io.EOF) {
		err = ErrLeft
	}
	if err != nil {
		_, _ = io.WriteString(p.out, "\r\n") // not of the line, which is shown no more
	}
	return strings.TrimSpace(answer), err
}

func (p *Prompt) read(question, text string, complete Completer) (string, error) {
	if p.plain != nil {
		_, _ = io.WriteString(p.out, question)
		answer, err := p.plain.ReadString('\n')
		if err != nil && answer != "" && errors.Is(err, io.EOF) {
			err = nil // the last line has no end
		}
		return strings.ToValidUTF8(answer, string(utf8.RuneError)), err
	}
	p.resize()
	p.question = question
	p.line.SetPrompt(question)
	p.again = false
	p.keys.begin(text)
	p.line.AutoCompleteCallback = func(line string, at int, key rune) (string, int, bool) {
		return p.press(complete, line, at, key)
	}
	answer, err := p.line.ReadLine()
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil
	}
	return answer, err
}

// press does what a key does that edits nothing by itself.
func (p *Prompt) press(complete Completer, line string, at int, key rune) (string, int, bool) {
	const tab, ctrlZ = '\t', 26
	again := p.again
	p.again = key == tab
	switch {
	case key == ctrlZ && p.console.Suspend != nil:
		p.suspend()
	case key == tab && complete != nil:
		to, rest, candidates := complete.apply(line[:at], line[at:])
		if again && to == line[:at] && len(candidates) > 1 {
			_, _ = p.Write([]byte(listed(candidates, p.Columns())))
		}
		return to + rest, len(to), true
	}
	return "", 0, false
}

// suspend gives the terminal back while the program is stopped. Suspend may
// return before it is, so the signal that it goes on is waited for; where no
// shell can stop it, none comes.
func (p *Prompt) suspend() {
	const soon = 200 * time.Millisecond
	_, _ = p.line.Write(nil) // what was typed so far is shown
	_, _ = io.WriteString(p.out, "\r\n")
	p.restore()
	p.console.Suspend()
	select {
	case s := <-p.signals:
		p.signals <- s // for whoever waits for keys
	case <-time.After(soon):
	}
	p.resume()
}

// resume reads keys again, after another program had the terminal, and shows
// the line again.
func (p *Prompt) resume() {
	_, _ = p.console.Raw() // how it was before the first time is known
	p.line.SetBracketedPasteMode(true)
	p.resize()
	_, _ = p.line.Write(nil)
}

// repaint draws a line of at most so many bytes anew, if it is sure to be one
// line of the screen: the editor takes every character for one column wide, and
// leaves gaps or remains of those that are not.
func (p *Prompt) repaint(bytes int) {
	if len(p.question)+bytes < p.Columns() {
		_, _ = io.WriteString(p.out, "\r")
		_, _ = p.line.Write(nil)
	}
}

func (p *Prompt) resize() { _ = p.line.SetSize(p.Columns(), 0) }

// noHistory keeps no answers: each is to another question.
type noHistory struct{}

func (noHistory) Add(string)    {}
func (noHistory) Len() int      { return 0 }
func (noHistory) At(int) string { return "" }
