package transcript

import (
	"fmt"
	"math"
	"strings"
)

// maxPreamble is how many records are searched for the header. Portals write
// a few lines above it; far below it a row of data could look like one.
const maxPreamble = 20

// A header is the record that names the columns.
type header struct {
	File           // as far as the header shows it
	line    int    // of the file, from 1
	problem string // why the record cannot be told apart
	below   []record
}

// header reads the source, and looks for its first record that names a title
// and a date. In a text it does so with each delimiter, unless the file says
// which it has. Where there is none it returns the record that is most like a
// header, so that the error which follows is about that one.
func (s Source) header(o layout) (header, error) {
	if s.isSheet {
		records := sheetRecords(s.rows)
		h, _ := headerAmong(records, o)
		h.Encoding = Workbook + ", sheet " + Encoding(s.name)
		err := h.usable(records, o)
		pad(h.below, len(h.Header))
		return h, err
	}
	text, encoding, err := decode(s.data)
	if err != nil {
		return header{}, err
	}
	first, given := newScanner(text)
	most := max(maxPreamble, o.Skip+1)
	best, score := header{}, -1
	for _, d := range first.delimiters(given) {
		h, n := headerAmong(first.with(d).read(most), o)
		if score < 0 || n > score && len(h.Header) > 1 || n == whole && h.line < best.line {
			best, score = h, n
			best.Delimiter = rune(d)
		}
	}
	best.Encoding, best.CR = encoding, first.lineEnd == '\r'
	return best, best.usable(first.with(byte(best.Delimiter)).read(math.MaxInt), o)
}

// usable takes what is below the header among all records, or says why a record
// cannot be the header.
func (h *header) usable(all []record, o layout) error {
	switch {
	case h.line == 0 && o.Skip > 0:
		return &FileError{
			Message: fmt.Sprintf("nothing below %s above the header", counted(o.Skip, "line")),
			Hint:    "the profile skips too many",
		}
	case h.line == 0:
		columns := "date,title,points"
		if o.courses {
			columns = "title,provider,points"
		}
		return &FileError{
			Message: "nothing in it, not even a header",
			Hint:    "the first line has to name the columns, such as " + columns,
		}
	case h.problem != "":
		return &FileError{Line: h.line, Message: "the header: " + h.problem}
	}
	h.below = all[h.Skipped+1:]
	for i := range h.below {
		h.below[i].number = i + 2
	}
	return nil
}

// whole is the score of a record that names a title and a date or, of courses,
// a title and something else.
const whole = 1000

// headerAmong returns the first record with a whole score, else the first of
// those with the highest, or a header without a line when there is no record.
// Where it is known how many records stand above it, it is the next one; what
// [WriteRejected] wrote has none.
func headerAmong(records []record, o layout) (best header, score int) {
	for n, rec := range records {
		names := headerNames(rec.cells)
		if n < o.Skip && len(withoutReasons(names)) == len(names) {
			continue
		}
		h := header{File: File{Header: names, Skipped: n}, line: rec.line}
		if rec.bad != nil {
			h.problem = rec.bad.Error()
		}
		if got := headerScore(names, o); best.line == 0 || got > score && (got == whole || best.problem == "") {
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
