package transcript

import (
	"errors"
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

var errNotYes = errors.New("not yes or no")

// A courseReader makes a course of a record.
type courseReader struct {
	*rowReader
	course ledger.Course
	hours  ledger.Points
	price  *ledger.Price // nil where it is not stated
	free   *bool         // nil where nothing is said of it
}

// courseRow reads a record. All cells are read whatever is wrong with one of
// them, so that the row can be shown.
func (r *rowReader) courseRow(rec record) (Row, ledger.Course) {
	row, c := r.begin(rec), courseReader{rowReader: r}
	if row.Problem != nil {
		return row, c.course
	}
	for _, column := range r.columns {
		cell := strings.TrimSpace(rec.cells[column.Index])
		if err := c.set(&row, column.Field, cell); err != nil && row.Problem == nil {
			row.Problem = &Problem{Column: column.Header, Value: rec.cells[column.Index], Message: err.Error()}
		}
	}
	if c.course.Points == 0 {
		c.course.Points = c.hours
	}
	if err := c.charge(); err != nil && row.Problem == nil {
		free := r.column(Free)
		row.Problem = &Problem{Column: free.Header, Value: rec.cells[free.Index], Message: err.Error()}
	}
	return row, c.course
}

// set reads a cell into its field of the course. An empty one states nothing.
func (c *courseReader) set(row *Row, field Field, cell string) (err error) {
	switch {
	case field == Title:
		if cell == "" {
			return errEmpty
		}
		c.course.Title = cell
	case cell == "":
	case field == Provider:
		c.course.Provider = cell
	case field == URL:
		c.course.URL = cell
	case field == Points:
		c.course.Points, err = c.points.read(cell)
	case field == Hours:
		c.hours, err = pointsReader{bare: contactHour}.read(cell)
	case field == Topics:
		c.course.Topics, row.UnknownTopics, err = c.topics.read(cell)
	case field == Price:
		c.price, err = readPrice(cell)
	case field == Free:
		c.free, err = yesOrNo(cell)
	}
	return err
}

// charge puts together what the row says of having to pay, or says how that
// does not fit.
func (c *courseReader) charge() error {
	switch {
	case c.price != nil && c.free != nil && *c.free != (*c.price == 0):
		return fmt.Errorf("the price is %s", *c.price)
	case c.price != nil && *c.price > 0:
		c.course.Charge, c.course.Price = ledger.Charged, *c.price
	case c.price != nil, c.free != nil && *c.free:
		c.course.Charge = ledger.Free
	case c.free != nil:
		c.course.Charge = ledger.Charged
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
