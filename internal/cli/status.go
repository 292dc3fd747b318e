package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newStatus() *cobra.Command {
	var flags statusFlags
	cmd := withRecords(&cobra.Command{
		Use:   "status [CODE...]",
		Short: "Say what is still needed, and by when",
		Long: `Say for every credential what its rules require, what counts of it, what remains
and how many days are left. Remaining is judged as the credits are allocated;
what must still be earned is judged as if they were allocated in the best way.

With --check nothing but the exit code changes: 3 when anything remains or is
expired, and is not declared. With --due only what is to be declared or expires
within so many days is shown, what is overdue included, and the exit code is 3
when there is any: for cron, where no news is good news.

With --short it is one line, for a prompt or a bar: nothing where there is no
credential, and, on a terminal, as many credentials as fit. It does not wait for
another command that keeps the ledger to itself, but fails.`,
		Example: `  cmp status
  cmp status MLS --check
  cmp status --due 90d
  cmp status --short
  cmp status --format json
  cmp status --as-of 2027-02-28`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.status(ctx, args, flags) }),
	})
	cmd.Flags().BoolVar(&flags.check, "check", false, "exit with 3 when anything remains or is expired")
	cmd.Flags().BoolVar(&flags.short, "short", false, "say it in one line, for a prompt")
	cmd.Flags().TextVar(&flags.due, "due", days(0), "show only what is due within so many `days`, such as 90d, and exit with 3 then")
	return cmd
}

// statusFlags are what cmp status was asked for.
type statusFlags struct {
	check bool
	short bool
	due   days // 0 is all
}

// welcome is what cmp does without a command: the status, or how to begin.
func (a *app) welcome(ctx context.Context, _ []string) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	if len(s.Credentials) > 0 || a.settings.Format != answer.Table {
		return a.status(ctx, nil, statusFlags{})
	}
	what := "No ledger yet"
	if !a.lacksLedger() {
		what = "No credential yet"
	}
	a.screen().Sentence(fmt.Sprintf("%s (%s).", what, a.settings.DB))
	fmt.Fprintln(a.env.Out)
	a.beginnings()
	return nil
}

// beginnings shows what to begin with: commands, each with what it does beside
// it or, where a screen is too narrow for that, below it.
func (a *app) beginnings() {
	fields := []answer.Field{
		{Name: a.called("cmp credential add MLS --expires 2027-03-31"), Text: "start with a credential"},
		{Name: a.called("cmp import transcript.csv"), Text: "bring in what you have"},
		{Name: a.called("cmp demo"), Text: "look around on a sample"},
	}
	const besides = 80 // columns that the longest name of the program needs
	if a.env.Width == 0 || a.env.Width >= besides {
		a.screen().Fields(fields)
		return
	}
	for _, f := range fields {
		a.screen().Paragraph(f.Name)
		a.screen().Item("  ", f.Text)
	}
}

// shown returns the cycles of a credential that status shows: the newest, and,
// until that begins, the declared one before.
func (a *app) shown(c ledger.Credential) []ledger.Cycle {
	n := len(c.Cycles)
	if n > 1 && a.today < c.Current().First && c.Cycles[n-2].Declared != 0 {
		return c.Cycles[n-2:]
	}
	return c.Cycles[n-1:]
}

// standings judges what status shows of each credential. What is lacking where
// the rules of some are unknown is a failure of its own.
func (a *app) standings(s snapshot, credentials []ledger.Credential) (all []rules.Standing, lacking *failure, err error) {
	lacking, err = eachRuled(credentials, func(c ledger.Credential) error {
		for _, cycle := range a.shown(c) {
			account, err := a.account(s, c, cycle)
			if err != nil {
				return err
			}
			all = append(all, rules.Evaluate(account, a.today))
		}
		return nil
	})
	slices.SortStableFunc(all, urgency)
	return all, lacking, err
}

func (a *app) status(ctx context.Context, codes []string, f statusFlags) error {
	if err := a.beShort(f); err != nil {
		return err
	}
	s, err := a.look(ctx, a.shown)
	if err != nil {
		return err
	}
	credentials, err := a.heldAll(s, codes)
	if err != nil {
		return err
	}
	all, lacking, err := a.standings(s, credentials)
	if err != nil {
		return err
	}
	if lacking != nil && all == nil {
		return lacking
	}
	if f.due > 0 {
		all = slices.DeleteFunc(all, func(t rules.Standing) bool { return !f.due.has(t) })
	}
	switch {
	case f.short:
		a.statusShort(s, all)
	case a.settings.Format != answer.Table:
		err = a.print(a.statusAnswer(s, all))
	case len(all) == 0 && f.due > 0:
		if a.env.ErrTerminal { // cron would send it
			a.say("Nothing is due within %s.", words.Count(int(f.due), "day"))
		}
	case len(all) == 0:
		a.say("No credentials yet (%s): cmp credential add MLS --expires DATE", a.settings.DB)
	default:
		err = a.statusTables(s, all)
	}
	if err == nil && lacking != nil {
		return lacking // what was judged is shown all the same
	}
	if err == nil && f.due > 0 && len(all) > 0 {
		return errSilentNo
	}
	if err == nil && f.check && slices.ContainsFunc(all, func(t rules.Standing) bool {
		return t.State != rules.Declared && (t.Remaining > 0 || t.State == rules.Expired)
	}) {
		return errSilentNo
	}
	return err
}

