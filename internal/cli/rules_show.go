package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
		Use:               "show CODE",
		ValidArgsFunction: a.complete(a.knownCodes).first().shell,
		Short:             "Show what a credential requires, with sources",
		Long: `Show what a credential requires of a cycle. The rules are chosen by the day the
cycle ends: that of --expires, else of your own running cycle, else today.`,
		Example: `  cmp rules show MLS
  cmp rules show BB --expires 2023-12-31`,
		Args: oneArgument("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.rulesShow(ctx, args[0], expires.Date(a.today))
		}),
	})
	cmd.Flags().TextVar(&expires, "expires", ledger.Day{}, "last `day` of the cycle (default: that of your own cycle, or else today)")
	return cmd
}

func (a *app) rulesShow(ctx context.Context, text string, expires ledger.Date) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	name, own, err := a.ruleName(s, text)
	if err != nil {
		return err
	}
	edition, err := a.editionOn("--expires", name, expires, own, a.today)
	if err != nil {
		return err
	}
	editions, err := a.book.Editions(name)
	if err != nil {
		return err
	}
	if a.settings.Format == answer.Table {
		return a.printRules(edition, editions)
	}
	return a.print(rulesAnswerOf(edition, editions))
}

// ruleName returns the credential that text names, first among the holder's
// own, then among all, and the last day of the holder's running cycle.
func (a *app) ruleName(s snapshot, text string) (ledger.CredentialName, ledger.Date, error) {
	for _, c := range s.Credentials {
		if c.Matches(text) {
			c, err := a.held(s, text)
			if err != nil {
				return ledger.CredentialName{}, 0, err
			}
			_, err = a.book.Editions(c.CredentialName)
			if unknown := (*rules.UnknownCredentialError)(nil); errors.As(err, &unknown) {
				err = a.noRules(c, unknown)
			}
			return c.CredentialName, c.Current().Last, err
		}
	}
	names, err := a.book.Resolve(text)
	if err != nil {
		return ledger.CredentialName{}, 0, err
	}
	if len(names) > 1 {
		return ledger.CredentialName{}, 0, actions.Ambiguous(text, names)
	}
	return names[0], 0, nil
}

// editionOn returns the rules of a cycle that ends on the day that the flag was
// given, or else on the first of others that is one.
func (a *app) editionOn(flag string, name ledger.CredentialName, given ledger.Date, others ...ledger.Date) (*rules.Edition, error) {
	e, err := a.book.Edition(name, firstDay(append([]ledger.Date{given}, others...)...))
	switch {
	case err != nil && given != 0:
		return nil, usage("%s %s: %w", flag, given, err)
	case err != nil:
		return nil, usage("%s: %w", name, err).try("give %s DATE", flag)
	}
	return e, nil
}

// A ruleLine is one figure of an edition.
type ruleLine struct {
	requirement ledger.Requirement // or "total"
	title       string
	figure      rules.Figure
	accepts     string // in words
}

func ruleLines(e *rules.Edition) []ruleLine {
	var lines []ruleLine
	for _, r := range e.Requirements {
		accepts := topicList(r.Topics)
		switch {
		case r.Name == ledger.Other:
			accepts = "any topic"
		case r.Except != nil:
			accepts = "any topic but " + topicList(r.Except)
		}
		lines = append(lines, ruleLine{r.Name, r.Title, r.Figure, accepts})
	}
	return append(lines, ruleLine{rules.Total, "Total", e.Total, ""})
}

