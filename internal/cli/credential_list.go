package cli

import (
	"context"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
)

func (a *app) newCredentialList() *cobra.Command {
	return withRecords(&cobra.Command{
		Use:   "list",
		Short: "List the credentials, most urgent first",
		Example: `  cmp credential list
  cmp credential list --format csv`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.credentialList(ctx) }),
	})
}

func (a *app) credentialList(ctx context.Context) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	var standings []rules.Standing
	lacking, err := eachRuled(s.credentials, func(c ledger.Credential) error {
		history, err := a.history(s, c)
		if err == nil {
			standings = append(standings, history[len(history)-1])
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(standings, urgency)
	if err := a.printCredentials(s, standings, lacking); err != nil || lacking == nil {
		return err
	}
	return lacking // the others are listed all the same
}

// printCredentials lists the credentials that could be judged.
func (a *app) printCredentials(s snapshot, standings []rules.Standing, lacking *failure) error {
	switch {
	case len(standings) == 0 && lacking != nil:
		return nil
	case a.settings.Format == render.JSON:
		credentials := make([]ledger.Credential, len(standings))
		for i, t := range standings {
			credentials[i] = t.Credential
		}
		return a.printCredentialsJSON(s, credentials)
	case a.settings.Format != render.Table:
		return a.credentialRecords(standings)
	case len(standings) == 0:
		a.say("No credentials yet (%s): cmp credential add MLS --expires DATE", a.settings.DB)
		return nil
	}
	return a.credentialTable(standings)
}

func (a *app) credentialRecords(standings []rules.Standing) error {
	header := []string{"credential", "body", "designation", "first_day", "last_day", "days_left", "declare_by", "state"}
	var rows [][]string
	for _, s := range standings {
		rows = append(rows, []string{
			s.Credential.Code, s.Credential.Body, s.Designation(), s.Cycle.First.String(), s.Cycle.Last.String(),
			daysText(s), s.DeclareBy.String(), string(s.State),
		})
	}
	return render.Records(a.env.Out, a.settings.Format, header, rows)
}

// daysText returns the days left, or nothing for a credential that does not
// expire.
func daysText(s rules.Standing) string {
	if days, expires := s.DaysLeft(); expires {
		return strconv.Itoa(days)
	}
	return ""
}

func (a *app) credentialTable(standings []rules.Standing) error {
	screen := a.screen()
	columns := []render.Column{
		{Title: "Credential"}, {Title: "First day"}, {Title: "Last day"}, {Title: "Days", Right: true},
		{Title: "Declare by"}, {Title: "Remains", Right: true}, {Title: "State"},
	}
	var rows [][]render.Cell
	for _, s := range standings {
		first := s.Cycle.First.String()
		if s.Cycle.Last == 0 {
			first = "no cycle"
		}
		row := render.Cells(s.Designation(), first, s.Cycle.Last.String(), daysText(s), s.DeclareBy.String(), dash(s.Remaining), string(s.State))
		row[6].Style = stateStyle(s.State)
		rows = append(rows, row)
	}
	return screen.Table(columns, rows)
}

func stateStyle(s rules.State) render.Style {
	switch s {
	case rules.Declared, rules.Ready:
		return render.Done
	case rules.Expired:
		return render.Warning
	}
	return render.Plain
}
