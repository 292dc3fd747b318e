package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// importFlags say how to read a file and what to do with it.
type importFlags struct {
	readFlags
	skipBad, update, restore, addAlike bool
	only                               []int
	rows                               string // as --only was given
	join                               int64
}

func (a *app) newImport() *cobra.Command {
	var f importFlags
	var options transcript.Options
	cmd := a.writing(&cobra.Command{
		Use:   "import FILE",
		Short: "Import credits from a CSV file or a workbook",
		Long: `Import credits from a CSV file: one that cmp wrote, or a transcript of a portal
or provider, whose columns are found by what they are called, also below lines of
a preamble. UTF-8, UTF-16 and Windows-1252 are told apart, and so are commas,
semicolons, tabs and pipes. Of a workbook (.xlsx) one sheet is read. - reads from
standard input.

A profile says once for all what the files of one portal mean: columns, dates,
units, categories (cmp profile --help). The other flags go before it.

Importing a file again adds nothing, whatever flags read it, as long as they read
the same days, titles and points. A row that says more than its credit, or
something else, is written with --update. A row that only looks like a credit is
held back: --only 7 --add-alike adds it as another one, --only 7 --join 12 says
that it is credit 12. On a terminal you are asked.

Rows whose status says failed, enrolled, planned or the like are left out, and so
are totals. All other rows are imported or none, unless --skip-bad is given. It
keeps the rows that are not usable in FILE.rejected.csv, with what is wrong with
each behind its cells: mend them there and import that file with the same flags.

Topics that are not understood are kept in the note of the credit, and the report
says how to set them.`,
		Example: `  cmp import transcript.csv --dry-run
  cmp import labce.csv --map title="Course Title" --map-topic "Transfusion Medicine=blood-banking"
  cmp import history.xlsx --profile ce-broker --sheet History
  cmp import portal.csv --date-format DD/MM/YYYY --skip-bad
  cmp import transcript.csv --only 7,9 --add-alike`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err := oneArgument("a file")(cmd, args); err != nil {
				return err
			}
			if err := f.check(cmd.Flags().Changed("join")); err != nil {
				return err
			}
			options, err = f.options()
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.importFile(ctx, args[0], f, options) }),
	})
	flags := cmd.Flags()
	f.readFlags.add(a, cmd)
	flags.BoolVar(&f.skipBad, "skip-bad", false, "import the other rows, and keep those that are not usable in FILE.rejected.csv")
	flags.BoolVar(&f.update, "update", false, "write what rows say otherwise, or more, than the credits that are there")
	flags.BoolVar(&f.restore, "restore", false, "bring back credits that were removed by hand")
	flags.StringVar(&f.rows, "only", "", "import only these `rows`, such as 7,9")
	flags.BoolVar(&f.addAlike, "add-alike", false, "add rows too that look like credits: they are others")
	flags.Int64Var(&f.join, "join", 0, "the one row of --only is the credit of this `number`")
	return cmd
}

// check reads the numbers of rows, and refuses flags that do not go together.
func (f *importFlags) check(joins bool) error {
	f.only = nil
	for word := range strings.SplitSeq(f.rows, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if f.rows != "" && (err != nil || n < 1) {
			return usage("--only %q: not the numbers of rows", f.rows).try("such as --only 7,9")
		}
		if f.rows != "" {
			f.only = append(f.only, n)
		}
	}
	switch {
	case joins && f.join < 1:
		return usage("--join %d: not the number of a credit", f.join).try("such as --only 7 --join 12")
	case f.join != 0 && len(f.only) != 1:
		return usage("--join %d: needs the one row that is that credit", f.join).try("such as --only 7 --join %d", f.join)
	case f.join != 0 && f.addAlike:
		return usage("--join and --add-alike: contradict each other").try("give one of them")
	}
	return nil
}

