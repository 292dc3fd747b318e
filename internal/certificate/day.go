package certificate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cmpledger/internal/ledger"
)

// A day is text[from:to] of the reader and what it may mean: two days where the order of
// its numbers is open, none where it is no day of the calendar.
type day struct {
	from, to int
	written  ledger.WrittenDate
	field    field // doneDay, issuedDay, otherDay or noField
	readings []ledger.Date
	words    string
}

// mostDays is how many are looked at.
const mostDays = 100

// findDays finds the days and what is said of each.
func (r *reader) findDays() {
	for _, at := range dayPattern().FindAllStringIndex(r.text, mostDays) {
		if !r.standsAlone(at[0], at[1]) || isNumber().MatchString(r.text[max(0, at[0]-20):at[0]]) {
			continue
		}
		text := oneLine(r.text[at[0]:at[1]])
		w, err := ledger.ParseWritten(dayOf().ReplaceAllString(text, " "))
		d := day{from: at[0], to: at[1], written: w}
		if err == nil {
			d.readings = []ledger.Date{}
		}
		r.days = append(r.days, d)
	}
	order := r.order()
	for i := range r.days {
		d := &r.days[i]
		if d.readings != nil {
			d.readings = r.readingsOf(d.written, order)
		}
	}
}

var dayOf = pattern(`(?i)\s+day\s+of\s+`)

// standsAlone reports whether a number is not a part of a longer word, such as
// "578-024-26".
func (r *reader) standsAlone(from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(r.text[:from])
	after, size := utf8.DecodeRuneInString(r.text[to:])
	second, _ := utf8.DecodeRuneInString(r.text[to+size:])
	joins := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
	return !joins(before) && !strings.ContainsRune("-/.,#$–", before) && !joins(after) &&
		(!strings.ContainsRune("-/.,–", after) || !joins(second))
}

// order returns the order of day and month that the options say, or that one of the days
// shows and no other contradicts.
func (r *reader) order() (order ledger.DateOrder) {
	switch format := string(r.DateFormat); {
	case strings.HasPrefix(format, "MM"):
		return ledger.MonthFirst
	case strings.HasPrefix(format, "DD"):
		return ledger.DayFirst
	}
	for _, d := range r.days {
		shown, _ := d.written.Order()
		if shown != "" && order != "" && shown != order {
			return ""
		}
		if d.readings != nil && shown != "" {
			order = shown
		}
	}
	return order
}

// readingsOf returns the days that a written one may mean.
func (r *reader) readingsOf(w ledger.WrittenDate, order ledger.DateOrder) (all []ledger.Date) {
	orders := []ledger.DateOrder{order}
	if shown, open := w.Order(); order == "" && open {
		orders = []ledger.DateOrder{ledger.MonthFirst, ledger.DayFirst}
	} else if order == "" {
		orders[0] = shown
	}
	if r.DateFormat == "YYYY-MM-DD" && w.Form == ledger.NumbersForm {
		return nil
	}
	for _, o := range orders {
		if d, err := w.Date(o); err == nil && !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}

var (
	atLabel = pattern(`^[\s:(]*(?:(?:is|was)\s+)?$`)
	joined  = pattern(`(?i)^\s*(?:,|;|&|and|or)\s*$`)
)

// said returns what the certificate says of day i, and in which words.
func (r *reader) said(i int) (field, string) {
	d := r.days[i]
	c := r.cellAt(d.from)
	text := r.text[d.from:d.to]
	if l, ok := r.labelOf(d.from, atLabel()); ok {
		return l.field, r.words(r.text[l.from:d.from], text)
	}
	before := r.sentence(d.from)
	direct := len(onDay().FindString(before)) > 0
	verb, verbAt := lastMatch(dayVerbs(), before)
	switch {
	case deadline().MatchString(before):
		return otherDay, text
	case i > 0 && joined().MatchString(r.text[r.days[i-1].to:d.from]):
		return r.days[i-1].field, text
	case direct && verb >= 0, verb >= 0 && strings.TrimSpace(before[verbAt:]) == "" && r.cells[c].from != d.from:
		from := strings.LastIndexAny(strings.TrimSpace(before), " \n\t") + 1
		return []field{otherDay, doneDay, issuedDay}[verb], r.words(strings.TrimSpace(before)[from:], text)
	case verb == 1 && r.cells[c].from == d.from && timed().MatchString(r.text[d.to:]):
		return doneDay, text
	case direct, r.cells[c].from != d.from:
		return noField, text
	}
	l, _, _ := r.beside(c)
	return l.field, r.words(r.text[l.from:l.to], text)
}

// lastMatch returns which group the last match of an expression has, 0 for none of them,
// and where it ends; -1 without a match.
func lastMatch(expr *regexp.Regexp, text string) (group, end int) {
	all := expr.FindAllStringSubmatchIndex(text, -1)
	if len(all) == 0 {
		return -1, 0
	}
	last := all[len(all)-1]
	for g := 2; g < len(last); g += 2 {
		if last[g] >= 0 {
			return g / 2, last[1]
		}
	}
	return 0, last[1]
}

// longest is how far back a sentence is read.
const longest = 500

var stop = pattern(`[\pL)\d"]{2}[.!?]\s+\p{Lu}|[.!?]\n`)

// sentence returns the text of the sentence before a place.
func (r *reader) sentence(at int) string {
	from := max(0, at-longest)
	before := r.text[from:at]
	if t := r.titled; t.to > from && t.from < at && t.to <= at {
		before = r.text[from:max(from, t.from)] + "T " + r.text[t.to:at]
	}
	if all := stop().FindAllStringIndex(before, -1); all != nil {
		end := all[len(all)-1][1] - 1
		before = before[end:]
	}
	return strings.ToValidUTF8(before, "")
}

// date returns the day of completion.
func (r *reader) date(d *Draft) (found Found[ledger.Date]) {
	for i := range r.days {
		r.days[i].field, r.days[i].words = r.said(i)
	}
	for _, f := range []field{doneDay, issuedDay, noField} {
		var all []day
		for _, one := range r.days {
			if one.field == f {
				all = append(all, one)
			}
		}
		if len(all) == 0 {
			continue
		}
		common := slices.Clone(all[0].readings)
		for _, one := range all[1:] {
			common = slices.DeleteFunc(common, func(x ledger.Date) bool { return !slices.Contains(one.readings, x) })
		}
		found.Words = all[0].words
		switch {
		case len(common) == 1:
			found.Value, found.Sure = common[0], f == doneDay && !r.short(all)
			if !found.Sure {
				d.doubt("%s may not be the day you completed it", common[0])
			}
			return found
		case len(common) > 1:
			d.doubt("%q may be %s or %s", r.text[all[0].from:all[0].to], common[0], common[1])
		case f == doneDay && len(all) == 1:
			d.doubt("%q is not a day of the calendar", r.text[all[0].from:all[0].to])
		case f == doneDay:
			d.doubt("it names several days, such as %q and %q", r.text[all[0].from:all[0].to], r.text[all[1].from:all[1].to])
		}
		if len(common) != 1 {
			return Found[ledger.Date]{}
		}
	}
	return found
}

// short reports whether the days have years of two digits only, which the date format
// does not allow.
func (r *reader) short(all []day) bool {
	return !strings.HasSuffix(string(r.DateFormat), "/YY") && !slices.ContainsFunc(all, func(d day) bool { return !d.written.ShortYear })
}

func (d *Draft) doubt(format string, args ...any) {
	d.Problems = append(d.Problems, fmt.Sprintf(format, args...))
}
