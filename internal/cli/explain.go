package cli

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newExplain() *cobra.Command {
	var proof bool
	cmd := &cobra.Command{
		Use:   "explain {ID | CODE [REQUIREMENT]}",
		Short: "Say why points count or not, and by which rule",
		Long: `Say why points count or not, by which rule, and where the rule comes from. Name
one of these:

  a credit       what its points count for, and what to do where they do not
  a credential   which credits fill each requirement, what does not count, and what
                 your own allocations cost
  a requirement  what counts there, and which of your credits could`,
		Example: `  cmp explain 17
  cmp explain MLS
  cmp explain MLS ethics`,
		Args: explainArguments,
		RunE: a.run(func(ctx context.Context, args []string) error {
			s, err := a.look(ctx, actions.AllCycles)
			if err != nil {
				return err
			}
			if proof && isID(args[0]) {
				return proofGoesWith("CODE")
			}
			if isID(args[0]) {
				id, _ := parseID(args[0]) // as explainArguments did
				c, err := s.Credit(id)
				if err != nil {
					return err
				}
				return a.explainCredit(s, c)
			}
			accounts, err := a.accounts(s, args[:1], a.shown)
			if unknown := (*rules.UnknownCredentialError)(nil); errors.As(err, &unknown) && !proof {
				return a.explainTitled(s, args, err)
			}
			if err != nil {
				return err
			}
			if proof && len(args) > 1 {
				return proofGoesWith(args[0])
			}
			var all []rules.Explanation
			for _, account := range accounts {
				all = append(all, rules.Explain(account, a.today))
			}
			if len(args) > 1 {
				return a.explainRequirement(s, all, args[1])
			}
			return a.explainCredential(s, all, proof)
		}),
	}
	cmd.Flags().BoolVar(&proof, "proof", false, "of a credential: show, in sums to check by hand, why no other allocation helps")
	return cmd
}

func proofGoesWith(code string) error {
	return usage("--proof: goes with a credential alone").try("%s", ledger.Command{"explain", code, "--proof"})
}

func explainArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) > 0 && isID(args[0]):
		if _, err := parseID(args[0]); err != nil {
			return err
		}
		if len(args) > 1 {
			return usage("explain %s: a credit is explained for all credentials, but %q follows", args[0], args[1]).
				try("%s, or %s", ledger.Command{"explain", args[0]}, ledger.Command{"explain", "CODE", "REQUIREMENT"})
		}
	case len(args) > 2 && isCode(args[0]):
		return usage("explain: takes a credential and one requirement, but %q follows", args[2]).
			try("one at a time, such as blood-banking; %s --help shows examples", cmd.CommandPath())
	}
	return someArguments("the number of a credit, such as 12, or the code of a credential, such as MLS")(cmd, args)
}

// explainTitled explains the credit that words are about, and lists them where they are
// about several. Otherwise it fails as it was going to.
func (a *app) explainTitled(s snapshot, words []string, otherwise error) error {
	all := titledSo(s.Credits, words)
	switch text := strings.Join(words, " "); {
	case len(all) == 0:
		return otherwise
	case len(all) == 1:
		return a.explainCredit(s, all[0])
	case len(all) > mostLines:
		return usage("%s: is in %d credits", text, len(all)).try("%s shows them", append(ledger.Command{"list"}, words...))
	default:
		f := usage("%s: is in %d credits", text, len(all)).try("name one, such as %s", ledger.Command{"explain", id(all[0])})
		for _, c := range all {
			f.details = append(f.details, ledger.Say("%d  %s  %s", c.ID, c.Date, c.Title))
		}
		return f
	}
}

// titledSo returns the credits that have all words in title, provider or reference. It is
// nil where all words are so short that they would be found anywhere.
func titledSo(all []ledger.Credit, words []string) (found []ledger.Credit) {
	f := filterFlags{words: strings.Fields(strings.ToLower(strings.Join(words, " ")))}
	if !slices.ContainsFunc(f.words, func(w string) bool { return len(w) > 3 }) {
		return nil
	}
	for _, c := range all {
		if f.fits(c) {
			found = append(found, c)
		}
	}
	return found
}

// isID reports whether a word is meant as the number of a credit; no code is a number.
func isID(word string) bool {
	word = strings.TrimPrefix(word, "#")
	return word != "" && strings.Trim(word, "0123456789") == ""
}

