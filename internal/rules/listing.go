package rules

import (
	"cmp"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// An UnknownCredentialError reports a credential that no rules know.
type UnknownCredentialError struct {
	Text    string // the name that was asked for
	Nearest string // a known name like it, or ""
	Example string // an example pack that is not active and has it, or ""
}

// Error says what is wrong, and leaves Text to the caller.
func (e *UnknownCredentialError) Error() string {
	if e.Nearest != "" {
		return "not a credential that the rules know; did you mean " + e.Nearest + "?"
	}
	return "not a credential that the rules know"
}

// Credentials returns the newest edition of every credential, by body and code: first
// ASCP, which most ledgers are kept for, last the bodies that do not ship. It leaves out
// credentials that the newest file of their family no longer names.
func (b *Book) Credentials() ([]*Edition, error) {
	if err := b.open(); err != nil {
		return nil, err
	}
	for _, body := range b.bodies {
		if _, err := b.Programme(body); err != nil {
			return nil, err
		}
	}
	var all []*Edition
	read := map[string]bool{}                  // families that ship
	listed := map[ledger.CredentialName]bool{} // a pack may have several editions, also of what ships
	for _, f := range b.families {
		if f.pack == nil && read[f.name] {
			continue // its newest file names all of its credentials
		}
		read[f.name] = read[f.name] || f.pack == nil
		editions, err := b.editions(f, "")
		if err != nil {
			return nil, err
		}
		for _, e := range editions {
			if !listed[e.Name] {
				listed[e.Name] = true
				all = append(all, e)
			}
		}
	}
	rank := func(body string) int {
		switch {
		case body == "ascp":
			return 0
		case b.packOf(body) == nil:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b *Edition) int {
		return cmp.Or(cmp.Compare(rank(a.Name.Body), rank(b.Name.Body)), cmp.Compare(a.Name.Body, b.Name.Body),
			cmp.Compare(strings.ToLower(a.Name.Code), strings.ToLower(b.Name.Code)))
	})
	return all, nil
}

// Resolve returns every credential that text may name, in the order of
// [Book.Credentials]. If there is none it is an [UnknownCredentialError].
func (b *Book) Resolve(text string) ([]ledger.CredentialName, error) {
	all, err := b.Credentials()
	if err != nil {
		return nil, err
	}
	var names []ledger.CredentialName
	for _, c := range all {
		if c.Name.Matches(text) && !(c.NeedsBody && strings.EqualFold(strings.TrimSpace(text), c.Name.Code)) {
			names = append(names, c.Name)
		}
	}
	if names == nil {
		return nil, b.unknown(text)
	}
	return names, nil
}

// unknown returns the error for a credential that no rules know.
func (b *Book) unknown(text string) error {
	all, err := b.Credentials()
	if err != nil {
		return err
	}
	var candidates []string
	for _, c := range all {
		candidates = append(candidates, c.Name.Code, c.Name.String(), c.Name.Designation())
	}
	return &UnknownCredentialError{Text: text, Nearest: ledger.Nearest(text, candidates)}
}
