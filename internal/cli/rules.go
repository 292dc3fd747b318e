package cli

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func (a *app) newRules() *cobra.Command {
	cmd := a.newGroup("rules", "The rules of the bodies, with their sources",
		a.newRulesList(), a.newRulesShow(), a.newRulesDiff(), a.newRulesActivities(),
		a.newRulesPacks(), a.newRulesCheck(), a.newRulesUse())
	topic, _ := Topic("rules")
	cmd.Long = topic.Text
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

type rulesListAnswer struct {
	Schema      string       `json:"schema" shape:"cmp.rules-list/1" title:"Credentials that the rules know" doc:"Written by cmp rules list."`
	Credentials []listedItem `json:"credentials" records:"designation name required confidence=rules.confidence" table:"designation|Credential; name|Name|cut; required|Points|right; rules.confidence|Confidence"`
}

type listedItem struct {
	naming
	Name     string        `json:"name" doc:"In words."`
	Required ledger.Points `json:"required"`
	Rules    editionRef    `json:"rules"`
}

// rulesList lists every credential that the rules know.
func (a *app) rulesList() error {
	editions, err := a.listedEditions()
	if err != nil {
		return err
	}
	var out rulesListAnswer
	for _, e := range editions {
		out.Credentials = append(out.Credentials, listedItem{naming{e.Name, e.Name.Designation()}, e.Title, e.Total.Points, refTo(e)})
	}
	return a.print(out)
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
