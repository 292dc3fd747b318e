package transcript

import (
	"fmt"
	"strings"
	"unicode"
)

// Assumptions says in one line how the file was understood: its form, the
// columns that are read, and those that are not.
func (f File) Assumptions() string {
	all := f.Form() + ", columns " + strings.Join(f.Read(), ", ")
	if len(f.Unread) > 0 {
		all += "; not read: " + f.NotRead()
	}
	return all
}

// Form says how the file is written: its encoding, its line ends where they are
// rare, its delimiter, where its header is, its dates, what numbers of points count
// and how they are written, and how many rows the profile skipped.
func (f File) Form() string {
	parts := []string{string(f.Encoding)}
	add := func(is bool, text string) {
		if is && text != "" {
			parts = append(parts, text)
		}
	}
	line := "line"
	if f.Delimiter == 0 {
		line = "row"
	}
	unitColumn := columnOf(f.Columns, PointsUnit)
	add(f.CR, "lines that end in CR")
	add(true, map[rune]string{',': "commas", ';': "semicolons", '\t': "tabs", '|': "pipes"}[f.Delimiter])
	add(f.Skipped > 0, counted(f.Skipped, line)+" above the header skipped")
	add(f.DateFormat != "", "dates "+f.DateFormat)
	add(true, map[Unit]string{
		InHours: "hours, 1 point each", InCEU: "CEUs, 10 points each", InMinutes: "minutes, 60 to the point, rounded down",
	}[f.Unit])
	add(f.DecimalComma, "decimal commas")
	add(unitColumn.Field != "", "units in column "+unitColumn.Header)
	add(f.SkippedRows > 0, counted(f.SkippedRows, "row")+" skipped by the profile")
	return strings.Join(parts, ", ")
}

// Read returns the headers of the columns that are read.
func (f File) Read() (headers []string) {
	for _, c := range f.Columns {
		if c.Field != PointsUnit {
			headers = append(headers, c.Header)
		}
	}
	return headers
}

// NotRead names the columns that are not read, each with what it looks like and
// the flag that reads it: "Dept (looks like topics: --map topic=Dept), Format".
func (f File) NotRead() string {
	const most = 6
	var texts []string
	for _, c := range f.Unread[:min(most, len(f.Unread))] {
		text := c.Header
		if c.Like != "" {
			text += fmt.Sprintf(" (looks like %s: %s)", c.likeness(), c.Flag())
		}
		texts = append(texts, text)
	}
	all := strings.Join(texts, ", ")
	if n := len(f.Unread) - most; n > 0 {
		all += fmt.Sprintf(" and %d more", n)
	}
	return all
}

// likeness names what the column looks like.
func (c Unread) likeness() string {
	texts := map[Field]string{Date: "dates", Points: "hours", Status: "a status", Topics: "topics"}
	return texts[c.Like]
}

// Flag returns the flag of cmp import that reads the column as what it looks
// like, or "".
func (c Unread) Flag() string {
	if c.Like == "" {
		return ""
	}
	field, header := string(c.Like), c.Header
	if c.Like == Topics {
		field = "topic"
	}
	if strings.ContainsFunc(header, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	}) {
		header = shellQuoted(header)
	}
	return "--map " + field + "=" + header
}

// shellQuoted quotes a text for a shell.
func shellQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// counted returns "1 cell" or "2 cells".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
