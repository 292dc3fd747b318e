package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/suggest"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// importFlags say how to read a file and what to do with it.
type importFlags struct {
	readFlags
	skipBad, update, restore, addAlike bool
	yes                                bool
	only                               []int
	join                               int64
	given                              string // a flag that goes with a file of credits alone, or ""
}

func (a *app) newImport() *cobra.Command {
	var f importFlags
	var options transcript.Options
	cmd := a.writing(&cobra.Command{
		Use:   "import FILE...",
		Short: "Import transcripts and certificates, or a folder of them",
		Long: `Import transcripts and certificates: one file, several, or a whole folder. The
name - is standard input. cmp looks at what is in a file, not at its name.
Importing a file again adds nothing.

A transcript is a table: CSV, a workbook of Excel or LibreOffice (.xlsx, .ods),
a saved page (.html), a mail (.eml) or a PDF. cmp finds the columns by their
headings. If it cannot, say what they mean with --map, or for all files of a
portal with a profile (cmp profile --help). A flag wins over the profile.

A certificate is a PDF, a page, a mail or a text. It becomes a credit if title,
day and points are certain, and cmp keeps the file as its proof. On a terminal
you are asked first. Elsewhere --yes writes what is certain, and cmp lists the
rest with what is missing. If you have the credit already, the certificate is
kept with it. A photo or a scan has no text that cmp can read: add its credit
with cmp add.

If a row says more than its credit, or something else, --update changes the
credit. If a row only looks like a credit, it is held back and you are asked.
--only 7 --join 12 says that row 7 is credit 12; --only 7 --add-alike adds it as
another credit.

Rows with a status such as failed, enrolled or planned are left out. Totals, and
rows of another person than --holder, are left out too. If one of the other rows
cannot be used, nothing is imported. --skip-bad imports the rest: then correct
the bad rows and import the file again.

If cmp does not know a topic, it keeps the text in the note of the credit, and
says how to set the topic.`,
		Example: `  cmp import transcript.csv --dry-run
  cmp import certificates/ --yes
  cmp import labce.csv --map title="Course Title" --map-topic "Transfusion Medicine=blood-banking"
  cmp import history.xlsx --profile ce-broker --sheet History
  cmp import portal.csv --date-format DD/MM/YYYY --skip-bad
  cmp import transcript.csv --only 7,9 --add-alike`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err := someArguments("a file or a folder")(cmd, args); err != nil {
				return err
			}
			for _, word := range args {
				_, err := os.Stat(word)
				switch f := cmd.Flags().Lookup(word); {
				case !errors.Is(err, fs.ErrNotExist):
				case f != nil && f.NoOptDefVal != "":
					return usage("%s: no such file", word).try("did you mean --%s?", word)
				case isID(word):
					return usage("%s: no such file", word)
				}
			}
			switch {
			case cmd.Flags().Changed("join") && f.join < 1:
				return usage("--join %d: not the number of a credit", f.join).try("such as --only 7 --join 12")
			case f.join != 0 && len(f.only) != 1:
				return usage("--join %d: say which row is that credit", f.join).try("such as --only 7 --join %d", f.join)
			case f.join != 0 && f.addAlike:
				return usage("--join and --add-alike: contradict each other").try("give one of them")
			}
			cmd.LocalNonPersistentFlags().VisitAll(func(flag *pflag.Flag) {
				if flag.Changed && flag.Name != "dry-run" {
					f.given = "--" + flag.Name
				}
			})
			options, err = f.options()
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.importFiles(ctx, args, f, options) }),
	})
	flags := cmd.Flags()
	f.readFlags.add(flags)
	flags.BoolVar(&f.skipBad, "skip-bad", false, "import the other rows when some cannot be used")
	flags.BoolVar(&f.update, "update", false, "change a credit where its row says more, or something else")
	flags.BoolVar(&f.restore, "restore", false, "bring back credits that you removed")
	flags.IntSliceVar(&f.only, "only", nil, "import only these `rows`, such as 7,9")
	flags.BoolVar(&f.addAlike, "add-alike", false, "add what looks like a credit, too: it is another one")
	flags.Int64Var(&f.join, "join", 0, "the row of --only is the credit with this `number`")
	flags.BoolVar(&f.yes, "yes", false, "write the certificates that are certain, without asking")
	return cmd
}

