package exchange_test

import (
	"fmt"
	"slices"
	"strings"

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
	own     []exchange.Entry // of the log, that may be undone
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
	m.log, m.own, m.records = l.Log, nil, map[exchange.ID]string{}
	for _, r := range l.Records {
		m.records[r.ID] = r.Value
	}
}

func hashes() []string { return []string{strings.Repeat("a", 64), strings.Repeat("b", 64)} }

// do makes an entry of changes to records, nil being none.
func (m *machine) do(t rapid.TB, changes map[exchange.ID]any) {
	values := map[exchange.ID]string{}
	for id, v := range changes {
		if values[id] = ""; v != nil {
			r, err := exchange.Make(id, v)
			if err != nil {
				t.Fatal(err)
			}
			values[id] = r.Value
		}
	}
	m.enter(values)
}

// enter makes an entry of records that become these values, "" being none.
func (m *machine) enter(values map[exchange.ID]string) {
	e := exchange.Entry{UID: fmt.Sprintf("%s%d", m.name, len(m.log)), At: m.name}
	tick := len(m.log) + m.clock
	for _, other := range m.log {
		var n int
		_, _ = fmt.Sscanf(other.Stamp, "%d", &n)
		tick = max(tick, n+1)
	}
	e.Stamp = fmt.Sprintf("%06d", tick)
	for id, value := range values {
		if m.records[id] != value {
			e.Changes = append(e.Changes, exchange.Change{ID: id, Before: m.records[id], After: value})
		}
		if m.records[id] = value; value == "" {
			delete(m.records, id)
		}
	}
	if len(e.Changes) > 0 {
		exchange.SortChanges(e.Changes)
		m.log, m.own = append(m.log, e), append(m.own, e)
	}
}

// undo takes back the last entry since another ledger was taken in.
func (m *machine) undo() {
	if len(m.own) == 0 {
		return
	}
	values := map[exchange.ID]string{}
	for _, c := range m.own[len(m.own)-1].Changes {
		values[c.ID] = c.Before
	}
	rest := m.own[:len(m.own)-1]
	m.enter(values)
	m.own = rest
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
	switch what := n("what", 20); {
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
		c.Points, c.Removed, c.MergedInto = points(), n("remove", 2) == 0, ""
		m.do(t, m.without(map[exchange.ID]any{id: c}, exchange.AllocationsKind, id.Key))
	case what == 4: // its adding is undone
		id := credit()
		if len(m.mergedInto(id.Key)) > 0 {
			return
		}
		m.do(t, m.without(m.without(map[exchange.ID]any{id: nil}, exchange.AllocationsKind, id.Key), exchange.EvidenceKind, id.Key))
	case what < 7 && m.records[credential] == "":
		first, last := days(2024+n("first", 3), 1+n("years", 5))
		m.do(t, map[exchange.ID]any{
			credential:                           exchange.Credential{UID: uid},
			{Kind: exchange.CycleKind, Key: uid}: exchange.Cycle{Credential: name, First: first, Last: last},
		})
	case what == 5: // renewed
		changes := map[exchange.ID]any{}
		end := ledger.Date(0)
		for _, id := range ofName {
			c := get[exchange.Cycle](m, id)
			end = max(end, c.Last)
			c.Closed = true
			changes[id] = c
		}
		last := end + 365*ledger.Date(1+n("years", 5))
		changes[exchange.ID{Kind: exchange.CycleKind, Key: uid}] = exchange.Cycle{Credential: name, First: end + 1, Last: last}
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
	case what == 8 && len(ofName) > 0: // another last day of the current cycle
		for _, id := range ofName {
			if c := get[exchange.Cycle](m, id); !c.Closed {
				c.Last = max(c.Last+ledger.Date([]int{-100, 1, 400, 1500}[n("days", 4)]), c.First)
				m.do(t, map[exchange.ID]any{id: c})
				return
			}
		}
	case what == 9 && len(ofName) > 0:
		id := exchange.ID{Kind: exchange.DeclarationKind, Key: ofName[n("cycle", len(ofName))].Key}
		if m.records[id] == "" {
			m.do(t, map[exchange.ID]any{id: exchange.Declaration{UID: uid, Date: 1, First: 1, Last: 2}})
		} else {
			m.do(t, map[exchange.ID]any{id: nil})
		}
	case what == 10:
		id := credit()
		if get[exchange.Credit](m, id).Removed {
			return
		}
		key := exchange.ID{Kind: exchange.EvidenceKind, Key: uid}
		hash := hashes()[n("hash", 2)]
		for _, e := range m.of(exchange.EvidenceKind) {
			if v := get[exchange.Evidence](m, e); v.Credit == id.Key && v.SHA256 == hash {
				m.do(t, map[exchange.ID]any{e: nil})
				return
			}
		}
		m.do(t, map[exchange.ID]any{key: exchange.Evidence{Credit: id.Key, SHA256: hash, Name: "a", Added: 1}})
	case what >= 18: // a course, of which there are few
		title := []string{"Gram stains", "Blood films", "Malaria"}[n("title", 3)]
		id := exchange.ID{Kind: exchange.CourseKind, Key: ledger.Course{Title: title}.Name()}
		if c := (exchange.Course{Title: title, URL: uid[:n("url", 2)]}); n("remove", 3) > 0 {
			m.do(t, map[exchange.ID]any{id: c})
		} else {
			m.do(t, map[exchange.ID]any{id: nil})
		}
	case what < 13:
		m.mergeCredits(t, credit(), credit())
	case what == 13:
		m.undo()
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

// days returns those of a cycle of some years.
func days(year, years int) (first, last ledger.Date) {
	return ledger.MakeDate(year, 4, 1), ledger.MakeDate(year+years, 3, 31)
}

// mergeCredits makes one credit of two, as cmp merge does.
func (m *machine) mergeCredits(t rapid.TB, id, into exchange.ID) {
	c, to := get[exchange.Credit](m, id), get[exchange.Credit](m, into)
	if id == into || c.Removed || to.Removed {
		return
	}
	c.Removed, c.MergedInto = true, exchange.OrNull(into.Key)
	changes := m.without(map[exchange.ID]any{id: c}, exchange.AllocationsKind, id.Key)
	if to.Note == "" {
		to.Note = c.Note
		changes[into] = to
	}
	for _, other := range m.mergedInto(id.Key) {
		v := get[exchange.Credit](m, other)
		v.MergedInto = c.MergedInto
		changes[other] = v
	}
	has := map[string]bool{}
	for _, e := range m.of(exchange.EvidenceKind) {
		if v := get[exchange.Evidence](m, e); v.Credit == into.Key {
			has[v.SHA256] = true
		}
	}
	for _, e := range m.of(exchange.EvidenceKind) {
		if v := get[exchange.Evidence](m, e); v.Credit == id.Key && !has[v.SHA256] {
			v.Credit = into.Key
			changes[e] = v
		}
	}
	m.do(t, changes)
}

// mergedInto returns the credits that were merged into one.
func (m *machine) mergedInto(uid string) []exchange.ID {
	return slices.DeleteFunc(m.of(exchange.CreditKind), func(id exchange.ID) bool {
		return string(get[exchange.Credit](m, id).MergedInto) != uid
	})
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
