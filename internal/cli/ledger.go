package cli

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
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
		a.say("%s: a new ledger was made", a.settings.DB)
	}
	if m := db.Migration(); m != nil {
		a.say("%s: updated for this cmp (schema %d); a copy from before: %s", a.settings.DB, m.To, m.Backup)
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
// may count, they are placed anew; what that comes to is said after all else. Where
// fn has a question, nothing is kept, and fn runs again once the answer is yes.
func (a *app) update(ctx context.Context, fn func(*store.Tx) (string, error)) error {
	err := a.write(func(db *store.DB) error {
		return db.Update(ctx, func(tx *store.Tx) (summary string, err error) {
			differences, err := a.judgeOn(a.today).Placing(ctx, tx, func() (err error) {
				summary, err = fn(tx)
				return err
			})
			a.differences = append(a.differences, differences...)
			return summary, err
		})
	})
	answered := a.ask(err)
	if err != nil && answered == nil {
		return a.update(ctx, fn)
	}
	return answered
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
	if info, err := os.Stat(a.settings.DB); err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		what = "is empty"
	} else if !a.lacksLedger() {
		return nil
	}
	backups, err := store.Backups(a.settings.DB)
	if err != nil || len(backups) == 0 {
		return err
	}
	return refused("%s: %s, but you have %s of it", a.settings.DB, what, words.Count(len(backups), "backup")).
		try("to see them: %s; to bring one back: %s; to begin anew, move the folder %s away",
			ledger.Command{"backup", "list"}, ledger.Command{"restore", "FILE"}, filepath.Dir(backups[0].Path))
}

// homeless is an error when there is no place for the ledger: nobody would look
// for it in the root of the file system, or in whatever folder one is in.
func (a *app) homeless() error {
	home := a.env.Getenv("HOME")
	if a.settings.from["db"] != "" || filepath.IsAbs(a.env.Getenv("XDG_DATA_HOME")) || filepath.IsAbs(home) || runtime.GOOS == "windows" {
		return nil
	}
	return refused("HOME %q: the ledger cannot be kept there", home).try("set HOME, or name the ledger with --db or CMP_DB")
}

// mistyped is an error when there is no ledger of the name that was given.
func (a *app) mistyped() error {
	if a.settings.from["db"] != "flag --db" || !a.lacksLedger() {
		return nil
	}
	return cmp.Or(a.lost(), error(badFile("--db %s: no such ledger", a.settings.DB).
		try("check the name; to begin a new ledger there: %s", ledger.Command{"credential", "add"})))
}

// lacksLedger reports whether there is nothing of that name, not even a link that leads nowhere.
func (a *app) lacksLedger() bool {
	_, err := os.Lstat(a.settings.DB)
	return errors.Is(err, fs.ErrNotExist)
}

// A consent is what a person has to agree to before something that is not easily
// mended. As an error it ends a transaction, so that no other program waits for the
// answer.
type consent string

func (q consent) Error() string { return string(q) }

// confirm makes a question, which [app.ask] asks, of what follows from a change, until
// it was agreed to. Where nobody can answer it fails and names the flag to give. Where
// nobody is asked, it says what follows.
func (a *app) confirm(yes bool, consequence string) error {
	switch {
	case a.dryRun && !yes && !a.env.canAsk():
		a.say("%s; to do it, add --yes.", consequence)
		return nil
	case yes || a.dryRun: // which asks nobody
		a.say("%s.", consequence)
		return nil
	case a.agreed == consent(consequence):
		return nil
	case !a.env.canAsk():
		return usage("%s", consequence).try("if you are sure, add --yes")
	case a.agreed != "":
		return refused("the ledger has changed since you were asked, so nothing was done: %s", consequence).try("run the command again")
	}
	return consent(consequence)
}

// ask asks where the error is a question, and is nil where the answer is yes.
func (a *app) ask(err error) error {
	var q consent
	if !errors.As(err, &q) {
		return err
	}
	yes, err := a.agrees(string(q) + ". Go on?")
	switch {
	case err != nil:
		return err
	case !yes:
		return refused("not confirmed, nothing was changed")
	}
	a.agreed = q
	return nil
}

// agrees asks a question to which only yes is yes.
func (a *app) agrees(question string) (bool, error) {
	typed, err := a.answer(question + " [y/N]")
	return slices.Contains([]string{"y", "yes"}, strings.ToLower(typed)), err
}

// answer asks a question on the terminal and returns what is typed. It fails where
// somebody leaves instead.
func (a *app) answer(question string) (string, error) {
	_ = a.out.Flush()
	if a.asks == nil {
		a.asks = prompt.New(a.env.In, a.env.Err, prompt.Console{})
	}
	typed, err := a.asks.Line(a.filled(question)+" ", "", nil)
	return typed, left(err)
}

// left words that somebody left a question.
func left(err error) error {
	if errors.Is(err, prompt.ErrLeft) {
		return refused("stopped, nothing was written")
	}
	return err
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
func (a *app) look(ctx context.Context, wanted ...actions.Cycles) (snapshot, error) {
	s, err := a.facts(ctx, wanted...)
	return a.judgeOn(a.today).Judged(s), err
}

// facts is look for who does not tell where points are: they are not placed, which takes a
// sixth of the time of cmp list with 10,000 credits.
func (a *app) facts(ctx context.Context, wanted ...actions.Cycles) (s snapshot, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		s, err = actions.Read(ctx, tx, wanted...)
		return err
	})
	return s, err
}

// newest wants the newest cycle.
func newest(c ledger.Credential) []ledger.Cycle { return c.Cycles[len(c.Cycles)-1:] }

// accounts returns what the rules need to judge cycles of the credentials named, or of
// all. Of all, one whose rules cannot be had does not silence the others: it is left out,
// and the command says so in the end, and fails.
func (a *app) accounts(s snapshot, codes []string, wanted actions.Cycles) ([]rules.Account, error) {
	credentials, err := a.heldAll(s, codes)
	if err != nil {
		return nil, err
	}
	all, left := a.judgeOn(a.today).Accounts(s, credentials, wanted)
	if left != nil && (len(codes) > 0 || all == nil) {
		return nil, left[0]
	}
	if left != nil {
		a.left = left
	}
	return all, nil
}

// currentOf is accounts of the newest cycle of the credential with that code, or of all.
func (a *app) currentOf(s snapshot, code string) ([]rules.Account, error) {
	return a.accounts(s, oneOrAll(code), newest)
}

// oneOrAll returns a list of the code, or an empty one, which stands for all, of "".
func oneOrAll(code string) []string {
	if code == "" {
		return nil
	}
	return []string{code}
}

// account is for one cycle that the answer cannot do without.
func (a *app) account(s snapshot, c ledger.Credential, cycle ledger.Cycle) (rules.Account, error) {
	return a.judgeOn(a.today).Account(s, c, cycle)
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