// What cmp explain answers is one shape in three forms, by what it explains.
type explainHead struct {
	Schema string      `json:"schema" shape:"cmp.explain/1" title:"Why points count or do not" doc:"Written by cmp explain: of a credit, of a credential, or of a requirement, as explains says."`
	AsOf   ledger.Date `json:"as_of" doc:"Day it was judged by."`
}

type explainedCreditAnswer struct {
	explainHead
	Explains string                `json:"explains" const:"credit" form:"Of a credit"`
	Credit   creditWithAllocations `json:"credit"`
	Cycles   []creditCycle         `json:"cycles"`
	Others   []otherCycle          `json:"other_cycles" doc:"Cycles without its date and without points of it."`
}

type creditCycle struct {
	explainedCycle
	Counted      ledger.Points `json:"counted"`
	Portions     []portion     `json:"portions" doc:"They add up to the points of the credit."`
	CostBy       []handCost    `json:"cost_by" doc:"What allocations by hand of the credit cost: at most one."`
	Declarations []claimItem   `json:"declarations"`
	Drift        []string      `json:"drift" doc:"What has changed since it was declared."`
}

type otherCycle struct {
	ledger.CredentialName
	ledger.Cycle
}

type creditRef struct {
	Credit int64       `json:"credit" doc:"Number of the credit."`
	Date   ledger.Date `json:"date"`
	Title  string      `json:"title"`
}

// A portion is points of a credit with one fate.
type portion struct {
	creditRef
	rules.Portion
	Text string `json:"text" doc:"In words."`
	Next string `json:"next" doc:"What to type about it." empty:"where nothing helps"`
	// Rule is that of the body.
	Rule *words.Rule `json:"rule" doc:"Rule of the body that decides or limits it." null:"where they count, or no such rule decides"`
}

type handCost struct {
	Credit      int64            `json:"credit" doc:"Number of the credit."`
	Allocations []allocationItem `json:"allocations"`
	Cost        ledger.Points    `json:"cost" doc:"How much less would remain without them. 0 if they cost something only together with others."`
	Next        string           `json:"next" doc:"What to type about it."`
	text        string           // where they are and what they cost
}

type explainedCredentialAnswer struct {
	explainHead
	Explains string            `json:"explains" const:"credential" form:"Of a credential"`
	Cycles   []credentialCycle `json:"cycles"`
}

type credentialCycle struct {
	explainedCycle
	Points       rules.Sums          `json:"points"`
	Requirements []filledRequirement `json:"requirements"`
	NotCounted   []portion           `json:"not_counted"`
	Shortages    []rules.Proven      `json:"shortages"`
	Closable     ledger.Points       `json:"closable" doc:"By cmp allocate --auto."`
	Cost         ledger.Points       `json:"cost" doc:"Of allocations by hand."`
	CostBy       []handCost          `json:"cost_by"`
}

type filledRequirement struct {
	requirementMet
	Source   string         `json:"source" doc:"Where the required points come from."`
	Topics   []ledger.Topic `json:"topics" doc:"Topics it accepts. Empty where it accepts all."`
	FilledBy []portion      `json:"filled_by"`
}

type explainedRequirementAnswer struct {
	explainHead
	Explains string             `json:"explains" const:"requirement" form:"Of a requirement"`
	Cycles   []requirementCycle `json:"cycles"`
}

type requirementCycle struct {
	explainedCycle
	filledRequirement
	Candidates []candidate    `json:"candidates" doc:"Credits that could give it more points than they do."`
	NoTopic    []int64        `json:"no_topic" doc:"Numbers of credits of these days that need another topic to count."`
	Activities []activityItem `json:"activities"`
	rule       rules.Requirement
}

type candidate struct {
	creditRef
	rules.Candidate
	Portions []portion `json:"portions"`
}

func ref(c ledger.Credit) creditRef { return creditRef{c.ID, c.Date, c.Title} }

// An explainedCycle is a cycle that is judged, with what words the fates of
// credits in it. It is the same matter in each form of cmp explain.
type explainedCycle struct {
	judgedCycle
	*words.Fates
	app      *app
	snapshot snapshot
	bare     bool // portions have no texts, as a table shows none
}

