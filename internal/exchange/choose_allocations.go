package exchange

import "slices"

// declaredByOne returns the sides of cycles that one side alone declared, and
// that stay declared.
func (m *merging) declaredByOne() map[string]*side {
	by := map[string]*side{}
	for id, value := range m.values {
		if id.Kind != DeclarationKind || value == "" || !m.hasCycle(id.Key) {
			continue
		}
		switch ours, theirs := m.ours.values[id], m.theirs.values[id]; {
		case theirs == "":
			by[id.Key] = m.ours
		case ours == "":
			by[id.Key] = m.theirs
		}
	}
	return by
}

// hasCycle reports whether a cycle and its credential are there.
func (m *merging) hasCycle(uid string) bool {
	value := m.values[ID{CycleKind, uid}]
	return value != "" && m.values[ID{CredentialKind, decode[Cycle](value).Credential}] != ""
}

// chooseAllocations returns what allocations are to be. Those in a cycle that
// one side alone declared are as that side has them: the other one did not know
// that they were declared.
func (m *merging) chooseAllocations(id ID, declared map[string]*side) string {
	var cycles []string // that were declared by one
	for _, s := range []*side{m.ours, m.theirs} {
		for _, a := range allocationsIn(s.values[id]) {
			if declared[a.Cycle] != nil && !slices.Contains(cycles, a.Cycle) {
				cycles = append(cycles, a.Cycle)
			}
		}
	}
	credit := ID{CreditKind, CreditOf(id)}
	if len(cycles) == 0 || m.ahead != nil || !alive(credit, m.values[credit]) {
		return m.choose(id)
	}
	slices.Sort(cycles)
	all := allocationsIn(m.choosePart(id, partOf(id, func(cycle string) bool { return !slices.Contains(cycles, cycle) })))
	for _, cycle := range cycles {
		part := partOf(id, func(c string) bool { return c == cycle })
		by := declared[cycle]
		all = append(all, allocationsIn(part(by.values[id]))...)
		m.tellDeclared(id, by, part)
	}
	return allocationsValue(id, all)
}

// tellDeclared notes a conflict where the side that did not declare a cycle
// changed allocations in it.
func (m *merging) tellDeclared(id ID, by *side, part func(string) string) {
	other := m.ours
	if by == m.ours {
		other = m.theirs
	}
	theirs := other.changeOf(id, part)
	if theirs.entry == nil || part(by.values[id]) == part(other.values[id]) {
		return
	}
	version := func(s *side, t touch) Version { return Version{part(s.values[id]), t.uid(), at(t)} }
	kept, lost := version(by, by.last[id]), version(other, theirs)
	c := Conflict{ID: id, Ours: kept, Theirs: lost, Kept: kept}
	if other == m.ours {
		c.Ours, c.Theirs = lost, kept
	}
	m.report.Conflicts = append(m.report.Conflicts, c)
}

// partOf returns what keeps of a value of allocations those in wanted cycles.
// What is no such value, for the log may hold anything, stays as it is.
func partOf(id ID, wanted func(cycle string) bool) func(string) string {
	return func(value string) string {
		v, err := tryDecode[Allocations](value)
		if err != nil {
			return value
		}
		return allocationsValue(id, slices.DeleteFunc(v.Allocations, func(a Allocation) bool { return !wanted(a.Cycle) }))
	}
}

// allocationsIn returns the allocations in the value of a record.
func allocationsIn(value string) []Allocation {
	if value == "" {
		return nil
	}
	return decode[Allocations](value).Allocations
}

// allocationsValue returns the value of allocations, "" of none.
func allocationsValue(id ID, all []Allocation) string {
	if len(all) == 0 {
		return ""
	}
	return mustMake(id, Allocations{all}).Value
}
