package cli

import (
	"fmt"
	"slices"
	"strconv"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
)

// A fated is points of a credit with one fate.
type fated struct {
	rules.Finding
	rules.Portion
}

// filledBy returns what counts for a requirement, by date, surplus of others
// after what was allocated to it.
func filledBy(t rules.Standing, name ledger.Requirement) []fated {
	all := portionsOf(t, func(p rules.Portion) bool { return p.CountsAs == name })
	place := func(f fated) int {
		if f.Allocated == name {
			return -1
		}
		return slices.IndexFunc(t.Requirements, func(r rules.RequirementStanding) bool { return r.Name == f.Allocated })
	}
	slices.SortStableFunc(all, func(a, b fated) int { return place(a) - place(b) })
	return all
}

// uncounted returns what does not count, in the order of the reasons.
func uncounted(t rules.Standing) []fated {
	order := []rules.Reason{
		rules.NotAllocated, rules.NoTopic, rules.NoSuchRule, rules.NothingLeft, rules.OverCap,
		rules.NotYet, rules.OtherCycle, rules.BeforeWindow, rules.AfterWindow,
	}
	all := portionsOf(t, func(p rules.Portion) bool { return p.CountsAs == "" })
	slices.SortStableFunc(all, func(a, b fated) int {
		return slices.Index(order, a.Reason) - slices.Index(order, b.Reason)
	})
	return all
}

func portionsOf(t rules.Standing, wanted func(rules.Portion) bool) []fated {
	var all []fated
	for _, f := range t.Findings {
		for _, part := range partsOf(f) {
			if wanted(part.Portion) {
				all = append(all, part)
			}
		}
	}
	return all
}

// partsOf returns the portions of one credit.
func partsOf(f rules.Finding) []fated {
	all := make([]fated, len(f.Parts))
	for i, p := range f.Parts {
		all[i] = fated{f, p}
	}
	return all
}

