package transcript

import (
	"slices"
	"strings"

	"cmpledger/internal/ledger"
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
		open[field] = "none of the columns is understood as this"
		if why := r.unclearPoints(); field == Points && why != nil {
			open[field] = why.Error()
		}
	}
	r.Columns = slices.DeleteFunc(r.Columns, func(c Column) bool {
		_, err := r.findColumn(c.Header, "")
		return c.Field == Status || err != nil
	})
	err = r.readRows()
	var order DateFormat
	switch {
	case r.column(Date).Field == "":
	case err != nil:
		open[Date] = err.Error()
	case r.dates.hasShort:
		open[Date] = "years have two digits; MM/DD/YY or DD/MM/YY says what they mean"
	case r.dates.has[formNumbers] && r.dates.sure:
		order = DateFormat(r.dates.order)
	case r.dates.has == [formNumbers + 1]bool{formYear: true}:
		order = yearFirst
	}
	var points []string
	for _, rec := range r.below {
		points = append(points, rec.cell(r.column(Points).Index))
	}
	all := strings.Join(points, "")
	r.File.DecimalComma = strings.Contains(all, ",") && !strings.Contains(all, ".")
	return Survey{r.File, order, open}, nil
}
