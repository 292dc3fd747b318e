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

// An auditRemark is what speaks against passing an audit, or is worth a look.
type auditRemark struct {
	Code    string `json:"code" enum:"remaining,over-allocated,drift,look-alikes,no-topic,outside-window,over-cap,assumed-rules,own-figures,shared,unfit,no-evidence,damaged"`
	Message string `json:"message" doc:"For people; its words may change."`
}

// An inquiry is what an audit of one cycle would come to today.
type inquiry struct {
	standing rules.Standing
	margins  rules.Margins
	critical []rules.CriticalCredit
	fails    []auditRemark // why it would not pass
	notes    []auditRemark // what does not decide it, but may matter
}

func (a *app) auditCheck(ctx context.Context, text string, day ledger.Day) error {
	s, err := a.look(ctx, actions.AllCycles)
	if err != nil {
		return err
	}
	c, err := a.held(s, text)
	if err != nil {
		return err
	}
	cycle, err := a.auditedCycle(c, day)
	if err != nil {
		return err
	}
	account, err := a.account(s, c, cycle)
	if err != nil {
		return err
	}
	q := a.inquire(s, account)
	if err := a.checkFiles(ctx, s, &q); err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		err = a.print(q.answer())
	} else {
		err = a.printInquiry(q)
	}
	if err == nil && len(q.fails) > 0 {
		return errSilentNo
	}
	return err
}

// auditedCycle returns the cycle that holds the day, or today where none is
// given; else, of a credential that is expired or has no cycle, the newest.
func (a *app) auditedCycle(c ledger.Credential, day ledger.Day) (ledger.Cycle, error) {
	if !day.IsZero() {
		return a.cycleOn(c, day.Date(a.today))
	}
	for _, y := range c.Cycles {
		if y.First <= a.today && a.today <= y.Last {
			return y, nil
		}
	}
	return c.Current(), nil
}

// inquire judges a cycle as an auditor would.
func (a *app) inquire(s snapshot, account rules.Account) inquiry {
	claimed := s.asDeclared(account)
	q := inquiry{
		standing: rules.Evaluate(claimed, a.today),
		margins:  rules.Margin(claimed, a.today),
		critical: rules.Critical(claimed, a.today),
	}
	q.standing.Cycle = account.Cycle
	t := q.standing
	if t.Remaining > 0 {
		q.fail("remaining", "%s %s missing as the credits are allocated: cmp status %s", words.Points(t.Remaining), words.Agree(t.Remaining, "is", "are"), s.shortName(t.Credential))
	}
	if t.Remaining == 0 && q.margins.ToEarn > 0 {
		q.fail("remaining", "%s %s counted as allocated, but the credits' topics do not allow it: cmp allocate --auto --fresh",
			words.Points(q.margins.ToEarn), words.Agree(q.margins.ToEarn, "is", "are"))
	}
	for _, over := range s.overAllocated(account.Credential) {
		q.fail("over-allocated", "Credit %d has more points allocated than it is worth: cmp deallocate %d", over, over)
	}
	for _, c := range rules.Drift(s.Declarations[t.Cycle.ID], s.Credits) {
		add := q.note
		if c.Claim() {
			add = q.fail
		}
		for _, line := range c.Sentences() {
			add(warnDrift, "%s", words.Upper(line))
		}
	}
	q.lint(s)
	if line := a.alikeLine(s.Alike(s.claimed(t))); line != "" {
		q.note(warnLookAlikes, "%s", line)
	}
	countRemarks(q.note, t, a.auto())
	if titles := assumedFigures(t.Edition); titles != "" {
		q.note(warnAssumed, "Assumed, and to be checked on the board's page: %s. cmp rules show %s", titles, s.shortName(t.Credential))
	}
	if own := ownFigures(t.Edition); own != "" {
		q.note("own-figures", "%s. cmp rules show %s", own, s.shortName(t.Credential))
	}
	return q
}

// asDeclared returns what a cycle is to be judged by: of a declared one, the
// declared credits, as far as the ledger has them, in the days that counted.
func (s snapshot) asDeclared(account rules.Account) rules.Account {
	d, ok := s.Declarations[account.Cycle.ID]
	if !ok {
		return account
	}
	account.Cycle.First, account.Cycle.Last = d.First, d.Last
	account.Credits = s.toProve(account.Cycle, nil)
	return account
}

func (q *inquiry) fail(code, format string, args ...any) {
	q.fails = append(q.fails, auditRemark{code, fmt.Sprintf(format, args...)})
}

func (q *inquiry) note(code, format string, args ...any) {
	q.notes = append(q.notes, auditRemark{code, fmt.Sprintf(format, args...)})
}

