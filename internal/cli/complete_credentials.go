package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// heldCodes offers the holder's credentials.
func (a *app) heldCodes(ctx context.Context, tx *store.Tx, t typing) ([]offer, error) {
	return a.codesOf(ctx, tx, t, anyCycle)
}

func anyCycle(ledger.Cycle) bool { return true }

// openCodes offers the credentials whose cycle is not declared yet.
func (a *app) openCodes(ctx context.Context, tx *store.Tx, t typing) ([]offer, error) {
	return a.codesOf(ctx, tx, t, undeclared)
}

// codesOf offers the credentials whose newest cycle is one of those that are
// wanted.
func (a *app) codesOf(ctx context.Context, tx *store.Tx, t typing, wanted func(ledger.Cycle) bool) (all []offer, err error) {
	credentials, err := tx.Credentials(ctx)
	var s snapshot
	s.Credentials = credentials
	for _, c := range credentials {
		cycle := c.Current()
		if !wanted(cycle) {
			continue
		}
		about := a.designation(c)
		if cycle.Last != 0 {
			about += fmt.Sprintf(", %s %s", expiryVerb(cycle, a.today), cycle.Last)
		}
		all = append(all, offer{codeFor(s.shortName(c), c.CredentialName, t.word), about})
	}
	return merged(all), err
}

func expiryVerb(y ledger.Cycle, today ledger.Date) string {
	if y.Last < today {
		return "expired"
	}
	return "expires"
}

// codeFor returns what to type for a credential: its short name, or what goes
// on from what is typed.
func codeFor(short string, name ledger.CredentialName, typed string) string {
	switch {
	case typed == "":
		return short
	case goesOn(name.Code, typed):
		return likeTyped(name.Code, typed)
	}
	_, code, _ := strings.Cut(typed, "/")
	return strings.TrimSuffix(name.String(), name.Code) + likeTyped(name.Code, code)
}

// knownCodes offers the credentials that there are rules for.
func (a *app) knownCodes(t typing) ([]offer, error) {
	listed, err := a.book.Credentials()
	all := make([]offer, len(listed))
	for i, name := range listedNames(listed) {
		of, about := listed[i].Name, listed[i].Name.Designation()
		if name != of.Code {
			about = name
		}
		all[i] = offer{codeFor(name, of, t.word), about + ", " + listed[i].Title}
	}
	return merged(all), err
}

// listedNames returns what to type for each of the credentials that there are
// rules for: its code, with its body where several grant one of that code.
func listedNames(listed []*rules.Edition) []string {
	bodies := map[string]int{}
	for _, l := range listed {
		bodies[strings.ToLower(l.Name.Code)]++
	}
	all := make([]string, len(listed))
	for i, l := range listed {
		all[i] = l.Name.Code
		if bodies[strings.ToLower(l.Name.Code)] > 1 {
			all[i] = l.Name.String()
		}
	}
	return all
}

// codesToExpire offers what the day of an expiry belongs behind.
func (a *app) codesToExpire(t typing) ([]offer, error) {
	all, err := a.knownCodes(t)
	for i := range all {
		all[i].word += "="
	}
	return all, err
}

// cyclesOf calls fn for every cycle that has days, of the credential that code
// names or of all, the newest first.
func (a *app) cyclesOf(ctx context.Context, tx *store.Tx, code string, fn func(ledger.Credential, ledger.Cycle)) error {
	credentials, err := tx.Credentials(ctx)
	for _, c := range credentials {
		for _, y := range slices.Backward(c.Cycles) {
			if y.Last != 0 && (code == "" || c.Matches(code)) {
				fn(c, y)
			}
		}
	}
	return err
}

