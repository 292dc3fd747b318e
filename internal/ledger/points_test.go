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

// A reading is a text with what it is read as, or with the error.
type reading[T any] struct {
	name, give string
	want       T
	wantErr    string
}

// checkReadings checks that a parser reads texts so.
func checkReadings[T any](t *testing.T, parse func(string) (T, error), tests []reading[T]) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parse(tt.give)
			if diff := cmp.Diff(tt.wantErr, text(err)); diff != "" {
				t.Errorf("%q error (-want +got):\n%s", tt.give, diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.give, diff)
			}
		})
	}
}

func TestParsePoints(t *testing.T) {
	tests := []reading[ledger.Points]{
		{"whole", "1", 100, ""},
		{"two decimals", "0.25", 25, ""},
		{"the least", "0.01", 1, ""},
		{"the most", "9999.99", ledger.MaxPoints, ""},
		{"leading and trailing zeros", "01.50", 150, ""},
		{"more leading zeros than digits fit", strings.Repeat("0", 40) + "7", 700, ""},
		{"no digit before the point", ".5", 50, ""},

		{"nothing", "", 0, notPoints},
		{"decimal comma", "1,5", 0, "write 1.5"},
		{"exponent", "1e3", 0, notPoints},
		{"not a number", "NaN", 0, notPoints},
		{"negative", "-1", 0, notPoints},
		{"blank before", " 1", 0, notPoints},
		{"nothing after the point", "1.", 0, notPoints},
		{"two points", "1.5.0", 0, notPoints},
		{"digits of another script", "١", 0, notPoints},
		{"three decimals", "1.005", 0, twoPlaces},
		{"three decimals that are zeros", "1.000", 100, ""},
		{"zero", "0", 0, moreThan0},
		{"zero with decimals", "0.00", 0, moreThan0},
		{"a hundredth above the most", "10000", 0, atMostMuch},
		{"beyond what an integer holds", strings.Repeat("9", 40), 0, atMostMuch},
	}
	checkReadings(t, ledger.ParsePoints, tests)
}

func TestPointsString(t *testing.T) {
	tests := []struct {
		name string
		give ledger.Points
		want string
	}{
		{"none", 0, "0"},
		{"whole", 3600, "36"},
		{"two decimals", 125, "1.25"},
		{"hundredths below ten", 105, "1.05"},
		{"the most", ledger.MaxPoints, "9999.99"},
		{"negative below one", -50, "-0.5"},
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
	const noNumber = "not a number such as 1.5"
	worth := func(each ledger.Points) func(string) (ledger.Points, error) {
		return func(text string) (ledger.Points, error) {
			var q ledger.Quantity
			if err := q.UnmarshalText([]byte(text)); err != nil {
				return 0, err
			}
			return q.Points(each)
		}
	}
	checkReadings(t, worth(100), []reading[ledger.Points]{
		{"contact hours are points", "1.5", 150, ""},
		{"the most", "9999.99", ledger.MaxPoints, ""},
		{"thousandths of a point", "0.125", 0, twoPlaces},
	})
	checkReadings(t, worth(1500), []reading[ledger.Points]{{"semester hours", "3", 4500, ""}})
	checkReadings(t, worth(1000), []reading[ledger.Points]{
		{"an eighth of a CEU", "0.125", 125, ""},
		{"the least", "0.001", 1, ""},
		{"above the most", "1000", 0, atMostMuch},
		{"four decimals", "0.1251", 0, "at most three decimals are possible, such as 0.125"},
		{"zero", "0.000", 0, "must be more than 0"},
		{"decimal comma", "0,1", 0, "write 0.1"},
		{"nothing", "", 0, noNumber},
	})
	checkReadings(t, worth(ledger.MaxPoints), []reading[ledger.Points]{{"as large as can be typed", strings.Repeat("9", 40), 0, atMostMuch}})
}

func TestQuantityRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := ledger.Quantity(rapid.Int64Range(1, 999_999_999_999).Draw(t, "thousandths"))
		written, err := want.MarshalText()
		var got ledger.Quantity
		if err != nil || got.UnmarshalText(written) != nil || got != want {
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
