package cli

import (
	"context"
	"fmt"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// mergeTwins merges all credits that are the same and came by different ways.
func (a *app) mergeTwins(ctx context.Context) error {
	var s snapshot
	kept := []ledger.Credit{}
	var said []string
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		for _, p := range transcript.Twins(s.Credits) {
			c, gone, err := a.oneOfTwins(s, p)
			if err != nil {
				said = append(said, upper(err.Error()))
				continue
			}
			c, lines, err := a.mergeCredits(ctx, tx, &s, c, gone)
			if err != nil {
				return "", err
			}
			kept, said = append(kept, c), append(said, lines...)
		}
		return fmt.Sprintf("%s merged into others that are the same", count(len(kept), "credit")), nil
	})
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		err = render.WriteJSON(a.env.Out, a.creditsToJSON(s, kept))
	} else {
		a.tell("Merged %s into others that are the same.", count(len(kept), "credit"))
	}
	for _, line := range atMost(said, "") {
		a.say("%s", line)
	}
	return err
}

// oneOfTwins returns which of twins is kept, as they are by now, and which goes:
// not one that was declared.
func (a *app) oneOfTwins(s snapshot, p [2]ledger.Credit) (c, gone ledger.Credit, err error) {
	if c, gone, err = a.toMerge(s, p[0].ID, p[1].ID); err == nil {
		return c, gone, nil
	}
	if c, gone, other := a.toMerge(s, p[1].ID, p[0].ID); other == nil {
		return c, gone, nil
	}
	return c, gone, err
}
