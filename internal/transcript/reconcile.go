package transcript

import (
	"cmp"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// A Reconciliation says how a transcript and a ledger differ. Rows and credits
// are each in one of its lists, once. Lists with rows are in the order of
// their numbers, credits by date and number.
type Reconciliation struct {
	Both      []Pair // the same date, title and points on either side
	Different []Pair
	OnlyHere  []ledger.Credit // which no row of the transcript is
	OnlyThere []Row           // which no credit of the ledger is
}

// A Pair is a row and the credit that it is, or most likely is.
type Pair struct {
	Row    Row
	Credit ledger.Credit
	// Fields are those in which they differ, of date, title and points; case
	// and spacing of titles do not matter.
	Fields []Field
}

// NearDays is how many days the dates of a row and a credit may be apart for
// them to be one activity because of their titles alone.
const NearDays = 7

// Reconcile pairs rows with credits, each at most once, without regard to their
// order. Rows with a [Problem] are left out.
//
// Those with the same identity are paired as [Match] does. Of what is left, a
// row may be a credit when both have the same reference, or when their titles
// are similar, as for [LookAlikes], and either the dates are at most
// [NearDays] apart or the points are the same; the likeliest pairs are made
// first. Rows and credits are treated alike: to swap them would swap OnlyHere
// and OnlyThere and leave the pairs.
func Reconcile(rows []Row, credits []ledger.Credit) Reconciliation {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Problem != nil })
	credits = slices.Clone(credits)
	sorted.By(rows, func(a, b Row) int { return compareCredits(a.Credit, b.Credit) })
	sorted.By(credits, compareCredits)
	known := map[string][]ledger.Known{}
	for _, c := range credits {
		known[c.Identity()] = append(known[c.Identity()], ledger.Known{Credit: c})
	}
	var r Reconciliation
	taken := map[int64]bool{}
	for _, v := range Match(rows, Identities(rows), known) {
		if v.Kind == New {
			r.OnlyThere = append(r.OnlyThere, *v.Row)
			continue
		}
		taken[v.Existing.ID] = true
		r.pair(*v.Row, *v.Existing)
	}
	r.OnlyHere = slices.DeleteFunc(credits, func(c ledger.Credit) bool { return taken[c.ID] })
	r.pairNear()
	r.sort()
	return r
}

// compareCredits orders credits by what they hold and not by their number.
func compareCredits(a, b ledger.Credit) int {
	return cmp.Or(
		cmp.Compare(a.Date, b.Date),
		cmp.Compare(wholeKey(a), wholeKey(b)),
		slices.Compare(Record(a), Record(b)),
	)
}

// pair files a row and its credit by whether they differ.
func (r *Reconciliation) pair(row Row, c ledger.Credit) {
	p := Pair{Row: row, Credit: c}
	if row.Credit.Date != c.Date {
		p.Fields = append(p.Fields, Date)
	}
	if titleKey(row.Credit) != titleKey(c) {
		p.Fields = append(p.Fields, Title)
	}
	if row.Credit.Points != c.Points {
		p.Fields = append(p.Fields, Points)
	}
	if p.Fields == nil {
		r.Both = append(r.Both, p)
	} else {
		r.Different = append(r.Different, p)
	}
}

// pairNear pairs rows and credits that are left, the likeliest first.
func (r *Reconciliation) pairNear() {
	usedRows, usedCredits := make([]bool, len(r.OnlyThere)), make([]bool, len(r.OnlyHere))
	for _, n := range nearPairs(r.OnlyThere, r.OnlyHere) {
		if !usedRows[n.row] && !usedCredits[n.credit] {
			usedRows[n.row], usedCredits[n.credit] = true, true
			r.pair(r.OnlyThere[n.row], r.OnlyHere[n.credit])
		}
	}
	var rows []Row
	for i, row := range r.OnlyThere {
		if !usedRows[i] {
			rows = append(rows, row)
		}
	}
	var credits []ledger.Credit
	for i, c := range r.OnlyHere {
		if !usedCredits[i] {
			credits = append(credits, c)
		}
	}
	r.OnlyThere, r.OnlyHere = rows, credits
}

func (r *Reconciliation) sort() {
	byRow := func(a, b Pair) int { return cmp.Compare(a.Row.Number, b.Row.Number) }
	sorted.By(r.Both, byRow)
	sorted.By(r.Different, byRow)
	sorted.By(r.OnlyThere, func(a, b Row) int { return cmp.Compare(a.Number, b.Number) })
	sorted.By(r.OnlyHere, func(a, b ledger.Credit) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
	})
}

// ReferenceKey returns what two equal references have in common, or "" for
// none and for what only says that there is none.
func ReferenceKey(c ledger.Credit) string {
	if key := (ledger.Credit{Reference: c.Reference}).Identity(); strings.HasPrefix(key, "r") {
		return key
	}
	return ""
}