// choices are what the flags say of rows that look like credits.
func (f importFlags) choices(rows []transcript.Row) map[int]actions.Choice {
	choices := map[int]actions.Choice{}
	if !f.addAlike && f.join == 0 {
		return choices
	}
	for _, row := range rows {
		if len(f.only) == 0 || slices.Contains(f.only, row.Number) {
			choices[row.Number] = actions.Choice{Add: f.addAlike, Join: f.join}
		}
	}
	return choices
}

// An importJob is an import on its way, with what it was read from.
type importJob struct {
	actions.Import
	reading
	flags    importFlags
	rejects  rejectsFile
	progress *answer.Progress
	unheld   bool // the ledger has no credential that the credits could serve
}

func (a *app) importFile(ctx context.Context, path string, f importFlags, o transcript.Options) error {
	job := &importJob{flags: f, progress: a.newProgress()}
	defer job.progress.End()
	p, err := a.profileOf(f.readFlags)
	if err != nil {
		return err
	}
	c, err := a.readContent(path, f.sheet, p.Sheet)
	if err != nil {
		return err
	}
	if exchange.Recognize(c.data) {
		return a.importLedger(ctx, transcriptName(path), c.data, f)
	}
	if job.reading, err = a.understand(path, c, o.Over(p.Options)); err != nil {
		return err
	}
	job.Import = actions.Import{
		File: job.name, Rows: job.file.Rows, Update: f.update, Restore: f.restore,
		Only: f.only, Choices: f.choices(job.file.Rows), Step: job.progress.Step,
	}
	if a.dryRun {
		job.Step = func(what string, done, of int) {
			if what == "writing" {
				what = "trying out"
			}
			job.progress.Step(what, done, of)
		}
	}
	if err := job.checkOnly(); err != nil {
		return err
	}
	if job.refused() {
		err = a.judgeImport(ctx, job)
	} else {
		err = a.importUsable(ctx, job)
	}
	job.progress.End()
	if err != nil {
		return err
	}
	if err := a.printImport(job); err != nil {
		return err
	}
	if job.refused() {
		return a.nothingImported(job)
	}
	return nil
}

// checkOnly refuses numbers that no row has.
func (job *importJob) checkOnly() error {
	for _, n := range job.flags.only {
		if !slices.ContainsFunc(job.Rows, func(r transcript.Row) bool { return r.Number == n }) {
			return badFile("%s: has no row %d that is a credit", job.name, n).try("--dry-run shows the rows with their numbers")
		}
	}
	return nil
}

// judgeImport compares the rows with the ledger, and writes nothing.
func (a *app) judgeImport(ctx context.Context, job *importJob) error {
	return a.preview(ctx, func(tx *store.Tx) error { return job.Judge(ctx, tx) })
}

// importUsable imports the rows that are usable, and keeps the others in a
// file of their own. Either both is done or nothing. Where somebody can answer,
// it asks first what rows are that look like credits.
func (a *app) importUsable(ctx context.Context, job *importJob) error {
	if err := a.placeRejects(job); err != nil {
		return err
	}
	if a.env.canAsk() && job.path != "-" && !a.dryRun && a.settings.Format == answer.Table {
		if err := a.judgeImport(ctx, job); err != nil {
			return err
		}
		job.progress.End()
		if err := a.askAlike(job); err != nil {
			return err
		}
	}
	err := a.update(ctx, func(tx *store.Tx) (string, error) {
		if err := job.Judge(ctx, tx); err != nil {
			return "", err
		}
		if err := job.Write(ctx, tx, a.judgeOn(a.today)); err != nil {
			return "", err
		}
		held, err := tx.Credentials(ctx)
		if err != nil {
			return "", err
		}
		job.unheld = len(held) == 0
		return "import of " + job.name + ": " + job.Did(), a.writeRejects(job)
	})
	if err != nil {
		job.rejects.takeBack()
	}
	return err
}

