package cli

import (
	"context"
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// requirementsFor offers the requirements that could take points of the credit
// that is named, those that lack some first.
func (a *app) requirementsFor(ctx context.Context, tx *store.Tx, t typing) ([]offer, error) {
	id, s, accounts, err := a.openFor(ctx, tx, t)
	var lacking, full []offer
	for _, account := range accounts {
		judged := rules.Evaluate(account, a.today)
		for _, r := range takers(judged, id) {
			o := offer{string(r.Name), s.inName(account, len(accounts)) + fmt.Sprintf("%s of %s remaining", r.Remaining, r.Points)}
			if r.Remaining > 0 {
				lacking = append(lacking, o)
			} else {
				full = append(full, o)
			}
		}
	}
	return merged(append(lacking, full...)), err
}

// openFor returns the credit that is named, and the open cycles that it may be
// allocated to.
func (a *app) openFor(ctx context.Context, tx *store.Tx, t typing) (credit int64, s snapshot, open []rules.Account, err error) {
	if credit, err = parseID(t.args[0]); err != nil {
		return 0, s, nil, err
	}
	if s, err = readAllocated(ctx, tx, credit); err != nil {
		return 0, s, nil, err
	}
	s.Snapshot = a.judgeOn(a.today).WithoutPlaced(s.Snapshot, credit)
	open, err = a.openAccounts(s, t.flag("credential"), undeclared)
	return credit, s, open, err
}

// readAllocated reads what says how far requirements are met, and one credit
// more. What else is recorded changes nothing there.
func readAllocated(ctx context.Context, tx *store.Tx, credit int64) (s snapshot, err error) {
	if s.Credentials, err = tx.Credentials(ctx); err != nil {
		return s, err
	}
	if s.Credits, err = tx.Allocated(ctx, credit); err != nil {
		return s, err
	}
	s.Allocations, err = tx.Allocations(ctx)
	return s, err
}

// takers returns the requirements that could take points of a credit by its
// date and topics, beside what is allocated.
func takers(judged rules.Standing, credit int64) (all []rules.RequirementStanding) {
	i := slices.IndexFunc(judged.Findings, func(f rules.Finding) bool { return f.Credit.ID == credit })
	if i < 0 || !judged.Holds(judged.Findings[i].Credit.Date) {
		return nil
	}
	for _, r := range judged.Requirements {
		if _, free := judged.Room(judged.Findings[i], r.Name); free > 0 {
			all = append(all, r)
		}
	}
	return all
}

// requirementsOf offers the requirements that the credit that is named is
// allocated to.
func (a *app) requirementsOf(ctx context.Context, tx *store.Tx, t typing) ([]offer, error) {
	id, s, accounts, err := a.openFor(ctx, tx, t)
	var taken []offer
	for _, account := range accounts {
		for _, x := range s.AllocationsOf(id) {
			if x.Cycle == account.Cycle.ID {
				taken = append(taken, offer{string(x.Requirement), s.inName(account, len(accounts)) + words.Points(x.Points)})
			}
		}
	}
	return merged(taken), err
}

// inName begins what is said of one of several accounts.
func (s snapshot) inName(account rules.Account, accounts int) string {
	if accounts == 1 {
		return ""
	}
	return s.shortName(account.Credential) + ": "
}

func undeclared(y ledger.Cycle) bool { return y.Declared == 0 }

// merged makes one offer of all of the same word, with what is said of each.
func merged(offers []offer) []offer {
	var all []offer
	at := map[string]int{}
	for _, o := range offers {
		if i, ok := at[o.word]; ok {
			all[i].about += "; " + o.about
			continue
		}
		at[o.word] = len(all)
		all = append(all, o)
	}
	return all
}
