package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newCredential() *cobra.Command {
	cmd := a.newGroup("credential", "Add, correct and list your credentials",
		a.newCredentialAdd(), a.newCredentialList(), a.newCredentialShow(),
		a.newCredentialEdit(), a.newCredentialRemove())
	cmd.Long = `Add, correct and list your credentials. A credential is what a board granted
you, such as MLS(ASCP) or RMA(AMT). You keep it current in cycles. It expires on
the last day of its cycle.

Type its code (MLS), its board and code (amt/MT), or what you write after your
name (MLS(ASCP)CM). Capital letters do not matter.`
	cmd.Example = `  cmp credential add MLS --expires 2027-03-31
  cmp credential list`
	return cmd
}

func daysLeft(s rules.Standing) *int {
	days, expires := s.DaysLeft()
	if !expires {
		return nil
	}
	return &days
}

// designation returns how a credential is written behind a name.
func (a *app) designation(c ledger.Credential) string { return a.judgeOn(a.today).Designation(c) }

func (a *app) newCredentialList() *cobra.Command {
	return withRecords(&cobra.Command{
		Use:   "list",
		Short: "List your credentials, most urgent first",
		Long: `List your credentials, most urgent first. You see the first and last day of the
cycle, the days left, the day to declare by, the points that remain, and the
state: in-progress, ready, declared or expired. cmp status says what you still
need. cmp credential show has the earlier cycles.`,
		Example: `  cmp credential list
  cmp credential list --format csv`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.credentialList(ctx) }),
	})
}

// naming names a credential.
type naming struct {
	ledger.CredentialName
	Designation string `json:"designation" doc:"As it is written: MLS(ASCP)CM."`
}

func nameOf(t rules.Standing) naming { return naming{t.Credential.CredentialName, t.Designation()} }

