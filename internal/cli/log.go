package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newLog() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "log [ENTRY]",
		Short: "Show what was done to the ledger",
		Long: `Show what your commands did to the ledger, newest first. With the number of an
entry, show each record that it changed, before and after. Nothing is ever taken
out of the log. What cmp undo took back is marked.`,
		Example: `  cmp log --limit 10
  cmp log 12
  cmp log --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && cmd.Flags().Changed("limit") {
				return usage("--limit: works without the number of an entry").try("%s", ledger.Command{"log", args[0]})
			}
			if limit < 0 {
				return usage("--limit %d: must not be below 0", limit).try("give 0 for all")
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
	case len(all) == 0 && a.settings.Format == answer.Table:
		a.say("The log is empty (%s).", a.settings.DB)
		return nil
	}
	return a.print(a.logAnswer(all...))
}

type logAnswer struct {
	Schema  string      `json:"schema" shape:"cmp.log/1" title:"Entries of the log" doc:"Written by cmp log, cmp undo and cmp redo."`
	DryRun  bool        `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Entries []entryItem `json:"entries" table:"id|Entry|right; When|When; summary|What|wrap wide; Then||wrap"`
}

type entryItem struct {
	ledger.Entry
	Records []recordItem `json:"records,omitempty" doc:"Of cmp log ENTRY alone."`
	When    string
	Then    string // what became of it
}

type recordItem struct {
	Record string          `json:"record" doc:"Table that it is in."`
	Key    json.RawMessage `json:"key" as:"array" doc:"Names the record."`
	Before image           `json:"before" as:"object" doc:"Its columns." null:"where there was none"`
	After  image           `json:"after" as:"object" doc:"Its columns." null:"where there is none"`
}

// An image is a record as the log keeps it. Its columns are read when they are written: the
// import of a whole ledger has half a million images.
type image json.RawMessage

// MarshalJSON returns the columns.
func (i image) MarshalJSON() ([]byte, error) {
	_, values, err := i.columns()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err = e.Encode(values)
	return b.Bytes(), err
}

// mostRecords is how many records of an entry are shown to a person.
const mostRecords = 200

func (a *app) logAnswer(all ...ledger.Entry) logAnswer {
	out := logAnswer{DryRun: a.dryRun}
	for _, e := range all {
		item := entryItem{Entry: e, When: shortTime(e.At)}
		if e.UndoneBy != 0 {
			item.Then = fmt.Sprintf("undone by %d", e.UndoneBy)
		}
		out.Entries = append(out.Entries, item)
	}
	return out
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
	if err != nil {
		return err
	}
	out := a.logAnswer(e)
	item := &out.Entries[0]
	for _, c := range changes {
		item.Records = append(item.Records, recordItem{c.Record, json.RawMessage(c.Key), image(c.Before), image(c.After)})
	}
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	var rows [][]any
	for i, r := range item.Records[:min(len(changes), mostRecords)] {
		changed, err := r.changes(recordName(changes[i]))
		if err != nil {
			return fmt.Errorf("entry %d: %s: %w", e.ID, recordName(changes[i]), err)
		}
		rows = append(rows, changed...)
	}
	screen := a.screen()
	head := []answer.Cell{{Text: fmt.Sprintf("Entry %d", e.ID), Style: answer.Strong}, {Text: item.When}}
	if item.Then != "" {
		head = append(head, answer.Cell{Text: item.Then})
	}
	screen.Line(head)
	screen.Paragraph(e.Summary)
	screen.Paragraph(e.Command)
	err = screen.Table("Record; ; Field; Before|wrap wide; After|wrap wide", rows)
	if more := len(changes) - mostRecords; more > 0 {
		fmt.Fprintln(a.env.Out)
		a.tell("… and %s. To see all: %s", words.Count(more, "more record"), ledger.Command{"log", fmt.Sprint(e.ID), "--format", "json"})
	}
	return err
}

// changes returns the columns that changed, as rows of a table.
func (r recordItem) changes(record string) (rows [][]any, err error) {
	columns, before, err := r.Before.columns()
	others, after, otherErr := r.After.columns()
	what := "changed"
	switch {
	case r.Before == nil:
		columns, what = others, "added"
	case r.After == nil:
		what = "removed"
	}
	empty := func(value any) bool { return value == nil || value == "" || value == json.Number("0") }
	for _, column := range columns {
		if was, is := before[column], after[column]; was != is && !(empty(was) && empty(is)) {
			rows = append(rows, []any{record, what, strings.ReplaceAll(column, "_", " "), was, is})
			record, what = "", "" // stand in the first row only
		}
	}
	return rows, errors.Join(err, otherErr)
}

// recordName names a record: "credit 12", "declared credit 3 1".
func recordName(c ledger.Change) string {
	key := strings.Trim(c.Key, "[]")
	if c.Record == "form" {
		key, _, _ = strings.Cut(key, ",")
	}
	key = strings.ReplaceAll(key, ",", " ")
	return strings.ReplaceAll(c.Record, "_", " ") + " " + key
}

