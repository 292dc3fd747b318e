package exchange

import (
	"maps"
	"slices"
)

// followMerges sees to it that credits that were merged into others name those
// that are there in their place, or none where there is none. Where credits
// were merged into one another, on either side the other way round, the one
// with the smallest uid comes back.
func (m *merging) followMerges() {
	into := map[string]string{} // of merged credits
	for id, value := range m.values {
		if id.Kind == CreditKind && value != "" {
			if f := decode[fate](value); f.Into != "" {
				into[id.Key] = string(f.Into)
			}
		}
	}
	all := slices.Sorted(maps.Keys(into))
	for _, uid := range all {
		if m.values[ID{CreditKind, into[uid]}] == "" {
			delete(into, uid)
			m.setFate(uid, fate{Removed: true}, "what it was merged into is gone")
		}
	}
	for _, uid := range all { // of a loop, the smallest first
		seen := map[string]bool{uid: true}
		next := into[uid]
		for ; next != "" && !seen[next]; next = into[next] {
			seen[next] = true
		}
		if next == uid {
			delete(into, uid)
			m.setFate(uid, fate{}, "what it was merged into was merged into it")
		}
	}
	for _, uid := range all {
		end := into[uid]
		for into[end] != "" {
			end = into[end]
		}
		if end != into[uid] {
			m.setFate(uid, fate{true, OrNull(end)}, "what it was merged into was merged too")
		}
	}
}

// setFate changes what became of a credit.
func (m *merging) setFate(uid string, f fate, why string) {
	id := ID{CreditKind, uid}
	c := decode[Credit](m.values[id])
	c.Removed, c.MergedInto = f.Removed, f.Into
	m.set(id, mustMake(id, c).Value, "%s", why)
}

// moveEvidence gives evidence of a credit that was merged into another one to
// that one, unless it has the same content. What a side left with a credit that
// it knows to be merged stays there.
func (m *merging) moveEvidence() {
	has := map[[2]string]bool{}
	for _, id := range m.of(EvidenceKind) {
		e := decode[Evidence](m.values[id])
		has[[2]string{e.Credit, e.SHA256}] = true
	}
	for _, id := range m.of(EvidenceKind) {
		e := decode[Evidence](m.values[id])
		credit := ID{CreditKind, e.Credit}
		if m.values[credit] == "" || m.left(id, credit) {
			continue
		}
		into := string(decode[fate](m.values[credit]).Into)
		if pair := [2]string{into, e.SHA256}; into != "" && !has[pair] {
			has[pair] = true
			e.Credit = into
			m.set(id, mustValue(e), "its credit was merged into that one")
		}
	}
}

// left reports whether a side has evidence as it is merged, and knows what its
// credit was merged into.
func (m *merging) left(evidence, credit ID) bool {
	for _, s := range []*side{m.ours, m.theirs} {
		if value := s.values[credit]; s.values[evidence] == m.values[evidence] && value != "" &&
			decode[fate](value).Into == decode[fate](m.values[credit]).Into {
			return true
		}
	}
	return false
}
