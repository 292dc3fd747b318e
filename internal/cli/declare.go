package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newDeclare() *cobra.Command {
	var date ledger.Day
	var margin bool
	cmd := a.writing(&cobra.Command{
		Use:   "declare CODE...",
		Short: "Declare a cycle that meets its requirements",
		Long: `Declare that you meet the requirements of a cycle. cmp prints the worksheet for
the board's form and the fee, and keeps what you declared. Several credentials
are declared together: all of them or none.

If you still need points on that day, nothing is declared. cmp says what is
missing, and the exit code is 3. If the board does not accept declarations on
that day, cmp warns you.

With --all you declare every credit that counts, and not only as many as you need.
If the board refuses one, the others may still be enough.`,
		Example: `  cmp declare MLS --dry-run
  cmp declare MLS SBB
  cmp declare MLS --all`,
		Args: someArguments("the code of a credential, such as MLS"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			on := a.today
			if !date.IsZero() {
				on = date.Date(a.today)
			}
			if on > a.today && !a.dryRun {
				return usage("--date %s: is in the future", on).try("give --dry-run to see what you would declare then")
			}
			return a.declare(ctx, args, on, margin)
		}),
	})
	cmd.Flags().TextVar(&date, "date", ledger.Day{}, "`day` you declare (default today)")
	cmd.Flags().BoolVar(&margin, "all", false, "declare every credit that counts, as a margin for the audit")
	return cmd
}

func (a *app) declare(ctx context.Context, codes []string, on ledger.Date, margin bool) error {
	var all []actions.Declared
	s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (string, error) {
		credentials, err := a.heldAll(*s, codes)
		if err != nil {
			return "", err
		}
		judge := a.judgeOn(on)
		if all, err = judge.Declarable(ctx, tx, s, credentials, margin); err != nil {
			return "", err
		}
		if f := a.notDeclarable(*s, all, on); f != nil {
			return "", f
		}
		names := words.Map(all, func(d actions.Declared) string { return d.Designation() })
		return "declaration of " + words.List("and", names), judge.Declare(ctx, tx, *s, all)
	})
	if err != nil {
		return err
	}
	if a.settings.Format != answer.JSON {
		return a.printDeclared(s, all, on, margin)
	}
	a.sayOfDay(s, all)
	out := declareAnswer{DryRun: a.dryRun}
	for _, d := range all {
		out.Declarations = append(out.Declarations, declaredItem{
			d.Credential.CredentialName, refTo(d.Edition), d.Cycle, ledger.Cycle{First: d.First, Last: d.Last}, d.Declaration.Date,
			d.Required, d.Counted, d.Declaration.Margin(), ledger.Declaration{Credits: d.Margin}.Margin() - d.Declaration.Margin(), d.Charge, declaredLines(d.Declaration),
		})
	}
	return a.print(out)
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
	Margin   ledger.Points  `json:"margin" doc:"Declared beyond what is required. The body may refuse so much."`
	More     ledger.Points  `json:"more" doc:"That --all would declare beyond that."`
	Fee      *rules.Charge  `json:"fee" doc:"In whole units of the currency." null:"where nobody knows it"`
	Credits  []declaredLine `json:"credits"`
}

// A declaredLine is points of a credit that counted for a requirement when it was
// declared.
type declaredLine struct {
	Requirement ledger.Requirement `json:"requirement" doc:"It counted for, or margin."`
	Points      ledger.Points      `json:"points" doc:"That counted, or were declared as a margin."`
	Credit      int64              `json:"credit" min:"0" doc:"Number of the credit. 0 where the ledger no longer has it."`
	Date        ledger.Date        `json:"date"`
	Title       string             `json:"title"`
	Provider    string             `json:"provider" empty:"where it is not known"`
}

func declaredLines(d ledger.Declaration) (lines []declaredLine) {
	for _, line := range d.Credits {
		c := line.Credit
		lines = append(lines, declaredLine{line.Requirement, line.Points, c.ID, c.Date, c.Title, c.Provider})
	}
	return lines
}

// notDeclarable says why cycles cannot be declared on the day, or nil.
func (a *app) notDeclarable(s snapshot, all []actions.Declared, on ledger.Date) *failure {
	var f *failure
	var why []ledger.Text
	var ready []string
	var could []rules.Standing
	for _, d := range all {
		not := whyNot(s, d.Standing, on)
		if not == nil {
			not = a.undecided(s, d.Designation(), d.Declaration)
		}
		if not != nil {
			f, why = cmp.Or(f, not), append(why, not.line())
		} else {
			ready, could = append(ready, s.ShortName(d.Credential)), append(could, d.Standing)
		}
	}
	if len(why) > 1 {
		f.message = fmt.Sprintf("%d of %s cannot be declared, so none was", len(why), words.Count(len(all), "credential"))
		f.hint, f.details = ledger.Say("see why:"), why
	}
	for _, d := range all {
		if text := words.Expired(d.Standing); f != nil && !text.IsEmpty() {
			f.details = append(f.details, ledger.Say("%s: %s", d.Designation(), text))
		}
	}
	if f != nil && could != nil {
		f.details = append(append(f.details, ledger.Say("Nothing was declared.")), words.Ready(ready, could)...)
	}
	return f
}

