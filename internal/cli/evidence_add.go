package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func (a *app) newEvidenceAdd() *cobra.Command {
	cmd := a.writing(&cobra.Command{
		Use:   "add CREDIT FILE...",
		Short: "Keep files as evidence of a credit",
		Long: `Keep files as evidence of a credit: PDF, pictures, text, mail, any kind, each of
at most 25 MiB. They are copied into the ledger; the files may be lost.`,
		Example: `  cmp evidence add 12 certificate.pdf
  cmp evidence add 12 page1.jpg page2.jpg`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := someArguments("the number of a credit, such as 12, and files")(cmd, args); err != nil {
				return err
			}
			if _, err := parseID(args[0]); err != nil {
				return err
			}
			if len(args) == 1 {
				return usage("evidence add %s: needs a file", args[0]).try("such as: cmp evidence add %s certificate.pdf", args[0])
			}
			return nil
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			id, err := parseID(args[0])
			if err != nil {
				return err
			}
			return a.evidenceAdd(ctx, id, args[1:])
		}),
	})
	return cmd
}

func (a *app) evidenceAdd(ctx context.Context, credit int64, paths []string) error {
	var s snapshot
	var added []ledger.Evidence
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if _, err = s.credit(credit); err != nil {
			return "", err
		}
		added, err = a.addEvidence(ctx, tx, s, credit, paths)
		return fmt.Sprintf("evidence of credit %d added: %s", credit, fileNames(added)), err
	})
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return a.print(a.evidenceAnswer(added))
	}
	for _, e := range added {
		a.tell("Added evidence %d of credit %d: %s (%s, %s)", e.ID, credit, e.Name, e.MediaType, size(e.Size))
	}
	a.sayOfEvidence(s, added)
	return nil
}

// addEvidence records files as evidence of a credit. One that it has already is
// left out, and mended if it was damaged.
func (a *app) addEvidence(ctx context.Context, tx *store.Tx, s snapshot, credit int64, paths []string) ([]ledger.Evidence, error) {
	has := map[string]ledger.Evidence{}
	for _, e := range s.evidenceOf(credit) {
		has[e.SHA256] = e
	}
	var added []ledger.Evidence
	for _, path := range paths {
		f, err := readEvidence(path)
		if err != nil {
			return nil, err
		}
		if e, ok := has[f.SHA256]; ok {
			mended, err := tx.MendEvidence(ctx, e, f.Data)
			if err != nil {
				return nil, err
			}
			if mended {
				a.say("%s: evidence %d of credit %d was damaged and is mended", f.Name, e.ID, e.Credit)
			} else {
				a.say("%s: credit %d has that file already", f.Name, e.Credit)
			}
			continue
		}
		e := ledger.Evidence{
			Credit: credit, Name: f.Name, MediaType: f.MediaType, Size: int64(len(f.Data)), SHA256: f.SHA256, Added: a.today,
		}
		if err := tx.AddEvidence(ctx, &e, f.Data); err != nil {
			return nil, err
		}
		has[f.SHA256] = e
		added = append(added, e)
	}
	return added, nil
}

// readEvidence reads a file of evidence.
func readEvidence(path string) (evidence.File, error) {
	f, err := evidence.Read(path)
	var bad *evidence.FileError
	if errors.As(err, &bad) {
		return f, badFile("%w", err).try("%s", bad.Hint)
	}
	return f, err
}

// sayOfEvidence warns of files that prove other credits too, and of those that
// may not be accepted.
func (a *app) sayOfEvidence(s snapshot, added []ledger.Evidence) {
	for _, e := range added {
		for _, f := range evidence.Lint([]ledger.Credit{{ID: e.Credit}}, append(s.Evidence, added...)) {
			if f.Evidence.ID == e.ID {
				a.say("Credit %d: %s", e.Credit, lintSentence(f))
			}
		}
	}
}

func fileNames(all []ledger.Evidence) string {
	names := make([]string, len(all))
	for i, e := range all {
		names[i] = e.Name
	}
	return strings.Join(names, ", ")
}
