package cli

import (
	"context"
	"strconv"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/transcript"
)

// listDuplicates shows credits that may be one activity recorded twice.
func (a *app) listDuplicates(ctx context.Context, f filterFlags) error {
	_, credits, err := a.selected(ctx, f)
	if err != nil {
		return err
	}
	pairs := transcript.Duplicates(credits)
	switch {
	case a.settings.Format == render.JSON:
		out := duplicatesJSON{Schema: "cmp.duplicates/1", Pairs: []pairJSON{}}
		for _, p := range pairs {
			out.Pairs = append(out.Pairs, pairJSON{p[0].ID, p[1].ID, p[0].Date, p[0].Points, p[0].Title, p[1].Title})
		}
		return render.WriteJSON(a.env.Out, out)
	case a.settings.Format != render.Table:
		var rows [][]string
		for _, p := range pairs {
			rows = append(rows, []string{id(p[0]), id(p[1]), p[0].Date.String(), p[0].Points.String(), p[0].Title, p[1].Title})
		}
		return render.Records(a.env.Out, a.settings.Format, []string{"credit", "other", "date", "points", "title", "other_title"}, rows)
	case len(pairs) == 0:
		a.say("No two of %s look the same.", count(len(credits), "credit"))
		return nil
	}
	columns := []render.Column{
		{Title: "Credit", Right: true}, {Title: "Other", Right: true}, {Title: "Date"}, {Title: "Points", Right: true},
		{Title: "Title", Cut: true, Wide: true}, {Title: "Title of the other", Cut: true, Wide: true},
	}
	rows := make([][]render.Cell, len(pairs))
	for i, p := range pairs {
		rows[i] = render.Cells(id(p[0]), id(p[1]), p[0].Date.String(), p[0].Points.String(), p[0].Title, p[1].Title)
	}
	if err := a.screen().Table(columns, rows); err != nil {
		return err
	}
	a.tell("If two are the same activity: cmp merge %d %d keeps the first", pairs[0][0].ID, pairs[0][1].ID)
	return nil
}

func id(c ledger.Credit) string { return strconv.FormatInt(c.ID, 10) }

type duplicatesJSON struct {
	Schema string     `json:"schema"`
	Pairs  []pairJSON `json:"pairs"`
}

type pairJSON struct {
	Credit     int64         `json:"credit"`
	Other      int64         `json:"other"`
	Date       ledger.Date   `json:"date"`
	Points     ledger.Points `json:"points"`
	Title      string        `json:"title"`
	OtherTitle string        `json:"other_title"`
}
