package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// settle makes the records of two ledgers fit together. What is given up for it
// is told.
func (m *merging) settle() {
	m.dropGone()
	m.keepDeclared()
	m.dropLoose(CycleKind, DeclarationKind)
	m.openLast()
	m.settleRemovals()
	m.unmerge()
	m.settleAliases()
	m.followMerged()
	m.dropAutomatic()
	m.dropAllocations()
	m.trim()
	m.dropLoose(EvidenceKind, ApartKind)
}

func (m *merging) tell(format string, args ...any) {
	m.report.Told = append(m.report.Told, fmt.Sprintf(format, args...))
}

// each calls fn for the records of a type, in the order of their keys; what fn
// returns takes the place of the value, and false drops the record.
func each[V Value](m *merging, fn func(r *Record, v V) (V, bool)) {
	var zero V
	for _, r := range sortedRecords(m.all, zero.id().Kind) {
		v, keep := fn(r, r.Value.(V))
		if r.Value = v; !keep {
			delete(m.all, r.ID)
		}
	}
}

func sortedRecords(all map[ID]*Record, kind Kind) (records []*Record) {
	for id, r := range all {
		if id.Kind == kind {
			records = append(records, r)
		}
	}
	slices.SortStableFunc(records, func(a, b *Record) int { return strings.Compare(a.Key, b.Key) })
	return records
}

// dropGone drops records that were deleted later than they were changed. A
// credential stays where a cycle or declaration of it is newer.
func (m *merging) dropGone() {
	newest := map[string]string{}
	for _, r := range m.all {
		if r.Kind == CycleKind || r.Kind == DeclarationKind {
			name, _, _ := strings.Cut(r.Key, " ")
			newest[name] = max(newest[name], r.Changed)
		}
	}
	each(m, func(r *Record, g Gone) (Gone, bool) {
		at := m.all[ID(g)]
		switch {
		case g.Kind == CreditKind || g.Kind == RestoredKind || at == nil:
			return g, true
		case at.Changed > r.Changed, g.Kind == CredentialKind && newest[g.Key] > r.Changed:
			return g, false
		}
		delete(m.all, at.ID)
		return g, true
	})
}

// keepDeclared brings back the cycle of a declaration: nobody loses what was
// declared because its cycle got other days elsewhere.
func (m *merging) keepDeclared() {
	each(m, func(_ *Record, d Declaration) (Declaration, bool) {
		id := d.CycleID()
		if m.all[id] != nil || m.all[ID{CredentialKind, d.Credential}] == nil {
			return d, true
		}
		m.all[id] = or(m.ours[id], m.theirs[id])
		delete(m.all, Gone{CycleKind, id.Key}.id())
		m.tell("The cycle of %s to %s was changed on one side and declared on the other; it stays beside the changed one.", d.Credential, d.Cycle)
		return d, true
	})
}

// dropLoose drops records of these kinds that need one which is gone.
func (m *merging) dropLoose(kinds ...Kind) {
	for _, kind := range kinds {
		for _, r := range sortedRecords(m.all, kind) {
			for _, of := range r.Value.refs() {
				if m.all[of] == nil && of.Kind != contentKind {
					delete(m.all, r.ID)
				}
			}
		}
	}
}

// openLast leaves the last cycle of each credential open, and no other one. A
// cycle without days gives way to any other.
func (m *merging) openLast() {
	cycles := map[string][]*Record{} // by credential, in the order of their last days
	for _, r := range sortedRecords(m.all, CycleKind) {
		name := r.Value.(Cycle).Credential
		cycles[name] = append(cycles[name], r)
	}
	each(m, func(_ *Record, c Credential) (Credential, bool) {
		all := cycles[c.Name]
		if len(all) == 0 {
			m.tell("%s has no cycle left and was removed: cmp credential add adds it anew.", c.Name)
			return c, false
		}
		if first := all[0]; first.Value.(Cycle).Last == 0 {
			if len(all) == 1 {
				c.Voluntary = true
				return c, true
			}
			delete(m.all, first.ID)
			all = all[1:]
		}
		open := 0
		for _, r := range all {
			if !r.Value.(Cycle).Closed {
				open++
			}
		}
		for i, r := range all {
			if v := r.Value.(Cycle); open != 1 {
				v.Closed = i < len(all)-1
				r.Value = v
			}
		}
		if open > 1 {
			m.tell("%s had two open cycles; the one to %s stays open.", c.Name, all[len(all)-1].Value.(Cycle).Last)
		}
		return c, true
	})
}

