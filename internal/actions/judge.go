package actions

import (
	"errors"
	"fmt"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// A Judge is what judging a ledger needs beside it: the rules and the day.
type Judge struct {
	Book  *rules.Book
	Today ledger.Date
	// Auto says that points are placed by themselves, not only on demand.
	Auto bool
}

// An UnruledError is about a credential whose rules are unknown.
type UnruledError struct {
	Credential ledger.Credential
	Unknown    *rules.UnknownCredentialError
}

func (e *UnruledError) Error() string {
	return fmt.Sprintf("%s: the rules of %s are unknown", e.Credential.Designation(), e.Credential.CredentialName)
}

// Unwrap returns why they are unknown.
func (e *UnruledError) Unwrap() error { return e.Unknown }

// Account returns what the rules need to judge a cycle of a credential. Today
// chooses the rules where the cycle has no last day. Where they are unknown the
// error is an [*UnruledError].
func (j Judge) Account(s Snapshot, c ledger.Credential, cycle ledger.Cycle) (rules.Account, error) {
	last := cycle.Last
	if last == 0 {
		last = j.Today
	}
	edition, err := j.Book.Edition(c.CredentialName, last)
	var unknown *rules.UnknownCredentialError
	switch {
	case errors.As(err, &unknown):
		return rules.Account{}, &UnruledError{c, unknown}
	case err != nil:
		return rules.Account{}, fmt.Errorf("%s: %w", c.Designation(), err)
	}
	return rules.Account{
		Edition: edition, Credential: c, Cycle: cycle,
		Credits: s.Credits, Allocations: s.Allocations,
	}, nil
}
