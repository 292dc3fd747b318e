package exchange

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A Report says what a merge did.
type Report struct {
	Merged    map[Kind]Count `json:"merged" doc:"Numbers of records by kind."`
	Conflicts []Conflict     `json:"conflicts" doc:"Records that both sides changed."`
	Told      []string       `json:"told" doc:"What else the holder should know, in words."` // a sentence each
	Changes   []Change       `json:"-"`                                                      // of our ledger
}

// A Count says how many records of a kind were added, changed and removed.
type Count struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// A Conflict is a record that both sides changed, neither after the other.
type Conflict struct {
	Record Kind            `json:"record" doc:"What the record is: credit."`
	Key    string          `json:"key" doc:"Names the record in all ledgers."`
	Ours   json.RawMessage `json:"ours" as:"record-value"`
	Theirs json.RawMessage `json:"theirs" as:"record-value"`
	Kept   string          `json:"kept" enum:"ours,theirs"`
	Credit int64           `json:"-"` // our number of the credit that it is or belongs to; may be 0
}

// Same returns the credits that both ledgers know by one uid: the uids of ours by
// those of theirs, each once. It does not matter which side is ours.
func Same(ours, theirs Ledger) map[string]string {
	a, b := ours.names(), theirs.names()
	same, taken := make(map[string]string, len(b)), make(map[string]bool, len(b))
	pair := func(o, t string) {
		if same[t] == "" && !taken[o] {
			same[t], taken[o] = o, true
		}
	}
	for name, o := range a {
		if b[name] == o {
			pair(o, o)
		}
	}
	maps.DeleteFunc(a, func(name, o string) bool { return b[name] == "" || b[name] == o })
	for _, name := range slices.Sorted(maps.Keys(a)) {
		pair(a[name], b[name])
	}
	return same
}

// names returns the uids of the credits by all uids that they are known by.
func (l Ledger) names() map[string]string {
	all := make(map[string]string, len(l.Records))
	for _, r := range l.Records {
		if c, ok := r.Value.(Credit); ok {
			for _, name := range append(c.Aliases, c.UID) {
				all[name] = c.UID
			}
		}
	}
	return all
}

// Merge returns ours with theirs merged into it. same has the uids of our credits by those of
// theirs. Of a record that both have, the newer version is kept. A record that one side deleted
// is gone, unless the other changed it later; a credit stays removed until somebody restores it.
//
// Ledgers may be merged in any order: the result is the same, but for which of several equal
// credits is removed. Which side is ours decides only the uids of credits that both have, and
// which of equally new automatic allocations are kept.
func Merge(ours, theirs Ledger, same map[string]string) (Ledger, Report) {
	m := &merging{
		report: Report{Merged: map[Kind]Count{}, Conflicts: []Conflict{}, Told: []string{}},
		ours:   ours, theirs: theirs.translate(same), all: make(map[ID]*Record, max(len(ours.Records), len(theirs.Records))),
	}
	var both []*Record // that differ
	for id, r := range ours.Records {
		if t := m.theirs.Records[id]; t != nil && (id.Kind == GoneKind || !r.equal(t)) {
			both = append(both, r)
			continue
		}
		m.all[id] = new(*r)
	}
	for id, r := range m.theirs.Records {
		if ours.Records[id] == nil {
			m.all[id] = new(*r)
		}
	}
	for _, r := range inOrder(both) {
		m.all[r.ID] = m.merge(r, m.theirs.Records[r.ID])
	}
	m.dropGone() // from here on records are made to fit together; losses are told
	m.openLast()
	m.dropLoose()
	m.followMerged()
	m.moveEvidence()
	m.chooseAutomatic()
	m.trimAllocations()
	out := Ledger{m.all, map[string]Content{}}
	for id, r := range m.all {
		r.Number = 0
		if was := ours.Records[id]; was != nil {
			r.Number = was.Number
		}
		if v, ok := r.Value.(Evidence); ok {
			out.Contents[v.SHA256], _ = m.content(v.SHA256)
		}
	}
	m.report.Changes = Changes(ours, out)
	m.count()
	return out, m.report
}

// A merging is a merge on its way.
type merging struct {
	ours, theirs Ledger
	all          map[ID]*Record // the result
	report       Report
}

