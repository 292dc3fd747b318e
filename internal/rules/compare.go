package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A Compared is one requirement, or the total, in two editions.
type Compared struct {
	Requirement ledger.Requirement `json:"requirement" as:"string" doc:"The requirement, or total."`
	Title       string             `json:"name" doc:"In words."` // as the later edition has it, if it does
	Before      *Figure            `json:"before" null:"where the edition does not have it"`
	After       *Figure            `json:"after" null:"where the edition does not have it"`
	Change      ledger.Points      `json:"change" min:"none" doc:"Points, with at most two decimals. Below 0 when fewer are asked for."`
	// TopicsBefore and TopicsAfter are what it accepts; none for other.
	TopicsBefore []ledger.Topic `json:"topics_before"`
	TopicsAfter  []ledger.Topic `json:"topics_after"`
}

// Compare returns all requirements of two editions of a credential: those of the later
// one, then those that it no longer has, then other and the total.
func Compare(before, after *Edition) []Compared {
	var all []Compared
	add := func(name ledger.Requirement) {
		if slices.ContainsFunc(all, func(c Compared) bool { return c.Requirement == name }) {
			return
		}
		c := Compared{Requirement: name}
		if r, ok := before.Requirement(name); ok {
			c.Title, c.Before, c.TopicsBefore = r.Title, &r.Figure, r.Topics
		}
		if r, ok := after.Requirement(name); ok {
			c.Title, c.After, c.TopicsAfter = r.Title, &r.Figure, r.Topics
		}
		if c.Before != nil || c.After != nil {
			all = append(all, c)
		}
	}
	for _, r := range slices.Concat(after.Requirements, before.Requirements) {
		if r.Name != ledger.Other {
			add(r.Name)
		}
	}
	add(ledger.Other)
	all = append(all, Compared{Requirement: Total, Title: "Total", Before: &before.Total, After: &after.Total})
	for i, c := range all {
		if c.After != nil {
			all[i].Change = c.After.Points
		}
		if c.Before != nil {
			all[i].Change -= c.Before.Points
		}
	}
	return all
}
