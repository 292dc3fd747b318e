package cli

import (
	"context"
	"fmt"
	"slices"
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
	s, err := a.lookToJudge(ctx)
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
	case a.settings.Format == answer.JSON:
		err = a.statusJSON(s, all)
	case a.settings.Format != answer.Table:
		err = a.statusRecords(s, all)
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
	if err == nil && f.check && slices.ContainsFunc(all, isOpen) {
		return errSilentNo
	}
	return err
}

// isOpen reports whether something remains, or the credential is expired,
// and it is not declared.
func isOpen(s rules.Standing) bool {
	return s.State != rules.Declared && (s.Remaining > 0 || s.State == rules.Expired)
}

func (a *app) statusRecords(s snapshot, all []rules.Standing) error {
	header := []string{"credential", "requirement", "required", "allocated", "counted", "remaining"}
	var rows [][]string
	for _, standing := range all {
		for _, r := range standing.Requirements {
			rows = append(rows, []string{
				s.shortName(standing.Credential), string(r.Name), r.Points.String(), r.Allocated.String(), r.Counted.String(), r.Remaining.String(),
			})
		}
	}
	return answer.Records(a.env.Out, a.settings.Format, header, rows)
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
			screen.Paragraph(r.message)
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
	columns := []answer.Column{
		{Title: "Requirement", Cut: true}, {Title: "Progress", Spare: true}, {Title: "Required", Right: true},
		{Title: "Counted", Right: true}, {Title: "Remaining", Right: true},
	}
	var rows [][]answer.Cell
	add := func(title string, required, counted ledger.Points) {
		row := answer.Cells(title, screen.Bar(int64(counted), int64(required)), required.String(), counted.String(), dash(required-counted))
		row[1].Style = answer.Done
		if counted < required {
			row[1].Style, row[4].Style = answer.Plain, answer.Warning
		}
		rows = append(rows, row)
	}
	for _, r := range s.Requirements {
		add(r.Title, r.Points, r.Counted)
	}
	add("Total", s.Required, s.Counted)
	return screen.Table(columns, rows)
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
