package cli

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// starterCatalogue is ASCP's own education as far as it is known. No prices are,
// and of points those of LabQ alone: 2 a case, as a guide reports.
//
//go:embed courses.csv
var starterCatalogue []byte

func (a *app) newCourses() *cobra.Command {
	cmd := a.newGroup("courses", "Keep a catalogue of courses, and see what they would close",
		a.newCoursesImport(), a.newCoursesList(), a.newCoursesRemove())
	cmd.Long = `Keep a catalogue of courses that providers offer: what each is worth, what it is
about, what it costs. Courses count for nothing; one that was done is recorded
with cmp add, or comes with a transcript.`
	cmd.Example = `  cmp courses import --starter
  cmp courses import catalogue.csv
  cmp courses list --needed --free`
	return cmd
}

// courseArguments accepts one number of a course and more.
func courseArguments(cmd *cobra.Command, args []string) error {
	if err := someArguments("the number of a course, such as 3, or --all")(cmd, args); err != nil {
		return err
	}
	for _, arg := range args {
		if _, err := parseID(arg); err != nil {
			return usage("%q: not the number of a course such as 3", arg).try("cmp courses list shows the courses")
		}
	}
	return nil
}

type coursesAnswer struct {
	Schema  string       `json:"schema" shape:"cmp.courses/1" title:"Courses of the catalogue" doc:"Written by cmp courses list and cmp courses remove."`
	DryRun  bool         `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Courses []courseItem `json:"courses"`
}

// A courseItem is a course; what is not stated is null.
type courseItem struct {
	ID       int64                `json:"id" doc:"Number in this ledger."`
	UID      string               `json:"uid" doc:"Names the course in all ledgers. Made of provider and title."`
	Title    string               `json:"title"`
	Provider string               `json:"provider" empty:"where it is not known"`
	Points   ledger.Points        `json:"points" null:"where they are not stated"`
	Topics   []ledger.CreditTopic `json:"topics" doc:"Empty where it has none."`
	Free     *bool                `json:"free" null:"where it is not stated"`
	Price    *ledger.Price        `json:"price" doc:"In the currency of the catalogue, with at most two decimals. 0 of a free course, null where it is not stated."`
	URL      string               `json:"url" empty:"where there is none"`
}

func (a *app) coursesAnswer(all []ledger.Course) coursesAnswer {
	out := coursesAnswer{DryRun: a.dryRun}
	for _, c := range all {
		out.Courses = append(out.Courses, itemOf(c))
	}
	return out
}

func itemOf(c ledger.Course) courseItem {
	item := courseItem{ID: c.ID, UID: c.UID, Title: c.Title, Provider: c.Provider, Points: c.Points, Topics: c.Topics, URL: c.URL}
	if free := c.Charge == ledger.Free; c.Charge != ledger.ChargeNotStated {
		item.Free = &free
	}
	if c.HasPrice() {
		item.Price = &c.Price
	}
	return item
}

const notStated = "not stated"

// priceText says what a course costs.
func priceText(c ledger.Course) string {
	switch {
	case c.Charge == ledger.Free:
		return "free"
	case c.HasPrice():
		return c.Price.String()
	case c.Charge == ledger.Charged:
		return "not free"
	}
	return notStated
}

// courseName names a course in a sentence.
func courseName(c ledger.Course) string {
	if c.Provider == "" {
		return c.Title
	}
	return fmt.Sprintf("%s (%s)", c.Title, c.Provider)
}

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

// courseFilter selects courses.
type courseFilter struct {
	free     bool
	maxPrice optionalPrice
	topic    ledger.Topic
	provider string
}

// optionalPrice is a price that may not be given.
type optionalPrice struct {
	ledger.Price
	given bool
}

func (p *optionalPrice) UnmarshalText(text []byte) error {
	p.given = true
	return p.Price.UnmarshalText(text)
}

func (p optionalPrice) MarshalText() ([]byte, error) {
	if !p.given {
		return nil, nil
	}
	return p.Price.MarshalText()
}

func (a *app) newCoursesList() *cobra.Command {
	var f courseFilter
	var needed bool
	cmd := withRecords(&cobra.Command{
		Use:   "list [CODE...]",
		Short: "List the courses of the catalogue, or those that would close something",
		Long: `List the courses of the catalogue by title. Several filters select what fits all
of them. --free and --max-price leave out courses whose price is not stated, and
say how many.

With --needed, list the courses that would close something for your credentials,
or for those that are named: by how many points fewer are still to be earned for
all of them together, once the course is done. What closes most comes first;
of those that close the same, what is known to cost least, then what wastes the
fewest points.`,
		Example: `  cmp courses list
  cmp courses list --free --topic ethics
  cmp courses list --needed --max-price 50
  cmp courses list --needed MLS --format csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if !needed && len(args) > 0 {
				return usage("courses list: takes a credential only with --needed, but %q was given", args[0]).try("cmp courses list --needed %s", args[0])
			}
			return nil
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			if needed {
				return a.neededCourses(ctx, f, args)
			}
			return a.listCourses(ctx, f)
		}),
	})
	flags := cmd.Flags()
	flags.BoolVar(&f.free, "free", false, "only courses that cost nothing")
	flags.TextVar(&f.maxPrice, "max-price", optionalPrice{}, "only courses that cost at most this `price`")
	flags.Var(&topicFlag{read: f.readTopic}, "topic", "only courses that have the `topic`")
	flags.StringVar(&f.provider, "provider", "", "only courses whose provider contains the `text`")
	flags.BoolVar(&needed, "needed", false, "rank courses by what they would close")
	return cmd
}

