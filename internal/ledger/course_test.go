package ledger_test

import (
	"encoding/json"
	"testing"

	"cmpledger/internal/ledger"
)

func TestParsePrice(t *testing.T) {
	const (
		notPrice = "not a price such as 19.99"
		twoCents = "a price has at most two decimals, such as 19.99"
		tooHigh  = "a price is at most 999999.99"
	)
	tests := []reading[ledger.Price]{
		{"whole", "25", 2500, ""},
		{"cents", "19.99", 1999, ""},
		{"nothing to pay", "0", 0, ""},
		{"a dollar sign", "$25", 2500, ""},
		{"the most", "999999.99", ledger.MaxPrice, ""},

		{"nothing", "", 0, notPrice},
		{"a dollar sign alone", "$", 0, notPrice},
		{"two dollar signs", "$$5", 0, notPrice},
		{"a blank behind the sign", "$ 25", 0, notPrice},
		{"another currency", "25 EUR", 0, notPrice},
		{"three decimals", "19.999", 0, twoCents},
		{"more than the most", "1000000", 100_000_000, tooHigh},
	}
	checkReadings(t, ledger.ParsePrice, tests)
}

// A price is read as it is written, as text and as JSON.
func TestPriceText(t *testing.T) {
	for price, want := range map[ledger.Price]string{0: "0", 1: "0.01", 50: "0.50", 1950: "19.50", 2500: "25", 120000: "1200", ledger.MaxPrice: "999999.99"} {
		var got ledger.Price
		data, err := json.Marshal(price)
		if err != nil || string(data) != want || price.String() != want || json.Unmarshal(data, &got) != nil || got != price {
			t.Errorf("%d is %q and %s, %v; want %q, read back %d", price, price.String(), data, err, want, got)
		}
	}
}

func TestCourseName(t *testing.T) {
	one := ledger.Course{Title: "Gram stains", Provider: "LabCE"}
	for _, other := range []ledger.Course{
		{Title: " gram  STAINS", Provider: "labce "},
		{Title: "Ｇram stains", Provider: "LabCE", Points: 100, URL: "https://example.org"},
	} {
		if one.Name() != other.Name() {
			t.Errorf("%q of %q is another course", other.Title, other.Provider)
		}
	}
	for _, other := range []ledger.Course{
		{Title: "Gram stains"},
		{Title: "Gram stain", Provider: "LabCE"},
		{Title: "stains", Provider: "LabCE Gram"},
		{Title: "LabCE", Provider: "Gram stains"},
	} {
		if one.Name() == other.Name() {
			t.Errorf("%q of %q is the same course", other.Title, other.Provider)
		}
	}
	if got, want := one.Name(), "e2b6ce76e810a1c4d043f5691d601132"; got != want {
		t.Errorf("the name is %s, and was %s: ledgers that exist have the old one", got, want)
	}
}

func TestCourseValidate(t *testing.T) {
	good := ledger.Course{Title: "Gram stains", Points: 100, Charge: ledger.Charged, Price: 1999}
	tests := []struct {
		name   string
		change func(*ledger.Course)
		want   string
	}{
		{"all stated", func(*ledger.Course) {}, ""},
		{"nothing but a title", func(c *ledger.Course) { *c = ledger.Course{Title: "Gram stains"} }, ""},
		{"free", func(c *ledger.Course) { c.Charge, c.Price = ledger.Free, 0 }, ""},
		{"charged for, nobody says how much", func(c *ledger.Course) { c.Price = 0 }, ""},
		{"no title", func(c *ledger.Course) { c.Title = " \t" }, "title: must not be empty"},
		{"negative points", func(c *ledger.Course) { c.Points = -1 }, "points: points must be more than 0"},
		{"too many points", func(c *ledger.Course) { c.Points = ledger.MaxPoints + 1 }, "points: points are at most 9999.99"},
		{"free, with a price", func(c *ledger.Course) { c.Charge = ledger.Free }, "price: must be 0 where the course is not charged for"},
		{"a price, nothing stated", func(c *ledger.Course) { c.Charge = 0 }, "price: must be 0 where the course is not charged for"},
		{"negative price", func(c *ledger.Course) { c.Price = -1 }, "price: not a price such as 19.99"},
		{"too high a price", func(c *ledger.Course) { c.Price = ledger.MaxPrice + 1 }, "price: a price is at most 999999.99"},
		{"a topic twice", func(c *ledger.Course) {
			c.Topics = []ledger.CreditTopic{{Topic: ledger.Safety}, {Topic: ledger.Safety, Limit: 50}}
		}, "topic: names safety twice"},
		{"a NUL byte", func(c *ledger.Course) { c.URL = "a\x00b" }, "url: holds a NUL byte"},
		{"no text", func(c *ledger.Course) { c.Provider = "\xff" }, "provider: is not valid UTF-8 text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.change(&c)
			if got := text(c.Validate()); got != tt.want {
				t.Errorf("Validate() = %q, want %q", got, tt.want)
			}
		})
	}
}
