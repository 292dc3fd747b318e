package transcript

import "testing"

func TestReadPrice(t *testing.T) {
	const (
		notPrice = "not a price such as 19.99"
		currency = "a price is a number in the currency of the catalogue, such as 19.99"
	)
	tests := []struct{ give, want string }{
		{"19.99", "19.99"}, {"25", "25"}, {"0", "0"}, {"Free", "0"},
		{"$25", "25"}, {"$ 15", "15"}, {"15 $", "15"}, {"$1,200.00", "1200"}, {"1,200", "1200"}, {"1,234,567", "a price is at most 999999.99"},
		{"USD 15", "15"}, {"usd15", "15"}, {"15 USD", "15"}, {"15USD", "15"}, {"US$ 15", "15"}, {"$15.50 USD", "15.50"}, {"USD $15", "15"},
		{"n/a", "open"}, {"N/A", "open"}, {"-", "open"}, {"\u2014", "open"}, {"TBD", "open"}, {"Varies", "open"},

		{"19,99", notPrice}, {"1,20", notPrice}, {"12,34.50", notPrice}, {",200", notPrice}, {"1,2000", notPrice}, {"1234,567", notPrice},
		{"1.200,00", notPrice}, {"-5", notPrice}, {"$-5", notPrice}, {"1e3", notPrice}, {"cheap", notPrice}, {"USD", notPrice}, {"$", notPrice},
		{"19.999", "a price has at most two decimals, such as 19.99"},
		{"20 EUR", currency}, {"EUR 20", currency}, {"\u20ac20", currency}, {"20 \u00a3", currency}, {"C$15", currency}, {"CAD 15", currency},
	}
	for _, tt := range tests {
		price, err := readPrice(tt.give)
		got := "open"
		switch {
		case err != nil:
			got = err.Error()
		case price != nil:
			got = price.String()
		}
		if got != tt.want {
			t.Errorf("readPrice(%q) = %s, want %s", tt.give, got, tt.want)
		}
	}
}
