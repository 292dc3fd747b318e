package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

var (
	errEmpty       = errors.New("must not be empty")
	errNotPositive = errors.New("points must be more than 0")
)

// A rowReader makes credits of records.
type rowReader struct {
	columns []Column
	names   []string // of all columns: a record has as many cells
	rows    int      // records, as findDates counts them
	own     bool
	sheet   bool // of a workbook
	dates   dates
	points  pointsReader
	topics  *topicReader
	kinds   map[string]kindCell // what cells of the activity mean
	remarks []string            // of the row being read: what only its note can keep
}

// A kindCell is what [ledger.ParseActivity] makes of a text.
type kindCell struct {
	activity ledger.Activity
	err      error
}

func (r *rowReader) column(field Field) Column {
	for _, c := range r.columns {
		if c.Field == field {
			return c
		}
	}
	return Column{}
}

// misshapen says why a record has no cell for each column, or returns nil.
// Empty cells behind the last column are none.
func (r *rowReader) misshapen(rec record) *Problem {
	cells, width := rec.cells, len(r.names)
	if rec.problem != "" {
		p := &Problem{Value: rec.value, Message: rec.problem}
		if len(cells) < width {
			p.Column = r.names[len(cells)]
		}
		return p
	}
	for len(cells) > width && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == width {
		return nil
	}
	message := fmt.Sprintf("%s where the header has %d; ", counted(len(cells), "cell"), width)
	if len(cells) < width {
		return &Problem{Column: r.names[len(cells)], Message: message + "a cell without content needs its delimiter too"}
	}
	first := width
	for strings.TrimSpace(cells[first]) == "" {
		first++
	}
	if r.sheet {
		return &Problem{Value: clip(cells[first]), Message: message + "name its column, or empty the cell"}
	}
	return &Problem{Value: clip(cells[first]), Message: message + "a cell that holds the delimiter has to be quoted"}
}

// row reads a record. All cells are read whatever is wrong with one of them,
// so that the row can be shown.
func (r *rowReader) row(number int, rec record) Row {
	row := Row{Number: number, Line: rec.line}
	if row.Problem = r.misshapen(rec); row.Problem != nil {
		row.Text = strings.TrimRight(rec.text, "\r\n")
		return row
	}
	row.Credit.Activity = ledger.Course
	r.remarks = r.remarks[:0]
	for i := range r.columns {
		column := &r.columns[i]
		cell := rec.cells[column.Index]
		if strings.TrimSpace(cell) != "" {
			column.Used++
		}
		if err := r.set(&row, column.Field, cell); err != nil && row.Problem == nil {
			row.Problem = &Problem{Column: column.Header, Value: cell, Message: err.Error()}
		}
	}
	if row.Problem != nil {
		row.Cells = slices.Clone(rec.cells[:len(r.names)])
	}
	for _, remark := range r.remarks {
		if row.Credit.Note != "" {
			row.Credit.Note += "; "
		}
		row.Credit.Note += remark
	}
	return row
}

// set reads a cell into its field of the credit. Texts of the ledger's own
// format are kept to the byte.
func (r *rowReader) set(row *Row, field Field, cell string) (err error) {
	c, text := &row.Credit, cell
	cell = strings.TrimSpace(cell)
	if !r.own {
		text = cell
	}
	switch field {
	case Title:
		if cell == "" {
			err = errEmpty
		}
		c.Title = text
	case Provider:
		c.Provider = text
	case Reference:
		c.Reference = text
	case URL:
		c.URL = text
	case Note:
		c.Note = text
	case Date:
		c.Date, err = r.dates.date(cell)
	case Points:
		c.Points, err = r.points.read(cell)
		if r.own && err == nil {
			_, err = ledger.ParsePoints(cell) // the ledger writes no units
		}
	case Activity:
		c.Activity, err = r.activity(cell)
		if err != nil && !r.own {
			c.Activity, err = ledger.Course, nil
			r.remarks = append(r.remarks, "activity: "+cell)
		}
	case Topics:
		c.Topics, row.UnknownTopics, err = r.topics.read(cell)
		for _, text := range row.UnknownTopics {
			r.remarks = append(r.remarks, "topic: "+text)
		}
	}
	return err
}

// activity reads a kind of activity, which is a course where nothing is said.
// It remembers each text, as files repeat a few of them many times.
func (r *rowReader) activity(cell string) (ledger.Activity, error) {
	if cell == "" {
		return ledger.Course, nil
	}
	k, ok := r.kinds[cell]
	if !ok {
		k.activity, k.err = ledger.ParseActivity(cell)
		r.kinds[cell] = k
	}
	return k.activity, k.err
}
