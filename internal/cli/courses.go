package cli

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// starterCatalogue is ASCP's own education, as far as it is known: without prices, and
// with points for LabQ only, 2 a case, as a guide reports.
//
//go:embed courses.csv
var starterCatalogue []byte

func (a *app) newCourses() *cobra.Command {
	cmd := a.newGroup("courses", "Keep a catalogue of courses, and see which ones help",
		a.newCoursesImport(), a.newCoursesList(), a.newCoursesRemove())
	cmd.Long = `Keep a catalogue of courses that providers offer: what each is worth, what it is
about and what it costs. A course in it counts for nothing. When you have taken
one, record it with cmp add, or import your transcript.`
	cmd.Example = `  cmp courses import --starter
  cmp courses import catalogue.csv
  cmp courses list --needed --free`
	return cmd
}

type coursesAnswer struct {
	Schema  string       `json:"schema" shape:"cmp.courses/1" title:"Courses of the catalogue" doc:"Written by cmp courses list and cmp courses remove."`
	DryRun  bool         `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Courses []courseItem `json:"courses" records:"id title provider points topics price free url" table:"id|Course|right; title|Title|cut wide; Worth|Points|right dash; topics|Topics|cut; Cost|Price|right dash; provider|Provider|cut from100; url|URL|any from120"`
}

// A courseItem is a course; what is not stated is null.
type courseItem struct {
	ID          int64                `json:"id" doc:"Number in this ledger."`
	UID         string               `json:"uid" doc:"Names the course in all ledgers. Made of provider and title."`
	Title       string               `json:"title"`
	Provider    string               `json:"provider" empty:"where it is not known"`
	Points      *ledger.Points       `json:"points" null:"where they are not stated"`
	Topics      []ledger.CreditTopic `json:"topics" doc:"Empty where it has none."`
	Free        *yesNo               `json:"free" null:"where it is not stated"`
	Price       *ledger.Price        `json:"price" doc:"In the currency of the catalogue, with at most two decimals. 0 of a free course, null where it is not stated."`
	URL         string               `json:"url" empty:"where there is none"`
	Worth, Cost string               // as people read them
}

// A yesNo is yes or no in records.
type yesNo bool

func (y yesNo) String() string {
	if y {
		return "yes"
	}
	return "no"
}

func (a *app) coursesAnswer(all []ledger.Course) coursesAnswer {
	out := coursesAnswer{DryRun: a.dryRun}
	for _, c := range all {
		out.Courses = append(out.Courses, itemOf(c))
	}
	return out
}

func itemOf(c ledger.Course) courseItem {
	item := courseItem{
		ID: c.ID, UID: c.UID, Title: c.Title, Provider: c.Provider, Topics: c.Topics, URL: c.URL,
	}
	if c.Points > 0 {
		item.Points, item.Worth = &c.Points, c.Points.String()
	}
	if c.HasPrice() {
		item.Price = &c.Price
	}
	if free := yesNo(c.Charge == ledger.Free); c.Charge != ledger.ChargeNotStated {
		item.Free, item.Cost = &free, "not free"
		if free {
			item.Cost = "free"
		} else if c.HasPrice() {
			item.Cost = c.Price.String()
		}
	}
	return item
}

func (a *app) sayNoCourses() {
	a.say("No courses yet (%s): %s, or %s", a.settings.DB,
		ledger.Command{"courses", "import", "FILE"}, ledger.Command{"courses", "import", "--starter"})
}

// courseFilter selects courses.
type courseFilter struct {
	free     bool
	maxPrice ledger.Price // -1 for any
	topic    ledger.Topic
	provider string
}

func (a *app) newCoursesList() *cobra.Command {
	var f courseFilter
	var needed bool
	cmd := withRecords(&cobra.Command{
		Use:   "list [CODE...]",
		Short: "List courses, or the ones that help you most",
		Long: `List the courses in the catalogue by title. With several filters, a course must
fit all of them. --free and --max-price leave out courses without a price, and
say how many.

--needed lists the courses that help you, for all your credentials or the ones
you name. It says how many points fewer you need after each. The course that
helps most comes first. Of courses that help equally, the cheapest comes first,
then the one that wastes the fewest points.`,
		Example: `  cmp courses list
  cmp courses list --free --topic ethics
  cmp courses list --needed --max-price 50
  cmp courses list --needed MLS --format csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if !needed && len(args) > 0 {
				return usage("courses list %s: a credential goes with --needed", args[0]).
					try("%s", ledger.Command{"courses", "list", "--needed", args[0]})
			}
			return nil
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.listCourses(ctx, f, needed, args) }),
	})
	flags := cmd.Flags()
	flags.BoolVar(&f.free, "free", false, "only courses that cost nothing")
	flags.TextVar(&f.maxPrice, "max-price", ledger.Price(0), "only courses that cost at most this `price`")
	f.maxPrice = -1 // unless the flag is given
	flags.Var(&topicFlag{read: func(known ledger.Vocabulary, text string) (err error) {
		f.topic, err = known.Parse(text)
		return err
	}}, "topic", "only courses that have the `topic`")
	flags.StringVar(&f.provider, "provider", "", "only courses whose provider contains the `text`")
	flags.BoolVar(&needed, "needed", false, "list the courses that help you, best first")
	return cmd
}

