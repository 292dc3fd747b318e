package ledger

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// A DateOrder says which of two numbers before a year is the month; "" leaves it open.
type DateOrder string

// The orders.
const (
	MonthFirst DateOrder = "mdy"
	DayFirst   DateOrder = "dmy"
)

// A DateForm is a way of writing a day.
type DateForm int

// The forms.
const (
	YearForm    DateForm = iota // 2026-03-02 or 20260302: the year first
	NameForm                    // 2 March 2026: the month by its name
	NumbersForm                 // 03/02/2026: two numbers before the year
)

// A WrittenDate is a day as people and portals write it.
type WrittenDate struct {
	Form      DateForm
	Separator byte // '/', '-' or '.', with NumbersForm
	ShortYear bool // two digits: 00 to 69 are 2000 to 2069, the others 1970 to 1999

	year, month, day int    // with NumbersForm the first number and the second, whichever they are
	weekday          string // "Monday", where it is written too
	begin            *WrittenDate
}

// ParseWritten reads a day in any form: "2026-03-02", "20260302", "03/02/2026", "Mar 2, 2026",
// "Monday, 2 March 2026, 3:15 PM". It drops a time of day and its zone, and reads a range
// ("March 2-3, 2026") as its last day.
func ParseWritten(text string) (WrittenDate, error) {
	if len(text) > 80 {
		return WrittenDate{}, errNotDay
	}
	weekday, rest := cutWeekday(dropTime(text))
	w, err := parsePlain(rest)
	if err != nil {
		w, err = parseRange(rest)
	}
	w.weekday = weekday
	return w, err
}

// Order says what the two numbers of NumbersForm show: an order, or "" and whether either
// is possible. 05/05/2026 shows nothing.
func (w WrittenDate) Order() (order DateOrder, open bool) {
	low, high := min(w.month, w.day), max(w.month, w.day)
	switch {
	case w.Form != NumbersForm || low == high || low == 0 || high > 31 || low > 12:
		return "", false
	case w.month > 12:
		return DayFirst, false
	case w.day > 12:
		return MonthFirst, false
	}
	return "", true
}

// Date returns the day. Of two numbers the first is the month, unless the day is first.
func (w WrittenDate) Date(order DateOrder) (Date, error) {
	month, day := w.month, w.day
	if w.Form == NumbersForm && order == DayFirst {
		month, day = day, month
	}
	d, err := calendarDay(w.year, month, day)
	switch {
	case err != nil:
		return 0, err
	case w.weekday != "" && d.Weekday() != w.weekday:
		return 0, fmt.Errorf("%s is a %s, not a %s", d, d.Weekday(), w.weekday)
	case w.begin == nil:
		return d, nil
	}
	first, err := w.begin.Date(order)
	if err == nil && first > d {
		err = fmt.Errorf("%s is after %s", first, d)
	}
	if err != nil {
		return 0, err
	}
	return d, nil
}

