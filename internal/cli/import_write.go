package cli

import (
	"context"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// judge compares the rows with what the ledger has.
func (a *app) judge(ctx context.Context, tx *store.Tx, in *importing) error {
	var identities []string
	for _, row := range in.file.Rows {
		if row.Problem == nil {
			identities = append(identities, row.Credit.Identity())
		}
	}
	known, err := tx.Known(ctx, identities)
	if err != nil {
		return err
	}
	in.verdicts = transcript.Match(in.file.Rows, known)
	credits, err := tx.Credits(ctx, store.CreditFilter{})
	if err != nil {
		return err
	}
	in.alike = transcript.LookAlikes(in.verdicts, credits)
	return nil
}

// importRows writes what is new, and what changed or was removed where that
// is wanted.
func (a *app) importRows(ctx context.Context, tx *store.Tx, in *importing) error {
	if err := a.addRows(ctx, tx, in); err != nil {
		return err
	}
	var s snapshot
	for i, v := range in.verdicts {
		switch {
		case v.Kind == transcript.Removed && in.flags.restore:
			c, err := tx.RestoreCredit(ctx, v.Existing.UID)
			if err != nil {
				return err
			}
			in.added[i] = c
		case v.Kind == transcript.Changed && in.flags.update:
			if s.credits == nil {
				var err error
				if s, err = read(ctx, tx); err != nil {
					return err
				}
			}
			c := v.Existing
			c.Title, c.Points = v.Row.Credit.Title, v.Row.Credit.Points
			trimmed, err := a.editCredit(ctx, tx, &s, c)
			if err != nil {
				return err
			}
			in.trimmed = append(in.trimmed, trimmed...)
		}
	}
	return nil
}

// addRows writes the rows that are new.
func (a *app) addRows(ctx context.Context, tx *store.Tx, in *importing) error {
	var at []int
	var credits []*ledger.Credit
	for i, v := range in.verdicts {
		if v.Kind == transcript.New {
			at, credits = append(at, i), append(credits, &in.verdicts[i].Row.Credit)
		}
	}
	if len(credits) == 0 {
		return nil
	}
	batch := ledger.Import{File: in.name, Date: a.today}
	if err := tx.AddImport(ctx, &batch); err != nil {
		return err
	}
	in.batch = batch.ID
	for i := range credits {
		credits[i].Import = batch.ID
	}
	if err := tx.AddCredits(ctx, credits); err != nil {
		return err
	}
	for i, c := range credits {
		in.added[at[i]] = *c
	}
	return nil
}
