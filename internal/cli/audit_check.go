package cli

import (
	"context"
	"fmt"
	"slices"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

type auditAnswer struct {
	Schema string      `json:"schema" shape:"cmp.audit/1" title:"Whether a cycle would pass an audit" doc:"Written by cmp audit --check."`
	AsOf   ledger.Date `json:"as_of" doc:"Day it was judged by."`
	naming
	Cycle    ledger.Cycle           `json:"cycle" null:"before the first cycle of a voluntary credential"`
	State    rules.State            `json:"state"`
	Passes   bool                   `json:"passes"`
	Fails    []auditRemark          `json:"fails" doc:"Why it would not pass."`
	Notes    []auditRemark          `json:"notes" doc:"What is worth a look."`
	Margin   *rules.Margins         `json:"margin" null:"where something is to be earned"`
	Critical []rules.CriticalCredit `json:"critical" doc:"Credits without any one of which something would be missing."`
}

// An auditRemark is what speaks against passing an audit, or is worth a look.
type auditRemark struct {
	Code    string `json:"code" enum:"remaining,drift,look-alikes,no-topic,outside-window,over-cap,assumed-rules,own-figures,shared,unfit,no-evidence,damaged"`
	Message string `json:"message" doc:"For people; its words may change."`
}

// An inquiry is an audit of one cycle as it would go today.
type inquiry struct {
	*app
	s        snapshot
	standing rules.Standing
	claimed  []ledger.Credit // those declared, as far as the ledger still has them, else those of which anything counts
	auditAnswer
}

// fail adds why the cycle would not pass, note what may matter and does not
// decide it.
func (q *inquiry) fail(code, format string, args ...any) {
	q.Fails = append(q.Fails, auditRemark{code, q.text(format, args...)})
}

func (q *inquiry) note(code, format string, args ...any) {
	q.Notes = append(q.Notes, auditRemark{code, q.text(format, args...)})
}

func (a *app) auditCheck(ctx context.Context, text string, f auditFlags) error {
	q := inquiry{app: a}
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if q.s, err = a.judgedDeclared(ctx, tx); err != nil {
			return err
		}
		c, cycle, err := a.audited(q.s, text, f)
		if err != nil {
			return err
		}
		account, err := a.account(q.s, c, cycle)
		if err != nil {
			return err
		}
		q.judge(account)
		return q.files(ctx, tx)
	})
	if err != nil {
		return err
	}
	q.Passes = len(q.Fails) == 0
	if a.settings.Format == answer.JSON {
		err = a.print(q.auditAnswer)
	} else {
		err = q.show()
	}
	if err == nil && !q.Passes {
		return errSilentNo
	}
	return err
}

// judge judges the cycle as an auditor would: a declared one by the credits that
// were declared, as far as the ledger has them, in the days that counted.
func (q *inquiry) judge(account rules.Account) {
	cycle := account.Cycle
	d, declared := q.s.Declarations[cycle.ID]
	if declared {
		account.Cycle.First, account.Cycle.Last = d.First, d.Last
		account.Credits = q.s.ToProve(cycle, nil)
	}
	t, margins := rules.Evaluate(account, q.today), rules.Margin(account, q.today)
	t.Cycle = cycle
	q.standing = t
	q.AsOf, q.naming, q.Cycle, q.State, q.Critical = t.Today, nameOf(t), cycle, t.State, rules.Critical(account, q.today)
	counts := map[int64]bool{}
	for _, f := range t.Findings {
		counts[f.Credit.ID] = f.Counted > 0
	}
	q.claimed = slices.DeleteFunc(q.s.ToProve(cycle, t.Holds), func(c ledger.Credit) bool { return !declared && !counts[c.ID] })
	switch {
	case t.Remaining > 0:
		q.fail("remaining", "%s %s missing as the credits are allocated: %s", words.Points(t.Remaining), words.Agree(t.Remaining, "is", "are"),
			ledger.Command{"status", q.s.shortName(t.Credential)})
	case margins.ToEarn > 0:
		q.fail("remaining", "%s %s counted as allocated, but the credits' topics do not allow it: %s",
			words.Points(margins.ToEarn), words.Agree(margins.ToEarn, "is", "are"), ledger.Command{"allocate", "--auto", "--fresh"})
	}
	if margins.ToEarn == 0 {
		q.Margin = &margins
	}
	for _, c := range rules.Drift(d, q.s.Credits) {
		for _, line := range c.Sentences() {
			if c.Claim() {
				q.fail(warnDrift, "%s", words.Upper(line))
			} else {
				q.note(warnDrift, "%s", words.Upper(line))
			}
		}
	}
	q.evidence()
	if line := alikeLine(q.s.Alike(q.claimed)); line != "" {
		q.note(warnLookAlikes, "%s", line)
	}
	countRemarks(q.note, t, q.auto())
	shown := ledger.Command{"rules", "show", q.s.shortName(t.Credential)}
	if titles := assumedFigures(t.Edition); titles != "" {
		q.note(warnAssumed, "Assumed, and to be checked on the board's page: %s. %s", titles, shown)
	}
	if own := ownFigures(t.Edition); own != "" {
		q.note("own-figures", "%s. %s", own, shown)
	}
}

