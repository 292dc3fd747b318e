package actions

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// A Judge is what judging a ledger needs beside it: the rules and the day.
type Judge struct {
	Book  *rules.Book
	Today ledger.Date
	// Auto says that points are placed by themselves, not only on demand.
	Auto bool
}

// An UnjudgedError is about a credential whose rules cannot be had: nobody knows them,
// they begin later than its cycle, or the pack that may state them cannot be used.
type UnjudgedError struct {
	Credential ledger.Credential
	Err        error
}

func (e *UnjudgedError) Error() string { return e.Credential.Designation() + ": " + e.Err.Error() }

// Unwrap returns why they cannot be had.
func (e *UnjudgedError) Unwrap() error { return e.Err }

// Account returns what the rules need to judge a cycle. Today chooses them where the
// cycle has no last day, and what was required of a declared one stays if it is known;
// the error is an [*UnjudgedError].
func (j Judge) Account(s Snapshot, c ledger.Credential, cycle ledger.Cycle) (rules.Account, error) {
	edition, err := j.Book.Edition(c.CredentialName, cmp.Or(cycle.Last, j.Today))
	if err != nil {
		return rules.Account{}, &UnjudgedError{c, err}
	}
	d := s.Declared[cycle.ID]
	if d.Requirements != nil {
		edition = edition.As(d)
	} else {
		edition = edition.For(c, cycle)
	}
	return rules.Account{Edition: edition, Credential: c, Cycle: cycle, First: d.First, Last: d.Last, Credits: s.Credits, Allocations: s.Allocations}, nil
}

// Accounts is Account for cycles of several credentials, and says which are left out.
func (j Judge) Accounts(s Snapshot, of []ledger.Credential, wanted Cycles) (all []rules.Account, left []error) {
	for _, c := range of {
		for _, cycle := range wanted(c) {
			account, err := j.Account(s, c, cycle)
			switch {
			case err == nil:
				all = append(all, account)
			case left == nil || left[len(left)-1].Error() != err.Error(): // not of the cycle before
				left = append(left, err)
			}
		}
	}
	return all, left
}

// Programme returns that of a body: where packs cannot be read the one that ships,
// else an empty one.
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
// be had, lacking says why, and a cycle is as the ledger has it.
func (j Judge) History(s Snapshot, c ledger.Credential) (all []rules.Standing, lacking error) {
	for _, cycle := range c.Cycles {
		account, err := j.Account(s, c, cycle)
		if err == nil {
			all = append(all, rules.Evaluate(account, j.Today))
			continue
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
	return all, lacking
}

// Designation returns how a credential is written behind a name.
func (j Judge) Designation(c ledger.Credential) string {
	return rules.Designation(j.Programme(c.Body), c)
}

// Held returns the credential of the holder that text names. Where no credential has such a
// code it is the only one of the holder that words name, such as florida.
func (j Judge) Held(s Snapshot, text string) (c ledger.Credential, err error) {
	var matches []ledger.Credential
	var names []ledger.CredentialName
	var codes []string // of all
	for _, c := range s.Credentials {
		codes = append(codes, c.Code, c.String())
		if c.Matches(text) {
			matches, names = append(matches, c), append(names, c.CredentialName)
		}
	}
	switch len(matches) {
	case 1:
		return matches[0], nil
	case 0:
		known, err := j.Book.Resolve(text)
		var unknown *rules.UnknownCredentialError
		if errors.As(err, &unknown) {
			unknown.Nearest = cmp.Or(ledger.Nearest(unknown.Text, codes), unknown.Nearest)
			return heldLike(s, unknown)
		}
		if err != nil {
			return c, err
		}
		try := ledger.Say("%s", ledger.Command{"credential", "add", j.Book.ShortName(known[0]), "--expires", "DATE"})
		return c, &ledger.Error{Code: "not-found", What: text + ": not in this ledger", Try: try}
	}
	return c, Ambiguous(text, names)
}

// heldLike returns the only credential of the holder that is like a text which is no code, if
// whole words name it; beginnings of words are too little to write by.
func heldLike(s Snapshot, unknown *rules.UnknownCredentialError) (c ledger.Credential, err error) {
	var held []ledger.Credential
	named := false
	for _, c := range s.Credentials {
		if i := slices.IndexFunc(unknown.Like, func(e *rules.Edition) bool { return e.Name == c.CredentialName }); i >= 0 {
			held, named = append(held, c), unknown.Like[i].Named(unknown.Text)
		}
	}
	switch {
	case len(held) == 0:
		return c, unknown
	case len(held) == 1 && named:
		return held[0], nil
	case len(held) == 1:
		unknown.Nearest, unknown.Like = s.ShortName(held[0]), nil
		return c, unknown
	}
	names := words.Map(held, func(c ledger.Credential) string { return c.Designation() })
	return c, &ledger.Error{
		Code: "usage", What: unknown.Text + ": could be " + words.List("or", names),
		Try: ledger.Say("write %s", words.List("or", words.Map(held, s.ShortName))),
	}
}

// Ambiguous says that several bodies grant what text names.
func Ambiguous(text string, names []ledger.CredentialName) error {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n.String()
	}
	bodies := "two boards"
	if len(names) > 2 {
		bodies = fmt.Sprintf("%d boards", len(names))
	}
	return &ledger.Error{Code: "usage", What: text + ": " + bodies + " grant it", Try: ledger.Say("write %s", words.List("or", parts))}
}

// Serves says why a credit counts for nothing by its date and topics or, where
// points are not placed by themselves, for what it counts. The accounts are the
// newest cycles.
func (j Judge) Serves(s Snapshot, c ledger.Credit, accounts []rules.Account) ledger.Text {
	var names []string
	var dated, settled, later bool
	for _, a := range accounts {
		holds := a.Holds(c.Date, j.Today)
		if a.Cycle.Declared != 0 || !holds {
			settled = settled || holds
			later = later || a.Cycle.Last != 0 && c.Date > a.Cycle.Last // where the next cycle may hold it
			continue
		}
		dated = true
		if slices.ContainsFunc(a.Edition.Requirements, func(r rules.Requirement) bool { return r.Accepts(c) }) {
			names = append(names, s.ShortName(a.Credential))
		}
	}
	switch {
	case len(s.Credentials) == 0:
		return ledger.Say("No credential yet: %s", ledger.Command{"credential", "add", "CODE", "--expires", "DATE"})
	case dated && len(names) == 0:
		return ledger.Say("It counts for nothing: none of your credentials asks for such a topic.")
	case len(names) == 0 && later:
		return ledger.Say("It counts for nothing yet: its date is in no open cycle.")
	case len(names) == 0 && settled:
		return ledger.Say("It counts for nothing: its cycle is declared already.")
	case len(names) == 0:
		return ledger.Say("It counts for nothing: its date is in no open cycle.")
	case j.Auto:
		return ledger.Text{}
	}
	return ledger.Say("It can count for %s: %s", words.List("and", names), ledger.Command{"allocate", "--auto"})
}
