package cli

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// printShortage says where points are short and proves it.
func printShortage(screen answer.Screen, x rules.Explanation, short rules.Shortage, w rules.Witness) error {
	names := make([]string, len(w.Requirements))
	for k, r := range w.Requirements {
		names[k] = lower(r.Title)
	}
	them := words.Verb(len(names), "it", "them")
	line := fmt.Sprintf("Short: %s in %s. %s %s %s", words.Points(short.Points), anyOf(short.Requirements),
		words.Upper(words.List("and", names)), words.Verb(len(names), "asks for", "together ask for"), words.Points(w.Required))
	if len(w.Bounds) == 0 {
		screen.Paragraph(line + fmt.Sprintf(", and no credit that counts by its date can serve %s.%s", them, futureText(x.Standing, w)))
		return nil
	}
	difference := fmt.Sprintf("%s less %s is %s", w.Required, w.Supply, words.Points(w.Short))
	if w.Short != short.Points {
		difference += fmt.Sprintf(", %s of it in what is short above", w.Short-short.Points)
	}
	difference += ", wherever you allocate what." + futureText(x.Standing, w)
	if slices.ContainsFunc(w.Requirements, isOther) { // every credit serves other, and most are shown above
		screen.Paragraph(line + fmt.Sprintf(". All credits that count by their dates and can serve %s have %s to give: %s. %s", them, w.Supply, supplyText(w), difference))
		return nil
	}
	screen.Paragraph(line + fmt.Sprintf(", and all credits that count by their dates and can serve %s have no more than this to give:", them))
	if err := screen.Table(boundTable(w)); err != nil {
		return err
	}
	for _, b := range w.Bounds {
		if b.Cap != nil {
			screen.Paragraph(boundText(b))
		}
	}
	screen.Paragraph(difference)
	return nil
}

func isOther(r rules.Requirement) bool { return r.Name == ledger.Other }

// futureText names the credits that can serve what is short from their days
// on, after a blank.
func futureText(t rules.Standing, w rules.Witness) string {
	var ids []int64
	for _, f := range t.Findings {
		serves := slices.ContainsFunc(w.Requirements, func(r rules.Requirement) bool { return r.Accepts(f.Credit) })
		if serves && f.Credit.Date > t.Today && t.Holds(f.Credit.Date) {
			ids = append(ids, f.Credit.ID)
		}
	}
	if ids == nil {
		return ""
	}
	return fmt.Sprintf(" From %s on %s %s can too.", words.Verb(len(ids), "its day", "their days"), words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", "))
}

// supplyText says in short which credits a witness holds.
func supplyText(w rules.Witness) string {
	var parts []string
	var ids []int64
	var sum ledger.Points
	for _, b := range w.Bounds {
		if b.Cap != nil {
			parts = append(parts, boundText(b))
			continue
		}
		ids = append(ids, b.Credits[0].ID)
		sum += b.Points
	}
	if ids != nil {
		parts = append([]string{fmt.Sprintf("%s %s (%s)", words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", "), sum)}, parts...)
	}
	return words.List("and", parts)
}

// boundText says what credits under a cap have to give.
func boundText(b rules.Bound) string {
	ids := make([]int64, len(b.Credits))
	for i, c := range b.Credits {
		ids[i] = c.ID
	}
	return fmt.Sprintf("%s together, by the cap on %s: %s %s", b.Points, b.Cap.Activity, words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", "))
}

// boundTable shows what each credit of a witness has to give.
func boundTable(w rules.Witness) ([]answer.Column, [][]answer.Cell) {
	columns := []answer.Column{
		{Title: "Credit", Right: true}, {Title: "Date"}, {Title: "At most", Right: true}, {Title: "Title", Cut: true, Wide: true}, {Title: "Topics", Cut: true},
	}
	var rows [][]answer.Cell
	for _, b := range w.Bounds {
		for _, c := range b.Credits {
			most := b.Points.String()
			if b.Cap != nil {
				most = "capped"
			}
			rows = append(rows, answer.Cells(id(c), c.Date.String(), most, c.Title, topicNames(c.Topics)))
		}
	}
	return columns, rows
}

// printCosts says what allocating otherwise would bring.
func (a *app) printCosts(screen answer.Screen, x rules.Explanation) {
	if x.Closable > 0 || x.Cost > 0 {
		fmt.Fprintln(a.env.Out)
	}
	if x.Closable > 0 {
		screen.Paragraph(fmt.Sprintf("%s of what remains would be closed by allocating as well as possible: cmp allocate --auto", words.Points(x.Closable)))
	}
	if x.Cost == 0 {
		return
	}
	screen.Paragraph(fmt.Sprintf("Your own allocations cost %s: cmp allocate --auto --fresh", words.Points(x.Cost)))
	for _, c := range x.Costs {
		screen.Paragraph("- " + costText(x.Edition, c))
	}
}

// costText says what the allocations by hand of one credit cost.
func costText(e *rules.Edition, c rules.HandCost) string {
	line := fmt.Sprintf("credit %d, %s: ", c.Credit.ID, allocatedTo(e, c.Allocations))
	if c.Points == 0 {
		return line + "costs something together with the others only"
	}
	return line + fmt.Sprintf("without that alone %s less would remain", words.Points(c.Points))
}

// ownCost says what the allocations by hand of the credit that is explained
// cost, and how they are mended.
func (s snapshot) ownCost(t rules.Standing, c rules.HandCost) string {
	line := fmt.Sprintf("Your own allocation of it, %s, costs ", allocatedTo(t.Edition, c.Allocations))
	if c.Points == 0 {
		return line + fmt.Sprintf("something together with those that cmp explain %s names: %s", s.shortName(t.Credential), s.mend(t, c))
	}
	return line + fmt.Sprintf("%s: %s, or cmp allocate --auto --fresh", words.Points(c.Points), s.mend(t, c))
}

// mend says what to type so that the allocations by hand of one credit cost
// nothing any more.
func (s snapshot) mend(t rules.Standing, c rules.HandCost) string {
	if c.Points == 0 { // taken back alone, they bring nothing
		return "cmp allocate --auto --fresh"
	}
	var names strings.Builder
	for _, x := range c.Allocations {
		names.WriteString(" " + string(x.Requirement))
	}
	line := fmt.Sprintf("cmp deallocate %d%s --credential %s", c.Credit.ID, names.String(), s.shortName(t.Credential))
	if !s.auto {
		line += ", then cmp allocate --auto"
	}
	return line
}
