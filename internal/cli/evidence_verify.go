package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newEvidenceVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that every file is still what was added",
		Long: `Compute the SHA-256 of every file of evidence again and compare it with that of
the day it was added. Exits with 3 and names what is wrong.`,
		Example: `  cmp evidence verify
  cmp evidence verify --format json`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.evidenceVerify(ctx) }),
	}
}

func (a *app) evidenceVerify(ctx context.Context) error {
	var s snapshot
	var all []ledger.Evidence
	damaged := map[string]string{} // what is wrong, by content
	seen := map[string]bool{}
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if s, err = read(ctx, tx); err != nil {
			return err
		}
		if all, err = tx.AllEvidence(ctx); err != nil {
			return err
		}
		for _, e := range all {
			if seen[e.SHA256] {
				continue
			}
			seen[e.SHA256] = true
			if _, damaged[e.SHA256], err = checked(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.printVerified(s, all, len(seen), damaged)
}

// checked returns the content of evidence, and what is wrong with it, or
// nothing.
func checked(ctx context.Context, tx *store.Tx, e ledger.Evidence) (data []byte, damage string, err error) {
	data, err = tx.Content(ctx, e.SHA256)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, "its content is missing", nil
	case err == nil && evidence.Sum(data) != e.SHA256:
		damage = "its content is no longer what was added"
	}
	return data, damage, err
}

// mend says what to do about damaged evidence. A removed credit takes none.
func mend(s snapshot, e ledger.Evidence) string {
	if _, err := s.credit(e.Credit); err != nil {
		return fmt.Sprintf("credit %d was removed; take that back (cmp log, cmp undo), add the file again with cmp evidence add %d FILE, and remove it again", e.Credit, e.Credit)
	}
	return fmt.Sprintf("add the file again: cmp evidence add %d FILE", e.Credit)
}

func (a *app) printVerified(s snapshot, all []ledger.Evidence, contents int, damaged map[string]string) error {
	broken := 0
	for _, why := range damaged {
		if why != "" {
			broken++
		}
	}
	out := verifiedAnswer{Evidence: len(all), Contents: contents}
	for _, e := range all {
		if why := damaged[e.SHA256]; why != "" {
			out.Findings = append(out.Findings, damagedItem{e.ID, e.Credit, e.Name, why})
			a.tell("Evidence %d of credit %d, %s: %s; %s", e.ID, e.Credit, e.Name, why, mend(s, e))
		}
	}
	a.tell("%s checked, %s damaged", words.Count(contents, "file"), words.Count(broken, "file"))
	if err := a.reply(out); err != nil || broken == 0 {
		return err
	}
	return errSilentNo
}

type verifiedAnswer struct {
	Schema   string        `json:"schema" shape:"cmp.verify/1" title:"Evidence that was verified" doc:"Written by cmp evidence verify."`
	Evidence int           `json:"evidence" doc:"Pieces of evidence."`
	Contents int           `json:"contents" doc:"Files; one may prove several credits."`
	Findings []damagedItem `json:"findings"`
}

type damagedItem struct {
	Evidence int64  `json:"evidence" doc:"Number of the evidence."`
	Credit   int64  `json:"credit" doc:"Number of the credit."`
	Name     string `json:"name" doc:"Of the file."`
	Message  string `json:"message" doc:"What is wrong with it."`
}
