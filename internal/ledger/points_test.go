package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
)

const (
	notPoints  = "not a number of points such as 1.5"
	twoPlaces  = "points have at most two decimals, such as 1.25"
	moreThan0  = "points must be more than 0"
	atMostMuch = "points are at most 9999.99"
)

// text returns the error's text, and nothing when there is none.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParsePoints(t *testing.T) {
	tests := []struct {
		name    string
		give    string
		want    ledger.Points
		wantErr string
	}{
		{"whole", "1", 100, ""},
		{"one decimal", "1.5", 150, ""},
		{"two decimals", "0.25", 25, ""},
		{"the least", "0.01", 1, ""},
		{"the most", "9999.99", ledger.MaxPoints, ""},
		{"leading and trailing zeros", "01.50", 150, ""},
		{"more leading zeros than digits fit", strings.Repeat("0", 40) + "7", 700, ""},
		{"no digit before the point", ".5", 50, ""},

		{"nothing", "", 0, notPoints},
		{"decimal comma", "1,5", 0, notPoints},
		{"thousands separator", "1,000.50", 0, notPoints},
		{"exponent", "1e3", 0, notPoints},
		{"not a number", "NaN", 0, notPoints},
		{"infinite", "Inf", 0, notPoints},
		{"negative", "-1", 0, notPoints},
		{"plus sign", "+1", 0, notPoints},
		{"blank before", " 1", 0, notPoints},
		{"blank after", "1 ", 0, notPoints},
		{"nothing after the point", "1.", 0, notPoints},
		{"only a point", ".", 0, notPoints},
		{"two points", "1.5.0", 0, notPoints},
		{"unit", "1.5h", 0, notPoints},
		{"hexadecimal", "0x10", 0, notPoints},
		{"digit separator", "1_000", 0, notPoints},
		{"digits of another script", "١", 0, notPoints},
		{"three decimals", "1.005", 0, twoPlaces},
		{"three decimals that are zeros", "1.000", 0, twoPlaces},
		{"zero", "0", 0, moreThan0},
		{"zero with decimals", "0.00", 0, moreThan0},
		{"a hundredth above the most", "10000", 0, atMostMuch},
		{"beyond what an integer holds", strings.Repeat("9", 40), 0, atMostMuch},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ledger.ParsePoints(tt.give)
			if diff := cmp.Diff(tt.wantErr, text(err)); diff != "" {
				t.Errorf("ParsePoints(%q) error (-want +got):\n%s", tt.give, diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParsePoints(%q) (-want +got):\n%s", tt.give, diff)
			}
		})
	}
}

func TestPointsString(t *testing.T) {
	tests := []struct {
		name string
		give ledger.Points
		want string
	}{
		{"none", 0, "0"},
		{"whole", 3600, "36"},
		{"whole that ends in zeros", 10000, "100"},
		{"one decimal", 50, "0.5"},
		{"two decimals", 125, "1.25"},
		{"hundredths below ten", 105, "1.05"},
		{"the most", ledger.MaxPoints, "9999.99"},
		{"negative below one", -50, "-0.5"},
		{"negative above one", -105, "-1.05"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.give.String()); diff != "" {
				t.Errorf("String() (-want +got):\n%s", diff)
			}
			got, err := json.Marshal(map[string]ledger.Points{"points": tt.give})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(`{"points":`+tt.want+`}`, string(got)); diff != "" {
				t.Errorf("JSON is no number of that value (-want +got):\n%s", diff)
			}
		})
	}
}

// What cannot be read leaves the value as it was.
func TestUnmarshalTextKeepsOnError(t *testing.T) {
	points, quantity, date := ledger.Points(150), ledger.Quantity(1500), ledger.MakeDate(2026, 11, 21)
	activity := ledger.CourseActivity
	for _, give := range []string{"", "1,5", "somewhere"} {
		for name, err := range map[string]error{
			"points":   points.UnmarshalText([]byte(give)),
			"quantity": quantity.UnmarshalText([]byte(give)),
			"date":     date.UnmarshalText([]byte(give)),
			"activity": activity.UnmarshalText([]byte(give)),
		} {
			if err == nil {
				t.Errorf("%s: %q was read", name, give)
			}
		}
	}
	want := []any{ledger.Points(150), ledger.Quantity(1500), ledger.MakeDate(2026, 11, 21), ledger.CourseActivity}
	if diff := cmp.Diff(want, []any{points, quantity, date, activity}); diff != "" {
		t.Errorf("values after errors (-want +got):\n%s", diff)
	}
}