// An importJob is an import on its way, with what it was read from.
type importJob struct {
	actions.Import
	reading
	flags  importFlags
	of     string // what a row is called: "certificate", or "" for a row
	among  bool   // it is one of several files
	unheld bool   // the ledger has no credential that the credits could serve
}

// importFiles imports what is in files and folders. One table goes its own way.
func (a *app) importFiles(ctx context.Context, paths []string, f importFlags, o transcript.Options) error {
	files, err := a.openPapers(paths, f.readFlags, o)
	if err != nil {
		return err
	}
	one := files[0]
	switch {
	case len(files) == 1 && one.exported != nil:
		if file, ok := one.exported.(io.Closer); ok {
			defer file.Close() //nolint:errcheck // it is read
		}
		return a.importLedger(ctx, one.name, one.exported, f)
	case len(files) == 1 && one.job != nil:
		return a.importTable(ctx, one.job, f)
	case len(f.only) > 0:
		return usage("--only and --join: work with one table at a time").try("name that file alone")
	case len(files) > 1 && len(f.columns)+len(f.sheet) > 0:
		return usage("--map and --sheet: work with one file at a time, and here are %d", len(files)).try("name that file alone")
	}
	return a.importPapers(ctx, newBatch(paths, files, f), f.yes)
}

// begin makes the import of what was read.
func (job *importJob) begin(f importFlags) {
	job.flags = f
	job.Import = actions.Import{
		Name: job.name, File: job.file, Update: f.update, Restore: f.restore, Only: f.only,
		All: actions.Choice{Add: f.addAlike, Join: f.join}, Choices: map[int]actions.Choice{},
	}
}

func (a *app) importTable(ctx context.Context, job *importJob, f importFlags) (err error) {
	job.begin(f)
	a.sayUnderstood(job.reading)
	a.sayUnread(job)
	if job.refused() {
		err = a.preview(ctx, func(tx *store.Tx) error { return job.Judge(ctx, tx) })
	} else {
		err = a.importUsable(ctx, job)
	}
	if err == nil {
		err = a.printImport(job)
	}
	if err != nil || !job.refused() {
		return err
	}
	bad := job.notTaken(", so none was imported", "import")
	if a.dryRun && a.settings.Format != answer.JSON {
		bad.details = nil // the table has them
	}
	return bad
}

// refused reports whether rows that are not usable keep the others out.
func (job *importJob) refused() bool { return len(job.file.Rejected()) > 0 && !job.flags.skipBad }

// asksAbout reports whether somebody can be asked about a file, and the answer is of use.
func (a *app) asksAbout(path string) bool {
	return a.env.canAsk() && path != "-" && !a.dryRun && a.settings.Format == answer.Table
}

// importUsable imports the rows that are usable. Where somebody can answer, it
// asks first what rows are that look like credits.
func (a *app) importUsable(ctx context.Context, job *importJob) error {
	if a.asksAbout(job.path) {
		if err := a.preview(ctx, func(tx *store.Tx) error { return job.Judge(ctx, tx) }); err != nil {
			return err
		}
		if err := a.askAlike(job); err != nil {
			return err
		}
	}
	return a.update(ctx, func(tx *store.Tx) (string, error) {
		if err := job.Judge(ctx, tx); err != nil {
			return "", err
		}
		if err := job.Write(ctx, tx, a.judgeOn(a.today)); err != nil {
			return "", err
		}
		held, err := tx.Credentials(ctx)
		job.unheld = len(held) == 0
		return "import of " + job.name + ": " + job.Did(), err
	})
}

