package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newRulesShow() *cobra.Command {
	var expires ledger.Day
	cmd := withRecords(&cobra.Command{
		Use:   "show CODE",
		Short: "Show what a credential requires, with sources",
		Long: `Show what a credential requires for a cycle, with the source of each figure. The
day the cycle ends decides which rules apply. It is the day of --expires, or
else the end of your own cycle, or else today.`,
		Example: `  cmp rules show MLS
  cmp rules show BB --expires 2023-12-31`,
		Args: oneCredential,
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.rulesShow(ctx, args[0], expires.Date(a.today))
		}),
	})
	cmd.Flags().TextVar(&expires, "expires", ledger.Day{}, "last `day` of the cycle (default: the end of your own cycle, or today)")
	return cmd
}

// An editionRef names an edition of the rules.
type editionRef struct {
	Edition    string           `json:"edition" doc:"Such as ascp/MLS@2023-01-01."`
	Confidence rules.Confidence `json:"confidence" doc:"Of its least sure figure."`
	Pack       string           `json:"pack" doc:"Rule pack that states it, without its ending." empty:"for what ships with the program"`
}

func refTo(e *rules.Edition) editionRef { return editionRef{e.ID, e.Confidence(), e.Pack} }

type rulesAnswer struct {
	Schema string `json:"schema" shape:"cmp.rules/1" title:"What a credential requires" doc:"Written by cmp rules show."`
	editionDetails
	Pack     string    `json:"pack" doc:"Rule pack that states it, without its ending." empty:"for what ships with the program"`
	Editions []string  `json:"editions" doc:"All of the credential."`
	Rows     []ruleRow `records:"credential edition=Edition requirement points confidence source pack" table:"Title|Requirement|cut; points|Points|right; Accepts|Accepts|wrap wide; Cited|Source"`
}

// editionDetails are what an edition of the rules says.
type editionDetails struct {
	naming
	Name         string              `json:"name" doc:"Of the credential, in words."`
	Edition      string              `json:"edition" doc:"Such as ascp/MLS@2023-01-01."`
	From         ledger.Date         `json:"from" doc:"Earliest last day of a cycle that it is for."`
	Confidence   rules.Confidence    `json:"confidence" doc:"Of its least sure figure."`
	Note         string              `json:"note" empty:"where there is none"`
	Total        rules.Figure        `json:"total"`
	Requirements []rules.Requirement `json:"requirements"`
	Category     *rules.Figure       `json:"category" doc:"Needed in each category that is held, taken from other." null:"where the rules do not go by categories"`
	FirstPeriods []rules.FirstPeriod `json:"first_periods" doc:"Totals of a first cycle."`
}

func detailsOf(e *rules.Edition) editionDetails {
	return editionDetails{
		naming{e.Name, e.Name.Designation()}, e.Title, e.ID, e.From, e.Confidence(), e.Note, e.Total, e.Requirements, e.Category, e.FirstPeriods,
	}
}

type ruleRow struct {
	ledger.CredentialName
	Edition     string
	Requirement ledger.Requirement `json:"requirement"`
	rules.Figure
	Title, Accepts string
	Cited          answer.Cell
}

func (a *app) rulesShow(ctx context.Context, text string, expires ledger.Date) error {
	editions, c, err := a.editionsOf(ctx, text)
	if err != nil {
		return err
	}
	e, err := a.editionOn("--expires", c, expires, c.Current().Last, a.today)
	if err != nil {
		return err
	}
	out := rulesAnswer{editionDetails: detailsOf(e), Pack: e.Pack}
	for _, other := range editions {
		out.Editions = append(out.Editions, other.ID)
	}
	p := a.paper(a.screen())
	p.sure = true
	for _, r := range append(slices.Clone(e.Requirements), rules.Requirement{Name: rules.Total, Title: "Total", Figure: e.Total}) {
		row := ruleRow{e.Name, e.ID, r.Name, r.Figure, r.Title, topicList(r.Topics), answer.Cell{Text: p.mark(r.Provenance)}}
		if r.Name == ledger.Other {
			row.Accepts = words.AnyTopic(r.Except)
		}
		if r.Confidence == rules.Assumed {
			row.Cited.Style = answer.Warning
		}
		out.Rows = append(out.Rows, row)
	}
	if a.settings.Format != answer.Table {
		return a.print(out)
	}
	return p.showRules(e, editions, out, cmp.Or(expires, c.Current().Last))
}

