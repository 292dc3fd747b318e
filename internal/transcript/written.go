package transcript

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

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
	short            bool // the cell has two digits of the year
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
// dropped, whatever it is: the day is the one that the file names. Of a year
// with two digits, 00 to 69 are 2000 to 2069, and the others of the century before;
// whether such a year is allowed is up to the caller.
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
		return written{form: formYear, year: number(first), month: number(second), day: number(third)}, nil
	case len(first) > 2 || len(second) > 2:
		return written{}, errNotDate
	}
	w := written{form: formNumbers, month: number(first), day: number(second), separator: cell[i]}
	return w.in(third)
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
	if month == 0 || !digits(day) || len(day) > 2 {
		return written{}, errNotDate
	}
	return written{form: formMonth, month: month, day: number(day)}.in(words[2])
}

// in returns the day with its year, which has two or four digits.
func (w written) in(year string) (written, error) {
	if !digits(year) || len(year) != 2 && len(year) != 4 {
		return written{}, errNotDate
	}
	w.year, w.short = number(year), len(year) == 2
	switch {
	case w.short && w.year < 70:
		w.year += 2000
	case w.short:
		w.year += 1900
	}
	return w, nil
}

// monthOf returns the number of a month, by its English name or the first three
// letters of it, or 0.
func monthOf(name string) int {
	for m := time.January; m <= time.December; m++ {
		if full := m.String(); strings.EqualFold(name, full) || strings.EqualFold(name, full[:3]) {
			return int(m)
		}
	}
	if strings.EqualFold(name, "sept") {
		return 9
	}
	return 0
}

// timeOfDay is a time such as "00:00", "12:00:00 AM" or "14:30:00.000+01:00".
var timeOfDay = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^([01]?\d|2[0-3])(:[0-5]\d){1,2}(\.\d+)?( ?[ap]m|z| *[+-](0\d|1[0-4])(:?[0-5]\d)?)?$`)
})

// dropTime returns the cell without a time of day at its end. A zone does not
// matter: the day is the one that is written, not the one that it was elsewhere.
func dropTime(cell string) string {
	colon := strings.IndexByte(cell, ':')
	if colon < 0 {
		return cell
	}
	i := strings.LastIndexAny(cell[:colon], " T")
	if i < 0 || !timeOfDay().MatchString(cell[i+1:]) {
		return cell
	}
	return strings.TrimRight(cell[:i], " ,")
}

// digits reports whether s has only digits and at least one.
func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// number returns the value of a few digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
