package exchange

import (
	"maps"
	"slices"
	"strings"
)

// A Conflict is a record that both ledgers changed, neither knowing of what
// the other one did. The newer is kept; the older is in the log.
type Conflict struct {
	ID
	Ours, Theirs Version
	Kept         Version // one of them
}

// A Version is a record as one ledger has it.
type Version struct {
	Value string // "" where it has none
	Entry string // the uid of the entry that last changed it, or ""
	At    string // when, by the clock of who did
}

// A Repair is what had to become of a record so that the merged records fit
// together.
type Repair struct {
	ID
	Before, After string // "" is none
	Why           string // the end of a sentence: "its credit is gone"
}

// A Report is what a merge could not simply put together, as it looks from our
// side: a repair that leaves a record as we have it is not told. Both lists
// are in the order of the records.
type Report struct {
	Conflicts []Conflict
	Repairs   []Repair
}

// Merge puts two ledgers together. Whichever way round they are given, the
// result is the same, and so it is when it is merged with one of them again.
//
// The logs are put together by the uids of entries. Of each record, the side
// whose last entry about it the other side does not know has the newer one.
// Where neither knows that of the other, that is a [Conflict] and the later
// entry wins. Where that is the same entry and they differ all the same, an
// earlier merge repaired one of them; it is as the entry left it, once more.
//
// What then does not fit together is repaired, from the records alone. Whether
// the topics of a credit still allow its allocations is for the caller to ask
// the rules.
func Merge(ours, theirs Ledger) (Ledger, Report) {
	log := joinLogs(ours.Log, theirs.Log)
	same := sameCycles(ours, theirs, log)
	m := &merging{ours: newSide(ours, log, same), theirs: newSide(theirs, log, same), values: map[ID]string{}}
	m.ours.agree(m.theirs)
	for _, s := range []*side{m.ours, m.theirs} {
		for id := range s.values {
			if _, done := m.values[id]; !done {
				m.values[id] = m.choose(id)
			}
		}
	}
	maps.DeleteFunc(m.values, func(_ ID, value string) bool { return value == "" })
	m.repair()
	m.report.Repairs = slices.DeleteFunc(m.report.Repairs, func(r Repair) bool { return m.values[r.ID] == m.ours.values[r.ID] })
	merged := Ledger{Log: slices.Collect(maps.Values(log)), Contents: m.contents(ours, theirs)}
	for id, value := range m.values {
		merged.Records = append(merged.Records, Record{id, value})
	}
	merged.Sort()
	slices.SortFunc(m.report.Conflicts, func(a, b Conflict) int { return a.ID.compare(b.ID) })
	slices.SortStableFunc(m.report.Repairs, func(a, b Repair) int { return a.ID.compare(b.ID) })
	return merged, m.report
}

// joinLogs returns the entries of both, by their uids. Where an entry is not
// the same in both, another program changed what it was about.
func joinLogs(a, b []Entry) map[string]Entry {
	all := make(map[string]Entry, len(a)+len(b))
	for _, e := range slices.Concat(a, b) {
		if other, ok := all[e.UID]; !ok || !e.Equal(other) && e.text() > other.text() {
			all[e.UID] = e
		}
	}
	return all
}

// Equal reports whether two entries are the same in all that they say.
func (e Entry) Equal(other Entry) bool {
	return e.UID == other.UID && e.Stamp == other.Stamp && e.At == other.At && e.Command == other.Command &&
		e.Summary == other.Summary && e.Undoes == other.Undoes && slices.Equal(e.Changes, other.Changes)
}

func (e Entry) text() string {
	return strings.Join([]string{e.Stamp, e.At, e.Command, e.Summary, e.Undoes, Changes(e.Changes)}, "\x00")
}

// A touch is an entry about a record, and the record as it left it.
type touch struct {
	entry *Entry
	after string
}

func (t touch) uid() string {
	if t.entry == nil {
		return ""
	}
	return t.entry.UID
}

// before reports whether a touch was before an entry.
func (t touch) before(e Entry) bool { return t.entry == nil || t.entry.compare(e) < 0 }

// A side is one of two ledgers to be merged.
type side struct {
	values map[ID]string
	last   map[ID]touch // the last that it knows
	// cycles are the last touches of the cycles of a credential that left
	// them there.
	cycles map[ID]touch
	known  map[string]bool // entries
}

