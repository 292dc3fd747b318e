package pairing

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// NearDays may lie between two records of the same points whose titles alone make
// them look alike.
const NearDays = 7

// CorrectedDays may lie between two records that a person takes for one.
const CorrectedDays = 31

// An Apart holds the pairs of credits, by ID, that look alike and are two.
type Apart map[[2]int64]bool

// Keep notes that two credits are two.
func (a Apart) Keep(x, y int64) { a[[2]int64{min(x, y), max(x, y)}] = true }

// Kept reports whether two credits are known to be two.
func (a Apart) Kept(x, y int64) bool { return a[[2]int64{min(x, y), max(x, y)}] }

// A record is a row or a credit that is compared with others.
type record struct {
	whole
	reference string // "" if it has none
	index     int    // where the caller has it
	words     *title // set when it is first compared, which most never are
	series    bool   // equal title and points are there on three or more days
}

func recordsOf(credits []ledger.Credit) []*record {
	all := make([]*record, len(credits))
	for i, c := range credits {
		all[i] = recordOf(asForm(c), i)
	}
	return all
}

func recordOf(f ledger.Form, index int) *record {
	return &record{whole: wholeOf(f), reference: Reference(f.Reference), index: index}
}

// mostOfReference is how many records may have one reference. One that more have, such as the
// number of a member, names no activity.
const mostOfReference = 50

// weigh marks series, and leaves out references that name no activity.
func weigh(all []*record) {
	type days [3]ledger.Date             // 0 is none, and no record's day
	on := make(map[whole]days, len(all)) // of title and points
	references := map[string]int{}
	for _, r := range all {
		references[r.reference]++
		key := whole{title: r.title, points: r.points}
		d := on[key]
		if i := slices.Index(d[:], 0); i >= 0 && !slices.Contains(d[:], r.day) {
			d[i] = r.day
			on[key] = d
		}
	}
	for _, r := range all {
		r.series = on[whole{title: r.title, points: r.points}][2] != 0
		if references[r.reference] > mostOfReference {
			r.reference = ""
		}
	}
}

func (r *record) similar(other *record) bool { return similar(r.compared(), other.compared()) }

// compared returns the title, prepared for comparing.
func (r *record) compared() *title {
	if r.words == nil {
		t := newTitle(r.title)
		r.words = &t
	}
	return r.words
}

func (r *record) apart(other *record) ledger.Date { return max(r.day-other.day, other.day-r.day) }

// distance tells which record is closest: by days, then by what else differs.
func (r *record) distance(other *record) []int {
	d := []int{int(r.apart(other)), 0}
	for _, differs := range []bool{r.day != other.day, r.title != other.title, r.points != other.points} {
		if differs {
			d[1]++
		}
	}
	return d
}

// alike reports whether two records have the same reference, or similar titles and
// the same day, or the same points and days near by. Those with different references
// do not look alike, nor two of a series on different days.
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

// LooksAlike reports whether a person may take two credits for one: they have the
// same reference, or similar titles and at most [CorrectedDays] between them.
func LooksAlike(a, b ledger.Credit) bool {
	x, y := recordOf(asForm(a), 0), recordOf(asForm(b), 0)
	return x.reference != "" && x.reference == y.reference || x.apart(y) <= CorrectedDays && x.similar(y)
}

