package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func (a *app) newUndo() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "undo [ENTRY]",
		Short: "Take back what a command did",
		Long: `Take back what the last command did that is not taken back already, whatever it
was: an import, an allocation, a declaration, something removed. With the number
of an entry of cmp log, take that one back, unless something later depends on
it. To undo is an entry of the log too; cmp redo does it again. What cmp restore
did, cmp restore takes back: undo says with which backup.`,
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
					return e, refused("there is nothing to undo").try("cmp log shows what was done")
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
		Long: `Do again what cmp undo took back last, as long as nothing else was done since.
What was taken back earlier than that comes back with cmp undo and the number of
the entry that took it back.`,
		Example: `  cmp redo
  cmp redo --dry-run`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error {
			return a.takeBack(ctx, false, func(tx *store.Tx) (ledger.Entry, error) { return lastUndone(ctx, tx) })
		}),
	})
}

// lastUndone returns the entry that took back another one last, unless
// something was done since.
func lastUndone(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
	e, err := tx.LastUndo(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return e, refused("there is nothing to redo").try("cmp log shows what was done")
	}
	if err != nil {
		return e, err
	}
	last, err := tx.LastStanding(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return e, err
	case last.ID > e.ID:
		return e, refused("there is nothing to redo: entry %d was written since: %s", last.ID, last.Summary).
			try("cmp undo %d does entry %d again", e.ID, e.Undoes)
	}
	return e, nil
}

// takeBack takes back the entry that is chosen, and says so.
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
	var depends *store.DependsError
	var already *store.TakenBackError
	var restored *store.RestoredError
	switch {
	case errors.As(err, &restored) && restored.Entry.Backup != "":
		return refused("%w", err).try("%s", ledger.Command{"restore", restored.Entry.Backup})
	case errors.As(err, &restored):
		return refused("%w", err).try("cmp backup list shows the backups")
	case errors.As(err, &depends):
		return refused("%s", depends).try("take that back first: cmp undo %d", depends.Later.ID)
	case errors.Is(err, store.ErrLaterInTheWay):
		return refused("%w", err).try("cmp undo takes back the last one first, and so on; cmp log shows them")
	case errors.As(err, &already):
		return refused("%w", err).try("cmp undo %d does it again", already.By)
	case err != nil:
		return err
	case done.Again:
		// By its number, for a later one may be the last that stands.
		a.tell("Done again: %s (%s). Take it back: cmp undo %d", done.Of.Summary, shortTime(done.Of.At), done.Of.ID)
	case byNumber: // cmp redo may mean another one
		a.tell("Undone: %s (%s). Take it again: cmp undo %d", done.Of.Summary, shortTime(done.Of.At), done.By.ID)
	default:
		a.tell("Undone: %s (%s). Take it again: cmp redo", done.Of.Summary, shortTime(done.Of.At))
	}
	return a.reply(a.logAnswer(done.By))
}

// entryNamed returns the entry with the number that was typed.
func entryNamed(ctx context.Context, tx *store.Tx, text string) (ledger.Entry, error) {
	id, err := parseEntry(text)
	if err != nil {
		return ledger.Entry{}, err
	}
	e, err := tx.Entry(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return e, notFound("entry %d: not in the log", id).try("cmp log shows the entries")
	}
	return e, err
}

// shortTime shows a time of the log to the minute, by the clock it was taken
// from.
func shortTime(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return t.Format("2006-01-02 15:04")
}
