package cli

import (
	_ "embed"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
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

type coursesJSON struct {
	Schema  string       `json:"schema"`
	DryRun  bool         `json:"dry_run,omitempty"`
	Courses []courseJSON `json:"courses"`
}

// courseJSON is a course; what is not stated is null.
type courseJSON struct {
	ID       int64          `json:"id"`
	UID      string         `json:"uid"`
	Title    string         `json:"title"`
	Provider string         `json:"provider"`
	Points   *ledger.Points `json:"points"`
	Topics   []topicJSON    `json:"topics"`
	Free     *bool          `json:"free"`
	Price    *ledger.Price  `json:"price"` // 0 of a free course
	URL      string         `json:"url"`
}

func (a *app) coursesToJSON(all []ledger.Course) coursesJSON {
	out := coursesJSON{"cmp.courses/1", a.dryRun, []courseJSON{}}
	for _, c := range all {
		out.Courses = append(out.Courses, courseToJSON(c))
	}
	return out
}

func courseToJSON(c ledger.Course) courseJSON {
	j := courseJSON{ID: c.ID, UID: c.UID, Title: c.Title, Provider: c.Provider, Topics: []topicJSON{}, URL: c.URL}
	if c.Points != 0 {
		j.Points = &c.Points
	}
	for _, t := range c.Topics {
		j.Topics = append(j.Topics, topicToJSON(t))
	}
	if free := c.Charge == ledger.Free; free || c.Charge == ledger.Charged {
		j.Free = &free
	}
	if c.HasPrice() {
		j.Price = &c.Price
	}
	return j
}

// field returns the value of a column of a catalogue.
func (c courseJSON) field(name string) any {
	switch transcript.Field(name) {
	case transcript.Title:
		return c.Title
	case transcript.Provider:
		return c.Provider
	case transcript.Points:
		return c.Points
	case transcript.Topics:
		return c.Topics
	case transcript.Price:
		return c.Price
	case transcript.Free:
		return c.Free
	}
	return c.URL
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

// worthText says how many points a course is worth.
func worthText(c ledger.Course) string {
	if c.Points == 0 {
		return notStated
	}
	return c.Points.String()
}

// courseName names a course in a sentence.
func courseName(c ledger.Course) string {
	if c.Provider == "" {
		return c.Title
	}
	return fmt.Sprintf("%s (%s)", c.Title, c.Provider)
}
