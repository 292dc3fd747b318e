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

func (a *app) newCost() *cobra.Command {
	var exempt bool
	cmd := withRecords(&cobra.Command{
		Use:   "cost [CODE...]",
		Short: "Show what declaring costs, alone and together",
		Long: `Show what declaring costs now: each open cycle alone, and all together in the
cheapest way, with the days to do it on. Name credentials to see only these.

The days begin when the board accepts the declaration. They end on the last day
to declare or, once that has passed, with the expiry. If a board names no such
days, cmp shows none. An expired credential is declared today, with the fee for
reinstatement. If waiting longer would cost less, cmp says so, and that it is
late.

Fees that nobody publishes are left out. You may still need points: cmp plan
says which.`,
		Example: `  cmp cost
  cmp cost MLS SBB
  cmp cost --exempt --format json`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.cost(ctx, args, exempt) }),
	})
	cmd.Flags().BoolVar(&exempt, "exempt", false, "use the fees of low and middle income countries, which ASCP did not raise in 2026")
	return cmd
}

// A bodyCost is what the open cycles of one body cost.
type bodyCost struct {
	rules.Cost
	fees  *rules.Fees // nil where nobody knows them
	open  []rules.Standing
	days  []rules.Declarable // of each
	names []string           // of each, as the holder types it
}

// costs returns what standings of today cost, by body.
func (a *app) costs(s snapshot, standings []rules.Standing, today ledger.Date, exempt bool) (all []bodyCost, err error) {
	standings = slices.DeleteFunc(slices.Clone(standings), func(t rules.Standing) bool { _, open := t.Declarable(); return !open })
	slices.SortStableFunc(standings, rules.ByUrgency)
	for _, open := range grouped(standings, func(t rules.Standing) string { return t.Credential.Body }) {
		b, body := bodyCost{open: open}, open[0].Credential.Body
		for _, t := range open {
			d, _ := t.Declarable()
			b.days, b.names = append(b.days, d), append(b.names, s.ShortName(t.Credential))
		}
		if b.fees, err = a.book.Fees(body); err != nil {
			return nil, err
		}
		fees := b.fees
		if exempt && fees != nil {
			fees = fees.Exempted()
		}
		b.Cost = fees.Cost(today, b.days, s.PaidOn(today)[body])
		all = append(all, b)
	}
	return all, nil
}

func (a *app) cost(ctx context.Context, codes []string, exempt bool) error {
	var s snapshot // without credits: no fee depends on them
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		s.Credentials, err = tx.Credentials(ctx)
		return err
	})
	if err != nil {
		return err
	}
	accounts, err := a.accounts(s, codes, newest)
	if err != nil {
		return err
	}
	standings := words.Map(accounts, func(account rules.Account) rules.Standing { return rules.Evaluate(account, a.today) })
	all, err := a.costs(s, standings, a.today, exempt)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.TooMany {
			return refused("%d credentials of %s: too many to compare, the most is %d", len(b.names), strings.ToUpper(b.fees.Body), rules.MostTogether).
				try("name those to declare together: %s", append(ledger.Command{"cost"}, b.names[:2]...))
		}
	}
	out := costOf(all)
	out.AsOf, out.Exempt = a.today, exempt
	switch {
	case a.settings.Format != answer.Table:
		return a.print(out)
	case len(s.Credentials) == 0:
		a.sayNoCredentials()
		return nil
	case len(all) == 0:
		a.page().Sentence("You have nothing to declare.")
		return nil
	}
	return a.printCost(all, out)
}

type costAnswer struct {
	Schema      string             `json:"schema" shape:"cmp.cost/1" title:"What declaring costs" doc:"Written by cmp cost."`
	AsOf        ledger.Date        `json:"as_of" doc:"Day it was judged by."`
	Exempt      bool               `json:"exempt" doc:"Whether it has the fees of countries that are exempt from increases."`
	Credentials []costItem         `json:"credentials" records:"credential body fee together currency first_day last_day" table:"designation|Credential|wrap; Alone|Alone|right; together|Together|right; Days|Declare|dash"`
	Currency    string             `json:"currency" doc:"Of the sums: USD." empty:"where no fee is known, or currencies differ"`
	Apart       *int               `json:"apart" doc:"Sum of the fees that are known, each declared alone." null:"where none is known, or currencies differ"`
	Together    *int               `json:"together" doc:"Sum in the cheapest way." null:"as apart is"`
	Confidence  rules.Confidence   `json:"confidence" doc:"Of the least sure fee." empty:"where none is known"`
	Days        []rules.DeclareDay `json:"days" doc:"The cheapest way."`
	Late        *rules.Way         `json:"late" doc:"A way that costs still less, but is late." null:"where nothing does, or currencies differ"`
	Chained     bool               `json:"chained" doc:"Whether it would cost less if each expiry only had to be near the next one."`
}

