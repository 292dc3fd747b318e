package cli

import (
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

type declarationJSON struct {
	Credential string             `json:"credential"`
	Body       string             `json:"body"`
	Rules      editionRefJSON     `json:"rules"`
	Cycle      *daysJSON          `json:"cycle"`
	Window     daysJSON           `json:"window"`
	Declared   ledger.Date        `json:"declared"`
	Required   ledger.Points      `json:"required"`
	Counted    ledger.Points      `json:"counted"`
	Fee        *feeJSON           `json:"fee"` // null when the body publishes none
	Credits    []declaredLineJSON `json:"credits"`
}

type feeJSON struct {
	Total         int              `json:"total"`
	Application   int              `json:"application"`
	Reinstatement int              `json:"reinstatement"`
	Further       bool             `json:"further"`
	Currency      string           `json:"currency"`
	Reason        string           `json:"reason"`
	Confidence    rules.Confidence `json:"confidence"`
}

type declaredLineJSON struct {
	Requirement ledger.Requirement `json:"requirement"`
	Points      ledger.Points      `json:"points"`
	Credit      int64              `json:"credit"`
	Date        ledger.Date        `json:"date"`
	Title       string             `json:"title"`
	Provider    string             `json:"provider"`
}

func (a *app) printDeclaredJSON(all []declared, dryRun bool) error {
	out := struct {
		Schema       string            `json:"schema"`
		DryRun       bool              `json:"dry_run"`
		Declarations []declarationJSON `json:"declarations"`
	}{"cmp.declare/1", dryRun, []declarationJSON{}}
	for _, d := range all {
		t := d.standing
		j := declarationJSON{
			Credential: t.Credential.Code, Body: t.Credential.Body, Rules: editionRef(t.Edition),
			Window: daysJSON{t.First, t.Last}, Declared: d.declaration.Date,
			Required: t.Required, Counted: t.Counted, Credits: linesToJSON(d.declaration),
		}
		if t.Cycle.Last != 0 {
			j.Cycle = &daysJSON{t.Cycle.First, t.Cycle.Last}
		}
		if c := d.charge; c != nil {
			j.Fee = &feeJSON{c.Total, c.Application, c.Reinstatement, c.Further, d.declaration.Currency, c.Reason, c.Confidence}
		}
		out.Declarations = append(out.Declarations, j)
	}
	return answer.WriteJSON(a.env.Out, out)
}

func linesToJSON(d ledger.Declaration) []declaredLineJSON {
	lines := []declaredLineJSON{}
	for _, line := range d.Credits {
		c := line.Credit
		lines = append(lines, declaredLineJSON{line.Requirement, line.Points, c.ID, c.Date, c.Title, c.Provider})
	}
	return lines
}
