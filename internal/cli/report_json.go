package cli

import (
	"cmpledger/internal/ledger"
	"cmpledger/internal/report"
	"cmpledger/internal/rules"
)

type reportJSON struct {
	Schema      string         `json:"schema"`
	AsOf        ledger.Date    `json:"as_of"`
	File        *string        `json:"file"` // null where none was written
	Credentials []picturedJSON `json:"credentials"`
	Credits     int            `json:"credits"`   // in the days that count for one of them
	Elsewhere   int            `json:"elsewhere"` // others
}

type picturedJSON struct {
	Credential  string      `json:"credential"`
	Body        string      `json:"body"`
	Designation string      `json:"designation"`
	State       rules.State `json:"state"`
	Points      pointsJSON  `json:"points"`
	Pace        *paceJSON   `json:"pace"` // null before the cycle begins, once it is declared, and where the window ends today
	Need        *needJSON   `json:"need"` // null where nothing is to be earned
	Warnings    int         `json:"warnings"`
}

// paceJSON compares what counts with a straight line to what is required.
type paceJSON struct {
	Expected ledger.Points `json:"expected"`
	Ahead    ledger.Points `json:"ahead"` // below 0 when behind
}

type needJSON struct {
	Points   ledger.Points  `json:"points"`
	By       ledger.Date    `json:"by"`        // null when that has passed
	DaysLeft *int           `json:"days_left"` // until then; null as by is
	PerMonth *ledger.Points `json:"per_month"` // null where 60 days or fewer are left
}

// needToJSON returns what is to be earned, or nil for nothing.
func needToJSON(n report.Need) *needJSON {
	if n.Points == 0 {
		return nil
	}
	out := &needJSON{Points: n.Points, By: n.By}
	if n.By != 0 {
		out.DaysLeft = &n.Days
	}
	if n.Monthly != 0 {
		out.PerMonth = &n.Monthly
	}
	return out
}

func (a *app) reportToJSON(r reported, output string, file bool) reportJSON {
	out := reportJSON{
		Schema: "cmp.report/1", AsOf: a.today, Credentials: []picturedJSON{},
		Credits: len(r.page.Credits), Elsewhere: r.page.Elsewhere,
	}
	if file {
		out.File = &output
	}
	for i, t := range r.standings {
		c := r.page.Credentials[i]
		one := picturedJSON{
			Credential: t.Credential.Code, Body: t.Credential.Body, Designation: t.Designation(), State: t.State,
			Points: pointsToJSON(t), Need: needToJSON(c.Need(a.today)), Warnings: len(c.Warnings),
		}
		if p, ok := c.Pace(a.today); ok {
			one.Pace = &paceJSON{p.Expected, p.Ahead}
		}
		out.Credentials = append(out.Credentials, one)
	}
	return out
}
