package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cmpledger/internal/atomicfile"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
)

func (a *app) newEvidenceGet() *cobra.Command {
	var output string
	var yes bool
	cmd := &cobra.Command{
		Use:   "get EVIDENCE...",
		Short: "Write files of evidence out again",
		Long: `Write files of evidence out again, byte for byte as they were added, into the
folder you are in or to --output: a folder, a file, or - for standard output.
The name of the file is made safe for any system. An existing file is replaced
only with --yes.`,
		Example: `  cmp evidence get 3
  cmp evidence get 3 4 --output certificates
  cmp evidence get 3 --output - > copy.pdf`,
		Args: evidenceArguments,
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.evidenceGet(ctx, ids, output, yes)
		}),
	}
	cmd.Flags().StringVarP(&output, "output", "o", ".", "write to this `path`")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace files that exist")
	return cmd
}

// evidenceArguments accepts one number of evidence and more.
func evidenceArguments(cmd *cobra.Command, args []string) error {
	if err := someArguments("the number of evidence, such as 3")(cmd, args); err != nil {
		return err
	}
	for _, arg := range args {
		if _, err := parseID(arg); err != nil {
			return usage("%q: not the number of evidence such as 3", arg).try("cmp evidence list shows the evidence")
		}
	}
	return nil
}

func (a *app) evidenceGet(ctx context.Context, ids []int64, output string, yes bool) error {
	var all []ledger.Evidence
	err := a.view(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			e, err := evidenceNamed(ctx, tx, id)
			if err != nil {
				return err
			}
			data, err := tx.Content(ctx, e.SHA256)
			if err != nil {
				return err
			}
			if evidence.Sum(data) != e.SHA256 {
				return refused("evidence %d: %s is damaged: it is no longer what was added", id, e.Name).
					try("add the file again, or see cmp backup list")
			}
			if err := a.writeOut(output, len(ids) > 1, e, data, yes); err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	})
	if err == nil && a.settings.Format == render.JSON && output != "-" {
		return render.WriteJSON(a.env.Out, evidenceToJSON(all))
	}
	return err
}

// evidenceNamed returns the evidence with that number.
func evidenceNamed(ctx context.Context, tx *store.Tx, id int64) (ledger.Evidence, error) {
	e, err := tx.EvidenceNumber(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return e, notFound("evidence %d: not in this ledger", id).try("cmp evidence list shows the evidence")
	}
	return e, err
}

// writeOut writes a file of evidence to output: a folder, a file, or standard
// output.
func (a *app) writeOut(output string, several bool, e ledger.Evidence, data []byte, yes bool) error {
	if output == "-" {
		_, err := a.env.Out.Write(data)
		return err
	}
	path := output
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		path = filepath.Join(output, evidence.SafeName(e.Name))
	} else if several {
		return refused("--output %s: no folder, but several files were asked for", output).try("name a folder that exists")
	}
	err := atomicfile.Write(path, data, yes)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usage("%s: exists already", path).try("give --yes to replace it, or name another path with --output")
	case err != nil:
		return badFile("%s: %s", path, fileReason(err))
	}
	if a.settings.Format != render.JSON {
		fmt.Fprintf(a.env.Out, "Wrote evidence %d of credit %d to %s (%s)\n", e.ID, e.Credit, render.Text(path), size(e.Size))
	}
	return nil
}
