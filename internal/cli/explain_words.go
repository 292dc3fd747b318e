package cli

import (
	"fmt"
	"slices"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

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
func (s snapshot) fate(t rules.Standing, f fated) string {
	line := words.Points(f.Points)
	if f.CountsAs == "" {
		if f.Allocated != "" {
			line += " allocated to " + titleOf(t.Edition, f.Allocated)
		}
		return line + " " + words.Agree(f.Points, "does", "do") + " not count: " + s.why(t, f)
	}
	line += " " + words.Agree(f.Points, "counts", "count") + " for " + titleOf(t.Edition, f.CountsAs)
	if f.CountsAs != f.Allocated {
		line += ", as surplus of " + titleOf(t.Edition, f.Allocated)
	}
	return line
}

// notCounted says what is allocated of a credit and does not count, or not yet.
func (s snapshot) notCounted(t rules.Standing, credit int64) (notes []string) {
	x, _ := t.Explain(credit)
	for _, f := range partsOf(x.Finding) {
		switch {
		case f.Allocated == "":
		case f.Reason == rules.NotYet:
			return []string{fmt.Sprintf("Credit %d is dated %s and counts from that day on.", credit, f.Credit.Date)}
		case f.Reason == rules.NothingLeft || f.Reason == rules.OverCap:
			notes = append(notes, fmt.Sprintf("%s: %s.", t.Designation(), s.fate(t, f)))
		}
	}
	return notes
}

// why gives the one reason for which points of a credit do not count.
func (s snapshot) why(t rules.Standing, f fated) string {
	c := f.Credit
	switch f.Reason {
	case rules.BeforeWindow:
		return fmt.Sprintf("dated %s, %s before %s", c.Date, words.Count(int(t.First-c.Date), "day"), beginning(t))
	case rules.AfterWindow:
		return fmt.Sprintf("dated %s, %s after the cycle %s on %s", c.Date, words.Count(int(c.Date-t.Last), "day"), words.Verb(past(t.Last, t.Today), "ended", "ends"), t.Last)
	case rules.NotYet:
		return fmt.Sprintf("dated %s, in %s; it counts from that day on", c.Date, words.Count(int(c.Date-t.Today), "day"))
	case rules.NoTopic:
		return noTopic(t.Edition, c)
	case rules.NoSuchRule:
		return "these rules have no such requirement"
	case rules.NothingLeft:
		return fullOnes(t, c)
	case rules.OverCap:
		return "the cap is reached, as " + capText(t, *t.Cap(c.Activity))
	case rules.OtherCycle:
		return "allocated to " + words.List("and", s.otherCycles(t, c.ID))
	}
	line := "not allocated, though " + lacking(t, f, func(_, free ledger.Points) bool { return free > 0 })
	if k := t.Cap(c.Activity); k != nil {
		line += ", and " + capText(t, *k)
	}
	return line
}

// beginning says when the days begin that count.
func beginning(t rules.Standing) string {
	if t.Moving() {
		return fmt.Sprintf("the last %s, which began on %s", months(t.Edition.Programme.LastYears.Months), t.First)
	}
	return fmt.Sprintf("the cycle %s on %s", words.Verb(past(t.First, t.Today), "began", "begins"), t.First)
}

// past returns 1 when the day has passed.
func past(d, today ledger.Date) int {
	if d < today {
		return 1
	}
	return 0
}

func noTopic(e *rules.Edition, c ledger.Credit) string {
	if len(c.Topics) == 0 {
		return "it has no topic, and every requirement asks for one"
	}
	if slices.ContainsFunc(e.Requirements, func(r rules.Requirement) bool { return r.Accepts(c) }) {
		return fmt.Sprintf("its topics (%s) let no more of it count", topicNames(c.Topics))
	}
	return fmt.Sprintf("no requirement accepts %s", topicNames(c.Topics))
}

// fullOnes says which requirements are full that a credit could serve.
func fullOnes(t rules.Standing, c ledger.Credit) string {
	var names []string
	for _, r := range t.Requirements {
		if r.Accepts(c) && r.Remaining == 0 {
			names = append(names, fmt.Sprintf("%s (%s)", lower(r.Title), r.Points))
		}
	}
	return words.List("and", names) + " " + words.Verb(len(names), "is", "are") + " full"
}

// lacking says what those requirements lack that take of a credit what is
// wanted, or nothing where none does.
func lacking(t rules.Standing, f fated, wanted func(most, free ledger.Points) bool) string {
	var names []string
	for _, r := range t.Requirements {
		if r.Remaining > 0 && wanted(t.Room(f.Finding, r.Name)) {
			names = append(names, fmt.Sprintf("%s lacks %s", lower(r.Title), r.Remaining))
		}
	}
	return words.List("and", names)
}

// capText says how far an activity counts.
func capText(t rules.Standing, k rules.Cap) string {
	return fmt.Sprintf("credits of the activity %s count for at most %s together, %d %% of the total", k.Activity, words.Points(k.Points(t.Required)), k.Percent)
}

// capNow says that, and how far it counts already.
func capNow(t rules.Standing, k rules.Cap) string {
	return fmt.Sprintf("%s; %s now", capText(t, k), agreeing(t.CountedOf(k.Activity), "counts", "count"))
}

// otherCycles says which other cycles of the credential have points of a
// credit.
func (s snapshot) otherCycles(t rules.Standing, credit int64) []string {
	sums := map[int64]ledger.Points{}
	for _, x := range s.AllocationsOf(credit) {
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
func (s snapshot) remedy(t rules.Standing, f fated) string {
	if settled(t) {
		return ""
	}
	byHand, code := f.AllocatedBy == ledger.ByHand, s.shortName(t.Credential)
	elsewhere := func(most, _ ledger.Points) bool { return most > 0 }
	switch {
	case f.Reason == rules.NotAllocated, f.Reason == rules.NoSuchRule && !byHand:
		return "cmp allocate --auto"
	case f.Reason == rules.NoSuchRule:
		return fmt.Sprintf("cmp deallocate %d --credential %s", f.Credit.ID, code)
	case f.Reason == rules.NoTopic, f.Reason == rules.NothingLeft && len(f.Credit.Topics) == 0:
		return topicRemedy(t, f.Credit)
	case f.Reason == rules.NothingLeft && f.Allocated != "" && !byHand && t.Closable > 0 && lacking(t, f, elsewhere) != "":
		return "cmp allocate --auto"
	}
	return ""
}

// topicRemedy says how a credit could serve what is short: first a requirement
// of which it has a topic already, for less than it is worth; else, where it
// has no topic at all, some that it could be about.
func topicRemedy(t rules.Standing, c ledger.Credit) string {
	var titles, flags []string
	for _, r := range shortTopics(t) {
		flag := actions.WithTopic(c, t.Edition, r.Name).Words()
		if r.Accepts(c) {
			return fmt.Sprintf("if more of it is about %s: cmp edit %d %s", lower(r.Title), c.ID, flag)
		}
		titles, flags = append(titles, lower(r.Title)), append(flags, flag)
	}
	most := min(len(flags), 3)
	if len(c.Topics) > 0 { // those are flags too, which makes more than one hard to read
		most = min(most, 1)
	}
	if most == 0 {
		return ""
	}
	return fmt.Sprintf("if it is about %s: cmp edit %d %s", words.List("or", titles[:most]), c.ID, words.List("or", flags[:most]))
}

// shortTopics returns the requirements of certain topics that lack something
// which nothing else can supply, as the holder allocates, in their order.
func shortTopics(t rules.Standing) (all []rules.Requirement) {
	for _, r := range t.Edition.Requirements {
		short := slices.ContainsFunc(t.Kept, func(s rules.Shortage) bool {
			return slices.ContainsFunc(s.Requirements, func(q rules.Requirement) bool { return q.Name == r.Name })
		})
		if short && len(r.Topics) > 0 {
			all = append(all, r)
		}
	}
	return all
}

// ruleName is a rule in a word or two, for a table.
func ruleName(r rules.Rule) string {
	switch r {
	case rules.RuleOneCycle:
		return "one cycle"
	case rules.RuleToday:
		return "done yet"
	case rules.RuleNeed:
		return "room"
	}
	return string(r)
}
