package pairing

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A Reconciliation says how a transcript and a ledger differ. Rows and credits
// are given by their index, each in one of its lists, once; pairs are in the
// order of their rows.
type Reconciliation struct {
	Both      []Pair // the same day, title and points on either side
	Different []Pair
	OnlyHere  []int // credits that no row is
	OnlyThere []int // rows that no credit is
}

// A Pair is a row and the credit that it is, or most likely is, by their index.
type Pair struct {
	Row, Credit int
	Fields      []Field // in which they differ, of date, title and points
}

// Reconcile pairs rows with credits, each at most once, without regard to their
// order: first what is the same, as [Match] does. Of what is left, a row may be
// a credit where both have the same reference; where titles are similar, and at most
// [CorrectedDays] lie between them or their points are the same; but not where their references
// differ. The likeliest pairs are made first. To swap rows and credits would
// swap OnlyHere and OnlyThere and leave the pairs.
func Reconcile(rows, credits []ledger.Credit) Reconciliation {
	there, here := recordsOf(rows), recordsOf(credits)
	creditOf := matchEvenly(there, here)
	taken := make([]bool, len(here))
	for _, j := range creditOf {
		if j >= 0 {
			taken[j] = true
		}
	}
	for _, n := range nearPairs(there, here, creditOf, taken) {
		if creditOf[n.row] < 0 && !taken[n.credit] {
			creditOf[n.row], taken[n.credit] = n.credit, true
		}
	}
	var r Reconciliation
	for i, j := range creditOf {
		if j < 0 {
			r.OnlyThere = append(r.OnlyThere, i)
			continue
		}
		if p := (Pair{i, j, fieldsBetween(&there[i], &here[j])}); p.Fields == nil {
			r.Both = append(r.Both, p)
		} else {
			r.Different = append(r.Different, p)
		}
	}
	for j := range here {
		if !taken[j] {
			r.OnlyHere = append(r.OnlyHere, j)
		}
	}
	return r
}

// matchEvenly pairs as [Match] does, but makes nothing of which side is which:
// the side that comes first when both are sorted is the rows.
func matchEvenly(there, here []record) (creditOf []int) {
	rows, credits := sides(there), sides(here)
	swapped := slices.CompareFunc(rows, credits, compareSides) > 0
	if swapped {
		rows, credits = credits, rows
	}
	all, known := make([]ledger.Credit, len(rows)), make([]ledger.Known, len(credits))
	for i, s := range rows {
		all[i] = s.Credit
	}
	for j, s := range credits {
		known[j].Credit = s.Credit
	}
	creditOf = slices.Repeat([]int{-1}, len(there))
	for i, j := range Match(all, known) {
		switch {
		case j < 0:
		case swapped:
			creditOf[credits[j].index] = rows[i].index
		default:
			creditOf[rows[i].index] = credits[j].index
		}
	}
	return creditOf
}

// A side is a record of either side and where it is there.
type side struct {
	*record
	index int
}

// sides returns records sorted by what they hold.
func sides(records []record) []side {
	all := make([]side, len(records))
	for i := range records {
		all[i] = side{&records[i], i}
	}
	slices.SortStableFunc(all, compareSides)
	return all
}

func compareSides(a, b side) int { return compareRecords(a.record, b.record) }

func compareRecords(a, b *record) int {
	return cmp.Or(compareForms(a.form, b.form), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Reference, b.Reference))
}

// fieldsBetween returns the fields in which two records differ.
func fieldsBetween(a, b *record) (fields []Field) {
	if a.day != b.day {
		fields = append(fields, FieldDate)
	}
	if a.title != b.title {
		fields = append(fields, FieldTitle)
	}
	if a.points != b.points {
		fields = append(fields, FieldPoints)
	}
	return fields
}

// A nearPair is a row and a credit that may be one activity.
type nearPair struct {
	row, credit   int
	likely        [3]int  // the less, the likelier
	first, second *record // in their order, so that sides do not matter
}

// nearPairs returns those of what is left, the likeliest first.
func nearPairs(there, here []record, creditOf []int, taken []bool) []nearPair {
	byReference, byDay, byPoints := map[string][]int{}, map[ledger.Date][]int{}, map[ledger.Points][]int{}
	for j := range here {
		if taken[j] {
			continue
		}
		c := &here[j]
		byDay[c.day], byPoints[c.points] = append(byDay[c.day], j), append(byPoints[c.points], j)
		if c.reference != "" {
			byReference[c.reference] = append(byReference[c.reference], j)
		}
	}
	var all []nearPair
	for i := range there {
		if creditOf[i] >= 0 {
			continue
		}
		r := &there[i]
		add := func(candidates []int) { // a pair that is found twice does no harm
			for _, j := range candidates {
				if n := compareNear(r, &here[j]); n.likely[0] < 3 {
					n.row, n.credit = i, j
					all = append(all, n)
				}
			}
		}
		add(byReference[r.reference])
		add(byPoints[r.points])
		for day := r.day - CorrectedDays; day <= r.day+CorrectedDays; day++ {
			add(byDay[day])
		}
	}
	slices.SortStableFunc(all, func(a, b nearPair) int {
		return cmp.Or(slices.Compare(a.likely[:], b.likely[:]), compareRecords(a.first, b.first), compareRecords(a.second, b.second))
	})
	return all
}

// compareNear says how likely two records are one: by their reference 0, by
// titles and days 1, by titles and points 2, not at all 3; the days between
// them; in how many of title and points they differ.
func compareNear(a, b *record) nearPair {
	n := nearPair{first: a, second: b}
	if compareRecords(a, b) > 0 {
		n.first, n.second = b, a
	}
	referenced := a.reference != "" && b.reference != ""
	switch {
	case referenced && a.reference == b.reference:
	case referenced || !a.similar(b):
		n.likely[0] = 3
	case a.apart(b) <= CorrectedDays:
		n.likely[0] = 1
	default:
		n.likely[0] = 2
	}
	n.likely[1] = int(a.apart(b))
	for _, unlike := range []bool{a.title != b.title, a.points != b.points} {
		if unlike {
			n.likely[2]++
		}
	}
	return n
}
