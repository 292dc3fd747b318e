package transcript

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cmpledger/internal/ledger"
)

// A Unit is what a number in a column of points counts.
type Unit string

// The units of a column. A cell may name its own, as in "90 min".
const (
	InPoints  Unit = "points"
	InHours   Unit = "hours"   // contact hours, 1 point each; 1:30 is one and a half
	InCEU     Unit = "ceu"     // continuing education units, 10 points each
	InMinutes Unit = "minutes" // 60 to the point
)

// Units returns every unit.
func Units() []Unit { return []Unit{InPoints, InHours, InCEU, InMinutes} }

// UnmarshalText reads the name of a unit; case and outer blanks do not matter.
func (u *Unit) UnmarshalText(text []byte) error {
	unit := Unit(strings.ToLower(strings.TrimSpace(string(text))))
	if !slices.Contains(Units(), unit) {
		return ledger.Unknown("a unit", "units", string(unit), Units())
	}
	*u = unit
	return nil
}

// MarshalText returns what [Unit.UnmarshalText] reads.
func (u Unit) MarshalText() ([]byte, error) { return []byte(u), nil }

// Further units of a cell. "" is an unknown unit.
const (
	noMeasure    Unit = "CEUs?" // maybe CEUs: the holder has to say
	noTime       Unit = "time?" // minutes or hours: the holder has to say
	semesterHour Unit = "semester hours"
	quarterHour  Unit = "quarter hours"
	creditHour   Unit = "credit hours" // semester hours for a college, contact hours for others
)

var (
	errNotPoints  = errors.New("not a number of points such as 1.5")
	errCreditHour = errors.New("credit hours are semester hours to a college, 15 points each, and contact hours to others; write which")
	errNoTime     = errors.New(`not clear without a unit, as 60 minutes are 1 point: say --unit minutes or --unit hours, or write "90 min"`)
	errNoMeasure  = errors.New(`not clear without a unit, as 1 CEU is 10 points: say --unit ceu or --unit hours, or write "0.1 CEU"`)
	errNotComma   = errors.New("not a number such as 1,5, as the profile has decimal commas")
	errNotUnit    = errors.New("not a unit; units are points, hours, ceu, minutes")
)

// A pointsReader reads cells of points.
type pointsReader struct {
	bare  Unit // the unit of a number without one
	comma bool // decimals follow a comma
}

// pointsReader returns a reader of a column with a header. The options' unit wins over
// the header's.
func (o Options) pointsReader(header string) pointsReader {
	return pointsReader{bareOf(header), o.DecimalComma}.withUnit(string(o.Unit))
}

// withUnit returns a reader for a row with that cell in the column of units.
func (p pointsReader) withUnit(unit string) pointsReader {
	if unit != "" {
		p.bare = cmp.Or(measureOf(unit), p.bare)
	}
	return p
}

// ParsePoints reads a cell of points: a number of o.Unit, or a number with its own unit
// such as "1.5 hrs", "0.1CEU", "90 min" or "3 semester hours". It rounds minutes, 60 to
// the point, down to hundredths, and refuses other amounts that are not exact.
func (o Options) ParsePoints(cell string) (ledger.Points, error) {
	return o.pointsReader("").read(strings.TrimSpace(cell))
}

// unitOf returns the unit of a number with these words behind it.
func (p pointsReader) unitOf(words string) Unit {
	if words == "" {
		return p.bare
	}
	return measureOf(words)
}

// read reads a cell without outer blanks.
func (p pointsReader) read(cell string) (ledger.Points, error) {
	switch {
	case cell == "":
		return 0, errEmpty
	case p.bare == InPoints && !p.comma: // the usual case, fast
		if points, err := ledger.ParsePoints(cell); err == nil {
			return points, nil
		}
	}
	if unsigned, negative := strings.CutPrefix(cell, "-"); negative && unsigned != "" && allDigits(unsigned[:1]) {
		if _, err := p.read(unsigned); err == nil {
			return 0, errNotPositive
		}
	}
	hours, minutes, _ := strings.Cut(cell, ":")
	if p.bare == InHours && allDigits(hours) && len(hours) < 5 && allDigits(minutes) && len(minutes) == 2 && minutes < "60" {
		return ledger.Quantity(1000 * (60*smallNumber(hours) + smallNumber(minutes))).MinutePoints()
	}
	amount, words := cutAmount(cell)
	m := p.unitOf(words)
	if m == "" {
		if minutes := hoursAndMinutes(words, amount); minutes > 0 {
			return ledger.Quantity(1000 * minutes).MinutePoints()
		}
	}
	if part, of, ok := strings.Cut(cell, "/"); ok && words == "" && allDigits(part) {
		return 0, fmt.Errorf("not clear, as it may be 0%s or %s of %s; write 0%s or %s", amount, part, of, amount, part)
	}
	amount, err := p.decimal(amount, words)
	if err != nil {
		return 0, err
	}
	return worth(amount, m, words)
}

