// Package exchange is a ledger as a file that any ledger can take in: every
// record and the whole log as JSON Lines, without the numbers by which one
// ledger alone knows its records; and the merging of two such ledgers.
//
// It is pure: it reads no file, no clock and no database.
//
// # The file
//
// Each line is a JSON object. The first is {"schema":"cmp.ledger/1"}, the last
// {"record":"end","lines":N} with the number of lines before it, so that a
// file cut short is noticed. The lines between are records, kind by kind in
// the order below; within a kind in the order in which they were first made.
// Points are numbers such as 1.5, days texts such as "2026-11-21", or null
// where there is none. A uid names a record in all ledgers.
//
//	credential   credential ("ascp/MLS"), uid, number, certified, voluntary
//	cycle        uid, credential, first_day, last_day, closed
//	declaration  cycle (the uid of the one that is declared), uid, date, designation, title, number,
//	             edition, first_day, last_day, required, counted, confidence, source, fee, currency,
//	             requirements (requirement, title, required, counted, confidence, source),
//	             credits (requirement, counted, credit (its uid), and the credit as it was)
//	import       uid, file, date
//	credit       uid, date, title, provider, points, topics (topic, points: a limit, or left out),
//	             activity, reference, url, note, import (a uid or null), removed,
//	             merged_into (the uid of the credit that a removed one was made one with, or null),
//	             imported_identity (by which importing its file again knows it, where that is another one by now)
//	allocations  credit, credential, allocations (cycle, requirement, points, by: hand or auto)
//	evidence     uid, credit, sha256, name, media_type, added
//	course       uid (made of provider and title), title, provider, points, topics (as of a credit), free, price,
//	             url; points, free (true or false) and price are null where they are not stated
//	content      sha256, size, data (base64)
//	entry        uid, stamp, at, command, summary, undoes (a uid or null),
//	             changes (record, key, before, after)
//
// A removed credit stays, with "removed":true. The allocations of a credit for
// a credential are one record, since their sum is bounded. An entry is what one
// command did; its changes hold whole records without their keys, or null
// where there was, or is, none. Entries are in the order of their stamps,
// which are later than all that the ledger knew when they were made.
//
// The file says nothing of the machine or of the time of exporting: ledgers
// that hold the same make the same file.
package exchange

import (
	"cmp"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// Schema names the form of the file.
const Schema = "cmp.ledger/1"

// A Kind is what a record is.
type Kind string

// The kinds of records, in their order in the file.
const (
	CredentialKind  Kind = "credential"
	CycleKind       Kind = "cycle"
	DeclarationKind Kind = "declaration"
	ImportKind      Kind = "import"
	CreditKind      Kind = "credit"
	AllocationsKind Kind = "allocations"
	EvidenceKind    Kind = "evidence"
	CourseKind      Kind = "course"
)

// Kinds returns the kinds in their order in the file.
func Kinds() []Kind {
	return []Kind{CredentialKind, CycleKind, DeclarationKind, ImportKind, CreditKind, AllocationsKind, EvidenceKind, CourseKind}
}

// rank returns the place of a kind in the file.
func (k Kind) rank() int {
	switch k {
	case CredentialKind:
		return 0
	case CycleKind:
		return 1
	case DeclarationKind:
		return 2
	case ImportKind:
		return 3
	case CreditKind:
		return 4
	case AllocationsKind:
		return 5
	case EvidenceKind:
		return 6
	}
	return 7
}

// An ID names a record in all ledgers. The key of a credential is its name,
// "ascp/MLS"; that of a declaration the uid of its cycle; that of allocations
// the uid of their credit, a blank and the name of the credential; that of
// others their uid.
type ID struct {
	Kind Kind
	Key  string
}

// AllocationsOf names the allocations of a credit for a credential.
func AllocationsOf(credit, credential string) ID {
	return ID{AllocationsKind, credit + " " + credential}
}

// A Record is one record: its value is a JSON object of its fields but for
// those of the key, always written the same way ([Value]).
type Record struct {
	ID
	Value string
}

// An Entry is what one command did, as any ledger knows it.
type Entry struct {
	UID     string
	Stamp   string // its place in time: entries sort by stamp, then uid
	At      string // by the holder's clock
	Command string // as it was typed
	Summary string
	Undoes  string // the uid of the entry that it took back, or ""
	Changes []Change
}

// compare orders entries.
func (e Entry) compare(other Entry) int {
	return cmp.Or(strings.Compare(e.Stamp, other.Stamp), strings.Compare(e.UID, other.UID))
}

// A Change is what became of a record: its value before and after, "" where
// there was none.
type Change struct {
	ID
	Before, After string
}

// A Content is the content of a file of evidence, which is read when it is
// needed.
type Content struct {
	SHA256 string // 64 hexadecimal digits in lower case
	Size   int64  // in bytes
	Read   func() ([]byte, error)
}

// A Ledger is all that a ledger holds.
type Ledger struct {
	Records  []Record
	Contents []Content
	Log      []Entry
}

// Sort puts a ledger in the order of the file, which what it holds decides
// alone.
func (l *Ledger) Sort() {
	sorted.By(l.Log, Entry.compare)
	first := make(map[ID]string, len(l.Records))
	values := make(map[ID]string, len(l.Records))
	for _, r := range l.Records {
		values[r.ID] = r.Value
	}
	for _, e := range l.Log {
		for i, c := range e.Changes {
			if value := values[c.ID]; value == c.After {
				e.Changes[i].After = value // one text in memory, not two
			}
			if _, ok := first[c.ID]; !ok {
				first[c.ID] = e.Stamp
			}
		}
	}
	sorted.By(l.Records, func(a, b Record) int {
		return cmp.Or(cmp.Compare(a.Kind.rank(), b.Kind.rank()), strings.Compare(first[a.ID], first[b.ID]), strings.Compare(a.Key, b.Key))
	})
	sorted.By(l.Contents, func(a, b Content) int { return strings.Compare(a.SHA256, b.SHA256) })
}

// splitAllocations returns the uid of the credit and the name of the
// credential.
func splitAllocations(id ID) (credit, credential string) {
	credit, credential, _ = strings.Cut(id.Key, " ")
	return credit, credential
}

// SortChanges puts the changes of an entry in the order of the file.
func SortChanges(all []Change) {
	sorted.By(all, func(a, b Change) int { return a.ID.compare(b.ID) })
}

// compare orders records of one ledger.
func (id ID) compare(other ID) int {
	return cmp.Or(cmp.Compare(id.Kind.rank(), other.Kind.rank()), strings.Compare(id.Key, other.Key))
}

// CreditOf returns the uid of the credit that allocations are of.
func CreditOf(allocations ID) string {
	credit, _ := splitAllocations(allocations)
	return credit
}

// Credential returns the name of the credential that a credential's or
// allocations' ID has.
func (id ID) Credential() ledger.CredentialName {
	name := id.Key
	if id.Kind == AllocationsKind {
		_, name = splitAllocations(id)
	}
	body, code, _ := strings.Cut(name, "/")
	return ledger.CredentialName{Body: body, Code: code}
}
