package pairing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
)

// A book is a ledger as pairing sees it.
type book struct{ slots []ledger.Known }

func (b *book) importRows(rows []ledger.Credit) {
	for i, at := range pairing.Match(rows, slices.Clone(b.slots)) {
		if at < 0 {
			c := rows[i]
			c.ID, c.Import = int64(len(b.slots)+1), 1
			b.slots = append(b.slots, ledger.Known{Credit: c})
		} else if f, news := pairing.News(rows[i], b.slots[at]); news {
			b.slots[at].Forms = append(slices.Clone(b.slots[at].Forms), f)
		}
	}
}

// edit changes a credit and remembers what it was: all of it, or day, title and
// points alone, as long as the file's providers and references were not read.
func (b *book) edit(t *rapid.T, i int, all bool) {
	k := &b.slots[i]
	c, now := k.Credit, anyRow().Draw(t, "edited to")
	k.Forms = append(slices.Clone(k.Forms), ledger.Form{
		Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points, Reference: c.Reference, Imported: true,
	})
	if all {
		k.Credit.Provider, k.Credit.Reference = now.Provider, now.Reference
	}
	k.Credit.Date, k.Credit.Title, k.Credit.Points = now.Date, now.Title, now.Points
}

// anyRow generates rows of which many have much in common.
func anyRow() *rapid.Generator[ledger.Credit] {
	return rapid.Custom(func(t *rapid.T) ledger.Credit {
		return ledger.Credit{
			Date:      739000 + ledger.Date(rapid.IntRange(0, 1).Draw(t, "day")),
			Title:     rapid.SampledFrom([]string{"Sepsis", " SEPSIS!", "Blood films"}).Draw(t, "title"),
			Points:    ledger.Points(rapid.SampledFrom([]int{100, 100, 150}).Draw(t, "points")),
			Provider:  rapid.SampledFrom([]string{"", "LabCE", "Labce, Inc.", "ASCP"}).Draw(t, "provider"),
			Reference: rapid.SampledFrom([]string{"", "n/a", "CE-7", "ce 7", "8", "9"}).Draw(t, "reference"),
		}
	})
}

func anyFile() *rapid.Generator[[]ledger.Credit] { return rapid.SliceOfN(anyRow(), 1, 8) }

// read returns rows as some flags or profile read them.
func read(t *rapid.T, rows []ledger.Credit) []ledger.Credit {
	provider, reference := rapid.Bool().Draw(t, "with provider"), rapid.Bool().Draw(t, "with reference")
	rows = rapid.Permutation(rows).Draw(t, "order")
	for i := range rows {
		if !provider {
			rows[i].Provider = ""
		}
		if !reference {
			rows[i].Reference = ""
		}
	}
	return rows
}

// split returns the file in the smallest parts that keep rows together that have
// day, title and points in common, or day and reference.
func split(rows []ledger.Credit) (parts [][]ledger.Credit) {
	together := func(a, b ledger.Credit) bool {
		reference := pairing.Reference(a.Reference)
		return a.Date == b.Date && (pairing.Title(a.Title) == pairing.Title(b.Title) && a.Points == b.Points ||
			reference != "" && reference == pairing.Reference(b.Reference))
	}
	for _, r := range rows {
		part := []ledger.Credit{r}
		parts = slices.DeleteFunc(parts, func(p []ledger.Credit) bool {
			joined := slices.ContainsFunc(p, func(o ledger.Credit) bool { return together(o, r) })
			if joined {
				part = append(part, p...)
			}
			return joined
		})
		parts = append(parts, part)
	}
	return parts
}

// importSome imports a file often: whole or some part of it, and all parts at
// least once, each time read otherwise.
func (b *book) importSome(t *rapid.T, file []ledger.Credit) {
	parts := split(file)
	for range rapid.IntRange(0, 5).Draw(t, "imports") {
		at := rapid.IntRange(0, len(parts)).Draw(t, "part")
		if at == len(parts) {
			b.importRows(read(t, file))
		} else {
			b.importRows(read(t, parts[at]))
		}
	}
	for _, part := range parts {
		b.importRows(read(t, part))
	}
}

