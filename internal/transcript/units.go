package transcript

import (
	"slices"
	"strings"
)

// bareOf returns what a bare number counts below a header, as far as that
// shows it: noMeasure or noTime where it has to be said.
func bareOf(header string) measure {
	if isCEU(header) {
		return noMeasure
	}
	if m := timeOf(header); m != unknownMeasure {
		return m
	}
	return point
}

// isUnclear reports whether a header leaves open what bare numbers below it count.
func isUnclear(header string) bool {
	bare := bareOf(header)
	return bare == noMeasure || bare == noTime
}

// isCEU reports whether a header names continuing education units: "CEUs
// earned", "Credits (CEU)", but not "CEU provider".
func isCEU(header string) bool {
	has, ok := consists(header, []string{"ceu", "ceus"}, []string{
		"credit", "credits", "point", "points", "contact", "hour", "hours", "unit", "units", "value",
		"earned", "awarded", "received", "total", "number", "of", "in", "s",
	})
	return ok && has[0] || letters(header) == "continuingeducationunits"
}

// timeOf returns what a header that names minutes or a length of time says of
// bare numbers: contactHour for "Duration (hrs)", noTime for "Minutes",
// "Duration" and "Credits (min)". Of other headers, such as "Contact Hours",
// it is unknownMeasure.
func timeOf(header string) measure {
	has, ok := consists(header,
		[]string{"min", "mins", "minute", "minutes"},
		[]string{"h", "hr", "hrs", "hour", "hours"},
		[]string{"duration", "length"},
		[]string{"time"},
		[]string{"course", "activity", "program", "programme", "event", "session", "class", "training"},
		[]string{"credit", "credits", "point", "points", "contact", "ce", "cme", "cmle", "value", "earned", "awarded", "received", "approved",
			"spent", "total", "number", "of", "in", "s"},
	)
	minutes, hours, length, clock, course := has[0], has[1], has[2], has[3], has[4]
	switch {
	case !ok, hasDigit(header): // as in "Contact Hours (60 min)"
		return unknownMeasure
	case !minutes && !length && (!clock || course): // the time of a course may be the hour at which it begins
		return unknownMeasure
	case hours && !minutes:
		return contactHour
	}
	return noTime
}

// units returns the column of CEUs, minutes or hours that holds the points: the
// one that is called by the holder's unit, else, where no other column is the
// points, the one of which it is known what its numbers count. Without any it
// returns best, which is the column that was found by its name, or -1.
func (u *understanding) units(best int) (int, error) {
	named := map[Unit]measure{InCEU: noMeasure, InMinutes: noTime}[u.options.Unit]
	i, err := u.only(named)
	switch {
	case i >= 0 || err != nil:
		return i, err
	case best >= 0:
		return best, nil
	}
	return u.only(noMeasure, noTime, contactHour)
}

// only returns the free column whose header shows one of the measures and of
// which it is known what its numbers count, or -1. Of a length of time the
// holder can say that it is not the points by naming those.
func (u *understanding) only(measures ...measure) (int, error) {
	return u.one(Points, func(i int, header string) bool {
		switch bare := bareOf(header); {
		case !slices.Contains(measures, bare), bare != noMeasure && u.options.Constants[Points] != "":
			return false
		default:
			return u.options.Unit != "" || bare == contactHour || u.carriesUnits(i)
		}
	})
}

// carriesUnits reports whether no number in the column is without a unit, in
// its cell or in the column of units, and one has it.
func (u *understanding) carriesUnits(column int) bool {
	seen, unit := false, slices.Index(u.meaning, PointsUnit)
	for _, rec := range u.below {
		cell, p := rec.cell(column), pointsReader{bare: noMeasure}.in(rec.cell(unit))
		amount, words := cutAmount(cell)
		if amount != "" && words == "" && p.bare == noMeasure {
			return false
		}
		_, err := p.read(cell)
		seen = seen || amount != "" && (err == nil || words == "" || measureOf(words) != unknownMeasure)
	}
	return seen
}

// guessUnit returns the column for the unit of bare numbers: the one that is
// called so and holds one. Without any the column is something else, such as the
// unit of a hospital or a number of them.
func (u *understanding) guessUnit() (int, error) {
	return u.one(PointsUnit, func(i int, header string) bool { return isUnitHeader(header) && u.holdsUnits(i) })
}

func isUnitHeader(header string) bool {
	switch letters(header) {
	case "unit", "units", "creditunit", "creditunits", "pointunit", "pointsunit", "unittype", "unitofmeasure", "unitsofmeasure",
		"unitofcredit", "unitsofcredit":
		return true
	}
	return false
}

// holdsUnits reports whether a cell of the column is a unit. Of rows that were
// rejected it is enough that one was because its cell is none: the column is to
// mean the same when the others are gone.
func (u *understanding) holdsUnits(column int) bool {
	reason := -1
	if names := withoutReasons(u.Header); len(names) < len(u.Header) {
		reason = len(names) + slices.Index(reasons(), "rejected_reason")
	}
	for _, rec := range u.below {
		why := rec.cell(reason)
		if measureOf(rec.cell(column)) != unknownMeasure ||
			strings.HasPrefix(why, u.Header[column]+": ") && strings.HasSuffix(why, errNotUnit.Error()) {
			return true
		}
	}
	return false
}

// checkUnit reports a cell of the column of units that holds something else.
func checkUnit(cell string) error {
	if cell != "" && measureOf(cell) == unknownMeasure {
		return errNotUnit
	}
	return nil
}