// translate returns the ledger with the uids that same has for its credits.
func (l Ledger) translate(same map[string]string) Ledger {
	others := 0
	for t, o := range same {
		if t != o {
			others++
		}
	}
	if others == 0 {
		return l
	}
	name := func(uid string) string { return cmp.Or(same[uid], uid) }
	out := Ledger{map[ID]*Record{}, l.Contents}
	for _, r := range l.Records {
		v := r.Value
		switch of := v.(type) {
		case Declaration:
			of.Credits = slices.Clone(of.Credits)
			for i := range of.Credits {
				of.Credits[i].Credit.UID = name(of.Credits[i].Credit.UID)
			}
			v = of
		case Credit:
			if other := name(of.UID); other != of.UID {
				of.Aliases = without(union(of.Aliases, []string{of.UID}), other)
				of.UID = other
			}
			of.MergedInto = name(of.MergedInto)
			v = of
		case Allocation:
			of.Credit = name(of.Credit)
			v = of
		case Evidence:
			of.Credit = name(of.Credit)
			v = of
		case Apart:
			a, b := name(of.Credit), name(of.Other)
			v = Apart{min(a, b), max(a, b)}
		case InPortal:
			of.Credit = name(of.Credit)
			v = of
		case Gone:
			words := strings.Split(of.Key, " ")
			for i := range words {
				words[i] = name(words[i])
			}
			if of.Kind == ApartKind {
				slices.Sort(words)
			}
			v = Gone{of.Kind, strings.Join(words, " ")}
		}
		out.Add(v, 0, r.Changed, r.Past)
	}
	return out
}

// union returns both lists as one, sorted, each text once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func without(all []string, one string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return s == one })
}

// earlier returns the stamps of the changes before one, sorted, each once.
func earlier(changed string, past ...[]string) []string {
	return without(without(union(slices.Concat(past...), nil), ""), changed)
}

// merge merges two versions of a record.
func (m *merging) merge(a, b *Record) *Record {
	newer, older := a, b
	if compare(a, b) < 0 {
		newer, older = b, a
	}
	r := *newer
	r.Past = earlier(r.Changed, a.Past, b.Past, []string{older.Changed})
	x, isCredit := newer.Value.(Credit)
	y, _ := older.Value.(Credit)
	if isCredit {
		r.Value = m.mergeCredits(x, y)
	}
	if r.Kind == GoneKind || isCredit && !newer.edited() {
		r.Past = nil
	}
	read := isCredit && newer.edited() && !older.edited() && y.Import != "" // to import a list again is no change
	if a.knows(b) || b.knows(a) || read || r.Kind == EvidenceKind || r.Kind == PortalKind || shown(a.Value) == shown(b.Value) {
		return &r
	}
	if y.Removed && !x.Removed { // it stays removed
		newer = older
	}
	kept := "ours"
	if newer == b {
		kept = "theirs"
	}
	m.report.Conflicts = append(m.report.Conflicts, Conflict{r.Kind, r.Key, []byte(Text(a.Value)), []byte(Text(b.Value)), kept, m.creditOf(a)})
	return &r
}

// compare tells which version is newer. An edited credit is newer than one that was
// imported again.
func compare(a, b *Record) int {
	if _, is := a.Value.(Credit); is && a.edited() != b.edited() {
		return cmp.Compare(len(a.Past), len(b.Past))
	}
	if a.Changed != b.Changed {
		return strings.Compare(a.Changed, b.Changed)
	}
	return strings.Compare(Text(a.Value), Text(b.Value))
}

func (r *Record) edited() bool { return len(r.Past) > 0 }

// mergeCredits returns the newer version of a credit, with all names and forms of both.
// The side that removed it last says whether it is still removed.
func (m *merging) mergeCredits(newer, older Credit) Credit {
	c := newer
	c.Aliases, c.Forms = union(newer.Aliases, older.Aliases), slices.Concat(newer.Forms, older.Forms)
	if older.Import != "" { // importing its file again finds this credit
		c.Forms = append(c.Forms, older.form())
	}
	a, b := m.ours.Records[c.id()].Value.(Credit), m.theirs.Records[c.id()].Value.(Credit)
	switch order := strings.Compare(m.ours.removedAt(c.id()), m.theirs.removedAt(c.id())); {
	case order > 0:
		c.Removed, c.MergedInto = a.Removed, a.MergedInto
	case order < 0:
		c.Removed, c.MergedInto = b.Removed, b.MergedInto
	case a.Removed && b.Removed:
		c.Removed, c.MergedInto = true, max(a.MergedInto, b.MergedInto)
	default:
		c.Removed, c.MergedInto = false, ""
	}
	return c.tidy()
}

