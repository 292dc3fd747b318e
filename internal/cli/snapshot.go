package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

// A snapshot is what a ledger holds at one moment.
type snapshot struct {
	credentials []ledger.Credential
	credits     []ledger.Credit
	allocations []ledger.Allocation
	evidence    []ledger.Evidence
	// declarations are what was declared, by cycle, where a command asks.
	declarations map[int64]ledger.Declaration
}

func read(ctx context.Context, tx *store.Tx) (s snapshot, err error) {
	if s.credentials, err = tx.Credentials(ctx); err != nil {
		return s, err
	}
	if s.credits, err = tx.Credits(ctx, store.CreditFilter{}); err != nil {
		return s, err
	}
	if s.allocations, err = tx.Allocations(ctx); err != nil {
		return s, err
	}
	s.evidence, err = tx.Evidence(ctx)
	return s, err
}

// look reads the ledger without writing.
func (a *app) look(ctx context.Context) (s snapshot, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		s, err = read(ctx, tx)
		return err
	})
	return s, err
}

// lookToJudge reads what the rules need of the ledger: its credits come
// without their texts. Another core meanwhile gets ready to draw and to read
// rule files, both of which take twice as long the first time: that saves a
// twentieth of the time of cmp status. Only with tables there is something to
// draw.
func (a *app) lookToJudge(ctx context.Context, tables bool) (s snapshot, err error) {
	go func() {
		if tables {
			render.Warm()
		}
		_, _ = a.book.Programme("ascp") // most ledgers need it; who needs it sees the error
	}()
	err = a.view(ctx, func(tx *store.Tx) error {
		if s.credentials, err = tx.Credentials(ctx); err != nil {
			return err
		}
		if s.declarations, err = declarations(ctx, tx, s.credentials, a.shown); err != nil {
			return err
		}
		if len(s.declarations) == 0 {
			s.credits, err = tx.Facts(ctx)
		} else { // texts too, to compare with what was declared
			s.credits, err = tx.Credits(ctx, store.CreditFilter{})
		}
		if err != nil {
			return err
		}
		if s.allocations, err = tx.Allocations(ctx); err != nil {
			return err
		}
		s.evidence, err = tx.EvidenceFacts(ctx)
		return err
	})
	return s, err
}

// account returns what the rules need to judge a cycle of a credential today.
func (a *app) account(s snapshot, c ledger.Credential, cycle ledger.Cycle) (rules.Account, error) {
	return a.accountOn(s, c, cycle, a.today)
}

// accountOn returns what the rules need to judge a cycle of a credential on a
// day, which chooses the rules where the cycle has no last day.
func (a *app) accountOn(s snapshot, c ledger.Credential, cycle ledger.Cycle, on ledger.Date) (rules.Account, error) {
	last := cycle.Last
	if last == 0 {
		last = on
	}
	edition, err := a.book.Edition(c.CredentialName, last)
	var unknown *rules.UnknownCredentialError
	switch {
	case errors.As(err, &unknown):
		return rules.Account{}, a.noRules(c, unknown)
	case err != nil:
		return rules.Account{}, fmt.Errorf("%s: %w", c.Designation(), err)
	}
	return rules.Account{
		Edition: edition, Credential: c, Cycle: cycle,
		Credits: s.credits, Allocations: s.allocations,
	}, nil
}

// current returns the accounts of the newest cycle of each credential. It
// leaves out, and says so, those whose rules are unknown, unless all are.
func (a *app) current(s snapshot, credentials []ledger.Credential) ([]rules.Account, error) {
	var all []rules.Account
	lacking, err := eachRuled(credentials, func(c ledger.Credential) error {
		account, err := a.account(s, c, c.Current())
		if err == nil {
			all = append(all, account)
		}
		return err
	})
	return all, a.leaveOut(lacking, all == nil, err)
}

// leaveOut says of which credentials an answer lacks something, since their
// rules are unknown. Where it lacks all of them, nothing of it is left.
func (a *app) leaveOut(lacking *failure, all bool, err error) error {
	switch {
	case err != nil || lacking == nil:
		return err
	case all:
		return lacking
	}
	a.say("Left out: %s", lacking.sentence())
	return nil
}

// eachRuled calls fn for every credential and goes on where it fails for one
// alone, since its rules are unknown. What these lack is returned as one
// failure.
func eachRuled(credentials []ledger.Credential, fn func(ledger.Credential) error) (lacking *failure, err error) {
	for _, c := range credentials {
		err := fn(c)
		f := skippable(err)
		switch {
		case err == nil:
		case f == nil:
			return lacking, err
		case lacking == nil:
			lacking = f
		default:
			lacking.details = append(lacking.details, f.message+"; "+f.hint)
		}
	}
	return lacking, nil
}

