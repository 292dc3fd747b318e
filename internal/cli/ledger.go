package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// open opens the ledger in a way.
func (a *app) open(way func(path string) (*store.DB, error)) (*store.DB, error) {
	if err := a.lost(); err != nil {
		return nil, err
	}
	return way(a.settings.DB)
}

// view runs fn on the ledger as it is, without writing. A ledger that was not
// named by the flag and does not exist yet reads as an empty one.
func (a *app) view(ctx context.Context, fn func(*store.Tx) error) error {
	if err := a.mistyped(); err != nil {
		return err
	}
	return a.preview(ctx, fn)
}

// preview is view for a command that would make the ledger, so that one that
// was named and does not exist yet reads as empty too.
func (a *app) preview(ctx context.Context, fn func(*store.Tx) error) error {
	way := store.OpenRead
	if a.hurried {
		way = store.Glance
	}
	db, err := a.open(way)
	if errors.Is(err, fs.ErrNotExist) {
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
	lacking := a.lacksLedger()
	made := lacking && !a.dryRun && a.settings.from["db"] == "flag --db"
	db, err := a.open(func(path string) (*store.DB, error) {
		if a.dryRun && lacking {
			return store.Empty(a.origin())
		}
		return store.Open(path, a.origin())
	})
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

func (a *app) origin() store.Origin {
	return store.Origin{At: a.env.Now().Format(time.RFC3339), Command: a.command, Rehearse: a.dryRun}
}

// update runs fn in one transaction, which is kept only if fn returns nil. It
// makes the ledger if there is none. What fn returns goes into the log: what
// was done, in words. Where points are placed by themselves and fn changed what
// may count, they are placed anew; what that comes to is said after all else.
func (a *app) update(ctx context.Context, fn func(*store.Tx) (string, error)) error {
	return a.write(func(db *store.DB) error {
		return db.Update(ctx, func(tx *store.Tx) (summary string, err error) {
			differences, err := a.judgeOn(a.today).Placing(ctx, tx, func() (err error) {
				summary, err = fn(tx)
				return err
			})
			a.differences = append(a.differences, differences...)
			return summary, err
		})
	})
}

// change is update where something has to be there; without a ledger fn sees an empty one.
func (a *app) change(ctx context.Context, fn func(*store.Tx) (string, error)) error {
	if !a.lacksLedger() {
		return a.update(ctx, fn)
	}
	return a.view(ctx, func(tx *store.Tx) error {
		_, err := fn(tx)
		return err
	})
}

// alter is change for what reads the ledger first, and returns it as fn leaves it, judged.
func (a *app) alter(ctx context.Context, fn func(*store.Tx, *snapshot) (string, error)) (s snapshot, err error) {
	err = a.change(ctx, func(tx *store.Tx) (string, error) {
		if s, err = actions.Read(ctx, tx); err != nil {
			return "", err
		}
		return fn(tx, &s)
	})
	s = a.judgeOn(a.today).Judged(s)
	return s, err
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
		try("%s shows them and %s brings one back; to begin anew, move the folder %s away",
			ledger.Command{"backup", "list"}, ledger.Command{"restore", "FILE"}, filepath.Dir(backups[0].Path))
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
	if a.settings.from["db"] != "flag --db" || !a.lacksLedger() {
		return nil
	}
	return cmp.Or(a.lost(), error(badFile("--db %s: no such ledger", a.settings.DB).
		try("check the name, or let %s make it", ledger.Command{"credential", "add"})))
}

func (a *app) lacksLedger() bool {
	_, err := os.Stat(a.settings.DB)
	return errors.Is(err, fs.ErrNotExist)
}

// confirm asks before something that is not easily mended. Where nobody can
// answer it fails and names the flag to give.
func (a *app) confirm(yes bool, consequence string) error {
	if a.dryRun {
		a.say("%s.", consequence)
	}
	if yes || a.dryRun {
		return nil
	}
	if !a.env.canAsk() {
		return usage("%s", consequence).try("give --yes to do it")
	}
	switch strings.ToLower(a.answer(consequence + ". Go on? [y/N]")) {
	case "y", "yes":
		return nil
	}
	return refused("not confirmed, nothing was changed")
}

// answer asks a question on the terminal and returns what is typed.
func (a *app) answer(question string) string {
	_ = a.out.Flush()
	fmt.Fprint(a.env.Err, question+" ")
	if a.typed == nil {
		a.typed = bufio.NewReader(a.env.In)
	}
	answer, _ := a.typed.ReadString('\n')
	return strings.TrimSpace(answer)
}

// A snapshot is what a ledger holds at one moment.
type snapshot = actions.Snapshot

func (a *app) auto() bool { return a.settings.Allocate == allocateAuto }

func (a *app) judgeOn(on ledger.Date) actions.Judge {
	return actions.Judge{Book: a.book, Today: on, Auto: a.auto()}
}

// judged reads the ledger as it is to be judged today, with the declarations of
// the wanted cycles.
func (a *app) judged(ctx context.Context, tx *store.Tx, wanted ...actions.Cycles) (snapshot, error) {
	s, err := actions.Read(ctx, tx, wanted...)
	return a.judgeOn(a.today).Judged(s), err
}

// look is judged without anything else to read; it judges what is read when nobody
// waits for the ledger any more.
func (a *app) look(ctx context.Context, wanted ...actions.Cycles) (s snapshot, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		s, err = actions.Read(ctx, tx, wanted...)
		return err
	})
	return a.judgeOn(a.today).Judged(s), err
}

// account returns what the rules need to judge a cycle of a credential today.
func (a *app) account(s snapshot, c ledger.Credential, cycle ledger.Cycle) (rules.Account, error) {
	account, err := a.judgeOn(a.today).Account(s, c, cycle)
	var unruled *actions.UnruledError
	if errors.As(err, &unruled) {
		return account, a.noRules(unruled.Credential, unruled.Unknown)
	}
	return account, err
}

// current returns the accounts of the newest cycle of each credential.
func (a *app) current(s snapshot, credentials []ledger.Credential) (all []rules.Account, err error) {
	for _, c := range credentials {
		account, err := a.account(s, c, c.Current())
		if err != nil {
			return nil, err
		}
		all = append(all, account)
	}
	return all, nil
}

// currentOf is current for the credential with that code, or for all.
func (a *app) currentOf(s snapshot, code string) ([]rules.Account, error) {
	if code == "" {
		return a.current(s, s.Credentials)
	}
	c, err := a.held(s, code)
	if err != nil {
		return nil, err
	}
	return a.current(s, []ledger.Credential{c})
}

func (a *app) held(s snapshot, text string) (ledger.Credential, error) {
	return a.judgeOn(a.today).Held(s, text)
}

// heldAll returns the credentials that the texts name, or all without any.
func (a *app) heldAll(s snapshot, texts []string) ([]ledger.Credential, error) {
	if len(texts) == 0 {
		return s.Credentials, nil
	}
	var all []ledger.Credential
	for _, text := range texts {
		c, err := a.held(s, text)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(b ledger.Credential) bool { return b.ID == c.ID }) {
			all = append(all, c)
		}
	}
	return all, nil
}