// lint adds what the evidence of the credits that count lacks. A missing file
// decides; one that may not be accepted is only worth a look.
func (q *inquiry) lint(s snapshot) {
	var lacking []int64
	for _, f := range evidence.Lint(s.claimed(q.standing), s.Evidence) {
		if f.Kind == evidence.Missing {
			lacking = append(lacking, f.Credit.ID)
			continue
		}
		q.note(string(f.Kind), "Credit %d: %s", f.Credit.ID, lintSentence(f))
	}
	if len(lacking) > 0 {
		slices.Sort(lacking)
		q.fail(warnNoEvidence, "%s no evidence: %s. cmp evidence add CREDIT FILE",
			words.Count(len(lacking), "credit")+" "+words.Verb(len(lacking), "has", "have"), words.Numbers(lacking, ", "))
	}
}

// checkFiles adds the files of evidence that are no longer what was added:
// those of credits that count, and of credits that were declared.
func (a *app) checkFiles(ctx context.Context, s snapshot, q *inquiry) error {
	wanted := map[int64]bool{}
	for _, c := range s.claimed(q.standing) {
		wanted[c.ID] = true
	}
	for _, line := range s.Declarations[q.standing.Cycle.ID].Credits {
		wanted[line.Credit.ID] = true
	}
	return a.view(ctx, func(tx *store.Tx) error {
		all, err := tx.AllEvidence(ctx)
		if err != nil {
			return err
		}
		for _, e := range all {
			if !wanted[e.Credit] {
				continue
			}
			_, damage, err := checked(ctx, tx, e)
			if err != nil {
				return err
			}
			if damage != "" {
				q.fail("damaged", "Evidence %d of credit %d, %s: %s; %s", e.ID, e.Credit, e.Name, damage, mend(s, e))
			}
		}
		return nil
	})
}

// claimed returns the credits that a cycle claims: those declared, as far as
// the ledger still has them, else those of which anything counts.
func (s snapshot) claimed(t rules.Standing) []ledger.Credit {
	counts := map[int64]bool{}
	for _, f := range t.Findings {
		counts[f.Credit.ID] = f.Counted > 0
	}
	var all []ledger.Credit
	for _, c := range s.toProve(t.Cycle, t.Holds) {
		if _, declared := s.Declarations[t.Cycle.ID]; declared || counts[c.ID] {
			all = append(all, c)
		}
	}
	return all
}

// overAllocated returns the credits that have more points allocated for a
// credential than they are worth. The ledger refuses such, so there are none
// unless the file was tampered with.
func (s snapshot) overAllocated(c ledger.Credential) []int64 {
	sums := map[int64]ledger.Points{}
	for _, x := range s.Allocations {
		if s.OfCycle(x.Cycle).ID == c.ID {
			sums[x.Credit] += x.Points
		}
	}
	var all []int64
	for _, credit := range s.Credits {
		if sums[credit.ID] > credit.Points {
			all = append(all, credit.ID)
		}
	}
	return all
}

func (a *app) printInquiry(q inquiry) error {
	screen, t := a.page(), q.standing
	screen.Line(headline(t))
	fmt.Fprintln(a.env.Out)
	if q.margins.ToEarn == 0 {
		if err := marginTable(screen, q); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
		screen.Paragraph(marginSentence(q.margins))
	} else {
		what := "to earn"
		if isLost(t) {
			what = "lacking"
		}
		screen.Paragraph(fmt.Sprintf("There is no margin: %s %s.", shortages(t.Shortages), what))
	}
	if line := criticalSentence(q.critical); line != "" {
		screen.Paragraph(line)
	}
	a.printRemarks(screen, "To mend:", q.fails)
	a.printRemarks(screen, "Worth a look:", q.notes)
	fmt.Fprintln(a.env.Out)
	if len(q.fails) > 0 {
		screen.Sentence(fmt.Sprintf("As of %s it would not pass.", t.Today))
		return nil
	}
	screen.Sentence(fmt.Sprintf("As of %s nothing speaks against passing.", t.Today))
	return nil
}

func (a *app) printRemarks(screen answer.Screen, title string, all []auditRemark) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(a.env.Out, "\n%s\n", title)
	for _, r := range all {
		screen.Paragraph(r.Message)
	}
}

// marginTable shows what each requirement could lose.
func marginTable(screen answer.Screen, q inquiry) error {
	var rows [][]any
	for i, r := range q.standing.Requirements {
		rows = append(rows, []any{r.Title, r.Points, r.Counted, q.margins.Requirements[i].Margin})
	}
	return screen.Table("Requirement|cut; Required|right; Counted|right; Margin|right", rows)
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

func (q inquiry) answer() auditAnswer {
	t := q.standing
	out := auditAnswer{
		AsOf: t.Today, naming: nameOf(t), Cycle: t.Cycle, State: t.State, Passes: len(q.fails) == 0,
		Fails: q.fails, Notes: q.notes, Critical: q.critical,
	}
	if q.margins.ToEarn == 0 {
		out.Margin = &q.margins
	}
	return out
}
