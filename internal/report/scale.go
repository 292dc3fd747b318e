package report

import (
	"fmt"
	"strconv"

	"cmpledger/internal/ledger"
)

// A scale lays days out from left to right, each as wide as the others.
type scale struct{ first, last ledger.Date } // both included

// newScale returns the days of a chart: those whose credits count and, where
// it is not far off, today.
func newScale(first, last, today ledger.Date) scale {
	s := scale{first, last}
	far := ledger.Date(s.days() / 4)
	switch {
	case today < s.first && s.first-today <= far:
		s.first = today
	case today > s.last && today-s.last <= far:
		s.last = today
	}
	return s
}

func (s scale) days() int64 { return int64(s.last-s.first) + 1 }

func (s scale) has(d ledger.Date) bool { return s.first <= d && d <= s.last }

// at returns where the day ends.
func (s scale) at(d ledger.Date) Place { return Place((int64(d-s.first) + 1) * 10000 / s.days()) }

// A Place is a share of a width, in ten-thousandths.
type Place int64

// At returns the place as SVG writes it.
func (p Place) At() string { return fmt.Sprintf("%d.%02d%%", p/100, p%100) }

// Right reports whether the place is in the right half.
func (p Place) Right() bool { return p > 5000 }

// share returns how much is done: nothing only when nothing is, and all only
// when all is, with a difference that can be seen.
func share(done, all ledger.Points) Place {
	const seen = 150
	switch {
	case done >= all:
		return 10000
	case done <= 0:
		return 0
	}
	return min(max(Place(int64(done)*10000/int64(all)), seen), 10000-seen)
}

// room is the width of a label in the narrowest chart, in ten-thousandths: the
// page is made for 360 pixels, which leave a chart 34 characters.
func room(label string) Place { return Place(len(label) * 10000 / 34) }

// A tick is where a year or a month begins.
type tick struct {
	Place
	Label string // or "" where it has no room
}

// ticks returns where years begin or, where the scale is short, months: as many
// as have room for their labels. What began before the scale stands at its left
// end, if there is room.
func (s scale) ticks() []tick {
	const most = 6
	for _, months := range []int{1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000} {
		if all := s.every(months); len(all) <= most {
			return all
		}
	}
	return nil
}

// every returns the begin of every so many months.
func (s scale) every(months int) []tick {
	year, month, _ := s.first.YMD()
	begun := (year*12 + month - 1) / months * months
	var all []tick
	for n := begun + months; ; n += months {
		day := ledger.MakeDate(n/12, n%12+1, 1)
		if day == 0 || day > s.last {
			break
		}
		t := tick{s.at(day - 1), named(n)}
		if t.Place+room(t.Label) > 10000 {
			t.Label = ""
		}
		all = append(all, t)
	}
	if first := named(max(begun, year*12)); len(all) == 0 || all[0].Place > room(first+" ") {
		all = append([]tick{{0, first}}, all...)
	}
	return all
}

// named returns a month, counted from the year 0, as it stands at an axis: the
// first of a year by the year's number.
func named(month int) string {
	if n := month % 12 * 3; n != 0 {
		return "JanFebMarAprMayJunJulAugSepOctNovDec"[n : n+3]
	}
	return strconv.Itoa(month / 12)
}