// parsePlain reads a day without weekday and time.
func parsePlain(s string) (w WrittenDate, err error) {
	if len(s) == 8 && onlyDigits(s) && (s[:2] == "19" || s[:2] == "20") {
		w = WrittenDate{year: number(s[:4]), month: number(s[4:6]), day: number(s[6:])}
		_, err = w.Date("") // else it is some other number
		return w, err
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,-/.", r) })
	if len(parts) != 3 {
		return w, errNotDay
	}
	first, second, year := parts[0], parts[1], parts[2]
	month, day := nameNumber(first, months), ordinal(second)
	if month == 0 {
		month, day = nameNumber(second, months), ordinal(first)
	}
	separator := s[len(first)]
	switch {
	case month != 0:
		w = WrittenDate{Form: NameForm, month: month, day: number(day)}
	case strings.Join(parts, string(separator)) != s || separator == ' ' || separator == ',':
		return w, errNotDay
	case len(first) == 4 && len(year) <= 2:
		w, day, year = WrittenDate{month: number(second), day: number(year)}, second, first
	case len(first) > 2:
		return w, errNotDay
	default:
		w, day = WrittenDate{Form: NumbersForm, Separator: separator, month: number(first), day: number(second)}, second
	}
	if len(day) > 2 || w.day < 0 || w.month < 0 || w.day > 99 || w.month > 99 || number(year) < 0 || len(year) != 2 && len(year) != 4 {
		return w, errNotDay
	}
	w.year, w.ShortYear = number(year), len(year) == 2
	switch {
	case w.ShortYear && w.year < 70:
		w.year += 2000
	case w.ShortYear:
		w.year += 1900
	}
	return w, nil
}

// parseRange reads "October 10-11, 2025", "10-11 October 2025", "Oct 30 - Nov 2, 2025" or
// two whole days.
func parseRange(s string) (WrittenDate, error) {
	s = strings.NewReplacer("–", "-", "—", "-", " to ", "-", " through ", "-").Replace(s)
	for i := range len(s) {
		if s[i] != '-' || i == 0 {
			continue
		}
		left, right := strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:])
		last, err := parsePlain(right)
		if err != nil {
			month, _, _ := strings.Cut(left, " ")
			last, err = parsePlain(month + " " + right)
		}
		if err != nil || last.ShortYear {
			continue
		}
		first, err := parsePlain(left)
		if err != nil {
			first, err = parsePlain(fmt.Sprintf("%s %04d", left, last.year))
		}
		if day := number(left); err != nil && last.Form == NameForm && day > 0 && day < 32 {
			first, err = WrittenDate{Form: NameForm, year: last.year, month: last.month, day: day}, nil
		}
		if err == nil && !first.ShortYear {
			last.begin = &first
			return last, nil
		}
	}
	return WrittenDate{}, errNotDay
}

func months() []string {
	return []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
}

func weekdays() []string {
	return []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
}

// nameNumber returns the number, from 1, of the name that a word is or abbreviates with
// three letters or more, or 0.
func nameNumber(word string, names func() []string) int {
	if word == "" || word[0] <= '9' { // a number, as mostly
		return 0
	}
	for i, name := range names() {
		if n := len(word); n >= 3 && n <= len(name) && strings.EqualFold(word, name[:n]) {
			return i + 1
		}
	}
	return 0
}

// cutWeekday returns the name of the weekday that a text begins with, and what follows.
func cutWeekday(s string) (weekday, rest string) {
	if i := strings.IndexAny(s, " ,."); i > 0 {
		if n := nameNumber(s[:i], weekdays); n > 0 {
			return weekdays()[n-1], strings.TrimLeft(s[i:], " ,.")
		}
	}
	return "", s
}

// ordinal returns "2" for "2nd".
func ordinal(day string) string {
	if n := len(day) - 2; n > 0 && onlyDigits(day[:n]) && strings.Contains("st nd rd th", strings.ToLower(day[n:])) {
		return day[:n]
	}
	return day
}

// number returns the value of a few digits, or -1 for anything else.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil || !onlyDigits(digits) {
		return -1
	}
	return n
}

// timeOfDay is a time such as "00:00", "12:00:00 AM", "16:10 UTC" or "14:30:00.000+01:00".
var timeOfDay = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^([01]?\d|2[0-3])(:[0-5]\d){1,2}(\.\d+)?( ?[ap]\.?m\.?|z| *[+-](0\d|1[0-4])(:?[0-5]\d)?)?` +
		`( (utc|gmt|[ecmp][sd]?t))?$`)
})

// dropTime returns the text without a time of day at its end. It ignores the time zone:
// the day is as written.
func dropTime(s string) string {
	colon := strings.IndexByte(s, ':')
	if colon < 0 {
		return s
	}
	i := strings.LastIndexAny(s[:colon], " T")
	if i < 0 || !timeOfDay().MatchString(s[i+1:]) {
		return s
	}
	return strings.TrimRight(strings.TrimSuffix(strings.TrimRight(s[:i], " "), " at"), " ,")
}
