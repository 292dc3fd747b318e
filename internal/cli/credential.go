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

func daysLeft(s rules.Standing) *int {
	days, expires := s.DaysLeft()
	if !expires {
		return nil
	}
	return &days
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