// selected returns the courses that fit, and how many are left out only because their
// price is not stated.
func (f courseFilter) selected(all []ledger.Course) (some []ledger.Course, unknown int) {
	for _, c := range all {
		switch {
		case f.topic != "" && !slices.ContainsFunc(c.Topics, func(t ledger.CreditTopic) bool { return t.Topic == f.topic }):
		case !strings.Contains(strings.ToLower(c.Provider), strings.ToLower(f.provider)):
		case f.free && c.Charge == ledger.Charged:
		case f.free && c.Charge == ledger.ChargeNotStated, f.maxPrice >= 0 && !c.HasPrice():
			unknown++
		case f.maxPrice >= 0 && c.Price > f.maxPrice:
		default:
			some = append(some, c)
		}
	}
	return some, unknown
}

func (a *app) listCourses(ctx context.Context, f courseFilter, needed bool, codes []string) error {
	var s snapshot
	var all []ledger.Course
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if needed {
			if s, err = a.judged(ctx, tx); err != nil {
				return err
			}
		}
		all, err = tx.Courses(ctx)
		return err
	})
	if err != nil {
		return err
	}
	some, unknown := f.selected(all)
	switch {
	case needed:
		return a.neededCourses(s, codes, some, len(all), unknown)
	case a.settings.Format == answer.Table && len(all) == 0:
		a.sayNoCourses()
		return nil
	case a.settings.Format != answer.Table || len(some) > 0:
		if err := a.print(a.coursesAnswer(some)); err != nil {
			return err
		}
	}
	text := words.Count(len(some), "course")
	if len(some) < len(all) {
		text = fmt.Sprintf("%d of %s", len(some), words.Count(len(all), "course"))
	}
	if unknown > 0 {
		text += fmt.Sprintf("; %d left out, because cmp does not know the price", unknown)
	}
	a.tell("%s", text)
	return nil
}

type neededAnswer struct {
	Schema  string        `json:"schema" shape:"cmp.courses-needed/1" title:"Courses that close what is to be earned" doc:"Written by cmp courses list --needed."`
	AsOf    ledger.Date   `json:"as_of" doc:"Day it was judged by."`
	ToEarn  ledger.Points `json:"to_earn" doc:"The least to earn for all credentials together."`
	Courses []closingItem `json:"courses" records:"id closes for=Serves title provider points topics price free url" table:"id|Course|right; title|Title|wrap wide; closes|Closes|right; Serves|For|wrap wide; points|Points|right; Cost|Price|right dash; provider|Provider|cut from100; url|URL|any from120"`
	Unclear int           `json:"unclear" doc:"How many courses are left out whose points or price are not stated."`
}

type closingItem struct {
	courseItem
	Points   ledger.Points `json:"points" doc:"What it is worth."`
	Closes   ledger.Points `json:"closes" doc:"How many points fewer are to be earned once it is done."`
	FirstDay ledger.Date   `json:"first_day" doc:"To do it on: today, or when a cycle begins."`
	For      []closedItem  `json:"for"`
	Serves   string        // For in words, with the first day unless it is today
}

type closedItem struct {
	ledger.CredentialName
	rules.ClosedPart
}

