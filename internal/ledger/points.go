package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Points is an amount in hundredths of a point: 150 is one and a half.
type Points int64

// MaxPoints is the most that a single value may state: 9999.99 points.
const MaxPoints Points = 999999

var (
	errNotPoints   = errors.New("not a number of points such as 1.5")
	errDecimals    = errors.New("points have at most two decimals, such as 1.25")
	errNotQuantity = errors.New("not a number such as 1.5")
)

// ParsePoints reads "1", "1.5" or "0.250": more than 0, at most two decimals before zeros
// and [MaxPoints]. Signs, exponents, decimal commas and blanks are refused.
func ParsePoints(s string) (Points, error) {
	n, err := parseDecimal(s, 2)
	switch {
	case errors.Is(err, errNotQuantity):
		return 0, errNotPoints
	case err != nil:
		return 0, err
	}
	return CheckPoints(n)
}

// CheckPoints returns hundredths as points that a single value may state.
func CheckPoints(n int64) (Points, error) {
	switch {
	case n <= 0:
		return 0, errors.New("points must be more than 0")
	case n > int64(MaxPoints):
		return 0, errors.New("points are at most 9999.99")
	}
	return Points(n), nil
}

// String returns the points as decimal text without needless zeros: "0.5".
func (p Points) String() string { return formatDecimal(int64(p), 2) }

// UnmarshalText reads what [ParsePoints] reads.
func (p *Points) UnmarshalText(text []byte) error { return unmarshal(p, text, ParsePoints) }

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

// A Quantity is a number of hours or CEUs in thousandths: 0.125 CEU is 1.25 points.
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
func (q Quantity) MarshalText() ([]byte, error) { return []byte(formatDecimal(int64(q), 3)), nil }

// Points returns what q units are worth. It refuses an amount that has more than two
// decimals or is out of range.
func (q Quantity) Points(each Points) (Points, error) {
	n := int64(q) * int64(each)
	if n%1000 != 0 {
		return 0, errDecimals
	}
	return CheckPoints(n / 1000)
}

// MinutePoints returns what q minutes are worth, 60 a point, rounded down to
// hundredths: a contact hour has 50 to 60, so this never claims too much.
func (q Quantity) MinutePoints() (Points, error) {
	if q > 0 && q < 600 {
		return 0, errors.New("less than 0.01 points")
	}
	return CheckPoints(int64(q) / 600)
}

// parseDecimal reads a decimal number in units of its last place: "1.5" with two
// places is 150. A huge number becomes one that is still above every limit.
func parseDecimal(s string, places int) (int64, error) {
	whole, fraction, point := strings.Cut(s, ".")
	if before, after, _ := strings.Cut(s, ","); before != "" && len(before) < 5 && after != "" && len(after) < 3 && onlyDigits(before+after) {
		return 0, fmt.Errorf("write %s.%s", before, after)
	}
	if whole+fraction == "" || point && fraction == "" || !onlyDigits(whole) || !onlyDigits(fraction) {
		return 0, errNotQuantity
	}
	if len(fraction) > places && strings.Trim(fraction[places:], "0") != "" {
		return 0, errDecimals
	}
	fraction = fraction[:min(len(fraction), places)]
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

func formatDecimal(n int64, places int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprintf("%0*d", places+1, n)
	point := len(digits) - places
	return sign + strings.TrimSuffix(strings.TrimRight(digits[:point]+"."+digits[point:], "0"), ".")
}

func onlyDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// A Price is an amount of money in hundredths. No currency is recorded.
type Price int64

// MaxPrice is the most that a price may be: 999999.99.
const MaxPrice Price = 99_999_999

var errNotPrice = errors.New("not a price such as 19.99")

// ParsePrice reads "25", "$19.99" or "0": at most two decimals and [MaxPrice].
func ParsePrice(s string) (Price, error) {
	n, err := parseDecimal(strings.TrimPrefix(s, "$"), 2)
	switch {
	case errors.Is(err, errDecimals):
		return 0, errors.New("a price has at most two decimals, such as 19.99")
	case err != nil:
		return 0, errNotPrice
	}
	return Price(n), Price(n).check()
}

func (p Price) check() error {
	switch {
	case p < 0:
		return errNotPrice
	case p > MaxPrice:
		return errors.New("a price is at most 999999.99")
	}
	return nil
}

// String returns the price as decimal text, with two decimals or none: "19.50".
func (p Price) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%02d", p/100, p%100), ".00")
}

// UnmarshalText reads what [ParsePrice] reads.
func (p *Price) UnmarshalText(text []byte) error { return unmarshal(p, text, ParsePrice) }

// MarshalText returns the decimal text of [Price.String].
func (p Price) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads a JSON number with at most two decimals.
func (p *Price) UnmarshalJSON(text []byte) error { return p.UnmarshalText(text) }

// MarshalJSON writes the decimal text as a JSON number.
func (p Price) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }
