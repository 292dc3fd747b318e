package cli

import (
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// The shapes of the contract. Fields are added, never renamed, within the
// number of a schema. Lists are never null.

type creditsJSON struct {
	Schema  string       `json:"schema"`
	DryRun  bool         `json:"dry_run,omitempty"`
	Credits []creditJSON `json:"credits"`
}

type creditJSON struct {
	ID          int64            `json:"id"`
	UID         string           `json:"uid"`
	Date        ledger.Date      `json:"date"`
	Title       string           `json:"title"`
	Provider    string           `json:"provider"`
	Points      ledger.Points    `json:"points"`
	Topics      []topicJSON      `json:"topics"`
	Activity    ledger.Activity  `json:"activity"`
	Reference   string           `json:"reference"`
	URL         string           `json:"url"`
	Note        string           `json:"note"`
	Allocations []allocationJSON `json:"allocations"`
	// Of cmp show alone.
	Evidence []evidenceJSON `json:"evidence,omitempty"`
	Declared []claimJSON    `json:"declared,omitempty"`
	Drift    []string       `json:"drift,omitempty"` // how it is no longer as it was declared
}

// claimJSON is what was declared of a credit.
type claimJSON struct {
	Credential  string             `json:"credential"`
	Body        string             `json:"body"`
	Date        ledger.Date        `json:"date"`
	Requirement ledger.Requirement `json:"requirement"`
	Points      ledger.Points      `json:"points"`
}

type topicJSON struct {
	Topic  ledger.Topic   `json:"topic"`
	Points *ledger.Points `json:"points,omitempty"` // its own limit
}

type allocationJSON struct {
	Credential  string             `json:"credential"`
	Body        string             `json:"body"`
	Requirement ledger.Requirement `json:"requirement"`
	Points      ledger.Points      `json:"points"`
	By          ledger.Allocator   `json:"by"`
	FirstDay    ledger.Date        `json:"first_day"` // of the cycle
	LastDay     ledger.Date        `json:"last_day"`
}

// creditsToJSON returns credits with their allocations.
func (a *app) creditsToJSON(s snapshot, credits []ledger.Credit) creditsJSON {
	out := creditsJSON{"cmp.credits/1", a.dryRun, make([]creditJSON, 0, len(credits))}
	allocations := map[int64][]ledger.Allocation{}
	for _, x := range s.Allocations {
		allocations[x.Credit] = append(allocations[x.Credit], x)
	}
	for _, c := range credits {
		j := creditJSON{
			ID: c.ID, UID: c.UID, Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points,
			Topics: []topicJSON{}, Activity: c.Activity, Reference: c.Reference, URL: c.URL, Note: c.Note,
			Allocations: allocationsToJSON(s, allocations[c.ID]),
		}
		for _, t := range c.Topics {
			j.Topics = append(j.Topics, topicToJSON(t))
		}
		out.Credits = append(out.Credits, j)
	}
	return out
}

// showJSON writes one credit with all that is known of it.
func (a *app) showJSON(s snapshot, c ledger.Credit) error {
	out := a.creditsToJSON(s, []ledger.Credit{c})
	j := &out.Credits[0]
	j.Evidence = evidenceList(s.evidenceOf(c.ID))
	for _, k := range s.claims(c.ID) {
		for _, line := range k.declaration.Credits {
			j.Declared = append(j.Declared, claimJSON{k.credential.Code, k.credential.Body, k.declaration.Date, line.Requirement, line.Points})
		}
		j.Drift = append(j.Drift, driftOf(k.declaration, s.Credits)...)
	}
	return answer.WriteJSON(a.env.Out, out)
}

func topicToJSON(t ledger.CreditTopic) topicJSON {
	if t.Limit == 0 {
		return topicJSON{Topic: t.Topic}
	}
	return topicJSON{t.Topic, &t.Limit}
}

func allocationsToJSON(s snapshot, all []ledger.Allocation) []allocationJSON {
	out := make([]allocationJSON, 0, len(all))
	for _, x := range all {
		c := s.OfCycle(x.Cycle)
		j := allocationJSON{Credential: c.Code, Body: c.Body, Requirement: x.Requirement, Points: x.Points, By: x.By}
		for _, y := range c.Cycles {
			if y.ID == x.Cycle {
				j.FirstDay, j.LastDay = y.First, y.Last
			}
		}
		out = append(out, j)
	}
	return out
}

type pointsJSON struct {
	Required  ledger.Points `json:"required"`
	Recorded  ledger.Points `json:"recorded"`
	Allocated ledger.Points `json:"allocated"`
	Counted   ledger.Points `json:"counted"`
	Remaining ledger.Points `json:"remaining"`
	ToEarn    ledger.Points `json:"to_earn"`
}

func pointsToJSON(s rules.Standing) pointsJSON {
	return pointsJSON{s.Required, s.Recorded, s.Allocated, s.Counted, s.Remaining, s.ToEarn}
}
