package ledger

import (
	"errors"
	"fmt"
	"strings"
)

// A Price is an amount of money in hundredths of a unit of currency, which is
// not said: 1999 is 19.99. 0 is nothing to pay.
type Price int64

// MaxPrice is the most that a price may be: 999999.99.
const MaxPrice Price = 99_999_999

var (
	errNotPrice   = errors.New("not a price such as 19.99")
	errPriceCents = errors.New("a price has at most two decimals, such as 19.99")
	errHighPrice  = errors.New("a price is at most 999999.99")
)

// ParsePrice reads decimal text such as "25", "19.99" or "0", also behind a
// dollar sign: at most two decimals, at most [MaxPrice]. Signs, exponents,
// decimal commas, commas between thousands and blanks are refused.
func ParsePrice(s string) (Price, error) {
	n, err := parseDecimal(strings.TrimPrefix(s, "$"), 2)
	switch {
	case errors.Is(err, errDecimals):
		return 0, errPriceCents
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
		return errHighPrice
	}
	return nil
}

// String returns the price as decimal text, with two decimals or none: "19.50".
func (p Price) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%02d", p/100, p%100), ".00")
}

// UnmarshalText reads what [ParsePrice] reads.
func (p *Price) UnmarshalText(text []byte) error { return set(p, text, ParsePrice) }

// MarshalText returns the decimal text of [Price.String].
func (p Price) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads a JSON number with at most two decimals.
func (p *Price) UnmarshalJSON(text []byte) error { return p.UnmarshalText(text) }

// MarshalJSON writes the decimal text as a JSON number.
func (p Price) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }
