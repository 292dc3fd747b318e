package transcript

import (
	"cmp"
	"io"
	"slices"
	"strconv"
)

// reasons are the columns that [WriteRejected] puts behind those of the file.
// No name means a field, so that reading them again ignores them.
func reasons() []string {
	return []string{"rejected_row", "rejected_line", "rejected_reason", "rejected_text"}
}

// withoutReasons returns a header without the columns of [reasons].
func withoutReasons(header []string) []string {
	if n := len(header) - len(reasons()); n > 0 && slices.Equal(header[n:], reasons()) {
		return header[:n]
	}
	return header
}

// WriteRejected writes the rows of a file that have a [Problem], to be mended
// and read again with the same options: the header and the cells of the file,
// as they are, and behind them the number and the line of the row, what is
// wrong with it and, where it is not one cell a column, its text instead of
// cells. A file that was itself written so has those columns once.
//
// It is UTF-8 with the delimiter of the file, or commas where it has none, and
// LF line ends. Until it is mended no row is usable.
func WriteRejected(w io.Writer, f File) error {
	header := withoutReasons(f.Header)
	records := [][]string{slices.Concat(header, reasons())}
	for _, row := range f.Rows {
		if row.Problem == nil {
			continue
		}
		cells := make([]string, len(header))
		copy(cells, row.Cells)
		records = append(records, append(cells, strconv.Itoa(row.Number), strconv.Itoa(row.Line), row.Problem.Error(), row.Text))
	}
	return writeCSV(w, cmp.Or(f.Delimiter, ','), records)
}

// IsRejected reports whether data is a file that [WriteRejected] wrote, as far
// as its header says.
func IsRejected(data []byte) bool {
	text, _, err := decode(data)
	if err != nil {
		return false
	}
	first, _ := newScanner(text)
	for _, d := range []byte(delimiters) {
		for _, rec := range first.with(d).read(1) {
			names := headerNames(rec.cells)
			if len(withoutReasons(names)) < len(names) {
				return true
			}
		}
	}
	return false
}
