package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// An explainedCycle is what becomes of one credit in one cycle.
type explainedCycle struct {
	standing rules.Standing
	rules.CreditExplanation
	uncapped bool               // the body says that there is no cap on its activity
	costs    []rules.HandCost   // what allocations by hand of the credit cost; at most one
	declared ledger.Declaration // with the lines of the credit alone
	drift    []string           // how it is no longer as it was declared
}

// An explainedCredential is what becomes of one credit in the cycles of one
// credential.
type explainedCredential struct {
	near []explainedCycle // the newest, and those that have to do with it, newest first
	far  []ledger.Cycle   // the others, newest first
}

func (a *app) explainCredit(ctx context.Context, id int64) error {
	s, err := a.look(ctx, actions.AllCycles)
	if err != nil {
		return err
	}
	c, err := s.credit(id)
	if err != nil {
		return err
	}
	var all []explainedCredential
	lacking, err := eachRuled(s.Credentials, func(credential ledger.Credential) error {
		x, err := a.creditIn(s, c, credential)
		if err == nil {
			all = append(all, x)
		}
		return err
	})
	if err = a.leaveOut(lacking, all == nil, err); err != nil {
		return err
	}
	slices.SortStableFunc(all, func(x, y explainedCredential) int { return rules.ByUrgency(x.near[0].standing, y.near[0].standing) })
	if a.settings.Format == answer.JSON {
		return a.print(a.explainedCreditAnswer(s, c, all))
	}
	return a.printExplainedCredit(s, c, all)
}

// creditIn explains a credit in the cycles of a credential: the newest, those
// whose days hold it, and those that have or declared points of it.
func (a *app) creditIn(s snapshot, c ledger.Credit, credential ledger.Credential) (x explainedCredential, err error) {
	has := map[int64]bool{credential.Current().ID: true}
	for _, allocation := range s.AllocationsOf(c.ID) {
		has[allocation.Cycle] = true
	}
	claims := map[int64]ledger.Declaration{}
	for _, k := range s.claims(c.ID) {
		claims[k.declaration.Cycle] = k.declaration
		has[k.declaration.Cycle] = true
	}
	uncapped, err := a.uncapped(credential.Body, c.Activity)
	if err != nil {
		return x, err
	}
	for _, y := range slices.Backward(credential.Cycles) {
		account, err := a.account(s, credential, y)
		if err != nil {
			return x, err
		}
		if !has[y.ID] && !account.Holds(c.Date, a.today) {
			x.far = append(x.far, y)
			continue
		}
		e := explainedCycle{standing: rules.Evaluate(account, a.today), uncapped: uncapped, declared: claims[y.ID]}
		e.CreditExplanation, _ = e.standing.Explain(c.ID)
		e.costs = a.costsBy(account, e)
		e.drift = driftOf(claims[y.ID], s.Credits)
		x.near = append(x.near, e)
	}
	return x, nil
}

// uncapped reports whether a body says that there is no cap on an activity.
func (a *app) uncapped(body string, activity ledger.Activity) (bool, error) {
	all, err := a.book.Activities(body)
	return slices.ContainsFunc(all, func(r rules.ActivityRule) bool {
		return r.Cap == "none" && slices.Contains(r.Activities, activity)
	}), err
}

// costsBy finds what allocations by hand of the credit cost, where that can
// still be mended.
func (a *app) costsBy(account rules.Account, e explainedCycle) []rules.HandCost {
	byHand := slices.ContainsFunc(e.Parts, func(p rules.Portion) bool { return p.AllocatedBy == ledger.ByHand })
	if !byHand || e.standing.Cost() == 0 || settled(e.standing) {
		return nil
	}
	costs := rules.Explain(account, a.today).Costs
	return slices.DeleteFunc(costs, func(c rules.HandCost) bool { return c.Credit.ID != e.Credit.ID })
}

