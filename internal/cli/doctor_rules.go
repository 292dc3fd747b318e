package cli

import (
	"context"
	"errors"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// examineRules looks at the packs that are active and, where the ledger was
// found sound, at its credentials, whose rules may be gone with a pack. The
// ledger loses nothing by either.
func (a *app) examineRules(ctx context.Context, checks []store.Check) store.Check {
	c := store.Check{Name: "rules", Verdict: store.OK}
	warn := func(f *failure) {
		c.Verdict = store.Warning
		c.Findings = append(c.Findings, store.Finding{Verdict: store.Warning, What: f.message, Try: f.hint.As(a.name)})
	}
	files, err := a.packFiles()
	var bad *ledger.Error
	if errors.As(err, &bad) {
		warn(badFile("%w", bad).try("%s", bad.Try))
		return c
	}
	c.Detail = words.Count(len(files), "active pack")
	for _, p := range a.packFolder().Active(files) {
		if p.Fault != nil {
			warn(a.badPack(p.Fault))
		}
	}
	if c.Verdict != store.OK || !sound(checks) {
		return c // no rules can be had of any credential, or no credential
	}
	err = a.view(ctx, func(tx *store.Tx) error {
		credentials, err := tx.Credentials(ctx)
		for _, held := range credentials {
			_, err := a.book.Editions(held.CredentialName)
			if unknown := (*rules.UnknownCredentialError)(nil); errors.As(err, &unknown) {
				warn(a.noRules(held, unknown))
			}
		}
		return err
	})
	if err != nil {
		c.Verdict = store.Skipped // something changed meanwhile
	}
	return c
}

// sound reports whether the records of the ledger can be read.
func sound(ledger []store.Check) bool {
	return slices.ContainsFunc(ledger, func(c store.Check) bool { return c.Name == "integrity" && c.Verdict == store.OK })
}
