package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
)

func (a *app) newCredentialShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show CODE",
		Short: "Show a credential with every cycle",
		Example: `  cmp credential show MLS
  cmp credential show MLS --format json`,
		Args: oneArgument("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error { return a.credentialShow(ctx, args[0]) }),
	}
}

func (a *app) credentialShow(ctx context.Context, text string) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	c, err := a.held(s, text)
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		return a.printCredentialsJSON(s, []ledger.Credential{c})
	}
	standings, err := a.history(s, c)
	if err != nil {
		return err
	}
	screen, last := a.screen(), standings[len(standings)-1]
	fmt.Fprintf(a.env.Out, "%s   %s   %s\n", screen.Paint(render.Strong, last.Designation()), last.Edition.Title, last.Edition.Programme.Name)
	if c.Number != "" {
		fmt.Fprintf(a.env.Out, "  number     %s\n", render.Text(c.Number))
	}
	if c.Certified != 0 {
		fmt.Fprintf(a.env.Out, "  certified  %s\n", c.Certified)
	}
	if c.Voluntary {
		fmt.Fprintln(a.env.Out, "  voluntary")
	}
	fmt.Fprintln(a.env.Out)
	columns := []render.Column{
		{Title: "Cycle"}, {Title: "State"}, {Title: "Required", Right: true}, {Title: "Counted", Right: true},
		{Title: "Rules"},
	}
	var rows [][]render.Cell
	for _, s := range standings {
		cycle, state := "no cycle yet", string(s.State)
		if s.Cycle.Last != 0 {
			cycle = fmt.Sprintf("%s to %s", s.Cycle.First, s.Cycle.Last)
		}
		if s.Cycle.Declared != 0 {
			state += " " + s.Cycle.Declared.String()
		}
		rows = append(rows, render.Cells(cycle, state, s.Required.String(), s.Counted.String(), s.Edition.ID))
	}
	return screen.Table(columns, rows)
}
