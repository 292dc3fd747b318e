// Package exchange is a ledger as a file that any ledger can take in, and the
// merging of two ledgers.
//
// It is pure: it reads no file, no clock and no database. It does not say which
// credits of two ledgers are the same activity: whoever merges brings that along.
//
// # The file
//
// Each line is a JSON object. The first is {"schema":"cmp.ledger/1"}, the last
// {"record":"end","lines":N} with the number of lines before it, so that a
// file cut short is noticed. The lines between are records, kind by kind in
// the order of [Kinds], then the contents of files of evidence. Points are
// numbers such as 1.5, days texts such as "2026-11-21", or null where there is
// none. Ledgers that hold the same make the same file.
//
// # What names a record
//
// A record has a key that is the same in all ledgers: 'ascp/MLS' names a
// credential, 'ascp/MLS 2027-03-31' a cycle by its last day, and its declaration.
// Imports, credits and courses have a uid. The other keys are made of those.
//
// # What a change knows
//
// Every command has a stamp; stamps sort as text, and each is later than all
// that its ledger knew when it was made. A record carries the stamp of its last
// change, and those of the changes that this one came after. So two
// versions of a record tell whether one was made in the knowledge of the other.
// If not, both sides changed it, and the newer version is kept.
package exchange

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Schema names the form of the file.
const Schema = "cmp.ledger/1"

// A Kind is what a record is.
type Kind string

// The kinds of records.
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
	GoneKind        Kind = "gone"

	contentKind Kind = "content" // what evidence refers to
)

// Kinds returns the kinds in their order in the file: what a record refers to
// comes before it.
func Kinds() (all []Kind) {
	for _, v := range values() {
		all = append(all, v.id().Kind)
	}
	return all
}

// An ID names a record in all ledgers.
type ID struct {
	Kind Kind
	Key  string
}

// A Record is one record of a ledger.
type Record struct {
	ID
	Number  int64    // in the ledger that it was read from; 0 where it was read from a file
	Changed string   // the stamp of its last change; "" is not known
	Past    []string // the stamps of changes that this one came after, sorted
	Value   Value    // of the type that its kind has
}

// A Ledger is all that a ledger holds, but for its log.
type Ledger struct {
	Records  map[ID]*Record
	Contents map[string]func() ([]byte, error) // of files of evidence, by SHA-256; each is read when it is needed
}

// Add adds a record. With a removed credit goes when it was removed: with its
// last change, if nothing else is said.
func (l *Ledger) Add(v Value, number int64, changed string, past []string) {
	if l.Records == nil {
		l.Records = map[ID]*Record{}
	}
	c, isCredit := v.(Credit)
	if isCredit {
		v = c.tidy()
	}
	l.Records[v.id()] = &Record{v.id(), number, changed, earlier(changed, past), v}
	removal := Gone(v.id())
	if c.Removed && l.Records[removal.id()] == nil {
		l.Add(removal, 0, changed, nil)
	}
}

// Sorted returns the records in the order of the file. Credits go by their day,
// so that a new ledger numbers them as they were done.
func (l Ledger) Sorted() []*Record {
	rank := map[Kind]int{}
	for i, kind := range Kinds() {
		rank[kind] = i
	}
	day := func(r *Record) ledger.Date {
		c, _ := r.Value.(Credit)
		return c.Date
	}
	all := slices.Collect(maps.Values(l.Records))
	slices.SortStableFunc(all, func(a, b *Record) int {
		return cmp.Or(cmp.Compare(rank[a.Kind], rank[b.Kind]), cmp.Compare(day(a), day(b)), strings.Compare(a.Key, b.Key))
	})
	return all
}

// A Change is a record that is another one in another ledger, if only by its
// stamps; nil is none.
type Change struct {
	ID
	Before, After *Record
	Stamps        bool // the stamps alone are others
}

// Changes returns what makes a ledger another one, in the order of the file.
func Changes(before, after Ledger) (all []Change) {
	both := Ledger{Records: maps.Clone(before.Records)}
	if both.Records == nil {
		both.Records = map[ID]*Record{}
	}
	maps.Copy(both.Records, after.Records)
	for _, r := range both.Sorted() {
		a, b := before.Records[r.ID], after.Records[r.ID]
		same := a != nil && b != nil && (reflect.DeepEqual(a.Value, b.Value) || Text(a.Value) == Text(b.Value))
		if !same || a.Changed != b.Changed || !slices.Equal(a.Past, b.Past) {
			all = append(all, Change{r.ID, a, b, same})
		}
	}
	return all
}

// knows reports whether a version was made in the knowledge of another one.
func (r *Record) knows(other *Record) bool {
	return r.Changed == other.Changed || slices.Contains(r.Past, other.Changed)
}
