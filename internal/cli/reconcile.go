package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// reconcileFlags say how to read a file and what to compare.
type reconcileFlags struct {
	readFlags
	credential   string
	since, until ledger.Day
	skipBad      bool
}

func (a *app) newReconcile() *cobra.Command {
	var f reconcileFlags
	var options transcript.Options
	cmd := withRecords(&cobra.Command{
		Use:   "reconcile FILE",
		Short: "Hold a portal's transcript against the ledger, writing nothing",
		Long: `Hold the transcript of a portal against the ledger and list what is only here
and has to be typed into the portal, what is only there and can be imported, and
what differs in date, title or points. Nothing is written. FILE is read as cmp
import reads it; - reads from standard input.

A row and a credit are held for one activity when cmp import would, when they
have the same reference, or when their titles are similar and their dates are at
most a month apart or their points the same.

A portal often shows the current cycle alone, so credits before the first day of
the file are left out, unless --since or --credential says what to compare.

The exit code is 3 when anything differs.`,
		Example: `  cmp reconcile transcript.csv
  cmp reconcile portal.csv --credential MLS
  cmp reconcile portal.csv --since 2024-04-01 --format csv`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err := oneArgument("a file")(cmd, args); err != nil {
				return err
			}
			options, err = f.options()
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.reconcile(ctx, args[0], f, options) }),
	})
	flags := cmd.Flags()
	f.readFlags.add(a, cmd)
	flags.StringVar(&f.credential, "credential", "", "compare the credits in the window of the credential of this `code`")
	flags.BoolVar(&f.skipBad, "skip-bad", false, "compare the other rows when some are not usable")
	flags.TextVar(&f.since, "since", ledger.Day{}, "compare only what is of the `day` or later")
	flags.TextVar(&f.until, "until", ledger.Day{}, "compare only what is of the `day` or earlier")
	return cmd
}

// A reconciling is a transcript held against the ledger.
type reconciling struct {
	reading
	flags      reconcileFlags
	scope      dayRange // of the credits that are compared
	credential string   // whose window the scope is, or ""
	earlier    int      // credits before the first day of the file, which are not compared
	both       []pair   // the same day, title and points on either side
	different  []pair
	onlyHere   []ledger.Credit
	onlyThere  []transcript.Row
}

// A pair is a row and the credit that it is, or most likely is.
type pair struct {
	Row    transcript.Row
	Credit ledger.Credit
	Fields []pairing.Field // in which they differ
}

// A dayRange is a range of days, both ends included, where none is open.
type dayRange struct{ first, last ledger.Date }

func (s dayRange) holds(d ledger.Date) bool { return d >= s.first && (s.last == 0 || d <= s.last) }

// wider returns the range with days before and behind it.
func (s dayRange) wider(days ledger.Date) dayRange {
	if s.last != 0 {
		s.last += days
	}
	return dayRange{s.first - days, s.last}
}

