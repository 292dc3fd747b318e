package cli

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// An explainedRequirement is what counts for one requirement of a cycle, and
// what could.
type explainedRequirement struct {
	rules.RequirementStanding
	standing   rules.Standing
	filled     []fated
	candidates []rules.Candidate // that do not give it all they can already
	noTopic    []int64           // credits of these days without a topic
	activities []rules.ActivityRule
}

func (a *app) explainRequirement(s snapshot, c ledger.Credential, text string) error {
	all, err := a.explained(s, c)
	if err != nil {
		return err
	}
	known, err := a.book.Topics()
	if err != nil {
		return err
	}
	asked := actions.Ask{Text: strings.ToLower(text)}
	asked.Topic, asked.Unknown = known.Parse(text)
	var out []explainedRequirement
	var without []rules.Standing // whose rules have no such requirement
	for _, x := range all {
		name, ok := asked.In(x.Edition)
		if !ok {
			without = append(without, x.Standing)
			continue
		}
		r, err := a.couldFill(x, name)
		if err != nil {
			return err
		}
		out = append(out, r)
	}
	switch {
	case len(out) == 0:
		return noRequirement(all[len(all)-1].Standing, asked, known)
	case a.settings.Format == answer.JSON:
		return a.print(a.explainedRequirementAnswer(s, out))
	}
	return a.printExplainedRequirements(s, asked, out, without)
}

// printExplainedRequirements shows a requirement in the cycles that have it,
// and once, for all of them, what earns points.
func (a *app) printExplainedRequirements(s snapshot, asked actions.Ask, all []explainedRequirement, without []rules.Standing) error {
	screen := a.page()
	var sources []string
	for i, r := range all {
		if i > 0 {
			fmt.Fprintln(a.env.Out)
		}
		if err := a.printExplainedRequirement(screen, s, r, &sources); err != nil {
			return err
		}
	}
	for _, t := range without {
		fmt.Fprintln(a.env.Out)
		screen.Line(headline(t))
		screen.Paragraph(fmt.Sprintf("Its rules (%s) have no requirement %s.", t.Edition.ID, asked.Text))
	}
	last := all[len(all)-1]
	if len(last.activities) > 0 {
		fmt.Fprintln(a.env.Out)
		screen.Paragraph(fmt.Sprintf("What earns points, %s:", about(last)))
	}
	for _, activity := range last.activities {
		printActivity(screen, activity, &sources)
	}
	a.printSources(sources)
	return nil
}

// noRequirement says that the rules of a cycle have no such requirement.
func noRequirement(t rules.Standing, asked actions.Ask, known ledger.Vocabulary) error {
	names := make([]string, len(t.Requirements))
	for i, r := range t.Requirements {
		names[i] = string(r.Name)
	}
	if asked.Unknown != nil {
		f := usage("%q: not a requirement of %s", asked.Text, t.Designation())
		if near := ledger.Nearest(asked.Text, append(names, words.Of(known.Topics())...)); near != "" {
			return f.try("did you mean %s?", near)
		}
		return f.try("it has %s", words.List("and", names))
	}
	f := refused("%s: has no requirement %s", t.Designation(), asked.Topic)
	if slices.Contains(names, string(ledger.Other)) {
		return f.try("%s counts as other; it has %s", asked.Topic, words.List("and", names))
	}
	return f.try("it has %s", words.List("and", names))
}

// couldFill finds what fills a requirement and what could.
func (a *app) couldFill(x rules.Explanation, name ledger.Requirement) (explainedRequirement, error) {
	k := slices.IndexFunc(x.Requirements, func(r rules.RequirementStanding) bool { return r.Name == name })
	out := explainedRequirement{RequirementStanding: x.Requirements[k], standing: x.Standing, filled: filledBy(x.Standing, name)}
	for _, c := range x.Candidates(name) {
		var here ledger.Points
		for _, p := range c.Parts {
			if p.CountsAs == name {
				here += p.Points
			}
		}
		if here < c.Most {
			out.candidates = append(out.candidates, c)
		}
	}
	for _, f := range x.Findings {
		if len(f.Credit.Topics) == 0 && x.Holds(f.Credit.Date) && name != ledger.Other {
			out.noTopic = append(out.noTopic, f.Credit.ID)
		}
	}
	var err error
	out.activities, err = a.book.Activities(x.Credential.Body)
	return out, err
}

func (a *app) printExplainedRequirement(screen answer.Screen, s snapshot, r explainedRequirement, sources *[]string) error {
	screen.Line(headline(r.standing))
	fmt.Fprintln(a.env.Out)
	screen.Paragraph(fmt.Sprintf("%s: %s required %s, %s, %s remaining", r.Title, words.Points(r.Points), mark(sources, r.Provenance),
		agreeing(r.Counted, "counts", "count"), r.Remaining))
	screen.Paragraph(acceptance(r))
	if r.Remaining > 0 && r.standing.State != rules.Declared {
		screen.Paragraph("Why something remains: cmp explain " + s.shortName(r.standing.Credential))
	}
	if err := a.printFilled(screen, r); err != nil {
		return err
	}
	if err := a.printCandidates(screen, s, r); err != nil {
		return err
	}
	r.printCaps(screen, sources)
	return nil
}

