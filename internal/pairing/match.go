package pairing

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A fit says how a row and a slot are the same, the surest first.
type fit int

const (
	equal          fit = iota // in day, title, points, provider and reference
	compatible                // in day, title and points, and nothing contradicts
	referenceTitle            // in day, reference and title
	referencePoints
	referenceOnly
	noNews // in day, title and points; see [matcher.findNoNews]
	different
)

// Match says of each row which slot it is, by its index in known, or -1. A slot
// is one record that the ledger has, or had: it is one row at most, and a credit
// that others were merged into is one for each of them.
//
// As many rows as possible find a slot. Where there is a choice, equal titles
// and points go before equal references, a credit that is there before one that was
// merged, and both before a removed one. The order of rows and slots decides
// only which of several equal ones is left over.
func Match(rows []ledger.Credit, known []ledger.Known) []int {
	m := newMatcher(rows, known)
	if len(rows) == 0 || len(known) == 0 {
		return m.paired
	}
	m.bundle(m.pairLone())
	for m.allowed = equal; m.allowed < different && m.free > 0; m.allowed++ {
		if m.allowed == noNews {
			m.findNoNews()
		}
		m.pairAll()
	}
	m.settle()
	return m.paired
}

// A matcher finds a maximum matching: a slot takes a row that is free, or one
// whose slot finds another one, and so on (augmenting paths). Rows that say the
// same are one kind, slots that say the same are one bundle, so that a thousand
// equal rows cost no more than one.
type matcher struct {
	paired  []int // what [Match] returns
	kinds   []kind
	shelves []shelf
	at      map[label]int // shelves
	slots   []slot
	bundles []bundle
	allowed fit
	free    int   // rows that have no slot
	visited []int // kinds that this search has been to
}

// A kind is rows that are the same in all that counts.
type kind struct {
	form
	rows    []int // by index
	free    int   // of them without a slot
	takers  []taker
	shelves [2]int // by whole and by reference, or -1
	seen    fit    // the last round in which a search was there, and 1
	noNews  bool
}

// A taker is a bundle of which n slots are paired with rows of a kind.
type taker struct{ bundle, n int }

// A slot is what is known of a record.
type slot struct {
	forms   []form // its own fields first, the others sorted
	rank    int    // 0 there, 1 merged, 2 removed
	shelves []int  // with rows that it may be
}

// A bundle is slots that are the same in all that counts.
type bundle struct {
	*slot
	members []int // by index in known
	left    int   // of them without a row
}

// A label is what the kinds of a shelf have in common: a whole, or a day and a
// reference and nothing else.
type label struct {
	whole
	reference string
}

// A shelf is kinds that have day, title and points in common, or day and
// reference.
type shelf struct {
	kinds  []int // sorted by reference and provider
	slots  int   // how many may be a row of it
	noNews bool  // one of the kinds is marked so
}

func slotOf(k ledger.Known) slot {
	s := slot{forms: make([]form, 1, 1+len(k.Forms))}
	s.forms[0] = formOf(asForm(k.Credit))
	for _, f := range k.Forms {
		s.forms = append(s.forms, formOf(f))
	}
	slices.SortFunc(s.forms[1:], compareForms)
	switch {
	case k.MergedInto != 0:
		s.rank = 1
	case k.Removed:
		s.rank = 2
	}
	return s
}

func newMatcher(rows []ledger.Credit, known []ledger.Known) *matcher {
	n := len(rows)
	m := &matcher{paired: make([]int, n), free: n, at: make(map[label]int, 2*n), shelves: make([]shelf, 0, 2*n), kinds: make([]kind, 0, n)}
	m.slots = make([]slot, len(known))
	forms := make([]form, len(rows))
	each(len(rows), func(i int) { forms[i], m.paired[i] = formOf(asForm(rows[i])), -1 })
	each(len(known), func(i int) { m.slots[i] = slotOf(known[i]) })
	for i, f := range forms { // each shelf has its rows first, and then the kinds that they are
		m.put(label{whole: f.whole}, i)
	}
	for at := range m.shelves {
		m.makeKinds(at, forms)
	}
	for i := range m.kinds {
		if k := &m.kinds[i]; k.reference != "" {
			k.shelves[1] = m.put(label{whole{day: k.day}, k.reference}, i)
		}
	}
	for i := range m.shelves {
		if kinds := m.shelves[i].kinds; len(kinds) > 1 {
			slices.SortFunc(kinds, func(a, b int) int { return compareForms(m.kinds[a].form, m.kinds[b].form) })
		}
	}
	for i := range m.slots {
		m.reach(&m.slots[i])
	}
	return m
}

func (m *matcher) put(key label, i int) int {
	at, found := m.at[key]
	if !found {
		at = len(m.shelves)
		m.at[key] = at
		m.shelves = append(m.shelves, shelf{})
	}
	m.shelves[at].kinds = append(m.shelves[at].kinds, i)
	return at
}

