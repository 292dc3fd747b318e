package exchange

import (
	"cmp"
	"slices"
	"strings"

	"cmpledger/internal/sorted"
)

// dropCycles drops a cycle without its credential, and a credential without a
// cycle: one side removed them, and the other one changed either.
func (m *merging) dropCycles() {
	has := map[string]bool{}
	for _, id := range m.of(CycleKind) {
		name := decode[Cycle](m.values[id]).Credential
		if has[name] = true; m.values[ID{CredentialKind, name}] == "" {
			m.set(id, "", "its credential is gone")
		}
	}
	for _, id := range m.of(CredentialKind) {
		if !has[id.Key] {
			m.set(id, "", "its cycles are gone")
		}
	}
}

// A mergedCycle is a cycle of the merged records.
type mergedCycle struct {
	ID
	Cycle
}

// cycles returns the cycles of each credential, by their days.
func (m *merging) cycles() map[string][]mergedCycle {
	of := map[string][]mergedCycle{}
	for _, id := range m.of(CycleKind) {
		c := decode[Cycle](m.values[id])
		of[c.Credential] = append(of[c.Credential], mergedCycle{id, c})
	}
	for _, all := range of {
		sorted.By(all, func(a, b mergedCycle) int {
			return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last), strings.Compare(a.Key, b.Key))
		})
	}
	return of
}

// partCycles sees to it that no two cycles of a credential overlap. Those that
// are still two were two on one side, and the other side changed the days of
// one of them: it ends where the next one begins. Where both begin on one day
// they are one.
func (m *merging) partCycles() {
	all := m.cycles()
	for _, credential := range m.of(CredentialKind) {
		cycles := all[credential.Key]
		for i := 1; i < len(cycles); i++ {
			before, next := cycles[i-1], &cycles[i]
			switch {
			case before.First == next.First:
				next.ID = m.uniteCycles(before, *next)
			case before.Last >= next.First:
				before.Last = next.First - 1
				m.set(before.ID, mustValue(before.Cycle), "the next one begins on %s", next.First)
			}
		}
	}
}

// uniteCycles makes one cycle of two, with the days of the second and the
// smaller uid, which it returns.
func (m *merging) uniteCycles(first, second mergedCycle) ID {
	keep, drop := first.ID, second.ID
	if drop.Key < keep.Key {
		keep, drop = drop, keep
	}
	const why = "another one begins on the same day"
	m.set(drop, "", why)
	m.set(keep, mustValue(second.Cycle), why)
	m.united[drop.Key] = keep.Key
	return keep
}

// followCycles gives declarations and allocations of a cycle that became one
// with another, now or in an earlier merge, to that one.
func (m *merging) followCycles() {
	cycles := m.cycles()
	const why = "its cycle is one with another"
	for _, id := range m.of(DeclarationKind) {
		to := ID{DeclarationKind, m.standsFor(id.Key, cycles)}
		if value := m.values[id]; to != id {
			m.set(id, "", why)
			m.set(to, max(value, m.values[to]), why)
		}
	}
	for _, id := range m.of(AllocationsKind) {
		var all []Allocation
		for _, a := range allocationsIn(m.values[id]) {
			a.Cycle = m.standsFor(a.Cycle, cycles)
			if i := slices.IndexFunc(all, func(x Allocation) bool { return x.compare(a) == 0 }); i >= 0 {
				all[i].Points = max(all[i].Points, a.Points) // each may have come from one side
				continue
			}
			all = append(all, a)
		}
		m.setAllocations(id, all, why)
	}
}

// standsFor returns the uid of the cycle that one became: itself if it is there
// or was removed.
func (m *merging) standsFor(uid string, cycles map[string][]mergedCycle) string {
	id := ID{CycleKind, uid}
	if m.values[id] != "" {
		return uid
	}
	if to, ok := m.united[uid]; ok {
		return m.standsFor(to, cycles)
	}
	was, ok := spanIn(later(m.ours.last[id], m.theirs.last[id]).after)
	if !ok {
		return uid
	}
	to, most := uid, 0
	for _, c := range cycles[was.credential] {
		if n := was.overlap(span{c.Cycle.Credential, c.First, c.Last}); n > most {
			to, most = c.Key, n
		}
	}
	return to
}

// closeCycles sees to it that of each credential one cycle is open, the last.
// One without days is of a voluntary credential.
func (m *merging) closeCycles() {
	of := m.cycles()
	for _, credential := range m.of(CredentialKind) {
		cycles := of[credential.Key]
		dated := slices.ContainsFunc(cycles, func(c mergedCycle) bool { return c.Last != 0 && !c.Closed })
		rank := func(c mergedCycle) int { // one without days comes last where it alone is open
			if c.Last == 0 && !c.Closed && !dated {
				return 1
			}
			return 0
		}
		last := slices.MaxFunc(cycles, func(a, b mergedCycle) int {
			return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Last, b.Last), strings.Compare(a.Key, b.Key))
		})
		for _, c := range cycles {
			if c.Closed = c.ID != last.ID; c.Closed {
				m.set(c.ID, mustValue(c.Cycle), "a later one was opened")
			} else {
				m.set(c.ID, mustValue(c.Cycle), "it is the last one")
			}
		}
		if k := decode[Credential](m.values[credential]); last.Last == 0 && !k.Voluntary {
			k.Voluntary = true
			m.set(credential, mustValue(k), "its cycle has no days")
		}
	}
}

func (m *merging) dropDeclarations() {
	for _, id := range m.of(DeclarationKind) {
		if m.values[ID{CycleKind, id.Key}] == "" {
			m.set(id, "", "its cycle is gone")
		}
	}
}
