package transcript

import (
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

// Fields that a course has and a credit has not.
const (
	Hours Field = "hours" // contact hours: what the points are where these are not stated
	Price Field = "price"
	Free  Field = "free" // yes or no
)

// CourseFields returns every field that a column of a catalogue can be named
// for.
func CourseFields() []Field {
	return []Field{Title, Provider, Points, Topics, Hours, Price, Free, URL}
}

// ParseCourseField reads the name of one of the [CourseFields] as [ParseField]
// does.
func ParseCourseField(s string) (Field, error) { return parseField(s, CourseFields()) }

// A Catalogue is a list of courses as it was read. Its rows have no credits.
type Catalogue struct {
	File
	// Courses are those of the rows, one each. That of a row with a Problem
	// holds what could be read, to show which row is meant.
	Courses []ledger.Course
}

// Courses reads a catalogue of courses as [Source.Read] reads a transcript. It
// needs no column but that of the titles; what is not stated of a course is
// left open. Topics that are not understood are the row's UnknownTopics alone.
// Of the options, only the columns and the topics are looked at.
func (s Source) Courses(o Options) (Catalogue, error) {
	as := layout{Options{Columns: o.Columns, Topics: o.Topics, Known: o.Known}, true}
	h, err := s.header(as)
	if err != nil {
		return Catalogue{}, err
	}
	f := h.File
	if _, err := f.understand(h, as); err != nil {
		return Catalogue{}, err
	}
	f.warnOfUnits()
	c := Catalogue{File: f}
	r := newRowReader(f, nil, as.Options)
	seen := map[string]int{} // rows, by the names of their courses
	for _, rec := range h.below {
		row, course := r.courseRow(rec)
		if i, twice := seen[course.Name()]; twice && row.Problem == nil {
			row.Problem = c.again(i, &course)
		} else if row.Problem == nil {
			seen[course.Name()] = len(c.Rows)
		}
		c.Rows, c.Courses = append(c.Rows, row), append(c.Courses, course)
	}
	return c, nil
}

// warnOfUnits warns of what could be the points, were it known what its numbers
// count.
func (f *File) warnOfUnits() {
	if columnOf(f.Columns, Points).Field != "" || columnOf(f.Columns, Hours).Field != "" {
		return
	}
	for _, c := range f.Unread {
		if isUnclear(c.Header) {
			f.Warnings = append(f.Warnings, fmt.Sprintf(
				`column %q is not read, since nothing says what its numbers count: write that into the cells, as in "0.1 CEU" or "90 min"`, c.Header))
		}
	}
}

// again makes a course that has the name of an earlier row's that very one, or
// says that they contradict each other.
func (c Catalogue) again(i int, course *ledger.Course) *Problem {
	first, title := c.Courses[i], course.Title
	course.Title, course.Provider = first.Title, first.Provider
	if course.Equal(first) {
		return nil
	}
	return &Problem{
		Column: columnOf(c.Columns, Title).Header, Value: title,
		Message: fmt.Sprintf("the course of row %d, which says otherwise; leave one of them out", c.Rows[i].Number),
	}
}

// Over returns the course of a row with what the catalogue has no column for as
// the recorded one has it.
func (c Catalogue) Over(row int, recorded ledger.Course) ledger.Course {
	course := c.Courses[row]
	has := func(f Field) bool { return columnOf(c.Columns, f).Field != "" }
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

// CourseHeader returns the names of the columns of [CourseRecord].
func CourseHeader() []string {
	return []string{string(Title), string(Provider), string(Points), string(Topics), string(Price), string(Free), string(URL)}
}

// CourseRecord returns a course as a record that [Source.Courses] reads.
func CourseRecord(c ledger.Course) []string {
	points, price, free := "", "", ""
	if c.Points != 0 {
		points = c.Points.String()
	}
	if c.HasPrice() {
		price = c.Price.String()
	}
	switch c.Charge {
	case ledger.Free:
		free = "yes"
	case ledger.Charged:
		free = "no"
	}
	return []string{c.Title, c.Provider, points, ledger.FormatCreditTopics(c.Topics), price, free, c.URL}
}

// courseMeaning returns the field of a course that a header written by others
// means, as [meaning] does.
func courseMeaning(header string) (Field, int) {
	before, _, _ := strings.Cut(header, "(")
	for _, text := range []string{letters(header), letters(before)} {
		switch text {
		case "hours", "contacthours", "contacthour", "cehours", "credithours":
			return Hours, 1
		case "price", "cost", "fee", "listprice", "courseprice", "coursefee":
			return Price, 2
		case "amount":
			return Price, 1
		case "free", "isfree", "freeofcharge", "freecourse":
			return Free, 1
		}
	}
	switch field, rank := meaning(header); field {
	case Title, Provider, Points, Topics, URL:
		return field, rank
	}
	return "", 0
}
