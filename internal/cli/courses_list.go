package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

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
