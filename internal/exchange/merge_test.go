package exchange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// A machine keeps a ledger, as cmp does: what it does gets a stamp after all
// that it knows.
type machine struct {
	name    string
	clock   int // how much it is ahead
	records map[exchange.ID]string
	log     []exchange.Entry
}

func newMachine(name string, clock int) *machine {
	return &machine{name: name, clock: clock, records: map[exchange.ID]string{}}
}

// clone returns a machine that begins with a copy of the ledger.
func (m *machine) clone(name string, clock int) *machine {
	c := newMachine(name, clock)
	c.log = slices.Clone(m.log)
	for id, value := range m.records {
		c.records[id] = value
	}
	return c
}

func (m *machine) ledger() exchange.Ledger {
	l := exchange.Ledger{Log: slices.Clone(m.log)}
	for id, value := range m.records {
		l.Records = append(l.Records, exchange.Record{ID: id, Value: value})
	}
	for _, hash := range hashes() {
		l.Contents = append(l.Contents, exchange.Content{SHA256: hash, Size: 1})
	}
	l.Sort()
	return l
}

func (m *machine) take(l exchange.Ledger) {
	m.log, m.records = l.Log, map[exchange.ID]string{}
	for _, r := range l.Records {
		m.records[r.ID] = r.Value
	}
}

func hashes() []string { return []string{strings.Repeat("a", 64), strings.Repeat("b", 64)} }

// do makes an entry of changes to records, nil being none.
func (m *machine) do(t rapid.TB, changes map[exchange.ID]any) {
	e := exchange.Entry{UID: fmt.Sprintf("%s%d", m.name, len(m.log)), At: m.name}
	tick := len(m.log) + m.clock
	for _, other := range m.log {
		var n int
		_, _ = fmt.Sscanf(other.Stamp, "%d", &n)
		tick = max(tick, n+1)
	}
	e.Stamp = fmt.Sprintf("%06d", tick)
	for id, v := range changes {
		c := exchange.Change{ID: id, Before: m.records[id]}
		delete(m.records, id)
		if v != nil {
			r, err := exchange.Make(id, v)
			if err != nil {
				t.Fatal(err)
			}
			c.After, m.records[id] = r.Value, r.Value
		}
		if c.Before != c.After {
			e.Changes = append(e.Changes, c)
		}
	}
	if len(e.Changes) > 0 {
		exchange.SortChanges(e.Changes)
		m.log = append(m.log, e)
	}
}

// of returns the records of a kind.
func (m *machine) of(kind exchange.Kind) []exchange.ID {
	var all []exchange.ID
	for id := range m.records {
		if id.Kind == kind {
			all = append(all, id)
		}
	}
	slices.SortFunc(all, func(a, b exchange.ID) int { return strings.Compare(a.Key, b.Key) })
	return all
}

func get[T any](m *machine, id exchange.ID) T {
	return exchange.Of[T](exchange.Record{ID: id, Value: m.records[id]})
}

