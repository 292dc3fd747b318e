package transcript

import "cmpledger/internal/ledger"

// LookAlike reports whether two credits look alike, as [Duplicates] says.
func LookAlike(a, b ledger.Credit) bool {
	x, y := newEntry(a), newEntry(b)
	return alike(&x, &y)
}