// makeKinds replaces the rows of a shelf by the kinds that they are.
func (m *matcher) makeKinds(at int, forms []form) {
	rows := m.shelves[at].kinds
	if len(rows) > 1 {
		slices.SortFunc(rows, func(a, b int) int { return cmp.Or(compareForms(forms[a], forms[b]), a-b) })
	}
	var kinds []int
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && forms[rows[to]] == forms[rows[from]] {
			to++
		}
		kinds = append(kinds, len(m.kinds))
		m.kinds = append(m.kinds, kind{form: forms[rows[from]], rows: rows[from:to], free: to - from, shelves: [2]int{at, -1}})
		from = to
	}
	m.shelves[at].kinds = kinds
}

// reach finds the shelves with rows that a slot may be.
func (m *matcher) reach(s *slot) {
	add := func(key label) {
		if at, found := m.at[key]; found && !slices.Contains(s.shelves, at) {
			s.shelves = append(s.shelves, at)
			m.shelves[at].slots++
		}
	}
	for i := range s.forms {
		add(label{whole: s.forms[i].whole})
		if s.forms[i].reference != "" {
			add(label{whole{day: s.forms[i].day}, s.forms[i].reference})
		}
	}
}

// pairLone pairs kinds and slots that have only each other, which nearly all
// have, and returns the other slots that may be a row.
func (m *matcher) pairLone() (others []int) {
	for i := range m.slots {
		s := &m.slots[i]
		if len(s.shelves) == 0 {
			continue
		}
		k := &m.kinds[m.shelves[s.shelves[0]].kinds[0]]
		if !m.lone(s, k) {
			others = append(others, i)
		} else if s.fit(&k.form) < noNews {
			m.paired[k.rows[0]] = i
			k.free--
			m.free--
		}
	}
	return others
}

func (m *matcher) lone(s *slot, k *kind) bool {
	for _, at := range k.shelves {
		if at >= 0 && m.shelves[at].slots > 0 && (len(m.shelves[at].kinds) > 1 || m.shelves[at].slots > 1 || !slices.Contains(s.shelves, at)) {
			return false
		}
	}
	for _, at := range s.shelves {
		if at != k.shelves[0] && at != k.shelves[1] {
			return false
		}
	}
	return true
}

// bundle makes bundles of slots, in the order in which they look for rows.
func (m *matcher) bundle(some []int) {
	compare := func(a, b int) int {
		return cmp.Or(cmp.Compare(m.slots[a].rank, m.slots[b].rank), slices.CompareFunc(m.slots[a].forms, m.slots[b].forms, compareForms))
	}
	slices.SortStableFunc(some, compare)
	for i, s := range some {
		if i == 0 || compare(some[i-1], s) != 0 {
			m.bundles = append(m.bundles, bundle{slot: &m.slots[s]})
		}
		b := &m.bundles[len(m.bundles)-1]
		b.members = append(b.members, s)
		b.left++
	}
}

// pairAll lets each bundle look for rows, by all fits that are allowed.
func (m *matcher) pairAll() {
	for i := range m.bundles {
		b := &m.bundles[i]
		for b.left > 0 && m.free > 0 {
			m.visited = m.visited[:0]
			n := m.take(i, b.left)
			if n == 0 {
				break // where it has been there is no row to be had, so nobody looks there again in this round
			}
			b.left -= n
			m.free -= n
			for _, k := range m.visited {
				m.kinds[k].seen = 0
			}
		}
	}
}

// take finds rows for a bundle, as many as wanted if possible, and returns how
// many it found: first rows that are free, then those of other bundles, which
// look for others.
func (m *matcher) take(b, want int) (taken int) {
	for _, at := range m.bundles[b].shelves {
		for _, i := range m.within(b, at) {
			if k := &m.kinds[i]; k.free > 0 && taken < want && k.seen <= m.allowed && m.fits(b, k) {
				n := min(want-taken, k.free)
				k.free -= n
				k.give(b, n)
				taken += n
			}
		}
	}
	for _, at := range m.bundles[b].shelves {
		for _, i := range m.within(b, at) {
			if k := &m.kinds[i]; taken < want && k.seen <= m.allowed && m.fits(b, k) {
				k.seen = m.allowed + 1
				m.visited = append(m.visited, i)
				taken += m.takeFrom(k, b, want-taken)
			}
		}
	}
	return taken
}

// takeFrom finds other rows for the takers of a kind and gives theirs to b.
func (m *matcher) takeFrom(k *kind, b, want int) (taken int) {
	for j := 0; j < len(k.takers) && taken < want; j++ {
		if other := k.takers[j]; other.bundle != b && other.n > 0 {
			n := m.take(other.bundle, min(want-taken, other.n))
			k.takers[j].n -= n
			k.give(b, n)
			taken += n
		}
	}
	return taken
}

func (k *kind) give(b, n int) {
	if n > 0 {
		k.takers = append(k.takers, taker{b, n}) // a bundle may be there more than once
	}
}

