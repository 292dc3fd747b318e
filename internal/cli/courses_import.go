package cli

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// courseFlags say how to read a catalogue.
type courseFlags struct {
	meanings
	sheet   string
	starter bool
}

func (a *app) newCoursesImport() *cobra.Command {
	var f courseFlags
	var options transcript.Options
	cmd := a.writing(&cobra.Command{
		Use:   "import FILE",
		Short: "Import a catalogue of courses",
		Long: `Import a catalogue of courses from a CSV file or a workbook (.xlsx). Columns are
found by what they are called: title, provider, points, topics, hours, price,
free (yes or no), url. All but the title may be missing, and what is not stated
stays open. Where points are not stated, each contact hour is one. A price is a
number in the currency of the catalogue; $ or USD may stand with it, and n/a, TBD
or varies leave it open. - reads from standard input.

A course is the same as a recorded one by its title and provider; what the file
says otherwise of it is written, and what it has no column for stays. Importing a
file again adds nothing the second time. All rows are imported or none. Topics
that are not understood are left out, and the report says how to give them a
meaning.

With --starter, the catalogue that comes with cmp is imported: ASCP's own kinds
of education. It has no prices, and of points only those of LabQ, 2 a case, as
guides report them: what is not known is not made up.`,
		Example: `  cmp courses import --starter
  cmp courses import catalogue.csv --dry-run
  cmp courses import fall.xlsx --sheet Courses --map price="Member rate" --map-topic "Lab Ops=management"`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if f.starter {
				return starterAlone(cmd, args)
			}
			if err := oneArgument("a file, or --starter")(cmd, args); err != nil {
				return err
			}
			options, err = f.options(transcript.ParseCourseField)
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			if f.starter {
				return a.importStarter(ctx)
			}
			return a.importCourses(ctx, args[0], f, options)
		}),
	})
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&f.sheet, "sheet", "", "`name` of the sheet of a workbook (default: the first one)")
	cmd.Flags().BoolVar(&f.starter, "starter", false, "import the catalogue that comes with cmp")
	return cmd
}

// starterAlone refuses what says how to read another file.
func starterAlone(cmd *cobra.Command, args []string) error {
	for _, name := range []string{"map", "map-topic", "sheet"} {
		if cmd.Flags().Changed(name) {
			return usage("--%s: goes with a file, not with --starter", name).try("leave one of them out")
		}
	}
	return noArguments(cmd, args)
}

// What a row of a catalogue is to the ledger.
const (
	courseNew      = "new"
	courseChanged  = "changed"
	courseSame     = "as it was"
	courseRejected = "rejected"
)

// A courseVerdict says what became of a row.
type courseVerdict struct {
	kind     string
	recorded ledger.Course // where it was there
	course   ledger.Course // as it is then; not of a rejected row
}

// A courseImport is an import of a catalogue on its way.
type courseImport struct {
	reading
	catalogue transcript.Catalogue
	verdicts  []courseVerdict // of the rows
	counts    map[string]int  // of the verdicts, by kind
}

func (a *app) importStarter(ctx context.Context) error {
	c, err := transcript.Text(starterCatalogue).Courses(transcript.Options{})
	if err != nil {
		return err
	}
	return a.importCatalogue(ctx, &courseImport{reading: reading{name: "the starter catalogue", file: c.File}, catalogue: c})
}

func (a *app) importCourses(ctx context.Context, path string, f courseFlags, o transcript.Options) error {
	g, err := a.readContent(path, f.sheet, "")
	if err != nil {
		return err
	}
	in := &courseImport{reading: reading{path: path, name: transcriptName(path)}}
	if o.Known, err = a.book.Topics(); err != nil {
		return err
	}
	if in.catalogue, err = g.Courses(o); err != nil {
		return g.unusable(in.name, err)
	}
	in.file = in.catalogue.File
	a.sayUnderstood(in.reading)
	return a.importCatalogue(ctx, in)
}

// importCatalogue writes what is new and what changed, unless a row is not
// usable.
func (a *app) importCatalogue(ctx context.Context, in *courseImport) error {
	refused := len(in.rejected()) > 0
	judge := func(tx *store.Tx) error {
		recorded, err := tx.Courses(ctx)
		if err == nil {
			in.judge(recorded)
		}
		return err
	}
	var err error
	if refused {
		err = a.preview(ctx, judge)
	} else {
		err = a.update(ctx, func(tx *store.Tx) (string, error) {
			if err := judge(tx); err != nil {
				return "", err
			}
			return "import of " + in.name + ": " + in.did(), in.write(ctx, tx)
		})
	}
	if err == nil {
		err = a.printCourseImport(in)
	}
	if err == nil && refused {
		return a.noCoursesImported(in)
	}
	return err
}

// judge compares the rows with the courses that are recorded, and with the rows
// before them.
func (in *courseImport) judge(recorded []ledger.Course) {
	known := make(map[string]ledger.Course, len(recorded))
	for _, c := range recorded {
		known[c.UID] = c
	}
	in.counts = map[string]int{}
	for i, row := range in.file.Rows {
		v := courseVerdict{kind: courseRejected}
		if row.Problem == nil {
			v = in.judgeRow(i, known)
		}
		in.counts[v.kind]++
		in.verdicts = append(in.verdicts, v)
	}
}

