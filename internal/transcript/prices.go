package transcript

import (
	"errors"
	"regexp"
	"strings"
	"sync"

	"cmpledger/internal/ledger"
)

var errCurrency = errors.New("a price is a number in the currency of the catalogue, such as 19.99")

// How prices are written: with dollars, by sign or code, with commas between
// thousands, or with another currency, by its sign or a code such as EUR.
var (
	dollars = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^(?:USD|US\$)?\s*\$?\s*([\d.,]+)\s*\$?\s*(?:USD)?$`)
	})
	thousands = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d{1,3}(,\d{3})+(\.\d*)?$`) })
	currency  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\p{Sc}|^\pL{3}\PL*\d\PL*$|^\PL*\d\PL*\pL{3}$`) })
)

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
	amount := cell
	if m := dollars().FindStringSubmatch(cell); m != nil {
		amount = m[1]
	}
	if thousands().MatchString(amount) { // what a comma means in "19,99" nobody knows
		amount = strings.ReplaceAll(amount, ",", "")
	}
	if currency().MatchString(amount) {
		return nil, errCurrency
	}
	price, err := ledger.ParsePrice(amount)
	return &price, err
}