// However a file is read, in whatever order, as often as one likes, it makes one
// credit of each row.
func TestEachRowIsOneCredit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := anyFile().Draw(t, "file")
		var b book
		b.importSome(t, file)
		if len(b.slots) != len(file) {
			t.Fatalf("%d rows are %d credits:\n%+v", len(file), len(b.slots), b.slots)
		}
	})
}

// What was edited, removed or merged is recognised, however the file is read
// again, and stays what it is.
func TestEditedMergedRemoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := anyFile().Draw(t, "file")
		var b book
		b.importSome(t, file)
		all := rapid.Bool().Draw(t, "everything was read")
		if all {
			b.importRows(file)
		}
		for i := range b.slots {
			switch rapid.IntRange(0, 4).Draw(t, "what happens") {
			case 0:
				b.edit(t, i, all)
			case 1:
				b.slots[i].Removed = true
			case 2:
				b.slots[i].Removed, b.slots[i].MergedInto = true, b.slots[0].Credit.ID
			}
		}
		b.importSome(t, file)
		b.importRows(read(t, file))
		if len(b.slots) != len(file) {
			t.Fatalf("%d rows are %d credits:\n%+v", len(file), len(b.slots), b.slots)
		}
	})
}

// anyBook generates ledgers of which credits were edited, removed and merged.
func anyBook() *rapid.Generator[book] {
	return rapid.Custom(func(t *rapid.T) (b book) {
		for range rapid.IntRange(0, 2).Draw(t, "files") {
			b.importRows(read(t, anyFile().Draw(t, "file of the ledger")))
		}
		for i := range b.slots {
			if rapid.Bool().Draw(t, "is edited") {
				b.edit(t, i, true)
			}
			b.slots[i].Removed = rapid.IntRange(0, 3).Draw(t, "is removed") == 0
		}
		return b
	})
}

// normal returns what rows are the same by.
func normal(c ledger.Credit) string {
	return fmt.Sprint(c.Date, c.Points, pairing.Title(c.Title), "/", pairing.Title(c.Provider), "/", pairing.Reference(c.Reference))
}

// A row has a slot or not, whatever the order of rows and of slots, and no two
// have one.
func TestMatchOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, file := anyBook().Draw(t, "ledger"), anyFile().Draw(t, "file")
		judge := func(rows []ledger.Credit, known []ledger.Known) (all []string) {
			taken := map[int]bool{}
			for i, at := range pairing.Match(rows, known) {
				if taken[at] && at >= 0 {
					t.Fatalf("slot %d is two rows", at)
				}
				taken[at] = true
				s := normal(rows[i]) + " new"
				if at >= 0 {
					s = fmt.Sprint(normal(rows[i]), " is ", normal(known[at].Credit), known[at].Removed)
				}
				all = append(all, s)
			}
			slices.Sort(all)
			return all
		}
		other := judge(rapid.Permutation(file).Draw(t, "rows"), rapid.Permutation(b.slots).Draw(t, "slots"))
		if diff := cmp.Diff(judge(file, b.slots), other); diff != "" {
			t.Fatalf("in two orders:\n%s", diff)
		}
	})
}

// No row is new while a slot could be found for each.
func TestMatchIsMaximum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, file := anyBook().Draw(t, "ledger"), rapid.SliceOfN(anyRow(), 1, 6).Draw(t, "file")
		if len(b.slots) > 8 {
			b.slots = b.slots[:8]
		}
		fits := make([][]int, len(file))
		for i := range file {
			for j := range b.slots {
				if pairing.Match(file[i:i+1], b.slots[j:j+1])[0] == 0 {
					fits[i] = append(fits[i], j)
				}
			}
		}
		var most func(row, taken int) int
		most = func(row, taken int) (best int) {
			if row == len(file) {
				return 0
			}
			best = most(row+1, taken)
			for _, j := range fits[row] {
				if taken&(1<<j) == 0 {
					best = max(best, 1+most(row+1, taken|1<<j))
				}
			}
			return best
		}
		got := 0
		for _, at := range pairing.Match(file, b.slots) {
			if at >= 0 {
				got++
			}
		}
		if want := most(0, 0); got < want {
			t.Fatalf("%d rows have a slot, and %d could", got, want)
		}
	})
}

