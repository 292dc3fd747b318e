package pairing_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
)

// A book is a ledger as pairing sees it.
type book struct{ slots []ledger.Known }

// importRows imports rows but those that it holds back since they look like a credit,
// and says how much of them it added or remembered.
func (b *book) importRows(rows []ledger.Credit, hold bool) (wrote int) {
	known := slices.Clone(b.slots)
	paired := pairing.Match(rows, known)
	alike := pairing.NewAlike(rows, paired, known)
	for i, at := range paired {
		if at < 0 && hold && alike[i] >= 0 {
			continue
		}
		if at < 0 {
			c := rows[i]
			c.ID, c.Import = int64(len(b.slots)+1), 1
			b.slots = append(b.slots, ledger.Known{Credit: c})
			wrote++
		} else if f, news := pairing.News(rows[i], known[at]); news {
			b.slots[at].Forms = append(slices.Clone(b.slots[at].Forms), f)
			wrote++
		}
	}
	return wrote
}

// edit changes a credit and remembers what it was: all of it, or day, title and
// points alone, as long as the file's providers and references were not read.
func (b *book) edit(t *rapid.T, i int, all bool) {
	k, now := &b.slots[i], anyRow().Draw(t, "edited to")
	k.Forms = append(slices.Clone(k.Forms), formOf(k.Credit))
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

// importSome imports a file often, whole or some part of it, each time read
// otherwise and all parts at least once. Each row is one credit then.
func (b *book) importSome(t *rapid.T, file []ledger.Credit) {
	parts := split(file)
	for range rapid.IntRange(0, 5).Draw(t, "imports") {
		b.importRows(read(t, rapid.SampledFrom(append(parts, file)).Draw(t, "part")), false)
	}
	for _, part := range parts {
		b.importRows(read(t, part), false)
	}
	if len(b.slots) != len(file) {
		t.Fatalf("%d rows are %d credits:\n%+v", len(file), len(b.slots), b.slots)
	}
}

// However a file is read, in whatever order, as often as one likes, it makes one
// credit of each row; also where credits were edited, removed and merged since.
func TestEachRowIsOneCredit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := anyFile().Draw(t, "file")
		var b book
		b.importSome(t, file)
		all := rapid.Bool().Draw(t, "everything was read")
		if all {
			b.importRows(file, false)
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
	})
}

// What is imported again, in whatever order, says nothing new, also where the ledger had
// other credits before, some of them typed or removed.
func TestTwiceIsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b book
		b.importRows(read(t, anyFile().Draw(t, "before")), false)
		for i := range b.slots {
			switch rapid.IntRange(0, 4).Draw(t, "what happens") {
			case 0:
				b.slots[i].Removed = true
			case 1:
				b.slots[i].Credit.Import = 0
			}
		}
		file, hold := anyFile().Draw(t, "file"), rapid.Bool().Draw(t, "look-alikes are held")
		b.importRows(file, hold)
		if n := b.importRows(rapid.Permutation(file).Draw(t, "again"), hold); n > 0 {
			t.Fatalf("%d things are new when it is imported again", n)
		}
	})
}