// askAlike asks of each row that looks like a credit whether it is that one.
// What is not answered stays held back.
func (a *app) askAlike(job *importJob) error {
	all := ""
	for _, v := range job.held() {
		answer := all
		if answer == "" {
			if err := a.showHeld([]actions.Verdict{v}); err != nil {
				return err
			}
			for answer = "?"; !slices.Contains([]string{"", "y", "yes", "n", "no", "l", "later"}, strings.ToLower(answer)); {
				answer = a.answer(fmt.Sprintf("Row %d: the same as credit %d? [y]es, [n]o, [l]ater; in capitals for all that follow",
					v.Row.Number, v.Slot.Credit.ID))
			}
			if answer != strings.ToLower(answer) {
				all = answer
			}
		}
		switch strings.ToLower(answer) {
		case "y", "yes":
			job.Choices[v.Row.Number] = actions.Choice{Join: v.Slot.Credit.ID}
		case "n", "no":
			job.Choices[v.Row.Number] = actions.Choice{Add: true}
		}
	}
	return nil
}

// held returns the verdicts on rows that are held back.
func (job *importJob) held() (all []actions.Verdict) {
	for _, v := range job.Verdicts {
		if v.Outcome == actions.Held {
			all = append(all, v)
		}
	}
	return all
}

// refused reports whether rows that are not usable keep the others out.
func (job *importJob) refused() bool { return len(job.rejected()) > 0 && !job.flags.skipBad }

// nothingImported is the failure of an import with rows that are not usable.
func (a *app) nothingImported(job *importJob) error {
	f := job.badRows(", so none was imported")
	if a.dryRun && a.settings.Format != answer.JSON {
		f.details = nil // the table has them
	}
	if !job.file.DecimalComma && job.hasOtherDecimals() {
		return f.try("decimals with a comma need a profile that says decimal: comma, which cmp profile new %s --name NAME drafts; "+
			"else mend the file, or import the rest with --skip-bad", job.name)
	}
	return f.try("mend the file, or import the rest with --skip-bad")
}

func (a *app) printImport(job *importJob) error {
	if a.settings.Format == answer.JSON {
		return a.print(job.answer(a.dryRun))
	}
	if job.refused() && !a.dryRun {
		return nil // the failure says it all
	}
	if a.dryRun {
		if err := a.table("Row|right; Date; Points|right dash; Title|cut wide; Outcome|wrap wide", job.rows()); err != nil {
			return err
		}
	}
	a.tell("%s", job.sum(a.dryRun))
	if err := a.tellHeld(job); err != nil {
		return err
	}
	for _, e := range job.Edited {
		for _, line := range a.saidOfTrimmed(e.Credit, e.Trimmings) {
			a.tell("%s", line)
		}
	}
	for _, line := range job.hints(a.today, a.dryRun) {
		a.tell("%s", line)
	}
	switch {
	case a.dryRun || job.Count(actions.New) == 0:
	case job.unheld:
		a.tell("Next: cmp credential add CODE --expires DATE")
	case !a.auto():
		a.tell("Next: cmp allocate --auto")
	}
	return nil
}

// sum says what became of the rows: "18 rows: 12 added (15.5 points), 2 already
// there, 2 left out (in progress, failed), 1 total line."
func (job *importJob) sum(dryRun bool) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, text))
		}
	}
	if dryRun {
		add(job.Count(actions.New), "new"+job.worth())
	} else {
		parts = append(parts, fmt.Sprintf("%d added%s", job.Count(actions.New), job.worth()))
	}
	removed := "removed earlier"
	if job.Restore {
		removed = "restored"
	}
	add(job.Count(actions.There), "already there")
	add(job.Updated(), "of these updated")
	add(job.Count(actions.Changed), "changed")
	add(job.Count(actions.Removed), removed)
	add(job.Count(actions.Held), "held back")
	add(job.Count(actions.Passed), "not asked for")
	add(job.Count(actions.Rejected), "rejected")
	add(len(job.file.LeftOut), "left out"+job.statuses())
	if n := job.file.Sums; n > 0 {
		parts = append(parts, words.Count(n, "total line"))
	}
	add(job.file.SkippedRows, "skipped by the profile")
	if len(parts) == 0 {
		parts = append(parts, "nothing is below the header")
	}
	return fmt.Sprintf("%s: %s.", words.Count(job.records(), "row"), strings.Join(parts, ", "))
}

