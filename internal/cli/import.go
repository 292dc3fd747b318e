package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/exchange"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// importFlags say how to read a file and what to do with it.
type importFlags struct {
	readFlags
	skipBad, update, restore, addAlike bool
	only                               []int
	rows                               string // as --only was given
	join                               int64
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

Importing a file again adds nothing, whatever flags read it, as long as they read
the same days, titles and points. A row that says more than its credit, or
something else, is written with --update. A row that only looks like a credit is
held back: --only 7 --add-alike adds it as another one, --only 7 --join 12 says
that it is credit 12. On a terminal you are asked.

Rows whose status says failed, enrolled, planned or the like are left out, and so
are totals. All other rows are imported or none, unless --skip-bad is given. It
keeps the rows that are not usable in FILE.rejected.csv, with what is wrong with
each behind its cells: mend them there and import that file with the same flags.

Topics that are not understood are kept in the note of the credit, and the report
says how to set them.`,
		Example: `  cmp import transcript.csv --dry-run
  cmp import labce.csv --map title="Course Title" --map-topic "Transfusion Medicine=blood-banking"
  cmp import history.xlsx --profile ce-broker --sheet History
  cmp import portal.csv --date-format DD/MM/YYYY --skip-bad
  cmp import transcript.csv --only 7,9 --add-alike`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err := oneArgument("a file")(cmd, args); err != nil {
				return err
			}
			if err := f.check(cmd.Flags().Changed("join")); err != nil {
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
	flags.BoolVar(&f.update, "update", false, "write what rows say otherwise, or more, than the credits that are there")
	flags.BoolVar(&f.restore, "restore", false, "bring back credits that were removed by hand")
	flags.StringVar(&f.rows, "only", "", "import only these `rows`, such as 7,9")
	flags.BoolVar(&f.addAlike, "add-alike", false, "add rows too that look like credits: they are others")
	flags.Int64Var(&f.join, "join", 0, "the one row of --only is the credit of this `number`")
	return cmd
}

// check reads the numbers of rows, and refuses flags that do not go together.
func (f *importFlags) check(joins bool) error {
	f.only = nil
	for word := range strings.SplitSeq(f.rows, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if f.rows != "" && (err != nil || n < 1) {
			return usage("--only %q: not the numbers of rows", f.rows).try("such as --only 7,9")
		}
		if f.rows != "" {
			f.only = append(f.only, n)
		}
	}
	switch {
	case joins && f.join < 1:
		return usage("--join %d: not the number of a credit", f.join).try("such as --only 7 --join 12")
	case f.join != 0 && len(f.only) != 1:
		return usage("--join %d: needs the one row that is that credit", f.join).try("such as --only 7 --join %d", f.join)
	case f.join != 0 && f.addAlike:
		return usage("--join and --add-alike: contradict each other").try("give one of them")
	}
	return nil
}

// choices are what the flags say of rows that look like credits.
func (f importFlags) choices(rows []transcript.Row) map[int]actions.Choice {
	choices := map[int]actions.Choice{}
	if !f.addAlike && f.join == 0 {
		return choices
	}
	for _, row := range rows {
		if len(f.only) == 0 || slices.Contains(f.only, row.Number) {
			choices[row.Number] = actions.Choice{Add: f.addAlike, Join: f.join}
		}
	}
	return choices
}

// An importJob is an import on its way, with what it was read from.
type importJob struct {
	actions.Import
	reading
	flags    importFlags
	rejects  rejectsFile
	progress *answer.Progress
	unheld   bool // the ledger has no credential that the credits could serve
}

func (a *app) importFile(ctx context.Context, path string, f importFlags, o transcript.Options) error {
	job := &importJob{flags: f, progress: a.newProgress()}
	defer job.progress.End()
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
	if job.reading, err = a.understand(path, c, o.Over(p.Options)); err != nil {
		return err
	}
	job.Import = actions.Import{
		File: job.name, Rows: job.file.Rows, Update: f.update, Restore: f.restore,
		Only: f.only, Choices: f.choices(job.file.Rows), Step: job.progress.Step,
	}
	if a.dryRun {
		job.Step = func(what string, done, of int) {
			if what == "writing" {
				what = "trying out"
			}
			job.progress.Step(what, done, of)
		}
	}
	if err := job.checkOnly(); err != nil {
		return err
	}
	if job.refused() {
		err = a.judgeImport(ctx, job)
	} else {
		err = a.importUsable(ctx, job)
	}
	job.progress.End()
	if err != nil {
		return err
	}
	if err := a.printImport(job); err != nil {
		return err
	}
	if job.refused() {
		return a.nothingImported(job)
	}
	return nil
}

// checkOnly refuses numbers that no row has.
func (job *importJob) checkOnly() error {
	for _, n := range job.flags.only {
		if !slices.ContainsFunc(job.Rows, func(r transcript.Row) bool { return r.Number == n }) {
			return badFile("%s: has no row %d that is a credit", job.name, n).try("--dry-run shows the rows with their numbers")
		}
	}
	return nil
}

// judgeImport compares the rows with the ledger, and writes nothing.
func (a *app) judgeImport(ctx context.Context, job *importJob) error {
	return a.preview(ctx, func(tx *store.Tx) error { return job.Judge(ctx, tx) })
}

// importUsable imports the rows that are usable, and keeps the others in a
// file of their own. Either both is done or nothing. Where somebody can answer,
// it asks first what rows are that look like credits.
func (a *app) importUsable(ctx context.Context, job *importJob) error {
	if err := a.placeRejects(job); err != nil {
		return err
	}
	if a.env.canAsk() && job.path != "-" && !a.dryRun && a.settings.Format == answer.Table {
		if err := a.judgeImport(ctx, job); err != nil {
			return err
		}
		job.progress.End()
		if err := a.askAlike(job); err != nil {
			return err
		}
	}
	err := a.update(ctx, func(tx *store.Tx) (string, error) {
		if err := job.Judge(ctx, tx); err != nil {
			return "", err
		}
		if err := job.Write(ctx, tx, a.judgeOn(a.today)); err != nil {
			return "", err
		}
		held, err := tx.Credentials(ctx)
		if err != nil {
			return "", err
		}
		job.unheld = len(held) == 0
		return "import of " + job.name + ": " + job.Did(), a.writeRejects(job)
	})
	if err != nil {
		job.rejects.takeBack()
	}
	return err
}

// askAlike asks of each row that looks like a credit whether it is that one.
// What is not answered stays held back.
func (a *app) askAlike(job *importJob) error {
	all := ""
	for _, v := range job.held() {
		answer := all
		if answer == "" {
			if err := a.showHeld([]actions.Verdict{v}); err != nil {
				return err
			}
			for answer = "?"; !slices.Contains([]string{"", "y", "yes", "n", "no", "l", "later"}, strings.ToLower(answer)); {
				answer = a.answer(fmt.Sprintf("Row %d: the same as credit %d? [y]es, [n]o, [l]ater; in capitals for all that follow",
					v.Row.Number, v.Slot.Credit.ID))
			}
			if answer != strings.ToLower(answer) {
				all = answer
			}
		}
		switch strings.ToLower(answer) {
		case "y", "yes":
			job.Choices[v.Row.Number] = actions.Choice{Join: v.Slot.Credit.ID}
		case "n", "no":
			job.Choices[v.Row.Number] = actions.Choice{Add: true}
		}
	}
	return nil
}

// held returns the verdicts on rows that are held back.
func (job *importJob) held() (all []actions.Verdict) {
	for _, v := range job.Verdicts {
		if v.Outcome == actions.Held {
			all = append(all, v)
		}
	}
	return all
}

// refused reports whether rows that are not usable keep the others out.
func (job *importJob) refused() bool { return len(job.rejected()) > 0 && !job.flags.skipBad }

// nothingImported is the failure of an import with rows that are not usable.
func (a *app) nothingImported(job *importJob) error {
	f := job.badRows(", so none was imported")
	if a.dryRun && a.settings.Format != answer.JSON {
		f.details = nil // the table has them
	}
	if !job.file.DecimalComma && job.hasOtherDecimals() {
		return f.try("decimals with a comma need a profile that says decimal: comma, which cmp profile new %s --name NAME drafts; "+
			"else mend the file, or import the rest with --skip-bad", job.name)
	}
	return f.try("mend the file, or import the rest with --skip-bad")
}
