package exchange

// A touch is an entry about a record, which was and became these values.
type touch struct {
	entry         *Entry
	before, after string
}

func (t touch) uid() string {
	if t.entry == nil {
		return ""
	}
	return t.entry.UID
}

// earlier reports whether a touch was before an entry.
func (t touch) earlier(e *Entry) bool { return t.entry == nil || t.entry.compare(*e) < 0 }

// A side is one of two ledgers to be merged.
type side struct {
	values map[ID]string
	log    []*Entry
	known  map[string]bool // entries
	same   renaming
	last   map[ID]touch // the last that it knows
	news   map[ID]news
	// below are the last news of what is of a credential or a credit, its
	// cycles or evidence, and is there.
	below map[ID]touch
}

// News is what a side did to a record that the other side does not know.
type news struct{ first, last touch }

// newSide returns a side with cycles named as same has them.
func newSide(l Ledger, log map[string]Entry, same renaming) *side {
	s := &side{
		values: make(map[ID]string, len(l.Records)), last: make(map[ID]touch, len(l.Records)),
		news: map[ID]news{}, below: map[ID]touch{}, known: make(map[string]bool, len(l.Log)), same: same,
	}
	for _, r := range l.Records {
		id, value := same.apply(r.ID, r.Value)
		s.values[id] = value
	}
	for _, e := range l.Log {
		s.known[e.UID] = true
		e := log[e.UID]
		s.log = append(s.log, &e)
		s.eachTouch(&e, func(id ID, t touch) {
			if s.last[id].earlier(t.entry) {
				s.last[id] = t
			}
		})
	}
	return s
}

// eachTouch calls fn for what an entry did to records.
func (s *side) eachTouch(e *Entry, fn func(id ID, t touch)) {
	for _, c := range e.Changes {
		id, after := s.same.apply(c.ID, c.After)
		_, before := s.same.apply(c.ID, c.Before)
		fn(id, touch{e, before, after})
	}
}

// findNews finds what the side did that the other one does not know.
func (s *side) findNews(other *side) {
	for _, e := range s.log {
		if other.known[e.UID] {
			continue
		}
		s.eachTouch(e, func(id ID, t touch) {
			n := s.news[id]
			if n.first.entry == nil || !n.first.earlier(t.entry) {
				n.first = t
			}
			if n.last.earlier(t.entry) {
				n.last = t
			}
			s.news[id] = n
		})
	}
	for id := range s.news {
		t := s.change(id)
		if t.entry == nil || s.values[id] == "" {
			continue
		}
		if owner := ownerOf(id, s.values[id]); s.below[owner].earlier(t.entry) {
			s.below[owner] = t
		}
	}
}

// ownerOf returns the credential of a cycle or the credit of evidence. Who
// changes one of these wants to keep the other.
func ownerOf(id ID, value string) ID {
	switch id.Kind {
	case CycleKind:
		return ID{CredentialKind, decode[Cycle](value).Credential}
	case EvidenceKind:
		return ID{CreditKind, decode[Evidence](value).Credit}
	}
	return ID{}
}

// change returns the last of the news of a record, or none where they make no
// difference: it is as it was before them, or as an entry left it that the
// other side knows too.
func (s *side) change(id ID) touch { return s.changeOf(id, whole) }

// whole is all of a value.
func whole(value string) string { return value }

// changeOf is change for a part of the value.
func (s *side) changeOf(id ID, part func(string) string) touch {
	n, value, last := s.news[id], part(s.values[id]), s.last[id]
	switch {
	case n.last.entry == nil || sameBut(id, value, part(n.first.before)):
		return touch{}
	case last.uid() != n.last.uid() && value == part(last.after):
		return touch{}
	}
	return n.last
}

// sameBut reports whether a value is the same as one of the log, but for the
// uid of a credential, which merging may have changed.
func sameBut(id ID, value, logged string) bool {
	if value == logged || id.Kind != CredentialKind || value == "" {
		return value == logged
	}
	is := decode[Credential](value)
	was, err := tryDecode[Credential](logged)
	was.UID = is.UID
	return err == nil && is == was
}

// agree gives a credential that both made by themselves one uid.
func (s *side) agree(other *side) {
	for id, value := range s.values {
		if id.Kind != CredentialKind || other.values[id] == "" || other.values[id] == value ||
			s.news[id].last.entry == nil || other.news[id].last.entry == nil {
			continue
		}
		ours, theirs := decode[Credential](value), decode[Credential](other.values[id])
		uid := min(ours.UID, theirs.UID)
		ours.UID, theirs.UID = uid, uid
		s.values[id], other.values[id] = mustValue(ours), mustValue(theirs)
	}
}

// alive reports whether a record is there; a removed credit is not.
func alive(id ID, value string) bool {
	if value == "" || id.Kind != CreditKind {
		return value != ""
	}
	f, err := tryDecode[fate](value) // the log may hold anything
	return err == nil && !f.Removed
}

// A fate is what became of a credit.
type fate struct {
	Removed bool   `json:"removed"`
	Into    OrNull `json:"merged_into"`
}
