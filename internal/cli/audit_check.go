package cli

import (
	"context"
	"fmt"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
)

// An inquiry is what an audit of one cycle would come to today.
type inquiry struct {
	standing rules.Standing
	margins  rules.Margins
	critical []rules.CriticalCredit
	fails    []remark // why it would not pass
	notes    []remark // what does not decide it, but may matter
}

func (a *app) auditCheck(ctx context.Context, text string, day ledger.Day) error {
	s, err := a.lookDeclared(ctx)
	if err != nil {
		return err
	}
	c, err := a.held(s, text)
	if err != nil {
		return err
	}
	cycle := c.Current()
	if !day.IsZero() {
		if cycle, err = a.cycleOn(c, day.Date(a.today)); err != nil {
			return err
		}
	}
	account, err := a.account(s, c, cycle)
	if err != nil {
		return err
	}
	q := a.inquire(s, account)
	if a.settings.Format == render.JSON {
		err = render.WriteJSON(a.env.Out, inquiryToJSON(q))
	} else {
		err = a.printInquiry(q)
	}
	if err == nil && len(q.fails) > 0 {
		return errSilentNo
	}
	return err
}

// inquire judges a cycle as an auditor would.
func (a *app) inquire(s snapshot, account rules.Account) inquiry {
	q := inquiry{
		standing: rules.Evaluate(account, a.today),
		margins:  rules.Margin(account, a.today),
		critical: rules.Critical(account, a.today),
	}
	fail := func(code, format string, args ...any) {
		q.fails = append(q.fails, remark{code, fmt.Sprintf(format, args...)})
	}
	note := func(code, format string, args ...any) {
		q.notes = append(q.notes, remark{code, fmt.Sprintf(format, args...)})
	}
	t := q.standing
	if t.Remaining > 0 {
		fail("remaining", "%s %s missing as the credits are allocated: cmp status %s", points(t.Remaining), agree(t.Remaining, "is", "are"), s.shortName(t.Credential))
	}
	for _, over := range s.overAllocated(account.Credential) {
		fail("over-allocated", "Credit %d has more points allocated than it is worth: cmp deallocate %d", over, over)
	}
	for _, c := range rules.Drift(s.declarations[t.Cycle.ID], s.credits) {
		add := note
		if c.Claim() {
			add = fail
		}
		for _, line := range c.Sentences() {
			add(warnDrift, "%s", upper(line))
		}
	}
	a.lintInto(fail, note, s, t)
	countRemarks(note, t)
	if titles := assumedFigures(t.Edition); titles != "" {
		note(warnAssumed, "Assumed, and to be checked on the board's page: %s. cmp rules show %s", titles, s.shortName(t.Credential))
	}
	return q
}

// lintInto adds what the evidence of the credits that count lacks. A missing
// file decides; one that may not be accepted is only worth a look.
func (a *app) lintInto(fail, note addRemark, s snapshot, t rules.Standing) {
	var lacking []int64
	for _, f := range evidence.Lint(s.claimed(t), s.evidence) {
		if f.Kind == evidence.Missing {
			lacking = append(lacking, f.Credit.ID)
			continue
		}
		note(string(f.Kind), "Credit %d: %s", f.Credit.ID, lintSentence(f))
	}
	if len(lacking) > 0 {
		fail(warnNoEvidence, "%s no evidence: %s. cmp evidence add CREDIT FILE",
			count(len(lacking), "credit")+" "+verb(len(lacking), "has", "have"), numbers(lacking, ", "))
	}
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
		if _, declared := s.declarations[t.Cycle.ID]; declared || counts[c.ID] {
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
	for _, x := range s.allocations {
		if s.ofCycle(x.Cycle).ID == c.ID {
			sums[x.Credit] += x.Points
		}
	}
	var all []int64
	for _, credit := range s.credits {
		if sums[credit.ID] > credit.Points {
			all = append(all, credit.ID)
		}
	}
	return all
}

func (a *app) printInquiry(q inquiry) error {
	screen, t := a.screen(), q.standing
	if screen.Width == 0 {
		screen.Width = 80
	}
	screen.Line(headline(t))
	fmt.Fprintln(a.env.Out)
	if q.margins.ToEarn == 0 {
		if err := marginTable(screen, q); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
		screen.Paragraph(marginSentence(q.margins))
	} else {
		screen.Paragraph(fmt.Sprintf("There is no margin: %s to earn.", shortages(t.Shortages)))
	}
	if line := criticalSentence(q.critical); line != "" {
		screen.Paragraph(line)
	}
	a.printRemarks("To mend:", q.fails)
	a.printRemarks("Worth a look:", q.notes)
	fmt.Fprintln(a.env.Out)
	if len(q.fails) > 0 {
		screen.Sentence(fmt.Sprintf("As of %s it would not pass.", t.Today))
		return nil
	}
	screen.Sentence(fmt.Sprintf("As of %s nothing speaks against passing.", t.Today))
	return nil
}

func (a *app) printRemarks(title string, all []remark) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(a.env.Out, "\n%s\n", title)
	for _, r := range all {
		a.screen().Paragraph(r.message)
	}
}

