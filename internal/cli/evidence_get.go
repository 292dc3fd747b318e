package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func (a *app) newEvidenceGet() *cobra.Command {
	var output string
	var yes bool
	cmd := &cobra.Command{
		Use:   "get EVIDENCE...",
		Short: "Write files of evidence out again",
		Long: `Write files of evidence out again, byte for byte as they were added, into the
folder you are in or to --output: a file, a folder, or - for standard output.
The name of the file is made safe for any system. An existing file is replaced
only with --yes.`,
		Example: `  cmp evidence get 3
  cmp evidence get 3 4 --output certificates
  cmp evidence get 3 --output - > copy.pdf`,
		Args: func(cmd *cobra.Command, args []string) error {
			if output == "" {
				return usage("--output: needs a path").try("leave it out for the folder you are in")
			}
			return evidenceArguments(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.evidenceGet(ctx, ids, output, yes)
		}),
	}
	cmd.Flags().StringVarP(&output, "output", "o", ".", "write to this `path`; a folder that is missing is made for several files")
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
	if output == "-" && len(ids) > 1 {
		return usage("--output -: %d files would run into each other", len(ids)).try("ask for one, or name a folder")
	}
	all, err := a.evidenceWith(ctx, ids)
	if err != nil {
		return err
	}
	if output == "-" {
		data, err := a.content(ctx, all[0])
		if err != nil {
			return err
		}
		_, err = a.out.Write(data)
		return err
	}
	paths, err := a.places(output, all, yes)
	if err != nil {
		return err
	}
	for i, e := range all {
		data, err := a.content(ctx, e)
		if err != nil {
			return err
		}
		if err := a.writeData(paths[i], yes, data); err != nil {
			return err
		}
		a.tell("Wrote evidence %d of credit %d to %s (%s)", e.ID, e.Credit, paths[i], size(e.Size))
	}
	out := a.evidenceAnswer(all)
	for i, path := range paths {
		out.Evidence[i].File = path
	}
	return a.reply(out)
}

// evidenceWith returns the evidence with those numbers.
func (a *app) evidenceWith(ctx context.Context, ids []int64) (all []ledger.Evidence, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			e, err := evidenceNamed(ctx, tx, id)
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	})
	return all, err
}

// content returns a file of evidence, and only as it was added.
func (a *app) content(ctx context.Context, e ledger.Evidence) (data []byte, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		var damage string
		data, damage, err = checked(ctx, tx, e)
		if err == nil && damage != "" {
			err = refused("evidence %d, %s: %s", e.ID, e.Name, damage).
				try("add the file again: cmp evidence add %d FILE; or see cmp backup list", e.Credit)
		}
		return err
	})
	return data, err
}

// places returns where files of evidence are to be written: to output itself,
// or into it under names that are safe and no two the same. A folder that
// several files are meant for is made.
func (a *app) places(output string, all []ledger.Evidence, yes bool) ([]string, error) {
	info, err := os.Stat(output)
	switch {
	case err == nil && info.IsDir():
	case len(all) == 1 && !os.IsPathSeparator(output[len(output)-1]):
		return []string{output}, nil
	case err == nil:
		return nil, refused("--output %s: no folder, but several files were asked for", output).try("name a folder")
	default:
		if err := os.Mkdir(output, 0o700); err != nil {
			return nil, badFile("--output %s: the folder cannot be made: %s", output, fileReason(err))
		}
	}
	var paths []string
	taken := map[string]bool{}
	for _, e := range all {
		name := evidence.SafeName(e.Name)
		if taken[strings.ToLower(name)] {
			name = evidence.SafeName(fmt.Sprintf("%d-%s", e.ID, name))
		}
		taken[strings.ToLower(name)] = true
		path := filepath.Join(output, name)
		if err := a.writable(path, yes); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// evidenceNamed returns the evidence with that number.
func evidenceNamed(ctx context.Context, tx *store.Tx, id int64) (ledger.Evidence, error) {
	e, err := tx.EvidenceNumber(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return e, notFound("evidence %d: not in this ledger", id).try("cmp evidence list shows the evidence")
	}
	return e, err
}
