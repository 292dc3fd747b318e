package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newRulesDiff() *cobra.Command {
	var from, to ledger.Day
	cmd := withRecords(&cobra.Command{
		Use:               "diff CODE [--from DATE] [--to DATE]",
		ValidArgsFunction: a.complete(a.knownCodes).first().shell,
		Short:             "Compare two editions of a credential's rules, and what they mean for you",
		Long: `Compare what two editions of a credential's rules require. Each is chosen by the
last day of a cycle, as with cmp rules show --expires: that of --from, else of
your own running cycle, else today; that of --to, else the newest edition.

Of a credential that you hold it says what your running cycle would lack by
either edition. What was declared is settled, and no edition changes it.`,
		Example: `  cmp rules diff BB --from 2023-12-31 --to 2024-01-01
  cmp rules diff MLS`,
		Args: oneArgument("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.rulesDiff(ctx, args[0], from.Date(a.today), to.Date(a.today))
		}),
	})
	cmd.Flags().TextVar(&from, "from", ledger.Day{}, "last `day` of a cycle of the one edition (default: that of your own cycle)")
	cmd.Flags().TextVar(&to, "to", ledger.Day{}, "last `day` of a cycle of the other edition (default: the newest)")
	return cmd
}

// A comparison is two editions of a credential's rules.
type comparison struct {
	before, after *rules.Edition
	editions      []*rules.Edition // all of them, oldest first
	changes       []rules.Compared
	yours         *comparedCycle // nil where the credential is not held
}

// A comparedCycle is the running cycle of the holder, judged by both.
type comparedCycle struct {
	by            string // the edition that it is judged by in truth
	before, after rules.Standing
}

func (a *app) rulesDiff(ctx context.Context, text string, from, to ledger.Date) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	name, own, err := a.ruleName(s, text)
	if err != nil {
		return err
	}
	c, err := a.compared(name, from, firstDay(own, a.today), to)
	if err != nil {
		return err
	}
	if err := a.compareYours(s, name, c); err != nil {
		return err
	}
	switch {
	case a.settings.Format != answer.Table:
		return a.print(c.answer())
	case c.before == c.after:
		a.tellSame(c)
		return nil
	}
	return a.printDiff(c)
}

// firstDay returns the first of the days that is one.
func firstDay(days ...ledger.Date) ledger.Date {
	for _, d := range days {
		if d != 0 {
			return d
		}
	}
	return 0
}

// compared finds the two editions: of a cycle that ends on the day from or,
// without one, on the holder's own, and on the day to or, without one, the
// newest.
func (a *app) compared(name ledger.CredentialName, from, own, to ledger.Date) (*comparison, error) {
	editions, err := a.book.Editions(name)
	if err != nil {
		return nil, err
	}
	c := &comparison{editions: editions}
	if c.before, err = a.editionOn("--from", name, from, own); err != nil {
		return nil, err
	}
	if c.after, err = a.editionOn("--to", name, to, editions[len(editions)-1].From); err != nil {
		return nil, err
	}
	c.changes = rules.Compare(c.before, c.after)
	return c, nil
}

// compareYours judges the running cycle of the holder by both editions.
func (a *app) compareYours(s snapshot, name ledger.CredentialName, c *comparison) error {
	i := slices.IndexFunc(s.Credentials, func(held ledger.Credential) bool { return held.CredentialName == name })
	if i < 0 {
		return nil
	}
	held := s.Credentials[i]
	account, err := a.account(s, held, held.Current())
	if err != nil {
		return err
	}
	by := account.Edition.ID
	judged := func(e *rules.Edition) rules.Standing {
		judged := account
		judged.Edition = e
		if a.auto() && held.Current().Declared == 0 {
			judged.Allocations = rules.Allocate(judged, a.today, false).Allocations
		}
		return rules.Evaluate(judged, a.today)
	}
	c.yours = &comparedCycle{by, judged(c.before), judged(c.after)}
	return nil
}

