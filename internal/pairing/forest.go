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
	size, at := make([]int, len(f)), make([]int, len(f)) // of roots: how many they are, and where in parts
	for i := range f {
		size[f.root(i)]++
	}
	all := make([]int, len(f))
	for i := range f {
		root := f.root(i)
		if root == i {
			at[i] = len(parts)
			parts, all = append(parts, all[:0:size[i]]), all[size[i]:]
		}
		parts[at[root]] = append(parts[at[root]], i)
	}
	return parts
}