// askAlike asks of each row that looks like a credit whether it is that one.
// What is not answered stays held back.
func (a *app) askAlike(job *importJob) error {
	all := ""
	for _, v := range job.Of(actions.Held) {
		answer := all
		if answer == "" {
			var err error
			if answer, err = a.askHeld(v); err != nil {
				return err
			}
			if answer == strings.ToUpper(answer) { // not "Yes"
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

func (a *app) askHeld(v *actions.Verdict) (answer string, err error) {
	for err = a.showHeld([]*actions.Verdict{v}); err == nil; {
		answer, err = a.answer(fmt.Sprintf("Is row %d the same as credit %d? yes, no, later; Y, N, L for all [later]", v.Row.Number, v.Slot.Credit.ID))
		if err != nil || slices.Contains([]string{"", "y", "yes", "n", "no", "l", "later"}, strings.ToLower(answer)) {
			break
		}
		a.say("%q: answer yes, no or later", answer)
	}
	return answer, err
}

// printImport says what became of the rows.
func (a *app) printImport(job *importJob) error {
	if a.settings.Format == answer.JSON {
		return a.print(job.answer(a.dryRun))
	}
	if job.refused() && !a.dryRun {
		return nil // the failure says it all
	}
	if a.dryRun {
		if err := a.print(job.answer(true)); err != nil {
			return err
		}
	}
	if job.among && !a.dryRun {
		a.tell("%s: %s", job.name, job.sum(false))
	} else {
		a.tell("%s", job.sum(a.dryRun))
	}
	if err := a.tellHeld(job); err != nil {
		return err
	}
	for _, e := range job.Edited {
		a.tellLines(a.saidOfTrimmed(e.Credit, e.Trimmings))
	}
	a.tellLines(slices.Concat(a.knownLines(job), a.newLines(job), a.leftLines(job), a.topicLines(job)))
	if line := a.suggestedLine(job); line != "" && !job.among {
		a.tell("%s", line)
	}
	switch {
	case a.dryRun || job.Count(actions.New) == 0 || job.among:
	case job.unheld:
		a.tell("Next: %s", ledger.Command{"credential", "add", "CODE", "--expires", "DATE"})
	case !a.auto():
		a.tell("Next: %s", ledger.Command{"allocate", "--auto"})
	}
	return nil
}

// sum says what became of the rows: "18 rows: 12 added (15.5 points), 2 already
// there, 2 left out, 1 total line."
func (job *importJob) sum(dryRun bool) string {
	var parts []string
	add := func(n int, text string) { parts = counted(parts, n, text) }
	worth := ""
	if sum := job.Worth(); sum > 0 {
		worth = " (" + words.Points(sum) + ")"
	}
	removed := "removed earlier"
	if job.Restore {
		removed = "restored"
	}
	if dryRun {
		add(job.Count(actions.New), "new"+worth)
	} else {
		parts = append(parts, fmt.Sprintf("%d added%s", job.Count(actions.New), worth))
	}
	add(job.Count(actions.There), "already there")
	add(job.Updated(), "of these updated")
	add(job.Count(actions.Changed), "changed")
	add(job.Count(actions.Removed), removed)
	add(job.Count(actions.Held), "held back")
	add(job.Count(actions.Passed), "not chosen")
	add(job.Count(actions.Rejected), "rejected")
	add(len(job.file.LeftOut), leftOut(job.file))
	totals := job.file.Sums - job.file.Headers
	add(totals, words.Verb(totals, "total line", "total lines"))
	add(job.file.Headers, words.Verb(job.file.Headers, "repeated header", "repeated headers"))
	add(job.file.SkippedRows, "skipped by the profile")
	if len(parts) == 0 {
		parts = append(parts, "no rows below the header")
	}
	return fmt.Sprintf("%s: %s.", words.Count(job.file.All()+job.file.Sums, "row"), strings.Join(parts, ", "))
}

// leftOut says why rows are left out: "left out (failed, of somebody else)".
func leftOut(f transcript.File) string {
	var statuses []string
	for _, row := range f.LeftOut {
		if status := strings.ToLower(row.Status); !slices.Contains(statuses, status) {
			statuses = append(statuses, status)
		}
	}
	return "left out (" + strings.Join(statuses, ", ") + ")"
}

// tellHeld shows the rows that are held back, each above the credit that it looks
// like, and the commands that say what they are.
func (a *app) tellHeld(job *importJob) error {
	held := job.Of(actions.Held)
	if len(held) == 0 {
		return nil
	}
	a.tell("%s held back, because %s a credit you have:", words.Verb(len(held), "1 row is", fmt.Sprint(len(held), " rows are")),
		words.Verb(len(held), "it looks like", "each looks like"))
	shown := held[:min(len(held), mostLines)]
	if err := a.showHeld(shown); err != nil {
		return err
	}
	if len(shown) < len(held) {
		a.tell("and %d more: --format json lists them", len(held)-len(shown))
	}
	numbers := words.Map(held, func(v *actions.Verdict) string { return strconv.Itoa(v.Row.Number) })
	command := job.flags.command("import", job.path)
	if job.flags.skipBad {
		command = append(command, "--skip-bad")
	}
	join := slices.Concat(command, ledger.Command{"--only", numbers[0], "--join", id(held[0].Slot.Credit)})
	add := slices.Concat(command, ledger.Command{"--only", strings.Join(numbers, ","), "--add-alike"})
	screen := a.screen()
	screen.Item("  ", words.Verb(len(held), "If it is the same: ", fmt.Sprintf("If row %s is the same: ", numbers[0]))+join.As(a.call...))
	screen.Item("  ", words.Verb(len(held), "If it is another: ", "If all are others: ")+add.As(a.call...))
	return nil
}

// showHeld shows rows, each above the credit that it looks like.
func (a *app) showHeld(held []*actions.Verdict) error {
	var rows [][]any
	add := func(what string, number any, c ledger.Credit) {
		rows = append(rows, []any{fmt.Sprint(what, " ", number), c.Date, c.Points, c.Title, c.Provider, c.Reference})
	}
	for _, v := range held {
		add("row", v.Row.Number, v.Row.Credit)
		add("credit", v.Slot.Credit.ID, v.Slot.Credit)
	}
	return a.screen().Table("; Date; Points|right; Title|wrap wide; Provider|wrap; Reference|wrap any", rows)
}

// outcome says what a row is to the ledger, and what is done with it.
func (job *importJob) outcome(v *actions.Verdict) string {
	of := fmt.Sprintf("credit %d", v.Credit())
	switch v.Outcome {
	case actions.There:
		text := "already there (" + of + ")"
		if len(v.More) > 0 {
			text += "; also says " + strings.Join(words.Strings(v.More), ", ")
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
		return "not chosen"
	case actions.Rejected:
		return "rejected: " + v.Row.Problem.Error()
	}
	if v.Nth > 1 {
		return fmt.Sprintf("new, a %s time", humanize.Ordinal(v.Nth))
	}
	return "new"
}

// differences says what a changed row has otherwise than its credit: "points
// 1 -> 1.5".
func differences(v *actions.Verdict) []string {
	var all []string
	for _, field := range v.Changed {
		before, after := fmt.Sprint(actions.ValueOf(v.Of.Credit, field)), fmt.Sprint(actions.ValueOf(v.Row.Credit, field))
		if field == pairing.FieldTitle {
			before, after = strconv.Quote(before), strconv.Quote(after)
		}
		all = append(all, fmt.Sprintf("%s %s -> %s", field, before, after))
	}
	return all
}

// knownLines say what to do about rows that are credits already.
func (a *app) knownLines(job *importJob) (lines []string) {
	var changed []string
	for _, v := range job.Of(actions.Changed) {
		row := ""
		if job.of == "" {
			row = fmt.Sprintf("Row %d, ", v.Row.Number)
		}
		changed = append(changed, fmt.Sprintf("%scredit %d: %s", row, v.Credit(), strings.Join(differences(v), ", ")))
	}
	if n := len(changed); n > 0 && !job.Update {
		lines = append(lines, a.text("%s %s in date, title or points, and nothing was changed. To take what the file says: %s",
			words.Count(n, cmp.Or(job.of, "row")), words.Verb(n, "differs from its credit", "differ from their credits"), job.again("--update")))
		if !a.dryRun { // which has a table
			lines = append(lines, atMost(changed, "")...)
		}
	}
	if more := moreLine(job); more != "" && !job.Update {
		lines = append(lines, a.text("%s. To fill that in: %s", more, job.again("--update")))
	}
	if n := job.Count(actions.Removed); n > 0 && !job.Restore {
		lines = append(lines, a.text("You removed %s earlier, and %s. To bring %s back: %s", words.Count(n, "credit"),
			words.Verb(n, "it stays removed", "they stay removed"), words.Verb(n, "it", "them"), job.again("--restore")))
	}
	return lines
}

// again is the command that imports the same once more, with another flag.
func (job *importJob) again(flag string) any {
	if job.path == "" { // of several files, or of certificates
		return "import again with " + flag
	}
	return append(job.flags.command("import", job.path), flag)
}

// moreLine says what rows know and their credits do not, or is "".
func moreLine(job *importJob) string {
	names := map[pairing.Field]string{pairing.FieldTitle: "a longer title", pairing.FieldProvider: "a provider",
		pairing.FieldReference: "a reference", pairing.FieldURL: "a web address"}
	n, more, lack := 0, map[string]bool{}, true
	for _, v := range job.Of(actions.There) {
		if len(v.More) > 0 {
			n++
		}
		for _, field := range v.More {
			more[cmp.Or(names[field], string(field))] = true
			lack = lack && field != pairing.FieldTitle
		}
	}
	if n == 0 {
		return ""
	}
	text := fmt.Sprintf("The %s has %s for %s", cmp.Or(job.of, "file"), words.List("and", slices.Sorted(maps.Keys(more))), words.Count(n, "credit"))
	if lack {
		text += words.Verb(n, " that has none", " that have none")
	}
	return text
}

// newLines say what to look at of the rows that are new.
func (a *app) newLines(job *importJob) (lines []string) {
	future := 0
	for _, v := range job.Of(actions.New) {
		c := v.Row.Credit
		if c.Points > mostUsual {
			lines = append(lines, fmt.Sprintf("%s is a lot for one credit: %s (row %d)", words.Points(c.Points), c.Title, v.Row.Number))
		}
		if c.Date > a.today {
			future++
		}
	}
	if line := a.repeatedLine(job); line != "" {
		lines = append(lines, line)
	}
	if future > 0 {
		lines = append(lines, fmt.Sprintf("%s %s a date in the future, and %s from that day on", words.Count(future, cmp.Or(job.of, "row")),
			words.Verb(future, "has", "have"), words.Verb(future, "counts", "count")))
	}
	return atMost(lines, "")
}

// repeatedLine says which new rows repeat an earlier row of the file, or is "".
func (a *app) repeatedLine(job *importJob) string {
	var again, ids []int64
	last, before := map[ledger.Form]int{}, 0
	for _, v := range job.Verdicts {
		c := v.Row.Credit
		form := ledger.Form{Date: c.Date, Title: c.Title, Points: c.Points}
		if v.Outcome == actions.New && v.Nth > 1 && job.of == "" {
			again, ids, before = append(again, int64(v.Row.Number)), append(ids, c.ID), last[form]
		}
		if v.Row.Problem == nil {
			last[form] = v.Row.Number
		}
	}
	if len(again) == 0 {
		return ""
	}
	what := fmt.Sprintf("Rows %d and %d are the same", before, again[0])
	if len(again) > 1 {
		what = fmt.Sprintf("Rows %s repeat earlier rows", words.Numbers(again, ", "))
	}
	both := words.Verb(len(again), "both", "them all")
	if a.dryRun {
		return what + "; you would have " + both
	}
	return a.text("%s; you now have %s. If you took %s once, remove credit%s %s: %s", what, both, words.Verb(len(again), "it", "each"),
		words.Verb(len(ids), "", "s"), words.Numbers(ids, ", "), ofCredits(ids, "remove"))
}

// suggestedLine says which topics are suggested for new credits, or is "".
func (a *app) suggestedLine(jobs ...*importJob) string {
	of := map[ledger.Topic]int{}
	told := 0
	for _, job := range jobs {
		for _, v := range job.Of(actions.New) {
			if all := suggest.Topics(job.options.Known, v.Row.Credit); len(all) == 1 {
				of[all[0].Topic]++
				told++
			}
		}
	}
	var topics []string
	for _, topic := range slices.Sorted(maps.Keys(of)) {
		text := string(topic)
		if len(of) > 1 {
			text += fmt.Sprint(" ", of[topic])
		}
		topics = append(topics, text)
	}
	if told == 0 {
		return ""
	}
	return a.text("%s no topic, but %s one (%s): %s", words.Verb(told, "1 new credit has", fmt.Sprint(told, " new credits have")),
		words.Verb(told, "its title tells", "their titles tell"), strings.Join(topics, ", "), ledger.Command{"topics", "--suggest"})
}

// ofCredits returns a command on credits.
func ofCredits(ids []int64, command ...string) ledger.Command {
	for _, n := range ids {
		command = append(command, strconv.FormatInt(n, 10))
	}
	return command
}

// leftLines list the rows whose status says that nothing was earned, and those
// that are not usable, which the table of a dry run has already.
func (a *app) leftLines(job *importJob) (lines []string) {
	for _, row := range job.file.LeftOut {
		if row.Status == transcript.SomebodyElse {
			continue
		}
		lines = append(lines, fmt.Sprintf("Left out: row %d, %s (%s)", row.Row, row.Title, row.Status))
	}
	if len(lines) > 0 {
		lines = append(atMost(lines, ""), "To import these too: --keep-status")
	}
	rejected := words.Map(job.file.Rejected(), func(row transcript.Rejected) string { return "Rejected: " + row.Text() })
	if len(rejected) == 0 || a.dryRun {
		return lines
	}
	lines = append(lines, atMost(rejected, ": --dry-run shows them all")...)
	return append(lines, a.text("Correct the rejected rows in the file, and import it again: %s", job.flags.command("import", job.path)))
}

// topicLines says which topics are unknown, each with the command that sets one.
func (a *app) topicLines(job *importJob) []string {
	var added []transcript.Row // or would be, in a dry run
	for _, v := range job.Of(actions.New) {
		if len(v.Row.UnknownTopics) > 0 {
			added = append(added, *v.Row)
		}
	}
	var lines []string
	for _, t := range transcript.UnknownTopics(added) {
		ids := words.Map(t.In, func(row transcript.Row) int64 { return row.Credit.ID })
		mend := ledger.Say("%s", append(ofCredits(ids, "edit"), "--topic", "TOPIC"))
		if a.dryRun {
			mend = ledger.Say("--map-topic %s", ledger.ShellWord(t.Text+"=TOPIC"))
		}
		lines = append(lines, a.text("%s, kept in the note. To set one: %s", unknownTopic(t), mend))
	}
	slices.Sort(lines)
	return atMost(lines, a.text(": %s", ledger.Command{"list", "--no-topic"}))
}

// importAnswer is what cmp import says to programs; its lines are for people.
type importAnswer struct {
	Schema string `json:"schema" shape:"cmp.import/1" title:"What became of a file that was imported" doc:"Written by cmp import. merged, conflicts and told are there where the file is one of cmp export ledger."`
	actions.ImportReport
	Lines []importLine `table:"Row|Row|right; Date|Date; Points|Points|right dash; Title|Title|cut wide; Outcome|Outcome|wrap wide"`
}

// An importLine says what a row is to the ledger, and what is done with it.
type importLine struct {
	Row     int
	Date    ledger.Date
	Points  ledger.Points
	Title   string
	Outcome answer.Cell
}

func (job *importJob) answer(dryRun bool) importAnswer {
	out := importAnswer{ImportReport: job.Report(dryRun, job.refused())}
	for i := range job.Verdicts {
		v := &job.Verdicts[i]
		line := importLine{v.Row.Number, v.Row.Credit.Date, v.Row.Credit.Points, v.Row.Credit.Title, answer.Cell{Text: job.outcome(v)}}
		if v.Outcome == actions.Rejected {
			line.Outcome.Style = answer.Warning
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}