// whyNot says why a cycle cannot be declared on the day, if so.
func whyNot(s snapshot, t rules.Standing, on ledger.Date) *failure {
	code, name := s.ShortName(t.Credential), t.Designation()
	switch {
	case t.Cycle.Declared != 0:
		return refused("%s: declared on %s already", name, t.Cycle.Declared).
			try("when the board confirms: %s", ledger.Command{"renew", code})
	case !t.Begun() && len(t.Credential.Cycles) > 1 && t.Credential.Before().Declared == 0:
		return refused("%s: you renewed its last cycle and did not declare it; the next cycle begins on %s", name, t.Cycle.First).
			try("to declare it after all, take the renewal back: %s shows its number, then %s", ledger.Command{"log"}, ledger.Command{"undo", "ENTRY"})
	case !t.Begun():
		return refused("%s: its cycle begins on %s", name, t.Cycle.First).
			try("%s shows what was declared before", ledger.Command{"credential", "show", code})
	case t.Remaining == 0:
		return nil
	}
	f := no("not-ready", "%s is not ready: %s", name, missing(t))
	it, auto := words.Agree(t.Remaining, "it", "them"), ledger.Command{"allocate", "--auto"}
	switch {
	case t.Closable == t.Remaining:
		return f.try("you have these points; to place them: %s", auto)
	case t.Closable > 0:
		return f.try("%s places %s that you have; %s", auto, words.Points(t.Closable), earnBy(t, "the rest", code, on))
	}
	return f.try("%s; %s shows why", earnBy(t, it, code, on), ledger.Command{"explain", code})
}

// missing says what remains: "4.5 points of blood banking are missing".
func missing(t rules.Standing) string {
	var each []string
	for _, r := range t.Requirements {
		if r.Remaining > 0 {
			each = append(each, r.Remaining.String()+" of "+ofWhat(r))
		}
	}
	what, are, list := words.Points(t.Remaining), words.Agree(t.Remaining, "is", "are"), strings.Join(each, ", ")
	if len(each) == 1 {
		_, of, _ := strings.Cut(list, " ")
		return fmt.Sprintf("%s %s %s missing", what, of, are)
	}
	return fmt.Sprintf("%s %s missing (%s)", what, are, list)
}

func ofWhat(r rules.RequirementStanding) string {
	if r.Name == ledger.Other {
		return words.AnyTopic(r.Except)
	}
	return words.Lower(r.Title)
}

// earnBy says what to do about points that allocating does not close, which
// are called it.
func earnBy(t rules.Standing, it, code string, on ledger.Date) ledger.Text {
	switch {
	case t.ToEarn == 0:
		return ledger.Say("%s places %s", ledger.Command{"allocate", "--auto", "--fresh"}, it)
	case t.Lost():
		return ledger.Say("it is too late to earn %s: %s begins the next cycle", it, ledger.Command{"renew", code})
	case t.DeclareBy == 0 || on > t.DeclareBy:
		return ledger.Say("earn %s first", it)
	}
	return ledger.Say("earn %s by %s", it, t.DeclareBy)
}

// sayOfDay warns of a day that is before or after those on which to declare, and says
// what the body asks for after the expiry. It is no reason to refuse: the board may have
// ended the cycle early, together with another.
func (a *app) sayOfDay(s snapshot, all []actions.Declared) {
	for _, d := range all {
		switch {
		case d.AskedOnceExpired() != nil:
			a.say("%s: %s", d.Designation(), words.Expired(d.Standing))
		case !d.Opened():
			a.say("%s: the board accepts its declaration from %s on. If it has moved the end of the cycle: %s", d.Designation(),
				words.FirstToDeclare(d.Edition.Programme, d.Cycle.Last), ledger.Command{"credential", "edit", s.ShortName(d.Credential), "--expires", "DATE"})
		case d.PastDeclareBy():
			a.say("%s: the last day to declare was %s; the board may not finish before it expires on %s.", d.Designation(), d.DeclareBy, d.Cycle.Last)
		}
	}
}

