package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newStatus() *cobra.Command {
	var flags statusFlags
	cmd := withRecords(&cobra.Command{
		Use:   "status [CODE...]",
		Short: "Show what you still need, and by when",
		Long: `Show for each credential what its rules require, what you have, what remains and
how many days are left. Remaining goes by where your points are placed now. What
you must still earn goes by the best way to place them.

--check makes the exit code 3 when something remains or has expired, and is not
declared. --due 90d shows only what you must declare within 90 days, what
expires in them, and what is overdue. If there is any, the exit code is 3.

--short prints one line, for a prompt: on a terminal as many credentials as fit.
It does not wait while another command uses the ledger: it fails.`,
		Example: `  cmp status
  cmp status MLS --check
  cmp status --due 90d
  cmp status --short
  cmp status --format json
  cmp status --as-of 2027-02-28`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.status(ctx, args, flags) }),
	})
	cmd.Flags().BoolVar(&flags.check, "check", false, "exit with 3 when anything remains or has expired")
	cmd.Flags().BoolVar(&flags.short, "short", false, "print one line, for a prompt")
	dueFlag(cmd.Flags(), &flags.due, "show only what is due within so many `days`, such as 90d, and exit with 3 if anything is")
	return cmd
}

type statusFlags struct {
	check bool
	short bool
	due   int // days; 0 is all
}

func (a *app) sayNoCredentials() {
	a.say("No credentials yet (%s): %s", a.settings.DB, ledger.Command{"credential", "add", "MLS", "--expires", "DATE"})
}

// shown returns the cycles of a credential that status shows: the newest, and,
// until that begins, the one before.
func (a *app) shown(c ledger.Credential) []ledger.Cycle {
	n := len(c.Cycles)
	if n > 1 && a.today < c.Current().First {
		return c.Cycles[n-2:]
	}
	return c.Cycles[n-1:]
}

// standings judges what status shows of the credentials named, or of all, most urgent first.
func (a *app) standings(s snapshot, codes []string) (all []rules.Standing, err error) {
	accounts, err := a.accounts(s, codes, a.shown)
	for _, account := range accounts {
		all = append(all, rules.Evaluate(account, a.today))
	}
	slices.SortStableFunc(all, rules.ByUrgency)
	return all, err
}

func (a *app) status(ctx context.Context, codes []string, f statusFlags) error {
	a.hurried = f.short // a prompt is waited for
	if f.short && a.settings.Format != answer.Table {
		if a.settings.from["format"] == "flag --format" {
			return usage("--format %s: --short is a line of text", a.settings.Format).try("leave one of them out")
		}
		a.settings.Format = answer.Table // it goes before a format that is set for all commands
	}
	wanted := actions.Cycles(a.shown)
	if !f.short { // what an audit may ask for is of all cycles
		wanted = actions.AllCycles
	}
	s, err := a.look(ctx, wanted)
	if err != nil {
		return err
	}
	all, err := a.standings(s, codes)
	if err != nil {
		return err
	}
	if f.due > 0 {
		all = slices.DeleteFunc(all, func(t rules.Standing) bool { return !t.Due(f.due) })
	}
	switch {
	case f.short:
		a.statusShort(s, all)
	case a.settings.Format != answer.Table:
		err = a.printStatus(s, all, codes)
	case len(all) > 0:
		err = a.statusTables(s, all, codes)
	case f.due == 0:
		a.sayNoCredentials()
	case a.env.ErrTerminal: // cron would send it
		a.say("Nothing is due within %s.", words.Count(f.due, "day"))
	}
	switch {
	case err != nil:
		return err
	case f.due > 0 && len(all) > 0, f.check && slices.ContainsFunc(all, func(t rules.Standing) bool {
		return t.State != rules.Declared && (t.Remaining > 0 || t.State == rules.Expired)
	}):
		return errSilentNo
	}
	return nil
}

