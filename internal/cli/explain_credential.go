package cli

import (
	"fmt"
	"slices"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
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
	if a.settings.Format == answer.JSON {
		return answer.WriteJSON(a.env.Out, a.explainCredentialJSON(s, all))
	}
	screen := a.page()
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

func (a *app) printExplained(screen answer.Screen, s snapshot, x rules.Explanation) error {
	screen.Line(headline(x.Standing))
	code := s.shortName(x.Credential)
	screen.Paragraph(fmt.Sprintf("Rules %s (%s): cmp rules show %s", x.Edition.ID, x.Edition.Confidence(), code))
	screen.Paragraph(words.Upper(whichDays(x.Standing)))
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
	for i, short := range x.Shortages {
		fmt.Fprintln(a.env.Out)
		if err := printShortage(screen, x, short, x.Witnesses[i]); err != nil {
			return err
		}
	}
	a.printCosts(screen, x)
	return nil
}

// groupColumns are those of a table of credits in groups.
func groupColumns(by string) []answer.Column {
	return []answer.Column{
		{Title: by, Wrap: true}, {Title: "Credit", Right: true}, {Title: "Date"}, {Title: "Points", Right: true}, {Title: "Title", Cut: true},
	}
}

// groupRow begins a group of credits with what they come to.
func groupRow(name string, sum ledger.Points, of string) []answer.Cell {
	row := answer.Cells(name, "", "", dash(sum), of)
	for i := range row {
		row[i].Style = answer.Strong
	}
	return row
}

// filledRows shows who fills each requirement.
func filledRows(t rules.Standing) (rows [][]answer.Cell) {
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

func fatedRow(name string, f fated) []answer.Cell {
	return answer.Cells(name, id(f.Credit), f.Credit.Date.String(), f.Points.String(), f.Credit.Title)
}

// printUncounted shows what does not count, by reason. Of what is dated on
// other days there may be as much as the ledger is old, so that is summed up.
func (a *app) printUncounted(screen answer.Screen, t rules.Standing) error {
	groups := map[rules.Reason][]fated{}
	var rows [][]answer.Cell
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
			screen.Paragraph(fmt.Sprintf("Not counted, as %s: %s, %s %s", group.where, words.Points(sum), words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", ")))
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