func (a *app) explained(s snapshot, t rules.Standing) explainedCycle {
	fates := words.Fates{Standing: t, Code: s.ShortName(t.Credential), Auto: a.auto(), AllocationsOf: s.AllocationsOf}
	return explainedCycle{judgedCycle: cycleOf(t), Fates: &fates, app: a, snapshot: s}
}

// portions returns what became of points of credits; wanted may be nil.
func (t explainedCycle) portions(of []rules.Finding, wanted func(rules.Portion) bool) (all []portion) {
	for _, f := range of {
		for _, p := range f.Parts {
			switch {
			case wanted != nil && !wanted(p):
			case t.bare:
				all = append(all, portion{creditRef: ref(f.Credit), Portion: p})
			default:
				all = append(all, portion{ref(f.Credit), p, t.Fate(f, p), t.Remedy(f, p).As(t.app.call...), t.Rule(f, p)})
			}
		}
	}
	return all
}

// filled says what fills a requirement: by date, surplus of others last.
func (t explainedCycle) filled(r rules.RequirementStanding) filledRequirement {
	all := t.portions(t.Findings, func(p rules.Portion) bool { return p.CountsAs == r.Name })
	place := func(p portion) int {
		if p.Allocated == r.Name {
			return -1
		}
		return slices.IndexFunc(t.Standing.Requirements, func(r rules.RequirementStanding) bool { return r.Name == p.Allocated })
	}
	slices.SortStableFunc(all, func(a, b portion) int { return place(a) - place(b) })
	return filledRequirement{metOf(r), r.Source, r.Topics, all}
}

// uncounted returns what does not count, in the order of the reasons.
func (t explainedCycle) uncounted() []portion {
	all := t.portions(t.Findings, func(p rules.Portion) bool { return p.CountsAs == "" })
	order := words.Reasons()
	slices.SortStableFunc(all, func(a, b portion) int { return slices.Index(order, a.Reason) - slices.Index(order, b.Reason) })
	return all
}

func (t explainedCycle) handCosts(all []rules.HandCost) (out []handCost) {
	for _, c := range all {
		text, next := t.HandCost(c)
		out = append(out, handCost{c.Credit.ID, allocationItems(t.snapshot, c.Allocations), c.Points, next.As(t.app.call...), text})
	}
	return out
}

// notCounted says what is allocated of a credit and does not count, or not yet.
func (a *app) notCounted(s snapshot, standing rules.Standing, credit int64) (notes []string) {
	t := a.explained(s, standing)
	for _, p := range t.portions([]rules.Finding{t.Finding(credit)}, func(p rules.Portion) bool { return p.Allocated != "" }) {
		switch p.Reason {
		case rules.NotYet:
			return []string{fmt.Sprintf("Credit %d is dated %s and counts from that day on.", credit, p.Date)}
		case rules.NothingLeft, rules.OverCap:
			line := fmt.Sprintf("%s: %s", t.judgedCycle.Designation, p.Text)
			if p.Reason == rules.OverCap {
				line += ", as " + p.Rule.Text
			}
			notes = append(notes, line+".")
		}
	}
	return notes
}

func (a *app) explainCredit(s snapshot, c ledger.Credit) error {
	accounts, err := a.accounts(s, nil, actions.AllCycles)
	if err != nil {
		return err
	}
	var each []explainedCreditAnswer // of one credential
	for _, of := range s.Credentials {
		if x := a.creditIn(s, c, of, accounts); x.Cycles != nil {
			each = append(each, x)
		}
	}
	slices.SortStableFunc(each, func(x, y explainedCreditAnswer) int {
		return rules.ByUrgency(x.Cycles[0].Standing, y.Cycles[0].Standing)
	})
	if a.settings.Format != answer.JSON {
		a.showCredit(c, each)
		return nil
	}
	out := explainedCreditAnswer{explainHead: explainHead{AsOf: a.today}, Credit: a.creditsAnswer(s, []ledger.Credit{c}).Credits[0].creditWithAllocations}
	for _, x := range each {
		out.Cycles, out.Others = append(out.Cycles, x.Cycles...), append(out.Others, x.Others...)
	}
	return a.print(out)
}

