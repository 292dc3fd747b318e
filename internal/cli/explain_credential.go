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
		return a.print(a.explainedCredentialAnswer(s, all))
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
	if err := screen.Table("Requirement"+groupColumns, filledRows(x.Standing)); err != nil {
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
const groupColumns = "|wrap; Credit|right; Date; Points|right; Title|cut"

// groupRow begins a group of credits with what they come to.
func groupRow(name string, sum ledger.Points, of string) []any {
	strong := func(text string) answer.Cell { return answer.Cell{Text: text, Style: answer.Strong} }
	return []any{strong(name), "", "", strong(dash(sum)), strong(of)}
}

// filledRows shows who fills each requirement.
func filledRows(t rules.Standing) (rows [][]any) {
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

func fatedRow(name string, f fated) []any {
	return []any{name, f.Credit.ID, f.Credit.Date, f.Points, f.Credit.Title}
}

// printUncounted shows what does not count, by reason. Of what is dated on
// other days there may be as much as the ledger is old, so that is summed up.
func (a *app) printUncounted(screen answer.Screen, t rules.Standing) error {
	groups := map[rules.Reason][]fated{}
	var rows [][]any
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
			rows = append(rows, groupRow(words.Reason(f.Reason), sum, ""))
		}
		rows = append(rows, fatedRow("", f))
	}
	if len(rows) > 0 {
		fmt.Fprintln(a.env.Out)
		if err := screen.Table("Not counted"+groupColumns, rows); err != nil {
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
	if slices.ContainsFunc(w.Requirements, func(r rules.Requirement) bool { return r.Name == ledger.Other }) { // every credit serves other, and most are shown above
		screen.Paragraph(line + fmt.Sprintf(". All credits that count by their dates and can serve %s have %s to give: %s. %s", them, w.Supply, supplyText(w), difference))
		return nil
	}
	screen.Paragraph(line + fmt.Sprintf(", and all credits that count by their dates and can serve %s have no more than this to give:", them))
	if err := screen.Table("Credit|right; Date; At most|right; Title|cut wide; Topics|cut", boundRows(w)); err != nil {
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

// boundRows shows what each credit of a witness has to give.
func boundRows(w rules.Witness) (rows [][]any) {
	for _, b := range w.Bounds {
		for _, c := range b.Credits {
			most := b.Points.String()
			if b.Cap != nil {
				most = "capped"
			}
			rows = append(rows, []any{c.ID, c.Date, most, c.Title, topicNames(c.Topics)})
		}
	}
	return rows
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
