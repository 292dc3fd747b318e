package transcript

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// A record is one row of cells, or the reason why its cells cannot be told apart.
type record struct {
	number int      // 1 for the header
	line   int      // on which it starts
	cells  []string // with bad set, the cells before the bad one
	bad    *Problem // its value is the line from the start of the bad cell
	lines  []string // cells as they are, where cells has each on one line; else nil
	// problem says why it does not have a cell for each column: bad, too few, too many.
	problem *Problem
}

// cell returns a cell without its outer blanks, or "" if there is none.
func (r record) cell(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// A scanner splits text into records. encoding/csv turns CRLF within quotes into LF, so
// that a title would change, and does not say where to go on after quotes that do not
// pair.
type scanner struct {
	text      string
	pos       int
	line      int  // of pos, from 1
	lineEnd   byte // '\n', also for CRLF, or '\r' in a file without any '\n'
	delimiter byte
}

const delimiters = ",;\t|"

// The most that is read of a file. A shared ledger of a laboratory has 10,000 rows.
const (
	maxText    = 32 << 20              // bytes
	maxRows    = 100_000 + maxPreamble // without empty ones
	maxCells   = 1_000_000
	maxColumns = 1000
	maxCell    = 1 << 20 // bytes; a spreadsheet holds 32,767 letters
	tooLong    = "a cell of more than 1 MB; shorten it"
	tooWide    = "more than 1,000 cells; leave out the columns that are not needed"
)

var errManyRows, errManyCells = tooMuch("100,000 rows"), tooMuch("a million cells")

func tooMuch(what string) error {
	return &ledger.Error{What: "more than " + what, Try: ledger.Say("import it in parts, or leave out what is not needed")}
}

// newScanner returns a scanner before the first record, and the delimiters to try: the
// one that a first line such as "sep=;" names, as spreadsheets write, else all, with the
// most frequent of the first line first.
func newScanner(text string) (s scanner, try []byte) {
	s = scanner{text: text, line: 1, lineEnd: findLineEnd(text)}
	line, _, _ := strings.Cut(text, string(s.lineEnd))
	first := strings.TrimSuffix(line, "\r")
	if n := len("sep="); len(first) == n+1 && strings.EqualFold(first[:n], "sep=") && strings.Contains(delimiters, first[n:]) {
		s.skipLine()
		return s, []byte(first[n:])
	}
	try = []byte(delimiters)
	slices.SortStableFunc(try, func(a, b byte) int { return strings.Count(line, string(b)) - strings.Count(line, string(a)) })
	return s, try
}

// findLineEnd returns the end of the first line outside quotes. If quotes do not pair, it
// is CR only in a text without LF.
func findLineEnd(text string) byte {
	quoted := false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n', strings.HasPrefix(text[i:], "\r\n"):
			return '\n'
		case c == '\r':
			return '\r'
		}
	}
	if strings.Contains(text, "\n") || !strings.Contains(text, "\r") {
		return '\n'
	}
	return '\r'
}

// read returns the next records, at most most of them, without those that are empty. The
// scanner stays where it is.
func (s scanner) read(delimiter byte, most int) (all []record, err error) {
	s.delimiter = delimiter
	width, cells := 0, 0 // most records have as many cells as the one before
	for s.skipEmpty(); s.pos < len(s.text) && len(all) < most; s.skipEmpty() {
		rec := s.next(width)
		if width = len(rec.cells); rec.bad == nil && blank(rec.cells) {
			continue
		}
		all, cells = append(all, rec), cells+width
		switch {
		case len(all) > maxRows:
			return nil, errManyRows
		case cells > maxCells:
			return nil, errManyCells
		}
	}
	return all, nil
}

// skipEmpty goes on to the next line with something in it.
func (s *scanner) skipEmpty() {
	for ; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case c == s.lineEnd:
			s.line++
		case c != '\r' || !strings.HasPrefix(s.text[s.pos:], "\r\n"):
			return
		}
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// next reads one record. After a bad cell it goes on with the line after the record's
// first one, so that an unclosed quote costs only its own row.
func (s *scanner) next(width int) record {
	start, rec := s.pos, record{line: s.line, cells: make([]string, 0, width)}
	for {
		at := s.pos
		cell, problem := s.nextCell()
		switch {
		case len(cell) > maxCell:
			problem = tooLong
		case len(rec.cells) == maxColumns:
			problem = tooWide
		}
		if problem != "" {
			value, _, _ := strings.Cut(s.text[at:], string(s.lineEnd))
			rec.bad = &Problem{Value: clip(strings.TrimSuffix(value, "\r")), Message: problem}
			s.pos, s.line = start, rec.line
			break
		}
		rec.cells = append(rec.cells, cell)
		if s.pos == len(s.text) || s.text[s.pos] != s.delimiter {
			break
		}
		s.pos++
	}
	s.skipLine()
	return rec
}

