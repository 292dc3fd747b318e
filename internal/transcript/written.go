package transcript

import (
	"strings"

	"cmpledger/internal/ledger"
)

// A form is a way of writing a day.
type form int

const (
	formYear    form = iota // 2026-03-02: the year first
	formMonth               // 2 March 2026: the month by its name
	formNumbers             // 03/02/2026: two numbers before the year
)

// A written date is a day as it stands in a cell. With formNumbers it is open
// which of month and day is which: they are in the order of the cell.
type written struct {
	form             form
	year, month, day int
	separator        byte // '/', '-' or '.', with formNumbers
}

// suggests says what two numbers before the year show about their order:
// monthFirst, dayFirst, eitherFirst, and "" when they show nothing.
func (w written) suggests() string {
	first, second := w.month, w.day
	switch {
	case w.form != formNumbers || first == second || min(first, second) == 0 ||
		max(first, second) > 31 || min(first, second) > 12:
		return ""
	case first > 12:
		return dayFirst
	case second > 12:
		return monthFirst
	}
	return eitherFirst
}

// date returns the day, or none when the calendar has no such day.
func (w written) date(order string) ledger.Date {
	if w.form == formNumbers && order == dayFirst {
		return ledger.MakeDate(w.year, w.day, w.month)
	}
	return ledger.MakeDate(w.year, w.month, w.day)
}

// parseWritten reads a day in any of the forms. A time of day behind it is
// dropped, whatever it is: the day is the one that the file names.
func parseWritten(cell string) (written, error) {
	cell = dropTime(cell)
	i := strings.IndexAny(cell, "/-.")
	if i < 0 || strings.ContainsAny(cell, " ,") || !digits(cell[:i]) {
		return parseNamed(cell)
	}
	first, rest, _ := strings.Cut(cell, cell[i:i+1])
	second, third, ok := strings.Cut(rest, cell[i:i+1])
	switch {
	case !digits(second) && len(second) >= 3:
		return parseNamed(cell)
	case !ok || !digits(second) || !digits(third):
		return written{}, errNotDate
	case len(first) == 4 && len(second) <= 2 && len(third) <= 2:
		return written{formYear, number(first), number(second), number(third), 0}, nil
	case len(first) > 2 || len(second) > 2:
		return written{}, errNotDate
	case len(third) == 2:
		return written{}, errShortYear
	case len(third) != 4:
		return written{}, errNotDate
	}
	return written{formNumbers, number(third), number(first), number(second), cell[i]}, nil
}

// parseNamed reads "Mar 2, 2026", "2 March 2026", "02-Mar-2026" and the like.
func parseNamed(cell string) (written, error) {
	words := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,-/.", r) })
	if len(words) != 3 {
		return written{}, errNotDate
	}
	month, day := monthOf(words[0]), words[1]
	if month == 0 {
		month, day = monthOf(words[1]), words[0]
	}
	year := words[2]
	switch {
	case month == 0 || !digits(day) || len(day) > 2 || !digits(year):
		return written{}, errNotDate
	case len(year) == 2:
		return written{}, errShortYear
	case len(year) != 4:
		return written{}, errNotDate
	}
	return written{formMonth, number(year), month, number(day), 0}, nil
}

// monthOf returns the number of a month, by its English name or the first three
// letters of it, or 0.
func monthOf(name string) int {
	name = strings.ToLower(name)
	if name == "sept" {
		return 9
	}
	for i, full := range []string{
		"january", "february", "march", "april", "may", "june", "july",
		"august", "september", "october", "november", "december",
	} {
		if name == full || name == full[:3] {
			return i + 1
		}
	}
	return 0
}

// dropTime returns the cell without a time of day at its end, such as
// "00:00", "12:00:00 AM" or "T14:30:00.000". A time with a zone is left: which
// day it falls on would depend on the reader's place.
func dropTime(cell string) string {
	colon := strings.IndexByte(cell, ':')
	if colon < 0 {
		return cell
	}
	i := strings.LastIndexAny(cell[:colon], " T")
	if i < 0 || !isTime(cell[i+1:]) {
		return cell
	}
	return strings.TrimRight(cell[:i], " ,")
}

func isTime(s string) bool {
	s = strings.ToUpper(s)
	for _, half := range []string{"AM", "PM"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, half))
	}
	clock, fraction, _ := strings.Cut(s, ".")
	parts := strings.Split(clock, ":")
	for i, part := range parts {
		if !digits(part) || len(part) > 2 || i > 0 && (len(part) != 2 || part > "59") {
			return false
		}
	}
	return len(parts) <= 3 && number(parts[0]) < 24 && (fraction == "" || digits(fraction))
}

// digits reports whether s has only digits and at least one.
func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// number returns the value of a few digits.
func number(digits string) int {
	n := 0
	for _, c := range []byte(digits) {
		n = n*10 + int(c-'0')
	}
	return n
}