type rulesAnswer struct {
	Schema string `json:"schema" shape:"cmp.rules/1" title:"What a credential requires" doc:"Written by cmp rules show."`
	naming
	Name         string              `json:"name" doc:"In words."`
	Edition      string              `json:"edition" doc:"Such as ascp/MLS@2023-01-01."`
	From         ledger.Date         `json:"from" doc:"First last day of a cycle that it holds for."`
	Confidence   rules.Confidence    `json:"confidence" doc:"Of its least sure figure."`
	Pack         string              `json:"pack" doc:"Rule pack that states it, without its ending." empty:"for what ships with the program"`
	Note         string              `json:"note" empty:"where there is none"`
	Total        rules.Figure        `json:"total"`
	Requirements []rules.Requirement `json:"requirements"`
	Editions     []string            `json:"editions" doc:"All of the credential."`
	Rows         []ruleRow           `records:"credential edition=Edition requirement points confidence source pack"`
}

// A ruleRow is one figure of an edition.
type ruleRow struct {
	ledger.CredentialName
	Edition     string
	Requirement ledger.Requirement `json:"requirement"`
	rules.Figure
}

func rulesAnswerOf(e *rules.Edition, editions []*rules.Edition) rulesAnswer {
	out := rulesAnswer{
		naming: naming{e.Name, e.Name.Designation()}, Name: e.Title, Edition: e.ID, From: e.From, Confidence: e.Confidence(),
		Pack: e.Pack, Note: e.Note, Total: e.Total, Requirements: e.Requirements,
	}
	for _, l := range ruleLines(e) {
		out.Rows = append(out.Rows, ruleRow{e.Name, e.ID, l.requirement, l.figure})
	}
	for _, other := range editions {
		out.Editions = append(out.Editions, other.ID)
	}
	return out
}

func (a *app) printRules(e *rules.Edition, editions []*rules.Edition) error {
	screen := a.screen()
	screen.Line([]answer.Cell{{Text: e.Name.Designation(), Style: answer.Strong}, {Text: e.Title}})
	screen.Sentence(period(e, editions))
	fmt.Fprintln(a.env.Out)
	var sources []string
	var rows [][]any
	for _, l := range ruleLines(e) {
		confidence := answer.Cell{Text: string(l.figure.Confidence)}
		if l.figure.Confidence == rules.Assumed {
			confidence.Style = answer.Warning
		}
		rows = append(rows, []any{l.title, l.figure.Points, l.accepts, confidence, cite(&sources, l.figure.Provenance)})
	}
	if err := screen.Table("Requirement|cut; Points|right; Accepts|wrap; Confidence; Source", rows); err != nil {
		return err
	}
	fmt.Fprintln(a.env.Out)
	if e.Note != "" {
		screen.Paragraph(words.Upper(e.Note) + ".")
	}
	if own := ownFigures(e); own != "" {
		screen.Paragraph(own + ".")
	}
	for _, line := range programmeLines(e, &sources) {
		screen.Paragraph(line)
	}
	if line, err := a.feeLine(e, &sources); err != nil {
		return err
	} else if line != "" {
		screen.Paragraph(line)
	}
	a.printSources(sources)
	for _, other := range editions {
		if other.ID != e.ID {
			screen.Paragraph(fmt.Sprintf("Other rules hold for cycles that end %s: cmp rules show %s --expires %s",
				span(other, editions), e.Name, exampleDay(other, editions)))
		}
	}
	return nil
}

func topicList(topics []ledger.Topic) string {
	parts := make([]string, len(topics))
	for i, t := range topics {
		parts[i] = string(t)
	}
	return strings.Join(parts, ", ")
}

// cite returns the numbers under which sources are listed, and lists those
// that are not yet. What a pack says is listed as that.
func cite(sources *[]string, p rules.Provenance) string {
	var marks []string
	for s := range strings.SplitSeq(p.Source, "; ") {
		if owner := p.Owner(); owner != "" {
			s = owner + ": " + s
		}
		i := slices.Index(*sources, s)
		if i < 0 {
			*sources = append(*sources, s)
			i = len(*sources) - 1
		}
		marks = append(marks, strconv.Itoa(i+1))
	}
	return "[" + strings.Join(marks, ", ") + "]"
}