// Likely says which credit a row that [Match] paired with nothing most likely is, or
// -1: both have the same reference, or similar titles and at most [CorrectedDays] between
// them, or equal titles and points that are of no series, and not different references.
// The likeliest pairs come first.
func Likely(rows, credits []ledger.Credit) []int {
	there, all := recordsOf(rows), recordsOf(credits)
	weigh(slices.Concat(there, all))
	here := newCatalog(all)
	here.listTitles(all)
	type pair struct {
		row, credit int
		unlikely    []int // the less, the likelier
	}
	var pairs []pair
	for i, r := range there {
		for c := range here.likely(r) {
			near, reason := r.apart(c) <= CorrectedDays, 2 // by titles and points
			may := near || r.points == c.points
			switch {
			case r.reference != "" && c.reference != "":
				reason, may = 0, r.reference == c.reference
			case near:
				reason = 1
			}
			if may && (reason == 0 || r.similar(c)) {
				pairs = append(pairs, pair{i, c.index, append([]int{reason}, r.distance(c)...)})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(slices.Compare(a.unlikely, b.unlikely), cmp.Compare(a.row, b.row), cmp.Compare(a.credit, b.credit))
	})
	found, taken := slices.Repeat([]int{-1}, len(rows)), make([]bool, len(credits))
	for _, p := range pairs {
		if found[p.row] < 0 && !taken[p.credit] {
			found[p.row], taken[p.credit] = p.credit, true
		}
	}
	return found
}

// NewAlike finds for each row that [Match] paired with nothing the credit that it
// looks most like, as that is or was once described, by its index in known, or -1:
// none that is removed, nor one that an equal row is, since equal rows are counted.
// The reference of a row that a credit is counts as the credit's, which it may become.
func NewAlike(rows []ledger.Credit, paired []int, known []ledger.Known) []int {
	found := slices.Repeat([]int{-1}, len(rows))
	if !slices.Contains(paired, -1) {
		return found // nearly always where a file is imported again
	}
	var fresh, there, others []*record
	for i, k := range known {
		if !k.Removed && k.MergedInto == 0 {
			there = append(there, recordOf(asForm(k.Credit), i))
		}
	}
	if len(there) == 0 {
		return found
	}
	is := map[int]whole{}      // by slot, of the row that it is
	says := map[int64]string{} // by credit, a reference that its row has
	for i, slot := range paired {
		if slot < 0 {
			fresh = append(fresh, recordOf(asForm(rows[i]), i))
		} else {
			r := recordOf(asForm(rows[i]), i)
			is[slot], others = r.whole, append(others, r)
			of := cmp.Or(known[slot].MergedInto, known[slot].Credit.ID)
			says[of] = cmp.Or(says[of], r.reference)
		}
	}
	weigh(slices.Concat(fresh, there, others))
	for _, own := range slices.Clone(there) {
		all, reference := []*record{own}, cmp.Or(own.reference, says[known[own.index].Credit.ID])
		for _, f := range known[own.index].Forms {
			was := recordOf(f, own.index)
			all, reference = append(all, was), cmp.Or(reference, was.reference)
		}
		for _, r := range all {
			r.reference = cmp.Or(r.reference, reference)
		}
		there = append(there, all[1:]...)
	}
	c := newCatalog(there)
	for _, r := range fresh {
		var best *record
		for other := range c.near(r) {
			if alike(r, other) && is[other.index] != r.whole && (best == nil || slices.Compare(r.distance(other), r.distance(best)) < 0) {
				best, found[r.index] = other, other.index
			}
		}
	}
	return found
}

// A Group is credits that may be one activity, recorded several times.
type Group struct {
	Credits []ledger.Credit // in the order given
	// Pairs are those of the group that look alike, no more than it takes to
	// connect all of them: three that are the same are the first and the second,
	// and the first and the third. The first of a pair comes first in Credits.
	Pairs [][2]ledger.Credit
}

// Groups returns the groups of credits that look alike, in the order of their first
// ones. Credits of one import do not, nor those that are kept apart.
func Groups(credits []ledger.Credit, apart Apart) []Group {
	records := recordsOf(credits)
	weigh(records)
	c, of := newCatalog(records), newForest(len(credits))
	var pairs [][2]int
	for i, r := range records {
		for other := range c.near(r) {
			j := other.index
			if j <= i {
				continue // was compared from there
			}
			a, b := &credits[i], &credits[j]
			if (a.Import == 0 || a.Import != b.Import) && of.root(i) != of.root(j) && alike(r, other) && !apart.Kept(a.ID, b.ID) {
				of.join(i, j)
				pairs = append(pairs, [2]int{min(i, j), max(i, j)})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	byFirst := map[int][][2]ledger.Credit{} // of its group
	for _, p := range pairs {
		first := of.root(p[0])
		byFirst[first] = append(byFirst[first], [2]ledger.Credit{credits[p[0]], credits[p[1]]})
	}
	var all []Group
	for _, part := range of.parts() {
		if len(part) == 1 {
			continue
		}
		g := Group{Pairs: byFirst[part[0]]}
		for _, i := range part {
			g.Credits = append(g.Credits, credits[i])
		}
		all = append(all, g)
	}
	return all
}

// A catalog finds among many records those that may look alike.
type catalog struct {
	byDay       []*record // in the order of days
	byReference map[string][]*record
	byTitle     map[whole][]*record // and points; without series. Set by listTitles
}

func newCatalog(all []*record) catalog {
	c := catalog{byDay: slices.Clone(all), byReference: map[string][]*record{}}
	slices.SortStableFunc(c.byDay, func(a, b *record) int { return cmp.Compare(a.day, b.day) })
	for _, r := range all {
		if r.reference != "" {
			c.byReference[r.reference] = append(c.byReference[r.reference], r)
		}
	}
	return c
}

func (c *catalog) listTitles(all []*record) {
	c.byTitle = map[whole][]*record{}
	for _, r := range all {
		if at := (whole{title: r.title, points: r.points}); !r.series {
			c.byTitle[at] = append(c.byTitle[at], r)
		}
	}
}

// around returns the records of the days around r.
func (c *catalog) around(r *record, days ledger.Date) []*record {
	at := func(day ledger.Date) int {
		i, _ := slices.BinarySearchFunc(c.byDay, day, func(x *record, day ledger.Date) int { return cmp.Compare(x.day, day) })
		return i
	}
	return c.byDay[at(r.day-days):at(r.day+days+1)]
}

// near returns the records of the days around r and of its reference, some twice.
func (c *catalog) near(r *record) iter.Seq[*record] {
	return values(c.around(r, NearDays), c.byReference[r.reference])
}

// likely returns the records that r may be a corrected form of, some twice: of days not far
// away, of its reference, or of its title and points.
func (c *catalog) likely(r *record) iter.Seq[*record] {
	return values(c.around(r, CorrectedDays), c.byReference[r.reference], c.byTitle[whole{title: r.title, points: r.points}])
}

// values goes through lists one after the other.
func values(lists ...[]*record) iter.Seq[*record] {
	return func(yield func(*record) bool) {
		for _, all := range lists {
			for _, r := range all {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// A Field is one that two records have otherwise, by the name of its column.
type Field string

// The fields that are compared.
const (
	FieldDate      Field = "date"
	FieldTitle     Field = "title"
	FieldProvider  Field = "provider"
	FieldPoints    Field = "points"
	FieldTopics    Field = "topics"
	FieldReference Field = "reference"
	FieldURL       Field = "url"
)

// A Difference is what a row says otherwise than the credit that it is.
type Difference struct {
	Changed []Field // of date, title and points
	More    []Field // what the row knows and the credit does not
}

// Compare says how a row differs from the credit that it is. The slot is what
// [Match] paired it with, the credit the same, or the one that it was merged into.
// Nothing is changed of a merged one, nor where the row says what the credit was
// imported as. A title that begins another is the same, cut short.
func Compare(row ledger.Credit, slot, credit ledger.Known) Difference {
	var d Difference
	if c := slot.Credit; slot.MergedInto == 0 && asForm(row) == asForm(c) && row.URL == c.URL && len(row.Topics) > 0 == (len(c.Topics) > 0) {
		return d // nearly always where a file is imported again
	}
	r, s, of := rowOf(row, 0), slotOf(slot, 0), slotOf(credit, 0)
	s.of = &of
	return s.compare(&r)
}

// compare is [Compare] of what is normalised.
func (s *slot) compare(r *row) (d Difference) {
	now, forms := &s.of.forms[0], s.forms[:1:1]
	for _, all := range s.was {
		if was := all[0]; was.whole == r.whole || was.day == r.day && was.reference == r.reference && r.reference != "" {
			forms = append(forms, was)
		}
	}
	known := func(same func(form) bool) bool { return slices.ContainsFunc(forms, same) }
	sameTitle := known(func(f form) bool { return f.title == r.title })
	put := func(to *[]Field, field Field, is bool) {
		if is {
			*to = append(*to, field)
		}
	}
	if s.rank != 1 {
		put(&d.Changed, FieldDate, !known(func(f form) bool { return f.day == r.day }))
		put(&d.Changed, FieldTitle, !sameTitle && !strings.HasPrefix(r.title, now.title) && !strings.HasPrefix(now.title, r.title))
		put(&d.Changed, FieldPoints, !known(func(f form) bool { return f.points == r.points }))
	}
	put(&d.More, FieldTitle, !sameTitle && r.title != now.title && strings.HasPrefix(r.title, now.title))
	put(&d.More, FieldProvider, r.provider != "" && now.provider == "")
	put(&d.More, FieldReference, r.reference != "" && now.reference == "")
	put(&d.More, FieldURL, r.url && !s.of.url)
	put(&d.More, FieldTopics, r.topics && !s.of.topics)
	return d
}

// News returns the form to remember of a slot that a row was paired with, if the row
// says anything new. Of a credit that no import brought its own fields do not count,
// since they are forgotten once it is edited.
func News(row ledger.Credit, k ledger.Known) (ledger.Form, bool) {
	if f := asForm(row); k.Credit.Import != 0 && f == asForm(k.Credit) {
		return f, false // nearly always where a file is imported again
	}
	f, s := asForm(row), slotOf(k, 0)
	r := formOf(f)
	return f, s.news(&r)
}

// news reports whether a row says anything new, see [News].
func (s *slot) news(r *form) bool {
	forms := s.forms
	if s.typed {
		forms = forms[1:]
	}
	return slices.ContainsFunc(r.statements(), func(statement form) bool {
		return !slices.ContainsFunc(forms, func(f form) bool { return slices.Contains(f.statements(), statement) })
	})
}
