package transcript

import (
	"encoding/csv"
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
	out := csv.NewWriter(w)
	if f.Delimiter != 0 {
		out.Comma = f.Delimiter
	}
	header := withoutReasons(f.Header)
	if err := out.Write(slices.Concat(header, reasons())); err != nil {
		return err
	}
	for _, row := range f.Rows {
		if row.Problem == nil {
			continue
		}
		cells := make([]string, len(header))
		copy(cells, row.Cells)
		record := append(cells, strconv.Itoa(row.Number), strconv.Itoa(row.Line), row.Problem.Error(), row.Text)
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
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
