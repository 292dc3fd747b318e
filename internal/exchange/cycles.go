package exchange

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// A renaming has, for the uid of a cycle, that of the one which it is too.
type renaming map[string]string

// apply names a record, and all cycles in its value, as the renaming has it.
func (r renaming) apply(id ID, value string) (ID, string) {
	if len(r) == 0 {
		return id, value
	}
	switch id.Kind {
	case CycleKind, DeclarationKind:
		if to, ok := r[id.Key]; ok {
			id.Key = to
		}
	case AllocationsKind:
		if !slices.ContainsFunc(slices.Collect(maps.Keys(r)), func(uid string) bool { return strings.Contains(value, uid) }) {
			return id, value
		}
		v, err := tryDecode[Allocations](value)
		if err != nil {
			return id, value // the log may hold anything
		}
		for i, a := range v.Allocations {
			if to, ok := r[a.Cycle]; ok {
				v.Allocations[i].Cycle = to
			}
		}
		value = mustMake(id, v).Value
	}
	return id, value
}

// A span is the days of a cycle of a credential, both included; none where it
// has none.
type span struct {
	credential  string
	first, last ledger.Date
}

// overlap returns how many days two spans share. Two without days are one.
func (s span) overlap(other span) int {
	switch {
	case s.credential != other.credential || (s.last == 0) != (other.last == 0):
		return 0
	case s.last == 0:
		return 1
	}
	return max(int(min(s.last, other.last)-max(s.first, other.first))+1, 0)
}

// sameCycles finds the cycles that were made several times though they are one:
// of one credential and, at any time, with days in common. They get the
// smallest of their uids. Those that one ledger has side by side, or that one
// entry changed, are different ones.
func sameCycles(ours, theirs Ledger, log map[string]Entry) renaming {
	k := &kinship{last: map[string]touch{}, spans: map[string][]span{}, apart: map[[2]string]bool{}, present: map[string]bool{}}
	for _, e := range log {
		k.read(e)
	}
	for _, l := range []Ledger{ours, theirs} {
		var present []string
		for _, r := range l.Records {
			if r.Kind == CycleKind {
				present = append(present, r.Key)
				k.present[r.Key] = true
				k.see(r.Key, r.Value)
			}
		}
		k.tellApart(present)
	}
	k.findKept(ours)
	k.findKept(theirs)
	return k.names()
}

// A kinship is what is known of cycles.
type kinship struct {
	last    map[string]touch  // of the log
	spans   map[string][]span // that each had at any time
	apart   map[[2]string]bool
	present map[string]bool
	kept    map[string]bool // by a ledger that knows that they were removed
}

// read takes in what an entry says of cycles.
func (k *kinship) read(e Entry) {
	var changed []string
	for _, c := range e.Changes {
		if c.Kind != CycleKind {
			continue
		}
		changed = append(changed, c.Key)
		if k.last[c.Key].earlier(&e) {
			k.last[c.Key] = touch{&e, c.Before, c.After}
		}
		k.see(c.Key, c.After)
	}
	k.tellApart(changed)
}

// see takes in that a cycle had a value.
func (k *kinship) see(uid, value string) {
	if s, ok := spanIn(value); ok && !slices.Contains(k.spans[uid], s) {
		k.spans[uid] = append(k.spans[uid], s)
	}
}

func spanIn(value string) (span, bool) {
	if value == "" {
		return span{}, false
	}
	c, err := tryDecode[Cycle](value)
	return span{c.Credential, c.First, c.Last}, err == nil
}

func (k *kinship) tellApart(uids []string) {
	for _, x := range uids {
		for _, y := range uids {
			if x != y {
				k.apart[[2]string{x, y}] = true
			}
		}
	}
}

// findKept finds cycles that were removed and that a merge brought back.
func (k *kinship) findKept(l Ledger) {
	if k.kept == nil {
		k.kept = map[string]bool{}
	}
	known := map[string]bool{}
	for _, e := range l.Log {
		known[e.UID] = true
	}
	for _, r := range l.Records {
		if r.Kind == CycleKind && known[k.last[r.Key].uid()] {
			k.kept[r.Key] = true
		}
	}
}

// gone reports whether the last entry about a cycle removed it.
func (k *kinship) gone(uid string) bool {
	t := k.last[uid]
	return t.entry != nil && t.after == "" && !k.kept[uid]
}

// A likeness is how much two cycles are alike: the days that they share as the
// last entries left them, and the most that they shared at any time.
type likeness struct {
	x, y      string
	now, ever int
}

func (k *kinship) likeness(x, y string) likeness {
	l := likeness{x: x, y: y}
	for _, a := range k.spans[x] {
		for _, b := range k.spans[y] {
			l.ever = max(l.ever, a.overlap(b))
		}
	}
	a, okA := spanIn(k.last[x].after)
	b, okB := spanIn(k.last[y].after)
	if okA && okB {
		l.now = a.overlap(b)
	}
	return l
}

// likenesses returns all that there are, the greatest first.
func (k *kinship) likenesses() []likeness {
	var all []likeness
	uids := slices.Sorted(maps.Keys(k.spans))
	uids = slices.DeleteFunc(uids, k.gone)
	for i, x := range uids {
		for _, y := range uids[i+1:] {
			if l := k.likeness(x, y); l.ever > 0 {
				all = append(all, l)
			}
		}
	}
	sorted.By(all, func(a, b likeness) int { return cmp.Or(cmp.Compare(b.now, a.now), cmp.Compare(b.ever, a.ever)) })
	return all
}

// names returns the names of cycles that have several.
func (k *kinship) names() renaming {
	families := map[string][]string{}
	family := func(uid string) []string {
		if families[uid] == nil {
			families[uid] = []string{uid}
		}
		return families[uid]
	}
	for _, l := range k.likenesses() {
		xs, ys := family(l.x), family(l.y)
		if slices.Contains(xs, l.y) || k.anyApart(xs, ys) {
			continue
		}
		all := slices.Concat(xs, ys)
		for _, uid := range all {
			families[uid] = all
		}
	}
	same := renaming{}
	for uid, all := range families {
		if name := k.name(all); name != uid {
			same[uid] = name
		}
	}
	return same
}

// name returns the name of a cycle that has several: the smallest that it goes
// by in a ledger.
func (k *kinship) name(uids []string) string {
	if there := slices.DeleteFunc(slices.Clone(uids), func(uid string) bool { return !k.present[uid] }); len(there) > 0 {
		uids = there
	}
	return slices.Min(uids)
}

func (k *kinship) anyApart(xs, ys []string) bool {
	for _, x := range xs {
		for _, y := range ys {
			if k.apart[[2]string{x, y}] {
				return true
			}
		}
	}
	return false
}
