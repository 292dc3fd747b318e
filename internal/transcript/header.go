package transcript

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// maxPreamble is how many records are searched for the header. Portals write a few lines
// above it; further down a row of data could look like a header.
const maxPreamble = 20

// A header is the record that names the columns.
type header struct {
	record
	names []string
	above int // records above it
	score int // see newHeader
}

// open finds the header of a source, the first record that names a title and a date, and
// what its columns mean. In a text it tries each delimiter, unless the file names its
// own. If there is no such record it takes the one that is most like a header, for the
// error message.
func (s Source) open(o layout) (*reader, error) {
	r := &reader{layout: o, meaning: map[int]Field{}, undecided: map[Field]error{}, given: -1}
	var h header
	var records []record
	if s.isSheet {
		for i, row := range s.rows {
			if !blank(row) {
				records = append(records, record{line: i + 1, cells: row})
			}
			if len(records) > maxRows {
				return nil, errManyRows
			}
		}
		r.Encoding = cmp.Or(s.from, "workbook, sheet "+s.name)
		h = findHeader(records, o)
	} else {
		var err error
		if records, h, err = r.openText(s.data); err != nil {
			return nil, err
		}
		if s.from != "" {
			r.Encoding = s.from + ", " + r.Encoding
		}
	}
	if err := h.unusable(o); err != nil {
		return nil, err
	}
	r.Header, r.Skipped, r.headerLine = h.names, h.above, h.line
	r.below = records[h.above+1:]
	if s.isSheet && s.from != "" || r.Delimiter == '\t' && r.takePasted() {
		r.takeLines()
	}
	for i := range r.below {
		rec := &r.below[i]
		if n := len(r.Header) - len(rec.cells); s.isSheet && n > 0 { // a sheet leaves out empty cells at the end of a row
			rec.cells = append(rec.cells[:len(rec.cells):len(rec.cells)], make([]string, n)...)
		}
		rec.number, rec.problem = i+2, r.misshapen(*rec)
	}
	return r, r.understand()
}

// openText returns the records of a text and the header: of the delimiters, or the columns
// kept apart by blanks, those that show one best.
func (r *reader) openText(data []byte) (records []record, h header, err error) {
	if len(data) > maxText {
		return nil, h, tooMuch("32 MB of text")
	}
	text, encoding, doubt, err := Decode(data)
	if err != nil {
		return nil, h, err
	}
	if doubt != "" {
		r.Warnings = append(r.Warnings, doubt)
	}
	first, try := newScanner(text)
	h.score = -1
	for _, d := range try {
		records, err := first.read(d, max(maxPreamble, r.Skip+1))
		if err != nil {
			return nil, h, err
		}
		got := findHeader(records, r.layout)
		if h.score < 0 || got.score > h.score && len(got.names) > 1 || got.score == wholeScore && got.line < h.line {
			h, r.Delimiter = got, rune(d)
		}
	}
	r.Encoding, r.CR = encoding, first.lineEnd == '\r'
	if h.score < wholeScore && len(try) > 1 {
		aligned, got, err := first.aligned(r.layout)
		if err != nil || got.score == wholeScore {
			r.Delimiter = blanks
			return aligned, got, err
		}
	}
	records, err = first.read(byte(r.Delimiter), math.MaxInt)
	return records, h, err
}

// unusable returns an error if the record cannot be the header.
func (h header) unusable(o layout) error {
	switch {
	case h.line == 0 && o.Skip > 0:
		return &ledger.Error{What: "no header below the " + words.Count(o.Skip, "line") + " to skip", Try: ledger.Say("skip fewer lines in the profile")}
	case h.line == 0:
		return &ledger.Error{What: "the file is empty", Try: ledger.Say("save or download it again")}
	case len(h.names) > maxColumns:
		return &ledger.Error{Where: atLine(h.line), What: "the header: more than 1,000 columns", Try: ledger.Say("leave out the columns that you do not need")}
	case h.bad != nil:
		return &ledger.Error{Where: atLine(h.line), What: "the header: " + h.bad.Error()}
	}
	return nil
}

func atLine(n int) string { return fmt.Sprintf("line %d", n) }

// wholeScore is the score of a record that names a title and a date or, in a catalogue,
// a title and another field.
const wholeScore = 1000

// findHeader returns the record after those to skip, if the options say how many. Else it
// returns the first with wholeScore, or the first with the highest score. Its line is 0
// if there is no record.
func findHeader(records []record, o layout) (best header) {
	for n, rec := range records {
		if n < o.Skip {
			continue
		}
		h := newHeader(rec, n, o)
		if best.line == 0 || h.score > best.score && (h.score == wholeScore || best.bad == nil) {
			best = h
		}
		if best.score == wholeScore || o.Skip > 0 || n == maxPreamble-1 {
			break
		}
	}
	return best
}

// newHeader reads a record as a header. Its score is wholeScore or, below that, higher
// for more fields that its names mean and then for more names.
func newHeader(rec record, above int, o layout) header {
	h := header{record: rec, above: above}
	fields := map[Field]bool{}
	for i, cell := range rec.cells {
		name := strings.Join(strings.Fields(cell), " ")
		if name == "" {
			continue
		}
		h.names = append(append(h.names, make([]string, i-len(h.names))...), name)
		if field, rank := o.meaning(name); rank > 0 && o.Columns[field] == "" {
			fields[field] = true
		}
		for field, column := range o.Columns {
			if Squeeze(column) == Squeeze(name) {
				fields[field] = true
			}
		}
	}
	h.score = 100*len(fields) + min(len(h.names), 99)
	if fields[Title] && (fields[Date] || o.courses && len(fields) > 1) {
		h.score = wholeScore
	}
	return h
}