func (p *paper) showRules(e *rules.Edition, editions []*rules.Edition, out rulesAnswer, last ledger.Date) error {
	span, _ := spanOf(e, editions)
	p.Line([]answer.Cell{{Text: out.Designation, Style: answer.Strong}, {Text: e.Title}, {Text: e.Programme.Name}})
	p.Sentence(fmt.Sprintf("%s in %s, for cycles that end %s", words.Points(e.Total.Points), words.Months(e.Programme.Cycle.Months), span))
	p.gap()
	if err := p.Write(answer.Table, out); err != nil {
		return err
	}
	p.gap()
	p.held(e)
	of := e.Programme
	fees, err := p.app.book.Fees(of.Body)
	if err != nil {
		return err
	}
	p.section("When to declare", of, of.DeclareFrom != nil || of.DeclareBy != nil, func() { p.declaring(of, last) })
	p.section("What it costs", of, fees != nil, func() { p.fees(fees, e.Name.Code) })
	if of.Audit.Text != "" {
		p.head("What proof to keep")
		p.say("For an audit: %s %s.", of.Audit.Text, p.mark(of.Audit.Provenance))
	}
	p.head("What counts")
	p.counting(e)
	p.notes(e, editions)
	p.head("Sources of " + e.ID)
	p.listSources()
	return nil
}

func (p *paper) head(title string) { p.Line([]answer.Cell{{Text: title, Style: answer.Strong}}) }

// section says something of a body under a title, or that it is not known. A pack says of its
// own body what there is to say.
func (p *paper) section(title string, of *rules.Programme, known bool, say func()) {
	switch {
	case known:
		p.head(title)
		say()
	case of.Cycle.Pack == "":
		p.head(title)
		p.say("We found nothing published.")
	}
}

// held says what depends on who holds the credential.
func (p *paper) held(e *rules.Edition) {
	if f := e.Category; f != nil {
		p.say("%s %s needed in each category that you are licensed in, taken from other %s.",
			words.Points(f.Points), words.Agree(f.Points, "is", "are"), p.mark(f.Provenance))
	}
	for _, f := range e.FirstPeriods {
		p.say("If it was granted in the last %s of the first cycle, that cycle needs %s %s.", words.Count(f.Within, "month"), words.Points(f.Points), p.mark(f.Provenance))
	}
}

// counting says which credits count.
func (p *paper) counting(e *rules.Edition) {
	of := e.Programme
	lasts := fmt.Sprintf("%s: a cycle lasts %s %s", of.Title, words.Months(of.Cycle.Months), p.mark(of.Cycle.Provenance))
	if of.Ends != nil {
		lasts += fmt.Sprintf(" and ends on %s %s", words.YearDay(of.Ends), p.mark(of.Ends.Provenance))
	}
	p.say("%s. Credits from its first day to its last count, both included.", lasts)
	if last := of.LastYears; last != nil {
		p.say("The credits of the last %s count once it has expired, or before a voluntary credential completes its first cycle %s.",
			words.Months(last.Months), p.mark(last.Provenance))
	}
	if once := of.Expired; once.Text != "" {
		p.say("%s %s.", words.Upper(once.Text), p.mark(once.Provenance))
	}
	for _, k := range of.Caps {
		p.say("Credits of the kind %s count for at most %s together %s.", k.Activity, words.Points(k.Points(e.Total.Points)), p.mark(k.Provenance))
	}
}

// notes says what else there is to know.
func (p *paper) notes(e *rules.Edition, editions []*rules.Edition) {
	if e.Note != "" || e.Programme.Notes != nil || e.Pack != "" || len(editions) > 1 {
		p.head("Good to know")
	}
	if e.Note != "" {
		p.say("%s.", words.Upper(e.Note))
	}
	for _, note := range e.Programme.Notes {
		p.say("%s %s.", words.Upper(note.Text), p.mark(note.Provenance))
	}
	if own := words.OwnFigures(e); own != "" {
		p.say("%s.", own)
	}
	p.Paragraph(p.app.otherRules(e, editions, "show", "--expires")...)
}

// declaring says when to declare, also in days if a cycle has the last day, and when the
// body renews.
func (p *paper) declaring(of *rules.Programme, last ledger.Date) {
	if from := of.DeclareFrom; from != nil {
		line := fmt.Sprintf("The board accepts your declaration from %s before it expires %s.", words.Span(*from), p.mark(from.Provenance))
		if last != 0 {
			line += fmt.Sprintf(" If it expires on %s, that is %s.", last, words.FirstToDeclare(of, last))
		}
		p.say("%s", line)
	}
	if by := of.DeclareBy; by != nil {
		p.say("Declare at least %s before it expires %s.", words.Span(*by), p.mark(by.Provenance))
	}
	if renews := of.RenewsFrom; renews != nil {
		p.say("The board renews it in the month it expires, on day %d at the earliest %s.", renews.Day, p.mark(renews.Provenance))
	}
}

