package ledger

import (
	"errors"
	"fmt"
	"strconv"
)

// A Date is a calendar day, 0001-01-01 to 9999-12-31, as a count of days: dates
// compare with <. The zero Date is no day.
type Date int32

const maxDate Date = 3652059 // 9999-12-31

var errNotDay = errors.New("not a day such as 2026-11-21")

// MakeDate returns a day, or the zero Date when the calendar has no such day.
func MakeDate(year, month, day int) Date {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0
	}
	// Years are counted from March, so that the leap day is the last.
	y, m := year, month-3
	if m < 0 {
		y, m = y-1, m+12
	}
	return Date(365*y + y/4 - y/100 + y/400 + (153*m+2)/5 + day - 306)
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || !onlyDigits(s[:4]+s[5:7]+s[8:]) {
		return 0, errNotDay
	}
	year, _ := strconv.Atoi(s[:4]) // only digits, as checked above
	month, _ := strconv.Atoi(s[5:7])
	day, _ := strconv.Atoi(s[8:])
	return calendarDay(year, month, day)
}

// calendarDay returns a day, or says why the calendar has no such day.
func calendarDay(year, month, day int) (Date, error) {
	if d := MakeDate(year, month, day); d != 0 {
		return d, nil
	}
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return 0, errors.New("not a day of the calendar")
	}
	return 0, fmt.Errorf("not a day of the calendar: that month has %d days", daysIn(year, month))
}

// YMD returns the year, the month (1 to 12) and the day of the month.
func (d Date) YMD() (year, month, day int) {
	n := int(d) + 305 // days since 0000-03-01
	era := n / 146097
	doe := n % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	year, month = yoe+era*400, mp+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// Weekday returns the name of the day: "Sunday".
func (d Date) Weekday() string {
	return weekdays()[d%7]
}

// Weekend reports whether the day is a Saturday or a Sunday.
func (d Date) Weekend() bool { return d%7 == 0 || d%7 == 6 }

// String returns YYYY-MM-DD, or nothing for the zero Date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	year, month, day := d.YMD()
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// AddMonths returns the same day n months later; a day that the month lacks becomes
// its last. It stays within the years 1 to 9999; the zero Date stays zero.
func (d Date) AddMonths(n int) Date {
	if d == 0 {
		return 0
	}
	year, month, day := d.YMD()
	months := year*12 + month - 1 + n
	year, month = months/12, months%12+1
	switch {
	case months < 12:
		return 1
	case year > 9999:
		return maxDate
	}
	return MakeDate(year, month, min(day, daysIn(year, month)))
}

// UnmarshalText reads what [ParseDate] reads.
func (d *Date) UnmarshalText(text []byte) error { return unmarshal(d, text, ParseDate) }

// MarshalText returns YYYY-MM-DD, or nothing for the zero Date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// MarshalJSON writes the day as a string, and the zero Date as null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
}
