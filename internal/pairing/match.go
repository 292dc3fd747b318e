package pairing

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// Match says of each row which slot it is, by its index in known, or -1. A slot is
// one record that the ledger has, or had, and one row at most.
// As many rows as possible find a slot. Slots that a row tells nothing new go first:
// what was imported is found again where it went. Equal titles and points go before
// equal references, a credit that is there before one that was merged, and both before
// a removed one. The order of rows decides only which of several equal ones is left
// over.
func Match(credits []ledger.Credit, known []ledger.Known) []int {
	paired := slices.Repeat([]int{-1}, len(credits))
	if len(known) == 0 {
		return paired
	}
	rows, slots := make([]row, len(credits)), make([]slot, len(known))
	for i, c := range credits {
		rows[i] = rowOf(c, i)
	}
	of := map[int64]*slot{} // credits that others were merged into, by their numbers
	for _, k := range known {
		if k.MergedInto != 0 {
			of[k.MergedInto] = nil
		}
	}
	for i, k := range known {
		slots[i] = slotOf(k, i)
		if _, into := of[k.Credit.ID]; into {
			of[k.Credit.ID] = &slots[i]
		}
	}
	for i, k := range known {
		slots[i].of = cmp.Or(of[k.MergedInto], &slots[i])
	}
	var m matcher
	for _, part := range connected(rows, slots) {
		m.rows, m.slots = m.rows[:0], m.slots[:0]
		for _, i := range part {
			if i < len(rows) {
				m.rows = append(m.rows, &rows[i])
			} else {
				m.slots = append(m.slots, &slots[i-len(rows)])
			}
		}
		m.pair()
		for _, r := range m.rows {
			if r.slot != nil {
				paired[r.index] = r.slot.index
			}
		}
	}
	return paired
}

// connected returns the rows and slots that have in common day, title and points, or
// day and reference: slots by their index and the number of rows.
func connected(rows []row, slots []slot) [][]int {
	of := newForest(len(rows) + len(slots))
	first := make(map[form]int, max(len(rows), len(slots))) // that has it
	connect := func(i int, f form) {
		for _, key := range []form{{whole: f.whole}, {whole: whole{day: f.day}, reference: f.reference}} {
			if key.title == "" && key.reference == "" {
				continue
			}
			if j, found := first[key]; found {
				of.join(i, j)
			} else {
				first[key] = i
			}
		}
	}
	for i, r := range rows {
		connect(i, r.form)
	}
	for i, s := range slots {
		for _, f := range s.forms {
			connect(len(rows)+i, f)
		}
	}
	return of.parts()
}

// A forest tells which things are connected: it has an earlier one of each, or
// itself.
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

func (f forest) join(i, j int) {
	i, j = f.root(i), f.root(j)
	f[max(i, j)] = min(i, j)
}

// parts returns what is connected, in the order of the first of each.
func (f forest) parts() (parts [][]int) {
	at := make([]int, len(f)) // of roots: where in parts
	for i := range f {
		root := f.root(i)
		if root == i {
			at[i], parts = len(parts), append(parts, nil)
		}
		parts[at[root]] = append(parts[at[root]], i)
	}
	return parts
}

// A slot is what is known of a record.
type slot struct {
	index  int      // in known
	url    bool     // the credit has an address
	topics bool     // it has some
	typed  bool     // no import brought it
	of     *slot    // itself, or what it was merged into
	rank   int      // 0 there, 1 merged, 2 removed
	forms  []form   // its own fields first, the others sorted
	was    [][]form // each form that it was imported as, with what rows said since
	fits   []fit    // of each row that it may be
	paired bool
}

func slotOf(k ledger.Known, index int) slot {
	s := slot{index: index, url: k.Credit.URL != "", topics: len(k.Credit.Topics) > 0, typed: k.Credit.Import == 0, forms: []form{formOf(asForm(k.Credit))}}
	var said []form
	for _, f := range k.Forms {
		s.forms = append(s.forms, formOf(f))
		if !f.Imported {
			said = append(said, formOf(f))
		}
	}
	for _, f := range k.Forms {
		if f.Imported {
			s.was = append(s.was, append([]form{formOf(f)}, said...))
		}
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

// A row is a row and the slot that it is.
type row struct {
	form
	url    bool
	topics bool
	index  int
	slot   *slot
	seen   bool // a search was there, see [matcher.find]
	noNews bool // see [matcher.findNoNews]
}

func rowOf(c ledger.Credit, index int) row {
	return row{form: formOf(asForm(c)), url: c.URL != "", topics: len(c.Topics) > 0, index: index}
}

// A matcher finds a maximum matching by augmenting paths.
type matcher struct {
	rows    []*row
	slots   []*slot
	allowed fit    // and all that are surer
	visited []*row // that this search has been to
}

// pair finds slots by the surest fit alone, then by one more in each round.
func (m *matcher) pair() {
	slices.SortStableFunc(m.rows, func(a, b *row) int { return compareForms(a.form, b.form) })
	slices.SortStableFunc(m.slots, func(a, b *slot) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), slices.CompareFunc(a.forms, b.forms, compareForms))
	})
	for _, s := range m.slots {
		s.fits = make([]fit, len(m.rows))
		for i, r := range m.rows {
			s.fits[i] = s.fit(&r.form)
			if s.fits[i] <= known && len(m.rows)+len(m.slots) > 2 {
				s.fits[i] += s.unsettled(r)
			}
		}
	}
	left := min(len(m.rows), len(m.slots)) // how many pairs there may be yet
	for m.allowed = equal; m.allowed < different && left > 0; m.allowed++ {
		if m.allowed == noNews {
			m.findNoNews()
		}
		for _, r := range m.rows {
			r.seen = false
		}
		for _, s := range m.slots {
			m.visited = m.visited[:0]
			if s.paired || !m.find(s) {
				continue // where it has been is no row to be had, so nobody looks there again in this round
			}
			s.paired = true
			left--
			for _, r := range m.visited {
				r.seen = false
			}
		}
	}
}

