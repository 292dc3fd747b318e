package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/transcript"
)

func importColumns() []render.Column {
	return []render.Column{
		{Title: "Row", Right: true}, {Title: "Date"}, {Title: "Points", Right: true}, {Title: "Title", Cut: true, Wide: true}, {Title: "Outcome"},
	}
}

// verdictRows shows what each row is to the ledger.
func verdictRows(in *importing) [][]render.Cell {
	rows := make([][]render.Cell, len(in.verdicts))
	for i, v := range in.verdicts {
		c := v.Row.Credit
		row := render.Cells(strconv.Itoa(v.Row.Number), c.Date.String(), dash(c.Points), c.Title, verdictText(v))
		if v.Kind == transcript.Rejected {
			row[4].Style = render.Warning
		}
		rows[i] = row
	}
	return rows
}

func verdictText(v transcript.Verdict) string {
	switch v.Kind {
	case transcript.Duplicate:
		return fmt.Sprintf("already there (credit %d)", v.Existing.ID)
	case transcript.Changed:
		return fmt.Sprintf("changed: %s (credit %d)", strings.Join(v.Changes, ", "), v.Existing.ID)
	case transcript.Removed:
		return "removed earlier"
	case transcript.Rejected:
		return "rejected"
	}
	if v.Occurrence > 1 {
		return fmt.Sprintf("new, the %s of its kind", ordinal(v.Occurrence))
	}
	return "new"
}

// ordinal returns "2nd" for 2.
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

func (a *app) printImport(s snapshot, in *importing, f importFlags, results []automatic) error {
	if a.settings.Format == render.JSON {
		return a.printImportJSON(in, f)
	}
	if len(in.rejected()) > 0 && !f.skipBad && !a.dryRun {
		return nil // the failure says it all
	}
	if a.dryRun {
		if err := a.screen().Table(importColumns(), verdictRows(in)); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.env.Out, in.sum(f, a.dryRun))
	for _, line := range append(in.trimmed, in.hints(f, a.today, a.dryRun)...) {
		a.tell("%s", line)
	}
	for _, r := range results {
		if err := a.printAutomatic(s, r); err != nil {
			return err
		}
	}
	if !a.dryRun && !f.allocate && len(in.added) > 0 {
		fmt.Fprintln(a.env.Out, nextAfterImport(s))
	}
	return nil
}

func nextAfterImport(s snapshot) string {
	if len(s.credentials) == 0 {
		return "Next: cmp credential add CODE --expires DATE"
	}
	return "Next: cmp allocate --auto"
}

// sum says what became of the rows.
func (in *importing) sum(f importFlags, dryRun bool) string {
	kinds := in.kinds()
	var words []string
	add := func(n int, text string) {
		if n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, text))
		}
	}
	restored := 0
	if f.restore {
		restored = kinds[transcript.Removed]
	}
	if dryRun {
		add(kinds[transcript.New], "new")
	} else {
		words = append(words, fmt.Sprintf("%d added", len(in.added)-restored))
	}
	add(restored, "restored")
	add(kinds[transcript.Duplicate], "already there")
	add(kinds[transcript.Changed], "changed")
	add(kinds[transcript.Removed]-restored, "removed earlier")
	add(kinds[transcript.Rejected], "rejected")
	return fmt.Sprintf("%s: %s.", count(len(in.verdicts), "row"), strings.Join(words, ", "))
}

// did says in the log what an import did.
func (in *importing) did(f importFlags, results []automatic) string {
	kinds := in.kinds()
	words := []string{count(kinds[transcript.New], "credit") + " added"}
	if n := kinds[transcript.Removed]; f.restore && n > 0 {
		words = append(words, fmt.Sprintf("%d restored", n))
	}
	if n := kinds[transcript.Changed]; f.update && n > 0 {
		words = append(words, fmt.Sprintf("%d updated", n))
	}
	if len(results) > 0 {
		words = append(words, "automatic allocation: "+changed(results))
	}
	return strings.Join(words, ", ")
}

