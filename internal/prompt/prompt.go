// Package prompt reads answers on a terminal, line by line. [term.Terminal] edits the
// lines; this package adds completion, a text to begin with, and a way back. It judges
// no answer. The terminal counts one column for each character, so in a line with
// Chinese the cursor may stand beside its place.
package prompt

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// ErrLeft says that the person left, with Ctrl-C, or with Ctrl-D on an empty line.
var ErrLeft = errors.New("left")

// A Console is a terminal apart from reading and writing. A function may be nil.
type Console struct {
	Raw     func() (restore func()) // hands over each key as it is pressed; it returns nil if it cannot
	Columns func() int              // how wide the terminal is now, or 0
	// Interrupt does what Ctrl-C does elsewhere, which is only a key while each is handed over.
	Interrupt func()
}

const ctrlC = 3

// NewConsole returns the console of a terminal. On Windows Raw is nil: older consoles
// show the codes that would move the cursor, so the console edits lines itself.
func NewConsole(in, out *os.File) Console {
	c := Console{Columns: func() int {
		columns, _, _ := term.GetSize(int(out.Fd())) // 0 where it fails
		return columns
	}}
	if runtime.GOOS != "windows" {
		c.Raw = func() func() {
			before, err := term.MakeRaw(int(in.Fd()))
			if err != nil {
				return nil
			}
			return func() { _ = term.Restore(int(in.Fd()), before) }
		}
	}
	return c
}

// A Prompt asks for lines. It is not safe for use by several goroutines.
type Prompt struct {
	console Console
	out     io.Writer
	plain   *bufio.Reader // where lines cannot be edited, else nil
	line    *term.Terminal
	keys    *keys
	restore func()
}

// New returns a prompt that edits lines, or if the console cannot, reads them as they
// come. It is to be closed.
func New(in io.Reader, out io.Writer, console Console) *Prompt {
	p := &Prompt{console: console, out: out}
	if console.Raw != nil {
		p.restore = console.Raw()
	}
	if p.restore == nil {
		p.plain = bufio.NewReader(in)
		return p
	}
	p.keys = &keys{Writer: out, in: in}
	p.line = term.NewTerminal(p.keys, "")
	p.line.SetBracketedPasteMode(true)
	return p
}

// Close leaves the terminal as it was.
func (p *Prompt) Close() {
	if p.Edits() {
		p.line.SetBracketedPasteMode(false)
		p.restore()
	}
}

// Edits reports whether lines can be edited and completed.
func (p *Prompt) Edits() bool { return p.plain == nil }

// Columns returns how wide the terminal is, or 80 where it does not say so.
func (p *Prompt) Columns() int {
	if p.console.Columns == nil {
		return 80
	}
	return cmp.Or(p.console.Columns(), 80)
}

// Write writes a text between the questions.
func (p *Prompt) Write(text []byte) (int, error) {
	if p.Edits() {
		return p.line.Write(text)
	}
	return p.out.Write(text)
}

// Line asks a question and returns the answer, with blanks for control characters and
// none around it. Where lines can be edited, text is there to begin with. The error is
// [ErrLeft], or says that the terminal cannot be read.
func (p *Prompt) Line(question, text string, complete Completer) (string, error) {
	answer, err := p.read(question, text, complete)
	if p.Edits() && err != nil && p.keys.last == ctrlC && p.console.Interrupt != nil {
		p.console.Interrupt()
	}
	if err != nil {
		_, _ = io.WriteString(p.out, "\r\n") // to p.out, as the line is not shown any more
	}
	if errors.Is(err, io.EOF) {
		err = ErrLeft
	}
	answer = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, answer)
	return strings.TrimSpace(answer), err
}

// read reads a line. Lines that are pasted at once are one answer.
func (p *Prompt) read(question, text string, complete Completer) (string, error) {
	if !p.Edits() {
		_, _ = io.WriteString(p.out, question)
		answer, err := p.plain.ReadString('\n')
		if answer != "" {
			err = nil // the last line may have no end
		}
		return answer, err
	}
	_ = p.line.SetSize(p.Columns(), 0)
	p.line.SetPrompt(question)
	p.line.AutoCompleteCallback = func(line string, at int, key rune) (string, int, bool) {
		if key != '\t' || complete == nil {
			return "", 0, false
		}
		to, among := complete.apply(line[:at])
		if to == line[:at] && len(among) > 1 {
			_, _ = io.WriteString(p, listed(among))
		}
		return to + line[at:], len(to), true
	}
	p.keys.text = text
	answer, err := p.line.ReadLine()
	for errors.Is(err, term.ErrPasteIndicator) {
		p.line.SetPrompt("")
		var more string
		more, err = p.line.ReadLine()
		answer = strings.TrimSpace(answer) + " " + strings.TrimSpace(more)
	}
	return answer, err
}