// removedAt returns when a credit was removed last, "" for never.
func (l Ledger) removedAt(credit ID) string {
	if r := l.Records[Gone(credit).id()]; r != nil {
		return r.Changed
	}
	return ""
}

// creditOf returns our number of the credit that a record is or belongs to, or 0.
func (m *merging) creditOf(r *Record) int64 {
	for _, id := range append([]ID{r.ID}, r.Value.refs()...) {
		if of := m.ours.Records[id]; of != nil && id.Kind == CreditKind {
			return of.Number
		}
	}
	return 0
}

// shown returns the part of a value that the holder sees.
func shown(v Value) string {
	if c, ok := v.(Credit); ok {
		c.Import, c.Aliases, c.Forms = "", nil, nil
		v = c
	}
	return Text(v)
}

// form returns the form that a credit has now.
func (v Credit) form() ledger.Form {
	return ledger.Form{
		Date: v.Date, Title: v.Title, Provider: v.Provider, Points: v.Points, Reference: v.Reference, Imported: v.Import != "",
	}
}

// tidy sorts the other forms and uids of a credit, each once.
func (v Credit) tidy() Credit {
	if len(v.Forms)+len(v.Aliases) == 0 { // as nearly all are
		v.Forms, v.Aliases = nil, nil
		return v
	}
	own := v.form()
	all := map[ledger.Form]ledger.Form{} // by the form without Imported
	for _, f := range v.Forms {
		key := f
		if key.Imported = own.Imported; key != own {
			f.Imported = f.Imported || all[key].Imported
			all[key] = f
		}
	}
	v.Forms = slices.Collect(maps.Values(all))
	slices.SortStableFunc(v.Forms, func(a, b ledger.Form) int { return strings.Compare(Text(a), Text(b)) })
	v.Aliases = union(v.Aliases, nil)
	return v
}

// content returns a content, unless neither side has it.
func (m *merging) content(hash string) (c Content, ok bool) {
	if c, ok = m.theirs.Contents[hash]; !ok {
		c, ok = m.ours.Contents[hash]
	}
	return c, ok
}

// count counts the changes by kind.
func (m *merging) count() {
	for _, kind := range Kinds() {
		m.report.Merged[kind] = Count{}
	}
	for _, c := range m.report.Changes {
		n := m.report.Merged[c.Kind]
		switch {
		case c.Before == nil:
			n.Added++
		case c.After == nil, isRemoved(c.After) && !isRemoved(c.Before):
			n.Removed++
		case shown(c.Before.Value) != shown(c.After.Value):
			n.Changed++
		}
		m.report.Merged[c.Kind] = n
	}
	delete(m.report.Merged, GoneKind)
}

func isRemoved(r *Record) bool {
	c, _ := r.Value.(Credit)
	return c.Removed
}

func (m *merging) tell(format string, args ...any) {
	m.report.Told = append(m.report.Told, fmt.Sprintf(format, args...))
}

// each replaces the values of a type by what fn returns, in the order of their
// keys; false drops the record.
func each[V Value](m *merging, fn func(r *Record, v V) (V, bool)) {
	var zero V
	for _, r := range m.records(zero.id().Kind) {
		v, keep := fn(r, r.Value.(V))
		if r.Value = v; !keep {
			delete(m.all, r.ID)
		}
	}
}

