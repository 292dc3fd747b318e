package cli

import (
	"context"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func (a *app) newCredentialList() *cobra.Command {
	return withRecords(&cobra.Command{
		Use:   "list",
		Short: "List the credentials, most urgent first",
		Long: `List the credentials you hold: the first and the last day of the running cycle,
the days left, the day to declare by, the points that remain, and the state:
in-progress, ready, declared or expired. cmp status says what is missing, and cmp
credential show tells of earlier cycles.`,
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
	var unjudged []*failure
	for _, c := range s.Credentials {
		history, lacking, err := a.history(s, c)
		if err != nil {
			return err
		}
		standings, unjudged = append(standings, history[len(history)-1]), append(unjudged, lacking)
	}
	slices.SortStableFunc(standings, urgency)
	if a.settings.Format != answer.JSON { // which says it by itself
		a.sayUnjudged(unjudged...)
	}
	return a.printCredentials(s, standings)
}

func (a *app) printCredentials(s snapshot, standings []rules.Standing) error {
	switch {
	case a.settings.Format == answer.JSON:
		credentials := make([]ledger.Credential, len(standings))
		for i, t := range standings {
			credentials[i] = t.Credential
		}
		return a.printCredentialsJSON(s, credentials)
	case a.settings.Format != answer.Table:
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
	return answer.Records(a.env.Out, a.settings.Format, header, rows)
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
	columns := []answer.Column{
		{Title: "Credential"}, {Title: "First day"}, {Title: "Last day"}, {Title: "Days", Right: true},
		{Title: "Declare by"}, {Title: "Remains", Right: true}, {Title: "State"},
	}
	var rows [][]answer.Cell
	for _, s := range standings {
		first := s.Cycle.First.String()
		if s.Cycle.Last == 0 {
			first = "no cycle"
		}
		row := answer.Cells(s.Designation(), first, s.Cycle.Last.String(), daysText(s), s.DeclareBy.String(), dash(s.Remaining), stateWords(s))
		if !isJudged(s) {
			row[5].Text = ""
		}
		row[6].Style = stateStyle(s.State)
		rows = append(rows, row)
	}
	return screen.Table(columns, rows)
}

// stateWords says in a table where a cycle stands.
func stateWords(s rules.Standing) string {
	switch {
	case s.State == stateUnknown:
		return "rules unknown"
	case s.State != rules.Declared && !s.Begun():
		return outlook(s)
	}
	return string(s.State)
}

func stateStyle(s rules.State) answer.Style {
	switch s {
	case rules.Declared, rules.Ready:
		return answer.Done
	case rules.Expired:
		return answer.Warning
	}
	return answer.Plain
}