// Every amount that can be written can be read back, and is written shortest.
func TestPointsRoundTrip(t *testing.T) {
	for p := ledger.Points(1); p <= ledger.MaxPoints; p++ {
		s := p.String()
		if got, err := ledger.ParsePoints(s); got != p || err != nil {
			t.Fatalf("ParsePoints(%q) = %d, %v; want %d", s, got, err, p)
		}
		if strings.Contains(s, ".") && strings.HasSuffix(s, "0") {
			t.Fatalf("%d is written with a needless zero: %q", p, s)
		}
	}
}

func TestQuantityPoints(t *testing.T) {
	const ceu, semesterHour, contactHour = 1000, 1500, 100
	tests := []struct {
		name    string
		give    string
		each    ledger.Points
		want    ledger.Points
		wantErr string
	}{
		{"contact hours are points", "1.5", contactHour, 150, ""},
		{"a tenth of a CEU", "0.1", ceu, 100, ""},
		{"an eighth of a CEU", "0.125", ceu, 125, ""},
		{"semester hours", "3", semesterHour, 4500, ""},
		{"the least of a CEU", "0.001", ceu, 1, ""},
		{"the most", "9999.99", contactHour, ledger.MaxPoints, ""},
		{"thousandths of a point", "0.125", contactHour, 0, twoPlaces},
		{"above the most", "1000", ceu, 0, atMostMuch},
		{"as large as can be typed", strings.Repeat("9", 40), ledger.MaxPoints, 0, atMostMuch},
		{"four decimals", "0.1250", ceu, 0, "at most three decimals are possible, such as 0.125"},
		{"zero", "0.000", ceu, 0, "must be more than 0"},
		{"negative", "-1", ceu, 0, "not a number such as 1.5"},
		{"decimal comma", "0,1", ceu, 0, "not a number such as 1.5"},
		{"nothing", "", ceu, 0, "not a number such as 1.5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var q ledger.Quantity
			var got ledger.Points
			err := q.UnmarshalText([]byte(tt.give))
			if err == nil {
				got, err = q.Points(tt.each)
			}
			if diff := cmp.Diff(tt.wantErr, text(err)); diff != "" {
				t.Errorf("%q error (-want +got):\n%s", tt.give, diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%q of %v points each (-want +got):\n%s", tt.give, tt.each, diff)
			}
		})
	}
}

func TestQuantityRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := ledger.Quantity(rapid.Int64Range(1, 999_999_999_999).Draw(t, "thousandths"))
		written, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var got ledger.Quantity
		if err := got.UnmarshalText(written); got != want || err != nil {
			t.Fatalf("%d is written as %q and read as %d, %v", want, written, got, err)
		}
	})
}

// What is read is in range, and is read again from how it is written.
func FuzzParsePoints(f *testing.F) {
	for _, seed := range []string{"1", "1.5", "0.25", ".5", "01.50", "9999.99", "10000", "1,5", "1e3", "-1", "1.", "1.005", "", "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ledger.ParsePoints(s)
		if err != nil {
			return
		}
		if p < 1 || p > ledger.MaxPoints {
			t.Fatalf("ParsePoints(%q) = %d, out of range", s, p)
		}
		if again, err := ledger.ParsePoints(p.String()); again != p || err != nil {
			t.Fatalf("ParsePoints(%q) = %d, which is read again as %d, %v", s, p, again, err)
		}
	})
}

// A number of hours is read as points exactly when points would be.
func FuzzQuantity(f *testing.F) {
	for _, seed := range []string{"1", "1.5", "0.125", "0.001", "9999.99", "10000", "1,5", "0", "1.", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var q ledger.Quantity
		if err := q.UnmarshalText([]byte(s)); err != nil {
			if p, err := ledger.ParsePoints(s); err == nil {
				t.Fatalf("%q is %v points and no number of hours", s, p)
			}
			return
		}
		hours, err := q.Points(100)
		if p, perr := ledger.ParsePoints(s); perr == nil && (hours != p || err != nil) {
			t.Fatalf("%q is %v points and, as hours, %v, %v", s, p, hours, err)
		}
	})
}
