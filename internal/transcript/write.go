package transcript

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"cmpledger/internal/ledger"
)

// Write writes credits in the ledger's own format: a header of all [Fields],
// then one record a credit, with LF line ends. The delimiter is ',', ';' or
// '\t'. [Source.Read] returns the same credits but for ID and UID, which belong to one
// ledger; it keeps line ends within cells as they are.
//
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
	return writeCSV(w, delimiter, records)
}

func writeCSV(w io.Writer, delimiter rune, records [][]string) error {
	out := csv.NewWriter(w)
	out.Comma = delimiter
	return out.WriteAll(records)
}

// Header returns the names of all [Fields].
func Header() []string {
	var header []string
	for _, f := range Fields() {
		header = append(header, string(f))
	}
	return header
}

// Record returns a credit as cells, in the order of [Fields].
func Record(c ledger.Credit) []string {
	return []string{
		c.Date.String(), c.Title, c.Provider, c.Points.String(), ledger.FormatCreditTopics(c.Topics),
		string(c.Activity), c.Reference, c.URL, c.Note,
	}
}