// records counts the rows of the file, whatever became of them.
func (job *importJob) records() int { return job.allRows() + job.file.Sums }

// worth says in brackets what the new rows are worth together, or nothing.
func (job *importJob) worth() string {
	var sum ledger.Points
	for _, v := range job.Verdicts {
		if v.Outcome == actions.New {
			sum += v.Row.Credit.Points
		}
	}
	if sum == 0 {
		return ""
	}
	return " (" + words.Points(sum) + ")"
}

// statuses says in brackets what rows that are left out say of themselves.
func (job *importJob) statuses() string {
	var all []string
	for _, row := range job.file.LeftOut {
		if text := strings.ToLower(row.Status); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	const most = 4
	if len(all) > most {
		all = append(all[:most:most], fmt.Sprintf("and %d more", len(all)-most))
	}
	return " (" + strings.Join(all, ", ") + ")"
}

// mostLines is how many lines of one kind a report has, so that the others are
// not lost among them.
const mostLines = 10

// atMost returns the first lines, and one that says where the rest is.
func atMost(lines []string, rest string) []string {
	if len(lines) <= mostLines+1 { // one more takes no more room than saying so
		return lines
	}
	return append(lines[:mostLines:mostLines], fmt.Sprintf("and %d more%s", len(lines)-mostLines, rest))
}

// tellHeld shows the rows that are held back, each above the credit that it looks
// like, and the commands that say what they are.
func (a *app) tellHeld(job *importJob) error {
	held := job.held()
	if len(held) == 0 {
		return nil
	}
	a.tell("%s held back, since %s a credit you have:", words.Verb(len(held), "1 row is", fmt.Sprint(len(held), " rows are")),
		words.Verb(len(held), "it looks like", "each looks like"))
	shown := held[:min(len(held), mostLines)]
	if err := a.showHeld(shown); err != nil {
		return err
	}
	if len(shown) < len(held) {
		a.tell("and %d more: --format json lists them", len(held)-len(shown))
	}
	var numbers []string
	for _, v := range held {
		numbers = append(numbers, strconv.Itoa(v.Row.Number))
	}
	command := job.flags.command(job.path)
	first := append(slices.Clone(command), "--only", numbers[0], "--join", strconv.FormatInt(held[0].Slot.Credit.ID, 10))
	same := "The same:   "
	if len(held) > 1 {
		same = "The same, one by one:   "
	}
	screen := a.screen()
	screen.Item("  ", same+ledger.Command(first).As(a.name))
	screen.Item("  ", words.Verb(len(held), "Another one: ", "Others, all: ")+ledger.Command(append(command, "--only", strings.Join(numbers, ","), "--add-alike")).As(a.name))
	return nil
}

// command returns the import of a file as it was given, but for what was said of
// rows.
func (f importFlags) command(path string) []string {
	args := f.args("import", path)
	if f.skipBad {
		args = append(args, "--skip-bad")
	}
	return args
}

// showHeld shows rows, each above the credit that it looks like.
func (a *app) showHeld(held []actions.Verdict) error {
	numbered := slices.ContainsFunc(held, func(v actions.Verdict) bool { return v.Row.Credit.Reference != "" && v.Slot.Credit.Reference != "" })
	var rows [][]any
	add := func(what string, number any, c ledger.Credit) {
		if !numbered {
			c.Reference = ""
		}
		rows = append(rows, []any{fmt.Sprint(what, " ", number), c.Date, c.Points, c.Title, c.Provider, c.Reference})
	}
	for _, v := range held {
		add("row", v.Row.Number, v.Row.Credit)
		add("credit", v.Slot.Credit.ID, v.Slot.Credit)
	}
	return a.table("; Date; Points|right; Title|cut wide; Provider|cut from72; Reference|cut any", rows)
}

// rows shows what each row is to the ledger.
func (job *importJob) rows() [][]any {
	rows := make([][]any, len(job.Verdicts))
	for i, v := range job.Verdicts {
		c := v.Row.Credit
		if v.Row.Text != "" {
			c.Title = v.Row.Text // all that there is to know it by
		}
		outcome := answer.Cell{Text: job.outcome(v)}
		if v.Outcome == actions.Rejected {
			outcome.Style = answer.Warning
		}
		rows[i] = []any{v.Row.Number, c.Date, c.Points, c.Title, outcome}
	}
	return rows
}

// outcome says what a row is to the ledger, and what is done with it.
func (job *importJob) outcome(v actions.Verdict) string {
	of := fmt.Sprintf("credit %d", v.Credit())
	switch v.Outcome {
	case actions.There:
		text := "already there (" + of + ")"
		if len(v.More) > 0 {
			text += "; knows more: " + strings.Join(words.Of(v.More), ", ")
		}
		return text
	case actions.Changed:
		return fmt.Sprintf("changed: %s (%s)", strings.Join(differences(v), ", "), of)
	case actions.Removed:
		if job.Restore {
			return "restored (" + of + ")"
		}
		return "removed earlier (" + of + ")"
	case actions.Held:
		return fmt.Sprintf("held back: looks like credit %d", v.Slot.Credit.ID)
	case actions.Passed:
		return "not asked for"
	case actions.Rejected:
		p := *v.Row.Problem
		p.Value, _ = unlike(p.Value, "")
		return "rejected: " + p.Error()
	}
	if v.Nth > 1 {
		return fmt.Sprintf("new, the %s of its kind", humanize.Ordinal(v.Nth))
	}
	return "new"
}

// differences says what a changed row has otherwise than its credit: "points
// 1 -> 1.5".
func differences(v actions.Verdict) []string {
	var all []string
	for _, field := range v.Changed {
		before, after := fieldText(v.Of.Credit, field), fieldText(v.Row.Credit, field)
		if field == pairing.FieldTitle {
			before, after = unlike(before, after)
			before, after = strconv.Quote(before), strconv.Quote(after)
		}
		all = append(all, fmt.Sprintf("%s %s -> %s", field, before, after))
	}
	return all
}

// unlike shortens two texts to where they differ: of what they begin with in
// common a few words are kept, and what follows is cut.
func unlike(a, b string) (shortA, shortB string) {
	const most, context = 50, 12
	x, y := []rune(a), []rune(b)
	if max(len(x), len(y)) <= most {
		return a, b
	}
	same := 0
	for same < min(len(x), len(y)) && x[same] == y[same] {
		same++
	}
	from := max(0, same-context)
	short := func(r []rune) string {
		text := string(r[from:min(len(r), from+most)])
		if from > 0 {
			text = "..." + text
		}
		if len(r) > from+most {
			text += "..."
		}
		return text
	}
	return short(x), short(y)
}

// hints says what to do about rows that are not simply new or there.
func (job *importJob) hints(today ledger.Date, dryRun bool) []string {
	var lines, odd, changed []string
	var again, first []int64
	more := map[pairing.Field]bool{}
	knowing, future := 0, 0
	for _, v := range job.Verdicts {
		c := v.Row.Credit
		switch {
		case v.Outcome == actions.Changed && !job.Update && !dryRun: // a dry run has a table
			changed = append(changed, fmt.Sprintf("Row %d, credit %d: %s", v.Row.Number, v.Credit(), strings.Join(differences(v), ", ")))
		case v.Outcome == actions.There && len(v.More) > 0:
			knowing++
			for _, field := range v.More {
				more[field] = true
			}
		case v.Outcome != actions.New:
			continue
		case c.Points > oddPoints:
			odd = append(odd, fmt.Sprintf("Row %d is worth %s: is that so?", v.Row.Number, words.Points(c.Points)))
		case c.Date < today-oddDays:
			odd = append(odd, fmt.Sprintf("Row %d is of %s: is that so?", v.Row.Number, c.Date))
		}
		if v.Outcome == actions.New && v.Nth > 1 {
			again = append(again, int64(v.Row.Number))
			first = append(first, c.ID)
		}
		if v.Outcome == actions.New && c.Date > today {
			future++
		}
	}
	add := func(is bool, format string, args ...any) {
		if is {
			lines = append(lines, fmt.Sprintf(format, args...))
		}
	}
	n := job.Count(actions.Changed)
	add(n > 0 && !job.Update, "%s %s another date, title or points than the credit has, which stays: --update writes it", words.Count(n, "row"), words.Verb(n, "says", "say"))
	lines = append(lines, atMost(changed, "")...)
	add(knowing > 0 && !job.Update, "%s %s more than the credit (%s): --update fills it in", words.Count(knowing, "row"), words.Verb(knowing, "knows", "know"),
		strings.Join(words.Of(slices.Sorted(maps.Keys(more))), ", "))
	n = job.Count(actions.Removed)
	add(n > 0 && !job.Restore, "You removed %s earlier, and %s: --restore brings %s back", words.Count(n, "credit"),
		words.Verb(n, "it stays removed", "they stay removed"), words.Verb(n, "it", "them"))
	mend := "counts once more"
	if !dryRun {
		mend = "was added too. If you took it once: cmp remove " + words.Numbers(first, " ")
	}
	rows := words.Numbers(again, ", ")
	add(len(again) > 0, "%s an earlier row of this file, and %s", words.Verb(len(again), "Row "+rows+" repeats", "Each of the rows "+rows+" repeats"), mend)
	add(future > 0, "%s %s dated in the future, and %s from that day on", words.Count(future, "row"), words.Verb(future, "is", "are"), words.Verb(future, "counts", "count"))
	return slices.Concat(lines, atMost(odd, ""), job.leftOutLines(), job.rejectLines(dryRun), job.topicLines(dryRun))
}

// What a row of a transcript hardly ever has: minutes taken for points, and
// a day that somebody mistyped.
const (
	oddPoints = 100_00
	oddDays   = 30 * 365
)

// leftOutLines lists the rows whose status says that nothing was earned.
func (job *importJob) leftOutLines() []string {
	var lines []string
	for _, row := range job.file.LeftOut {
		lines = append(lines, fmt.Sprintf("Left out: row %d, %s (%s)", row.Row, row.Title, row.Status))
	}
	if len(lines) > 0 {
		lines = append(atMost(lines, ""), "--keep-status takes rows whatever their status")
	}
	return lines
}

// rejectLines says which rows were left out and why, all of them where no file
// does. The table of a dry run has said it already.
func (job *importJob) rejectLines(dryRun bool) []string {
	rows := job.rejected()
	if len(rows) == 0 || dryRun || !job.flags.skipBad {
		return nil
	}
	var lines []string
	for _, row := range rows {
		lines = append(lines, "Rejected: "+badRow(row))
	}
	if job.rejects.path == "" {
		return lines
	}
	see := fmt.Sprintf("%d rejected: see %s; when mended: %s", len(rows), job.rejects.path, job.mend())
	return append(atMost(lines, ""), see)
}

// topicLines says which topics nobody understood, each with the command that
// mends it.
func (job *importJob) topicLines(dryRun bool) []string {
	var lines []string
	for _, t := range unknownTopics(job.newRows()) {
		var ids []int64
		for _, row := range t.rows {
			ids = append(ids, row.Credit.ID)
		}
		mend := fmt.Sprintf("cmp edit %s --topic TOPIC", words.Numbers(ids, " "))
		if dryRun {
			mend = fmt.Sprintf("--map-topic %q", t.text+"=TOPIC")
		}
		lines = append(lines, fmt.Sprintf("Topic %q of %s is not understood and was kept in the note: %s", t.text, words.Count(len(t.rows), "row"), mend))
	}
	slices.Sort(lines)
	return atMost(lines, ": cmp list --no-topic")
}

// newRows returns the rows that were added, or in a dry run would be.
func (job *importJob) newRows() iter.Seq[*transcript.Row] {
	return func(yield func(*transcript.Row) bool) {
		for _, v := range job.Verdicts {
			if v.Outcome == actions.New && !yield(v.Row) {
				return
			}
		}
	}
}

// importAnswer is what cmp import says to programs.
type importAnswer struct {
	Schema       string         `json:"schema" shape:"cmp.import/1" title:"What became of a file that was imported" doc:"Written by cmp import. merged, conflicts and told are there where the file is one of cmp export ledger."`
	Batch        int64          `json:"batch" min:"0" doc:"Number of the import. 0 where nothing was added."`
	DryRun       bool           `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Rows         int            `json:"rows" doc:"Rows of the file, or records."`
	Added        int            `json:"added"`
	Duplicates   int            `json:"duplicates" doc:"That the ledger has already."` // those that were removed earlier too
	Changed      int            `json:"changed" doc:"That the ledger has otherwise."`
	Updated      int            `json:"updated" doc:"Credits that were changed to what the file says."`
	Rejected     int            `json:"rejected"`
	LookAlikes   int            `json:"look_alikes" doc:"Rows that are held back, since each looks like a credit."`
	LeftOut      int            `json:"left_out" doc:"Rows whose status says that nothing was earned."`
	Totals       int            `json:"totals" doc:"Lines that sum up others, or stand below the table."`
	Understood   string         `json:"understood" doc:"How the file was."`
	NotRead      []unreadColumn `json:"not_read" doc:"Columns that are not read."`
	Rejects      []rejectedRow  `json:"rejects" doc:"Rows that are not usable."`
	RejectedFile string         `json:"rejected_file" doc:"Path of the file with the rows that are not usable." empty:"where none was written"`
	Changes      []importChange `json:"changes" doc:"Rows that say something else, or more, than their credit, whether or not that was written."`
	Held         []heldRow      `json:"held" doc:"Rows that are held back."`
}

type unreadColumn struct {
	Column    string           `json:"column"`
	LooksLike transcript.Field `json:"looks_like" doc:"Field that its cells look like: topics, points, date, status." empty:"where they look like none"`
	Flag      string           `json:"flag" doc:"Flag of cmp import that reads it so." empty:"where it looks like nothing"`
}

// rejectedRow is a row that is not usable.
type rejectedRow struct {
	Row     int    `json:"row" doc:"Row of the file, the header being the first."`
	Line    int    `json:"line" doc:"Line of the file on which it begins, from 1."`
	Column  string `json:"column" doc:"Column, as the file names it." empty:"where it is the row as a whole"`
	Value   string `json:"value" doc:"What stands there."`
	Message string `json:"message" doc:"What is wrong with it."`
}

type importChange struct {
	Row    int            `json:"row" doc:"Row of the file."`
	Line   int            `json:"line" doc:"Line of the file."`
	Credit int64          `json:"credit" doc:"Number of the credit."`
	Fields []changedField `json:"fields"`
}

// changedField is a field that differs.
type changedField struct {
	Field  string `json:"field" doc:"Name of the field."`
	Before any    `json:"before" doc:"A text, a number, true, false, a list or null, as the field is."`
	After  any    `json:"after" doc:"As before."`
}

// heldRow is a row that looks like a credit.
type heldRow struct {
	Row    int   `json:"row" doc:"Row of the file."`
	Line   int   `json:"line" doc:"Line of the file."`
	Credit int64 `json:"credit" doc:"Number of the credit that it looks like."`
}

// answer is what became of the file. With rows that keep the others out nothing
// was added.
func (job *importJob) answer(dryRun bool) importAnswer {
	out := importAnswer{
		Batch: job.Batch, DryRun: dryRun, Rows: job.records(), Added: job.Count(actions.New),
		Duplicates: job.Count(actions.There), Changed: job.Count(actions.Changed), Updated: job.Updated(),
		Rejected: job.Count(actions.Rejected), LookAlikes: job.Count(actions.Held), LeftOut: len(job.file.LeftOut), Totals: job.file.Sums,
		Understood: job.file.Assumptions(), Rejects: job.rejectedRows(),
	}
	if n := job.Count(actions.Removed); job.Restore {
		out.Added += n
	} else {
		out.Duplicates += n
	}
	if dryRun {
		out.Batch = 0
	}
	if job.refused() {
		out.Added = 0
	}
	if job.rejects.written || job.rejects.there {
		out.RejectedFile = job.rejects.path
	}
	for _, c := range job.file.Unread {
		out.NotRead = append(out.NotRead, unreadColumn{c.Header, c.Like, c.Flag()})
	}
	for _, v := range job.Verdicts {
		switch {
		case v.Outcome == actions.Held:
			out.Held = append(out.Held, heldRow{v.Row.Number, v.Row.Line, v.Slot.Credit.ID})
		case v.Outcome == actions.Changed || v.Outcome == actions.There && len(v.More) > 0:
			c := importChange{v.Row.Number, v.Row.Line, v.Credit(), nil}
			for _, field := range slices.Concat(v.Changed, v.More) {
				c.Fields = append(c.Fields, changedField{string(field), fieldValue(v.Of.Credit, field), fieldValue(v.Row.Credit, field)})
			}
			out.Changes = append(out.Changes, c)
		}
	}
	return out
}

// A rejectsFile is where an import keeps the rows that are not usable.
type rejectsFile struct {
	path    string // "" when there are none, or no file for them
	there   bool   // with those very rows
	written bool
}

// placeRejects finds out where to keep the rows that are not usable: beside
// the file that they come from. What is there already is left alone: it may be
// the work of an hour.
func (a *app) placeRejects(job *importJob) error {
	if len(job.rejected()) == 0 {
		return nil
	}
	if info, err := os.Stat(job.path); job.path == "-" || err == nil && !info.Mode().IsRegular() {
		return nil // a pipe has nothing beside it
	}
	path := job.path + ".rejected.csv"
	if err := a.writable(path, true); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		job.rejects.path = path
		return nil
	}
	if err == nil && !info.Mode().IsRegular() {
		return notOurs(path)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		return badFile("%s: %s", path, fileReason(err))
	}
	var again bytes.Buffer
	switch err := transcript.WriteRejected(&again, job.file); {
	case err != nil:
		return err
	case bytes.Equal(before, again.Bytes()):
		job.rejects.path, job.rejects.there = path, true
		return nil
	case transcript.IsRejected(before):
		return refused("%s: holds rows that an earlier import rejected, and you may have mended; nothing was imported", path).
			try("import that first, then remove it or move it away, and repeat the command")
	}
	return notOurs(path)
}

func notOurs(path string) error {
	return refused("%s: exists already, and holds no rows that an import rejected; nothing was imported", path).
		try("move it away, and repeat the command")
}

// writeRejects keeps the rows that are not usable.
func (a *app) writeRejects(job *importJob) error {
	if job.rejects.path == "" || job.rejects.there || a.dryRun {
		return nil
	}
	err := a.writeFile(job.rejects.path, false, func(w io.Writer) error { return transcript.WriteRejected(w, job.file) })
	job.rejects.written = err == nil
	var f *failure
	if errors.As(err, &f) {
		return f.try("nothing was imported; import from a folder that can be written to")
	}
	return err
}

// takeBack removes what was written, after an import that came to nothing.
func (r *rejectsFile) takeBack() {
	if r.written {
		_ = os.Remove(r.path)
	}
	r.written = false
}

// mend returns the command that imports the rows that were kept, once they are
// mended. It names the order of day and month, which a few rows may not show.
func (job *importJob) mend() string {
	flags := job.flags.readFlags
	flags.sheet = "" // it is text, whatever they came from
	args := flags.args("import", job.rejects.path)
	if job.flags.dateFormat != "" {
		return ledger.Command(args).As("cmp")
	}
	for format := range strings.SplitSeq(job.file.DateFormat, " and ") {
		var known transcript.DateFormat
		if known.UnmarshalText([]byte(format)) == nil && known != "" && known != "YYYY-MM-DD" {
			return ledger.Command(append(args, "--date-format", string(known))).As("cmp")
		}
	}
	return ledger.Command(args).As("cmp")
}
