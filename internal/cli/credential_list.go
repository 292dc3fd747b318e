package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
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
	if a.settings.Format == answer.JSON {
		credentials := make([]ledger.Credential, len(standings))
		for i, t := range standings {
			credentials[i] = t.Credential
		}
		return a.writeCredentials(s, credentials...)
	}
	if a.settings.Format == answer.Table && len(standings) == 0 {
		a.say("No credentials yet (%s): cmp credential add MLS --expires DATE", a.settings.DB)
		return nil
	}
	var table struct {
		Rows []credentialRow `records:"credential body designation first_day last_day days_left declare_by state" table:"designation|Credential; Begins|First day; last_day|Last day; days_left|Days|right; declare_by|Declare by; Remains|Remains|right; Shown|State"`
	}
	for _, t := range standings {
		row := credentialRow{nameOf(t), t.Cycle, daysLeft(t), t.DeclareBy, t.State, t.Cycle.First.String(), "", answer.Cell{Text: stateWords(t), Style: stateStyle(t.State)}}
		if t.Cycle.IsZero() {
			row.Begins = "no cycle"
		}
		if isJudged(t) {
			row.Remains = dash(t.Remaining)
		}
		table.Rows = append(table.Rows, row)
	}
	return a.print(table)
}

// A credentialRow is a credential with its newest cycle.
type credentialRow struct {
	naming
	ledger.Cycle
	DaysLeft  *int        `json:"days_left"`
	DeclareBy ledger.Date `json:"declare_by"`
	State     rules.State `json:"state"`
	Begins    string
	Remains   string
	Shown     answer.Cell
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

func (a *app) newCredentialShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show CODE",
		Short: "Show a credential with every cycle and what was declared",
		Long: `Show a credential: its number, its rules, and every cycle with its days, its
state, and the worksheet of what was declared, as it stood that day and whatever
became of the credits since. It writes nothing.`,
		Example: `  cmp credential show MLS
  cmp credential show MLS --format json`,
		Args: oneArgument("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error { return a.credentialShow(ctx, args[0]) }),
	}
}

func (a *app) credentialShow(ctx context.Context, text string) error {
	s, err := a.lookDeclared(ctx)
	if err != nil {
		return err
	}
	c, err := a.held(s, text)
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return a.writeCredentials(s, c)
	}
	standings, lacking, err := a.history(s, c)
	if err != nil {
		return err
	}
	a.sayUnjudged(lacking)
	screen, last := a.screen(), standings[len(standings)-1]
	headline := []answer.Cell{{Text: last.Designation(), Style: answer.Strong}}
	for _, parts := range []string{last.Edition.Title, last.Edition.Programme.Name} {
		if parts != "" { // it is unknown where the rules are
			headline = append(headline, answer.Cell{Text: parts})
		}
	}
	screen.Line(headline)
	screen.Fields([]answer.Field{{Name: "number", Text: c.Number}, {Name: "certified", Text: c.Certified.String()}})
	if c.Voluntary {
		screen.Paragraph("voluntary")
	}
	fmt.Fprintln(a.env.Out)
	if err := a.cycleTable(s, standings); err != nil {
		return err
	}
	for _, t := range standings {
		if d, ok := s.Declarations[t.Cycle.ID]; ok {
			fmt.Fprintln(a.env.Out)
			if err := a.worksheet(s, t, d); err != nil {
				return err
			}
			for _, line := range driftOf(d, s.Credits) {
				screen.Paragraph(words.Upper(line) + ".")
			}
		}
	}
	return nil
}

// cycleTable shows the cycles of a credential; those that were declared as
// they were declared.
func (a *app) cycleTable(s snapshot, standings []rules.Standing) error {
	var rows [][]any
	for _, t := range standings {
		cycle, state, required, counted, edition := "no cycle yet", stateWords(t), t.Required.String(), t.Counted.String(), t.Edition.ID
		if t.Cycle.Last != 0 {
			cycle = fmt.Sprintf("%s to %s", t.Cycle.First, t.Cycle.Last)
		}
		if !isJudged(t) {
			required, counted, edition = "", "", "unknown"
		}
		if d, ok := s.Declarations[t.Cycle.ID]; ok {
			state, counted = state+" "+d.Date.String(), d.Counted.String()
			if !isJudged(t) {
				required, edition = d.Required.String(), d.Edition
			}
		}
		rows = append(rows, []any{cycle, state, required, counted, edition})
	}
	return a.table("Cycle; State; Required|right; Counted|right; Rules", rows)
}
