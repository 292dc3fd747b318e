package exchange

import (
	"maps"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
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

// A span names a cycle by what it is.
type span struct {
	credential string
	last       ledger.Date
}

// sameCycles finds the cycles that were made several times though they are one:
// of one credential and, at any time, with one last day. They get the smallest
// of their uids. Those that one ledger has side by side, or that one entry
// changed, are different ones, and so is then all that is like them.
func sameCycles(ours, theirs Ledger, log map[string]Entry) renaming {
	k := &kinship{last: map[string]touch{}, spans: map[span][]string{}, apart: map[[2]string]bool{}, parent: map[string]string{}}
	for _, e := range log {
		k.read(e)
	}
	for _, l := range []Ledger{ours, theirs} {
		var present []string
		for _, r := range l.Records {
			if r.Kind == CycleKind {
				present = append(present, r.Key)
				k.see(r.Key, r.Value)
			}
		}
		k.tellApart(present)
	}
	return k.names()
}

// A kinship is what is known of cycles.
type kinship struct {
	last   map[string]touch  // of the log
	spans  map[span][]string // cycles that had it at any time
	apart  map[[2]string]bool
	parent map[string]string
}

// read takes in what an entry says of cycles.
func (k *kinship) read(e Entry) {
	var changed []string
	for _, c := range e.Changes {
		if c.Kind != CycleKind {
			continue
		}
		changed = append(changed, c.Key)
		if k.last[c.Key].before(e) {
			k.last[c.Key] = touch{&e, c.After}
		}
		k.see(c.Key, c.After)
	}
	k.tellApart(changed)
}

// see takes in that a cycle had a value.
func (k *kinship) see(uid, value string) {
	c, err := tryDecode[Cycle](value)
	if err != nil || value == "" {
		return
	}
	s := span{c.Credential, c.Last}
	if !slices.Contains(k.spans[s], uid) {
		k.spans[s] = append(k.spans[s], uid)
	}
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

// gone reports whether the last entry about a cycle removed it.
func (k *kinship) gone(uid string) bool {
	t := k.last[uid]
	return t.entry != nil && t.after == ""
}

// root returns the one that stands for all that are like a cycle.
func (k *kinship) root(uid string) string {
	for k.parent[uid] != "" {
		uid = k.parent[uid]
	}
	return uid
}

// names returns the names of cycles that have several.
func (k *kinship) names() renaming {
	for _, uids := range k.spans {
		uids = slices.DeleteFunc(uids, k.gone)
		for i := 1; i < len(uids); i++ {
			if x, y := k.root(uids[0]), k.root(uids[i]); x != y {
				k.parent[max(x, y)] = min(x, y)
			}
		}
	}
	families := map[string][]string{}
	for uid := range k.parent {
		families[k.root(uid)] = append(families[k.root(uid)], uid)
	}
	same := renaming{}
	for root, uids := range families {
		if k.anyApart(append(uids, root)) {
			continue
		}
		for _, uid := range uids {
			same[uid] = root
		}
	}
	return same
}

func (k *kinship) anyApart(uids []string) bool {
	for _, x := range uids {
		for _, y := range uids {
			if k.apart[[2]string{x, y}] {
				return true
			}
		}
	}
	return false
}
