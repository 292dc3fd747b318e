package cli

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/report"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newReport() *cobra.Command {
	var output string
	var yes bool
	cmd := &cobra.Command{
		Use:   "report [CODE...]",
		Short: "Write a page to look at, with charts",
		Long: `Write one page of HTML about the credentials you hold, or those you name, to be
opened in a browser, shown and printed: how far each requirement is met, the
credits of the cycle on a line of days with today and the deadlines, the pace
against a straight line from the first day to the last, what cmp status warns
of, and a table of the credits and their evidence. It needs no network and no
script, and is the same as long as the ledger and the day are.

With --format json, standard output gets the figures of pace, and the page is
written only if --output names a file.`,
		Example: `  cmp report --output report.html
  cmp report MLS --output mls.html --yes
  cmp report --format json`,
		Args: func(_ *cobra.Command, _ []string) error {
			if strings.EqualFold(filepath.Ext(output), ".pdf") {
				return usage("--output %q: a PDF is not written", output).try("name a page such as report.html, and print that from a browser")
			}
			return nil
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.reportPage(ctx, args, output, yes) }),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `file` (default: standard output)")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace the file if it exists")
	return cmd
}

// reported is what a report is made of.
type reported struct {
	snapshot
	standings []rules.Standing
	page      report.Report
	lacking   *failure // of credentials whose rules are unknown, or nil
}

func (a *app) reportPage(ctx context.Context, codes []string, output string, yes bool) error {
	r, err := a.gather(ctx, codes)
	if err != nil {
		return err
	}
	file := output != "" && output != "-"
	if file || a.settings.Format != answer.JSON {
		var b bytes.Buffer
		if err := report.Write(&b, r.page); err != nil {
			return err
		}
		what := fmt.Sprintf("%s and %s", words.Count(r.page.Held, "credential"), words.Count(len(r.page.Credits), "credit"))
		if err := a.deliver(output, yes, b.Bytes(), what); err != nil {
			return err
		}
	}
	if len(r.standings) == 0 {
		a.say("No credentials yet (%s): cmp credential add MLS --expires DATE", a.settings.DB)
	}
	if !file {
		output = ""
	}
	if err := a.reply(a.reportAnswer(r, output)); err != nil {
		return err
	}
	if r.lacking != nil {
		return r.lacking
	}
	return nil
}

// gather reads the ledger and makes of it what the page shows.
func (a *app) gather(ctx context.Context, codes []string) (r reported, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		if r.snapshot, err = a.judged(ctx, tx); err != nil {
			return err
		}
		if r.Declarations, err = actions.Declarations(ctx, tx, r.Credentials, a.shown); err != nil {
			return err
		}
		entries, err := tx.Entries(ctx, 1)
		if len(entries) > 0 {
			r.page.Entry = entries[0].ID
		}
		return err
	})
	if err != nil {
		return r, err
	}
	credentials, err := a.heldAll(r.snapshot, codes)
	if err != nil {
		return r, err
	}
	r.standings, r.lacking, err = a.standings(r.snapshot, credentials)
	switch {
	case err != nil:
		return r, err
	case r.lacking != nil && r.standings == nil:
		return r, r.lacking
	case r.lacking != nil:
		r.page.LeftOut = words.Upper(r.lacking.sentence().As(a.name)) + "."
	}
	held := map[int64]bool{}
	for _, t := range r.standings {
		held[t.Credential.ID] = true
	}
	r.page.Day, r.page.Held = a.today, len(held)
	if len(r.standings) > 0 {
		r.page.Summary = summaryLine(r.snapshot, r.standings)
	}
	for _, t := range r.standings {
		r.page.Credentials = append(r.page.Credentials, a.pictured(r.snapshot, t))
	}
	r.page.Credits = r.used()
	r.page.Elsewhere = len(r.Credits) - len(r.page.Credits)
	return r, nil
}

// pictured returns what the page shows of a standing.
func (a *app) pictured(s snapshot, t rules.Standing) report.Credential {
	c := report.Credential{
		Code: s.shortName(t.Credential), Designation: t.Designation(), Title: t.Edition.Title,
		State: string(t.State), ToDo: outlook(t),
		Cycle:    report.Span{First: t.Cycle.First, Last: t.Cycle.Last},
		Window:   report.Span{First: t.First, Last: t.Last},
		Declared: t.Cycle.Declared, DeclareBy: t.DeclareBy,
		Edition: t.Edition.ID, Confidence: string(t.Edition.Confidence()),
		Required: t.Required, Counted: t.Counted, ToEarn: t.ToEarn, Lost: isLost(t),
	}
	for _, phrase := range headline(t)[1:] {
		c.Days = append(c.Days, phrase.Text)
	}
	for _, q := range t.Requirements {
		c.Requirements = append(c.Requirements, report.Requirement{Title: q.Title, Required: q.Points, Counted: q.Counted})
	}
	for _, m := range a.remarks(s, t) {
		if m.Code == "" {
			c.Notes = append(c.Notes, m.Message)
		} else {
			c.Warnings = append(c.Warnings, m.Message)
		}
	}
	return c
}

