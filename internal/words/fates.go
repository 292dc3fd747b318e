package words

import (
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// Fates puts into words what becomes of the credits of one cycle, and why.
type Fates struct {
	rules.Standing
	Code string // of the credential, as it is typed
	Auto bool   // cmp allocates by itself
	// AllocationsOf returns the allocations of a credit in all cycles.
	AllocationsOf func(credit int64) []ledger.Allocation
}

// HandCost says what the holder's own allocations of one credit cost, and what to type
// to get the points back.
func (t *Fates) HandCost(c rules.HandCost) (costs string, next ledger.Text) {
	auto := ledger.Command{"allocate", "--auto"}
	line := t.allocations(c.Allocations) + ", costs "
	if c.Points == 0 { // it does not help to take them back alone
		return line + "points, together with others", ledger.Say("%s", append(auto, "--fresh"))
	}
	deallocate := ledger.Command{"deallocate", fmt.Sprint(c.Credit.ID)}
	for _, x := range c.Allocations {
		deallocate = append(deallocate, string(x.Requirement))
	}
	next = ledger.Say("%s", append(deallocate, "--credential", t.Code))
	if !t.Auto {
		next = ledger.Say("%s, then %s", next, auto)
	}
	return line + Points(c.Points), next
}

// Title returns a requirement as it reads in the middle of a sentence.
func (t *Fates) Title(name ledger.Requirement) string {
	if r, ok := t.Edition.Requirement(name); ok {
		return Lower(r.Title)
	}
	return Lower(name.Title())
}

// allocations says where allocations are: "1 to chemistry and 0.5 to other".
func (t *Fates) allocations(all []ledger.Allocation) string {
	return List("and", Map(all, func(x ledger.Allocation) string {
		return fmt.Sprintf("%s to %s", x.Points, t.Title(x.Requirement))
	}))
}

// Fate says what became of a part of a credit, in a sentence without a full stop.
func (t *Fates) Fate(f rules.Finding, p rules.Portion) string {
	line := Points(p.Points)
	if p.CountsAs == "" {
		if p.Allocated != "" {
			line += " allocated to " + t.Title(p.Allocated)
		}
		return line + " " + Agree(p.Points, "does", "do") + " not count: " + t.why(f, p)
	}
	line += " " + Agree(p.Points, "counts", "count") + " for " + t.Title(p.CountsAs)
	if p.CountsAs != p.Allocated {
		line += ", left over from " + t.Title(p.Allocated)
	}
	return line
}

// why says why a part of a credit does not count.
func (t *Fates) why(f rules.Finding, p rules.Portion) string {
	c := f.Credit
	switch p.Reason {
	case rules.BeforeWindow:
		return fmt.Sprintf("dated %s, %s before the first day that counts, %s", c.Date, Count(int(t.First-c.Date), "day"), t.First)
	case rules.AfterWindow:
		return fmt.Sprintf("dated %s, %s after the last day that counts, %s", c.Date, Count(int(c.Date-t.Last), "day"), t.Last)
	case rules.NotYet:
		return fmt.Sprintf("dated %s, in %s; it counts from that day on", c.Date, Count(int(c.Date-t.Today), "day"))
	case rules.NoTopic:
		switch {
		case len(c.Topics) == 0:
			return "it has no topic, and each requirement asks for one"
		case slices.ContainsFunc(t.Edition.Requirements, func(r rules.Requirement) bool { return r.Accepts(c) }):
			return fmt.Sprintf("its topics let no more of it count (%s)", Topics(c.Topics))
		}
		return "no requirement takes " + Topics(c.Topics)
	case rules.NoSuchRule:
		return "these rules have no such requirement"
	case rules.NothingLeft:
		var full []string
		for _, r := range t.Requirements {
			if r.Accepts(c) && r.Remaining == 0 {
				full = append(full, fmt.Sprintf("%s (%s)", Lower(r.Title), r.Points))
			}
		}
		return List("and", full) + " " + Verb(len(full), "is", "are") + " full"
	case rules.OverCap:
		return "the cap is reached"
	case rules.OtherCycle:
		return "allocated to " + List("and", t.otherCycles(c.ID))
	}
	var lacking []string
	for _, r := range t.Requirements {
		if _, free := t.Room(f, r.Name); r.Remaining > 0 && free > 0 {
			lacking = append(lacking, fmt.Sprintf("%s still needs %s", Lower(r.Title), r.Remaining))
		}
	}
	return "not allocated, though " + List("and", lacking)
}

// A Rule is a rule of the body by which points do not count.
type Rule struct {
	Text string `json:"text" doc:"In words."`
	rules.Provenance
}

// Rule returns the body's rule by which a part of a credit does not count. It is nil if
// the part counts, or if no rule keeps it from counting.
func (t *Fates) Rule(f rules.Finding, p rules.Portion) *Rule {
	of := t.Edition.Programme
	switch c := f.Credit; p.Reason {
	case rules.BeforeWindow, rules.AfterWindow:
		if t.Moving() {
			return &Rule{t.WhichDays(), of.LastYears.Provenance}
		}
		return &Rule{"credits count within the cycle, first and last day included", of.Cycle.Provenance}
	case rules.NoTopic:
		if !slices.ContainsFunc(t.Edition.Requirements, func(r rules.Requirement) bool { return r.Accepts(c) }) {
			return &Rule{"each requirement takes points of its own topics only", t.Edition.Total.Provenance}
		}
	case rules.NothingLeft:
		for _, r := range slices.Backward(t.Requirements) { // other, the last, takes the surplus of the rest
			if r.Accepts(c) && r.Remaining == 0 {
				return &Rule{fmt.Sprintf("%s asks for %s of the %s points", Lower(r.Title), r.Points, t.Required), r.Provenance}
			}
		}
	case rules.OverCap, rules.NotAllocated:
		if k := t.Cap(c.Activity); k != nil {
			return &Rule{t.capRule(*k), k.Provenance}
		}
	}
	return nil
}

// capRule says how far an activity counts.
func (t *Fates) capRule(k rules.Cap) string {
	return fmt.Sprintf("credits of the activity %s count for at most %s together, %d%% of the total", k.Activity, Points(k.Points(t.Required)), k.Percent)
}

// CapNow says how far an activity counts, and how much of it counts now.
func (t *Fates) CapNow(k rules.Cap) string {
	return fmt.Sprintf("%s; %s now", t.capRule(k), Agreeing(t.CountedOf(k.Activity), "counts", "count"))
}

// Agreeing returns points with a verb: "1 counts", "18 count".
func Agreeing(p ledger.Points, one, many string) string {
	return p.String() + " " + Agree(p, one, many)
}

// otherCycles lists the other cycles of the credential that have points of a credit.
func (t *Fates) otherCycles(credit int64) []string {
	sums := map[int64]ledger.Points{}
	for _, x := range t.AllocationsOf(credit) {
		sums[x.Cycle] += x.Points
	}
	var all []string
	for _, y := range t.Credential.Cycles {
		if sum := sums[y.ID]; sum > 0 && y.ID != t.Cycle.ID {
			all = append(all, fmt.Sprintf("the cycle %s to %s (%s)", y.First, y.Last, Points(sum)))
		}
	}
	return all
}

// Remedy says what to type so that a part of a credit counts. It is empty if nothing
// helps, or if [Fates.HandCost] says what to type.
func (t *Fates) Remedy(f rules.Finding, p rules.Portion) ledger.Text {
	if t.Finished() {
		return ledger.Text{}
	}
	byHand := p.AllocatedBy == ledger.ByHand
	switch {
	case p.Reason == rules.NotAllocated, p.Reason == rules.NoSuchRule && !byHand,
		p.Reason == rules.NothingLeft && p.Allocated != "" && len(f.Credit.Topics) > 0 && !byHand && t.Closable > 0:
		return ledger.Say("%s", ledger.Command{"allocate", "--auto"})
	case p.Reason == rules.NoSuchRule:
		return ledger.Say("%s", ledger.Command{"deallocate", fmt.Sprint(f.Credit.ID), "--credential", t.Code})
	case p.Reason == rules.NoTopic, p.Reason == rules.NothingLeft && len(f.Credit.Topics) == 0:
		return t.topicRemedy(f.Credit)
	}
	return ledger.Text{}
}

// WithTopic returns the flags of cmp edit that let all of the credit serve the
// requirement. They name the credit's topics, without limits on those that the
// requirement accepts; if it accepts none, they add one that it does.
func WithTopic(c ledger.Credit, e *rules.Edition, name ledger.Requirement) (flags ledger.Command) {
	r, _ := e.Requirement(name)
	topics, has := slices.Clone(c.Topics), false
	for i, t := range topics {
		if r.Topics != nil && r.Takes(t.Topic) {
			topics[i].Limit, has = 0, true
		}
	}
	if !has && len(r.Topics) > 0 {
		topics = append(topics, ledger.CreditTopic{Topic: r.Topics[0]})
	}
	for _, t := range topics {
		flags = append(flags, "--topic", t.String())
	}
	return flags
}

// topicRemedy says which topic would let a credit serve what is short: first one that
// the credit has with a limit, else up to three that it could be about.
func (t *Fates) topicRemedy(c ledger.Credit) ledger.Text {
	most := 3
	if len(c.Topics) > 0 { // each command repeats them, so more than one is hard to read
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
		flag := WithTopic(c, t.Edition, r.Name).Words()
		if r.Accepts(c) {
			return ledger.Say("if more of it is about %s: %s %s", Lower(r.Title), edit, flag)
		}
		if len(titles) < most {
			titles, flags = append(titles, Lower(r.Title)), append(flags, flag)
		}
	}
	if titles == nil {
		return ledger.Text{}
	}
	return ledger.Say("if it is about %s: %s %s", List("or", titles), edit, List("or", flags))
}

// Reasons returns the reasons why points do not count, in the order in which they are
// shown.
func Reasons() []rules.Reason {
	return []rules.Reason{
		rules.NotAllocated, rules.NoTopic, rules.NoSuchRule, rules.NothingLeft, rules.OverCap,
		rules.NotYet, rules.OtherCycle, rules.BeforeWindow, rules.AfterWindow,
	}
}

// WhichDays says which days count, and why those.
func (t *Fates) WhichDays() string {
	days := fmt.Sprintf("credits dated %s to %s count, first and last day included", t.First, t.Last)
	if !t.Moving() {
		return days
	}
	span := Months(t.Edition.Programme.LastYears.Months)
	switch t.State {
	case rules.Declared:
		return fmt.Sprintf("you declared it on %s, when the last %s counted: %s", t.Cycle.Declared, span, days)
	case rules.Expired:
		return fmt.Sprintf("the cycle expired on %s undeclared, so the last %s count: %s", t.Cycle.Last, span, days)
	}
	return fmt.Sprintf("you take part voluntarily and completed no cycle yet, so the last %s count: %s", span, days)
}
