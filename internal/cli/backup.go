package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newBackup() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "backup [FILE]",
		Short: "Copy the ledger, and list the copies",
		Long: `Copy the ledger to FILE, or without FILE to the folder backups beside the
ledger. The copy is checked. cmp restore brings it back.

cmp also makes a copy by itself before it restores a backup, and before it
updates the ledger of an older version. It keeps the last ten of these. It never
deletes a copy that you made.`,
		Example: `  cmp backup
  cmp backup ./ledger-of-today.db
  cmp backup list`,
		Args: a.backupArguments,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.backUp(ctx, args, yes) }),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "replace the file if it exists")
	cmd.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the backups in the folder beside the ledger",
		Long: `List the backups in the folder beside the ledger, newest first: when and why
each was made, and how large it is. cmp restore takes one by its name. A copy
that you wrote elsewhere with cmp backup FILE is not in the list.`,
		Example: `  cmp backup list
  cmp backup list --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.backupList() }),
	})
	return cmd
}

// backupArguments accepts a file or nothing. A word without a dot or a slash is a
// mistyped command.
func (a *app) backupArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if err := oneArgument("a file")(cmd, args); err != nil || strings.ContainsAny(args[0], `./\`) {
		return err
	}
	err := noSuchCommand(cmd, args)
	if f, ok := errors.AsType[*failure](err); ok {
		f.hint = ledger.Say("%s; to name a file, write %s", strings.TrimSuffix(f.hint.As(a.call...), "?"), ledger.ShellWord("./"+args[0]))
	}
	return err
}

// backUp copies the ledger to the named file, or else to the folder of its backups.
func (a *app) backUp(ctx context.Context, args []string, yes bool) error {
	if a.lacksLedger() {
		if err := a.view(ctx, func(*store.Tx) error { return nil }); err != nil {
			return err
		}
		return refused("you have no ledger yet (%s)", a.settings.DB).try("to begin one: %s", ledger.Command{"credential", "add"})
	}
	file := strings.Join(args, "") // one or none
	out := backupAnswer{Ledger: a.settings.DB}
	var err error
	out.File, out.Contents, err = store.BackUp(ctx, a.settings.DB, file, false, a.origin())
	if errors.Is(err, fs.ErrExist) {
		if !yes {
			err = a.ask(a.confirm(false, file+" exists already; the backup replaces it"))
			if err != nil {
				return err
			}
		}
		out.File, out.Contents, err = store.BackUp(ctx, a.settings.DB, file, true, a.origin())
	}
	if errors.Is(err, fs.ErrNotExist) && file != "" {
		return noFolder(file)
	}
	if err != nil && out.File == "" {
		return err
	}
	if err != nil {
		return badFile("a backup was made, but it cannot be restored: %w", err).try("to find out why: %s", ledger.Command{"doctor"})
	}
	a.sayDamaged(out.File, out.Contents)
	a.tell("Backed up %s: %s", a.settings.DB, holding(out.Contents))
	a.tell("To bring it back: %s", ledger.Command{"restore", ledger.File(out.File)})
	return a.reply(out)
}

type backupAnswer struct {
	Schema   string         `json:"schema" shape:"cmp.backup/1" title:"Backup that was made" doc:"Written by cmp backup."`
	Ledger   string         `json:"ledger" doc:"Path of the ledger."`
	File     string         `json:"file" doc:"Path of the backup."`
	Contents store.Contents `json:"contents"`
}

// sayDamaged warns of damaged evidence in a backup. It was damaged in the ledger too, and
// is no reason to refuse the backup.
func (a *app) sayDamaged(file string, c store.Contents) {
	if n := int(c.Damaged); n > 0 {
		a.say("%s: %s in it %s damaged: %s", file, words.Count(n, "certificate"), words.Verb(n, "is", "are"), ledger.Command{"evidence", "verify", "--db", ledger.File(file)})
	}
}

// holding says what a ledger holds: "1 credential, 48 credits, last written
// 2026-11-21 14:02".
func holding(c store.Contents) string {
	parts := []string{words.Count(int(c.Credentials), "credential"), words.Count(int(c.Credits), "credit")}
	if c.Files > 0 {
		parts = append(parts, words.Count(int(c.Files), "file"))
	}
	if c.Last != nil {
		parts = append(parts, "last written "+shortTime(*c.Last))
	}
	return strings.Join(parts, ", ")
}

type backupsAnswer struct {
	Schema  string       `json:"schema" shape:"cmp.backups/1" title:"Backups of a ledger" doc:"Written by cmp backup list."`
	Folder  string       `json:"folder" doc:"Where they are."`
	Backups []backupItem `json:"backups" table:"Name|File; Made|When; Why|Reason; Bytes|Size|right"`
}

type backupItem struct {
	store.Backup
	Name, Made, Why, Bytes string // as people read them
}

// madeAt says when a backup was made, by the holder's clock.
func (a *app) madeAt(b store.Backup) string {
	return b.At.In(a.env.Now().Location()).Format("2006-01-02 15:04")
}

func madeFor(b store.Backup) string {
	if b.Reason == store.Damaged {
		return "damaged ledger"
	}
	return strings.ReplaceAll(string(b.Reason), "-", " ")
}

func (a *app) backupList() error {
	all, err := store.Backups(a.settings.DB)
	if err != nil {
		return err
	}
	out := backupsAnswer{Folder: store.BackupFolder(a.settings.DB)}
	if a.settings.Format == answer.Table && len(all) == 0 {
		a.say("No backups yet (%s); make one: %s", out.Folder, ledger.Command{"backup"})
		return nil
	}
	sound := 0
	for _, b := range all {
		if b.Reason != store.Damaged {
			sound++
		}
		out.Backups = append(out.Backups, backupItem{b, filepath.Base(b.Path), a.madeAt(b), madeFor(b), size(b.Size)})
	}
	a.tell("%s in %s", words.Count(sound, "backup"), out.Folder)
	if err := a.print(out); err != nil {
		return err
	}
	if sound > 0 {
		a.tell("To bring one back: %s", ledger.Command{"restore", "FILE"})
	}
	return nil
}

func (a *app) newRestore() *cobra.Command {
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "restore FILE",
		Short: "Bring back a backup",
		Long: `Bring back a backup. It replaces everything in the ledger, its log too. cmp
