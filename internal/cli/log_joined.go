package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
)

// allEntries returns the entries of the log and those of other ledgers among
// them, the newest first, at most limit of them; 0 is all.
func allEntries(ctx context.Context, tx *store.Tx, limit int) ([]ledger.Entry, error) {
	own, err := tx.Entries(ctx, limit)
	if err != nil {
		return nil, err
	}
	joined, err := tx.JoinedEntries(ctx, limit)
	if err != nil || len(joined) == 0 {
		return own, err
	}
	all := make([]ledger.Entry, 0, len(own)+len(joined))
	for len(own) > 0 && len(joined) > 0 {
		if own[0].Stamp >= joined[0].Stamp {
			all, own = append(all, own[0]), own[1:]
		} else {
			all, joined = append(all, joined[0]), joined[1:]
		}
	}
	all = append(append(all, own...), joined...)
	if limit > 0 {
		all = all[:min(limit, len(all))]
	}
	return all, nil
}

// entryName returns the number of an entry, or what cmp log knows one of
// another ledger by.
func entryName(e ledger.Entry) string {
	if e.ID == 0 {
		return shortUID(e.UID)
	}
	return strconv.FormatInt(e.ID, 10)
}

// looksLikeUID reports whether a text may be the beginning of an entry's uid,
// of which eight characters are shown.
func looksLikeUID(s string) bool {
	const possible = "0123456789abcdefghijklmnopqrstuvwxyzTZ:+-"
	return len(s) >= 8 && strings.Trim(s, possible) == ""
}

// entryOfUID returns the entry whose uid begins with what was typed.
func entryOfUID(ctx context.Context, tx *store.Tx, text string) (ledger.Entry, error) {
	e, err := tx.EntryOfUID(ctx, text)
	var ambiguous *store.AmbiguousError
	switch {
	case errors.Is(err, store.ErrNotFound):
		return e, notFound("entry %s: not in the log", text).try("cmp log shows the entries")
	case errors.As(err, &ambiguous):
		return e, refused("%w", err).try("type more of it; cmp log --format json shows all of it")
	}
	return e, err
}

// notToUndo says why an entry of another ledger cannot be taken back.
func notToUndo(ctx context.Context, tx *store.Tx, e ledger.Entry) error {
	_, by, err := tx.JoinedChanges(ctx, e.UID)
	if err != nil {
		return err
	}
	f := refused("entry %s: was made in another ledger", shortUID(e.UID))
	if by == 0 {
		return f.try("undo it there, and import that ledger again")
	}
	return f.try("undo it there, or undo the import that brought it: cmp undo %d", by)
}

// A joinedEntry is an entry of another ledger with what it changed.
type joinedEntry struct {
	entry   ledger.Entry
	changes []exchange.Change
	by      int64            // the entry that brought it
	numbers map[string]int64 // of credits, by uid
}

func readJoined(ctx context.Context, tx *store.Tx, e ledger.Entry) (j joinedEntry, err error) {
	j.entry = e
	if j.changes, j.by, err = tx.JoinedChanges(ctx, e.UID); err == nil {
		j.numbers, err = tx.CreditNumbers(ctx)
	}
	return j, err
}

// printJoined shows an entry of another ledger and all that it changed.
func (a *app) printJoined(j joinedEntry) error {
	if a.settings.Format == render.JSON {
		out := entryToJSON(j.entry)
		for _, c := range j.changes {
			key, err := json.Marshal(c.Key)
			if err != nil {
				return err
			}
			out.Records = append(out.Records, recordJSON{string(c.Kind), key, valueToJSON(c.Before), valueToJSON(c.After)})
		}
		return render.WriteJSON(a.env.Out, logJSON{Schema: logSchema, Entries: []entryJSON{out}})
	}
	screen := a.screen()
	head := []render.Cell{{Text: "Entry " + shortUID(j.entry.UID), Style: render.Strong}, {Text: shortTime(j.entry.At)}}
	if j.by != 0 {
		head = append(head, render.Cell{Text: fmt.Sprintf("of another ledger, brought by entry %d", j.by)})
	}
	screen.Line(head)
	screen.Paragraph(j.entry.Summary)
	screen.Paragraph(j.entry.Command)
	var rows [][]render.Cell
	for _, c := range j.changes {
		record, what := j.nameOf(c.ID), verbOf(ledger.Change{Before: valueToJSON(c.Before), After: valueToJSON(c.After)})
		fields, err := changedFields(json.RawMessage(c.Before), json.RawMessage(c.After), valueFields)
		if err != nil {
			return fmt.Errorf("entry %s: %s: %w", j.entry.UID, record, err)
		}
		for _, f := range fields {
			rows = append(rows, render.Cells(record, what, f.name, f.before, f.after))
			record, what = "", ""
		}
	}
	return screen.Table(changeColumns(), rows)
}

// nameOf names a record of any ledger, by the number that it has here.
func (j joinedEntry) nameOf(id exchange.ID) string {
	credit := func(uid string) string {
		if n := j.numbers[uid]; n != 0 {
			return strconv.FormatInt(n, 10)
		}
		return shortUID(uid)
	}
	switch id.Kind {
	case exchange.CreditKind:
		return "credit " + credit(id.Key)
	case exchange.AllocationsKind:
		return "allocations of credit " + credit(exchange.CreditOf(id)) + " for " + id.Credential().String()
	case exchange.CredentialKind:
		return "credential " + id.Key
	}
	return string(id.Kind) + " " + shortUID(id.Key)
}

// valueFields reads the fields of a value in their order, each as a person
// reads it.
func valueFields(value json.RawMessage) (names []string, texts map[string]string, err error) {
	texts = map[string]string{}
	if len(value) == 0 {
		return nil, texts, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(value, &raw); err != nil {
		return nil, nil, err
	}
	err = eachColumn(value, func(name string, _ any) {
		names = append(names, name)
		texts[name] = string(raw[name])
		var text *string
		if json.Unmarshal(raw[name], &text) == nil {
			texts[name] = ""
			if text != nil {
				texts[name] = *text
			}
		}
	})
	return names, texts, err
}
