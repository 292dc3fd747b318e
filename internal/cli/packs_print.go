package cli

import (
	"fmt"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// printPack says what a pack adds.
func (a *app) printPack(p *rules.Pack) error {
	if p.Programme != nil {
		a.tell("%s: %s. %s, in cycles of %s.", p.Body, p.Programme.Name, p.Programme.Title, months(p.Programme.Cycle.Months))
	}
	if len(p.Editions) > 0 {
		if err := a.printEditions(p.Editions); err != nil {
			return err
		}
	}
	if len(p.Topics) > 0 {
		words := make([]string, len(p.Topics))
		for i, t := range p.Topics {
			words[i] = string(t.Topic) + inBrackets(strings.Join(t.Aliases, ", "))
		}
		a.tell("Topics: %s.", strings.Join(words, ", "))
	}
	if len(p.Corrections) > 0 {
		if err := a.printCorrections(p.Corrections); err != nil {
			return err
		}
	}
	for _, e := range p.Editions {
		if titles := assumedFigures(e); titles != "" {
			a.tell("Assumed in %s: %s.", e.ID, titles)
		}
	}
	return nil
}

// printEditions shows what each edition requires.
func (a *app) printEditions(editions []*rules.Edition) error {
	columns := []answer.Column{
		{Title: "Credential"}, {Title: "Name", Cut: true}, {Title: "From"}, {Title: "Points", Right: true},
		{Title: "Requirements", Wrap: true, Wide: true},
	}
	rows := make([][]answer.Cell, len(editions))
	for i, e := range editions {
		words := make([]string, len(e.Requirements))
		for j, r := range e.Requirements {
			words[j] = fmt.Sprintf("%s %s", r.Name, r.Points)
		}
		rows[i] = answer.Cells(e.Name.Designation(), e.Title, e.From.String(), e.Total.Points.String(), strings.Join(words, ", "))
	}
	return a.screen().Table(columns, rows)
}

// printCorrections shows figures before and after.
func (a *app) printCorrections(corrections []rules.Correction) error {
	columns := []answer.Column{
		{Title: "Correction of"}, {Title: "Requirement", Cut: true}, {Title: "Ships"}, {Title: "Yours"},
	}
	words := func(f rules.Figure) string { return fmt.Sprintf("%s %s", f.Points, f.Confidence) }
	var rows [][]answer.Cell
	for _, c := range corrections {
		for _, x := range c.Corrected {
			rows = append(rows, answer.Cells(x.Edition.ID, x.Title, words(x.Before), words(c.Figure)))
		}
	}
	return a.screen().Table(columns, rows)
}

// packJSON is a pack with all that it adds.
type packJSON struct {
	Pack        string            `json:"pack"`
	Path        string            `json:"path"` // "" where it ships
	State       packState         `json:"state"`
	Body        string            `json:"body"`         // of its editions, or ""
	Name        string            `json:"name"`         // of a body of its own
	Programme   string            `json:"programme"`    // of a body of its own
	CycleMonths int               `json:"cycle_months"` // of a body of its own, or 0
	Editions    []packEditionJSON `json:"editions"`
	Topics      []packTopicJSON   `json:"topics"`
	Corrections []correctionJSON  `json:"corrections"`
}

type checkedPackJSON struct {
	Schema string `json:"schema"`
	packJSON
}

type packEditionJSON struct {
	Edition      string           `json:"edition"`
	Credential   string           `json:"credential"`
	Body         string           `json:"body"`
	Designation  string           `json:"designation"`
	Name         string           `json:"name"`
	From         ledger.Date      `json:"from"`
	Confidence   rules.Confidence `json:"confidence"`
	Note         string           `json:"note"`
	Total        figureJSON       `json:"total"`
	Requirements []ruleJSON       `json:"requirements"`
}

type packTopicJSON struct {
	Topic   ledger.Topic `json:"topic"`
	Aliases []string     `json:"aliases"`
}

type correctionJSON struct {
	Edition     string             `json:"edition"`
	Requirement ledger.Requirement `json:"requirement"` // or "total"
	Name        string             `json:"name"`
	Before      figureJSON         `json:"before"`
	After       figureJSON         `json:"after"`
}

func packToJSON(found packFound, p *rules.Pack) packJSON {
	out := packJSON{
		Pack: p.Name, Path: found.path, State: found.state, Body: p.Body,
		Editions: []packEditionJSON{}, Topics: []packTopicJSON{}, Corrections: []correctionJSON{},
	}
	if p.Programme != nil {
		out.Name, out.Programme, out.CycleMonths = p.Programme.Name, p.Programme.Title, p.Programme.Cycle.Months
	}
	for _, e := range p.Editions {
		j := packEditionJSON{
			e.ID, e.Name.Code, e.Name.Body, e.Name.Designation(), e.Title, e.From, e.Confidence(), e.Note, figureToJSON(e.Total), []ruleJSON{},
		}
		for _, r := range e.Requirements {
			j.Requirements = append(j.Requirements, ruleToJSON(r))
		}
		out.Editions = append(out.Editions, j)
	}
	for _, t := range p.Topics {
		out.Topics = append(out.Topics, packTopicJSON{t.Topic, append([]string{}, t.Aliases...)})
	}
	for _, c := range p.Corrections {
		for _, x := range c.Corrected {
			out.Corrections = append(out.Corrections, correctionJSON{x.Edition.ID, c.Requirement, x.Title, figureToJSON(x.Before), figureToJSON(c.Figure)})
		}
	}
	return out
}
