package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Check says what in a ledger does not fit together, or nil: a merge with an
// empty one has to leave it as it is.
func (l Ledger) Check() error {
	fit, _ := Merge(Ledger{}, l, nil)
	for _, c := range Changes(l, fit) {
		return fault("%s %s does not fit the other records", c.Kind, c.Key)
	}
	return nil
}

// settle makes the records of two ledgers fit together. What is given up for it
// is told.
func (m *merging) settle() {
	m.dropGone()
	m.openLast()
	m.dropLoose()
	m.followMerged()
	m.moveEvidence()
	m.chooseAutomatic()
	m.trimAllocations()
}

func (m *merging) tell(format string, args ...any) {
	m.report.Told = append(m.report.Told, fmt.Sprintf(format, args...))
}

// each calls fn for the records of a type, in the order of their keys; what fn
// returns takes the place of the value, and false drops the record.
func each[V Value](m *merging, fn func(r *Record, v V) (V, bool)) {
	var zero V
	for _, r := range m.records(zero.id().Kind) {
		v, keep := fn(r, r.Value.(V))
		if r.Value = v; !keep {
			delete(m.all, r.ID)
		}
	}
}

// records returns those of a kind, in the order of their keys.
func (m *merging) records(kind Kind) (all []*Record) {
	for id, r := range m.all {
		if id.Kind == kind {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b *Record) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// dropGone drops records that were deleted later than they were changed. The
// cycle of a declaration stays: nobody loses what was declared because its cycle
// got other days elsewhere. A credential stays where what it has is newer.
func (m *merging) dropGone() {
	for _, r := range slices.Backward(m.records(GoneKind)) { // declarations, then cycles, then credentials
		g := r.Value.(Gone)
		at := m.all[ID(g)]
		if at == nil || g.Kind == CreditKind {
			continue
		}
		newest := at.Changed
		if g.Kind == CredentialKind {
			for _, of := range m.all {
				if strings.HasPrefix(of.Key, g.Key+" ") {
					newest = max(newest, of.Changed)
				}
			}
		}
		if newest > r.Changed || g.Kind == CycleKind && m.all[ID{DeclarationKind, g.Key}] != nil {
			delete(m.all, r.ID)
		} else {
			delete(m.all, at.ID)
		}
	}
}

// openLast leaves the last cycle of each credential open, and no other one. A
// cycle without days gives way to any other.
func (m *merging) openLast() {
	each(m, func(_ *Record, c Credential) (Credential, bool) {
		cycles := slices.DeleteFunc(m.records(CycleKind), func(r *Record) bool { return r.Value.(Cycle).Credential != c.Name })
		if len(cycles) == 0 {
			m.tell("%s has no cycle left and was removed: cmp credential add adds it anew.", c.Name)
			return c, false
		}
		if cycles[0].Value.(Cycle).Last == 0 && len(cycles) > 1 {
			delete(m.all, cycles[0].ID)
			cycles = cycles[1:]
		}
		open := 0
		for _, r := range cycles {
			if !r.Value.(Cycle).Closed {
				open++
			}
		}
		last := cycles[len(cycles)-1].Value.(Cycle).Last
		c.Voluntary = c.Voluntary || last == 0
		if open == 1 {
			return c, true
		}
		for _, r := range cycles {
			y := r.Value.(Cycle)
			y.Closed = y.Last != last
			r.Value = y
		}
		m.tell("%s had %d open cycles, not one: the one to %s is open now.", c.Name, open, last)
		return c, true
	})
}

// dropLoose drops records that need one which is gone. Allocations are looked
// after by themselves.
func (m *merging) dropLoose() {
	for _, r := range (Ledger{Records: m.all}).Sorted() {
		for _, of := range r.Value.refs() {
			lost := m.all[of] == nil && (of.Kind != contentKind || m.content(of.Key) == nil)
			if lost && r.Kind != AllocationKind {
				delete(m.all, r.ID)
				m.tell("The %s %s was dropped, for the %s %s is gone.", r.Kind, r.Key, of.Kind, of.Key)
				break
			}
		}
	}
}

// followMerged makes that credits which were merged lead to one that was not,
// and leaves each uid to one credit. Where each side merged two credits the other
// way round, the one that was removed first is there again.
func (m *merging) followMerged() {
	into := map[string]string{}
	end := func(uid string) string {
		for into[uid] != "" {
			uid = into[uid]
		}
		return uid
	}
	credits, all := m.records(CreditKind), Ledger{Records: m.all}
	slices.SortStableFunc(credits, func(a, b *Record) int { return strings.Compare(all.removedAt(b.ID), all.removedAt(a.ID)) })
	for _, r := range credits {
		c := r.Value.(Credit)
		switch {
		case c.MergedInto == "":
		case end(c.MergedInto) != c.UID:
			into[c.UID] = c.MergedInto
		default:
			c.Removed, c.MergedInto = false, ""
			r.Value = c
			m.tell("%s was merged with another credit on both sides, each the other way round; it stays.", c.name())
		}
	}
	taken := map[string]bool{}
	each(m, func(_ *Record, c Credit) (Credit, bool) {
		c.MergedInto = end(c.MergedInto)
		c.Aliases = slices.DeleteFunc(slices.Clone(c.Aliases), func(uid string) bool {
			drop := taken[uid] || m.all[creditID(uid)] != nil
			taken[uid] = true
			return drop
		})
		return c, true
	})
}

// moveEvidence gives the evidence of a credit that was merged to the one that
// it was made one with, unless that has it. Evidence that comes once more is not
// moved again, for it is said to be gone.
func (m *merging) moveEvidence() {
	each(m, func(r *Record, e Evidence) (Evidence, bool) {
		moved := e
		moved.Credit = m.credit(e.Credit).MergedInto
		if moved.Credit == "" || m.all[moved.id()] != nil {
			return e, true
		}
		gone := Gone(r.ID)
		m.all[gone.id()] = &Record{ID: gone.id(), Changed: r.Changed, Value: gone}
		m.all[moved.id()] = &Record{moved.id(), 0, r.Changed, r.Past, moved}
		return e, false
	})
}

// credit returns a credit by its uid.
func (m *merging) credit(uid string) (c Credit) {
	if r := m.all[creditID(uid)]; r != nil {
		c = r.Value.(Credit)
	}
	return c
}

// name names a credit for people.
func (v Credit) name() string { return fmt.Sprintf("%q (%s)", v.Title, v.Date) }

// trimAllocations lowers what is allocated to what its credit has: what was
// allocated by hand stays before what was automatic, and the older before the
// newer. What was allocated by hand and cannot stay is told.
func (m *merging) trimAllocations() {
	all := m.records(AllocationKind)
	elsewhere := map[ID]bool{} // in a cycle that is there, by what it would be in none
	for _, r := range all {
		if a := r.Value.(Allocation); m.all[a.CycleID()] != nil {
			elsewhere[a.inNoCycle()] = true
		}
	}
	slices.SortStableFunc(all, func(a, b *Record) int {
		x, y := a.Value.(Allocation), b.Value.(Allocation)
		return cmp.Or(-strings.Compare(string(x.By), string(y.By)), strings.Compare(a.Changed, b.Changed)) // "hand" is after "auto"
	})
	spent := map[[2]string]ledger.Points{}
	for _, r := range all {
		a := r.Value.(Allocation)
		c, at := m.credit(a.Credit), [2]string{a.Credit, a.Credential}
		left, why := min(a.Points, c.Points-spent[at]), fmt.Sprintf("the credit has %s", c.Points)
		gone := m.all[a.CycleID()] == nil
		switch {
		case c.Removed:
			left, why = 0, "the credit was removed"
		case gone:
			left, why = 0, fmt.Sprintf("the cycle to %s is gone", a.Cycle)
		}
		if left < a.Points && a.By == ledger.ByHand && !(gone && elsewhere[a.inNoCycle()]) {
			m.tell("Your allocation of %s from %s to %s of %s is now %s: %s.", a.Points, c.name(), a.Requirement, a.Credential, left, why)
		}
		spent[at] += left
		if a.Points = left; left == 0 {
			delete(m.all, r.ID)
		}
		r.Value = a
	}
}

// inNoCycle names an allocation by all but its cycle.
func (v Allocation) inNoCycle() ID {
	v.Cycle = 0
	return v.id()
}

// chooseAutomatic takes automatic allocations from the side that changed or
// declared their cycle last, else from ours. Those of an open cycle are made anew.
func (m *merging) chooseAutomatic() {
	each(m, func(r *Record, a Allocation) (Allocation, bool) {
		if a.By == ledger.ByHand {
			return a, true
		}
		cycle, from := a.CycleID(), m.ours
		newest := func(l Ledger) (stamp string) {
			for _, id := range []ID{cycle, {DeclarationKind, cycle.Key}} {
				if of := l.Records[id]; of != nil {
					stamp = max(stamp, of.Changed)
				}
			}
			return stamp
		}
		if m.ours.Records[cycle] == nil || newest(m.theirs) > newest(m.ours) {
			from = m.theirs
		}
		if from.Records[r.ID] == nil {
			return a, false
		}
		return from.Records[r.ID].Value.(Allocation), true
	})
}