func (a *app) explainCredential(s snapshot, c ledger.Credential) error {
	all, err := a.explained(s, c)
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		return render.WriteJSON(a.env.Out, a.explainCredentialJSON(s, all))
	}
	screen := a.screen()
	if screen.Width == 0 {
		screen.Width = 80
	}
	for i, x := range all {
		if i > 0 {
			fmt.Fprintln(a.env.Out)
		}
		if err := a.printExplained(screen, s, x); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printExplained(screen render.Screen, s snapshot, x rules.Explanation) error {
	screen.Line(headline(x.Standing))
	code := s.shortName(x.Credential)
	screen.Paragraph(fmt.Sprintf("Rules %s (%s): cmp rules show %s", x.Edition.ID, x.Edition.Confidence(), code))
	if x.State == rules.Declared {
		screen.Paragraph(fmt.Sprintf("This is how credits and days are now; what was declared: cmp credential show %s", code))
	}
	fmt.Fprintln(a.env.Out)
	if err := screen.Table(groupColumns("Requirement"), filledRows(x.Standing)); err != nil {
		return err
	}
	if err := a.printUncounted(screen, x.Standing); err != nil {
		return err
	}
	if x.State == rules.Declared {
		return nil
	}
	for i := range x.Shortages {
		if err := a.printShortage(screen, x, i); err != nil {
			return err
		}
	}
	a.printCosts(screen, x)
	return nil
}

// groupColumns are those of a table of credits in groups.
func groupColumns(by string) []render.Column {
	return []render.Column{
		{Title: by, Wrap: true}, {Title: "Credit", Right: true}, {Title: "Date"}, {Title: "Points", Right: true}, {Title: "Title", Cut: true},
	}
}

// groupRow begins a group of credits with what they come to.
func groupRow(name string, sum ledger.Points, of string) []render.Cell {
	row := render.Cells(name, "", "", dash(sum), of)
	for i := range row {
		row[i].Style = render.Strong
	}
	return row
}

// filledRows shows who fills each requirement.
func filledRows(t rules.Standing) (rows [][]render.Cell) {
	for _, r := range t.Requirements {
		rows = append(rows, groupRow(r.Title, r.Counted, "of "+r.Points.String()))
		of := r.Name
		for _, f := range filledBy(t, r.Name) {
			name := ""
			if f.Allocated != of {
				name, of = "  surplus of "+titleOf(t.Edition, f.Allocated), f.Allocated
			}
			rows = append(rows, fatedRow(name, f))
		}
	}
	return append(rows, groupRow("Total", t.Counted, "of "+t.Required.String()))
}

func fatedRow(name string, f fated) []render.Cell {
	return render.Cells(name, id(f.Credit), f.Credit.Date.String(), f.Points.String(), f.Credit.Title)
}

// printUncounted shows what does not count, by reason. Of what is dated on
// other days there may be as much as the ledger is old, so that is summed up.
func (a *app) printUncounted(screen render.Screen, t rules.Standing) error {
	groups := map[rules.Reason][]fated{}
	var rows [][]render.Cell
	all := uncounted(t)
	for _, f := range all {
		groups[f.Reason] = append(groups[f.Reason], f)
	}
	for i, f := range all {
		if isElsewhere(f.Reason) {
			break // as is all that follows
		}
		if i == 0 || all[i-1].Reason != f.Reason {
			sum, _ := together(groups[f.Reason])
			rows = append(rows, groupRow(reasonName(f.Reason), sum, ""))
		}
		rows = append(rows, fatedRow("", f))
	}
	if len(rows) > 0 {
		fmt.Fprintln(a.env.Out)
		if err := screen.Table(groupColumns("Not counted"), rows); err != nil {
			return err
		}
		screen.Paragraph(fmt.Sprintf("More of each: cmp explain %d", all[0].Credit.ID))
	}
	if len(all) > 0 && isElsewhere(all[len(all)-1].Reason) {
		fmt.Fprintln(a.env.Out)
	}
	for _, group := range []struct {
		reason rules.Reason
		where  string
	}{
		{rules.OtherCycle, "allocated to another cycle"},
		{rules.BeforeWindow, "dated before " + t.First.String()},
		{rules.AfterWindow, "dated after " + t.Last.String()},
	} {
		if of := groups[group.reason]; of != nil {
			sum, ids := together(of)
			screen.Paragraph(fmt.Sprintf("Not counted, as %s: %s, %s %s", group.where, points(sum), verb(len(ids), "credit", "credits"), numbers(ids, ", ")))
		}
	}
	return nil
}

// isElsewhere reports whether points have to do with other days or cycles.
func isElsewhere(r rules.Reason) bool {
	return r == rules.OtherCycle || r == rules.BeforeWindow || r == rules.AfterWindow
}

// together returns the points of portions and the credits they are of.
func together(all []fated) (sum ledger.Points, ids []int64) {
	for _, f := range all {
		sum += f.Points
		ids = once(ids, f.Credit.ID)
	}
	return sum, ids
}

// printShortage says where points are short and proves it.
func (a *app) printShortage(screen render.Screen, x rules.Explanation, i int) error {
	short, w := x.Shortages[i], x.Witnesses[i]
	fmt.Fprintln(a.env.Out)
	names := make([]string, len(w.Requirements))
	for k, r := range w.Requirements {
		names[k] = lower(r.Title)
	}
	line := fmt.Sprintf("Short: %s in %s. %s", points(short.Points), anyOf(short.Requirements),
		upper(fmt.Sprintf("%s %s %s", list("and", names), verb(len(names), "asks for", "together ask for"), points(w.Required))))
	them := verb(len(names), "it", "them")
	if len(w.Bounds) == 0 {
		screen.Paragraph(line + fmt.Sprintf(", and no credit of these days can serve %s.", them))
		return nil
	}
	difference := fmt.Sprintf("%s less %s is %s", w.Required, w.Supply, points(w.Short))
	if w.Short != short.Points {
		difference += fmt.Sprintf(", %s of it in what is short above", w.Short-short.Points)
	}
	general := slices.ContainsFunc(w.Requirements, func(r rules.Requirement) bool { return r.Name == ledger.Other })
	if general { // every credit serves other, and most are shown above
		screen.Paragraph(line + fmt.Sprintf(". All that can serve %s has %s to give: %s. %s, wherever you allocate what.",
			them, w.Supply, supplyText(w), upper(difference)))
		return nil
	}
	screen.Paragraph(line + fmt.Sprintf(", and all that can serve %s has no more than this to give:", them))
	if err := screen.Table(boundTable(w)); err != nil {
		return err
	}
	for _, b := range w.Bounds {
		if b.Cap != nil {
			screen.Paragraph(boundText(b))
		}
	}
	screen.Paragraph(upper(difference) + ", wherever you allocate what.")
	return nil
}

// supplyText says in short which credits a witness holds.
func supplyText(w rules.Witness) string {
	var words []string
	var ids []int64
	var sum ledger.Points
	for _, b := range w.Bounds {
		if b.Cap != nil {
			words = append(words, boundText(b))
			continue
		}
		ids = append(ids, b.Credits[0].ID)
		sum += b.Points
	}
	if ids != nil {
		words = append([]string{fmt.Sprintf("%s %s (%s)", verb(len(ids), "credit", "credits"), numbers(ids, ", "), sum)}, words...)
	}
	return list("and", words)
}

// boundText says what credits under a cap have to give.
func boundText(b rules.Bound) string {
	ids := make([]int64, len(b.Credits))
	for i, c := range b.Credits {
		ids[i] = c.ID
	}
	return fmt.Sprintf("%s together, by the cap on %s: %s %s", b.Points, b.Cap.Activity, verb(len(ids), "credit", "credits"), numbers(ids, ", "))
}

// boundTable shows what each credit of a witness has to give.
func boundTable(w rules.Witness) ([]render.Column, [][]render.Cell) {
	columns := []render.Column{
		{Title: "Credit", Right: true}, {Title: "Date"}, {Title: "At most", Right: true}, {Title: "Title", Cut: true, Wide: true}, {Title: "Topics", Cut: true},
	}
	var rows [][]render.Cell
	for _, b := range w.Bounds {
		for _, c := range b.Credits {
			most := b.Points.String()
			if b.Cap != nil {
				most = "capped"
			}
			rows = append(rows, render.Cells(id(c), c.Date.String(), most, c.Title, topicNames(c.Topics)))
		}
	}
	return columns, rows
}

// printCosts says what allocating otherwise would bring.
func (a *app) printCosts(screen render.Screen, x rules.Explanation) {
	if x.Closable > 0 || x.Cost > 0 {
		fmt.Fprintln(a.env.Out)
	}
	if x.Closable > 0 {
		screen.Paragraph(fmt.Sprintf("%s of what remains would be closed by allocating as well as possible: cmp allocate --auto", points(x.Closable)))
	}
	if x.Cost == 0 {
		return
	}
	screen.Paragraph(fmt.Sprintf("Your own allocations cost %s: cmp allocate --auto --fresh", points(x.Cost)))
	for _, c := range x.Costs {
		screen.Paragraph("- " + costText(x.Edition, c))
	}
}

// costText says what the allocations by hand of one credit cost.
func costText(e *rules.Edition, c rules.HandCost) string {
	words := make([]string, len(c.Allocations))
	for i, x := range c.Allocations {
		words[i] = fmt.Sprintf("%s to %s", x.Points, titleOf(e, x.Requirement))
	}
	line := fmt.Sprintf("credit %s, %s: ", strconv.FormatInt(c.Credit.ID, 10), list("and", words))
	if c.Points == 0 {
		return line + "costs something together with the others only"
	}
	return line + fmt.Sprintf("without that alone %s less would remain", points(c.Points))
}