// neededCourses ranks some courses by what they close for the named credentials, or for
// all of them. all is how many courses the catalogue has, unknown how many may be cheap
// enough or not.
func (a *app) neededCourses(s snapshot, codes []string, some []ledger.Course, all, unknown int) error {
	accounts, err := a.accounts(s, codes, newest)
	switch table := a.settings.Format == answer.Table; {
	case err != nil:
		return err
	case table && len(s.Credentials) == 0:
		a.sayNoCredentials()
		return nil
	case table && all == 0:
		a.sayNoCourses()
		return nil
	}
	p := a.planFor(s, accounts, a.today)
	out := neededAnswer{AsOf: a.today, ToEarn: p.Points, Unclear: unknown}
	for _, c := range rules.ClosingCourses(p.accounts, a.today, some) {
		out.Courses = append(out.Courses, p.closingItem(c, a.today))
	}
	for _, c := range some {
		if c.Points == 0 {
			out.Unclear++
		}
	}
	return a.printNeeded(out, p)
}

// closingItem says what a course closes, in words too: "MLS ethics; SBB ethics,
// blood-banking from 2027-04-01".
func (p planned) closingItem(c rules.Closing, today ledger.Date) closingItem {
	item := closingItem{courseItem: itemOf(c.Course), Points: c.Course.Points, Closes: c.Points, FirstDay: c.First}
	var serves []string
	for _, part := range c.Parts {
		item.For = append(item.For, closedItem{p.accounts[part.Account].Credential.CredentialName, part})
		names := words.Map(part.Requirements, func(r rules.Requirement) string { return string(r.Name) })
		serves = append(serves, p.Names[part.Account]+" "+strings.Join(names, ", "))
	}
	item.Serves = strings.Join(serves, "; ")
	if c.First > today {
		item.Serves += " from " + c.First.String()
	}
	return item
}

func (a *app) printNeeded(out neededAnswer, p planned) error {
	switch {
	case a.settings.Format != answer.Table:
		return a.print(out)
	case len(out.Courses) > 0:
		if err := a.print(out); err != nil {
			return err
		}
	}
	if out.ToEarn == 0 {
		a.tell("%s", p.Sentence())
		return nil
	}
	closing := "No course here helps"
	if k := len(out.Courses); k > 0 {
		closing = words.Count(k, "course") + " here " + words.Verb(k, "helps", "help")
	}
	a.tell("You still have to earn %s (%s). %s.", words.Points(out.ToEarn), ledger.Command{"plan"}, closing)
	if out.Unclear > 0 {
		a.tell("Left out: %s without known points or price.", words.Count(out.Unclear, "course"))
	}
	return nil
}

// coursesHelp is the help of cmp courses import, with all that a catalogue may hold.
//
//go:embed courses_import.txt
var coursesHelp string

func (a *app) newCoursesImport() *cobra.Command {
	var f meanings
	var sheet string
	var starter bool
	var options transcript.Options
	cmd := a.writing(&cobra.Command{
		Use:   "import FILE",
		Short: "Import a catalogue of courses",
		Long:  strings.TrimSpace(coursesHelp),
		Example: `  cmp courses import --starter
  cmp courses import catalogue.csv --dry-run
  cmp courses import fall.xlsx --sheet Courses --map price="Member rate" --map-topic "Lab Ops=management"`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if !starter {
				if err := oneArgument("a file, or --starter")(cmd, args); err != nil {
					return err
				}
				options, err = f.options(transcript.CourseFields())
				return err
			}
			for _, name := range []string{"map", "map-topic", "sheet"} {
				if cmd.Flags().Changed(name) {
					return usage("--%s: works with a file, not with --starter", name).try("leave one of them out")
				}
			}
			return noArguments(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) (err error) {
			r := reading{name: "the starter catalogue", Source: transcript.Text(starterCatalogue)}
			if !starter {
				r, err = a.readContent(args[0], howToRead{Options: options, sheet: sheet})
			}
			if err == nil {
				options.Known, err = a.book.Topics()
			}
			if err != nil {
				return err
			}
			c, err := r.Courses(options)
			if err != nil {
				return r.unusable(err)
			}
			if r.file = c.File; !starter {
				a.sayUnderstood(r)
			}
			return a.importCourses(ctx, r, c)
		}),
	})
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&sheet, "sheet", "", "`name` of the sheet of a workbook (default: the first one)")
	cmd.Flags().BoolVar(&starter, "starter", false, "import the catalogue that comes with cmp")
	return cmd
}