// evidence adds what the evidence of the credits that are claimed lacks. A
// missing file decides; one that may not be accepted is only worth a look.
func (q *inquiry) evidence() {
	var lacking []int64
	for _, f := range evidence.Lint(q.claimed, q.s.Evidence) {
		if f.Kind == evidence.Missing {
			lacking = append(lacking, f.Credit)
		} else {
			q.note(string(f.Kind), "Credit %d: %s", f.Credit, f.Message)
		}
	}
	if len(lacking) > 0 {
		q.fail(warnNoEvidence, "%s. %s", noEvidence(lacking), ledger.Command{"evidence", "add", "CREDIT", "FILE"})
	}
}

// files adds the files of evidence that are no longer what was added: those of
// credits that are claimed, and of credits that were declared.
func (q *inquiry) files(ctx context.Context, tx *store.Tx) error {
	wanted := map[int64]bool{}
	for _, c := range q.claimed {
		wanted[c.ID] = true
	}
	for _, line := range q.s.Declarations[q.Cycle.ID].Credits {
		wanted[line.Credit.ID] = true
	}
	verified, err := actions.Verify(ctx, tx, func(credit int64) bool { return wanted[credit] })
	for _, d := range verified.Findings {
		q.fail("damaged", "%s", damageText(d))
	}
	return err
}

func (q *inquiry) show() error {
	screen, t := q.page(), q.standing
	screen.Line(headline(t))
	fmt.Fprintln(q.env.Out)
	if q.Margin != nil {
		var rows [][]any
		for i, r := range t.Requirements {
			rows = append(rows, []any{r.Title, r.Points, r.Counted, q.Margin.Requirements[i].Margin})
		}
		if err := screen.Table("Requirement|cut; Required|right; Counted|right; Margin|right", rows); err != nil {
			return err
		}
		fmt.Fprintln(q.env.Out)
		screen.Paragraph(marginSentence(*q.Margin))
	} else {
		what := "to earn"
		if isLost(t) {
			what = "lacking"
		}
		screen.Paragraph(fmt.Sprintf("There is no margin: %s %s.", shortages(t.Shortages), what))
	}
	if line := criticalSentence(q.Critical); line != "" {
		screen.Paragraph(line)
	}
	q.list(screen, "To mend:", q.Fails)
	q.list(screen, "Worth a look:", q.Notes)
	verdict := "nothing speaks against passing"
	if !q.Passes {
		verdict = "it would not pass"
	}
	fmt.Fprintln(q.env.Out)
	screen.Sentence(fmt.Sprintf("As of %s %s.", t.Today, verdict))
	return nil
}

// list shows remarks of one kind, if there are any.
func (q *inquiry) list(screen answer.Screen, title string, all []auditRemark) {
	for i, r := range all {
		if i == 0 {
			fmt.Fprintf(q.env.Out, "\n%s\n", title)
		}
		screen.Paragraph(r.Message)
	}
}

// marginSentence says how much could be struck at the least.
func marginSentence(m rules.Margins) string {
	where := make([]string, len(m.Tightest))
	for i, set := range m.Tightest {
		where[i] = anyOf(set)
		if len(set) == 1 && set[0].Name == ledger.Other {
			where[i] = "the total"
		}
	}
	if m.Points == 0 {
		return fmt.Sprintf("Nothing could be struck: there is not a point to spare in %s.", words.List("or", where))
	}
	return fmt.Sprintf("Whatever %s an auditor strikes, every requirement can still be met; %s would give way first.",
		words.Points(m.Points), words.List("and", where))
}

// criticalSentence names the credits that everything hangs on.
func criticalSentence(all []rules.CriticalCredit) string {
	ids := make([]int64, len(all))
	for i, c := range all {
		ids[i] = c.Credit.ID
	}
	slices.Sort(ids)
	switch len(ids) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("Without credit %d alone something would be missing.", ids[0])
	}
	return fmt.Sprintf("Without any one of %d credits something would be missing: %s", len(ids), words.Numbers(ids, ", "))
}