func (in *courseImport) judgeRow(i int, known map[string]ledger.Course) courseVerdict {
	v := courseVerdict{kind: courseNew, course: in.catalogue.Courses[i]}
	name := v.course.Name()
	if recorded, ok := known[name]; ok {
		v.recorded, v.course = recorded, in.catalogue.Over(i, recorded)
		v.course.ID, v.course.UID = recorded.ID, recorded.UID
		v.kind = courseChanged
		if v.course.Equal(recorded) {
			v.kind = courseSame
		}
	}
	known[name] = v.course
	return v
}

// write writes what is new and what changed, and fills in the numbers of the
// courses.
func (in *courseImport) write(ctx context.Context, tx *store.Tx) error {
	for i := range in.verdicts {
		var err error
		switch v := &in.verdicts[i]; v.kind {
		case courseNew:
			err = tx.AddCourse(ctx, &v.course)
		case courseChanged:
			err = tx.UpdateCourse(ctx, v.course)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// did says in the log what an import did.
func (in *courseImport) did() string {
	text := words.Count(in.counts[courseNew], "course") + " added"
	if n := in.counts[courseChanged]; n > 0 {
		text += fmt.Sprintf(", %d changed", n)
	}
	return text
}

// noCoursesImported is the failure of an import with rows that are not usable.
func (a *app) noCoursesImported(in *courseImport) error {
	f := in.badRows(", so none was imported")
	if a.dryRun && a.settings.Format != answer.JSON {
		f.details = nil // the table has them
	}
	return f.try("mend the file")
}

// printCourseImport says what an import of a catalogue did.
func (a *app) printCourseImport(in *courseImport) error {
	if a.settings.Format == answer.JSON {
		return a.print(in.answer(a.dryRun))
	}
	if len(in.rejected()) > 0 && !a.dryRun {
		return nil // the failure says it all
	}
	if a.dryRun {
		if err := a.table("Row|right; Title|cut wide; Provider|cut; Outcome|wrap wide", in.rows()); err != nil {
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
func (in *courseImport) rows() [][]any {
	rows := make([][]any, len(in.verdicts))
	for i, v := range in.verdicts {
		row, c := in.file.Rows[i], in.catalogue.Courses[i]
		if row.Text != "" {
			c.Title = row.Text // all that there is to know it by
		}
		outcome := answer.Cell{Text: v.kind}
		switch v.kind {
		case courseChanged:
			var parts []string
			for _, f := range courseChanges(v) {
				before, after := unlike(orNotStated(f.before), orNotStated(f.after))
				parts = append(parts, fmt.Sprintf("%s %s -> %s", f.name, before, after))
			}
			outcome.Text += ": " + strings.Join(parts, ", ")
		case courseRejected:
			p := *row.Problem
			p.Value, _ = unlike(p.Value, "")
			outcome = answer.Cell{Text: outcome.Text + ": " + p.Error(), Style: answer.Warning}
		}
		rows[i] = []any{row.Number, c.Title, c.Provider, outcome}
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

type courseImportAnswer struct {
	Schema        string         `json:"schema" shape:"cmp.courses-import/1" title:"What became of a catalogue that was imported" doc:"Written by cmp courses import."`
	DryRun        bool           `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Rows          int            `json:"rows"`
	Added         int            `json:"added"`
	Changed       int            `json:"changed"`
	Unchanged     int            `json:"unchanged"`
	Rejected      int            `json:"rejected"`
	Understood    string         `json:"understood" doc:"How the file was."`
	Warnings      []string       `json:"warnings" doc:"What to look at in the file."`
	Rejects       []rejectedRow  `json:"rejects" doc:"Rows that are not usable."`
	Changes       []courseChange `json:"changes"`
	UnknownTopics []unknownText  `json:"unknown_topics" doc:"Texts that are not understood as topics."`
}

// courseChange is a row that changes a course.
type courseChange struct {
	Row    int            `json:"row" doc:"Row of the file."`
	Line   int            `json:"line" doc:"Line of the file."`
	Course int64          `json:"course" doc:"Number of the course."`
	Fields []changedField `json:"fields"`
}

type unknownText struct {
	Text string `json:"text"`
	Rows []int  `json:"rows"`
}

// answer counts nothing as added or changed where a row is not usable.
func (in *courseImport) answer(dryRun bool) courseImportAnswer {
	out := courseImportAnswer{
		DryRun: dryRun, Rows: len(in.verdicts), Added: in.counts[courseNew], Changed: in.counts[courseChanged],
		Unchanged: in.counts[courseSame], Rejected: in.counts[courseRejected], Understood: in.file.Assumptions(),
		Warnings: in.file.Warnings, Rejects: in.rejectedRows(),
	}
	if out.Rejected > 0 {
		out.Added, out.Changed = 0, 0
	}
	for i, v := range in.verdicts {
		if v.kind != courseChanged {
			continue
		}
		row := in.file.Rows[i]
		c := courseChange{Row: row.Number, Line: row.Line, Course: v.recorded.ID}
		for _, f := range courseChanges(v) {
			c.Fields = append(c.Fields, changedField{f.name, answer.ValueOf(itemOf(v.recorded), f.name), answer.ValueOf(itemOf(v.course), f.name)})
		}
		out.Changes = append(out.Changes, c)
	}
	for _, t := range unknownTopics(in.usable()) {
		unknown := unknownText{Text: t.text}
		for _, row := range t.rows {
			unknown.Rows = append(unknown.Rows, row.Number)
		}
		out.UnknownTopics = append(out.UnknownTopics, unknown)
	}
	return out
}