// importCourses writes new and changed courses, and says how many there were. It refuses
// a file with a row that is not usable.
func (a *app) importCourses(ctx context.Context, r reading, c transcript.Catalogue) error {
	if len(r.file.Rejected()) > 0 {
		return r.badRows(", so none was imported").try("correct the file")
	}
	out := courseImportAnswer{DryRun: a.dryRun, Rows: len(c.Rows)}
	err := a.update(ctx, func(tx *store.Tx) (summary string, err error) {
		out.Added, out.Changed, err = actions.ImportCourses(ctx, tx, c)
		summary = fmt.Sprintf("import of %s: %s added", r.name, words.Count(out.Added, "course"))
		if out.Changed > 0 {
			summary += fmt.Sprintf(", %d changed", out.Changed)
		}
		return summary, err
	})
	if err != nil {
		return err
	}
	out.Unchanged = out.Rows - out.Added - out.Changed
	parts := counted(nil, out.Added, "new")
	parts = counted(parts, out.Changed, "changed")
	parts = counted(parts, out.Unchanged, "unchanged")
	a.tell("%s: %s.", words.Count(out.Rows, "row"), cmp.Or(strings.Join(parts, ", "), "no rows below the header"))
	var topics []string
	for _, t := range transcript.UnknownTopics(c.Rows) {
		out.UnknownTopics = append(out.UnknownTopics, t.Text)
		topics = append(topics, fmt.Sprintf("Unknown topic %q in %s, left out. To set one: --map-topic %s",
			t.Text, words.Count(len(t.In), "row"), ledger.ShellWord(t.Text+"=TOPIC")))
	}
	a.tellLines(atMost(topics, " unknown topics: --format json lists them"))
	if earned := r.earned(); earned != "" {
		mend := ledger.Say("%s, then %s", ledger.Command{"undo"}, ledger.Command{"import", ledger.File(r.path)})
		if a.dryRun {
			mend = ledger.Say("%s", ledger.Command{"import", ledger.File(r.path)})
		}
		a.tell("The column %s looks like a transcript of yours. If it is one: %s", earned, mend)
	}
	if out.Added > 0 && !a.dryRun {
		a.tell("Next: %s", ledger.Command{"courses", "list", "--needed"})
	}
	return a.reply(out)
}

// earned returns the column that says when rows were done, as in a transcript and not in a
// catalogue, or "".
func (r *reading) earned() string {
	for _, column := range r.file.Unread {
		if name := strings.ToLower(column.Header); strings.Contains(name, "complet") || strings.Contains(name, "earned") {
			return strconv.Quote(column.Header)
		}
	}
	return ""
}

type courseImportAnswer struct {
	Schema        string   `json:"schema" shape:"cmp.courses-import/1" title:"What became of a catalogue that was imported" doc:"Written by cmp courses import."`
	DryRun        bool     `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Rows          int      `json:"rows"`
	Added         int      `json:"added"`
	Changed       int      `json:"changed"`
	Unchanged     int      `json:"unchanged"`
	UnknownTopics []string `json:"unknown_topics" doc:"Topic texts that cmp does not know."`
}

func (a *app) newCoursesRemove() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "remove ID...",
		Short: "Remove courses from the catalogue",
		Long: `Remove courses from the catalogue. cmp undo brings them back, and importing
their file again does too.`,
		Example: `  cmp courses remove 3
  cmp courses remove 3 4 --dry-run`,
		Args: someArguments("the number of a course, such as 3"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseNumbers(args, func(text string) (int64, error) {
				return parseNumber(text, "a course", "%s shows the courses", "courses", "list")
			})
			if err != nil {
				return err
			}
			return a.removeCourses(ctx, ids)
		}),
	})
}

func (a *app) removeCourses(ctx context.Context, ids []int64) error {
	var removed []ledger.Course
	name := func(c ledger.Course) string {
		if c.Provider == "" {
			return c.Title
		}
		return fmt.Sprintf("%s (%s)", c.Title, c.Provider)
	}
	err := a.change(ctx, func(tx *store.Tx) (string, error) {
		all, err := tx.Courses(ctx)
		if err != nil {
			return "", err
		}
		for _, id := range ids {
			i := slices.IndexFunc(all, func(c ledger.Course) bool { return c.ID == id })
			if i < 0 {
				return "", notFound("course %d: not in your catalogue", id).try("%s shows the courses", ledger.Command{"courses", "list"})
			}
			removed = append(removed, all[i])
			if err := tx.RemoveCourse(ctx, id); err != nil {
				return "", err
			}
		}
		if len(removed) == 1 {
			return "course removed: " + name(removed[0]), nil
		}
		return words.Count(len(removed), "course") + " removed", nil
	})
	if err != nil {
		return err
	}
	for _, c := range removed {
		a.tell("%s course %d: %s", a.did("Removed", "remove"), c.ID, name(c))
	}
	return a.reply(a.coursesAnswer(removed))
}
