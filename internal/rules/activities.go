package rules

import (
	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// An ActivityRule says what a body grants for one kind of activity.
type ActivityRule struct {
	Kind       string            `json:"kind" doc:"In words."` // in the body's words
	Activities []ledger.Activity `json:"activities"`           // as a ledger records it
	Points     string            `json:"points" doc:"What it is worth, in words."`
	// Rates is empty where the body publishes no points and the holder states them.
	Rates []Rate `json:"rates" doc:"Empty where no points are published."`
	Cap   string `json:"cap" doc:"How much of it counts in a cycle, in words." empty:"where nothing is known"`
	Proof string `json:"proof" doc:"What proves it."`
	Note  string `json:"note" empty:"where there is none"`
	Provenance
}

// A Rate is what one unit of an activity is worth.
type Rate struct {
	Unit   string        `json:"unit" doc:"Such as contact hour."`
	Points ledger.Points `json:"points" doc:"Of one unit."`
}

// A Unit is a measure other than points that certificates state, such as semester hours.
type Unit struct {
	Name   string // "semester-hour"
	Points ledger.Points
	// Activity is the kind of activity that the unit implies, or "".
	Activity ledger.Activity
	Provenance
}

// Activities returns what the body grants points for, in the order of its guidelines.
// There are none when the rules do not say.
func (b *Book) Activities(body string) ([]ActivityRule, error) {
	if err := b.open(); err != nil {
		return nil, err
	}
	if p := b.packOf(body); p != nil {
		return p.activities, nil
	}
	var rules []ActivityRule
	_, err := b.parseFile(body+"-activities.yaml", yamlfile.Fields{{"activities", listOf(&rules, reader{}.activity)}})
	return rules, err
}

func (rd reader) activity(n *yamlfile.Node, r *ActivityRule) error {
	return append(yamlfile.Fields{
		{"kind", (*prose)(&r.Kind)},
		{"activities", listOf(&r.Activities, readValue)},
		{"points", (*prose)(&r.Points)},
		{"rates?", listOf(&r.Rates, func(n *yamlfile.Node, rate *Rate) error {
			return yamlfile.Fields{{"unit", (*prose)(&rate.Unit)}, {"points", &rate.Points}}.Read(n)
		})},
		{"cap", (*prose)(&r.Cap)},
		{"proof", (*prose)(&r.Proof)},
		{"note?", (*prose)(&r.Note)},
	}, rd.provenance(&r.Provenance)...).Read(n)
}

// Units returns the units that points can be computed from.
func (b *Book) Units() ([]Unit, error) {
	var units []Unit
	_, err := b.parseFile("units.yaml", yamlfile.Fields{{"units", listOf(&units, func(n *yamlfile.Node, u *Unit) error {
		return append(yamlfile.Fields{
			{"unit", &u.Name},
			{"points", &u.Points},
			{"activity?", &u.Activity},
		}, reader{}.provenance(&u.Provenance)...).Read(n)
	})}})
	return units, err
}
