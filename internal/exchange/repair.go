package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// repair makes the merged records fit together, the same on both sides, and
// again.
func (m *merging) repair() {
	m.dropCycles()
	m.partCycles()
	m.closeCycles()
	m.followCycles()
	m.dropDeclarations()
	m.giveUIDs()
	m.forgetImports()
	m.trimAllocations()
	m.moveEvidence()
	m.dropEvidence()
}

// set makes a record what it has to be, "" none, and notes it.
func (m *merging) set(id ID, value, why string, args ...any) {
	before := m.values[id]
	if before == value {
		return
	}
	if value == "" {
		delete(m.values, id)
	} else {
		m.values[id] = value
	}
	m.report.Repairs = append(m.report.Repairs, Repair{id, before, value, fmt.Sprintf(why, args...)})
}

// forgetImports sees to it that credits name no import that is gone: one side
// undid it, and the other one changed its credits.
func (m *merging) forgetImports() {
	if !m.lost(ImportKind) {
		return
	}
	for _, id := range m.of(CreditKind) {
		c := decode[Credit](m.values[id])
		if c.Import != "" && m.values[ID{ImportKind, string(c.Import)}] == "" {
			c.Import = ""
			m.set(id, mustMake(id, c).Value, "its import is gone")
		}
	}
}

// lost reports whether either side has a record of the kind that is no longer
// there.
func (m *merging) lost(kind Kind) bool {
	for _, s := range []*side{m.ours, m.theirs} {
		for id := range s.values {
			if id.Kind == kind && m.values[id] == "" {
				return true
			}
		}
	}
	return false
}

// giveUIDs sees to it that no two credentials or declarations have the same
// uid, which no cmp ever makes.
func (m *merging) giveUIDs() {
	seen := map[ID]bool{}
	unused := func(kind Kind, uid, key string) string {
		for seen[ID{kind, uid}] {
			uid += "-" + key
		}
		seen[ID{kind, uid}] = true
		return uid
	}
	const why = "another one has its uid"
	for _, id := range m.of(CredentialKind) {
		v := decode[Credential](m.values[id])
		v.UID = unused(id.Kind, v.UID, id.Key)
		m.set(id, mustValue(v), why)
	}
	for _, id := range m.of(DeclarationKind) {
		v := decode[Declaration](m.values[id])
		v.UID = unused(id.Kind, v.UID, id.Key)
		m.set(id, mustMake(id, v).Value, why)
	}
}

// trimAllocations drops allocations of what is gone, and what is beyond the
// points of a credit: automatic ones first, of these the last requirement, and
// those in declared cycles last of all.
func (m *merging) trimAllocations() {
	cycles := map[string]string{}
	for _, id := range m.of(CycleKind) {
		cycles[id.Key] = decode[Cycle](m.values[id]).Credential
	}
	for _, id := range m.of(AllocationsKind) {
		uid, credential := splitAllocations(id)
		credit, ok := m.values[ID{CreditKind, uid}]
		if !ok {
			m.set(id, "", "its credit is gone")
			continue
		}
		f := decode[struct {
			Points  Points `json:"points"`
			Removed bool   `json:"removed"`
		}](credit)
		if f.Removed {
			m.set(id, "", "its credit is removed")
			continue
		}
		v := decode[Allocations](m.values[id])
		kept := slices.DeleteFunc(slices.Clone(v.Allocations), func(a Allocation) bool { return cycles[a.Cycle] != credential })
		if len(kept) < len(v.Allocations) {
			m.setAllocations(id, kept, "its cycle is gone")
		}
		if trimmed := m.trim(kept, f.Points); len(trimmed) < len(kept) || !slices.Equal(trimmed, kept) {
			m.setAllocations(id, trimmed, "its credit has %s points", ledger.Points(f.Points))
		}
	}
}

func (m *merging) setAllocations(id ID, all []Allocation, why string, args ...any) {
	if len(all) == 0 {
		m.set(id, "", why, args...)
		return
	}
	m.set(id, mustMake(id, Allocations{all}).Value, why, args...)
}

// trim returns allocations that are within the points.
func (m *merging) trim(all []Allocation, points Points) []Allocation {
	sum := Points(0)
	for _, a := range all {
		sum += a.Points
	}
	if sum <= points {
		return all
	}
	late := func(a Allocation) int {
		if m.values[ID{DeclarationKind, a.Cycle}] == "" {
			return 0
		}
		return 1
	}
	order := slices.Clone(all)
	sorted.By(order, func(a, b Allocation) int {
		return cmp.Or(cmp.Compare(late(a), late(b)), strings.Compare(a.By, b.By), strings.Compare(b.Requirement, a.Requirement), strings.Compare(b.Cycle, a.Cycle))
	})
	for i := range order {
		less := min(order[i].Points, max(sum-points, 0))
		order[i].Points -= less
		sum -= less
	}
	return slices.DeleteFunc(order, func(a Allocation) bool { return a.Points == 0 })
}

// dropEvidence drops evidence of what is gone, and of two that are the same
// file of the same credit the one with the greater uid.
func (m *merging) dropEvidence() {
	seen := map[[2]string]bool{}
	for _, id := range m.of(EvidenceKind) { // by uid
		e := decode[Evidence](m.values[id])
		pair := [2]string{e.Credit, e.SHA256}
		switch {
		case m.values[ID{CreditKind, e.Credit}] == "":
			m.set(id, "", "its credit is gone")
		case !m.contents[e.SHA256]:
			m.set(id, "", "its content is gone")
		case seen[pair]:
			m.set(id, "", "the credit has that file already")
		}
		seen[pair] = true
	}
}
