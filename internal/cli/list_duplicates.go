package cli

import (
	"context"
	"strconv"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/words"
)

// listDuplicates shows credits that may be one activity recorded several
// times: for programs in pairs, on a screen in groups.
func (a *app) listDuplicates(ctx context.Context, f filterFlags) error {
	s, credits, err := a.selected(ctx, f)
	if err != nil {
		return err
	}
	groups := s.Alike(credits)
	if a.settings.Format == answer.Table && len(groups) == 0 {
		a.say("No two of %s look the same.", words.Count(len(credits), "credit"))
		return nil
	}
	if err := a.print(duplicatesOf(groups)); err != nil || len(groups) == 0 {
		return err
	}
	first := groups[0].Pairs[0]
	a.tell("If two are the same activity: cmp merge %[1]d %[2]d keeps the first. If not: cmp keep %[1]d %[2]d", first[0].ID, first[1].ID)
	return nil
}

type duplicatesAnswer struct {
	Schema string         `json:"schema" shape:"cmp.duplicates/1" title:"Credits that may be one" doc:"Written by cmp list --duplicates."`
	Pairs  []pairItem     `json:"pairs" doc:"As many as connect each group of credits that are alike." records:"credit other date points title other_title other_date other_points group"`
	Rows   []duplicateRow `table:"Group|Group|right; ID|Credit|right; date|Date; points|Points|right; title|Title|wrap wide; reference|Reference|wrap any"`
}

type pairItem struct {
	Credit      int64         `json:"credit" doc:"Number of a credit."`
	Other       int64         `json:"other" doc:"Number of the one that it is like."`
	Date        ledger.Date   `json:"date" doc:"Of credit, as title and points."`
	Points      ledger.Points `json:"points"`
	Title       string        `json:"title"`
	OtherTitle  string        `json:"other_title"`
	OtherDate   ledger.Date   `json:"other_date"`
	OtherPoints ledger.Points `json:"other_points"`
	Group       int64         `json:"group" doc:"Number of the group, from 1."`
}

// A duplicateRow is a credit of a group, of which the first has the number.
type duplicateRow struct {
	Group string
	ledger.Credit
}

func duplicatesOf(groups []pairing.Group) (out duplicatesAnswer) {
	for n, g := range groups {
		for _, p := range g.Pairs {
			out.Pairs = append(out.Pairs, pairItem{
				p[0].ID, p[1].ID, p[0].Date, p[0].Points, p[0].Title, p[1].Title, p[1].Date, p[1].Points, int64(n + 1),
			})
		}
		group := strconv.Itoa(n + 1)
		for _, c := range g.Credits {
			out.Rows = append(out.Rows, duplicateRow{group, c})
			group = ""
		}
	}
	return out
}

func id(c ledger.Credit) string { return strconv.FormatInt(c.ID, 10) }