// readTopic takes the topic; that which is given last holds.
func (f *courseFilter) readTopic(known ledger.Vocabulary, text string) (err error) {
	f.topic, err = known.Parse(text)
	return err
}

// A courseSelection is what a filter makes of a catalogue.
type courseSelection struct {
	courses []ledger.Course
	all     int // that there are
	unknown int // that are left out for no other reason than that no price is stated
}

// selectCourses returns the courses that fit.
func (f courseFilter) selectCourses(all []ledger.Course) courseSelection {
	s := courseSelection{all: len(all)}
	for _, c := range all {
		switch {
		case f.topic != "" && !slices.ContainsFunc(c.Topics, func(t ledger.CreditTopic) bool { return t.Topic == f.topic }):
		case !strings.Contains(strings.ToLower(c.Provider), strings.ToLower(f.provider)):
		case f.free && c.Charge != ledger.Free:
			if c.Charge == ledger.ChargeNotStated {
				s.unknown++
			}
		case f.maxPrice.given && !c.HasPrice():
			s.unknown++
		case f.maxPrice.given && c.Price > f.maxPrice.Price:
		default:
			s.courses = append(s.courses, c)
		}
	}
	return s
}

func (a *app) listCourses(ctx context.Context, f courseFilter) error {
	var all []ledger.Course
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Courses(ctx)
		return err
	})
	if err != nil {
		return err
	}
	s := f.selectCourses(all)
	switch {
	case a.settings.Format == answer.JSON:
		return a.print(a.coursesAnswer(s.courses))
	case a.settings.Format != answer.Table:
		rows := make([][]string, len(s.courses))
		for i, c := range s.courses {
			rows[i] = append([]string{strconv.FormatInt(c.ID, 10)}, transcript.CourseRecord(c)...)
		}
		return answer.Records(a.env.Out, a.settings.Format, append([]string{"id"}, transcript.CourseHeader()...), rows)
	case s.all == 0:
		a.sayNoCourses()
		return nil
	case len(s.courses) > 0:
		if err := a.courseTable(s.courses); err != nil {
			return err
		}
	}
	a.tell("%s", s.sum())
	return nil
}

func (a *app) sayNoCourses() {
	a.say("No courses yet (%s): cmp courses import FILE, or cmp courses import --starter", a.settings.DB)
}

// sum says how many courses were selected.
func (s courseSelection) sum() string {
	text := words.Count(len(s.courses), "course")
	if len(s.courses) < s.all {
		text = fmt.Sprintf("%d of %s", len(s.courses), words.Count(s.all, "course"))
	}
	if s.unknown > 0 {
		text += fmt.Sprintf("; %d left out whose price is not stated", s.unknown)
	}
	return text
}

