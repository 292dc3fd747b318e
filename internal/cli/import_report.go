package cli

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

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
