package prompt

import (
	"io"
	"os"
	"slices"
	"unicode/utf8"
)

// keys reads what is typed, until a signal ends it, and makes one line of what
// is pasted.
type keys struct {
	in      io.Reader
	arrived chan chunk
	signals <-chan os.Signal
	resume  func() // what to do when the program goes on after it was stopped
	before  func() // what to do before a key is handed on
	text    []byte // to be read before anything that is typed
	rest    []byte // that arrived and was not read yet
	last    []byte // the last bytes, at most as many as a mark has
	pasting bool
	ended   bool // the end of a line was pasted last
	// idle is told, where not only ASCII came, how many bytes the line has at
	// most, before more of them are waited for.
	idle  func(bytes int)
	bytes int
	wide  bool
}

// A chunk is what one reading gave.
type chunk struct {
	bytes []byte
	err   error
}

// What a terminal sends around what is pasted.
const pasteStart, pasteEnd = "\x1b[200~", "\x1b[201~"

// begin makes the text the first that is read, as if it were typed.
func (k *keys) begin(text string) {
	k.text = []byte(text)
	k.bytes, k.wide = 0, false
}

// arrive counts what is handed on.
func (k *keys) arrive(b []byte) {
	k.bytes += len(b)
	k.wide = k.wide || slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
}

// Read waits for keys. Only one reading is under way at a time, so nothing
// that is typed for the next program is taken from it.
func (k *keys) Read(to []byte) (int, error) {
	if len(to) == 0 {
		return 0, io.ErrShortBuffer // a code without an end
	}
	if len(k.text) > 0 {
		n := copy(to, k.text)
		k.arrive(to[:n])
		k.text = k.text[n:]
		return n, nil
	}
	if len(k.rest) == 0 {
		if k.wide {
			k.idle(k.bytes)
		}
		if err := k.wait(len(to)); err != nil {
			return 0, err
		}
		k.before()
	}
	n := copy(to, k.rest)
	k.arrive(to[:n])
	k.rest = k.rest[n:]
	return n, nil
}

// wait waits until something arrives.
func (k *keys) wait(most int) error {
	go func() {
		b := make([]byte, most)
		n, err := k.in.Read(b)
		k.arrived <- chunk{b[:n], err}
	}()
	for {
		select {
		case c := <-k.arrived:
			k.rest = k.joined(c.bytes)
			if len(k.rest) > 0 {
				return nil
			}
			return c.err
		case s := <-k.signals:
			if !slices.Contains(resumed(), s) {
				return ErrLeft
			}
			k.resume()
		}
	}
}

// joined returns the bytes with a blank for an end of a line, a tab or another
// sign that is no text within what is pasted.
func (k *keys) joined(b []byte) []byte {
	const escape, blank = 0x1b, ' '
	out := b[:0]
	for _, c := range b {
		if k.pasting {
			ends := c < blank && c != escape || c == 0x7f
			if k.ended && (ends || c == blank) {
				continue // one blank is enough for several, and for an indent
			}
			if k.ended = ends; ends {
				c = blank
			}
		}
		out = append(out, c)
		k.last = append(k.last, c)
		k.last = k.last[max(0, len(k.last)-len(pasteStart)):]
		switch string(k.last) {
		case pasteStart:
			k.pasting, k.ended = true, false
		case pasteEnd:
			k.pasting = false
		}
	}
	return out
}
