package cli

import (
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

type statusJSON struct {
	Schema      string         `json:"schema"`
	AsOf        ledger.Date    `json:"as_of"`
	Credentials []standingJSON `json:"credentials"`
}

// judgedJSON names the cycle that is judged, and the rules that hold for it.
type judgedJSON struct {
	Credential  string         `json:"credential"`
	Body        string         `json:"body"`
	Designation string         `json:"designation"`
	Rules       editionRefJSON `json:"rules"`
	Cycle       *daysJSON      `json:"cycle"` // null before the first cycle of a voluntary credential
	Window      daysJSON       `json:"window"`
	State       rules.State    `json:"state"`
	Declared    ledger.Date    `json:"declared"`
}

func judgedToJSON(t rules.Standing) judgedJSON {
	out := judgedJSON{
		Credential: t.Credential.Code, Body: t.Credential.Body, Designation: t.Designation(),
		Rules:  editionRef(t.Edition),
		Window: daysJSON{t.First, t.Last}, State: t.State, Declared: t.Cycle.Declared,
	}
	if t.Cycle.Last != 0 {
		out.Cycle = &daysJSON{t.Cycle.First, t.Cycle.Last}
	}
	return out
}

type standingJSON struct {
	judgedJSON
	DaysLeft     *int              `json:"days_left"`
	DeclareBy    ledger.Date       `json:"declare_by"`
	DeclareFrom  ledger.Date       `json:"declare_from"`
	Points       pointsJSON        `json:"points"`
	Requirements []requirementJSON `json:"requirements"`
	Shortages    []shortageJSON    `json:"shortages"`
	Warnings     []warningJSON     `json:"warnings"`
}

type daysJSON struct {
	FirstDay ledger.Date `json:"first_day"`
	LastDay  ledger.Date `json:"last_day"`
}

type requirementJSON struct {
	Requirement ledger.Requirement `json:"requirement"`
	Name        string             `json:"name"`
	Required    ledger.Points      `json:"required"`
	Allocated   ledger.Points      `json:"allocated"`
	Counted     ledger.Points      `json:"counted"`
	Remaining   ledger.Points      `json:"remaining"`
	Confidence  rules.Confidence   `json:"confidence"`
	Pack        string             `json:"pack"` // of the holder's own that states it, or ""
}

func requirementToJSON(r rules.RequirementStanding) requirementJSON {
	return requirementJSON{r.Name, r.Title, r.Points, r.Allocated, r.Counted, r.Remaining, r.Confidence, r.Pack}
}

// shortageJSON is points that nothing recorded can supply: a point earned for
// any of the requirements makes it smaller.
type shortageJSON struct {
	Points       ledger.Points        `json:"points"`
	Requirements []ledger.Requirement `json:"requirements"`
}

type warningJSON struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (a *app) statusJSON(s snapshot, all []rules.Standing) error {
	out := statusJSON{"cmp.status/1", a.today, make([]standingJSON, len(all))}
	for i, standing := range all {
		out.Credentials[i] = a.standingToJSON(s, standing)
	}
	return answer.WriteJSON(a.env.Out, out)
}

func (a *app) standingToJSON(s snapshot, t rules.Standing) standingJSON {
	out := standingJSON{
		judgedJSON: judgedToJSON(t),
		DaysLeft:   daysLeft(t), DeclareBy: t.DeclareBy, DeclareFrom: t.DeclareFrom,
		Points:       pointsToJSON(t),
		Requirements: make([]requirementJSON, len(t.Requirements)),
		Shortages:    shortagesJSON(t.Shortages),
		Warnings:     []warningJSON{},
	}
	for i, r := range t.Requirements {
		out.Requirements[i] = requirementToJSON(r)
	}
	for _, r := range a.remarks(s, t) {
		if r.code != "" {
			out.Warnings = append(out.Warnings, warningJSON{r.code, r.message})
		}
	}
	return out
}

func shortagesJSON(all []rules.Shortage) []shortageJSON {
	out := make([]shortageJSON, len(all))
	for i, s := range all {
		out[i] = shortageJSON{s.Points, requirementNames(s.Requirements)}
	}
	return out
}

func requirementNames(requirements []rules.Requirement) []ledger.Requirement {
	names := make([]ledger.Requirement, len(requirements))
	for i, r := range requirements {
		names[i] = r.Name
	}
	return names
}
