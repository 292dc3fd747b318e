package cli

import (
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

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
