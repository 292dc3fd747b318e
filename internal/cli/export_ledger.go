package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"cmpledger/internal/exchange"
	"cmpledger/internal/store"
)

func (a *app) newExportLedger() *cobra.Command {
	var output string
	var yes bool
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Write everything in a form that cmp import takes into any ledger",
		Long: `Write everything that the ledger holds as JSON Lines: credentials, cycles,
declarations, credits, allocations, evidence, courses and the log. cmp import
makes the same ledger of it where there is none yet, and merges it into another
one. Ledgers that hold the same make the same file, to the byte.

The first line is {"schema":"cmp.ledger/1"}, the last {"record":"end","lines":N}
with the number of lines before it. Each line between is a record; these are
their fields:

  credential   credential ("ascp/MLS"), uid, number, certified, voluntary
  cycle        uid, credential, first_day, last_day, closed
  declaration  cycle (a uid), uid, date, designation, title, number, edition,
               first_day, last_day, required, counted, confidence, source, fee,
               currency, requirements and credits. Of a requirement:
               requirement, title, required, counted, confidence, source. Of a
               credit: requirement, counted, credit (a uid), and as it was:
               date, title, provider, points, topics, activity, reference, url,
               note
  import       uid, file, date
  credit       uid, date, title, provider, points, topics (each topic, and
               points where it has a limit), activity, reference, url, note,
               import (a uid or null), removed, merged_into (the uid of the credit
               that a removed one became, or null), imported_identity (by which
               its file knows it where that is another one by now, or null)
  allocations  credit (a uid), credential, allocations (each cycle (a uid),
               requirement, points, by: hand or auto)
  evidence     uid, credit (a uid), sha256, name, media_type, added
  course       uid (made of provider and title), title, provider, points, topics,
               free (true or false), price, url; null is what is not stated
  content      sha256, size, data (base64)
  entry        uid, stamp, at, command, summary, undoes (a uid or null), changes
               (each record, key, before, after)

A uid names a record in all ledgers; the numbers of cmp list are of one ledger
alone. Points are numbers (1.5), days are texts ("2026-11-21") or null. Entries
are the log, in the order of their stamps; before and after are whole records
without their keys, or null. A removed credit stays, with removed true.`,
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
	var l exchange.Ledger
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if l, err = tx.Ledger(ctx); err != nil {
			return err
		}
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
		a.say("Wrote %s and %s of the log to %s.", count(len(l.Records), "record"), logEntries(len(l.Log)), output)
	}
	return nil
}

// logEntries returns "1 entry" or "2 entries".
func logEntries(n int) string {
	return fmt.Sprintf("%d %s", n, verb(n, "entry", "entries"))
}
