package cli

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
)

func (a *app) newRules() *cobra.Command {
	cmd := a.newGroup("rules", "The rules of the bodies, with their sources",
		a.newRulesList(), a.newRulesShow(), a.newRulesDiff(), a.newRulesActivities(),
		a.newRulesPacks(), a.newRulesCheck(), a.newRulesUse())
	_, cmd.Long = helpText(rulesHelp)
	cmd.Example = `  cmp rules list
  cmp rules show MLS
  cmp rules use florida`
	return cmd
}

func (a *app) newRulesList() *cobra.Command {
	return withRecords(&cobra.Command{
		Use:   "list",
		Short: "List all credentials that rules are known for",
		Long: `List every credential that rules are known for, those of active packs too, with
the points of a cycle that ends today and how sure these are. cmp credential add
takes any of them. Where a code stands for several credentials, write the body
before it: amt/MT.`,
		Example: `  cmp rules list
  cmp rules list --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.rulesList() }),
	})
}

type listedJSON struct {
	Credential  string         `json:"credential"`
	Body        string         `json:"body"`
	Designation string         `json:"designation"`
	Name        string         `json:"name"`
	Required    ledger.Points  `json:"required"`
	Rules       editionRefJSON `json:"rules"`
}

// rulesList lists every credential that the rules know.
func (a *app) rulesList() error {
	editions, err := a.listedEditions()
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		return a.rulesListJSON(editions)
	}
	rows := make([][]string, len(editions))
	for i, e := range editions {
		rows[i] = []string{e.Name.Designation(), e.Title, e.Total.Points.String(), string(e.Confidence())}
	}
	if a.settings.Format != render.Table {
		return render.Records(a.env.Out, a.settings.Format, []string{"designation", "name", "required", "confidence"}, rows)
	}
	columns := []render.Column{
		{Title: "Credential"}, {Title: "Name", Cut: true}, {Title: "Points", Right: true}, {Title: "Confidence"},
	}
	cells := make([][]render.Cell, len(rows))
	for i, row := range rows {
		cells[i] = render.Cells(row...)
	}
	return a.screen().Table(columns, cells)
}

// listedEditions returns of every credential the edition for a cycle that ends
// today, or else its first, in the order of the bodies and of the codes.
func (a *app) listedEditions() ([]*rules.Edition, error) {
	listings, err := a.book.Credentials()
	if err != nil {
		return nil, err
	}
	bodies := map[string]int{} // in the order of the book
	for _, l := range listings {
		if _, seen := bodies[l.Name.Body]; !seen {
			bodies[l.Name.Body] = len(bodies)
		}
	}
	slices.SortStableFunc(listings, func(a, b *rules.Edition) int {
		return cmp.Or(cmp.Compare(bodies[a.Name.Body], bodies[b.Name.Body]),
			cmp.Compare(strings.ToLower(a.Name.Code), strings.ToLower(b.Name.Code)))
	})
	var editions []*rules.Edition
	for _, l := range listings {
		all, err := a.book.Editions(l.Name)
		if err != nil {
			return nil, err
		}
		e := all[0] // also where it is yet to come, as one of a pack may be
		for _, later := range all {
			if later.From <= a.today {
				e = later
			}
		}
		editions = append(editions, e)
	}
	return editions, nil
}

func (a *app) rulesListJSON(editions []*rules.Edition) error {
	out := struct {
		Schema      string       `json:"schema"`
		Credentials []listedJSON `json:"credentials"`
	}{"cmp.rules-list/1", []listedJSON{}}
	for _, e := range editions {
		out.Credentials = append(out.Credentials, listedJSON{
			e.Name.Code, e.Name.Body, e.Name.Designation(), e.Title, e.Total.Points, editionRef(e),
		})
	}
	return render.WriteJSON(a.env.Out, out)
}
