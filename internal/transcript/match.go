package transcript

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// A Kind is what a row is to the ledger.
type Kind string

// The kinds of rows.
const (
	New       Kind = "new"
	Duplicate Kind = "duplicate" // the ledger has it
	Changed   Kind = "changed"   // the ledger has it with another title or other points
	Removed   Kind = "removed"   // the ledger had it, and the holder removed it
	Rejected  Kind = "rejected"  // the row has a Problem
)

// A Verdict says what a row is to the ledger.
type Verdict struct {
	Row  *Row
	Kind Kind
	// Existing is the credit of the ledger that the row is; an empty one when it
	// is New or Rejected.
	Existing *ledger.Credit
	// Changes names what the row has otherwise than Existing: title, points.
	Changes []string
	// Occurrence counts the rows of the file with the same identity up to
	// this one, which is 1 for the first; 0 when Rejected.
	Occurrence int
}

// Identities returns what [ledger.Credit.Identity] makes of each row, and "" for
// those with a [Problem]. It uses all cores.
func Identities(rows []Row) []string {
	all := make([]string, len(rows))
	const some = 1000
	var done sync.WaitGroup
	for from := 0; from < len(rows); from += some {
		done.Go(func() {
			for i := from; i < min(from+some, len(rows)); i++ {
				if rows[i].Problem == nil {
					all[i] = rows[i].Credit.Identity()
				}
			}
		})
	}
	done.Wait()
	return all
}

// Match judges rows, given with their [Identities], by the credits that the
// ledger has, which are given by theirs; there may be more of them than the rows
// need. The verdicts are in the order of the rows.
//
// Equal identities are counted: of k rows and n credits, min(k, n) are paired
// and the surplus rows are New. Those with the same title and points are
// paired first, then, which only credits with a reference allow, those with the
// same title, the same points, and any. Titles are compared without case and
// spacing. Nothing else makes a row Changed: topics, activity, address and note
// are the holder's to edit. A credit that was not removed is paired before one
// that was. The order of the rows decides only which of several equal ones is
// the surplus: the last.
func Match(rows []Row, identities []string, known map[string][]ledger.Known) []Verdict {
	verdicts := make([]Verdict, len(rows))
	var none ledger.Credit
	order := make([]int, 0, len(rows)) // of rows, by identity
	for i := range rows {
		verdicts[i] = Verdict{Row: &rows[i], Kind: New, Existing: &none}
		if rows[i].Problem != nil {
			verdicts[i].Kind = Rejected
			continue
		}
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := strings.Compare(identities[a], identities[b]); c != 0 {
			return c
		}
		return a - b
	})
	for len(order) > 0 {
		id, n := identities[order[0]], 1
		for n < len(order) && identities[order[n]] == id {
			n++
		}
		for i, row := range order[:n] {
			verdicts[row].Occurrence = i + 1
		}
		if credits := known[id]; len(credits) > 0 {
			pairGroup(verdicts, order[:n:n], credits)
		}
		order = order[n:]
	}
	return verdicts
}

// pairGroup pairs the rows of one identity, given by their index, with the
// credits of the same identity.
func pairGroup(verdicts []Verdict, group []int, credits []ledger.Known) {
	if len(group) == 1 && len(credits) == 1 { // nearly always, and there is nothing to choose
		verdicts[group[0]].settle(&credits[0])
		return
	}
	credits = slices.Clone(credits)
	sorted.By(credits, func(a, b ledger.Known) int { return cmp.Compare(order(a), order(b)) })
	group, credits = pair(verdicts, group, credits, wholeKey)
	if len(group) == 0 || len(credits) == 0 {
		return
	}
	slices.SortStableFunc(group, func(a, b int) int {
		return cmp.Compare(wholeKey(verdicts[a].Row.Credit), wholeKey(verdicts[b].Row.Credit))
	})
	for _, key := range []func(ledger.Credit) string{titleKey, pointsKey, noKey} {
		group, credits = pair(verdicts, group, credits, key)
	}
}

// order puts removed credits behind the others.
func order(k ledger.Known) int {
	if k.Removed {
		return 1
	}
	return 0
}

// pair pairs rows and credits of equal key, each in the order given, and
// returns those that are left.
func pair(
	verdicts []Verdict, group []int, credits []ledger.Known, key func(ledger.Credit) string,
) (rowsLeft []int, creditsLeft []ledger.Known) {
	waiting := make(map[string][]int, len(group)) // rows, by key
	for _, i := range group {
		k := key(verdicts[i].Row.Credit)
		waiting[k] = append(waiting[k], i)
	}
	for i, c := range credits {
		k := key(c.Credit)
		if len(waiting[k]) == 0 {
			creditsLeft = append(creditsLeft, c)
			continue
		}
		verdicts[waiting[k][0]].settle(&credits[i])
		waiting[k] = waiting[k][1:]
	}
	for _, i := range group {
		if verdicts[i].Kind == New {
			rowsLeft = append(rowsLeft, i)
		}
	}
	return rowsLeft, creditsLeft
}

// settle makes the row the given credit.
func (v *Verdict) settle(k *ledger.Known) {
	v.Existing, v.Changes = &k.Credit, nil
	if v.Row.Credit.Title != k.Credit.Title && titleKey(v.Row.Credit) != titleKey(k.Credit) {
		v.Changes = append(v.Changes, string(Title))
	}
	if v.Row.Credit.Points != k.Credit.Points {
		v.Changes = append(v.Changes, string(Points))
	}
	switch {
	case k.Removed:
		v.Kind = Removed
	case len(v.Changes) > 0:
		v.Kind = Changed
	default:
		v.Kind = Duplicate
	}
}

// The keys by which rows and credits of one identity are paired.

func wholeKey(c ledger.Credit) string { return titleKey(c) + "\x1f" + pointsKey(c) }

// titleKey makes use of the identity to compare titles as identities do.
func titleKey(c ledger.Credit) string { return ledger.Credit{Title: c.Title}.Identity() }

func pointsKey(c ledger.Credit) string { return c.Points.String() }

func noKey(ledger.Credit) string { return "" }
