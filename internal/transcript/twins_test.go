package transcript_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestTwins(t *testing.T) {
	c := func(uid, title string, from int64) ledger.Credit {
		return ledger.Credit{UID: uid, Date: 739000, Title: title, Points: 100, Import: from}
	}
	tests := []struct {
		name    string
		credits []ledger.Credit
		want    string // kept and other of each pair
	}{
		{"none", nil, ""},
		{"one way", []ledger.Credit{c("a", "A", 1), c("b", "A", 1)}, ""},
		{"two imports", []ledger.Credit{c("b", "A", 1), c("a", " a", 2)}, "a-b"},
		{"by hand and imported", []ledger.Credit{c("a", "A", 0), c("b", "A", 2)}, "a-b"},
		{"twice by hand", []ledger.Credit{c("a", "A", 0), c("b", "A", 0)}, ""},
		{"another activity", []ledger.Credit{c("a", "A", 1), c("b", "B", 2)}, ""},
		{"the way that has most is kept", []ledger.Credit{c("a", "A", 1), c("b", "A", 2), c("c", "A", 2)}, "b-a"},
		{"three ways", []ledger.Credit{c("c", "A", 1), c("b", "A", 2), c("a", "A", 3)}, "a-b a-c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, pairs(transcript.Twins(tt.credits))); diff != "" {
				t.Errorf("Twins (-want +got):\n%s", diff)
			}
		})
	}
}

func pairs(all [][2]ledger.Credit) string {
	var words []string
	for _, p := range all {
		words = append(words, p[0].UID+"-"+p[1].UID)
	}
	return strings.Join(words, " ")
}

// What is left once twins are merged has none, each identity as often as the
// way that has it most often, and the order of credits does not matter.
func TestTwinsLeave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var credits []ledger.Credit
		most, ways := map[string]int{}, map[string]int{}
		for i := range rapid.IntRange(0, 12).Draw(t, "n") {
			c := ledger.Credit{
				UID: fmt.Sprintf("%02d", i), Date: 739000, Points: 100,
				Title:  rapid.SampledFrom([]string{"A", "B"}).Draw(t, "title"),
				Import: rapid.Int64Range(0, 3).Draw(t, "import"),
			}
			credits = append(credits, c)
			way := fmt.Sprint(c.Identity(), c.Import)
			ways[way]++
			most[c.Identity()] = max(most[c.Identity()], ways[way])
		}
		twins := transcript.Twins(credits)
		if diff := cmp.Diff(pairs(twins), pairs(transcript.Twins(rapid.Permutation(credits).Draw(t, "order")))); diff != "" {
			t.Fatalf("in another order (-one +other):\n%s", diff)
		}
		gone := map[string]bool{}
		for _, p := range twins {
			if gone[p[0].UID] || gone[p[1].UID] {
				t.Fatalf("%s is gone before it is merged", pairs(twins))
			}
			gone[p[1].UID] = true
		}
		left := slices.DeleteFunc(slices.Clone(credits), func(c ledger.Credit) bool { return gone[c.UID] })
		if again := transcript.Twins(left); len(again) > 0 {
			t.Fatalf("twins are left: %s", pairs(again))
		}
		if diff := cmp.Diff(most, counts(left)); diff != "" {
			t.Fatalf("left (-most +got):\n%s", diff)
		}
	})
}
