package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Day is a day as typed: one that [ParseWritten] reads, "today", "yesterday", "tomorrow",
// or "N days ago", also weeks and months. The zero Day is none.
type Day struct {
	date         Date
	days, months int  // before today
	counted      bool // days and months count, instead of date
	// Where either number may be the month: as typed, date with the month first, and other
	// with the day first.
	open  string
	other Date
}

// UnmarshalText reads one of the forms of [Day]. Where it has two readings, [Day.Settle]
// is to be called.
func (d *Day) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	day, err := parseCounted(strings.Fields(strings.ToLower(s)))
	if err == nil && !day.counted {
		day, err = parseDay(s)
	}
	if err == nil {
		*d = day
	}
	return err
}

// parseCounted reads a day that is said by its distance from today. It returns the zero
// Day for others.
func parseCounted(words []string) (Day, error) {
	if len(words) == 1 {
		if days, ok := map[string]int{"today": 0, "yesterday": 1, "tomorrow": -1}[words[0]]; ok {
			return Day{days: days, counted: true}, nil
		}
	}
	if len(words) != 3 || words[2] != "ago" {
		return Day{}, nil
	}
	unit := strings.TrimSuffix(words[1], "s")
	each := map[string]int{"day": 1, "week": 7, "month": 1}[unit]
	n, err := strconv.ParseUint(words[0], 10, 16)
	if each == 0 || err != nil || int(n) > 1<<16/each {
		return Day{}, errors.New(`not a number of days, weeks or months such as "3 days ago"`)
	}
	if unit == "month" {
		return Day{months: int(n), counted: true}, nil
	}
	return Day{days: int(n) * each, counted: true}, nil
}

// parseDay reads a day of the calendar.
func parseDay(s string) (Day, error) {
	w, err := ParseWritten(s)
	if err != nil {
		if near := Nearest(s, []string{"today", "yesterday", "tomorrow"}); near != "" {
			err = fmt.Errorf("%w; did you mean %s?", err, near)
		}
		return Day{}, err
	}
	date, err := w.Date(MonthFirst)
	other, otherErr := w.Date(DayFirst)
	switch {
	case err != nil && otherErr != nil:
		return Day{}, err
	case err != nil:
		date = other
	case otherErr != nil:
		other = date
	}
	switch {
	case w.ShortYear && date != other:
		return Day{}, fmt.Errorf("the year needs four digits; write %s or %s", date, other)
	case w.ShortYear:
		return Day{}, fmt.Errorf("the year needs four digits; write %s", date)
	case date != other:
		return Day{date: date, open: s, other: other}, nil
	}
	return Day{date: date}, nil
}

// Settle decides between two readings. Without an order the error says both. A day that is
// counted from today is an error where the calendar, of the years 1 to 9999, has none.
func (d *Day) Settle(order DateOrder, today Date) error {
	switch {
	case d.counted && d.from(today) != d.Date(today):
		return errors.New("not a day of the calendar")
	case d.open == "":
	case order == MonthFirst:
		*d = Day{date: d.date}
	case order == DayFirst:
		*d = Day{date: d.other}
	default:
		return fmt.Errorf("%s or %s? write %s or %s", monthDay(d.date), monthDay(d.other), d.date, d.other)
	}
	return nil
}

func monthDay(d Date) string {
	_, month, day := d.YMD()
	return fmt.Sprint(months()[month-1], " ", day)
}

// MarshalText returns the Day as it may be typed.
func (d Day) MarshalText() ([]byte, error) {
	switch {
	case d.open != "":
		return []byte(d.open), nil
	case d.months > 0:
		return fmt.Appendf(nil, "%d months ago", d.months), nil
	case d.counted && d.days == 0:
		return []byte("today"), nil
	case d.counted && d.days < 0:
		return []byte("tomorrow"), nil
	case d.counted:
		return fmt.Appendf(nil, "%d days ago", d.days), nil
	}
	return d.date.MarshalText()
}

// IsZero reports whether no day was given.
func (d Day) IsZero() bool { return d == Day{} }

// Date returns the calendar day that d means on the day today.
func (d Day) Date(today Date) Date {
	if d.counted {
		return min(max(d.from(today), 1), maxDate)
	}
	return d.date
}

// from counts back from today, be it to before the first day of the calendar.
func (d Day) from(today Date) Date {
	if year, month, _ := today.YMD(); year*12+month-1-d.months < 12 {
		return 0
	}
	return today.AddMonths(-d.months) - Date(d.days)
}
