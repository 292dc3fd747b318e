package transcript_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestDuplicates(t *testing.T) {
	credit := func(id int64, date ledger.Date, points ledger.Points, title string) ledger.Credit {
		return ledger.Credit{ID: id, Date: date, Points: points, Title: title}
	}
	day := ledger.MakeDate(2026, 3, 9)
	tests := []struct {
		name    string
		credits []ledger.Credit
		want    [][2]int64
	}{
		{"none", nil, nil},
		{"equal", []ledger.Credit{credit(1, day, 100, "Sepsis markers"), credit(2, day, 100, "Sepsis markers")}, [][2]int64{{1, 2}}},
		{"one contains the other", []ledger.Credit{credit(1, day, 100, "Sepsis markers"), credit(2, day, 100, "SEPSIS markers, part 1")}, [][2]int64{{1, 2}}},
		{"other titles", []ledger.Credit{credit(1, day, 100, "Sepsis markers"), credit(2, day, 100, "Blood bank audits")}, nil},
		{"another day", []ledger.Credit{credit(1, day, 100, "Sepsis markers"), credit(2, day+1, 100, "Sepsis markers")}, nil},
		{"other points", []ledger.Credit{credit(1, day, 100, "Sepsis markers"), credit(2, day, 150, "Sepsis markers")}, nil},
		{"three", []ledger.Credit{
			credit(3, day, 100, "Sepsis markers"), credit(1, day, 100, "Sepsis markers"), credit(2, day, 100, "Sepsis markers"),
		}, [][2]int64{{3, 1}, {3, 2}, {1, 2}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got [][2]int64
			for _, pair := range transcript.Duplicates(tt.credits) {
				got = append(got, [2]int64{pair[0].ID, pair[1].ID})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Duplicates() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
