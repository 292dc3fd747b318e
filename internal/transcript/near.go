package transcript

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A near pair is a row and a credit that may be one activity, by their index.
type near struct {
	row, credit int
	reason      int         // 0 the same reference, 1 title and date, 2 title and points
	days        ledger.Date // between them
	unlike      int         // 0 where titles and points are the same, up to 2
	keys        [2]string   // of both sides in their order, so that sides do not matter
}

// An entry is a credit of either side, with what makes comparing it cheap.
type entry struct {
	credit    ledger.Credit
	title     string // its letters
	letters   signature
	reference string
	key       string // all that it holds
}

func newEntry(c ledger.Credit) entry {
	e := entry{credit: c, title: letters(c.Title), reference: referenceKey(c)}
	e.letters = sign(e.title)
	for _, cell := range Record(c) {
		e.key += cell + "\x1f"
	}
	return e
}

// nearPairs returns the pairs that may be one activity, the likeliest first.
func nearPairs(rows []Row, credits []ledger.Credit) []near {
	here := make([]entry, len(credits))
	byReference, byDate, byPoints := map[string][]int{}, map[ledger.Date][]int{}, map[ledger.Points][]int{}
	for j, c := range credits {
		here[j] = newEntry(c)
		if here[j].reference != "" {
			byReference[here[j].reference] = append(byReference[here[j].reference], j)
		}
		byDate[c.Date] = append(byDate[c.Date], j)
		byPoints[c.Points] = append(byPoints[c.Points], j)
	}
	var all []near
	for i, row := range rows {
		there := newEntry(row.Credit)
		for _, j := range byReference[there.reference] {
			all = append(all, compare(i, j, there, here[j]))
		}
		for d := row.Credit.Date - NearDays; d <= row.Credit.Date+NearDays; d++ {
			all = appendSimilar(all, i, there, byDate[d], here)
		}
		all = appendSimilar(all, i, there, byPoints[row.Credit.Points], here)
	}
	slices.SortStableFunc(all, likelier)
	return all
}

// appendSimilar adds those of the credits, given by their index, whose titles
// are similar to the row's. One that is found twice does no harm.
func appendSimilar(all []near, i int, there entry, candidates []int, here []entry) []near {
	for _, j := range candidates {
		if maybeSimilar(there, here[j]) && similar(there.title, here[j].title) {
			all = append(all, compare(i, j, there, here[j]))
		}
	}
	return all
}

func compare(i, j int, there, here entry) near {
	n := near{row: i, credit: j, days: there.credit.Date - here.credit.Date, keys: [2]string{there.key, here.key}}
	if n.days < 0 {
		n.days = -n.days
	}
	switch {
	case there.reference != "" && there.reference == here.reference:
	case n.days <= NearDays:
		n.reason = 1
	default:
		n.reason = 2
	}
	if there.title != here.title {
		n.unlike++
	}
	if there.credit.Points != here.credit.Points {
		n.unlike++
	}
	slices.Sort(n.keys[:])
	return n
}

// likelier puts the likelier pair first.
func likelier(a, b near) int {
	return cmp.Or(
		cmp.Compare(a.reason, b.reason),
		cmp.Compare(a.days, b.days),
		cmp.Compare(a.unlike, b.unlike),
		cmp.Compare(a.keys[0], b.keys[0]),
		cmp.Compare(a.keys[1], b.keys[1]),
	)
}

// A signature counts the characters of a title in a few classes, which tells
// most titles apart at a fraction of what comparing them takes.
type signature [32]uint8

func sign(title string) (s signature) {
	for _, r := range title {
		if c := &s[r%32]; *c < 255 {
			*c++
		}
	}
	return s
}

// maybeSimilar reports false only of titles that [similar] tells apart: neither
// contains the other, and more letters differ than may.
func maybeSimilar(a, b entry) bool {
	over, under := 0, 0
	for i := range a.letters {
		d := int(a.letters[i]) - int(b.letters[i])
		over, under = over+max(d, 0), under+max(-d, 0)
	}
	return over == 0 || under == 0 || max(over, under) <= min(len(a.title), len(b.title))/5
}