type statusAnswer struct {
	Schema      string         `json:"schema" shape:"cmp.status/1" title:"How far each credential is met" doc:"Written by cmp status. Credentials come the most urgent first."`
	AsOf        ledger.Date    `json:"as_of" doc:"Day it was judged by."`
	Credentials []standingItem `json:"credentials"`
	Next        []nextStep     `json:"next" doc:"What to do next, the most useful first, at most five."`
	Rows        []statusRow    `records:"credential requirement required allocated counted remaining"`
}

type nextStep struct {
	Message string `json:"message" doc:"For people; its words may change."`
	Command string `json:"command" doc:"To type." empty:"where there is none"`
}

type standingItem struct {
	judgedCycle
	DaysLeft     *int             `json:"days_left" min:"none" doc:"Until the last day, on which it is 0; negative once that has passed." null:"where the cycle is"`
	DeclareBy    ledger.Date      `json:"declare_by" doc:"Last day to declare." null:"where the body publishes none"`
	DeclareFrom  ledger.Date      `json:"declare_from" doc:"First day on which the board accepts it." null:"where the body publishes none"`
	Points       rules.Sums       `json:"points"`
	Requirements []requirementMet `json:"requirements"`
	Shortages    []rules.Shortage `json:"shortages"`
	Warnings     []remark         `json:"warnings"`
}

type statusRow struct {
	Credential string `json:"credential"`
	requirementMet
}

// judgedCycle names the cycle that is judged, and the rules that hold for it.
type judgedCycle struct {
	naming
	Rules    editionRef   `json:"rules"`
	Cycle    ledger.Cycle `json:"cycle" null:"before the first cycle of a voluntary credential"`
	Window   ledger.Cycle `json:"window" doc:"Days on which a credit counts."`
	State    rules.State  `json:"state"`
	Declared ledger.Date  `json:"declared" doc:"Day on which the cycle was declared." null:"while it is not"`
}

func cycleOf(t rules.Standing) judgedCycle {
	window := ledger.Cycle{First: t.First, Last: t.Last}
	return judgedCycle{nameOf(t), refTo(t.Edition), t.Cycle, window, t.State, t.Cycle.Declared}
}

// requirementMet is how far a requirement of a cycle is met.
type requirementMet struct {
	Requirement ledger.Requirement `json:"requirement"`
	Name        string             `json:"name" doc:"In words: Laboratory or patient safety."`
	Required    ledger.Points      `json:"required"`
	Allocated   ledger.Points      `json:"allocated"`
	Counted     ledger.Points      `json:"counted" doc:"Never more than required."`
	Remaining   ledger.Points      `json:"remaining" doc:"Required less counted."`
	Confidence  rules.Confidence   `json:"confidence" doc:"How sure the required points are."`
	Pack        string             `json:"pack" doc:"Rule pack that states it, without its ending." empty:"for what ships with the program"`
}

func metOf(r rules.RequirementStanding) requirementMet {
	return requirementMet{r.Name, r.Title, r.Points, r.Allocated, r.Counted, r.Remaining, r.Confidence, r.Pack}
}

func (a *app) printStatus(s snapshot, all []rules.Standing, codes []string) error {
	next, err := a.next(s, all, codes)
	if err != nil {
		return err
	}
	out := statusAnswer{AsOf: a.today}
	for _, text := range next {
		out.Next = append(out.Next, nextStep{text.As(a.call...), text.Command().As(a.call...)})
	}
	for _, t := range all {
		item := standingItem{
			judgedCycle: cycleOf(t), DaysLeft: daysLeft(t), DeclareBy: t.DeclareBy, DeclareFrom: t.DeclareFrom,
			Points: t.Sums, Shortages: t.Shortages,
			Warnings: slices.DeleteFunc(a.remarks(s, t, false, a.call...), func(r remark) bool { return r.Code == "" }),
		}
		for _, r := range t.Requirements {
			item.Requirements = append(item.Requirements, metOf(r))
			out.Rows = append(out.Rows, statusRow{s.ShortName(t.Credential), metOf(r)})
		}
		out.Credentials = append(out.Credentials, item)
	}
	return a.print(out)
}