func (a *app) printDeclared(s snapshot, all []actions.Declared, on ledger.Date, margin bool) error {
	again := ledger.Command{"declare"}
	for _, d := range all {
		again = append(again, s.ShortName(d.Credential))
	}
	for _, d := range all {
		if titles := words.Assumed(d.Edition); titles != "" {
			a.say("%s: nobody has confirmed these figures: %s. Check them on the board's page.", d.Designation(), titles)
		}
		if err := a.worksheet(s, d.Standing, d.Declaration); err != nil {
			return err
		}
		if !margin {
			a.offerMargin(s, d, append(again, "--all"))
		}
		fmt.Fprintln(a.env.Out)
	}
	for _, of := range grouped(all, func(d actions.Declared) string { return d.Credential.Body }) {
		a.tellFees(of, on)
	}
	if err := a.tellTogether(s, all, on); err != nil {
		return err
	}
	renew := ledger.Command{"renew"}
	programmes := map[*rules.Programme]bool{}
	for _, d := range all {
		p := d.Edition.Programme
		if p.Audit.Text != "" && !programmes[p] {
			a.tell("Keep every certificate: %s.", p.Audit.Text)
		}
		programmes[p] = true
		renew = append(renew, s.ShortName(d.Credential))
	}
	a.sayOfDay(s, all) // last, where a screen shows it
	if !a.dryRun {
		a.tell("Recorded as declared. When the board confirms: %s", renew)
	}
	return nil
}

// worksheet prints what goes into the board's form, or went into it.
func (a *app) worksheet(s snapshot, t rules.Standing, d ledger.Declaration) error {
	screen := a.screen()
	days := fmt.Sprintf("cycle %s to %s", d.First, d.Last)
	if d.First != t.Cycle.First || d.Last != t.Cycle.Last {
		days = fmt.Sprintf("points of %s to %s", d.First, d.Last)
	}
	declared := "declared "
	if a.dryRun {
		declared = "if declared on "
	}
	screen.Line([]answer.Cell{
		{Text: "Worksheet for " + t.Designation(), Style: answer.Strong}, {Text: days}, {Text: declared + d.Date.String()},
	})
	if err := screen.Table("Requirement|wrap; Credit|right; Date; Points|right; "+titled(screen, "Title", "provider")+"|cut wide", declaredRows(screen, d)); err != nil {
		return err
	}
	credits, from := s.DeclaredIn(d), words.Count(len(d.Numbers()), "credit")
	lines := []string{fmt.Sprintf("%s of %s points from %s.", d.Counted, d.Required, from)}
	if more := d.Margin(); more > 0 {
		lines[0] = fmt.Sprintf("%s from %s, %s required: a margin of %s.", words.Points(d.Counted+more), from, d.Required, more)
		lines = append(lines, marginIs(t.Edition, d, false))
	}
	lines[0] += " " + words.NoCertificate(evidence.Bare(credits, s.Evidence), len(credits), s.ShortName(t.Credential)).As(a.call...)
	screen.Paragraph(lines...)
	return nil
}

// declaredRows are the lines of a worksheet. What is a margin stands last, under its own name.
func declaredRows(screen answer.Screen, d ledger.Declaration) (rows [][]any) {
	titles := map[ledger.Requirement]string{ledger.Margin: "Margin, not required"}
	for _, r := range d.Requirements {
		titles[r.Name] = r.Title
	}
	for i, line := range d.Credits {
		title, c := "", line.Credit
		if i == 0 || d.Credits[i-1].Requirement != line.Requirement {
			title = cmp.Or(titles[line.Requirement], line.Requirement.Title())
		}
		rows = append(rows, []any{title, c.ID, c.Date, line.Points, titled(screen, c.Title, c.Provider)})
	}
	return rows
}

// marginIs says what the board may refuse of a declaration with a margin, and where less.
// The margin may only be offered.
func marginIs(e *rules.Edition, d ledger.Declaration, offered bool) string {
	all := d.Margin()
	var none, few []string
	for i, points := range e.Spare(d.Credits) {
		switch title := words.Lower(e.Requirements[i].Title); {
		case points == 0:
			none = append(none, title)
		case points < all:
			few = append(few, fmt.Sprintf("%s in %s", points, title))
		}
	}
	lead, text, end := "with --all, ", fmt.Sprintf("up to %s may be refused", words.Points(all)), fmt.Sprintf(", and you still have %s", d.Required)
	if none != nil {
		lead, end = "even with --all, ", ""
		text = fmt.Sprintf("%s %s no margin. If the board refuses a credit there, you fall short. Elsewhere %s",
			words.List("and", none), words.Verb(len(none), "has", "have"), text)
	}
	if few != nil {
		text += fmt.Sprintf(" (at most %s)", words.List("and", few))
	}
	if !offered {
		lead = ""
	}
	return words.Upper(lead+text) + end + "."
}

