package cli

import (
	"context"

	"github.com/spf13/cobra"

	"cmpledger/internal/exchange"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// importFlags say how to read a file and what to do with it.
type importFlags struct {
	readFlags
	skipBad, update, restore bool
}

func (a *app) newImport() *cobra.Command {
	var f importFlags
	var options transcript.Options
	cmd := a.writing(&cobra.Command{
		Use:   "import FILE",
		Short: "Import credits from a CSV file or a workbook",
		Long: `Import credits from a CSV file: one that cmp wrote, or a transcript of a portal
or provider, whose columns are found by what they are called, also below lines of
a preamble. UTF-8, UTF-16 and Windows-1252 are told apart, and so are commas,
semicolons, tabs and pipes. Of a workbook (.xlsx) one sheet is read. - reads from
standard input.

A profile says once for all what the files of one portal mean: columns, dates,
units, categories (cmp profile --help). The other flags go before it.

All rows are imported or none, unless --skip-bad is given. It keeps the rows that
are not usable in FILE.rejected.csv, with what is wrong with each behind its
cells: mend them there and import that file with the same flags. Of standard
input no such file is written, and the report names every such row.

Importing a file again adds nothing the second time. Topics that are not
understood are kept in the note of the credit, and the report says how to set
them.`,
		Example: `  cmp import transcript.csv --dry-run
  cmp import labce.csv --map title="Course Title" --map-topic "Transfusion Medicine=blood-banking"
  cmp import history.xlsx --profile ce-broker --sheet History
  cmp import portal.csv --date-format DD/MM/YYYY --skip-bad`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err := oneArgument("a file")(cmd, args); err != nil {
				return err
			}
			options, err = f.options()
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.importFile(ctx, args[0], f, options) }),
	})
	flags := cmd.Flags()
	f.readFlags.add(a, cmd)
	flags.BoolVar(&f.skipBad, "skip-bad", false, "import the other rows, and keep those that are not usable in FILE.rejected.csv")
	flags.BoolVar(&f.update, "update", false, "write changed titles and points of credits that are there already")
	flags.BoolVar(&f.restore, "restore", false, "bring back credits that were removed by hand")
	return cmd
}

// An importing is an import on its way.
type importing struct {
	reading
	flags    importFlags
	verdicts []transcript.Verdict
	counts   map[transcript.Kind]int // of the verdicts; see kinds
	alike    []transcript.Alike
	batch    int64 // 0 when nothing was written
	trimmed  []string
	rejects  rejectsFile
	progress *render.Progress
}

func (a *app) importFile(ctx context.Context, path string, f importFlags, o transcript.Options) error {
	in := &importing{flags: f, progress: a.newProgress()}
	defer in.progress.End()
	p, err := a.profileOf(f.readFlags)
	if err != nil {
		return err
	}
	c, err := a.readContent(path, f.sheet, p.Sheet)
	if err != nil {
		return err
	}
	if exchange.Recognize(c.data) {
		return a.importLedger(ctx, transcriptName(path), c.data, f)
	}
	if in.reading, err = a.understand(path, c, o.Over(p.Options)); err != nil {
		return err
	}
	var s snapshot
	if in.refused() {
		err = a.preview(ctx, func(tx *store.Tx) error { return a.judge(ctx, tx, in) })
	} else {
		s, err = a.importUsable(ctx, in)
	}
	in.progress.End()
	if err != nil {
		return err
	}
	if err := a.printImport(s, in); err != nil {
		return err
	}
	if in.refused() {
		return a.nothingImported(in)
	}
	return nil
}

// nothingImported is the failure of an import with rows that are not usable.
func (a *app) nothingImported(in *importing) error {
	f := in.badRows(", so none was imported")
	if a.dryRun && a.settings.Format != render.JSON {
		f.details = nil // the table has them
	}
	if !in.file.DecimalComma && in.hasOtherDecimals() {
		return f.try("decimals with a comma need a profile that says decimal: comma, which cmp profile new %s --name NAME drafts; "+
			"else mend the file, or import the rest with --skip-bad", in.name)
	}
	return f.try("mend the file, or import the rest with --skip-bad")
}

// refused reports whether rows that are not usable keep the others out.
func (in *importing) refused() bool { return len(in.rejected()) > 0 && !in.flags.skipBad }

// importUsable imports the rows that are usable, and keeps the others in a
// file of their own. Either both is done or nothing.
func (a *app) importUsable(ctx context.Context, in *importing) (s snapshot, err error) {
	if err := a.placeRejects(in); err != nil {
		return s, err
	}
	err = a.update(ctx, func(tx *store.Tx) (string, error) {
		if err := a.judge(ctx, tx, in); err != nil {
			return "", err
		}
		if err := a.importRows(ctx, tx, in); err != nil {
			return "", err
		}
		s.Credentials, err = tx.Credentials(ctx)
		if err == nil {
			err = a.writeRejects(in)
		}
		return "import of " + in.name + ": " + in.did(), err
	})
	if err != nil {
		in.rejects.takeBack()
	}
	return s, err
}

// added returns the ID of the credit that a row was added as, or brought back,
// or 0.
func (in *importing) added(v transcript.Verdict) int64 {
	switch {
	case v.Kind == transcript.New:
		return v.Row.Credit.ID
	case v.Kind == transcript.Removed && in.flags.restore:
		return v.Existing.ID
	}
	return 0
}

// countAdded counts the rows that are [importing.added].
func (in *importing) countAdded() (n int) {
	for _, v := range in.verdicts {
		if in.added(v) != 0 {
			n++
		}
	}
	return n
}

// kinds counts the rows of each kind.
func (in *importing) kinds() map[transcript.Kind]int {
	if in.counts == nil {
		in.counts = map[transcript.Kind]int{}
		for _, v := range in.verdicts {
			in.counts[v.Kind]++
		}
	}
	return in.counts
}
