package answer

import (
	"fmt"
	"io"
	"unicode/utf8"
)

// A terminal shows text that is for programs, such as CSV and JSON: whatever moves a cursor
// or turns the writing direction becomes an escape such as \u009b, so that JSON stays JSON.
type terminal struct {
	io.Writer
	rest []byte // the beginning of a character
}

// Write shows all of p, but for a last character that has only begun.
func (t *terminal) Write(p []byte) (int, error) {
	data, shown := append(t.rest, p...), []byte(nil)
	for utf8.FullRune(data) {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1:
			shown = fmt.Appendf(shown, `\x%02x`, data[0])
		case visible(r), r == '\n', r == '\t', r == '\r' && len(data) > 1 && data[1] == '\n':
			shown = append(shown, data[:n]...)
		default:
			shown = fmt.Appendf(shown, `\u%04x`, r)
		}
		data = data[n:]
	}
	t.rest = append([]byte(nil), data...)
	if _, err := t.Writer.Write(shown); err != nil {
		return 0, err
	}
	return len(p), nil
}
