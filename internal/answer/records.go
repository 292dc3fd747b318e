package answer

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Records writes a header and rows as CSV, TSV or Markdown.
func Records(w io.Writer, f Format, header []string, rows [][]string) error {
	switch f {
	case CSV, TSV:
		c := csv.NewWriter(w)
		if f == TSV {
			c.Comma = '\t'
		}
		return c.WriteAll(append([][]string{header}, rows...))
	case Markdown:
	default:
		return fmt.Errorf("no records in format %s", f)
	}
	var b strings.Builder
	rule := make([]string, len(header))
	for i := range rule {
		rule[i] = "---"
	}
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "\r\n", "<br>", "\n", "<br>")
	for i, row := range append([][]string{header, rule}, rows...) {
		for _, cell := range row {
			if i != 1 {
				cell = escape.Replace(cell)
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