// acceptance says what a requirement accepts, and what becomes of what is over.
func acceptance(r explainedRequirement) string {
	if r.Name == ledger.Other {
		line := "It accepts every topic and credits without one"
		if len(r.standing.Requirements) > 1 {
			line += ", and takes what other requirements have over"
		}
		return line + "."
	}
	line := "It accepts credits with " + topicsAccepted(r.Requirement)
	if _, ok := r.standing.Edition.Requirement(ledger.Other); ok {
		line += ". What it has over counts towards other"
	}
	return line + "."
}

// about says which topics to look for.
func about(r explainedRequirement) string {
	if r.Name == ledger.Other {
		return "on any topic of the laboratory"
	}
	return "on " + topicsAccepted(r.Requirement)
}

func topicsAccepted(r rules.Requirement) string {
	if r.Except != nil {
		return "any topic but " + words.List("and", words.Of(r.Except))
	}
	return "the topic " + words.List("or", words.Of(r.Topics))
}

func (a *app) printFilled(screen answer.Screen, r explainedRequirement) error {
	fmt.Fprintln(a.env.Out)
	if len(r.filled) == 0 {
		line := "Nothing fills it"
		if len(r.candidates) == 0 {
			line += ", and nothing that you have could"
		}
		screen.Paragraph(line + ".")
		return nil
	}
	screen.Paragraph("Filled by:")
	var rows [][]any
	for _, f := range r.filled {
		of := ""
		if f.Allocated != r.Name {
			of = titleOf(r.standing.Edition, f.Allocated)
		}
		rows = append(rows, []any{f.Credit.ID, f.Credit.Date, f.Points, f.Credit.Title, of})
	}
	return screen.Table("Credit|right; Date; Points|right; Title|cut wide; Surplus of|cut any", rows)
}

// printCandidates shows what could count there besides.
func (a *app) printCandidates(screen answer.Screen, s snapshot, r explainedRequirement) error {
	switch {
	case len(r.candidates) > 0:
		fmt.Fprintln(a.env.Out)
		screen.Paragraph("What you have that could count there:")
		var rows [][]any
		for _, c := range r.candidates {
			rows = append(rows, []any{c.Credit.ID, c.Credit.Date, c.Most, c.Free, nowIn(c), c.Credit.Title})
		}
		if err := screen.Table("Credit|right; Date; At most|right; Free|right dash; Now in|cut; Title|cut wide", rows); err != nil {
			return err
		}
		if line := r.puttingThere(s); line != "" {
			screen.Paragraph(line)
		}
	case len(r.filled) > 0: // else that was said
		fmt.Fprintln(a.env.Out)
		screen.Paragraph("Nothing else that you have could count there.")
	}
	if len(r.noTopic) > 0 && r.standing.State != rules.Declared {
		screen.Paragraph(fmt.Sprintf("%s no topic: %s. If one is about that: cmp edit %d --topic %s",
			words.Count(len(r.noTopic), "credit")+" "+words.Verb(len(r.noTopic), "has", "have"), words.Numbers(r.noTopic, ", "), r.noTopic[0], r.Topics[0]))
	}
	return nil
}

// printCaps says how far activities count at all, and whom that limits.
func (r explainedRequirement) printCaps(screen answer.Screen, sources *[]string) {
	for _, k := range r.standing.Edition.Programme.Caps {
		var limited []int64
		for _, c := range r.candidates {
			if c.Cap != nil && c.Cap.Activity == k.Activity {
				limited = append(limited, c.Credit.ID)
			}
		}
		line := fmt.Sprintf("%s %s", words.Upper(capNow(r.standing, k)), mark(sources, k.Provenance))
		if limited != nil {
			line += fmt.Sprintf(", which limits %s %s", words.Verb(len(limited), "credit", "credits"), words.Numbers(limited, ", "))
		}
		screen.Paragraph(line)
	}
}

// puttingThere says how what could count there comes there, where that is
// wanted.
func (r explainedRequirement) puttingThere(s snapshot) string {
	if r.Remaining == 0 || r.standing.State == rules.Declared {
		return ""
	}
	for _, c := range r.candidates {
		if c.Free > 0 && !c.Future {
			return fmt.Sprintf("To put one there: cmp allocate %d %s --credential %s", c.Credit.ID, r.Name, s.shortName(r.standing.Credential))
		}
	}
	switch {
	case r.standing.Closable > 0:
		return "None of it is free today; what was not allocated by hand is moved by cmp allocate --auto"
	case r.standing.Cost() > 0:
		return "None of it is free today; what your own allocations cost: cmp explain " + s.shortName(r.standing.Credential)
	}
	return "None of it is free today, and what would come there would be missing elsewhere."
}

// nowIn says where points of a candidate are.
func nowIn(c rules.Candidate) string {
	var parts []string
	if c.Future {
		parts = append(parts, "from its day on")
	}
	for _, p := range c.Parts {
		switch {
		case p.Reason == rules.OtherCycle:
			parts = append(parts, p.Points.String()+" another cycle")
		case p.Allocated != "":
			parts = append(parts, p.Points.String()+" "+string(p.Allocated))
		}
	}
	if parts == nil {
		return "-"
	}
	return strings.Join(parts, ", ")
}