// records returns the records of a kind, in the order of their keys.
func (m *merging) records(kind Kind) (all []*Record) {
	for id, r := range m.all {
		if id.Kind == kind {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b *Record) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// dropGone drops records that were deleted after their last change. It keeps a declared
// cycle, and a credential of which anything changed later.
func (m *merging) dropGone() {
	for _, r := range slices.Backward(m.records(GoneKind)) { // declarations, then cycles, then credentials
		g := r.Value.(Gone)
		at := m.all[ID(g)]
		if at == nil || g.Kind == CreditKind {
			continue
		}
		newest := at.Changed
		if g.Kind == CredentialKind {
			for _, of := range m.all {
				if strings.HasPrefix(of.Key, g.Key+" ") {
					newest = max(newest, of.Changed)
				}
			}
		}
		if newest > r.Changed || g.Kind == CycleKind && m.all[ID{DeclarationKind, g.Key}] != nil {
			delete(m.all, r.ID)
		} else {
			delete(m.all, at.ID)
		}
	}
}

// openLast leaves the last cycle of each credential open, and no other one.
func (m *merging) openLast() {
	each(m, func(_ *Record, c Credential) (Credential, bool) {
		cycles := slices.DeleteFunc(m.records(CycleKind), func(r *Record) bool { return r.Value.(Cycle).Credential != c.Name })
		if len(cycles) == 0 {
			m.tell("%s has no cycle left and was removed. If you still hold it, add it again.", c.Name)
			return c, false
		}
		if cycles[0].Value.(Cycle).Last == 0 && len(cycles) > 1 {
			delete(m.all, cycles[0].ID)
			cycles = cycles[1:]
		}
		open := 0
		for _, r := range cycles {
			if !r.Value.(Cycle).Closed {
				open++
			}
		}
		last := cycles[len(cycles)-1].Value.(Cycle).Last
		c.Voluntary = c.Voluntary || last == 0
		if open == 1 {
			return c, true
		}
		for _, r := range cycles {
			y := r.Value.(Cycle)
			y.Closed = y.Last != last
			r.Value = y
		}
		m.tell("%s had %d open cycles. Now only the one to %s is open.", c.Name, open, last)
		return c, true
	})
}

// dropLoose drops records that refer to one which is gone; allocations come later.
func (m *merging) dropLoose() {
	lost := func(r *Record) (of ID, is bool) {
		for _, of := range r.Value.refs() {
			if m.all[of] != nil || r.Kind == AllocationKind {
				continue
			}
			if _, kept := m.content(of.Key); of.Kind != contentKind || !kept {
				return of, true
			}
		}
		return of, false
	}
	loose := false
	for _, r := range m.all {
		_, is := lost(r)
		loose = loose || is
	}
	if !loose {
		return // as nearly always
	}
	for _, r := range (Ledger{Records: m.all}).Sorted() {
		if of, is := lost(r); is {
			delete(m.all, r.ID)
			m.tell("The %s %s was removed, because the %s %s is gone.", r.Kind, r.Key, of.Kind, of.Key)
		}
	}
}

// followMerged makes merged credits point to one that was not merged, and leaves each uid
// to one credit. Of two that were merged into each other, the one removed first comes back.
func (m *merging) followMerged() {
	into := map[string]string{}
	end := func(uid string) string {
		for into[uid] != "" {
			uid = into[uid]
		}
		return uid
	}
	var byKey []*Record // those that something was merged into or out of, a few of many
	for _, r := range m.all {
		if c, is := r.Value.(Credit); is && (c.MergedInto != "" || len(c.Aliases) > 0) {
			byKey = append(byKey, r)
		}
	}
	slices.SortFunc(byKey, func(a, b *Record) int { return strings.Compare(a.Key, b.Key) })
	credits, all := slices.Clone(byKey), Ledger{Records: m.all}
	slices.SortStableFunc(credits, func(a, b *Record) int { return strings.Compare(all.removedAt(b.ID), all.removedAt(a.ID)) })
	for _, r := range credits {
		c := r.Value.(Credit)
		switch {
		case c.MergedInto == "":
		case end(c.MergedInto) != c.UID:
			into[c.UID] = c.MergedInto
		default:
			c.Removed, c.MergedInto = false, ""
			r.Value = c
			m.tell("%s was merged with another credit on both computers, each the other way round. It stays.", c.name())
		}
	}
	taken := map[string]bool{}
	for _, r := range byKey {
		c := r.Value.(Credit)
		c.MergedInto = end(c.MergedInto)
		c.Aliases = slices.DeleteFunc(slices.Clone(c.Aliases), func(uid string) bool {
			drop := taken[uid] || m.all[creditID(uid)] != nil
			taken[uid] = true
			return drop
		})
		r.Value = c
	}
}

// moveEvidence moves the evidence of a merged credit to the credit that it was merged
// into, unless it was removed there later, and records that it is gone from the old one.
func (m *merging) moveEvidence() {
	each(m, func(r *Record, e Evidence) (Evidence, bool) {
		moved := e
		moved.Credit = m.credit(e.Credit).MergedInto
		if moved.Credit == "" || m.all[moved.id()] != nil {
			return e, true
		}
		gone := Gone(r.ID)
		m.all[gone.id()] = &Record{ID: gone.id(), Changed: r.Changed, Value: gone}
		there := Gone(moved.id()).id()
		if removed := m.all[there]; removed == nil || removed.Changed < r.Changed {
			delete(m.all, there)
			m.all[moved.id()] = &Record{moved.id(), 0, r.Changed, r.Past, moved}
		}
		return e, false
	})
}

func (m *merging) credit(uid string) Credit { return Ledger{Records: m.all}.credit(uid) }

// credit returns a credit by its uid.
func (l Ledger) credit(uid string) (c Credit) {
	if r := l.Records[creditID(uid)]; r != nil {
		c = r.Value.(Credit)
	}
	return c
}

// name names a credit for people.
func (v Credit) name() string { return fmt.Sprintf("%q (%s)", v.Title, v.Date) }

// trimAllocations lowers allocations to the points that their credits have.
func (m *merging) trimAllocations() {
	all := m.records(AllocationKind)
	elsewhere := map[ID]bool{} // those of cycles that exist, named without the cycle
	for _, r := range all {
		if a := r.Value.(Allocation); m.all[a.CycleID()] != nil {
			elsewhere[a.inNoCycle()] = true
		}
	}
	slices.SortFunc(all, served)
	spent := map[[2]string]ledger.Points{}
	for _, r := range all {
		a := r.Value.(Allocation)
		c, at := m.credit(a.Credit), [2]string{a.Credit, a.Credential}
		left, why := min(a.Points, c.Points-spent[at]), fmt.Sprintf("the credit has %s", c.Points)
		gone := m.all[a.CycleID()] == nil
		switch {
		case c.Removed:
			left, why = 0, "the credit was removed"
		case gone:
			left, why = 0, fmt.Sprintf("the cycle to %s is gone", a.Cycle)
		}
		if left < a.Points && a.By == ledger.ByHand && !(gone && elsewhere[a.inNoCycle()]) {
			m.tell("Your allocation of %s from %s to %s of %s is now %s: %s.", a.Points, c.name(), a.Requirement, a.Credential, left, why)
		}
		spent[at] += left
		if a.Points = left; left == 0 {
			delete(m.all, r.ID)
		}
		r.Value = a
	}
}

// served tells which of two allocations gets the points of their credit first: those by hand, then
// the older.
func served(a, b *Record) int {
	x, y := a.Value.(Allocation), b.Value.(Allocation)
	return cmp.Or(-strings.Compare(string(x.By), string(y.By)), strings.Compare(a.Changed, b.Changed), strings.Compare(a.Key, b.Key)) // "hand" is after "auto"
}

// inNoCycle names an allocation by all but its cycle.
func (v Allocation) inNoCycle() ID {
	v.Cycle = 0
	return v.id()
}

// chooseAutomatic takes automatic allocations from the side that changed or declared
// their cycle last, or else from ours. Those of open cycles are placed anew later.
func (m *merging) chooseAutomatic() {
	each(m, func(r *Record, a Allocation) (Allocation, bool) {
		if a.By == ledger.ByHand {
			return a, true
		}
		cycle, from := a.CycleID(), m.ours
		newest := func(l Ledger) (stamp string) {
			for _, id := range []ID{cycle, {DeclarationKind, cycle.Key}} {
				if of := l.Records[id]; of != nil {
					stamp = max(stamp, of.Changed)
				}
			}
			return stamp
		}
		if m.ours.Records[cycle] == nil || newest(m.theirs) > newest(m.ours) {
			from = m.theirs
		}
		if from.Records[r.ID] == nil {
			return a, false
		}
		return from.Records[r.ID].Value.(Allocation), true
	})
}
