package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// importFlags say how to read a file and what to do with it.
type importFlags struct {
	columns, topics                    []string
	dateFormat                         dateFormat
	skipBad, allocate, update, restore bool
}

// dateFormat is a date format that the transcripts know.
type dateFormat string

func (f *dateFormat) UnmarshalText(text []byte) error {
	s, err := transcript.ParseDateFormat(string(text))
	*f = dateFormat(s)
	return err
}

func (f dateFormat) MarshalText() ([]byte, error) { return []byte(f), nil }

func (a *app) newImport() *cobra.Command {
	var f importFlags
	var options transcript.Options
	cmd := a.writing(&cobra.Command{
		Use:   "import FILE",
		Short: "Import credits from a CSV file",
		Long: `Import credits from a CSV file: one that cmp wrote, or a transcript of a portal
or provider, whose columns are found by what they are called, also below lines of
a preamble. UTF-8, UTF-16 and Windows-1252 are told apart, and so are commas,
semicolons, tabs and pipes. - reads from standard input.

All rows are imported or none, unless --skip-bad is given. Importing a file
again adds nothing the second time. Topics that are not understood are kept in
the note of the credit, and the report says how to set them.`,
		Example: `  cmp import transcript.csv --dry-run
  cmp import labce.csv --map title="Course Title" --map-topic "Transfusion Medicine=blood-banking"
  cmp import portal.csv --date-format DD/MM/YYYY --skip-bad --allocate`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err := oneArgument("a file")(cmd, args); err != nil {
				return err
			}
			options, err = f.options()
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.importFile(ctx, args[0], f, options) }),
	})
	completeFiles(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.columns, "map", nil, "`field=Column`: the column that a field is in; may be repeated")
	flags.StringArrayVar(&f.topics, "map-topic", nil, "`Text=topic`: what a text in the topic column means; may be repeated")
	flags.TextVar(&f.dateFormat, "date-format", dateFormat(""), "`format` of dates: YYYY-MM-DD, MM/DD/YYYY or DD/MM/YYYY")
	flags.BoolVar(&f.skipBad, "skip-bad", false, "import the other rows when some are not usable")
	flags.BoolVar(&f.allocate, "allocate", false, "allocate afterwards, as cmp allocate --auto does")
	flags.BoolVar(&f.update, "update", false, "write changed titles and points of credits that are there already")
	flags.BoolVar(&f.restore, "restore", false, "bring back credits that were removed by hand")
	return cmd
}

// options reads the flags that say how to understand a file.
func (f importFlags) options() (transcript.Options, error) {
	o := transcript.Options{DateFormat: string(f.dateFormat), Columns: map[transcript.Field]string{}, Topics: map[string]ledger.Topic{}}
	for _, text := range f.columns {
		name, column, ok := strings.Cut(text, "=")
		if !ok || column == "" {
			return o, usage("--map %q: not of the form field=Column", text).try(`such as --map title="Course Name"`)
		}
		field, err := transcript.ParseField(name)
		if err != nil {
			return o, usage("--map %q: %w", text, err)
		}
		o.Columns[field] = column
	}
	for _, text := range f.topics {
		i := strings.LastIndex(text, "=")
		if i <= 0 {
			return o, usage("--map-topic %q: not of the form Text=topic", text).try(`such as --map-topic "Transfusion Medicine=blood-banking"`)
		}
		topic, err := ledger.ParseTopic(text[i+1:])
		if err != nil {
			return o, usage("--map-topic %q: %w", text, err)
		}
		o.Topics[text[:i]] = topic
	}
	return o, nil
}

// An importing is an import on its way.
type importing struct {
	name     string // of the file, as it is shown
	file     transcript.File
	verdicts []transcript.Verdict
	alike    []transcript.Alike
	batch    int64 // 0 when nothing was written
	added    map[int]ledger.Credit
	trimmed  []string
}