// anyBook generates ledgers of which credits were edited and removed.
func anyBook() *rapid.Generator[book] {
	return rapid.Custom(func(t *rapid.T) (b book) {
		for range rapid.IntRange(0, 2).Draw(t, "files") {
			b.importRows(read(t, rapid.SliceOfN(anyRow(), 1, 5).Draw(t, "file of the ledger")), false)
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

func news(row ledger.Credit, k ledger.Known) bool {
	_, news := pairing.News(row, k)
	return news
}

// normal returns what rows are the same by.
func normal(c ledger.Credit) string {
	return fmt.Sprint(c.Date, c.Points, pairing.Title(c.Title), "/", pairing.Title(c.Provider), "/", pairing.Reference(c.Reference))
}

// No row is new while a slot could be found for each, of which all is known where it
// was known before; no slot is two rows, and the order of rows and slots does not
// matter.
func TestMatchIsMaximum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, file := anyBook().Draw(t, "ledger"), anyFile().Draw(t, "file")
		judge := func(rows []ledger.Credit, known []ledger.Known) (all []string, taken map[int]bool) {
			taken = map[int]bool{}
			for i, at := range pairing.Match(rows, known) {
				s := normal(rows[i]) + " new"
				if at >= 0 {
					if taken[at] {
						t.Fatalf("slot %d is two rows", at)
					}
					taken[at] = true
					s = fmt.Sprint(normal(rows[i]), " is ", normal(known[at].Credit), known[at].Removed)
				}
				all = append(all, s)
			}
			slices.Sort(all)
			return all, taken
		}
		one, taken := judge(file, b.slots)
		paired := pairing.Match(file, b.slots)
		may := func(i, j int) bool {
			if at := paired[i]; at >= 0 && !news(file[i], b.slots[at]) && news(file[i], b.slots[j]) {
				return false
			}
			return pairing.Match(file[i:i+1], b.slots[j:j+1])[0] == 0
		}
		other, _ := judge(rapid.Permutation(file).Draw(t, "rows"), rapid.Permutation(b.slots).Draw(t, "slots"))
		if diff := cmp.Diff(one, other); diff != "" {
			t.Fatalf("in two orders:\n%s", diff)
		}
		var most func(row, taken int) int
		most = func(row, taken int) (best int) {
			if row == len(file) {
				return 0
			}
			best = most(row+1, taken)
			for j := range b.slots {
				if taken&(1<<j) == 0 && may(row, j) {
					best = max(best, 1+most(row+1, taken|1<<j))
				}
			}
			return best
		}
		if want := most(0, 0); len(taken) < want {
			t.Fatalf("%d rows have a slot, and %d could", len(taken), want)
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
	case a.Import != 0 && a.Import == b.Import || x != "" && y != "" && x != y:
		return false
	case len(series) >= 3 && days > 0 && pairing.Title(a.Title) == pairing.Title(b.Title) && a.Points == b.Points:
		return false
	}
	return x != "" && x == y || titles && days == 0 || titles && a.Points == b.Points && days <= pairing.NearDays
}

// Groups are what is connected by looking alike, with as many pairs as it takes.
func TestGroupsAreConnected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		credits, apart := anyCredits().Draw(t, "credits"), pairing.Apart{}
		if rapid.Bool().Draw(t, "two are apart") {
			apart.Keep(2, 1)
		}
		groupOf := map[int64]int{}
		for n, g := range pairing.Groups(credits, apart) {
			for _, c := range g.Credits {
				groupOf[c.ID] = n + 1
			}
			for _, p := range g.Pairs {
				if len(g.Pairs) != len(g.Credits)-1 || !looksAlike(p[0], p[1], credits) || apart.Kept(p[0].ID, p[1].ID) {
					t.Fatalf("%+v does not connect %+v", p, g)
				}
			}
		}
		for _, a := range credits {
			for _, b := range credits {
				one := groupOf[a.ID] != 0 && groupOf[a.ID] == groupOf[b.ID]
				if a.ID != b.ID && looksAlike(a, b, credits) && !apart.Kept(a.ID, b.ID) && !one {
					t.Fatalf("credits %d and %d look alike and are of two groups", a.ID, b.ID)
				}
			}
		}
	})
}

// No credit is two rows, and none is left that a row without any may be, but for those of
// other days, which may be a series.
func TestLikelyIsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, credits := anyCredits().Draw(t, "rows"), anyCredits().Draw(t, "credits")
		of := make([]int, len(credits))
		found := pairing.Likely(rows, credits)
		for _, j := range found {
			if j >= 0 {
				of[j]++
			}
		}
		for j, n := range of {
			if n > 1 {
				t.Fatalf("credit %d is %d rows", j, n)
			}
			for i, at := range found {
				days := rows[i].Date - credits[j].Date
				if n == 0 && at < 0 && max(days, -days) <= pairing.CorrectedDays && pairing.Likely(rows[i:i+1], credits[j:j+1])[0] == 0 {
					t.Fatalf("row %d may be credit %d", i, j)
				}
			}
		}
	})
}
