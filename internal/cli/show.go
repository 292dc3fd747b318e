package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
)

func (a *app) newShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show a credit and where it is allocated",
		Long: `Show all that is recorded of a credit: its day, points, topics, provider and
note, its evidence, and to which requirements of which credentials its points are
allocated. cmp explain says why they count or do not. It writes nothing.`,
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
		return a.showJSON(s, c)
	}
	return a.printCredit(s, c, from)
}

// printCredit shows a credit, its evidence, and where it is allocated and was
// declared.
func (a *app) printCredit(s snapshot, c ledger.Credit, from ledger.Import) error {
	screen := a.screen()
	fmt.Fprintf(a.env.Out, "%s   %s   %s   %s\n", screen.Paint(render.Strong, fmt.Sprintf("Credit %d", c.ID)),
		c.Date, points(c.Points), render.Text(c.Title))
	printFields(a.env.Out, append(creditFields(c), [2]string{"imported", origin(from)}))
	for _, e := range s.evidenceOf(c.ID) {
		fmt.Fprintf(a.env.Out, "  evidence   %d: %s, %s, added %s\n", e.ID, render.Text(e.Name), size(e.Size), e.Added)
	}
	for _, x := range s.allocationsOf(c.ID) {
		fmt.Fprintf(a.env.Out, "  allocated  %s to %s of %s, by %s\n",
			x.Points, x.Requirement, a.designation(s.ofCycle(x.Cycle)), x.By)
	}
	a.printClaims(s, c)
	serves, err := a.serves(s, c)
	if err != nil {
		return err
	}
	if len(s.allocationsOf(c.ID)) == 0 {
		fmt.Fprintln(a.env.Out, "  "+serves)
	}
	return nil
}

// creditFields are what is shown of a credit in lines of their own.
func creditFields(c ledger.Credit) [][2]string {
	return [][2]string{
		{"provider", c.Provider},
		{"topics", topicNames(c.Topics)},
		{"activity", string(c.Activity)},
		{"reference", c.Reference},
		{"url", c.URL},
		{"note", c.Note},
	}
}

// printFields shows what was said, by the word it is said under.
func printFields(w io.Writer, fields [][2]string) {
	for _, f := range fields {
		if f[1] != "" {
			fmt.Fprintf(w, "  %-10s %s\n", f[0], render.Text(f[1]))
		}
	}
}

// A claim is what was declared of a credit.
type claim struct {
	credential  ledger.Credential
	declaration ledger.Declaration // with the lines of that credit alone
}

// claims returns what was declared of a credit.
func (s snapshot) claims(credit int64) []claim {
	var all []claim
	for _, c := range s.credentials {
		for _, y := range c.Cycles {
			d := s.declarations[y.ID]
			d.Credits = slices.DeleteFunc(slices.Clone(d.Credits), func(l ledger.DeclaredCredit) bool { return l.Credit.ID != credit })
			if len(d.Credits) > 0 {
				all = append(all, claim{c, d})
			}
		}
	}
	return all
}

// printClaims says what was declared of a credit, and what is no longer so.
func (a *app) printClaims(s snapshot, c ledger.Credit) {
	for _, k := range s.claims(c.ID) {
		for _, line := range k.declaration.Credits {
			fmt.Fprintf(a.env.Out, "  declared   %s to %s of %s, on %s\n", line.Points, line.Requirement, k.declaration.Designation, k.declaration.Date)
		}
		for _, line := range driftOf(k.declaration, s.credits) {
			a.screen().Paragraph(upper(line) + ".")
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
