// Package exchange writes a ledger to a file that any ledger can take in, reads
// such a file, and merges two ledgers. It reads no clock and no database. It does
// not decide which credits of two ledgers are the same activity: the caller says so.
//
// # The file
//
// Each line is a JSON object. The first is {"schema":"cmp.ledger/1"}, the last
// {"record":"end","lines":N} with the number of lines before it, so that a
// file cut short is noticed. The lines between are records, kind by kind in
// the order of [Kinds], then the contents of files of evidence. Points are
// numbers such as 1.5; days are texts such as "2026-11-21", or null. Ledgers that
// hold the same make the same file.
//
// # The name of a record
//
// A record has a key that is the same in all ledgers: 'ascp/MLS' names a
// credential, 'ascp/MLS 2027-03-31' a cycle by its last day, and its declaration.
// Imports, credits and courses have a uid. The other keys are made of those.
//
// # Stamps
//
// Every command has a stamp. Stamps sort as text, and each is later than all that
// its ledger has. A record keeps the stamp of its last change and those of all its
// changes before. So of two versions of a record one can tell whether either came
// after the other. If not, both sides changed it, and the newer version is kept.
package exchange

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Schema names the form of the file.
const Schema = "cmp.ledger/1"

// A Kind is a kind of records.
type Kind string

// The kinds.
const (
	CredentialKind  Kind = "credential"
	CycleKind       Kind = "cycle"
	DeclarationKind Kind = "declaration"
	ImportKind      Kind = "import"
	CreditKind      Kind = "credit"
	AllocationKind  Kind = "allocation"
	EvidenceKind    Kind = "evidence"
	CourseKind      Kind = "course"
	ApartKind       Kind = "apart"
	PortalKind      Kind = "portal"
	GoneKind        Kind = "gone"

	contentKind Kind = "content" // what evidence refers to
)

// Kinds returns the kinds as they are ordered in the file: a record comes after
// those that it refers to.
func Kinds() (all []Kind) {
	for _, v := range values() {
		all = append(all, v.id().Kind)
	}
	return all
}

// Stamped reports whether records of the kind have stamps. An import never changes.
func (k Kind) Stamped() bool { return k != ImportKind }

// An ID names a record in all ledgers.
type ID struct {
	Kind Kind
	Key  string
}

// A Record is one record of a ledger.
type Record struct {
	ID
	Number  int64    // in the ledger that it was read from; 0 if it was read from a file
	Changed string   // the stamp of its last change, or "" if that is not known
	Past    []string // the stamps of the changes before that, sorted
	Value   Value    // of the type that its kind has
}

// A Ledger is all that a ledger holds, but for its log.
type Ledger struct {
	Records  map[ID]*Record
	Contents map[string]Content // of files of evidence, by SHA-256
}

// A Content is that of a file of evidence, which is read when it is needed.
type Content struct {
	Size  int64 // in bytes
	Write func(to io.Writer) error
}

// Add adds a record, and for a removed credit when it was removed: at its last
// change, unless another record says so. It reports whether the record is new.
func (l *Ledger) Add(v Value, number int64, changed string, past []string) (added bool) {
	if l.Records == nil {
		l.Records = map[ID]*Record{}
	}
	c, isCredit := v.(Credit)
	if isCredit {
		v = c.tidy()
	}
	was := l.Records[v.id()]
	l.Records[v.id()] = &Record{v.id(), number, changed, earlier(changed, past), v}
	removal := Gone(v.id())
	if c.Removed && l.Records[removal.id()] == nil {
		l.Add(removal, 0, changed, nil)
	}
	return was == nil || was.Kind == GoneKind
}

// Sorted returns the records in the order of the file.
func (l Ledger) Sorted() []*Record { return inOrder(slices.Collect(maps.Values(l.Records))) }

// inOrder sorts records into the order of the file. Credits are sorted by day, so that
// a new ledger numbers them in the order in which they were earned.
func inOrder(all []*Record) []*Record {
	rank := map[Kind]int{}
	for i, kind := range Kinds() {
		rank[kind] = i
	}
	type place struct {
		rank int
		day  ledger.Date
		*Record
	}
	places := make([]place, len(all))
	for i, r := range all {
		c, _ := r.Value.(Credit)
		places[i] = place{rank[r.Kind], c.Date, r}
	}
	slices.SortFunc(places, func(a, b place) int { // no two have the same key
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.day, b.day), strings.Compare(a.Key, b.Key))
	})
	for i, p := range places {
		all[i] = p.Record
	}
	return all
}

