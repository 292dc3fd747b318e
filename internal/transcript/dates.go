package transcript

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cmpledger/internal/ledger"
)

// The date formats. In the file the slash may be a hyphen or a full stop, and leading
// zeros may be missing.
const (
	yearFirst  = "YYYY-MM-DD"
	monthFirst = "MM/DD/YYYY"
	dayFirst   = "DD/MM/YYYY"

	// With these, a year may also have two digits.
	monthFirstShort = "MM/DD/YY"
	dayFirstShort   = "DD/MM/YY"

	eitherFirst = "?" // monthFirst or dayFirst
)

// A DateFormat is how dates of a file are written: YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY,
// MM/DD/YY or DD/MM/YY, or "" to find out. With the last two, a year may have two
// digits: 00 to 69 are 2000 to 2069, the others 1970 to 1999.
type DateFormat string

// DateFormats returns the formats that dates of a file are written in.
func DateFormats() []DateFormat {
	return []DateFormat{yearFirst, monthFirst, dayFirst, monthFirstShort, dayFirstShort}
}

// UnmarshalText reads one of the formats or "". Slashes, hyphens and full stops are
// equal, and case does not matter.
func (f *DateFormat) UnmarshalText(text []byte) error {
	format := strings.NewReplacer("-", "/", ".", "/").Replace(strings.ToUpper(strings.TrimSpace(string(text))))
	if format == "YYYY/MM/DD" {
		format = yearFirst
	}
	if format != "" && !slices.Contains(DateFormats(), DateFormat(format)) {
		return ledger.Unknown("a date format", "date formats", string(text), DateFormats())
	}
	*f = DateFormat(format)
	return nil
}

// MarshalText returns what [DateFormat.UnmarshalText] reads.
func (f DateFormat) MarshalText() ([]byte, error) { return []byte(f), nil }

var (
	errNotDate    = errors.New("not a day such as 2026-11-21")
	errNoDay      = errors.New("not a day of the calendar")
	errShortYear  = errors.New("not a day such as 2026-11-21: the year needs four digits; MM/DD/YY or DD/MM/YY as date format says what two mean")
	errNotInOrder = errors.New("not a day such as 2026-11-21, the only form that YYYY-MM-DD allows")
)

// dates reads the cells of one column of dates. It always understands dates that begin
// with the year or have the month's name. For two numbers before the year, it decides
// once for the whole column which of them is the month.
type dates struct {
	order  string // monthFirst, dayFirst, or "" when no row needs one
	strict bool   // the options allow only yearFirst
	sure   bool   // a row or the options settle the order
	short  bool   // the options allow years of two digits
	// What the column has, for the report.
	has       [formNumbers + 1]bool // by form
	separator byte                  // of the first date with two numbers before the year
	hasShort  bool                  // it has years of two digits, allowed or not
}

// String returns the formats in the column, such as "MM/DD/YYYY".
func (d dates) String() string {
	var formats []string
	if d.has[formYear] {
		formats = append(formats, yearFirst)
	}
	if d.has[formNumbers] && d.order != "" {
		formats = append(formats, strings.ReplaceAll(d.numbers(), "/", string(d.separator)))
	}
	if d.has[formMonth] {
		formats = append(formats, "with the month's name")
	}
	return strings.Join(formats, " and ")
}

// numbers returns the format of dates with two numbers before the year.
func (d dates) numbers() string {
	if d.short && d.hasShort {
		return strings.TrimSuffix(d.order, "YY")
	}
	return d.order
}

// findDates goes through the column of dates and settles the order of day and month. It
// ignores years of two digits unless they are allowed.
func (r *reader) findDates(kept []record, format DateFormat) (d dates, err error) {
	d.strict, d.short = format == yearFirst, strings.HasSuffix(string(format), "/YY")
	column := r.column(Date)
	shown := map[string]record{}
	for _, rec := range kept {
		cell := rec.cell(column.Index)
		if _, err := ledger.ParseDate(cell); err == nil && rec.problem == nil {
			d.has[formYear] = true
			continue
		}
		w, err := parseWritten(cell)
		if err != nil || rec.problem != nil {
			continue
		}
		d.hasShort = d.hasShort || w.short
		if w.short && !d.short {
			continue
		}
		if w.form == formNumbers && !d.has[formNumbers] {
			d.separator = w.separator
		}
		d.has[w.form] = true
		if order := w.suggests(); shown[order].line == 0 {
			shown[order] = rec
		}
	}
	d.sure = format != "" || shown[monthFirst].line > 0 || shown[dayFirst].line > 0
	switch {
	case format == "":
		d.order, err = settle(column, shown)
	case d.short:
		d.order = string(format) + "YY"
	case !d.strict:
		d.order = string(format)
	}
	other := map[string]string{monthFirst: dayFirst, dayFirst: monthFirst}[d.order]
	if format != "" && other != "" && shown[other].line > 0 && shown[d.order].line == 0 {
		r.Shown = DateFormat(other[:len(format)])
		r.Warnings = append(r.Warnings, fmt.Sprintf("the dates show %s, not %s", r.Shown, format))
	}
	return d, err
}

