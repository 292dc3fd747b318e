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
		if s, err = a.judged(ctx, tx); err != nil {
			return err
		}
		if s.Declarations, err = actions.Declarations(ctx, tx, s.Credentials, allCycles); err != nil {
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
	if a.settings.Format == answer.JSON {
		return a.print(a.showAnswer(s, c))
	}
	return a.printCredit(s, c, from)
}

// showAnswer is one credit with all that is known of it.
func (a *app) showAnswer(s snapshot, c ledger.Credit) creditsAnswer {
	out := a.creditsAnswer(s, []ledger.Credit{c})
	item := &out.Credits[0]
	item.Evidence = s.EvidenceOf(c.ID)
	for _, k := range s.claims(c.ID) {
		item.Declared = append(item.Declared, claimItems(k)...)
		item.Drift = append(item.Drift, driftOf(k.declaration, s.Credits)...)
	}
	return out
}

// printCredit shows a credit, its evidence, where it is allocated and was
// declared, and what of it is no longer as it was declared.
func (a *app) printCredit(s snapshot, c ledger.Credit, from ledger.Import) error {
	screen := a.screen()
	screen.Line([]answer.Cell{
		{Text: fmt.Sprintf("Credit %d", c.ID), Style: answer.Strong}, {Text: c.Date.String()}, {Text: words.Points(c.Points)}, {Text: c.Title},
	})
	fields := append(creditFields(c), answer.Field{Name: "imported", Text: origin(from)})
	add := func(name, format string, args ...any) {
		fields = append(fields, answer.Field{Name: name, Text: fmt.Sprintf(format, args...)})
	}
	for _, e := range s.EvidenceOf(c.ID) {
		add("evidence", "%d: %s, %s, added %s", e.ID, e.Name, size(e.Size), e.Added)
	}
	for _, x := range s.AllocationsOf(c.ID) {
		add("allocated", "%s to %s of %s, by %s", x.Points, x.Requirement, a.designation(s.OfCycle(x.Cycle)), x.By)
	}
	var drift []string
	for _, k := range s.claims(c.ID) {
		for _, line := range k.declaration.Credits {
			add("declared", "%s to %s of %s, on %s", line.Points, line.Requirement, k.declaration.Designation, k.declaration.Date)
		}
		drift = append(drift, driftOf(k.declaration, s.Credits)...)
	}
	screen.Fields(fields)
	for _, line := range drift {
		screen.Paragraph(words.Upper(line) + ".")
	}
	serves, err := a.serves(s, c)
	if err != nil {
		return err
	}
	if len(s.AllocationsOf(c.ID)) == 0 && serves != "" {
		screen.Paragraph(serves)
	}
	return nil
}

// creditFields are what is shown of a credit in lines of their own.
func creditFields(c ledger.Credit) []answer.Field {
	return []answer.Field{
		{Name: "provider", Text: c.Provider},
		{Name: "topics", Text: topicNames(c.Topics)},
		{Name: "activity", Text: string(c.Activity)},
		{Name: "reference", Text: c.Reference},
		{Name: "url", Text: c.URL},
		{Name: "note", Text: c.Note},
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

// origin says which file a credit came from, or nothing when it was typed.
func origin(from ledger.Import) string {
	if from.ID == 0 {
		return ""
	}
	return fmt.Sprintf("from %s on %s", from.File, from.Date)
}
