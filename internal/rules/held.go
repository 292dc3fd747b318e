package rules

import (
	"errors"
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
)

// A FirstPeriod is the total of a first cycle, where the credential was granted late in it.
type FirstPeriod struct {
	// Within is how many months before the last day of the cycle the grant came at the earliest.
	Within int `json:"within" doc:"For a credential granted in this many months before the end of its first cycle."`
	Figure     // the total instead, which may be 0
}

// For returns the edition as it holds for one cycle of a credential: with the total of a first
// period, and with a requirement for each category held. What these change is taken from other.
// Where nothing changes it is the edition itself.
func (e *Edition) For(c ledger.Credential, y ledger.Cycle) *Edition {
	period := e.firstPeriod(c, y)
	if period == nil && (e.Category == nil || len(c.Categories) == 0) {
		return e
	}
	held := *e
	held.Requirements = slices.Clone(e.Requirements)
	if period != nil {
		held.take(e.Total.Points - period.Points)
		held.Period, held.Total = period, period.Figure
	}
	held.askIn(c.Categories)
	return &held
}

// As returns the edition with what was required when a cycle was declared, whatever is held
// or known of it now.
func (e *Edition) As(d ledger.Declaration) *Edition {
	then := *e
	then.Total = declaredFigure(d.Total())
	then.Requirements = nil
	for _, declared := range d.Requirements {
		r, known := e.Requirement(declared.Name)
		if !known && declared.Name != ledger.Other {
			r.Topics = []ledger.Topic{ledger.Topic(declared.Name)}
		}
		r.Name, r.Title, r.Figure = declared.Name, declared.Title, declaredFigure(declared)
		then.Requirements = append(then.Requirements, r)
	}
	return &then
}

// declaredFigure returns a figure as it was declared.
func declaredFigure(r ledger.DeclaredRequirement) Figure {
	p := Provenance{Confidence: Confidence(r.Confidence)}
	if !slices.Contains(confidences, p.Confidence) {
		p.Confidence = Assumed
	}
	p.Pack, p.Source = owned(r.Source)
	return Figure{r.Required, p}
}

// firstPeriod returns the first period in which the credential was granted, or nil. Within 6
// months of a June 30 is from January 1 on.
func (e *Edition) firstPeriod(c ledger.Credential, y ledger.Cycle) *FirstPeriod {
	first := len(c.Cycles) == 0 || c.Cycles[0].ID == y.ID
	if !first || c.Certified == 0 || c.Certified > y.Last {
		return nil
	}
	i := slices.IndexFunc(e.FirstPeriods, func(p FirstPeriod) bool { return c.Certified >= (y.Last + 1).AddMonths(-p.Within) })
	if i < 0 {
		return nil
	}
	return &e.FirstPeriods[i]
}

// take takes points from other and, where that has too few, from what stands before it. What
// has none left goes, but for the last: an edition has a requirement, even of 0 points.
func (e *Edition) take(points ledger.Points) {
	for i := range slices.Backward(e.Requirements) {
		if taken := min(points, e.Requirements[i].Points); taken > 0 {
			e.Requirements[i].Points -= taken
			e.Requirements[i].Confidence = LeastSure(e.Requirements[i].Confidence, Derived)
			points -= taken
		}
	}
	last := e.Requirements[len(e.Requirements)-1]
	e.Requirements = slices.DeleteFunc(e.Requirements, func(r Requirement) bool { return r.Points == 0 })
	if len(e.Requirements) == 0 {
		e.Requirements = append(e.Requirements, last)
	}
}

// askIn asks for points in each category, before all else, as far as other has them.
func (e *Edition) askIn(categories []ledger.Topic) {
	most := e.mostCategories()
	var asked []Requirement
	for _, t := range categories {
		if !e.asksFor(t) && len(asked) < most {
			asked = append(asked, Requirement{ledger.Requirement(t), t.Name(), *e.Category, []ledger.Topic{t}, nil})
		}
	}
	if asked != nil {
		e.take(e.Category.Points * ledger.Points(len(asked)))
		e.Requirements = append(asked, e.Requirements...)
	}
}

// asksFor reports whether a requirement is for the topic alone.
func (e *Edition) asksFor(t ledger.Topic) bool {
	return slices.ContainsFunc(e.Requirements, func(r Requirement) bool { return slices.Equal(r.Topics, []ledger.Topic{t}) })
}

// Unasked returns the categories in which an edition made by [Edition.For] asks for nothing,
// since it has no points for them. In a first period that is meant.
func (e *Edition) Unasked(categories []ledger.Topic) (all []ledger.Topic) {
	for _, t := range categories {
		if e.Period == nil && !e.asksFor(t) {
			all = append(all, t)
		}
	}
	return all
}

// mostCategories returns for how many categories other has points.
func (e *Edition) mostCategories() int {
	other, _ := e.Requirement(ledger.Other)
	if e.Category == nil {
		return 0
	}
	return min(int(other.Points/e.Category.Points), mostRequirements-len(e.Requirements))
}

// CheckCategories returns why a credential cannot be held in these categories, or nil.
func (e *Edition) CheckCategories(categories []ledger.Topic) error {
	if e.Category == nil && len(categories) > 0 {
		return errors.New("its rules have no categories")
	}
	for _, t := range categories {
		if e.asksFor(t) {
			return fmt.Errorf("everybody needs %s, so it is no category", t)
		}
	}
	if most := e.mostCategories(); len(categories) > most {
		return fmt.Errorf("%d categories are too many; the rules have room for %d", len(categories), most)
	}
	return nil
}

// lowerPeriods makes the total that of each first period that would need more.
func (e *Edition) lowerPeriods() {
	for i := range e.FirstPeriods {
		if e.FirstPeriods[i].Points > e.Total.Points {
			e.FirstPeriods[i].Figure = e.Total
		}
	}
}

// checkHeld refuses what For could not take from other, and first periods in disorder.
func (e *Edition) checkHeld() error {
	if e.Category != nil && e.mostCategories() == 0 {
		return errors.New("category: its points are taken from other, which has too few")
	}
	last := 0
	for _, p := range e.FirstPeriods {
		switch {
		case p.Within <= last || p.Within > mostMonths:
			return errors.New("first-period: within must go up from item to item")
		case p.Points > e.Total.Points:
			return fmt.Errorf("first-period: %s are more than the total", p.Points)
		}
		last = p.Within
	}
	return nil
}