type credentialsAnswer struct {
	Schema      string           `json:"schema" shape:"cmp.credentials/1" title:"Credentials and their cycles" doc:"Written by cmp credential list, show, add, edit and remove, and cmp renew."`
	DryRun      bool             `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Credentials []credentialItem `json:"credentials" records:"credential body designation first_day=Newest.first_day last_day=Newest.last_day days_left=Newest.days_left declare_by=Newest.declare_by state=Newest.state" table:"designation|Credential; Newest.last_day|Last day; Newest.Left|Left; Newest.declare_by|Declare by; Newest.Remains|To earn|right; Newest.Shown|Stage"`
}

type credentialItem struct {
	naming
	Name       string         `json:"name" doc:"In words."`
	Number     string         `json:"number" doc:"As the body numbers it." empty:"where it is not known"`
	Certified  ledger.Date    `json:"certified" null:"where it is not known"`
	Voluntary  bool           `json:"voluntary" doc:"Whether participation is voluntary."`
	Categories []ledger.Topic `json:"categories" doc:"In which a licence is held."`
	Cycles     []cycleItem    `json:"cycles" table:"Days|Cycle; Stands|State; Needs|Required|right; Counts|Counted|right; Edition|Rules"`
	Newest     cycleItem      // of the cycles
	standings  []rules.Standing
}

type cycleItem struct {
	ledger.Cycle `null:"before the first cycle of a voluntary credential"`
	State        rules.State      `json:"state" or:"unknown" doc:"unknown: open, and its rules are not known."`
	Declared     ledger.Date      `json:"declared" null:"while it is not"`
	DaysLeft     *int             `json:"days_left" min:"none" doc:"Until the last day; negative once that has passed." null:"of a declared cycle"`
	DeclareBy    ledger.Date      `json:"declare_by" doc:"Last day to declare." null:"where the body publishes none"`
	DeclareFrom  ledger.Date      `json:"declare_from" doc:"First day on which the board accepts it." null:"where the body publishes none"`
	Rules        *editionRef      `json:"rules" null:"where they are not known"`
	Points       *rules.Sums      `json:"points" null:"where the rules are not known"`
	Declaration  *declarationItem `json:"declaration,omitempty" doc:"As it was declared. Of cmp credential show alone."`

	// As people read them: what stands in the list of credentials, and in that of
	// cycles, where those that were declared are as they were declared.
	Left, Remains                        string
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
	out := a.credentialsAnswer(s, s.Credentials...)
	if a.settings.Format == answer.Table && len(out.Credentials) == 0 {
		a.sayNoCredentials()
		return nil
	}
	slices.SortStableFunc(out.Credentials, func(x, y credentialItem) int {
		return rules.ByUrgency(x.standings[len(x.standings)-1], y.standings[len(y.standings)-1])
	})
	return a.print(out)
}

// credentialsAnswer judges every cycle of credentials, and says why some cannot be.
func (a *app) credentialsAnswer(s snapshot, credentials ...ledger.Credential) credentialsAnswer {
	out := credentialsAnswer{DryRun: a.dryRun}
	for _, c := range credentials {
		standings, lacking := a.judgeOn(a.today).History(s, c)
		if lacking != nil {
			a.say("Left out: %s", a.classify(nil, lacking).sentence())
		}
		last := standings[len(standings)-1]
		item := credentialItem{
			naming: nameOf(last), Name: last.Edition.Title, Number: c.Number,
			Certified: c.Certified, Voluntary: c.Voluntary, Categories: c.Categories, standings: standings,
		}
		for _, t := range standings {
			item.Newest = cycleItemOf(s, t)
			item.Cycles = append(item.Cycles, item.Newest)
		}
		out.Credentials = append(out.Credentials, item)
	}
	return out
}

// replyCredentials writes credentials with all their cycles as JSON, where that is
// asked for; people were told.
func (a *app) replyCredentials(s snapshot, all ...ledger.Credential) error {
	if a.settings.Format != answer.JSON {
		return nil
	}
	return a.print(a.credentialsAnswer(s, all...))
}

func cycleItemOf(s snapshot, t rules.Standing) cycleItem {
	item := cycleItem{
		Cycle: t.Cycle, State: t.State, Declared: t.Cycle.Declared, DaysLeft: daysLeft(t), DeclareBy: t.DeclareBy, DeclareFrom: t.DeclareFrom,
		Left: "no cycle", Shown: stateCell(t), Days: "no cycle yet", Stands: stateCell(t).Text, Edition: "unknown",
	}
	if !t.Cycle.IsZero() {
		item.Left, item.Days = timeLeft(item.DaysLeft), fmt.Sprintf("%s to %s", t.Cycle.First, t.Cycle.Last)
	}
	judged := t.Edition.ID != ""
	if judged {
		edition := refTo(t.Edition)
		item.Rules, item.Points, item.Remains = &edition, &t.Sums, "-"
		if !t.Over() {
			item.Remains = dash(t.ToEarn)
		}
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

// timeLeft says how long a cycle lasts still: "31 days", "3 years", or "1 day ago".
func timeLeft(days *int) string {
	const year, long = 365, 1000
	switch {
	case days == nil:
		return ""
	case *days < 0:
		return words.Count(-*days, "day") + " ago"
	case *days == 0:
		return "today"
	case *days >= long:
		return words.Count(*days/year, "year")
	}
	return words.Count(*days, "day")
}

// stateCell says in a table where a cycle stands.
func stateCell(t rules.Standing) answer.Cell {
	styles := map[rules.State]answer.Style{rules.Declared: answer.Done, rules.Ready: answer.Done, rules.Expired: answer.Warning}
	cell := answer.Cell{Text: string(t.State), Style: styles[t.State]}
	if t.State == actions.Unknown {
		cell.Text = "rules unknown"
	} else if t.State != rules.Declared && t.Cycle.Closed {
		cell.Text = words.When(t)
	} else if t.State != rules.Declared && !t.Begun() {
		cell.Text = "not begun"
	}
	return cell
}

func (a *app) newCredentialShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show CODE",
		Short: "Show a credential with all its cycles",
		Long: `Show a credential: its number, its rules, and every cycle with its days and its
state. For a declared cycle you see the worksheet of that day, whatever happened
to the credits since.`,
		Example: `  cmp credential show MLS
  cmp credential show MLS --format json`,
		Args: oneCredential,
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
	out := a.credentialsAnswer(s, c)
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	item, screen := out.Credentials[0], a.screen()
	showHeld(screen, c, item)
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

// showHeld shows what is said of a credential above its cycles.
func showHeld(screen answer.Screen, c ledger.Credential, item credentialItem) {
	headline := []answer.Cell{{Text: item.Designation, Style: answer.Strong}}
	for _, part := range []string{item.Name, item.standings[0].Edition.Programme.Name} {
		if part != "" { // it is unknown where the rules are
			headline = append(headline, answer.Cell{Text: part})
		}
	}
	screen.Line(headline)
	fields := heldFields(c)
	if newest := item.standings[len(item.standings)-1]; newest.State != rules.Declared {
		fields = append(fields, answer.Field{Name: "declare", Text: strings.TrimPrefix(words.DeclarationPeriod(newest), "declare ")})
	}
	screen.Fields(fields)
	if c.Voluntary {
		screen.Paragraph("voluntary")
	}
}

func heldFields(c ledger.Credential) []answer.Field {
	return []answer.Field{{Name: "number", Text: c.Number}, {Name: "certified", Text: c.Certified.String()}, {Name: "held in", Text: topicList(c.Categories)}}
}

// credentialFlags are what can be said of a credential.
type credentialFlags struct {
	expires, start, certified ledger.Day
	number                    string
	voluntary                 bool
	categories                []ledger.Topic
}

func (f *credentialFlags) add(flags *pflag.FlagSet) {
	flags.TextVar(&f.expires, "expires", ledger.Day{}, "`day` it expires, the last day of the cycle")
	flags.Var(startFlag{&f.start}, "start", "first `day` of the cycle (default: worked out from the expiry)")
	flags.TextVar(&f.certified, "certified", ledger.Day{}, "`day` you were first certified")
	flags.StringVar(&f.number, "number", "", "your `number` with the board")
	flags.Var(&topicFlag{read: f.readCategory}, "category", "`topic` that you hold a licence in, such as chemistry; may be repeated")
	flags.BoolVar(&f.voluntary, "voluntary", false, "keeping it current is voluntary for you")
}

// A startFlag is a first day; "" is none, so that it is derived.
type startFlag struct{ day *ledger.Day }

func (f startFlag) Get() any     { return f.day }
func (f startFlag) Type() string { return "day" }

func (f startFlag) String() string {
	text, _ := f.day.MarshalText() // never fails
	return string(text)
}

func (f startFlag) Set(text string) error {
	if *f.day = (ledger.Day{}); text == "" {
		return nil
	}
	return f.day.UnmarshalText([]byte(text))
}

// readCategory reads one topic or several with commas between; "" is none.
func (f *credentialFlags) readCategory(known ledger.Vocabulary, text string) error {
	for name := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' }) {
		topic, err := known.Parse(name)
		if err != nil {
			return err
		}
		if !slices.Contains(f.categories, topic) {
			f.categories = append(f.categories, topic)
		}
	}
	return nil
}

func (a *app) newCredentialAdd() *cobra.Command {
	var f credentialFlags
	var cmd *cobra.Command
	cmd = a.writing(&cobra.Command{
		Use:   "add CODE --expires DATE",
		Short: "Add a credential",
		Long: `Add a credential and the cycle that it is in. The last day of the cycle decides
which rules apply.

If it was granted before keeping it current became mandatory, you may give
--voluntary and leave out --expires. If a licence needs points in each of its
categories, name yours with --category.

On a terminal, cmp credential add alone asks you for each field. It shows the
credential and the command for it, and writes nothing before you say yes. Ctrl-C
leaves everything as it was, with exit code 1.`,
		Example: `  cmp credential add MLS --expires 2027-03-31
  cmp credential add amt/MT --expires 2028-12-31 --number 1234567
  cmp credential add fl/CLT --expires 2028-08-31 --category chemistry --category hematology
  cmp credential add SBB --voluntary`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && a.env.canAsk() {
				return nil
			}
			return oneCredential(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			if len(args) == 0 {
				code, err := a.askCredential(ctx, cmd, &f)
				if err != nil {
					return err
				}
				args = []string{code}
			}
			return a.credentialAdd(ctx, args[0], f)
		}),
	})
	f.add(cmd.Flags())
	return cmd
}

// known returns the credential that a text names or, where the rules know only one such,
// is about. bare says whether a code may stand without the body that it needs: other
// boards, that have no rules here, may grant it too.
func (a *app) known(text string, bare bool) (ledger.CredentialName, error) {
	names, err := a.book.Resolve(text)
	unknown, ok := errors.AsType[*rules.UnknownCredentialError](err)
	if ok && len(unknown.Like) == 1 && (bare || !strings.EqualFold(text, unknown.Like[0].Name.Code)) {
		return unknown.Like[0].Name, nil
	}
	if err == nil && len(names) > 1 {
		err = actions.Ambiguous(text, names)
	}
	if err != nil {
		return ledger.CredentialName{}, err
	}
	return names[0], nil
}

// firstCycle returns the credential that was named, with its first cycle.
func (a *app) firstCycle(text string, f credentialFlags) (c ledger.Credential, err error) {
	name, err := a.known(text, false)
	if err != nil {
		return c, err
	}
	c = ledger.Credential{
		CredentialName: name, Number: f.number, Certified: f.certified.Date(a.today), Voluntary: f.voluntary, Categories: f.categories,
	}
	cycle, err := a.newCycle(c, f.expires.Date(a.today), f.start.Date(a.today))
	c.Cycles = []ledger.Cycle{cycle}
	return c, cmp.Or(err, a.fits(c, cycle, func(string) bool { return true }))
}

// fits refuses categories that the rules do not ask for, and a certification that cannot be,
// where a flag changed them or the expiry.
func (a *app) fits(c ledger.Credential, cycle ledger.Cycle, changed func(flag string) bool) error {
	switch day := c.Certified; {
	case !changed("certified") && changed("expires") && cycle.Last != 0 && day > cycle.Last:
		return usage("--expires %s: before you were certified, on %s", cycle.Last, day).try("if that day is wrong, give --certified DATE too")
	case !changed("certified"):
	case day > a.today:
		return usage("--certified %s: is in the future", day)
	case day != 0 && day < a.today.AddMonths(-mostMonths):
		return usage("--certified %s: is more than 100 years ago", day).try("is the year right?")
	case day != 0 && cycle.Last != 0 && day > cycle.Last:
		return usage("--certified %s: after it expires, on %s", day, cycle.Last)
	}
	if len(c.Categories) == 0 || !changed("category") {
		return nil
	}
	edition, err := a.book.Edition(c.CredentialName, cmp.Or(cycle.Last, a.today))
	if err == nil {
		err = edition.CheckCategories(c.Categories)
	}
	if err != nil {
		return usage("--category %s: %s: %w", strings.Join(words.Strings(c.Categories), ","), a.designation(c), err)
	}
	return nil
}

// mostMonths is more than a career lasts.
const mostMonths = 1200

// inReach refuses days that are far from today, or far apart, such as 2207 for 2027.
func (a *app) inReach(p *rules.Programme, cycle ledger.Cycle) error {
	most := max(120, 2*p.Cycle.Months)
	switch {
	case cycle.Last > a.today.AddMonths(most):
		return usage("--expires %s: is more than %s away", cycle.Last, words.Months(most)).try("is the year right?")
	case cycle.Last > cycle.First.AddMonths(most):
		return usage("--start %s: is more than %s before it expires, on %s", cycle.First, words.Months(most), cycle.Last).try("is the year right?")
	}
	return nil
}

// newCycle makes a cycle of a credential from the days that were given; of a
// voluntary credential that never began one it is none.
func (a *app) newCycle(c ledger.Credential, last, start ledger.Date) (ledger.Cycle, error) {
	edition, err := a.book.Edition(c.CredentialName, cmp.Or(last, a.today))
	if _, ok := errors.AsType[*rules.UnknownCredentialError](err); ok {
		return ledger.Cycle{}, a.noRules(c)
	}
	switch {
	case err != nil && last != 0:
		return ledger.Cycle{}, usage("--expires %s: %w", last, err)
	case err != nil:
		return ledger.Cycle{}, err
	case last == 0 && start != 0:
		return ledger.Cycle{}, usage("--start %s: needs --expires DATE too", start)
	case last == 0 && !c.Voluntary:
		return ledger.Cycle{}, usage("%s: say when it expires", a.designation(c)).
			try("%s", ledger.Command{"credential", "add", a.book.ShortName(c.CredentialName), "--expires", "DATE"})
	case last == 0 && edition.Programme.LastYears == nil:
		return ledger.Cycle{}, usage("%s: needs an expiry date, even if it is voluntary", a.designation(c)).try("give --expires DATE")
	case last == 0:
		return ledger.Cycle{}, nil
	}
	cycle := ledger.Cycle{First: cmp.Or(start, rules.FirstDay(edition.Programme, last)), Last: last, Stated: start != 0}
	if cycle.First > cycle.Last {
		return cycle, usage("--start %s: after it expires, on %s", cycle.First, cycle.Last)
	}
	return cycle, a.inReach(edition.Programme, cycle)
}

// isNew refuses a credential that the holder has already.
func (a *app) isNew(s snapshot, name ledger.CredentialName) error {
	for _, c := range s.Credentials {
		if c.CredentialName == name {
			return refused("%s: you have it already", a.designation(c)).try("to change it: %s; to begin its next cycle: %s",
				ledger.Command{"credential", "edit", s.ShortName(c)}, ledger.Command{"renew", s.ShortName(c)})
		}
	}
	return nil
}

func (a *app) credentialAdd(ctx context.Context, text string, f credentialFlags) error {
	c, err := a.firstCycle(text, f)
	if err != nil {
		return err
	}
	var s snapshot
	err = a.update(ctx, func(tx *store.Tx) (string, error) {
		if s, err = actions.Read(ctx, tx); err != nil {
			return "", err
		}
		if err := a.isNew(s, c.CredentialName); err != nil {
			return "", err
		}
		if err := tx.AddCredential(ctx, &c); err != nil {
			return "", err
		}
		s, c, err = a.readAgain(ctx, tx, c)
		return "credential " + c.CredentialName.Designation() + " added", err
	})
	if err != nil {
		return err
	}
	t, err := a.standing(s, c)
	if err != nil {
		return err
	}
	a.tell("%s %s", a.did("Added", "add"), cycleSentence(t))
	if a.settings.Format != answer.JSON { // which has it
		a.sayOfNew(s, t)
	}
	return a.replyCredentials(s, c)
}

// sayOfNew says what is special about a credential that was added, and what to
// do next.
func (a *app) sayOfNew(s snapshot, t rules.Standing) {
	code := s.ShortName(t.Credential)
	show := ledger.Command{"rules", "show", code}
	if t.Edition.Confidence() == rules.Assumed {
		a.say("Some of its figures are assumed; check them on the board's page: %s", show)
	}
	own := words.OwnFigures(t.Edition)
	switch {
	case own != "":
		a.say("%s. %s", own, show)
	case t.Edition.NeedsBody:
		a.say("Its figures (%s) come from: %s. See each: %s", confidences(t.Edition), strings.ReplaceAll(t.Edition.Total.Source, "; ", ", "), show)
	}
	if t.State == rules.Expired {
		a.say("It expired on %s.", t.Cycle.Last)
	}
	a.sayHeld(s, t)
	switch {
	case t.Closable > 0:
		a.tell("Your credits can fill %s of it: %s", words.Points(t.Closable), ledger.Command{"allocate", "--auto", "--credential", code})
	case len(s.Credits) == 0:
		a.tell("Next: %s, or %s", ledger.Command{"import", "FILE"}, ledger.Command{"add", "TITLE", "--points", "P", "--topic", "TOPIC"})
	}
}

// confidences names those of the figures: "official and derived".
func confidences(e *rules.Edition) string {
	var all []string
	for _, r := range e.Which(func(rules.Figure) bool { return true }) {
		if name := string(r.Confidence); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return words.List("and", all)
}

// sayHeld says that categories are missing or not asked for, that a first period has its own
// total, and that a cycle is longer or ends on another day than those of its body, or begins
// before the certification.
func (a *app) sayHeld(s snapshot, t rules.Standing) {
	code := s.ShortName(t.Credential)
	for _, r := range t.Remarks(true) {
		if r.Kind == rules.RemarkNoCategory || r.Kind == rules.RemarkUnasked || r.Kind == rules.RemarkFirstPeriod {
			a.say("%s", words.Remark(r, t, code))
		}
	}
	if !t.Begun() && !t.Moving() && !t.Cycle.Stated {
		a.say("This cycle begins on %s. What you did before does not count for it. If you meant the cycle before it: %s",
			t.Cycle.First, ledger.Command{"credential", "edit", code, "--expires", (t.Cycle.First - 1).String()})
	}
	a.sayOddDays(s, t)
	derived := !t.Cycle.Stated && len(t.Credential.Cycles) == 1 && t.Cycle.First != 0 && t.Edition.FirstPeriods == nil
	switch day, months := t.Credential.Certified, t.Edition.Programme.Cycle.Months; {
	case !derived || day == 0:
	case day > t.Cycle.First:
		a.say("You were certified on %s, after the cycle's first day, %s. If the cycle began when you were certified: %s",
			day, t.Cycle.First, ledger.Command{"credential", "edit", code, "--start", day.String()})
	case day < t.Cycle.First.AddMonths(-1) && day > t.Cycle.First.AddMonths(-months):
		a.say("You were certified on %s, less than a cycle before its first day, %s. Does it expire on %s? If not: %s",
			day, t.Cycle.First, t.Cycle.Last, ledger.Command{"credential", "edit", code, "--expires", "DATE"})
	}
}

// sayOddDays says that a cycle is longer than those of its body, or ends on another day, and
// what to type if that is a slip.
func (a *app) sayOddDays(s snapshot, t rules.Standing) {
	of, y, before := t.Edition.Programme, t.Cycle, t.Credential.Before()
	if y.Last == 0 {
		return
	}
	edit := func(flag, day string) ledger.Command {
		return ledger.Command{"credential", "edit", s.ShortName(t.Credential), flag, day}
	}
	if y.First < rules.FirstDay(of, y.Last) {
		mend := edit("--start", "")
		if before.Last != 0 && y.First == before.Last+1 { // which is right behind the one before
			mend = edit("--expires", rules.NextCycle(of, before).Last.String())
		}
		a.say("A cycle lasts %s; this one lasts %s. If that is a mistake: %s", words.Months(of.Cycle.Months), words.Length(y.First, y.Last), mend)
	}
	if ends := of.Ends; ends != nil && !ends.Is(y.Last) {
		a.say("%s's cycles end on %s, and yours on %s. To use the nearest such day: %s",
			of.Place(), words.YearDay(ends), y.Last, edit("--expires", ends.Nearest(y.Last, y.First).String()))
	}
}

// cycleSentence says what the cycle of a credential is and demands.
func cycleSentence(s rules.Standing) string {
	total := words.Points(s.Edition.Total.Points)
	line := fmt.Sprintf("%s: cycle %s to %s, %s", s.Designation(), s.Cycle.First, s.Cycle.Last, total)
	if s.Cycle.Last == 0 {
		line = fmt.Sprintf("%s: voluntary, no cycle yet; %s of the last %s", s.Designation(), total, words.Months(s.Edition.Programme.LastYears.Months))
	}
	if held := s.Credential.Categories; held != nil {
		line += ", held in " + words.List("and", words.Strings(held))
	}
	if period := words.DeclarationPeriod(s); period != "" {
		line += ", " + period
	}
	return line + "."
}

func (a *app) newCredentialEdit() *cobra.Command {
	var f credentialFlags
	var cmd *cobra.Command
	cmd = a.writing(&cobra.Command{
		Use:   "edit CODE",
		Short: "Correct a credential or its cycle",
		Long: `Correct a credential. --expires and --start change the running cycle. A declared
cycle stays as you declared it.

With --expires alone, cmp keeps a first day that you gave with --start, so you
can end a cycle early. Any other first day is worked out again. --start "" works
it out in any case. --category replaces all categories, and --category ""
removes them.`,
		Example: `  cmp credential edit MLS --expires 2027-06-30
  cmp credential edit MLS --number 1234567`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneCredential(cmd, args); err != nil {
				return err
			}
			return somethingToChange(cmd)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.credentialEdit(ctx, args[0], f, cmd.Flags().Changed)
		}),
	})
	f.add(cmd.Flags())
	return cmd
}

// somethingToChange refuses an edit without any flag of its own.
func somethingToChange(cmd *cobra.Command) error {
	changed := false
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { changed = changed || f.Changed })
	if !changed {
		return usage("%s: nothing to change", named(cmd)).try("%s --help lists what can be changed", cmd.CommandPath())
	}
	return nil
}

// changeCredentials changes credentials of the holder in one transaction, and returns
// them and the ledger as they are then.
func (a *app) changeCredentials(
	ctx context.Context, codes []string, change func(*store.Tx, snapshot, []ledger.Credential) (summary string, err error),
) (s snapshot, all []ledger.Credential, err error) {
	s, err = a.alter(ctx, func(tx *store.Tx, s *snapshot) (summary string, err error) {
		if all, err = a.heldAll(*s, codes); err == nil {
			summary, err = change(tx, *s, all)
		}
		for i := 0; err == nil && i < len(all); i++ {
			*s, all[i], err = a.readAgain(ctx, tx, all[i])
		}
		return summary, err
	})
	return s, all, err
}

// readAgain returns the ledger and the credential as they are after a change.
func (a *app) readAgain(ctx context.Context, tx *store.Tx, c ledger.Credential) (snapshot, ledger.Credential, error) {
	s, err := a.judged(ctx, tx)
	if i := slices.IndexFunc(s.Credentials, func(x ledger.Credential) bool { return x.ID == c.ID }); i >= 0 {
		c = s.Credentials[i]
	}
	return s, c, err
}

// standing judges the newest cycle of a credential.
func (a *app) standing(s snapshot, c ledger.Credential) (rules.Standing, error) {
	account, err := a.account(s, c, c.Current())
	if err != nil {
		return rules.Standing{}, err
	}
	return rules.Evaluate(account, a.today), nil
}

func (a *app) credentialEdit(ctx context.Context, text string, f credentialFlags, changed func(string) bool) error {
	var said []string
	dated, held := changed("expires") || changed("start"), changed("certified") || changed("category")
	s, all, err := a.changeCredentials(ctx, []string{text}, func(tx *store.Tx, s snapshot, all []ledger.Credential) (_ string, err error) {
		c := all[0]
		was := c.Categories
		f.change(&c, a.today, changed)
		dropped, cycle := a.saidOfDropped(s, c, was), c.Current()
		if !c.Voluntary && cycle.Last == 0 && !changed("expires") {
			return "", usage("--voluntary=false: %s has no cycle yet", a.designation(c)).try("give --expires DATE too")
		}
		if dated {
			if cycle, said, err = a.editedCycle(s, c, f, changed("start")); err != nil {
				return "", err
			}
		}
		if err = a.fits(c, cycle, changed); err == nil {
			err = tx.UpdateCredential(ctx, c)
		}
		_, unjudged := a.account(s, c, cycle)
		if err == nil && (dated || held && cycle.Declared == 0 && unjudged == nil) {
			said, err = a.editCycle(ctx, tx, s, c, cycle, said)
		}
		said = append(dropped, said...)
		return "credential " + c.CredentialName.Designation() + " changed", err
	})
	if err != nil {
		return err
	}
	c := all[0]
	a.sayEdited(s, c, said, changed)
	if t, err := a.standing(s, c); err == nil && (dated || held) {
		a.sayHeld(s, t)
	}
	return a.replyCredentials(s, c)
}

// sayEdited says what a credential is now, and what came of the change.
func (a *app) sayEdited(s snapshot, c ledger.Credential, said []string, changed func(string) bool) {
	cycle := "no cycle yet"
	if y := c.Current(); y.Last != 0 {
		cycle = fmt.Sprintf("cycle %s to %s", y.First, y.Last)
		if t, err := a.standing(s, c); err == nil && changed("expires") { // which chooses the rules
			cycle += ", " + words.Points(t.Edition.Total.Points)
		}
		if changed("expires") && y.Last < a.today {
			said = append(said, a.text("It expired on %s.", y.Last))
		}
	}
	if changed("category") && c.Categories != nil {
		cycle += ", held in " + words.List("and", words.Strings(c.Categories))
	}
	a.tell("%s %s: %s.", a.did("Changed", "change"), a.designation(c), cycle)
	a.sayLines(said)
}

// saidOfDropped says in which categories a credential is not held any more, and how to add to
// them instead. Who asks for none means that.
func (a *app) saidOfDropped(s snapshot, c ledger.Credential, was []ledger.Topic) []string {
	both := slices.Clone(was)
	for _, t := range c.Categories {
		if !slices.Contains(both, t) {
			both = append(both, t)
		}
	}
	dropped := slices.DeleteFunc(slices.Clone(was), func(t ledger.Topic) bool { return slices.Contains(c.Categories, t) })
	if len(dropped) == 0 || len(c.Categories) == 0 {
		return nil
	}
	return []string{a.text("You no longer hold it in %s. To hold it in all: %s", words.List("and", words.Strings(dropped)),
		ledger.Command{"credential", "edit", s.ShortName(c), "--category", strings.Join(words.Strings(both), ",")})}
}

// change changes what the flags say of the credential itself.
func (f *credentialFlags) change(c *ledger.Credential, today ledger.Date, changed func(string) bool) {
	if changed("number") {
		c.Number = f.number
	}
	if changed("certified") {
		c.Certified = f.certified.Date(today)
	}
	if changed("voluntary") {
		c.Voluntary = f.voluntary
	}
	if changed("category") {
		c.Categories = f.categories
	}
}

// editedCycle returns the running cycle with other days, and says what became of its first day.
func (a *app) editedCycle(s snapshot, c ledger.Credential, f credentialFlags, given bool) (cycle ledger.Cycle, said []string, err error) {
	cycle = c.Current()
	if cycle.Declared != 0 {
		return cycle, nil, refused("%s: its cycle was declared on %s and stays as it is", a.designation(c), cycle.Declared).
			try("to begin the next one: %s", ledger.Command{"renew", s.ShortName(c)})
	}
	before := c.Before()
	last, first := f.expires.Date(a.today), firstDay(cycle, before, f.start.Date(a.today), given)
	if last != 0 && last < first && first == cycle.First {
		f := usage("--expires %s: before its cycle begins, on %s", last, first)
		if before.Last != 0 {
			return cycle, nil, f.try("to undo the renewal: find its entry in %s, then %s", ledger.Command{"log"}, ledger.Command{"undo", "ENTRY"})
		}
		return cycle, nil, f.try("give its first day too: --start DATE")
	}
	days, err := a.newCycle(c, cmp.Or(last, cycle.Last), first)
	if err != nil {
		return cycle, nil, err
	}
	if days.First <= before.Last {
		return cycle, nil, a.overlap(s, c, days, before, given)
	}
	was := cycle
	cycle.First, cycle.Last, cycle.Stated = days.First, days.Last, !f.start.IsZero() || was.Stated && !given
	if !given && before.Last == 0 {
		said = a.saidOfFirstDay(s, c, was, cycle)
	}
	return cycle, said, nil
}

// firstDay returns the first day of an edited cycle, or none to derive it from the last. One
// that was stated stays, and so does one behind a cycle before, unless another is given or "".
func firstDay(cycle, before ledger.Cycle, start ledger.Date, given bool) ledger.Date {
	switch {
	case start != 0:
		return start
	case !given && (cycle.Stated || before.Last != 0):
		return cycle.First
	case before.Last != 0:
		return before.Last + 1
	}
	return 0
}

// overlap refuses days that begin within the cycle before. Where the first day was not given
// the two overlap already, as they may after ledgers were merged.
func (a *app) overlap(s snapshot, c ledger.Credential, days, before ledger.Cycle, given bool) error {
	if given {
		return usage("--start %s: the cycle before lasts until %s", days.First, before.Last)
	}
	f := refused("%s: its cycle begins on %s, before the last one is over (%s to %s)", a.designation(c), days.First, before.First, before.Last)
	undo := ledger.Say("to undo one of the two: find its entry in %s, then %s", ledger.Command{"log"}, ledger.Command{"undo", "ENTRY"})
	if days.Last <= before.Last {
		return f.try("%s", undo)
	}
	edit := ledger.Command{"credential", "edit", s.ShortName(c), "--start", (before.Last + 1).String(), "--expires", days.Last.String()}
	return f.try("to begin it the day after: %s; or, %s", edit, undo)
}

// saidOfFirstDay says whether a first day stayed or was derived anew, and how to have it otherwise.
func (a *app) saidOfFirstDay(s snapshot, c ledger.Credential, was, is ledger.Cycle) []string {
	edit := func(start string) ledger.Command {
		return ledger.Command{"credential", "edit", s.ShortName(c), "--start", start}
	}
	switch derived := rules.FirstDay(a.judgeOn(a.today).Programme(c.Body), is.Last); {
	case is.Stated && is.First > derived: // of an earlier one more is said
		return []string{a.text("The first day is still %s, as you gave it. To work it out anew: %s", is.First, edit(""))}
	case was.First != 0 && is.First != was.First && was.First <= is.Last:
		return []string{a.text("The first day is now %s. If only the last day changed: %s", is.First, edit(was.First.String()))}
	}
	return nil
}

// editCycle records the running cycle, and says which allocations its rules no longer know.
func (a *app) editCycle(
	ctx context.Context, tx *store.Tx, s snapshot, c ledger.Credential, cycle ledger.Cycle, said []string,
) ([]string, error) {
	trimmed, err := a.judgeOn(a.today).EditCycle(ctx, tx, s, c, cycle)
	for _, t := range trimmed {
		said = append(said, a.saidOfTrimmed(ledger.Credit{ID: t.Before[0].Credit}, []actions.Trimming{t})...)
	}
	return said, err
}

func (a *app) newCredentialRemove() *cobra.Command {
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "remove CODE",
		Short: "Remove a credential",
		Long: `Remove a credential with its cycles, allocations and declarations. Your credits
stay. cmp undo brings everything back. On a terminal you are asked first;
elsewhere give --yes.`,
		Example: `  cmp credential remove SBB --dry-run
  cmp credential remove SBB --yes`,
		Args: oneCredential,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.credentialRemove(ctx, args[0], yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) credentialRemove(ctx context.Context, text string, yes bool) error {
	var before snapshot
	_, all, err := a.changeCredentials(ctx, []string{text}, func(tx *store.Tx, s snapshot, all []ledger.Credential) (string, error) {
		c := all[0]
		before = a.judgeOn(a.today).Judged(s)
		var declared int
		placed := map[int64]bool{}
		for _, y := range c.Cycles {
			if y.Declared != 0 {
				declared++
			}
		}
		for _, x := range s.Allocations {
			if s.OfCycle(x.Cycle).ID == c.ID {
				placed[x.Credit] = true
			}
		}
		loss := counted(nil, declared, words.Verb(declared, "declaration", "declarations"))
		if n := len(placed); n > 0 {
			loss = append(loss, "where "+words.Count(n, "credit")+words.Verb(n, " was", " were")+" placed")
		}
		if loss != nil {
			if err := a.confirm(yes, fmt.Sprintf("%s: your credits stay, but cmp forgets %s", a.designation(c), words.List("and", loss))); err != nil {
				return "", err
			}
		}
		return "credential " + c.CredentialName.Designation() + " removed", tx.RemoveCredential(ctx, c.ID)
	})
	if err != nil {
		return err
	}
	a.tell("%s %s.", a.did("Removed", "remove"), a.designation(all[0]))
	return a.replyCredentials(before, all...)
}
