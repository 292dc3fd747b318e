package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newDeclare() *cobra.Command {
	var date ledger.Day
	cmd := a.writing(&cobra.Command{
		Use:   "declare CODE...",
		Short: "Declare cycles whose requirements are met",
		Long: `Declare that the requirements of a cycle are met. It prints the worksheet for the
board's form and the fee, and keeps what was declared as it stands that day.
Several credentials are declared together: all of them or none.

It judges by what counts on that day. Where something remains it says what, and exits
with 3.`,
		Example: `  cmp declare MLS --dry-run
  cmp declare MLS SBB`,
		Args: someArguments("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			on := a.today
			if !date.IsZero() {
				on = date.Date(a.today)
			}
			if on > a.today && !a.dryRun {
				return usage("--date %s: not yet here", on).try("give --dry-run to see what would hold then")
			}
			return a.declare(ctx, args, on)
		}),
	})
	cmd.Flags().TextVar(&date, "date", ledger.Day{}, "`day` of declaring (default today)")
	return cmd
}

// declared is a cycle that is declared, with what it costs.
type declared struct {
	standing    rules.Standing
	declaration ledger.Declaration
	charge      *rules.Charge // nil when the body publishes no fees
}

func (a *app) declare(ctx context.Context, codes []string, on ledger.Date) error {
	var s snapshot
	var all []declared
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		if err = a.placeToDeclare(ctx, tx, &s, codes, on); err != nil {
			return "", err
		}
		if all, err = a.declarable(ctx, tx, s, codes, on); err != nil {
			return "", err
		}
		var names []string
		for i := range all {
			if err := keepDeclaration(ctx, tx, &all[i]); err != nil {
				return "", err
			}
			names = append(names, all[i].declaration.Designation)
		}
		return "declaration of " + words.List("and", names), nil
	})
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return a.print(a.declareAnswer(all))
	}
	return a.printDeclared(s, all, on)
}

