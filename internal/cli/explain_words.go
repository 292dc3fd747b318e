package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// An explainedCycle is a cycle that is judged, with what words the fates of
// credits in it. It is the same matter in each form of cmp explain.
type explainedCycle struct {
	judgedCycle
	*fates
}

// fates says what becomes of credits in one cycle, and why.
type fates struct {
	app      *app
	snapshot snapshot
	rules.Standing
	code string // of the credential, as it is typed
}

func (a *app) explained(s snapshot, t rules.Standing) explainedCycle {
	return explainedCycle{cycleOf(t), &fates{a, s, t, s.shortName(t.Credential)}}
}

func (t *fates) text(format string, args ...any) string { return t.app.text(format, args...) }

// portions returns what became of points of credits: of those that are wanted, or
// of all.
func (t *fates) portions(of []rules.Finding, wanted func(rules.Portion) bool) (all []portion) {
	for _, f := range of {
		for _, p := range f.Parts {
			if wanted == nil || wanted(p) {
				all = append(all, portion{ref(f.Credit), p, t.fate(f, p), t.text("%s", t.remedy(f, p))})
			}
		}
	}
	return all
}

// filled returns how far a requirement is met and by what: by date, surplus of
// others after what was allocated to it.
func (t *fates) filled(r rules.RequirementStanding) filledRequirement {
	all := t.portions(t.Findings, func(p rules.Portion) bool { return p.CountsAs == r.Name })
	place := func(p portion) int {
		if p.Allocated == r.Name {
			return -1
		}
		return slices.IndexFunc(t.Requirements, func(r rules.RequirementStanding) bool { return r.Name == p.Allocated })
	}
	slices.SortStableFunc(all, func(a, b portion) int { return place(a) - place(b) })
	return filledRequirement{metOf(r), r.Source, r.Topics, all}
}

// uncounted returns what does not count, in the order of the reasons.
func (t *fates) uncounted() []portion {
	all := t.portions(t.Findings, func(p rules.Portion) bool { return p.CountsAs == "" })
	place := func(p portion) int {
		return slices.IndexFunc(reasons(), func(r reasonNamed) bool { return r.reason == p.Reason })
	}
	slices.SortStableFunc(all, func(a, b portion) int { return place(a) - place(b) })
	return all
}

// handCosts says what allocations by hand cost, and what to type so that they
// cost nothing any more.
func (t *fates) handCosts(all []rules.HandCost) (out []handCost) {
	auto := ledger.Command{"allocate", "--auto"}
	for _, c := range all {
		costs, next := "something together with others", ledger.Say("%s", append(auto, "--fresh")) // taken back alone, they bring nothing
		if c.Points > 0 {
			deallocate := ledger.Command{"deallocate", fmt.Sprint(c.Credit.ID)}
			for _, x := range c.Allocations {
				deallocate = append(deallocate, string(x.Requirement))
			}
			costs, next = words.Points(c.Points), ledger.Say("%s", append(deallocate, "--credential", t.code))
			if !t.snapshot.auto {
				next = ledger.Say("%s, then %s", next, auto)
			}
		}
		text := fmt.Sprintf("%s, costs %s", allocatedTo(t.Edition, c.Allocations), costs)
		out = append(out, handCost{c.Credit.ID, allocationItems(t.snapshot, c.Allocations), c.Points, t.text("%s", next), text})
	}
	return out
}

// titleOf returns a requirement as it reads in the middle of a sentence.
func titleOf(e *rules.Edition, name ledger.Requirement) string {
	if r, ok := e.Requirement(name); ok {
		return lower(r.Title)
	}
	return lower(name.Title())
}

// allocatedTo says where allocations are: "1 to chemistry and 0.5 to other".
func allocatedTo(e *rules.Edition, all []ledger.Allocation) string {
	parts := make([]string, len(all))
	for i, x := range all {
		parts[i] = fmt.Sprintf("%s to %s", x.Points, titleOf(e, x.Requirement))
	}
	return words.List("and", parts)
}

