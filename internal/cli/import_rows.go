package cli

import (
	"fmt"
	"strconv"
	"strings"

	"cmpledger/internal/render"
	"cmpledger/internal/transcript"
)

func importColumns() []render.Column {
	return []render.Column{
		{Title: "Row", Right: true}, {Title: "Date"}, {Title: "Points", Right: true},
		{Title: "Title", Cut: true, Wide: true}, {Title: "Outcome", Wrap: true, Wide: true},
	}
}

// verdictRows shows what each row is to the ledger.
func (in *importing) verdictRows() [][]render.Cell {
	rows := make([][]render.Cell, len(in.verdicts))
	for i, v := range in.verdicts {
		c, date := v.Row.Credit, ""
		if c.Date != 0 {
			date = c.Date.String()
		}
		if v.Row.Text != "" {
			c.Title = v.Row.Text // all that there is to know it by
		}
		row := render.Cells(strconv.Itoa(v.Row.Number), date, dash(c.Points), c.Title, in.outcome(v))
		if v.Kind == transcript.Rejected {
			row[4].Style = render.Warning
		}
		rows[i] = row
	}
	return rows
}

// outcome says what a row is to the ledger, and what is done with it where
// that has to be asked for.
func (in *importing) outcome(v transcript.Verdict) string {
	switch v.Kind {
	case transcript.Duplicate:
		return fmt.Sprintf("already there (credit %d)", v.Existing.ID)
	case transcript.Changed:
		return fmt.Sprintf("changed: %s (credit %d)", strings.Join(differences(v), ", "), v.Existing.ID)
	case transcript.Removed:
		if in.flags.restore {
			return fmt.Sprintf("restored (credit %d)", v.Existing.ID)
		}
		return fmt.Sprintf("removed earlier (credit %d)", v.Existing.ID)
	case transcript.Rejected:
		p := *v.Row.Problem
		p.Value, _ = unlike(p.Value, "")
		return "rejected: " + p.Error()
	}
	if v.Occurrence > 1 {
		return fmt.Sprintf("new, the %s of its kind", ordinal(v.Occurrence))
	}
	return "new"
}

// differences says what a changed row has otherwise than its credit: "points
// 1 -> 1.5".
func differences(v transcript.Verdict) []string {
	var all []string
	for _, field := range v.Changes {
		switch transcript.Field(field) {
		case transcript.Title:
			before, after := unlike(v.Existing.Title, v.Row.Credit.Title)
			all = append(all, fmt.Sprintf("title %q -> %q", before, after))
		case transcript.Points:
			all = append(all, fmt.Sprintf("points %s -> %s", v.Existing.Points, v.Row.Credit.Points))
		}
	}
	return all
}

// unlike shortens two texts to where they differ: of what they begin with in
// common a few words are kept, and what follows is cut.
func unlike(a, b string) (shortA, shortB string) {
	const most, context = 50, 12
	x, y := []rune(a), []rune(b)
	if max(len(x), len(y)) <= most {
		return a, b
	}
	same := 0
	for same < min(len(x), len(y)) && x[same] == y[same] {
		same++
	}
	from := max(0, same-context)
	short := func(r []rune) string {
		text := string(r[from:min(len(r), from+most)])
		if from > 0 {
			text = "..." + text
		}
		if len(r) > from+most {
			text += "..."
		}
		return text
	}
	return short(x), short(y)
}

// ordinal returns "2nd" for 2.
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}