// newSide returns a side with cycles named as same has them.
func newSide(l Ledger, log map[string]Entry, same renaming) *side {
	s := &side{
		values: make(map[ID]string, len(l.Records)), last: make(map[ID]touch, len(l.Records)),
		cycles: map[ID]touch{}, known: make(map[string]bool, len(l.Log)),
	}
	for _, r := range l.Records {
		id, value := same.apply(r.ID, r.Value)
		s.values[id] = value
	}
	for _, e := range l.Log {
		s.known[e.UID] = true
		e := log[e.UID]
		for _, c := range e.Changes {
			id, after := same.apply(c.ID, c.After)
			if s.last[id].before(e) {
				s.last[id] = touch{&e, after}
			}
			if id.Kind != CycleKind || after == "" {
				continue
			}
			cycle, _ := tryDecode[Cycle](after)
			if of := (ID{CredentialKind, cycle.Credential}); s.cycles[of].before(e) {
				s.cycles[of] = touch{&e, unknown}
			}
		}
	}
	return s
}

// unknown is what a touch leaves of which that is not known.
const unknown = "?"

// touched returns the last touch of a record. Whether a credential is there
// also hangs on its cycles: who changes one wants to keep it.
func (s *side) touched(id ID, there bool) touch {
	t := s.last[id]
	if c := s.cycles[id]; there && c.entry != nil && t.before(*c.entry) {
		return c
	}
	return t
}

func (s *side) version(id ID) Version {
	v := Version{Value: s.values[id]}
	if e := s.last[id].entry; e != nil {
		v.Entry, v.At = e.UID, e.At
	}
	return v
}

// agree gives a credential that both made by themselves one uid.
func (s *side) agree(other *side) {
	for id, value := range s.values {
		if id.Kind != CredentialKind || other.values[id] == "" || other.values[id] == value {
			continue
		}
		ours, theirs := decode[Credential](value), decode[Credential](other.values[id])
		uid := min(ours.UID, theirs.UID)
		ours.UID, theirs.UID = uid, uid
		s.values[id], other.values[id] = mustValue(ours), mustValue(theirs)
	}
}

// A merging is a merge on its way.
type merging struct {
	ours, theirs *side
	values       map[ID]string
	report       Report
}

// choose returns what a record is to be.
func (m *merging) choose(id ID) string {
	ours, theirs := m.ours.values[id], m.theirs.values[id]
	there := (ours == "") != (theirs == "") // is the question
	ourLast, theirLast := m.ours.touched(id, there), m.theirs.touched(id, there)
	switch {
	case ours == theirs:
		return ours
	case ourLast.uid() == theirLast.uid():
		return m.again(id, ourLast)
	case ourLast.entry == nil || m.theirs.known[ourLast.uid()]:
		return theirs
	case theirLast.entry == nil || m.ours.known[theirLast.uid()]:
		return ours
	}
	return m.conflict(id, !ourLast.before(*theirLast.entry))
}

// again returns what a record is to be that both know from the same entry.
func (m *merging) again(id ID, last touch) string {
	ours, theirs := m.ours.values[id], m.theirs.values[id]
	switch {
	case last.entry != nil && (ours == last.after || theirs == last.after):
		return last.after
	case ours == "" || theirs == "" || id.Kind.repaired():
		return max(ours, theirs)
	}
	return m.conflict(id, ours > theirs) // another program changed it
}

// repaired reports whether merging may change records of the kind, and not
// only drop them.
func (k Kind) repaired() bool {
	return k == CredentialKind || k == CycleKind || k == AllocationsKind
}

// conflict notes a conflict and returns what is kept.
func (m *merging) conflict(id ID, ours bool) string {
	c := Conflict{ID: id, Ours: m.ours.version(id), Theirs: m.theirs.version(id)}
	c.Kept = c.Theirs
	if ours {
		c.Kept = c.Ours
	}
	m.report.Conflicts = append(m.report.Conflicts, c)
	return c.Kept.Value
}

// contents returns the contents that the merged evidence needs.
func (m *merging) contents(ours, theirs Ledger) []Content {
	needed := map[string]bool{}
	for _, id := range m.of(EvidenceKind) {
		needed[decode[Evidence](m.values[id]).SHA256] = true
	}
	var all []Content
	for _, c := range slices.Concat(ours.Contents, theirs.Contents) {
		if needed[c.SHA256] {
			needed[c.SHA256] = false
			all = append(all, c)
		}
	}
	return all
}

// of returns the merged records of a kind in their order.
func (m *merging) of(kind Kind) []ID {
	var all []ID
	for id := range m.values {
		if id.Kind == kind {
			all = append(all, id)
		}
	}
	slices.SortFunc(all, ID.compare)
	return all
}
