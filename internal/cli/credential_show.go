package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

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
			if err := a.worksheet(s, t.Designation(), t.Cycle, d, t.Edition); err != nil {
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
