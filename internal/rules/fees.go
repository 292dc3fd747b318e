package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// Fees are what a body charges for declarations.
type Fees struct {
	Body     string
	Currency string // "USD"
	Periods  []Fee  // oldest first, at least one
	Further  FurtherRule
	Annual   []AnnualFee
	Notes    []Note
}

// A Fee is what is charged for a declaration on From or later, until the next
// period begins. Amounts are whole units of the currency.
type Fee struct {
	From        ledger.Date // no day if nobody says when the period began
	Application int         // for a credential on its own
	Further     *int        // for each further credential, in place of Application; nil if none is known
	// Reinstatement is added to Application for an expired credential; nil if nobody knows it.
	Reinstatement *int
	Exempt        string // who goes on paying the fees of the period before, or ""
	Note          string
	Provenance
}

// An AnnualFee is due every year in the month in which a credential was certified.
type AnnualFee struct {
	Codes  []string
	Amount int
	Provenance
}

// A FurtherRule says which credentials declared on the same day pay the fee for further
// credentials.
type FurtherRule struct {
	// Months is how far apart the expiry dates may be, that many included.
	Months      int
	BusinessDay bool // the day has to be one; holidays are not known
	Text        string
	Provenance
}

// A Declaring is a credential that is declared together with others.
type Declaring struct {
	Name ledger.CredentialName
	Last ledger.Date // its expiry, or no day for a voluntary one without a cycle
	// Expired says that it is declared after its expiry.
	Expired bool
	// Paid says that it was declared earlier on the same day and has paid.
	Paid bool
}

// A Charge is what the declaration of one credential costs.
type Charge struct {
	ledger.CredentialName
	Total       int `json:"total"`
	Application int `json:"application"`
	// Reinstatement is on top of the application.
	Reinstatement int        `json:"reinstatement" doc:"0 where the credential has not expired."`
	Further       bool       `json:"further" doc:"Whether it is the lower fee of a further credential."`
	Currency      string     `json:"currency" doc:"Such as USD."`
	Reason        string     `json:"reason" doc:"In words."` // "further credential: …", or "" for the plain application
	Confidence    Confidence `json:"confidence"`
}

// On returns the fee for declarations on a day. A period includes its first day; before
// the first period, the fee is that of the first.
func (f *Fees) On(day ledger.Date) Fee {
	fee := f.Periods[0]
	for _, p := range f.Periods {
		if p.From <= day {
			fee = p
		}
	}
	return fee
}

// Exempted returns the fees for those who are exempt from some increases.
func (f *Fees) Exempted() *Fees {
	exempted := *f
	exempted.Periods = slices.DeleteFunc(slices.Clone(f.Periods), func(p Fee) bool { return p.Exempt != "" })
	return &exempted
}

// Charge returns what credentials cost that are declared on the same day, in the given
// order. They take their turns by expiry, paid ones first: one whose expiry is
// within the months of [FurtherRule] of a leader's, before or after it, pays the fee
// for further credentials; any other pays the application and becomes a leader. An
// expired one pays application and reinstatement, and never leads. What is returned for
// a paid one is not what it paid, and nil is for one whose fee nobody knows.
func (f *Fees) Charge(day ledger.Date, declared []Declaring) []*Charge {
	return f.charge(day, declared, false)
}

// charge is Charge or, by the other reading of the rule, lets whatever is declared lead:
// then a chain of expiries is enough, each near to the next.
func (f *Fees) charge(day ledger.Date, declared []Declaring, chain bool) []*Charge {
	fee := f.On(day)
	charges, order := make([]*Charge, len(declared)), make([]int, len(declared))
	for i := range order {
		order[i] = i
	}
	turn := func(i int) ledger.Date {
		if declared[i].Paid {
			return declared[i].Last - forever // before all others
		}
		return declared[i].Last
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(turn(i), turn(j)) })
	var leaders []Declaring
	for _, i := range order {
		d := declared[i]
		c := Charge{CredentialName: d.Name, Application: fee.Application, Currency: f.Currency, Confidence: fee.Confidence}
		leader := slices.IndexFunc(leaders, func(l Declaring) bool {
			return max(l.Last, d.Last) <= min(l.Last, d.Last).AddMonths(f.Further.Months)
		})
		switch {
		case d.Expired && fee.Reinstatement == nil:
			continue
		case d.Expired:
			c.Reinstatement = *fee.Reinstatement
			c.Reason = "expired: reinstatement on top of the application"
		case d.Last == 0:
		case leader >= 0 && fee.Further != nil:
			c.Application, c.Further = *fee.Further, true
			c.Confidence = LeastSure(fee.Confidence, f.Further.Confidence)
			c.Reason = "further credential: " + f.Further.nearness(leaders[leader].Name)
			if chain {
				leaders = append(leaders, d)
			}
		default:
			leaders = append(leaders, d)
		}
		c.Total = c.Application + c.Reinstatement
		charges[i] = &c
	}
	return charges
}

