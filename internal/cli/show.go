package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

func (a *app) newShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show a credit and where it is allocated",
		Example: `  cmp show 12
  cmp show 12 --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneArgument("the number of a credit, such as 12")(cmd, args); err != nil {
				return err
			}
			return creditArguments(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			id, err := parseID(args[0])
			if err != nil {
				return err
			}
			return a.show(ctx, id)
		}),
	}
}

func (a *app) show(ctx context.Context, id int64) error {
	var s snapshot
	var c ledger.Credit
	var from ledger.Import
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if s, err = read(ctx, tx); err != nil {
			return err
		}
		if s.declarations, err = declarations(ctx, tx, s.credentials, allCycles); err != nil {
			return err
		}
		if c, err = s.credit(id); err == nil && c.Import != 0 {
			from, err = tx.Import(ctx, c.Import)
		}
		return err
	})
	if err != nil {
		return err
	}
	if a.settings.Format == render.JSON {
		return render.WriteJSON(a.env.Out, creditsToJSON(s, []ledger.Credit{c}))
	}
	screen := a.screen()
	fmt.Fprintf(a.env.Out, "%s   %s   %s   %s\n", screen.Paint(render.Strong, fmt.Sprintf("Credit %d", c.ID)),
		c.Date, points(c.Points), render.Text(c.Title))
	for _, line := range [][2]string{
		{"provider", c.Provider},
		{"topics", topicNames(c.Topics)},
		{"activity", string(c.Activity)},
		{"reference", c.Reference},
		{"url", c.URL},
		{"note", c.Note},
		{"imported", origin(from)},
	} {
		if line[1] != "" {
			fmt.Fprintf(a.env.Out, "  %-10s %s\n", line[0], render.Text(line[1]))
		}
	}
	for _, e := range s.evidenceOf(id) {
		fmt.Fprintf(a.env.Out, "  evidence   %d: %s, %s, added %s\n", e.ID, render.Text(e.Name), size(e.Size), e.Added)
	}
	for _, x := range s.allocationsOf(id) {
		fmt.Fprintf(a.env.Out, "  allocated  %s to %s of %s, by %s\n",
			x.Points, x.Requirement, a.designation(s.ofCycle(x.Cycle)), x.By)
	}
	a.printDeclaredAs(s, c)
	serves, err := a.serves(s, c)
	if err != nil {
		return err
	}
	if len(s.allocationsOf(id)) == 0 {
		fmt.Fprintln(a.env.Out, "  "+serves)
	}
	return nil
}

// printDeclaredAs says what was declared of a credit, and what is no longer so.
func (a *app) printDeclaredAs(s snapshot, c ledger.Credit) {
	for _, credential := range s.credentials {
		for _, y := range credential.Cycles {
			d := s.declarations[y.ID]
			for _, line := range d.Credits {
				if line.Credit.ID == c.ID {
					fmt.Fprintf(a.env.Out, "  declared   %s to %s of %s, on %s\n", line.Points, line.Requirement, a.designation(credential), d.Date)
				}
			}
			for _, drifted := range rules.Drift(d, s.credits) {
				for _, line := range drifted.Sentences() {
					if drifted.Credit.ID == c.ID {
						a.screen().Paragraph(upper(line) + ".")
					}
				}
			}
		}
	}
}

// origin says which file a credit came from, or nothing when it was typed.
func origin(from ledger.Import) string {
	if from.ID == 0 {
		return ""
	}
	return fmt.Sprintf("from %s on %s", from.File, from.Date)
}