// creditIn takes, newest first, the newest cycle of a credential and those that hold the credit or have points of it.
func (a *app) creditIn(s snapshot, c ledger.Credit, of ledger.Credential, accounts []rules.Account) (out explainedCreditAnswer) {
	has := map[int64]bool{of.Current().ID: true}
	for _, allocation := range s.AllocationsOf(c.ID) {
		has[allocation.Cycle] = true
	}
	claimed := map[int64]claim{}
	for _, k := range claims(s, c.ID) {
		claimed[k.declaration.Cycle], has[k.declaration.Cycle] = k, true
	}
	for _, account := range slices.Backward(accounts) {
		y := account.Cycle
		switch {
		case account.Credential.ID != of.ID:
			continue
		case !has[y.ID] && !account.Holds(c.Date, a.today):
			out.Others = append(out.Others, otherCycle{of.CredentialName, y})
			continue
		}
		t := a.explained(s, rules.Evaluate(account, a.today))
		x := t.Finding(c.ID)
		cycle := creditCycle{
			explainedCycle: t, Counted: x.Counted, Portions: t.portions([]rules.Finding{x}, nil),
			Declarations: claimItems(claimed[y.ID]), Drift: driftOf(claimed[y.ID].declaration, s.Credits),
		}
		if t.Cost() > 0 && !t.Finished() {
			costs := rules.Explain(account, a.today).Costs
			cycle.CostBy = t.handCosts(slices.DeleteFunc(costs, func(k rules.HandCost) bool { return k.Credit.ID != c.ID }))
		}
		out.Cycles = append(out.Cycles, cycle)
	}
	return out
}

func (a *app) showCredit(c ledger.Credit, each []explainedCreditAnswer) {
	page := a.paper(a.page())
	cells := []answer.Cell{
		{Text: fmt.Sprintf("Credit %d", c.ID), Style: answer.Strong}, {Text: c.Date.String()}, {Text: words.Points(c.Points)},
		{Text: titled(page.Screen, c.Title, c.Provider)}, {Text: words.Topics(c.Topics)},
	}
	if c.Activity != ledger.CourseActivity {
		cells = append(cells, answer.Cell{Text: string(c.Activity)})
	}
	page.Line(cells)
	if len(each) == 0 {
		page.say("No credential yet, so it counts for nothing: %s", ledger.Command{"credential", "add", "CODE", "--expires", "DATE"})
	}
	var fields []answer.Field
	for _, of := range each {
		for i, x := range of.Cycles {
			name := ""
			if i == 0 {
				name = x.judgedCycle.Designation
			}
			for _, line := range x.lines(page, len(of.Cycles) > 1) {
				fields = append(fields, answer.Field{Name: name, Text: line})
				name = ""
			}
		}
	}
	page.Fields(fields)
	page.endnotes()
}

// lines says what becomes of a credit in a cycle, and of which cycle where there are several.
func (x creditCycle) lines(page *paper, several bool) (all []string) {
	if days := x.cycleDays(); several || x.Cycle.Last == 0 || x.State == rules.Declared || x.State == rules.Expired {
		all = append(all, days)
	}
	for i, p := range x.Portions {
		line := p.Text
		if p.Next != "" {
			line += "; " + p.Next
		}
		all = append(all, line)
		if again := i+1 < len(x.Portions) && reflect.DeepEqual(p.Rule, x.Portions[i+1].Rule); p.Rule != nil && !again {
			all = append(all, "rule: "+p.Rule.Text+" "+page.mark(p.Rule.Provenance))
		}
	}
	for _, c := range x.CostBy {
		all = append(all, page.app.text("Your own allocation, %s: %s", c.text, c.Next))
	}
	for _, line := range x.Declarations {
		what, on := "for "+x.Title(line.Requirement), line.Date.String()
		if line.Requirement == ledger.Margin {
			what = "as a margin"
		}
		if d := x.snapshot.Declarations[x.Cycle.ID]; d.First != x.Cycle.First || d.Last != x.Cycle.Last {
			on += fmt.Sprintf(", when credits dated %s to %s counted", d.First, d.Last)
		}
		all = append(all, fmt.Sprintf("declared on %s: %s %s", on, words.Points(line.Points), what))
	}
	return append(all, x.Drift...)
}

// cycleDays says which cycle it is: "cycle 2024-04-01 to 2027-03-31, declared 2027-01-02".
func (x creditCycle) cycleDays() string {
	if x.Cycle.Last == 0 {
		return "no cycle yet"
	}
	days := fmt.Sprintf("cycle %s to %s", x.Cycle.First, x.Cycle.Last)
	switch {
	case x.Declared != 0:
		return days + ", declared " + x.Declared.String()
	case x.Cycle.Closed:
		return days + ", closed"
	case x.State == rules.Expired:
		return days + ", expired"
	}
	return days
}

