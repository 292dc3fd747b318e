package cli

import (
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

type figureJSON struct {
	Points     ledger.Points    `json:"points"`
	Confidence rules.Confidence `json:"confidence"`
	Source     string           `json:"source"`
	Pack       string           `json:"pack"` // of the holder's own that states it, or ""
}

func figureToJSON(f rules.Figure) figureJSON {
	return figureJSON{f.Points, f.Confidence, f.Source, f.Pack}
}

type ruleJSON struct {
	Requirement ledger.Requirement `json:"requirement"`
	Name        string             `json:"name"`
	Points      ledger.Points      `json:"points"`
	Topics      []ledger.Topic     `json:"topics"` // accepted; none for other, which accepts all
	Except      []ledger.Topic     `json:"except"` // not accepted, where topics are all others that are known
	Confidence  rules.Confidence   `json:"confidence"`
	Source      string             `json:"source"`
	Pack        string             `json:"pack"`
}

func ruleToJSON(r rules.Requirement) ruleJSON {
	return ruleJSON{
		r.Name, r.Title, r.Points, append([]ledger.Topic{}, r.Topics...), append([]ledger.Topic{}, r.Except...), r.Confidence, r.Source, r.Pack,
	}
}

func (a *app) rulesJSON(e *rules.Edition, editions []*rules.Edition) error {
	out := struct {
		Schema       string           `json:"schema"`
		Credential   string           `json:"credential"`
		Body         string           `json:"body"`
		Designation  string           `json:"designation"`
		Name         string           `json:"name"`
		Edition      string           `json:"edition"`
		From         ledger.Date      `json:"from"`
		Confidence   rules.Confidence `json:"confidence"`
		Pack         string           `json:"pack"`
		Note         string           `json:"note"`
		Total        figureJSON       `json:"total"`
		Requirements []ruleJSON       `json:"requirements"`
		Editions     []string         `json:"editions"`
	}{
		Schema: "cmp.rules/1", Credential: e.Name.Code, Body: e.Name.Body, Designation: e.Name.Designation(),
		Name: e.Title, Edition: e.ID, From: e.From, Confidence: e.Confidence(), Pack: e.Pack, Note: e.Note,
		Total:        figureToJSON(e.Total),
		Requirements: []ruleJSON{}, Editions: []string{},
	}
	for _, r := range e.Requirements {
		out.Requirements = append(out.Requirements, ruleToJSON(r))
	}
	for _, other := range editions {
		out.Editions = append(out.Editions, other.ID)
	}
	return answer.WriteJSON(a.env.Out, out)
}