// tellSame says that both days have the same rules, and which other ones there
// are.
func (a *app) tellSame(c *comparison) {
	a.tell("%s: both have the same rules, %s.", c.after.Name.Designation(), period(c.after, c.editions))
	for _, other := range c.editions {
		if other != c.after {
			a.tell("Other rules hold for cycles that end %s: cmp rules diff %s --from %s", span(other, c.editions), c.after.Name, exampleDay(other, c.editions))
		}
	}
}

func (a *app) printDiff(c *comparison) error {
	screen := a.screen()
	screen.Line([]answer.Cell{{Text: c.after.Name.Designation(), Style: answer.Strong}, {Text: c.after.Title}})
	a.tell("From %s", period(c.before, c.editions))
	a.tell("to %s", period(c.after, c.editions))
	fmt.Fprintln(a.env.Out)
	var rows [][]any
	for _, x := range c.changes {
		change := answer.Cell{Text: signed(x.Change)}
		if x.Change > 0 {
			change.Style = answer.Warning
		}
		rows = append(rows, []any{x.Title, figurePoints(x.Before), figurePoints(x.After), change})
	}
	if err := screen.Table("Requirement|cut; "+c.columns(), rows); err != nil {
		return err
	}
	if lines := diffLines(c); len(lines) > 0 {
		fmt.Fprintln(a.env.Out)
		for _, line := range lines {
			screen.Paragraph(line)
		}
	}
	return a.printYours(c)
}

// diffLines says what the table of changes cannot.
func diffLines(c *comparison) []string {
	var lines []string
	for _, change := range c.changes {
		if change.Before != nil && change.After != nil && !change.SameTopics() {
			lines = append(lines, fmt.Sprintf("%s accepts %s, before %s.", change.Title, topicList(change.TopicsAfter), topicList(change.TopicsBefore)))
		}
	}
	lines = append(lines, diffProvenance(c)...)
	for _, e := range []*rules.Edition{c.before, c.after} {
		if e.Note != "" {
			lines = append(lines, fmt.Sprintf("%s: %s.", e.ID, e.Note))
		}
		if own := ownFigures(e); own != "" {
			lines = append(lines, e.ID+": "+own+".")
		}
	}
	return lines
}

// diffProvenance says which figures that are the same in both are surer or less
// sure in one, or only have another source there.
func diffProvenance(c *comparison) []string {
	var order []string
	titles := map[string][]string{}
	for _, x := range c.changes {
		what := ""
		switch {
		case x.Before == nil || x.After == nil || x.Before.Points != x.After.Points:
		case x.Before.Confidence != x.After.Confidence:
			what = fmt.Sprintf("is %s, before %s", x.After.Confidence, x.Before.Confidence)
		case x.Before.Source != x.After.Source || x.Before.Pack != x.After.Pack:
			what = "has another source"
		}
		if what == "" {
			continue
		}
		if titles[what] == nil {
			order = append(order, what)
		}
		titles[what] = append(titles[what], lower(x.Title))
	}
	lines := make([]string, len(order))
	for i, what := range order {
		lines[i] = fmt.Sprintf("The same figure %s: %s.", what, words.List("and", titles[what]))
	}
	return lines
}

// figurePoints returns the points of a figure, or a dash where there is none.
func figurePoints(f *rules.Figure) string {
	if f == nil {
		return "-"
	}
	return f.Points.String()
}

// signed returns a difference of points with its sign, or a dash for none.
func signed(p ledger.Points) string {
	if p > 0 {
		return "+" + p.String()
	}
	return dash(p)
}

