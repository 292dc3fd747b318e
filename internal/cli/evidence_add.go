package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
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
	completeFiles(cmd)
	return cmd
}

func (a *app) evidenceAdd(ctx context.Context, credit int64, paths []string) error {
	files, err := readProofs(paths)
	if err != nil {
		return err
	}
	var s snapshot
	var added []ledger.Evidence
	err = a.change(ctx, func(tx *store.Tx) (string, error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if _, err = s.credit(credit); err != nil {
			return "", err
		}
		added, err = a.addProofs(ctx, tx, s, credit, files)
		return fmt.Sprintf("evidence of credit %d added: %s", credit, proofNames(added)), err
	})
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		return render.WriteJSON(a.env.Out, evidenceToJSON(added))
	}
	for _, e := range added {
		fmt.Fprintf(a.env.Out, "Added evidence %d of credit %d: %s (%s, %s)\n", e.ID, credit, render.Text(e.Name), e.MediaType, size(e.Size))
	}
	a.sayOfProofs(s, added)
	return nil
}

// readProofs reads files of evidence.
func readProofs(paths []string) ([]evidence.File, error) {
	var files []evidence.File
	for _, path := range paths {
		f, err := evidence.Read(path)
		var bad *evidence.FileError
		switch {
		case errors.As(err, &bad):
			return nil, badFile("%w", err).try("%s", bad.Hint)
		case err != nil:
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// addProofs records files as evidence of a credit, those that it has already
// left out.
func (a *app) addProofs(ctx context.Context, tx *store.Tx, s snapshot, credit int64, files []evidence.File) ([]ledger.Evidence, error) {
	var added []ledger.Evidence
	has := map[string]bool{}
	for _, e := range s.evidenceOf(credit) {
		has[e.SHA256] = true
	}
	for _, f := range files {
		if has[f.SHA256] {
			a.say("%s: credit %d has that file already", f.Name, credit)
			continue
		}
		has[f.SHA256] = true
		e := ledger.Evidence{
			Credit: credit, Name: f.Name, MediaType: f.MediaType, Size: int64(len(f.Data)), SHA256: f.SHA256, Added: a.today,
		}
		if err := tx.AddEvidence(ctx, &e, f.Data); err != nil {
			return nil, err
		}
		added = append(added, e)
	}
	return added, nil
}

// sayOfProofs warns of files that prove other credits too, and of those that
// may not be accepted.
func (a *app) sayOfProofs(s snapshot, added []ledger.Evidence) {
	for _, e := range added {
		for _, f := range evidence.Lint([]ledger.Credit{{ID: e.Credit}}, append(s.evidence, added...)) {
			if f.Evidence.ID == e.ID {
				a.say("Credit %d: %s", e.Credit, lintSentence(f))
			}
		}
	}
}

func proofNames(all []ledger.Evidence) string {
	names := make([]string, len(all))
	for i, e := range all {
		names[i] = e.Name
	}
	return strings.Join(names, ", ")
}
