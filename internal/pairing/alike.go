package pairing

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// NearDays is how many days may lie between two records of the same points for
// their titles alone to make them look alike.
const NearDays = 7

// CorrectedDays is how many they may be for a person, who merges or reconciles, to take them for one.
const CorrectedDays = 31

// An Apart holds the pairs of credits, by ID, that look alike and are two.
type Apart map[[2]int64]bool

// Keep notes that two credits are two.
func (a Apart) Keep(x, y int64) { a[[2]int64{min(x, y), max(x, y)}] = true }

// Kept reports whether two credits are known to be two.
func (a Apart) Kept(x, y int64) bool { return a[[2]int64{min(x, y), max(x, y)}] }

// A record is a credit with what makes comparing it cheap.
type record struct {
	ledger.Credit
	form
	series bool   // equal title and points are there on three or more days
	read   *title // see words
}

// recordsOf returns the records of credits. To be a series is judged among
// them.
func recordsOf(credits []ledger.Credit) []record {
	all := make([]record, len(credits))
	each(len(all), func(i int) { all[i] = record{Credit: credits[i], form: formOf(asForm(credits[i]))} })
	days := make(map[whole][]ledger.Date, len(all)) // up to three
	for i := range all {
		key := whole{title: all[i].title, points: all[i].points}
		if d := days[key]; len(d) < 3 && !slices.Contains(d, all[i].day) {
			days[key] = append(d, all[i].day)
		}
	}
	for i := range all {
		all[i].series = len(days[whole{title: all[i].title, points: all[i].points}]) == 3
	}
	return all
}

// words returns those of the title, which are only looked at once they are needed.
func (r *record) words() *title {
	if r.read == nil {
		r.read = newTitle(r.title)
	}
	return r.read
}

func (r *record) heads() string { return r.words().heads }

func (r *record) similar(other *record) bool { return similar(r.words(), other.words()) }

func (r *record) apart(other *record) ledger.Date { return max(r.day-other.day, other.day-r.day) }

// alike reports whether two records look alike: they have the same reference,
// or similar titles and the same day, or the same points and days near by. Those
// with different references do not, nor two of a series on different days.
func alike(a, b *record) bool {
	referenced := a.reference != "" && b.reference != ""
	switch {
	case referenced && a.reference != b.reference:
		return false
	case a.series && a.day != b.day && a.points == b.points && a.title == b.title:
		return false
	case referenced:
		return true
	}
	return (a.day == b.day || a.points == b.points && a.apart(b) <= NearDays) && a.similar(b)
}

// LooksAlike reports whether a person may well take two credits for one: they have the same
// reference, or similar titles and at most [CorrectedDays] between them.
func LooksAlike(a, b ledger.Credit) bool {
	all := recordsOf([]ledger.Credit{a, b})
	return mayBeOne(&all[0], &all[1])
}

func mayBeOne(a, b *record) bool {
	return a.reference != "" && a.reference == b.reference || a.apart(b) <= CorrectedDays && a.similar(b)
}

// NewAlike finds for each new row, which [Match] paired with nothing, the credit
// that it looks most like, by its index in known, or -1. Credits that are removed,
// or that another row is, are no candidates.
func NewAlike(rows []ledger.Credit, paired []int, known []ledger.Known) []int {
	found := make([]int, len(rows))
	taken := map[int64]bool{} // by ID
	var fresh []int
	for i, slot := range paired {
		if found[i] = -1; slot < 0 {
			fresh = append(fresh, i)
			continue
		}
		taken[known[slot].Credit.ID], taken[known[slot].MergedInto] = true, true
	}
	if len(fresh) == 0 {
		return found
	}
	var there []int // in known, those that are there
	var all []ledger.Credit
	for i, k := range known {
		if !k.Removed && k.MergedInto == 0 {
			there, all = append(there, i), append(all, k.Credit)
		}
	}
	if len(there) == 0 {
		return found
	}
	for _, i := range fresh {
		all = append(all, rows[i])
	}
	records := recordsOf(all)
	credits, news := records[:len(there)], records[len(there):]
	free := func(i int) bool { return !taken[credits[i].ID] }
	c := newCatalog(credits, free)
	for i := range news {
		if best := c.likeliest(&news[i]); best >= 0 {
			found[fresh[i]] = there[best]
		}
	}
	return found
}

// likeliest returns the entry that looks most like a record, or -1.
func (c *catalog) likeliest(r *record) int {
	best := -1
	for _, j := range c.near(r) {
		if alike(r, &c.all[j]) && (best < 0 || c.closer(r, j, best) < 0) {
			best = j
		}
	}
	return best
}

// closer compares how close two entries are to a record: by days, points, title.
func (c *catalog) closer(r *record, i, j int) int {
	distance := func(i int) (d [3]int) {
		e := &c.all[i]
		d[0] = int(r.apart(e))
		if r.points != e.points {
			d[1] = 1
		}
		if r.title != e.title {
			d[2] = 1
		}
		return d
	}
	x, y := distance(i), distance(j)
	return cmp.Or(slices.Compare(x[:], y[:]), cmp.Compare(c.all[i].ID, c.all[j].ID))
}

// A Group is credits that may be one activity, recorded several times.
type Group struct {
	Credits []ledger.Credit // in the order given
	// Pairs are those of the group that look alike, no more than it takes to
	// connect all of them: three that are the same are the first and the second,
	// and the first and the third. The first of a pair comes first in Credits.
	Pairs [][2]ledger.Credit
}

// Groups returns the groups of credits that look alike, each with at least one
// other of its group, in the order of their first credits. Credits of one import do
// not look alike, nor those that are kept apart.
func Groups(credits []ledger.Credit, apart Apart) []Group {
	records := recordsOf(credits)
	c := newCatalog(records, func(int) bool { return true })
	of := newForest(len(credits))
	var pairs [][2]int
	for i := range records {
		a := &records[i]
		for _, j := range c.near(a) {
			b := &records[j]
			if of.root(i) != of.root(j) && (a.Import == 0 || a.Import != b.Import) && alike(a, b) && !apart.Kept(a.ID, b.ID) {
				of.join(i, j)
				pairs = append(pairs, [2]int{min(i, j), max(i, j)})
			}
		}
	}
	return of.groups(credits, pairs)
}

// A forest tells which of some things are connected: it has the parent of
// each, or itself.
type forest []int

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = i
	}
	return f
}

func (f forest) root(i int) int {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

// join makes the first thing the root, so that paths stay short in groups that
// are found one after another.
func (f forest) join(i, j int) {
	i, j = f.root(i), f.root(j)
	f[max(i, j)] = min(i, j)
}

// groups returns what is connected, given the pairs that connect it.
func (f forest) groups(credits []ledger.Credit, pairs [][2]int) []Group {
	connected := make([]bool, len(credits))
	for _, p := range pairs {
		connected[p[0]], connected[p[1]] = true, true
	}
	var all []Group
	at := map[int]int{} // by root
	for i, c := range credits {
		if !connected[i] {
			continue
		}
		n, found := at[f.root(i)]
		if !found {
			n = len(all)
			at[f.root(i)] = n
			all = append(all, Group{})
		}
		all[n].Credits = append(all[n].Credits, c)
	}
	for _, p := range pairs {
		g := &all[at[f.root(p[0])]]
		g.Pairs = append(g.Pairs, [2]ledger.Credit{credits[p[0]], credits[p[1]]})
	}
	return all
}