type statusAnswer struct {
	Schema      string         `json:"schema" shape:"cmp.status/1" title:"How far each credential is met" doc:"Written by cmp status. Credentials come the most urgent first."`
	AsOf        ledger.Date    `json:"as_of" doc:"Day it was judged by."`
	Credentials []standingItem `json:"credentials"`
	Rows        []statusRow    `records:"credential requirement required allocated counted remaining"`
}

// A standingItem is a cycle and how far it is met.
type standingItem struct {
	judgedCycle
	DaysLeft     *int             `json:"days_left" min:"none" doc:"Until the last day, on which it is 0; negative once that has passed." null:"where the cycle is"`
	DeclareBy    ledger.Date      `json:"declare_by" doc:"Last day to declare." null:"where the body publishes none"`
	DeclareFrom  ledger.Date      `json:"declare_from" doc:"Day from which it is advised." null:"where nothing is published"`
	Points       rules.Sums       `json:"points"`
	Requirements []requirementMet `json:"requirements"`
	Shortages    []rules.Shortage `json:"shortages"`
	Warnings     []remark         `json:"warnings"`
}

// A statusRow is a requirement of one of the credentials.
type statusRow struct {
	Credential string `json:"credential"`
	requirementMet
}

func (a *app) statusAnswer(s snapshot, all []rules.Standing) statusAnswer {
	out := statusAnswer{AsOf: a.today}
	for _, t := range all {
		item := standingItem{
			judgedCycle: cycleOf(t), DaysLeft: daysLeft(t), DeclareBy: t.DeclareBy, DeclareFrom: t.DeclareFrom, Points: t.Sums, Shortages: t.Shortages,
			Warnings: slices.DeleteFunc(a.remarks(s, t), func(r remark) bool { return r.Code == "" }),
		}
		for _, r := range t.Requirements {
			item.Requirements = append(item.Requirements, metOf(r))
			out.Rows = append(out.Rows, statusRow{s.shortName(t.Credential), metOf(r)})
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
		for _, r := range a.remarks(s, standing) {
			screen.Paragraph(r.Message)
		}
	}
	if len(all) > 1 {
		fmt.Fprintln(a.env.Out)
		screen.Sentence(summaryLine(s, all))
	}
	return nil
}

// headline is the first line of a credential: what it is and how long it
// lasts.
func headline(s rules.Standing) []answer.Cell {
	parts := []answer.Cell{{Text: s.Designation(), Style: answer.Strong}}
	add := func(style answer.Style, format string, args ...any) {
		parts = append(parts, answer.Cell{Text: fmt.Sprintf(format, args...), Style: style})
	}
	days, expires := s.DaysLeft()
	switch {
	case !expires:
		add(answer.Plain, "voluntary, no cycle yet")
		return parts
	case s.State == rules.Declared:
		add(answer.Done, "declared %s", s.Cycle.Declared)
	case !s.Begun():
		add(answer.Plain, "begins %s", s.Cycle.First)
	}
	if days < 0 {
		add(answer.Warning, "expired %s", s.Cycle.Last)
		add(answer.Warning, "%s ago", words.Count(-days, "day"))
		return parts
	}
	add(answer.Plain, "expires %s", s.Cycle.Last)
	add(answer.Plain, "%s left", words.Count(days, "day"))
	if s.DeclareBy != 0 && s.State != rules.Declared && s.Begun() {
		add(answer.Plain, "declare by %s", s.DeclareBy)
	}
	return parts
}

// requirementTable shows how far each requirement is met.
func requirementTable(screen answer.Screen, s rules.Standing) error {
	var rows [][]any
	add := func(title string, required, counted ledger.Points) {
		bar := answer.Cell{Text: screen.Bar(int64(counted), int64(required)), Style: answer.Done}
		remaining := answer.Cell{Text: dash(required - counted)}
		if counted < required {
			bar.Style, remaining.Style = answer.Plain, answer.Warning
		}
		rows = append(rows, []any{title, bar, required, counted, remaining})
	}
	for _, r := range s.Requirements {
		add(r.Title, r.Points, r.Counted)
	}
	add("Total", s.Required, s.Counted)
	return screen.Table("Requirement|cut; Progress|from72; Required|right; Counted|right; Remaining|right", rows)
}

// summaryLine says of all credentials in one line what is to be done.
func summaryLine(s snapshot, all []rules.Standing) string {
	var texts []string
	for _, standing := range all {
		texts = append(texts, s.shortName(standing.Credential)+" "+outlook(standing))
	}
	held := map[int64]bool{}
	for _, standing := range all {
		held[standing.Credential.ID] = true
	}
	return fmt.Sprintf("%s: %s", words.Count(len(held), "credential"), strings.Join(texts, "; "))
}

// outlook says in a few words what is to be done for a credential.
func outlook(s rules.Standing) string {
	switch {
	case s.State == rules.Declared:
		return "declared"
	case !s.Begun():
		return "begins " + s.Cycle.First.String()
	}
	words := openWords(s, words.Points)
	if s.State == rules.Expired {
		words = append([]string{"expired"}, words...)
	}
	if s.Remaining == 0 {
		words = append(words, toDeclare(s))
	}
	return strings.Join(words, ", ")
}

// openWords says what keeps a cycle from being complete, with the first amount in
// the given words.
func openWords(s rules.Standing, amount func(ledger.Points) string) (words []string) {
	switch {
	case isLost(s):
		words = append(words, amount(s.ToEarn)+" lacking")
	case s.ToEarn > 0:
		words = append(words, amount(s.ToEarn)+" to earn")
	}
	if s.Closable > 0 {
		words = append(words, s.Closable.String()+" to allocate")
	}
	if words == nil && s.Remaining > 0 { // the holder's own allocations cost it
		words = append(words, amount(s.Remaining)+" remaining")
	}
	return words
}

func toDeclare(s rules.Standing) string {
	if s.DeclareBy == 0 || s.DeclareBy < s.Today {
		return "to declare"
	}
	return fmt.Sprintf("to declare within %s", words.Count(int(s.DeclareBy-s.Today), "day"))
}

// beShort prepares what --short is given for. It refuses it beside a format
// that was asked for with it, and goes before one that is set for all commands.
func (a *app) beShort(f statusFlags) error {
	a.hurried = f.short // a prompt is waited for
	switch {
	case !f.short || a.settings.Format == answer.Table:
		return nil
	case a.settings.from["format"] == "flag --format":
		return usage("--format %s: --short is a line of text", a.settings.Format).try("leave one of them out")
	}
	a.settings.Format = answer.Table
	return nil
}

// statusShort says in one line what is to be done, the most urgent first, and
// nothing where there is nothing to judge: a prompt has no room for it. On a
// terminal it is as much as fits, and how many credentials more there are.
func (a *app) statusShort(s snapshot, all []rules.Standing) {
	if len(all) == 0 {
		return
	}
	screen := a.screen()
	cells := make([]answer.Cell, len(all))
	for i, t := range all {
		cells[i] = answer.Cell{Text: s.shortName(t.Credential) + " " + shortOutlook(t)}
		switch {
		case t.State == rules.Expired:
			cells[i].Style = answer.Warning
		case t.State == rules.Declared, t.Begun() && t.Remaining == 0:
			cells[i].Style = answer.Done
		}
	}
	screen.OneLine(cells)
}

// shortOutlook says in the fewest words what is to be done for a credential,
// and by when: "1 to earn, 3.5 to allocate, 130d".
func shortOutlook(t rules.Standing) string {
	switch {
	case t.State == rules.Declared:
		return "declared"
	case !t.Begun():
		return "begins " + t.Cycle.First.String()
	}
	parts := openWords(t, ledger.Points.String)
	days, expires := t.DaysLeft()
	if t.State == rules.Expired {
		parts = append([]string{fmt.Sprintf("expired %dd ago", -days)}, parts...)
	}
	inTime := t.DeclareBy != 0 && t.Today <= t.DeclareBy
	switch {
	case t.Remaining > 0:
	case inTime:
		parts = append(parts, "ready", "declare by "+t.DeclareBy.String())
	default:
		parts = append(parts, "ready to declare")
	}
	if expires && t.State != rules.Expired && (t.Remaining > 0 || !inTime) {
		parts = append(parts, fmt.Sprintf("%dd", days))
	}
	return strings.Join(parts, ", ")
}

// days is a number of days such as 90d; 0 is none given.
type days int

// UnmarshalText accepts 1d to 9999d.
func (d *days) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "d")
	n, err := strconv.ParseUint(number, 10, 16)
	if !ok || err != nil || n == 0 || n > 9999 {
		return errors.New("not a number of days such as 90d")
	}
	*d = days(n)
	return nil
}

// MarshalText returns what UnmarshalText accepts.
func (d days) MarshalText() ([]byte, error) {
	if d == 0 {
		return nil, nil
	}
	return fmt.Appendf(nil, "%dd", int(d)), nil
}

// has reports whether something undeclared is to be declared or expires within
// so many days, that day included.
func (d days) has(s rules.Standing) bool {
	if s.State == rules.Declared || s.Cycle.Last == 0 {
		return false
	}
	by := s.Cycle.Last
	if s.DeclareBy != 0 {
		by = min(by, s.DeclareBy)
	}
	return int(by-s.Today) <= int(d)
}
