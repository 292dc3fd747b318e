package pairing

// A forest tells which of some things are connected. It has the parent of each,
// an earlier one, or itself.
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

func (f forest) join(i, j int) {
	i, j = f.root(i), f.root(j)
	f[max(i, j)] = min(i, j)
}

// parts returns what is connected, in the order of the first of each.
func (f forest) parts() (parts [][]int) {
	at := make([]int, len(f)) // of roots in parts
	for i := range f {
		root := f.root(i)
		if root == i {
			at[i] = len(parts)
			parts = append(parts, nil)
		}
		parts[at[root]] = append(parts[at[root]], i)
	}
	return parts
}
