package transcript

import "iter"

// A sheet gives the rows of a workbook's sheet as records.
type sheet struct {
	rows  [][]string
	at    int // of the next row, from 0
	width int // cells that a record has at least
	cells []string
}

func findRowsHeader(rows [][]string, o layout) (header, error) {
	h, _ := headerFrom(&sheet{rows: rows}, o)
	h.next = &sheet{rows: rows, at: h.line, width: len(h.names)}
	return h, h.usable(o)
}

func (s *sheet) all() iter.Seq[record] {
	return func(yield func(record) bool) {
		for s.at < len(s.rows) {
			row := s.rows[s.at]
			s.at++
			if !blank(row) && !yield(record{line: s.at, cells: s.padded(row)}) {
				return
			}
		}
	}
}

// padded returns the row with empty cells in place of those that it lacks: a
// workbook ends each row with the last cell that has content.
func (s *sheet) padded(row []string) []string {
	if len(row) >= s.width {
		return row
	}
	s.cells = append(s.cells[:0], row...)
	for len(s.cells) < s.width {
		s.cells = append(s.cells, "")
	}
	return s.cells
}

func (s *sheet) clone() records {
	c := *s
	c.cells = nil // not to be shared
	return &c
}
