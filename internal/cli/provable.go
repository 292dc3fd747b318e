package cli

import (
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// provable returns the credits that an audit may ask for: those in the days of
// an open cycle, and those that were declared.
func (a *app) provable(s snapshot) ([]ledger.Credit, error) {
	wanted := map[int64]bool{}
	lacking, err := eachRuled(s.Credentials, func(c ledger.Credential) error {
		for _, y := range c.Cycles {
			if y.Closed && y.Declared == 0 {
				continue
			}
			account, err := a.account(s, c, y)
			if err != nil {
				return err
			}
			holds := func(day ledger.Date) bool { return account.Holds(day, a.today) }
			for _, credit := range s.toProve(y, holds) {
				wanted[credit.ID] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if lacking != nil {
		a.say("Left out: %s", lacking.sentence())
	}
	return slices.DeleteFunc(slices.Clone(s.Credits), func(c ledger.Credit) bool { return !wanted[c.ID] }), nil
}

// toProve returns the credits of one cycle that an audit may ask for, as far as
// the ledger still has them: those declared, else those that its days hold.
func (s snapshot) toProve(cycle ledger.Cycle, holds func(ledger.Date) bool) []ledger.Credit {
	declared := map[int64]bool{}
	d, ok := s.Declarations[cycle.ID]
	for _, line := range d.Credits {
		declared[line.Credit.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(s.Credits), func(c ledger.Credit) bool {
		if ok {
			return !declared[c.ID]
		}
		return !holds(c.Date)
	})
}

// driftOf says which credits are no longer as they were declared.
func driftOf(d ledger.Declaration, now []ledger.Credit) []string {
	var all []string
	for _, c := range rules.Drift(d, now) {
		all = append(all, c.Sentences()...)
	}
	return all
}