// work does one random thing.
func (m *machine) work(t *rapid.T) {
	uid := fmt.Sprintf("%s-%d", m.name, len(m.log))
	n := func(label string, most int) int { return rapid.IntRange(0, most-1).Draw(t, label) }
	points := func() exchange.Points { return exchange.Points(25 * (1 + n("quarters", 8))) }
	credits, cycles := m.of(exchange.CreditKind), m.of(exchange.CycleKind)
	credit := func() exchange.ID { return credits[n("credit", len(credits))] }
	name := []string{"ascp/MLS", "ascp/SBB"}[n("credential", 2)]
	credential := exchange.ID{Kind: exchange.CredentialKind, Key: name}
	ofName := slices.DeleteFunc(slices.Clone(cycles), func(id exchange.ID) bool { return get[exchange.Cycle](m, id).Credential != name })
	days := func(year int) (ledger.Date, ledger.Date) {
		return ledger.MakeDate(year-3, 4, 1), ledger.MakeDate(year, 3, 31)
	}
	switch what := n("what", 14); {
	case what < 2 || len(credits) == 0:
		m.do(t, map[exchange.ID]any{{Kind: exchange.CreditKind, Key: uid}: exchange.Credit{
			Date: ledger.MakeDate(2026, 1, 1), Title: uid, Points: points(), Activity: "course"}})
	case what == 2:
		id := credit()
		c := get[exchange.Credit](m, id)
		c.Title = uid
		m.do(t, map[exchange.ID]any{id: c})
	case what == 3: // with fewer points, or removed
		id := credit()
		c := get[exchange.Credit](m, id)
		c.Points, c.Removed = points(), n("remove", 2) == 0
		m.do(t, m.without(map[exchange.ID]any{id: c}, exchange.AllocationsKind, id.Key))
	case what == 4: // its adding is undone
		id := credit()
		m.do(t, m.without(m.without(map[exchange.ID]any{id: nil}, exchange.AllocationsKind, id.Key), exchange.EvidenceKind, id.Key))
	case what < 7 && m.records[credential] == "":
		first, last := days(2027 + 3*n("years", 2))
		m.do(t, map[exchange.ID]any{
			credential:                           exchange.Credential{UID: uid},
			{Kind: exchange.CycleKind, Key: uid}: exchange.Cycle{Credential: name, First: first, Last: last},
		})
	case what == 5: // renewed
		changes := map[exchange.ID]any{}
		for _, id := range ofName {
			c := get[exchange.Cycle](m, id)
			c.Closed = true
			changes[id] = c
		}
		first, last := days(2030 + 3*n("years", 2))
		changes[exchange.ID{Kind: exchange.CycleKind, Key: uid}] = exchange.Cycle{Credential: name, First: first, Last: last}
		m.do(t, changes)
	case what == 6: // removed
		changes := map[exchange.ID]any{credential: nil}
		for _, id := range ofName {
			changes[id] = nil
			changes[exchange.ID{Kind: exchange.DeclarationKind, Key: id.Key}] = nil
		}
		for _, id := range m.of(exchange.AllocationsKind) {
			if strings.HasSuffix(id.Key, name) {
				changes[id] = nil
			}
		}
		m.do(t, changes)
	case what == 7 && m.records[credential] != "":
		c := get[exchange.Credential](m, credential)
		c.Number = uid
		m.do(t, map[exchange.ID]any{credential: c})
	case what == 8 && len(ofName) > 0: // another last day
		id := ofName[n("cycle", len(ofName))]
		c := get[exchange.Cycle](m, id)
		c.Last += ledger.Date(1 + n("days", 2))
		m.do(t, map[exchange.ID]any{id: c})
	case what == 9 && len(ofName) > 0:
		id := exchange.ID{Kind: exchange.DeclarationKind, Key: ofName[n("cycle", len(ofName))].Key}
		if m.records[id] == "" {
			m.do(t, map[exchange.ID]any{id: exchange.Declaration{UID: uid, Date: 1, First: 1, Last: 2}})
		} else {
			m.do(t, map[exchange.ID]any{id: nil})
		}
	case what == 10:
		id := credit()
		key := exchange.ID{Kind: exchange.EvidenceKind, Key: uid}
		hash := hashes()[n("hash", 2)]
		for _, e := range m.of(exchange.EvidenceKind) {
			if v := get[exchange.Evidence](m, e); v.Credit == id.Key && v.SHA256 == hash {
				m.do(t, map[exchange.ID]any{e: nil})
				return
			}
		}
		m.do(t, map[exchange.ID]any{key: exchange.Evidence{Credit: id.Key, SHA256: hash, Name: "a", Added: 1}})
	default:
		id := credit()
		c := get[exchange.Credit](m, id)
		if len(ofName) == 0 || c.Removed {
			return
		}
		var all []exchange.Allocation
		left := c.Points
		for _, requirement := range []string{"other", "safety"} {
			if p := min(exchange.Points(25*n("part", 4)), left); p > 0 {
				all = append(all, exchange.Allocation{
					Cycle: ofName[n("cycle", len(ofName))].Key, Requirement: requirement, Points: p, By: []string{"auto", "hand"}[n("by", 2)],
				})
				left -= p
			}
		}
		at := exchange.AllocationsOf(id.Key, name)
		if len(all) == 0 {
			m.do(t, map[exchange.ID]any{at: nil})
		} else {
			m.do(t, map[exchange.ID]any{at: exchange.Allocations{Allocations: all}})
		}
	}
}

// without also removes what is of a credit.
func (m *machine) without(changes map[exchange.ID]any, kind exchange.Kind, credit string) map[exchange.ID]any {
	for _, id := range m.of(kind) {
		if kind == exchange.AllocationsKind && exchange.CreditOf(id) == credit ||
			kind == exchange.EvidenceKind && get[exchange.Evidence](m, id).Credit == credit {
			changes[id] = nil
		}
	}
	return changes
}

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

// machines returns some that began with a copy of one ledger, worked, and now
// and then took in what another one had.
func machines(t *rapid.T, n int) []*machine {
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
		if from := rapid.IntRange(0, 4*n).Draw(t, "from"); from < n {
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
		all := machines(t, 2)
		a, b := unused(all[0].ledger()), unused(all[1].ledger())
		ab, report := exchange.Merge(a, b)
		ba, other := exchange.Merge(b, a)
		same(t, "either way round", ab, ba)
		if err := ab.Check(); err != nil {
			t.Fatalf("does not fit together: %v", err)
		}
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
	for _, r := range l.Records {
		// A cycle may be one that the other side made too, under its name.
		if !has[r.ID] && !known[r.ID] && !told[r.ID] && r.Kind != exchange.CycleKind && r.Kind != exchange.DeclarationKind {
			t.Fatalf("%s %s is lost", r.Kind, r.Key)
		}
	}
}

// Several machines that go on exchanging what they have become equal.
func TestMergeSeveral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := machines(t, 3)
		for range 3 {
			for i, m := range all {
				for j := range all {
					if i != j {
						merged, _ := exchange.Merge(m.ledger(), all[j].ledger())
						m.take(merged)
					}
				}
			}
		}
		same(t, "first and second", unused(all[0].ledger()), unused(all[1].ledger()))
		same(t, "second and third", unused(all[1].ledger()), unused(all[2].ledger()))
	})
}
