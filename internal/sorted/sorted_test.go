package sorted_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/sorted"
)

type record struct{ key, place int }

// By does what slices.SortStableFunc does.
func TestBy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []record
		for i, key := range rapid.SliceOf(rapid.IntRange(0, 5)).Draw(t, "keys") {
			all = append(all, record{key, i})
		}
		byKey := func(a, b record) int { return cmp.Compare(a.key, b.key) }
		want := slices.Clone(all)
		slices.SortStableFunc(want, byKey)
		sorted.By(all, byKey)
		if !slices.Equal(all, want) {
			t.Fatalf("got %v, want %v", all, want)
		}
	})
}
