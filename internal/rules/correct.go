package rules

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// correct puts the figures that a pack corrects in the place of those that
// ship.
func (b *Book) correct(p *Pack) error {
	for i := range p.Corrections {
		c := &p.Corrections[i]
		editions, err := b.Editions(c.Credential)
		if err != nil {
			return p.fault(c.node, "credential: %s: %w", c.Credential, err)
		}
		newest := editions[len(editions)-1]
		editions = slices.DeleteFunc(editions, func(e *Edition) bool { return e.Pack != "" })
		if len(editions) == 0 {
			return p.fault(c.node, "credential: %s is of %s; corrections are of what ships, so change the figure there", c.Credential, newest.Pack+packEnding)
		}
		for _, e := range slices.Backward(editions) {
			if c.From != 0 && c.From != e.From {
				continue
			}
			figure, title := e.figure(c.Requirement)
			if figure == nil {
				continue
			}
			if figure.Pack != "" {
				return p.fault(c.node, "requirement: %s of %s is corrected in %s already", c.Requirement, e.ID, figure.Pack+packEnding)
			}
			c.Corrected = append(c.Corrected, Corrected{e, title, *figure})
			*figure = c.Figure
		}
		if c.Corrected == nil {
			return p.fault(c.node, "%s", c.misses(editions))
		}
	}
	return nil
}

// misses says why a correction meets none of the credential's editions.
func (c *Correction) misses(editions []*Edition) string {
	var days, names []string
	for _, e := range editions {
		days = append(days, e.From.String())
		if c.From != 0 && c.From != e.From {
			continue
		}
		for _, line := range append(e.Requirements, Requirement{Name: Total}) {
			if !slices.Contains(names, string(line.Name)) {
				names = append(names, string(line.Name))
			}
		}
	}
	if names == nil {
		return fmt.Sprintf("from: %s has no edition from %s; those that ship are from %s", c.Credential, c.From, strings.Join(days, ", "))
	}
	return fmt.Sprintf("requirement: %s has no requirement %s; it has %s", c.Credential, c.Requirement, strings.Join(names, ", "))
}

// figure returns the figure of a requirement, or of the total, to be changed,
// and its title; nil where the edition has no such requirement.
func (e *Edition) figure(name ledger.Requirement) (*Figure, string) {
	if name == Total {
		return &e.Total, "Total"
	}
	i := e.index(name)
	if i < 0 {
		return nil, ""
	}
	return &e.Requirements[i].Figure, e.Requirements[i].Title
}

// checkCorrected refuses corrections after which requirements no longer add up
// to the total.
func (p *Pack) checkCorrected() error {
	for _, c := range slices.Backward(p.Corrections) {
		for _, at := range c.Corrected {
			if err := at.Edition.check(); err != nil {
				return p.fault(c.node, "%s: %w; correct what else changes", at.Edition.ID, err)
			}
		}
	}
	return nil
}
