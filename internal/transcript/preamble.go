package transcript

import (
	"fmt"
	"strings"
)

// maxPreamble is how many records are searched for the header. Portals write
// a few lines above it; far below it a row of data could look like one.
const maxPreamble = 20

// A header is the record that names the columns.
type header struct {
	names   []string // without the empty ones at the end
	line    int      // of the file, from 1
	skipped int      // records above it
	problem string   // why the record cannot be told apart
	next    records  // behind it

	delimiter byte // of a text
	cr        bool // lines of a text end in a carriage return alone
}

// findHeader looks for the first record that names a title and a date, with
// each delimiter unless the file says which it has. Where there is none it
// returns the record that is most like a header, so that the error which
// follows is about that one.
func findHeader(text string, o layout) (header, error) {
	first, given := newScanner(text)
	best, score := headerFrom(first.clone(), o)
	best.delimiter = first.delimiter
	for _, d := range []byte(delimiters) {
		if given || d == first.delimiter {
			continue
		}
		s := *first
		s.delimiter = d
		if h, n := headerFrom(s.clone(), o); n > score && len(h.names) > 1 || n == whole && h.line < best.line {
			best, score = h, n
			best.delimiter = d
		}
	}
	best.cr = first.lineEnd == '\r'
	return best, best.usable(o)
}

// usable reports why a record cannot be the header, or nil.
func (h header) usable(o layout) error {
	columns := "date,title,points"
	if o.courses {
		columns = "title,provider,points"
	}
	switch {
	case h.line == 0 && o.Skip > 0:
		return &FileError{
			Message: fmt.Sprintf("nothing below %s above the header", counted(o.Skip, "line")),
			Hint:    "the profile skips too many",
		}
	case h.line == 0:
		return &FileError{
			Message: "nothing in it, not even a header",
			Hint:    "the first line has to name the columns, such as " + columns,
		}
	case h.problem != "":
		return &FileError{Line: h.line, Message: "the header: " + h.problem}
	}
	return nil
}

// whole is the score of a record that names a title and a date or, of courses,
// a title and something else.
const whole = 1000

// headerFrom returns the first record with a whole score, else the first of
// those with the highest, or a header without a line when no record is left.
// Where it is known how many records stand above it, it is the next one; what
// [WriteRejected] wrote has none.
func headerFrom(from records, o layout) (best header, score int) {
	n := -1
	for rec := range from.all() {
		names := headerNames(rec.cells)
		if n++; n < o.Skip && len(withoutReasons(names)) == len(names) {
			continue
		}
		h := header{names: names, line: rec.line, skipped: n, next: from.clone()}
		if rec.problem != "" {
			h.problem = fmt.Sprintf("%q: %s", rec.value, rec.problem)
		}
		if got := headerScore(h.names, o); best.line == 0 || got > score && (got == whole || best.problem == "") {
			best, score = h, got
		}
		if score == whole || o.Skip > 0 || n == maxPreamble-1 {
			break
		}
	}
	return best, score
}

func headerNames(cells []string) []string {
	names := make([]string, len(cells))
	width := 0
	for i, cell := range cells {
		names[i] = strings.Join(strings.Fields(cell), " ")
		if names[i] != "" {
			width = i + 1
		}
	}
	return names[:width]
}

// headerScore is whole, or else the more the more fields the names mean and,
// among those that mean as many, the more names there are.
func headerScore(names []string, o layout) int {
	fields := map[Field]bool{}
	for _, name := range names {
		if field, rank := o.meaning(name); rank > 0 && o.Columns[field] == "" {
			fields[field] = true
		}
		for field, column := range o.Columns {
			if Squeeze(column) == Squeeze(name) {
				fields[field] = true
			}
		}
	}
	if fields[Title] && (fields[Date] || o.courses && len(fields) > 1) {
		return whole
	}
	return 100*len(fields) + min(len(names), 99)
}