// settleRemovals removes the credits that one side removed and nobody brought
// back. What the later removal made them one with counts.
func (m *merging) settleRemovals() {
	each(m, func(r *Record, c Credit) (Credit, bool) {
		removed, restored := Gone{CreditKind, c.UID}.id(), Gone{RestoredKind, c.UID}.id()
		c.Removed = m.all[removed] != nil && (m.all[restored] == nil || m.all[removed].Changed > m.all[restored].Changed)
		c.MergedInto = ""
		for _, side := range []map[ID]*Record{m.ours, m.theirs} {
			if was := side[r.ID]; c.Removed && was != nil && side[removed] != nil && side[removed].Changed == m.all[removed].Changed {
				c.MergedInto = max(c.MergedInto, was.Value.(Credit).MergedInto)
			}
		}
		return c, true
	})
}

// unmerge makes that credits which were merged lead to one that was not. Where
// each side merged two credits the other way round, the one that was removed
// first is there again.
func (m *merging) unmerge() {
	each(m, func(_ *Record, c Credit) (Credit, bool) {
		ring := m.ring(c)
		if len(ring) > 0 && slices.MinFunc(ring, m.compareRemovals) == c.UID {
			removed, restored := Gone{CreditKind, c.UID}.id(), Gone{RestoredKind, c.UID}
			m.all[restored.id()] = &Record{restored.id(), m.all[removed].Changed, nil, restored}
			c.MergedInto, c.Removed = "", false
			m.tell("%s was merged with another credit on both sides, each the other way round; it stays.", c.name())
		}
		return c, true
	})
	each(m, func(_ *Record, c Credit) (Credit, bool) {
		for into := m.credit(c.MergedInto); into.MergedInto != ""; into = m.credit(c.MergedInto) {
			c.MergedInto = into.MergedInto
		}
		return c, true
	})
}

// ring returns the credits from one that was merged to itself again, each of
// which was merged into the next, or none.
func (m *merging) ring(c Credit) []string {
	var ring []string
	for uid := c.MergedInto; uid != "" && !slices.Contains(ring, uid); uid = m.credit(uid).MergedInto {
		if ring = append(ring, uid); uid == c.UID {
			return ring
		}
	}
	return nil
}

func (m *merging) compareRemovals(a, b string) int {
	return cmp.Or(strings.Compare(m.all[Gone{CreditKind, a}.id()].Changed, m.all[Gone{CreditKind, b}.id()].Changed), strings.Compare(a, b))
}

// credit returns a credit by its uid.
func (m *merging) credit(uid string) (c Credit) {
	if r := m.all[ID{CreditKind, uid}]; r != nil {
		c = r.Value.(Credit)
	}
	return c
}

// name names a credit for people.
func (v Credit) name() string { return fmt.Sprintf("%q (%s)", v.Title, v.Date) }

// settleAliases leaves each uid to one credit: its own, or the first.
func (m *merging) settleAliases() {
	taken := map[string]bool{}
	each(m, func(_ *Record, c Credit) (Credit, bool) {
		c.Aliases = slices.DeleteFunc(slices.Clone(c.Aliases), func(uid string) bool {
			drop := taken[uid] || m.all[ID{CreditKind, uid}] != nil
			taken[uid] = true
			return drop
		})
		return c, true
	})
}

// followMerged gives what belongs to a credit that was merged to the one that
// it was made one with.
func (m *merging) followMerged() {
	for _, r := range slices.Concat(sortedRecords(m.all, AllocationKind), sortedRecords(m.all, EvidenceKind)) {
		var v Value
		switch of := r.Value.(type) {
		case Allocation:
			into := m.credit(of.Credit).MergedInto
			if of.Credit = into; into != "" && of.By == ledger.ByHand {
				v = of
			}
		case Evidence:
			of.Credit = m.credit(of.Credit).MergedInto
			if of.Credit != "" && (m.all[of.id()] == nil || !m.stayed(r)) {
				v = of
			}
		}
		if v == nil {
			continue
		}
		delete(m.all, r.ID)
		moved := *r
		moved.ID, moved.Value = v.id(), v
		if there := m.all[moved.ID]; there == nil || moved.compare(there) > 0 {
			m.all[moved.ID] = &moved
		}
	}
}

