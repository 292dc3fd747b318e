package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func (a *app) newLog() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "log [ENTRY]",
		Short: "Show what commands did, and what changed",
		Long: `Show what commands did to the ledger, the newest first. With the number of an
entry, show each record that it changed, before and after. Nothing is ever taken
out of the log: what cmp undo took back is marked.`,
		Example: `  cmp log --limit 10
  cmp log 12
  cmp log --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && cmd.Flags().Changed("limit") {
				return usage("--limit: goes without the number of an entry")
			}
			if limit < 0 {
				return usage("--limit %d: not a number of entries", limit).try("give 0 for all")
			}
			return someEntry(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			if len(args) == 1 {
				return a.logEntry(ctx, args[0])
			}
			return a.log(ctx, limit)
		}),
	}
	cmd.Flags().IntVar(&limit, "limit", 0, "show only the newest `n` entries (default all)")
	return cmd
}

func (a *app) log(ctx context.Context, limit int) error {
	var all []ledger.Entry
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Entries(ctx, limit)
		return err
	})
	switch {
	case err != nil:
		return err
	case a.settings.Format == answer.JSON:
		out := logJSON{Schema: logSchema, Entries: []entryJSON{}}
		for _, e := range all {
			out.Entries = append(out.Entries, entryToJSON(e))
		}
		return answer.WriteJSON(a.env.Out, out)
	case len(all) == 0:
		a.say("Nothing is in the log yet (%s).", a.settings.DB)
		return nil
	}
	columns := []answer.Column{{Title: "Entry", Right: true}, {Title: "When"}, {Title: "What", Wrap: true, Wide: true}, {Title: "", Wrap: true}}
	rows := make([][]answer.Cell, len(all))
	for i, e := range all {
		rows[i] = answer.Cells(strconv.FormatInt(e.ID, 10), shortTime(e.At), e.Summary, undoneBy(e))
	}
	return a.screen().Table(columns, rows)
}

func undoneBy(e ledger.Entry) string {
	if e.UndoneBy == 0 {
		return ""
	}
	return fmt.Sprintf("taken back by %d", e.UndoneBy)
}

func (a *app) logEntry(ctx context.Context, text string) error {
	var e ledger.Entry
	var changes []ledger.Change
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if e, err = entryNamed(ctx, tx, text); err == nil {
			changes, err = tx.Changes(ctx, e.ID)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case a.settings.Format == answer.JSON:
		out := entryToJSON(e)
		for _, c := range changes {
			before, err := publicImage(c.Before)
			if err != nil {
				return err
			}
			after, err := publicImage(c.After)
			if err != nil {
				return err
			}
			out.Records = append(out.Records, recordJSON{c.Record, json.RawMessage(c.Key), before, after})
		}
		return answer.WriteJSON(a.env.Out, logJSON{Schema: logSchema, Entries: []entryJSON{out}})
	}
	return a.printEntry(e, changes)
}

// printEntry shows an entry and every column that it changed.
func (a *app) printEntry(e ledger.Entry, changes []ledger.Change) error {
	screen := a.screen()
	head := []answer.Cell{{Text: fmt.Sprintf("Entry %d", e.ID), Style: answer.Strong}, {Text: shortTime(e.At)}}
	if by := undoneBy(e); by != "" {
		head = append(head, answer.Cell{Text: by})
	}
	screen.Line(head)
	screen.Paragraph(e.Summary)
	screen.Paragraph(e.Command)
	var rows [][]answer.Cell
	for _, c := range changes {
		record, what := recordName(c), verbOf(c)
		fields, err := changedFields(c.Before, c.After)
		if err != nil {
			return fmt.Errorf("entry %d: %s: %w", e.ID, record, err)
		}
		for _, f := range fields {
			rows = append(rows, answer.Cells(record, what, f.name, f.before, f.after))
			record, what = "", ""
		}
	}
	return screen.Table(changeColumns(), rows)
}

func changeColumns() []answer.Column {
	return []answer.Column{
		{Title: "Record"}, {Title: ""}, {Title: "Field"}, {Title: "Before", Wrap: true, Wide: true}, {Title: "After", Wrap: true, Wide: true},
	}
}

// recordName names a record: "credit 12", "declared credit 3 1". A form has the
// number of its credit and else what its fields show.
func recordName(c ledger.Change) string {
	key := strings.Trim(c.Key, "[]")
	if c.Record == "form" {
		key, _, _ = strings.Cut(key, ",")
	}
	key = strings.ReplaceAll(key, ",", " ")
	return strings.ReplaceAll(c.Record, "_", " ") + " " + key
}

func verbOf(c ledger.Change) string {
	switch {
	case c.Before == nil:
		return "added"
	case c.After == nil:
		return "removed"
	}
	return "changed"
}

// A field is one column of a record that changed.
type field struct{ name, before, after string }

// changedFields returns the fields in which a record differs, in their order.
func changedFields(earlier, later json.RawMessage) ([]field, error) {
	names, before, err := columns(earlier)
	if err != nil {
		return nil, err
	}
	others, after, err := columns(later)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		names = others
	}
	var all []field
	for _, name := range names {
		if b, x := before[name], after[name]; b != x {
			all = append(all, field{strings.ReplaceAll(name, "_", " "), b, x})
		}
	}
	return all, nil
}

// columns reads a record's columns in their order, each as a person reads it,
// without those by which the ledger alone tells records apart.
func columns(image json.RawMessage) (names []string, values map[string]string, err error) {
	values = map[string]string{}
	err = eachColumn(image, func(name string, value any) {
		names = append(names, name)
		if value != nil {
			values[name] = fmt.Sprint(value)
		}
	})
	return names, values, err
}

// publicImage returns a record as JSON that others may read: amounts as such.
func publicImage(image json.RawMessage) (json.RawMessage, error) {
	if image == nil {
		return nil, nil
	}
	out := map[string]any{}
	if err := eachColumn(image, func(name string, value any) { out[name] = value }); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// eachColumn calls visit for the columns of a record in their order: a text, a
// number, points or a price as such, or nil.
func eachColumn(image json.RawMessage, visit func(name string, value any)) error {
	if image == nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(image))
	decoder.UseNumber()
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		var value any
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		switch name := fmt.Sprint(token); name {
		case "id", "uid":
		default:
			visit(name, asAmount(name, value))
		}
	}
	return nil
}

// asAmount returns a number as points, or as a price, where the column holds
// such.
func asAmount(column string, value any) any {
	number, ok := value.(json.Number)
	if !ok {
		return value
	}
	n, err := number.Int64()
	switch {
	case err != nil:
		return value
	case column == "points" || strings.HasSuffix(column, "_points"):
		return ledger.Points(n)
	case column == "price":
		return ledger.Price(n)
	}
	return value
}

const logSchema = "cmp.log/1"

type logJSON struct {
	Schema  string      `json:"schema"`
	DryRun  bool        `json:"dry_run,omitempty"`
	Entries []entryJSON `json:"entries"`
}

type entryJSON struct {
	ID       int64        `json:"id"`
	At       string       `json:"at"`
	Command  string       `json:"command"`
	Summary  string       `json:"summary"`
	Changes  int64        `json:"changes"`
	Undoes   *int64       `json:"undoes"`    // the entry that this one took back
	UndoneBy *int64       `json:"undone_by"` // the entry that took this one back
	Records  []recordJSON `json:"records,omitempty"`
}

type recordJSON struct {
	Record string          `json:"record"`
	Key    json.RawMessage `json:"key"`
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
}

func entryToJSON(e ledger.Entry) entryJSON {
	out := entryJSON{ID: e.ID, At: e.At, Command: e.Command, Summary: e.Summary, Changes: e.Changes}
	if e.Undoes != 0 {
		out.Undoes = &e.Undoes
	}
	if e.UndoneBy != 0 {
		out.UndoneBy = &e.UndoneBy
	}
	return out
}
