package cli

import (
	"context"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// judge compares the rows with what the ledger has.
func (a *app) judge(ctx context.Context, tx *store.Tx, in *importing) error {
	identities := transcript.Identities(in.file.Rows)
	in.progress.Step("looking up", 0, len(identities))
	all, err := tx.Known(ctx)
	if err != nil {
		return err
	}
	known := map[string][]ledger.Known{}
	for _, k := range all {
		if k.MergedInto == 0 {
			known[k.Credit.Identity()] = append(known[k.Credit.Identity()], k)
		}
	}
	in.verdicts = transcript.Match(in.file.Rows, identities, known)
	if in.kinds()[transcript.New] == 0 {
		return nil
	}
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
		if v.Kind != transcript.New {
			in.progress.Step("updating", i, len(in.verdicts))
		}
		switch {
		case v.Kind == transcript.Removed && in.flags.restore:
			if _, err := tx.RestoreCredit(ctx, v.Existing.UID); err != nil {
				return err
			}
		case v.Kind == transcript.Changed && in.flags.update:
			if s.Credits == nil {
				var err error
				if s, err = read(ctx, tx); err != nil {
					return err
				}
			}
			c, err := tx.Credit(ctx, v.Existing.ID)
			if err != nil {
				return err
			}
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
	var credits []*ledger.Credit
	for _, v := range in.verdicts {
		if v.Kind == transcript.New {
			credits = append(credits, &v.Row.Credit)
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
	what := "writing"
	if a.dryRun {
		what = "trying out"
	}
	in.progress.Step(what, 0, len(credits))
	return tx.AddCredits(ctx, credits, func(done int) { in.progress.Step(what, done, len(credits)) })
}
