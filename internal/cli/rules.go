package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newRules() *cobra.Command {
	cmd := a.newGroup("rules", "Show what your boards require, with sources",
		a.newRulesList(), a.newRulesShow(), a.newRulesDiff(), a.newRulesActivities(), a.newRulesCheck())
	topic, _ := Topic("rules")
	cmd.Long = topic.Text
	cmd.Example = `  cmp rules list
  cmp rules show MLS
  cmp rules list florida`
	return cmd
}

func (a *app) newRulesActivities() *cobra.Command {
	return withRecords(&cobra.Command{
		Use:   "activities",
		Short: "Show what earns points, and which proof is accepted",
		Long: `Show what each board grants points for: the kinds of activity, what each is
worth, the limits, and the proof it accepts. cmp add takes the kind with
--activity. If no board publishes the points, you state them yourself; cmp makes
none up.`,
		Example: `  cmp rules activities
  cmp rules activities --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.rulesActivities() }),
	})
}

type activitiesAnswer struct {
	Schema     string         `json:"schema" shape:"cmp.activities/1" title:"What activities are worth and what proves them" doc:"Written by cmp rules activities."`
	Activities []activityItem `json:"activities" records:"body kind activities=Names points cap proof confidence source"`
}

type activityItem struct {
	Body string `json:"body" doc:"Whose programme it is: ascp."`
	rules.ActivityRule
	Names string
}

func (a *app) activityItems(body string) (out []activityItem, err error) {
	all, err := a.book.Activities(body)
	for _, r := range all {
		out = append(out, activityItem{body, r, strings.Join(words.Strings(r.Activities), " ")})
	}
	return out, err
}

func (a *app) rulesActivities() error {
	listed, err := a.book.Credentials()
	if err != nil {
		return err
	}
	var out activitiesAnswer
	for _, granted := range grouped(listed, func(e *rules.Edition) string { return e.Name.Body }) {
		of, err := a.activityItems(granted[0].Name.Body)
		if err != nil {
			return err
		}
		out.Activities = append(out.Activities, of...)
	}
	if a.settings.Format != answer.Table {
		return a.print(out)
	}
	p := a.paper(a.screen())
	for i, of := range grouped(out.Activities, func(x activityItem) string { return x.Body }) {
		if i > 0 {
			p.gap()
		}
		p.head(a.judgeOn(a.today).Programme(of[0].Body).Name)
		for _, item := range of {
			p.activity(item)
		}
		p.endnotes()
	}
	return nil
}

func (p *paper) activity(item activityItem) {
	p.gap()
	p.say("%s %s", words.Upper(item.Kind), p.mark(item.Provenance))
	for _, line := range [][2]string{
		{"recorded as", strings.ReplaceAll(item.Names, " ", ", ")}, {"points", item.Points}, {"cap", item.Cap}, {"proof", item.Proof}, {"note", item.Note},
	} {
		if line[1] != "" {
			p.Item("-", line[0]+": "+line[1])
		}
	}
}

// A paper is a screen for sentences that cite sources.
type paper struct {
	answer.Screen
	app     *app
	sources []string // cited, but not yet listed
	sure    bool     // the list of sources says how sure figures are, not the sentences
}

func (a *app) paper(screen answer.Screen) *paper { return &paper{Screen: screen, app: a} }

// say writes a paragraph, with its commands as they are typed here.
func (p *paper) say(format string, args ...any) { p.Paragraph(p.app.text(format, args...)) }

// table writes a table that is cut to the width of a terminal, and in a pipe not at all.
func (p *paper) table(columns string, rows [][]any) error { return p.app.screen().Table(columns, rows) }

func (p *paper) gap() { fmt.Fprintln(p.Out) }

// cite returns the numbers of sources, "[1, 2]", to be listed by endnotes. A source of a
// pack names the pack.
func (p *paper) cite(of rules.Provenance) string {
	var before []string
	if p.sure {
		before = append(before, string(of.Confidence))
	}
	if owner := of.Owner(); owner != "" {
		before = append(before, owner)
	}
	sources := of.Source
	if before != nil {
		lead := strings.Join(before, ", ") + ": "
		sources = lead + strings.ReplaceAll(sources, "; ", "; "+lead)
	}
	return words.Cite(&p.sources, sources)
}

// mark says how sure figures are, and cites their sources. If the list of sources says how
// sure they are, it marks only those that are assumed.
func (p *paper) mark(figures ...rules.Provenance) string {
	if p.sure {
		return strings.Join(words.Map(figures, func(of rules.Provenance) string {
			if of.Confidence == rules.Assumed {
				return p.cite(of) + " assumed"
			}
			return p.cite(of)
		}), " ")
	}
	marks := words.Map(figures, func(of rules.Provenance) string { return string(of.Confidence) + " " + p.cite(of) })
	return "(" + strings.Join(marks, ", ") + ")"
}

// endnotes lists the sources that were cited, unbroken in a pipe: addresses are copied.
func (p *paper) endnotes() {
	if len(p.sources) > 0 {
		p.gap()
	}
	p.listSources()
}

func (p *paper) listSources() {
	for i, s := range p.sources {
		p.app.screen().Item(fmt.Sprintf("[%d]", i+1), s)
	}
	p.sources = nil
}
