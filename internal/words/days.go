package words

import (
	"fmt"

	"cmpledger/internal/ledger"
)

// Day returns a day as people say it: "Dec 31". It has its year, "Aug 31, 2028", unless
// it is less than ten months ahead or less than six past: then nobody takes another year's.
func Day(d, today ledger.Date) string { return dayOfYear(d, isFar(d, today)) }

func isFar(d, today ledger.Date) bool {
	return d >= today.AddMonths(10) || d <= today.AddMonths(-6)
}

// dayOfYear returns a day, with its year or without.
func dayOfYear(d ledger.Date, withYear bool) string {
	year, month, day := d.YMD()
	text := fmt.Sprintf("%s %d", monthName(month)[:3], day)
	if withYear {
		text += fmt.Sprintf(", %d", year)
	}
	return text
}

// NearDay is [Day] with the day of the week in the next two weeks: "Thu Dec 3".
func NearDay(d, today ledger.Date) string {
	text := Day(d, today)
	if d >= today && d <= today+14 {
		text = d.Weekday()[:3] + " " + text
	}
	return text
}

// FromTo says from which day to which, the year once where it is the same: "May 31 to
// Jul 31, 2028". The first day may be one of two, the other of which is no day else:
// "Oct 3 or 5 to Dec 3".
func FromTo(first, other, last, today ledger.Date) string {
	far := isFar(first, today) || isFar(last, today)
	of, _, _ := first.YMD()
	year, _, _ := last.YMD()
	return firstOr(first, other, far && of != year) + " to " + dayOfYear(last, far)
}

// firstOr names a day, or two of which it is one: "Oct 3 or 5", "Feb 28 or Mar 2, 2028".
func firstOr(first, other ledger.Date, withYear bool) string {
	if other == 0 {
		return dayOfYear(first, withYear)
	}
	first, other = min(first, other), max(first, other)
	year, month, _ := first.YMD()
	inYear, inMonth, day := other.YMD()
	or := fmt.Sprintf(" or %d", day)
	if inMonth != month {
		or = " or " + dayOfYear(other, false)
	}
	text := dayOfYear(first, withYear && inYear != year) + or
	if withYear {
		text += fmt.Sprintf(", %d", inYear)
	}
	return text
}
