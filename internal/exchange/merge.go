package exchange

import (
	"maps"
	"slices"
	"strings"

	"cmpledger/internal/sorted"
)

// A Conflict is a record that both ledgers changed, neither knowing of what
// the other one did. The newer is kept, or that of the ledger that declared the
// cycle of allocations; the other is in the log.
type Conflict struct {
	ID
	Ours, Theirs Version
	Kept         Version // one of them
}

// A Version is a record as one ledger has it.
type Version struct {
	Value string // "" where it has none
	Entry string // the uid of the entry that decided: it changed the record, or what is of it
	At    string // when, by the clock of who did: "2026-11-21T14:02:11+01:00"
}

// A Repair is what had to become of a record so that the merged records fit
// together.
type Repair struct {
	ID
	Before, After string // "" is none
	Why           string // the end of a sentence: "its credit is gone"
}

// A Report is what a merge could not simply put together, as it looks from our
// side: a repair that leaves a record as we have it is not told, unless there
// was a conflict about it. Both lists are in the order of the records.
type Report struct {
	Conflicts []Conflict
	Repairs   []Repair
}

// Merge puts two ledgers together. Whichever way round they are given, the
// result is the same, and so it is when it is merged with one of them again: a
// ledger that knows all entries of the other one, and more, has taken it in.
//
// The logs are put together by the uids of entries. Of each record, the side
// that changed it in entries that the other one does not know has the newer
// one, unless it changed it back. Where both did, that is a [Conflict] and the
// later entry wins. Where neither did and they differ all the same, an earlier
// merge repaired one of them; it is as its last entry left it, once more.
//
// Who changes what is of a credential or a credit wants to keep that: a cycle
// changed, or evidence added, after the other side removed the whole brings it
// back, and with it all that was removed in the same entry.
//
// Cycles of a credential that overlap, and that neither side ever had as two,
// are one; the smallest of their uids names it. Of a cycle that one side alone
// declared, the allocations are as that side has them.
//
// What then does not fit together is repaired. Whether the topics of a credit
// still allow its allocations is for the caller to ask the rules.
func Merge(ours, theirs Ledger) (Ledger, Report) {
	log := joinLogs(ours.Log, theirs.Log)
	m := newMerging(ours, theirs, log)
	m.chooseAll()
	maps.DeleteFunc(m.values, func(_ ID, value string) bool { return value == "" })
	m.repair()
	m.dropUntold()
	merged := Ledger{Log: slices.Collect(maps.Values(log)), Contents: m.contentsOf(ours, theirs)}
	for id, value := range m.values {
		merged.Records = append(merged.Records, Record{id, value})
	}
	merged.Sort()
	sorted.By(m.report.Conflicts, func(a, b Conflict) int { return a.ID.compare(b.ID) })
	sorted.By(m.report.Repairs, func(a, b Repair) int { return a.ID.compare(b.ID) })
	return merged, m.report
}

// newMerging returns a merge that has chosen nothing yet.
func newMerging(ours, theirs Ledger, log map[string]Entry) *merging {
	m := &merging{values: map[ID]string{}, united: map[string]string{}, contents: map[string]bool{}}
	for _, c := range slices.Concat(ours.Contents, theirs.Contents) {
		m.contents[c.SHA256] = true
	}
	behind := &theirs
	switch n := len(log); {
	case len(ours.Log) == n && len(theirs.Log) < n:
	case len(theirs.Log) == n && len(ours.Log) < n:
		behind = &ours
	default:
		behind = nil
	}
	if behind != nil {
		behind.Records = unlogged(behind.Records, log)
	}
	same := sameCycles(ours, theirs, log)
	m.ours, m.theirs = newSide(ours, log, same), newSide(theirs, log, same)
	switch behind {
	case &theirs:
		m.ahead = m.ours
	case &ours:
		m.ahead = m.theirs
	}
	m.ours.findNews(m.theirs)
	m.theirs.findNews(m.ours)
	m.ours.agree(m.theirs)
	return m
}

// dropUntold drops repairs that leave a record as our side has it, where no
// conflict says that it is to be another one.
func (m *merging) dropUntold() {
	told := map[ID]bool{}
	for _, c := range m.report.Conflicts {
		told[c.ID] = true
	}
	m.report.Repairs = slices.DeleteFunc(m.report.Repairs, func(r Repair) bool {
		return m.values[r.ID] == m.ours.values[r.ID] && !told[r.ID]
	})
}

// unlogged returns the records of which the log knows nothing.
func unlogged(records []Record, log map[string]Entry) []Record {
	known := map[ID]bool{}
	for _, e := range log {
		for _, c := range e.Changes {
			known[c.ID] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return known[r.ID] })
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

// A merging is a merge on its way.
type merging struct {
	ours, theirs *side
	ahead        *side           // the one that knows all that the other one knows, and more; or nil
	contents     map[string]bool // that either side has
	values       map[ID]string
	united       map[string]string // the uids of cycles that became others
	report       Report
}

// contentsOf returns the contents that the merged evidence needs.
func (m *merging) contentsOf(ours, theirs Ledger) []Content {
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
	sorted.By(all, ID.compare)
	return all
}