func (a *app) printExplainedCredit(s snapshot, c ledger.Credit, all []explainedCredential) error {
	screen := a.page()
	screen.Line([]answer.Cell{
		{Text: fmt.Sprintf("Credit %d", c.ID), Style: answer.Strong}, {Text: c.Date.String()}, {Text: words.Points(c.Points)}, {Text: c.Title},
	})
	screen.Paragraph(strings.Join([]string{topicNames(c.Topics), "activity " + string(c.Activity)}, "; "))
	if len(all) == 0 {
		screen.Paragraph("No credential yet, so it counts for nothing: cmp credential add CODE --expires DATE")
	}
	var sources []string
	for _, credential := range all {
		for _, x := range credential.near {
			fmt.Fprintln(a.env.Out)
			if err := s.printExplainedCycle(screen, x, &sources); err != nil {
				return err
			}
		}
		if line := farAway(credential.far); line != "" {
			screen.Paragraph(line)
		}
	}
	a.printSources(sources)
	return nil
}

func (s snapshot) printExplainedCycle(screen answer.Screen, x explainedCycle, sources *[]string) error {
	t := x.standing
	screen.Line(cycleLine(t))
	for _, f := range partsOf(x.Finding) {
		line := s.fate(t, f)
		if next := s.remedy(t, f); next != "" {
			line += "; " + next
		}
		screen.Paragraph(words.Upper(line))
	}
	for _, c := range x.costs {
		screen.Paragraph(s.ownCost(t, c))
	}
	for _, line := range x.declared.Credits {
		screen.Paragraph(fmt.Sprintf("Declared on %s, when credits dated %s to %s counted: %s for %s",
			x.declared.Date, x.declared.First, x.declared.Last, words.Points(line.Points), titleOf(t.Edition, line.Requirement)))
	}
	for _, line := range x.drift {
		screen.Paragraph(words.Upper(line))
	}
	return screen.Table("Rule; Result; What it goes by|wrap wide", s.checkRows(x, sources))
}

// cycleLine names a cycle and the rules that hold for it.
func cycleLine(t rules.Standing) []answer.Cell {
	cells := []answer.Cell{{Text: t.Designation(), Style: answer.Strong}}
	add := func(style answer.Style, format string, args ...any) {
		cells = append(cells, answer.Cell{Text: fmt.Sprintf(format, args...), Style: style})
	}
	if t.Cycle.Last == 0 {
		add(answer.Plain, "no cycle yet")
	} else {
		add(answer.Plain, "cycle %s to %s", t.Cycle.First, t.Cycle.Last)
	}
	switch {
	case t.Cycle.Declared != 0:
		add(answer.Done, "declared %s", t.Cycle.Declared)
	case t.Cycle.Closed:
		add(answer.Plain, "closed")
	case t.State == rules.Expired:
		add(answer.Warning, "expired")
	}
	add(answer.Plain, "rules %s", t.Edition.ID)
	return cells
}

// checkRows shows the rules that points came to; that of other cycles only
// where one has some.
func (s snapshot) checkRows(x explainedCycle, sources *[]string) (rows [][]any) {
	for _, c := range x.Checks {
		result := c.Result()
		if result == rules.NotReached || c.Rule == rules.RuleOneCycle && result == rules.Pass {
			continue
		}
		text := s.ruleText(x, c.Rule)
		if c.Sources != nil {
			text += " " + mark(sources, c.Sources...)
		}
		style := answer.Warning
		if result == rules.Pass {
			style = answer.Done
		}
		rows = append(rows, []any{ruleName(c.Rule), answer.Cell{Text: string(result), Style: style}, text})
	}
	return rows
}

// farAway says in one line which cycles have nothing to do with a credit.
func farAway(all []ledger.Cycle) string {
	const most = 3
	parts := make([]string, 0, most)
	for _, y := range all[:min(len(all), most)] {
		parts = append(parts, fmt.Sprintf("%s to %s", y.First, y.Last))
	}
	switch {
	case len(all) == 0:
		return ""
	case len(all) > most:
		parts = append(parts, fmt.Sprintf("%d more", len(all)-most))
	}
	return fmt.Sprintf("Not dated in, nor allocated to, %s %s.", words.Verb(len(all), "the cycle", "the cycles"), words.List("and", parts))
}

