package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newDoctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check the ledger from all sides",
		Long: `Check the ledger from all sides: the file and its disk, what lies beside it, each
page and record, each file of evidence, the log, the backups; and packs of rules
that cannot be used, credentials whose rules are unknown, and credits that look
alike. It writes nothing
and goes on after what is damaged. The exit code is 3 when something is wrong;
warnings alone leave it 0.`,
		Example: `  cmp doctor
  cmp doctor --format json`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.doctor(ctx) }),
	}
}

func (a *app) doctor(ctx context.Context) error {
	if err := a.mistyped(); err != nil {
		return err
	}
	checks := store.Examine(ctx, a.settings.DB)
	checks = append(checks, a.examineRules(ctx, checks))
	if sound(checks) {
		checks = append(checks, a.examineAlike(ctx))
	}
	var err error
	if a.settings.Format == answer.JSON {
		err = a.print(a.doctorAnswer(checks))
	} else {
		err = a.printExamination(checks)
	}
	if err == nil && worst(checks) == store.Wrong {
		err = errSilentNo
	}
	return err
}

// worst returns ok, warning or wrong.
func worst(checks []store.Check) store.Verdict {
	for _, v := range []store.Verdict{store.Wrong, store.Warning} {
		if slices.ContainsFunc(checks, func(c store.Check) bool { return c.Verdict == v }) {
			return v
		}
	}
	return store.OK
}

func (a *app) printExamination(checks []store.Check) error {
	screen := a.screen()
	screen.Line([]answer.Cell{{Text: a.settings.DB, Style: answer.Strong}})
	rows := make([][]any, len(checks))
	for i, c := range checks {
		rows[i] = []any{c.Name, answer.Cell{Text: string(c.Verdict), Style: verdictStyle(c.Verdict)}, c.Detail}
	}
	if err := screen.Table("Check; Result; Seen|wrap wide", rows); err != nil {
		return err
	}
	for _, c := range checks {
		for _, f := range c.Findings {
			sentence := fmt.Sprintf("%s: %s", f.Verdict, f.What)
			if f.Try != "" {
				sentence += "; " + f.Try
			}
			screen.Sentence(sentence)
		}
	}
	screen.Sentence(a.versions())
	return nil
}

// versions says what the program is made of, for a report of a mistake in it.
func (a *app) versions() string {
	return fmt.Sprintf("cmp %s, %s, SQLite %s, schema %d", a.build.Number(), strings.Replace(runtime.Version(), "go", "Go ", 1),
		store.SQLiteVersion, store.NewestSchema)
}

func verdictStyle(v store.Verdict) answer.Style {
	switch v {
	case store.OK:
		return answer.Done
	case store.Skipped:
		return answer.Hint
	}
	return answer.Warning
}

type doctorAnswer struct {
	Schema   string          `json:"schema" shape:"cmp.doctor/1" title:"Examination of a ledger" doc:"Written by cmp doctor."`
	Ledger   string          `json:"ledger" doc:"Path of the ledger."`
	Result   store.Verdict   `json:"result" doc:"The worst of all."`
	Versions versions        `json:"versions"`
	Checks   []store.Check   `json:"checks"`
	Findings []doctorFinding `json:"findings"`
}

type versions struct {
	Cmp    string `json:"cmp" doc:"Empty where it was built from source."`
	Go     string `json:"go"`
	Schema string `json:"schema" doc:"Newest form of a ledger that is known."`
	SQLite string `json:"sqlite"`
}

type doctorFinding struct {
	Check string `json:"check" doc:"Name of the check."`
	store.Finding
}

func (a *app) doctorAnswer(checks []store.Check) doctorAnswer {
	out := doctorAnswer{
		Ledger: a.settings.DB, Result: worst(checks), Checks: checks,
		Versions: versions{a.build.Version, runtime.Version(), fmt.Sprint(store.NewestSchema), store.SQLiteVersion},
	}
	for _, c := range checks {
		for _, f := range c.Findings {
			out.Findings = append(out.Findings, doctorFinding{c.Name, f})
		}
	}
	return out
}

// examineRules looks at the packs that are active and, where the ledger was
// found sound, at its credentials, whose rules may be gone with a pack. The
// ledger loses nothing by either.
func (a *app) examineRules(ctx context.Context, ledger []store.Check) store.Check {
	c := store.Check{Name: "rules", Verdict: store.OK}
	warn := func(f *failure) {
		c.Verdict = store.Warning
		c.Findings = append(c.Findings, store.Finding{Verdict: store.Warning, What: f.message, Try: f.hint.As(a.name)})
	}
	active, err := a.activePacks()
	var f *failure
	if errors.As(err, &f) {
		warn(f)
		return c
	}
	c.Detail = words.Count(len(active), "active pack")
	for _, p := range active {
		if p.fault != nil {
			warn(a.badPack(p.fault))
		}
	}
	if c.Verdict != store.OK || !sound(ledger) {
		return c // no rules can be had of any credential, or no credential
	}
	err = a.view(ctx, func(tx *store.Tx) error {
		credentials, err := tx.Credentials(ctx)
		for _, held := range credentials {
			_, err := a.book.Editions(held.CredentialName)
			if unknown := (*rules.UnknownCredentialError)(nil); errors.As(err, &unknown) {
				warn(a.noRules(held, unknown))
			}
		}
		return err
	})
	if err != nil {
		c.Verdict = store.Skipped // something changed meanwhile
	}
	return c
}

// sound reports whether the records of the ledger can be read.
func sound(ledger []store.Check) bool {
	return slices.ContainsFunc(ledger, func(c store.Check) bool { return c.Name == "integrity" && c.Verdict == store.OK })
}