// cycleDays offers the last day of each cycle of the credential that is named.
func (a *app) cycleDays(ctx context.Context, tx *store.Tx, t typing) (all []offer, err error) {
	code := ""
	if len(t.args) > 0 {
		code = t.args[0]
	}
	err = a.cyclesOf(ctx, tx, code, func(c ledger.Credential, y ledger.Cycle) {
		about := fmt.Sprintf("%s, cycle from %s", a.designation(c), y.First)
		if y.Declared != 0 {
			about += fmt.Sprintf(", declared %s", y.Declared)
		}
		all = append(all, offer{y.Last.String(), about})
	})
	return all, err
}

// firstDays offers recent days and the first day of each cycle.
func (a *app) firstDays(ctx context.Context, tx *store.Tx, t typing) ([]offer, error) {
	all, _ := a.recentDays(t)
	err := a.cyclesOf(ctx, tx, t.flag("credential"), func(c ledger.Credential, y ledger.Cycle) {
		all = append(all, offer{y.First.String(), "first day of a cycle of " + a.designation(c)})
	})
	return all, err
}

// lastDays offers recent days and the last day of each cycle.
func (a *app) lastDays(ctx context.Context, tx *store.Tx, t typing) ([]offer, error) {
	all, _ := a.recentDays(t)
	err := a.cyclesOf(ctx, tx, t.flag("credential"), func(c ledger.Credential, y ledger.Cycle) {
		all = append(all, offer{y.Last.String(), "last day of a cycle of " + a.designation(c)})
	})
	return all, err
}

// editionWords offers the editions of the rules of what the holder has.
func (a *app) editionWords(ctx context.Context, tx *store.Tx, t typing) (all []offer, err error) {
	credentials, err := tx.Credentials(ctx)
	var s snapshot
	s.Credentials = credentials
	for _, c := range credentials {
		editions, err := a.book.Editions(c.CredentialName)
		if err != nil {
			return nil, err
		}
		for _, e := range slices.Backward(editions) {
			word := e.ID
			if !goesOn(word, t.word) {
				word = likeTyped(s.shortName(c), t.word) + strings.TrimPrefix(e.ID, c.String())
			}
			all = append(all, offer{word, fmt.Sprintf("%s, for cycles that end from %s on", words.Points(e.Total.Points), e.From)})
		}
	}
	return all, err
}

// editionDays offers the day from which each edition of the rules of the
// credential holds that is named.
func (a *app) editionDays(t typing) (all []offer, err error) {
	if len(t.args) == 0 {
		return nil, nil
	}
	names, err := a.book.Resolve(t.args[0])
	for _, name := range names {
		editions, err := a.book.Editions(name)
		if err != nil {
			return nil, err
		}
		for _, e := range slices.Backward(editions) {
			all = append(all, offer{e.From.String(), fmt.Sprintf("%s, %s", e.ID, words.Points(e.Total.Points))})
		}
	}
	return all, err
}

// requirementWords offers the requirements of the credential that is named.
func (a *app) requirementWords(ctx context.Context, tx *store.Tx, t typing) (all []offer, err error) {
	var s snapshot
	if s.Credentials, err = tx.Credentials(ctx); err != nil {
		return nil, err
	}
	accounts, err := a.openAccounts(s, t.args[0], anyCycle)
	for _, account := range accounts {
		for _, r := range account.Edition.Requirements {
			all = append(all, offer{string(r.Name), fmt.Sprintf("%s, %s", r.Title, words.Points(r.Points))})
		}
	}
	return all, err
}

// openAccounts returns the accounts of the newest cycles that are wanted, of
// the credential that code names or of all, but for those whose rules are
// unknown.
func (a *app) openAccounts(s snapshot, code string, wanted func(ledger.Cycle) bool) (all []rules.Account, err error) {
	_, err = eachRuled(s.Credentials, func(c ledger.Credential) error {
		if code != "" && !c.Matches(code) || !wanted(c.Current()) {
			return nil
		}
		account, err := a.account(s, c, c.Current())
		if err == nil {
			all = append(all, account)
		}
		return err
	})
	return all, err
}
