package cli

import (
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

func daysLeft(s rules.Standing) *int {
	days, expires := s.DaysLeft()
	if !expires {
		return nil
	}
	return &days
}

// designation returns how a credential is written behind a name.
func (a *app) designation(c ledger.Credential) string { return a.judgeOn(a.today).Designation(c) }
