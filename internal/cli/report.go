package cli

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/report"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newReport() *cobra.Command {
	var to outputFlags
	cmd := &cobra.Command{
		Use:   "report [CODE...]",
		Short: "Write a page with charts of where you stand",
		Long: `Write a page with charts for all your credentials, or for the ones you name.
Open it in a browser, or print it. It shows how far each requirement is met, the
deadlines and your pace. Warnings and a table of the credits with their
certificates follow. It needs no network.

With --format json you get the figures of your pace. The page is then written
only with --output.`,
		Example: `  cmp report --output report.html
  cmp report MLS --output mls.html --yes
  cmp report --format json`,
		Args: func(_ *cobra.Command, _ []string) error {
			if strings.EqualFold(filepath.Ext(to.path), ".pdf") {
				return usage("--output %q: cmp does not write PDF", to.path).try("name a page such as report.html, and print it to PDF from a browser")
			}
			return nil
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.reportPage(ctx, args, to) }),
	}
	to.add(cmd)
	return cmd
}

func (a *app) reportPage(ctx context.Context, codes []string, to outputFlags) error {
	if a.env.OutTerminal && to.path == "" && a.settings.Format != answer.JSON {
		return usage("report: is a page for a browser; a terminal cannot show it").
			try("write it to a file: %s", slices.Concat(ledger.Command{"report"}, codes, ledger.Command{"--output", "report.html"}))
	}
	page, err := a.pageOf(ctx, codes)
	if err != nil {
		return err
	}
	out := reportAnswer{AsOf: a.today, Holder: page.Holder, Credits: len(page.Credits), Elsewhere: page.Elsewhere}
	if to.toFile() {
		out.File = to.path
	}
	if out.File != "" || a.settings.Format != answer.JSON {
		var b bytes.Buffer
		if err := report.Write(&b, page); err != nil {
			return err
		}
		what := fmt.Sprintf("%s and %s", words.Count(page.Held, "credential"), words.Count(page.All(), "credit"))
		if err := a.deliver(to, b.Bytes(), what); err != nil {
			return err
		}
	}
	if len(page.Credentials) == 0 {
		a.sayNoCredentials()
	}
	for _, c := range page.Credentials {
		out.Credentials = append(out.Credentials, picturedItem{nameOf(c.Standing), c.State, c.Sums, c.Pace(), c.Need(), len(c.Warnings)})
	}
	return a.reply(out)
}

func (a *app) pageOf(ctx context.Context, codes []string) (page report.Report, err error) {
	page.Day, page.Holder = a.today, a.settings.Holder
	var s snapshot
	err = a.view(ctx, func(tx *store.Tx) error {
		if s, err = a.judged(ctx, tx, a.shown); err != nil {
			return err
		}
		entries, err := tx.Entries(ctx, 1)
		if len(entries) > 0 {
			page.Entry = entries[0].ID
		}
		return err
	})
	if err != nil {
		return page, err
	}
	standings, err := a.standings(s, codes)
	if err != nil {
		return page, err
	}
	if standings == nil {
		page.Elsewhere = len(s.Credits)
		return page, nil
	}
	page.Held, page.Summary = summary(s, standings)
	for _, t := range standings {
		c := report.Credential{Standing: t, Code: s.ShortName(t.Credential)}
		for _, m := range a.remarks(s, t, false, handover.Own) {
			if m.Code == "" {
				c.Notes = append(c.Notes, m.Message)
			} else {
				c.Warnings = append(c.Warnings, m.Message)
			}
		}
		page.Credentials = append(page.Credentials, c)
	}
	page.Take(s.Evidence)
	return page, nil
}

type reportAnswer struct {
	Schema      string         `json:"schema" shape:"cmp.report/1" title:"What a report shows" doc:"Written by cmp report."`
	AsOf        ledger.Date    `json:"as_of" doc:"Day it was judged by."`
	Holder      string         `json:"holder,omitempty" doc:"The setting holder. Absent where it is not set."`
	File        string         `json:"file" doc:"Path of the page." null:"where none was written"`
	Credentials []picturedItem `json:"credentials"`
	Credits     int            `json:"credits" doc:"In the days that count for one of the credentials."`
	Elsewhere   int            `json:"elsewhere" doc:"Other credits."`
}

type picturedItem struct {
	naming
	State    rules.State `json:"state"`
	Points   rules.Sums  `json:"points"`
	Pace     *rules.Pace `json:"pace" null:"before the cycle begins, once it is declared, and where the window ends today"`
	Need     *rules.Need `json:"need" null:"where nothing is to be earned"`
	Warnings int         `json:"warnings" doc:"How many."`
}