// courseTable shows courses; an address only where it fits, for one that is cut
// is of no use.
func (a *app) courseTable(courses []ledger.Course) error {
	var rows [][]any
	for _, c := range courses {
		worth := notStated
		if c.Points > 0 {
			worth = c.Points.String()
		}
		rows = append(rows, []any{c.ID, c.Title, worth, c.Topics, priceText(c), c.Provider, c.URL})
	}
	return a.table("Course|right; Title|cut wide; Points|right; Topics|cut; Price|right; Provider|cut from80; URL|any from120", rows)
}

// A closing is what a course would close, done as soon as that counts.
type closing struct {
	course ledger.Course
	closes ledger.Points // by so much fewer are then to be earned in all
	first  ledger.Date   // on which it does, and no day before
	parts  []closedPart  // in the order of the accounts
}

// A closedPart is what a course would close for one account by itself.
type closedPart struct {
	account      int
	points       ledger.Points
	requirements []rules.Requirement
}

// A need is what is to be earned, and what each course would change of it.
type need struct {
	planned
	today ledger.Date
	days  []ledger.Date // on which the window of an account begins to hold what is earned
	known map[string]closing
}

func newNeed(p planned, today ledger.Date) *need {
	n := &need{planned: p, today: today, known: map[string]closing{}}
	for _, account := range p.Needs {
		if account.Points > 0 && !account.Lost {
			n.days = append(n.days, account.First)
		}
	}
	slices.Sort(n.days)
	n.days = slices.Compact(n.days)
	return n
}

// closes plans once more, as if the course were done, on each of the days, for
// windows differ. Of courses that are worth the same it does so once.
func (n *need) closes(c ledger.Course) closing {
	topics := slices.Clone(c.Topics)
	slices.SortStableFunc(topics, func(a, b ledger.CreditTopic) int { return cmp.Compare(a.Topic, b.Topic) })
	key := c.Points.String() + " " + ledger.FormatCreditTopics(topics)
	best, ok := n.known[key]
	if !ok && c.Points > 0 {
		for _, day := range n.days {
			points, needs := rules.Fewest(n.with(c, day), n.today, false)
			if closes := n.Points - points; closes > best.closes {
				best = closing{closes: closes, first: day, parts: n.parts(needs)}
			}
		}
		n.known[key] = best
	}
	best.course = c
	return best
}

// with returns the accounts with a credit for the course, under a number that no
// recorded one has.
func (n *need) with(c ledger.Course, day ledger.Date) []rules.Account {
	credit := ledger.Credit{ID: -1, Date: day, Title: c.Title, Points: c.Points, Topics: c.Topics, Activity: ledger.CourseActivity}
	accounts := slices.Clone(n.accounts)
	for i := range accounts {
		accounts[i].Credits = append(slices.Clip(accounts[i].Credits), credit)
	}
	return accounts
}

// parts compares what each account needs by itself.
func (n *need) parts(then []rules.PlanNeed) []closedPart {
	var all []closedPart
	for i, before := range n.Needs {
		after := then[i]
		if after.Points >= before.Points {
			continue
		}
		part := closedPart{account: i, points: before.Points - after.Points}
		for _, s := range before.Shortages {
			if s.Points > shortageOf(after.Shortages, s.Requirements) {
				part.requirements = append(part.requirements, s.Requirements...)
			}
		}
		all = append(all, part)
	}
	return all
}

// shortageOf returns the points that are lacking in just these requirements.
func shortageOf(all []rules.Shortage, requirements []rules.Requirement) ledger.Points {
	same := func(a, b rules.Requirement) bool { return a.Name == b.Name }
	for _, s := range all {
		if slices.EqualFunc(s.Requirements, requirements, same) {
			return s.Points
		}
	}
	return 0
}

// byUse orders courses: what closes most comes first, then what is known to
// cost least for that, then what wastes the fewest points.
func byUse(a, b closing) int {
	price := func(c closing) ledger.Price {
		if c.course.HasPrice() {
			return c.course.Price
		}
		return ledger.MaxPrice + 1
	}
	return cmp.Or(cmp.Compare(b.closes, a.closes), cmp.Compare(price(a), price(b)), cmp.Compare(a.course.Points, b.course.Points))
}

