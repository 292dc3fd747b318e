package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

type filterFlags struct {
	topic        ledger.Topic
	noTopic      bool
	since, until ledger.Day
	provider     string
	unallocated  bool
	credential   string
}

func (f *filterFlags) add(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(&topicFlag{read: f.readTopic}, "topic", "only credits that have the `topic`")
	flags.BoolVar(&f.noTopic, "no-topic", false, "only credits without a topic")
	flags.TextVar(&f.since, "since", ledger.Day{}, "only credits of the `day` or later")
	flags.TextVar(&f.until, "until", ledger.Day{}, "only credits of the `day` or earlier")
	flags.StringVar(&f.provider, "provider", "", "only credits whose provider contains the `text`")
	flags.BoolVar(&f.unallocated, "unallocated", false, "only credits with points left that are not allocated")
	flags.StringVar(&f.credential, "credential", "", "only credits in the window of the credential of this `code`")
}

// readTopic takes the topic; that which is given last holds.
func (f *filterFlags) readTopic(known ledger.Vocabulary, text string) (err error) {
	f.topic, err = known.Parse(text)
	return err
}

func (a *app) newList() *cobra.Command {
	var f filterFlags
	var duplicates bool
	cmd := withRecords(&cobra.Command{
		Use:   "list",
		Short: "List credits",
		Long: `List credits by date. Several filters select what fits all of them. With
--duplicates, list groups that may be one activity recorded several times: of one
reference; or with similar titles, of one day or worth the same within seven days.
Credits with different references, a series of three days or more, and what you
kept apart with cmp keep are none.`,
		Example: `  cmp list --no-topic
  cmp list --unallocated --credential MLS
  cmp list --since 2026-01-01 --format csv
  cmp list --duplicates`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error {
			if duplicates {
				return a.listDuplicates(ctx, f)
			}
			return a.list(ctx, f)
		}),
	})
	f.add(a, cmd)
	cmd.Flags().BoolVar(&duplicates, "duplicates", false, "list credits that look the same")
	return cmd
}

func (a *app) selected(ctx context.Context, f filterFlags) (s snapshot, credits []ledger.Credit, err error) {
	if s, err = a.look(ctx); err != nil {
		return s, nil, err
	}
	fits, err := a.fitting(s, f)
	since, until, provider := f.since.Date(a.today), f.until.Date(a.today), strings.ToLower(f.provider)
	credits = slices.DeleteFunc(slices.Clone(s.Credits), func(c ledger.Credit) bool {
		return f.topic != "" && c.Limit(f.topic) == 0 || f.noTopic && c.Topics != nil || c.Date < since || until != 0 && c.Date > until ||
			!strings.Contains(strings.ToLower(c.Provider), provider) || fits != nil && !fits[c.ID]
	})
	return s, credits, err
}

// fitting returns the credits in the window of the credential, or of any, and
// of these, when only unallocated ones are wanted, those with points left that an
// open cycle could still have. It is nil where nothing of that is asked for, or there is no credential.
func (a *app) fitting(s snapshot, f filterFlags) (map[int64]bool, error) {
	if f.credential == "" && (!f.unallocated || len(s.Credentials) == 0) {
		return nil, nil
	}
	accounts, err := a.currentOf(s, f.credential)
	fits := map[int64]bool{}
	for _, account := range accounts {
		if f.unallocated && account.Cycle.Declared != 0 {
			continue
		}
		standing := rules.Evaluate(account, a.today)
		for _, finding := range standing.Findings {
			if standing.Holds(finding.Credit.Date) && (!f.unallocated || finding.Unallocated() > 0) {
				fits[finding.Credit.ID] = true
			}
		}
	}
	return fits, err
}

func (a *app) list(ctx context.Context, f filterFlags) error {
	s, credits, err := a.selected(ctx, f)
	if err != nil {
		return err
	}
	people := a.settings.Format == answer.Table
	switch {
	case people && len(s.Credits) == 0:
		a.say("No credits yet (%s): %s, or %s", a.settings.DB, ledger.Command{"add", "TITLE", "--points", "P"}, ledger.Command{"import", "FILE"})
		return nil
	case people && len(credits) == 0:
		a.say("None of the %s fits", words.Count(len(s.Credits), "credit"))
		return nil
	}
	var sum ledger.Points
	for _, c := range credits {
		sum += c.Points
	}
	err = a.print(a.creditsAnswer(s, credits))
	a.tell("%s, %s", words.Count(len(credits), "credit"), words.Points(sum))
	return err
}

func (a *app) newShow() *cobra.Command {
	var id int64
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show a credit and where it is allocated",
		Long: `Show all that is recorded of a credit: its day, points, topics, provider and
note, its evidence, and to which requirements of which credentials its points are
allocated. cmp explain says why they count or do not. It writes nothing.`,
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
		add("evidence", "%d: %s, %s, added %s", e.ID, e.Name, size(e.Size), e.Added)
	}
	for _, x := range item.Allocations {
		add("allocated", "%s to %s of %s, by %s", x.Points, x.Requirement, a.designation(s.OfCycle(x.Allocation.Cycle)), x.By)
	}
	for _, k := range claims(s, c.ID) {
		for _, line := range k.declaration.Credits {
			add("declared", "%s to %s of %s, on %s", line.Points, line.Requirement, k.declaration.Designation, k.declaration.Date)
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
	serves, err := a.serves(s, c)
	if err == nil && len(item.Allocations) == 0 && serves != "" {
		screen.Paragraph(serves)
	}
	return err
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
