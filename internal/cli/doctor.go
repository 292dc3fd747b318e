package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newDoctor() *cobra.Command {
	tidy := false
	cmd := a.writing(&cobra.Command{
		Use:   "doctor",
		Short: "Check that the ledger is sound",
		Long: `Check that the ledger is sound: the file, every record and certificate, the log
and the backups. cmp also finds packs of rules that cannot be used, credentials
without rules, and credits that look alike.

Without --tidy it changes nothing. It goes on when it finds damage. The exit
code is 3 when something is wrong; warnings alone leave it 0.

A command that was killed may leave an unfinished file. --tidy removes such a file
after ten minutes. It looks beside the ledger and its backups, in the folder you
are in, and in that for temporary files. It never deletes a journal
(ledger.db-journal): the next command takes back what was half written.`,
		Example: `  cmp doctor
  cmp doctor --tidy
  cmp doctor --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if a.dryRun && !tidy {
				return usage("--dry-run: goes with --tidy only").try("%s", ledger.Command{"doctor", "--tidy", "--dry-run"})
			}
			return noArguments(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.doctor(ctx, tidy) }),
	})
	cmd.Flags().BoolVar(&tidy, "tidy", false, "remove unfinished files that stopped commands left")
	return cmd
}

func (a *app) doctor(ctx context.Context, tidy bool) error {
	if err := a.mistyped(); err != nil {
		return err
	}
	out := doctorAnswer{
		Ledger: a.settings.DB, Checks: store.Examine(ctx, a.settings.DB),
		Versions: versions{a.build.Version, runtime.Version(), fmt.Sprint(store.NewestSchema), store.SQLiteVersion},
	}
	sound := slices.ContainsFunc(out.Checks, func(c store.Check) bool { return c.Name == "integrity" && c.Verdict == store.OK })
	out.Checks = append(out.Checks, a.examineRules(ctx, sound))
	if sound {
		out.Checks = append(out.Checks, a.examineAlike(ctx))
	}
	unfinished, tidied := a.examineUnfinished(tidy)
	out.Checks, out.Tidied = append(out.Checks, unfinished), tidied
	out.Result = store.OK
	for _, c := range out.Checks {
		if c.Verdict == store.Wrong || c.Verdict == store.Warning && out.Result == store.OK {
			out.Result = c.Verdict
		}
		for _, f := range c.Findings {
			out.Findings = append(out.Findings, doctorFinding{c.Name, f.Verdict, f.What, f.Try.As(a.call...)})
		}
	}
	err := a.printExamination(out)
	if err == nil && out.Result == store.Wrong {
		err = errSilentNo
	}
	return err
}

type doctorAnswer struct {
	Schema   string          `json:"schema" shape:"cmp.doctor/1" title:"Examination of a ledger" doc:"Written by cmp doctor."`
	Ledger   string          `json:"ledger" doc:"Path of the ledger."`
	Result   store.Verdict   `json:"result" doc:"The worst of all."`
	Versions versions        `json:"versions"`
	Checks   []store.Check   `json:"checks"`
	Findings []doctorFinding `json:"findings"`
	Tidied   []string        `json:"tidied" doc:"Unfinished files that --tidy removed, or with --dry-run would remove."`
}

type versions struct {
	Cmp    string `json:"cmp" doc:"Empty where it was built from source."`
	Go     string `json:"go"`
	Schema string `json:"schema" doc:"Newest form of a ledger that this cmp knows."`
	SQLite string `json:"sqlite"`
}

type doctorFinding struct {
	Check   string        `json:"check" doc:"Name of the check."`
	Verdict store.Verdict `json:"result"`
	What    string        `json:"message" doc:"What was found."`
	Try     string        `json:"hint" doc:"What to type next." empty:"where nothing helps"`
}

func (a *app) printExamination(out doctorAnswer) error {
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	styles := map[store.Verdict]answer.Style{
		store.OK: answer.Done, store.Skipped: answer.Hint, store.Warning: answer.Warning, store.Wrong: answer.Warning,
	}
	screen := a.screen()
	screen.Line([]answer.Cell{{Text: out.Ledger, Style: answer.Strong}})
	rows := words.Map(out.Checks, func(c store.Check) []any {
		return []any{c.Name, answer.Cell{Text: string(c.Verdict), Style: styles[c.Verdict]}, c.Detail}
	})
	if err := screen.Table("Check; Result; Seen|wrap wide", rows); err != nil {
		return err
	}
	for _, f := range out.Findings {
		screen.Sentence(strings.TrimSuffix(fmt.Sprintf("%s: %s; %s", f.Verdict, f.What, f.Try), "; "))
	}
	done := "Removed"
	if a.dryRun {
		done = "Would remove"
	}
	for _, file := range out.Tidied {
		screen.Sentence(done + " " + file)
	}
	// What the program is made of, for a report of a mistake in it.
	screen.Sentence(fmt.Sprintf("cmp %s, %s, SQLite %s, schema %d", a.build.number(), strings.Replace(runtime.Version(), "go", "Go ", 1),
		store.SQLiteVersion, store.NewestSchema))
	return nil
}

// unfinishedFor is how long nobody writes to a file that a stopped command left. A command
// that is only slow may lose its file by mistake; it fails then, and nothing is lost.
const unfinishedFor = 10 * time.Minute

// examineUnfinished looks for what stopped commands left, and removes it if it is to tidy.
func (a *app) examineUnfinished(tidy bool) (c store.Check, tidied []string) {
	c = store.Check{Name: "unfinished", Verdict: store.OK}
	before := a.env.Now().Add(-unfinishedFor)
	var all []string
	for _, folder := range []string{filepath.Dir(a.settings.DB), store.BackupFolder(a.settings.DB), ".", os.TempDir()} {
		if whole, err := filepath.Abs(folder); err == nil {
			all = append(all, atomicfile.Unfinished(whole, before)...)
		}
	}
	all = append(slices.Compact(slices.Sorted(slices.Values(all))), demosLeft(before)...)
	for _, file := range all {
		var err error
		if tidy && !a.dryRun {
			err = removeLeft(file)
		}
		if err != nil {
			c.Warn("%s cannot be removed: %s", file, words.FileReason(err))
			continue
		}
		if tidy {
			tidied = append(tidied, file)
		}
		if !tidy || a.dryRun {
			c.Warn("%s was left by a command that was stopped", file).Try = ledger.Say("%s", ledger.Command{"doctor", "--tidy"})
		}
	}
	if len(c.Findings) == 0 {
		c.Detail = "no files of stopped commands"
	}
	return c, tidied
}

// examineHeld returns what is wrong with the rules of a credential, or nil.
func (a *app) examineHeld(c ledger.Credential) *failure {
	cycle := c.Current()
	edition, err := a.book.Edition(c.CredentialName, cmp.Or(cycle.Last, a.today))
	if unknown := (*rules.UnknownCredentialError)(nil); errors.As(err, &unknown) {
		return a.noRules(c)
	}
	if err != nil || cycle.Declared != 0 {
		return nil
	}
	if unasked := edition.For(c, cycle).Unasked(c.Categories); unasked != nil {
		return refused("%s: %s", a.designation(c), words.Unasked(unasked)).try("%s", ledger.Command{"rules", "show", a.book.ShortName(c.CredentialName)})
	}
	return nil
}

// examineRules looks for packs that cannot be used and, where the ledger was found
// sound, for credentials whose rules are gone with a pack or have no points for a
// category. It loses nothing by either.
func (a *app) examineRules(ctx context.Context, sound bool) store.Check {
	c := store.Check{Name: "rules", Verdict: store.OK}
	warn := func(f *failure) { c.Warn("%s", f.message).Try = f.hint }
	if packs, err := a.book.Packs(); err == nil {
		c.Detail = words.Count(len(packs), "pack") + " in use"
	}
	if _, err := a.book.Credentials(); err != nil {
		warn(a.classify(nil, err))
		return c
	}
	for _, fault := range a.book.Faults() {
		warn(a.badPack(fault))
	}
	if !sound {
		return c
	}
	err := a.view(ctx, func(tx *store.Tx) error {
		credentials, err := tx.Credentials(ctx)
		for _, held := range credentials {
			if f := a.examineHeld(held); f != nil {
				warn(f)
			}
		}
		return err
	})
	if err != nil {
		c.Verdict = store.Skipped // something changed meanwhile
	}
	return c
}