// A Change is a record that differs between two ledgers.
type Change struct {
	ID
	Before, After *Record // nil where the ledger does not have it
	Stamps        bool    // only the stamps differ
}

// Changes returns the records that differ, in the order of the file.
func Changes(before, after Ledger) (all []Change) {
	var differ []*Record
	for id, r := range after.Records {
		if a := before.Records[id]; a == nil || !a.equal(r) {
			differ = append(differ, r)
		}
	}
	for id, r := range before.Records {
		if after.Records[id] == nil {
			differ = append(differ, r)
		}
	}
	for _, r := range inOrder(differ) {
		a, b := before.Records[r.ID], after.Records[r.ID]
		same := a != nil && b != nil && Text(a.Value) == Text(b.Value)
		if !same || !a.sameStamps(b) {
			all = append(all, Change{r.ID, a, b, same})
		}
	}
	return all
}

// equal reports whether two versions are the same, as nearly all of a large ledger are.
func (r *Record) equal(other *Record) bool {
	return r.sameStamps(other) && reflect.DeepEqual(r.Value, other.Value)
}

func (r *Record) sameStamps(other *Record) bool {
	return r.Changed == other.Changed && slices.Equal(r.Past, other.Past)
}

// knows reports whether a version came after another one, or is the same.
func (r *Record) knows(other *Record) bool {
	return r.Changed == other.Changed || slices.Contains(r.Past, other.Changed)
}

// A Value is what a record says.
type Value interface {
	id() ID
	refs() []ID // the records that it needs
}

// The values of records.
type (
	// A Credential is one that a body granted to the holder.
	Credential struct {
		Name       string         `json:"credential" as:"credential-name"`
		Number     string         `json:"number" doc:"As the body numbers it." empty:"where it is not known"`
		Certified  ledger.Date    `json:"certified" null:"where it is not known"`
		Voluntary  bool           `json:"voluntary"`
		Categories []ledger.Topic `json:"categories" doc:"In which a licence is held."`
	}
	// A Cycle is one of the cycles of a credential.
	Cycle struct {
		Credential string      `json:"credential" as:"credential-name"`
		First      ledger.Date `json:"first_day" doc:"Null, as last_day, before the first cycle of a voluntary credential." null:""`
		Last       ledger.Date `json:"last_day" null:""`
		Stated     bool        `json:"stated" doc:"The holder stated the first day."`
		Closed     bool        `json:"closed" doc:"A later one was opened."`
	}
	// A Declaration is that of one cycle.
	Declaration struct {
		Credential string      `json:"credential" as:"credential-name"`
		Cycle      ledger.Date `json:"cycle" doc:"Last day of the cycle that was declared."`
		ledger.Declaration
	}
	// An Import is a file that credits were read from. It never changes.
	Import struct{ ledger.Import }
	// A Credit is one of the ledger, be it removed.
	Credit struct {
		ledger.Credit
		Import     string        `json:"import" doc:"Uid of the import that brought it." empty:"where none did"`
		Removed    bool          `json:"removed"`
		MergedInto string        `json:"merged_into" doc:"Uid of the credit that a removed one became." empty:"where it became none"`
		Aliases    []string      `json:"aliases" doc:"Uids by which other ledgers know it."` // sorted
		Forms      []ledger.Form `json:"forms" doc:"Under which it is known besides."`       // sorted
	}
	// An Allocation puts points of a credit towards a requirement of a cycle.
	Allocation struct {
		Credit      string             `json:"credit" doc:"Uid of the credit."`
		Credential  string             `json:"credential" as:"credential-name"`
		Cycle       ledger.Date        `json:"cycle" doc:"Its last day." null:"where it has none"`
		Requirement ledger.Requirement `json:"requirement" as:"string"`
		Points      ledger.Points      `json:"points"`
		By          ledger.Allocator   `json:"by"`
	}
	// Evidence is a file that proves a credit.
	Evidence struct {
		Credit    string      `json:"credit" doc:"Uid of the credit that it proves."`
		SHA256    string      `json:"sha256" as:"sha256"`
		Name      string      `json:"name" doc:"Of the file."`
		MediaType string      `json:"media_type"`
		Added     ledger.Date `json:"added"`
	}
	// A Course is one that a provider offers.
	Course struct{ ledger.Course }
	// Apart says that two credits look alike and are two.
	Apart struct {
		Credit string `json:"credit" doc:"Uid of the one."`
		Other  string `json:"other" doc:"Uid of the other."` // greater than Credit
	}
	// InPortal says whether the portal of a body has a credit.
	InPortal struct {
		Credit string      `json:"credit" doc:"Uid of the credit." empty:"for the portal as a whole"`
		Body   string      `json:"body" doc:"Whose portal it is: ascp."`
		Date   ledger.Date `json:"date" doc:"Day on which the portal was looked at last."`
		Found  bool        `json:"found" doc:"It has the credit."`
	}
	// Gone says that a record was deleted. A credit is never deleted: of one it says
	// when it was removed last, even if it was brought back since.
	Gone struct {
		Kind Kind   `json:"kind" doc:"What it was: evidence."`
		Key  string `json:"key" doc:"Names the record in all ledgers."`
	}
)