func (a *app) reconcile(ctx context.Context, path string, f reconcileFlags, o transcript.Options) error {
	r := &reconciling{flags: f}
	var err error
	if r.reading, err = a.readTranscript(path, f.readFlags, o); err != nil {
		return err
	}
	if bad := r.rejected(); len(bad) > 0 && !f.skipBad {
		return r.badRows(", so nothing was compared").try("mend the file, or compare the rest with --skip-bad")
	} else if len(bad) > 0 {
		for _, row := range bad {
			a.say("Not compared: %s", badRow(row))
		}
		r.file.Rows = slices.DeleteFunc(r.file.Rows, func(row transcript.Row) bool { return row.Problem != nil })
	}
	var s snapshot
	var known []ledger.Known
	err = a.view(ctx, func(tx *store.Tx) error {
		if s, err = a.judged(ctx, tx); err == nil {
			known, err = tx.Known(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := a.setScope(s, r); err != nil {
		return err
	}
	r.compare(s.Credits, known, dayRange{f.since.Date(a.today), f.until.Date(a.today)})
	if a.settings.Format == answer.Table {
		err = a.showReconciliation(r)
	} else {
		err = a.print(r.answer())
	}
	if err != nil {
		return err
	}
	if len(r.different)+len(r.onlyHere)+len(r.onlyThere) > 0 {
		return errSilentNo
	}
	return nil
}

// setScope finds out which credits to compare: those in the window of the
// credential, of the days that are given and, where nothing says since when,
// of the days from the first of the file.
func (a *app) setScope(s snapshot, r *reconciling) error {
	since, until := r.flags.since.Date(a.today), r.flags.until.Date(a.today)
	if r.flags.credential != "" {
		c, err := a.held(s, r.flags.credential)
		if err != nil {
			return err
		}
		accounts, err := a.current(s, []ledger.Credential{c})
		if err != nil {
			return err
		}
		standing := rules.Evaluate(accounts[0], a.today)
		r.credential, r.scope.first = standing.Designation(), standing.First
		if !standing.Moving() {
			r.scope.last = standing.Last
		}
	} else if since == 0 && len(r.file.Rows) > 0 {
		r.scope.first = slices.MinFunc(r.file.Rows, func(a, b transcript.Row) int { return int(a.Credit.Date - b.Credit.Date) }).Credit.Date
	}
	r.scope.first = max(r.scope.first, since)
	if until != 0 && (r.scope.last == 0 || until < r.scope.last) {
		r.scope.last = until
	}
	return nil
}

// compare holds the rows against the credits: first what is the same, under any
// form by which the ledger knows it, then what may be. A row may also be a credit
// outside the scope: one that is the same, or one so near that only a date differs.
// Of the rows those of the days that were asked for are compared.
func (r *reconciling) compare(credits []ledger.Credit, known []ledger.Known, asked dayRange) {
	rows := make([]ledger.Credit, len(r.file.Rows))
	for i, row := range r.file.Rows {
		rows[i] = row.Credit
	}
	byID := make(map[int64]ledger.Credit, len(credits))
	for _, c := range credits {
		byID[c.ID] = c
	}
	paired := map[int64]bool{}
	var rest []int // rows, by index
	for i, slot := range pairing.Match(rows, known) {
		if slot >= 0 {
			if c, there := byID[cmp.Or(known[slot].MergedInto, known[slot].Credit.ID)]; there {
				paired[c.ID] = true
				r.pair(r.file.Rows[i], c)
				continue
			}
		}
		rest = append(rest, i)
	}
	near := r.scope.wider(pairing.CorrectedDays)
	candidates := slices.DeleteFunc(slices.Clone(credits), func(c ledger.Credit) bool { return paired[c.ID] || !near.holds(c.Date) })
	others := make([]ledger.Credit, len(rest))
	for k, i := range rest {
		others[k] = rows[i]
	}
	for k, at := range pairing.Likely(others, candidates) {
		switch row := r.file.Rows[rest[k]]; {
		case at >= 0:
			paired[candidates[at].ID] = true
			r.pair(row, candidates[at])
		case asked.holds(row.Credit.Date):
			r.onlyThere = append(r.onlyThere, row)
		}
	}
	for _, c := range credits {
		switch {
		case paired[c.ID]:
		case r.scope.holds(c.Date):
			r.onlyHere = append(r.onlyHere, c)
		case c.Date < r.scope.first:
			r.earlier++
		}
	}
	byRow := func(a, b pair) int { return a.Row.Number - b.Row.Number }
	slices.SortFunc(r.both, byRow)
	slices.SortFunc(r.different, byRow)
}

// pair files a row and its credit by whether they differ.
func (r *reconciling) pair(row transcript.Row, c ledger.Credit) {
	if !r.scope.holds(c.Date) && !r.scope.holds(row.Credit.Date) {
		return
	}
	p := pair{Row: row, Credit: c}
	if row.Credit.Date != c.Date {
		p.Fields = append(p.Fields, pairing.FieldDate)
	}
	if pairing.Title(row.Credit.Title) != pairing.Title(c.Title) {
		p.Fields = append(p.Fields, pairing.FieldTitle)
	}
	if row.Credit.Points != c.Points {
		p.Fields = append(p.Fields, pairing.FieldPoints)
	}
	if p.Fields == nil {
		r.both = append(r.both, p)
	} else {
		r.different = append(r.different, p)
	}
}

// showReconciliation shows a table for each kind of difference, and what to do
// about it.
func (a *app) showReconciliation(r *reconciling) error {
	for _, show := range []func(*reconciling) error{a.showDifferent, a.showOnlyHere, a.showOnlyThere} {
		if err := show(r); err != nil {
			return err
		}
	}
	a.tell("%s: %d in both, %d different, %d only here, %d only there.", words.Count(len(r.file.Rows), "row"),
		len(r.both), len(r.different), len(r.onlyHere), len(r.onlyThere))
	switch {
	case r.credential != "":
		a.tell("Compared are the credits in the window of %s, %s.", r.credential, r.scope)
	case r.scope.first != 0 && r.flags.since.IsZero() && r.earlier > 0:
		a.tell("%s before %s, the first day of the file, %s not compared; --since says from which day to compare.",
			words.Count(r.earlier, "credit"), r.scope.first, words.Verb(r.earlier, "is", "are"))
	}
	return nil
}

// String returns "from 2024-04-01 to 2027-03-31".
func (s dayRange) String() string {
	text := "from " + s.first.String()
	if s.last != 0 {
		text += " to " + s.last.String()
	}
	return text
}

// heading writes the title of a table.
func (a *app) heading(format string, args ...any) {
	fmt.Fprintln(a.env.Out, a.screen().Paint(answer.Strong, fmt.Sprintf(format, args...)))
}

func (a *app) showDifferent(r *reconciling) error {
	if len(r.different) == 0 {
		return nil
	}
	var rows [][]any
	for _, p := range r.different {
		row := []any{p.Credit.ID, p.Row.Number, p.Credit.Title}
		for _, field := range p.Fields {
			rows = append(rows, append(row, field, fieldValue(p.Credit, field), fieldValue(p.Row.Credit, field)))
			row = []any{"", "", ""}
		}
	}
	a.heading("Different: %d", len(r.different))
	if err := a.table("Credit|right; Row|right; Title|cut wide; Field; Here|wrap wide; There|wrap wide", rows); err != nil {
		return err
	}
	a.tell("Correct what is wrong, here with cmp edit %d.", r.different[0].Credit.ID)
	a.tell("Until then cmp import holds such a row back, or takes it for a new credit.")
	fmt.Fprintln(a.env.Out)
	return nil
}

// fieldText returns a field of a credit as it is shown.
func fieldText(c ledger.Credit, field pairing.Field) string { return fmt.Sprint(fieldValue(c, field)) }

// typedColumns are those of a list that somebody types into a form: nothing of
// it is cut.
const typedColumns = "|right; Date; Points|right; Title|wrap wide; Provider|wrap; Topics|wrap; Reference|wrap wide"

func typedRow(number any, c ledger.Credit) []any {
	return []any{number, c.Date, c.Points, c.Title, c.Provider, c.Topics, c.Reference}
}

func (a *app) showOnlyHere(r *reconciling) error {
	if len(r.onlyHere) == 0 {
		return nil
	}
	var rows [][]any
	for _, c := range r.onlyHere {
		rows = append(rows, typedRow(c.ID, c))
	}
	a.heading("Only here, to be typed into the portal: %d", len(r.onlyHere))
	err := a.table("Credit"+typedColumns, rows)
	fmt.Fprintln(a.env.Out)
	return err
}

func (a *app) showOnlyThere(r *reconciling) error {
	if len(r.onlyThere) == 0 {
		return nil
	}
	var rows [][]any
	for _, row := range r.onlyThere {
		rows = append(rows, typedRow(row.Number, row.Credit))
	}
	a.heading("Only there, ready to import: %d", len(r.onlyThere))
	if err := a.table("Row"+typedColumns, rows); err != nil {
		return err
	}
	a.tell("To import: %s", ledger.Command(r.flags.args("import", r.path)))
	fmt.Fprintln(a.env.Out)
	return nil
}

type reconcileAnswer struct {
	Schema     string          `json:"schema" shape:"cmp.reconcile/1" title:"How a transcript differs from the ledger" doc:"Written by cmp reconcile."`
	Since      string          `json:"since" doc:"First day whose credits are compared." empty:"where there is none"`
	Until      string          `json:"until" doc:"Last day whose credits are compared." empty:"where there is none"`
	Credential string          `json:"credential" doc:"Whose credits are compared." empty:"where all are"`
	Rows       int             `json:"rows" doc:"Of the file."`
	Earlier    int             `json:"earlier" doc:"Credits before since."`
	Both       []bothItem      `json:"both"`
	OnlyHere   []onlyHereItem  `json:"only_here"`
	OnlyThere  []onlyThereItem `json:"only_there"`
	Different  []differentItem `json:"different"`
	// Records are what the ledger has, or the transcript where only that has it,
	// and behind it what the transcript has otherwise.
	Records []reconcileRecord `records:"state credit row date title provider points topics reference there_date=There.date there_title=There.title there_points=There.points"`
}

type bothItem struct {
	Credit int64 `json:"credit" doc:"Number of the credit."`
	Row    int   `json:"row" doc:"Row of the file."`
}

type onlyHereItem struct {
	Credit int64 `json:"credit" doc:"Number of the credit."`
	enteredItem
}

type onlyThereItem struct {
	Row  int `json:"row" doc:"Row of the file."`
	Line int `json:"line" doc:"Line of the file."`
	enteredItem
}

// An enteredItem is what a portal has of an activity.
type enteredItem struct {
	Date      ledger.Date          `json:"date"`
	Title     string               `json:"title"`
	Provider  string               `json:"provider" empty:"where it is not known"`
	Points    ledger.Points        `json:"points"`
	Topics    []ledger.CreditTopic `json:"topics"`
	Reference string               `json:"reference" empty:"where there is none"`
}

type differentItem struct {
	bothItem
	Fields []sidesItem `json:"fields"`
}

// sidesItem is a field that differs.
type sidesItem struct {
	Field pairing.Field `json:"field" enum:"date,title,points"`
	Here  any           `json:"here" as:"text-or-number" doc:"A day, a text or points, as the field is."`
	There any           `json:"there" as:"text-or-number" doc:"A day, a text or points, as the field is."`
}

type reconcileRecord struct {
	State  string `json:"state"`
	Credit string `json:"credit"`
	Row    string `json:"row"`
	enteredItem
	There struct {
		Date   string `json:"date"`
		Title  string `json:"title"`
		Points string `json:"points"`
	}
}

func entered(c ledger.Credit) enteredItem {
	return enteredItem{c.Date, c.Title, c.Provider, c.Points, c.Topics, c.Reference}
}

// fieldValue returns a field of a credit as JSON has it.
func fieldValue(c ledger.Credit, field pairing.Field) any {
	switch field {
	case pairing.FieldDate:
		return c.Date
	case pairing.FieldPoints:
		return c.Points
	case pairing.FieldProvider:
		return c.Provider
	case pairing.FieldReference:
		return c.Reference
	case pairing.FieldURL:
		return c.URL
	case pairing.FieldTopics:
		return ledger.FormatCreditTopics(c.Topics)
	}
	return c.Title
}

func (r *reconciling) answer() reconcileAnswer {
	out := reconcileAnswer{
		Since: r.scope.first.String(), Until: r.scope.last.String(), Credential: r.credential, Rows: len(r.file.Rows), Earlier: r.earlier,
	}
	record := func(state, credit, row string, c ledger.Credit) *reconcileRecord {
		out.Records = append(out.Records, reconcileRecord{State: state, Credit: credit, Row: row, enteredItem: entered(c)})
		return &out.Records[len(out.Records)-1]
	}
	for _, p := range r.both {
		out.Both = append(out.Both, bothItem{p.Credit.ID, p.Row.Number})
		record("both", id(p.Credit), strconv.Itoa(p.Row.Number), p.Credit)
	}
	for _, p := range r.different {
		different := differentItem{bothItem: bothItem{p.Credit.ID, p.Row.Number}}
		there := &record("different", id(p.Credit), strconv.Itoa(p.Row.Number), p.Credit).There
		for _, field := range p.Fields {
			different.Fields = append(different.Fields, sidesItem{field, fieldValue(p.Credit, field), fieldValue(p.Row.Credit, field)})
			*map[pairing.Field]*string{
				pairing.FieldDate: &there.Date, pairing.FieldTitle: &there.Title, pairing.FieldPoints: &there.Points,
			}[field] = fieldText(p.Row.Credit, field)
		}
		out.Different = append(out.Different, different)
	}
	for _, c := range r.onlyHere {
		out.OnlyHere = append(out.OnlyHere, onlyHereItem{c.ID, entered(c)})
		record("only_here", id(c), "", c)
	}
	for _, row := range r.onlyThere {
		out.OnlyThere = append(out.OnlyThere, onlyThereItem{row.Number, row.Line, entered(row.Credit)})
		record("only_there", "", strconv.Itoa(row.Number), row.Credit)
	}
	return out
}