// statusTables shows each cycle: a finished one in a line, the others with a table.
// Before those of several credentials it says what to do next.
func (a *app) statusTables(s snapshot, all []rules.Standing, codes []string) error {
	screen := a.page()
	several := slices.ContainsFunc(all, func(t rules.Standing) bool { return t.Credential.ID != all[0].Credential.ID })
	if several {
		if err := a.head(s, all, codes); err != nil {
			return err
		}
	}
	for i, t := range all {
		remarks := a.remarks(s, t, several, a.call...)
		if several && t.Finished() && inHead(t) && len(remarks) == 0 {
			continue // the head has said it
		}
		if i > 0 || several {
			fmt.Fprintln(a.env.Out)
		}
		line, texts := headline(t), words.Map(remarks, func(r remark) string { return r.Message })
		if t.Finished() && len(texts) == 1 && several { // it takes one line
			line, texts = append(line, answer.Cell{Text: texts[0]}), nil
		}
		if t.ToEarn > 0 && t.Remaining > 0 && t.Begun() && !t.Finished() && !t.Lost() {
			texts = append(texts, a.whatToDo(s, t).As(a.call...))
		}
		screen.Line(line)
		if !t.Finished() {
			fmt.Fprintln(a.env.Out)
			if err := requirementTable(screen, t); err != nil {
				return err
			}
		}
		if !t.Finished() && len(texts) > 0 {
			fmt.Fprintln(a.env.Out)
		}
		screen.Paragraph(texts...)
	}
	return nil
}

// whatToDo says what shows how to earn what is missing: the plan, and the courses that
// fit, if any are known.
func (a *app) whatToDo(s snapshot, t rules.Standing) ledger.Text {
	plan, or := ledger.Command{"plan"}, ledger.Command{"courses", "list", "--needed"}
	if len(s.Credentials) > 1 {
		plan = append(plan, s.ShortName(t.Credential))
	}
	if !s.Courses {
		or = ledger.Command{"rules", "activities"}
	}
	return ledger.Say("Next: %s, or %s", plan, or)
}

func headline(t rules.Standing) []answer.Cell {
	cells := []answer.Cell{{Text: t.Designation(), Style: answer.Strong}}
	for _, text := range words.Life(t) {
		cells = append(cells, answer.Cell{Text: text, Style: urgency(t)})
	}
	return cells
}

// urgency is the colour of a credential's days: red where it is urgent, green where
// nothing is left to do.
func urgency(t rules.Standing) answer.Style {
	switch {
	case t.Urgent():
		return answer.Warning
	case t.State == rules.Declared:
		return answer.Done
	}
	return answer.Plain
}

func requirementTable(screen answer.Screen, s rules.Standing) error {
	var rows [][]any
	add := func(title string, required, counted ledger.Points) {
		bar := answer.Cell{Text: screen.Bar(int64(counted), int64(required)), Style: answer.Done}
		if counted < required {
			bar.Style = answer.Plain
		}
		rows = append(rows, []any{title, bar, required, counted, required - counted})
	}
	for _, r := range s.Requirements {
		add(r.Title, r.Points, r.Counted)
	}
	add("Total", s.Required, s.Counted)
	return screen.Table("Requirement|cut; Progress|from72; Required|right; Counted|right; Remaining|right dash", rows)
}

// summary says how many credentials standings are about, and of all in one line
// what is to be done; nothing where there are none.
func summary(s snapshot, all []rules.Standing) (held int, line string) {
	var texts []string
	ids := map[int64]bool{}
	for _, t := range all {
		texts = append(texts, s.ShortName(t.Credential)+" "+words.Outlook(t))
		ids[t.Credential.ID] = true
	}
	return len(ids), fmt.Sprintf("%s: %s", words.Count(len(ids), "credential"), strings.Join(texts, "; "))
}