// values returns a value of each kind, in the order of the file.
func values() []Value {
	return []Value{Credential{}, Cycle{}, Declaration{}, Import{}, Credit{}, Allocation{}, Evidence{}, Course{}, Apart{}, InPortal{}, Gone{}}
}

func cycleID(credential string, last ledger.Date) ID {
	return ID{CycleKind, credential + " " + last.String()}
}

func creditID(uid string) ID { return ID{CreditKind, uid} }

func (v Credential) id() ID  { return ID{CredentialKind, v.Name} }
func (v Cycle) id() ID       { return cycleID(v.Credential, v.Last) }
func (v Declaration) id() ID { return ID{DeclarationKind, v.CycleID().Key} }
func (v Import) id() ID      { return ID{ImportKind, v.UID} }
func (v Credit) id() ID      { return creditID(v.UID) }
func (v Evidence) id() ID    { return ID{EvidenceKind, v.Credit + " " + v.SHA256} }
func (v Course) id() ID      { return ID{CourseKind, v.UID} }
func (v Apart) id() ID       { return ID{ApartKind, v.Credit + " " + v.Other} }
func (v InPortal) id() ID    { return ID{PortalKind, v.Credit + " " + v.Body} }
func (v Gone) id() ID        { return ID{GoneKind, string(v.Kind) + " " + v.Key} }

func (v Allocation) id() ID {
	key := v.Credit + " " + v.CycleID().Key + " " + string(v.Requirement)
	if v.By == ledger.ByAuto {
		key += " auto"
	}
	return ID{AllocationKind, key}
}

// CycleID names the cycle.
func (v Allocation) CycleID() ID { return cycleID(v.Credential, v.Cycle) }

// CycleID names the cycle.
func (v Declaration) CycleID() ID { return cycleID(v.Credential, v.Cycle) }

func (v Credential) refs() []ID  { return nil }
func (v Cycle) refs() []ID       { return []ID{{CredentialKind, v.Credential}} }
func (v Declaration) refs() []ID { return []ID{v.CycleID()} }
func (v Import) refs() []ID      { return nil }
func (v Allocation) refs() []ID  { return []ID{creditID(v.Credit), v.CycleID()} }
func (v Evidence) refs() []ID    { return []ID{creditID(v.Credit), {contentKind, v.SHA256}} }
func (v Course) refs() []ID      { return nil }
func (v Apart) refs() []ID       { return []ID{creditID(v.Credit), creditID(v.Other)} }
func (v Gone) refs() []ID        { return nil }

func (v InPortal) refs() []ID {
	if v.Credit == "" {
		return nil
	}
	return []ID{creditID(v.Credit)}
}

func (v Credit) refs() (all []ID) {
	if v.Import != "" {
		all = append(all, ID{ImportKind, v.Import})
	}
	if v.MergedInto != "" {
		all = append(all, creditID(v.MergedInto))
	}
	return all
}

// emptyLists writes [] for an empty list. It finds nothing within a text, where
// each quote has a backslash before it.
var emptyLists = strings.NewReplacer(`"topics":null`, `"topics":[]`, `"categories":null`, `"categories":[]`, `"aliases":null`, `"aliases":[]`, `"forms":null`, `"forms":[]`,
	`"requirements":null`, `"requirements":[]`, `"credits":null`, `"credits":[]`, `"past":null`, `"past":[]`)

// Text returns the JSON of a value, the same for equal values. It leaves <, > and
// & as they are, and writes [] for an empty list.
func Text(v any) string {
	text, err := encode(v)
	if err != nil {
		panic(err) // texts, numbers and days have a JSON
	}
	return text
}

func encode(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return emptyLists.Replace(strings.TrimSuffix(b.String(), "\n")), err
}
