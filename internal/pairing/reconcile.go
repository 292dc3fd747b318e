package pairing

import (
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

// Reconcile pairs rows with credits, each at most once: first what is the same,
// as [Match] does. Of what is left, a row may be a credit where both have the same
// reference; where titles are similar, and at most [CorrectedDays] lie between
// them or their points are the same; but not where their references differ. The
// likeliest pairs are made first.
func Reconcile(rows, credits []ledger.Credit) (r Reconciliation) {
	there, here := recordsOf(rows), recordsOf(credits)
	known, taken := make([]ledger.Known, len(credits)), make([]bool, len(credits))
	for j, c := range credits {
		known[j].Credit = c
	}
	creditOf := Match(rows, known)
	for _, j := range creditOf {
		if j >= 0 {
			taken[j] = true
		}
	}
	isLeft := func(i, j int) bool { return creditOf[i] < 0 && !taken[j] }
	for _, p := range likelyPairs(there, here, isLeft) {
		if isLeft(p.row, p.credit) {
			creditOf[p.row], taken[p.credit] = p.credit, true
		}
	}
	for i, j := range creditOf {
		if j < 0 {
			r.OnlyThere = append(r.OnlyThere, i)
		} else if p := (Pair{i, j, there[i].differences(here[j])}); p.Fields == nil {
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

// A likelyPair is a row and a credit that may be one activity.
type likelyPair struct {
	row, credit int
	unlikely    []int // the less, the likelier
}

// likelyPairs returns those of what is left, the likeliest first.
func likelyPairs(rows, credits []*record, isLeft func(i, j int) bool) (all []likelyPair) {
	for i, r := range rows {
		for j, c := range credits {
			if !isLeft(i, j) {
				continue
			}
			if reason, found := mayBeOne(r, c); found {
				all = append(all, likelyPair{i, j, append([]int{reason}, r.distance(c)...)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b likelyPair) int { return slices.Compare(a.unlikely, b.unlikely) })
	return all
}

// mayBeOne reports whether a row may be a credit, and why: by their references
// 0, by titles and days 1, by titles and points 2.
func mayBeOne(r, c *record) (reason int, found bool) {
	near := r.apart(c) <= CorrectedDays
	switch {
	case r.reference != "" && c.reference != "":
		return 0, r.reference == c.reference
	case !near && r.points != c.points:
		return 0, false
	case near:
		return 1, r.similar(c)
	}
	return 2, r.similar(c)
}
