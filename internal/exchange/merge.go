package exchange

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A Report says what a merge did.
type Report struct {
	Merged    map[Kind]Count `json:"merged"`
	Conflicts []Conflict     `json:"conflicts"`
	Told      []string       `json:"told"` // what else the holder should know, a sentence each
}

// A Count is what became of the records of a kind.
type Count struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
	Equal   int `json:"-"` // that both had
}

// A Conflict is a record that both sides changed, each without knowing of the
// other change.
type Conflict struct {
	Record Kind   `json:"record"`
	Key    string `json:"key"`
	Ours   Value  `json:"ours"`
	Theirs Value  `json:"theirs"`
	Kept   string `json:"kept"` // "ours" or "theirs"
}

// Same returns which credits of theirs are credits of ours by a uid that both
// know: ours by theirs. Each is there once. It does not matter which side is ours.
func Same(ours, theirs Ledger) map[string]string {
	type pair struct {
		far          int // how many of the two know the uid as another ledger's
		ours, theirs string
	}
	named := map[string]string{} // credits of ours by all their uids
	for _, c := range credits(ours) {
		for _, uid := range append(c.Aliases, c.UID) {
			named[uid] = c.UID
		}
	}
	var all []pair
	for _, c := range credits(theirs) {
		for _, uid := range append(c.Aliases, c.UID) {
			if o := named[uid]; o != "" {
				all = append(all, pair{len(union([]string{uid}, []string{o, c.UID})) - 1, o, c.UID})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b pair) int {
		return cmp.Or(a.far-b.far, strings.Compare(min(a.ours, a.theirs), min(b.ours, b.theirs)), strings.Compare(max(a.ours, a.theirs), max(b.ours, b.theirs)))
	})
	same, taken := map[string]string{}, map[string]bool{}
	for _, p := range all {
		if same[p.theirs] == "" && !taken[p.ours] {
			same[p.theirs], taken[p.ours] = p.ours, true
		}
	}
	return same
}

func credits(l Ledger) (all []Credit) {
	for _, r := range l.Records {
		if c, ok := r.Value.(Credit); ok {
			all = append(all, c)
		}
	}
	return all
}

// Merge returns ours with theirs merged into it. same says which credits of
// theirs are which of ours. Of a record that both have, the newer version is
// kept; what one side removed stays removed, unless it was changed later there.
// A credit that one side removed stays so whatever the other one changed, until
// somebody restores it knowing that it was removed.
//
// Which side is ours decides nothing but the uids of credits that both have,
// and which automatic allocations of open cycles there are.
func Merge(ours, theirs Ledger, same map[string]string) (Ledger, Report) {
	theirs = theirs.translate(same)
	m := &merging{
		report: Report{Merged: map[Kind]Count{}, Conflicts: []Conflict{}, Told: []string{}},
		ours:   ours.sayRemovals().index(), theirs: theirs.sayRemovals().index(), all: map[ID]*Record{}, alone: len(ours.Records) == 0,
	}
	ids := slices.Collect(maps.Keys(m.ours))
	for id := range m.theirs {
		if m.ours[id] == nil {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b ID) int { return strings.Compare(string(a.Kind)+a.Key, string(b.Kind)+b.Key) })
	for _, id := range ids {
		m.all[id] = m.merge(m.ours[id], m.theirs[id])
	}
	m.settle()
	var out Ledger
	proofs := map[string]bool{}
	for _, r := range m.all {
		if out.Records = append(out.Records, *r); r.Kind == EvidenceKind {
			proofs[r.Value.(Evidence).SHA256] = true
		}
	}
	out.Contents = append(slices.Clone(ours.Contents), theirs.Contents...)
	slices.SortStableFunc(out.Contents, func(a, b Content) int { return strings.Compare(a.SHA256, b.SHA256) })
	out.Contents = slices.CompactFunc(out.Contents, func(a, b Content) bool { return a.SHA256 == b.SHA256 })
	out.Contents = slices.DeleteFunc(out.Contents, func(c Content) bool { return !proofs[c.SHA256] })
	out.Tidy()
	m.count(ours, theirs, out)
	return out, m.report
}

// A merging is a merge on its way.
type merging struct {
	ours, theirs map[ID]*Record
	all          map[ID]*Record // what comes of them
	alone        bool           // there is nothing of ours
	report       Report
}

// translate returns the ledger with the uids that its credits have elsewhere.
func (l Ledger) translate(same map[string]string) Ledger {
	name := func(uid string) string {
		if other, ok := same[uid]; ok {
			return other
		}
		return uid
	}
	out := Ledger{Contents: l.Contents}
	for _, r := range l.Records {
		switch v := r.Value.(type) {
		case Declaration:
			v.Credits = slices.Clone(v.Credits)
			for i := range v.Credits {
				v.Credits[i].Credit.UID = name(v.Credits[i].Credit.UID)
			}
			r.Value = v
		case Credit:
			if other := name(v.UID); other != v.UID {
				v.Aliases = union(v.Aliases, []string{v.UID})
				v.Aliases = slices.DeleteFunc(v.Aliases, func(uid string) bool { return uid == other })
				v.UID = other
			}
			v.MergedInto = name(v.MergedInto)
			r.Value = v
		case Allocation:
			v.Credit = name(v.Credit)
			r.Value = v
		case Evidence:
			v.Credit = name(v.Credit)
			r.Value = v
		case Apart:
			a, b := name(v.Credit), name(v.Other)
			if r.Value = (Apart{min(a, b), max(a, b)}); a == b {
				continue
			}
		case Gone:
			words := strings.Split(v.Key, " ")
			for i := range words {
				words[i] = name(words[i])
			}
			if v.Kind == ApartKind {
				slices.Sort(words)
			}
			v.Key = strings.Join(words, " ")
			r.Value = v
		}
		r.ID = r.Value.id()
		out.Records = append(out.Records, r)
	}
	return out
}

// union returns both lists as one, sorted, each once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// sayRemovals returns the ledger with the times of all removals of credits:
// that of one that was removed and not changed since is in the credit alone.
func (l Ledger) sayRemovals() *Ledger {
	out := &Ledger{Records: slices.Clone(l.Records)}
	all := l.index()
	for _, c := range credits(l) {
		removed, restored := Gone{CreditKind, c.UID}, Gone{RestoredKind, c.UID}
		switch r, s := all[removed.id()], all[restored.id()]; {
		case c.Removed && r == nil:
			out.Add(removed, all[c.id()].Changed, nil)
		case !c.Removed && r != nil && s == nil:
			out.Add(restored, r.Changed, nil)
		}
	}
	return out
}

// merge returns what comes of two versions of a record, one of which may not be
// there.
func (m *merging) merge(a, b *Record) *Record {
	if a == nil || b == nil {
		return or(a, b)
	}
	newer, older := a, b
	if b.compare(a) > 0 {
		newer, older = b, a
	}
	_, isCredit := a.Value.(Credit)
	edited := len(a.Past) > 0 || len(b.Past) > 0
	apart := !a.knows(b) && !b.knows(a)
	if isCredit && len(newer.Past) == 0 && edited { // to import a list anew undoes nobody's edit
		newer, older, apart = older, newer, false
	}
	r := *newer
	r.Past = union(append([]string{older.Changed}, a.Past...), b.Past)
	r.Past = slices.DeleteFunc(r.Past, func(stamp string) bool { return stamp == "" || stamp == r.Changed })
	if r.Kind == GoneKind || isCredit && !edited {
		r.Past = nil
	}
	if c, ok := r.Value.(Credit); ok {
		x, y := newer.Value.(Credit), older.Value.(Credit)
		c.Aliases = union(x.Aliases, y.Aliases)
		c.Forms = append(slices.Clone(x.Forms), y.Forms...)
		if apart && y.Import != "" { // to import its file again is to find this one
			c.Forms = append(c.Forms, y.form())
		}
		r.Value = c.Tidy()
	}
	if apart && r.Kind != GoneKind && r.Kind != EvidenceKind && !isAuto(r.Value) && shown(a.Value) != shown(b.Value) {
		kept := "ours"
		x, _ := a.Value.(Credit)
		y, _ := b.Value.(Credit)
		if newer == b && x.Removed == y.Removed || y.Removed && !x.Removed {
			kept = "theirs"
		}
		m.report.Conflicts = append(m.report.Conflicts, Conflict{r.Kind, r.Key, filled(a.Value), filled(b.Value), kept})
	}
	return &r
}

func or(a, b *Record) *Record {
	if a == nil {
		a = b
	}
	r := *a
	return &r
}

func isAuto(v Value) bool {
	a, ok := v.(Allocation)
	return ok && a.By == ledger.ByAuto
}

// shown returns what a holder sees of a value.
func shown(v Value) string {
	if c, ok := v.(Credit); ok {
		c.Import, c.Aliases, c.Forms = "", nil, nil
		return Text(c)
	}
	return Text(v)
}

// form returns how a credit describes itself.
func (v Credit) form() ledger.Form {
	return ledger.Form{
		Date: v.Date, Title: v.Title, Provider: v.Provider, Points: v.Points, Reference: v.Reference, Imported: v.Import != "",
	}
}

// Tidy returns the credit with its other forms and uids in order, each once.
func (v Credit) Tidy() Credit {
	own := v.form()
	all := map[ledger.Form]ledger.Form{} // by what they are without Imported
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

// count says what became of records.
func (m *merging) count(ours, theirs, merged Ledger) {
	before, other := ours.index(), theirs.index()
	for _, kind := range Kinds() {
		if kind != GoneKind {
			m.report.Merged[kind] = Count{}
		}
	}
	for _, r := range merged.Records {
		if r.Kind == GoneKind {
			continue
		}
		n, was := m.report.Merged[r.Kind], before[r.ID]
		switch {
		case was == nil:
			n.Added++
		case r.Kind == CreditKind && r.Value.(Credit).Removed && !was.Value.(Credit).Removed:
			n.Removed++
		case shown(was.Value) != shown(r.Value):
			n.Changed++
		case other[r.ID] != nil:
			n.Equal++
		}
		m.report.Merged[r.Kind] = n
		delete(before, r.ID)
	}
	for id := range before {
		if id.Kind != GoneKind {
			n := m.report.Merged[id.Kind]
			n.Removed++
			m.report.Merged[id.Kind] = n
		}
	}
}
