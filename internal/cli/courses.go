package cli

import (
	_ "embed"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
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
