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

func set[T any](into *T, text []byte, parse func(string) (T, error)) error {
	v, err := parse(string(text))
	if err == nil {
		*into = v
	}
	return err
}
