package cli

import (
	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
)

func (a *app) newCredential() *cobra.Command {
	cmd := a.newGroup("credential", "Credentials and their cycles",
		a.newCredentialAdd(), a.newCredentialList(), a.newCredentialShow(),
		a.newCredentialEdit(), a.newCredentialRemove())
	cmd.Long = `A credential is what a body granted you: MLS(ASCP), or RMA(AMT). It is maintained
in cycles; the last day of a cycle is the day the credential expires.

Name one by its code (MLS), by body and code (amt/MT), or as it is written
(MLS(ASCP)CM). Case does not matter.`
	cmd.Example = `  cmp credential add MLS --expires 2027-03-31
  cmp credential list`
	return cmd
}

// credentialJSON is a credential in JSON.
type credentialJSON struct {
	Credential  string      `json:"credential"`
	Body        string      `json:"body"`
	Designation string      `json:"designation"`
	Name        string      `json:"name"`
	Number      string      `json:"number"`
	Certified   ledger.Date `json:"certified"`
	Voluntary   bool        `json:"voluntary"`
	Cycles      []cycleJSON `json:"cycles"`
}

type cycleJSON struct {
	FirstDay    ledger.Date    `json:"first_day"`
	LastDay     ledger.Date    `json:"last_day"`
	State       rules.State    `json:"state"`
	Declared    ledger.Date    `json:"declared"`
	DaysLeft    *int           `json:"days_left"`
	DeclareBy   ledger.Date    `json:"declare_by"`
	DeclareFrom ledger.Date    `json:"declare_from"`
	Rules       editionRefJSON `json:"rules"`
	Points      pointsJSON     `json:"points"`
	// Declaration is what was declared, where credential show asks for it.
	Declaration *declarationLinesJSON `json:"declaration,omitempty"`
}

type declarationLinesJSON struct {
	Date     ledger.Date        `json:"date"`
	Window   daysJSON           `json:"window"`
	Required ledger.Points      `json:"required"`
	Counted  ledger.Points      `json:"counted"`
	Fee      int                `json:"fee"`
	Currency string             `json:"currency"`
	Credits  []declaredLineJSON `json:"credits"`
}

type editionRefJSON struct {
	Edition    string           `json:"edition"`
	Confidence rules.Confidence `json:"confidence"`
	Pack       string           `json:"pack"` // of the holder's own that it is in, or ""
}

func editionRef(e *rules.Edition) editionRefJSON {
	return editionRefJSON{e.ID, e.Confidence(), e.Pack}
}

// history judges every cycle of a credential, oldest first.
func (a *app) history(s snapshot, c ledger.Credential) ([]rules.Standing, error) {
	var all []rules.Standing
	for _, cycle := range c.Cycles {
		account, err := a.account(s, c, cycle)
		if err != nil {
			return nil, err
		}
		all = append(all, rules.Evaluate(account, a.today))
	}
	return all, nil
}

func credentialToJSON(s snapshot, standings []rules.Standing) credentialJSON {
	last := standings[len(standings)-1]
	c := last.Credential
	out := credentialJSON{
		Credential: c.Code, Body: c.Body, Designation: last.Designation(), Name: last.Edition.Title,
		Number: c.Number, Certified: c.Certified, Voluntary: c.Voluntary, Cycles: []cycleJSON{},
	}
	for _, t := range standings {
		j := cycleJSON{
			FirstDay: t.Cycle.First, LastDay: t.Cycle.Last, State: t.State, Declared: t.Cycle.Declared,
			DaysLeft: daysLeft(t), DeclareBy: t.DeclareBy, DeclareFrom: t.DeclareFrom,
			Rules: editionRef(t.Edition), Points: pointsToJSON(t),
		}
		if d, ok := s.declarations[t.Cycle.ID]; ok {
			j.Declaration = &declarationLinesJSON{d.Date, daysJSON{d.First, d.Last}, d.Required, d.Counted, d.Fee, d.Currency, linesToJSON(d)}
		}
		out.Cycles = append(out.Cycles, j)
	}
	return out
}

func daysLeft(s rules.Standing) *int {
	days, expires := s.DaysLeft()
	if !expires {
		return nil
	}
	return &days
}

// printCredentialsJSON writes credentials with all their cycles.
func (a *app) printCredentialsJSON(s snapshot, credentials []ledger.Credential) error {
	out := struct {
		Schema      string           `json:"schema"`
		DryRun      bool             `json:"dry_run,omitempty"`
		Credentials []credentialJSON `json:"credentials"`
	}{"cmp.credentials/1", a.dryRun, []credentialJSON{}}
	for _, c := range credentials {
		standings, err := a.history(s, c)
		if err != nil {
			return err
		}
		out.Credentials = append(out.Credentials, credentialToJSON(s, standings))
	}
	return render.WriteJSON(a.env.Out, out)
}

// designation returns how a credential is written behind a name.
func (a *app) designation(c ledger.Credential) string {
	p, err := a.book.Programme(c.Body)
	if err != nil {
		return c.Designation() // of a body whose rules are gone
	}
	return rules.Designation(p, c)
}
