package exchange_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/exchange"
)

// text returns a ledger for comparing: a line each.
func text(l exchange.Ledger) []string {
	var all []string
	for _, r := range l.Records {
		all = append(all, fmt.Sprint(r.Kind, " ", r.Key, " ", r.Value))
	}
	for _, c := range l.Contents {
		all = append(all, "content "+c.SHA256[:4])
	}
	for _, e := range l.Log {
		all = append(all, fmt.Sprint("entry ", e.Stamp, " ", e.UID, " ", exchange.Changes(e.Changes)))
	}
	return all
}

func same(t rapid.TB, what string, a, b exchange.Ledger) {
	t.Helper()
	if diff := cmp.Diff(text(a), text(b)); diff != "" {
		t.Fatalf("%s (-first +second):\n%s", what, diff)
	}
}

// machines returns some that began with a copy of one ledger, worked, and, if
// they meet, now and then took in what another one had.
func machines(t *rapid.T, n int, meet bool) []*machine {
	first := newMachine("o", 0)
	for range rapid.IntRange(0, 8).Draw(t, "before") {
		first.work(t)
	}
	all := make([]*machine, n)
	for i := range all {
		all[i] = first.clone(string(rune('a'+i)), rapid.IntRange(0, 3).Draw(t, "clock"))
	}
	for range rapid.IntRange(0, 30).Draw(t, "works") {
		m := all[rapid.IntRange(0, n-1).Draw(t, "machine")]
		if from := rapid.IntRange(0, 4*n).Draw(t, "from"); meet && from < n {
			merged, _ := exchange.Merge(m.ledger(), all[from].ledger())
			m.take(merged)
			continue
		}
		m.work(t)
		if err := m.ledger().Check(); err != nil {
			t.Fatalf("the test itself: %v", err)
		}
	}
	return all
}

// unused drops contents that no evidence needs, as an export does.
func unused(l exchange.Ledger) exchange.Ledger {
	merged, _ := exchange.Merge(l, exchange.Ledger{})
	return merged
}

func TestMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := machines(t, 2, true)
		a, b := unused(all[0].ledger()), unused(all[1].ledger())
		ab, report := exchange.Merge(a, b)
		ba, other := exchange.Merge(b, a)
		same(t, "either way round", ab, ba)
		fits(t, ab)
		if len(report.Conflicts) != len(other.Conflicts) {
			t.Fatalf("conflicts differ: %v and %v", report, other)
		}
		for _, l := range []exchange.Ledger{a, b, ab} {
			again, report := exchange.Merge(l, l)
			same(t, "with itself", l, again)
			if len(report.Conflicts)+len(report.Repairs) > 0 {
				t.Fatalf("with itself: %v", report)
			}
		}
		for _, l := range []exchange.Ledger{a, b} {
			again, report := exchange.Merge(ab, l)
			same(t, "again", ab, again)
			if len(report.Conflicts)+len(report.Repairs) > 0 {
				t.Fatalf("again: %v", report)
			}
			again, report = exchange.Merge(l, ab)
			same(t, "again the other way round", ab, again)
			if len(report.Conflicts) > 0 {
				t.Fatalf("again the other way round: %v", report)
			}
		}
		keeps(t, a, b, ab, report)
		keeps(t, b, a, ba, other)
	})
}

// What a merge decided stays so when the ledgers that were merged go on by
// themselves. (What an earlier merge repaired may come back, once nothing is in
// its way any more.)
func TestMergeHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := machines(t, 2, false)
		a, b := unused(all[0].ledger()), unused(all[1].ledger())
		ab, _ := exchange.Merge(a, b)
		fits(t, ab)
		if len(ab.Log) == len(b.Log) {
			return
		}
		one, other := all[0], all[1]
		one.take(ab)
		add := func(m *machine, uid string) {
			m.do(t, map[exchange.ID]any{{Kind: exchange.CreditKind, Key: uid}: credit(uid, 100)})
		}
		add(one, "new1")
		add(other, "new2")
		merged, report := exchange.Merge(unused(one.ledger()), unused(other.ledger()))
		add(one, "new2")
		want, got := exchange.Ledger{Records: one.ledger().Records}, exchange.Ledger{Records: merged.Records}
		want.Sort()
		got.Sort()
		same(t, "decided and merged again", want, got)
		if len(report.Conflicts)+len(report.Repairs) > 0 {
			t.Fatalf("again: %v", report)
		}
	})
}

// fits checks that what a ledger holds fits together.
func fits(t *rapid.T, l exchange.Ledger) {
	t.Helper()
	if err := l.Check(); err != nil {
		t.Fatalf("does not fit together: %v", err)
	}
	cycles := map[string][]exchange.Cycle{}
	for _, r := range l.Records {
		if r.Kind != exchange.CycleKind {
			continue
		}
		c := exchange.Of[exchange.Cycle](r)
		for _, other := range cycles[c.Credential] {
			if c.First <= other.Last && other.First <= c.Last {
				t.Fatalf("cycles of %s overlap: %s to %s, %s to %s", c.Credential, c.First, c.Last, other.First, other.Last)
			}
		}
		cycles[c.Credential] = append(cycles[c.Credential], c)
	}
}

// keeps checks that nothing is lost that the other side never knew of, unless
// the report says so.
func keeps(t *rapid.T, l, other, merged exchange.Ledger, report exchange.Report) {
	t.Helper()
	has := map[exchange.ID]bool{}
	for _, r := range merged.Records {
		has[r.ID] = true
	}
	known := map[exchange.ID]bool{}
	for _, r := range other.Records {
		known[r.ID] = true
	}
	for _, e := range other.Log {
		for _, c := range e.Changes {
			known[c.ID] = true
		}
	}
	told := map[exchange.ID]bool{}
	for _, r := range report.Repairs {
		told[r.ID] = true
	}
	for _, c := range report.Conflicts {
		told[c.ID] = true
	}
	for _, r := range l.Records {
		// A cycle may be one that the other side made too, under its name.
		if !has[r.ID] && !known[r.ID] && !told[r.ID] && r.Kind != exchange.CycleKind && r.Kind != exchange.DeclarationKind {
			t.Fatalf("%s %s is lost", r.Kind, r.Key)
		}
	}
}

// Several machines that go on exchanging what they have become equal, in
// whatever order they do.
func TestMergeSeveral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := machines(t, 3, true)
		for range 3 {
			var files []exchange.Ledger
			for _, m := range all {
				files = append(files, unused(m.ledger()))
			}
			for _, m := range all {
				for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order") {
					merged, _ := exchange.Merge(m.ledger(), files[i])
					fits(t, merged)
					m.take(merged)
				}
			}
		}
		same(t, "first and second", unused(all[0].ledger()), unused(all[1].ledger()))
		same(t, "second and third", unused(all[1].ledger()), unused(all[2].ledger()))
	})
}