// fate says what became of points of a credit, in a sentence without a full
// stop.
func (t *fates) fate(f rules.Finding, p rules.Portion) string {
	line := words.Points(p.Points)
	if p.CountsAs == "" {
		if p.Allocated != "" {
			line += " allocated to " + titleOf(t.Edition, p.Allocated)
		}
		return line + " " + words.Agree(p.Points, "does", "do") + " not count: " + t.why(f, p)
	}
	line += " " + words.Agree(p.Points, "counts", "count") + " for " + titleOf(t.Edition, p.CountsAs)
	if p.CountsAs != p.Allocated {
		line += ", as surplus of " + titleOf(t.Edition, p.Allocated)
	}
	return line
}

// notCounted says what is allocated of a credit and does not count, or not yet.
func (a *app) notCounted(s snapshot, standing rules.Standing, credit int64) (notes []string) {
	t := a.explained(s, standing)
	x, _ := t.Explain(credit)
	for _, p := range t.portions([]rules.Finding{x.Finding}, func(p rules.Portion) bool { return p.Allocated != "" }) {
		switch p.Reason {
		case rules.NotYet:
			return []string{fmt.Sprintf("Credit %d is dated %s and counts from that day on.", credit, p.Date)}
		case rules.NothingLeft, rules.OverCap:
			notes = append(notes, fmt.Sprintf("%s: %s.", t.judgedCycle.Designation, p.Text))
		}
	}
	return notes
}

// why gives the one reason for which points of a credit do not count.
func (t *fates) why(f rules.Finding, p rules.Portion) string {
	c := f.Credit
	switch p.Reason {
	case rules.BeforeWindow:
		return fmt.Sprintf("dated %s, %s before the first day that counts, %s", c.Date, words.Count(int(t.First-c.Date), "day"), t.First)
	case rules.AfterWindow:
		return fmt.Sprintf("dated %s, %s after the last day that counts, %s", c.Date, words.Count(int(c.Date-t.Last), "day"), t.Last)
	case rules.NotYet:
		return fmt.Sprintf("dated %s, in %s; it counts from that day on", c.Date, words.Count(int(c.Date-t.Today), "day"))
	case rules.NoTopic:
		switch {
		case len(c.Topics) == 0:
			return "it has no topic, and every requirement asks for one"
		case slices.ContainsFunc(t.Edition.Requirements, func(r rules.Requirement) bool { return r.Accepts(c) }):
			return fmt.Sprintf("its topics (%s) let no more of it count", topicNames(c.Topics))
		}
		return "no requirement accepts " + topicNames(c.Topics)
	case rules.NoSuchRule:
		return "these rules have no such requirement"
	case rules.NothingLeft:
		var full []string
		for _, r := range t.Requirements {
			if r.Accepts(c) && r.Remaining == 0 {
				full = append(full, fmt.Sprintf("%s (%s)", lower(r.Title), r.Points))
			}
		}
		return words.List("and", full) + " " + words.Verb(len(full), "is", "are") + " full"
	case rules.OverCap:
		return "the cap is reached, as " + t.capText(*t.Cap(c.Activity))
	case rules.OtherCycle:
		return "allocated to " + words.List("and", t.otherCycles(c.ID))
	}
	line := "not allocated, though " + t.lacking(f, func(_, free ledger.Points) bool { return free > 0 })
	if k := t.Cap(c.Activity); k != nil {
		line += ", and " + t.capText(*k)
	}
	return line
}

// lacking says what those requirements lack that take of a credit what is
// wanted, or nothing where none does.
func (t *fates) lacking(f rules.Finding, wanted func(most, free ledger.Points) bool) string {
	var names []string
	for _, r := range t.Requirements {
		if r.Remaining > 0 && wanted(t.Room(f, r.Name)) {
			names = append(names, fmt.Sprintf("%s lacks %s", lower(r.Title), r.Remaining))
		}
	}
	return words.List("and", names)
}

