package transcript

import (
	"iter"
	"strings"
)

// A record is one row of cells, or the reason why it cannot be told apart.
type record struct {
	line    int      // on which it starts
	cells   []string // valid until the next record is read
	problem string
}

// A scanner splits text into records. The standard library's reader is not
// used because it turns CRLF within quotes into LF, so that a title would not
// survive being written and read, and because it does not say where to go on
// behind quotes that do not pair.
type scanner struct {
	text      string
	pos       int
	line      int // of pos, from 1
	delimiter byte
	cells     []string
}

// newScanner returns a scanner in front of the header. It takes the delimiter
// from a first line such as "sep=;", which spreadsheets write, else from the
// header.
func newScanner(text string) *scanner {
	s := &scanner{text: text, line: 1}
	first, _, _ := strings.Cut(text, "\n")
	sep, ok := strings.CutPrefix(strings.TrimSuffix(first, "\r"), "sep=")
	if ok && len(sep) == 1 && strings.Contains(",;\t", sep) {
		s.delimiter = sep[0]
		s.skipLine()
		return s
	}
	s.delimiter = detectDelimiter(text)
	return s
}

// detectDelimiter returns which of comma, semicolon and tab is most frequent
// outside quotes in the first line that has any content; the comma wins ties.
func detectDelimiter(text string) byte {
	var commas, semicolons, tabs int
	content, quoted := false, false
scan:
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
			content = true
		case c == ',':
			commas++
		case c == ';':
			semicolons++
		case c == '\t':
			tabs++
		case c == '\n' && content:
			break scan
		case c == '\n':
			commas, semicolons, tabs = 0, 0, 0
		case c != ' ' && c != '\r':
			content = true
		}
	}
	switch most := max(commas, semicolons, tabs); most {
	case commas:
		return ','
	case semicolons:
		return ';'
	}
	return '\t'
}

// all goes through the records that are left. Those without any content are
// skipped.
func (s *scanner) all() iter.Seq[record] {
	return func(yield func(record) bool) {
		for s.pos < len(s.text) {
			if rec := s.next(); (rec.problem != "" || !blank(rec.cells)) && !yield(rec) {
				return
			}
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

// next reads one record. Behind a problem it goes on with the line after the
// one on which the record started: a quote that is not closed then costs its
// own row and none of those below.
func (s *scanner) next() record {
	start, line := s.pos, s.line
	if problem := s.split(); problem != "" {
		s.pos, s.line = start, line
		s.skipLine()
		return record{line: line, problem: problem}
	}
	return record{line: line, cells: s.cells}
}

func (s *scanner) skipLine() {
	n := strings.IndexByte(s.text[s.pos:], '\n')
	if n < 0 {
		s.pos = len(s.text)
		return
	}
	s.pos += n + 1
	s.line++
}

// split reads the cells of one record and its line end, or says why it can't.
func (s *scanner) split() (problem string) {
	s.cells = s.cells[:0]
	for {
		var cell string
		if s.pos < len(s.text) && s.text[s.pos] == '"' {
			cell, problem = s.quotedCell()
		} else {
			cell, problem = s.plainCell()
		}
		if problem != "" {
			return problem
		}
		s.cells = append(s.cells, cell)
		if s.pos == len(s.text) || s.text[s.pos] != s.delimiter {
			s.skipLine()
			return ""
		}
		s.pos++
	}
}

const strayCR = "a carriage return stands outside quotes"

// plainCell reads a cell without quotes, up to the delimiter or line end.
func (s *scanner) plainCell() (cell, problem string) {
	start := s.pos
	for ; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case c == s.delimiter || c == '\n':
			return s.text[start:s.pos], ""
		case c == '"':
			return "", "a quote stands inside a cell that is not quoted; quote the cell and double the quotes in it"
		case c == '\r' && s.ended():
			return s.text[start:s.pos], ""
		case c == '\r':
			return "", strayCR
		}
	}
	return s.text[start:], ""
}

// quotedCell reads a cell in quotes, up to the delimiter or line end.
func (s *scanner) quotedCell() (cell, problem string) {
	start, doubled := s.pos+1, false
	end := start
	for {
		n := strings.IndexByte(s.text[end:], '"')
		if n < 0 {
			return "", "a quote is opened and never closed"
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
	lines := strings.Count(cell, "\n")
	s.line += lines
	switch {
	case s.ended() && doubled:
		return strings.ReplaceAll(cell, `""`, `"`), ""
	case s.ended():
		return cell, ""
	case lines > 0:
		return "", "a quote is opened and not closed, or a quote inside the cell is not doubled"
	}
	return "", "a quote inside a quoted cell is not doubled"
}

// ended reports whether a cell ends here: at the delimiter, a line end or the
// end of the text.
func (s *scanner) ended() bool {
	if s.pos == len(s.text) {
		return true
	}
	switch rest := s.text[s.pos:]; rest[0] {
	case s.delimiter, '\n':
		return true
	case '\r':
		return len(rest) == 1 || rest[1] == '\n'
	}
	return false
}
