package cli

import (
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func inquiryToJSON(q inquiry) inquiryJSON {
	t := q.standing
	out := inquiryJSON{
		Schema: "cmp.audit/1", AsOf: t.Today, Credential: t.Credential.Code, Body: t.Credential.Body, Designation: t.Designation(),
		State: t.State, Passes: len(q.fails) == 0, Fails: []warningJSON{}, Notes: []warningJSON{}, Critical: []criticalJSON{},
	}
	if t.Cycle.Last != 0 {
		out.Cycle = &daysJSON{t.Cycle.First, t.Cycle.Last}
	}
	for _, r := range q.fails {
		out.Fails = append(out.Fails, warningJSON{r.code, r.message})
	}
	for _, r := range q.notes {
		out.Notes = append(out.Notes, warningJSON{r.code, r.message})
	}
	if q.margins.ToEarn == 0 {
		out.Margin = &marginJSON{Points: q.margins.Points, Requirements: []requirementMarginJSON{}}
		for _, set := range q.margins.Tightest {
			names := make([]ledger.Requirement, len(set))
			for i, r := range set {
				names[i] = r.Name
			}
			out.Margin.Tightest = append(out.Margin.Tightest, names)
		}
		for _, r := range q.margins.Requirements {
			out.Margin.Requirements = append(out.Margin.Requirements, requirementMarginJSON{r.Name, r.Margin})
		}
	}
	for _, c := range q.critical {
		out.Critical = append(out.Critical, criticalJSON{c.Credit.ID, c.Lacking})
	}
	return out
}

type inquiryJSON struct {
	Schema      string         `json:"schema"`
	AsOf        ledger.Date    `json:"as_of"`
	Credential  string         `json:"credential"`
	Body        string         `json:"body"`
	Designation string         `json:"designation"`
	Cycle       *daysJSON      `json:"cycle"`
	State       rules.State    `json:"state"`
	Passes      bool           `json:"passes"`
	Fails       []warningJSON  `json:"fails"`
	Notes       []warningJSON  `json:"notes"`
	Margin      *marginJSON    `json:"margin"` // null where something is to earn
	Critical    []criticalJSON `json:"critical"`
}

type marginJSON struct {
	Points       ledger.Points           `json:"points"`
	Tightest     [][]ledger.Requirement  `json:"tightest"` // sets of requirements that have no more to spare
	Requirements []requirementMarginJSON `json:"requirements"`
}

type requirementMarginJSON struct {
	Requirement ledger.Requirement `json:"requirement"`
	Margin      ledger.Points      `json:"margin"`
}

type criticalJSON struct {
	Credit  int64         `json:"credit"`
	Lacking ledger.Points `json:"lacking"` // what would be to earn without it
}
