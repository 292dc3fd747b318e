package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func (a *app) newRestore() *cobra.Command {
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:               "restore FILE",
		ValidArgsFunction: a.complete(a.backupNames).orFiles().first().shell,
		Short:             "Bring back a backup in place of the ledger",
		Long: `Replace all that the ledger holds, its log too, by what a backup holds. The backup
is checked first, and the ledger as it is now becomes a backup itself. A backup
that cmp backup list shows is found by its name alone. On a terminal it asks
first; elsewhere it needs --yes.`,
		Example: `  cmp restore ledger-20261121T140211Z-by-hand.db --dry-run
  cmp restore ./ledger-of-today.db --yes`,
		Args: oneArgument("the file of a backup"),
		RunE: a.run(func(ctx context.Context, args []string) error { return a.restore(ctx, args[0], yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) restore(ctx context.Context, file string, yes bool) error {
	if err := a.homeless(); err != nil {
		return err
	}
	file = a.backupNamed(file)
	by := a.origin()
	by.Rehearse = true
	plan, err := store.Restore(ctx, a.settings.DB, file, by)
	if errors.Is(err, fs.ErrNotExist) {
		return badFile("%s: no such file", file).try("cmp backup list shows the backups")
	}
	if err != nil {
		return err
	}
	a.sayDamaged(file, plan.Contents)
	lacking := a.lacksLedger()
	if a.dryRun {
		return a.printRestored(file, plan, lacking)
	}
	if !lacking {
		if err := a.confirm(yes, a.settings.DB+": all that it holds is replaced by "+file+": "+holding(plan.Contents)); err != nil {
			return err
		}
	}
	done, err := store.Restore(ctx, a.settings.DB, file, a.origin())
	if err != nil {
		return err
	}
	return a.printRestored(file, done, lacking)
}

// backupNamed returns the file to restore: the one that is named, or where
// there is none of that name the backup that is called so.
func (a *app) backupNamed(file string) string {
	if _, err := os.Stat(file); err == nil || filepath.Base(file) != file {
		return file
	}
	backup := filepath.Join(store.BackupFolder(a.settings.DB), file)
	if _, err := os.Stat(backup); err != nil {
		return file
	}
	return backup
}

type restoreAnswer struct {
	Schema     string         `json:"schema" shape:"cmp.restore/1" title:"Ledger that was restored" doc:"Written by cmp restore."`
	DryRun     bool           `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Ledger     string         `json:"ledger" doc:"Path of the ledger."`
	File       string         `json:"file" doc:"Path of the backup."`
	Contents   store.Contents `json:"contents"`
	Backup     string         `json:"backup" doc:"Path of a backup of what was replaced." null:"where nothing was"`
	WasDamaged bool           `json:"was_damaged" doc:"What was replaced could not be read."`
}

func (a *app) printRestored(file string, r store.Restoration, lacking bool) error {
	out := restoreAnswer{DryRun: a.dryRun, Ledger: a.settings.DB, File: file, Contents: r.Contents, Backup: r.Backup, WasDamaged: r.WasDamaged}
	if a.dryRun {
		out.Backup = ""
	}
	a.tellRestored(file, r, lacking)
	return a.reply(out)
}

func (a *app) tellRestored(file string, r store.Restoration, lacking bool) {
	switch {
	case a.dryRun && lacking:
		a.tell("Would restore %s from %s: %s", a.settings.DB, file, holding(r.Contents))
		return
	case a.dryRun:
		first := ""
		switch {
		case r.WasDamaged:
			first = " The damaged file would be kept as it is in " + r.Backup + "."
		case r.Backup != "":
			first = " A backup would be made of it first."
		}
		a.tell("Would replace what %s holds by %s: %s.%s", a.settings.DB, file, holding(r.Contents), first)
		return
	}
	a.tell("Restored %s from %s: %s", a.settings.DB, file, holding(r.Contents))
	switch {
	case r.WasDamaged:
		a.tell("The damaged file is kept as it was: %s", r.Backup)
	case r.Backup != "":
		a.tell("To go back: %s", ledger.Command{"restore", r.Backup})
	}
}
