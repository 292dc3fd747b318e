package transcript

import (
	"fmt"
	"strings"
)

// Assumptions says in one line how the file was understood: its encoding,
// its line ends where they are rare, its delimiter, where its header is, its
// dates, what numbers of points count and how they are written, its columns,
// how many rows were skipped, and which columns are not read.
func (f File) Assumptions() string {
	parts := []string{string(f.Encoding)}
	if f.CR {
		parts = append(parts, "lines that end in CR")
	}
	line := "line"
	switch f.Delimiter {
	case 0:
		line = "row"
	case ';':
		parts = append(parts, "semicolons")
	case '\t':
		parts = append(parts, "tabs")
	case '|':
		parts = append(parts, "pipes")
	default:
		parts = append(parts, "commas")
	}
	if f.Skipped > 0 {
		parts = append(parts, counted(f.Skipped, line)+" above the header skipped")
	}
	if f.DateFormat != "" {
		parts = append(parts, "dates "+f.DateFormat)
	}
	parts = append(parts, f.assumedColumns()...)
	if f.SkippedRows > 0 {
		parts = append(parts, counted(f.SkippedRows, "row")+" skipped by the profile")
	}
	all := strings.Join(parts, ", ")
	if len(f.Ignored) > 0 {
		all += "; not read: " + someOf(f.Ignored)
	}
	return all
}

// assumedColumns says what numbers of points count, how they are written, and
// the columns.
func (f File) assumedColumns() (parts []string) {
	switch f.Unit {
	case InHours:
		parts = append(parts, "hours, 1 point each")
	case InCEU:
		parts = append(parts, "CEUs, 10 points each")
	case InMinutes:
		parts = append(parts, "minutes, 60 to the point, rounded down")
	}
	if f.DecimalComma {
		parts = append(parts, "decimal commas")
	}
	var columns []string
	for _, c := range f.Columns {
		if c.Field == PointsUnit {
			parts = append(parts, "units in column "+c.Header)
			continue
		}
		columns = append(columns, c.Header)
	}
	return append(parts, "columns "+strings.Join(columns, ", "))
}

// counted returns "1 cell" or "2 cells".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
