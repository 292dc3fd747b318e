package rules

import (
	"errors"
	"fmt"

	"cmpledger/internal/yamlfile"
)

// programme returns the keys of a programme, in a file that ships as in a pack.
func (rd reader) programme(p *Programme) yamlfile.Fields {
	return yamlfile.Fields{
		{"name", (*prose)(&p.Name)},
		{"programme", (*prose)(&p.Title)},
		{"suffix?", (*suffix)(&p.Suffix)},
		{"cycle", func(n *yamlfile.Node) error { return rd.length(n, &p.Cycle) }},
		{"declare-by?", rd.ahead(&p.DeclareBy, p, nil)},
		{"declare-from?", rd.ahead(&p.DeclareFrom, p, &p.DeclareBy)},
		{"last-years?", rd.span(&p.LastYears)},
		{"caps?", each(&p.Caps, func(n *yamlfile.Node, c *Cap) error {
			err := append(yamlfile.Fields{{"activity", &c.Activity}, {"percent", &c.Percent}}, rd.provenance(&c.Provenance)...).Read(n)
			switch {
			case err == nil && (c.Percent == 0 || c.Percent > 100):
				return errors.New("percent must be from 1 to 100")
			case err == nil && p.cap(c.Activity) >= 0:
				return fmt.Errorf("activity: %s has a cap already", c.Activity)
			}
			return err
		})},
		{"audit?", func(n *yamlfile.Node) error { return rd.note(n, &p.Audit) }},
	}
}

// ahead returns a reader of how long before an expiry something is to be done:
// within the cycle, and not after what is to be done by then, if that is said.
func (rd reader) ahead(s **Span, p *Programme, by **Span) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		if err := rd.span(s)(n); err != nil {
			return err
		}
		switch {
		case p.Cycle.Months != 0 && (*s).Months > p.Cycle.Months:
			return fmt.Errorf("%d months are longer than the cycle of %d", (*s).Months, p.Cycle.Months)
		case by != nil && *by != nil && (*s).Months < (*by).Months:
			return fmt.Errorf("%d months before expiry are after declare-by, %d months before", (*s).Months, (*by).Months)
		}
		return nil
	}
}
