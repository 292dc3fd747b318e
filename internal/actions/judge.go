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

// Programme returns that of a body: where packs cannot be used, the one that
// ships, and of a body whose rules are gone an empty one.
func (j Judge) Programme(body string) *rules.Programme {
	for _, book := range []*rules.Book{j.Book, rules.Builtin()} {
		if p, err := book.Programme(body); err == nil {
			return p
		}
	}
	return &rules.Programme{}
}

// Unknown is the state of an open cycle that cannot be judged.
const Unknown rules.State = "unknown"

// History judges every cycle of a credential, oldest first. Where its rules cannot
// be had, lacking says why, and a cycle is as the ledger has it: its edition is
// none, which has no ID.
func (j Judge) History(s Snapshot, c ledger.Credential) (all []rules.Standing, lacking, err error) {
	for _, cycle := range c.Cycles {
		account, err := j.Account(s, c, cycle)
		if err == nil {
			all = append(all, rules.Evaluate(account, j.Today))
			continue
		}
		var unruled *UnruledError
		var broken *rules.PackError
		if !errors.As(err, &unruled) && !errors.As(err, &broken) {
			return nil, nil, err
		}
		lacking = err
		t := rules.Standing{Edition: &rules.Edition{Programme: j.Programme(c.Body)}, Credential: c, Cycle: cycle, Today: j.Today, State: Unknown}
		switch {
		case cycle.Declared != 0:
			t.State = rules.Declared
		case cycle.Last != 0 && cycle.Last < j.Today:
			t.State = rules.Expired
		}
		all = append(all, t)
	}
	return all, lacking, nil
}