// statusShort says in one line what is to be done, the most urgent first, and
// nothing where there is nothing to judge: a prompt has no room for it. On a
// terminal it is as much as fits, and how many credentials more there are.
func (a *app) statusShort(s snapshot, all []rules.Standing) {
	cells := make([]answer.Cell, len(all))
	for i, t := range all {
		cells[i] = answer.Cell{Text: s.ShortName(t.Credential) + " " + words.ShortOutlook(t)}
		if cells[i].Style = urgency(t); cells[i].Style == answer.Plain && t.Begun() && t.Remaining == 0 {
			cells[i].Style = answer.Done
		}
	}
	if len(all) > 0 {
		a.screen().OneLine(cells)
	}
}

// mostDue is how many days ahead cmp looks for what is due.
const mostDue = 9999

// dueFlag adds the flag --due, which accepts 1d to 9999d.
func dueFlag(flags *pflag.FlagSet, due *int, usage string) {
	flags.Func("due", usage, func(text string) error {
		number, ok := strings.CutSuffix(text, "d")
		n, err := strconv.ParseUint(number, 10, 16)
		switch {
		case ok && errors.Is(err, strconv.ErrRange), ok && n > mostDue:
			return fmt.Errorf("at most %dd", mostDue)
		case ok && err == nil && n == 0:
			return errors.New("at least 1d")
		case !ok || err != nil:
			return errors.New("not a number of days such as 90d")
		}
		*due = int(n)
		return nil
	})
}

// A remark is a sentence under the table of a status. Those with a code are
// warnings, in JSON too.
type remark struct {
	Code    string `json:"code" enum:"unallocated,assumed-rules,outside-window,over-cap,past-declare-by,no-topic,no-evidence,not-in-portal,drift,look-alikes"`
	Message string `json:"message" doc:"For people; its words may change."`
}

// remarks says what the table of a standing cannot: what the rules remark, and
// what the ledger shows beside them; below a head of several credentials only what
// that has not said. Commands in them are as [ledger.Command.As] has them.
func (a *app) remarks(s snapshot, t rules.Standing, below bool, call ...string) []remark {
	all, code := t.Remarks(a.auto()), s.ShortName(t.Credential)
	found := evidence.Lint(s.ToProve(t), s.Evidence)
	doubtful := slices.ContainsFunc(found, func(f evidence.Finding) bool { return f.Kind != evidence.Missing })
	only := ledger.Command(nil) // narrows a command to the credential, where there are several
	if len(s.Credentials) > 1 {
		only = ledger.Command{"--credential", code}
	}
	ledgers := map[rules.RemarkKind]string{
		rules.RemarkNoEvidence: evidenceRemark(found, only).As(call...),
		rules.RemarkAnnualFee:  a.annualFee(t, code, call...),
	}
	if t.State != rules.Declared {
		if !below { // the head has said it, and it takes long
			ledgers[rules.RemarkLookAlikes] = alikeText(alikeIn(s, heldBy(s, t)), only...).As(call...)
		}
	} else if drifted := rules.Drift(s.Declarations[t.Cycle.ID], s.Credits); len(drifted) > 0 {
		r := rules.Remark{Kind: rules.RemarkDrift}
		for _, d := range drifted {
			r.Credits = append(r.Credits, d.Credit.ID)
		}
		slices.Sort(r.Credits)
		all = append(all, r)
	}
	if ids, on := s.NotInPortal(t); len(ids) > 0 {
		all = append(all, rules.Remark{Kind: rules.RemarkNotInPortal, Credits: ids, Day: on})
	}
	for kind, line := range ledgers {
		if line != "" {
			all = append(all, rules.Remark{Kind: kind})
		}
	}
	slices.SortStableFunc(all, func(x, y rules.Remark) int { return cmp.Compare(x.Kind, y.Kind) })
	var out []remark
	for _, r := range all {
		if below && (r.Kind == rules.RemarkWithoutTopic || r.Kind == rules.RemarkNoEvidence && !doubtful || r.Kind == rules.RemarkDeclared && inHead(t)) {
			continue // the head has said it
		}
		text := cmp.Or(ledgers[r.Kind], words.Remark(r, t, code).As(call...))
		if r.Kind == rules.RemarkWindowMoves {
			text += a.reinstatement(t)
		}
		if r.Kind == rules.RemarkWithoutTopic {
			text += a.suggestable(t, r.Credits).As(call...)
		}
		if text != "" {
			out = append(out, remark{r.Kind.Code(), text})
		}
	}
	return out
}

