package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
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

// judged reads the ledger as it is to be judged today, with the declarations of
// the wanted cycles.
func (a *app) judged(ctx context.Context, tx *store.Tx, wanted ...actions.Cycles) (snapshot, error) {
	s, err := actions.Read(ctx, tx, wanted...)
	return snapshot{a.judgeOn(a.today).Judged(s), a.auto()}, err
}

// look is judged without anything else to read.
func (a *app) look(ctx context.Context, wanted ...actions.Cycles) (s snapshot, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		s, err = a.judged(ctx, tx, wanted...)
		return err
	})
	return s, err
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

// currentOf is current for the credential with that code, or for all.
func (a *app) currentOf(s snapshot, code string) ([]rules.Account, error) {
	if code == "" {
		return a.current(s, s.Credentials)
	}
	c, err := a.held(s, code)
	if err != nil {
		return nil, err
	}
	return a.current(s, []ledger.Credential{c})
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
	return a.judgeOn(a.today).Held(s.Snapshot, text)
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

// shortName is [actions.Snapshot.ShortName].
func (s snapshot) shortName(c ledger.Credential) string { return s.ShortName(c) }

// credit returns the credit of that number, or a [*actions.NoCreditError].
func (s snapshot) credit(id int64) (ledger.Credit, error) { return s.Credit(id) }

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