type costItem struct {
	naming
	Fee      *int        `json:"fee" doc:"Alone, in whole units of the currency." null:"where nobody knows it"`
	Together *int        `json:"together" doc:"In the cheapest way." null:"as fee is"`
	Currency string      `json:"currency" doc:"Such as USD." empty:"where nobody knows the fee"`
	First    ledger.Date `json:"first_day" doc:"First day to declare in the cheapest way."`
	Last     ledger.Date `json:"last_day" doc:"Last day on which it costs that."`

	Alone, Days string
}

func costOf(all []bodyCost) (out costAnswer) {
	var apart int
	var together, late rules.Way
	var currencies []string
	cheaper := false
	for _, b := range all {
		out.Credentials = append(out.Credentials, b.items()...)
		if len(b.Together.Days) == 0 {
			continue
		}
		way := b.Together
		if b.Late != nil {
			way, cheaper = *b.Late, true
		}
		currencies, apart = append(currencies, b.fees.Currency), apart+b.Apart
		together, late = together.With(b.Together), late.With(way)
		out.Chained = out.Chained || b.Chained()
		out.Confidence = b.LeastSure(out.Confidence)
	}
	out.Days = together.Days
	if len(slices.Compact(currencies)) == 1 {
		out.Currency, out.Apart, out.Together = currencies[0], &apart, &together.Total
		if cheaper {
			out.Late = &late
		}
	}
	return out
}

func (b bodyCost) items() []costItem {
	items := make([]costItem, len(b.open))
	for i, t := range b.open {
		d := b.days[i]
		items[i] = costItem{naming: nameOf(t), First: d.From, Last: d.By, Alone: "not known"}
		if c := b.Alone[i]; c != nil {
			items[i].Fee, items[i].Currency, items[i].Alone = &c.Total, c.Currency, fmt.Sprint(c.Total)
		}
	}
	for _, d := range b.Together.Days {
		for i, of := range d.Of {
			items[of].Together, items[of].First, items[of].Last = &d.Charges[i].Total, d.Day, d.To
		}
	}
	for i, t := range b.open {
		if t.DeclareFrom != 0 || t.DeclareBy != 0 { // else the body names no days
			items[i].Days = dayRange(items[i].First, items[i].Last)
		}
	}
	return items
}

// dayRange says on which days: "2026-12-31 to 2027-02-28".
func dayRange(first, last ledger.Date) string {
	if first == last {
		return first.String()
	}
	return first.String() + " to " + last.String()
}

func (a *app) printCost(all []bodyCost, out costAnswer) error {
	screen := a.page()
	switch {
	case out.Together != nil && *out.Together == 0:
		screen.Sentence(fmt.Sprintf("Declaring costs nothing (%s).", out.Confidence))
	case out.Apart != nil && *out.Together < *out.Apart:
		screen.Sentence(fmt.Sprintf("Declaring costs %s %d together, %d apart (%s).", out.Currency, *out.Together, *out.Apart, out.Confidence))
	case out.Apart != nil:
		screen.Sentence(fmt.Sprintf("Declaring costs %s %d (%s).", out.Currency, *out.Together, out.Confidence))
	case len(out.Days) > 0:
		screen.Sentence(fmt.Sprintf("The fees are in different currencies, so there is no sum (%s).", out.Confidence))
	default:
		screen.Sentence("We found no published fee for declaring.")
	}
	fmt.Fprintln(a.env.Out)
	if err := screen.Write(answer.Table, out); err != nil {
		return err
	}
	fmt.Fprintln(a.env.Out)
	for _, b := range all {
		for _, text := range b.remarks(out.Exempt) {
			screen.Paragraph(text.As(a.call...))
		}
	}
	return nil
}

// saving says what is saved on a day: "BB and MLS on one day (2026-12-31 to 2027-02-28):
// USD 140 instead of 220".
func (b bodyCost) saving(d rules.DeclareDay) string {
	text := fmt.Sprintf("%s on one day (%s): %s %d instead of %d", words.List("and", b.named(d)), dayRange(d.Day, d.To), b.fees.Currency, d.Total, d.Apart)
	if late := b.late(d); late != nil {
		text += fmt.Sprintf(", but late for %s", words.List("and", late))
	}
	return text
}