// suggestable says for how many of some credits a topic is suggested, or nothing.
func (a *app) suggestable(t rules.Standing, ids []int64) ledger.Text {
	n := a.suggestions(t, ids)
	if n == 0 {
		return ledger.Text{}
	}
	return ledger.Say(" (a topic is suggested for %d of them: %s)", n, ledger.Command{"topics", "--suggest"})
}

func (a *app) reinstatement(t rules.Standing) string {
	fees, err := a.book.Fees(t.Credential.Body)
	if t.State != rules.Expired || err != nil || fees == nil {
		return ""
	}
	fee := fees.On(t.Today)
	if fee.Reinstatement == nil {
		return " What reinstating costs is not known."
	}
	return fmt.Sprintf(" Reinstating costs %s %d on top of the fee of %d (%s).", fees.Currency, *fee.Reinstatement, fee.Application, fee.Confidence)
}

// annualFee says when the next annual fee of a credential is due, or nothing.
func (a *app) annualFee(t rules.Standing, code string, call ...string) string {
	fees, _ := a.book.Fees(t.Credential.Body)
	if due := fees.AnnualDue(t); due != nil {
		return ledger.Say("Annual fee: %s", words.AnnualDue(due, code)).As(call...)
	}
	return ""
}

// heldBy returns the credits in the days of open cycles.
func heldBy(s snapshot, all ...rules.Standing) []ledger.Credit {
	return s.CreditsWhere(func(c *ledger.Credit) bool {
		return slices.ContainsFunc(all, func(t rules.Standing) bool { return t.State != rules.Declared && t.Holds(c.Date) })
	})
}

// alikeIn returns those of the credits that look alike.
func alikeIn(s snapshot, credits []ledger.Credit) []pairing.Group {
	const most = 5000 // more take longer to compare than anybody waits for; cmp doctor compares all
	if len(credits) < 2 || len(credits) > most {
		return nil
	}
	return s.Alike(credits)
}

// alikeAmong says how many of all credits look alike, as the command lists them, where
// any of open cycles do.
func (a *app) alikeAmong(s snapshot, all []rules.Standing) ledger.Text {
	held := heldBy(s, all...)
	groups := alikeIn(s, held)
	if groups != nil && len(held) < len(s.Credits) {
		groups = s.Alike(s.Credits)
	}
	return alikeText(groups)
}

// evidenceRemark says how many credits have no certificate, or what is wrong with one, or
// nothing.
func evidenceRemark(found []evidence.Finding, only ledger.Command) ledger.Text {
	n, seen := map[evidence.Kind]int{}, map[evidence.Kind]int64{}
	for _, f := range found {
		if f.Kind == evidence.Unfit || seen[f.Kind] != f.Credit { // of a credit with several files, one counts
			n[f.Kind]++
		}
		seen[f.Kind] = f.Credit
	}
	var parts []string
	say := func(kind evidence.Kind, thing, one, many string) {
		if n := n[kind]; n > 0 {
			parts = append(parts, words.Count(n, thing)+" "+words.Verb(n, one, many))
		}
	}
	say(evidence.Missing, "credit", "has no certificate", "have no certificate")
	say(evidence.Shared, "credit", "shares its certificate with another", "share their certificate with others")
	say(evidence.Unfit, "file", "may not be accepted", "may not be accepted")
	if parts == nil {
		return ledger.Text{}
	}
	return ledger.Say("%s: %s", words.List("and", parts), append(ledger.Command{"evidence", "list", "--missing"}, only...))
}