// fractions are those that have an exact decimal text.
var fractions = []struct{ sign, text, decimal string }{
	{"½", "1/2", ".5"}, {"¼", "1/4", ".25"}, {"¾", "3/4", ".75"},
	{"⅛", "1/8", ".125"}, {"⅜", "3/8", ".375"}, {"⅝", "5/8", ".625"}, {"⅞", "7/8", ".875"},
}

// cutAmount splits a cell into the number that it begins with, as decimal text, and the
// rest. It understands "1½" and "1 1/2".
func cutAmount(cell string) (amount, rest string) {
	rest = strings.TrimLeft(cell, "0123456789.,")
	amount, rest = cell[:len(cell)-len(rest)], strings.TrimSpace(rest)
	if rest == "" || amount != "" && !allDigits(amount) {
		return amount, rest
	}
	for _, f := range fractions {
		if after, ok := strings.CutPrefix(rest, f.sign); ok {
			return amount + f.decimal, strings.TrimSpace(after)
		}
		first, after, _ := strings.Cut(rest, " ")
		switch {
		case first == f.text:
			return amount + f.decimal, strings.TrimSpace(after)
		case amount+first == f.text && len(amount) == 1 && cell[1] == '/':
			return f.decimal, strings.TrimSpace(after)
		}
	}
	return amount, rest
}

// minutesToo matches what stands behind the hours of "1 h 30 min", "1 hour, 30 minutes".
var minutesToo = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\pL+)[., ]*(?:and )?([0-5]?\d) ?(\pL*)\.?$`)
})

// hoursAndMinutes returns the minutes of a number of hours and the words behind it, or 0.
func hoursAndMinutes(words, hours string) int {
	m := minutesToo().FindStringSubmatch(words)
	if m == nil || !allDigits(hours) || len(hours) > 4 || measureOf(m[1]) != InHours || m[3] != "" && measureOf(m[3]) != InMinutes {
		return 0
	}
	return 60*smallNumber(hours) + smallNumber(m[2])
}

// decimal returns a number with a decimal point. It refuses a comma that may or may not
// be a decimal one.
func (p pointsReader) decimal(amount, words string) (string, error) {
	whole, fraction, comma := strings.Cut(amount, ",")
	switch {
	case !comma && !(p.comma && strings.Contains(amount, ".")):
		return amount, nil
	case p.comma && fraction != "" && !strings.ContainsAny(whole+fraction, ".,"):
		return whole + "." + fraction, nil
	case p.comma:
		return "", errNotComma
	}
	if points, err := ledger.ParsePoints(whole + "." + fraction); err == nil {
		return "", fmt.Errorf("%w: write %s, or decimal: comma in a profile", errNotPoints, strings.TrimSpace(points.String()+" "+words))
	}
	return amount, nil
}

// worth returns the points of an amount in unit m. words are the cell's words for it.
func worth(amount string, m Unit, words string) (ledger.Points, error) {
	switch m {
	case noMeasure:
		return 0, errNoMeasure
	case noTime:
		return 0, errNoTime
	case creditHour:
		return 0, errCreditHour
	case "":
		if _, err := ledger.ParsePoints(amount); err == nil && !strings.ContainsAny(words, "0123456789") {
			return 0, fmt.Errorf("%w: %q is %w", errNotPoints, clip(words), errNotUnit)
		}
		return 0, errNotPoints
	case InPoints, InHours:
		return ledger.ParsePoints(amount)
	}
	var q ledger.Quantity
	if err := q.UnmarshalText([]byte(amount)); err != nil {
		return 0, err
	}
	switch m {
	case InMinutes:
		return q.MinutePoints()
	case semesterHour:
		return q.Points(15 * 100)
	}
	return q.Points(10 * 100) // a CEU and a quarter hour
}
