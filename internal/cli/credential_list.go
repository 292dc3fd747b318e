package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
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

type credentialsAnswer struct {
	Schema      string           `json:"schema" shape:"cmp.credentials/1" title:"Credentials and their cycles" doc:"Written by cmp credential list, show, add, edit and remove, and cmp renew."`
	DryRun      bool             `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Credentials []credentialItem `json:"credentials" records:"credential body designation first_day=Newest.first_day last_day=Newest.last_day days_left=Newest.days_left declare_by=Newest.declare_by state=Newest.state" table:"designation|Credential; Newest.Begins|First day; Newest.last_day|Last day; Newest.days_left|Days|right; Newest.declare_by|Declare by; Newest.Remains|Remains|right; Newest.Shown|State"`
}

type credentialItem struct {
	naming
	Name      string      `json:"name" doc:"In words."`
	Number    string      `json:"number" doc:"As the body numbers it." empty:"where it is not known"`
	Certified ledger.Date `json:"certified" null:"where it is not known"`
	Voluntary bool        `json:"voluntary" doc:"Whether participation is voluntary."`
	Cycles    []cycleItem `json:"cycles" table:"Days|Cycle; Stands|State; Needs|Required|right; Counts|Counted|right; Edition|Rules"`
	Newest    cycleItem   // of the cycles
	standings []rules.Standing
}

type cycleItem struct {
	ledger.Cycle `null:"before the first cycle of a voluntary credential"`
	State        rules.State      `json:"state" or:"unknown" doc:"unknown: open, and its rules are not known."`
	Declared     ledger.Date      `json:"declared" null:"while it is not"`
	DaysLeft     *int             `json:"days_left" min:"none" doc:"Until the last day; negative once that has passed." null:"of a declared cycle"`
	DeclareBy    ledger.Date      `json:"declare_by" doc:"Last day to declare." null:"where the body publishes none"`
	DeclareFrom  ledger.Date      `json:"declare_from" doc:"Day from which it is advised." null:"where nothing is published"`
	Rules        *editionRef      `json:"rules" null:"where they are not known"`
	Points       *rules.Sums      `json:"points" null:"where the rules are not known"`
	Declaration  *declarationItem `json:"declaration,omitempty" doc:"As it was declared. Of cmp credential show alone."`

	// As people read them: what stands in the list of credentials, and in that of
	// cycles, where those that were declared are as they were declared.
	Begins, Remains                      string
	Shown                                answer.Cell
	Days, Stands, Needs, Counts, Edition string
}

type declarationItem struct {
	Date     ledger.Date    `json:"date"`
	Window   ledger.Cycle   `json:"window" doc:"Days on which a credit counted."`
	Required ledger.Points  `json:"required"`
	Counted  ledger.Points  `json:"counted"`
	Fee      int            `json:"fee" doc:"In whole units of the currency. 0 where none is known."`
	Currency string         `json:"currency" doc:"Such as USD." empty:"where no fee is known"`
	Credits  []declaredLine `json:"credits"`
}

func (a *app) credentialList(ctx context.Context) error {
	s, err := a.look(ctx)
	if err != nil {
		return err
	}
	out, err := a.credentialsAnswer(s, s.Credentials...)
	if err != nil {
		return err
	}
	if a.settings.Format == answer.Table && len(out.Credentials) == 0 {
		a.say("No credentials yet (%s): %s", a.settings.DB, ledger.Command{"credential", "add", "MLS", "--expires", "DATE"})
		return nil
	}
	slices.SortStableFunc(out.Credentials, func(x, y credentialItem) int {
		return rules.ByUrgency(x.standings[len(x.standings)-1], y.standings[len(y.standings)-1])
	})
	return a.print(out)
}

// credentialsAnswer judges every cycle of credentials, and says once why some
// cannot be.
func (a *app) credentialsAnswer(s snapshot, credentials ...ledger.Credential) (credentialsAnswer, error) {
	out := credentialsAnswer{DryRun: a.dryRun}
	said := map[string]bool{}
	for _, c := range credentials {
		standings, lacking, err := a.judgeOn(a.today).History(s, c)
		if err != nil {
			return out, err
		}
		if lacking != nil && !said[lacking.Error()] {
			said[lacking.Error()] = true
			a.say("Not judged: %s", a.classify(nil, lacking).sentence())
		}
		last := standings[len(standings)-1]
		item := credentialItem{
			naming: nameOf(last), Name: last.Edition.Title, Number: c.Number,
			Certified: c.Certified, Voluntary: c.Voluntary, standings: standings,
		}
		for _, t := range standings {
			item.Newest = cycleItemOf(s, t)
			item.Cycles = append(item.Cycles, item.Newest)
		}
		out.Credentials = append(out.Credentials, item)
	}
	return out, nil
}

// replyCredential writes a credential with all its cycles as JSON, where that is
// asked for; people were told.
func (a *app) replyCredential(s snapshot, c ledger.Credential) error {
	if a.settings.Format != answer.JSON {
		return nil
	}
	out, err := a.credentialsAnswer(s, c)
	if err != nil {
		return err
	}
	return a.print(out)
}

func cycleItemOf(s snapshot, t rules.Standing) cycleItem {
	item := cycleItem{
		Cycle: t.Cycle, State: t.State, Declared: t.Cycle.Declared, DaysLeft: daysLeft(t), DeclareBy: t.DeclareBy, DeclareFrom: t.DeclareFrom,
		Begins: "no cycle", Shown: stateCell(t), Days: "no cycle yet", Stands: stateCell(t).Text, Edition: "unknown",
	}
	if !t.Cycle.IsZero() {
		item.Begins, item.Days = t.Cycle.First.String(), fmt.Sprintf("%s to %s", t.Cycle.First, t.Cycle.Last)
	}
	judged := t.Edition.ID != ""
	if judged {
		edition := refTo(t.Edition)
		item.Rules, item.Points, item.Remains = &edition, &t.Sums, dash(t.Remaining)
		item.Needs, item.Counts, item.Edition = t.Required.String(), t.Counted.String(), t.Edition.ID
	}
	if d, ok := s.Declarations[t.Cycle.ID]; ok {
		window := ledger.Cycle{First: d.First, Last: d.Last}
		item.Declaration = &declarationItem{d.Date, window, d.Required, d.Counted, d.Fee, d.Currency, declaredLines(d)}
		item.Stands, item.Counts = item.Stands+" "+d.Date.String(), d.Counted.String()
		if !judged {
			item.Needs, item.Edition = d.Required.String(), d.Edition
		}
	}
	return item
}

// stateCell says in a table where a cycle stands.
func stateCell(t rules.Standing) answer.Cell {
	cell := answer.Cell{Text: string(t.State)}
	switch t.State {
	case actions.Unknown:
		cell.Text = "rules unknown"
		return cell
	case rules.Declared:
		cell.Style = answer.Done
		return cell
	case rules.Ready:
		cell.Style = answer.Done
	case rules.Expired:
		cell.Style = answer.Warning
	}
	if !t.Begun() {
		cell.Text = words.Outlook(t)
	}
	return cell
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
	s, err := a.look(ctx, actions.AllCycles)
	if err != nil {
		return err
	}
	c, err := a.held(s, text)
	if err != nil {
		return err
	}
	out, err := a.credentialsAnswer(s, c)
	if err != nil || a.settings.Format == answer.JSON {
		return errors.Join(err, a.reply(out))
	}
	item, screen := out.Credentials[0], a.screen()
	headline := []answer.Cell{{Text: item.Designation, Style: answer.Strong}}
	for _, part := range []string{item.Name, item.standings[0].Edition.Programme.Name} {
		if part != "" { // it is unknown where the rules are
			headline = append(headline, answer.Cell{Text: part})
		}
	}
	screen.Line(headline)
	screen.Fields([]answer.Field{{Name: "number", Text: c.Number}, {Name: "certified", Text: c.Certified.String()}})
	if c.Voluntary {
		screen.Paragraph("voluntary")
	}
	fmt.Fprintln(a.env.Out)
	if err := a.print(item); err != nil {
		return err
	}
	for _, t := range item.standings {
		d, ok := s.Declarations[t.Cycle.ID]
		if !ok {
			continue
		}
		fmt.Fprintln(a.env.Out)
		if err := a.worksheet(s, t, d); err != nil {
			return err
		}
		for _, line := range driftOf(d, s.Credits) {
			screen.Paragraph(words.Upper(line) + ".")
		}
	}
	return nil
}
