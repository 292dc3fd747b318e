package exchange

import (
	"maps"
	"slices"
)

// chooseAll chooses what every record is to be: first credentials and credits,
// since these decide about what is of them; allocations after declarations,
// which decide about them.
func (m *merging) chooseAll() {
	m.chooseKinds(m.choose, CredentialKind, CreditKind)
	m.followMerges()
	m.bringBack()
	m.chooseKinds(m.choose, CycleKind, DeclarationKind, ImportKind, EvidenceKind, CourseKind)
	declared := m.declaredByOne()
	m.chooseKinds(func(id ID) string { return m.chooseAllocations(id, declared) }, AllocationsKind)
}

// chooseKinds chooses the records of some kinds.
func (m *merging) chooseKinds(choose func(ID) string, kinds ...Kind) {
	for _, s := range []*side{m.ours, m.theirs} {
		for id := range s.values {
			if _, done := m.values[id]; !done && slices.Contains(kinds, id.Kind) {
				m.values[id] = choose(id)
			}
		}
	}
}

// choose returns what a record is to be.
func (m *merging) choose(id ID) string { return m.choosePart(id, whole) }

// choosePart is choose for a part of the values alone.
func (m *merging) choosePart(id ID, part func(string) string) string {
	ours, theirs := part(m.ours.values[id]), part(m.theirs.values[id])
	ourLast, theirLast := m.ours.last[id], m.theirs.last[id]
	logged := ourLast.entry != nil || theirLast.entry != nil
	switch {
	case ours == theirs:
		return ours
	case m.ahead != nil && logged:
		return part(m.ahead.values[id])
	}
	ourChange, theirChange := m.changes(id, part)
	ourNews, theirNews := m.ours.news[id].last, m.theirs.news[id].last
	switch {
	case ourChange.entry != nil && theirChange.entry != nil:
		return m.conflict(id, Version{Value: ours}, Version{Value: theirs}, ourChange, theirChange)
	case ourChange.entry != nil || theirChange.entry == nil && ourNews.entry != nil && theirNews.entry == nil:
		return ours
	case theirChange.entry != nil || theirNews.entry != nil && ourNews.entry == nil:
		return theirs
	case ourNews.entry != nil: // both changed it back, but to what is not the same
		return m.conflict(id, Version{Value: ours}, Version{Value: theirs}, ourNews, theirNews)
	}
	return m.again(id, ours, theirs, part(ourLast.after), ourLast)
}

// changes returns by which entries each side changed a record. Where the
// question is whether it is there, what changed of it counts too. A credit that
// was merged into another one does not come back for its evidence, which goes
// along.
func (m *merging) changes(id ID, part func(string) string) (ours, theirs touch) {
	ours, theirs = m.ours.changeOf(id, part), m.theirs.changeOf(id, part)
	if id.Kind != CredentialKind && id.Kind != CreditKind {
		return ours, theirs
	}
	a, b := m.ours.values[id], m.theirs.values[id]
	switch here, there := alive(id, a), alive(id, b); {
	case here && !there && !merged(id, b):
		ours = later(ours, m.ours.below[id])
	case there && !here && !merged(id, a):
		theirs = later(theirs, m.theirs.below[id])
	}
	return ours, theirs
}

// merged reports whether a credit was merged into another one.
func merged(id ID, value string) bool {
	return id.Kind == CreditKind && value != "" && decode[fate](value).Into != ""
}

// later returns the later of two touches.
func later(a, b touch) touch {
	if b.entry != nil && a.earlier(b.entry) {
		return b
	}
	return a
}

// again returns what a record is to be of which neither side knows what the
// other one does not; after is as the last entry left it. A credential or a
// credit that is there though that entry removed it is there on purpose.
func (m *merging) again(id ID, ours, theirs, after string, last touch) string {
	switch owner := id.Kind == CredentialKind || id.Kind == CreditKind; {
	case owner && !alive(id, after) && alive(id, ours) && !alive(id, theirs):
		return ours
	case owner && !alive(id, after) && alive(id, theirs) && !alive(id, ours):
		return theirs
	case last.entry != nil && (ours == after || theirs == after):
		return after
	case ours == "" || theirs == "" || id.Kind.repaired():
		return max(ours, theirs)
	}
	// Another program changed it.
	c := Conflict{ID: id, Ours: Version{ours, last.uid(), at(last)}, Theirs: Version{theirs, last.uid(), at(last)}}
	c.Kept = c.Theirs
	if ours > theirs {
		c.Kept = c.Ours
	}
	m.report.Conflicts = append(m.report.Conflicts, c)
	return c.Kept.Value
}

