package cli

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// printCourseImport says what an import of a catalogue did.
func (a *app) printCourseImport(in *courseImport) error {
	if a.settings.Format == answer.JSON {
		return answer.WriteJSON(a.env.Out, in.toJSON(a.dryRun))
	}
	if len(in.rejected()) > 0 && !a.dryRun {
		return nil // the failure says it all
	}
	if a.dryRun {
		columns := []answer.Column{
			{Title: "Row", Right: true}, {Title: "Title", Cut: true, Wide: true}, {Title: "Provider", Cut: true}, {Title: "Outcome", Wrap: true, Wide: true},
		}
		if err := a.screen().Table(columns, in.rows()); err != nil {
			return err
		}
	}
	a.tell("%s", in.sum())
	var topics []string
	for _, t := range unknownTopics(in.usable()) {
		topics = append(topics, fmt.Sprintf("Topic %q of %s is not understood and was left out: --map-topic %q", t.text, words.Count(len(t.rows), "row"), t.text+"=TOPIC"))
	}
	for _, line := range atMost(topics, " that are not understood: --format json lists them") {
		a.tell("%s", line)
	}
	if in.counts[courseNew] > 0 && !a.dryRun {
		a.tell("Next: cmp courses list --needed")
	}
	return nil
}

// rows shows what each row is to the ledger.
func (in *courseImport) rows() [][]answer.Cell {
	rows := make([][]answer.Cell, len(in.verdicts))
	for i, v := range in.verdicts {
		row, c := in.file.Rows[i], in.catalogue.Courses[i]
		if row.Text != "" {
			c.Title = row.Text // all that there is to know it by
		}
		outcome := v.kind
		switch v.kind {
		case courseChanged:
			var words []string
			for _, f := range courseChanges(v) {
				before, after := unlike(orNotStated(f.before), orNotStated(f.after))
				words = append(words, fmt.Sprintf("%s %s -> %s", f.name, before, after))
			}
			outcome += ": " + strings.Join(words, ", ")
		case courseRejected:
			p := *row.Problem
			p.Value, _ = unlike(p.Value, "")
			outcome += ": " + p.Error()
		}
		rows[i] = answer.Cells(strconv.Itoa(row.Number), c.Title, c.Provider, outcome)
		if v.kind == courseRejected {
			rows[i][3].Style = answer.Warning
		}
	}
	return rows
}

func orNotStated(text string) string {
	if text == "" {
		return notStated
	}
	return text
}

// courseChanges returns the fields in which a changed course is another one.
func courseChanges(v courseVerdict) []field {
	before, after := transcript.CourseRecord(v.recorded), transcript.CourseRecord(v.course)
	var all []field
	for i, name := range transcript.CourseHeader() {
		if before[i] != after[i] {
			all = append(all, field{name, before[i], after[i]})
		}
	}
	return all
}

// sum says what became of the rows.
func (in *courseImport) sum() string {
	var parts []string
	for _, k := range []string{courseNew, courseChanged, courseSame, courseRejected} {
		if n := in.counts[k]; n > 0 {
			if k == courseSame {
				k = words.Verb(n, "as it was", "as they were")
			}
			parts = append(parts, fmt.Sprintf("%d %s", n, k))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing is below the header")
	}
	return fmt.Sprintf("%s: %s.", words.Count(len(in.verdicts), "row"), strings.Join(parts, ", "))
}

// usable returns the rows that are not rejected.
func (in *courseImport) usable() iter.Seq[*transcript.Row] {
	return func(yield func(*transcript.Row) bool) {
		for i := range in.file.Rows {
			if row := &in.file.Rows[i]; row.Problem == nil && !yield(row) {
				return
			}
		}
	}
}

type courseImportJSON struct {
	Schema        string             `json:"schema"`
	DryRun        bool               `json:"dry_run"`
	Rows          int                `json:"rows"`
	Added         int                `json:"added"`
	Changed       int                `json:"changed"`
	Unchanged     int                `json:"unchanged"`
	Rejected      int                `json:"rejected"`
	Understood    string             `json:"understood"` // how the file was
	Warnings      []string           `json:"warnings"`
	Rejects       []rejectJSON       `json:"rejects"`
	Changes       []courseChangeJSON `json:"changes"`
	UnknownTopics []unknownTopicJSON `json:"unknown_topics"`
}

// courseChangeJSON is a row that changes a course.
type courseChangeJSON struct {
	Row    int         `json:"row"`
	Line   int         `json:"line"`
	Course int64       `json:"course"`
	Fields []fieldJSON `json:"fields"`
}

type unknownTopicJSON struct {
	Text string `json:"text"`
	Rows []int  `json:"rows"`
}

// toJSON counts nothing as added or changed where a row is not usable.
func (in *courseImport) toJSON(dryRun bool) courseImportJSON {
	out := courseImportJSON{
		Schema: "cmp.courses-import/1", DryRun: dryRun, Rows: len(in.verdicts), Added: in.counts[courseNew], Changed: in.counts[courseChanged],
		Unchanged: in.counts[courseSame], Rejected: in.counts[courseRejected], Understood: in.file.Assumptions(),
		Warnings: append([]string{}, in.file.Warnings...), Rejects: in.rejectsJSON(), Changes: []courseChangeJSON{}, UnknownTopics: []unknownTopicJSON{},
	}
	if out.Rejected > 0 {
		out.Added, out.Changed = 0, 0
	}
	for i, v := range in.verdicts {
		if v.kind != courseChanged {
			continue
		}
		row := in.file.Rows[i]
		c := courseChangeJSON{Row: row.Number, Line: row.Line, Course: v.recorded.ID, Fields: []fieldJSON{}}
		for _, f := range courseChanges(v) {
			c.Fields = append(c.Fields, fieldJSON{f.name, courseToJSON(v.recorded).field(f.name), courseToJSON(v.course).field(f.name)})
		}
		out.Changes = append(out.Changes, c)
	}
	for _, t := range unknownTopics(in.usable()) {
		j := unknownTopicJSON{Text: t.text}
		for _, row := range t.rows {
			j.Rows = append(j.Rows, row.Number)
		}
		out.UnknownTopics = append(out.UnknownTopics, j)
	}
	return out
}