// keys gives a text first, as if it were typed, and then what is typed.
type keys struct {
	io.Writer
	in   io.Reader
	text string
	last byte // that was typed
}

// Read waits for keys.
func (k *keys) Read(to []byte) (int, error) {
	switch {
	case len(to) == 0:
		return 0, io.ErrShortBuffer // a code without an end
	case k.text != "":
		n := copy(to, k.text)
		k.text = k.text[n:]
		return n, nil
	}
	n, err := k.in.Read(to)
	if n > 0 {
		k.last = to[n-1]
	}
	return n, err
}

// A Candidate is a text that a word may be completed to.
type Candidate struct {
	Text string
	Name string // what it stands for, or ""
}

// A Completer returns where the last word of a line begins, in bytes, and its
// candidates in the order in which they are shown.
type Completer func(line string) (begin int, all []Candidate)

// Words completes words between the given characters, and blanks behind those.
// Without separators the line is one word.
func Words(separators string, all []Candidate) Completer {
	return func(line string) (int, []Candidate) {
		begin := strings.LastIndexAny(line, separators) + 1
		word := strings.TrimLeftFunc(line[begin:], unicode.IsSpace)
		return len(line) - len(word), all
	}
}

// Paths completes the last part of a path, which may begin with ~. Hidden files are
// offered where a dot was typed.
func Paths(home string) Completer {
	return func(line string) (begin int, all []Candidate) {
		begin = strings.LastIndexByte(line, filepath.Separator) + 1
		entries, _ := os.ReadDir(cmp.Or(Path(home, line[:begin]), ".")) // where there is none, nothing completes
		for _, e := range entries {
			name := e.Name()
			if e.IsDir() {
				name += string(filepath.Separator)
			}
			odd := strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
			if !odd && (name[0] == '.') == strings.HasPrefix(line[begin:], ".") {
				all = append(all, Candidate{Text: name})
			}
		}
		return begin, all
	}
}

// Path returns a path that was typed, as a shell would pass it on: it may begin with ~,
// and a terminal quotes that of a file which is dragged into it.
func Path(home, typed string) string {
	last := len(typed) - 1
	switch {
	case last > 0 && strings.ContainsRune(`'"`, rune(typed[0])) && typed[0] == typed[last]:
		return strings.ReplaceAll(typed[1:last], `'\''`, "'")
	case filepath.Separator != '\\':
		typed = strings.NewReplacer(`\\`, `\`, `\`, "").Replace(typed)
	}
	if rest, ok := strings.CutPrefix(typed, "~/"); ok && home != "" {
		return filepath.Join(home, rest)
	}
	return typed
}

// apply completes the last word of a line as far as that is certain, and returns its
// candidates.
func (complete Completer) apply(line string) (to string, among []Candidate) {
	begin, all := complete(line)
	word := line[begin:]
	among = matching(all, word)
	if len(among) == 0 {
		return line, nil
	}
	sure := among[0].Text
	for _, c := range among[1:] {
		for !hasPrefixFold(c.Text, sure) {
			_, n := utf8.DecodeLastRuneInString(sure)
			sure = sure[:len(sure)-n]
		}
	}
	if len(among) == 1 || hasPrefixFold(sure, word) {
		line = line[:begin] + sure
	}
	return line, among
}

// matching returns the candidates that begin with the word, if only after their last
// slash, or else those that have it anywhere in text or name. Case does not matter.
func matching(all []Candidate, word string) []Candidate {
	var begin, within []Candidate
	for _, c := range all {
		switch {
		case hasPrefixFold(c.Text, word), hasPrefixFold(c.Text[strings.LastIndexByte(c.Text, '/')+1:], word):
			begin = append(begin, c)
		case strings.Contains(strings.ToLower(c.Text+"\n"+c.Name), strings.ToLower(word)):
			within = append(within, c)
		}
	}
	if len(begin) > 0 {
		return begin
	}
	return within
}

func hasPrefixFold(text, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(text), strings.ToLower(prefix))
}

func listed(all []Candidate) string {
	const most = 35
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, c := range all[:min(len(all), most)] {
		fmt.Fprintf(w, "  %s\t%s\n", c.Text, c.Name)
	}
	_ = w.Flush() // nothing fails in memory
	if more := len(all) - most; more > 0 {
		fmt.Fprintf(&b, "  and %d more; type a letter\n", more)
	}
	return b.String()
}
