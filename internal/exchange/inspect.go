package exchange

import "cmpledger/internal/ledger"

// Check says what in a ledger does not fit together, or nil.
func (l Ledger) Check() error {
	_, err := l.inspect()
	return err
}

// inspect checks that every record has what it refers to, and what holds of
// several together. It returns the index of the record that is at fault.
func (l Ledger) inspect() (int, error) {
	k := newKnowledge(l)
	if len(k.twice) > 0 {
		return k.twice[0], fault("uid: another %s has it too", l.Records[k.twice[0]].Kind)
	}
	proofs := map[[2]string]bool{}
	for i, r := range l.Records {
		var err error
		switch r.Kind {
		case CredentialKind:
			if n := k.open[r.Key]; n != 1 {
				err = fault("credential %s: has %d open cycles, not one", r.Key, n)
			}
		case CycleKind:
			if name := Of[Cycle](r).Credential; !k.has(CredentialKind, name) {
				err = fault("credential: %s is not in the file", name)
			}
		case DeclarationKind:
			if !k.has(CycleKind, r.Key) {
				err = fault("cycle: %s is not in the file", r.Key)
			}
		case CreditKind:
			err = k.checkCredit(k.credits[r.Key])
		case AllocationsKind:
			err = k.checkAllocations(r)
		case EvidenceKind:
			e := Of[Evidence](r)
			switch pair := [2]string{e.Credit, e.SHA256}; {
			case !k.has(CreditKind, e.Credit):
				err = fault("credit: %s is not in the file", e.Credit)
			case !k.contents[e.SHA256]:
				err = fault("sha256: content %s is not in the file", e.SHA256)
			case proofs[pair]:
				err = fault("sha256: is evidence of credit %s already", e.Credit)
			default:
				proofs[pair] = true
			}
		}
		if err != nil {
			return i, err
		}
	}
	return 0, nil
}

// A fact is what others ask of a credit.
type fact struct {
	points   Points
	removed  bool
	into     string
	imported string
}

// A knowledge is what records of a ledger refer to.
type knowledge struct {
	ids      map[ID]bool
	credits  map[string]fact
	cycles   map[string]string // the credential of each
	open     map[string]int    // cycles of each credential
	contents map[string]bool
	twice    []int // records with a uid that another one has, which is not their key
}

func newKnowledge(l Ledger) knowledge {
	k := knowledge{
		ids: make(map[ID]bool, len(l.Records)), credits: make(map[string]fact, len(l.Records)),
		cycles: map[string]string{}, open: map[string]int{}, contents: map[string]bool{},
	}
	uids := map[ID]bool{}
	once := func(i int, kind Kind, uid string) {
		if uids[ID{kind, uid}] {
			k.twice = append(k.twice, i)
		}
		uids[ID{kind, uid}] = true
	}
	for i, r := range l.Records {
		k.ids[r.ID] = true
		switch r.Kind {
		case CredentialKind:
			once(i, r.Kind, Of[Credential](r).UID)
		case DeclarationKind:
			once(i, r.Kind, Of[Declaration](r).UID)
		case CycleKind:
			c := Of[Cycle](r)
			k.cycles[r.Key] = c.Credential
			if !c.Closed {
				k.open[c.Credential]++
			}
		case CreditKind:
			v := decode[struct {
				Points  Points `json:"points"`
				Removed bool   `json:"removed"`
				Into    OrNull `json:"merged_into"`
				Import  OrNull `json:"import"`
			}](r.Value)
			k.credits[r.Key] = fact{v.Points, v.Removed, string(v.Into), string(v.Import)}
		}
	}
	for _, c := range l.Contents {
		k.contents[c.SHA256] = true
	}
	return k
}

func (k knowledge) has(kind Kind, key string) bool { return k.ids[ID{kind, key}] }

// checkCredit checks that the import of a credit, and what it was merged into,
// are there.
func (k knowledge) checkCredit(f fact) error {
	switch {
	case f.imported != "" && !k.has(ImportKind, f.imported):
		return fault("import: %s is not in the file", f.imported)
	case f.into != "" && !k.has(CreditKind, f.into):
		return fault("merged_into: credit %s is not in the file", f.into)
	case f.into != "" && k.credits[f.into].into != "":
		return fault("merged_into: credit %s was merged itself", f.into)
	}
	return nil
}

// checkAllocations checks that allocations are of cycles of their credential
// and within the points of their credit.
func (k knowledge) checkAllocations(r Record) error {
	credit, credential := splitAllocations(r.ID)
	sum := Points(0)
	for _, a := range Of[Allocations](r).Allocations {
		if k.cycles[a.Cycle] != credential {
			return fault("cycle: %s is not in the file as one of %s", a.Cycle, credential)
		}
		sum += a.Points
	}
	f, ok := k.credits[credit]
	switch {
	case !ok:
		return fault("credit: %s is not in the file", credit)
	case f.removed:
		return fault("credit: %s is removed", credit)
	case sum > f.points:
		return fault("allocations: %s of the %s points of credit %s", ledger.Points(sum), ledger.Points(f.points), credit)
	}
	return nil
}
