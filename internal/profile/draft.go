package profile

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

//go:embed draft.txt
var draftText string

// Draft writes a profile for files like the one that was surveyed. sheet is "" unless the
// profile has to name one. What is sure is filled in, and the rest stands in comments for a
// person to decide. Unchanged, the draft reads the file exactly as no profile does.
func Draft(file, sheet string, s transcript.Survey) []byte {
	sheetLine, decimal := "# sheet: CE History", "# decimal: comma"
	if strings.TrimSpace(sheet) != "" {
		sheetLine = "sheet: " + quoted(strings.ToValidUTF8(sheet, "\uFFFD"))
	}
	if s.DecimalComma {
		decimal = "decimal: comma"
	}
	return []byte(strings.NewReplacer(
		"{file}", quoted(file),
		"{title}", quoted("Files like "+file),
		"{sheet}", sheetLine,
		"{skip}", strconv.Itoa(max(s.Skipped, 1)),
		"{dates}", strings.Join(draftDates(s), "\n"),
		"{decimal}", decimal,
		"{columns}", strings.Join(draftColumns(s), "\n"),
		"{topics}", strings.Join(draftTopics(s), "\n"),
	).Replace(draftText))
}

// has reports whether a column was found for the field.
func has(s transcript.Survey, field transcript.Field) bool {
	return slices.ContainsFunc(s.Columns, func(c transcript.Column) bool { return c.Field == field })
}

// draftDates writes how dates are written.
func draftDates(s transcript.Survey) []string {
	if s.DateOrder != "" {
		return []string{"date-format: " + string(s.DateOrder)}
	}
	lines := []string{"# How dates are written: YYYY-MM-DD, MM/DD/YYYY or DD/MM/YYYY, and of two digits of the year MM/DD/YY or DD/MM/YY."}
	if why := s.Open[transcript.Date]; why != "" && has(s, transcript.Date) {
		lines = append(lines, "# "+comment(why))
	}
	return append(lines, "# date-format: MM/DD/YYYY")
}

// draftColumns writes the columns whose meaning is sure, why others are not, and those
// that have no meaning yet.
func draftColumns(s transcript.Survey) []string {
	if s.Own {
		return []string{"# The columns are those of the ledger's own format, which are known by their names."}
	}
	lines := []string{"columns:"}
	if len(s.Columns) == 0 {
		lines[0] = "# columns:"
	}
	var used []string
	for _, c := range s.Columns {
		lines = append(lines, fmt.Sprintf("  %s: %s", c.Field, quoted(c.Header)))
		used = append(used, c.Header)
	}
	for _, field := range transcript.ColumnFields() {
		if why := s.Open[field]; why != "" && !has(s, field) {
			lines = append(lines, fmt.Sprintf("  # %s: %s", field, comment(why)))
		}
	}
	others := slices.DeleteFunc(slices.Clone(s.Header), func(h string) bool { return h == "" || slices.Contains(used, h) })
	if len(others) > 0 {
		lines = append(lines, "# Not named above:")
	}
	for _, header := range others {
		lines = append(lines, "#   "+quoted(header))
	}
	return lines
}

// draftTopics lists the texts of the topics' column that are not understood. A column
// with many of them holds something else.
func draftTopics(s transcript.Survey) []string {
	const most = 100
	lines := []string{"# topics:"}
	all := transcript.UnknownTopics(s.Rows)
	for _, t := range all[:min(most, len(all))] {
		lines = append(lines, fmt.Sprintf("#   %s:   # not understood, in %s", quoted(t.Text), words.Count(t.Rows, "row")))
	}
	return lines
}

// quoted writes a text as YAML, in quotes unless it is plain words.
func quoted(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /&().-_"
	first := strings.IndexAny(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if first == 0 && strings.Trim(text, plain) == "" && !strings.HasSuffix(text, " ") {
		return text
	}
	return strconv.Quote(text)
}

// comment makes a text fit for a comment: one line that can be printed.
func comment(text string) string {
	if q := strconv.Quote(text); strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`) != text {
		return q
	}
	return text
}
