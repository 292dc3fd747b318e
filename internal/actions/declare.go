package actions

import (
	"context"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

// A Declared is a cycle as it is declared.
type Declared struct {
	rules.Standing
	Declaration ledger.Declaration
	// Margin is what could be declared beyond what is required. The declaration has it
	// where that was asked for.
	Margin []ledger.DeclaredCredit
	Charge *rules.Charge // nil where nobody knows the fee
}

// Declarable judges the newest cycles as of today, the day of declaring. Where
// points are placed by themselves they are so before, in the snapshot too. With the
// margin, every credit that counts is declared. It writes no declaration.
func (j Judge) Declarable(ctx context.Context, tx *store.Tx, s *Snapshot, credentials []ledger.Credential, margin bool) (all []Declared, err error) {
	if j.Auto {
		of := *s
		of.Credentials = credentials
		placed, _, err := j.PlaceAndWrite(ctx, tx, of)
		if err != nil {
			return nil, err
		}
		s.Allocations = placed.Allocations
	}
	for _, c := range credentials {
		account, err := j.Account(*s, c, c.Current())
		if err != nil {
			return nil, err
		}
		t := rules.Evaluate(account, j.Today)
		d := Declared{Standing: t, Declaration: declaration(t, j.Today), Margin: t.Margin()}
		if margin {
			d.Declaration.Credits = append(d.Declaration.Credits, d.Margin...)
		}
		all = append(all, d)
	}
	return all, nil
}

// declaration has every credit that counts, in the order of the requirements.
func declaration(t rules.Standing, on ledger.Date) ledger.Declaration {
	d := ledger.Declaration{
		Cycle: t.Cycle.ID, Date: on, Designation: t.Designation(), Number: t.Credential.Number,
		Edition: t.Edition.ID, First: t.First, Last: t.Last, Required: t.Required, Counted: t.Counted,
		Title: t.Edition.Title, Confidence: string(t.Edition.Total.Confidence), Source: t.Edition.Total.Stated(),
	}
	for _, r := range t.Requirements {
		d.Requirements = append(d.Requirements, ledger.DeclaredRequirement{
			Name: r.Name, Title: r.Title, Required: r.Points, Counted: r.Counted, Confidence: string(r.Confidence), Source: r.Stated(),
		})
		for _, f := range t.Findings {
			line := ledger.DeclaredCredit{Requirement: r.Name, Credit: f.Credit}
			for _, p := range f.Parts {
				if p.CountsAs == r.Name {
					line.Points += p.Points
				}
			}
			if line.Points > 0 {
				d.Credits = append(d.Credits, line)
			}
		}
	}
	return d
}

// Declare charges the fees and writes the declarations. A voluntary credential
// that had no cycle gets the one that was declared: the years that ended today.
func (j Judge) Declare(ctx context.Context, tx *store.Tx, s Snapshot, all []Declared) error {
	if err := j.charge(s, all); err != nil {
		return err
	}
	for i := range all {
		d := &all[i]
		if cycle := d.Cycle; cycle.Last == 0 {
			cycle.First, cycle.Last = d.First, d.Last
			if err := tx.UpdateCycle(ctx, cycle); err != nil {
				return err
			}
		}
		if err := tx.AddDeclaration(ctx, &d.Declaration); err != nil {
			return err
		}
	}
	return nil
}

// charge adds the fees. Declared to a body on one day is one business.
func (j Judge) charge(s Snapshot, all []Declared) error {
	days := s.PaidOn(j.Today)
	turn := make([]int, len(all)) // of each among those of its body
	for i, d := range all {
		body := d.Credential.Body
		turn[i] = len(days[body])
		days[body] = append(days[body], rules.Declaring{Name: d.Credential.CredentialName, Last: d.Cycle.Last, Expired: d.State == rules.Expired})
	}
	for i := range all {
		d := &all[i]
		fees, err := j.Book.Fees(d.Credential.Body)
		if err != nil {
			return err
		}
		if fees != nil {
			d.Charge = fees.Charge(j.Today, days[d.Credential.Body])[turn[i]]
		}
		if d.Charge != nil {
			d.Declaration.Fee, d.Declaration.Currency = d.Charge.Total, fees.Currency
		}
	}
	return nil
}

// PaidOn returns what was declared on a day, by body.
func (s Snapshot) PaidOn(day ledger.Date) map[string][]rules.Declaring {
	paid := map[string][]rules.Declaring{}
	for _, c := range s.Credentials {
		for _, y := range c.Cycles {
			if y.Declared == day {
				paid[c.Body] = append(paid[c.Body], rules.Declaring{Name: c.CredentialName, Last: y.Last, Expired: y.Last < day, Paid: true})
			}
		}
	}
	return paid
}
