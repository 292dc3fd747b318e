package transcript

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// A near pair is a row and a credit that may be one activity, by their index.
type near struct {
	row, credit int
	reason      int         // 0 the same reference, 1 title and date, 2 title and points
	days        ledger.Date // between them
	unlike      int         // 0 where titles and points are the same, up to 2
	keys        [2]string   // of both sides in their order, so that sides do not matter
}

// A side is a credit of either side.
type side struct {
	entry
	key string // all that it holds
}

func newSide(c ledger.Credit) side {
	s := side{entry: newEntry(c)}
	for _, cell := range Record(c) {
		s.key += cell + "\x1f"
	}
	return s
}

// nearPairs returns the pairs that may be one activity, the likeliest first.
func nearPairs(rows []Row, credits []ledger.Credit) []near {
	here := make([]side, len(credits))
	byReference, byDate, byPoints := map[string][]int{}, map[ledger.Date][]int{}, map[ledger.Points][]int{}
	for j, c := range credits {
		here[j] = newSide(c)
		if here[j].reference != "" {
			byReference[here[j].reference] = append(byReference[here[j].reference], j)
		}
		byDate[c.Date] = append(byDate[c.Date], j)
		byPoints[c.Points] = append(byPoints[c.Points], j)
	}
	var all []near
	for i, row := range rows {
		there := newSide(row.Credit)
		for _, j := range byReference[there.reference] {
			all = append(all, compare(i, j, there, here[j]))
		}
		for d := row.Credit.Date - NearDays; d <= row.Credit.Date+NearDays; d++ {
			all = appendSimilar(all, i, there, byDate[d], here)
		}
		all = appendSimilar(all, i, there, byPoints[row.Credit.Points], here)
	}
	sorted.By(all, likelier)
	return all
}

// appendSimilar adds those of the credits, given by their index, whose titles
// are similar to the row's. One that is found twice does no harm.
func appendSimilar(all []near, i int, there side, candidates []int, here []side) []near {
	for _, j := range candidates {
		if similar(&there.title, &here[j].title) {
			all = append(all, compare(i, j, there, here[j]))
		}
	}
	return all
}

func compare(i, j int, there, here side) near {
	n := near{row: i, credit: j, days: apart(&there.entry, &here.entry), keys: [2]string{there.key, here.key}}
	switch {
	case sameReference(&there.entry, &here.entry):
	case n.days <= NearDays:
		n.reason = 1
	default:
		n.reason = 2
	}
	if there.title.letters != here.title.letters {
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
