package cli

import (
	"bytes"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/transcript"
)

func (a *app) newExport() *cobra.Command {
	cmd := a.newGroup("export", "Give back what was recorded", a.newExportCredits())
	cmd.Example = `  cmp export credits > credits.csv
  cmp export credits --format json`
	return cmd
}

func (a *app) newExportCredits() *cobra.Command {
	var f filterFlags
	var output string
	var yes, excelSafe bool
	cmd := withRecords(&cobra.Command{
		Use:   "credits",
		Short: "Write credits in a form that cmp import reads back without loss",
		Long: `Write credits as CSV, or in the format that is asked for. cmp import reads the
CSV back without loss, unless --excel-safe changed a text: then the CSV is for
people alone. The filters are those of cmp list.`,
		Example: `  cmp export credits > credits.csv
  cmp export credits --since 2026-01-01 --output credits.csv`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.exportCredits(ctx, f, output, yes, excelSafe) }),
	})
	f.add(cmd.Flags())
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `file`")
	cmd.Flags().BoolVar(&excelSafe, "excel-safe", false, "put an apostrophe before texts that a spreadsheet would take for formulas")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace the file if it exists")
	return cmd
}

func (a *app) exportCredits(ctx context.Context, f filterFlags, output string, yes, excelSafe bool) error {
	s, credits, err := a.selected(ctx, f)
	if err != nil {
		return err
	}
	if excelSafe && a.settings.Format != render.JSON {
		for i := range credits {
			disarm(&credits[i])
		}
	}
	var b bytes.Buffer
	switch a.settings.Format {
	case render.JSON:
		err = render.WriteJSON(&b, a.creditsToJSON(s, credits))
	case render.Markdown:
		rows := make([][]string, len(credits))
		for i, c := range credits {
			rows[i] = transcript.Record(c)
		}
		err = render.Records(&b, render.Markdown, transcript.Header(), rows)
	case render.TSV:
		err = transcript.Write(&b, '\t', credits)
	default:
		err = transcript.Write(&b, ',', credits)
	}
	if err != nil {
		return err
	}
	return a.deliver(output, yes, b.Bytes(), count(len(credits), "credit"))
}

// disarm puts an apostrophe before each text of a credit that a spreadsheet
// would take for a formula.
func disarm(c *ledger.Credit) {
	for _, text := range []*string{&c.Title, &c.Provider, &c.Reference, &c.URL, &c.Note} {
		if *text != "" && strings.ContainsAny((*text)[:1], "=+-@\t\r\n") {
			*text = "'" + *text
		}
	}
}
