package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// A snapshot is what a ledger holds at one moment.
type snapshot struct {
	actions.Snapshot
	auto bool // it is judged as if points were placed anew, by themselves
}

// auto reports whether points are placed by themselves.
func (a *app) auto() bool { return a.settings.Allocate == allocateAuto }

// judgeOn returns what judges by a day.
func (a *app) judgeOn(on ledger.Date) actions.Judge {
	return actions.Judge{Book: a.book, Today: on, Auto: a.auto()}
}

// worded words what went wrong in package actions.
func (a *app) worded(err error) error {
	var unruled *actions.UnruledError
	if errors.As(err, &unruled) {
		return a.noRules(unruled.Credential, unruled.Unknown)
	}
	return err
}

// read reads the ledger as it is written, for a command that changes it.
func read(ctx context.Context, tx *store.Tx) (snapshot, error) {
	s, err := actions.Read(ctx, tx)
	return snapshot{Snapshot: s}, err
}

// judged reads the ledger as it is to be judged today.
func (a *app) judged(ctx context.Context, tx *store.Tx) (snapshot, error) {
	s, err := actions.Read(ctx, tx)
	return snapshot{a.judgeOn(a.today).Judged(s), a.auto()}, err
}

// look reads the ledger to judge it, without writing.
func (a *app) look(ctx context.Context) (s snapshot, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		s, err = a.judged(ctx, tx)
		return err
	})
	return s, err
}

// lookToJudge reads what the rules need of the ledger: its credits come
// without their texts.
func (a *app) lookToJudge(ctx context.Context) (s snapshot, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		s.Snapshot, err = actions.ReadToJudge(ctx, tx, a.shown)
		return err
	})
	return snapshot{a.judgeOn(a.today).Judged(s.Snapshot), a.auto()}, err
}

// account returns what the rules need to judge a cycle of a credential today.
func (a *app) account(s snapshot, c ledger.Credential, cycle ledger.Cycle) (rules.Account, error) {
	account, err := a.judgeOn(a.today).Account(s.Snapshot, c, cycle)
	return account, a.worded(err)
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
			lacking.details = append(lacking.details, f.line())
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
	for _, c := range s.Credentials {
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
	for _, c := range s.Credentials {
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
		return s.Credentials, nil
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
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n.String()
	}
	bodies := "two bodies"
	if len(names) > 2 {
		bodies = fmt.Sprintf("%d bodies", len(names))
	}
	return usage("%s: granted by %s", text, bodies).
		try("write %s", words.List("or", parts))
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
	for _, other := range s.Credentials {
		if other.Code == c.Code && other.Body != c.Body {
			return c.String()
		}
	}
	return c.Code
}

// credit returns the credit of that number, or a [*actions.NoCreditError].
func (s snapshot) credit(id int64) (ledger.Credit, error) {
	c, ok := s.Credit(id)
	if !ok {
		return c, &actions.NoCreditError{ID: id}
	}
	return c, nil
}
