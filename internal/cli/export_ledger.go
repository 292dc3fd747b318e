package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"cmpledger/internal/exchange"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newExportLedger() *cobra.Command {
	var output string
	var yes bool
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Write everything in a form that cmp import takes into any ledger",
		Long: `Write everything that the ledger holds as JSON Lines: credentials, cycles,
declarations, credits, allocations, evidence with its files, and courses. cmp import
makes the same ledger of it where there is none yet, and merges it into another
one. The log stays here. Ledgers that hold the same make the same file.

The first line is {"schema":"cmp.ledger/1"}, the last {"record":"end","lines":N}
with the number of lines before it. Each line between is a record or the content
of a file; cmp schema ledger tells their fields.

A uid names a record in all ledgers; the numbers of cmp list are of one ledger
alone. Points are numbers (1.5), days are texts ("2026-11-21") or null. Records
that change also have changed, when that was, and past, the earlier changes.`,
		Example: `  cmp export ledger > ledger.jsonl
  cmp export ledger --output ledger.jsonl`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.exportLedger(ctx, output, yes) }),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `file` (default: standard output)")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace the file if it exists")
	return cmd
}

// exportLedger writes the ledger while it reads it, for files of evidence may
// be many.
func (a *app) exportLedger(ctx context.Context, output string, yes bool) error {
	records := 0
	err := a.view(ctx, func(tx *store.Tx) error {
		l, err := tx.Ledger(ctx)
		if err != nil {
			return err
		}
		records = len(l.Records)
		if output == "" || output == "-" {
			return exchange.Write(a.out, l)
		}
		return a.writeFile(output, yes, func(w io.Writer) error { return exchange.Write(w, l) })
	})
	switch {
	case errors.Is(err, store.ErrDamagedContent):
		return refused("%w", err).try("cmp evidence verify names the credits; cmp evidence add the file again mends it")
	case err != nil:
		return err
	case output != "" && output != "-":
		a.say("Wrote %s to %s.", words.Count(records, "record"), output)
	}
	return nil
}
