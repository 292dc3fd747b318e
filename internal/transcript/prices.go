package transcript

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"cmpledger/internal/ledger"
)

var errCurrency = errors.New("a price is a number in the currency of the catalogue, such as 19.99")

// readPrice reads a price as catalogues write it: US dollars by sign or code, in
// front of the amount or behind it, commas between thousands, and words that
// leave it open, for which it is nil. Other currencies are refused, since no
// price could be compared with any other.
func readPrice(cell string) (*ledger.Price, error) {
	switch strings.ToLower(cell) {
	case "free":
		return new(ledger.Price), nil
	case "n/a", "na", "-", "--", "\u2013", "\u2014", "tbd", "tba", "varies":
		return nil, nil
	}
	amount := withoutThousands(withoutDollars(cell))
	if namesCurrency(amount) {
		return nil, errCurrency
	}
	price, err := ledger.ParsePrice(amount)
	return &price, err
}

// withoutDollars returns what is left of "USD 15", "15 USD", "$15" or "$15 USD".
func withoutDollars(cell string) string {
	for _, dollars := range []string{"USD", "US$", "$"} {
		n := len(dollars)
		switch {
		case len(cell) > n && strings.EqualFold(cell[:n], dollars):
			cell = cell[n:]
		case len(cell) > n && strings.EqualFold(cell[len(cell)-n:], dollars):
			cell = cell[:len(cell)-n]
		}
		cell = strings.TrimSpace(cell)
	}
	return cell
}

// withoutThousands takes the commas out of "1,200.50", where they stand between
// thousands; what they mean in "19,99" nobody knows.
func withoutThousands(amount string) string {
	whole, _, _ := strings.Cut(amount, ".")
	groups := strings.Split(whole, ",")
	if slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 }) || len(groups[0]) > 3 || groups[0] == "" {
		return amount
	}
	return strings.Join(groups, "") + amount[len(whole):]
}

// namesCurrency reports whether a sign of a currency stands with an amount, or a
// code such as EUR.
func namesCurrency(amount string) bool {
	if strings.ContainsFunc(amount, func(r rune) bool { return unicode.Is(unicode.Sc, r) }) {
		return true
	}
	letters := strings.TrimFunc(amount, func(r rune) bool { return !unicode.IsLetter(r) })
	return len(letters) == 3 && strings.ContainsAny(amount, "0123456789") && !strings.ContainsFunc(letters, func(r rune) bool { return !unicode.IsLetter(r) })
}
