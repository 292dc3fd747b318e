package pairing

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A catalog finds among many records those that may look alike. It does not
// compare each with each: where more than [most] have a day in common, or points
// and about the day, or a reference, it finds those whose titles, or their words,
// come next to one in alphabetical order, and those of the same points and the
// nearest days. What begins alike is found so; of titles of which one contains
// the other, or that differ in their first letters, some are not.
type catalog struct {
	all     []record
	drawers map[tag]*drawer
}

const (
	most   = 100 // records in a drawer that are all compared
	around = 12  // how far to look on either side in one with more
)

// A tag is what the records of a drawer have in common: a day; points, and the
// span of days that theirs is in; or a reference.
type tag struct {
	day, span ledger.Date
	points    ledger.Points
	reference string
}

// A drawer is records by their index.
type drawer struct {
	all    []int
	sorted [][]int // in each of the orders, once they were needed
}

// newCatalog files those of the records that may be found.
func newCatalog(all []record, may func(i int) bool) *catalog {
	c := &catalog{all, make(map[tag]*drawer, 2*len(all))}
	put := func(l tag, i int) {
		d := c.drawers[l]
		if d == nil {
			d = new(drawer)
			c.drawers[l] = d
		}
		d.all = append(d.all, i)
	}
	for i := range all {
		if !may(i) {
			continue
		}
		r := &all[i]
		put(tag{day: r.day}, i)
		put(tag{span: r.day / NearDays, points: r.points}, i)
		if r.reference != "" {
			put(tag{reference: r.reference}, i)
		}
	}
	return c
}

// near returns the records, by their index, that may look like r. Some may come
// twice, and r itself, if it is one of them.
func (c *catalog) near(r *record) []int {
	tags := []tag{{day: r.day}, {reference: r.reference}}
	for span := r.day/NearDays - 1; span <= r.day/NearDays+1; span++ {
		tags = append(tags, tag{span: span, points: r.points})
	}
	var some []int
	for _, l := range tags {
		if d := c.drawers[l]; d != nil {
			some = append(some, d.near(c.all, r)...)
		}
	}
	return some
}

// orders are those in which records that may look alike come close together.
func orders() []func(a, b *record) int {
	return []func(a, b *record) int{
		func(a, b *record) int { return cmp.Compare(a.title, b.title) },
		func(a, b *record) int { return cmp.Compare(a.heads(), b.heads()) },
		func(a, b *record) int { return cmp.Or(cmp.Compare(a.points, b.points), cmp.Compare(a.day, b.day)) },
	}
}

func (d *drawer) near(all []record, r *record) []int {
	if len(d.all) <= most {
		return d.all
	}
	if d.sorted == nil {
		for _, compare := range orders() {
			sorted := slices.Clone(d.all)
			slices.SortStableFunc(sorted, func(i, j int) int { return compare(&all[i], &all[j]) })
			d.sorted = append(d.sorted, sorted)
		}
	}
	var some []int
	for n, compare := range orders() {
		at, _ := slices.BinarySearchFunc(d.sorted[n], r, func(i int, r *record) int { return compare(&all[i], r) })
		some = append(some, d.sorted[n][max(0, at-around):min(at+around, len(d.sorted[n]))]...)
	}
	return some
}