type declareAnswer struct {
	Schema       string         `json:"schema" shape:"cmp.declare/1" title:"Declarations" doc:"Written by cmp declare."`
	DryRun       bool           `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Declarations []declaredItem `json:"declarations"`
}

type declaredItem struct {
	ledger.CredentialName
	Rules    editionRef     `json:"rules"`
	Cycle    ledger.Cycle   `json:"cycle" null:"where there is no cycle"`
	Window   ledger.Cycle   `json:"window" doc:"Days on which a credit counts."`
	Declared ledger.Date    `json:"declared"`
	Required ledger.Points  `json:"required"`
	Counted  ledger.Points  `json:"counted"`
	Fee      *rules.Charge  `json:"fee" doc:"In whole units of the currency." null:"where the body publishes none"`
	Credits  []declaredLine `json:"credits"`
}

// A declaredLine is points of a credit that counted for a requirement when it was
// declared.
type declaredLine struct {
	Requirement ledger.Requirement `json:"requirement"`
	Points      ledger.Points      `json:"points" doc:"That counted."`
	Credit      int64              `json:"credit" min:"0" doc:"Number of the credit. 0 where the ledger no longer has it."`
	Date        ledger.Date        `json:"date"`
	Title       string             `json:"title"`
	Provider    string             `json:"provider" empty:"where it is not known"`
}

func (a *app) declareAnswer(all []declared) declareAnswer {
	out := declareAnswer{DryRun: a.dryRun}
	for _, d := range all {
		t := d.standing
		out.Declarations = append(out.Declarations, declaredItem{
			t.Credential.CredentialName, refTo(t.Edition), t.Cycle, ledger.Cycle{First: t.First, Last: t.Last}, d.declaration.Date,
			t.Required, t.Counted, d.charge, declaredLines(d.declaration),
		})
	}
	return out
}

func declaredLines(d ledger.Declaration) (lines []declaredLine) {
	for _, line := range d.Credits {
		c := line.Credit
		lines = append(lines, declaredLine{line.Requirement, line.Points, c.ID, c.Date, c.Title, c.Provider})
	}
	return lines
}

// placeToDeclare places the points of the cycles that are to be declared as of
// that day, where they are placed by themselves.
func (a *app) placeToDeclare(ctx context.Context, tx *store.Tx, s *snapshot, codes []string, on ledger.Date) error {
	credentials, err := a.heldAll(*s, codes)
	if err != nil || !a.auto() {
		return err
	}
	of := s.Snapshot
	of.Credentials = credentials
	placed, _, err := a.judgeOn(on).PlaceAndWrite(ctx, tx, of)
	s.Allocations = placed.Allocations
	return err
}

// declarable judges the cycles and prepares their declarations. It is an error
// when any of them cannot be declared.
func (a *app) declarable(ctx context.Context, tx *store.Tx, s snapshot, codes []string, on ledger.Date) ([]declared, error) {
	credentials, err := a.heldAll(s, codes)
	if err != nil {
		return nil, err
	}
	var all []declared
	var why []*failure
	for _, c := range credentials {
		account, err := a.judgeOn(on).Account(s.Snapshot, c, c.Current())
		if err != nil {
			return nil, a.worded(err)
		}
		standing := rules.Evaluate(account, on)
		d := declaration(standing, on)
		f := a.whyNot(s, standing, on)
		if f == nil {
			f = a.undecided(s, standing.Designation(), d)
		}
		if f != nil {
			why = append(why, f)
		}
		all = append(all, declared{standing: standing, declaration: d})
	}
	switch len(why) {
	case 0:
		return all, a.charge(ctx, tx, s, all, on)
	case 1:
		return nil, why[0]
	}
	f := *why[0]
	f.message = fmt.Sprintf("%d of %s cannot be declared, so none was", len(why), words.Count(len(all), "credential"))
	f.hint = ledger.Say("see why:")
	for _, w := range why {
		f.details = append(f.details, w.line())
	}
	return nil, &f
}

// whyNot says why a cycle cannot be declared on the day, if so.
func (a *app) whyNot(s snapshot, t rules.Standing, on ledger.Date) *failure {
	code, name := s.shortName(t.Credential), t.Designation()
	switch {
	case t.Cycle.Declared != 0:
		return refused("%s: declared on %s already", name, t.Cycle.Declared).try("when the board confirms: cmp renew %s", code)
	case !t.Begun():
		return refused("%s: its cycle begins on %s", name, t.Cycle.First).try("cmp credential show %s shows what was declared before", code)
	case t.Remaining == 0:
		return nil
	}
	var missing []string
	for _, r := range t.Requirements {
		if r.Remaining > 0 {
			missing = append(missing, fmt.Sprintf("%s %s", lower(r.Title), r.Remaining))
		}
	}
	f := no("not-ready", "%s is not ready: %s %s missing (%s)", name, words.Points(t.Remaining),
		words.Agree(t.Remaining, "is", "are"), strings.Join(missing, ", "))
	switch {
	case t.Closable == t.Remaining:
		return f.try("cmp allocate --auto closes %s", words.Agree(t.Remaining, "it", "them"))
	case t.Closable > 0:
		return f.try("cmp allocate --auto closes %s of %s; %s", t.Closable, words.Agree(t.Remaining, "it", "them"), earnBy(t, "the rest", code, on))
	}
	return f.try("%s; see cmp explain %s", earnBy(t, words.Agree(t.Remaining, "it", "them"), code, on), code)
}

// earnBy says what to do about points that allocating does not close, which
// are called it.
func earnBy(t rules.Standing, it, code string, on ledger.Date) string {
	switch {
	case t.ToEarn == 0:
		return "cmp allocate --auto --fresh closes " + it
	case isLost(t):
		return fmt.Sprintf("the days to earn %s are over: cmp renew %s --yes begins the next cycle", it, code)
	case t.DeclareBy == 0 || on > t.DeclareBy:
		return "earn " + it + " first"
	}
	return fmt.Sprintf("earn %s by %s to leave the board its time", it, t.DeclareBy)
}

// declaration is what is stated to the body: every credit that counts, in the
// order of the requirements.
func declaration(t rules.Standing, on ledger.Date) ledger.Declaration {
	d := ledger.Declaration{
		Cycle: t.Cycle.ID, Date: on, Designation: t.Designation(),
		Title: t.Edition.Title, Number: t.Credential.Number, Edition: t.Edition.ID, First: t.First, Last: t.Last,
		Required: t.Required, Counted: t.Counted,
		Confidence: string(t.Edition.Total.Confidence), Source: declaredSource(t.Edition.Total.Provenance),
	}
	for _, r := range t.Requirements {
		d.Requirements = append(d.Requirements, ledger.DeclaredRequirement{
			Name: r.Name, Title: r.Title, Required: r.Points, Counted: r.Counted,
			Confidence: string(r.Confidence), Source: declaredSource(r.Provenance),
		})
		for _, f := range t.Findings {
			line := ledger.DeclaredCredit{Requirement: r.Name, Credit: f.Credit}
			for _, p := range f.Parts {
				if p.CountsAs == r.Name {
					line.Points += p.Points
				}
			}
			if line.Points > 0 {
				d.Credits = append(d.Credits, line)
			}
		}
	}
	return d
}

// declaredSource says where a figure is from as it stays with a declaration,
// which others may read: of a figure of a pack whose that is.
func declaredSource(p rules.Provenance) string {
	switch {
	case p.Pack == "":
		return p.Source
	case p.Example:
		return p.Owner() + ": " + p.Source
	}
	return "the holder's own " + p.Pack + packEnding + ": " + p.Source
}

// charge adds the fees. What was declared earlier on the same day belongs to
// the same business day.
func (a *app) charge(ctx context.Context, tx *store.Tx, s snapshot, all []declared, on ledger.Date) error {
	earlier, err := tx.DeclarationsOn(ctx, on)
	if err != nil {
		return err
	}
	for _, body := range bodies(all) {
		fees, err := a.book.Fees(body)
		if err != nil {
			return err
		}
		if fees == nil {
			continue
		}
		group := paid(s, earlier, body)
		before := len(group)
		var of []*declared
		for i := range all {
			if t := all[i].standing; t.Credential.Body == body {
				of = append(of, &all[i])
				group = append(group, rules.Declaring{Name: t.Credential.CredentialName, Last: t.Cycle.Last, Expired: t.State == rules.Expired})
			}
		}
		for i, charge := range fees.Charge(on, group)[before:] {
			of[i].charge = &charge
			of[i].declaration.Fee, of[i].declaration.Currency = charge.Total, fees.Currency
		}
	}
	return nil
}

// paid returns what was declared to a body earlier on the day.
func paid(s snapshot, earlier []ledger.Declaration, body string) []rules.Declaring {
	var group []rules.Declaring
	for _, d := range earlier {
		c := s.OfCycle(d.Cycle)
		for _, y := range c.Cycles {
			if y.ID == d.Cycle && c.Body == body {
				group = append(group, rules.Declaring{Name: c.CredentialName, Last: y.Last, Expired: y.Last < d.Date, Paid: true})
			}
		}
	}
	return group
}

func bodies(all []declared) []string {
	var names []string
	for _, d := range all {
		if !slices.Contains(names, d.standing.Credential.Body) {
			names = append(names, d.standing.Credential.Body)
		}
	}
	return names
}

// keepDeclaration writes a declaration. A voluntary credential that had no cycle gets
// the one that was declared: the years that ended on that day.
func keepDeclaration(ctx context.Context, tx *store.Tx, d *declared) error {
	if cycle := d.standing.Cycle; cycle.Last == 0 {
		cycle.First, cycle.Last = d.standing.First, d.standing.Last
		if err := tx.UpdateCycle(ctx, cycle); err != nil {
			return err
		}
	}
	return tx.AddDeclaration(ctx, &d.declaration)
}

func (a *app) printDeclared(s snapshot, all []declared, on ledger.Date) error {
	var codes []string
	for _, d := range all {
		t := d.standing
		codes = append(codes, s.shortName(t.Credential))
		if t.DeclareBy != 0 && on > t.DeclareBy && t.State != rules.Expired {
			a.say("%s was to be declared by %s; the board may not be done before the expiry on %s.", t.Designation(), t.DeclareBy, t.Cycle.Last)
		}
		if titles := assumedFigures(t.Edition); titles != "" {
			a.say("%s: assumed, and to be checked on the board's page: %s.", t.Designation(), titles)
		}
		if err := a.worksheet(s, t.Designation(), t.Cycle, d.declaration, t.Edition); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
	}
	a.printFees(all, on)
	for i, d := range all {
		if p := d.standing.Edition.Programme; p.Audit.Text != "" && !slices.ContainsFunc(all[:i], func(e declared) bool { return e.standing.Edition.Programme == p }) {
			a.tell("Keep every certificate: %s.", p.Audit.Text)
		}
	}
	if a.dryRun {
		return nil
	}
	for i, code := range codes {
		codes[i] = "cmp renew " + code
	}
	a.tell("Recorded as declared. When the board confirms: %s", strings.Join(codes, ", "))
	return nil
}

// worksheet prints what goes into the board's form, or went into it.
func (a *app) worksheet(s snapshot, name string, cycle ledger.Cycle, d ledger.Declaration, e *rules.Edition) error {
	screen := a.screen()
	days := fmt.Sprintf("cycle %s to %s", d.First, d.Last)
	if d.First != cycle.First || d.Last != cycle.Last {
		days = fmt.Sprintf("points of %s to %s", d.First, d.Last)
	}
	screen.Line([]answer.Cell{
		{Text: "Worksheet for " + name, Style: answer.Strong}, {Text: days}, {Text: "declared " + d.Date.String()},
	})
	rows, credits, unproved := s.declaredRows(screen, d, e)
	title := "Title " + screen.Mark("·", "-") + " provider|cut wide"
	if err := screen.Table("Requirement|wrap; Credit|right; Date; Points|right; "+title, rows); err != nil {
		return err
	}
	line := fmt.Sprintf("%s of %s points from %s", d.Counted, d.Required, words.Count(credits, "credit"))
	if len(unproved) > 0 {
		line += fmt.Sprintf("; %d %s no evidence yet: %s", len(unproved), words.Verb(len(unproved), "has", "have"), words.Numbers(unproved, ", "))
	}
	screen.Paragraph(line)
	return nil
}

// declaredRows returns the lines of a declaration as a table shows them, how
// many credits they are about, and which of those have no evidence.
func (s snapshot) declaredRows(screen answer.Screen, d ledger.Declaration, e *rules.Edition) (rows [][]any, credits int, unproved []int64) {
	seen := map[int64]bool{}
	for i, line := range d.Credits {
		title, c := declaredTitle(d, e, line.Requirement), line.Credit
		if i > 0 && d.Credits[i-1].Requirement == line.Requirement {
			title = ""
		}
		what := c.Title
		if c.Provider != "" {
			what += " " + screen.Mark("·", "-") + " " + c.Provider
		}
		rows = append(rows, []any{title, c.ID, c.Date, line.Points, what})
		if !seen[c.ID] && len(s.EvidenceOf(c.ID)) == 0 {
			unproved = append(unproved, c.ID)
		}
		seen[c.ID] = true
	}
	slices.Sort(unproved)
	return rows, len(seen), unproved
}

// noFees says that nobody stated what declaring to a body costs.
func (a *app) noFees(body string) string {
	if p := a.programme(body); p.Cycle.Pack != "" {
		return fmt.Sprintf("No fees are recorded for %s in %s.", strings.ToUpper(body), p.Cycle.Pack+packEnding)
	}
	return strings.ToUpper(body) + " publishes no fee where we could read."
}

// declaredTitle returns the title of a requirement as it was declared, or, of
// what was declared before the ledger kept titles, as the edition has it.
func declaredTitle(d ledger.Declaration, e *rules.Edition, name ledger.Requirement) string {
	for _, r := range d.Requirements {
		if r.Name == name {
			return r.Title
		}
	}
	if r, ok := e.Requirement(name); ok {
		return r.Title
	}
	return name.Title()
}

// printFees says what the declarations of each body cost.
func (a *app) printFees(all []declared, on ledger.Date) {
	for _, body := range bodies(all) {
		var parts []string
		sum, currency, confidence := 0, "", rules.Official
		for _, d := range all {
			if d.charge == nil || d.standing.Credential.Body != body {
				continue
			}
			word := fmt.Sprintf("%d (%s)", d.charge.Total, d.charge.Name.Code)
			if d.charge.Reason != "" {
				word = fmt.Sprintf("%d (%s, %s)", d.charge.Total, d.charge.Name.Code, d.charge.Reason)
			}
			parts = append(parts, word)
			sum, currency = sum+d.charge.Total, d.declaration.Currency
			confidence = rules.LeastSure(confidence, d.charge.Confidence)
		}
		switch len(parts) {
		case 0:
			a.tell("%s", a.noFees(body))
		case 1:
			a.tell("Fee on %s: %s %s; the figure is %s.", on, currency, parts[0], confidence)
		default:
			a.tell("Fees on %s: %s %s = %d; the figures are %s.", on, currency, strings.Join(parts, " + "), sum, confidence)
		}
		if slices.ContainsFunc(all, func(d declared) bool {
			return d.charge != nil && d.charge.Further && d.standing.Credential.Body == body
		}) {
			if fees, err := a.book.Fees(body); err == nil {
				a.tell("For the fee of a further credential: %s.", fees.Further.Text)
			}
		}
	}
}
