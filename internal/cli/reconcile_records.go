package cli

import (
	"slices"
	"strconv"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
)

type reconcileJSON struct {
	Schema     string           `json:"schema"`
	Since      string           `json:"since"` // the first day whose credits are compared, or ""
	Until      string           `json:"until"`
	Credential string           `json:"credential"`
	Rows       int              `json:"rows"`
	Earlier    int              `json:"earlier"` // credits before since
	Both       []bothJSON       `json:"both"`
	OnlyHere   []onlyHereJSON   `json:"only_here"`
	OnlyThere  []onlyThereJSON  `json:"only_there"`
	Different  []differenceJSON `json:"different"`
}

type bothJSON struct {
	Credit int64 `json:"credit"`
	Row    int   `json:"row"`
}

type onlyHereJSON struct {
	Credit int64 `json:"credit"`
	enteredJSON
}

type onlyThereJSON struct {
	Row  int `json:"row"`
	Line int `json:"line"`
	enteredJSON
}

// enteredJSON is what a portal has of an activity.
type enteredJSON struct {
	Date      ledger.Date   `json:"date"`
	Title     string        `json:"title"`
	Provider  string        `json:"provider"`
	Points    ledger.Points `json:"points"`
	Topics    []topicJSON   `json:"topics"`
	Reference string        `json:"reference"`
}

type differenceJSON struct {
	Credit int64       `json:"credit"`
	Row    int         `json:"row"`
	Fields []sidesJSON `json:"fields"`
}

// sidesJSON is a field that differs: a day, a text, or a number of points.
type sidesJSON struct {
	Field pairing.Field `json:"field"`
	Here  any           `json:"here"`
	There any           `json:"there"`
}

func enteredToJSON(c ledger.Credit) enteredJSON {
	topics := []topicJSON{}
	for _, t := range c.Topics {
		topics = append(topics, topicToJSON(t))
	}
	return enteredJSON{c.Date, c.Title, c.Provider, c.Points, topics, c.Reference}
}

// fieldValue returns a field of a credit as JSON has it.
func fieldValue(c ledger.Credit, field pairing.Field) any {
	switch field {
	case pairing.FieldDate:
		return c.Date
	case pairing.FieldPoints:
		return c.Points
	case pairing.FieldProvider:
		return c.Provider
	case pairing.FieldReference:
		return c.Reference
	case pairing.FieldURL:
		return c.URL
	case pairing.FieldTopics:
		return ledger.FormatCreditTopics(c.Topics)
	}
	return c.Title
}

func (r *reconciling) json() reconcileJSON {
	out := reconcileJSON{
		Schema: "cmp.reconcile/1", Credential: r.credential, Rows: len(r.file.Rows), Earlier: r.earlier,
		Both: []bothJSON{}, OnlyHere: []onlyHereJSON{}, OnlyThere: []onlyThereJSON{}, Different: []differenceJSON{},
	}
	if r.scope.first != 0 {
		out.Since = r.scope.first.String()
	}
	if r.scope.last != 0 {
		out.Until = r.scope.last.String()
	}
	for _, p := range r.both {
		out.Both = append(out.Both, bothJSON{p.Credit.ID, p.Row.Number})
	}
	for _, c := range r.onlyHere {
		out.OnlyHere = append(out.OnlyHere, onlyHereJSON{c.ID, enteredToJSON(c)})
	}
	for _, row := range r.onlyThere {
		out.OnlyThere = append(out.OnlyThere, onlyThereJSON{row.Number, row.Line, enteredToJSON(row.Credit)})
	}
	for _, p := range r.different {
		d := differenceJSON{p.Credit.ID, p.Row.Number, nil}
		for _, field := range p.Fields {
			d.Fields = append(d.Fields, sidesJSON{field, fieldValue(p.Credit, field), fieldValue(p.Row.Credit, field)})
		}
		out.Different = append(out.Different, d)
	}
	return out
}

// reconcileHeader names the columns of the records: what the ledger has, or
// the transcript where only that has it, and behind it what the transcript has
// otherwise.
func reconcileHeader() []string {
	return []string{
		"state", "credit", "row", "date", "title", "provider", "points", "topics", "reference", "there_date", "there_title", "there_points",
	}
}

func (r *reconciling) records() [][]string {
	var all [][]string
	record := func(state, credit, row string, c ledger.Credit, there ...string) {
		fields := []string{state, credit, row, c.Date.String(), c.Title, c.Provider, c.Points.String(), ledger.FormatCreditTopics(c.Topics), c.Reference}
		all = append(all, slices.Concat(fields, there))
	}
	for _, p := range r.both {
		record("both", id(p.Credit), strconv.Itoa(p.Row.Number), p.Credit, "", "", "")
	}
	for _, p := range r.different {
		there := make([]string, 3)
		for i, field := range []pairing.Field{pairing.FieldDate, pairing.FieldTitle, pairing.FieldPoints} {
			if slices.Contains(p.Fields, field) {
				there[i] = fieldText(p.Row.Credit, field)
			}
		}
		record("different", id(p.Credit), strconv.Itoa(p.Row.Number), p.Credit, there...)
	}
	for _, c := range r.onlyHere {
		record("only_here", id(c), "", c, "", "", "")
	}
	for _, row := range r.onlyThere {
		record("only_there", "", strconv.Itoa(row.Number), row.Credit, "", "", "")
	}
	return all
}
