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
	if c := columnOf(f.Columns, PointsUnit); c.Field != "" {
		parts = append(parts, "units in column "+c.Header)
	}
	if f.SkippedRows > 0 {
		parts = append(parts, counted(f.SkippedRows, "row")+" skipped by the profile")
	}
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
	for i, c := range f.Unread {
		if i == most && len(f.Unread) > most {
			return fmt.Sprintf("%s and %d more", strings.Join(texts, ", "), len(f.Unread)-most)
		}
		text := c.Header
		if c.Like != "" {
			text += fmt.Sprintf(" (looks like %s: %s)", c.likeness(), c.Flag())
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

// likeness names what the column looks like.
func (c Unread) likeness() string {
	switch c.Like {
	case Date:
		return "dates"
	case Points:
		return "hours"
	case Status:
		return "a status"
	}
	return string(c.Like)
}

// Flag returns the flag of cmp import that reads the column as what it looks
// like, or "".
func (c Unread) Flag() string {
	field := string(c.Like)
	switch {
	case field == "":
		return ""
	case c.Like == Topics:
		field = "topic"
	}
	flag := field + "=" + c.Header
	if strings.ContainsFunc(c.Header, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	}) {
		flag = field + "=" + shellQuoted(c.Header)
	}
	return "--map " + flag
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
