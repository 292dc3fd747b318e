package words

import (
	"fmt"

	"cmpledger/internal/ledger"
)

// Day returns a day as people say it: "Dec 31", with the year if it is a year or more
// away from today: "Aug 31, 2028".
func Day(d, today ledger.Date) string {
	year, month, day := d.YMD()
	text := fmt.Sprintf("%s %d", monthName(month)[:3], day)
	if d >= today.AddMonths(12) || d <= today.AddMonths(-12) {
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
// Jul 31, 2028".
func FromTo(first, last, today ledger.Date) string {
	from, to := Day(first, today), Day(last, today)
	of, _, _ := first.YMD()
	if year, _, _ := last.YMD(); year == of {
		from = Day(first, first)
	}
	return from + " to " + to
}
