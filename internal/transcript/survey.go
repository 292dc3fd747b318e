package transcript

import (
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// A Survey is what a file shows by itself, for a profile that the holder then completes.
// Its columns are those with a sure meaning and a header that no other column has.
type Survey struct {
	File
	DateOrder DateFormat       // if a row settles it
	Open      map[Field]string // fields without a sure column or format, and why
}

// Look surveys a transcript. The error is a [*ledger.Error] if it has no header that can
// be read.
func (s Source) Look(known ledger.Vocabulary) (Survey, error) {
	r, err := s.open(layout{Options: Options{Known: known}, survey: true})
	if err != nil {
		return Survey{}, err
	}
	open := map[Field]string{}
	for field, why := range r.undecided {
		open[field] = why.Error()
	}
	for _, field := range []Field{Title, Date, Points} {
		if r.hasField(field) || open[field] != "" {
			continue
		}
		open[field] = "no column has this name or a similar one"
		if why := r.unclearPoints(); field == Points && why != nil {
			open[field] = why.Error()
		}
	}
	if why := r.unclearUnit(); why != nil && open[PointsUnit] == "" {
		open[PointsUnit] = why.Error()
	}
	r.Columns = slices.DeleteFunc(r.Columns, func(c Column) bool {
		_, err := r.findColumn(c.Header, "")
		return c.Field == Status || err != nil || open[c.Field] != ""
	})
	err = r.readRows()
	var order DateFormat
	switch {
	case r.column(Date).Field == "":
	case err != nil:
		open[Date] = err.Error()
	case r.dates.hasShort:
		open[Date] = "years have two digits; MM/DD/YY or DD/MM/YY says what they mean"
	case r.dates.has[ledger.NumbersForm] && r.dates.sure:
		order = DateFormat(r.dates.order)
	case r.dates.has == [ledger.NumbersForm + 1]bool{ledger.YearForm: true}:
		order = yearFirst
	}
	column := r.column(Points).Index
	points := strings.Join(words.Map(r.below, func(rec record) string { return rec.cell(column) }), "")
	r.File.DecimalComma = strings.Contains(points, ",") && !strings.Contains(points, ".")
	return Survey{r.File, order, open}, nil
}
