package transcript

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

var errNotYes = errors.New("not yes or no")

// What a row says of a course that a credit has no field for.
type courseCells struct {
	hours ledger.Points
	price *ledger.Price // nil where it is not stated
	free  *bool         // nil where nothing is said of it
}

// courseRow reads a record. All cells are read whatever is wrong with one of
// them, so that the row can be shown.
func (r *rowReader) courseRow(rec record) (Row, ledger.Course) {
	r.course = &courseCells{}
	row := r.row(rec)
	c := row.Credit
	course := ledger.Course{Title: c.Title, Provider: c.Provider, Points: cmp.Or(c.Points, r.course.hours), Topics: c.Topics, URL: c.URL}
	if err := r.course.charge(&course); err != nil && row.Problem == nil {
		free := r.column(Free)
		row.Problem = &Problem{Column: free.Header, Value: rec.cells[free.Index], Message: err.Error()}
	}
	row.Credit = ledger.Credit{}
	return row, course
}

// set reads a cell that a credit has no field for.
func (c *courseCells) set(field Field, cell string) (err error) {
	switch field {
	case Hours:
		c.hours, err = pointsReader{bare: contactHour}.read(cell)
	case Price:
		c.price, err = readPrice(cell)
	case Free:
		c.free, err = yesOrNo(cell)
	}
	return err
}

// charge puts together what the row says of having to pay, or says how that
// does not fit.
func (c *courseCells) charge(course *ledger.Course) error {
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

func yesOrNo(cell string) (*bool, error) {
	yes := false
	switch strings.ToLower(cell) {
	case "yes", "y", "true", "1", "free":
		yes = true
	case "no", "n", "false", "0":
	default:
		return nil, errNotYes
	}
	return &yes, nil
}
