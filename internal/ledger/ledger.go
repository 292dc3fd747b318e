// Package ledger is the vocabulary of credential maintenance: points, days,
// topics, activities, credentials, cycles, credits and allocations, each with
// its one parser and its one spelling.
//
// Points are integer hundredths and dates are calendar days. Parse errors say
// what is wrong with a value in lower case and do not repeat the value; the
// caller says where it stood.
//
// The package does no I/O, reads no clock and imports nothing else of this
// module. It holds no rule of any board: those are data of package rules.
package ledger

import "encoding/json"

// unmarshal sets a value from text, and leaves it alone if the text does not parse.
func unmarshal[T any](into *T, text []byte, parse func(string) (T, error)) error {
	v, err := parse(string(text))
	if err == nil {
		*into = v
	}
	return err
}

// An Entry is one command's work on the ledger, as the log keeps it.
type Entry struct {
	ID      int64  `json:"id" doc:"Number in this ledger."`
	Stamp   string // its place in time: stamps sort as text, and each is later than the one before
	At      string `json:"at" as:"time"`
	Command string `json:"command" doc:"As it was typed."`
	Summary string `json:"summary" doc:"What it did, in words."`               // "import of labce.csv: 12 credits added"
	Changes int64  `json:"changes" min:"0" doc:"How many records it changed."` // each counted as often as it was
	// Undoes is the entry that this one took back, or 0. Undoing an undo is a redo.
	Undoes   int64 `json:"undoes" doc:"Number of the entry that it took back." null:"where it took back none"`
	UndoneBy int64 `json:"undone_by" doc:"Number of the entry that took it back." null:"while it stands"`
	// Restore says that a backup was restored: the entries before this one are
	// those of the backup. Such an entry changes no record.
	Restore bool
	Backup  string // name of the backup that the restore made of the replaced ledger, or ""
}

// A Change is what an entry did to one record.
type Change struct {
	Record string // the table it is in: "credit"
	Key    string // its primary key, as a JSON array: "[12]"
	// Before and After are the record's columns in the database, as a JSON object.
	// Before is nil for a new record, After for a deleted one.
	Before, After json.RawMessage
}