// used returns the credits that may count for a credential of the report, by
// date and number, and what each is to it.
func (r reported) used() []report.Credit {
	proved := make(map[int64]bool, len(r.Evidence))
	for _, e := range r.Evidence {
		proved[e.Credit] = true
	}
	var all []report.Credit
	if len(r.standings) == 0 {
		return nil
	}
	for k := range r.standings[0].Findings { // every standing has every credit, in the same order
		c := r.standings[0].Findings[k].Credit
		credit := report.Credit{
			ID: c.ID, Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points, Proof: proved[c.ID],
		}
		if len(c.Topics) > 0 {
			credit.Topics = topicNames(c.Topics)
		}
		for i, t := range r.standings {
			if t.Holds(c.Date) {
				f := t.Findings[k]
				credit.Uses = append(credit.Uses, report.Use{Credential: i, Counted: f.Counted, Fate: uses(f)})
			}
		}
		if len(credit.Uses) > 0 {
			all = append(all, credit)
		}
	}
	return all
}

// uses says what becomes of all points of a credit, in a few words: "1 safety,
// 0.5 not counted (not allocated)".
func uses(f rules.Finding) string {
	var order []string
	sums := map[string]ledger.Points{}
	for _, p := range f.Parts {
		what := string(p.CountsAs)
		switch {
		case what != "":
		case f.Counted == 0:
			what = words.Reason(p.Reason)
		default:
			what = fmt.Sprintf("not counted (%s)", words.Reason(p.Reason))
		}
		if _, seen := sums[what]; !seen {
			order = append(order, what)
		}
		sums[what] += p.Points
	}
	if len(order) == 1 && f.Counted == 0 {
		return order[0]
	}
	for i, what := range order {
		order[i] = sums[what].String() + " " + what
	}
	return strings.Join(order, ", ")
}

type reportAnswer struct {
	Schema      string         `json:"schema" shape:"cmp.report/1" title:"What a report shows" doc:"Written by cmp report."`
	AsOf        ledger.Date    `json:"as_of" doc:"Day it was judged by."`
	File        string         `json:"file" doc:"Path of the page." null:"where none was written"`
	Credentials []picturedItem `json:"credentials"`
	Credits     int            `json:"credits" doc:"In the days that count for one of the credentials."`
	Elsewhere   int            `json:"elsewhere" doc:"Other credits."`
}

type picturedItem struct {
	naming
	State    rules.State  `json:"state"`
	Points   rules.Sums   `json:"points"`
	Pace     *report.Pace `json:"pace" null:"before the cycle begins, once it is declared, and where the window ends today"`
	Need     *needItem    `json:"need" null:"where nothing is to be earned"`
	Warnings int          `json:"warnings" doc:"How many."`
}

type needItem struct {
	Points   ledger.Points `json:"points" doc:"To earn."`
	By       ledger.Date   `json:"by" null:"where that has passed"`
	DaysLeft *int          `json:"days_left" min:"none" doc:"Until then. Null as by is."`
	PerMonth ledger.Points `json:"per_month" null:"where 60 days or fewer are left"`
}

func (a *app) reportAnswer(r reported, output string) reportAnswer {
	out := reportAnswer{AsOf: a.today, File: output, Credits: len(r.page.Credits), Elsewhere: r.page.Elsewhere}
	for i, t := range r.standings {
		c := r.page.Credentials[i]
		one := picturedItem{naming: nameOf(t), State: t.State, Points: t.Sums, Warnings: len(c.Warnings)}
		if p, ok := c.Pace(a.today); ok {
			one.Pace = &p
		}
		if n := c.Need(a.today); n.Points > 0 {
			one.Need = &needItem{Points: n.Points, By: n.By, PerMonth: n.Monthly}
			if n.By != 0 {
				one.Need.DaysLeft = &n.Days
			}
		}
		out.Credentials = append(out.Credentials, one)
	}
	return out
}