func (m *matcher) fits(b int, k *kind) bool {
	f := m.bundles[b].fit(&k.form)
	return f <= m.allowed && (f != noNews || k.noNews)
}

// within returns the kinds of a shelf that may fit a bundle, not all of very
// many where the bundle's references leave few.
func (m *matcher) within(b, at int) []int {
	kinds := m.shelves[at].kinds
	first := &m.kinds[kinds[0]]
	switch {
	case first.shelves[0] != at && m.allowed < referenceTitle:
		return nil // a shelf of a reference: what is the same in title and points too is found by these
	case first.shelves[0] != at || m.shelves[at].noNews || len(kinds) < 50:
		return kinds
	}
	said := false
	var some []int
	add := func(reference string) {
		from, _ := slices.BinarySearchFunc(kinds, reference, func(k int, s string) int { return cmp.Compare(m.kinds[k].reference, s) })
		for ; from < len(kinds) && m.kinds[kinds[from]].reference == reference; from++ {
			some = append(some, kinds[from])
		}
	}
	for _, f := range m.bundles[b].forms {
		if f.whole == first.whole && f.reference != "" {
			said = true
			add(f.reference)
		}
	}
	if !said {
		return kinds
	}
	add("")
	return some
}

// settle gives each row its slot.
func (m *matcher) settle() {
	order := make([]int, 0, len(m.kinds))
	for i := range m.kinds {
		if len(m.kinds[i].takers) > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return compareForms(m.kinds[a].form, m.kinds[b].form) })
	for _, i := range order {
		rows := m.kinds[i].rows
		for _, t := range m.kinds[i].takers {
			b := &m.bundles[t.bundle]
			for j := range t.n {
				m.paired[rows[j]] = b.members[j]
			}
			rows, b.members = rows[t.n:], b.members[t.n:]
		}
	}
}

// fit says how a row is the same as a slot, at best.
func (s *slot) fit(r *form) fit {
	best := different
	for i := range s.forms {
		f := &s.forms[i]
		sameReference := r.reference != "" && r.reference == f.reference
		if f.day == r.day && (f.whole == r.whole || sameReference) {
			best = min(best, s.fitAs(f.whole, r))
		}
	}
	return best
}

// fitAs says how a row is the same as a slot by what is known of it under one
// day, title and points: all of its forms with these together.
func (s *slot) fitAs(w whole, r *form) fit {
	var provider, reference words
	for i := range s.forms {
		if f := &s.forms[i]; f.whole == w {
			provider.hear(f.provider, r.provider, !contradict(f.provider, r.provider))
			reference.hear(f.reference, r.reference, false)
		}
	}
	switch {
	case w == r.whole && (provider.contrary(r.provider) || reference.contrary(r.reference)):
		return noNews
	case w == r.whole && provider.same(r.provider) && reference.same(r.reference):
		return equal
	case w == r.whole:
		return compatible
	case provider.contrary(r.provider):
		return different
	case w.title == r.title:
		return referenceTitle
	case w.points == r.points:
		return referencePoints
	}
	return referenceOnly
}

// words gathers what the forms of a slot say of a provider, or of a reference.
type words struct{ said, equal, alike bool }

func (w *words) hear(known, row string, alike bool) {
	if known != "" {
		w.said, w.equal, w.alike = true, w.equal || known == row, w.alike || alike
	}
}

func (w words) contrary(row string) bool { return row != "" && w.said && !w.equal && !w.alike }
func (w words) same(row string) bool     { return w.equal || row == "" && !w.said }

// findNoNews marks the kinds of which all is known already: slots of their day,
// title and points are known by their provider as often as the rows
// name it, and by their reference. What a row said may have been remembered
// for the wrong one of several: of two rows that differ only in providers and
// references, a file that names only providers and one that names only references do not tell
// which belongs to which. So such rows take any slot that is left there.
func (m *matcher) findNoNews() {
	type statement struct {
		shelf     int
		reference bool
		text      string
	}
	surplus := map[statement]int{} // of slots over rows
	for i := range m.bundles {
		b, said := &m.bundles[i], map[statement]bool{}
		for _, f := range b.forms {
			if at, found := m.at[label{whole: f.whole}]; found {
				said[statement{at, false, f.provider}], said[statement{at, true, f.reference}] = true, true
			}
		}
		for s := range said {
			surplus[s] += len(b.members)
		}
	}
	for _, k := range m.kinds {
		surplus[statement{k.shelves[0], false, k.provider}] -= len(k.rows)
		surplus[statement{k.shelves[0], true, k.reference}] -= len(k.rows)
	}
	for i := range m.kinds {
		k := &m.kinds[i]
		k.noNews = (k.provider == "" || surplus[statement{k.shelves[0], false, k.provider}] >= 0) &&
			(k.reference == "" || surplus[statement{k.shelves[0], true, k.reference}] >= 0)
		m.shelves[k.shelves[0]].noNews = m.shelves[k.shelves[0]].noNews || k.noNews
	}
}
