package rules

import (
	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// provenance returns the keys that every figure has.
func provenance(p *Provenance) yamlfile.Fields {
	return yamlfile.Fields{{"confidence", &p.Confidence}, {"source", &p.Source}}
}

// topicsInto and activitiesInto return readers of lists of names.
func topicsInto(all *[]ledger.Topic) func(*yamlfile.Node) error {
	return yamlfile.List(func(n *yamlfile.Node) error {
		var t ledger.Topic
		if err := yamlfile.Value(n, &t); err != nil {
			return err
		}
		*all = append(*all, t)
		return nil
	})
}

func activitiesInto(all *[]ledger.Activity) func(*yamlfile.Node) error {
	return yamlfile.List(func(n *yamlfile.Node) error {
		var a ledger.Activity
		if err := yamlfile.Value(n, &a); err != nil {
			return err
		}
		*all = append(*all, a)
		return nil
	})
}
