package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
	"cmpledger/internal/workbook"
)

func (a *app) newExport() *cobra.Command {
	cmd := a.newGroup("export", "Write your records for a spreadsheet or another computer", a.newExportCredits(), a.newExportLedger())
	cmd.Long = `Write your records to a file. cmp export credits writes the credits for a
spreadsheet. cmp export ledger writes everything but the log, for another ledger
to take in. cmp import reads both back without loss. To copy the ledger as a
whole, use cmp backup.`
	cmd.Example = `  cmp export credits > credits.csv
  cmp export credits --format json
  cmp export ledger > ledger.jsonl`
	return cmd
}

type exportAsk struct {
	filter    filterFlags
	to        outputFlags
	excelSafe bool
}

func (a *app) newExportCredits() *cobra.Command {
	var ask exportAsk
	cmd := withRecords(&cobra.Command{
		Use:   "credits",
		Short: "Write credits for a spreadsheet",
		Long: `Write credits as CSV, or in another format: name it with --format, which here
takes xlsx too. The ending of --output also names it: .csv, .tsv, .json, .md or
.xlsx. The filters are the same as in cmp list.

cmp import reads the CSV back without loss. With --excel-safe it may not: some
texts then have an apostrophe. In a workbook, texts are never formulas.`,
		Example: `  cmp export credits > credits.csv
  cmp export credits --since 2026-01-01 --output credits.xlsx`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.exportCredits(ctx, ask) }),
	}, answer.XLSX)
	ask.filter.add(cmd.Flags())
	ask.to.add(cmd)
	cmd.Flags().BoolVar(&ask.excelSafe, "excel-safe", false, "put an apostrophe before texts that a spreadsheet would run as formulas")
	return cmd
}

// exportFormat returns the format of credits: that of --format, else by how the name of
// the file ends.
func (a *app) exportFormat(to outputFlags) (answer.Format, error) {
	var named answer.Format
	switch ext := strings.ToLower(filepath.Ext(to.path)); ext {
	case ".csv", ".tsv", ".json", ".xlsx":
		named = answer.Format(ext[1:])
	case ".md":
		named = answer.Markdown
	case ".xls", ".ods", ".pdf", ".html", ".htm", ".xml", ".doc", ".docx":
		return "", usage("--output %q: cmp does not write %s", to.path, ext).try("end the name in .csv, .tsv, .json, .md or .xlsx")
	}
	format := a.settings.Format
	if named != "" && !strings.HasPrefix(a.settings.from["format"], "flag") {
		format = named
	}
	if format == answer.XLSX && a.env.OutTerminal && !to.toFile() {
		return "", usage("format xlsx: a terminal cannot show a workbook").try("name a file: --output credits.xlsx")
	}
	return format, nil
}

func (a *app) exportCredits(ctx context.Context, ask exportAsk) error {
	format, err := a.exportFormat(ask.to)
	if err != nil {
		return err
	}
	s, credits, err := a.selected(ctx, ask.filter, format == answer.JSON)
	if err != nil {
		return err
	}
	if ask.excelSafe && format != answer.JSON && format != answer.XLSX {
		for i := range credits {
			disarmFormulas(&credits[i])
		}
	}
	rows := words.Map(credits, transcript.Record)
	var b bytes.Buffer
	switch format {
	case answer.JSON:
		err = answer.WriteJSON(&b, a.creditsAnswer(s, credits))
	case answer.Markdown:
		err = answer.Records(&b, answer.Markdown, transcript.Header(), rows)
	case answer.TSV:
		err = transcript.Write(&b, '\t', credits)
	case answer.XLSX:
		err = writeWorkbook(&b, credits, rows)
	default:
		err = transcript.Write(&b, ',', credits)
	}
	if err != nil {
		return err
	}
	return a.deliver(ask.to, b.Bytes(), words.Count(len(credits), "credit"))
}

func writeWorkbook(w io.Writer, credits []ledger.Credit, rows [][]string) error {
	fields := transcript.Fields()
	kinds := map[int]workbook.Kind{
		slices.Index(fields, transcript.Date): workbook.Date, slices.Index(fields, transcript.Points): workbook.Number,
	}
	err := workbook.Write(w, transcript.Header(), kinds, rows)
	if text, ok := errors.AsType[*workbook.TextError](err); ok {
		return refused("credit %d: its %s %s", credits[text.Row].ID, fields[text.Column], text.Reason).
			try("shorten it with %s, or write CSV, which keeps it", ledger.Command{"edit", fmt.Sprint(credits[text.Row].ID)})
	}
	return err
}

// disarmFormulas puts an apostrophe before texts that a spreadsheet would take for a formula.
func disarmFormulas(c *ledger.Credit) {
	for _, text := range []*string{&c.Title, &c.Provider, &c.Reference, &c.URL, &c.Note} {
		*text = ledger.Disarmed(*text)
	}
}

func (a *app) newExportLedger() *cobra.Command {
	var to outputFlags
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Write everything for another ledger to import",
		Long: `Write everything in the ledger as JSON Lines: credentials, cycles, declarations,
credits, allocations, courses and certificates. The log is left out. cmp import
makes the same ledger of it on another computer, or merges it into the ledger
there. The same content always makes the same file.

For programs: the first line is {"schema":"cmp.ledger/1"}. The last is
{"record":"end","lines":N}, where N is the number of lines before it. Each line
between is a record or the content of a file. cmp schema ledger describes their
fields.

A uid names the same record in every ledger; the numbers of cmp list belong to
one ledger. Points are numbers (1.5), days are texts ("2026-11-21") or null. A
record may also have two more fields: changed, the time of its last change, and
past, its earlier changes.`,
		Example: `  cmp export ledger > ledger.jsonl
  cmp export ledger --output ledger.jsonl`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.exportLedger(ctx, to) }),
	}
	to.add(cmd)
	return cmd
}

func (a *app) exportLedger(ctx context.Context, to outputFlags) error {
	records := 0
	fill := func(out io.Writer) error {
		return a.view(ctx, func(tx *store.Tx) error {
			l, err := tx.Ledger(ctx)
			if err != nil {
				return err
			}
			records = len(l.Records)
			return exchange.Write(out, l)
		})
	}
	if !to.toFile() {
		return a.writeOut(fill)
	}
	if err := a.writeFile(to.path, to.yes, fill); err != nil {
		return err
	}
	a.say("Wrote %s to %s.", words.Count(records, "record"), to.path)
	return nil
}