// nearness says how near an expiry is to the leader's.
func (r FurtherRule) nearness(to ledger.CredentialName) string {
	switch r.Months {
	case 0:
		return "the same expiry as " + to.Code
	case 1:
		return "expiry within a month of " + to.Code
	}
	return fmt.Sprintf("expiry within %d months of %s", r.Months, to.Code)
}

// Fees returns the fees of the body, or nil when it publishes none.
func (b *Book) Fees(body string) (*Fees, error) {
	if err := b.open(); err != nil {
		return nil, err
	}
	if p := b.packOf(body); p != nil {
		return p.fees, nil
	}
	if b.built != nil {
		i := slices.IndexFunc(b.built, func(of builtBody) bool { return of.programme.Body == body })
		if i < 0 {
			return nil, nil
		}
		return b.built[i].fees, nil
	}
	f := new(Fees)
	found, err := b.parseFile(body+"-fees.yaml", append(yamlfile.Fields{{"body", &f.Body}}, reader{}.fees(f)...))
	if !found || err != nil {
		return nil, err
	}
	return f, nil
}

// AnnualFee returns the annual fee of a credential, or nil if none is known.
func (f *Fees) AnnualFee(code string) *AnnualFee {
	i := slices.IndexFunc(f.Annual, func(a AnnualFee) bool { return slices.Contains(a.Codes, code) })
	if i < 0 {
		return nil
	}
	return &f.Annual[i]
}

// An AnnualDue is the next annual fee of a credential.
type AnnualDue struct {
	AnnualFee
	Currency string
	Month    ledger.Date // its first day; no day where the day of certification is not known
}

// AnnualDue returns the next annual fee, or nil if it is not known, or the cycle is not
// the newest. The fees may be nil.
func (f *Fees) AnnualDue(s Standing) *AnnualDue {
	c := s.Credential
	if f == nil || s.Cycle.ID != c.Current().ID || f.AnnualFee(c.Code) == nil {
		return nil
	}
	due := &AnnualDue{AnnualFee: *f.AnnualFee(c.Code), Currency: f.Currency}
	if c.Certified != 0 {
		due.Month = AnnualMonth(c.Certified, s.Today)
	}
	return due
}

// AnnualMonth returns the first day of the month in which an annual fee is due next, that
// of today included: the first is due a year after the day of certification.
func AnnualMonth(certified, today ledger.Date) ledger.Date {
	year, month, _ := certified.YMD()
	thisYear, thisMonth, _ := today.YMD()
	if month < thisMonth {
		thisYear++
	}
	return ledger.MakeDate(max(year+1, thisYear), month, 1)
}

// fees returns the keys of fees.
func (rd reader) fees(f *Fees) yamlfile.Fields {
	further := append(yamlfile.Fields{{"months", &f.Further.Months}, {"business-day?", &f.Further.BusinessDay}, {"text", (*prose)(&f.Further.Text)}}, rd.provenance(&f.Further.Provenance)...)
	return yamlfile.Fields{
		{"currency", (*prose)(&f.Currency)},
		{"further?", further.Read},
		{"periods", nonEmpty(&f.Periods, listOf(&f.Periods, func(n *yamlfile.Node, fee *Fee) error {
			err := append(yamlfile.Fields{
				{"from?", &fee.From},
				{"application", &fee.Application},
				{"further?", optional(&fee.Further, readValue)},
				{"reinstatement?", optional(&fee.Reinstatement, readValue)},
				{"exempt?", (*prose)(&fee.Exempt)},
				{"note?", (*prose)(&fee.Note)},
			}, rd.provenance(&fee.Provenance)...).Read(n)
			switch {
			case err == nil && len(f.Periods) > 0 && fee.From <= f.Periods[len(f.Periods)-1].From:
				return errors.New("from must be later than the day of the period before")
			case err == nil && len(f.Periods) == 0 && fee.Exempt != "":
				return errors.New("exempt: there is no period before")
			case err == nil && fee.Further != nil && *fee.Further > fee.Application:
				return errors.New("further: is more than the application fee that it replaces")
			case err == nil && fee.Further != nil && f.Further.Text == "":
				return errors.New("further: the key further beside periods must say who pays it")
			}
			return err
		}), "there is none")},
		{"annual?", listOf(&f.Annual, rd.annualFee)},
		{"notes?", listOf(&f.Notes, rd.note)},
	}
}

func (rd reader) annualFee(n *yamlfile.Node, a *AnnualFee) error {
	return append(yamlfile.Fields{
		{"credentials", nonEmpty(&a.Codes, listOf(&a.Codes, readValue), "there is none")},
		{"amount", &a.Amount},
	}, rd.provenance(&a.Provenance)...).Read(n)
}