// columns returns the names of the columns of a record, in their order, and the values:
// texts, numbers, points, prices or nil. It leaves out id and uid.
func (i image) columns() (names []string, values map[string]any, err error) {
	if i == nil {
		return nil, nil, nil
	}
	values = map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(i))
	decoder.UseNumber()
	if _, err := decoder.Token(); err != nil {
		return nil, nil, err
	}
	for decoder.More() {
		token, err := decoder.Token()
		var value any
		if err := errors.Join(err, decoder.Decode(&value)); err != nil {
			return nil, nil, err
		}
		name := fmt.Sprint(token)
		if number, ok := value.(json.Number); ok {
			n, _ := number.Int64() // all are whole
			switch {
			case name == "points" || strings.HasSuffix(name, "_points"):
				value = ledger.Points(n)
			case name == "price":
				value = ledger.Price(n)
			}
		}
		if name != "id" && name != "uid" {
			names = append(names, name)
			values[name] = value
		}
	}
	return names, values, nil
}

func (a *app) newUndo() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "undo [ENTRY]",
		Short: "Take back the last change",
		Long: `Take back the last change, whatever it was: an import, an allocation, a
declaration, something removed. Type it again to take back the one before. With
the number of an entry of cmp log, take that one back, unless a later change
depends on it.

cmp redo does it again. After cmp restore, cmp undo names the backup to restore
instead.`,
		Example: `  cmp undo
  cmp undo 12 --dry-run`,
		Args: someEntry,
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.takeBack(ctx, len(args) == 1, func(tx *store.Tx) (ledger.Entry, error) {
				if len(args) == 1 {
					return entryNamed(ctx, tx, args[0])
				}
				e, err := tx.LastStanding(ctx)
				if errors.Is(err, store.ErrNotFound) {
					return e, refused("there is nothing to undo").try("to see what was done: %s", ledger.Command{"log"})
				}
				return e, err
			})
		}),
	})
}

func (a *app) newRedo() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "redo",
		Short: "Do again what cmp undo took back",
		Long: `Do again what cmp undo took back last, if nothing else was done since. To get
back something earlier, use cmp undo with the number of the entry that took it
back.`,
		Example: `  cmp redo
  cmp redo --dry-run`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error {
			return a.takeBack(ctx, false, func(tx *store.Tx) (ledger.Entry, error) {
				e, err := tx.LastUndo(ctx)
				if errors.Is(err, store.ErrNotFound) {
					return e, refused("there is nothing to redo").try("to see what was done: %s", ledger.Command{"log"})
				}
				if last, _ := tx.LastStanding(ctx); err == nil && last.ID > e.ID { // zero where none stands
					err = refused("there is nothing to redo: entry %d came after that (%s)", last.ID, last.Summary).
						try("to redo entry %d all the same: %s", e.Undoes, undoOf(e.ID))
				}
				return e, err
			})
		}),
	})
}

func undoOf(entry int64) ledger.Command { return ledger.Command{"undo", fmt.Sprint(entry)} }

func (a *app) takeBack(ctx context.Context, byNumber bool, choose func(*store.Tx) (ledger.Entry, error)) error {
	if a.lacksLedger() {
		return a.view(ctx, func(tx *store.Tx) error {
			_, err := choose(tx)
			return err
		})
	}
	var done store.TakingBack
	err := a.write(func(db *store.DB) (err error) {
		done, err = db.TakeBack(ctx, choose, a.auto(), func(tx *store.Tx) error { return a.judgeOn(a.today).PlaceAnew(ctx, tx) })
		return err
	})
	if stays := (*ledger.Error)(nil); errors.Is(err, store.ErrStays) && errors.As(err, &stays) {
		return refused("%w", err).try("%s", stays.Try)
	}
	if err != nil {
		return err
	}
	what, next, with := a.did("Undone", "undo"), "To redo it", ledger.Command{"redo"}
	switch {
	case done.Again: // by its number, for a later one may be the last that stands
		what, next, with = a.did("Redone", "redo"), "To undo it", undoOf(done.Of.ID)
	case byNumber: // redo may mean another one
		with = undoOf(done.By.ID)
	}
	a.tell("%s: %s (%s).%s", what, done.Of.Summary, shortTime(done.Of.At), a.whenDone("%s: %s", next, with))
	said, err := a.saidOfDeclared(ctx, done.Of.ID)
	a.sayLines(said)
	return errors.Join(err, a.reply(a.logAnswer(done.By)))
}

// saidOfDeclared says which credits that an entry changed were declared.
func (a *app) saidOfDeclared(ctx context.Context, entry int64) (said []string, err error) {
	var s snapshot
	changed := map[string]bool{}
	err = a.view(ctx, func(tx *store.Tx) error {
		changes, err := tx.Changes(ctx, entry)
		for _, x := range changes {
			if x.Record == "credit" || x.Record == "credit_topic" {
				id, _, _ := strings.Cut(strings.Trim(x.Key, "[]"), ",")
				changed[id] = true
			}
		}
		if err == nil && len(changed) > 0 { // else the whole ledger need not be read
			s, err = actions.Read(ctx, tx, actions.AllCycles)
		}
		return err
	})
	for _, c := range s.Credentials {
		for _, y := range c.Cycles {
			declared := s.Declarations[y.ID].Numbers()
			for _, credit := range s.Among(declared) {
				if changed[id(credit)] {
					said = append(said, a.staysDeclared(c, y, credit.ID))
				}
			}
		}
	}
	return said, err
}

func entryNamed(ctx context.Context, tx *store.Tx, text string) (ledger.Entry, error) {
	id, err := parseEntry(text)
	if err != nil {
		return ledger.Entry{}, err
	}
	e, err := tx.Entry(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return e, notFound("entry %d: not in the log", id).try("to see the entries: %s", ledger.Command{"log"})
	}
	return e, err
}

// shortTime shows a time of the log to the minute, by the clock of that time.
func shortTime(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return t.Format("2006-01-02 15:04")
}
