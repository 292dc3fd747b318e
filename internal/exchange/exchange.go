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
	"fmt"
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

// RestoredKind is the kind under which [Gone] says that a removed credit was
// brought back.
const RestoredKind Kind = "restored"

// Kinds returns the kinds in their order in the file: what a record refers to
// comes before it.
func Kinds() []Kind {
	return []Kind{
		CredentialKind, CycleKind, DeclarationKind, ImportKind, CreditKind, AllocationKind, EvidenceKind, CourseKind, ApartKind, GoneKind,
	}
}

// An ID names a record in all ledgers.
type ID struct {
	Kind Kind
	Key  string
}

// A Record is one record of a ledger.
type Record struct {
	ID
	Changed string   // the stamp of its last change; "" is not known
	Past    []string // the stamps of changes that this one came after, sorted
	Value   Value    // of the type that its kind has
}

// A Content is the content of a file of evidence, which is read when it is
// needed.
type Content struct {
	SHA256 string // 64 hexadecimal digits in lower case
	Size   int64  // in bytes
	Read   func() ([]byte, error)
}

// A Ledger is all that a ledger holds, but for its log.
type Ledger struct {
	Records  []Record
	Contents []Content
}

// Add appends a record.
func (l *Ledger) Add(v Value, changed string, past []string) {
	l.Records = append(l.Records, Record{v.id(), changed, past, v})
}

// Tidy puts a ledger in the order of the file, and leaves out what says nothing
// of records that are gone. Credits go by their day, so that a new ledger numbers
// them as they were done.
func (l *Ledger) Tidy() {
	all := (&Ledger{Records: slices.Clone(l.Records)}).index()
	l.Records = slices.DeleteFunc(l.Records, func(r Record) bool {
		g, ok := r.Value.(Gone)
		return ok && g.saysNothing(r.Changed, all)
	})
	rank := map[Kind]int{}
	for i, kind := range Kinds() {
		rank[kind] = i
	}
	day := func(r Record) ledger.Date {
		c, _ := r.Value.(Credit)
		return c.Date
	}
	slices.SortStableFunc(l.Records, func(a, b Record) int {
		return cmp.Or(cmp.Compare(rank[a.Kind], rank[b.Kind]), cmp.Compare(day(a), day(b)), strings.Compare(a.Key, b.Key))
	})
	slices.SortStableFunc(l.Contents, func(a, b Content) int { return strings.Compare(a.SHA256, b.SHA256) })
}

// saysNothing reports whether the ledger would be the same without v.
func (v Gone) saysNothing(changed string, all map[ID]*Record) bool {
	r := all[ID(v)]
	if v.Kind == RestoredKind {
		r = all[ID{CreditKind, v.Key}]
	}
	if r == nil {
		return false
	}
	c, _ := r.Value.(Credit)
	switch v.Kind {
	case CreditKind: // that is removed, and was changed since
		return !c.Removed || changed == r.Changed
	case RestoredKind:
		return c.Removed
	}
	return true
}

// index returns the records by what names them.
func (l *Ledger) index() map[ID]*Record {
	all := make(map[ID]*Record, len(l.Records))
	for i := range l.Records {
		all[l.Records[i].ID] = &l.Records[i]
	}
	return all
}

// knows reports whether a version was made in the knowledge of another one.
func (r *Record) knows(other *Record) bool {
	return r.Changed == other.Changed || slices.Contains(r.Past, other.Changed)
}

// compare tells which of two versions is the newer one.
func (r *Record) compare(other *Record) int {
	if c := strings.Compare(r.Changed, other.Changed); c != 0 {
		return c
	}
	return strings.Compare(Text(r.Value), Text(other.Value))
}

// checkStamp checks that a stamp is a time and a number, like
// 2026-11-21T13:02:11Z+000001. Times near the last one are refused: there have to
// be later ones.
func checkStamp(stamp string) error {
	if _, _, n, ok := splitStamp(stamp); stamp != "" && (!ok || n == 0 || stamp >= "9000") {
		return fault("%q is not of the form 2026-11-21T13:02:11Z+000001", stamp)
	}
	return nil
}

// NextStamp returns the stamp that follows one: with the next number or, after
// the last one, a second later.
func NextStamp(stamp string) string {
	const lastOfSecond, secondsOfDay = 999_999, 24 * 60 * 60
	day, second, n, ok := splitStamp(stamp)
	switch {
	case !ok:
		return stamp + "+000001" // what is no stamp is followed by what sorts after it
	case n < lastOfSecond:
		return joinStamp(day, second, n+1)
	}
	second++
	return joinStamp(day+ledger.Date(second/secondsOfDay), second%secondsOfDay, 1)
}

func joinStamp(day ledger.Date, second, n int) string {
	return fmt.Sprintf("%sT%02d:%02d:%02dZ+%06d", day, second/3600, second/60%60, second%60, n)
}

// splitStamp returns the day of a stamp, its second of the day and its number.
func splitStamp(stamp string) (day ledger.Date, second, n int, ok bool) {
	if len(stamp) < len("2026-11-21") {
		return 0, 0, 0, false
	}
	var h, m, s int
	day, err := ledger.ParseDate(stamp[:10])
	if _, scan := fmt.Sscanf(stamp[10:], "T%d:%d:%dZ+%d", &h, &m, &s, &n); err != nil || scan != nil || h >= 24 {
		return 0, 0, 0, false
	}
	second = h*3600 + m*60 + s
	return day, second, n, joinStamp(day, second, n) == stamp
}
