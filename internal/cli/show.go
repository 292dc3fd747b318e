package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newShow() *cobra.Command {
	var id int64
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show a credit and where its points go",
		Long: `Show everything about a credit: its day, points, topics, provider, note,
certificates, and where its points go. cmp explain says why they count or not.`,
		Example: `  cmp show 12
  cmp show 12 --format json`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err = oneArgument("the number of a credit, such as 12")(cmd, args); err == nil {
				id, err = parseID(args[0])
			}
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error {
			var s snapshot
			var c ledger.Credit
			var from ledger.Import
			err := a.view(ctx, func(tx *store.Tx) (err error) {
				if s, err = a.judged(ctx, tx, actions.AllCycles); err != nil {
					return err
				}
				if c, err = s.Credit(id); err == nil && c.Import != 0 {
					from, err = tx.Import(ctx, c.Import)
				}
				return err
			})
			if err != nil {
				return err
			}
			return a.printCredit(s, c, from)
		}),
	}
}

func (a *app) printCredit(s snapshot, c ledger.Credit, from ledger.Import) error {
	out := a.creditsAnswer(s, []ledger.Credit{c})
	item := &out.Credits[0]
	item.Evidence = s.EvidenceOf(c.ID)
	fields := creditFields(c)
	add := func(name, format string, args ...any) {
		fields = append(fields, answer.Field{Name: name, Text: fmt.Sprintf(format, args...)})
	}
	if from.ID != 0 {
		add("imported", "from %s on %s", from.File, from.Date)
	}
	for _, e := range item.Evidence {
		add("certificate", "%d: %s, %s, added %s", e.ID, e.Name, size(e.Size), e.Added)
	}
	for _, x := range item.Allocations {
		add("allocated", "%s to %s of %s, by %s", x.Points, x.Requirement, a.designation(s.OfCycle(x.Allocation.Cycle)), placer(x.By))
	}
	for _, k := range claims(s, c.ID) {
		for _, line := range k.declaration.Credits {
			to := "to " + string(line.Requirement)
			if line.Requirement == ledger.Margin {
				to = "as a margin"
			}
			add("declared", "%s %s of %s, on %s", line.Points, to, k.declaration.Designation, k.declaration.Date)
		}
		item.Declared = append(item.Declared, claimItems(k)...)
		item.Drift = append(item.Drift, driftOf(k.declaration, s.Credits)...)
	}
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	screen := a.screen()
	screen.Line([]answer.Cell{
		{Text: "Credit " + id(c), Style: answer.Strong}, {Text: c.Date.String()}, {Text: words.Points(c.Points)}, {Text: c.Title},
	})
	screen.Fields(fields)
	for _, line := range item.Drift {
		screen.Paragraph(words.Upper(line) + ".")
	}
	if serves := a.serves(s, c); len(item.Allocations) == 0 && item.Declared == nil && serves != "" {
		screen.Paragraph(serves)
	}
	return nil
}

// placer says who placed points.
func placer(by ledger.Allocator) string {
	if by == ledger.ByHand {
		return "you"
	}
	return "cmp"
}

func creditFields(c ledger.Credit) []answer.Field {
	return []answer.Field{
		{Name: "provider", Text: c.Provider},
		{Name: "topics", Text: words.Topics(c.Topics)},
		{Name: "activity", Text: string(c.Activity)},
		{Name: "reference", Text: c.Reference},
		{Name: "url", Text: c.URL},
		{Name: "note", Text: c.Note},
	}
}

type claim struct {
	credential  ledger.Credential
	declaration ledger.Declaration // with the lines of that credit alone
}

// claims returns what was declared of a credit.
func claims(s snapshot, credit int64) []claim {
	var all []claim
	for _, c := range s.Credentials {
		for _, y := range c.Cycles {
			d := s.Declarations[y.ID]
			d.Credits = slices.DeleteFunc(slices.Clone(d.Credits), func(l ledger.DeclaredCredit) bool { return l.Credit.ID != credit })
			if len(d.Credits) > 0 {
				all = append(all, claim{c, d})
			}
		}
	}
	return all
}

// A claimItem is what was declared of a credit.
type claimItem struct {
	ledger.CredentialName
	Date        ledger.Date        `json:"date" doc:"Day of the declaration."`
	Requirement ledger.Requirement `json:"requirement" doc:"It counted for, or margin."`
	Points      ledger.Points      `json:"points" doc:"That counted, or were declared as a margin."`
}

// claimItems returns what was declared of a credit.
func claimItems(k claim) []claimItem {
	var all []claimItem
	for _, line := range k.declaration.Credits {
		all = append(all, claimItem{k.credential.CredentialName, k.declaration.Date, line.Requirement, line.Points})
	}
	return all
}