// settle returns whether month or day comes first. It gets the first record that shows
// each order, and refuses a column that shows both or may be either.
func settle(c Column, shown map[string]record) (string, error) {
	month, day, open := shown[monthFirst], shown[dayFirst], shown[eitherFirst]
	switch {
	case month.line > 0 && day.line > 0:
		return "", &ledger.Error{
			What: fmt.Sprintf("%s: %q (line %d) has the month first, %q (line %d) the day",
				c.Header, month.cell(c.Index), month.line, day.cell(c.Index), day.line),
			Try: ledger.Say("write all dates alike, or say how to read them: --date-format MM/DD/YYYY or --date-format DD/MM/YYYY"),
		}
	case day.line > 0:
		return dayFirst, nil
	case open.line > 0 && month.line == 0:
		return "", &ledger.Error{
			Where: atLine(open.line),
			What:  fmt.Sprintf("%s: %q may have the month or the day first, and no row settles which", c.Header, open.cell(c.Index)),
			Try:   ledger.Say("say which: --date-format MM/DD/YYYY or --date-format DD/MM/YYYY"),
		}
	}
	return monthFirst, nil // of "05/05/2026" either order makes the same day
}

// date returns the day that a cell without outer blanks means.
func (d *dates) date(cell string) (ledger.Date, error) {
	if day, err := ledger.ParseDate(cell); err == nil {
		return day, nil
	}
	if cell == "" {
		return 0, errEmpty
	}
	w, err := parseWritten(cell)
	if err != nil {
		return 0, err
	}
	switch {
	case w.short && !d.short:
		return 0, errShortYear
	case d.strict && w.form != formYear:
		return 0, errNotInOrder
	}
	if day := w.date(d.order); day != 0 {
		return day, nil
	}
	if w.form == formNumbers && w.suggests() != d.order && w.suggests() != "" {
		return 0, fmt.Errorf("not a day of the calendar when read as %s", d.numbers())
	}
	return 0, errNoDay
}

// A form is a way of writing a day.
type form int

const (
	formYear    form = iota // 2026-03-02: the year first
	formMonth               // 2 March 2026: the month by its name
	formNumbers             // 03/02/2026: two numbers before the year
)

// A written date is a day as a cell has it. With formNumbers, month is the first number
// and day the second, whichever they are.
type written struct {
	form             form
	year, month, day int
	separator        byte // '/', '-' or '.', with formNumbers
	short            bool // the cell has two digits of the year
}

// suggests says what two numbers before the year show about their order: monthFirst,
// dayFirst or eitherFirst. It is "" if they show nothing, as in 05/05/2026.
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

// date returns the day, or no day if the calendar does not have it.
func (w written) date(order string) ledger.Date {
	if w.form == formNumbers && order == dayFirst {
		return ledger.MakeDate(w.year, w.day, w.month)
	}
	return ledger.MakeDate(w.year, w.month, w.day)
}

// parseWritten reads a day in any of the forms: "2026-03-02", "03/02/2026", "Mar 2,
// 2026", "02-Mar-2026". It drops a time of day behind it. Years of two digits are as in
// [DateFormat]; the caller decides whether to allow them.
func parseWritten(cell string) (w written, err error) {
	cell = dropTime(cell)
	parts := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,-/.", r) })
	if len(parts) != 3 {
		return w, errNotDate
	}
	first, second, year := parts[0], parts[1], parts[2]
	month, day := monthOf(first), second
	if month == 0 {
		month, day = monthOf(second), first
	}
	separator := cell[len(first)]
	switch {
	case month != 0:
		if !allDigits(day) || len(day) > 2 {
			return w, errNotDate
		}
		w = written{form: formMonth, month: month, day: smallNumber(day)}
	case strings.Join(parts, string(separator)) != cell || separator == ' ' || separator == ',' || !allDigits(first+second+year) || len(second) > 2:
		return w, errNotDate
	case len(first) == 4 && len(year) <= 2:
		return written{form: formYear, year: smallNumber(first), month: smallNumber(second), day: smallNumber(year)}, nil
	case len(first) > 2:
		return w, errNotDate
	default:
		w = written{form: formNumbers, month: smallNumber(first), day: smallNumber(second), separator: separator}
	}
	if !allDigits(year) || len(year) != 2 && len(year) != 4 {
		return w, errNotDate
	}
	w.year, w.short = smallNumber(year), len(year) == 2
	switch {
	case w.short && w.year < 70:
		w.year += 2000
	case w.short:
		w.year += 1900
	}
	return w, nil
}

// monthOf returns the number of a month by its English name or the first three letters
// of it, or 0.
func monthOf(name string) int {
	if allDigits(name) {
		return 0
	}
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

// dropTime returns the cell without a time of day at its end. It ignores the time zone:
// the day is as written.
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

// allDigits reports whether s has only digits and at least one.
func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// smallNumber returns the value of a few digits.
func smallNumber(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