func (a *app) importFile(ctx context.Context, path string, f importFlags, o transcript.Options) error {
	data, err := a.readInput(path)
	if err != nil {
		return err
	}
	in := &importing{name: filepath.Base(path), added: map[int]ledger.Credit{}}
	if path == "-" {
		in.name = "standard input"
	}
	if in.file, err = transcript.Read(data, o); err != nil {
		return unusable(in.name, err)
	}
	a.say("%s: %s", in.name, in.file.Assumptions())
	var s snapshot
	var results []automatic
	if len(in.rejected()) > 0 && !f.skipBad {
		err = a.preview(ctx, func(tx *store.Tx) error { return a.judge(ctx, tx, in) })
	} else {
		err = a.update(ctx, func(tx *store.Tx) (string, error) {
			if err := a.judge(ctx, tx, in); err != nil {
				return "", err
			}
			if err := a.importRows(ctx, tx, in, f); err != nil {
				return "", err
			}
			if s.credentials, err = tx.Credentials(ctx); err == nil && f.allocate && len(s.credentials) > 0 {
				if s, err = read(ctx, tx); err == nil {
					results, err = a.autoAllocate(ctx, tx, s, "", false)
				}
			}
			return "import of " + in.name + ": " + in.did(f, results), err
		})
	}
	if err != nil {
		return err
	}
	if err := a.printImport(s, in, f, results); err != nil {
		return err
	}
	if len(in.rejected()) > 0 && !f.skipBad {
		return in.failure()
	}
	return nil
}

// readInput reads a file, or standard input for "-".
func (a *app) readInput(path string) ([]byte, error) {
	if path == "-" {
		data, err := io.ReadAll(a.env.In)
		if err != nil {
			return nil, badFile("standard input: %s", fileReason(err))
		}
		return data, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, badFile("%s: %s", path, fileReason(err))
	}
	return data, nil
}

// unusable words why a file as a whole cannot be read.
func unusable(name string, err error) error {
	var f *transcript.FileError
	if !errors.As(err, &f) {
		return badFile("%s: %w", name, err)
	}
	where := name
	if f.Line > 0 {
		where = fmt.Sprintf("%s: line %d", name, f.Line)
	}
	return badFile("%s: %s", where, f.Message).try("%s", f.Hint)
}

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
func (a *app) importRows(ctx context.Context, tx *store.Tx, in *importing, f importFlags) error {
	if err := a.addRows(ctx, tx, in); err != nil {
		return err
	}
	var s snapshot
	for i, v := range in.verdicts {
		switch {
		case v.Kind == transcript.Removed && f.restore:
			c, err := tx.RestoreCredit(ctx, v.Existing.UID)
			if err != nil {
				return err
			}
			in.added[i] = c
		case v.Kind == transcript.Changed && f.update:
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

// rejected returns the rows that are not usable.
func (in *importing) rejected() []transcript.Row {
	var rows []transcript.Row
	for _, row := range in.file.Rows {
		if row.Problem != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// failure says why nothing was imported.
func (in *importing) failure() error {
	const most = 20
	rows := in.rejected()
	f := newFailure(exitFailed, "bad-rows", "%s: %d of %s %s not usable, so none was imported",
		[]any{in.name, len(rows), count(len(in.file.Rows), "row"), verb(len(rows), "is", "are")})
	for i, row := range rows {
		if i == most {
			f.details = append(f.details, fmt.Sprintf("and %d more", len(rows)-most))
			break
		}
		f.details = append(f.details, fmt.Sprintf("row %d (line %d), %s", row.Number, row.Line, row.Problem))
	}
	return f.try("mend the file, or import the rest with --skip-bad")
}

// kinds counts the rows of each kind.
func (in *importing) kinds() map[transcript.Kind]int {
	n := map[transcript.Kind]int{}
	for _, v := range in.verdicts {
		n[v.Kind]++
	}
	return n
}