// stayed reports whether evidence stayed with a credit when that was merged,
// since the other one had it too.
func (m *merging) stayed(r *Record) bool {
	for _, side := range []map[ID]*Record{m.ours, m.theirs} {
		of := side[creditID(r.Value.(Evidence).Credit)]
		if side[r.ID] != nil && of != nil && of.Value.(Credit).MergedInto != "" {
			return true
		}
	}
	return false
}

// dropAutomatic drops automatic allocations but for those of the side that
// declared or closed their cycle and, of an open cycle, those of ours: the
// others are made anew.
func (m *merging) dropAutomatic() {
	fixed := func(side map[ID]*Record, cycle ID) bool {
		r := side[cycle]
		return side[ID{DeclarationKind, cycle.Key}] != nil || r != nil && r.Value.(Cycle).Closed
	}
	each(m, func(r *Record, a Allocation) (Allocation, bool) {
		if m.alone || a.By != ledger.ByAuto {
			return a, true
		}
		from := m.ours
		switch ours, theirs := fixed(m.ours, a.CycleID()), fixed(m.theirs, a.CycleID()); {
		case ours && theirs:
			return a, true
		case theirs:
			from = m.theirs
		}
		if from[r.ID] == nil {
			return a, false
		}
		*r = *from[r.ID]
		return r.Value.(Allocation), true
	})
}

// dropAllocations drops what is allocated from a credit that is removed, or to
// a cycle that is gone.
func (m *merging) dropAllocations() {
	elsewhere := map[[3]string]bool{} // by credit, credential and requirement
	for _, r := range sortedRecords(m.all, AllocationKind) {
		if a := r.Value.(Allocation); m.all[a.CycleID()] != nil {
			elsewhere[[3]string{a.Credit, a.Credential, string(a.Requirement)}] = true
		}
	}
	each(m, func(_ *Record, a Allocation) (Allocation, bool) {
		c := m.credit(a.Credit)
		removed, gone := c.Removed || c.UID == "", m.all[a.CycleID()] == nil
		switch {
		case a.By != ledger.ByHand:
		case removed:
			m.tell("%s is allocated by hand no more, for %s was removed.", a.name(), c.name())
		case gone && !elsewhere[[3]string{a.Credit, a.Credential, string(a.Requirement)}]:
			m.tell("%s of %s is allocated by hand no more, for the cycle to %s is gone.", a.name(), c.name(), a.Cycle)
		}
		return a, !removed && !gone
	})
}

// name says what is allocated: "1.5 points to safety of ascp/MLS".
func (v Allocation) name() string {
	word := "points"
	if v.Points == 100 {
		word = "point"
	}
	return fmt.Sprintf("%s %s to %s of %s", v.Points, word, v.Requirement, v.Credential)
}

// trim lowers allocations to what their credits have. What was allocated by
// hand stays before what was automatic, and the older before the newer.
func (m *merging) trim() {
	all := sortedRecords(m.all, AllocationKind)
	slices.SortStableFunc(all, func(a, b *Record) int {
		x, y := a.Value.(Allocation), b.Value.(Allocation)
		return cmp.Or(-strings.Compare(string(x.By), string(y.By)), strings.Compare(a.Changed, b.Changed)) // "hand" is after "auto"
	})
	spent := map[[2]string]ledger.Points{}
	for _, r := range all {
		a := r.Value.(Allocation)
		c := m.credit(a.Credit)
		at := [2]string{a.Credit, a.Credential}
		left := min(a.Points, c.Points-spent[at])
		if spent[at] += left; left == a.Points {
			continue
		}
		if !isAuto(a) {
			m.tell("%s of %s: only %s of it is left, since the credit has %s.", a.name(), c.name(), left, c.Points)
		}
		if a.Points = left; left == 0 {
			delete(m.all, r.ID)
		}
		r.Value = a
	}
}
