package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	errShortYear  = errors.New("not a day such as 2026-11-21: the year has only two digits; --date-format MM/DD/YY or DD/MM/YY reads them")
	errNotInOrder = errors.New("not a day such as 2026-11-21, as YYYY-MM-DD asks for")
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
	has       [ledger.NumbersForm + 1]bool // by form
	separator byte                         // of the first date with two numbers before the year
	hasShort  bool                         // it has years of two digits, allowed or not
}

// String returns the formats in the column, such as "MM/DD/YYYY".
func (d dates) String() string {
	var formats []string
	if d.has[ledger.YearForm] {
		formats = append(formats, yearFirst)
	}
	if d.has[ledger.NumbersForm] && d.order != "" {
		formats = append(formats, strings.ReplaceAll(d.numbers(), "/", string(d.separator)))
	}
	if d.has[ledger.NameForm] {
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
	shown := map[string][]record{} // by the order that they show
	for _, rec := range kept {
		cell := rec.cell(column.Index)
		if _, err := ledger.ParseDate(cell); err == nil && rec.problem == nil {
			d.has[ledger.YearForm] = true
			continue
		}
		w, err := ledger.ParseWritten(cell)
		if err != nil || rec.problem != nil {
			continue
		}
		d.hasShort = d.hasShort || w.ShortYear
		if w.ShortYear && !d.short {
			continue
		}
		if w.Form == ledger.NumbersForm && !d.has[ledger.NumbersForm] {
			d.separator = w.Separator
		}
		d.has[w.Form] = true
		shown[shows(w)] = append(shown[shows(w)], rec)
	}
	d.sure = format != "" || shown[monthFirst] != nil || shown[dayFirst] != nil
	switch {
	case format == "":
		d.order, err = settle(column, shown)
	case d.short:
		d.order = string(format) + "YY"
	case !d.strict:
		d.order = string(format)
	}
	other := map[string]string{monthFirst: dayFirst, dayFirst: monthFirst}[d.order]
	if format != "" && other != "" && shown[other] != nil && shown[d.order] == nil {
		r.Shown = DateFormat(other[:len(format)])
		r.Warnings = append(r.Warnings, fmt.Sprintf("the dates look like %s, not %s", r.Shown, format))
	}
	return d, err
}

// settle returns whether month or day comes first. It gets the records that show each
// order, and refuses a column that shows both or may be either.
func settle(c Column, shown map[string][]record) (string, error) {
	month, day, open := shown[monthFirst], shown[dayFirst], shown[eitherFirst]
	switch {
	case month != nil && day != nil:
		return "", mixed(c, month, day)
	case day != nil:
		return dayFirst, nil
	case open != nil && month == nil:
		return "", &ledger.Error{
			Where: atLine(open[0].line),
			What:  fmt.Sprintf("%s: %q may have the month or the day first, and no other row tells", clip(c.Header), clip(open[0].cell(c.Index))),
			Try:   ledger.Say("say which: --date-format MM/DD/YYYY or --date-format DD/MM/YYYY"),
		}
	}
	return monthFirst, nil // of "05/05/2026" either order makes the same day
}

// mixed is the error for a column in which some dates have the month first and others the
// day. It names a date that is in the other order than most.
func mixed(c Column, month, day []record) error {
	most, order, says, odd := month, monthFirst, "the month", day
	if len(day) > len(month) {
		most, order, says, odd = day, dayFirst, "the day", month
	}
	return &ledger.Error{
		Where: atLine(odd[0].line),
		What: fmt.Sprintf("%s: %q does not have %s first, as %q (line %d) has",
			clip(c.Header), clip(odd[0].cell(c.Index)), says, clip(most[0].cell(c.Index)), most[0].line),
		Try: ledger.Say("correct it in the file, or leave it out: %s", ledger.Command{"import", "FILE", "--date-format", order, "--skip-bad"}),
	}
}

// date returns the day that a cell without outer blanks means.
func (d *dates) date(cell string) (ledger.Date, error) {
	if day, err := ledger.ParseDate(cell); err == nil {
		return day, nil
	}
	if cell == "" {
		return 0, errEmpty
	}
	w, err := ledger.ParseWritten(cell)
	if err != nil {
		return 0, err
	}
	switch {
	case w.ShortYear && !d.short:
		return 0, errShortYear
	case d.strict && w.Form != ledger.YearForm:
		return 0, errNotInOrder
	}
	order := ledger.MonthFirst
	if strings.HasPrefix(d.order, "DD") {
		order = ledger.DayFirst
	}
	day, err := w.Date(order)
	if shown, _ := w.Order(); err != nil && shown != "" && shown != order {
		err = fmt.Errorf("not a day of the calendar when read as %s", d.numbers())
	}
	return day, err
}

// shows says what a date shows about the order of its numbers: monthFirst, dayFirst,
// eitherFirst, or "" for nothing.
func shows(w ledger.WrittenDate) string {
	order, open := w.Order()
	switch {
	case open:
		return eitherFirst
	case order == ledger.MonthFirst:
		return monthFirst
	case order == ledger.DayFirst:
		return dayFirst
	}
	return ""
}

// allDigits reports whether s has only digits and at least one.
func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// smallNumber returns the value of a few digits.
func smallNumber(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