// offerMargin says what more could be declared, and what that is good for.
func (a *app) offerMargin(s snapshot, d actions.Declared, declare ledger.Command) {
	if d.Margin == nil || d.Required == 0 {
		return
	}
	how := ledger.Say("%s", declare)
	if !a.dryRun { // a cycle is declared once
		how = ledger.Say("%s, then %s", ledger.Command{"undo"}, declare)
	}
	screen, more, with := a.screen(), ledger.Declaration{Credits: d.Margin}, d.Declaration
	with.Credits = slices.Concat(with.Credits, d.Margin)
	screen.Paragraph(a.text("%s more %s could be declared as a margin for the audit: %s", more.Margin(), words.Agree(more.Margin(), "point", "points"), how))
	screen.Paragraph(marginIs(d.Edition, with, true))
	if bare := evidence.Bare(s.DeclaredIn(more), s.Evidence); bare != nil {
		which := ""
		if len(bare) <= words.Listed {
			which = ": " + words.Numbers(bare, ", ")
		}
		screen.Paragraph(fmt.Sprintf("%s of that margin %s no certificate%s. Declare only what you can prove.",
			words.Count(len(bare), "credit"), words.Verb(len(bare), "has", "have"), which))
	}
}

// tellFees says what the declarations of one body cost.
func (a *app) tellFees(all []actions.Declared, on ledger.Date) {
	var parts, unknown []string
	fees, _ := a.book.Fees(all[0].Credential.Body) // which were read for the charges
	sum, apart, further, currency, confidence := 0, 0, false, "", rules.Official
	for _, d := range all {
		c := d.Charge
		if c == nil {
			unknown = append(unknown, d.Credential.Code)
			continue
		}
		why := c.Code
		if c.Reason != "" {
			why += ", " + c.Reason
		}
		parts = append(parts, fmt.Sprintf("%d (%s)", c.Total, why))
		sum, further, currency = sum+c.Total, further || c.Further, c.Currency
		apart += c.Total
		if c.Further {
			apart += fees.On(on).Application - c.Application
		}
		confidence = rules.LeastSure(confidence, c.Confidence)
	}
	body := all[0].Edition.Programme.Place()
	switch {
	case parts == nil:
	case sum == 0:
		a.tell("%s charges nothing for declaring (%s).", body, confidence)
	case len(parts) == 1:
		a.tell("Fee on %s: %s %s, %s.", on, currency, parts[0], confidence)
	default:
		line := fmt.Sprintf("Fees on %s: %s %s = %d, %s", on, currency, strings.Join(parts, " + "), sum, confidence)
		if sum < apart {
			line += fmt.Sprintf("; apart it would be %d", apart)
		}
		a.tell("%s.", line)
	}
	switch pack := all[0].Edition.Programme.Cycle.Pack; {
	case unknown == nil:
	case fees != nil:
		a.tell("%s has expired. We found no published fee of %s for that.", words.List("and", unknown), body)
	case pack != "":
		a.tell("No fees are recorded for %s in %s.", body, pack+packEnding)
	default:
		a.tell("We found no published fee of %s.", body)
	}
	if further {
		a.tell("The lower fee of a further credential asks for this: %s.", fees.Further.Text)
		if fees.Further.BusinessDay && on.Weekend() {
			a.tell("%s is a %s, not a business day.", on, on.Weekday())
		}
	}
}

// tellTogether says where it saves money to declare on one day what is ready too and not
// declared here, and what to type.
func (a *app) tellTogether(s snapshot, all []actions.Declared, on ledger.Date) error {
	here := map[string]bool{}
	for _, d := range all {
		here[s.ShortName(d.Credential)] = true
	}
	judge := a.judgeOn(on)
	accounts, _ := judge.Accounts(judge.Judged(s), s.Credentials, newest)
	standings := words.Map(accounts, func(x rules.Account) rules.Standing { return rules.Evaluate(x, on) })
	ready := slices.DeleteFunc(standings, func(t rules.Standing) bool { return t.Remaining > 0 || !t.Begun() })
	costs, err := a.costs(s, ready, on, false)
	for _, b := range costs {
		for _, d := range b.savings() {
			names := b.named(d)
			others := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return here[name] })
			switch {
			case len(others) == 0 || len(others) == len(names):
			case a.dryRun && d.Day <= a.today:
				a.tell("%s: %s", b.saving(d), append(ledger.Command{"declare"}, names...))
			case a.dryRun:
				a.tell("%s.", b.saving(d))
			case d.Day <= on && on <= d.To:
				a.tell("%s. Declare the rest today: %s", b.saving(d), append(ledger.Command{"declare"}, others...))
			default:
				a.tell("%s. To wait for that: %s", b.saving(d), ledger.Command{"undo"})
			}
		}
	}
	return err
}