func (p *paper) fees(fees *rules.Fees, code string) {
	fee := fees.On(p.app.today)
	line := fmt.Sprintf("%s %s.", words.Fee(fees.Currency, fee), p.mark(fee.Provenance))
	if fee.Reinstatement == nil {
		line += " The cost of reinstatement is not known."
	}
	if fees.Further.Text != "" {
		line += fmt.Sprintf(" For a further credential: %s %s.", fees.Further.Text, p.mark(fees.Further.Provenance))
	}
	if annual := fees.AnnualFee(code); annual != nil {
		line += fmt.Sprintf(" An annual fee of %d %s is due each year in the month you were certified %s.", annual.Amount, fees.Currency, p.mark(annual.Provenance))
	} else if fees.Annual != nil {
		line += " Its annual fee is not known."
	}
	for _, note := range fees.Notes {
		line += " " + words.Upper(note.Text) + " " + p.mark(note.Provenance) + "."
	}
	p.Paragraph(line)
}

// editionsOf returns the editions for a credential, the oldest first, and the credential of
// the holder, which goes before others of that name; else one with a cycle without days.
func (a *app) editionsOf(ctx context.Context, text string) (all []*rules.Edition, c ledger.Credential, err error) {
	s, err := a.look(ctx)
	if err != nil {
		return nil, c, err
	}
	if slices.ContainsFunc(s.Credentials, func(c ledger.Credential) bool { return c.Matches(text) }) {
		if c, err = a.held(s, text); err != nil {
			return nil, c, err
		}
		if all, err = a.book.Editions(c.CredentialName); err != nil {
			err = &actions.UnjudgedError{Credential: c, Err: err}
		}
		return all, c, err
	}
	name, err := a.known(text, true)
	if err == nil {
		all, err = a.book.Editions(name)
	}
	return all, ledger.Credential{CredentialName: name, Cycles: make([]ledger.Cycle, 1)}, err
}

// editionOn returns the edition for a cycle that ends on the given day, or else on the
// first of the others that is not 0, as it holds for the credential.
func (a *app) editionOn(flag string, c ledger.Credential, given ledger.Date, others ...ledger.Date) (*rules.Edition, error) {
	name := c.CredentialName
	days := slices.DeleteFunc(append([]ledger.Date{given}, others...), func(d ledger.Date) bool { return d == 0 })
	e, err := a.book.Edition(name, days[0])
	switch {
	case err != nil && given != 0:
		return nil, usage("%s %s: %w", flag, given, err)
	case err != nil:
		return nil, usage("%s: %w", name, err).try("name a later day: %s DATE", flag)
	}
	cycle := ledger.Cycle{ID: -1, Last: days[0]} // a later one, unless it is recorded
	if i := slices.IndexFunc(c.Cycles, func(y ledger.Cycle) bool { return y.Last == days[0] }); i >= 0 {
		cycle = c.Cycles[i]
	}
	return e.For(c, cycle), nil
}

func topicList(topics []ledger.Topic) string { return strings.Join(words.Strings(topics), ", ") }

func editionPeriod(e *rules.Edition, editions []*rules.Edition) string {
	span, _ := spanOf(e, editions)
	return fmt.Sprintf("%s, for cycles that end %s", e.ID, span)
}

// spanOf says on which days the cycles of an edition end, and returns one of these days,
// the last if there is one.
func spanOf(e *rules.Edition, editions []*rules.Edition) (span string, day ledger.Date) {
	span, day = fmt.Sprintf("on %s or later", e.From), e.From
	if next := slices.IndexFunc(editions, func(x *rules.Edition) bool { return x.ID == e.ID }) + 1; next < len(editions) {
		day = editions[next].From - 1
		span = fmt.Sprintf("from %s to %s", e.From, day)
	}
	if e.FromConfidence != "" {
		span += fmt.Sprintf(" (the first day is %s)", e.FromConfidence)
	}
	return span, day
}

// otherRules returns a line for each other edition, with the command that shows it.
func (a *app) otherRules(e *rules.Edition, editions []*rules.Edition, command, flag string) (lines []string) {
	for _, other := range editions {
		if other.ID != e.ID {
			span, day := spanOf(other, editions)
			lines = append(lines, a.text("Other rules apply to cycles that end %s: %s", span, ledger.Command{"rules", command, e.Name.String(), flag, day.String()}))
		}
	}
	return lines
}

