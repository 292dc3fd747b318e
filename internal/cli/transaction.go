package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// claim lets SQLite do without locks where the ledger is ours alone. It comes
// before the first ledger is opened, and not at the start of the program: most
// of it is making SQLite ready.
func (a *app) claim() {
	if a.env.Alone {
		store.SingleThread()
		a.env.Alone = false // once is enough
	}
}

// view runs fn on the ledger as it is, without writing. A ledger that was not
// named by the flag and does not exist yet reads as an empty one.
func (a *app) view(ctx context.Context, fn func(*store.Tx) error) error {
	if err := a.lost(); err != nil {
		return err
	}
	a.claim()
	open := store.OpenRead
	if a.hurried {
		open = store.Glance
	}
	db, err := open(a.settings.DB)
	if errors.Is(err, fs.ErrNotExist) {
		if err := a.mistyped(); err != nil {
			return err
		}
		db, err = store.Empty(store.Origin{})
	}
	if err != nil {
		return err
	}
	defer db.Close()
	return db.View(ctx, fn)
}

// write runs fn on the ledger, which is made if there is none. With --dry-run
// nothing of what fn does is kept.
func (a *app) write(fn func(*store.DB) error) (err error) {
	open := store.Open
	if a.dryRun && a.lacksLedger() {
		open = func(_ string, by store.Origin) (*store.DB, error) { return store.Empty(by) }
	}
	if err := a.lost(); err != nil {
		return err
	}
	a.claim()
	made := a.lacksLedger() && !a.dryRun && a.settings.from["db"] == "flag --db"
	db, err := open(a.settings.DB, a.origin())
	if err != nil {
		return err
	}
	if made {
		a.say("%s: made, a new ledger", a.settings.DB)
	}
	if m := db.Migration(); m != nil {
		a.say("%s: brought to schema %d; as it was: %s", a.settings.DB, m.To, m.Backup)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = fn(db)
	a.wrote = err == nil && !a.dryRun
	return err
}

// origin says whose work the ledger is opened for.
func (a *app) origin() store.Origin {
	return store.Origin{At: a.env.Now().Format(time.RFC3339), Command: a.command, Rehearse: a.dryRun}
}

// update runs fn in one transaction, which is kept only if fn returns nil. It
// makes the ledger if there is none. What fn returns goes into the log: what
// was done, in words.
func (a *app) update(ctx context.Context, fn func(*store.Tx) (string, error)) error {
	return a.write(func(db *store.DB) error {
		return db.Update(ctx, func(tx *store.Tx) (string, error) { return a.placing(ctx, tx, fn) })
	})
}

// placing runs fn and then, where points are placed by themselves and fn changed
// what may count, places them anew. What that comes to is said after all else.
func (a *app) placing(ctx context.Context, tx *store.Tx, fn func(*store.Tx) (string, error)) (summary string, err error) {
	if !a.auto() {
		return fn(tx)
	}
	differences, err := a.judgeOn(a.today).Placing(ctx, tx, func() (err error) {
		summary, err = fn(tx)
		return err
	})
	a.differences = append(a.differences, differences...)
	return summary, err
}

// placeAnew places all points anew where they are placed by themselves, after
// an entry of the log was taken back that was not the latest.
func (a *app) placeAnew(ctx context.Context, tx *store.Tx) error {
	if !a.auto() {
		return nil
	}
	_, err := a.judgeOn(a.today).PlaceAnew(ctx, tx)
	return err
}

// lost is an error when there is no ledger, or nothing in it, but backups of it
// are: then it is gone, and nobody wants another one in its place unasked.
func (a *app) lost() error {
	if err := a.homeless(); err != nil {
		return err
	}
	what := "is gone"
	if info, err := os.Stat(a.settings.DB); err == nil && info.Size() == 0 {
		what = "is empty"
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	backups, err := store.Backups(a.settings.DB)
	if err != nil || len(backups) == 0 {
		return err
	}
	return refused("%s: %s, but there %s %s of it", a.settings.DB, what, words.Verb(len(backups), "is", "are"), words.Count(len(backups), "backup")).
		try("cmp backup list shows them and cmp restore FILE brings one back; to begin anew, move the folder %s away", filepath.Dir(backups[0].Path))
}

// homeless is an error when there is no place for the ledger: nobody would look
// for it in the root of the file system, or in whatever folder one is in.
func (a *app) homeless() error {
	home := a.env.Getenv("HOME")
	if a.settings.from["db"] != "" || filepath.IsAbs(a.env.Getenv("XDG_DATA_HOME")) || filepath.IsAbs(home) || runtime.GOOS == "windows" {
		return nil
	}
	return refused("HOME %q: not a folder to keep the ledger in", home).try("set HOME, or name the ledger with --db or CMP_DB")
}

// mistyped is an error when there is no ledger of the name that was given.
func (a *app) mistyped() error {
	if a.settings.from["db"] == "flag --db" && a.lacksLedger() {
		return badFile("--db %s: no such ledger", a.settings.DB).try("check the name, or let cmp credential add make it")
	}
	return nil
}

// lacksLedger reports whether there is no ledger yet.
func (a *app) lacksLedger() bool {
	_, err := os.Stat(a.settings.DB)
	return errors.Is(err, fs.ErrNotExist)
}

// preview is view for a command that would make the ledger, so that one that
// was named and does not exist yet reads as empty too.
func (a *app) preview(ctx context.Context, fn func(*store.Tx) error) error {
	if !a.lacksLedger() {
		return a.view(ctx, fn)
	}
	if err := a.lost(); err != nil {
		return err
	}
	a.claim()
	db, err := store.Empty(store.Origin{})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.View(ctx, fn)
}

// change is update for a command that needs something to be there already.
// Without a ledger fn sees an empty one, which is not kept.
func (a *app) change(ctx context.Context, fn func(*store.Tx) (string, error)) error {
	if !a.lacksLedger() {
		return a.update(ctx, fn)
	}
	return a.view(ctx, func(tx *store.Tx) error {
		_, err := fn(tx)
		return err
	})
}