func (a *app) explainCredential(s snapshot, all []rules.Explanation, proof bool) error {
	out := explainedCredentialAnswer{explainHead: explainHead{AsOf: a.today}}
	for _, x := range all {
		t := a.explained(s, x.Standing)
		t.bare = a.settings.Format != answer.JSON
		cycle := credentialCycle{
			explainedCycle: t, Points: x.Sums, NotCounted: t.uncounted(), Shortages: x.Proven,
			Closable: x.Closable, Cost: x.Cost(), CostBy: t.handCosts(x.Costs),
		}
		for _, r := range x.Requirements {
			cycle.Requirements = append(cycle.Requirements, t.filled(r))
		}
		out.Cycles = append(out.Cycles, cycle)
	}
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	for i, x := range out.Cycles {
		if i > 0 {
			fmt.Fprintln(a.env.Out)
		}
		if err := x.show(a.paper(a.page()), proof); err != nil {
			return err
		}
	}
	return nil
}

func (x credentialCycle) show(page *paper, proof bool) error {
	page.Line(headline(x.Standing))
	if proof {
		return x.showProofs(page)
	}
	page.say("Rules %s (%s): %s", x.Rules.Edition, x.Rules.Confidence, ledger.Command{"rules", "show", x.Code})
	page.Paragraph(words.Upper(x.WhichDays()))
	if x.State == rules.Declared {
		page.say("This is how the credits are now. What was declared: %s", ledger.Command{"credential", "show", x.Code})
	}
	page.gap()
	var rows [][]any
	for _, r := range x.Requirements {
		rows = append(rows, x.filledRows(r)...)
	}
	rows = append(rows, groupRow("Total", x.Points.Counted, x.Points.Required))
	if err := page.table("Requirement"+groupColumns, rows); err != nil {
		return err
	}
	if err := x.showUncounted(page); err != nil || x.State == rules.Declared {
		return err
	}
	x.showShortages(page)
	x.showCosts(page)
	return nil
}

const groupColumns = "|wrap; Credit|right; Date; Points|right; Title|cut"

func groupRow(name string, sum, required ledger.Points) []any {
	of := ""
	if required > 0 {
		of = "of " + required.String()
	}
	strong := func(text string) answer.Cell { return answer.Cell{Text: text, Style: answer.Strong} }
	return []any{strong(name), "", "", strong(dash(sum)), strong(of)}
}

func (t explainedCycle) filledRows(r filledRequirement) [][]any {
	rows := [][]any{groupRow(r.Name, r.Counted, r.Required)}
	of := r.Requirement
	for _, p := range r.FilledBy {
		name := ""
		if p.Allocated != of {
			name, of = "  left over from "+t.Title(p.Allocated), p.Allocated
		}
		rows = append(rows, p.row(name))
	}
	return rows
}

func (p portion) row(name string) []any { return []any{name, p.Credit, p.Date, p.Points, p.Title} }

// mostUncounted is how many credits that do not count for one reason are shown.
const mostUncounted = 50

// showUncounted shows what does not count, by reason. Of what is dated on other
// days there may be as much as the ledger is old, so that is summed up; of the
// others it shows the newest.
func (x credentialCycle) showUncounted(page *paper) error {
	names := map[rules.Reason]string{
		rules.OtherCycle:   "used in another cycle",
		rules.BeforeWindow: "dated before " + x.Window.First.String(),
		rules.AfterWindow:  "dated after " + x.Window.Last.String(),
	}
	var rows [][]any
	for _, r := range words.Reasons() {
		var sum ledger.Points
		var ids []int64
		var each []*portion
		for i := range x.NotCounted {
			if p := &x.NotCounted[i]; p.Reason == r {
				sum, ids, each = sum+p.Points, append(ids, p.Credit), append(each, p)
			}
		}
		switch elsewhere := names[r]; {
		case each == nil:
		case elsewhere != "":
			rows = append(rows, []any{elsewhere, "", "", sum, words.Count(len(slices.Compact(ids)), "credit")})
		default:
			older := max(0, len(each)-mostUncounted)
			rows = append(rows, groupRow(words.Reason(r), sum, 0))
			for _, p := range each[older:] {
				rows = append(rows, p.row(""))
			}
			if older > 0 {
				rows = append(rows, []any{"", "", "", "", fmt.Sprintf("… and %d older", older)})
			}
		}
	}
	if rows == nil {
		return nil
	}
	page.gap()
	if err := page.table("Not counted"+groupColumns, rows); err != nil {
		return err
	}
	page.say("Why one credit does not count: %s", ledger.Command{"explain", fmt.Sprint(x.NotCounted[0].Credit)})
	return nil
}