// clip shortens a text that only shows a place in a file.
func clip(text string) string {
	const most = 40
	if r := []rune(text[:min(len(text), 8*most)]); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

func (s *scanner) skipLine() {
	n := strings.IndexByte(s.text[s.pos:], s.lineEnd)
	if n < 0 {
		s.pos = len(s.text)
		return
	}
	s.pos += n + 1
	s.line++
}

// nextCell reads a cell up to the delimiter or line end, or says what is wrong with it.
func (s *scanner) nextCell() (cell, problem string) {
	start := s.pos
	if strings.HasPrefix(s.text[start:], `"`) {
		return s.quotedCell()
	}
	for ; !s.ended(); s.pos++ {
		if s.pos-start > maxCell {
			return "", tooLong
		}
		switch s.text[s.pos] {
		case '"':
			return "", "a quote stands inside a cell that is not quoted; quote the cell and double the quotes in it"
		case '\r':
			return "", "a carriage return stands outside quotes; quote the cell"
		case '\n':
			return "", "a line feed stands outside quotes where lines end in a carriage return; quote the cell"
		}
	}
	return s.text[start:s.pos], ""
}

// quotedCell reads a cell in quotes.
func (s *scanner) quotedCell() (cell, problem string) {
	start, end, doubled := s.pos+1, s.pos+1, false
	for {
		n := strings.IndexByte(s.text[end:], '"')
		if n < 0 {
			return "", "a quote is opened and never closed; close it, or quote the cell and double the quotes in it"
		}
		end += n
		if end+1 == len(s.text) || s.text[end+1] != '"' {
			break
		}
		end += 2
		doubled = true
	}
	cell = s.text[start:end]
	s.pos = end + 1
	lines := strings.Count(cell, string(s.lineEnd))
	s.line += lines
	switch {
	case s.ended() && doubled:
		return strings.ReplaceAll(cell, `""`, `"`), ""
	case s.ended():
		return cell, ""
	case lines > 0:
		return "", "a quote is opened and not closed, or a quote inside the cell is not doubled; close it or double it"
	}
	return "", "a quote inside a quoted cell is not doubled; double it"
}

// ended reports whether a cell ends here: at the delimiter, a line end or the
// end of the text.
func (s *scanner) ended() bool {
	if s.pos == len(s.text) {
		return true
	}
	switch rest := s.text[s.pos:]; rest[0] {
	case s.delimiter, s.lineEnd:
		return true
	case '\r':
		return len(rest) == 1 || rest[1] == '\n'
	}
	return false
}

// Write writes credits in the ledger's own format: a header of all [Fields], then one
// record for each credit, with LF line ends. The delimiter is ',', ';' or '\t'.
// [Source.Read] returns the same credits, but for ID and UID, which belong to one ledger.
// A text with a NUL byte is an error, since [Source.Read] refuses it.
func Write(w io.Writer, delimiter rune, credits []ledger.Credit) error {
	records := [][]string{Header()}
	for _, c := range credits {
		record := Record(c)
		for i, cell := range record {
			if strings.IndexByte(cell, 0) >= 0 {
				return fmt.Errorf("credit %d: %s: holds a NUL byte, which CSV cannot keep", c.ID, Fields()[i])
			}
		}
		records = append(records, record)
	}
	out := csv.NewWriter(w)
	out.Comma = delimiter
	return out.WriteAll(records)
}

// Header returns the names of all [Fields].
func Header() []string {
	return words.Strings(Fields())
}

// Record returns a credit as cells, in the order of [Fields].
func Record(c ledger.Credit) []string {
	return []string{
		c.Date.String(), c.Title, c.Provider, c.Points.String(), ledger.FormatCreditTopics(c.Topics),
		string(c.Activity), c.Reference, c.URL, c.Note,
	}
}