// mark says how sure figures are and cites where they come from.
func mark(sources *[]string, figures ...rules.Provenance) string {
	marks := make([]string, len(figures))
	for i, v := range figures {
		marks[i] = string(v.Confidence) + " " + cite(sources, v)
	}
	return "(" + strings.Join(marks, ", ") + ")"
}

// printSources lists what was cited.
func (a *app) printSources(sources []string) {
	if len(sources) > 0 {
		fmt.Fprintln(a.env.Out)
	}
	for i, s := range sources {
		a.screen().Item(fmt.Sprintf("[%d]", i+1), s)
	}
}

// programmeLines says what holds for all credentials of a body.
func programmeLines(e *rules.Edition, sources *[]string) []string {
	p := e.Programme
	mark := func(v rules.Provenance) string { return mark(sources, v) }
	lines := []string{fmt.Sprintf("%s. A cycle lasts %s %s; credits dated within it count, both ends included.",
		p.Title, months(p.Cycle.Months), mark(p.Cycle.Provenance))}
	if p.DeclareBy != nil {
		lines = append(lines, fmt.Sprintf("Declare at least %s before the expiry %s.", months(p.DeclareBy.Months), mark(p.DeclareBy.Provenance)))
	}
	if p.DeclareFrom != nil {
		lines = append(lines, fmt.Sprintf("Guides advise to declare %s before %s.", months(p.DeclareFrom.Months), mark(p.DeclareFrom.Provenance)))
	}
	if p.LastYears != nil {
		lines = append(lines, fmt.Sprintf("Once expired, or before the first completed cycle of a voluntary credential, the credits of the last %s count %s.",
			months(p.LastYears.Months), mark(p.LastYears.Provenance)))
	}
	for _, k := range p.Caps {
		lines = append(lines, fmt.Sprintf("Credits of the activity %s count for at most %s together %s.",
			k.Activity, words.Points(k.Points(e.Total.Points)), mark(k.Provenance)))
	}
	if p.Audit.Text != "" {
		lines = append(lines, fmt.Sprintf("For an audit: %s %s.", p.Audit.Text, mark(p.Audit.Provenance)))
	}
	return lines
}

// feeLine says what declaring costs today, or nothing when the body publishes
// no fees.
func (a *app) feeLine(e *rules.Edition, sources *[]string) (string, error) {
	fees, err := a.book.Fees(e.Name.Body)
	if err != nil || fees == nil {
		return "", err
	}
	fee := fees.On(a.today)
	line := fmt.Sprintf("Declaring costs %d %s, a further credential %d, reinstatement %d on top %s. For a further credential: %s %s.",
		fee.Application, fees.Currency, fee.Further, fee.Reinstatement, mark(sources, fee.Provenance), fees.Further.Text, mark(sources, fees.Further.Provenance))
	for _, note := range fees.Notes {
		line += " " + words.Upper(note.Text) + " " + mark(sources, note.Provenance) + "."
	}
	return line, nil
}

// months returns a length of time in words.
func months(n int) string {
	if n%12 == 0 {
		return words.Count(n/12, "year")
	}
	return words.Count(n, "month")
}

// period says for which cycles an edition holds.
func period(e *rules.Edition, editions []*rules.Edition) string {
	return fmt.Sprintf("%s, for cycles that end %s", e.ID, span(e, editions))
}

func span(e *rules.Edition, editions []*rules.Edition) string {
	i := slices.IndexFunc(editions, func(x *rules.Edition) bool { return x.ID == e.ID })
	if i == len(editions)-1 {
		return fmt.Sprintf("on %s or later", e.From)
	}
	return fmt.Sprintf("from %s to %s", e.From, editions[i+1].From-1)
}

// exampleDay returns a day of the edition: its last where it has one.
func exampleDay(e *rules.Edition, editions []*rules.Edition) ledger.Date {
	i := slices.IndexFunc(editions, func(x *rules.Edition) bool { return x.ID == e.ID })
	if i == len(editions)-1 {
		return e.From
	}
	return editions[i+1].From - 1
}
