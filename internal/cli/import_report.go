package cli

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/transcript"
)

func (a *app) printImport(s snapshot, in *importing) error {
	if a.settings.Format == render.JSON {
		return a.printImportJSON(in)
	}
	if len(in.rejected()) > 0 && !in.flags.skipBad && !a.dryRun {
		return nil // the failure says it all
	}
	if a.dryRun {
		if err := a.screen().Table(importColumns(), in.verdictRows()); err != nil {
			return err
		}
	}
	a.tell("%s", in.sum(a.dryRun))
	for _, line := range append(in.trimmed, in.hints(a.today, a.dryRun)...) {
		a.tell("%s", line)
	}
	switch {
	case a.dryRun || in.countAdded() == 0:
	case len(s.Credentials) == 0:
		a.tell("Next: cmp credential add CODE --expires DATE")
	case !a.auto():
		a.tell("Next: cmp allocate --auto")
	}
	return nil
}

// sum says what became of the rows.
func (in *importing) sum(dryRun bool) string {
	kinds := in.kinds()
	var words []string
	add := func(n int, text string) {
		if n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, text))
		}
	}
	restored := 0
	if in.flags.restore {
		restored = kinds[transcript.Removed]
	}
	if dryRun {
		add(kinds[transcript.New], "new"+in.worth())
	} else {
		words = append(words, fmt.Sprintf("%d added%s", in.countAdded()-restored, in.worth()))
	}
	add(restored, "restored")
	add(kinds[transcript.Duplicate], "already there")
	add(kinds[transcript.Changed], "changed")
	add(kinds[transcript.Removed]-restored, "removed earlier")
	add(kinds[transcript.Rejected], "rejected")
	if len(words) == 0 {
		words = append(words, "nothing is below the header")
	}
	text := fmt.Sprintf("%s: %s", count(len(in.verdicts), "row"), strings.Join(words, ", "))
	switch n := len(in.alike); {
	case n > 0 && dryRun:
		return fmt.Sprintf("%s; %d %s alike.", text, n, verb(n, "looks", "look"))
	case n > 0:
		return fmt.Sprintf("%s; %d %s alike: cmp list --duplicates", text, n, verb(n, "looks", "look"))
	}
	return text + "."
}

// worth says in brackets what the new rows are worth together, or nothing.
func (in *importing) worth() string {
	var sum ledger.Points
	for _, v := range in.verdicts {
		if v.Kind == transcript.New {
			sum += v.Row.Credit.Points
		}
	}
	if sum == 0 {
		return ""
	}
	return " (" + points(sum) + ")"
}

// did says in the log what an import did.
func (in *importing) did() string {
	kinds := in.kinds()
	words := []string{count(kinds[transcript.New], "credit") + " added"}
	if n := kinds[transcript.Removed]; in.flags.restore && n > 0 {
		words = append(words, fmt.Sprintf("%d restored", n))
	}
	if n := kinds[transcript.Changed]; in.flags.update && n > 0 {
		words = append(words, fmt.Sprintf("%d updated", n))
	}
	return strings.Join(words, ", ")
}