// repaired reports whether merging may change records of the kind, and not
// only drop them.
func (k Kind) repaired() bool { return k != DeclarationKind && k != ImportKind && k != CourseKind }

// conflict notes a conflict of the values, which entries made so, and returns
// what is kept: the later.
func (m *merging) conflict(id ID, ours, theirs Version, ourEntry, theirEntry touch) string {
	ours.Entry, ours.At = ourEntry.uid(), at(ourEntry)
	theirs.Entry, theirs.At = theirEntry.uid(), at(theirEntry)
	c := Conflict{ID: id, Ours: ours, Theirs: theirs, Kept: theirs}
	if theirEntry.earlier(ourEntry.entry) {
		c.Kept = ours
	}
	m.report.Conflicts = append(m.report.Conflicts, c)
	return c.Kept.Value
}

func at(t touch) string {
	if t.entry == nil {
		return ""
	}
	return t.entry.At
}

// bringBack gives the sides what they removed along with a credential or a
// credit that is there all the same.
func (m *merging) bringBack() {
	ours, theirs := m.removedWith(m.ours, m.theirs), m.removedWith(m.theirs, m.ours)
	maps.Copy(m.ours.values, ours)
	maps.Copy(m.theirs.values, theirs)
}

// removedWith returns what a side removed along with what is there all the same:
// as it was before or, where the other side knows of the removal, as that has it.
func (m *merging) removedWith(s, other *side) map[ID]string {
	survived := m.survivors(s, other)
	if len(survived) == 0 {
		return nil
	}
	all := map[ID]string{}
	for id, last := range s.last {
		of := survived[last.uid()]
		if of == nil || s.values[id] != "" || last.after != "" {
			continue
		}
		value := other.values[id]
		if !other.known[last.uid()] {
			value, _ = restored(id, last.before)
		}
		if value != "" && slices.ContainsFunc(m.ownersOf(s, id, value), func(owner ID) bool { return of[owner] }) {
			all[id] = value
		}
	}
	return all
}

// survivors returns the credentials and credits that are there though a side
// removed them, by the entry that did. One that the side itself had made, and
// the other one by itself too, did not survive anything.
func (m *merging) survivors(s, other *side) map[string]map[ID]bool {
	if m.ahead != nil {
		return nil
	}
	all := map[string]map[ID]bool{}
	for id, value := range m.values {
		last := s.last[id]
		if last.entry == nil || !alive(id, value) || alive(id, s.values[id]) ||
			!other.known[last.uid()] && s.change(id).entry == nil {
			continue
		}
		if all[last.uid()] == nil {
			all[last.uid()] = map[ID]bool{}
		}
		all[last.uid()][id] = true
	}
	return all
}

// restored returns a value of the log as that of a record, if it is one: the
// log may hold anything.
func restored(id ID, value string) (string, bool) {
	if len(value) < 2 {
		return "", false
	}
	r, err := readRecord(id.Kind, []byte(head(id)+value[1:]))
	return r.Value, err == nil && r.ID == id
}

// ownersOf returns the credential and the credit that a record is of.
func (m *merging) ownersOf(s *side, id ID, value string) []ID {
	switch id.Kind {
	case CycleKind, EvidenceKind:
		return []ID{ownerOf(id, value)}
	case AllocationsKind:
		credit, credential := splitAllocations(id)
		return []ID{{CreditKind, credit}, {CredentialKind, credential}}
	case DeclarationKind:
		cycle := ID{CycleKind, id.Key}
		for _, value := range []string{s.values[cycle], s.last[cycle].before, s.last[cycle].after} {
			if c, err := tryDecode[Cycle](value); err == nil {
				return []ID{{CredentialKind, c.Credential}}
			}
		}
	}
	return nil
}