// printYours says what either edition means for the holder's running cycle.
func (a *app) printYours(c *comparison) error {
	y, screen := c.yours, a.screen()
	if y == nil {
		return nil
	}
	fmt.Fprintln(a.env.Out)
	cycle := "what counts today"
	if last := y.after.Cycle.Last; last != 0 {
		cycle = fmt.Sprintf("your cycle to %s", last)
	}
	if declared := y.after.Cycle.Declared; declared != 0 {
		screen.Paragraph(fmt.Sprintf("For you nothing changes: %s was declared on %s.", cycle, declared))
		return nil
	}
	rows := y.lines()
	if len(rows) == 2 && y.before.Remaining == y.after.Remaining && y.before.ToEarn == y.after.ToEarn {
		screen.Paragraph(fmt.Sprintf("For %s nothing changes: by either %s %s remaining.", cycle, words.Points(y.after.Remaining), words.Agree(y.after.Remaining, "is", "are")))
		return nil
	}
	screen.Paragraph(fmt.Sprintf("%s is judged by %s. By each it would lack, as your credits are allocated now:", words.Upper(cycle), y.by))
	fmt.Fprintln(a.env.Out)
	cells := make([][]any, len(rows))
	for i, r := range rows {
		cells[i] = []any{r.Name, r.Before, r.After, signed(r.After - r.Before)}
	}
	return screen.Table("Remaining|cut; "+c.columns(), cells)
}

// columns are those of two editions.
func (c *comparison) columns() string {
	return fmt.Sprintf("%s|right; %s|right; Change|right", c.before.From, c.after.From)
}

// A yourLine is what a requirement, or total, or "to-earn", lacks by two editions.
type yourLine struct {
	Requirement ledger.Requirement `json:"requirement"`
	Name        string             `json:"name" doc:"In words."`
	Before      ledger.Points      `json:"before" doc:"That remain."`
	After       ledger.Points      `json:"after" doc:"That remain."`
}

// lines returns what differs in what remains of a requirement, then what
// remains in all and what must be earned.
func (y *comparedCycle) lines() []yourLine {
	var all []yourLine
	remaining := func(s rules.Standing, name ledger.Requirement) ledger.Points {
		for _, r := range s.Requirements {
			if r.Name == name {
				return r.Remaining
			}
		}
		return 0
	}
	for _, change := range rules.Compare(y.before.Edition, y.after.Edition) {
		line := yourLine{change.Requirement, change.Title, remaining(y.before, change.Requirement), remaining(y.after, change.Requirement)}
		if line.Before != line.After {
			all = append(all, line)
		}
	}
	return append(all, yourLine{rules.Total, "Total", y.before.Remaining, y.after.Remaining}, yourLine{"to-earn", "To earn", y.before.ToEarn, y.after.ToEarn})
}

type rulesDiffAnswer struct {
	Schema string `json:"schema" shape:"cmp.rules-diff/1" title:"Two editions of the rules compared" doc:"Written by cmp rules diff."`
	naming
	Before       editionRef       `json:"before"`
	After        editionRef       `json:"after"`
	Same         bool             `json:"same" doc:"Both are one edition."`
	Requirements []rules.Compared `json:"requirements"`
	Yours        *yourCycle       `json:"yours" null:"where the credential is not held"`
	Rows         []diffRow        `records:"credential requirement before=before.points after=after.points change confidence_before=before.confidence confidence_after=after.confidence"`
}

// yourCycle is the running cycle judged by both editions.
type yourCycle struct {
	Cycle        ledger.Cycle `json:"cycle" null:"before the first cycle of a voluntary credential"`
	Rules        string       `json:"rules" doc:"Edition that it is judged by in truth."`
	Declared     ledger.Date  `json:"declared" doc:"Then no edition changes anything." null:"while it is not"`
	Before       rules.Sums   `json:"before"`
	After        rules.Sums   `json:"after"`
	Requirements []yourLine   `json:"requirements" doc:"Of which another amount remains."`
}

type diffRow struct {
	ledger.CredentialName
	rules.Compared
}

func (c *comparison) answer() rulesDiffAnswer {
	name := c.after.Name
	out := rulesDiffAnswer{
		naming: naming{name, name.Designation()}, Before: refTo(c.before), After: refTo(c.after), Same: c.before == c.after, Requirements: c.changes,
	}
	for _, x := range c.changes {
		out.Rows = append(out.Rows, diffRow{name, x})
	}
	if y := c.yours; y != nil {
		lines := y.lines()
		out.Yours = &yourCycle{y.after.Cycle, y.by, y.after.Cycle.Declared, y.before.Sums, y.after.Sums, lines[:len(lines)-2]}
	}
	return out
}
