package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A Rule is what points have to pass to count.
type Rule string

// The rules, in the order in which they are tried. What one stops does not
// come to the next.
const (
	RuleOneCycle   Rule = "one-cycle"  // a point counts for one cycle of a credential
	RuleDays       Rule = "days"       // the credit is dated in the days that count
	RuleToday      Rule = "today"      // and its day has come
	RuleTopic      Rule = "topic"      // a requirement accepts what it is about
	RuleNeed       Rule = "need"       // and has room: it is not full
	RuleCap        Rule = "cap"        // its activity counts only so far
	RuleAllocation Rule = "allocation" // it is allocated
)

// Rule returns the rule that stops points for the reason, or "" when they
// count.
func (r Reason) Rule() Rule {
	return map[Reason]Rule{
		OtherCycle: RuleOneCycle, BeforeWindow: RuleDays, AfterWindow: RuleDays, NotYet: RuleToday,
		NoTopic: RuleTopic, NoSuchRule: RuleTopic, NothingLeft: RuleNeed, OverCap: RuleCap, NotAllocated: RuleAllocation,
	}[r]
}

// A Result is what became of the points that came to a rule.
type Result string

// The results.
const (
	Pass       Result = "pass"
	Partly     Result = "partly" // some were stopped
	Fail       Result = "fail"   // all were
	NotReached Result = "not-reached"
)

// A Check is what one rule made of the points of one credit.
type Check struct {
	Rule Rule
	// Tried are the points that came to it, Stopped those of them that went no
	// further.
	Tried, Stopped ledger.Points
	// Sources say where the figures come from that the rule goes by, each once;
	// none where the rule is the ledger's own.
	Sources []Provenance
}

// Result says in a word what became of the points.
func (c Check) Result() Result {
	switch c.Stopped {
	case c.Tried:
		if c.Tried == 0 {
			return NotReached
		}
		return Fail
	case 0:
		return Pass
	}
	return Partly
}

// A CreditExplanation is what becomes of one credit in one cycle, and by which
// rules.
type CreditExplanation struct {
	Finding
	Checks []Check // every rule, in the order in which they are tried
	// Serves are the requirements that accept the credit, as far as they are
	// met, in the order of the edition.
	Serves []RequirementStanding
	Cap    *Cap // that on the credit's activity, or nil
}

// Explain accounts for one credit of the standing, and reports whether that
// has it. It judges nothing again: what a rule stops is what the findings say.
func (s Standing) Explain(credit int64) (CreditExplanation, bool) {
	k := slices.IndexFunc(s.Findings, func(f Finding) bool { return f.Credit.ID == credit })
	if k < 0 {
		return CreditExplanation{}, false
	}
	x := CreditExplanation{Finding: s.Findings[k]}
	for _, r := range s.Requirements {
		if r.Accepts(x.Credit) {
			x.Serves = append(x.Serves, r)
		}
	}
	x.Cap = s.Cap(x.Credit.Activity)
	stopped := map[Rule]ledger.Points{}
	var tried ledger.Points
	for _, p := range x.Parts {
		stopped[p.Reason.Rule()] += p.Points
		tried += p.Points
	}
	for _, r := range []Rule{RuleOneCycle, RuleDays, RuleToday, RuleTopic, RuleNeed, RuleCap, RuleAllocation} {
		x.Checks = append(x.Checks, Check{r, tried, stopped[r], s.sources(r, x)})
		tried -= stopped[r]
	}
	return x, true
}

// Cap returns the cap on an activity, or nil where the programme has none.
func (s Standing) Cap(activity ledger.Activity) *Cap {
	i := s.Edition.Programme.cap(activity)
	if i < 0 {
		return nil
	}
	return &s.Edition.Programme.Caps[i]
}

// CountedOf returns what counts of all credits of an activity.
func (s Standing) CountedOf(activity ledger.Activity) ledger.Points {
	var counted ledger.Points
	for _, f := range s.Findings {
		if f.Credit.Activity == activity {
			counted += f.Counted
		}
	}
	return counted
}

// sources returns where the figures come from that a rule goes by.
func (s Standing) sources(r Rule, x CreditExplanation) []Provenance {
	switch p := s.Edition.Programme; {
	case r == RuleDays && s.Moving() && p.LastYears != nil:
		return []Provenance{p.LastYears.Provenance}
	case r == RuleDays:
		return []Provenance{p.Cycle.Provenance}
	case r == RuleCap && x.Cap != nil:
		return []Provenance{x.Cap.Provenance}
	case r != RuleTopic && r != RuleNeed:
		return nil
	}
	from := x.Serves
	if from == nil {
		from = s.Requirements
	}
	var all []Provenance
	for _, r := range from {
		if !slices.Contains(all, r.Provenance) {
			all = append(all, r.Provenance)
		}
	}
	return all
}

// A Candidate is a credit that could serve a requirement.
type Candidate struct {
	Finding
	// Most is how many of its points the requirement could take, whatever else
	// is allocated in the cycle, and Free how many of those it could take
	// beside all that is.
	Most ledger.Points `json:"at_most" doc:"Of its points that could serve."`
	Free ledger.Points `json:"free" doc:"Of those, not allocated."`
	// Cap is nil where neither would be more without one.
	Cap    *Cap `json:"cap" only:"Activity" as:"string" empty:"" doc:"Its activity where a cap on that makes one of the two less. Else empty."`
	Future bool `json:"future" doc:"It counts from its day on."`
}

// Candidates returns the credits that could serve a requirement by their dates
// and topics, by date and number.
func (s Standing) Candidates(name ledger.Requirement) []Candidate {
	var all []Candidate
	for _, f := range s.Findings {
		if !s.Holds(f.Credit.Date) {
			continue
		}
		c := Candidate{Finding: f, Future: f.Credit.Date > s.Today}
		c.Most, c.Free = s.Room(f, name)
		if k := s.Cap(f.Credit.Activity); k != nil {
			most := k.Points(s.Required)
			if left := most - s.CountedOf(k.Activity); c.Most > most || c.Free > left {
				c.Most, c.Free, c.Cap = min(c.Most, most), min(c.Free, left), k
			}
		}
		if c.Most > 0 {
			all = append(all, c)
		}
	}
	return all
}

// Room returns how many points of a credit of the standing a requirement could
// take by the credit's topics: at most, beside what other cycles have of it,
// and free, beside all that is allocated. Dates do not matter.
func (s Standing) Room(f Finding, name ledger.Requirement) (most, free ledger.Points) {
	h := &holdings{Account: Account{Edition: s.Edition}}
	h.other = h.Edition.index(ledger.Other)
	c := holding{Credit: f.Credit}
	for _, p := range f.Parts {
		switch {
		case p.Reason == OtherCycle:
			c.elsewhere += p.Points
		case p.Allocated != "":
			c.here = append(c.here, ledger.Allocation{Requirement: p.Allocated, Points: p.Points})
		}
	}
	free = h.room(c, name)
	c.here = nil
	return h.room(c, name), free
}