checks the backup first, and keeps the ledger of today as another backup.

For a backup in cmp backup list, its name is enough. On a terminal you are asked
first; elsewhere give --yes.`,
		Example: `  cmp restore ledger-20261121T140211Z-by-hand.db --dry-run
  cmp restore ./ledger-of-today.db --yes`,
		Args: oneArgument("the file of a backup"),
		RunE: a.run(func(ctx context.Context, args []string) error { return a.restore(ctx, args[0], yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) restore(ctx context.Context, file string, yes bool) error {
	spareMemory()
	if err := a.homeless(); err != nil {
		return err
	}
	if file == "-" {
		return usage("-: a backup comes from a file, not from standard input").try("to see the backups: %s", ledger.Command{"backup", "list"})
	}
	named := filepath.Join(store.BackupFolder(a.settings.DB), file)
	_, missing := os.Stat(file)
	if _, err := os.Stat(named); err == nil && missing != nil && filepath.Base(file) == file {
		file = named // by its name alone, as backup list shows it
	}
	file = store.Real(file)
	lacking := a.lacksLedger()
	done, err := store.Restore(ctx, a.settings.DB, file, a.origin(), func(c store.Contents) error {
		a.sayDamaged(file, c)
		if lacking || yes || a.dryRun { // what is replaced is told in the end
			return nil
		}
		what := "this replaces all of " + a.settings.DB + " by " + file + " (" + holding(c) + ")"
		if c.IsOther(ctx, a.settings.DB) {
			what = file + " is a copy of another ledger; " + what
		}
		return a.ask(a.confirm(false, what))
	})
	backups := ledger.Say("to see the backups: %s", ledger.Command{"backup", "list"})
	if errors.Is(err, fs.ErrNotExist) {
		return badFile("%s: no such file", file).try("%s", backups)
	}
	if e := (*ledger.Error)(nil); errors.As(err, &e) && e.Where == file && e.Try.IsEmpty() {
		e.Try = backups
		if slices.Contains(strings.Fields(".csv .tsv .txt .xlsx .ods .pdf .html .htm .eml .jsonl"), strings.ToLower(filepath.Ext(file))) {
			e.Try = ledger.Say("did you mean %s?", ledger.Command{"import", ledger.File(file)})
		}
	}
	if err != nil {
		return err
	}
	a.tellRestored(file, done, lacking)
	if a.dryRun {
		done.Backup = ""
	}
	return a.reply(restoreAnswer{DryRun: a.dryRun, Ledger: a.settings.DB, File: file, Restoration: done})
}

type restoreAnswer struct {
	Schema string `json:"schema" shape:"cmp.restore/1" title:"Ledger that was restored" doc:"Written by cmp restore."`
	DryRun bool   `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Ledger string `json:"ledger" doc:"Path of the ledger."`
	File   string `json:"file" doc:"Path of the backup."`
	store.Restoration
}

func (a *app) tellRestored(file string, r store.Restoration, lacking bool) {
	to, holds := a.settings.DB, holding(r.Contents)
	switch {
	case a.dryRun && lacking:
		a.tell("Would restore %s from %s: %s", to, file, holds)
	case a.dryRun && r.Backup == "":
		a.tell("Would replace all of %s by %s: %s.", to, file, holds)
	case a.dryRun:
		a.tell("Would replace all of %s by %s: %s. The ledger as it is now would become a backup.", to, file, holds)
	default:
		a.tell("Restored %s from %s: %s", to, file, holds)
		if r.WasDamaged {
			a.tell("The damaged ledger was kept: %s", r.Backup)
		} else if r.Backup != "" {
			a.tell("To go back: %s", ledger.Command{"restore", ledger.File(r.Backup)})
		}
	}
}
