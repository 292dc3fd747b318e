package cli

import (
	"context"
	"slices"
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
	switch {
	case a.settings.Format == answer.JSON:
		return answer.WriteJSON(a.env.Out, duplicatesToJSON(groups))
	case a.settings.Format != answer.Table:
		return answer.Records(a.env.Out, a.settings.Format, duplicatesHeader(), duplicatesRecords(groups))
	case len(groups) == 0:
		a.say("No two of %s look the same.", words.Count(len(credits), "credit"))
		return nil
	}
	if err := a.screen().Table(duplicatesTable(groups)); err != nil {
		return err
	}
	first := groups[0].Pairs[0]
	a.tell("If two are the same activity: cmp merge %[1]d %[2]d keeps the first. If not: cmp keep %[1]d %[2]d", first[0].ID, first[1].ID)
	return nil
}

// duplicatesTable shows each group, a line for each of its credits; of
// references only where there are any, for they are what some look alike by.
func duplicatesTable(groups []pairing.Group) ([]answer.Column, [][]answer.Cell) {
	columns := []answer.Column{
		{Title: "Group", Right: true}, {Title: "Credit", Right: true}, {Title: "Date"}, {Title: "Points", Right: true},
		{Title: "Title", Wrap: true, Wide: true}, {Title: "Reference", Wrap: true},
	}
	numbered := slices.ContainsFunc(groups, func(g pairing.Group) bool {
		return slices.ContainsFunc(g.Credits, func(c ledger.Credit) bool { return c.Reference != "" })
	})
	if !numbered {
		columns = columns[:5]
	}
	var rows [][]answer.Cell
	for n, g := range groups {
		group := strconv.Itoa(n + 1)
		for _, c := range g.Credits {
			rows = append(rows, answer.Cells(group, id(c), c.Date.String(), c.Points.String(), c.Title, c.Reference)[:len(columns)])
			group = ""
		}
	}
	return columns, rows
}

func duplicatesHeader() []string {
	return []string{"credit", "other", "date", "points", "title", "other_title", "other_date", "other_points", "group"}
}

func duplicatesRecords(groups []pairing.Group) (rows [][]string) {
	for n, g := range groups {
		for _, p := range g.Pairs {
			rows = append(rows, []string{
				id(p[0]), id(p[1]), p[0].Date.String(), p[0].Points.String(), p[0].Title,
				p[1].Title, p[1].Date.String(), p[1].Points.String(), strconv.Itoa(n + 1),
			})
		}
	}
	return rows
}

func duplicatesToJSON(groups []pairing.Group) duplicatesJSON {
	out := duplicatesJSON{Schema: "cmp.duplicates/1", Pairs: []pairJSON{}}
	for n, g := range groups {
		for _, p := range g.Pairs {
			out.Pairs = append(out.Pairs, pairJSON{
				p[0].ID, p[1].ID, p[0].Date, p[0].Points, p[0].Title, p[1].Title, p[1].Date, p[1].Points, n + 1,
			})
		}
	}
	return out
}

func id(c ledger.Credit) string { return strconv.FormatInt(c.ID, 10) }

type duplicatesJSON struct {
	Schema string     `json:"schema"`
	Pairs  []pairJSON `json:"pairs"` // as many as it takes to connect each group
}

type pairJSON struct {
	Credit      int64         `json:"credit"`
	Other       int64         `json:"other"`
	Date        ledger.Date   `json:"date"`
	Points      ledger.Points `json:"points"`
	Title       string        `json:"title"`
	OtherTitle  string        `json:"other_title"`
	OtherDate   ledger.Date   `json:"other_date"`
	OtherPoints ledger.Points `json:"other_points"`
	Group       int           `json:"group"` // from 1
}