// marginTable shows what each requirement could lose.
func marginTable(screen render.Screen, q inquiry) error {
	columns := []render.Column{
		{Title: "Requirement", Cut: true}, {Title: "Required", Right: true}, {Title: "Counted", Right: true}, {Title: "Margin", Right: true},
	}
	var rows [][]render.Cell
	for i, r := range q.standing.Requirements {
		rows = append(rows, render.Cells(r.Title, r.Points.String(), r.Counted.String(), q.margins.Requirements[i].Margin.String()))
	}
	return screen.Table(columns, rows)
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
		return fmt.Sprintf("Nothing could be struck: there is not a point to spare in %s.", list("and in", where))
	}
	return fmt.Sprintf("Whatever %s an auditor strikes, every requirement can still be met; %s would give way first.",
		points(m.Points), list("and", where))
}

// criticalSentence names the credits that everything hangs on.
func criticalSentence(all []rules.CriticalCredit) string {
	ids := make([]int64, len(all))
	for i, c := range all {
		ids[i] = c.Credit.ID
	}
	switch len(ids) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("Without credit %d alone something would be missing.", ids[0])
	}
	return fmt.Sprintf("Without any one of %d credits something would be missing: %s", len(ids), numbers(ids, ", "))
}

func inquiryToJSON(q inquiry) inquiryJSON {
	t := q.standing
	out := inquiryJSON{
		Schema: "cmp.audit/1", AsOf: t.Today, Credential: t.Credential.Code, Body: t.Credential.Body, Designation: t.Designation(),
		State: t.State, Passes: len(q.fails) == 0, Fails: []warningJSON{}, Notes: []warningJSON{}, Critical: []criticalJSON{},
	}
	if t.Cycle.Last != 0 {
		out.Cycle = &daysJSON{t.Cycle.First, t.Cycle.Last}
	}
	for _, r := range q.fails {
		out.Fails = append(out.Fails, warningJSON{r.code, r.message})
	}
	for _, r := range q.notes {
		out.Notes = append(out.Notes, warningJSON{r.code, r.message})
	}
	if q.margins.ToEarn == 0 {
		out.Margin = &marginJSON{Points: q.margins.Points, Requirements: []requirementMarginJSON{}}
		for _, set := range q.margins.Tightest {
			names := make([]ledger.Requirement, len(set))
			for i, r := range set {
				names[i] = r.Name
			}
			out.Margin.Tightest = append(out.Margin.Tightest, names)
		}
		for _, r := range q.margins.Requirements {
			out.Margin.Requirements = append(out.Margin.Requirements, requirementMarginJSON{r.Name, r.Margin})
		}
	}
	for _, c := range q.critical {
		out.Critical = append(out.Critical, criticalJSON{c.Credit.ID, c.Lacking})
	}
	return out
}

type inquiryJSON struct {
	Schema      string         `json:"schema"`
	AsOf        ledger.Date    `json:"as_of"`
	Credential  string         `json:"credential"`
	Body        string         `json:"body"`
	Designation string         `json:"designation"`
	Cycle       *daysJSON      `json:"cycle"`
	State       rules.State    `json:"state"`
	Passes      bool           `json:"passes"`
	Fails       []warningJSON  `json:"fails"`
	Notes       []warningJSON  `json:"notes"`
	Margin      *marginJSON    `json:"margin"` // null where something is to earn
	Critical    []criticalJSON `json:"critical"`
}

type marginJSON struct {
	Points       ledger.Points           `json:"points"`
	Tightest     [][]ledger.Requirement  `json:"tightest"` // sets of requirements that have no more to spare
	Requirements []requirementMarginJSON `json:"requirements"`
}

type requirementMarginJSON struct {
	Requirement ledger.Requirement `json:"requirement"`
	Margin      ledger.Points      `json:"margin"`
}

type criticalJSON struct {
	Credit  int64         `json:"credit"`
	Lacking ledger.Points `json:"lacking"` // what would be to earn without it
}