// A needed is the courses that close something, and why others are not among
// them.
type needed struct {
	*need
	courses   []closing
	nothing   int // courses that close nothing
	worthless int // of which no points are stated
	selection courseSelection
}

// neededCourses ranks courses by what they close for the credentials that the
// codes name, or all without any.
func (a *app) neededCourses(ctx context.Context, f courseFilter, codes []string) error {
	var s snapshot
	var all []ledger.Course
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if s, err = a.judged(ctx, tx); err == nil {
			all, err = tx.Courses(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	p, lacking, err := a.planOf(s, codes, false)
	if err != nil {
		return err
	}
	n := needed{need: newNeed(p, a.today), selection: f.selectCourses(all)}
	n.rank()
	if err := a.printNeeded(n, s, len(all)); err != nil || lacking == nil {
		return err
	}
	return lacking
}

func (a *app) printNeeded(n needed, s snapshot, courses int) error {
	switch {
	case a.settings.Format == answer.JSON:
		return a.print(n.answer(a.today))
	case a.settings.Format != answer.Table:
		rows := make([][]string, len(n.courses))
		for i, c := range n.courses {
			rows[i] = append([]string{strconv.FormatInt(c.course.ID, 10), c.closes.String(), n.closesFor(c)}, transcript.CourseRecord(c.course)...)
		}
		return answer.Records(a.env.Out, a.settings.Format, append([]string{"id", "closes", "for"}, transcript.CourseHeader()...), rows)
	case len(s.Credentials) == 0:
		a.say("No credentials yet (%s): cmp credential add MLS --expires DATE", a.settings.DB)
		return nil
	case courses == 0:
		a.sayNoCourses()
		return nil
	}
	return a.neededTable(n)
}

func (n *needed) rank() {
	for _, course := range n.selection.courses {
		switch c := n.closes(course); {
		case c.closes > 0:
			n.courses = append(n.courses, c)
		case course.Points == 0:
			n.worthless++
		default:
			n.nothing++
		}
	}
	slices.SortStableFunc(n.courses, byUse)
}

// closesFor says what a course would close something for, and from when on where
// that is not today: "MLS ethics; SBB ethics, blood-banking from 2027-04-01".
func (n *needed) closesFor(c closing) string {
	parts := make([]string, len(c.parts))
	for i, p := range c.parts {
		parts[i] = n.name(p.account) + " " + strings.Join(p.names(), ", ")
	}
	text := strings.Join(parts, "; ")
	if c.first > n.today {
		text += " from " + c.first.String()
	}
	return text
}

func (p closedPart) names() []string {
	names := []string{}
	for _, r := range p.requirements {
		names = append(names, string(r.Name))
	}
	return names
}

func (a *app) neededTable(n needed) error {
	var rows [][]any
	for _, c := range n.courses {
		of := c.course
		rows = append(rows, []any{of.ID, of.Title, c.closes, n.closesFor(c), of.Points, priceText(of), of.Provider, of.URL})
	}
	if len(rows) > 0 {
		const columns = "Course|right; Title|wrap wide; Closes|right; For|wrap wide; Points|right; Price|right; Provider|cut from100; URL|any from120"
		if err := a.table(columns, rows); err != nil {
			return err
		}
	}
	a.tell("%s", n.sum())
	return nil
}

// sum says what the courses are for, and why others are not among them.
func (n *needed) sum() string {
	if n.Points == 0 {
		return planLine(n.planned)
	}
	closing := "no course closes any"
	if k := len(n.courses); k > 0 {
		closing = words.Count(k, "course") + " " + words.Verb(k, "closes some", "close some")
	}
	text := fmt.Sprintf("%s %s still to be earned (cmp plan): %s of it.", words.Points(n.Points), words.Agree(n.Points, "is", "are"), closing)
	var left []string
	add := func(n int, text string) {
		if n > 0 {
			left = append(left, fmt.Sprintf(text, n))
		}
	}
	add(n.nothing, "%d that "+words.Verb(n.nothing, "closes", "close")+" nothing")
	add(n.worthless, "%d whose points are not stated")
	add(n.selection.unknown, "%d whose price is not stated")
	if len(left) > 0 {
		text += " Left out: " + words.List("and", left) + "."
	}
	return text
}

type neededAnswer struct {
	Schema  string         `json:"schema" shape:"cmp.courses-needed/1" title:"Courses that close what is to be earned" doc:"Written by cmp courses list --needed."`
	AsOf    ledger.Date    `json:"as_of" doc:"Day it was judged by."`
	ToEarn  ledger.Points  `json:"to_earn" doc:"The least to earn for all credentials together."`
	Courses []closingItem  `json:"courses"`
	LeftOut coursesLeftOut `json:"left_out" doc:"Numbers of courses by why they are left out."`
}

type closingItem struct {
	courseItem
	Points   ledger.Points `json:"points" doc:"What it is worth."`
	Closes   ledger.Points `json:"closes" doc:"How many points fewer are to be earned once it is done."`
	FirstDay ledger.Date   `json:"first_day" doc:"To do it on: today, or when a cycle begins."`
	For      []closedItem  `json:"for"`
}

type closedItem struct {
	ledger.CredentialName
	Points       ledger.Points `json:"points" doc:"That it closes there, by itself."`
	Requirements []string      `json:"requirements" doc:"Requirements it serves."`
}

type coursesLeftOut struct {
	ClosesNothing   int `json:"closes_nothing"`
	PointsNotStated int `json:"points_not_stated"`
	PriceNotStated  int `json:"price_not_stated"`
}

func (n *needed) answer(today ledger.Date) neededAnswer {
	out := neededAnswer{AsOf: today, ToEarn: n.Points, LeftOut: coursesLeftOut{n.nothing, n.worthless, n.selection.unknown}}
	for _, c := range n.courses {
		item := closingItem{courseItem: itemOf(c.course), Points: c.course.Points, Closes: c.closes, FirstDay: c.first}
		for _, p := range c.parts {
			item.For = append(item.For, closedItem{n.accounts[p.account].Credential.CredentialName, p.points, p.names()})
		}
		out.Courses = append(out.Courses, item)
	}
	return out
}

func (a *app) newCoursesRemove() *cobra.Command {
	var all bool
	cmd := a.writing(&cobra.Command{
		Use:   "remove ID...",
		Short: "Take courses out of the catalogue",
		Long: `Take courses out of the catalogue, or with --all every one. Importing their file
again brings them back, and so does cmp undo.`,
		Example: `  cmp courses remove 3
  cmp courses remove 3 4 --dry-run
  cmp courses remove --all`,
		Args: func(cmd *cobra.Command, args []string) error {
			if all {
				return noArguments(cmd, args)
			}
			return courseArguments(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.removeCourses(ctx, ids)
		}),
	})
	cmd.Flags().BoolVar(&all, "all", false, "take out every course")
	return cmd
}

// removeCourses takes out the courses of these numbers, or all without any.
func (a *app) removeCourses(ctx context.Context, ids []int64) error {
	var removed []ledger.Course
	err := a.change(ctx, func(tx *store.Tx) (string, error) {
		all, err := tx.Courses(ctx)
		if err != nil {
			return "", err
		}
		if removed, err = coursesOf(all, ids); err != nil {
			return "", err
		}
		for _, c := range removed {
			if err := tx.RemoveCourse(ctx, c.ID); err != nil {
				return "", err
			}
		}
		if len(removed) == 1 {
			return "course removed: " + courseName(removed[0]), nil
		}
		return words.Count(len(removed), "course") + " removed", nil
	})
	switch {
	case err != nil:
		return err
	case len(ids) == 0:
		a.tell("Removed %s.", words.Count(len(removed), "course"))
	default:
		for _, c := range removed {
			a.tell("Removed course %d: %s", c.ID, courseName(c))
		}
	}
	return a.reply(a.coursesAnswer(removed))
}

// coursesOf returns the courses of these numbers in their order, or all without
// any.
func coursesOf(all []ledger.Course, ids []int64) ([]ledger.Course, error) {
	if len(ids) == 0 {
		return all, nil
	}
	var some []ledger.Course
	for _, id := range ids {
		i := slices.IndexFunc(all, func(c ledger.Course) bool { return c.ID == id })
		if i < 0 {
			return nil, notFound("course %d: not in this ledger", id).try("cmp courses list shows the courses")
		}
		some = append(some, all[i])
	}
	return some, nil
}
