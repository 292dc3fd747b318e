package exchange

import "cmpledger/internal/ledger"

// Ledger returns the course in the words of the ledger.
func (c Course) Ledger() ledger.Course {
	out := ledger.Course{Title: c.Title, Provider: c.Provider, Topics: ledgerTopics(c.Topics), URL: c.URL}
	if c.Points != nil {
		out.Points = ledger.Points(*c.Points)
	}
	switch {
	case c.Free == nil:
	case *c.Free:
		out.Charge = ledger.Free
	default:
		out.Charge = ledger.Charged
	}
	if c.Price != nil {
		out.Price = *c.Price
	}
	return out
}

// checkName checks that a course has the key that its provider and title make.
func (c Course) checkName(key string) error {
	if key != c.Ledger().Name() {
		return fault("uid: is not that of the provider and the title")
	}
	return nil
}

func (c Course) check() error {
	l := c.Ledger()
	switch {
	case c.Points != nil && *c.Points == 0:
		return fault("points: must be more than 0, or null where they are not stated")
	case (c.Price != nil) != l.HasPrice():
		return fault("price: must be 0 of a free course, more of one that is not, and else null")
	}
	if err := l.Validate(); err != nil {
		return fault("%s", err)
	}
	return checkTopics(l.Topics)
}