// showShortages says what is still to earn, and which of the credits fit there.
func (x credentialCycle) showShortages(page *paper) {
	if len(x.Shortages) == 0 {
		return
	}
	page.gap()
	if x.Over() {
		page.say("Missing: %s. Nothing more can be earned for this cycle.", words.Shortages(x.Standing.Shortages))
		return
	}
	used := "What fits there is used already"
	if x.Closable > 0 {
		used = "What fits there"
	}
	var none, some []string
	for _, short := range x.Shortages {
		what := words.Points(short.Points) + " of " + words.AnyOf(short.Requirements)
		if ids := x.fitting(short.Requirements); ids != nil {
			some = append(some, fmt.Sprintf("Still to earn: %s. %s: %s.", what, used, words.Credits(ids)))
		} else {
			none = append(none, what)
		}
	}
	if none != nil {
		page.Paragraph("Still to earn: " + strings.Join(none, "; ") + ". None of your credits fit there.")
		if n := len(x.withoutTopic()); n > 0 {
			page.say("%s %s no topic. One may fit: %s", words.Count(n, "credit"), words.Verb(n, "has", "have"),
				ledger.Command{"list", "--no-topic", "--credential", x.Code})
		}
	}
	page.Paragraph(some...)
	page.say("What would fit: %s", ledger.Command{"explain", x.Code, string(x.Shortages[0].Requirements[0].Name)})
	page.say("Why what you have is not enough: %s", ledger.Command{"explain", x.Code, "--proof"})
}

// withoutTopic returns the numbers of the credits of the cycle that have no topic.
func (x credentialCycle) withoutTopic() (ids []int64) {
	for _, f := range x.Findings {
		if f.Credit.Topics == nil && x.Holds(f.Credit.Date) {
			ids = append(ids, f.Credit.ID)
		}
	}
	return ids
}

