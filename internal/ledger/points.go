package ledger

import (
	"errors"
	"strconv"
	"strings"
)

// Points is an amount of continuing education in hundredths of a point:
// 150 is one and a half points. The zero value is no points.
type Points int64

// MaxPoints is the most that a single value may state: 9999.99 points.
const MaxPoints Points = 999999

var (
	errNotPoints   = errors.New("not a number of points such as 1.5")
	errDecimals    = errors.New("points have at most two decimals, such as 1.25")
	errNoPoints    = errors.New("points must be more than 0")
	errManyPoints  = errors.New("points are at most 9999.99")
	errNotQuantity = errors.New("not a number such as 1.5")
)

// ParsePoints reads decimal text such as "1", "1.5" or "0.25": more than 0,
// at most two decimals, at most [MaxPoints]. Signs, exponents, decimal commas
// and blanks are refused.
func ParsePoints(s string) (Points, error) {
	n, err := parseDecimal(s, 2)
	switch {
	case errors.Is(err, errDecimals):
		return 0, err
	case err != nil:
		return 0, errNotPoints
	}
	return checkPoints(n)
}

func checkPoints(n int64) (Points, error) {
	switch {
	case n <= 0:
		return 0, errNoPoints
	case n > int64(MaxPoints):
		return 0, errManyPoints
	}
	return Points(n), nil
}

// String returns the points as decimal text without needless zeros: "0.5".
func (p Points) String() string {
	sign := ""
	if p < 0 {
		sign, p = "-", -p
	}
	s := sign + strconv.FormatInt(int64(p/100), 10)
	if cents := int64(p % 100); cents != 0 {
		s += strings.TrimRight("."+strconv.FormatInt(cents/10, 10)+strconv.FormatInt(cents%10, 10), "0")
	}
	return s
}

// UnmarshalText reads what [ParsePoints] reads.
func (p *Points) UnmarshalText(text []byte) error {
	v, err := ParsePoints(string(text))
	if err != nil {
		return err
	}
	*p = v
	return nil
}

// MarshalText returns the decimal text of [Points.String].
func (p Points) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// MarshalJSON writes the decimal text as a JSON number.
func (p Points) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads a JSON number with at most two decimals, 0 included.
func (p *Points) UnmarshalJSON(text []byte) error {
	if string(text) == "0" {
		*p = 0
		return nil
	}
	return p.UnmarshalText(text)
}

// A Quantity is a number of units, such as contact hours or CEUs, that are
// worth points. It is held in thousandths, since 0.125 CEU is 1.25 points.
type Quantity int64

// UnmarshalText reads decimal text with at most three decimals, more than 0.
func (q *Quantity) UnmarshalText(text []byte) error {
	n, err := parseDecimal(string(text), 3)
	switch {
	case errors.Is(err, errDecimals):
		return errors.New("at most three decimals are possible, such as 0.125")
	case err != nil:
		return err
	case n == 0:
		return errors.New("must be more than 0")
	}
	*q = Quantity(n)
	return nil
}

// MarshalText returns the quantity as decimal text.
func (q Quantity) MarshalText() ([]byte, error) {
	s := strconv.FormatInt(int64(q/1000), 10)
	if rest := int64(q % 1000); rest != 0 {
		digits := strconv.FormatInt(1000+rest, 10)[1:]
		s += "." + strings.TrimRight(digits, "0")
	}
	return []byte(s), nil
}

// Points returns what q units are worth when each is worth the given points.
// It is an error when that is no whole number of hundredths or out of range.
func (q Quantity) Points(each Points) (Points, error) {
	n := int64(q) * int64(each)
	if n%1000 != 0 {
		return 0, errDecimals
	}
	return checkPoints(n / 1000)
}

// MinutePoints returns what q minutes are worth when 60 of them make a point,
// rounded down to hundredths: a contact hour has 50 to 60 minutes, so that
// this never claims too much. It is an error when that is no points or out of
// range.
func (q Quantity) MinutePoints() (Points, error) {
	if q > 0 && q < 600 {
		return 0, errors.New("less than 0.01 points")
	}
	return checkPoints(int64(q) / 600)
}

// parseDecimal reads digits with an optional point as an integer of the given
// number of decimal places. Values too large for any use become a number that
// is larger than every limit.
func parseDecimal(s string, places int) (int64, error) {
	whole, fraction, point := strings.Cut(s, ".")
	if whole+fraction == "" || point && fraction == "" || !digits(whole) || !digits(fraction) {
		return 0, errNotQuantity
	}
	if len(fraction) > places {
		return 0, errDecimals
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 9 {
		whole = "999999999"
	}
	n, err := strconv.ParseInt("0"+whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil {
		return 0, errNotQuantity
	}
	return n, nil
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
