package transcript

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cmpledger/internal/ledger"
)

// Fields that only a course has.
const (
	Hours Field = "hours" // contact hours, used as points if these are not stated
	Price Field = "price"
	Free  Field = "free" // yes or no
)

// CourseFields returns every field that a column of a catalogue can have.
func CourseFields() []Field {
	return []Field{Title, Provider, Points, Topics, Hours, Price, Free, URL}
}

// A Catalogue is a list of courses as it was read. Its rows have no credits.
type Catalogue struct {
	File
	// Courses has one course for each of Rows. If the row has a Problem, it holds
	// what could be read, to show which row is meant.
	Courses []ledger.Course
}

// Courses reads a catalogue of courses as [Source.Read] reads a transcript. It needs
// only a column of titles. It notes topics that it does not understand in the row's
// UnknownTopics, and uses only Columns, Topics and Known of the options.
func (s Source) Courses(o Options) (Catalogue, error) {
	as := layout{Options: Options{Columns: o.Columns, Topics: o.Topics, Known: o.Known}, courses: true}
	r, err := s.open(as)
	if err != nil {
		return Catalogue{}, err
	}
	for _, column := range r.Unread {
		if !r.hasField(Points) && !r.hasField(Hours) && isUnclear(column.Header) {
			r.Warnings = append(r.Warnings, fmt.Sprintf(
				`column %q is not read, because its unit is not clear: write it into the cells, as in "0.1 CEU" or "90 min"`, column.Header))
		}
	}
	c := Catalogue{File: r.File}
	seen := map[string]int{} // rows, by the names of their courses
	for _, rec := range r.below {
		row, course := r.courseRow(rec)
		if i, twice := seen[course.Name()]; twice && row.Problem == nil {
			row.Problem = c.repeated(i, &course)
		} else if row.Problem == nil {
			seen[course.Name()] = len(c.Rows)
		}
		c.Rows, c.Courses = append(c.Rows, row), append(c.Courses, course)
	}
	return c, nil
}

// repeated checks a course with the name of row i. If it says the same it takes that
// spelling of title and provider, else it returns the contradiction.
func (c Catalogue) repeated(i int, course *ledger.Course) *Problem {
	first, title := c.Courses[i], course.Title
	course.Title, course.Provider = first.Title, first.Provider
	if course.Equal(first) {
		return nil
	}
	return &Problem{
		Column: c.column(Title).Header, Value: title,
		Message: fmt.Sprintf("the same course as row %d, but different; leave one of them out", c.Rows[i].Number),
	}
}

// Over returns the course of a row. What the catalogue has no column for is taken from
// the recorded course.
func (c Catalogue) Over(row int, recorded ledger.Course) ledger.Course {
	course := c.Courses[row]
	course.ID, course.UID = recorded.ID, recorded.UID
	has := func(f Field) bool { return c.column(f).Field != "" }
	if !has(Points) && !has(Hours) {
		course.Points = recorded.Points
	}
	if !has(Topics) {
		course.Topics = recorded.Topics
	}
	switch {
	case course.Charge == ledger.ChargeNotStated && !(has(Price) && has(Free)):
		course.Charge, course.Price = recorded.Charge, recorded.Price
	case !has(Price) && course.Charge == ledger.Charged:
		course.Price = recorded.Price
	}
	if !has(URL) {
		course.URL = recorded.URL
	}
	return course
}

// courseCells are the cells of a row that only a course has a field for.
type courseCells struct {
	hours ledger.Points
	price *ledger.Price // nil where it is not stated
	free  *bool         // nil where it is not stated
}

// courseRow reads a record. It reads all cells even if one is bad, so that the row can
// be shown.
func (r *reader) courseRow(rec record) (Row, ledger.Course) {
	r.course = &courseCells{}
	row := r.row(rec)
	c := row.Credit
	course := ledger.Course{Title: c.Title, Provider: c.Provider, Points: cmp.Or(c.Points, r.course.hours), Topics: c.Topics, URL: c.URL}
	if err := r.course.setCharge(&course); err != nil && row.Problem == nil {
		free := r.column(Free)
		row.Problem = &Problem{Column: free.Header, Value: rec.cells[free.Index], Message: err.Error()}
	}
	row.Credit = ledger.Credit{}
	return row, course
}

// readCell reads a cell of a field that only a course has.
func (c *courseCells) readCell(field Field, cell string) (err error) {
	switch field {
	case Hours:
		c.hours, err = pointsReader{bare: InHours}.read(cell)
	case Price:
		c.price, err = readPrice(cell)
	case Free:
		word := strings.ToLower(cell)
		yes := slices.Contains([]string{"yes", "y", "true", "1", "free"}, word)
		if !yes && !slices.Contains([]string{"no", "n", "false", "0"}, word) {
			return errors.New("not yes or no")
		}
		c.free = &yes
	}
	return err
}

// setCharge sets the charge and price of a course, or says how price and free contradict
// each other.
func (c *courseCells) setCharge(course *ledger.Course) error {
	switch {
	case c.price != nil && c.free != nil && *c.free != (*c.price == 0):
		return fmt.Errorf("the price is %s", *c.price)
	case c.price != nil && *c.price > 0:
		course.Charge, course.Price = ledger.Charged, *c.price
	case c.price != nil, c.free != nil && *c.free:
		course.Charge = ledger.Free
	case c.free != nil:
		course.Charge = ledger.Charged
	}
	return nil
}

var errCurrency = errors.New("a price is a number in the currency of the catalogue, such as 19.99")

// Prices may have commas between thousands, and the sign or code of a currency.
var (
	thousands = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d{1,3}(,\d{3})+(\.\d*)?$`) })
	currency  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\p{Sc}|\pL{3}.*\d|\d.*\pL{3}`) })
)

// readPrice reads a price as catalogues write it: with or without the sign or code of US
// dollars on either side, and commas between thousands. It is nil for words such as TBD.
// It refuses other currencies, since their prices could not be compared.
func readPrice(cell string) (*ledger.Price, error) {
	amount := strings.ToUpper(cell)
	switch amount {
	case "FREE":
		return new(ledger.Price), nil
	case "N/A", "NA", "-", "--", "\u2013", "\u2014", "TBD", "TBA", "VARIES":
		return nil, nil
	}
	for _, sign := range []string{"USD", "US$", "$"} {
		amount = strings.TrimSpace(strings.TrimPrefix(strings.TrimSuffix(amount, sign), sign))
	}
	if thousands().MatchString(amount) { // "19,99" stays as it is, and is refused
		amount = strings.ReplaceAll(amount, ",", "")
	}
	price, err := ledger.ParsePrice(amount)
	if err != nil && currency().MatchString(amount) {
		err = errCurrency
	}
	return &price, err
}
