package cli

import (
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
)

type allocateJSON struct {
	Schema      string             `json:"schema"`
	DryRun      bool               `json:"dry_run"`
	Credentials []allocateResultJS `json:"credentials"`
}

type allocateResultJS struct {
	Credential string        `json:"credential"`
	Body       string        `json:"body"`
	Changes    []changeJSON  `json:"changes"`
	Remaining  ledger.Points `json:"remaining"`
	ToEarn     ledger.Points `json:"to_earn"`
	Cost       ledger.Points `json:"cost"`    // of what was allocated by hand
	CostBy     []int64       `json:"cost_by"` // credits whose allocation by hand costs it
}

type changeJSON struct {
	Credit      int64              `json:"credit"`
	Requirement ledger.Requirement `json:"requirement"`
	Before      ledger.Points      `json:"before"`
	After       ledger.Points      `json:"after"`
}

func (a *app) printAllocatedJSON(id int64, results []allocated) error {
	out := allocateJSON{Schema: "cmp.allocate/1", DryRun: a.dryRun, Credentials: []allocateResultJS{}}
	for _, r := range results {
		c := allocateResultJS{
			Credential: r.standing.Credential.Code, Body: r.standing.Credential.Body, Changes: []changeJSON{},
			Remaining: r.standing.Remaining, ToEarn: r.standing.ToEarn, CostBy: []int64{},
		}
		for _, q := range r.standing.Requirements {
			before, after := sumOf(r.before, q.Name), sumOf(r.after, q.Name)
			if before != after {
				c.Changes = append(c.Changes, changeJSON{id, q.Name, before, after})
			}
		}
		out.Credentials = append(out.Credentials, c)
	}
	return answer.WriteJSON(a.env.Out, out)
}

func sumOf(all []ledger.Allocation, r ledger.Requirement) (sum ledger.Points) {
	for _, x := range all {
		if x.Requirement == r {
			sum += x.Points
		}
	}
	return sum
}
