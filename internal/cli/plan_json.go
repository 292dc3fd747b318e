package cli

import (
	"fmt"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// planJSON is the answer of cmp plan: the plan as it is or, where something is
// supposed, as it would be, with the one as it is beside it.
type planJSON struct {
	Schema string      `json:"schema"`
	AsOf   ledger.Date `json:"as_of"`
	WhatIf []string    `json:"what_if"`
	plannedJSON
	AsItIs *plannedJSON `json:"as_it_is"` // null when nothing is supposed
}

type plannedJSON struct {
	Points ledger.Points `json:"points"`
	// InTime says that only what is done by the day to declare by counts;
	// PointsInTime are those of the plan for which it does.
	InTime       bool          `json:"in_time"`
	PointsInTime ledger.Points `json:"points_in_time"`
	// Proved is what the bounds come to. It is less than points only where
	// fractions of a hundredth would do with less.
	Proved      ledger.Points        `json:"proved"`
	Lines       []planLineJSON       `json:"lines"`
	Credentials []planCredentialJSON `json:"credentials"`
	Deadlines   []deadlineJSON       `json:"deadlines"`
	Bounds      []planBoundJSON      `json:"bounds"`
}

// planLineJSON is points to earn: in any of the topics, where there are some,
// on any day from the first to the last.
type planLineJSON struct {
	Points   ledger.Points     `json:"points"`
	Topics   []ledger.Topic    `json:"topics"`
	FirstDay ledger.Date       `json:"first_day"`
	LastDay  ledger.Date       `json:"last_day"`
	EarnBy   ledger.Date       `json:"earn_by"`
	Serves   []planServiceJSON `json:"serves"`
}

type planServiceJSON struct {
	Credential  string             `json:"credential"`
	Body        string             `json:"body"`
	Requirement ledger.Requirement `json:"requirement"`
	Points      ledger.Points      `json:"points"`
}

type planCredentialJSON struct {
	Credential  string         `json:"credential"`
	Body        string         `json:"body"`
	Designation string         `json:"designation"`
	Rules       editionRefJSON `json:"rules"`
	State       rules.State    `json:"state"`
	FirstDay    ledger.Date    `json:"first_day"` // on which more may be earned
	LastDay     ledger.Date    `json:"last_day"`
	ToEarn      ledger.Points  `json:"to_earn"`
	Lost        bool           `json:"lost"`
	Shortages   []shortageJSON `json:"shortages"`
	Ahead       []int64        `json:"ahead"`
	// Fading are the credits that are too old the day after last_day, and
	// AfterThat is what is to be earned then.
	Fading    []int64       `json:"fading"`
	AfterThat ledger.Points `json:"to_earn_after"`
}

type deadlineJSON struct {
	Date       ledger.Date   `json:"date"`
	Credential string        `json:"credential"`
	Body       string        `json:"body"`
	Expires    ledger.Date   `json:"expires"`
	Points     ledger.Points `json:"points"`
	PerMonth   ledger.Points `json:"points_per_month"`
}

type planBoundJSON struct {
	Credential   string               `json:"credential"`
	Body         string               `json:"body"`
	Requirements []ledger.Requirement `json:"requirements"`
	Points       ledger.Points        `json:"points"`
	Weight       string               `json:"weight"` // "1", or a fraction such as "1/2"
}

func (a *app) planJSON(now planned, then *supposed) error {
	out := planJSON{Schema: "cmp.plan/1", AsOf: a.today, WhatIf: []string{}, plannedJSON: now.json()}
	if then != nil {
		asItIs := out.plannedJSON
		out.WhatIf, out.plannedJSON, out.AsItIs = then.words, then.json(), &asItIs
	}
	return answer.WriteJSON(a.env.Out, out)
}

func (p planned) json() plannedJSON {
	out := plannedJSON{
		Points: p.Points, InTime: p.alone, PointsInTime: p.punctual, Proved: p.Proved, Lines: []planLineJSON{}, Credentials: []planCredentialJSON{},
		Deadlines: []deadlineJSON{}, Bounds: []planBoundJSON{},
	}
	for _, l := range p.Lines {
		out.Lines = append(out.Lines, p.lineJSON(l))
	}
	for i, t := range p.standings {
		out.Credentials = append(out.Credentials, p.needJSON(i, t))
	}
	for _, d := range p.deadlines() {
		t := p.standings[d.account]
		out.Deadlines = append(out.Deadlines, deadlineJSON{d.day, t.Credential.Code, t.Credential.Body, t.Cycle.Last, d.points, d.perMonth})
	}
	for _, b := range p.Bounds {
		c := p.accounts[b.Account].Credential
		weight := fmt.Sprint(b.Weight)
		if b.WeightOf != 1 {
			weight += fmt.Sprintf("/%d", b.WeightOf)
		}
		out.Bounds = append(out.Bounds, planBoundJSON{c.Code, c.Body, requirementNames(b.Requirements), b.Points, weight})
	}
	return out
}

func (p planned) lineJSON(l rules.PlanLine) planLineJSON {
	out := planLineJSON{
		Points: l.Points, Topics: l.Topics, FirstDay: l.First, LastDay: l.Last, EarnBy: p.earnBy(l), Serves: []planServiceJSON{},
	}
	if out.Topics == nil {
		out.Topics = []ledger.Topic{}
	}
	for _, s := range l.Serves {
		c := p.accounts[s.Account].Credential
		out.Serves = append(out.Serves, planServiceJSON{c.Code, c.Body, s.Requirement.Name, s.Points})
	}
	return out
}

func (p planned) needJSON(i int, t rules.Standing) planCredentialJSON {
	need := p.Needs[i]
	out := planCredentialJSON{
		Credential: t.Credential.Code, Body: t.Credential.Body, Designation: t.Designation(),
		Rules: editionRef(t.Edition), State: t.State,
		FirstDay: need.First, LastDay: need.Last, ToEarn: need.Points, Lost: need.Lost,
		Shortages: shortagesJSON(need.Shortages), Ahead: []int64{}, Fading: []int64{}, AfterThat: need.After,
	}
	for _, c := range need.Fading {
		out.Fading = append(out.Fading, c.ID)
	}
	for _, c := range need.Ahead {
		out.Ahead = append(out.Ahead, c.ID)
	}
	return out
}

func (a *app) planRecords(p planned) error {
	var rows [][]string
	for _, l := range p.Lines {
		var names []string
		for i, s := range l.Serves {
			if i == 0 || l.Serves[i-1].Account != s.Account {
				names = append(names, p.name(s.Account))
			}
		}
		rows = append(rows, []string{
			l.Points.String(), strings.Join(words.Of(l.Topics), ";"), strings.Join(names, ";"),
			l.First.String(), l.Last.String(), p.earnBy(l).String(),
		})
	}
	return answer.Records(a.env.Out, a.settings.Format, []string{"points", "topics", "credentials", "first_day", "last_day", "earn_by"}, rows)
}