// hints says what to do about rows that are not simply new or there.
func (in *importing) hints(today ledger.Date, dryRun bool) []string {
	var lines []string
	kinds := in.kinds()
	if kinds[transcript.Changed] > 0 && !in.flags.update {
		lines = append(lines, fmt.Sprintf("%s in title or points from what is recorded, which stays; --update writes it",
			count(kinds[transcript.Changed], "row")+" "+verb(kinds[transcript.Changed], "differs", "differ")))
	}
	if kinds[transcript.Removed] > 0 && !in.flags.restore {
		n := kinds[transcript.Removed]
		lines = append(lines, fmt.Sprintf("%s removed by hand and %s so; --restore brings %s back",
			count(n, "credit")+" "+verb(n, "was", "were"), verb(n, "stays", "stay"), verb(n, "it", "them")))
	}
	if again := in.repeated(); len(again) > 0 {
		lines = append(lines, fmt.Sprintf("%s the same as an earlier row of this file and %s taken as done again: row %s. If it is not so: cmp remove",
			count(len(again), "row")+" "+verb(len(again), "is", "are"), verb(len(again), "is", "are"), numbers(again, ", ")))
	}
	if n := in.future(today); n > 0 {
		lines = append(lines, fmt.Sprintf("%s dated in the future and %s from that day on",
			count(n, "row")+" "+verb(n, "is", "are"), verb(n, "counts", "count")))
	}
	lines = append(lines, in.oddLines(today)...)
	lines = append(lines, in.alikeLines(dryRun)...)
	lines = append(lines, in.rejectLines(dryRun)...)
	return append(lines, in.topicLines(dryRun)...)
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

// What a row of a transcript hardly ever has: minutes taken for points, and
// a day that somebody mistyped.
const (
	oddPoints = 100_00
	oddDays   = 30 * 365
)

// oddLines says which new rows have such.
func (in *importing) oddLines(today ledger.Date) []string {
	var lines []string
	for _, v := range in.verdicts {
		c := v.Row.Credit
		switch {
		case v.Kind != transcript.New:
		case c.Points > oddPoints:
			lines = append(lines, fmt.Sprintf("Row %d is worth %s: is that so?", v.Row.Number, points(c.Points)))
		case c.Date < today-oddDays:
			lines = append(lines, fmt.Sprintf("Row %d is of %s: is that so?", v.Row.Number, c.Date))
		}
	}
	return atMost(lines, "")
}

// alikeLines says which rows may be credits that the ledger has.
func (in *importing) alikeLines(dryRun bool) []string {
	var lines []string
	for _, alike := range in.alike {
		line := fmt.Sprintf("Row %d looks like credit %d (%s)", in.verdicts[alike.Verdict].Row.Number, alike.Credit.ID, alike.Credit.Title)
		if id := in.added(in.verdicts[alike.Verdict]); id != 0 && !dryRun {
			line += fmt.Sprintf("; if it is the same: cmp merge %d %d", alike.Credit.ID, id)
		}
		lines = append(lines, line)
	}
	if dryRun {
		return atMost(lines, "")
	}
	return atMost(lines, ": cmp list --duplicates")
}

// rejectLines says which rows were left out and why, all of them where no file
// does. The table of a dry run has said it already.
func (in *importing) rejectLines(dryRun bool) []string {
	rows := in.rejected()
	if len(rows) == 0 || dryRun || !in.flags.skipBad {
		return nil
	}
	var lines []string
	for _, row := range rows {
		lines = append(lines, "Rejected: "+badRow(row))
	}
	if in.rejects.path == "" {
		return lines
	}
	see := fmt.Sprintf("%d rejected: see %s; when mended: %s", len(rows), in.rejects.path, in.mend())
	return append(atMost(lines, ""), see)
}

// topicLines says which topics nobody understood, each with the command that
// mends it.
func (in *importing) topicLines(dryRun bool) []string {
	var lines []string
	for _, t := range unknownTopics(in.newRows(dryRun)) {
		var ids []int64
		for _, row := range t.rows {
			ids = append(ids, row.Credit.ID)
		}
		mend := fmt.Sprintf("cmp edit %s --topic TOPIC", numbers(ids, " "))
		if dryRun {
			mend = fmt.Sprintf("--map-topic %q", t.text+"=TOPIC")
		}
		lines = append(lines, fmt.Sprintf("Topic %q of %s is not understood and was kept in the note: %s", t.text, count(len(t.rows), "row"), mend))
	}
	slices.Sort(lines)
	return atMost(lines, ": cmp list --no-topic")
}

// newRows returns the rows that were added, or in a dry run would be.
func (in *importing) newRows(dryRun bool) iter.Seq[*transcript.Row] {
	return func(yield func(*transcript.Row) bool) {
		for _, v := range in.verdicts {
			if v.Kind == transcript.New && (dryRun || in.added(v) != 0) && !yield(v.Row) {
				return
			}
		}
	}
}

// future counts the new rows that are dated after today.
func (in *importing) future(today ledger.Date) (n int) {
	for _, v := range in.verdicts {
		if v.Kind == transcript.New && v.Row.Credit.Date > today {
			n++
		}
	}
	return n
}

// repeated returns the numbers of new rows that are the same as an earlier
// one.
func (in *importing) repeated() []int64 {
	var rows []int64
	for _, v := range in.verdicts {
		if v.Kind == transcript.New && v.Occurrence > 1 {
			rows = append(rows, int64(v.Row.Number))
		}
	}
	return rows
}