// capText says how far an activity counts.
func (t *fates) capText(k rules.Cap) string {
	return fmt.Sprintf("credits of the activity %s count for at most %s together, %d %% of the total", k.Activity, words.Points(k.Points(t.Required)), k.Percent)
}

// capNow says that, and how far it counts already.
func (t *fates) capNow(k rules.Cap) string {
	return fmt.Sprintf("%s; %s now", t.capText(k), agreeing(t.CountedOf(k.Activity), "counts", "count"))
}

// agreeing returns points with a verb: "1 counts", "18 count".
func agreeing(p ledger.Points, one, many string) string {
	return p.String() + " " + words.Agree(p, one, many)
}

// otherCycles says which other cycles of the credential have points of a
// credit.
func (t *fates) otherCycles(credit int64) []string {
	sums := map[int64]ledger.Points{}
	for _, x := range t.snapshot.AllocationsOf(credit) {
		sums[x.Cycle] += x.Points
	}
	var all []string
	for _, y := range t.Credential.Cycles {
		if sum := sums[y.ID]; sum > 0 && y.ID != t.Cycle.ID {
			all = append(all, fmt.Sprintf("the cycle %s to %s (%s)", y.First, y.Last, words.Points(sum)))
		}
	}
	return all
}

// settled reports whether nothing can be done any more about what counts for
// a cycle: it is declared or closed.
func settled(t rules.Standing) bool {
	return t.Cycle.Declared != 0 || t.Cycle.ID != t.Credential.Current().ID
}

// remedy says what to type about points that do not count, or nothing where
// nothing can be done, or what allocations by hand cost says it.
func (t *fates) remedy(f rules.Finding, p rules.Portion) ledger.Text {
	if settled(t.Standing) {
		return ledger.Text{}
	}
	byHand := p.AllocatedBy == ledger.ByHand
	elsewhere := func(most, _ ledger.Points) bool { return most > 0 }
	switch {
	case p.Reason == rules.NotAllocated, p.Reason == rules.NoSuchRule && !byHand,
		p.Reason == rules.NothingLeft && p.Allocated != "" && len(f.Credit.Topics) > 0 && !byHand && t.Closable > 0 && t.lacking(f, elsewhere) != "":
		return ledger.Say("%s", ledger.Command{"allocate", "--auto"})
	case p.Reason == rules.NoSuchRule:
		return ledger.Say("%s", ledger.Command{"deallocate", fmt.Sprint(f.Credit.ID), "--credential", t.code})
	case p.Reason == rules.NoTopic, p.Reason == rules.NothingLeft && len(f.Credit.Topics) == 0:
		return t.topicRemedy(f.Credit)
	}
	return ledger.Text{}
}

// topicRemedy says how a credit could serve what is short, as the holder
// allocates: first a requirement of which it has a topic already, for less than it
// is worth; else, where it has no topic at all, some that it could be about.
func (t *fates) topicRemedy(c ledger.Credit) ledger.Text {
	most := 3
	if len(c.Topics) > 0 { // those are flags too, which makes more than one hard to read
		most = 1
	}
	edit := ledger.Command{"edit", fmt.Sprint(c.ID)}
	var titles, flags []string
	for _, r := range t.Edition.Requirements {
		short := slices.ContainsFunc(t.Kept, func(s rules.Shortage) bool {
			return slices.ContainsFunc(s.Requirements, func(q rules.Requirement) bool { return q.Name == r.Name })
		})
		if !short || len(r.Topics) == 0 {
			continue
		}
		flag := strings.TrimSpace(withTopic(c, t.Edition, r.Name))
		if r.Accepts(c) {
			return ledger.Say("if more of it is about %s: %s %s", lower(r.Title), edit, flag)
		}
		if len(titles) < most {
			titles, flags = append(titles, lower(r.Title)), append(flags, flag)
		}
	}
	if titles == nil {
		return ledger.Text{}
	}
	return ledger.Say("if it is about %s: %s %s", words.List("or", titles), edit, words.List("or", flags))
}

