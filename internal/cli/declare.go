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
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newDeclare() *cobra.Command {
	var date ledger.Day
	cmd := a.writing(&cobra.Command{
		Use:   "declare CODE...",
		Short: "Declare a cycle that meets its requirements",
		Long: `Declare that you meet the requirements of a cycle. cmp prints the worksheet for
the board's form and the fee, and keeps what you declared. Several credentials
are declared together: all of them or none.

If you still need points on that day, nothing is declared. cmp says what is
missing, and the exit code is 3. If the board does not accept declarations on
that day, cmp warns you.`,
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
	cmd.Flags().TextVar(&date, "date", ledger.Day{}, "`day` you declare (default today)")
	return cmd
}

func (a *app) declare(ctx context.Context, codes []string, on ledger.Date) error {
	var s snapshot
	var all []actions.Declared
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = actions.Read(ctx, tx); err != nil {
			return "", err
		}
		credentials, err := a.heldAll(s, codes)
		if err != nil {
			return "", err
		}
		judge := a.judgeOn(on)
		if all, err = judge.Declarable(ctx, tx, &s, credentials); err != nil {
			return "", err
		}
		if f := a.notDeclarable(s, all, on); f != nil {
			return "", f
		}
		names := words.Map(all, func(d actions.Declared) string { return d.Designation() })
		return "declaration of " + words.List("and", names), judge.Declare(ctx, tx, s, all)
	})
	if err != nil {
		return err
	}
	if a.settings.Format != answer.JSON {
		return a.printDeclared(s, all, on)
	}
	a.sayOfDay(s, all)
	out := declareAnswer{DryRun: a.dryRun}
	for _, d := range all {
		out.Declarations = append(out.Declarations, declaredItem{
			d.Credential.CredentialName, refTo(d.Edition), d.Cycle, ledger.Cycle{First: d.First, Last: d.Last}, d.Declaration.Date,
			d.Required, d.Counted, d.Charge, declaredLines(d.Declaration),
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
	Fee      *rules.Charge  `json:"fee" doc:"In whole units of the currency." null:"where nobody knows it"`
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
	case !t.Begun() && renewedUndeclared(t.Credential):
		return refused("%s: its cycle was renewed without being declared, and the next one begins on %s", name, t.Cycle.First).
			try("to declare it after all, take that back: %s shows its entry, then %s", ledger.Command{"log"}, ledger.Command{"undo", "ENTRY"})
	case !t.Begun():
		return refused("%s: its cycle begins on %s", name, t.Cycle.First).
			try("%s shows what was declared before", ledger.Command{"credential", "show", code})
	case t.Remaining == 0:
		return nil
	}
	var missing []string
	for _, r := range t.Requirements {
		if r.Remaining > 0 {
			missing = append(missing, fmt.Sprintf("%s %s", words.Lower(r.Title), r.Remaining))
		}
	}
	f := no("not-ready", "%s is not ready: %s %s missing (%s)", name, words.Points(t.Remaining),
		words.Agree(t.Remaining, "is", "are"), strings.Join(missing, ", "))
	it, auto := words.Agree(t.Remaining, "it", "them"), ledger.Command{"allocate", "--auto"}
	switch {
	case t.Closable == t.Remaining:
		return f.try("%s closes %s", auto, it)
	case t.Closable > 0:
		return f.try("%s closes %s of %s; %s", auto, t.Closable, it, earnBy(t, "the rest", code, on))
	}
	return f.try("%s; see %s", earnBy(t, it, code, on), ledger.Command{"explain", code})
}

// renewedUndeclared reports whether the cycle before the newest one was not declared.
func renewedUndeclared(c ledger.Credential) bool {
	n := len(c.Cycles)
	return n > 1 && c.Cycles[n-2].Declared == 0
}

// earnBy says what to do about points that allocating does not close, which
// are called it.
func earnBy(t rules.Standing, it, code string, on ledger.Date) ledger.Text {
	switch {
	case t.ToEarn == 0:
		return ledger.Say("%s closes %s", ledger.Command{"allocate", "--auto", "--fresh"}, it)
	case t.Lost():
		return ledger.Say("the days to earn %s are over: %s begins the next cycle", it, ledger.Command{"renew", code, "--yes"})
	case t.DeclareBy == 0 || on > t.DeclareBy:
		return ledger.Say("earn %s first", it)
	}
	return ledger.Say("earn %s by %s to leave the board its time", it, t.DeclareBy)
}

// sayOfDay warns of a day that is before or after those on which to declare, and says
// what the body asks for after the expiry. It is no
// reason to refuse: the board may have ended the cycle early, together with another.
func (a *app) sayOfDay(s snapshot, all []actions.Declared) {
	for _, d := range all {
		switch {
		case d.AskedOnceExpired() != nil:
			a.say("%s: %s", d.Designation(), words.Expired(d.Standing))
		case !d.Opened():
			a.say("%s: the board accepts its declaration from %s on. If it has moved the end of the cycle: %s", d.Designation(),
				words.FirstToDeclare(d.Edition.Programme, d.Cycle.Last), ledger.Command{"credential", "edit", s.ShortName(d.Credential), "--expires", "DATE"})
		case d.PastDeclareBy():
			a.say("%s was to be declared by %s; the board may not be done before the expiry on %s.", d.Designation(), d.DeclareBy, d.Cycle.Last)
		}
	}
}

func (a *app) printDeclared(s snapshot, all []actions.Declared, on ledger.Date) error {
	for _, d := range all {
		if titles := words.Assumed(d.Edition); titles != "" {
			a.say("%s: assumed, and to be checked on the board's page: %s.", d.Designation(), titles)
		}
		if err := a.worksheet(s, d.Standing, d.Declaration); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
	}
	for _, of := range grouped(all, func(d actions.Declared) string { return d.Credential.Body }) {
		a.tellFees(of, on)
	}
	if err := a.tellTogether(s, all, on); err != nil {
		return err
	}
	var renew []string
	programmes := map[*rules.Programme]bool{}
	for _, d := range all {
		p := d.Edition.Programme
		if p.Audit.Text != "" && !programmes[p] {
			a.tell("Keep every certificate: %s.", p.Audit.Text)
		}
		programmes[p] = true
		renew = append(renew, ledger.Command{"renew", s.ShortName(d.Credential)}.As(a.name))
	}
	a.sayOfDay(s, all) // last, where a screen shows it
	if !a.dryRun {
		a.tell("Recorded as declared. When the board confirms: %s", strings.Join(renew, ", "))
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
	screen.Line([]answer.Cell{
		{Text: "Worksheet for " + t.Designation(), Style: answer.Strong}, {Text: days}, {Text: "declared " + d.Date.String()},
	})
	var rows [][]any
	var credits, unproved []int64
	for i, line := range d.Credits {
		title, c := "", line.Credit
		if i == 0 || d.Credits[i-1].Requirement != line.Requirement {
			title = line.Requirement.Title()
			for _, r := range d.Requirements {
				if r.Name == line.Requirement {
					title = r.Title
				}
			}
		}
		rows = append(rows, []any{title, c.ID, c.Date, line.Points, titled(screen, c.Title, c.Provider)})
		if slices.Contains(credits, c.ID) {
			continue
		}
		credits = append(credits, c.ID)
		if len(s.EvidenceOf(c.ID)) == 0 {
			unproved = append(unproved, c.ID)
		}
	}
	if err := screen.Table("Requirement|wrap; Credit|right; Date; Points|right; "+titled(screen, "Title", "provider")+"|cut wide", rows); err != nil {
		return err
	}
	text := fmt.Sprintf("%s of %s points from %s", d.Counted, d.Required, words.Count(len(credits), "credit"))
	if n := len(unproved); n > 0 {
		slices.Sort(unproved)
		text += fmt.Sprintf("; %d %s no evidence yet: %s", n, words.Verb(n, "has", "have"), words.Numbers(unproved, ", "))
	}
	screen.Paragraph(text)
	return nil
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
		a.tell("%s charges nothing for declaring; the figure is %s.", body, confidence)
	case len(parts) == 1:
		a.tell("Fee on %s: %s %s; the figure is %s.", on, currency, parts[0], confidence)
	default:
		line := fmt.Sprintf("Fees on %s: %s %s = %d", on, currency, strings.Join(parts, " + "), sum)
		if sum < apart {
			line += fmt.Sprintf(", apart %d", apart)
		}
		a.tell("%s; the figures are %s.", line, confidence)
	}
	switch pack := all[0].Edition.Programme.Cycle.Pack; {
	case unknown == nil:
	case fees != nil:
		a.tell("What %s asks for %s, which has expired, is not known.", body, words.List("and", unknown))
	case pack != "":
		a.tell("No fees are recorded for %s in %s.", body, pack+packEnding)
	default:
		a.tell("%s publishes no fee where we could read.", body)
	}
	if further {
		a.tell("For the fee of a further credential: %s.", fees.Further.Text)
		if fees.Further.BusinessDay && on.Weekend() {
			a.tell("%s is a %s and no business day.", on, on.Weekday())
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
				a.tell("%s. Today as well: %s", b.saving(d), append(ledger.Command{"declare"}, others...))
			default:
				a.tell("%s. To wait for that: %s", b.saving(d), ledger.Command{"undo"})
			}
		}
	}
	return err
}
