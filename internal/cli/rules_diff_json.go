package cli

import (
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

type rulesDiffJSON struct {
	Schema       string         `json:"schema"`
	Credential   string         `json:"credential"`
	Body         string         `json:"body"`
	Designation  string         `json:"designation"`
	Before       editionRefJSON `json:"before"`
	After        editionRefJSON `json:"after"`
	Same         bool           `json:"same"` // both are one edition
	Requirements []comparedJSON `json:"requirements"`
	Yours        *yoursJSON     `json:"yours"` // null where the credential is not held
}

type comparedJSON struct {
	Requirement  ledger.Requirement `json:"requirement"` // or "total"
	Name         string             `json:"name"`
	Before       *figureJSON        `json:"before"` // null where the edition does not have it
	After        *figureJSON        `json:"after"`
	Change       ledger.Points      `json:"change"`
	TopicsBefore []ledger.Topic     `json:"topics_before"`
	TopicsAfter  []ledger.Topic     `json:"topics_after"`
}

// yoursJSON is the running cycle judged by both editions.
type yoursJSON struct {
	Cycle        *daysJSON       `json:"cycle"`
	Rules        string          `json:"rules"`    // the edition that it is judged by in truth
	Declared     ledger.Date     `json:"declared"` // then no edition changes anything
	Before       pointsJSON      `json:"before"`
	After        pointsJSON      `json:"after"`
	Requirements []remainingJSON `json:"requirements"` // of which another amount remains
}

type remainingJSON struct {
	Requirement ledger.Requirement `json:"requirement"`
	Name        string             `json:"name"`
	Before      ledger.Points      `json:"before"`
	After       ledger.Points      `json:"after"`
}

func (c *comparison) json() rulesDiffJSON {
	name := c.after.Name
	out := rulesDiffJSON{
		Schema: "cmp.rules-diff/1", Credential: name.Code, Body: name.Body, Designation: name.Designation(),
		Before: editionRef(c.before), After: editionRef(c.after), Same: c.before == c.after, Requirements: []comparedJSON{},
	}
	figure := func(f *rules.Figure) *figureJSON {
		if f == nil {
			return nil
		}
		j := figureToJSON(*f)
		return &j
	}
	for _, x := range c.changes {
		out.Requirements = append(out.Requirements, comparedJSON{
			x.Requirement, x.Title, figure(x.Before), figure(x.After), x.Change(),
			append([]ledger.Topic{}, x.TopicsBefore...), append([]ledger.Topic{}, x.TopicsAfter...),
		})
	}
	if y := c.yours; y != nil {
		out.Yours = &yoursJSON{
			Rules: y.by, Declared: y.after.Cycle.Declared, Before: pointsToJSON(y.before), After: pointsToJSON(y.after), Requirements: []remainingJSON{},
		}
		if cycle := y.after.Cycle; cycle.Last != 0 {
			out.Yours.Cycle = &daysJSON{cycle.First, cycle.Last}
		}
		lines := y.lines()
		for _, l := range lines[:len(lines)-2] {
			out.Yours.Requirements = append(out.Yours.Requirements, remainingJSON{l.requirement, l.title, l.before, l.after})
		}
	}
	return out
}