// A reasonNamed is a reason for which points do not count, in a few words.
type reasonNamed struct {
	reason rules.Reason
	name   string
}

// reasons returns them in the order in which what does not count is shown.
func reasons() []reasonNamed {
	return []reasonNamed{
		{rules.NotAllocated, "not allocated"},
		{rules.NoTopic, "no topic that counts"},
		{rules.NoSuchRule, "no such requirement"},
		{rules.NothingLeft, "every requirement that it fits is full"},
		{rules.OverCap, "over the cap"},
		{rules.NotYet, "not before its day"},
		{rules.OtherCycle, "in another cycle"},
		{rules.BeforeWindow, "not in its days"},
		{rules.AfterWindow, "not in its days"},
	}
}

func reasonName(r rules.Reason) string {
	all := reasons()
	return all[slices.IndexFunc(all, func(n reasonNamed) bool { return n.reason == r })].name
}

// ruleName is a rule in a word or two, for a table.
func ruleName(r rules.Rule) string {
	names := map[rules.Rule]string{rules.RuleOneCycle: "one cycle", rules.RuleToday: "done yet", rules.RuleNeed: "room"}
	return cmp.Or(names[r], string(r))
}

// ruleText says what a rule asks of the points of a credit that come to it.
func (t *fates) ruleText(x rules.CreditExplanation, r rules.Rule) string {
	var names, full []string // of the requirements that it can serve, and how full they are
	for _, r := range x.Serves {
		names = append(names, lower(r.Title))
		full = append(full, fmt.Sprintf("%s has %s of %s", lower(r.Title), r.Counted, r.Points))
	}
	switch r {
	case rules.RuleOneCycle:
		line := "a point counts for one cycle of a credential"
		if others := t.otherCycles(x.Credit.ID); others != nil {
			line += "; " + words.List("and", others) + " " + words.Verb(len(others), "has", "have") + " some of these"
		}
		return line
	case rules.RuleDays:
		return t.whichDays()
	case rules.RuleToday:
		return fmt.Sprintf("a credit counts from its day on; today is %s", t.Today)
	case rules.RuleTopic:
		line := "no requirement accepts it"
		if names != nil {
			line = "it can go to " + words.List("and", names)
		}
		by := "without a topic"
		if len(x.Credit.Topics) > 0 {
			by = fmt.Sprintf("by its topics (%s)", topicNames(x.Credit.Topics))
		}
		line = by + " " + line
		for _, p := range x.Parts {
			if p.Reason == rules.NoSuchRule {
				line += "; there is no requirement " + string(p.Allocated)
			}
		}
		return line
	case rules.RuleNeed:
		rule := "a requirement counts no more than it asks for"
		if _, ok := t.Edition.Requirement(ledger.Other); ok && len(t.Edition.Requirements) > 1 {
			rule += ", and what is over goes to other"
		}
		return strings.Trim(rule+": "+words.List("and", full), ": ")
	case rules.RuleCap:
		if x.Cap == nil {
			return fmt.Sprintf("the rules have no cap on the activity %s", x.Credit.Activity)
		}
		return t.capNow(*x.Cap)
	}
	var parts []string
	for _, x := range t.snapshot.AllocationsOf(x.Credit.ID) {
		if x.Cycle == t.Cycle.ID {
			parts = append(parts, allocatedTo(t.Edition, []ledger.Allocation{x})+" by "+string(x.By))
		}
	}
	if parts == nil {
		return "what counts has to be allocated, and nothing is"
	}
	return "what counts has to be allocated: " + words.List("and", parts)
}

// whichDays says which days count, and why those.
func (t *fates) whichDays() string {
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