// ruleText says what a rule asks of the points that come to it.
func (s snapshot) ruleText(x explainedCycle, r rules.Rule) string {
	t := x.standing
	switch r {
	case rules.RuleOneCycle:
		others := s.otherCycles(t, x.Credit.ID)
		if others == nil {
			return "a point counts for one cycle of a credential, and no other has any of these"
		}
		return "a point counts for one cycle of a credential; " + words.List("and", others) + " " + words.Verb(len(others), "has", "have") + " some of these"
	case rules.RuleDays:
		return whichDays(t)
	case rules.RuleToday:
		return fmt.Sprintf("a credit counts from its day on; today is %s", t.Today)
	case rules.RuleTopic:
		line := topicText(t.Edition, x.Credit)
		for _, p := range x.Parts {
			if p.Reason == rules.NoSuchRule {
				line += "; there is no requirement " + string(p.Allocated)
			}
		}
		return line
	case rules.RuleNeed:
		return needText(t.Edition, x.Serves)
	case rules.RuleCap:
		switch {
		case x.Cap != nil:
			return capNow(t, *x.Cap)
		case x.uncapped:
			return fmt.Sprintf("there is no cap on the activity %s", x.Credit.Activity)
		}
		return fmt.Sprintf("no cap is known of the activity %s", x.Credit.Activity)
	}
	return s.allocationText(t, x.Credit.ID)
}

// needText says how full the requirements are that a credit could serve.
func needText(e *rules.Edition, serves []rules.RequirementStanding) string {
	names := make([]string, len(serves))
	for i, r := range serves {
		names[i] = fmt.Sprintf("%s has %s of %s", lower(r.Title), r.Counted, r.Points)
	}
	rule := "a requirement counts no more than it asks for"
	if _, ok := e.Requirement(ledger.Other); ok && len(e.Requirements) > 1 {
		rule += ", and what is over goes to other"
	}
	if len(names) == 0 {
		return rule
	}
	return rule + ": " + words.List("and", names)
}

// agreeing returns points with a verb: "1 counts", "18 count".
func agreeing(p ledger.Points, one, many string) string {
	return p.String() + " " + words.Agree(p, one, many)
}

// whichDays says which days count, and why those.
func whichDays(t rules.Standing) string {
	days := fmt.Sprintf("credits dated %s to %s count, both ends included", t.First, t.Last)
	if !t.Moving() {
		return days
	}
	span := months(t.Edition.Programme.LastYears.Months)
	if t.State == rules.Expired {
		return fmt.Sprintf("the cycle expired on %s undeclared, so the last %s hold: %s", t.Cycle.Last, span, days)
	}
	return fmt.Sprintf("participation is voluntary and no cycle was completed yet, so the last %s hold: %s", span, days)
}

// topicText says which requirements accept the topics of a credit.
func topicText(e *rules.Edition, c ledger.Credit) string {
	_, other := e.Requirement(ledger.Other)
	var parts, none []string
	for i, topic := range c.Topics {
		one := c
		one.Topics = c.Topics[i : i+1]
		var names []string
		for _, r := range e.Requirements {
			if r.Name != ledger.Other && r.Accepts(one) {
				names = append(names, lower(r.Title))
			}
		}
		name, limit := string(topic.Topic), c.Limit(topic.Topic)
		switch {
		case names == nil:
			none = append(none, name)
			continue
		case limit < c.Points:
			name += fmt.Sprintf(", for %s at most,", words.Points(limit))
		}
		parts = append(parts, name+" goes to "+words.List("or", names))
	}
	if none != nil {
		parts = append(parts, "no requirement is named for "+words.List("or", none))
	}
	if c.Topics == nil {
		parts = append(parts, "it has no topic")
	}
	if other {
		parts = append(parts, "any credit goes to other")
	}
	return strings.Join(parts, "; ")
}

// allocationText says what is allocated of a credit in the cycle.
func (s snapshot) allocationText(t rules.Standing, credit int64) string {
	var parts []string
	for _, x := range s.AllocationsOf(credit) {
		if x.Cycle == t.Cycle.ID {
			parts = append(parts, allocatedTo(t.Edition, []ledger.Allocation{x})+" by "+string(x.By))
		}
	}
	if parts == nil {
		return "what counts has to be allocated, and nothing is"
	}
	return "what counts has to be allocated: " + words.List("and", parts)
}