// hints says what to do about rows that are not simply new or there.
func (in *importing) hints(f importFlags, today ledger.Date, dryRun bool) []string {
	var lines []string
	kinds := in.kinds()
	if kinds[transcript.Changed] > 0 && !f.update {
		lines = append(lines, fmt.Sprintf("%s in title or points from what is recorded, which stays; --update writes it",
			count(kinds[transcript.Changed], "row")+" "+verb(kinds[transcript.Changed], "differs", "differ")))
	}
	if kinds[transcript.Removed] > 0 && !f.restore {
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
	for _, alike := range in.alike {
		line := fmt.Sprintf("Row %d looks like credit %d (%s)", in.verdicts[alike.Verdict].Row.Number, alike.Credit.ID, alike.Credit.Title)
		if c, added := in.added[alike.Verdict]; added {
			line += fmt.Sprintf("; if it is the same: cmp merge %d %d", alike.Credit.ID, c.ID)
		}
		lines = append(lines, line)
	}
	for _, row := range in.rejected() {
		if !f.skipBad {
			break // the failure lists them
		}
		lines = append(lines, fmt.Sprintf("Rejected: row %d (line %d), %s", row.Number, row.Line, row.Problem))
	}
	return append(lines, in.unknownTopics(dryRun)...)
}

// unknownTopics groups the topic texts that nobody understood, each with the
// command that mends it.
func (in *importing) unknownTopics(dryRun bool) []string {
	rows, ids := map[string]int{}, map[string][]int64{}
	var texts []string
	for i, v := range in.verdicts {
		c, added := in.added[i]
		if v.Kind != transcript.New || !added && !dryRun {
			continue
		}
		for _, text := range v.Row.UnknownTopics {
			i := slices.IndexFunc(texts, func(known string) bool { return strings.EqualFold(known, text) })
			if i < 0 {
				i = len(texts)
				texts = append(texts, text)
			}
			rows[texts[i]]++
			if added {
				ids[texts[i]] = append(ids[texts[i]], c.ID)
			}
		}
	}
	slices.Sort(texts)
	var lines []string
	for _, text := range texts {
		mend := fmt.Sprintf("cmp edit %s --topic TOPIC", numbers(ids[text], " "))
		if dryRun {
			mend = fmt.Sprintf("--map-topic %q", text+"=TOPIC")
		}
		lines = append(lines, fmt.Sprintf("Topic %q of %s is not understood and was kept in the note: %s", text, count(rows[text], "row"), mend))
	}
	return lines
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

type importJSON struct {
	Schema     string       `json:"schema"`
	Batch      int64        `json:"batch"` // 0 when nothing was added
	DryRun     bool         `json:"dry_run"`
	Rows       int          `json:"rows"`
	Added      int          `json:"added"`
	Duplicates int          `json:"duplicates"`
	Changed    int          `json:"changed"`
	Rejected   int          `json:"rejected"`
	LookAlikes int          `json:"look_alikes"`
	Rejects    []rejectJSON `json:"rejects"`
}

type rejectJSON struct {
	Row     int    `json:"row"`
	Line    int    `json:"line"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

// printImportJSON counts credits that were removed earlier as duplicates: the
// ledger knows them.
func (a *app) printImportJSON(in *importing, f importFlags) error {
	kinds := in.kinds()
	out := importJSON{
		Schema: "cmp.import/1", Batch: in.batch, DryRun: a.dryRun, Rows: len(in.verdicts), Added: len(in.added),
		Duplicates: kinds[transcript.Duplicate] + kinds[transcript.Removed], Changed: kinds[transcript.Changed],
		Rejected: kinds[transcript.Rejected], LookAlikes: len(in.alike), Rejects: []rejectJSON{},
	}
	if a.dryRun {
		out.Batch = 0
	}
	if f.restore {
		out.Duplicates -= kinds[transcript.Removed]
	}
	for _, row := range in.rejected() {
		p := row.Problem
		out.Rejects = append(out.Rejects, rejectJSON{row.Number, row.Line, p.Column, p.Value, p.Message})
	}
	return render.WriteJSON(a.env.Out, out)
}