// fitting returns the numbers of the credits that some of the requirements take.
func (x credentialCycle) fitting(requirements []rules.Requirement) (ids []int64) {
	for _, f := range x.Findings {
		for _, r := range requirements {
			most, _ := x.Room(f, r.Name)
			if most > 0 && x.Holds(f.Credit.Date) && f.Credit.Date <= x.Today && !slices.Contains(ids, f.Credit.ID) {
				ids = append(ids, f.Credit.ID)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// showProofs shows for each shortage, in steps to check by hand, that no other allocation
// makes it smaller: what is asked for, all that fits there, and the difference.
func (x credentialCycle) showProofs(page *paper) error {
	if len(x.Shortages) == 0 {
		page.gap()
		page.say("No points are missing, so there is nothing to prove.")
	}
	for _, short := range x.Shortages {
		page.gap()
		if err := x.showProof(page, short); err != nil {
			return err
		}
	}
	return nil
}

func (x credentialCycle) showProof(page *paper, short rules.Proven) error {
	w := short.Witness
	names := words.Map(w.Requirements, func(r rules.Requirement) string { return words.Lower(r.Title) })
	page.say("Why %s of %s %s missing, wherever you place your credits:",
		words.Points(short.Points), words.AnyOf(short.Requirements), words.Agree(short.Points, "is", "are"))
	page.Item("1.", fmt.Sprintf("%s %s %s.", words.Upper(words.List("and", names)),
		words.Verb(len(names), "asks for", "together ask for"), words.Points(w.Required)))
	if len(w.Bounds) == 0 {
		page.Item("2.", "None of your credits fit there.")
	} else {
		page.Item("2.", fmt.Sprintf("All your credits that fit there give %s at most:", words.Points(w.Supply)))
		if err := page.table("   Credit|right; Gives at most|right; Title|cut wide", boundRows(w)); err != nil {
			return err
		}
	}
	line := fmt.Sprintf("%s minus %s leaves %s to earn", w.Required, w.Supply, words.Points(w.Short))
	if above := w.Short - short.Points; above != 0 {
		line = fmt.Sprintf("%s minus %s leaves %s. Above you see %s of that, so here %s %s missing",
			w.Required, w.Supply, w.Short, above, short.Points, words.Agree(short.Points, "is", "are"))
	}
	page.Item("3.", line+".")
	return nil
}

// boundRows says what each credit gives, and of those under a cap what they give together.
func boundRows(w rules.Witness) (rows [][]any) {
	for _, b := range w.Bounds {
		c := b.Credits[0]
		if b.Cap == nil {
			rows = append(rows, []any{c.ID, b.Points, c.Title})
			continue
		}
		ids := words.Map(b.Credits, func(c ledger.Credit) int64 { return c.ID })
		rows = append(rows, []any{"", b.Points, fmt.Sprintf("the cap on %s: %s", b.Cap.Activity, words.Credits(ids))})
	}
	return rows
}

func (x credentialCycle) showCosts(page *paper) {
	if x.Cycle.Closed {
		return
	}
	if x.Closable > 0 || x.Cost > 0 {
		page.gap()
	}
	if x.Closable > 0 {
		page.say("%s that you have %s not allocated yet, but would count: %s", words.Points(x.Closable), words.Agree(x.Closable, "is", "are"), ledger.Command{"allocate", "--auto"})
	}
	if x.Cost > 0 {
		page.say("Your own allocations cost %s: %s", words.Points(x.Cost), ledger.Command{"allocate", "--auto", "--fresh"})
	}
	for _, c := range x.CostBy {
		page.say("- credit %d, %s: %s", c.Credit, c.text, c.Next)
	}
}

func (a *app) explainRequirement(s snapshot, all []rules.Explanation, text string) error {
	known, err := a.book.Topics()
	if err != nil {
		return err
	}
	asked := actions.Ask{Text: strings.ToLower(text)}
	asked.Topic, asked.Unknown = known.Parse(asked.Text)
	out := explainedRequirementAnswer{explainHead: explainHead{AsOf: a.today}}
	for _, x := range all {
		if name, ok := asked.In(x.Edition); ok {
			cycle, err := a.explained(s, x.Standing).couldFill(name)
			if err != nil {
				return err
			}
			out.Cycles = append(out.Cycles, cycle)
		}
	}
	switch {
	case out.Cycles == nil:
		return noRequirement(all[len(all)-1].Standing, asked, known)
	case a.settings.Format == answer.JSON:
		return a.print(out)
	}
	return a.paper(a.page()).requirement(out.Cycles)
}

func noRequirement(t rules.Standing, asked actions.Ask, known ledger.Vocabulary) error {
	names := words.Map(t.Requirements, func(r rules.RequirementStanding) string { return string(r.Name) })
	f := refused("%s: has no requirement %s", t.Designation(), asked.Topic)
	if asked.Unknown != nil {
		f = usage("%q: not a requirement of %s", asked.Text, t.Designation())
		if near := ledger.Nearest(asked.Text, append(names, words.Strings(known.Topics())...)); near != "" {
			return f.try("did you mean %s?", near)
		}
	} else if slices.Contains(names, string(ledger.Other)) {
		return f.try("%s counts as other; it has %s", asked.Topic, words.List("and", names))
	}
	return f.try("it has %s", words.List("and", names))
}

// couldFill finds what fills a requirement and what could.
func (t explainedCycle) couldFill(name ledger.Requirement) (requirementCycle, error) {
	r := t.Standing.Requirements[slices.IndexFunc(t.Standing.Requirements, func(r rules.RequirementStanding) bool { return r.Name == name })]
	out := requirementCycle{explainedCycle: t, filledRequirement: t.filled(r), rule: r.Requirement}
	for _, c := range t.Candidates(name) {
		var here ledger.Points
		for _, p := range c.Parts {
			if p.CountsAs == name {
				here += p.Points
			}
		}
		if here < c.Most { // else it gives all it can already
			out.Candidates = append(out.Candidates, candidate{ref(c.Credit), c, t.portions([]rules.Finding{c.Finding}, nil)})
		}
	}
	for _, f := range t.Findings {
		if len(f.Credit.Topics) == 0 && t.Holds(f.Credit.Date) && name != ledger.Other {
			out.NoTopic = append(out.NoTopic, f.Credit.ID)
		}
	}
	var err error
	out.Activities, err = t.app.activityItems(t.Standing.Credential.Body)
	return out, err
}

// requirement shows it in the cycles that have it, and once what earns points.
func (p *paper) requirement(all []requirementCycle) error {
	for i, x := range all {
		if i > 0 {
			p.gap()
		}
		if err := x.show(p); err != nil {
			return err
		}
	}
	p.gap()
	p.say("What earns points: %s", ledger.Command{"rules", "activities"})
	p.endnotes()
	return nil
}

func (x requirementCycle) show(page *paper) error {
	page.Line(headline(x.Standing))
	page.gap()
	page.say("%s: %s required %s, %s, %s missing", x.Name, words.Points(x.Required), page.mark(x.rule.Provenance),
		words.Agreeing(x.Counted, "counts", "count"), x.Remaining)
	_, other := x.Edition.Requirement(ledger.Other)
	over := ""
	switch {
	case x.Requirement == ledger.Other && len(x.Edition.Requirements) > 1:
		over = ", and what other requirements do not need"
	case x.Requirement != ledger.Other && other:
		over = ". Points that it does not need count for other"
	}
	page.say("It accepts %s%s.", accepted(x.rule), over)
	if x.Remaining > 0 && x.State != rules.Declared {
		page.say("Why points are missing: %s", ledger.Command{"explain", x.Code})
	}
	page.gap()
	if err := page.table("Filled by"+groupColumns, x.filledRows(x.filledRequirement)); err != nil {
		return err
	}
	if err := x.showCandidates(page); err != nil {
		return err
	}
	for _, k := range x.Edition.Programme.Caps { // how far activities count at all
		if slices.ContainsFunc(x.Findings, func(f rules.Finding) bool { return f.Credit.Activity == k.Activity }) {
			page.say("%s %s", words.Upper(x.CapNow(k)), page.mark(k.Provenance))
		}
	}
	return nil
}

// accepted says which credits a requirement accepts.
func accepted(r rules.Requirement) string {
	switch {
	case r.Except != nil:
		return "credits without a topic and every topic but " + words.List("and", words.Strings(r.Except))
	case r.Name == ledger.Other:
		return "every topic and credits without one"
	}
	return "credits with the topic " + words.List("or", words.Strings(r.Topics))
}

func (x requirementCycle) showCandidates(page *paper) error {
	page.gap()
	if x.Candidates == nil {
		page.say("None of your other credits fit there.")
	} else {
		page.say("Your other credits that fit there:")
		var rows [][]any
		for _, c := range x.Candidates {
			rows = append(rows, []any{c.creditRef.Credit, c.Date, c.Most, c.Free, c.nowIn(), c.Title})
		}
		if err := page.table("Credit|right; Date; Points that fit|right; Not used|right dash; Used for|wrap dash; Title|cut wide", rows); err != nil {
			return err
		}
	}
	free := slices.IndexFunc(x.Candidates, func(c candidate) bool { return c.Free > 0 && !c.Future })
	if open := x.Remaining > 0 && x.State != rules.Declared; open && free >= 0 {
		id := fmt.Sprint(x.Candidates[free].creditRef.Credit)
		page.say("To put one there: %s", ledger.Command{"allocate", id, string(x.Requirement), "--credential", x.Code})
	}
	if n := len(x.NoTopic); n > 0 && x.State != rules.Declared {
		edit := ledger.Command{"edit", fmt.Sprint(x.NoTopic[0]), "--topic", string(x.Topics[0])}
		page.say("%s %s no topic: %s. If %s about %s: %s",
			words.Count(n, "credit"), words.Verb(n, "has", "have"), words.Numbers(x.NoTopic, ", "), words.Verb(n, "it is", "one is"), words.Lower(x.Name), edit)
	}
	return nil
}

func (c candidate) nowIn() (parts []string) {
	if c.Future {
		parts = append(parts, "from its day on")
	}
	var in []string
	sums := map[string]ledger.Points{}
	for _, p := range c.Parts {
		where := string(p.Allocated)
		if p.Reason == rules.OtherCycle {
			where = "another cycle"
		}
		if where != "" && sums[where] == 0 {
			in = append(in, where)
		}
		sums[where] += p.Points
	}
	for _, where := range in {
		parts = append(parts, sums[where].String()+" "+where)
	}
	return parts
}