func (m *matcher) find(s *slot) bool {
	for i, r := range m.rows {
		if r.slot == nil && m.may(s, i) {
			r.slot = s
			return true
		}
	}
	for i, r := range m.rows {
		if r.seen || !m.may(s, i) {
			continue
		}
		r.seen, m.visited = true, append(m.visited, r)
		if m.find(r.slot) {
			r.slot = s
			return true
		}
	}
	return false
}

func (m *matcher) may(s *slot, i int) bool {
	if r := m.rows[i]; m.allowed > compatible && s.fits[i] >= compatible && r.slot != nil && r.slot.fits[i] < compatible {
		return false // a row that is known where it is gives way only to where it is known too
	}
	return s.fits[i] <= m.allowed && (s.fits[i] != noNews || m.rows[i].noNews)
}

// findNoNews marks the rows of which all is known already: slots of their day, title
// and points are known by their provider as often as the rows name it, and by their
// reference. Of two rows that differ only in these, a file that names only providers
// and one that names only references do not tell which belongs to which; so such
// rows take any slot that is left there.
func (m *matcher) findNoNews() {
	surplus := map[form]int{} // of slots that are known by a statement over rows
	for _, s := range m.slots {
		for statement := range statementsOf(s.forms) {
			surplus[statement]++
		}
	}
	for _, r := range m.rows {
		for _, statement := range r.statements() {
			surplus[statement]--
		}
	}
	for _, r := range m.rows {
		r.noNews = !slices.ContainsFunc(r.statements(), func(f form) bool { return surplus[f] < 0 && f != form{whole: r.whole} })
	}
}

func (f form) statements() []form {
	return []form{{whole: f.whole}, {whole: f.whole, provider: f.provider}, {whole: f.whole, reference: f.reference}}
}

func statementsOf(forms []form) map[form]bool {
	all := map[form]bool{}
	for _, f := range forms {
		for _, statement := range f.statements() {
			all[statement] = true
		}
	}
	return all
}

// unsettled says by how much a slot that knows a row goes after others: a row that is
// imported again goes first to where nothing is remembered or, with --update, written.
func (s *slot) unsettled(r *row) fit {
	if s.rank == 2 || s.typed && s.news(&r.form) {
		return equalNew
	}
	if d := s.compare(r); len(d.Changed)+len(d.More) > 0 {
		return equalMore
	}
	return equal
}

// A fit says how a row and a slot are the same, the surest first.
type fit uint8

const (
	equal     fit = iota // in day, title, points, provider and reference
	known                // in day, title and points, and what else the row says is known
	equalMore            // the same, but the row has more or other than the credit
	knownMore
	equalNew // the same, but of a credit that no import brought, or that was removed
	knownNew
	compatible     // in day, title and points, and nothing contradicts
	referenceTitle // in day, reference and title
	referencePoints
	referenceOnly
	noNews // in day, title and points; see [matcher.findNoNews]
	different
)

// fit says how a row is the same as a slot, at best, by all or by what it was.
func (s *slot) fit(r *form) fit {
	best := fitOf(s.forms, r)
	for _, forms := range s.was {
		best = min(best, fitOf(forms, r))
	}
	return best
}

func fitOf(forms []form, r *form) fit {
	best := different
	for i := range forms {
		f := &forms[i]
		if f.day == r.day && (f.whole == r.whole || r.reference != "" && r.reference == f.reference) {
			best = min(best, fitAs(forms, f.whole, r))
		}
	}
	return best
}

// fitAs says so by all forms that have one day, title and points.
func fitAs(forms []form, w whole, r *form) fit {
	var provider, reference words
	for i := range forms {
		if f := &forms[i]; f.whole == w {
			provider.hear(f.provider, r.provider, !contradict(f.provider, r.provider))
			reference.hear(f.reference, r.reference, false)
		}
	}
	switch {
	case w == r.whole && (provider.contrary(r.provider) || reference.contrary(r.reference)):
		return noNews
	case slices.Contains(forms, *r):
		return equal
	case w == r.whole && provider.knows(r.provider) && reference.knows(r.reference):
		return known
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

type words struct{ said, equal, alike bool }

func (w *words) hear(known, row string, alike bool) {
	if known != "" {
		w.said, w.equal, w.alike = true, w.equal || known == row, w.alike || alike
	}
}

func (w words) contrary(row string) bool { return row != "" && w.said && !w.equal && !w.alike }
func (w words) knows(row string) bool    { return w.equal || row == "" }
