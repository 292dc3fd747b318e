package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
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

type credentialsAnswer struct {
	Schema      string           `json:"schema" shape:"cmp.credentials/1" title:"Credentials and their cycles" doc:"Written by cmp credential list, show, add, edit and remove, and cmp renew."`
	DryRun      bool             `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Credentials []credentialItem `json:"credentials"`
}

type credentialItem struct {
	naming
	Name      string      `json:"name" doc:"In words."`
	Number    string      `json:"number" doc:"As the body numbers it." empty:"where it is not known"`
	Certified ledger.Date `json:"certified" null:"where it is not known"`
	Voluntary bool        `json:"voluntary" doc:"Whether participation is voluntary."`
	Cycles    []cycleItem `json:"cycles"`
}

type cycleItem struct {
	ledger.Cycle `null:"before the first cycle of a voluntary credential"`
	State        rules.State      `json:"state" or:"unknown" doc:"unknown: open, and its rules are not known."`
	Declared     ledger.Date      `json:"declared" null:"while it is not"`
	DaysLeft     *int             `json:"days_left" min:"none" doc:"Until the last day; negative once that has passed." null:"of a declared cycle"`
	DeclareBy    ledger.Date      `json:"declare_by" doc:"Last day to declare." null:"where the body publishes none"`
	DeclareFrom  ledger.Date      `json:"declare_from" doc:"Day from which it is advised." null:"where nothing is published"`
	Rules        *editionRef      `json:"rules" null:"where they are not known"`
	Points       *rules.Sums      `json:"points" null:"where the rules are not known"`
	Declaration  *declarationItem `json:"declaration,omitempty" doc:"As it was declared. Of cmp credential show alone."`
}

type declarationItem struct {
	Date     ledger.Date    `json:"date"`
	Window   ledger.Cycle   `json:"window" doc:"Days on which a credit counted."`
	Required ledger.Points  `json:"required"`
	Counted  ledger.Points  `json:"counted"`
	Fee      int            `json:"fee" doc:"In whole units of the currency. 0 where none is known."`
	Currency string         `json:"currency" doc:"Such as USD." empty:"where no fee is known"`
	Credits  []declaredLine `json:"credits"`
}

// stateUnknown is the state of an open cycle that cannot be judged.
const stateUnknown rules.State = "unknown"

// history judges every cycle of a credential, oldest first. Where its rules
// cannot be had, lacking says why, and its cycles are as the ledger has them.
func (a *app) history(s snapshot, c ledger.Credential) (all []rules.Standing, lacking *failure, err error) {
	for _, cycle := range c.Cycles {
		account, err := a.account(s, c, cycle)
		var broken *rules.PackError
		why := skippable(err)
		if errors.As(err, &broken) {
			why = a.badPack(broken)
		}
		switch {
		case why != nil:
			lacking = why
			all = append(all, a.unjudged(c, cycle))
		case err != nil:
			return nil, nil, err
		default:
			all = append(all, rules.Evaluate(account, a.today))
		}
	}
	return all, lacking, nil
}

// unjudged returns what the ledger itself knows of a cycle. Its edition is
// none, which has no ID.
func (a *app) unjudged(c ledger.Credential, cycle ledger.Cycle) rules.Standing {
	t := rules.Standing{Edition: &rules.Edition{Programme: a.programme(c.Body)}, Credential: c, Cycle: cycle, Today: a.today, State: stateUnknown}
	switch {
	case cycle.Declared != 0:
		t.State = rules.Declared
	case cycle.Last != 0 && cycle.Last < a.today:
		t.State = rules.Expired
	}
	return t
}

// isJudged reports whether the rules of a standing are known.
func isJudged(t rules.Standing) bool { return t.Edition.ID != "" }

// sayUnjudged says once why cycles are shown without their rules.
func (a *app) sayUnjudged(lacking ...*failure) {
	said := map[string]bool{}
	for _, f := range lacking {
		if f != nil && !said[f.message] {
			said[f.message] = true
			a.say("Not judged: %s", f.sentence())
		}
	}
}

func (s snapshot) credentialItem(standings []rules.Standing) credentialItem {
	last := standings[len(standings)-1]
	c := last.Credential
	out := credentialItem{naming: nameOf(last), Name: last.Edition.Title, Number: c.Number, Certified: c.Certified, Voluntary: c.Voluntary}
	for _, t := range standings {
		item := cycleItem{
			Cycle: t.Cycle, State: t.State, Declared: t.Cycle.Declared,
			DaysLeft: daysLeft(t), DeclareBy: t.DeclareBy, DeclareFrom: t.DeclareFrom,
		}
		if isJudged(t) {
			edition := refTo(t.Edition)
			item.Rules, item.Points = &edition, &t.Sums
		}
		if d, ok := s.Declarations[t.Cycle.ID]; ok {
			item.Declaration = &declarationItem{d.Date, ledger.Cycle{First: d.First, Last: d.Last}, d.Required, d.Counted, d.Fee, d.Currency, declaredLines(d)}
		}
		out.Cycles = append(out.Cycles, item)
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

// writeCredentials writes credentials with all their cycles as JSON.
func (a *app) writeCredentials(s snapshot, credentials ...ledger.Credential) error {
	out := credentialsAnswer{DryRun: a.dryRun}
	var unjudged []*failure
	for _, c := range credentials {
		standings, lacking, err := a.history(s, c)
		if err != nil {
			return err
		}
		unjudged = append(unjudged, lacking)
		out.Credentials = append(out.Credentials, s.credentialItem(standings))
	}
	a.sayUnjudged(unjudged...)
	return a.print(out)
}

// designation returns how a credential is written behind a name.
func (a *app) designation(c ledger.Credential) string {
	return rules.Designation(a.programme(c.Body), c)
}

// programme returns that of a body: where packs cannot be used, the one that
// ships, and of a body whose rules are gone an empty one.
func (a *app) programme(body string) *rules.Programme {
	for _, book := range []*rules.Book{a.book, rules.Builtin()} {
		if p, err := book.Programme(body); err == nil {
			return p
		}
	}
	return &rules.Programme{}
}
