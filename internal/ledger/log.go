package ledger

import "encoding/json"

// An Entry is one command's work on the ledger, as the log keeps it.
type Entry struct {
	ID      int64  // short number
	Stamp   string // its place in time: stamps sort as text, and each is later than the one before
	At      string // when, by the holder's own clock: "2026-11-21T14:02:11+01:00"
	Command string // as it was typed: "cmp import labce.csv"
	Summary string // what it did, in words: "import of labce.csv: 12 credits added"
	Changes int64  // how many records it changed, each counted as often as it was
	// Undoes is the ID of the entry that this one took back, or 0. To take
	// back a taking back is to do again.
	Undoes int64
	// UndoneBy is the ID of the entry that took this one back, or 0 while it
	// stands.
	UndoneBy int64
	// Restore says that a restore replaced what the ledger held: entries before
	// it are those of the backup that was restored. It changes no record.
	Restore bool
	Backup  string // of a restore: the name of the backup of what it replaced, "" where there is none
}

// A Change is what became of one record in an entry.
type Change struct {
	Record string // the table it is in: "credit"
	Key    string // its primary key, as a JSON array: "[12]"
	// Before and After are the record's columns as a JSON object, as the
	// database holds them; nil where there was, or is, no such record.
	Before, After json.RawMessage
}
