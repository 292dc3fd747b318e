package cli

import (
	"fmt"
	"strconv"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/words"
)

// showReconciliation shows a table for each kind of difference, and what to do
// about it.
func (a *app) showReconciliation(r *reconciling) error {
	for _, show := range []func(*reconciling) error{a.showDifferent, a.showOnlyHere, a.showOnlyThere} {
		if err := show(r); err != nil {
			return err
		}
	}
	a.tell("%s: %d in both, %d different, %d only here, %d only there.", words.Count(len(r.file.Rows), "row"),
		len(r.both), len(r.different), len(r.onlyHere), len(r.onlyThere))
	switch {
	case r.credential != "":
		a.tell("Compared are the credits in the window of %s, %s.", r.credential, r.scope)
	case r.scope.first != 0 && r.flags.since.IsZero() && r.earlier > 0:
		a.tell("%s before %s, the first day of the file, %s not compared; --since says from which day to compare.",
			words.Count(r.earlier, "credit"), r.scope.first, words.Verb(r.earlier, "is", "are"))
	}
	return nil
}

// String returns "from 2024-04-01 to 2027-03-31".
func (s dayRange) String() string {
	text := "from " + s.first.String()
	if s.last != 0 {
		text += " to " + s.last.String()
	}
	return text
}

// heading writes the title of a table.
func (a *app) heading(format string, args ...any) {
	fmt.Fprintln(a.env.Out, a.screen().Paint(answer.Strong, fmt.Sprintf(format, args...)))
}

func (a *app) showDifferent(r *reconciling) error {
	if len(r.different) == 0 {
		return nil
	}
	columns := []answer.Column{
		{Title: "Credit", Right: true}, {Title: "Row", Right: true}, {Title: "Title", Cut: true, Wide: true},
		{Title: "Field"}, {Title: "Here", Wrap: true, Wide: true}, {Title: "There", Wrap: true, Wide: true},
	}
	var rows [][]answer.Cell
	for _, p := range r.different {
		first := []string{id(p.Credit), strconv.Itoa(p.Row.Number), p.Credit.Title}
		for _, field := range p.Fields {
			here, there := fieldText(p.Credit, field), fieldText(p.Row.Credit, field)
			rows = append(rows, answer.Cells(append(first, string(field), here, there)...))
			first = []string{"", "", ""}
		}
	}
	a.heading("Different: %d", len(r.different))
	if err := a.screen().Table(columns, rows); err != nil {
		return err
	}
	a.tell("Correct what is wrong, here with cmp edit %d.", r.different[0].Credit.ID)
	a.tell("Until then cmp import holds such a row back, or takes it for a new credit.")
	fmt.Fprintln(a.env.Out)
	return nil
}

// fieldText returns a field of a credit as it is shown.
func fieldText(c ledger.Credit, field pairing.Field) string { return fmt.Sprint(fieldValue(c, field)) }

// typedColumns are those of a list that somebody types into a form: nothing of
// it is cut.
func typedColumns(number string) []answer.Column {
	return []answer.Column{
		{Title: number, Right: true}, {Title: "Date"}, {Title: "Points", Right: true}, {Title: "Title", Wrap: true, Wide: true},
		{Title: "Provider", Wrap: true}, {Title: "Topics", Wrap: true}, {Title: "Reference", Wrap: true, Wide: true},
	}
}

func typedCells(number string, c ledger.Credit) []answer.Cell {
	topics := ""
	if len(c.Topics) > 0 {
		topics = topicNames(c.Topics)
	}
	return answer.Cells(number, c.Date.String(), c.Points.String(), c.Title, c.Provider, topics, c.Reference)
}

func (a *app) showOnlyHere(r *reconciling) error {
	if len(r.onlyHere) == 0 {
		return nil
	}
	var rows [][]answer.Cell
	for _, c := range r.onlyHere {
		rows = append(rows, typedCells(id(c), c))
	}
	a.heading("Only here, to be typed into the portal: %d", len(r.onlyHere))
	err := a.screen().Table(typedColumns("Credit"), rows)
	fmt.Fprintln(a.env.Out)
	return err
}

func (a *app) showOnlyThere(r *reconciling) error {
	if len(r.onlyThere) == 0 {
		return nil
	}
	var rows [][]answer.Cell
	for _, row := range r.onlyThere {
		rows = append(rows, typedCells(strconv.Itoa(row.Number), row.Credit))
	}
	a.heading("Only there, ready to import: %d", len(r.onlyThere))
	if err := a.screen().Table(typedColumns("Row"), rows); err != nil {
		return err
	}
	a.tell("To import: %s", commandLine(r.flags.args("import", r.path)))
	fmt.Fprintln(a.env.Out)
	return nil
}