// anyCredits generates credits that may look alike, of several imports.
func anyCredits() *rapid.Generator[[]ledger.Credit] {
	return rapid.Custom(func(t *rapid.T) []ledger.Credit {
		all := rapid.SliceOfN(anyRow(), 0, 9).Draw(t, "credits")
		for i := range all {
			c := &all[i]
			c.ID = int64(i + 1)
			c.Date += ledger.Date(rapid.SampledFrom([]int{0, 0, 6, 7, 8, 40}).Draw(t, "days"))
			c.Title += rapid.SampledFrom([]string{"", "", " part I", " part 2"}).Draw(t, "part")
			c.Import = int64(rapid.IntRange(0, 2).Draw(t, "import"))
		}
		return all
	})
}

// Groups are what is connected by looking alike, with as many pairs as it takes.
func TestGroupsAreConnected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		credits, apart := anyCredits().Draw(t, "credits"), pairing.Apart{}
		if len(credits) > 2 && rapid.Bool().Draw(t, "two are apart") {
			apart.Keep(2, 1)
		}
		of := make([]int, len(credits))
		for i := range of {
			of[i] = i
		}
		for range credits {
			for i, a := range credits {
				for j, b := range credits {
					if i != j && looksAlike(a, b, credits) && (a.Import == 0 || a.Import != b.Import) && !apart.Kept(a.ID, b.ID) {
						of[i] = min(of[i], of[j])
					}
				}
			}
		}
		var want, got [][]int64
		for i := range credits {
			var ids []int64
			for j, c := range credits {
				if of[j] == i {
					ids = append(ids, c.ID)
				}
			}
			if len(ids) > 1 {
				want = append(want, ids)
			}
		}
		for _, g := range pairing.Groups(credits, apart) {
			var ids []int64
			for _, c := range g.Credits {
				ids = append(ids, c.ID)
			}
			got = append(got, ids)
			if len(g.Pairs) != len(g.Credits)-1 {
				t.Fatalf("%d pairs connect %v", len(g.Pairs), ids)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("groups (-want +got):\n%s", diff)
		}
	})
}

// looksAlike is the sentence of the contract, word by word.
func looksAlike(a, b ledger.Credit, all []ledger.Credit) bool {
	x, y := pairing.Reference(a.Reference), pairing.Reference(b.Reference)
	titles, days := pairing.Similar(a.Title, b.Title), max(a.Date-b.Date, b.Date-a.Date)
	series := map[ledger.Date]bool{}
	for _, c := range all {
		if pairing.Title(c.Title) == pairing.Title(a.Title) && c.Points == a.Points {
			series[c.Date] = true
		}
	}
	switch {
	case x != "" && y != "" && x != y:
		return false
	case len(series) >= 3 && days > 0 && pairing.Title(a.Title) == pairing.Title(b.Title) && a.Points == b.Points:
		return false
	}
	return x != "" && x == y || titles && days == 0 || titles && a.Points == b.Points && days <= pairing.NearDays
}

// To swap rows and credits swaps what is only on one side, and leaves the pairs;
// every row and credit is somewhere, once.
func TestReconcileIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, credits := anyCredits().Draw(t, "rows"), anyCredits().Draw(t, "credits")
		texts := func(of []ledger.Credit, some []int) (all []string) {
			for _, i := range some {
				all = append(all, normal(of[i]))
			}
			slices.Sort(all)
			return all
		}
		pairs := func(r pairing.Reconciliation, rows, credits []ledger.Credit) (all []string) {
			for _, p := range slices.Concat(r.Both, r.Different) {
				two := []string{normal(rows[p.Row]), normal(credits[p.Credit])}
				slices.Sort(two)
				all = append(all, strings.Join(two, " = ")+fmt.Sprint(p.Fields))
			}
			slices.Sort(all)
			return all
		}
		one, back := pairing.Reconcile(rows, credits), pairing.Reconcile(credits, rows)
		if n := len(one.Both) + len(one.Different); n+len(one.OnlyThere) != len(rows) || n+len(one.OnlyHere) != len(credits) {
			t.Fatalf("something is lost: %+v", one)
		}
		if diff := cmp.Diff(pairs(one, rows, credits), pairs(back, credits, rows)); diff != "" {
			t.Fatalf("pairs:\n%s", diff)
		}
		if diff := cmp.Diff(texts(rows, one.OnlyThere), texts(rows, back.OnlyHere)); diff != "" {
			t.Fatalf("only there:\n%s", diff)
		}
	})
}