// sayTogether says where declaring together saves money, beside a plan of what is held.
func (a *app) sayTogether(screen answer.Screen, p planned) error {
	if p.Supposed {
		return nil
	}
	costs, err := a.costs(p.snapshot, p.Standings, a.today, false)
	for _, b := range costs {
		for _, d := range b.savings() {
			screen.Paragraph(a.text("%s: %s", b.saving(d), ledger.Command{"cost"}))
		}
	}
	return err
}

// named returns what is declared on a day, as the holder types it.
func (b bodyCost) named(d rules.DeclareDay) []string {
	return words.Map(d.Of, func(of int) string { return b.names[of] })
}

// savings returns the days on which declaring together saves money.
func (b bodyCost) savings() []rules.DeclareDay {
	return slices.DeleteFunc(slices.Clone(b.Together.Days), func(d rules.DeclareDay) bool { return d.Total >= d.Apart })
}

func (b bodyCost) remarks(exempt bool) (all []ledger.Text) {
	say := func(format string, args ...any) { all = append(all, ledger.Say(format, args...)) }
	for _, d := range b.savings() {
		if next := append(ledger.Command{"declare"}, b.named(d)...); d.Day <= b.open[0].Today {
			say("%s: %s", b.saving(d), next)
		} else {
			say("%s.", b.saving(d))
		}
	}
	if b.Late != nil {
		for _, d := range b.Late.Days {
			if d.Waits {
				say("If you wait you pay less: %s.", b.saving(d))
			}
		}
	}
	all = append(all, b.otherDays()...)
	if saved := len(b.savings()) > 0 || b.Late != nil; saved && b.fees.Further.Text != "" {
		say("The lower fee of a further credential asks for this: %s.", b.fees.Further.Text)
	}
	if b.Together.Expired() {
		say("The board does not say whether an expired credential gets the lower fee. This counts the higher one.")
	}
	if b.Chained() {
		near := words.Count(b.fees.Further.Months, "month")
		say("It would cost less if each expiry only had to be within %s of the next. This counts the dearer way: all within %s of each other.", near, near)
	}
	var unknown []string
	for i, t := range b.open {
		if t.PastDeclareBy() && !slices.ContainsFunc(b.savings(), func(d rules.DeclareDay) bool { return slices.Contains(d.Of, i) }) {
			say("%s is late: the last day to declare was %s.", t.Designation(), t.DeclareBy)
		}
		if due := b.fees.AnnualDue(t); due != nil {
			say("%s has an annual fee too: %s", t.Designation(), words.AnnualDue(due, b.names[i]))
		}
		switch c := b.Alone[i]; {
		case c == nil:
			unknown = append(unknown, t.Designation())
		case c.Further: // of one that was declared today
			say("%s costs less today, because you declared another credential today (%s).", t.Designation(), c.Reason)
		}
	}
	if unknown != nil {
		say("We found no published fee of %s, so the sums leave it out.", words.List("or", unknown))
	}
	if exempt && b.fees != nil {
		for _, p := range b.fees.Periods {
			if p.Exempt != "" {
				say("This leaves out the increase of %s: %s are exempt.", p.From, p.Exempt)
			}
		}
	}
	return all
}

// otherDays says where the days to declare together are not what they seem.
func (b bodyCost) otherDays() (all []ledger.Text) {
	days := b.savings()
	if b.Late != nil {
		days = append(days, b.Late.Days...)
	}
	for _, d := range days {
		if b.fees.Further.BusinessDay && d.Weekend() {
			all = append(all, ledger.Say("%s is a %s. The lower fee of a further credential needs a business day: ask the board.", d.Day, d.Day.Weekday()))
		}
		for _, of := range d.Of {
			if from := b.open[of].DeclareFromInDays(); from > d.To && len(d.Of) > 1 {
				all = append(all, ledger.Say("No day suits %s if the board counts %s. The board then accepts %s from %s on.",
					words.List("and", b.named(d)), words.Count(b.open[of].Edition.Programme.DeclareFrom.Days, "day"), b.names[of], from))
			}
		}
	}
	return all
}

// late returns what is declared too late on a day, each with its last day to declare:
// "MLS (due 2027-02-28)".
func (b bodyCost) late(d rules.DeclareDay) (late []string) {
	for _, of := range d.Of {
		if by := b.open[of].DeclareBy; by != 0 && d.Day > by && b.open[of].State != rules.Expired {
			late = append(late, fmt.Sprintf("%s (due %s)", b.names[of], by))
		}
	}
	return late
}