func (a *app) newRulesDiff() *cobra.Command {
	var from, to ledger.Day
	cmd := withRecords(&cobra.Command{
		Use:   "diff CODE [--from DATE] [--to DATE]",
		Short: "Compare two editions of a credential's rules",
		Long: `Compare what a credential requires for two cycles that end on different days.
--from is the last day of the first cycle. Without it, cmp takes the end of your
own cycle, or today. --to is the last day of the second cycle. Without it, cmp
takes the newest rules.

The last day of your own cycle decides its rules, even when newer rules appear.`,
		Example: `  cmp rules diff BB --from 2023-12-31 --to 2024-01-01
  cmp rules diff MLS`,
		Args: oneCredential,
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.rulesDiff(ctx, args[0], from.Date(a.today), to.Date(a.today))
		}),
	})
	cmd.Flags().TextVar(&from, "from", ledger.Day{}, "last `day` of the first cycle (default: the end of your own cycle, or today)")
	cmd.Flags().TextVar(&to, "to", ledger.Day{}, "last `day` of the second cycle (default: the newest rules)")
	return cmd
}

type rulesDiffAnswer struct {
	Schema string `json:"schema" shape:"cmp.rules-diff/2" title:"Two editions of the rules compared" doc:"Written by cmp rules diff."`
	naming
	Before        editionRef       `json:"before"`
	After         editionRef       `json:"after"`
	Same          bool             `json:"same" doc:"Both are one edition."`
	Requirements  []rules.Compared `json:"requirements"`
	Rows          []diffRow        `records:"credential requirement before=before.points after=after.points change confidence_before=before.confidence confidence_after=after.confidence" table:"name|Requirement|cut; before.points|Before|right dash; after.points|After|right dash; Signed|Change|right"`
	before, after *rules.Edition
}

type diffRow struct {
	ledger.CredentialName
	rules.Compared
	Signed answer.Cell
}

func (a *app) rulesDiff(ctx context.Context, text string, from, to ledger.Date) error {
	editions, c, err := a.editionsOf(ctx, text)
	if err != nil {
		return err
	}
	name := c.CredentialName
	out := rulesDiffAnswer{naming: naming{name, name.Designation()}}
	if out.before, err = a.editionOn("--from", c, from, c.Current().Last, a.today); err != nil {
		return err
	}
	if out.after, err = a.editionOn("--to", c, to, editions[len(editions)-1].From); err != nil {
		return err
	}
	out.Before, out.After, out.Same = refTo(out.before), refTo(out.after), out.before.ID == out.after.ID
	out.Requirements = rules.Compare(out.before, out.after)
	for _, x := range out.Requirements {
		row := diffRow{name, x, answer.Cell{Text: signedPoints(x.Change)}}
		if x.Change > 0 {
			row.Signed.Style = answer.Warning
		}
		out.Rows = append(out.Rows, row)
	}
	switch {
	case a.settings.Format != answer.Table:
		return a.print(out)
	case out.Same:
		a.tell("%s: nothing changes, both cycles have the rules %s.", out.Designation, editionPeriod(out.after, editions))
		a.tellLines(a.otherRules(out.after, editions, "diff", "--from"))
		return nil
	}
	return a.paper(a.screen()).showDiff(out, editions)
}

func (p *paper) showDiff(out rulesDiffAnswer, editions []*rules.Edition) error {
	p.Line([]answer.Cell{{Text: out.Designation, Style: answer.Strong}, {Text: out.after.Title}})
	p.Sentence("From " + editionPeriod(out.before, editions))
	p.Sentence("to " + editionPeriod(out.after, editions))
	p.gap()
	if err := p.Write(answer.Table, out); err != nil {
		return err
	}
	if lines := diffLines(out); lines != nil {
		p.gap()
		p.Paragraph(lines...)
	}
	return nil
}

func diffLines(out rulesDiffAnswer) (lines []string) {
	for _, x := range out.Requirements {
		if x.Before != nil && x.After != nil && !slices.Equal(x.TopicsBefore, x.TopicsAfter) {
			lines = append(lines, fmt.Sprintf("%s accepts %s (before: %s).", x.Title, topicList(x.TopicsAfter), topicList(x.TopicsBefore)))
		}
	}
	for _, e := range []*rules.Edition{out.before, out.after} {
		if e.Note != "" {
			lines = append(lines, fmt.Sprintf("%s: %s.", e.ID, e.Note))
		}
		if own := words.OwnFigures(e); own != "" {
			lines = append(lines, e.ID+": "+own+".")
		}
	}
	return lines
}

// signedPoints returns a difference of points with its sign, or a dash for none.
func signedPoints(p ledger.Points) string {
	if p > 0 {
		return "+" + p.String()
	}
	return dash(p)
}
