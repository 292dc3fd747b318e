package transcript

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A dayWorth is what credits have in common that are compared by their titles.
type dayWorth struct {
	date   ledger.Date
	points ledger.Points
}

func dayWorthOf(c ledger.Credit) dayWorth { return dayWorth{c.Date, c.Points} }

// A catalog finds among many credits those that may look like one. It does not
// compare each with each: where more than [most] credits have a date and
// points in common, or a reference, it finds those whose titles, or their words,
// come next to one in alphabetical order, and of a reference also those of the
// same points and the nearest dates. What begins alike is found so; of titles
// of which one contains the other, or that differ in their first letters, some
// are not.
type catalog struct {
	entries     []entry // in the order given
	byWorth     map[dayWorth]*shelf
	byReference map[string]*shelf
}

const (
	most   = 500 // credits on a shelf that are all compared
	around = 25  // how far to look on either side on one with more
)

func newCatalog(credits []ledger.Credit) *catalog {
	c := &catalog{make([]entry, len(credits)), map[dayWorth]*shelf{}, map[string]*shelf{}}
	for i, credit := range credits {
		c.entries[i] = newEntry(credit)
		put(c.byWorth, dayWorthOf(credit), i)
		if reference := c.entries[i].reference; reference != "" {
			put(c.byReference, reference, i)
		}
	}
	return c
}

// near returns the entries, by their index, that may look like e, which need
// not be one of them: first those of its date and points. Some may come twice.
func (c *catalog) near(e *entry) []int {
	byWorth, byReference := c.byWorth[dayWorthOf(e.credit)], c.byReference[e.reference]
	if byReference == nil {
		return byWorth.near(c.entries, e)
	}
	return slices.Concat(byWorth.near(c.entries, e), byReference.near(c.entries, e))
}

// A shelf is the entries that have something in common, by their index.
type shelf struct {
	all    []int
	sorted [][]int // in each of the orders, once they were needed
}

func put[K comparable](shelves map[K]*shelf, key K, i int) {
	s := shelves[key]
	if s == nil {
		s = new(shelf)
		shelves[key] = s
	}
	s.all = append(s.all, i)
}

// orders are those in which entries that may look alike come close together.
func orders() []func(a, b *entry) int {
	return []func(a, b *entry) int{
		func(a, b *entry) int { return cmp.Compare(a.title.letters, b.title.letters) },
		func(a, b *entry) int { return cmp.Compare(a.title.heads, b.title.heads) },
		func(a, b *entry) int {
			return cmp.Or(cmp.Compare(a.credit.Points, b.credit.Points), cmp.Compare(a.credit.Date, b.credit.Date))
		},
	}
}

// near returns the entries of a shelf that may look like e, or none of nil.
func (s *shelf) near(entries []entry, e *entry) []int {
	if s == nil {
		return nil
	}
	if len(s.all) <= most {
		return s.all
	}
	if s.sorted == nil {
		for _, compare := range orders() {
			sorted := slices.Clone(s.all)
			slices.SortStableFunc(sorted, func(i, j int) int { return compare(&entries[i], &entries[j]) })
			s.sorted = append(s.sorted, sorted)
		}
	}
	var some []int
	for n, compare := range orders() {
		sorted := s.sorted[n]
		at, _ := slices.BinarySearchFunc(sorted, e, func(i int, e *entry) int { return compare(&entries[i], e) })
		some = append(some, sorted[max(0, at-around):min(at+around, len(sorted))]...)
	}
	return some
}
