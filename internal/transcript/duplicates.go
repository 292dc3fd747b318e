package transcript

import (
	"cmpledger/internal/ledger"
)

// A Group is credits that may be one activity, recorded several times.
type Group struct {
	Credits []ledger.Credit // in the order given
	// Pairs are those of the group that look alike, no more than it takes to
	// connect all of them: three that are the same are the first and the second,
	// and the first and the third. The first of a pair comes first in Credits.
	Pairs [][2]ledger.Credit
}

// Duplicates returns the groups of credits that look alike, each with at least
// one other of its group: of the same date and points, with similar titles; or of
// the same reference, at most [CorrectedDays] apart, with the same points or
// similar titles. Titles are similar when one contains the other, when few
// letters differ, or when their words are the same in another order or
// abbreviated, unless their numbers differ.
//
// Groups are in the order of their first
// credits. Of very many credits of one date and worth, or of one reference,
// only those are compared whose titles begin alike; see [catalog].
func Duplicates(credits []ledger.Credit) []Group {
	c := newCatalog(credits)
	of := newForest(len(credits))
	var pairs [][2]int
	for i := range c.entries {
		for _, j := range c.near(&c.entries[i]) {
			if of.root(i) != of.root(j) && alike(&c.entries[i], &c.entries[j]) {
				of.join(i, j)
				pairs = append(pairs, [2]int{min(i, j), max(i, j)})
			}
		}
	}
	return of.groups(credits, pairs)
}

// A forest tells which of some things are connected: it has the parent of
// each, or itself.
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

// join makes the first thing the root, so that paths stay short in groups that
// are found one after another.
func (f forest) join(i, j int) {
	i, j = f.root(i), f.root(j)
	f[max(i, j)] = min(i, j)
}

// groups returns what is connected, given the pairs that connect it.
func (f forest) groups(credits []ledger.Credit, pairs [][2]int) []Group {
	connected := make([]bool, len(credits))
	for _, p := range pairs {
		connected[p[0]], connected[p[1]] = true, true
	}
	var all []Group
	at := map[int]int{} // by root
	for i, c := range credits {
		if !connected[i] {
			continue
		}
		n, found := at[f.root(i)]
		if !found {
			n = len(all)
			at[f.root(i)] = n
			all = append(all, Group{})
		}
		all[n].Credits = append(all[n].Credits, c)
	}
	for _, p := range pairs {
		g := &all[at[f.root(p[0])]]
		g.Pairs = append(g.Pairs, [2]ledger.Credit{credits[p[0]], credits[p[1]]})
	}
	return all
}
