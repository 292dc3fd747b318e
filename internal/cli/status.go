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

	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/suggest"
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
	cmd.Flags().Func("due", "show only what is due within so many `days`, such as 90d, and exit with 3 if anything is", func(text string) (err error) {
		flags.due, err = parseDays(text)
		return err
	})
	return cmd
}

type statusFlags struct {
	check bool
	short bool
	due   int  // days; 0 is all
	first bool // it is what cmp does without a command
}

func (a *app) welcome(ctx context.Context, _ []string) error {
	return a.status(ctx, nil, statusFlags{first: true})
}

// beginnings shows what to begin with.
func (a *app) beginnings() {
	what := "No ledger yet"
	if !a.lacksLedger() {
		what = "No credential yet"
	}
	a.screen().Sentence(fmt.Sprintf("%s (%s).", what, a.settings.DB))
	fmt.Fprintln(a.env.Out)
	fields := []answer.Field{
		{Name: a.text("%s", ledger.Command{"credential", "add", "MLS", "--expires", "2027-03-31"}), Text: "start with a credential"},
		{Name: a.text("%s", ledger.Command{"import", "transcript.csv"}), Text: "bring in what you have"},
		{Name: a.text("%s", ledger.Command{"demo"}), Text: "look around on a sample"},
	}
	a.screen().Fields(fields)
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
	s, err := a.look(ctx, a.shown)
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
		err = a.print(a.statusAnswer(s, all))
	case len(all) > 0:
		err = a.statusTables(s, all)
	case f.first:
		a.beginnings()
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
	Rows        []statusRow    `records:"credential requirement required allocated counted remaining"`
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

func (a *app) statusAnswer(s snapshot, all []rules.Standing) statusAnswer {
	out := statusAnswer{AsOf: a.today}
	for _, t := range all {
		item := standingItem{
			judgedCycle: cycleOf(t), DaysLeft: daysLeft(t), DeclareBy: t.DeclareBy, DeclareFrom: t.DeclareFrom,
			Points: t.Sums, Shortages: t.Shortages,
			Warnings: slices.DeleteFunc(a.remarks(s, t, a.name), func(r remark) bool { return r.Code == "" }),
		}
		for _, r := range t.Requirements {
			item.Requirements = append(item.Requirements, metOf(r))
			out.Rows = append(out.Rows, statusRow{s.ShortName(t.Credential), metOf(r)})
		}
		out.Credentials = append(out.Credentials, item)
	}
	return out
}

func (a *app) statusTables(s snapshot, all []rules.Standing) error {
	screen := a.page()
	for i, standing := range all {
		if i > 0 {
			fmt.Fprintln(a.env.Out)
		}
		screen.Line(headline(standing))
		fmt.Fprintln(a.env.Out)
		if err := requirementTable(screen, standing); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
		for _, r := range a.remarks(s, standing, a.name) {
			screen.Paragraph(r.Message)
		}
	}
	if len(all) > 1 {
		fmt.Fprintln(a.env.Out)
		_, line := summary(s, all)
		screen.Sentence(line)
	}
	return nil
}

func headline(t rules.Standing) []answer.Cell {
	cells := []answer.Cell{{Text: t.Designation(), Style: answer.Strong}}
	for i, text := range words.Days(t) {
		cell := answer.Cell{Text: text}
		switch days, expires := t.DaysLeft(); {
		case i == 0 && t.State == rules.Declared:
			cell.Style = answer.Done
		case expires && days < 0:
			cell.Style = answer.Warning
		}
		cells = append(cells, cell)
	}
	return cells
}

func requirementTable(screen answer.Screen, s rules.Standing) error {
	var rows [][]any
	add := func(title string, required, counted ledger.Points) {
		bar := answer.Cell{Text: screen.Bar(int64(counted), int64(required)), Style: answer.Done}
		remaining := answer.Cell{Text: (required - counted).String()}
		if counted < required {
			bar.Style, remaining.Style = answer.Plain, answer.Warning
		}
		rows = append(rows, []any{title, bar, required, counted, remaining})
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
		switch {
		case t.State == rules.Expired:
			cells[i].Style = answer.Warning
		case t.State == rules.Declared, t.Begun() && t.Remaining == 0:
			cells[i].Style = answer.Done
		}
	}
	if len(all) > 0 {
		a.screen().OneLine(cells)
	}
}

// parseDays accepts 1d to 9999d.
func parseDays(text string) (int, error) {
	number, ok := strings.CutSuffix(text, "d")
	n, err := strconv.ParseUint(number, 10, 16)
	if !ok || err != nil || n == 0 || n > 9999 {
		return 0, errors.New("not a number of days such as 90d")
	}
	return int(n), nil
}

// A remark is a sentence under the table of a status. Those with a code are
// warnings, in JSON too.
type remark struct {
	Code    string `json:"code" enum:"unallocated,assumed-rules,outside-window,over-cap,past-declare-by,no-topic,no-evidence,not-in-portal,drift,look-alikes"`
	Message string `json:"message" doc:"For people; its words may change."`
}

// remarks says what the table of a standing cannot: what the rules remark, and
// what the ledger shows beside them. Commands in them are those of a program that
// has the name.
func (a *app) remarks(s snapshot, t rules.Standing, name string) []remark {
	all, code := t.Remarks(a.auto()), s.ShortName(t.Credential)
	credits := s.ToProve(t.Cycle, t.Holds)
	ledgers := map[rules.RemarkKind]string{
		rules.RemarkNoEvidence: evidenceRemark(evidence.Lint(credits, s.Evidence)).As(a.name),
		rules.RemarkAnnualFee:  a.annualFee(t, code, name),
	}
	if t.State != rules.Declared {
		ledgers[rules.RemarkLookAlikes] = a.alikeIn(s, credits)
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
	out := make([]remark, len(all))
	for i, r := range all {
		text := cmp.Or(ledgers[r.Kind], words.Remark(r, t, code).As(name))
		if r.Kind == rules.RemarkWindowMoves {
			text += a.reinstatement(t)
		}
		if r.Kind == rules.RemarkWithoutTopic {
			text += a.suggestable(t, r.Credits).As(name)
		}
		out[i] = remark{r.Kind.Code(), text}
	}
	return out
}

// suggestable says for how many of some credits a topic is suggested, or nothing.
func (a *app) suggestable(t rules.Standing, ids []int64) ledger.Text {
	known, _ := a.book.Topics() // the standing was judged by it
	n := 0
	for _, f := range t.Findings {
		if slices.Contains(ids, f.Credit.ID) && len(suggest.Topics(known, f.Credit)) == 1 {
			n++
		}
	}
	if n == 0 {
		return ledger.Text{}
	}
	return ledger.Say("; for %d of them a topic is suggested: %s", n, ledger.Command{"topics", "--suggest"})
}

func (a *app) reinstatement(t rules.Standing) string {
	fees, err := a.book.Fees(t.Credential.Body)
	if t.State != rules.Expired || err != nil || fees == nil {
		return ""
	}
	fee := fees.On(t.Today)
	if fee.Reinstatement == nil {
		return " What reinstatement costs is not known."
	}
	return fmt.Sprintf(" Reinstatement: %d on top of the fee of %d (%s).", *fee.Reinstatement, fee.Application, fee.Confidence)
}

// annualFee says when the next annual fee of a credential is due, or nothing.
func (a *app) annualFee(t rules.Standing, code, name string) string {
	fees, _ := a.book.Fees(t.Credential.Body)
	if due := fees.AnnualDue(t); due != nil {
		return ledger.Say("Annual fee: %s", words.AnnualDue(due, code)).As(name)
	}
	return ""
}

// alikeIn says how many of the credits look alike, or nothing.
func (a *app) alikeIn(s snapshot, credits []ledger.Credit) string {
	const most = 5000 // more take longer to compare than anybody waits for; cmp doctor compares all
	if len(credits) < 2 || len(credits) > most {
		return ""
	}
	return a.alikeLine(s.Alike(credits))
}

// evidenceRemark says how many credits lack evidence, or what is wrong with it, or nothing.
func evidenceRemark(found []evidence.Finding) ledger.Text {
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
	say(evidence.Missing, "credit", "has no evidence yet", "have no evidence yet")
	say(evidence.Shared, "credit", "shares its evidence with another", "share their evidence with others")
	say(evidence.Unfit, "file", "may not be accepted", "may not be accepted")
	if parts == nil {
		return ledger.Text{}
	}
	return ledger.Say("%s: %s", words.List("and", parts), ledger.Command{"evidence", "list", "--missing"})
}