// skippable returns the failure that concerns one credential alone, or nil.
func skippable(err error) *failure {
	var f *failure
	if !errors.As(err, &f) || !f.skippable {
		return nil
	}
	return f
}

// held returns the credential of the holder that text names.
func (a *app) held(s snapshot, text string) (ledger.Credential, error) {
	var matches []ledger.Credential
	for _, c := range s.credentials {
		if c.Matches(text) {
			matches = append(matches, c)
		}
	}
	switch len(matches) {
	case 1:
		return matches[0], nil
	case 0:
		names, err := a.book.Resolve(text)
		if err != nil {
			return ledger.Credential{}, s.nearest(err)
		}
		return ledger.Credential{}, notFound("%s: not in this ledger", text).
			try("cmp credential add %s --expires DATE", typed(names))
	}
	return ledger.Credential{}, ambiguous(text, credentialNames(matches))
}

// nearest makes the error for an unknown credential ask for one of the holder's
// before others that are as near.
func (s snapshot) nearest(err error) error {
	var unknown *rules.UnknownCredentialError
	if !errors.As(err, &unknown) {
		return err
	}
	var codes []string
	for _, c := range s.credentials {
		codes = append(codes, c.Code, c.String())
	}
	if near := ledger.Nearest(unknown.Text, codes); near != "" {
		unknown.Nearest = near
	}
	return err
}

// heldAll returns the credentials that the texts name, or all without any.
func (a *app) heldAll(s snapshot, texts []string) ([]ledger.Credential, error) {
	if len(texts) == 0 {
		return s.credentials, nil
	}
	var all []ledger.Credential
	for _, text := range texts {
		c, err := a.held(s, text)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(b ledger.Credential) bool { return b.ID == c.ID }) {
			all = append(all, c)
		}
	}
	return all, nil
}

func credentialNames(all []ledger.Credential) []ledger.CredentialName {
	names := make([]ledger.CredentialName, len(all))
	for i, c := range all {
		names[i] = c.CredentialName
	}
	return names
}

func ambiguous(text string, names []ledger.CredentialName) error {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = n.String()
	}
	bodies := "two bodies"
	if len(names) > 2 {
		bodies = fmt.Sprintf("%d bodies", len(names))
	}
	return usage("%s: granted by %s", text, bodies).
		try("write %s", list("or", words))
}

// typed returns what to type for the first of the names: its code, or body
// and code where the code alone would not do.
func typed(names []ledger.CredentialName) string {
	if len(names) == 1 {
		return names[0].Code
	}
	return names[0].String()
}

// shortName returns the code of a credential, with its body where the holder
// has another of that code.
func (s snapshot) shortName(c ledger.Credential) string {
	for _, other := range s.credentials {
		if other.Code == c.Code && other.Body != c.Body {
			return c.String()
		}
	}
	return c.Code
}

// credit returns the credit of that number, or a [*noCreditError].
func (s snapshot) credit(id int64) (ledger.Credit, error) {
	for _, c := range s.credits {
		if c.ID == id {
			return c, nil
		}
	}
	return ledger.Credit{}, &noCreditError{id}
}

// allocationsOf returns the allocations of a credit, by cycle.
func (s snapshot) allocationsOf(credit int64) []ledger.Allocation {
	var all []ledger.Allocation
	for _, a := range s.allocations {
		if a.Credit == credit {
			all = append(all, a)
		}
	}
	return all
}

// ofCycle returns the credential that a cycle belongs to.
func (s snapshot) ofCycle(cycle int64) ledger.Credential {
	for _, c := range s.credentials {
		if slices.ContainsFunc(c.Cycles, func(y ledger.Cycle) bool { return y.ID == cycle }) {
			return c
		}
	}
	return ledger.Credential{}
}

// urgency orders standings: what is to be done first comes first, what is
// declared last.
func urgency(a, b rules.Standing) int {
	declared := func(s rules.Standing) int {
		if s.State == rules.Declared {
			return 1
		}
		return 0
	}
	expiry := func(s rules.Standing) ledger.Date {
		if s.Cycle.Last == 0 {
			return ledger.MakeDate(9999, 12, 31)
		}
		return s.Cycle.Last
	}
	return cmp.Or(declared(a)-declared(b), cmp.Compare(expiry(a), expiry(b)),
		cmp.Compare(a.Credential.String(), b.Credential.String()), cmp.Compare(a.Cycle.ID, b.Cycle.ID))
}
