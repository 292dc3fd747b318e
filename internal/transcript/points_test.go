package transcript_test

import (
	"fmt"
	"math/big"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestParsePoints(t *testing.T) {
	tests := []struct {
		unit transcript.Unit
		cell string
		want string // the points, or the error
	}{
		{"", ".5", "0.5"},
		{"", "1.5 pts.", "1.5"},
		{"", "2 Credit(s)", "2"},
		{"", "1.00 AMA PRA Category 1 Credits™", "1"},
		{"", "1.5 hrs", "1.5"},
		{"", " 1.5 Contact Hours ", "1.5"},
		{"", "1 CE-hour", "1"},
		{"", "1.0CEU", "10"},
		{"", "0.1 CEUs", "1"},
		{"", "0.125 ceu", "1.25"},
		{"", "0.0005 CEU", "at most three decimals are possible, such as 0.125"},
		{"", "0 CEU", "must be more than 0"},
		{"", "90min", "1.5"},
		{"", "59.999 min", "0.99"},
		{"", "0.5 min", "less than 0.01 points"},
		{"", "0.6 min", "0.01"},
		{"", "600000 min", "points are at most 9999.99"},
		{"", "1 hr 30 min", "1.5"},
		{"", "1 hour, 20 minutes", "1.33"},
		{"", "1h30", "1.5"},
		{"", "2 hrs and 15 min", "2.25"},
		{"", "1 h 75 min", "not a number of points such as 1.5"},
		{"", "1 min 30 h", "not a number of points such as 1.5"},
		{"", "90m", "1.5"},
		{"", "½", "0.5"},
		{"", "1½ hours", "1.5"},
		{"", "2 ¼", "2.25"},
		{"", "1/2 hour", "0.5"},
		{"", "⅛ CEU", "1.25"},
		{"", "⅓", `not a number of points such as 1.5`},
		{"", "1.5½", `not a number of points such as 1.5: "½" is not a unit; units are points, hours, ceu, minutes`},
		{"", "1/2", "not clear, as it may be 0.5 or 1 of 2; write 0.5 or 1"},
		{"", "3/10", "not a number of points such as 1.5"},
		{"", "1.0 CE", "1"},
		{"", "2 CEH", "2"},
		{"", "1.5 CMLE", "1.5"},
		{"", "1.0 P.A.C.E. contact hours", "1"},
		{"", "90 mints", `not a number of points such as 1.5: "mints" is not a unit; units are points, hours, ceu, minutes`},
		{"", "90,5 mins", "not a number of points such as 1.5: write 90.5 mins, or decimal: comma in a profile"},
		{"", "3 credit hours", "credit hours are semester hours to a college, 15 points each, and contact hours to others; write which"},
		{"", "1:30", "not a number of points such as 1.5"},
		{"", "-1 CEU", "points must be more than 0"},
		{"", "--1", "not a number of points such as 1.5"},
		{"", "1.5 yards", `not a number of points such as 1.5: "yards" is not a unit; units are points, hours, ceu, minutes`},
		{"", "1.5 x2", "not a number of points such as 1.5"},
		{"", "1 1/2 hrs", "1.5"},
		{"", "1,5 hrs", "not a number of points such as 1.5: write 1.5 hrs, or decimal: comma in a profile"},
		{"", "hours", "not a number of points such as 1.5"},
		{"", "", "must not be empty"},
		{"hours", "1:30", "1.5"},
		{"hours", "0:20", "0.33"},
		{"hours", "1:3", "not a number of points such as 1.5"},
		{"hours", "1:75", "not a number of points such as 1.5"},
		{"hours", "0.1 CEU", "1"},
		{"ceu", "0.1", "1"},
		{"ceu", "1000", "points are at most 9999.99"},
		{"minutes", "90", "1.5"},
		{"minutes", "1:30", "not a number of points such as 1.5"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %s", tt.cell, tt.unit), func(t *testing.T) {
			got := pointsText(transcript.Options{Unit: tt.unit}.ParsePoints(tt.cell))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParsePoints (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParsePointsDecimalComma(t *testing.T) {
	const refused = "not a number such as 1,5, as the profile has decimal commas"
	tests := []struct{ cell, want string }{
		{"1,5", "1.5"},
		{"1", "1"},
		{",5", "0.5"},
		{"0,15 CEU", "1.5"},
		{"1,5 hrs", "1.5"},
		{"-1,5", "points must be more than 0"},
		{"1.5", refused},
		{"1.234,5", refused},
		{"1,234,5", refused},
		{"1,", refused},
		{"1,555", "points have at most two decimals, such as 1.25"},
	}
	for _, tt := range tests {
		t.Run(tt.cell, func(t *testing.T) {
			got := pointsText(transcript.Options{DecimalComma: true}.ParsePoints(tt.cell))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParsePoints (-want +got):\n%s", diff)
			}
		})
	}
}

func pointsText(p ledger.Points, err error) string {
	if err != nil {
		return err.Error()
	}
	return p.String()
}

// TestParsePointsExact holds every unit to exact arithmetic: an amount that is
// read is worth what its decimal text says times the unit, only minutes being
// rounded, and those down.
func TestParsePointsExact(t *testing.T) {
	units := []struct {
		words    string
		num, den int64 // points of one
	}{
		{"points", 1, 1}, {"contact hours", 1, 1}, {"CEU", 10, 1}, {"min", 1, 60}, {"semester hours", 15, 1}, {"quarter hours", 10, 1},
	}
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom(units).Draw(t, "unit")
		amount := strconv.Itoa(rapid.IntRange(0, 11_000).Draw(t, "whole"))
		if decimals := rapid.StringMatching(`[0-9]{0,4}`).Draw(t, "decimals"); decimals != "" {
			amount += "." + decimals
		}
		got, err := transcript.Options{}.ParsePoints(amount + " " + unit.words)
		if err != nil {
			return
		}
		exact, _ := new(big.Rat).SetString(amount)
		exact.Mul(exact, big.NewRat(100*unit.num, unit.den))
		diff := exact.Sub(exact, new(big.Rat).SetInt64(int64(got)))
		if unit.words != "min" && diff.Sign() != 0 || diff.Sign() < 0 || diff.Cmp(big.NewRat(1, 1)) >= 0 {
			t.Errorf("%s %s = %s points, off by %s hundredths", amount, unit.words, got, diff)
		}
		if again, err := (transcript.Options{}).ParsePoints(got.String()); err != nil || again != got {
			t.Errorf("%s is read as %s, %v", got, again, err)
		}
	})
}

func FuzzParsePoints(f *testing.F) {
	for _, seed := range []string{"1.5", "0.1 CEU", "1 hr 30 min", "1:30", "1,5", "-3 semester hours", "90min", "1.00 AMA PRA Category 1 Credit™",
		"½", "1 1/2 hrs", "1½", "1/2", "90m", "1h30", "2.0 (0.5 safety)", "1.0 P.A.C.E. contact hours"} {
		f.Add(seed, "", false)
		f.Add(seed, "hours", true)
	}
	f.Fuzz(func(t *testing.T, cell, unit string, comma bool) {
		points, err := transcript.Options{Unit: transcript.Unit(unit), DecimalComma: comma}.ParsePoints(cell)
		if err == nil && (points <= 0 || points > ledger.MaxPoints) || err != nil && points != 0 {
			t.Errorf("ParsePoints(%q) = %d, %v", cell, points, err)
		}
	})
}
